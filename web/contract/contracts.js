// 電子契約查詢: my own cases, by number, vendor, case number, officer, dates and state.
import { html, useEffect, useState } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { SavedFilters } from '../home/filters.js';
import { BulkBar, useTicked } from '../life/bulk.js';
import { ExportButtons } from '../shared/export.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go, href } from '../shared/router.js';
import {
	Alert, Button, Card, DataTable, EmptyState, ErrorAlert, LinkButton, Loading, Page, Pager, useLoad,
} from '../shared/ui.js';
import { CONDITIONS, ContractSearch } from './contract-search.js';
import { StateBadge } from './state-badge.js';

const COLUMNS = () => [
	{
		text: t('contract.number'),
		cell: (c) => html`
			<a class="strong" href=${href(`/contracts/${c.id}`)}>
				${c.number}
			</a>
		`,
	},
	{
		text: t('contract.title'),
		cell: (c) => html`
			${c.title} ${c.caseNumber && html`<div class="quiet">${c.caseNumber}</div>`}
		`,
	},
	{ text: t('contracts.vendor'), cell: (c) => c.vendors || '—' },
	{ text: t('contract.handler'), cell: (c) => c.handler },
	{ text: t('contract.sent_at'), class: 'figure', cell: (c) => (c.sentAt ? dateTime(c.sentAt) : '—') },
	{
		text: t('contract.state'),
		cell: (c) => html`<${StateBadge} state=${c.state} testid="contract-row-state" />`,
	},
];

const exported = () => [
	[t('contract.number'), (c) => c.number],
	[t('contract.title'), (c) => c.title],
	[t('contract.case_number'), (c) => c.caseNumber],
	[t('contracts.vendor'), (c) => c.vendors],
	[t('contract.handler'), (c) => c.handler],
	[t('contract.sent_at'), (c) => dateTime(c.sentAt)],
	[t('contract.state'), (c) => t(`state.${c.state}`)],
];

const Nothing = ({ searched }) => html`
	<${EmptyState} icon="file-earmark-text" title=${t(searched ? 'nothing_found' : 'contracts.none')}>
		${searched ? html`
			<${Button} testid="show-all" onClick=${() => go('/contracts')}>${t('show_all')}<//>
		` : html`
			<${LinkButton} to="/contracts/new" kind="primary" icon="plus-lg">
				${t('contracts.new')}
			<//>
		`}
	<//>
`;

/** The list can be ordered by other things than time only as long as it is not too long. */
const TooLong = () => html`
	<${Alert} kind="warning" action=${html`<${Button} onClick=${() => history.back()}>${t('contracts.unsorted')}<//>`}>
		${t('contracts.too_long')}
	<//>
`;

function List({ query }) {
	const ticked = useTicked('bulk-contracts');
	const page = Number(query.page) || 1;
	const asked = { ...Object.fromEntries(CONDITIONS.map((name) => [name, query[name]])), page, size: 10 };
	const list = useLoad((signal) => get('/contracts', asked, signal), JSON.stringify(asked));
	const tooLong = list.error?.field === 'sort';
	return html`
		<${Card} title=${t('contracts.list')} headingId="list">
			${tooLong ? html`<${TooLong} />` : html`<${ErrorAlert} error=${list.error} retry=${list.reload} />`}
			${!list.data ? (
				list.loading && html`<${Loading} />`
			) : list.data.total === 0 ? html`
				<${Nothing} searched=${CONDITIONS.some((name) => query[name])} />
			` : html`
				<div class="list-tools">
					<${ExportButtons}
						name=${t('contracts.list')}
						api="/contracts"
						query=${Object.fromEntries(CONDITIONS.map((name) => [name, query[name]]))}
						columns=${exported()}
					/>
				</div>
				<${BulkBar} ticked=${ticked} here=${list.data.items} onDone=${list.reload} />
				<${DataTable}
					caption=${t('contracts.list')}
					columns=${[ticked.column, ...COLUMNS()]}
					rows=${list.data.items}
					testid="contract-row"
				/>
				<${Pager} ...${list.data} onPage=${(to) => go('/contracts', { ...query, page: to })} />
			`}
		<//>
	`;
}

export function Contracts({ query }) {
	const [discarded, setDiscarded] = useState(Boolean(query.discarded));
	useEffect(() => {
		if (query.discarded) go('/contracts', {}, { replace: true });
		else if (Object.keys(query).length > 0) setDiscarded(false);
	}, [JSON.stringify(query)]);
	return html`
		<${Page}
			title=${t('menu.contracts')}
			intro=${t('contracts.intro')}
			trail=${[{ text: t('menu.contracts_group') }, { text: t('menu.contracts'), now: true }]}
			actions=${html`
				<${LinkButton} to="/contracts/new" kind="primary" icon="plus-lg" testid="contract-new">
					${t('contracts.new')}
				<//>
			`}
		>
			${discarded && html`<${Alert} kind="success">${t('discard.done')}<//>`}
			<${Card} title=${t('contracts.query')} headingId="query">
				<${ContractSearch} query=${query} />
				<${SavedFilters} list="contracts" path="/contracts" query=${query} />
			<//>
			<${List} query=${query} />
		<//>
	`;
}
