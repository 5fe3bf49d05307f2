// Proof of possession for a registration: the host builds what the card signs.
import { describe } from '../lib/certificate.js';
import { SignerError } from '../lib/error.js';
import { withHost } from '../lib/host.js';
import { withPin } from '../lib/pin.js';
import { policy } from '../lib/policy.js';

/** @typedef {import('../lib/request.js').Request} Request */

export async function prove(/** @type {Request} */ request) {
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
			kind: 'prove',
			origin,
			topOrigin,
			language,
			pinMinLength,
			rememberMinutes: 0,
			certificate: await describe(certificate),
			documents: [],
		};
		const whose = { origin, ...(host.modern ? { topOrigin } : {}), certificate };
		return withPin(request, host, shown, (given) => host.request('prove', { ...whose, ...given, nonce }));
	});
}
