// The words for where a contract stands, as the API gives them: others ask here.

/** May everything of it still be changed? */
export const isDraft = (contract) => contract.state === 'draft' || contract.state === 'seal_failed';

/** What a search may ask for: these, and 'open' for whatever is not at its end. */
export const SEARCHED = [
	'open', 'draft', 'seal_failed', 'vendor_pending', 'agency_pending', 'completed', 'returned', 'voided', 'expired',
];

/** Who has the turn: what waits for its officer, and what others work on or have done. */
export const DRAFT = 'draft';
export const SEAL_FAILED = 'seal_failed';
export const WITH_VENDOR = 'vendor_pending';
export const WITH_AGENCY = 'agency_pending';

/** Does it wait for a signature; has it come to an end without all of them. */
export const isPending = ({ state }) => state === WITH_VENDOR || state === WITH_AGENCY;
export const isReturned = ({ state }) => state === 'returned';
export const isVoided = ({ state }) => state === 'voided';
export const isExpired = ({ state }) => state === 'expired';
export const isCompleted = ({ state }) => state === 'completed';
export const isStopped = (contract) => isReturned(contract) || isVoided(contract) || isExpired(contract);

/** Over, one way or the other: nobody has the turn. */
const OVER = { completed: 'good', voided: 'neutral' };

/** {over, kind}: is it over, and the colour of its badge. */
export const lookOf = (state) => ({ over: state in OVER, kind: OVER[state] ?? 'warn' });
