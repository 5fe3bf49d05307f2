// A list's search with one field.
import { html, useEffect, useState } from '../vendor/preact.js';
import { t } from './i18n.js';
import { Button, TextField } from './ui.js';

/** q: what is searched now; onShow(word) goes to the list of what is found, onShow('') to all of it. */
export function SearchForm({ label, q, onShow, testid }) {
	const [text, setText] = useState(q);
	useEffect(() => setText(q), [q]);
	return html`
		<form
			class="filters"
			role="search"
			aria-label=${t('query')}
			onSubmit=${(e) => {
				e.preventDefault();
				onShow(text.trim());
			}}
		>
			<${TextField}
				label=${label}
				value=${text}
				onInput=${setText}
				maxLength="100"
				autocomplete="off"
				testid=${testid}
			/>
			<div class="filter-buttons">
				<${Button} testid="filter-clear" onClick=${() => onShow('')}>${t('clear')}<//>
				<${Button} kind="primary" type="submit" icon="search" testid="filter-submit">${t('query')}<//>
			</div>
		</form>
	`;
}
