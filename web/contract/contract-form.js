// The fields of a contract's basic data: STEP1 and the management page share them.
import { html, useState } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { unitName } from '../shared/format.js';
import { PeopleDialog } from './pickers.js';
import { Button, Chips, ErrorAlert, Field, Group, TextField, useLoad } from '../shared/ui.js';

export const EMPTY = { number: '', title: '', caseNumber: '', unitId: '', officers: [] };

export const formOf = (c) => ({
	number: c.number,
	title: c.title,
	caseNumber: c.caseNumber ?? '',
	unitId: c.unit?.id ?? '',
	officers: c.officers,
});

export const bodyOf = (form) => ({
	number: form.number.trim(),
	title: form.title.trim(),
	caseNumber: form.caseNumber.trim(),
	unitId: form.unitId,
	officers: form.officers.map((o) => o.id),
});

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

export function BasicsFields({ form, onChange, errors }) {
	const [picking, setPicking] = useState(false);
	const units = useLoad((signal) => get('/units', {}, signal), 'units');
	const set = (name) => (value) => onChange({ ...form, [name]: value });
	return html`
			<div class="form-grid">
				<${TextField}
					label=${t('contract.number')}
					required
					value=${form.number}
					onInput=${set('number')}
					error=${errors.number}
					maxLength="50"
					testid="contract-number"
					autocomplete="off"
				/>
				<${TextField}
					label=${t('contract.title')}
					required
					value=${form.title}
					onInput=${set('title')}
					error=${errors.title}
					maxLength="100"
					testid="contract-title"
					autocomplete="off"
				/>
				<${TextField}
					label=${t('contract.case_number')}
					hint=${t('contract.case_hint')}
					value=${form.caseNumber}
					onInput=${set('caseNumber')}
					error=${errors.caseNumber}
					maxLength="50"
					testid="case-number"
					autocomplete="off"
				/>
				<${Field} label=${t('contract.unit')} required error=${errors.unitId}>
					${(a) => html`
						<select
							...${a}
							value=${form.unitId}
							data-testid="unit-select"
							onChange=${(e) => set('unitId')(e.target.value)}
						>
							<option value="" selected=${!form.unitId}>
								${t('please_choose')}
							</option>
							${(units.data?.items ?? []).map((u) => html`
								<option key=${u.id} value=${u.id} selected=${u.id === form.unitId}>
									${unitName(u)}
								</option>
							`)}
						</select>
					`}
				<//>
				<${ErrorAlert} error=${units.error} retry=${units.reload} />
				<div class="wide">
					<${Group} label=${t('contract.officers')} required error=${errors.officers}>
						<${Chips}
							items=${form.officers}
							testid="officer-chip"
							onRemove=${(o) => set('officers')(form.officers.filter((x) => x.id !== o.id))}
						>
							<${Button}
								kind="add"
								icon="plus-lg"
								testid="officer-add"
								onClick=${() => setPicking(true)}
							>
								${t('officer.list')}
							<//>
						<//>
					<//>
				</div>
			</div>
			${picking && html`
				<${PeopleDialog}
					title=${t('officer.query')}
					role="officer"
					chosen=${form.officers}
					testid="officer-row"
					onAdd=${(o) => set('officers')([...form.officers, o])}
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
