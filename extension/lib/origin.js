// Who asks: what the browser says, never what the page says.
import { SignerError } from './error.js';
import { covers, policy } from './policy.js';

/** @typedef {import('./api.js').Sender} Sender */

const originOf = (/** @type {string | undefined} */ url) => (url ? new URL(url).origin : '');

/**
 * The origins of a request's frame and of the page around it; both must be allowed.
 * @param {Sender} sender
 */
export async function callerOf(sender) {
	const origin = sender.origin ?? originOf(sender.url);
	// The address of a page that we have no permission for is not told to us, and so not allowed.
	const topOrigin = sender.frameId === 0 ? origin : originOf(sender.tab?.url);
	const { origins } = await policy();
	const allowed = (/** @type {string} */ one) => origins.some((entry) => covers(entry, one));
	if (!sender.tab || !allowed(origin) || !allowed(topOrigin)) throw new SignerError('origin_refused');
	return { origin, topOrigin };
}
