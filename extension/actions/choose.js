// The user picks one of the certificates on the inserted cards; only that one goes to the page.
import { describe } from '../lib/certificate.js';
import { SignerError } from '../lib/error.js';
import { withHost } from '../lib/host.js';
import { Dialog } from '../lib/window.js';

/** @typedef {import('../lib/request.js').Request} Request */

/** @param {import('../lib/host.js').Host} host @param {string} origin */
async function list(host, origin) {
	try {
		const { certificates } = await host.request('certificates', { origin });
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

export async function choose(/** @type {Request} */ request) {
	const { origin, topOrigin, language } = request;
	return withHost(request, async (host) => {
		const dialog = await Dialog.open(request, 'choose', { origin, topOrigin, language });
		try {
			for (;;) {
				const found = await list(host, origin);
				dialog.tell({ found });
				const { picked } = await dialog.ask();
				const certificate = found.certificates?.[picked]?.certificate;
				if (certificate) return { certificate };
			}
		} finally {
			await dialog.close();
		}
	});
}
