// A message template is taken over into a text that somebody writes.
import { html, useState } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import {
	Button, DataTable, Dialog, EmptyState, ErrorAlert, Loading, Pager, TextField, useAction, useLoad,
} from '../shared/ui.js';

/** onChoose({subject, body}) */
export function MessageTemplates({ onChoose, onClose }) {
	const [q, setQ] = useState('');
	const [asked, setAsked] = useState({ q: '', page: 1 });
	const list = useLoad(
		(signal) => get('/templates', { kind: 'message', ...asked, size: 10 }, signal),
		JSON.stringify(asked),
	);
	const taking = useAction();
	const take = (id) => taking.run(async () => onChoose(await get(`/templates/${id}`)));
	const columns = [
		{ text: t('template.name'), class: 'main-cell', cell: (x) => x.name },
		{ text: t('notice.subject'), cell: (x) => x.subject },
		{
			text: t('template.take'),
			quiet: true,
			class: 'narrow',
			cell: (x) => html`
				<${Button}
					testid="template-take"
					aria-label=${t('template.take_named', { name: x.name })}
					onClick=${() => take(x.id)}
				>
					${t('template.take')}
				<//>
			`,
		},
	];
	return html`
		<${Dialog}
			title=${t('template.message_title')}
			wide
			onClose=${onClose}
			footer=${html`<${Button} testid="dialog-close" onClick=${onClose}>${t('close')}<//>`}
		>
			<p>${t('template.take_text')}</p>
			<form
				class="picker-form"
				role="search"
				onSubmit=${(e) => {
					e.preventDefault();
					setAsked({ q: q.trim(), page: 1 });
				}}
			>
				<${TextField}
					label=${t('template.name')}
					value=${q}
					onInput=${setQ}
					maxLength="100"
					testid="template-q"
				/>
				<${Button} kind="primary" type="submit" icon="search" testid="template-query">${t('query')}<//>
			</form>
			<${ErrorAlert} error=${list.error ?? taking.error} retry=${list.error && list.reload} />
			${!list.data
				? list.loading && html`<${Loading} />`
				: list.data.total === 0
					? html`<${EmptyState} icon="copy" title=${t('template.no_message')} />`
					: html`
						<${DataTable}
							caption=${t('template.message_title')}
							columns=${columns}
							rows=${list.data.items}
							testid="template-row"
						/>
						<${Pager} ...${list.data} onPage=${(page) => setAsked({ ...asked, page })} />
					`}
		<//>
	`;
}
