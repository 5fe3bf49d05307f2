// What stands across the pages of a contract that goes no further, or in their corner while not
// everybody has signed: the file itself stays as it is.
import { isPending, isStopped } from '../contract/states.js';
import { t } from '../shared/i18n.js';

/** @typedef {{ text: string, across: boolean }} Stamp */

/** @param {string | null | undefined} state of the contract @returns {Stamp | undefined} */
export function stampOf(state) {
	if (!state) return undefined;
	if (isStopped({ state })) return { text: t(`stamp.${state}`), across: true };
	return isPending({ state }) ? { text: t('stamp.unfinished'), across: false } : undefined;
}
