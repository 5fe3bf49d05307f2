// 電子契約查詢: my own cases.
import { html, useEffect, useState } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go, href } from '../shared/router.js';
import {
	Alert, Badge, Button, Card, DataTable, EmptyState, ErrorAlert, Field, LinkButton, Loading, Page, Pager,
	TextField, useLoad,
} from '../shared/ui.js';

export const StateBadge = ({ state, testid }) => html`
	<span class="state" data-testid=${testid}>
		<${Badge} kind=${state === 'completed' ? 'good' : 'warn'}>
			${t(state === 'completed' ? 'contract.completed' : 'contract.open')}
		<//>
		${state !== 'completed' && html`<span class="quiet">${t(`state.${state}`)}</span>`}
	</span>
`;

const STATES = ['open', 'completed', 'draft', 'vendor_pending', 'agency_pending'];

export function Contracts({ query }) {
	const { q = '', state = '' } = query;
	const page = Number(query.page) || 1;
	const [text, setText] = useState(q);
	const list = useLoad(
		(signal) => get('/contracts', { q, state, page, size: 10 }, signal),
		JSON.stringify([q, state, page]),
	);
	const show = (change) => go('/contracts', { q, state, ...change });
	useEffect(() => setText(q), [q]);
	const columns = [
		{
			text: t('contract.number'),
			cell: (c) => html`
				<a class="strong" href=${href(`/contracts/${c.id}`)}>
					${c.number}
				</a>
			`,
		},
		{ text: t('contract.title'), cell: (c) => c.title },
		{ text: t('contract.handler'), cell: (c) => c.handler },
		{ text: t('contract.sent_at'), class: 'figure', cell: (c) => (c.sentAt ? dateTime(c.sentAt) : '—') },
		{
			text: t('contract.state'),
			cell: (c) => html`<${StateBadge} state=${c.state} testid="contract-row-state" />`,
		},
	];
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
			${query.discarded && html`<${Alert} kind="success">${t('discard.done')}<//>`}
			<${Card} title=${t('contracts.query')} headingId="query">
				<form
					class="filters"
					role="search"
					aria-label=${t('contracts.query')}
					onSubmit=${(e) => {
						e.preventDefault();
						show({ q: text.trim(), page: undefined });
					}}
				>
					<${TextField}
						label=${t('contracts.condition')}
						value=${text}
						onInput=${setText}
						maxLength="100"
						testid="contract-query"
						autocomplete="off"
					/>
					<${Field} label=${t('contract.state')}>
						${(a) => html`
							<select
								...${a}
								data-testid="contract-state"
								onChange=${(e) =>
									show({ q: text.trim(), state: e.target.value, page: undefined })}
							>
								<option value="" selected=${!state}>
									${t('tab.all')}
								</option>
								${STATES.map((s) => html`
									<option value=${s} selected=${s === state}>
										${t(`contracts.${s}`)}
									</option>
								`)}
							</select>
						`}
					<//>
					<div class="filter-buttons">
						<${Button} kind="primary" type="submit" icon="search" testid="contract-query-submit">
							${t('query')}
						<//>
					</div>
				</form>
			<//>
			<${Card} title=${t('contracts.list')} headingId="list">
				<${ErrorAlert} error=${list.error} retry=${list.reload} />
				${!list.data ? (
					list.loading && html`<${Loading} />`
				) : list.data.total === 0 ? html`
					<${EmptyState}
						icon="file-earmark-text"
						title=${t(q || state ? 'nothing_found' : 'contracts.none')}
					>
						${q || state ? html`
							<${Button} onClick=${() => go('/contracts')}>${t('show_all')}<//>
						` : html`
							<${LinkButton} to="/contracts/new" kind="primary" icon="plus-lg">
								${t('contracts.new')}
							<//>
						`}
					<//>
				` : html`
						<${DataTable}
							caption=${t('contracts.list')}
							columns=${columns}
							rows=${list.data.items}
							testid="contract-row"
						/>
						<${Pager} ...${list.data} onPage=${(p) => show({ page: p })} />
					`}
			<//>
		<//>
	`;
}
