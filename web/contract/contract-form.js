// The fields of a contract's basic data: STEP1 and the management page share them.
import { html, useState } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { errorText, t } from '../shared/i18n.js';
import { unitName } from '../shared/format.js';
import { PeopleDialog } from './pickers.js';
import {
	Button, Chips, ErrorAlert, Field, Group, TextField, focusWrong, peopleChips, useAction, useLoad,
} from '../shared/ui.js';

/** A new contract is the member's own: unit and officer are filled in. */
export const emptyFor = (member) => ({
	number: '',
	title: '',
	caseNumber: '',
	unitId: member.unit?.id ?? '',
	officers: member.roles.includes('officer')
		? [{ id: member.id, name: member.name, account: member.account, unit: member.unit?.name ?? null }]
		: [],
	unit: member.unit ?? null,
});

export const formOf = (c) => ({
	number: c.number,
	title: c.title,
	caseNumber: c.caseNumber ?? '',
	unitId: c.unit?.id ?? '',
	officers: c.officers,
	unit: c.unit ?? null,
});

/** Names with the account that tells two of one name apart. */
export const people = (list) => list.map((p) => [p.name, p.account && `(${p.account})`].filter(Boolean).join(' '));

/** @type {import('./form-store.js').Field[]} */
export const BASICS = [
	{ name: 'number', label: 'contract.number', of: (f) => f.number.trim(), text: (f) => f.number },
	{ name: 'title', label: 'contract.title', of: (f) => f.title.trim(), text: (f) => f.title },
	{ name: 'caseNumber', label: 'contract.case_number', of: (f) => f.caseNumber.trim(), text: (f) => f.caseNumber },
	{
		name: 'unitId',
		label: 'contract.unit',
		of: (f) => f.unitId,
		text: (f) => (f.unit ? unitName(f.unit) : ''),
		also: ['unit'],
	},
	{
		name: 'officers',
		label: 'contract.officers',
		of: (f) => f.officers.map((o) => o.id),
		text: (f) => people(f.officers).join(t('comma')),
	},
];

/** The body of a request: what the fields compare is what is sent. */
export const bodyOf = (fields, form) => Object.fromEntries(fields.map((f) => [f.name, f.of(form)]));

/** {field: text} of what is missing. */
export function missing(form) {
	const errors = {};
	for (const field of ['number', 'title', 'unitId']) {
		if (!form[field].trim()) errors[field] = t('error.field_required');
	}
	if (form.officers.length === 0) errors.officers = t('officer.none');
	return errors;
}

/** The error of the API as {field: text} if a field of the form is to blame. */
export function fieldErrors(error, text) {
	return error?.field &&
		['number', 'title', 'caseNumber', 'unitId', 'officers', 'emails', 'handlerId'].includes(error.field)
		? { [error.field]: text }
		: {};
}

/** The chosen unit is there before the others are loaded. */
const withChosen = (units, chosen) =>
	!chosen || units.some((u) => u.id === chosen.id) ? units : [chosen, ...units];

const Unit = ({ form, onChange, error, units }) => html`
	<${Field} label=${t('contract.unit')} required error=${error}>
		${(a) => html`
			<select
				...${a}
				value=${form.unitId}
				data-testid="unit-select"
				onChange=${(e) =>
					onChange({
						unitId: e.target.value,
						unit: units.find((u) => u.id === e.target.value) ?? null,
					})}
			>
				<option value="" selected=${!form.unitId}>
					${t('please_choose')}
				</option>
				${units.map((u) => html`
					<option key=${u.id} value=${u.id} selected=${u.id === form.unitId}>
						${unitName(u)}
					</option>
				`)}
			</select>
		`}
	<//>
`;

const Officers = ({ form, onChange, error, onPick }) => html`
	<${Group} label=${t('contract.officers')} required error=${error}>
		<${Chips}
			items=${peopleChips(form.officers)}
			testid="officer-chip"
			onRemove=${(o) => onChange({ officers: form.officers.filter((x) => x.id !== o.id) })}
		>
			<${Button} kind="add" icon="plus-lg" testid="officer-add" onClick=${onPick}>
				${t('officer.list')}
			<//>
		<//>
	<//>
`;

/** onChange(part of the form). fixed: number and title went out with the documents. */
/**
 * Sends the form of a store (form-store.js): what is missing or wrong is said at its field and
 * gets the focus; done() when it is stored. forgive() takes back what was said to be missing.
 */
export function useSubmit(store, done) {
	const [errors, setErrors] = useState({});
	const action = useAction();
	function submit(e) {
		e?.preventDefault();
		const bad = missing(store.form);
		setErrors(bad);
		if (Object.keys(bad).length > 0) {
			focusWrong();
			return;
		}
		action.run(async () => {
			try {
				await store.save();
			} catch {
				focusWrong(); // the form shows what is the matter
				return;
			}
			done();
		});
	}
	const wrong = { ...errors, ...fieldErrors(store.error, store.error && errorText(store.error)) };
	return { submit, wrong, busy: action.busy, forgive: () => setErrors({}) };
}

export function BasicsFields({ form, onChange, errors, fixed = false }) {
	const [picking, setPicking] = useState(false);
	const units = useLoad((signal) => get('/units', {}, signal), 'units');
	const choices = withChosen(units.data?.items ?? [], form.unit);
	const field = (name, label, testid, maxLength, rest = {}) => html`
		<${TextField}
			label=${label}
			value=${form[name]}
			onInput=${(value) => onChange({ [name]: value })}
			error=${errors[name]}
			maxLength=${maxLength}
			testid=${testid}
			autocomplete="off"
			...${rest}
		/>
	`;
	return html`
		<div class="form-grid">
			${fixed ? html`
				<${Fixed} label=${t('contract.number')} value=${form.number} testid="contract-number-fixed" />
				<${Fixed} label=${t('contract.title')} value=${form.title} testid="contract-title-fixed" />
			` : html`
				${field('number', t('contract.number'), 'contract-number', '50', { required: true })}
				${field('title', t('contract.title'), 'contract-title', '100', { required: true })}
			`}
			${field('caseNumber', t('contract.case_number'), 'case-number', '50', { hint: t('contract.case_hint') })}
			<${Unit} form=${form} onChange=${onChange} error=${errors.unitId} units=${choices} />
			<${ErrorAlert} error=${units.error} retry=${units.reload} />
			<div class="wide">
				<${Officers}
					form=${form}
					onChange=${onChange}
					error=${errors.officers}
					onPick=${() => setPicking(true)}
				/>
			</div>
		</div>
		${picking && html`
			<${PeopleDialog}
				title=${t('officer.query')}
				role="officer"
				chosen=${form.officers}
				what="officer"
				onAdd=${(o) => onChange({ officers: [...form.officers, o] })}
				onClose=${() => setPicking(false)}
			/>
		`}
	`;
}

export const Fixed = ({ label, value, testid }) => html`
	<${Group} label=${label}>
		<p class="fixed" data-testid=${testid}>
			${value || '—'}
		</p>
	<//>
`;
