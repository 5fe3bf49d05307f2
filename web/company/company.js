// 企業管理: who belongs to the company, and who may sign for it.
import { html, useState } from '../vendor/preact.js';
import { useProven } from '../account/proof.js';
import { del, get, post, put, upload } from '../shared/api.js';
import { FormDialog, namesField, wrong } from '../shared/form-dialog.js';
import { date, dateTime, fileSize } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import {
	Alert, Badge, Button, Card, Confirm, DataTable, EmptyState, ErrorAlert, Field, Loading, Page, Pager,
	TextField, useLoad,
} from '../shared/ui.js';

const STATE = { active: 'good', invited: 'warn', left: 'neutral' };

const Roles = ({ value, onChange }) => html`
	<fieldset class="company-roles">
		<legend>${t('account.roles')}</legend>
		${['signer', 'admin'].map((role) => html`
			<label class="choice" key=${role}>
				<input
					type="checkbox"
					checked=${value[role]}
					data-testid=${`company-${role}`}
					onChange=${() => onChange({ ...value, [role]: !value[role] })}
				/>
				<span>${t(`company.${role}`)}</span>
			</label>
		`)}
	</fieldset>
`;

/** Its form's dialog; the act may be asked for a proof before. */
const CompanyDialog = (props) => html`
	<${FormDialog} ...${props} tag="company" atField=${namesField} action=${useProven()} />
`;

/** Name, account and address of somebody new. */
export const PersonFields = ({ value, onChange, error }) => {
	const set = (key) => (text) => onChange({ ...value, [key]: text });
	return html`
		<${TextField}
			label=${t('account.name')}
			required
			value=${value.name}
			onInput=${set('name')}
			error=${wrong(error, 'name')}
			maxLength="50"
			autocomplete="off"
			testid="company-name"
		/>
		<${TextField}
			label=${t('login.account')}
			required
			value=${value.account}
			onInput=${set('account')}
			hint=${t('company.account_hint')}
			error=${wrong(error, 'account')}
			maxLength="64"
			autocomplete="off"
			autocapitalize="none"
			testid="company-account"
		/>
		<${TextField}
			label=${t('account.email')}
			required
			type="email"
			value=${value.email}
			onInput=${set('email')}
			error=${wrong(error, 'email')}
			maxLength="254"
			autocomplete="off"
			testid="company-email"
		/>
	`;
};

export const trimmed = ({ name, account, email }) =>
	({ name: name.trim(), account: account.trim(), email: email.trim() });

function Invite({ onDone, onClose }) {
	const [form, setForm] = useState({ name: '', account: '', email: '', signer: true, admin: false });
	const { signer, admin } = form;
	return html`
		<${CompanyDialog}
			title=${t('company.invite')}
			ok=${t('company.invite_send')}
			submit=${async () => onDone(await post('/company/members', { ...trimmed(form), signer, admin }))}
			onClose=${onClose}
		>
			${(error) => html`
				<p>${t('company.invite_text')}</p>
				<${PersonFields} value=${form} onChange=${setForm} error=${error} />
				<${Roles} value=${form} onChange=${setForm} />
			`}
		<//>
	`;
}

function ChangeRoles({ member, onDone, onClose }) {
	const [form, setForm] = useState({ signer: member.signer, admin: member.admin });
	return html`
		<${CompanyDialog}
			title=${t('company.roles_of', { name: member.name })}
			ok=${t('account.save')}
			submit=${async () => onDone(await put(`/company/members/${member.id}/roles`, form))}
			onClose=${onClose}
		>
			${() => html`
				<p>${t('company.roles_text')}</p>
				<${Roles} value=${form} onChange=${setForm} />
			`}
		<//>
	`;
}

function Dismiss({ member, work, onDone, onClose }) {
	const action = useProven();
	const remove = () => action.run(async () => onDone(await del(`/company/members/${member.id}`)));
	const text = [
		t('company.dismiss_text', { name: member.name }),
		member.signer && work.openTasks > 0 && t('company.dismiss_open', { n: work.openTasks, m: work.signers - 1 }),
	].filter(Boolean);
	return html`
		<${Confirm}
			title=${t('company.dismiss')}
			text=${text.join('')}
			ok=${t('company.dismiss')}
			danger
			busy=${action.busy}
			error=${action.error}
			onOk=${remove}
			onCancel=${onClose}
		/>
		${action.dialog}
	`;
}

function Members({ list, onAct, onPage }) {
	const columns = [
		{
			text: t('account.name'),
			cell: (m) => html`
				<span class="strong">${m.name}</span>${' '}<span class="quiet">${m.account}</span>
			`,
		},
		{ text: t('account.email'), cell: (m) => m.email },
		{
			text: t('account.roles'),
			cell: (m) => ['signer', 'admin'].filter((r) => m[r]).map((r) => t(`company.${r}`)).join(t('comma')) || '—',
		},
		{
			text: t('company.state'),
			cell: (m) => html`<${Badge} kind=${STATE[m.state]}>${t(`company.${m.state}`)}<//>`,
		},
		{ text: t('company.seen'), class: 'figure', cell: (m) => dateTime(m.seenAt) || '—' },
		{
			text: t('document.actions'),
			quiet: true,
			cell: (m) => m.state !== 'left' && html`
				<div class="company-actions">
					${m.state === 'invited' && html`
						<${Button} testid="member-again" onClick=${() => onAct('again', m)}>${t('company.again')}<//>
					`}
					<${Button} testid="member-roles" onClick=${() => onAct('roles', m)}>${t('account.roles')}<//>
					${!m.me && html`
						<${Button} kind="danger-quiet" testid="member-dismiss" onClick=${() => onAct('dismiss', m)}>
							${t('company.dismiss')}
						<//>
					`}
				</div>
			`,
		},
	];
	return html`
		<${DataTable} caption=${t('company.members')} columns=${columns} rows=${list.items} testid="member-row" />
		<${Pager} ...${list} onPage=${onPage} label=${t('company.members')} />
	`;
}

/** "2026-12-01" of a day from today, as dates are given. */
const day = (days) => new Date(Date.now() + 8 * 3600e3 + days * 86400e3).toISOString().slice(0, 10);

function Grant({ members, onDone, onClose }) {
	const [form, setForm] = useState({ member: members[0]?.id ?? '', firstDay: day(0), lastDay: day(365), file: null });
	const [missing, setMissing] = useState(false);
	const set = (key) => (e) => setForm({ ...form, [key]: e.target.value });
	async function submit() {
		const { member, firstDay, lastDay, file } = form;
		setMissing(!file);
		if (!file) return;
		const query = new URLSearchParams({ member, firstDay, lastDay });
		onDone(await upload(`/company/authorities?${query}`, file, () => {}).promise);
	}
	return html`
		<${CompanyDialog} title=${t('authority.grant')} ok=${t('authority.grant')} submit=${submit} onClose=${onClose}>
			${(error) => html`
				<p>${t('authority.grant_text')}</p>
				<${Field} label=${t('authority.member')} required>
					${(a) => html`
						<select ...${a} data-testid="authority-member" onChange=${set('member')}>
							${members.map((m) => html`<option value=${m.id}>${m.name} (${m.account})</option>`)}
						</select>
					`}
				<//>
				<div class="form-grid">
					<${Field} label=${t('notify.from')} required error=${wrong(error, 'firstDay')}>
						${(a) => html`<input ...${a} type="date" value=${form.firstDay} onInput=${set('firstDay')} />`}
					<//>
					<${Field} label=${t('notify.to')} required error=${wrong(error, 'lastDay')}>
						${(a) => html`
							<input
								...${a}
								type="date"
								value=${form.lastDay}
								data-testid="authority-last"
								onInput=${set('lastDay')}
							/>
						`}
					<//>
				</div>
				<${Field}
					label=${t('authority.letter')}
					required
					hint=${t('authority.letter_hint')}
					error=${missing && t('error.field_required')}
				>
					${(a) => html`
						<input
							...${a}
							type="file"
							accept="application/pdf"
							data-testid="authority-file"
							onChange=${(e) => setForm({ ...form, file: e.target.files[0] ?? null })}
						/>
					`}
				<//>
			`}
		<//>
	`;
}

const KIND = { active: 'good', coming: 'warn', over: 'neutral', revoked: 'neutral' };

function Authorities({ members }) {
	const [page, setPage] = useState(1);
	const [granting, setGranting] = useState(false);
	const list = useLoad((signal) => get('/company/authorities', { page, size: 10 }, signal), page);
	const action = useProven();
	const revoke = (a) =>
		action.run(async () => {
			await del(`/company/authorities/${a.id}`);
			list.reload();
		});
	const columns = [
		{ text: t('authority.member'), cell: (a) => `${a.member} (${a.account})` },
		{ text: t('authority.days'), class: 'figure', cell: (a) => `${date(a.firstDay)} – ${date(a.lastDay)}` },
		{
			text: t('authority.letter'),
			cell: (a) => html`
				<a href=${`/api/v1/company/authorities/${a.id}/letter`} download data-testid="authority-letter">
					${a.letter}
				</a>${' '}<span class="quiet">${fileSize(a.size)}</span>
			`,
		},
		{
			text: t('company.state'),
			cell: (a) => html`<${Badge} kind=${KIND[a.state]}>${t(`authority.${a.state}`)}<//>`,
		},
		{
			text: t('document.actions'),
			quiet: true,
			class: 'narrow',
			cell: (a) => ['active', 'coming'].includes(a.state) && html`
				<${Button} kind="danger-quiet" busy=${action.busy} testid="authority-revoke" onClick=${() => revoke(a)}>
					${t('authority.revoke')}
				<//>
			`,
		},
	];
	return html`
		<${Card}
			title=${t('authority.title')}
			headingId="authorities"
			testid="authorities"
			actions=${members.length > 0 && html`
				<${Button} icon="plus-lg" testid="authority-add" onClick=${() => setGranting(true)}>
					${t('authority.grant')}
				<//>
			`}
		>
			<p class="quiet">${t('authority.text')}</p>
			<${ErrorAlert} error=${list.error ?? action.error} retry=${list.error && list.reload} />
			${!list.data ? list.loading && html`<${Loading} />` : list.data.total === 0 ? html`
				<${EmptyState} icon="patch-check" title=${t('authority.none')} />
			` : html`
				<${DataTable}
					caption=${t('authority.title')}
					columns=${columns}
					rows=${list.data.items}
					testid="authority-row"
				/>
				<${Pager} ...${list.data} onPage=${setPage} label=${t('authority.title')} />
			`}
			${granting && html`
				<${Grant}
					members=${members}
					onClose=${() => setGranting(false)}
					onDone=${() => {
						setGranting(false);
						list.reload();
					}}
				/>
			`}
			${action.dialog}
		<//>
	`;
}

export function Company() {
	const [page, setPage] = useState(1);
	const [act, setAct] = useState(null); // {kind, member}
	const [said, setSaid] = useState(null);
	const list = useLoad((signal) => get('/company/members', { page, size: 20 }, signal), page);
	const again = useProven();
	const close = () => setAct(null);
	const done = (text) => () => {
		close();
		setSaid(text);
		list.reload();
	};
	function onAct(kind, member) {
		setSaid(null);
		if (kind !== 'again') return setAct({ kind, member });
		return again.run(async () => {
			await post(`/company/members/${member.id}/invite`, {});
			setSaid(t('company.invited_again', { name: member.name }));
		});
	}
	const data = list.data;
	const signers = (data?.items ?? []).filter((m) => m.signer && m.state !== 'left');
	return html`
		<${Page}
			title=${t('menu.company')}
			intro=${t('company.intro')}
			trail=${[{ text: t('menu.settings') }, { text: t('menu.company'), now: true }]}
		>
			<${ErrorAlert} error=${list.error ?? again.error} retry=${list.error && list.reload} />
			${said && html`<${Alert} kind="success">${said}<//>`}
			<${Card}
				title=${t('company.members')}
				headingId="members"
				testid="members"
				actions=${html`
					<${Button} kind="primary" icon="person-plus" testid="member-add" onClick=${() => onAct('invite')}>
						${t('company.invite')}
					<//>
				`}
			>
				${data ? html`
					${data.signers === 0 && html`<p class="note note-warning">${t('company.no_signer')}</p>`}
					<${Members} list=${data} onAct=${onAct} onPage=${setPage} />
				` : list.loading && html`<${Loading} />`}
			<//>
			<${Authorities} members=${signers} />
			${act?.kind === 'invite' && html`<${Invite} onClose=${close} onDone=${done(t('company.invite_done'))} />`}
			${act?.kind === 'roles' && html`
				<${ChangeRoles} member=${act.member} onClose=${close} onDone=${done(t('account.saved'))} />
			`}
			${act?.kind === 'dismiss' && html`
				<${Dismiss} member=${act.member} work=${data} onClose=${close} onDone=${done(t('company.dismissed'))} />
			`}
			${again.dialog}
		<//>
	`;
}
