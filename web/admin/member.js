// One member: who it is, what waits for them, their roles.
import { html, useContext, useState } from '../vendor/preact.js';
import { del, get, post } from '../shared/api.js';
import { FormDialog, ReasonField } from '../shared/form-dialog.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import {
	Alert, Badge, Button, Card, Confirm, DataTable, ErrorAlert, Loading, Page, Session, useAction, useLoad,
} from '../shared/ui.js';
import { LeaveDialog, MoveDialog } from './member-dialogs.js';
import { Facts, NEEDS_SECOND, ROLES, mayAsk } from './parts.js';

function GiveDialog({ member, role, onDone, onClose }) {
	const [reason, setReason] = useState('');
	const second = NEEDS_SECOND.includes(role);
	const body = () => (reason.trim() ? { role, reason: reason.trim() } : { role });
	return html`
		<${FormDialog}
			title=${t('role.give_named', { role: t(`role.${role}`), name: member.name })}
			text=${t(second ? 'role.give_second' : 'role.give_text')}
			ok=${t(second ? 'role.ask' : 'role.give')}
			submit=${async () => onDone(await post(`/admin/members/${member.id}/roles`, body()))}
			onClose=${onClose}
		>
			${(error) => html`
				<p class="note">${t(`role_what.${role}`)}</p>
				${second && html`
					<${ReasonField}
						label=${t('role.reason')}
						value=${reason}
						onInput=${setReason}
						error=${error}
						testid="role-reason"
					/>
				`}
			`}
		<//>
	`;
}

function TakeDialog({ member, role, onDone, onClose }) {
	const action = useAction();
	return html`
		<${Confirm}
			danger
			title=${t('role.take_named', { role: t(`role.${role}`), name: member.name })}
			text=${t('role.take_text')}
			ok=${t('role.take')}
			busy=${action.busy}
			error=${action.error}
			onOk=${() => action.run(async () => onDone(await del(`/admin/members/${member.id}/roles/${role}`)))}
			onCancel=${onClose}
		/>
	`;
}

function RoleState({ has, waits }) {
	if (has) return html`<${Badge} kind="good">${t('role.has')}<//>`;
	return waits ? html`<${Badge} kind="warn">${t('role.waits')}<//>` : html`<span class="quiet">—</span>`;
}

function Roles({ member, waiting, reload, say }) {
	const session = useContext(Session);
	const [dialog, setDialog] = useState(null);
	const close = () => setDialog(null);
	const done = (answer) => {
		close();
		say(answer.asked ? t('role.asked') : t('role.done'));
		reload();
	};
	const rows = (ROLES[member.organizationKind] ?? []).map((role) => ({ id: role, has: member.roles.includes(role) }));
	const button = (role, has) => {
		if (has) {
			return html`
				<${Button} kind="quiet" testid=${`role-take-${role}`} onClick=${() => setDialog(['take', role])}>
					${t('role.take')}
				<//>
			`;
		}
		return mayAsk(session, role) && !waiting.includes(role) && html`
			<${Button} kind="quiet" testid=${`role-give-${role}`} onClick=${() => setDialog(['give', role])}>
				${t(NEEDS_SECOND.includes(role) ? 'role.ask' : 'role.give')}
			<//>
		`;
	};
	const columns = [
		{ text: t('member.roles'), cell: (r) => html`<strong>${t(`role.${r.id}`)}</strong>` },
		{ text: t('role.what'), cell: (r) => t(`role_what.${r.id}`) },
		{
			text: t('role.state'),
			cell: (r) => html`<${RoleState} has=${r.has} waits=${waiting.includes(r.id)} />`,
		},
		{ text: t('admin.do'), quiet: true, cell: (r) => !member.away && button(r.id, r.has) },
	];
	const [what, role] = dialog ?? [];
	return html`
		<${Card} title=${t('member.roles')} headingId="roles">
			<${DataTable} caption=${t('member.roles')} columns=${columns} rows=${rows} testid="role-row" />
		<//>
		${what === 'give' && html`<${GiveDialog} member=${member} role=${role} onDone=${done} onClose=${close} />`}
		${what === 'take' && html`<${TakeDialog} member=${member} role=${role} onDone=${done} onClose=${close} />`}
	`;
}

const Work = ({ work }) => html`
	<${Card} title=${t('member.work')} headingId="work">
		<p class="note">${t('member.work_text')}</p>
		<${Facts}
			testid="member-work"
			items=${[
				[t('member.handles'), String(work.handles)],
				[t('member.officer'), String(work.officer)],
				[t('member.seals'), String(work.seals)],
			]}
		/>
	<//>
`;

function Actions({ member, onOpen, act }) {
	const button = (name, icon, onClick, kind = 'plain') => html`
		<${Button} kind=${kind} icon=${icon} testid=${`member-${name}`} disabled=${act.busy} onClick=${onClick}>
			${t(`member.${name}`)}
		<//>
	`;
	if (member.away) return button('return', 'arrow-return-left', () => act.post('return', t('member.returned')));
	return html`
		${member.invited && button('invite_again', 'envelope', () => act.post('invite', t('member.invited_again')))}
		${member.organizationKind === 'agency' && button('move', 'building', () => onOpen('move'))}
		${button('leave', 'person-x', () => onOpen('leave'))}
	`;
}

function Body({ data, waiting, reload }) {
	const [said, setSaid] = useState(null);
	const [dialog, setDialog] = useState(null);
	const action = useAction();
	const { member, work } = data;
	const done = (text) => () => {
		setDialog(null);
		setSaid(text);
		reload();
	};
	const act = {
		busy: action.busy,
		post: (what, text) =>
			action.run(async () => {
				await post(`/admin/members/${member.id}/${what}`, {});
				done(text)();
			}),
	};
	return html`
		${said && html`<div data-testid="admin-said"><${Alert} kind="success">${said}<//></div>`}
		<${ErrorAlert} error=${action.error} />
		${member.away && html`<${Alert} kind="warning">${t('member.is_away')}<//>`}
		${member.invited && !member.away && html`<${Alert} kind="info">${t('member.is_invited')}<//>`}
		<div class="columns">
			<${Card}
				title=${t('member.facts')}
				headingId="member-facts"
				actions=${html`<${Actions} member=${member} onOpen=${setDialog} act=${act} />`}
			>
				<${Facts}
					testid="member-facts"
					items=${[
						[t('account'), member.account],
						[t('email'), member.email],
						[t('agency.name'), member.organization],
						[t('unit'), member.unit && `${member.unit.name} ${member.unit.code}`],
						[t('member.since'), dateTime(member.createdAt)],
						[t('member.seen'), dateTime(member.seenAt)],
					]}
				/>
			<//>
			<${Work} work=${work} />
		</div>
		<${Roles} member=${member} waiting=${waiting} reload=${reload} say=${setSaid} />
		${dialog === 'move' && html`
			<${MoveDialog} member=${member} onDone=${done(t('member.moved'))} onClose=${() => setDialog(null)} />
		`}
		${dialog === 'leave' && html`
			<${LeaveDialog}
				member=${member}
				work=${work}
				onDone=${done(t('member.left'))}
				onClose=${() => setDialog(null)}
			/>
		`}
	`;
}

export function Member({ id }) {
	const load = useLoad(async (signal) => {
		const [one, approvals] = await Promise.all([
			get(`/admin/members/${id}`, {}, signal),
			get('/admin/approvals', {}, signal),
		]);
		return { ...one, waiting: approvals.items.filter((q) => q.memberId === id).map((q) => q.role) };
	}, id);
	const name = load.data?.member.name ?? '';
	return html`
		<${Page}
			title=${name || t('menu.members')}
			trail=${[
				{ text: t('menu.admin_group') },
				{ text: t('menu.members'), to: '/admin/members' },
				{ text: name, now: true },
			]}
		>
			<${ErrorAlert} error=${load.error} retry=${load.reload} />
			${load.data
				? html`<${Body} data=${load.data} waiting=${load.data.waiting} reload=${load.reload} />`
				: load.loading && html`<${Loading} />`}
		<//>
	`;
}
