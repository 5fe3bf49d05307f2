// 傳送文件: my drafts, and what I recalled.
import { html } from '../vendor/preact.js';
import { get, post } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go, href } from '../shared/router.js';
import { SearchForm } from '../shared/search-form.js';
import {
	Alert, Badge, Button, Card, DataTable, EmptyState, ErrorAlert, Icon, Loading, Page, useAction, useLoad,
} from '../shared/ui.js';
import { isDraft, isRecalled } from './letter-states.js';

export const trail = (now) => [
	{ text: t('menu.documents') },
	...(now
		? [{ text: t('menu.letters'), to: '/letters' }, { text: now, now: true }]
		: [{ text: t('menu.letters'), now: true }]),
];

/** A new draft is opened; start: {answers?, again?}. */
export async function begin(start = {}) {
	const { id } = await post('/letters', start);
	go(`/letters/${id}`);
}

const COLUMNS = () => [
	{
		text: t('letter.subject'),
		class: 'main-cell',
		cell: (l) => html`
			<a href=${href(isDraft(l) ? `/letters/${l.id}` : `/sent/${l.id}`)}>
				<${Icon} name=${isDraft(l) ? 'pencil-square' : 'arrow-return-left'} />
				${l.subject || t('letters.untitled')}
			</a>
			${l.number && html`${' '}<span class="quiet">${l.number}</span>`}
		`,
	},
	{
		text: t('letter.to'),
		class: 'party',
		cell: (l) => l.to ?? html`<span class="quiet">${t('letters.nobody')}</span>`,
	},
	{
		text: t('letters.state'),
		cell: (l) => html`<${Badge} kind=${isDraft(l) ? 'seal' : 'neutral'}>${t(`letter.state.${l.state}`)}<//>`,
	},
	{ text: t('letters.changed'), class: 'figure', cell: (l) => dateTime(l.recalledAt ?? l.changedAt) },
];

const againColumn = (action) => ({
	text: t('letters.again'),
	quiet: true,
	cell: (l) => isRecalled(l) && html`
		<${Button}
			icon="copy"
			testid="letter-again"
			busy=${action.busy}
			onClick=${() => action.run(() => begin({ again: l.id }))}
		>
				${t('letters.again')}
			<//>
		`,
});

const columns = (rows, action) => (rows.some(isRecalled) ? [...COLUMNS(), againColumn(action)] : COLUMNS());

const show = (word) => go(word ? `/letters?q=${encodeURIComponent(word)}` : '/letters');

const Nothing = ({ searched }) => (searched
	? html`
		<${EmptyState} title=${t('nothing_found')}>
			<${Button} onClick=${() => go('/letters')}>${t('show_all')}<//>
		<//>
	`
	: html`<${EmptyState} icon="pencil-square" title=${t('letters.none')}><p>${t('letters.none_hint')}</p><//>`);

export function Letters({ query }) {
	const q = query.q ?? '';
	const list = useLoad((signal) => get('/letters', { q: q || undefined }, signal), `letters ${q}`);
	const action = useAction();
	return html`
		<${Page}
			title=${t('menu.letters')}
			intro=${t('letters.intro')}
			trail=${trail()}
			actions=${html`
				<${Button}
					kind="primary"
					icon="plus-lg"
					testid="letter-new"
					busy=${action.busy}
					onClick=${() => action.run(() => begin())}
				>
					${t('letters.new')}
				<//>
			`}
		>
			${query.discarded && html`<${Alert} kind="success">${t('letter.discarded')}<//>`}
			<${ErrorAlert} error=${action.error} />
			<${ErrorAlert} error=${list.error} retry=${list.reload} />
			<${Card} title=${t('letters.list')} headingId="letters">
				${(q || list.data?.items.length > 0) && html`
					<${SearchForm} label=${t('letters.search')} q=${q} onShow=${show} testid="letters-search" />
				`}
				${!list.data
					? list.loading && html`<${Loading} />`
					: list.data.items.length === 0
						? html`<${Nothing} searched=${q !== ''} />`
						: html`
							<${DataTable}
								caption=${t('letters.list')}
								columns=${columns(list.data.items, action)}
								rows=${list.data.items}
								testid="letter-row"
							/>
						`}
			<//>
		<//>
	`;
}
