// The bar that looks for words in the whole document, not only in the pages that are drawn.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { Tool } from './toolbar.js';

function status(query, result) {
	if (!query || !result) return '';
	if (result.total > 0) return t('viewer.find_count', { current: result.current, total: result.total });
	return t(result.state === 'pending' ? 'viewer.find_looking' : 'viewer.find_none');
}

/** @param {{ reader: import('./reader.js').Reader, result: any, onClose: () => void }} props */
export function FindBar({ reader, result, onClose }) {
	const [query, setQuery] = useState('');
	const input = useRef(null);
	useEffect(() => {
		input.current.focus();
		return () => reader.unfind();
	}, []);
	function look(e) {
		setQuery(e.target.value);
		reader.find(e.target.value);
	}
	const step = (back) => query && reader.find(query, { again: true, back });
	function keys(e) {
		if (e.key === 'Escape') {
			e.stopPropagation();
			onClose();
		} else if (e.key === 'Enter' && e.target === input.current) {
			e.preventDefault();
			step(e.shiftKey);
		}
	}
	return html`
		<div class="viewer-find" role="search" aria-label=${t('viewer.find')} onKeyDown=${keys}>
			<input
				ref=${input}
				type="search"
				value=${query}
				placeholder=${t('viewer.find_what')}
				aria-label=${t('viewer.find_what')}
				data-testid="viewer-find-input"
				onInput=${look}
			/>
			<span class="viewer-found" role="status" data-testid="viewer-found">${status(query, result)}</span>
			<${Tool}
				icon="chevron-up"
				text="viewer.find_previous"
				testid="viewer-find-previous"
				off=${!query}
				onAct=${() => step(true)}
			/>
			<${Tool}
				icon="chevron-down"
				text="viewer.find_next"
				testid="viewer-find-next"
				off=${!query}
				onAct=${() => step(false)}
			/>
			<${Tool} icon="x" text="close" testid="viewer-find-close" onAct=${onClose} />
		</div>
	`;
}
