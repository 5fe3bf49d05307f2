// 保全: contracts of which nothing may go, whatever their time says; set and lifted by two people.
import { html, useContext, useState } from '../vendor/preact.js';
import { get, post } from '../shared/api.js';
import { FormDialog, ReasonField, namesField, wrong } from '../shared/form-dialog.js';
import { t } from '../shared/i18n.js';
import { go } from '../shared/router.js';
import {
	Alert, Button, Card, Confirm, DataTable, EmptyState, ErrorAlert, Loading, Page, Session, TextField, may, useAction,
	useLoad,
} from '../shared/ui.js';
import { By, More, StateOf } from './parts.js';

const KIND = { asked: 'warn', held: 'info', refused: 'neutral', lift_asked: 'warn', lifted: 'neutral' };

function AskDialog({ onDone, onClose }) {
	const auditor = may(useContext(Session), 'auditor');
	const [form, setForm] = useState({ agencyCode: '', number: '', caseNumber: '', reason: '' });
	const field = (error, name, rows, most = '50') => html`
		<${TextField}
			label=${t(`hold.${name}`)}
			required
			rows=${rows}
			maxLength=${most}
			value=${form[name]}
			onInput=${(value) => setForm((f) => ({ ...f, [name]: value }))}
			error=${wrong(error, name) && (name === 'number' ? t('hold.no_such') : wrong(error, name))}
			testid=${`hold-${name}`}
		/>
	`;
	async function send() {
		const { agencyCode, ...rest } = Object.fromEntries(Object.entries(form).map(([k, v]) => [k, v.trim()]));
		onDone(await post('/admin/holds', auditor ? { ...rest, agencyCode: agencyCode.toUpperCase() } : rest));
	}
	return html`
		<${FormDialog} title=${t('hold.ask')} text=${t('hold.ask_text')} ok=${t('hold.ask')} tag="hold" submit=${send}
			atField=${namesField} onClose=${onClose}>
			${(error) => html`
				${auditor && field(error, 'agencyCode', undefined, '10')} ${field(error, 'number')}
				${field(error, 'caseNumber', undefined, '100')} ${field(error, 'reason', '3', '500')}
			`}
		<//>
	`;
}

function LiftDialog({ hold, onDone, onClose }) {
	const [reason, setReason] = useState('');
	return html`
		<${FormDialog}
			danger
			title=${t('hold.lift')}
			text=${t('hold.lift_text', { number: hold.number })}
			ok=${t('hold.lift')}
			tag="hold"
			submit=${async () => onDone(await post(`/admin/holds/${hold.id}/lift`, { reason: reason.trim() }))}
			atField=${namesField}
			onClose=${onClose}
		>
			${(error) => html`
				<${ReasonField}
					label=${t('hold.lift_reason')}
					value=${reason}
					onInput=${setReason}
					error=${error}
					testid="hold-lift-reason"
				/>
			`}
		<//>
	`;
}

function Decide({ hold, what, onDone, onClose }) {
	const action = useAction();
	const lift = hold.state === 'lift_asked' ? 'lift_' : '';
	return html`
		<${Confirm}
			danger=${what === 'agree' && lift !== ''}
			title=${t(`hold.${lift}${what}`)}
			text=${t(`hold.${lift}${what}_text`, { number: hold.number, caseNumber: hold.caseNumber })}
			ok=${t(`hold.${lift}${what}`)}
			busy=${action.busy}
			error=${action.error}
			onOk=${() => action.run(async () => onDone(await post(`/admin/holds/${hold.id}/${what}`, {})))}
			onCancel=${onClose}
		/>
	`;
}

const columns = (choose) => [
	{
		text: t('hold.number'),
		cell: (h) => html`<strong>${h.number}</strong><div class="quiet">${h.organization}</div>`,
	},
	{
		text: t('hold.caseNumber'),
		cell: (h) => html`${h.caseNumber}<div class="quiet lines">${h.reason}</div>`,
	},
	{
		text: t('hold.state'),
		cell: (h) => html`
			<${StateOf} kind=${KIND[h.state]} text=${t(`hold.${h.state}`)} testid="hold-state" />
			${h.liftReason && html`<div class="quiet lines">${t('hold.lift_reason')}：${h.liftReason}</div>`}
		`,
	},
	{
		text: t('hold.people'),
		cell: (h) => html`
			<${By} what=${t('hold.by_asked')} who=${h.askedBy} at=${h.askedAt} />
			<${By} what=${t(h.state === 'refused' ? 'hold.by_refused' : 'hold.by_decided')} who=${h.decidedBy}
				at=${h.decidedAt} />
			<${By} what=${t('hold.by_lift_asked')} who=${h.liftAskedBy} at=${h.liftAskedAt} />
			<${By} what=${t('hold.by_lifted')} who=${h.liftedBy} at=${h.liftedAt} />
		`,
	},
	{
		text: t('admin.do'),
		quiet: true,
		cell: (h) => html`
			<div class="row-actions">
				${h.mayDecide && html`
					<${Button} kind="primary" testid="hold-agree" onClick=${() => choose([h, 'agree'])}>
						${t(h.state === 'asked' ? 'hold.agree' : 'hold.lift_agree')}
					<//>
				`}
				${h.mayRefuse && html`
					<${Button} testid="hold-refuse" onClick=${() => choose([h, 'refuse'])}>
						${t(h.state === 'asked' ? 'hold.refuse' : 'hold.lift_refuse')}
					<//>
				`}
				${h.mayLift && html`
					<${Button} testid="hold-lift" onClick=${() => choose([h, 'lift'])}>${t('hold.lift')}<//>
				`}
			</div>
		`,
	},
];

export function Holds({ query }) {
	const asked = { cursor: query.cursor, limit: 20 };
	const list = useLoad((signal) => get('/admin/holds', asked, signal), query.cursor ?? '');
	const session = useContext(Session);
	const [chosen, setChosen] = useState(null);
	const [said, setSaid] = useState(null);
	const [hold, what] = chosen ?? [];
	const close = () => setChosen(null);
	const done = (text) => () => {
		close();
		setSaid(text);
		list.reload();
	};
	const items = list.data?.items;
	return html`
		<${Page}
			title=${t('menu.holds')}
			intro=${t('hold.intro')}
			trail=${[{ text: t('menu.retention_group') }, { text: t('menu.holds'), now: true }]}
			actions=${may(session, ['agency_admin', 'auditor']) && html`
				<${Button} icon="shield-lock" testid="hold-ask" onClick=${() => setChosen([null, 'ask'])}>
					${t('hold.ask')}
				<//>
			`}
		>
			${said && html`<div data-testid="hold-said"><${Alert} kind="success">${said}<//></div>`}
			<${Card} title=${t('hold.list')} headingId="holds">
				<${ErrorAlert} error=${list.error} retry=${list.reload} />
				${!items ? list.loading && html`<${Loading} />` : items.length === 0 ? html`
					<${EmptyState} icon="shield-lock" title=${t('hold.none')} />
				` : html`
					<${DataTable}
						caption=${t('hold.list')}
						columns=${columns(setChosen)}
						rows=${items}
						testid="hold-row"
					/>
				`}
				<${More} show=${list.data?.nextCursor} testid="hold-more"
					onClick=${() => go('/admin/holds', { cursor: list.data.nextCursor })} />
			<//>
			${what === 'ask' && html`<${AskDialog} onDone=${done(t('hold.said_asked'))} onClose=${close} />`}
			${what === 'lift' && html`
				<${LiftDialog} hold=${hold} onDone=${done(t('hold.said_lift'))} onClose=${close} />
			`}
			${['agree', 'refuse'].includes(what) && html`
				<${Decide} hold=${hold} what=${what} onDone=${done(t('hold.said_decided'))} onClose=${close} />
			`}
		<//>
	`;
}
