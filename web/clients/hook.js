// One webhook: how it goes, what was sent there, each try of it, and again.
import { html, useState } from '../vendor/preact.js';
import { del, get, post, put } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go } from '../shared/router.js';
import {
	Alert, Badge, Button, Card, DataTable, Dialog, EmptyState, ErrorAlert, Loading, Page, useAction, useLoad,
} from '../shared/ui.js';
import { Facts } from '../admin/parts.js';
import { Ask } from './client.js';
import { HookDialog } from './hooks.js';
import { HOOK_KIND, Once } from './parts.js';

const DELIVERY = { pending: 'warn', delivered: 'good', failed: 'bad' };
const outcome = (d) => d.error || (d.status ? `HTTP ${d.status}` : '—');
const kindText = (kind) => t(kind === 'test' ? 'hook.test_event' : `event.${kind}`);

function Tries({ base, delivery, onClose }) {
	const load = useLoad((signal) => get(`${base}/deliveries/${delivery.id}`, {}, signal), delivery.id);
	const columns = [
		{ text: t('hook.at'), class: 'figure', cell: (x) => dateTime(x.at) },
		{ text: t('hook.result'), cell: (x) => x.error || `HTTP ${x.status}` },
		{ text: t('hook.millis'), class: 'figure', cell: (x) => `${x.millis} ms` },
	];
	return html`
		<${Dialog} wide title=${kindText(delivery.kind)} onClose=${onClose}>
			<${ErrorAlert} error=${load.error} />
			${!load.data ? html`<${Loading} />` : html`
				${load.data.tries.length > 0 && html`
					<${DataTable}
						caption=${t('hook.tries')}
						columns=${columns}
						rows=${load.data.tries}
						rowKey=${(x) => x.at}
						testid="try-row"
					/>
				`}
				${load.data.event && html`
					<h3>${t('hook.body')}</h3>
					<pre class="import-example" tabindex="0">${JSON.stringify(load.data.event, null, 2)}</pre>
				`}
			`}
		<//>
	`;
}

const columns = (mine, open, again, busy) => [
	{ text: t('hook.created'), class: 'figure', cell: (d) => dateTime(d.createdAt) },
	{
		text: t('hook.kind'),
		cell: (d) => html`
			<button type="button" class="link" data-testid="delivery-open" onClick=${() => open(d)}>
				${kindText(d.kind)}
			</button>
		`,
	},
	{
		text: t('clients.state'),
		cell: (d) => html`
			<${Badge} kind=${DELIVERY[d.state]}>${t(`delivery.${d.state}`)}<//>
			<div class="quiet">${outcome(d)}</div>
		`,
	},
	{ text: t('hook.attempts'), class: 'figure', cell: (d) => d.attempts },
	{ text: t('hook.next'), class: 'figure', cell: (d) => (d.nextAt ? dateTime(d.nextAt) : '—') },
	{
		text: t('admin.do'),
		quiet: true,
		cell: (d) => mine && d.state !== 'pending' && html`
			<${Button} kind="quiet" disabled=${busy} testid="delivery-again" onClick=${() => again(d)}>
				${t('hook.again')}
			<//>
		`,
	},
];

function Deliveries({ base, hook, version }) {
	const [before, setBefore] = useState(undefined);
	const [open, setOpen] = useState(null);
	const list = useLoad((signal) => get(`${base}/deliveries`, { before }, signal), `${base} ${before} ${version}`);
	const action = useAction();
	const again = (d) =>
		action.run(async () => {
			await post(`${base}/deliveries/${d.id}/again`, {});
			list.reload();
		});
	const items = list.data?.items;
	return html`
		<${Card}
			title=${t('hook.log')}
			headingId="log"
			actions=${html`
				<${Button} icon="arrow-clockwise" testid="log-reload" onClick=${() => list.reload()}>
					${t('hook.reload')}
				<//>
			`}
		>
			<${ErrorAlert} error=${action.error ?? list.error} retry=${list.reload} />
			${!items ? list.loading && html`<${Loading} />` : items.length === 0 ? html`
				<${EmptyState} icon="inbox" title=${t('hook.log_none')} />
			` : html`
				<${DataTable}
					caption=${t('hook.log')}
					columns=${columns(hook.mine, setOpen, again, action.busy)}
					rows=${items}
					testid="delivery-row"
				/>
			`}
			${list.data?.next && html`
				<p class="audit-more">
					<${Button} testid="log-older" onClick=${() => setBefore(list.data.next)}>${t('clients.older')}<//>
				</p>
			`}
			${open && html`<${Tries} base=${base} delivery=${open} onClose=${() => setOpen(null)} />`}
		<//>
	`;
}

const About = ({ hook, act, open }) => html`
	<${Card}
		title=${t('hook.facts')}
		headingId="facts"
		actions=${hook.mine && html`
			<${Button} icon="send" testid="hook-test" onClick=${() => act('test')}>${t('hook.test')}<//>
			<${Button} icon="pencil-square" testid="hook-change" onClick=${() => open('change')}>
				${t('clients.change')}
			<//>
			<${Button} icon="key" testid="hook-rotate" onClick=${() => open('rotate')}>${t('hook.rotate')}<//>
			${hook.state === 'active' ? html`
				<${Button} testid="hook-pause" onClick=${() => act('pause')}>${t('hook.pause')}<//>
			` : html`
				<${Button} kind="primary" testid="hook-resume" onClick=${() => act('resume')}>
					${t('hook.resume')}
				<//>
			`}
			<${Button} kind="danger" icon="trash" testid="hook-remove" onClick=${() => open('remove')}>
				${t('hook.remove')}
			<//>
		`}
	>
		<${Facts}
			testid="hook-facts"
			items=${[
				[t('clients.state'), html`<${Badge} kind=${HOOK_KIND[hook.state]}>${t(`hook.${hook.state}`)}<//>`],
				[t('hook.url'), html`<span class="client-url">${hook.url}</span>`],
				[t('hook.kinds'), hook.allKinds ? t('hook.all') : hook.kinds.map((k) => t(`event.${k}`)).join('、')],
				[t('hook.told'), hook.toldAt ? dateTime(hook.toldAt) : t('clients.never')],
				...(hook.failingSince ? [[t('hook.failing_since'), dateTime(hook.failingSince)]] : []),
				...(hook.secretBeforeUntil ? [[t('hook.both_until'), dateTime(hook.secretBeforeUntil)]] : []),
			]}
		/>
		${hook.state === 'disabled' && html`<${Alert} kind="warning">${t('hook.disabled_text')}<//>`}
	<//>
`;

function Dialogs({ open, base, hook, done, close, leave }) {
	if (open === 'change') {
		return html`
			<${HookDialog}
				title=${t('clients.change')}
				value=${hook}
				submit=${async (form) => done(await put(base, { ...form, version: hook.version }))}
				onClose=${close}
			/>
		`;
	}
	const remove = open === 'remove';
	return html`
		<${Ask}
			danger=${remove}
			title=${t(`hook.${open}`)}
			text=${t(`hook.${open}_text`)}
			ok=${t(`hook.${open}`)}
			act=${() => (remove ? del(base) : post(`${base}/rotate`, {}))}
			onDone=${remove ? leave : done}
			onClose=${close}
		/>
	`;
}

export function Hook({ id, hookId }) {
	const base = `/clients/${id}/hooks/${hookId}`;
	const load = useLoad((signal) => get(base, {}, signal), base);
	const client = useLoad((signal) => get(`/clients/${id}`, {}, signal), id);
	const [open, setOpen] = useState(null);
	const [secret, setSecret] = useState(null);
	const [said, setSaid] = useState(null);
	const [version, setVersion] = useState(0);
	const action = useAction();
	const done = (answer) => {
		if (answer.secret) setSecret(answer.secret);
		setOpen(null);
		load.reload();
	};
	const act = (what) =>
		action.run(async () => {
			await post(`${base}/${what}`, {});
			setSaid(t(`hook.${what}_done`));
			setVersion((n) => n + 1);
			load.reload();
		});
	const hook = load.data;
	return html`
		<${Page}
			title=${t('hook.one')}
			trail=${[
				{ text: t('menu.clients'), to: '/clients' },
				{ text: client.data?.name ?? '…', to: `/clients/${id}` },
				{ text: t('hook.one'), now: true },
			]}
		>
			<${ErrorAlert} error=${action.error ?? load.error} retry=${load.reload} />
			${said && html`<div data-testid="hook-said"><${Alert} kind="success">${said}<//></div>`}
			${!hook ? load.loading && html`<${Loading} />` : html`
				<${About} hook=${hook} act=${act} open=${setOpen} />
				<${Deliveries} base=${base} hook=${hook} version=${version} />
			`}
			${open && html`
				<${Dialogs}
					open=${open}
					base=${base}
					hook=${hook}
					done=${done}
					close=${() => setOpen(null)}
					leave=${() => go(`/clients/${id}`)}
				/>
			`}
			${secret && html`
				<${Once}
					title=${t('hook.secret_made')}
					text=${t('hook.secret_once')}
					items=${[[t('hook.secret'), secret, 'once-secret']]}
					onClose=${() => setSecret(null)}
				/>
			`}
		<//>
	`;
}
