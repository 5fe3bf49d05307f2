// What was changed about a contract after it was sent; both sides see it.
import { html } from '../vendor/preact.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { DataTable } from '../shared/ui.js';

/** Addresses of the agency are not told to the other side: null. */
const Change = ({ before, after }) =>
	after === null ? t('change.not_told') : html`
		<span class="quiet">${before || t('change.empty')}</span>
		<span aria-hidden="true"> → </span>
		<span class="visually-hidden">${t('change.becomes')}</span>
		<span>${after || t('change.empty')}</span>
	`;

const COLUMNS = () => [
	{ text: t('change.at'), class: 'figure', cell: (c) => dateTime(c.at) },
	{ text: t('change.by'), cell: (c) => c.by },
	{ text: t('change.what'), cell: (c) => t('change.changed', { field: t(`change.field_${c.field}`) }) },
	{ text: t('change.detail'), cell: (c) => html`<${Change} ...${c} />` },
];

/** changes: oldest first, as GET /documents/{id}/history gives them; shown newest first. */
export function Changes({ changes, heading: Heading }) {
	if (changes.length === 0) return null;
	return html`
		<div data-testid="changes">
			<${Heading} class="list-title">${t('change.title')}<//>
			<${DataTable}
				caption=${t('change.title')}
				columns=${COLUMNS()}
				rows=${changes.toReversed()}
				rowKey=${(c) => `${c.at} ${c.field}`}
				testid="change-row"
			/>
		</div>
	`;
}
