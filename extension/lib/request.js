// The request in hand. There is one at a time: the user has one pair of eyes, and two windows
// that ask for a PIN can't be told apart.
//
// The browser may end this script at any moment and start it anew. What must outlive it stands
// in storage.session; the page's content script and the extension's window both come back by
// themselves, the one with the request's id, the other with the window's token.
import { api } from './api.js';
import { SignerError } from './error.js';

/**
 * @typedef {object} Request
 * @property {string} id         chosen by the content script; the same when it asks again
 * @property {string} action
 * @property {string} origin     of the frame that asks, from the browser
 * @property {string} topOrigin  of the page that the user sees in the address bar
 * @property {string} language   of the page
 * @property {any} args          what the page gave
 * @property {AbortSignal} signal fires when the page is gone
 */

/** @typedef {{id: string, token: string, windowId?: number}} Kept */

const KEY = 'inHand';
/** @type {Request | null} */
let current = null;

/** @returns {Promise<Kept | null>} */
async function kept() {
	return (await api.storage.session.get(KEY))[KEY] ?? null;
}

/** The window of a request that an earlier life of this script opened; null if none. */
export async function windowOf(/** @type {Request} */ request) {
	const before = await kept();
	return before?.id === request.id ? before : null;
}

/** Remembers the window of the request in hand. */
export const keepWindow = (/** @type {Kept} */ window) => api.storage.session.set({ [KEY]: window });

// A window whose request never came back is nobody's.
async function closeStray(/** @type {Request} */ request) {
	const before = await kept();
	if (!before || before.id === request.id) return;
	await api.storage.session.remove(KEY);
	if (before.windowId !== undefined) await api.windows.remove(before.windowId).catch(() => {});
}

/** Is a request with a window in hand? */
export const isBusy = () => current !== null;

/**
 * Runs one action, unless another is in hand.
 * @template T
 * @param {Request} request
 * @param {(request: Request) => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function inHand(request, action) {
	if (current) throw new SignerError('busy');
	current = request;
	try {
		await closeStray(request);
		return await action(request);
	} finally {
		current = null;
		await api.storage.session.remove(KEY);
	}
}

/** Throws when the page is gone: nothing more is to be done for it. */
export function stillAsked(/** @type {Request} */ { signal }) {
	if (signal.aborted) throw signal.reason;
}
