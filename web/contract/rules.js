// Signing rules of STEP3: several vendors (共同投標) in order or all at once, with a representative;
// of the sealing staff any one, all, or so many.
import { html } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { Field, Group } from '../shared/ui.js';

/** What a contract says of them, as the form has it. */
export const rulesOf = (c) => ({
	vendorsInOrder: c.vendorsInOrder,
	representative: c.vendors.find((v) => v.representative)?.id ?? '',
	sealRule: c.sealRule,
	sealNeeded: c.sealRule === 'some' ? c.sealNeeded : 2,
});

const nameOf = (form, id) => form.vendors.find((v) => v.id === id)?.name ?? '';
/** A representative who is no vendor any more is none. */
const representative = (f) => (nameOf(f, f.representative) ? f.representative : undefined);
const needed = (f) => Math.min(Math.max(1, Math.trunc(Number(f.sealNeeded)) || 1), Math.max(1, f.sealers.length));

/** @type {import('./form-store.js').Field[]} */
export const RULE_FIELDS = [
	{
		name: 'vendorsInOrder',
		label: 'rules.order',
		of: (f) => Boolean(f.vendorsInOrder),
		text: (f) => t(f.vendorsInOrder ? 'rules.in_order' : 'rules.at_once'),
	},
	{
		name: 'representative',
		label: 'rules.representative',
		of: representative,
		text: (f) => nameOf(f, f.representative) || t('rules.no_representative'),
	},
	{ name: 'sealRule', label: 'rules.seal', of: (f) => f.sealRule, text: (f) => t(`rules.seal_${f.sealRule}`) },
	{ name: 'sealNeeded', label: 'rules.needed', of: needed, text: (f) => String(needed(f)) },
];

const Radio = ({ name, value, current, text, onChange, testid }) => html`
	<label class="choice">
		<input
			type="radio"
			name=${name}
			checked=${value === current}
			data-testid=${testid}
			onChange=${() => onChange(value)}
		/>
		<span>${text}</span>
	</label>
`;

/** Vendors one after the other: moved by buttons. */
function Order({ vendors, onChange }) {
	function move(i, by) {
		const next = [...vendors];
		next.splice(i + by, 0, ...next.splice(i, 1));
		onChange(next);
	}
	const step = (i, by, icon, text) => html`
		<button
			type="button"
			class="icon-button"
			disabled=${!vendors[i + by]}
			aria-label=${t(text, { name: vendors[i].name })}
			data-testid=${by < 0 ? 'vendor-up' : 'vendor-down'}
			onClick=${() => move(i, by)}
		>
			<span class="icon" aria-hidden="true" style=${{ '--icon': `url("/vendor/icons/${icon}.svg")` }}></span>
		</button>
	`;
	return html`
		<ol class="vendor-order" data-testid="vendor-order">
			${vendors.map((v, i) => html`
				<li key=${v.id}>
					<span>${i + 1}. ${v.name}</span>
					${step(i, -1, 'chevron-up', 'rules.earlier')}${step(i, 1, 'chevron-down', 'rules.later')}
				</li>
			`)}
		</ol>
	`;
}

const Vendors = ({ form, set }) => html`
	<${Group} label=${t('rules.order')} testid="rules-vendors">
		<div class="choices">
			<${Radio}
				name="order"
				value=${false}
				current=${form.vendorsInOrder}
				text=${t('rules.at_once')}
				onChange=${set('vendorsInOrder')}
				testid="order-any"
			/>
			<${Radio}
				name="order"
				value=${true}
				current=${form.vendorsInOrder}
				text=${t('rules.in_order')}
				onChange=${set('vendorsInOrder')}
				testid="order-fixed"
			/>
		</div>
		${form.vendorsInOrder && html`<${Order} vendors=${form.vendors} onChange=${set('vendors')} />`}
	<//>
	<${Field} label=${t('rules.representative')}>
		${(a) => html`
			<select ...${a} data-testid="representative" onChange=${(e) => set('representative')(e.target.value)}>
				<option value="" selected=${!representative(form)}>${t('rules.no_representative')}</option>
				${form.vendors.map((v) => html`
					<option key=${v.id} value=${v.id} selected=${v.id === form.representative}>${v.name}</option>
				`)}
			</select>
		`}
	<//>
`;

const Seals = ({ form, set, error }) => html`
	<${Group} label=${t('rules.seal')} testid="rules-seal">
		<div class="choices">
			${['any', 'all', 'some'].map((rule) => html`
				<${Radio}
					key=${rule}
					name="seal"
					value=${rule}
					current=${form.sealRule}
					text=${t(`rules.seal_${rule}`)}
					onChange=${set('sealRule')}
					testid=${`seal-${rule}`}
				/>
			`)}
		</div>
	<//>
	${form.sealRule === 'some' && html`
		<${Field} label=${t('rules.needed')} error=${error} hint=${t('rules.needed_hint', { n: form.sealers.length })}>
			${(a) => html`
				<input
					...${a}
					type="number"
					min="1"
					max=${form.sealers.length}
					value=${form.sealNeeded}
					data-testid="seal-needed"
					onChange=${(e) => set('sealNeeded')(Number(e.target.value))}
				/>
			`}
		<//>
	`}
`;

/** Nothing is asked where there is nothing to choose. */
export const SigningRules = ({ form, set, errors }) => html`
	${form.vendors.length > 1 && html`<${Vendors} form=${form} set=${set} />`}
	${form.sealers.length > 1 && html`<${Seals} form=${form} set=${set} error=${errors.sealNeeded} />`}
`;
