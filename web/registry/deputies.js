// 代理人: who seals for whom, from when to when, and for which cases.
import { html, useContext, useState } from '../vendor/preact.js';
import { del, get, post } from '../shared/api.js';
import { FormDialog } from '../shared/form-dialog.js';
import { t } from '../shared/i18n.js';
import { go } from '../shared/router.js';
import {
	Badge, Button, Card, Confirm, DataTable, EmptyState, ErrorAlert, Field, Loading, Page, Pager, Session, TextField,
	may, useAction, useLoad,
} from '../shared/ui.js';

const KIND = { now: 'good', coming: 'warn', over: 'neutral', ended: 'neutral' };
const RULES_ALL = ['registry', 'agency_admin'];

const Select = ({ label, value, onChange, choices, error, testid, required = false }) => html`
	<${Field} label=${label} required=${required} error=${error}>
		${(a) => html`
			<select ...${a} data-testid=${testid} onChange=${(e) => onChange(e.target.value)}>
				<option value="" selected=${!value}>${t(required ? 'please_choose' : 'deputy.all_cases')}</option>
				${choices.map(([id, text]) => html`
					<option key=${id} value=${id} selected=${id === value}>${text}</option>
				`)}
			</select>
		`}
	<//>
`;

function DeputyDialog({ onDone, onClose }) {
	const session = useContext(Session);
	const people = useLoad((signal) => get('/registry/people', {}, signal), 'people');
	const all = RULES_ALL.some((role) => may(session, role));
	const me = all ? '' : session.member.id;
	const [form, setForm] = useState({ memberId: me, deputyId: '', from: '', to: '', unitId: '' });
	const [missing, setMissing] = useState(/** @type {string[]} */ ([]));
	const set = (name) => (value) => setForm((f) => ({ ...f, [name]: value }));
	const persons = (people.data?.items ?? []).map((p) => [p.id, `${p.name} ${p.account}`]);
	async function submit() {
		const empty = ['memberId', 'deputyId', 'from', 'to'].filter((name) => !form[name]);
		setMissing(empty);
		if (empty.length > 0) return;
		const { unitId, ...rest } = form;
		await post('/deputies', unitId ? form : rest);
		onDone();
	}
	return html`
		<${FormDialog}
			title=${t('deputy.new')}
			text=${t('deputy.new_text')}
			ok=${t('deputy.new')}
			submit=${submit}
			onClose=${onClose}
		>
			${(error) => {
				const bad = (name) =>
					(missing.includes(name) && t('error.field_required')) || (error?.field === name && error.message);
				return html`
					${all && html`
						<${Select}
							label=${t('deputy.member')}
							required
							value=${form.memberId}
							onChange=${set('memberId')}
							choices=${persons}
							error=${bad('memberId')}
							testid="deputy-member"
						/>
					`}
					<${Select}
						label=${t('deputy.deputy')}
						required
						value=${form.deputyId}
						onChange=${set('deputyId')}
						choices=${persons.filter(([id]) => id !== form.memberId)}
						error=${bad('deputyId')}
						testid="deputy-deputy"
					/>
					<${TextField}
						type="date"
						label=${t('filter.from')}
						required
						value=${form.from}
						onInput=${set('from')}
						error=${bad('from')}
						testid="deputy-from"
					/>
					<${TextField}
						type="date"
						label=${t('filter.to')}
						required
						value=${form.to}
						onInput=${set('to')}
						error=${bad('to')}
						testid="deputy-to"
					/>
					<${Select}
						label=${t('deputy.scope')}
						value=${form.unitId}
						onChange=${set('unitId')}
						choices=${(people.data?.units ?? []).map((u) => [u.id, u.name])}
						error=${bad('unitId')}
						testid="deputy-unit"
					/>
				`;
			}}
		<//>
	`;
}

export function Deputies({ query }) {
	const page = Number(query.page) || 1;
	const list = useLoad((signal) => get('/deputies', { page, size: 10 }, signal), String(page));
	const [open, setOpen] = useState(false);
	const [ending, setEnding] = useState(null);
	const action = useAction();
	const end = () => action.run(async () => {
		await del(`/deputies/${ending.id}`);
		setEnding(null);
		list.reload();
	});
	const columns = [
		{ text: t('deputy.member'), class: 'main-cell', cell: (d) => d.member },
		{ text: t('deputy.deputy'), cell: (d) => d.deputy },
		{ text: t('filter.from'), class: 'figure', cell: (d) => d.from.replaceAll('-', '/') },
		{ text: t('filter.to'), class: 'figure', cell: (d) => d.to.replaceAll('-', '/') },
		{ text: t('deputy.scope'), cell: (d) => d.unit ?? t('deputy.all_cases') },
		{ text: t('contract.state'), cell: (d) => html`<${Badge} kind=${KIND[d.state]}>${t(`deputy.${d.state}`)}<//>` },
		{
			text: t('deputy.end'),
			cell: (d) => d.mine && ['now', 'coming'].includes(d.state) && html`
				<${Button} testid="deputy-end" onClick=${() => setEnding(d)}>${t('deputy.end')}<//>
			`,
		},
	];
	const { data } = list;
	return html`
		<${Page}
			title=${t('deputy.title')}
			intro=${t('deputy.intro')}
			trail=${[{ text: t('deputy.title'), now: true }]}
			actions=${html`
				<${Button} kind="primary" icon="plus-lg" testid="deputy-new" onClick=${() => setOpen(true)}>
					${t('deputy.new')}
				<//>
			`}
		>
			<${Card}>
				<${ErrorAlert} error=${list.error} retry=${list.reload} />
				${!data
					? list.loading && html`<${Loading} />`
					: data.total === 0
						? html`<${EmptyState} title=${t('deputy.none')} />`
						: html`
							<${DataTable}
								caption=${t('deputy.title')}
								columns=${columns}
								rows=${data.items}
								testid="deputy-row"
							/>
							<${Pager} ...${data} onPage=${(p) => go('/deputies', { page: p })} />
						`}
			<//>
			${open && html`
				<${DeputyDialog}
					onClose=${() => setOpen(false)}
					onDone=${() => {
						setOpen(false);
						list.reload();
					}}
				/>
			`}
			${ending && html`
				<${Confirm}
					title=${t('deputy.end')}
					text=${t('deputy.end_text', { member: ending.member, deputy: ending.deputy })}
					ok=${t('deputy.end')}
					danger
					busy=${action.busy}
					error=${action.error}
					onOk=${end}
					onCancel=${() => setEnding(null)}
				/>
			`}
		<//>
	`;
}
