// 待核可: what a second administrator has to agree to: roles, scopes of clients, the platform's key.
import { html, useContext, useState } from '../vendor/preact.js';
import { Ask } from '../clients/client.js';
import { Scopes } from '../clients/parts.js';
import { get, post } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { href } from '../shared/router.js';
import {
	Alert, Badge, Button, Card, Confirm, DataTable, EmptyState, ErrorAlert, LinkButton, Loading, Page, Session, may,
	useAction, useLoad,
} from '../shared/ui.js';
import { MergesWaiting } from './merge.js';

const KIND = { approved: 'good', refused: 'bad', withdrawn: 'neutral' };

/** what: approve, refuse or withdraw. */
function Decide({ request, what, onDone, onClose }) {
	const action = useAction();
	const path = `/admin/approvals/${request.id}/${what === 'approve' ? 'approve' : 'refuse'}`;
	const values = { role: t(`role.${request.role}`), name: request.member };
	return html`
		<${Confirm}
			danger=${what !== 'approve'}
			title=${t(`approval.${what}`)}
			text=${t(`approval.${what}_text`, values)}
			ok=${t(`approval.${what}`)}
			busy=${action.busy}
			error=${action.error}
			onOk=${() => action.run(async () => onDone(await post(path, {})))}
			onCancel=${onClose}
		/>
	`;
}

const who = () => [
	{
		text: t('member.name'),
		cell: (q) => html`
			<a class="strong" href=${href(`/admin/members/${q.memberId}`)}>${q.member}</a>
			<div class="quiet">${[q.account, q.unit ?? q.organization].join(' · ')}</div>
		`,
	},
	{ text: t('approval.role'), cell: (q) => t(`role.${q.role}`) },
	{ text: t('role.reason'), cell: (q) => html`<span class="lines">${q.reason}</span>` },
	{
		text: t('approval.asked'),
		cell: (q) => html`${q.askedBy}<div class="quiet figure">${dateTime(q.askedAt)}</div>`,
	},
];

function Open({ list, onChoose }) {
	const button = (q, what, kind) => html`
		<${Button} kind=${kind} testid=${`approval-${what}`} onClick=${() => onChoose([q, what])}>
			${t(`approval.${what}`)}
		<//>
	`;
	const columns = [
		...who(),
		{
			text: t('admin.do'),
			quiet: true,
			cell: (q) => html`
				<div class="row-actions">
					${q.may && button(q, 'approve', 'primary')}
					${q.mine ? button(q, 'withdraw', 'plain') : button(q, 'refuse', 'plain')}
				</div>
			`,
		},
	];
	return list.items.length === 0
		? html`<${EmptyState} icon="person-check" title=${t('approvals.none')} />`
		: html`
			<${DataTable}
				caption=${t('menu.approvals')}
				columns=${columns}
				rows=${list.items}
				testid="approval-row"
			/>
		`;
}

function Closed() {
	const list = useLoad((signal) => get('/admin/approvals', { closed: true }, signal), 'closed');
	const columns = [
		...who(),
		{
			text: t('approval.decided'),
			cell: (q) => html`
				<${Badge} kind=${KIND[q.state]}>${t(`approval.${q.state}`)}<//>
				<div class="quiet">${q.decidedBy} <span class="figure">${dateTime(q.decidedAt)}</span></div>
			`,
		},
	];
	return html`
		<${ErrorAlert} error=${list.error} retry=${list.reload} />
		${list.data && (list.data.items.length === 0
			? html`<p class="quiet">${t('approvals.none_closed')}</p>`
			: html`
				<${DataTable}
					caption=${t('approvals.closed')}
					columns=${columns}
					rows=${list.data.items}
					testid="approval-closed-row"
				/>
			`)}
	`;
}

const askedClients = (choose) => [
	{
		text: t('clients.name'),
		cell: (c) => html`
			<a class="strong" href=${href(`/clients/${c.id}`)}>${c.name}</a>
			<div class="quiet">${c.organization.name} · ${c.purpose}</div>
		`,
	},
	{ text: t('clients.scopes'), cell: (c) => html`<${Scopes} words=${c.askedScopes} />` },
	{
		text: t('approval.asked'),
		cell: (c) => html`${c.askedBy}<div class="quiet figure">${dateTime(c.askedAt)}</div>`,
	},
	{
		text: t('admin.do'),
		quiet: true,
		cell: (c) => html`
			<div class="row-actions">
				${c.mayAgree && html`
					<${Button} kind="primary" testid="approval-client-agree" onClick=${() => choose([c, 'agree'])}>
						${t('clients.agree')}
					<//>
				`}
				<${Button} testid="approval-client-refuse" onClick=${() => choose([c, 'refuse'])}>
					${t(c.mayAgree ? 'clients.refuse' : 'clients.withdraw')}
				<//>
			</div>
		`,
	},
];

/** Scopes that clients of the public API ask for. */
function ClientsWaiting() {
	const list = useLoad((signal) => get('/clients', { asked: true, size: 100 }, signal), 'clients');
	const [chosen, choose] = useState(null);
	const [c, what] = chosen ?? [];
	const done = () => {
		choose(null);
		list.reload();
	};
	if (!list.error && !list.data?.items.length) return null;
	return html`
		<${Card} title=${t('approvals.clients')} headingId="clients-waiting">
			<${ErrorAlert} error=${list.error} retry=${list.reload} />
			${list.data && html`
				<${DataTable}
					caption=${t('approvals.clients')}
					columns=${askedClients(choose)}
					rows=${list.data.items}
					testid="approval-client-row"
				/>
			`}
			${c && html`
				<${Ask}
					danger=${what === 'refuse'}
					title=${t(`clients.ask_${what}`)}
					text=${t(`clients.ask_${what}_text`)}
					ok=${t(`clients.ask_${what}`)}
					act=${() => post(`/clients/${c.id}/${what}`, {})}
					onDone=${done}
					onClose=${() => choose(null)}
				/>
			`}
		<//>
	`;
}

/** Another key of the platform. */
function KeyWaiting() {
	const list = useLoad((signal) => get('/admin/platform/keys', {}, signal), 'keys');
	const asked = list.data?.items.find((k) => k.state === 'asked');
	return asked && html`
		<div data-testid="approval-key">
			<${Alert}
				kind="warning"
				title=${t('approvals.key', { by: asked.askedBy, at: dateTime(asked.fromAt) })}
				action=${html`
					<${LinkButton} to="/admin/keys" testid="approval-key-open">${t('approvals.key_open')}<//>
				`}
			>
				${asked.reason}
			<//>
		</div>
	`;
}

export function Approvals() {
	const platform = may(useContext(Session), 'platform_admin');
	const list = useLoad((signal) => get('/admin/approvals', {}, signal), 'open');
	const [chosen, setChosen] = useState(null);
	const [turn, setTurn] = useState(0);
	const done = () => {
		setChosen(null);
		setTurn((n) => n + 1);
		list.reload();
	};
	return html`
		<${Page}
			title=${t('menu.approvals')}
			intro=${t('approvals.intro')}
			trail=${[{ text: t('menu.admin_group') }, { text: t('menu.approvals'), now: true }]}
		>
			${platform && html`<${KeyWaiting} /><${MergesWaiting} />`}
			<${ClientsWaiting} />
			<${Card} title=${t('approvals.open')} headingId="open">
				<${ErrorAlert} error=${list.error} retry=${list.reload} />
				${list.data
					? html`<${Open} list=${list.data} onChoose=${setChosen} />`
					: list.loading && html`<${Loading} />`}
			<//>
			<${Card} title=${t('approvals.closed')} headingId="closed">
				<${Closed} key=${turn} />
			<//>
			${chosen && html`
				<${Decide} request=${chosen[0]} what=${chosen[1]} onDone=${done} onClose=${() => setChosen(null)} />
			`}
		<//>
	`;
}
