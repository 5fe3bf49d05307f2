// The user picks one of the certificates on the inserted cards; only that one goes to the page.
// A card that is put in, or pulled out, while the window is open changes the list by itself.
import { describe } from '../lib/certificate.js';
import { SignerError } from '../lib/error.js';
import { withHost } from '../lib/host.js';
import { change, now } from '../lib/presence.js';
import { Dialog } from '../lib/window.js';

/** @typedef {import('../lib/host.js').Host} Host */
/** @typedef {import('../lib/request.js').Request} Request */

const SECONDS = 100;

/** @param {Host} host @param {Request} request */
async function list(host, { origin, topOrigin }) {
	try {
		const { certificates } = await host.request('certificates', { origin, ...(host.modern ? { topOrigin } : {}) });
		const described = certificates.map(async (/** @type {{certificate: string}} */ one) => ({
			...one,
			...(await describe(one.certificate)),
		}));
		return { certificates: await Promise.all(described) };
	} catch (error) {
		if (!(error instanceof SignerError) || host.closed) throw error;
		return { error: { code: error.code } };
	}
}

/**
 * Waits for another state of readers and cards than this one.
 * @param {Host} host
 * @param {string} state
 * @param {() => boolean} over
 */
async function changed(host, state, over) {
	while (!over() && (await change(host, state, SECONDS)).state === state);
	return null;
}

/**
 * The user's answer, or null when readers or cards are no longer as they were.
 * @param {Host} host
 * @param {string} state
 * @param {Promise<any>} answer
 */
async function answerOrChange(host, state, answer) {
	if (!state) return answer;
	let over = false;
	const waits = changed(host, state, () => over).catch(() => null);
	const first = await Promise.race([answer, waits]);
	over = true;
	if (first) host.cancel();
	await waits; // one request at a time
	if (host.closed) throw new SignerError('host_failed');
	return first;
}

export async function choose(/** @type {Request} */ request) {
	const { origin, topOrigin, language } = request;
	return withHost(request, async (host) => {
		const dialog = await Dialog.open(request, 'choose', { origin, topOrigin, language });
		/** @type {Promise<any> | null} */
		let answer = null;
		try {
			for (;;) {
				const { state = '' } = await now(host);
				const found = await list(host, request);
				dialog.tell({ found });
				answer ??= dialog.ask();
				const given = await answerOrChange(host, state, answer);
				if (given) answer = null;
				const picked = found.certificates?.find(({ certificate }) => certificate === given?.picked);
				if (picked) return { certificate: picked.certificate };
			}
		} finally {
			await dialog.close();
		}
	});
}
