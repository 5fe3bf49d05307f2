// What the pages of retention share.
import { html } from '../vendor/preact.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { Badge, Button } from '../shared/ui.js';

/** Years of a period, as people say them. */
export const periodOf = (period) =>
	period === 'permanent' ? t('parameter.word_permanent') : t('retention.years', { n: period });

/** Who did it and when; nothing if nobody has. */
export const By = ({ what, who, at }) => who && html`
	<div>${what}${' '}${who} <span class="quiet figure">${dateTime(at)}</span></div>
`;

export const StateOf = ({ kind, text, testid }) => html`<${Badge} kind=${kind} testid=${testid}>${text}<//>`;

export const More = ({ show, onClick, testid }) => show && html`
	<p class="audit-more"><${Button} testid=${testid} onClick=${onClick}>${t('retention.more')}<//></p>
`;
