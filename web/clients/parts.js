// What the pages of clients share.
import { html, useState } from '../vendor/preact.js';
import { useProven } from '../account/proof.js';
import { FormDialog, namesField } from '../shared/form-dialog.js';
import { t } from '../shared/i18n.js';
import { Alert, Badge, Button, Dialog, Field } from '../shared/ui.js';

/** Every scope, in the order of the server's table; those of agencies only, and those of two. */
export const SCOPES = [
	'contracts:read', 'contracts:all', 'contracts:write', 'documents:read', 'messages:read', 'certificates:read',
	'events:read',
];
const AGENCY = ['contracts:all', 'contracts:write'];
export const scopesFor = (kind) => SCOPES.filter((s) => kind !== 'vendor' || !AGENCY.includes(s));
export const needsSecond = (kind, scope) => kind === 'agency' && AGENCY.includes(scope);

export const KINDS = [
	'contract.created', 'contract.sent', 'contract.send_failed', 'contract.vendors_signed', 'contract.completed',
	'contract.returned', 'contract.revised', 'contract.voided', 'contract.expired', 'contract.resumed',
	'contract.held', 'contract.released', 'contract.destroyed',
	'message.received',
];

/** The dialog of a form; the act may be asked for a proof before. */
export const ClientDialog = (props) => html`
	<${FormDialog} ...${props} tag="client" atField=${namesField} action=${useProven()} />
`;

/** Ticks for words: text and note of each come from keys. */
export const Choices = ({ legend, hint, items, chosen, onChange, testid, error }) => html`
	<fieldset class="client-choices" aria-describedby=${error ? `${testid}-error` : undefined}>
		<legend>${legend}</legend>
		${hint && html`<p class="hint">${hint}</p>`}
		${items.map(({ word, text, note }) => html`
			<label class="choice" key=${word}>
				<input
					type="checkbox"
					checked=${chosen.includes(word)}
					data-testid=${`${testid}-${word}`}
					onChange=${(e) =>
						onChange(e.target.checked ? [...chosen, word] : chosen.filter((other) => other !== word))}
				/>
				<span>${text} <code>${word}</code>${note && html` <span class="quiet">${note}</span>`}</span>
			</label>
		`)}
		${error && html`<p class="field-error" id=${`${testid}-error`}>${error}</p>`}
	</fieldset>
`;

/** A text that is shown once, to be taken along. */
export function Once({ title, text, items, onClose }) {
	const [copied, setCopied] = useState('');
	const copy = async (value) => {
		await navigator.clipboard.writeText(value).then(() => setCopied(value), () => setCopied(''));
	};
	return html`
		<${Dialog} title=${title} closable=${false} onClose=${onClose}>
			<${Alert} kind="warning">${text}<//>
			${items.map(([label, value, testid]) => html`
				<${Field} key=${label} label=${label}>
					${(a) => html`
						<div class="client-once">
							<input
								...${a}
								type="text"
								readonly
								value=${value}
								data-testid=${testid}
								onFocus=${(e) => e.target.select()}
							/>
							<${Button} icon="copy" onClick=${() => copy(value)}>
								${t(copied === value ? 'clients.copied' : 'clients.copy')}
							<//>
						</div>
					`}
				<//>
			`)}
			<div class="account-foot">
				<${Button} kind="primary" testid="once-ok" onClick=${onClose}>${t('clients.once_ok')}<//>
			</div>
		<//>
	`;
}

export const stateOf = (c) => (c.stoppedAt ? 'stopped' : c.askedScopes ? 'asked' : 'active');
const KIND = { active: 'good', asked: 'warn', stopped: 'neutral' };
export const ClientState = ({ client }) => html`
	<${Badge} kind=${KIND[stateOf(client)]}>${t(`clients.${stateOf(client)}`)}<//>
`;
export const HOOK_KIND = { active: 'good', paused: 'warn', disabled: 'bad' };
export const Scopes = ({ words }) => html`
	<ul class="client-scopes">
		${words.map((word) => html`<li key=${word}>${t(`scope.${word}`)} <code>${word}</code></li>`)}
	</ul>
`;
