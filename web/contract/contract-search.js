// 契約查詢: the conditions stand in the address, so that a search can be kept and gone back to.
import { html, useEffect, useState } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { go } from '../shared/router.js';
import { Button, Chips, Field, Group, TextField } from '../shared/ui.js';
import { OrganizationDialog, PeopleDialog } from './pickers.js';
import { SEARCHED } from './states.js';

/** Parameters of the API; vendor and officer are ids, whose names stand beside them in the address. */
export const CONDITIONS = ['q', 'caseNumber', 'vendor', 'officer', 'from', 'to', 'state', 'sort'];
const MORE = ['caseNumber', 'vendor', 'officer', 'from', 'to'];
const SORTS = ['newest', 'oldest', 'sent', 'number', 'title'];

const formOf = (query) => ({
	q: query.q ?? '',
	caseNumber: query.caseNumber ?? '',
	from: query.from ?? '',
	to: query.to ?? '',
	state: query.state ?? '',
	sort: query.sort ?? '',
	vendor: query.vendor ?? '',
	vendorName: query.vendorName ?? '',
	officer: query.officer ?? '',
	officerName: query.officerName ?? '',
});

const Choice = ({ label, value, onChange, choices, testid }) => html`
	<${Field} label=${label}>
		${(a) => html`
			<select ...${a} data-testid=${testid} onChange=${(e) => onChange(e.target.value)}>
				${choices.map(([word, text]) => html`
					<option value=${word} selected=${word === value}>${text}</option>
				`)}
			</select>
		`}
	<//>
`;

/** A vendor or an officer: chosen from a list, shown as a chip. */
function Party({ label, id, name, onChange, testid, dialog }) {
	const [open, setOpen] = useState(false);
	const chosen = id ? [{ id, name: name || id }] : [];
	const close = () => setOpen(false);
	return html`
		<${Group} label=${label}>
			<${Chips} items=${chosen} testid=${`${testid}-chip`} onRemove=${() => onChange('', '')}>
				<${Button} kind="add" icon="search" testid=${testid} onClick=${() => setOpen(true)}>
					${t('contracts.choose')}
				<//>
			<//>
			${open && dialog({
				chosen,
				onClose: close,
				onAdd: (x) => {
					onChange(x.id, [x.name, x.account].filter(Boolean).join(' '));
					close();
				},
			})}
		<//>
	`;
}

const vendors = (props) => html`<${OrganizationDialog} ...${props} />`;
const officers = (props) => html`
	<${PeopleDialog} title=${t('officer.query')} role="officer" what="officer" ...${props} />
`;

const NARROW = 768; // below this the conditions that are seldom used are folded away

function More({ form, set, put, wrong }) {
	const used = MORE.some((name) => form[name]);
	const [open] = useState(() => innerWidth >= NARROW);
	return html`
		<details class="more" open=${open || used}>
			<summary data-testid="search-more">${t('contracts.more')}</summary>
			<div class="filters">
				<${TextField}
					label=${t('contract.case_number')}
					value=${form.caseNumber}
					onInput=${set('caseNumber')}
					maxLength="50"
					testid="search-case"
					autocomplete="off"
				/>
				<${TextField}
					type="date"
					label=${t('contracts.from')}
					value=${form.from}
					onInput=${set('from')}
					testid="search-from"
					max="9999-12-31"
				/>
				<${TextField}
					type="date"
					label=${t('contracts.to')}
					value=${form.to}
					onInput=${set('to')}
					testid="search-to"
					max="9999-12-31"
					error=${wrong && t('filter.wrong')}
				/>
				<${Party}
					label=${t('contracts.vendor')}
					id=${form.vendor}
					name=${form.vendorName}
					onChange=${(vendor, vendorName) => put({ vendor, vendorName })}
					testid="search-vendor"
					dialog=${vendors}
				/>
				<${Party}
					label=${t('contracts.officer')}
					id=${form.officer}
					name=${form.officerName}
					onChange=${(officer, officerName) => put({ officer, officerName })}
					testid="search-officer"
					dialog=${officers}
				/>
			</div>
		</details>
	`;
}

export function ContractSearch({ query }) {
	const stored = formOf(query);
	const [form, setForm] = useState(stored);
	useEffect(() => setForm(stored), [JSON.stringify(stored)]);
	const set = (name) => (value) => setForm((f) => ({ ...f, [name]: value }));
	const show = (change) =>
		go('/contracts', { ...form, q: form.q.trim(), caseNumber: form.caseNumber.trim(), ...change });
	const put = (change) => {
		setForm((f) => ({ ...f, ...change }));
		show(change);
	};
	const wrong = Boolean(form.from && form.to && form.from > form.to);
	return html`
		<form
			class="search-form"
			role="search"
			aria-label=${t('contracts.query')}
			onSubmit=${(e) => {
				e.preventDefault();
				if (!wrong) show({});
			}}
		>
			<div class="filters">
				<${TextField}
					label=${t('contracts.condition')}
					value=${form.q}
					onInput=${set('q')}
					maxLength="100"
					testid="contract-query"
					autocomplete="off"
				/>
				<${Choice}
					label=${t('contract.state')}
					value=${form.state}
					onChange=${(state) => put({ state })}
					choices=${[['', t('tab.all')], ...SEARCHED.map((s) => [s, t(`contracts.${s}`)])]}
					testid="contract-state"
				/>
				<${Choice}
					label=${t('contracts.sort')}
					value=${form.sort || 'newest'}
					onChange=${(sort) => put({ sort: sort === 'newest' ? '' : sort })}
					choices=${SORTS.map((s) => [s, t(`contracts.sort_${s}`)])}
					testid="search-sort"
				/>
				<div class="filter-buttons">
					<${Button} testid="search-clear" onClick=${() => go('/contracts')}>
						${t('clear')}
					<//>
					<${Button} kind="primary" type="submit" icon="search" testid="contract-query-submit">
						${t('query')}
					<//>
				</div>
			</div>
			<${More} form=${form} set=${set} put=${put} wrong=${wrong} />
		</form>
	`;
}
