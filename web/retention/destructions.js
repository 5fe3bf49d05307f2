// 銷毀清冊: what has been kept for as long as it had to be; two people agree that it goes.
import { html, useState } from '../vendor/preact.js';
import { get, post } from '../shared/api.js';
import { FormDialog, ReasonField, namesField } from '../shared/form-dialog.js';
import { dateTime, fileSize } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go, href } from '../shared/router.js';
import {
	Alert, Button, Card, Confirm, DataTable, Dialog, EmptyState, ErrorAlert, LinkButton, Loading, Page,
	useAction, useLoad,
} from '../shared/ui.js';
import { Select } from '../admin/parts.js';
import { By, More, StateOf, periodOf } from './parts.js';

const KIND = { open: 'info', proposed: 'warn', approved: 'warn', done: 'neutral' };
const ITEM = { listed: 'warn', kept: 'good', held: 'info', destroyed: 'neutral' };
const trail = (now) => [{ text: t('menu.retention_group') }, { text: t('menu.destructions'),
	...(now ? { to: '/admin/destructions' } : { now: true }) }, ...(now ? [{ text: now, now: true }] : [])];
const nameOf = (d) => t('destruction.name', { organization: d.organization, at: dateTime(d.madeAt).slice(0, 10) });

const Counts = ({ of: d }) => html`
	<span class="figure">${['listed', 'destroyed', 'kept', 'held'].filter((s) => d[s] > 0)
		.map((s) => t(`destruction.n_${s}`, { n: d[s] })).join(t('destruction.and')) || '—'}</span>
`;

const People = ({ of: d }) => html`
	<${By} what=${t('destruction.by_proposed')} who=${d.proposedBy} at=${d.proposedAt} />
	<${By} what=${t('destruction.by_approved')} who=${d.approvedBy} at=${d.approvedAt} />
`;

const LISTS = () => [
	{
		text: t('destruction.list'),
		cell: (d) => html`
			<a href=${href(`/admin/destructions/${d.id}`)} data-testid="destruction-open">${nameOf(d)}</a>
		`,
	},
	{ text: t('destruction.state'), cell: (d) => html`
		<${StateOf} kind=${KIND[d.state]} text=${t(`destruction.${d.state}`)} />
	` },
	{ text: t('destruction.contracts'), cell: (d) => html`<${Counts} of=${d} />` },
	{ text: t('hold.people'), cell: (d) => html`<${People} of=${d} />` },
];

export function Destructions({ query }) {
	const asked = { cursor: query.cursor, limit: 20 };
	const list = useLoad((signal) => get('/admin/destructions', asked, signal), query.cursor ?? '');
	const items = list.data?.items;
	return html`
		<${Page} title=${t('menu.destructions')} intro=${t('destruction.intro')} trail=${trail()}>
			<${Card} title=${t('menu.destructions')} headingId="destructions">
				<${ErrorAlert} error=${list.error} retry=${list.reload} />
				${!items ? list.loading && html`<${Loading} />` : items.length === 0 ? html`
					<${EmptyState} icon="trash" title=${t('destruction.none')}>${t('destruction.none_text')}<//>
				` : html`
					<${DataTable}
						caption=${t('menu.destructions')}
						columns=${LISTS()}
						rows=${items}
						testid="destruction-row"
					/>
				`}
				<${More} show=${list.data?.nextCursor} testid="destruction-more"
					onClick=${() => go('/admin/destructions', { cursor: list.data.nextCursor })} />
			<//>
		<//>
	`;
}

/** what: propose or refuse, with a reason. */
function ReasonDialog({ list, what, onDone, onClose }) {
	const [reason, setReason] = useState('');
	const path = `/admin/destructions/${list.id}/${what}`;
	return html`
		<${FormDialog}
			danger=${what === 'propose'}
			title=${t(`destruction.${what}`)}
			text=${t(`destruction.${what}_text`, { n: list.listed })}
			ok=${t(`destruction.${what}`)}
			tag="destruction"
			submit=${async () => onDone(await post(path, { reason: reason.trim() }))}
			atField=${namesField}
			onClose=${onClose}
		>
			${(error) => html`
				<${ReasonField}
					label=${t(`destruction.${what}_reason`)}
					hint=${what === 'propose' ? t('destruction.propose_hint') : undefined}
					value=${reason}
					onInput=${setReason}
					error=${error}
					testid="destruction-reason"
				/>
			`}
		<//>
	`;
}

function KeepDialog({ list, item, onDone, onClose }) {
	const [form, setForm] = useState({ years: '5', reason: '' });
	const body = () => ({ position: item.position, years: Number(form.years), reason: form.reason.trim() });
	return html`
		<${FormDialog}
			title=${t('destruction.keep')}
			text=${t('destruction.keep_text', { number: item.number })}
			ok=${t('destruction.keep')}
			tag="destruction"
			submit=${async () => onDone(await post(`/admin/destructions/${list.id}/keep`, body()))}
			atField=${namesField}
			onClose=${onClose}
		>
			${(error) => html`
				<${Select}
					label=${t('destruction.keep_years')}
					value=${form.years}
					onChange=${(years) => setForm((f) => ({ ...f, years }))}
					choices=${['1', '3', '5', '10', '15', '20', '25', '30', '100'].map((n) => [n, periodOf(n)])}
					testid="destruction-years"
				/>
				<${ReasonField}
					label=${t('destruction.keep_reason')}
					value=${form.reason}
					onInput=${(reason) => setForm((f) => ({ ...f, reason }))}
					error=${error}
					testid="destruction-reason"
				/>
			`}
		<//>
	`;
}

function Approve({ list, onDone, onClose }) {
	const action = useAction();
	return html`
		<${Confirm}
			danger
			title=${t('destruction.approve')}
			text=${t('destruction.approve_text', { n: list.listed, by: list.proposedBy })}
			ok=${t('destruction.approve')}
			busy=${action.busy}
			error=${action.error}
			onOk=${() => action.run(async () => onDone(await post(`/admin/destructions/${list.id}/approve`, {})))}
			onCancel=${onClose}
		/>
	`;
}

/** The digests that are left of a contract. */
function Files({ list, item, onClose }) {
	const files = useLoad((signal) => get(`/admin/destructions/${list.id}/files`, { position: item.position }, signal),
		item.position);
	return html`
		<${Dialog} wide title=${t('destruction.files', { number: item.number })} onClose=${onClose}>
			<${ErrorAlert} error=${files.error} />
			<p>${t('destruction.files_text')}</p>
			<p class="audit-code" data-testid="destruction-digest">${item.digest}</p>
			<ul class="events">
				${(files.data?.items ?? []).map((f) => html`
					<li data-testid="destroyed-file">
						<strong>${[f.number, f.name].filter(Boolean).join(' ')}</strong>${' '}
						<span class="quiet">${t(`destruction.what_${f.what}`)} · ${fileSize(f.size)}</span>
						<div class="audit-code">${f.sha256}</div>
					</li>
				`)}
			</ul>
		<//>
	`;
}

const ITEMS = (list, choose) => [
	{
		text: t('hold.number'),
		cell: (i) => html`
			<strong>${i.number}</strong>
			${i.title && html`<div>${i.title}</div>`}
			${i.parties && html`<div class="quiet">${i.parties}</div>`}
		`,
	},
	{
		text: t('destruction.period'),
		cell: (i) => html`
			${t(`retention.${i.kind}`)} <span class="figure">${i.endedOn}</span>
			<div class="quiet">${periodOf(i.period)} · ${t('retention.until', { date: i.keepUntil })}</div>
		`,
	},
	{
		text: t('destruction.state'),
		cell: (i) => html`
			<${StateOf}
				kind=${ITEM[i.state]}
				text=${t(`destruction.item_${i.state}`)}
				testid="destruction-item-state"
			/>
			${i.heldNow && i.state === 'listed' && html`<div>${t('destruction.held_now')}</div>`}
			${i.note && html`<div class="quiet lines">${i.decidedBy}：${i.note}</div>`}
			${i.destroyedAt && html`
				<div class="quiet figure">${dateTime(i.destroyedAt)} · ${t('destruction.n_files', { n: i.files })}</div>
			`}
		`,
	},
	{
		text: t('admin.do'),
		quiet: true,
		cell: (i) => html`
			<div class="row-actions">
				${list.mayPropose && i.state === 'listed' && html`
					<${Button} testid="destruction-keep" aria-label=${t('destruction.keep_named', { number: i.number })}
						onClick=${() => choose(['keep', i])}>${t('destruction.keep')}<//>
				`}
				${i.digest && html`
					<${Button} testid="destruction-files" aria-label=${t('destruction.files', { number: i.number })}
						onClick=${() => choose(['files', i])}>${t('destruction.digests')}<//>
				`}
			</div>
		`,
	},
];

const Standing = ({ of: d }) => html`
	<dl class="facts">
		<dt>${t('destruction.state')}</dt>
		<dd><${StateOf} kind=${KIND[d.state]} text=${t(`destruction.${d.state}`)} testid="destruction-state" /></dd>
		<dt>${t('destruction.contracts')}</dt>
		<dd><${Counts} of=${d} /></dd>
		${d.reason && html`<dt>${t('destruction.propose_reason')}</dt><dd class="lines">${d.reason}</dd>`}
		${d.proposedBy && html`<dt>${t('hold.people')}</dt><dd><${People} of=${d} /></dd>`}
		${d.refusal && d.state === 'open' && html`
			<dt>${t('destruction.refused')}</dt>
			<dd class="lines">${d.refusedBy}：${d.refusal}</dd>
		`}
		${d.doneAt && html`<dt>${t('destruction.done_at')}</dt><dd class="figure">${dateTime(d.doneAt)}</dd>`}
	</dl>
`;

/** @type {[string, any]} */
const NOTHING = ['', null];

export function Destruction({ id, query }) {
	const after = query.after ?? 0;
	const load = useLoad((signal) => get(`/admin/destructions/${id}`, { after, limit: 50 }, signal), `${id} ${after}`);
	const [[what, item], setChosen] = useState(NOTHING);
	const [said, setSaid] = useState(null);
	const close = () => setChosen(NOTHING);
	const done = (text) => () => {
		close();
		setSaid(text);
		load.reload();
	};
	const d = load.data;
	const button = (name, kind) => html`
		<${Button} kind=${kind} testid=${`destruction-${name}`} onClick=${() => setChosen([name, null])}>
			${t(`destruction.${name}`)}
		<//>
	`;
	return html`
		<${Page}
			title=${d ? nameOf(d) : t('menu.destructions')}
			trail=${trail(d ? nameOf(d) : '…')}
			actions=${html`
				${d?.mayPropose && button('propose', 'danger')} ${d?.mayApprove && button('approve', 'danger')}
				${d?.mayRefuse && button('refuse')}
				<${LinkButton} to="/admin/destructions">${t('destruction.back')}<//>
			`}
		>
			${said && html`<div data-testid="destruction-said"><${Alert} kind="success">${said}<//></div>`}
			<${ErrorAlert} error=${load.error} retry=${load.reload} />
			${!d ? !load.error && html`<${Loading} />` : html`
				<${Card} title=${t('destruction.standing')} headingId="standing"><${Standing} of=${d} /><//>
				<${Card} title=${t('destruction.contracts')} headingId="items">
					<${DataTable} caption=${t('destruction.contracts')} columns=${ITEMS(d, setChosen)} rows=${d.items}
						rowKey=${(i) => i.position} testid="destruction-item" />
					<${More} show=${d.next} testid="destruction-next"
						onClick=${() => go(`/admin/destructions/${id}`, { after: d.next })} />
				<//>
			`}
			${['propose', 'refuse'].includes(what) && html`
				<${ReasonDialog}
					list=${d}
					what=${what}
					onDone=${done(t(`destruction.said_${what}`))}
					onClose=${close}
				/>
			`}
			${what === 'keep' && html`
				<${KeepDialog} list=${d} item=${item} onDone=${done(t('destruction.said_keep'))} onClose=${close} />
			`}
			${what === 'approve' && html`
				<${Approve} list=${d} onDone=${done(t('destruction.said_approve'))} onClose=${close} />
			`}
			${what === 'files' && html`<${Files} list=${d} item=${item} onClose=${close} />`}
		<//>
	`;
}
