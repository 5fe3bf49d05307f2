// Somebody else, or I in another tab, changed the same field: both are shown, one is chosen.
import { html, useState } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { Alert, Button, Dialog } from '../shared/ui.js';

function Choice({ clash, theirs, onChoose }) {
	const { field } = clash;
	const radio = (taken, value, word) => html`
		<label class="clash-choice">
			<input
				type="radio"
				name=${`clash-${field.name}`}
				checked=${theirs === taken}
				data-testid=${`clash-${taken ? 'theirs' : 'mine'}-${field.name}`}
				onChange=${() => onChoose(taken)}
			/>
			<span>
				<span class="quiet">${t(word)}</span>
				<span class="lines strong">${value || t('clash.empty')}</span>
			</span>
		</label>
	`;
	return html`
		<fieldset class="clash">
			<legend>${t(field.label)}</legend>
			${radio(false, clash.mine, 'clash.mine')}
			${radio(true, clash.theirs, 'clash.theirs')}
		</fieldset>
	`;
}

/** onDecide(fields of which theirs is taken). */
export function ClashDialog({ clashes, onDecide, onClose }) {
	const [theirs, setTheirs] = useState(/** @type {string[]} */ ([]));
	const choose = (name) => (taken) =>
		setTheirs((all) => (taken ? [...all, name] : all.filter((n) => n !== name)));
	const decide = () => onDecide(clashes.map((c) => c.field).filter((f) => theirs.includes(f.name)));
	return html`
		<${Dialog}
			title=${t('clash.title')}
			wide
			onClose=${onClose}
			footer=${html`
				<${Button} testid="clash-later" onClick=${onClose}>${t('clash.later')}<//>
				<${Button} kind="primary" testid="clash-save" onClick=${decide}>${t('clash.save')}<//>
			`}
		>
			<p>${t('clash.text')}</p>
			${clashes.map((c) => html`
				<${Choice}
					key=${c.field.name}
					clash=${c}
					theirs=${theirs.includes(c.field.name)}
					onChoose=${choose(c.field.name)}
				/>
			`)}
		<//>
	`;
}

/** What stands in the form while a clash is open, and the dialog that settles it. */
export function Clashes({ store, onDecided }) {
	const [open, setOpen] = useState(true);
	if (!store.clashes) return null;
	const decide = (taken) => {
		store.decide(taken);
		onDecided();
	};
	return html`
		<${Alert}
			kind="warning"
			title=${t('clash.title')}
			action=${html`<${Button} testid="clash-open" onClick=${() => setOpen(true)}>${t('clash.see')}<//>`}
		>
			${t('clash.waiting')}
		<//>
		${open && html`
			<${ClashDialog} clashes=${store.clashes} onDecide=${decide} onClose=${() => setOpen(false)} />
		`}
	`;
}
