// The webhooks of a client: a list, and a new one.
import { html, useState } from '../vendor/preact.js';
import { get, post } from '../shared/api.js';
import { wrong } from '../shared/form-dialog.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { href } from '../shared/router.js';
import {
	Badge, Button, Card, DataTable, EmptyState, ErrorAlert, Loading, TextField, useLoad,
} from '../shared/ui.js';
import { Choices, ClientDialog, HOOK_KIND, KINDS, Once } from './parts.js';

export function HookDialog({ title, value, submit, onClose }) {
	const [form, setForm] = useState(value);
	const set = (key) => (text) => setForm((f) => ({ ...f, [key]: text }));
	return html`
		<${ClientDialog}
			title=${title}
			text=${t('hook.text')}
			ok=${t('confirm')}
			submit=${() => submit({ url: form.url.trim(), kinds: form.kinds })}
			onClose=${onClose}
		>
			${(error) => html`
				<${TextField}
					label=${t('hook.url')}
					hint=${t('hook.url_hint')}
					required
					type="url"
					maxLength="500"
					value=${form.url}
					onInput=${set('url')}
					error=${wrong(error, 'url')}
					testid="hook-url"
				/>
				<${Choices}
					legend=${t('hook.kinds')}
					hint=${t('hook.kinds_hint')}
					items=${KINDS.map((word) => ({ word, text: t(`event.${word}`) }))}
					chosen=${form.kinds}
					onChange=${set('kinds')}
					error=${wrong(error, 'kinds')}
					testid="kind"
				/>
			`}
		<//>
	`;
}

const columns = (client) => [
	{
		text: t('hook.url'),
		cell: (h) => html`<a class="client-url" href=${href(`/clients/${client.id}/hooks/${h.id}`)}>${h.url}</a>`,
	},
	{ text: t('hook.kinds'), cell: (h) => (h.allKinds ? t('hook.all') : t('hook.kinds_n', { n: h.kinds.length })) },
	{
		text: t('clients.state'),
		cell: (h) => html`
			<${Badge} kind=${HOOK_KIND[h.state]}>${t(`hook.${h.state}`)}<//>
			${h.failingSince && html`<div class="quiet">${t('hook.failing', { at: dateTime(h.failingSince) })}</div>`}
		`,
	},
	{ text: t('hook.told'), class: 'figure', cell: (h) => (h.toldAt ? dateTime(h.toldAt) : t('clients.never')) },
];

export function Hooks({ client }) {
	const base = `/clients/${client.id}/hooks`;
	const list = useLoad((signal) => get(base, {}, signal), client.id);
	const [open, setOpen] = useState(false);
	const [secret, setSecret] = useState(null);
	const add = async (form) => {
		const answer = await post(base, form);
		setOpen(false);
		setSecret(answer.secret);
		list.reload();
	};
	const items = list.data?.items;
	return html`
		<${Card}
			title=${t('hook.title')}
			headingId="hooks"
			actions=${client.mine && html`
				<${Button} icon="plus-lg" testid="hook-new" onClick=${() => setOpen(true)}>${t('hook.new')}<//>
			`}
		>
			<${ErrorAlert} error=${list.error} retry=${list.reload} />
			${!items ? list.loading && html`<${Loading} />` : items.length === 0 ? html`
				<${EmptyState} icon="megaphone" title=${t('hook.none')}>${t('hook.none_text')}<//>
			` : html`
				<${DataTable}
					caption=${t('hook.title')}
					columns=${columns(client)}
					rows=${items}
					testid="hook-row"
				/>
			`}
			${open && html`
				<${HookDialog}
					title=${t('hook.new')}
					value=${{ url: 'https://', kinds: [] }}
					submit=${add}
					onClose=${() => setOpen(false)}
				/>
			`}
			${secret && html`
				<${Once}
					title=${t('hook.secret_made')}
					text=${t('hook.secret_once')}
					items=${[[t('hook.secret'), secret, 'once-secret']]}
					onClose=${() => setSecret(null)}
				/>
			`}
		<//>
	`;
}
