// What keeps signing from working on this machine, for the page that shows it. The host leaves
// out what is the user's own: paths, names of readers, certificates.
import { api } from '../lib/api.js';
import { codeOf, SignerError } from '../lib/error.js';
import { withHost } from '../lib/host.js';
import { isBusy } from '../lib/request.js';

/** @typedef {import('../lib/request.js').Request} Request */

/** One examination at a time: who asks meanwhile gets the same answer. @type {Map<string, Promise<object>>} */
const asked = new Map();

/** @param {Request} request */
async function examine({ origin, topOrigin }) {
	const version = api.runtime.getManifest().version;
	const nobody = new AbortController().signal;
	let hostVersion = '';
	try {
		return await withHost(/** @type {Request} */ ({ signal: nobody }), async (host) => {
			hostVersion = host.version;
			if (!host.commands.includes('doctor')) throw new SignerError('host_outdated');
			const { ok, findings } = await host.request('doctor', { origin, topOrigin });
			return { version, host: { installed: true, version: hostVersion }, ok, findings };
		});
	} catch (error) {
		return { version, host: { installed: false, version: hostVersion, code: codeOf(error).code } };
	}
}

/** It reads the cards, and so waits until nobody signs with them. */
export function doctor(/** @type {Request} */ request) {
	const who = `${request.origin}\n${request.topOrigin}`;
	if (isBusy()) throw new SignerError('busy');
	const running = asked.get(who) ?? examine(request).finally(() => asked.delete(who));
	asked.set(who, running);
	return running;
}
