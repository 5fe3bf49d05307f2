// People come, move and leave: the forms behind the buttons; each says what it will do.
import { html, useState } from '../vendor/preact.js';
import { get, post, put } from '../shared/api.js';
import { FormDialog, wrong } from '../shared/form-dialog.js';
import { t } from '../shared/i18n.js';
import { TextField, useLoad } from '../shared/ui.js';
import { Select } from './parts.js';

const unitChoices = (units) => [
	['', t('member.no_unit')],
	...units.filter((u) => !u.closedAt).map((u) => [u.id, `${u.name} ${u.fullCode}`]),
];

export function InviteDialog({ agency, units, onDone, onClose }) {
	const [form, setForm] = useState({ account: '', name: '', email: '', unitId: '' });
	const set = (name) => (value) => setForm((f) => ({ ...f, [name]: value }));
	const body = () => ({
		organizationId: agency.id,
		account: form.account.trim(),
		name: form.name.trim(),
		email: form.email.trim(),
		...(form.unitId ? { unitId: form.unitId } : {}),
	});
	const field = (error, name, label, hint, type = 'text') => html`
		<${TextField}
			label=${label}
			hint=${hint}
			type=${type}
			required
			maxLength="254"
			value=${form[name]}
			onInput=${set(name)}
			error=${wrong(error, name)}
			testid=${`invite-${name}`}
			autocomplete="off"
		/>
	`;
	return html`
		<${FormDialog}
			title=${t('member.invite')}
			text=${t('member.invite_text')}
			ok=${t('member.invite_do')}
			submit=${async () => onDone(await post('/admin/members', body()))}
			onClose=${onClose}
		>
			${(error) => html`
				${field(error, 'name', t('member.name'))}
				${field(error, 'account', t('account'), t('member.account_hint'))}
				${field(error, 'email', t('email'), t('member.email_hint'), 'email')}
				${units.length > 0 && html`
					<${Select}
						label=${t('unit')}
						value=${form.unitId}
						onChange=${set('unitId')}
						choices=${unitChoices(units)}
						error=${wrong(error, 'unitId')}
						testid="invite-unit"
					/>
				`}
			`}
		<//>
	`;
}

export function MoveDialog({ member, onDone, onClose }) {
	const agency = useLoad((signal) => get(`/admin/agencies/${member.organizationId}`, {}, signal), 'move');
	const [unitId, setUnitId] = useState(member.unit?.id ?? '');
	return html`
		<${FormDialog}
			title=${t('member.move')}
			text=${t('member.move_text')}
			ok=${t('member.move')}
			submit=${async () => onDone(await put(`/admin/members/${member.id}/unit`, unitId ? { unitId } : {}))}
			onClose=${onClose}
		>
			${(error) => html`
				<${Select}
					label=${t('unit')}
					value=${unitId}
					onChange=${setUnitId}
					choices=${unitChoices(agency.data?.units ?? [])}
					error=${wrong(error, 'unitId')}
					testid="move-unit"
				/>
			`}
		<//>
	`;
}

/** Officers whose name, account or unit has q, as choices; the member not among them. */
function useHeirs(member, q) {
	const asked = { organizationId: member.organizationId, role: 'officer', q: q.trim(), size: 20 };
	const list = useLoad((signal) => get('/admin/members', asked, signal), q.trim());
	return (list.data?.items ?? []).filter((m) => m.id !== member.id);
}

export function LeaveDialog({ member, work, onDone, onClose }) {
	const [q, setQ] = useState('');
	const [to, setTo] = useState('');
	const heirs = useHeirs(member, q);
	const open = work.handles + work.officer > 0;
	return html`
		<${FormDialog}
			danger
			title=${t('member.leave_named', { name: member.name })}
			text=${t('member.leave_text')}
			ok=${t('member.leave')}
			submit=${async () => onDone(await post(`/admin/members/${member.id}/leave`, to ? { to } : {}))}
			onClose=${onClose}
		>
			${(error) => html`
				<p data-testid="leave-effect">
					${t(open ? 'member.leave_open' : 'member.leave_none', work)}
					${work.seals > 0 && html`${' '}${t('member.leave_seals', { n: work.seals })}`}
				</p>
				${open && html`
					<${TextField}
						label=${t('member.heir_find')}
						value=${q}
						onInput=${setQ}
						maxLength="100"
						testid="leave-find"
					/>
					<${Select}
						label=${t('member.heir')}
						required
						value=${to}
						onChange=${setTo}
						choices=${[['', t('please_choose')], ...heirs.map((m) => [m.id, `${m.name} ${m.account}`])]}
						error=${wrong(error, 'to') || (error?.code === 'not_empty' && t('member.heir_needed'))}
						testid="leave-to"
					/>
				`}
			`}
		<//>
	`;
}
