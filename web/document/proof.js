// How long the signatures of a document stay provable: what is kept, or still to come.
import { html } from '../vendor/preact.js';
import { date, dateTime } from '../shared/format.js';
import { hasText, t } from '../shared/i18n.js';
import { Badge, Icon } from '../shared/ui.js';

/**
 * @typedef {{ state: 'owed' | 'kept', level: string | null, why: string | null,
 *   stampedAt: string | null, goodUntil: string | null }} Proof
 */

/** @param {{ proof: Proof | null }[]} documents */
export const owed = (documents) => documents.some((d) => d.proof?.state === 'owed');

export const OwedBadge = () => html`
	<${Badge} kind="warn" testid="proof-owed">${t('proof.owed')}<//>
`;

const reason = (why) => t(hasText(`proof.why_${why}`) ? `proof.why_${why}` : 'proof.why_other');

const Owed = ({ proof }) => html`
	<p class="proof" data-testid="proof" data-state="owed">
		<${OwedBadge} />
		<span>${t('proof.owed_text')}</span>
		${proof.why && html`<span class="quiet">${reason(proof.why)}</span>`}
	</p>
`;

const Kept = ({ proof }) => html`
	<p class="proof" data-testid="proof" data-state="kept">
		<${Icon} name="clock-history" />
		<span>
			${t('proof.kept', { level: proof.level })}
			${proof.stampedAt && html`${' '}${t('proof.stamped', { at: dateTime(proof.stampedAt) })}`}
		</span>
		${proof.goodUntil && html`
			<span class="quiet">${t('proof.until', { day: date(proof.goodUntil) })}</span>
		`}
	</p>
`;

/** @param {{ proof: Proof | null }} props */
export const ProofLine = ({ proof }) =>
	!proof ? null : proof.state === 'owed' ? html`<${Owed} proof=${proof} />` : html`<${Kept} proof=${proof} />`;
