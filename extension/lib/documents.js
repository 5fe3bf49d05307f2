// What is shown is what is signed: the document's bytes are read here, from the origin that
// asks, and must have the digest that goes to the card.
import { SignerError } from './error.js';

/**
 * A prepared document, as `POST /signings` of the server describes it.
 * @typedef {object} Document
 * @property {string} name
 * @property {string} number
 * @property {number} size            bytes of the file
 * @property {string} url             a path of the page's origin
 * @property {number[]} byteRange     what the signature covers: a PDF but for its hole (ISO 32000-1,
 *                                    12.8.1), or [0, size]: the whole of any other file
 * @property {string} digestAlgorithm SHA-256 or SHA-384
 * @property {string} messageDigest   base64, over the byte range
 * @property {string} signedAttributes base64 DER, RFC 5652, 5.4
 */

const DIGESTS = new Set(['SHA-256', 'SHA-384']);

const PIECE = 8192; // arguments that a call may have

export const toBase64 = (/** @type {Uint8Array} */ bytes) => {
	let text = '';
	for (let from = 0; from < bytes.length; from += PIECE)
		text += String.fromCharCode(...bytes.subarray(from, from + PIECE));
	return btoa(text);
};

export const fromBase64 = (/** @type {string} */ text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

export const hex = (/** @type {Uint8Array} */ bytes) =>
	Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
		.join('')
		.toUpperCase();

// ByteRange [0 start end rest]: all of the file but the hole for the signature; or [0 size].
function covers(/** @type {unknown} */ range, /** @type {number} */ size) {
	if (!Array.isArray(range) || !range.every(Number.isSafeInteger)) return false;
	const [zero, start, end, rest] = range;
	if (range.length === 2) return zero === 0 && size > 0 && start === size;
	return range.length === 4 && zero === 0 && start > 0 && end > start && rest > 0 && end + rest === size;
}

/** Is all of the file signed? Then it is no PDF: such a signature stands apart from it. */
export const isWhole = (/** @type {Document} */ { byteRange }) => byteRange.length === 2;

/** Is this a Document? The page gave it; anything may be in it. */
export function wellFormed(/** @type {any} */ document) {
	const texts = [
		document?.name,
		document?.number,
		document?.url,
		document?.messageDigest,
		document?.signedAttributes,
	];
	return (
		texts.every((text) => typeof text === 'string') &&
		document.url.startsWith('/') &&
		!/^\/[/\\]/.test(document.url) &&
		DIGESTS.has(document.digestAlgorithm) &&
		Number.isSafeInteger(document.size) &&
		covers(document.byteRange, document.size)
	);
}

/** @param {string} url @param {AbortSignal} [signal] */
async function load(url, signal) {
	try {
		const response = await fetch(url, { credentials: 'omit', cache: 'no-store', redirect: 'error', signal });
		if (!response.ok) throw new Error(String(response.status));
		return new Uint8Array(await response.arrayBuffer());
	} catch {
		throw new SignerError('document_unreadable');
	}
}

const digestOf = async (/** @type {string} */ algorithm, /** @type {Uint8Array<ArrayBuffer>} */ bytes) =>
	new Uint8Array(await crypto.subtle.digest(algorithm, bytes));

/** The bytes without the hole. */
function around(/** @type {Uint8Array<ArrayBuffer>} */ bytes, /** @type {number[]} */ [, start, end]) {
	const covered = new Uint8Array(start + bytes.length - end);
	covered.set(bytes.subarray(0, start));
	covered.set(bytes.subarray(end), start);
	return covered;
}

/**
 * The bytes of a document, if their digest is the announced one, and the SHA-256 of what is signed.
 * @param {string} origin
 * @param {Document} document
 * @param {AbortSignal} [signal]
 */
export async function readDocument(origin, document, signal) {
	if (!wellFormed(document)) throw new SignerError('item_refused');
	const bytes = await load(origin + document.url, signal);
	if (bytes.length !== document.size) throw new SignerError('item_refused');
	const covered = isWhole(document) ? bytes : around(bytes, document.byteRange);
	const digest = await digestOf(document.digestAlgorithm, covered);
	if (toBase64(digest) !== document.messageDigest) throw new SignerError('item_refused');
	const sha256 = document.digestAlgorithm === 'SHA-256' ? digest : await digestOf('SHA-256', covered);
	return { bytes, sha256: hex(sha256) };
}
