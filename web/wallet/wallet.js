// 我的證件: the list, with search and kinds; what ends soon; what was deleted lately.
import { html, useState } from '../vendor/preact.js';
import { del, get, post, saveFile } from '../shared/api.js';
import { date, fileSize } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { href } from '../shared/router.js';
import {
	Button, Confirm, DataTable, EmptyState, ErrorAlert, Field, Icon, Loading, Tabs, useAction, useLoad,
} from '../shared/ui.js';
import { Expiry, KINDS, save, useUnlocked, Verdict, WalletPage } from './parts.js';
import { StoreDialog } from './store.js';

const most = (n) => (n >= 100 ? '99+' : n);

/** How much of it is used. */
const Room = ({ wallet }) => html`
	<div class="wallet-room">
		<label for="wallet-room-bar">
			${t('wallet.room', { used: fileSize(wallet.used), quota: fileSize(wallet.quota), n: wallet.items })}
		</label>
		<progress id="wallet-room-bar" max=${wallet.quota} value=${wallet.used}></progress>
	</div>
`;

const Search = ({ filter, onChange }) => {
	const [q, setQ] = useState(filter.q);
	const send = (e) => {
		e.preventDefault();
		onChange({ ...filter, q: q.trim() });
	};
	return html`
		<form class="wallet-search" role="search" onSubmit=${send}>
			<${Field} label=${t('wallet.search')}>
				${(a) => html`
					<input
						...${a}
						type="search"
						maxlength="100"
						value=${q}
						data-testid="wallet-q"
						onInput=${(e) => setQ(e.target.value)}
					/>
				`}
			<//>
			<${Field} label=${t('wallet.kind')}>
				${(a) => html`
					<select
						...${a}
						value=${filter.kind}
						data-testid="wallet-kind-filter"
						onChange=${(e) => onChange({ ...filter, q: q.trim(), kind: e.target.value })}
					>
						<option value="">${t('wallet.all_kinds')}</option>
						${KINDS.map((k) => html`<option value=${k}>${t(`wallet.kind.${k}`)}</option>`)}
					</select>
				`}
			<//>
			<${Button} type="submit" icon="search" testid="wallet-find">${t('wallet.find')}<//>
		</form>
	`;
};

const COLUMNS = (soon) => [
	{
		text: t('wallet.name'),
		cell: (i) => html`
			<a
				class="strong"
				href=${href(`/wallet/items/${i.id}`)}
				data-testid="wallet-open"
			>
				${i.name}
			</a>
		`,
	},
	{ text: t('wallet.kind'), cell: (i) => t(`wallet.kind.${i.kind}`) },
	{ text: t('wallet.issuer'), cell: (i) => i.issuer || html`<span class="quiet">—</span>` },
	{ text: t('wallet.expires'), class: 'figure', cell: (i) => html`<${Expiry} item=${i} soon=${soon} />` },
	{ text: t('wallet.verification'), cell: (i) => html`<${Verdict} of=${i} />` },
	{ text: t('wallet.size'), class: 'figure', cell: (i) => fileSize(i.size) },
	{ text: t('wallet.stored'), class: 'figure', cell: (i) => date(i.createdAt) },
];

/** What was deleted: taken back, or deleted for good. */
function Deleted({ items, days, onDone }) {
	const action = useAction();
	const [purging, setPurging] = useState(null);
	const columns = [
		{ text: t('wallet.name'), cell: (i) => html`<span class="strong">${i.name}</span>` },
		{ text: t('wallet.deleted_at'), class: 'figure', cell: (i) => date(i.deletedAt) },
		{
			text: t('wallet.gone_at'),
			class: 'figure',
			cell: (i) => date(new Date(Date.parse(i.deletedAt) + days * 86400e3).toISOString()),
		},
		{
			text: t('document.actions'),
			quiet: true,
			cell: (i) => html`
				<div class="wallet-buttons">
					<${Button}
						testid="wallet-restore"
						busy=${action.busy}
						onClick=${() => action.run(async () => onDone(await post(`/wallet/items/${i.id}/restore`, {})))}
					>
						${t('wallet.restore')}
					<//>
					<${Button} kind="danger-quiet" testid="wallet-purge" onClick=${() => setPurging(i)}>
						${t('wallet.purge')}
					<//>
				</div>
			`,
		},
	];
	return html`
		<p class="quiet">${t('wallet.deleted_text', { n: days })}</p>
		<${ErrorAlert} error=${action.error} />
		<${DataTable} caption=${t('wallet.tab.deleted')} columns=${columns} rows=${items} testid="wallet-deleted-row" />
		${purging && html`
			<${Confirm}
				danger
				title=${t('wallet.purge')}
				text=${t('wallet.purge_text', { name: purging.name })}
				ok=${t('wallet.purge')}
				busy=${action.busy}
				error=${action.error}
				onCancel=${() => setPurging(null)}
				onOk=${() => action.run(async () => {
					await del(`/wallet/items/${purging.id}/file`);
					setPurging(null);
					onDone();
				})}
			/>
		`}
	`;
}

const TABS = ['all', 'expiring', 'deleted'];
const query = ({ tab, q, kind }, after) => ({ tab, q, kind, after, size: 20 });

function List({ wallet, turn, tab: first, onChange }) {
	const [filter, setFilter] = useState({ tab: TABS.includes(first) ? first : 'all', q: '', kind: '' });
	const [more, setMore] = useState(null); // the pages behind the first: {key, items, next}
	const key = JSON.stringify([filter, turn]);
	const list = useLoad((signal) => get('/wallet/items', query(filter), signal), key);
	const next = useAction();
	const behind = more?.key === key ? more : { items: [], next: list.data?.next };
	const items = [...(list.data?.items ?? []), ...behind.items];
	const goOn = () => next.run(async () => {
		const page = await get('/wallet/items', query(filter, behind.next));
		setMore({ key, items: [...behind.items, ...page.items], next: page.next });
	});
	const done = () => {
		list.reload();
		setMore(null);
		onChange();
	};
	const tabs = [
		{ id: 'all', text: t('wallet.tab.all'), count: wallet.items - (list.data?.deleted ?? 0) },
		{ id: 'expiring', text: t('wallet.tab.expiring'), count: list.data && most(list.data.expiring) },
		{ id: 'deleted', text: t('wallet.tab.deleted'), count: list.data && most(list.data.deleted) },
	];
	const searched = filter.q || filter.kind;
	return html`
		<${Search} filter=${filter} onChange=${setFilter} />
		<${Tabs}
			label=${t('wallet.section.items')}
			items=${tabs}
			current=${filter.tab}
			onSelect=${(tab) => setFilter({ ...filter, tab })}
		/>
		<${ErrorAlert} error=${list.error} retry=${list.reload} />
		${!list.data
			? list.loading && html`<${Loading} />`
			: items.length === 0
				? html`
					<${EmptyState}
						icon="wallet2"
						title=${t(searched ? 'wallet.none_found' : `wallet.none.${filter.tab}`)}
					>
						${!searched && filter.tab === 'all' && html`<p>${t('wallet.none_text')}</p>`}
					<//>
				`
				: items[0].state === 'deleted'
					? html`<${Deleted} items=${items} days=${wallet.deletedDays} onDone=${done} />`
					: html`
						<${DataTable}
							caption=${t('wallet.section.items')}
							columns=${COLUMNS(wallet.remindDays || 30)}
							rows=${items}
							testid="wallet-row"
						/>
					`}
		<${ErrorAlert} error=${next.error} />
		${behind.next && html`
			<p class="wallet-more">
				<${Button}
					icon="chevron-down"
					busy=${next.busy}
					testid="wallet-more"
					onClick=${goOn}
				>
					${t('wallet.more')}
				<//>
			</p>
		`}
	`;
}

function Export({ wallet, reload }) {
	const action = useUnlocked(reload);
	const run = () => action.run(async () => save(await saveFile('GET', '/wallet/export')));
	return html`
		<${Button}
			icon="file-earmark-zip"
			busy=${action.busy}
			disabled=${wallet.items === 0}
			testid="wallet-export"
			onClick=${run}
		>
			${t('wallet.export')}
		<//>
		<${ErrorAlert} error=${action.error} />
		${action.dialog}
	`;
}

export function Wallet({ query: asked }) {
	const [storing, setStoring] = useState(false);
	const [turn, setTurn] = useState(0);
	return html`
		<${WalletPage}
			now="items"
			title=${t('wallet.title')}
			trail=${[{ text: t('wallet.title'), now: true }]}
			actions=${html`
				<${Button} kind="primary" icon="upload" testid="wallet-add" onClick=${() => setStoring(true)}>
					${t('wallet.add')}
				<//>
			`}
		>
			${(wallet, reload) => html`
				<${List} wallet=${wallet} turn=${turn} tab=${asked.tab} onChange=${reload} />
				<div class="wallet-foot">
					<${Room} wallet=${wallet} />
					<${Export} wallet=${wallet} reload=${reload} />
				</div>
				<p class="quiet wallet-labels"><${Icon} name="info-circle" /> ${t('wallet.labels_text')}</p>
				${storing && html`
					<${StoreDialog}
						onClose=${() => setStoring(false)}
						onDone=${() => {
							setStoring(false);
							setTurn(turn + 1);
							reload();
						}}
					/>
				`}
			`}
		<//>
	`;
}
