// Is the host there, and could signing work? No identity leaves the machine.
import { api } from '../lib/api.js';
import { codeOf } from '../lib/error.js';
import { withHost } from '../lib/host.js';
import { now } from '../lib/presence.js';

/** @typedef {import('../lib/request.js').Request} Request */

/** One question at a time: pages that ask together get one answer. @type {Promise<object> | null} */
let asked = null;

async function look() {
	const version = api.runtime.getManifest().version;
	const nobody = new AbortController().signal;
	try {
		return await withHost(/** @type {Request} */ ({ signal: nobody }), async (host) => ({
			version,
			host: { installed: true, version: host.version },
			status: await now(host),
		}));
	} catch (error) {
		return { version, host: { installed: false, code: codeOf(error).code } };
	}
}

export function hello() {
	asked ??= look().finally(() => {
		asked = null;
	});
	return asked;
}
