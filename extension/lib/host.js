// The native host: one port a request of a page, opened before any window (an open port
// keeps this script alive while the user thinks), closed at the end.
import { api } from './api.js';
import { SignerError } from './error.js';

/** @typedef {import('./api.js').Port} Port */
/** @typedef {{resolve: (message: any) => void, reject: (error: Error) => void, timer: number}} Waiting */

const NAME = 'tw.yinxin.signer';
const PROTOCOL = 1;
const MAX = 1024 * 1024;
const HELLO_MS = 5000;
const COMMAND_MS = 120000;

/** The browsers' own words for why a port was closed. */
function whyClosed(/** @type {string} */ text) {
	if (/not found|No such native application|unexpected error/i.test(text)) return 'host_missing';
	if (/forbidden|disabled by the system/i.test(text)) return 'host_forbidden';
	return 'host_failed';
}

export class Host {
	/** @type {Port} */ #port;
	/** @type {Waiting | null} */ #waiting = null;
	/** @type {SignerError | null} */ #closed = null;
	/** @type {((progress: any) => void) | null} */ #onProgress = null;
	#nextId = 1;
	version = '';
	/** @type {string[]} */ commands = [];

	/** Opens the port and waits for the host's hello. */
	static async open() {
		const host = new Host(api.runtime.connectNative(NAME));
		const { hello } = await host.#wait(HELLO_MS, 'host_failed');
		if (hello?.protocol !== PROTOCOL) {
			host.close();
			throw new SignerError('host_outdated');
		}
		host.version = hello.version;
		host.commands = hello.commands ?? [];
		return host;
	}

	constructor(/** @type {Port} */ port) {
		this.#port = port;
		port.onMessage.addListener((message) => this.#take(message));
		port.onDisconnect.addListener((closed) => {
			const text = closed.error?.message ?? api.runtime.lastError?.message ?? '';
			this.#fail(new SignerError(whyClosed(text)));
		});
	}

	get closed() {
		return this.#closed !== null;
	}

	/**
	 * One command; the host's error becomes a SignerError.
	 * @param {string} command
	 * @param {object} [args]
	 * @param {(progress: any) => void} [onProgress]
	 */
	async request(command, args = {}, onProgress) {
		const id = this.#nextId++;
		const message = { id, command, ...args };
		if (new TextEncoder().encode(JSON.stringify(message)).length > MAX) throw new SignerError('item_refused');
		if (this.#closed) throw this.#closed;
		this.#onProgress = onProgress ?? null;
		const answer = this.#wait(COMMAND_MS, 'card_timeout');
		this.#port.postMessage(message);
		const { id: got, ok, error } = await answer;
		if (got !== id) throw new SignerError('protocol');
		if (error)
			throw new SignerError(
				error.code,
				Number.isInteger(error.triesLeft) ? { triesLeft: error.triesLeft } : {},
			);
		return ok;
	}

	/** Ends the host, whatever it does; a request that waits fails with `why`. */
	close(why = new SignerError('host_failed')) {
		this.#fail(why);
		this.#port.disconnect();
	}

	#wait(/** @type {number} */ ms, /** @type {string} */ code) {
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => this.close(new SignerError(code)), ms);
			this.#waiting = { resolve, reject, timer };
			if (this.#closed) this.#fail(this.#closed);
		});
	}

	#take(/** @type {any} */ message) {
		if (message?.progress) {
			this.#onProgress?.(message.progress);
			return;
		}
		const waiting = this.#waiting;
		this.#waiting = null;
		if (!waiting) return;
		clearTimeout(waiting.timer);
		waiting.resolve(message);
	}

	#fail(/** @type {SignerError} */ error) {
		this.#closed ??= error;
		const waiting = this.#waiting;
		this.#waiting = null;
		if (!waiting) return;
		clearTimeout(waiting.timer);
		waiting.reject(error);
	}
}

/**
 * Runs `use` with a host of its own, which ends when `use` does or the page is gone.
 * @template T
 * @param {import('./request.js').Request} request
 * @param {(host: Host) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withHost({ signal }, use) {
	const host = await Host.open();
	const leave = () => host.close(signal.reason);
	signal.addEventListener('abort', leave);
	try {
		if (signal.aborted) throw signal.reason;
		return await use(host);
	} finally {
		signal.removeEventListener('abort', leave);
		host.close();
	}
}
