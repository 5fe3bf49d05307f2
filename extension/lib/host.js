// The native host: one port a request of a page, opened before any window (an open port
// keeps this script alive while the user thinks), closed at the end. Where the host remembers a
// PIN, it does so for as long as its port is open, and the next request of that site for that
// certificate takes it up.
import { api } from './api.js';
import { fromBase64, toBase64 } from './documents.js';
import { SignerError } from './error.js';

/** @typedef {import('./api.js').Port} Port */
/**
 * @typedef {{resolve: (message: any) => void, reject: (error: Error) => void, timer: number,
 *            late: () => void}} Waiting
 */

const NAME = 'tw.yinxin.signer';
const PROTOCOL = 1;
const MAX = 1024 * 1024;
const PART = 512 * 1024;
const PARTS_MAX = 16 * MAX;
const HELLO_MS = 5000;
const COMMAND_MS = 120000;
const ITEM_MS = 3000;
const TYPING_MS = 130000; // on the reader, or in the host's own window

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
	#current = 0;
	version = '';
	/** @type {string[]} */ commands = [];
	batchMax = 100;
	rememberMinutes = 0;
	/** The PIN is typed in a window of the host's own, never here. */
	ownDialog = false;
	/** Until when (Date.now()) the host said that it remembers the PIN. */
	rememberedUntil = 0;

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
		host.batchMax = hello.batchMax ?? host.batchMax;
		host.rememberMinutes = hello.rememberMinutes ?? 0;
		host.ownDialog = hello.pinDialog === 'pinentry';
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

	/** Does it know progress, partial results, the last try, and what it remembers? */
	get modern() {
		return this.commands.includes('cancel');
	}

	get closed() {
		return this.#closed !== null;
	}

	/**
	 * One command; the host's error becomes a SignerError. What is too long for one message goes in
	 * parts, and comes in pages.
	 * @param {string} command
	 * @param {object} [args]
	 * @param {(progress: any) => void} [onProgress]
	 */
	async request(command, args = {}, onProgress) {
		const id = this.#nextId++;
		this.#current = id;
		this.#onProgress = onProgress ?? null;
		const answer = await this.#deliver({ id, command, ...args }, this.#patience(args));
		const { id: got, ok, error } = await this.#whole(answer, id);
		this.#current = 0;
		if (got !== id) throw new SignerError('protocol');
		if (command === 'sign') this.rememberedUntil = Date.now() + (ok?.rememberedSeconds ?? 0) * 1000;
		if (error)
			throw new SignerError(
				error.code,
				Number.isInteger(error.triesLeft) ? { triesLeft: error.triesLeft } : {},
			);
		return ok;
	}

	/** One message out, the next one in. @param {object} message @param {number} ms */
	#exchange(message, ms) {
		if (this.#closed) throw this.#closed;
		const answer = this.#wait(ms, 'card_timeout');
		this.#port.postMessage(message);
		return answer;
	}

	/** @param {object} message @param {number} ms */
	async #deliver(message, ms) {
		const bytes = new TextEncoder().encode(JSON.stringify(message));
		if (bytes.length <= MAX) return this.#exchange(message, ms);
		if (bytes.length > PARTS_MAX || !this.commands.includes('part')) throw new SignerError('item_refused');
		for (let from = 0; ; from += PART) {
			const last = from + PART >= bytes.length;
			const data = toBase64(bytes.subarray(from, from + PART));
			const answer = await this.#exchange({ id: this.#nextId++, command: 'part', data, last }, ms);
			if (last) return answer;
			if (answer.error) throw new SignerError(answer.error.code);
		}
	}

	/** The answer itself, if it was announced in pages. @param {any} answer @param {number} id */
	async #whole(answer, id) {
		if (!answer.paged) return answer;
		const { size, pages } = answer.paged;
		if (!(size <= PARTS_MAX) || !(pages <= PARTS_MAX / PART)) throw new SignerError('protocol');
		const whole = [];
		for (let page = 0; page < pages; page++) {
			const asked = { id: this.#nextId++, command: 'page', request: id, page };
			const { ok, error } = await this.#exchange(asked, COMMAND_MS);
			if (error) throw new SignerError(error.code);
			whole.push(fromBase64(ok.data));
		}
		const text = await new Blob(whole).text();
		try {
			return JSON.parse(text);
		} catch {
			throw new SignerError('protocol');
		}
	}

	/** Stops what is being worked on; its request is answered with what there is. */
	cancel() {
		if (this.#current && this.modern && !this.#closed)
			this.#port.postMessage({ id: this.#nextId++, command: 'cancel', request: this.#current });
	}

	// A host that tells its progress is waited for from one document to the next.
	#patience(/** @type {any} */ { items = [], progress, onReader }) {
		const typing = onReader || this.ownDialog ? TYPING_MS : 0;
		return COMMAND_MS + typing + (progress ? 0 : items.length * ITEM_MS);
	}

	/** Ends the host, whatever it does; a request that waits fails with `why`. */
	close(why = new SignerError('host_failed')) {
		this.#fail(why);
		this.#port.disconnect();
	}

	#wait(/** @type {number} */ ms, /** @type {string} */ code) {
		return new Promise((resolve, reject) => {
			const late = () => this.close(new SignerError(code));
			this.#waiting = { resolve, reject, timer: setTimeout(late, ms), late };
			if (this.#closed) this.#fail(this.#closed);
		});
	}

	#take(/** @type {any} */ message) {
		const waiting = this.#waiting;
		if (message?.progress && waiting) {
			clearTimeout(waiting.timer);
			waiting.timer = setTimeout(waiting.late, COMMAND_MS);
			this.#onProgress?.(message.progress);
			return;
		}
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

/** The host that remembers a PIN, and for whom. @type {{host: Host, who: string, timer: number} | null} */
let kept = null;

const whoAsks = (/** @type {import('./request.js').Request} */ { origin, topOrigin, args }) =>
	[origin, topOrigin, args.certificate].join('\n');

function forget() {
	if (!kept) return;
	clearTimeout(kept.timer);
	kept.host.close();
	kept = null;
}

// Any other request ends what is remembered.
function takeKept(/** @type {string} */ who) {
	if (!kept || kept.who !== who || kept.host.closed) {
		forget();
		return null;
	}
	const { host, timer } = kept;
	clearTimeout(timer);
	kept = null;
	return host;
}

// The host may be set to remember longer than the policy lets it.
function keep(/** @type {Host} */ host, /** @type {string} */ who, /** @type {number} */ minutes) {
	forget();
	const more = Math.max(0, host.rememberMinutes - minutes) * 60000;
	const left = host.rememberedUntil - more - Date.now();
	if (left > 0) kept = { host, who, timer: setTimeout(forget, left) };
	else host.close();
}

/**
 * Runs `use` with a host, which ends when `use` does or the page is gone.
 * @template T
 * @param {import('./request.js').Request} request
 * @param {(host: Host) => Promise<T>} use
 * @param {number} [rememberMinutes] the most that a PIN may be remembered for this request's certificate
 * @returns {Promise<T>}
 */
export async function withHost(request, use, rememberMinutes = 0) {
	const { signal } = request;
	const who = rememberMinutes > 0 ? whoAsks(request) : '';
	const host = (request.args && takeKept(who)) ?? (await Host.open());
	const leave = () => host.close(signal.reason);
	signal.addEventListener('abort', leave);
	try {
		if (signal.aborted) throw signal.reason;
		return await use(host);
	} finally {
		signal.removeEventListener('abort', leave);
		if (rememberMinutes > 0 && !host.closed && !signal.aborted) keep(host, who, rememberMinutes);
		else host.close();
	}
}
