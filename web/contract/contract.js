// 電子契約管理: data that may still be changed, progress, history of each file.
import { html, useEffect, useState } from '../vendor/preact.js';
import { fileUrl, get, put } from '../shared/api.js';
import { BasicsFields, Fixed, bodyOf, fieldErrors, formOf, missing } from './contract-form.js';
import { dateTime, documentName, fileSize, unitName } from '../shared/format.js';
import { History } from '../message/history.js';
import { errorText, t } from '../shared/i18n.js';
import { Emails, PeopleDialog } from './pickers.js';
import { go } from '../shared/router.js';
import { useLeaveGuard } from '../shared/leave.js';
import {
	Alert, Button, Card, Chips, ErrorAlert, Group, Icon, LinkButton, Loading, Page, useAction, useLoad,
} from '../shared/ui.js';
import { Viewer } from '../viewer/viewer.js';
import { StateBadge } from './contracts.js';

const whole = (c) => ({ ...formOf(c), emails: c.emails, handler: c.handler, handlingUnit: c.handlingUnit });
const request = (f) => ({ ...bodyOf(f), emails: f.emails, handlerId: f.handler.id });

const Progress = ({ contract }) => html`
	<ol class="progress" aria-label=${t('progress.title')}>
		${contract.progress.map((p, i) => {
			const now = !p.done && (i === 0 || contract.progress[i - 1].done);
			return html`
				<li
					class=${p.done ? 'progress-done' : now ? 'progress-now' : ''}
					data-testid=${`progress-${p.step}`}
					data-done=${p.done ? 'true' : 'false'}
				>
					<span class="progress-mark">
						<${Icon} name=${p.done ? 'check-circle-fill' : 'hourglass-split'} />
					</span>
					<span class="progress-text">${t(`progress.${p.step}`)}</span>
					<span class="quiet">
						${p.done ? dateTime(p.at) : t(now ? 'progress.now' : 'progress.waiting')}
					</span>
				</li>
			`;
		})}
	</ol>
`;

function Handler({ form, set }) {
	const [open, setOpen] = useState(false);
	const unit = form.handler.unit ?? (form.handlingUnit ? unitName(form.handlingUnit) : '');
	return html`
		<div class="form-grid">
			<${Fixed} label=${t('contract.handling_unit')} value=${unit} testid="handling-unit" />
			<${Group} label=${t('contract.handler')} required testid="handler">
				<${Chips} items=${[form.handler]}>
					<${Button}
						kind="add"
						icon="pencil-square"
						testid="handler-change"
						onClick=${() => setOpen(true)}
					>
						${t('handler.change')}
					<//>
				<//>
			<//>
			${open && html`
				<${PeopleDialog}
					title=${t('handler.query')}
					role="officer"
					testid="handler-row"
					chosen=${[form.handler]}
					onAdd=${(m) => {
						set({ ...form, handler: m, handlingUnit: null });
						setOpen(false);
					}}
					onClose=${() => setOpen(false)}
				/>
			`}
		</div>
	`;
}

function Edit({ contract, saved, onSaved, onReload }) {
	const [form, setForm] = useState(() => whole(contract));
	const [errors, setErrors] = useState({});
	const action = useAction();
	const dirty = JSON.stringify(request(form)) !== JSON.stringify(request(whole(contract)));
	const guard = useLeaveGuard(dirty);
	function update(e) {
		e.preventDefault();
		const bad = missing(form);
		setErrors(bad);
		if (Object.keys(bad).length > 0) return;
		action.run(async () => {
			try {
				await put(`/contracts/${contract.id}`, { ...request(form), version: contract.version });
				onSaved();
			} catch (error) {
				const fields = fieldErrors(error, errorText(error));
				setErrors(fields);
				if (Object.keys(fields).length === 0) throw error;
			}
		});
	}
	return html`
		<form class="card" onSubmit=${update} noValidate aria-labelledby="data">
			<div class="card-head">
				<h2 id="data">${t('contract.data')}</h2>
			</div>
			<div class="card-body">
				<p class="note">${t('contract.data_hint')}</p>
				<${BasicsFields} form=${form} onChange=${setForm} errors=${errors} />
				<${Handler} form=${form} set=${setForm} />
				<${Group} label=${t('contract.emails')} error=${errors.emails}>
					<${Emails} emails=${form.emails} onChange=${(emails) => setForm({ ...form, emails })} />
				<//>
				<${ErrorAlert} error=${action.error} retry=${action.error?.code === 'conflict' ? onReload : null} />
				${saved && !dirty && html`<${Alert} kind="success">${t('contract.updated')}<//>`}
			</div>
			<div class="form-foot">
				<span class="spring"></span>
				<${Button} testid="cancel-home" onClick=${() => go('/')}>
					${t('cancel_home')}
				<//>
				<${Button} kind="primary" type="submit" busy=${action.busy} testid="update">
					${t('update')}
				<//>
			</div>
			${guard}
		</form>
	`;
}

function Documents({ contract }) {
	const [view, setView] = useState(null);
	return html`
		<${Card} title=${t('history.title')} headingId="histories">
			<${Progress} contract=${contract} />
			${contract.documents.map((d) => html`
				<div class="document" key=${d.id}>
					<div class="document-line">
						<${Icon} name="file-earmark-pdf" />
						<strong>${documentName(d.name)}</strong>
						<span class="quiet">${fileSize(d.size)}</span>
						<span class="spring"></span>
						<${Button}
							icon="file-earmark-text"
							testid="file-view"
							onClick=${() => setView(view === d.id ? null : d.id)}
							aria-expanded=${view === d.id ? 'true' : 'false'}
						>
							${t(view === d.id ? 'document.hide' : 'document.view')}
						<//>
						<a
							class="button button-plain"
							href=${fileUrl(d.id, { download: true })}
							data-testid="file-download"
						>
							<${Icon} name="download" />
							<span>${t('download')}</span>
						</a>
					</div>
					${view === d.id && html`
						<${Viewer}
							url=${fileUrl(d.id, { revision: d.revision })}
							name=${documentName(d.name)}
							size=${d.size}
						/>
					`}
					${d.number && html`<${History} documentId=${d.id} turn=${contract.version} />`}
				</div>
			`)}
		<//>
	`;
}

const Parties = ({ contract }) => html`
	<${Card} title=${t('signer.heading')} headingId="parties">
		<dl class="facts">
			<dt>${t('signer.step1')}</dt>
			<dd>
				<${Chips} items=${contract.vendors} />
			</dd>
			<dt>${t('signer.step2')}</dt>
			<dd>
				<${Chips} items=${contract.sealers} />
			</dd>
			<dt>${t('contract.sent_at')}</dt>
			<dd>${contract.sentAt ? dateTime(contract.sentAt) : '—'}</dd>
		</dl>
	<//>
`;

export function Contract({ id, query }) {
	const contract = useLoad((signal) => get(`/contracts/${id}`, {}, signal), id);
	const c = contract.data;
	const [saved, setSaved] = useState(false);
	useEffect(() => {
		if (c && (c.state === 'draft' || c.state === 'seal_failed'))
			go(`/contracts/${id}/${c.documents.length === 0 ? 'files' : 'signers'}`, {}, { replace: true });
	}, [c]);
	const trail = [
		{ text: t('menu.contracts_group') },
		{ text: t('menu.contracts'), to: '/contracts' },
		{ text: t('contract.manage'), now: true },
	];
	return html`
		<${Page}
			title=${t('contract.manage')}
			trail=${trail}
			intro=${c && html`
						<span class="strong">${c.number}</span> ${c.title}${' '}
						<${StateBadge} state=${c.state} testid="contract-state-badge" />
					`}
			actions=${html`<${LinkButton} to="/contracts">${t('back_query')}<//>`}
		>
			<${ErrorAlert} error=${contract.error} retry=${contract.reload} />
			${query.sent && html`
				<${Alert} kind="success" title=${t('sent.title')}>
					${t('sent.text', { number: query.sent })}
				<//>
			`}
			${!c ? (
				!contract.error && html`<${Loading} />`
			) : html`
					<${Edit}
						key=${c.version}
						contract=${c}
						saved=${saved}
						onReload=${contract.reload}
						onSaved=${() => {
							setSaved(true);
							contract.reload();
						}}
					/>
					<${Parties} contract=${c} />
					<${Documents} contract=${c} />
				`}
		<//>
	`;
}
