// What the windows share: texts, and the line to the background.
import { api } from './api.js';

/** @typedef {{message: string, placeholders?: Record<string, {content: string}>}} Entry */

const RETRY_MS = 300;
const LOST_MS = 15000;

/** @type {Record<string, Entry>} */
let catalogue = {};
/** @type {Record<string, string>} */
let errors = {};

export const $ = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

/**
 * The message of a key in the language in use; $name$ stands for a value.
 * @param {string} key
 * @param {...string} values
 */
export function text(key, ...values) {
	if (!Object.hasOwn(catalogue, key)) return key;
	const { message, placeholders = {} } = catalogue[key];
	return message.replace(/\$(\w+)\$/g, (_, name) => values[Number(placeholders[name].content.slice(1)) - 1]);
}

/** Loads the texts. The language is that of the page that asks; getMessage() knows the browser's only. */
export async function speak(/** @type {string} */ language) {
	const locale = /^zh/i.test(language || api.i18n.getUILanguage()) ? 'zh_TW' : 'en';
	const files = [`_locales/${locale}/messages.json`, `gen/errors.${locale === 'en' ? 'en' : 'zh'}.json`];
	[catalogue, errors] = await Promise.all(
		files.map(async (file) => (await fetch(api.runtime.getURL(file))).json()),
	);
	document.documentElement.lang = text('lang');
	for (const marked of document.querySelectorAll('[data-i18n]')) {
		marked.textContent = text(/** @type {HTMLElement} */ (marked).dataset.i18n ?? '');
	}
}

/**
 * The text of an error: what happened and what to do, with the tries that are left.
 * @param {{code: string, triesLeft?: number}} error
 */
export function whatToDo({ code, triesLeft }) {
	const shown = Object.hasOwn(errors, code) ? errors[code] : text('e_other', code);
	if (code !== 'pin_wrong' || !Number.isInteger(triesLeft)) return shown;
	return `${shown} ${text(triesLeft === 1 ? 'lastTry' : 'triesLeft', String(triesLeft))}`;
}

/**
 * An element with a class, a text, and children.
 * @param {string} tag
 * @param {{class?: string, text?: string, [property: string]: any}} [options]
 * @param {...(Node | string)} children
 */
export function element(tag, { class: className, text: content, ...properties } = {}, ...children) {
	const node = document.createElement(tag);
	if (className) node.className = className;
	if (content !== undefined) node.textContent = content;
	Object.assign(node, properties);
	node.append(...children);
	return node;
}

/** Who asks: the frame's origin, and the page around it where that is another. */
export function showOrigin(/** @type {{origin: string, topOrigin: string}} */ { origin, topOrigin }) {
	$('origin').textContent = origin;
	$('top').hidden = topOrigin === origin;
	$('top-origin').textContent = topOrigin;
}

/**
 * The line to the background, named after the token in this window's address. The browser may
 * end the background; then the line is made anew, and what the user says meanwhile waits.
 * @param {(message: any) => void} onMessage
 */
export function connect(onMessage) {
	/** @type {import('./api.js').Port | null} */
	let port = null;
	let over = false;
	let lostSince = 0;
	let before = Promise.resolve();
	/** @type {object[]} */
	const unsent = [];

	async function take(/** @type {any} */ message) {
		if (message.show) await speak(message.show.language);
		onMessage(message);
	}
	function open() {
		const made = api.runtime.connect({ name: `window ${location.hash.slice(1)}` });
		port = made;
		made.onMessage.addListener((/** @type {any} */ message) => {
			lostSince = 0;
			if (message.over) {
				over = true;
				window.close();
				return;
			}
			before = before.then(() => take(message));
			for (const waiting of unsent.splice(0)) made.postMessage(waiting);
		});
		made.onDisconnect.addListener(lost);
	}
	function lost() {
		port = null;
		if (over) return;
		lostSince ||= Date.now();
		// Nobody is there any more, so nothing was signed.
		if (Date.now() - lostSince > LOST_MS) window.close();
		else setTimeout(open, RETRY_MS);
	}
	open();
	return {
		/** Says something to the background, at once or when it is back. */
		send(/** @type {object} */ message) {
			if (port && lostSince === 0) port.postMessage(message);
			else unsent.push(message);
		},
	};
}
