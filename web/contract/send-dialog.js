// 發送簽署人員: what would be done is said first: how many documents go to whom, who is told by
// mail, who seals afterwards. Only then it is sent.
import { html } from '../vendor/preact.js';
import { get, post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { Alert, Button, Chips, Dialog, ErrorAlert, Loading, peopleChips, useAction, useLoad } from '../shared/ui.js';

const Vendor = ({ vendor }) => html`
	<li data-testid="summary-vendor">
		<strong>${vendor.name}</strong>${' '}
		<span class="quiet">${vendor.code}</span>
		<p class=${vendor.people === 0 ? 'field-error' : ''}>
			${vendor.people === 0 ? t('summary.nobody') : t('summary.people', { n: vendor.people })}
		</p>
		${vendor.emails.length > 0 && html`
			<p class="quiet">${t('summary.mail_to')}${t('colon')}${vendor.emails.join(t('comma'))}</p>
		`}
	</li>
`;

const Summary = ({ summary }) => html`
	<dl class="facts" data-testid="summary">
		<dt>${t('notice.subject')}</dt>
		<dd data-testid="summary-subject">${summary.subject}</dd>
		<dt>${t('notice.body')}</dt>
		<dd><span class="lines" data-testid="summary-body">${summary.body}</span></dd>
		<dt>${t('life.deadline')}</dt>
		<dd data-testid="summary-deadline">
			${summary.deadline?.replaceAll('-', '/') ?? t('life.deadline_none')}
			${summary.deadline && summary.deadlineHard && html` <span class="quiet">${t('life.deadline_hard')}</span>`}
		</dd>
		<dt>${t('summary.files')}</dt>
		<dd data-testid="summary-documents">${t('summary.documents', { n: summary.documents })}</dd>
		<dt>${t('signer.step1')}</dt>
		<dd>
			<ul class="plain">
				${summary.vendors.map((v) => html`
					<${Vendor} vendor=${v} />
				`)}
			</ul>
		</dd>
		<dt>${t('signer.step2')}</dt>
		<dd>
			<${Chips} items=${peopleChips(summary.sealers)} testid="summary-sealer" />
			<p class="quiet">${t('summary.sealers')}</p>
		</dd>
		<dt>${t('notice.emails')}</dt>
		<dd data-testid="summary-emails">
			${summary.emails.length > 0 ? summary.emails.join(t('comma')) : t('summary.no_emails')}
		</dd>
	</dl>
`;

/** onSent(number of the message). */
export function SendDialog({ id, onSent, onClose }) {
	const summary = useLoad((signal) => get(`/contracts/${id}/summary`, {}, signal), id);
	const sending = useAction();
	const { data } = summary;
	const nobody = data?.vendors.some((v) => v.people === 0);
	const send = () => sending.run(async () => onSent((await post(`/contracts/${id}/send`)).messageNumber));
	return html`
		<${Dialog}
			title=${t('summary.title')}
			wide
			onClose=${() => !sending.busy && onClose()}
			footer=${html`
				<${Button} testid="confirm-cancel" disabled=${sending.busy} onClick=${onClose}>
					${t('cancel')}
				<//>
				<${Button}
					kind="primary"
					icon="send"
					testid="confirm-ok"
					busy=${sending.busy}
					disabled=${!data || nobody || Boolean(data.empty)}
					onClick=${send}
				>
					${t('summary.send')}
				<//>
			`}
		>
			<p>${t('summary.text')}</p>
			<${ErrorAlert} error=${summary.error} retry=${summary.reload} />
			${data ? html`<${Summary} summary=${data} />` : !summary.error && html`<${Loading} />`}
			${data?.empty && html`<${Alert} kind="warning">${t('error.text_field_empty')}<//>`}
			${nobody && html`<${Alert} kind="warning">${t('summary.nobody_hint')}<//>`}
			<${ErrorAlert} error=${sending.error} />
		<//>
	`;
}
