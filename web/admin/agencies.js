// 機關與單位: the tree of agencies, one level at a time, or what a search finds.
import { html, useContext, useEffect, useState } from '../vendor/preact.js';
import { get, post } from '../shared/api.js';
import { FormDialog, wrong } from '../shared/form-dialog.js';
import { t } from '../shared/i18n.js';
import { go, href } from '../shared/router.js';
import {
	Badge, Button, Card, DataTable, EmptyState, ErrorAlert, Loading, Page, Pager, Session, TextField, may, useLoad,
} from '../shared/ui.js';

export function AgencyFields({ form, set, error }) {
	const field = (name, label, hint) => html`
		<${TextField}
			label=${label}
			hint=${hint}
			required
			maxLength="100"
			value=${form[name]}
			onInput=${set(name)}
			error=${wrong(error, name)}
			testid=${`agency-${name}`}
		/>
	`;
	return html`
		${field('name', t('agency.name'))}
		${field('shortName', t('agency.short_name'), t('agency.short_name_hint'))}
		${field('cardIdentity', t('agency.card_identity'), t('agency.card_identity_hint'))}
	`;
}

export function AgencyDialog({ parent, onDone, onClose }) {
	const [form, setForm] = useState({ code: '', name: '', shortName: '本局', cardIdentity: '' });
	const set = (name) => (value) => setForm((f) => ({ ...f, [name]: value }));
	const body = () => ({
		code: form.code.trim().toUpperCase(),
		name: form.name.trim(),
		shortName: form.shortName.trim(),
		cardIdentity: form.cardIdentity.trim(),
		...(parent ? { parentId: parent.id } : {}),
	});
	return html`
		<${FormDialog}
			title=${t('agency.new')}
			text=${parent ? t('agency.new_below', { name: parent.name }) : t('agency.new_top')}
			ok=${t('admin.create')}
			submit=${async () => onDone(await post('/admin/agencies', body()))}
			onClose=${onClose}
		>
			${(error) => html`
				<${TextField}
					label=${t('agency.code')}
					hint=${t('agency.code_hint')}
					required
					maxLength="10"
					value=${form.code}
					onInput=${set('code')}
					error=${wrong(error, 'code')}
					testid="agency-code"
				/>
				<${AgencyFields} form=${form} set=${set} error=${error} />
			`}
		<//>
	`;
}

const COLUMNS = () => [
	{ text: t('agency.code'), class: 'figure', cell: (a) => a.kind === 'agency' ? a.code : '—' },
	{
		text: t('agency.name'),
		cell: (a) => html`
			<a class="strong" href=${href(`/admin/agencies/${a.id}`)}>${a.name}</a>
			${a.closedAt && html`${' '}<${Badge}>${t('unit.closed')}<//>`}
			${a.successorName && html`<div class="quiet">${t('unit.merged_into', { name: a.successorName })}</div>`}
		`,
	},
	{ text: t('agency.parent'), cell: (a) => a.parentName ?? '—' },
	{ text: t('agency.units'), class: 'figure', cell: (a) => a.units },
	{
		text: t('agency.below'),
		class: 'figure',
		cell: (a) => a.below > 0
			? html`<a href=${href('/admin/agencies', { under: a.id, name: a.name })}>${a.below}</a>`
			: 0,
	},
];

function Search({ query }) {
	const [q, setQ] = useState(query.q ?? '');
	useEffect(() => setQ(query.q ?? ''), [query.q]);
	return html`
		<form
			class="picker-form"
			role="search"
			aria-label=${t('agency.search')}
			onSubmit=${(e) => {
				e.preventDefault();
				go('/admin/agencies', { q: q.trim() });
			}}
		>
			<${TextField}
				label=${t('agency.search')}
				value=${q}
				onInput=${setQ}
				maxLength="100"
				testid="agency-query"
			/>
			<${Button} kind="primary" type="submit" icon="search" testid="agency-query-submit">${t('query')}<//>
		</form>
	`;
}

export function Agencies({ query }) {
	const session = useContext(Session);
	const platform = may(session, 'platform_admin');
	const asked = { under: query.under, q: query.q, page: Number(query.page) || 1, size: 20 };
	const list = useLoad((signal) => get('/admin/agencies', asked, signal), JSON.stringify(asked));
	const [open, setOpen] = useState(false);
	const items = list.data?.items;
	// Who has one agency is there at once.
	useEffect(() => {
		if (!platform && items?.length === 1) go(`/admin/agencies/${items[0].id}`, {}, { replace: true });
	}, [items]);
	return html`
		<${Page}
			title=${query.under ? t('agency.below_of', { name: query.name }) : t('menu.agencies')}
			intro=${t('agencies.intro')}
			trail=${[{ text: t('menu.admin_group') }, { text: t('menu.agencies'), now: true }]}
			actions=${platform && html`
				<${Button} kind="primary" icon="plus-lg" testid="agency-new" onClick=${() => setOpen(true)}>
					${t('agency.new')}
				<//>
			`}
		>
			<${Card} title=${t('menu.agencies')} headingId="agencies">
				${platform && html`<${Search} query=${query} />`}
				<${ErrorAlert} error=${list.error} retry=${list.reload} />
				${!items
					? list.loading && html`<${Loading} />`
					: items.length === 0
						? html`<${EmptyState} icon="building" title=${t('nothing_found')} />`
						: html`
							<${DataTable}
								caption=${t('menu.agencies')}
								columns=${COLUMNS()}
								rows=${items}
								testid="agency-row"
							/>
							<${Pager} ...${list.data} onPage=${(page) => go('/admin/agencies', { ...query, page })} />
						`}
			<//>
			${open && html`
				<${AgencyDialog}
					parent=${query.under && { id: query.under, name: query.name }}
					onClose=${() => setOpen(false)}
					onDone=${({ id }) => go(`/admin/agencies/${id}`)}
				/>
			`}
		<//>
	`;
}
