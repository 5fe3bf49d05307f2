// 緊急調閱: an administrator asks to read a contract, a second one agrees, for an hour.
import { html, useContext, useState } from '../vendor/preact.js';
import { get, post } from '../shared/api.js';
import { FormDialog, wrong } from '../shared/form-dialog.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import {
	Alert, Badge, Button, Card, Confirm, DataTable, Dialog, EmptyState, ErrorAlert, Loading, Page, Session, TextField,
	may, useAction, useLoad,
} from '../shared/ui.js';

const KIND = { open: 'warn', approved: 'good', refused: 'neutral' };

/** The platform's administrator names the agency by its code. */
async function agencyOf(code) {
	const found = (await get('/admin/agencies', { q: code, size: 100 })).items.find((a) => a.code === code);
	return found?.id;
}

function AskDialog({ onDone, onClose }) {
	const platform = may(useContext(Session), 'platform_admin');
	const [form, setForm] = useState({ code: '', number: '', reason: '' });
	const set = (name) => (value) => setForm((f) => ({ ...f, [name]: value }));
	async function send() {
		const organizationId = platform ? await agencyOf(form.code.trim().toUpperCase()) : undefined;
		const body = { number: form.number.trim(), reason: form.reason.trim() };
		onDone(await post('/admin/glass', organizationId ? { ...body, organizationId } : body));
	}
	const field = (error, name, rows) => html`
		<${TextField}
			label=${t(`glass.${name}`)}
			required
			rows=${rows}
			maxLength=${rows ? '500' : '50'}
			value=${form[name]}
			onInput=${set(name)}
			error=${wrong(error, name) && (name === 'number' ? t('glass.no_such') : wrong(error, name))}
			testid=${`glass-${name}`}
		/>
	`;
	return html`
		<${FormDialog} danger title=${t('glass.ask')} text=${t('glass.ask_text')} ok=${t('glass.ask')} submit=${send}
			onClose=${onClose}>
			${(error) => html`
				${platform && field(error, 'code')} ${field(error, 'number')} ${field(error, 'reason', '3')}
			`}
		<//>
	`;
}

function Documents({ glass, onClose }) {
	const list = useLoad((signal) => get(`/admin/glass/${glass.id}/documents`, {}, signal), glass.id);
	return html`
		<${Dialog} title=${t('glass.documents', { number: glass.number })} onClose=${onClose}>
			<${ErrorAlert} error=${list.error} />
			<p>${t('glass.until_text', { until: dateTime(glass.until) })}</p>
			<ul class="events">
				${(list.data?.items ?? []).map((d) => html`
					<li key=${d.id}>
						<a
							href=${`/api/v1/admin/glass/${glass.id}/documents/${d.id}/file`}
							target="_blank"
							rel="noopener"
							data-testid="glass-file"
						>
							${d.name}
						</a>
						<span class="quiet figure">${d.number}</span>
					</li>
				`)}
			</ul>
		<//>
	`;
}

function Decide({ glass, what, onDone, onClose }) {
	const action = useAction();
	return html`
		<${Confirm}
			danger=${what === 'approve'}
			title=${t(`glass.${what}`)}
			text=${t(`glass.${what}_text`, { number: glass.number, by: glass.askedBy })}
			ok=${t(`glass.${what}`)}
			busy=${action.busy}
			error=${action.error}
			onOk=${() => action.run(async () => onDone(await post(`/admin/glass/${glass.id}/${what}`, {})))}
			onCancel=${onClose}
		/>
	`;
}

const columns = (choose) => [
	{ text: t('glass.number'), cell: (g) => html`${g.number}<div class="quiet">${g.organization}</div>` },
	{ text: t('glass.reason'), cell: (g) => html`<span class="lines">${g.reason}</span>` },
	{
		text: t('approval.asked'),
		cell: (g) => html`${g.askedBy}<div class="quiet figure">${dateTime(g.askedAt)}</div>`,
	},
	{
		text: t('approval.decided'),
		cell: (g) => html`
			<${Badge} kind=${KIND[g.state]}>${t(`glass.${g.state}`)}<//>
			${g.decidedBy && html`<div class="quiet">${g.decidedBy}</div>`}
			${g.until && html`<div class="quiet figure">${t('glass.until', { until: dateTime(g.until) })}</div>`}
		`,
	},
	{
		text: t('admin.do'),
		quiet: true,
		cell: (g) => html`
			<div class="row-actions">
				${g.may && html`
					<${Button} kind="danger" testid="glass-approve" onClick=${() => choose([g, 'approve'])}>
						${t('glass.approve')}
					<//>
				`}
				${g.state === 'open' && html`
					<${Button} testid="glass-refuse" onClick=${() => choose([g, 'refuse'])}>${t('glass.refuse')}<//>
				`}
				${g.readable && html`
					<${Button} kind="primary" testid="glass-read" onClick=${() => choose([g, 'read'])}>
						${t('glass.read')}
					<//>
				`}
			</div>
		`,
	},
];

export function Glass() {
	const list = useLoad((signal) => get('/admin/glass', {}, signal), 'glass');
	const [chosen, setChosen] = useState(null);
	const [said, setSaid] = useState(null);
	const [glass, what] = chosen ?? [];
	const close = () => setChosen(null);
	const done = (text) => () => {
		close();
		setSaid(text);
		list.reload();
	};
	return html`
		<${Page}
			title=${t('menu.glass')}
			intro=${t('glass.intro')}
			trail=${[{ text: t('menu.admin_group') }, { text: t('menu.glass'), now: true }]}
			actions=${html`
				<${Button} icon="unlock" testid="glass-ask" onClick=${() => setChosen([null, 'ask'])}>
					${t('glass.ask')}
				<//>
			`}
		>
			${said && html`<div data-testid="admin-said"><${Alert} kind="success">${said}<//></div>`}
			<${Card} title=${t('glass.list')} headingId="glass">
				<${ErrorAlert} error=${list.error} retry=${list.reload} />
				${!list.data
					? list.loading && html`<${Loading} />`
					: list.data.items.length === 0
						? html`<${EmptyState} icon="unlock" title=${t('glass.none')} />`
						: html`
							<${DataTable}
								caption=${t('glass.list')}
								columns=${columns(setChosen)}
								rows=${list.data.items}
								testid="glass-row"
							/>
						`}
			<//>
			${what === 'ask' && html`<${AskDialog} onDone=${done(t('glass.asked'))} onClose=${close} />`}
			${what === 'read' && html`<${Documents} glass=${glass} onClose=${close} />`}
			${['approve', 'refuse'].includes(what) && html`
				<${Decide} glass=${glass} what=${what} onDone=${done(t('glass.decided'))} onClose=${close} />
			`}
		<//>
	`;
}
