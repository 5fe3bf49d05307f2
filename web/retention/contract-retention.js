// How long a contract is kept, who holds it, and that its files are gone; on the contract's own page.
import { html } from '../vendor/preact.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { Alert } from '../shared/ui.js';
import { periodOf } from './parts.js';

/** Above all: what stops it. */
export const RetentionAlerts = ({ retention: r }) => html`
	${r.destroyedAt && html`
		<div data-testid="retention-destroyed">
			<${Alert} kind="warning" title=${t('retention.destroyed')}>
				${t('retention.destroyed_text', { at: dateTime(r.destroyedAt) })}
			<//>
		</div>
	`}
	${r.holds.map((h) => html`
		<div key=${h.id} data-testid="retention-hold">
			<${Alert} kind="info" title=${t('retention.held', { caseNumber: h.caseNumber })}>
				<p class="lines">${h.reason}</p>
				<p>${t('retention.held_by', { by: h.askedBy, at: dateTime(h.askedAt) })}</p>
			<//>
		</div>
	`)}
`;

/** A line of the facts. */
export const RetentionFact = ({ retention: r }) => r.kind && html`
	<dt>${t('retention.fact')}</dt>
	<dd data-testid="retention-fact">
		${periodOf(r.period)}
		${r.keepUntil && html`${' '}<span class="quiet">${t('retention.until', { date: r.keepUntil })}</span>`}
		${r.listed && html`${' '}<span class="quiet">· ${t('retention.listed')}</span>`}
	</dd>
`;
