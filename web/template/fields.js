// Fields in texts: {{契約名稱}} stands for what the contract says of it. Put in by a choice, shown filled.
import { html, useRef, useState } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { Field, TextField } from '../shared/ui.js';

/** As the server has them (template_text.h). */
export const WORDS = [
	'契約編號', '契約名稱', '採購案號', '廠商名稱', '機關名稱', '機關簡稱', '承辦單位', '經辦人', '截止日', '發送日',
];
const FIELD = /\{\{[ \t]*([^{}\n]+?)[ \t]*\}\}/g;

export const hasFields = (text) => [...text.matchAll(FIELD)].some(([, word]) => WORDS.includes(word));

/** The text with its values; a field without one stays as it is. */
export const fill = (text, values) => text.replace(FIELD, (all, word) => values[word] || all);

/** The fields of a text that have no value: it can't go out with them. */
export const empty = (text, values) =>
	[...text.matchAll(FIELD)].map(([, word]) => word).filter((word) => WORDS.includes(word) && !values[word]);

/** The day so many days from today in Taipei, as it stands in a text. */
export const lastDay = (days) =>
	new Date(Date.now() + (8 * 60 + days * 24 * 60) * 60000).toISOString().slice(0, 10).replaceAll('-', '/');

/** What stands in for a contract where there is none yet. */
export const SAMPLE = () => Object.fromEntries(WORDS.map((word, i) => [word, t(`template.sample_${i}`)]));

/** A text with a choice of fields below it; one is put where the cursor was. */
export function FieldText({ value, onInput, words = WORDS, label, ...rest }) {
	const ref = useRef(null);
	const [at, setAt] = useState(/** @type {number[] | null} */ (null));
	const control = () => ref.current?.querySelector('textarea, input');
	const remember = () => setAt([control().selectionStart, control().selectionEnd]);
	function insert(word) {
		const [from, to] = at ?? [value.length, value.length];
		const text = `{{${word}}}`;
		onInput(value.slice(0, from) + text + value.slice(to));
		const cursor = from + text.length;
		setAt([cursor, cursor]);
		requestAnimationFrame(() => {
			control()?.focus();
			control()?.setSelectionRange(cursor, cursor);
		});
	}
	return html`
		<div class="field-text" ref=${ref}>
			<${TextField} label=${label} value=${value} onInput=${onInput} onBlur=${remember} ...${rest} />
			<${Field} label=${t('template.insert', { label })} class="field-insert">
				${(a) => html`
					<select
						...${a}
						data-testid=${`${rest.testid}-field`}
						onChange=${(e) => {
							if (e.target.value) insert(e.target.value);
							e.target.value = '';
						}}
					>
						<option value="">${t('template.choose_field')}</option>
						${words.map((word) => html`
							<option key=${word} value=${word}>
								${`{{${word}}}　${t(`template.field_${WORDS.indexOf(word)}`)}`}
							</option>
						`)}
					</select>
				`}
			<//>
		</div>
	`;
}

/** As it will be read. Nothing is shown of a text without fields. */
export function Filled({ subject, body, values, title = t('template.filled') }) {
	if (!hasFields(subject) && !hasFields(body)) return null;
	const open = [...new Set([...empty(subject, values), ...empty(body, values)])];
	return html`
		<div class="filled" data-testid="filled" role="group" aria-label=${title}>
			<p class="filled-title">${title}</p>
			<p class="strong">${fill(subject, values)}</p>
			<p class="lines">${fill(body, values)}</p>
			${open.length > 0 && html`
				<p class="field-error" data-testid="filled-empty">
					${t('template.empty', { fields: open.join(t('comma')) })}
				</p>
			`}
		</div>
	`;
}

/** Subject and text of a notice, with a choice of fields; set(name)(text). tag: of the test ids. */
export const NoticeTexts = ({ form, set, errors, tag, rows = '5' }) => html`
	<${FieldText}
		label=${t('notice.subject')}
		required
		value=${form.subject}
		onInput=${set('subject')}
		error=${errors.subject}
		maxLength="300"
		testid=${`${tag}-subject`}
	/>
	<${FieldText}
		label=${t('notice.body')}
		required
		rows=${rows}
		value=${form.body}
		onInput=${set('body')}
		error=${errors.body}
		maxLength="4000"
		testid=${`${tag}-body`}
	/>
`;
