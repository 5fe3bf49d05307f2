// Where a template's seals will stand: on a page counted from the front or the back, beside a text, or on the edge
// of every page; in millimetres, with a sketch of the page.
import { html } from '../vendor/preact.js';
import { POINT, SIZE, millimetres } from '../contract/place-state.js';
import { t } from '../shared/i18n.js';
import { Button, Field, Icon, TextField } from '../shared/ui.js';

/** A4, in hundredths of a point. */
const SHEET = { w: 59528, h: 84189 };
const ofMillimetres = (mm) => Math.round((Number(mm) || 0) / 25.4 * 72 * POINT);
const wayOf = (p) => (p.seam ? 'seam' : p.page === 0 ? 'anchor' : 'page');
/** So many seals of one agency and vendors of one contract a template offers places for. */
const NTH = 5;
const FRESH = { nth: 1, seam: false, page: -1, x: 5000, y: 5000, ...SIZE, rise: 50, anchor: '' };

export const partyName = (p) =>
	(p.party === 'vendor' ? t('template.nth_vendor', { n: p.vendor })
		: p.party === 'sealer' && p.nth > 1 ? t('template.nth_sealer', { n: p.nth }) : t(`template.${p.party}`));
const pageName = (page) => (page === -1 ? t('template.last_page')
	: page < 0 ? t('template.page_from_back', { n: -page }) : t('template.page_n', { n: page }));
export const whereOf = (p) => (p.seam ? t('template.seam_at', { n: p.rise })
	: p.page === 0 ? t('template.beside', { text: p.anchor }) : pageName(p.page));

const Select = ({ label, value, choices, onChange, testid }) => html`
	<${Field} label=${label}>
		${(a) => html`
			<select ...${a} data-testid=${testid} onChange=${(e) => onChange(e.target.value)}>
				${choices.map(([id, text]) => html`
					<option key=${id} value=${id} selected=${id === value}>${text}</option>
				`)}
			</select>
		`}
	<//>
`;

/** Who may have a place, with the values of `party`, `vendor` and `nth`. */
const PARTIES = [
	...[1, 2, 3].map((vendor) => ({ party: 'vendor', vendor, nth: 1 })),
	...Array.from({ length: NTH }, (_, i) => ({ party: 'sealer', vendor: 0, nth: i + 1 })),
	{ party: 'platform', vendor: 0, nth: 1 },
];
const keyOf = (p) => `${p.party}-${p.vendor}-${p.nth}`;
const partiesFor = (place) => (PARTIES.some((p) => keyOf(p) === keyOf(place)) ? PARTIES : [...PARTIES, place]);
const WAYS = () => ['page', 'anchor', 'seam'].map((way) => [way, t(`template.way_${way}`)]);
const PAGES = (page) => {
	const choices = [1, 2, 3, -2, -1];
	return (choices.includes(page) ? choices : [...choices, page]).map((n) => [String(n), pageName(n)]);
};

const Number_ = ({ label, value, onChange, testid, min = 0, max = 400 }) => html`
	<${TextField}
		type="number"
		label=${label}
		value=${String(value)}
		min=${min}
		max=${max}
		onInput=${onChange}
		testid=${testid}
	/>
`;

function Seal({ place, n, onChange, onRemove }) {
	const way = wayOf(place);
	const set = (part) => onChange({ ...place, ...part });
	const mm = (name, min) => html`
		<${Number_}
			label=${t(`template.${name}`)}
			value=${millimetres(place[name])}
			min=${min}
			onChange=${(v) => set({ [name]: ofMillimetres(v) })}
			testid=${`seal-${n}-${name}`}
		/>
	`;
	return html`
		<fieldset class="template-seal" data-testid="template-seal">
			<legend>${t('template.seal_n', { n: n + 1 })}</legend>
			<div class="template-seal-fields">
				<${Select}
					label=${t('template.party')}
					value=${keyOf(place)}
					choices=${partiesFor(place).map((p) => [keyOf(p), partyName(p)])}
					onChange=${(v) => {
						const { party, vendor, nth } = partiesFor(place).find((p) => keyOf(p) === v);
						set({ party, vendor, nth });
					}}
					testid=${`seal-${n}-party`}
				/>
				<${Select}
					label=${t('template.way')}
					value=${way}
					choices=${WAYS()}
					onChange=${(v) => set({ seam: v === 'seam', page: v === 'page' ? -1 : 0, anchor: '' })}
					testid=${`seal-${n}-way`}
				/>
				${way === 'page' && html`
					<${Select}
						label=${t('template.page')}
						value=${String(place.page)}
						choices=${PAGES(place.page)}
						onChange=${(v) => set({ page: Number(v) })}
						testid=${`seal-${n}-page`}
					/>
					${mm('x', 0)}${mm('y', 0)}
				`}
				${way === 'anchor' && html`
					<${TextField}
						label=${t('template.anchor')}
						required
						maxLength="100"
						value=${place.anchor}
						onInput=${(anchor) => set({ anchor })}
						testid=${`seal-${n}-anchor`}
					/>
				`}
				${way === 'seam'
					? html`
						<${Number_}
							label=${t('template.rise')}
							value=${place.rise}
							max=${100}
							onChange=${(v) => set({ rise: Math.min(100, Math.max(0, Math.round(Number(v) || 0))) })}
							testid=${`seal-${n}-rise`}
						/>
					`
					: html`${mm('w', 8)}${mm('h', 8)}`}
			</div>
			<button
				type="button"
				class="icon-button"
				aria-label=${t('template.seal_remove', { n: n + 1 })}
				data-testid=${`seal-${n}-remove`}
				onClick=${onRemove}
			>
				<${Icon} name="trash" />
			</button>
		</fieldset>
	`;
}

/** The sheet with the seals that stand on a page by their place. */
const Sketch = ({ places }) => html`
	<svg class="template-sheet" viewBox=${`0 0 ${SHEET.w} ${SHEET.h}`} role="img" aria-label=${t('template.sketch')}>
		<rect class="template-paper" width=${SHEET.w} height=${SHEET.h} />
		${places.map((p, i) => (p.seam
			? html`
				<g key=${i}>
					<rect
						class="template-mark"
						x=${SHEET.w - 2800}
						y=${(SHEET.h - 8500) * (1 - p.rise / 100)}
						width="2800"
						height="8500"
					/>
					<text x=${SHEET.w - 2400} y=${(SHEET.h - 8500) * (1 - p.rise / 100) + 5200} font-size="2600">
						${i + 1}
					</text>
				</g>
			`
			: p.page !== 0 && html`
				<g key=${i}>
					<rect class="template-mark" x=${p.x} y=${SHEET.h - p.y - p.h} width=${p.w} height=${p.h} />
					<text x=${p.x + 900} y=${SHEET.h - p.y - p.h / 2 + 1000} font-size="2600">${i + 1}</text>
				</g>
			`))}
	</svg>
`;

/** The first party that has no place of that kind yet. */
function fresh(places) {
	const first = [0, 3, 8, 1, 2, 4, 5, 6, 7].map((i) => PARTIES[i]);
	const { party, vendor, nth } = first.find((p) => !places.some((q) => !q.seam && keyOf(q) === keyOf(p))) ?? first[0];
	return { ...FRESH, party, vendor, nth, y: FRESH.y + (places.length % 8) * 7500 };
}

export const Seals = ({ places, onChange }) => html`
	<div class="template-seals">
		<div class="template-seal-list">
			${places.length === 0 && html`<p class="quiet">${t('template.no_seals')}</p>`}
			${places.map((p, i) => html`
				<${Seal}
					key=${i}
					n=${i}
					place=${p}
					onChange=${(next) => onChange(places.map((old, k) => (k === i ? next : old)))}
					onRemove=${() => onChange(places.filter((_, k) => k !== i))}
				/>
			`)}
			<${Button}
				kind="add"
				icon="plus-lg"
				testid="seal-add"
				disabled=${places.length >= 30}
				onClick=${() => onChange([...places, fresh(places)])}
			>
				${t('template.seal_add')}
			<//>
		</div>
		${places.length > 0 && html`<${Sketch} places=${places} />`}
	</div>
`;
