// 總收發: the sealing of every contract of the agency.
import { html } from '../vendor/preact.js';
import { StateBadge } from '../contract/state-badge.js';
import { get } from '../shared/api.js';
import { ExportButtons } from '../shared/export.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go, href } from '../shared/router.js';
import { SearchForm } from '../shared/search-form.js';
import {
	Card, DataTable, EmptyState, ErrorAlert, LinkButton, Loading, Page, Pager, Tabs, useLoad,
} from '../shared/ui.js';

const TABS = ['pending', 'coming', 'sealed', 'other', 'all'];

const columnsOf = () => [
	{
		text: t('contract.number'),
		class: 'main-cell',
		cell: (r) => html`<a href=${href(`/registry/${r.id}`)}>${r.number}</a>`,
	},
	{ text: t('contract.title'), cell: (r) => r.title },
	{ text: t('registry.vendors'), cell: (r) => r.vendors },
	{ text: t('contract.state'), cell: (r) => html`<${StateBadge} state=${r.state} />` },
	{ text: t('registry.asked_at'), class: 'figure', cell: (r) => dateTime(r.askedAt) },
	{ text: t('registry.sealers'), cell: (r) => r.sealers },
	{ text: t('registry.seals'), class: 'figure', cell: (r) => `${r.sealed} / ${r.needed}` },
	{ text: t('registry.deadline'), class: 'figure', cell: (r) => r.deadline?.replaceAll('-', '/') ?? '' },
];

const exported = () => [
	[t('contract.number'), (r) => r.number],
	[t('contract.title'), (r) => r.title],
	[t('registry.vendors'), (r) => r.vendors],
	[t('contract.handler'), (r) => r.handler],
	[t('contract.state'), (r) => t(`state.${r.state}`)],
	[t('contract.sent_at'), (r) => dateTime(r.sentAt)],
	[t('registry.asked_at'), (r) => dateTime(r.askedAt)],
	[t('registry.sealers'), (r) => r.sealers],
	[t('registry.seals'), (r) => `${r.sealed}/${r.needed}`],
	[t('registry.deadline'), (r) => r.deadline],
];

export function Registry({ query }) {
	const tab = TABS.includes(query.tab) ? query.tab : 'pending';
	const asked = { tab, q: query.q, page: Number(query.page) || 1, size: 10 };
	const list = useLoad((signal) => get('/registry', asked, signal), JSON.stringify(asked));
	const { data } = list;
	return html`
		<${Page}
			title=${t('registry.title')}
			intro=${t('registry.intro')}
			trail=${[{ text: t('menu.registry'), now: true }]}
			actions=${html`
				<${LinkButton} to="/registry/book" icon="file-earmark-text">${t('book.title')}<//>
				<${LinkButton} to="/deputies" icon="person-vcard">${t('deputy.title')}<//>
			`}
		>
			<${Tabs}
				label=${t('registry.title')}
				current=${tab}
				onSelect=${(id) => go('/registry', { ...query, page: undefined, tab: id })}
				items=${TABS.map((id) => ({ id, text: t(`registry.tab_${id}`), count: data?.counters?.[id] }))}
			/>
			<${Card}>
				<${SearchForm}
					label=${t('registry.search')}
					q=${query.q ?? ''}
					onShow=${(q) => go('/registry', q ? { ...query, page: undefined, q } : { tab: query.tab })}
					testid="registry-search"
				/>
				<${ErrorAlert} error=${list.error} retry=${list.reload} />
				${!data
					? list.loading && html`<${Loading} />`
					: data.total === 0
						? html`<${EmptyState} title=${t(query.q ? 'nothing_found' : 'registry.none')} />`
						: html`
							<div class="list-tools">
								<${ExportButtons}
									name=${t('registry.title')}
									api="/registry"
									query=${{ tab, q: query.q }}
									columns=${exported()}
								/>
							</div>
							<${DataTable}
								caption=${t('registry.title')}
								columns=${columnsOf()}
								rows=${data.items}
								testid="registry-row"
							/>
							<${Pager} ...${data} onPage=${(page) => go('/registry', { ...query, page })} />
						`}
			<//>
		<//>
	`;
}
