// What a client is called, what it is for, and what it may do: for a new one, and to change it.
import { html } from '../vendor/preact.js';
import { wrong } from '../shared/form-dialog.js';
import { t } from '../shared/i18n.js';
import { TextField } from '../shared/ui.js';
import { Choices, needsSecond, scopesFor } from './parts.js';

export const EMPTY = { name: '', purpose: '', contact: '', scopes: ['contracts:read'] };
export const trimmed = ({ name, purpose, contact, scopes }) =>
	({ name: name.trim(), purpose: purpose.trim(), contact: contact.trim(), scopes });

export function ClientFields({ kind, value, onChange, error }) {
	const set = (key) => (text) => onChange({ ...value, [key]: text });
	const items = scopesFor(kind).map((word) =>
		({ word, text: t(`scope.${word}`), note: needsSecond(kind, word) && t('clients.needs_second') }));
	return html`
		<${TextField}
			label=${t('clients.name')}
			hint=${t('clients.name_hint')}
			required
			maxLength="40"
			value=${value.name}
			onInput=${set('name')}
			error=${wrong(error, 'name')}
			testid="client-name"
		/>
		<${TextField}
			label=${t('clients.purpose')}
			required
			rows="2"
			maxLength="500"
			value=${value.purpose}
			onInput=${set('purpose')}
			error=${wrong(error, 'purpose')}
			testid="client-purpose"
		/>
		<${TextField}
			label=${t('clients.contact')}
			hint=${t('clients.contact_hint')}
			required
			type="email"
			maxLength="254"
			value=${value.contact}
			onInput=${set('contact')}
			error=${wrong(error, 'contact')}
			testid="client-contact"
		/>
		<${Choices}
			legend=${t('clients.scopes')}
			items=${items}
			chosen=${value.scopes}
			onChange=${set('scopes')}
			error=${wrong(error, 'scopes')}
			testid="scope"
		/>
	`;
}
