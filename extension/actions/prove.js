// Proof of possession for a registration, and login: the host builds what the card signs.
import { describe } from '../lib/certificate.js';
import { SignerError } from '../lib/error.js';
import { withHost } from '../lib/host.js';
import { withPin } from '../lib/pin.js';
import { policy } from '../lib/policy.js';

/** @typedef {import('../lib/request.js').Request} Request */

/** @param {Request} request @param {'prove' | 'authenticate'} command */
async function proof(request, command) {
	const {
		origin,
		topOrigin,
		language,
		args: { certificate, nonce },
	} = request;
	if (typeof certificate !== 'string' || typeof nonce !== 'string') throw new SignerError('protocol');
	const { pinMinLength } = await policy();
	return withHost(request, async (host) => {
		const shown = {
			kind: command,
			origin,
			topOrigin,
			language,
			pinMinLength,
			rememberMinutes: 0,
			certificate: await describe(certificate),
			documents: [],
		};
		const whose = { origin, ...(host.modern ? { topOrigin } : {}), certificate };
		return withPin(request, host, shown, (given) => host.request(command, { ...whose, ...given, nonce }));
	});
}

export const prove = (/** @type {Request} */ request) => proof(request, 'prove');
export const authenticate = (/** @type {Request} */ request) => proof(request, 'authenticate');
