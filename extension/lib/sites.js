// The content script runs on the allowed origins and nowhere else: it is registered here, from
// the policy, instead of standing in the manifest.
import { api } from './api.js';
import { policy } from './policy.js';

const ID = 'page';
const SCRIPT = {
	id: ID,
	js: ['content.js'],
	runAt: 'document_start',
	allFrames: true,
	persistAcrossSessions: true,
};

/** The browser's match pattern of an origin; patterns know no port (Firefox) or need none. */
export function patternOf(/** @type {string} */ origin) {
	return `${origin.replace(/:\d+$/, '')}/*`;
}

/** @type {(a: string[], b: string[]) => boolean} */
const same = (a, b) => a.length === b.length && a.every((entry, i) => entry === b[i]);

// Pages that were open before get it now; the others when they load.
async function reachOpenTabs(/** @type {string[]} */ matches) {
	for (const { id } of await api.tabs.query({ url: matches })) {
		await api.scripting
			.executeScript({ target: { tabId: id, allFrames: true }, files: SCRIPT.js })
			.catch(() => {});
	}
}

async function register() {
	const { origins } = await policy({ wait: false });
	const matches = [...new Set(origins.map(patternOf))].sort();
	const [before] = await api.scripting.getRegisteredContentScripts({ ids: [ID] });
	if (same(before?.matches.toSorted() ?? [], matches)) return;
	if (before) await api.scripting.unregisterContentScripts({ ids: [ID] });
	if (matches.length === 0) return;
	await api.scripting.registerContentScripts([{ ...SCRIPT, matches }]);
	await reachOpenTabs(matches);
}

let last = Promise.resolve();

/** Brings the registration in line with the policy; one after the other. */
export function placeContentScript() {
	last = last.then(register).catch((error) => console.error('content script:', error));
	return last;
}

/** Extension was installed or updated: the scripts in open pages belong to the one before. */
export async function renewOpenTabs() {
	await last;
	const [script] = await api.scripting.getRegisteredContentScripts({ ids: [ID] });
	if (script) await reachOpenTabs(script.matches);
}
