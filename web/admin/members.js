// 人員: who works for an agency, with which roles.
import { html, useEffect, useState } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go, href } from '../shared/router.js';
import {
	Alert, Badge, Button, Card, DataTable, EmptyState, ErrorAlert, Loading, Page, Pager, TextField, useLoad,
} from '../shared/ui.js';
import { ImportDialog } from './import.js';
import { InviteDialog } from './member-dialogs.js';
import { ROLES, RoleBadges, Select } from './parts.js';

const COLUMNS = () => [
	{
		text: t('member.name'),
		cell: (m) => html`
			<a class="strong" href=${href(`/admin/members/${m.id}`)}>${m.name}</a>
			<div class="quiet">${m.account}</div>
			${m.invited && html`<${Badge} kind="warn">${t('member.invited')}<//>`}
		`,
	},
	{ text: t('unit'), cell: (m) => m.unit?.name ?? '—' },
	{ text: t('member.roles'), cell: (m) => html`<${RoleBadges} roles=${m.roles} />` },
	{ text: t('email'), cell: (m) => m.email },
	{ text: t('member.seen'), class: 'figure', cell: (m) => (m.seenAt ? dateTime(m.seenAt) : '—') },
];

function Filter({ query, units }) {
	const [q, setQ] = useState(query.q ?? '');
	useEffect(() => setQ(query.q ?? ''), [query.q]);
	const show = (change) => go('/admin/members', { ...query, q: q.trim(), page: undefined, ...change });
	const kind = units.length > 0 ? 'agency' : 'platform';
	return html`
		<form
			class="search-form"
			role="search"
			aria-label=${t('members.search')}
			onSubmit=${(e) => {
				e.preventDefault();
				show({});
			}}
		>
			<div class="filters">
				<${TextField}
					label=${t('members.condition')}
					value=${q}
					onInput=${setQ}
					maxLength="100"
					testid="member-query"
				/>
				${units.length > 0 && html`
					<${Select}
						label=${t('unit')}
						value=${query.unitId ?? ''}
						onChange=${(unitId) => show({ unitId })}
						choices=${[['', t('admin.all')], ...units.map((u) => [u.id, u.name])]}
						testid="member-unit"
					/>
				`}
				<${Select}
					label=${t('member.roles')}
					value=${query.role ?? ''}
					onChange=${(role) => show({ role })}
					choices=${[['', t('admin.all')], ...ROLES[kind].map((r) => [r, t(`role.${r}`)])]}
					testid="member-role"
				/>
				<${Select}
					label=${t('member.state')}
					value=${query.away ?? ''}
					onChange=${(away) => show({ away })}
					choices=${[['', t('member.here')], ['true', t('member.away')]]}
					testid="member-away"
				/>
				<div class="filter-buttons">
					<${Button} kind="primary" type="submit" icon="search" testid="member-query-submit">${t('query')}<//>
				</div>
			</div>
		</form>
	`;
}

/** The agency that the list is of: the one asked for, or one's own. */
function useAgency(id) {
	return useLoad(async (signal) => {
		const own = id ?? (await get('/admin/agencies', { size: 1 }, signal)).items[0].id;
		return get(`/admin/agencies/${own}`, {}, signal);
	}, id ?? '');
}

export function Members({ query }) {
	const agency = useAgency(query.organizationId);
	const organizationId = agency.data?.agency.id;
	const asked = {
		organizationId,
		unitId: query.unitId,
		role: query.role,
		away: query.away,
		q: query.q,
		page: Number(query.page) || 1,
		size: 20,
	};
	const [dialog, setDialog] = useState(null);
	const [said, setSaid] = useState(null);
	const list = useLoad(
		(signal) => (organizationId ? get('/admin/members', asked, signal) : Promise.resolve(null)),
		JSON.stringify(asked),
	);
	return html`
		<${Page}
			title=${t('menu.members')}
			intro=${agency.data?.agency.name}
			trail=${[{ text: t('menu.admin_group') }, { text: t('menu.members'), now: true }]}
			actions=${agency.data && html`
				${agency.data.agency.kind === 'agency' && html`
					<${Button} icon="upload" testid="members-import" onClick=${() => setDialog('import')}>
						${t('import.csv')}
					<//>
				`}
				<${Button} kind="primary" icon="plus-lg" testid="member-invite" onClick=${() => setDialog('invite')}>
					${t('member.invite')}
				<//>
			`}
		>
			${said && html`<div data-testid="admin-said"><${Alert} kind="success">${said}<//></div>`}
			<${Card} title=${t('members.list')} headingId="members">
				<${Filter} query=${query} units=${(agency.data?.units ?? []).filter((u) => !u.closedAt)} />
				<${ErrorAlert} error=${agency.error ?? list.error} retry=${list.reload} />
				${!list.data
					? list.loading && html`<${Loading} />`
					: list.data.total === 0
						? html`<${EmptyState} icon="people" title=${t('nothing_found')} />`
						: html`
							<${DataTable}
								caption=${t('members.list')}
								columns=${COLUMNS()}
								rows=${list.data.items}
								testid="member-row"
							/>
							<${Pager} ...${list.data} onPage=${(page) => go('/admin/members', { ...query, page })} />
						`}
			<//>
			${dialog === 'invite' && html`
				<${InviteDialog}
					agency=${agency.data.agency}
					units=${agency.data.units}
					onClose=${() => setDialog(null)}
					onDone=${({ id }) => go(`/admin/members/${id}`)}
				/>
			`}
			${dialog === 'import' && html`
				<${ImportDialog}
					agency=${agency.data.agency}
					what="members"
					onClose=${() => setDialog(null)}
					onDone=${() => {
						setDialog(null);
						setSaid(t('import.done'));
						list.reload();
					}}
				/>
			`}
		<//>
	`;
}
