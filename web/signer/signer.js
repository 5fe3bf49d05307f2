// The page's side of the extension (extension/PAGE.md): promises over postMessage. Every
// failure is an Error with a code, and triesLeft where the card tells it.

const HELLO_MS = 4000;
const DOCTOR_MS = 90000;

/** @param {{ code: string, triesLeft?: number }} error */
function signerError({ code, triesLeft }) {
	return Object.assign(new Error(code), { code, ...(Number.isInteger(triesLeft) ? { triesLeft } : {}) });
}

function request(action, args, timeout) {
	return new Promise((resolve, reject) => {
		const id = crypto.randomUUID();
		const done = (settle, value) => {
			window.removeEventListener('message', take);
			clearTimeout(timer);
			settle(value);
		};
		const take = (event) => {
			if (event.source !== window || event.data?.yinxin !== 'answer' || event.data.id !== id) return;
			if (event.data.error) done(reject, signerError(event.data.error));
			else done(resolve, event.data.ok);
		};
		const timer =
			timeout && setTimeout(() => done(reject, signerError({ code: 'extension_missing' })), timeout);
		window.addEventListener('message', take);
		window.postMessage({ ...args, yinxin: 'request', id, action }, window.location.origin);
	});
}

function present() {
	return Boolean(document.documentElement.dataset.yinxinExtension);
}

/** @type {Record<string, (args: any) => Promise<any>> | null} */
let instead = null;

/** From now on this answers in place of the extension: the software card of a practice. null: nobody. */
export const answerInstead = (card) => {
	instead = card;
};

async function ask(name, args) {
	if (instead) return instead[name](args);
	if (!present()) throw signerError({ code: 'extension_missing' });
	return request(name, args);
}

/** {version, host: {installed, version?, code?}, status?: {service, readers, cards}} */
export async function hello({ timeout = HELLO_MS } = {}) {
	if (instead) return instead.hello({});
	if (!present()) throw signerError({ code: 'extension_missing' });
	return request('hello', {}, timeout);
}

/** {version, host: {installed, version?, code?}, ok?, findings?}: what the signer's own doctor says. */
export async function doctor({ timeout = DOCTOR_MS } = {}) {
	if (!present()) throw signerError({ code: 'extension_missing' });
	return request('doctor', {}, timeout);
}

/** {state, service, readers, cards} as soon as it is no longer as it was in `state`, or in a minute. */
export const wait = ({ state }) => ask('wait', { state });

/** {certificate}: the user picks one of the inserted cards' certificates. */
export const choose = () => ask('choose', { purpose: 'register' });

/** {signature}: proof of possession of the certificate's key. */
export const prove = ({ certificate, nonce }) => ask('prove', { certificate, nonce });

/** {signature, time}: a login; what is signed names this site. */
export const authenticate = ({ certificate, nonce }) => ask('authenticate', { certificate, nonce });

/** {signatures}: documents as POST /signings gives them; with partial also what was signed before a stop. */
export const sign = ({ certificate, documents, partial }) => ask('sign', { certificate, documents, partial });
