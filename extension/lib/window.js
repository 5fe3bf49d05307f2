// The extension's own window: where the user reads what is signed and types the PIN. It connects
// back with a port that is named after a random token, and does so again when this script was
// ended and started anew; what was typed stays.
import { api } from './api.js';
import { SignerError } from './error.js';
import { keepWindow, windowOf } from './request.js';

/** @typedef {import('./api.js').Port} Port */
/** @typedef {import('./request.js').Request} Request */

const SIZE = { pin: [560, 760], choose: [560, 600] };
const CONNECT_MS = 15000;
const RETURN_MS = 8000; // a window that reloads is back sooner, on the busiest machine too
const STRAY_MS = 10000; // the page of a window that came back asks again sooner

/** @type {Dialog | null} */
let open = null;
/** Windows that came back before their page did, by token. @type {Map<string, {port: Port, said: any[]}>} */
const early = new Map();

export class Dialog {
	/** @type {Port | null} */ #port = null;
	/** @type {((message: any) => void) | null} */ #waiting = null;
	/** @type {any[]} */ #queue = [];
	#returns = 0;
	/** @type {any} */ #shown = null;
	/** What was said since the last answer, and of the card. @type {any} */ #told = {};
	/** @type {number | undefined} */ id;
	token = '';
	lost = () => {};
	connected = () => {};
	/** The user wants that what is under way stops. */
	stop = () => {};

	/**
	 * Opens `page` and hands it what to show; or takes up the window that is open for the request.
	 * @param {Request} request
	 * @param {'pin' | 'choose'} page
	 * @param {object} shown
	 */
	static async open(request, page, shown) {
		const dialog = new Dialog();
		open = dialog;
		request.signal.addEventListener('abort', () => dialog.#put({ gone: true }));
		try {
			const before = await windowOf(request);
			dialog.token = before?.token ?? crypto.randomUUID();
			dialog.id = before?.windowId;
			dialog.#shown = shown;
			if (!before || !(await dialog.#comesBack())) await dialog.#create(request, page);
		} catch (error) {
			await dialog.close();
			throw error;
		}
		return dialog;
	}

	/** Waits for the window to connect; false if it doesn't within that time. */
	#comesBack(ms = RETURN_MS) {
		return new Promise((resolve) => {
			const timer = setTimeout(() => resolve(false), ms);
			this.lost = () => {
				clearTimeout(timer);
				resolve(false);
			};
			this.connected = () => {
				clearTimeout(timer);
				resolve(true);
			};
			const back = early.get(this.token);
			early.delete(this.token);
			if (!back) return;
			this.take(back.port);
			for (const message of back.said) this.#put(message);
		});
	}

	async #create(/** @type {Request} */ request, /** @type {'pin' | 'choose'} */ page) {
		const [width, height] = SIZE[page];
		const url = api.runtime.getURL(`windows/${page}.html#${this.token}`);
		await keepWindow({ id: request.id, token: this.token });
		const connects = this.#comesBack(CONNECT_MS);
		const made = await api.windows.create({ url, type: 'popup', width, height, focused: true });
		this.id = made.id;
		await keepWindow({ id: request.id, token: this.token, windowId: made.id });
		if (!(await connects)) throw new SignerError('cancelled');
	}

	/** A window with our token reports. */
	take(/** @type {Port} */ port) {
		this.#port = port;
		clearTimeout(this.#returns);
		port.onMessage.addListener((message) => this.#put(message));
		port.onDisconnect.addListener(() => {
			if (this.#port !== port) return;
			this.#port = null;
			this.#returns = setTimeout(() => this.#put({ cancel: true }), RETURN_MS);
		});
		port.postMessage({ show: this.#shown });
		port.postMessage(this.#told);
		this.connected();
	}

	/** Says something to the window; again if the window is loaded anew. */
	tell(/** @type {object} */ message) {
		this.#told = { ...this.#told, ...message };
		this.#port?.postMessage(message);
	}

	/** The user's next answer; throws `cancelled` when the window is closed, `page_gone` when the page is. */
	async ask() {
		const message =
			this.#queue.shift() ??
			(await new Promise((resolve) => {
				this.#waiting = resolve;
			}));
		if (message.gone) throw new SignerError('page_gone');
		if (message.cancel) throw new SignerError('cancelled');
		this.#told = { card: this.#told.card };
		return message;
	}

	async close() {
		if (open === this) open = null;
		clearTimeout(this.#returns);
		this.tell({ over: true });
		this.#port = null;
		if (this.id !== undefined) await api.windows.remove(this.id).catch(() => {});
	}

	/** The user closed the window. */
	cancel() {
		this.lost();
		this.#put({ cancel: true });
	}

	#put(/** @type {any} */ message) {
		if (message.stop || message.cancel) this.stop();
		if (message.stop) return;
		const waiting = this.#waiting;
		this.#waiting = null;
		if (waiting) waiting(message);
		else this.#queue.push(message);
	}
}

/** windows.onRemoved. */
export function removed(/** @type {number} */ id) {
	if (open?.id === id) open.cancel();
}

// The window is told that its request is over when the page does not ask again.
function wait(/** @type {Port} */ port, /** @type {string} */ token) {
	const back = { port, said: /** @type {any[]} */ ([]) };
	const waits = () => early.get(token) === back;
	early.set(token, back);
	port.onMessage.addListener((message) => waits() && back.said.push(message));
	setTimeout(() => waits() && early.delete(token) && port.postMessage({ over: true }), STRAY_MS);
	port.onDisconnect.addListener(() => waits() && early.delete(token));
}

/** runtime.onConnect: a window of ours reports; anything else is turned away. */
export function adopt(/** @type {Port} */ port) {
	const ours = port.sender?.id === api.runtime.id && port.sender?.url?.startsWith(api.runtime.getURL(''));
	const token = port.name.replace(/^window /, '');
	if (!ours) port.disconnect();
	else if (open && open.token === token) open.take(port);
	else wait(port, token);
}
