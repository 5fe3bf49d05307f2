// Readers and cards as the host sees them: how many, and a word for this state of things. The host's
// own word stays here, for it would tell pages one machine from another.
import { SignerError } from './error.js';

/** @typedef {import('./host.js').Host} Host */
/** @typedef {{service: boolean, readers: number, cards: number, state?: string}} Presence */

const MOST = 50;
/** The host's word → the one that pages get, as long as this script lives. @type {Map<string, string>} */
const words = new Map();

function wordOf(/** @type {string} */ state) {
	if (words.size > MOST) words.clear();
	if (!words.has(state)) words.set(state, crypto.randomUUID());
	return /** @type {string} */ (words.get(state));
}

/** The host's word; '' (any state is another one) for one of an earlier life of this script. */
const stateOf = (/** @type {unknown} */ word) => [...words].find(([, given]) => given === word)?.[0] ?? '';

/**
 * What there is, at once.
 * @param {Host} host
 * @returns {Promise<Presence>}
 */
export function now(host) {
	return host.commands.includes('wait') ? change(host, '', 1) : host.request('status');
}

/**
 * What there is, as soon as it is no longer as it was when `word` was given, or after so many seconds.
 * @param {Host} host
 * @param {unknown} word
 * @param {number} seconds
 * @returns {Promise<Presence>}
 */
export async function change(host, word, seconds) {
	if (!host.commands.includes('wait')) throw new SignerError('host_outdated');
	const { state, service, readers, cards } = await host.request('wait', { state: stateOf(word), seconds });
	return { state: wordOf(state), service, readers, cards };
}
