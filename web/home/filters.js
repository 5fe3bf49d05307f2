// Filters of a list under a name: kept on the server, so that they are there on every computer.
import { html, useState } from '../vendor/preact.js';
import { del, get, put } from '../shared/api.js';
import { FormDialog } from '../shared/form-dialog.js';
import { t } from '../shared/i18n.js';
import { href } from '../shared/router.js';
import { Button, Chips, ErrorAlert, Icon, TextField, useAction, useLoad } from '../shared/ui.js';

function NameDialog({ list, query, onDone, onClose }) {
	const [name, setName] = useState('');
	async function submit() {
		await put('/filters', { list, name: name.trim(), query });
		onDone();
	}
	return html`
		<${FormDialog} title=${t('filters.keep')} ok=${t('filters.keep')} submit=${submit} onClose=${onClose}>
			${(error) => html`
				<${TextField}
					label=${t('filters.name')}
					required
					maxLength="50"
					value=${name}
					onInput=${setName}
					error=${error?.field === 'name' && error.message}
					testid="filter-name"
				/>
			`}
		<//>
	`;
}

/**
 * list: its word in the API; path: of its page; query: what is asked now, without the page.
 * @param {{ list: string, path: string, query: Record<string, string> }} props
 */
export function SavedFilters({ list, path, query }) {
	const kept = useLoad((signal) => get('/filters', { list }, signal), list);
	const [open, setOpen] = useState(false);
	const action = useAction();
	const asked = Object.entries(query).filter(([name, value]) => value && name !== 'page');
	const now = new URLSearchParams(asked).toString();
	const items = (kept.data?.items ?? []).map((f) => ({
		id: f.name,
		name: html`
			<a href=${href(path, Object.fromEntries(new URLSearchParams(f.query)))} data-testid="saved-filter">
				${f.name}
			</a>
		`,
		plain: f.name,
	}));
	const forget = (item) => action.run(async () => {
		await del(`/filters?${new URLSearchParams({ list, name: item.id })}`);
		kept.reload();
	});
	if (items.length === 0 && !now) return null;
	return html`
		<div class="saved-filters" role="group" aria-label=${t('filters.kept')}>
			<span class="quiet"><${Icon} name="search" /> ${t('filters.kept')}</span>
			<${Chips} items=${items} onRemove=${forget} testid="saved-filter-chip">
				${now && html`
					<${Button} kind="add" icon="plus-lg" testid="filter-keep" onClick=${() => setOpen(true)}>
						${t('filters.keep')}
					<//>
				`}
			<//>
			<${ErrorAlert} error=${action.error} />
			${open && html`
				<${NameDialog}
					list=${list}
					query=${now}
					onClose=${() => setOpen(false)}
					onDone=${() => {
						setOpen(false);
						kept.reload();
					}}
				/>
			`}
		</div>
	`;
}
