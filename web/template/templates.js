// 範本: what the agency has, by name; retired ones on their own.
import { html, useContext, useState } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go, href } from '../shared/router.js';
import {
	Badge, Button, Card, DataTable, EmptyState, ErrorAlert, Field, LinkButton, Loading, Page, Pager, Session, TextField,
	may, useLoad,
} from '../shared/ui.js';

export const trail = (...more) => [{ text: t('menu.contracts_group') }, ...more];

const COLUMNS = (mayBegin) => [
	{
		text: t('template.name'),
		class: 'main-cell',
		cell: (x) => html`
			<a class="strong" href=${href(`/templates/${x.id}`)}>${x.name}</a>
			<div class="quiet">${x.subject}</div>
		`,
	},
	{ text: t('template.kind'), cell: (x) => t(`template.kind_${x.kind}`) },
	{ text: t('template.version'), class: 'figure', cell: (x) => x.newest },
	{
		text: t('template.owner'),
		cell: (x) => html`${x.owner} ${x.mine && html`<${Badge}>${t('template.mine')}<//>`}`,
	},
	{ text: t('template.changed_at'), class: 'figure', cell: (x) => dateTime(x.changedAt) },
	{
		text: t('template.use'),
		quiet: true,
		class: 'template-use',
		cell: (x) => mayBegin && x.kind === 'contract' && !x.retired && html`
			<${LinkButton}
				to="/contracts/new"
				query=${{ template: x.id }}
				icon="file-earmark-plus"
				testid="template-use"
			>
				${t('template.use')}
			<//>
		`,
	},
];

function Search({ query }) {
	const [q, setQ] = useState(query.q ?? '');
	const show = (part) => go('/templates', { ...query, q: q.trim(), page: '', ...part });
	const select = (name, label, choices) => html`
		<${Field} label=${label}>
			${(a) => html`
				<select
					...${a}
					data-testid=${`template-filter-${name}`}
					onChange=${(e) => show({ [name]: e.target.value })}
				>
					${choices.map(([value, text]) => html`
						<option key=${value} value=${value} selected=${value === (query[name] ?? '')}>${text}</option>
					`)}
				</select>
			`}
		<//>
	`;
	return html`
		<form
			role="search"
			onSubmit=${(e) => {
				e.preventDefault();
				show({});
			}}
		>
			<div class="filters">
				<${TextField}
					label=${t('template.name')}
					value=${q}
					onInput=${setQ}
					maxLength="100"
					testid="template-q"
				/>
				${select('kind', t('template.kind'), [
					['', t('template.kind_all')],
					['contract', t('template.kind_contract')],
					['message', t('template.kind_message')],
				])}
				${select('retired', t('template.standing'), [
					['', t('template.in_use')],
					['true', t('template.retired')],
				])}
				<div class="filter-buttons">
					<${Button} kind="primary" type="submit" icon="search" testid="template-query">${t('query')}<//>
				</div>
			</div>
		</form>
	`;
}

export function Templates({ query }) {
	const session = useContext(Session);
	const asked = { q: query.q, kind: query.kind, retired: query.retired, page: Number(query.page) || 1, size: 10 };
	const list = useLoad((signal) => get('/templates', asked, signal), JSON.stringify(asked));
	const keeps = may(session, ['officer', 'agency_admin']);
	const { data } = list;
	return html`
		<${Page}
			title=${t('template.title')}
			intro=${t('template.intro')}
			trail=${trail({ text: t('template.title'), now: true })}
			actions=${keeps && html`
				<${LinkButton}
					to="/templates/new"
					query=${{ kind: 'message' }}
					icon="envelope"
					testid="template-new-message"
				>
					${t('template.new_message')}
				<//>
				<${LinkButton} to="/templates/new" kind="primary" icon="plus-lg" testid="template-new">
					${t('template.new_contract')}
				<//>
			`}
		>
			<${Card} title=${t('template.list')} headingId="templates">
				<${Search} key=${JSON.stringify(query)} query=${query} />
				<${ErrorAlert} error=${list.error} retry=${list.reload} />
				${!data
					? list.loading && html`<${Loading} />`
					: data.total === 0
						? html`
							<${EmptyState}
								icon="copy"
								title=${t(query.q || query.retired ? 'nothing_found' : 'template.none')}
							>
								${keeps && !query.q && !query.retired && html`<p>${t('template.none_hint')}</p>`}
							<//>
						`
						: html`
							<${DataTable}
								caption=${t('template.list')}
								columns=${COLUMNS(may(session, 'officer'))}
								rows=${data.items}
								testid="template-row"
							/>
							<${Pager} ...${data} onPage=${(page) => go('/templates', { ...query, page })} />
						`}
			<//>
		<//>
	`;
}
