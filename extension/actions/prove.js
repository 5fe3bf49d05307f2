// Proof of possession for a registration: the host builds what the card signs.
import { describe } from '../lib/certificate.js';
import { SignerError } from '../lib/error.js';
import { withHost } from '../lib/host.js';
import { withPin } from '../lib/pin.js';

/** @typedef {import('../lib/request.js').Request} Request */

export async function prove(/** @type {Request} */ request) {
	const {
		origin,
		topOrigin,
		language,
		args: { certificate, nonce },
	} = request;
	if (typeof certificate !== 'string' || typeof nonce !== 'string') throw new SignerError('protocol');
	return withHost(request, async (host) => {
		const shown = {
			kind: 'prove',
			origin,
			topOrigin,
			language,
			certificate: await describe(certificate),
			documents: [],
		};
		return withPin(request, shown, (pin) => host.request('prove', { origin, certificate, pin, nonce }));
	});
}
