// What may still be changed of a contract that was sent: number and title went out with the
// signed documents and stay; every other change is noted where both sides see it.
import { html, useState } from '../vendor/preact.js';
import { get, put } from '../shared/api.js';
import { Clashes } from './clash.js';
import { BASICS, BasicsFields, Fixed, bodyOf, formOf, people, useSubmit } from './contract-form.js';
import { useFormStore } from './form-store.js';
import { unitName } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { useLeaveGuard } from '../shared/leave.js';
import { Emails, PeopleDialog } from './pickers.js';
import { go } from '../shared/router.js';
import { Alert, Button, Chips, ErrorAlert, Group, peopleChips } from '../shared/ui.js';

/** @type {import('./form-store.js').Field[]} */
const FIELDS = [
	...BASICS,
	{
		name: 'handler',
		label: 'contract.handler',
		of: (f) => f.handler.id,
		text: (f) => people([f.handler]).join(''),
		also: ['handlingUnit'],
	},
	{ name: 'emails', label: 'contract.emails', of: (f) => f.emails, text: (f) => f.emails.join(t('comma')) },
];

const stored = (c) => ({
	form: { ...formOf(c), emails: c.emails, handler: c.handler, handlingUnit: c.handlingUnit },
	version: c.version,
});

function request(form) {
	const { handler: handlerId, ...body } = bodyOf(FIELDS, form);
	return { ...body, handlerId };
}

function Handler({ form, onChange, error }) {
	const [open, setOpen] = useState(false);
	const unit = form.handler.unit ?? (form.handlingUnit ? unitName(form.handlingUnit) : '');
	return html`
		<div class="form-grid">
			<${Fixed} label=${t('contract.handling_unit')} value=${unit} testid="handling-unit" />
			<${Group} label=${t('contract.handler')} required testid="handler" error=${error}>
				<${Chips} items=${peopleChips([form.handler])}>
					<${Button}
						kind="add"
						icon="pencil-square"
						testid="handler-change"
						onClick=${() => setOpen(true)}
					>
						${t('handler.change')}
					<//>
				<//>
			<//>
			${open && html`
				<${PeopleDialog}
					title=${t('handler.query')}
					role="officer"
					what="handler"
					chosen=${[form.handler]}
					onAdd=${(m) => {
						onChange({ handler: m, handlingUnit: null });
						setOpen(false);
					}}
					onClose=${() => setOpen(false)}
				/>
			`}
		</div>
	`;
}

/** onSaved() when it is stored; give it another key then. */
export function ContractEdit({ contract, saved, onSaved }) {
	const { id } = contract;
	const store = useFormStore({
		stored: stored(contract),
		fields: FIELDS,
		store: async (form, version) => (await put(`/contracts/${id}`, { ...request(form), version })).version,
		read: async () => stored(await get(`/contracts/${id}`)),
	});
	const { submit, wrong, busy } = useSubmit(store, onSaved);
	const guard = useLeaveGuard(store.dirty);
	const shown = Object.keys(wrong).length === 0 && !store.clashes && store.error;
	return html`
		<form class="card" onSubmit=${submit} noValidate aria-labelledby="data">
			<div class="card-head">
				<h2 id="data">${t('contract.data')}</h2>
			</div>
			<div class="card-body">
				<p class="note" data-testid="contract-may-change">${t('contract.data_hint')}</p>
				<${BasicsFields} form=${store.form} onChange=${store.put} errors=${wrong} fixed />
				<${Handler} form=${store.form} onChange=${store.put} error=${wrong.handlerId} />
				<${Group} label=${t('contract.emails')} error=${wrong.emails}>
					<${Emails} emails=${store.form.emails} onChange=${(emails) => store.put({ emails })} />
				<//>
				<${Clashes} store=${store} onDecided=${submit} />
				<${ErrorAlert} error=${shown} />
				${saved && !store.dirty && html`<${Alert} kind="success">${t('contract.updated')}<//>`}
			</div>
			<div class="form-foot">
				<span class="spring"></span>
				<${Button} testid="cancel-home" onClick=${() => go('/')}>
					${t('cancel_home')}
				<//>
				<${Button} kind="primary" type="submit" busy=${busy} testid="update">
					${t('update')}
				<//>
			</div>
			${guard}
		</form>
	`;
}
