// 公告: what the platform tells everybody on the home page, from one day to another.
import { html, useState } from '../vendor/preact.js';
import { del, get, post } from '../shared/api.js';
import { FormDialog, wrong } from '../shared/form-dialog.js';
import { t } from '../shared/i18n.js';
import {
	Badge, Button, Card, Confirm, DataTable, EmptyState, ErrorAlert, Loading, Page, TextField, useAction, useLoad,
} from '../shared/ui.js';

const today = () => new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 10);

function WriteDialog({ onDone, onClose }) {
	const [form, setForm] = useState({ title: '', body: '', firstDay: today(), lastDay: today(), urgent: false });
	const set = (name) => (value) => setForm((f) => ({ ...f, [name]: value }));
	const field = (error, name, more = {}) => html`
		<${TextField}
			label=${t(`bulletin.${name}`)}
			required
			value=${form[name]}
			onInput=${set(name)}
			error=${wrong(error, name)}
			testid=${`bulletin-${name}`}
			...${more}
		/>
	`;
	return html`
		<${FormDialog}
			title=${t('bulletin.new')}
			text=${t('bulletin.new_text')}
			ok=${t('bulletin.publish')}
			submit=${async () => onDone(await post('/admin/bulletins', form))}
			onClose=${onClose}
		>
			${(error) => html`
				${field(error, 'title', { maxLength: '100' })} ${field(error, 'body', { rows: '4', maxLength: '2000' })}
				${field(error, 'firstDay', { type: 'date' })} ${field(error, 'lastDay', { type: 'date' })}
				<label class="choice">
					<input
						type="checkbox"
						checked=${form.urgent}
						data-testid="bulletin-urgent"
						onChange=${(e) => set('urgent')(e.target.checked)}
					/>
					${t('bulletin.urgent')}
				</label>
			`}
		<//>
	`;
}

function Remove({ bulletin, onDone, onClose }) {
	const action = useAction();
	return html`
		<${Confirm}
			danger
			title=${t('bulletin.remove')}
			text=${t('bulletin.remove_text', { title: bulletin.title })}
			ok=${t('bulletin.remove')}
			busy=${action.busy}
			error=${action.error}
			onOk=${() => action.run(async () => onDone(await del(`/admin/bulletins/${bulletin.id}`)))}
			onCancel=${onClose}
		/>
	`;
}

const stateOf = (b) => (b.lastDay < today() ? 'over' : b.firstDay > today() ? 'later' : 'shown');

const columns = (remove) => [
	{
		text: t('bulletin.title'),
		cell: (b) => html`<strong>${b.title}</strong><div class="lines quiet">${b.body}</div>`,
	},
	{ text: t('bulletin.days'), class: 'figure', cell: (b) => `${b.firstDay} – ${b.lastDay}` },
	{
		text: t('bulletin.state'),
		cell: (b) => html`
			<${Badge} kind=${stateOf(b) === 'shown' ? 'good' : 'neutral'}>${t(`bulletin.${stateOf(b)}`)}<//>
			${b.urgent && html`${' '}<${Badge} kind="warn">${t('bulletin.is_urgent')}<//>`}
		`,
	},
	{ text: t('bulletin.by'), cell: (b) => b.by },
	{
		text: t('admin.do'),
		quiet: true,
		cell: (b) => html`
			<${Button} kind="quiet" testid="bulletin-remove" onClick=${() => remove(b)}>${t('bulletin.remove')}<//>
		`,
	},
];

export function Bulletins() {
	const list = useLoad((signal) => get('/admin/bulletins', {}, signal), 'bulletins');
	const [open, setOpen] = useState(null);
	const close = () => setOpen(null);
	const done = () => {
		close();
		list.reload();
	};
	const items = list.data?.items;
	return html`
		<${Page}
			title=${t('menu.bulletins')}
			intro=${t('bulletin.intro')}
			trail=${[{ text: t('menu.platform_group') }, { text: t('menu.bulletins'), now: true }]}
			actions=${html`
				<${Button} kind="primary" icon="plus-lg" testid="bulletin-new" onClick=${() => setOpen('new')}>
					${t('bulletin.new')}
				<//>
			`}
		>
			<${Card} title=${t('menu.bulletins')} headingId="bulletins">
				<${ErrorAlert} error=${list.error} retry=${list.reload} />
				${!items
					? list.loading && html`<${Loading} />`
					: items.length === 0
						? html`<${EmptyState} icon="megaphone" title=${t('bulletin.none')} />`
						: html`
							<${DataTable}
								caption=${t('menu.bulletins')}
								columns=${columns(setOpen)}
								rows=${items}
								testid="bulletin-row"
							/>
						`}
			<//>
			${open === 'new' && html`<${WriteDialog} onDone=${done} onClose=${close} />`}
			${open?.id && html`<${Remove} bulletin=${open} onDone=${done} onClose=${close} />`}
		<//>
	`;
}
