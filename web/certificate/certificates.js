// 憑證管理
import { html, useState } from '../vendor/preact.js';
import { del, get } from '../shared/api.js';
import { date } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go } from '../shared/router.js';
import {
	Alert, Badge, Card, Confirm, DataTable, EmptyState, ErrorAlert, Icon, LinkButton, Loading, Page, Pager,
	useAction, useLoad,
} from '../shared/ui.js';

export const certificateTrail = (last) => [{ text: t('menu.settings') }, { text: t('menu.member') }, ...last];

const Validity = ({ c }) => html`
		<span>${date(c.notAfter)}</span>${' '}
		${c.state === 'expired' && html`
			<span data-testid="certificate-expired">
				<${Badge} kind="bad">
					<${Icon} name="exclamation-octagon-fill" />
					${t('certificate.expired')}
				<//>
			</span>
		`}
		${c.state === 'expiring' && html`<${Badge} kind="warn">${t('certificate.expiring')}<//>`}
		${(c.state === 'revoked' || c.state === 'unfit') && html`
			<${Badge} kind="bad" testid="certificate-unfit">${t(`certificate.${c.state}`)}<//>
		`}
		${c.state === 'not_yet_valid' && html`<${Badge}>${t('certificate.not_yet_valid')}<//>`}
	`;

export function Certificates({ query }) {
	const page = Number(query.page) || 1;
	const list = useLoad((signal) => get('/certificates', { page, size: 10 }, signal), page);
	const [removing, setRemoving] = useState(null);
	const removal = useAction();
	const remove = () =>
		removal.run(async () => {
			await del(`/certificates/${removing.id}`);
			setRemoving(null);
			list.reload();
		});
	const columns = [
		{
			text: t('certificate.issuer'),
			cell: (c) => html`<span title=${c.issuer}>${c.issuerName || c.issuer}</span>`,
		},
		{
			text: t('certificate.subject'),
			cell: (c) => html`<span title=${c.subject}>${c.subjectName || c.subject}</span>`,
		},
		{ text: t('certificate.purpose'), cell: (c) => html`<span class="strong">${c.purpose}</span>` },
		{ text: t('certificate.valid'), class: 'figure', cell: (c) => html`<${Validity} c=${c} />` },
		{
			text: t('document.actions'),
			quiet: true,
			class: 'narrow',
			cell: (c) => html`
				<button
					type="button"
					class="icon-button"
					data-testid="certificate-remove"
					aria-label=${t('certificate.remove_named', { name: c.purpose })}
					onClick=${() => setRemoving(c)}
				>
					<${Icon} name="trash" />
				</button>
			`,
		},
	];
	return html`
		<${Page}
			title=${t('menu.certificates')}
			intro=${t('certificate.intro')}
			trail=${certificateTrail([{ text: t('menu.certificates'), now: true }])}
		>
			${query.registered && html`
				<${Alert} kind="success">${t('certificate.registered', { name: query.registered })}<//>
			`}
			<${Card}
				title=${t('certificate.list')}
				headingId="certificates"
				actions=${html`
					<${LinkButton} to="/certificates/new" kind="primary" icon="plus-lg" testid="certificate-add">
						${t('certificate.new')}
					<//>
				`}
			>
				<${ErrorAlert} error=${list.error} retry=${list.reload} />
				${!list.data ? (
					list.loading && html`<${Loading} />`
				) : list.data.total === 0 ? html`
					<${EmptyState} icon="person-vcard" title=${t('certificate.none')}>
						<p>${t('certificate.none_hint')}</p>
					<//>
				` : html`
						<${DataTable}
							caption=${t('certificate.list')}
							columns=${columns}
							rows=${list.data.items}
							testid="certificate-row"
						/>
						<${Pager} ...${list.data} onPage=${(p) => go('/certificates', { page: p })} />
					`}
			<//>
			${removing && html`
				<${Confirm}
					title=${t('certificate.remove')}
					text=${t('certificate.remove_text', { name: removing.purpose })}
					ok=${t('certificate.remove_ok')}
					danger
					busy=${removal.busy}
					error=${removal.error}
					onOk=${remove}
					onCancel=${() => setRemoving(null)}
				/>
			`}
		<//>
	`;
}
