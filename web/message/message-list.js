// A list of messages with date, party and text filters: received, sent, sealing.
import { html, useEffect, useState } from '../vendor/preact.js';
import { SavedFilters } from '../home/filters.js';
import { get } from '../shared/api.js';
import { ExportButtons } from '../shared/export.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go } from '../shared/router.js';
import {
	Alert, Button, Card, DataTable, EmptyState, ErrorAlert, Field, Loading, Pager, Tabs, TextField, useLoad,
} from '../shared/ui.js';

/** Today in Taipei, as YYYY-MM-DD. */
const today = () => new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);
const asSort = (sort) => (sort === 'newest' ? undefined : sort);
const KEYS = ['from', 'to', 'party', 'q'];

const exported = (list) => [
	[t('message.number'), (m) => m.number],
	[t('message.subject'), (m) => m.subject],
	[t('message.time'), (m) => dateTime(m.sentAt)],
	[t(list.party), (m) => m[list.party]],
	...(list.standing ? [[t('message.standing'), list.standing]] : []),
	[t('message.due_on'), (m) => m.dueOn?.replaceAll('-', '/') ?? ''],
];

function Filters({ query, parties, partyText, onShow }) {
	const stored = Object.fromEntries(KEYS.map((k) => [k, query[k] ?? '']));
	const [form, setForm] = useState(stored);
	useEffect(() => setForm(stored), [JSON.stringify(stored)]);
	const set = (name) => (value) => setForm((f) => ({ ...f, [name]: value }));
	const wrong = form.from && form.to && form.from > form.to;
	return html`
		<form
			class="filters"
			role="search"
			aria-label=${t('query')}
			onSubmit=${(e) => {
				e.preventDefault();
				if (!wrong) onShow({ ...form, q: form.q.trim() });
			}}
		>
			<${TextField}
				type="date"
				label=${t('filter.from')}
				value=${form.from}
				onInput=${set('from')}
				testid="filter-from"
				max="9999-12-31"
			/>
			<${TextField}
				type="date"
				label=${t('filter.to')}
				value=${form.to}
				onInput=${set('to')}
				testid="filter-to"
				max="9999-12-31"
				error=${wrong && t('filter.wrong')}
			/>
			<${Field} label=${partyText}>
				${(a) => html`
					<select ...${a} data-testid="filter-party" onChange=${(e) => set('party')(e.target.value)}>
						<option value="" selected=${!form.party}>
							ALL
						</option>
						${parties.map((p) => html`
							<option key=${p.id} value=${p.id} selected=${p.id === form.party}>
								${p.name}
							</option>
						`)}
					</select>
				`}
			<//>
			<${TextField}
				label=${t('filter.text')}
				value=${form.q}
				onInput=${set('q')}
				maxLength="100"
				testid="filter-text"
				autocomplete="off"
			/>
			<div class="filter-buttons">
				<${Button}
					testid="filter-clear"
					onClick=${() => {
						setForm({ from: '', to: '', party: '', q: '' });
						onShow({});
					}}
				>
					${t('clear')}
				<//>
				<${Button} kind="primary" type="submit" icon="search" testid="filter-submit">
					${t('query')}
				<//>
			</div>
		</form>
	`;
}

const SORTS = ['newest', 'oldest', 'subject', 'party', 'state', 'due'];

const Sort = ({ sort = 'newest', party, onSort }) => html`
	<label class="list-sort">
		${t('message.sort')}
		<select data-testid="message-sort" onChange=${(e) => onSort(e.target.value)}>
			${SORTS.map((s) => html`
				<option key=${s} value=${s} selected=${s === sort}>
					${s === 'party' ? party : t(`message.sort_${s}`)}
				</option>
			`)}
		</select>
	</label>
`;

/** By anything but time a list can be ordered only as long as it is not too long. */
const TooLong = ({ onBack }) => html`
	<${Alert} kind="warning" action=${html`<${Button} onClick=${onBack}>${t('message.unsorted')}<//>`}>
		${t('message.too_long')}
	<//>
`;

/** The last day, where there is one: past it is late. */
const Due = ({ on }) => on && html`
	<span class=${on < today() ? 'due due-late' : 'due'} data-testid="message-due">
		${t('message.due', { date: on.replaceAll('-', '/') })}
	</span>
`;

/**
 * list: {path, api, saved: its word for saved filters, party: 'sender'|'recipient', choices, tabs?, testid, title,
 * subject(row), standing?(row): a column of the exported file, choice?: {column, bar(rows, asked, filtered)}}.
 */
export function MessageList({ list, query }) {
	const page = Number(query.page) || 1;
	const tab = list.tabs ? (list.tabs.find((x) => x.id === query.tab)?.id ?? list.tabs[0].id) : undefined;
	const asked = {
		tab,
		from: query.from,
		to: query.to,
		[list.party]: query.party,
		q: query.q,
		sort: query.sort,
		page,
		size: 10,
	};
	const result = useLoad((signal) => get(list.api, asked, signal), JSON.stringify(asked));
	const { data } = result;
	const partyText = t(list.party);
	const tooLong = result.error?.field === 'sort';
	const show = (change) => go(list.path, { ...query, page: undefined, ...change });
	const filtered = KEYS.some((k) => query[k]);
	const columns = [
		...(list.choice ? [list.choice.column] : []),
		{
			text: t('message.subject'),
			class: 'main-cell',
			cell: (m) => html`${list.subject(m)} <${Due} on=${m.dueOn} />`,
		},
		{ text: t('message.time'), class: 'figure', cell: (m) => dateTime(m.sentAt) },
		{ text: partyText, class: 'party', cell: (m) => m[list.party] },
		{ text: t('message.number'), class: 'figure', cell: (m) => m.number },
	];
	return html`
			${list.tabs && html`
				<${Tabs}
					label=${list.title}
					current=${tab}
					onSelect=${(id) => show({ tab: id })}
					items=${list.tabs.map((x) => ({ ...x, count: data?.counters?.[x.id] }))}
				/>
			`}
			<${Card}>
				<${Filters}
					query=${query}
					parties=${data?.[list.choices] ?? []}
					partyText=${partyText}
					onShow=${(f) => go(list.path, { tab: query.tab, sort: query.sort, ...f })}
				/>
				<${SavedFilters}
					list=${list.saved}
					path=${list.path}
					query=${Object.fromEntries(['tab', 'sort', ...KEYS].map((k) => [k, query[k]]))}
				/>
				${tooLong
					? html`<${TooLong} onBack=${() => show({ sort: undefined })} />`
					: html`<${ErrorAlert} error=${result.error} retry=${result.reload} />`}
				${!data || tooLong ? (
					result.loading && html`<${Loading} />`
				) : data.total === 0 ? html`
					<${EmptyState} title=${t(filtered ? 'nothing_found' : 'message.none')}>
						${filtered && html`
							<${Button} onClick=${() => go(list.path, { tab: query.tab })}>${t('show_all')}<//>
						`}
					<//>
				` : html`
						<div class="list-tools">
							<${Sort}
								sort=${query.sort}
								party=${partyText}
								onSort=${(sort) => show({ sort: asSort(sort) })}
							/>
							<${ExportButtons}
								name=${list.title}
								api=${list.api}
								query=${{ ...asked, page: undefined, size: undefined }}
								columns=${exported(list)}
							/>
						</div>
						${list.choice?.bar(data.items, asked, filtered)}
						<${DataTable}
							caption=${list.title}
							columns=${columns}
							rows=${data.items}
							testid=${list.testid}
							rowKey=${(m) => `${m.id} ${m[list.party]}`}
							rowClass=${(m) => (m.read === false && list.party === 'sender' ? 'unread' : '')}
						/>
						<${Pager} ...${data} onPage=${(p) => show({ page: p })} />
					`}
			<//>
		`;
}
