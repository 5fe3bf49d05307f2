// A card or a reader comes or goes: the page hears of it without asking again and again. Nothing
// of the card itself is told. One such request a frame: a new one ends the one before.
import { SignerError } from '../lib/error.js';
import { withHost } from '../lib/host.js';
import { change } from '../lib/presence.js';

/** @typedef {import('../lib/request.js').Request} Request */

const SECONDS = 50;
/** @type {Map<string, AbortController>} */
const waiting = new Map();

/** @param {Request} request @param {string} frame whose it is */
export async function wait({ signal, args }, frame) {
	const mine = new AbortController();
	const stop = () => mine.abort(signal.reason);
	waiting.get(frame)?.abort(new SignerError('cancelled'));
	waiting.set(frame, mine);
	signal.addEventListener('abort', stop);
	try {
		return await withHost(/** @type {Request} */ ({ signal: mine.signal }), (host) =>
			change(host, args.state, SECONDS),
		);
	} finally {
		signal.removeEventListener('abort', stop);
		if (waiting.get(frame) === mine) waiting.delete(frame);
	}
}
