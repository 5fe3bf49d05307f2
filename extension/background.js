// Routes only: a request of a page goes to its action, one file each. All listeners are set in
// the first turn, so that the browser can start this script for any of them.
import { choose } from './actions/choose.js';
import { doctor } from './actions/doctor.js';
import { hello } from './actions/hello.js';
import { authenticate, prove } from './actions/prove.js';
import { sign } from './actions/sign.js';
import { wait } from './actions/wait.js';
import { api } from './lib/api.js';
import { codeOf, SignerError } from './lib/error.js';
import { callerOf } from './lib/origin.js';
import { inHand } from './lib/request.js';
import { placeContentScript, renewOpenTabs } from './lib/sites.js';
import { adopt, removed } from './lib/window.js';

/** @typedef {import('./lib/api.js').Port} Port */

const ACTIONS = { authenticate, choose, prove, sign };

const frameOf = (/** @type {Port} */ { sender }) => `${sender?.tab?.id} ${sender?.frameId}`;

/** @param {any} message @param {Port} port @param {AbortSignal} signal */
async function run({ id, language, request }, port, signal) {
	try {
		const caller = await callerOf(port.sender ?? {});
		const action = String(request?.action);
		const asked = {
			id: String(id),
			action,
			...caller,
			language: String(language ?? ''),
			args: request,
			signal,
		};
		if (action === 'hello') return { ok: await hello() };
		if (action === 'wait') return { ok: await wait(asked, frameOf(port)) };
		if (action === 'doctor') return { ok: await doctor(asked) };
		if (!Object.hasOwn(ACTIONS, action)) throw new SignerError('unknown_command');
		return { ok: await inHand(asked, ACTIONS[/** @type {keyof typeof ACTIONS} */ (action)]) };
	} catch (error) {
		if (codeOf(error).code === 'internal') console.error(error);
		return { error: codeOf(error) };
	}
}

// One request a port. It is cut when the page is left or loaded anew: then nobody waits for
// the answer, the window closes, and the host ends without a signature.
function serve(/** @type {Port} */ port) {
	const page = new AbortController();
	port.onDisconnect.addListener(() => page.abort(new SignerError('page_gone')));
	port.onMessage.addListener(async (message) => {
		const answer = await run(message, port, page.signal);
		if (!page.signal.aborted) port.postMessage(answer);
	});
}

api.runtime.onConnect.addListener((/** @type {Port} */ port) => (port.name === 'page' ? serve(port) : adopt(port)));
api.windows.onRemoved.addListener(removed);
api.storage.onChanged.addListener(placeContentScript);
api.permissions.onAdded.addListener(placeContentScript);
api.permissions.onRemoved.addListener(placeContentScript);
api.runtime.onStartup.addListener(placeContentScript);
api.runtime.onInstalled.addListener(renewOpenTabs);
api.action.onClicked.addListener((/** @type {{url?: string}} */ tab) => {
	const origin = /^https?:/.test(tab.url ?? '') ? new URL(/** @type {string} */ (tab.url)).origin : '';
	api.tabs.create({ url: api.runtime.getURL(`windows/options.html#${origin}`) });
});
placeContentScript();
