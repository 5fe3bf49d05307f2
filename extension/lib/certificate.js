// What people recognise a certificate by: enough DER (X.690) to read an X.509 certificate's
// names, serial number and validity. The host and the server judge it; this only shows it.
import { fromBase64, hex } from './documents.js';

/** @typedef {{tag: number, start: number, end: number, body: Uint8Array}} Node */
/** @typedef {{type: string, value: string}[]} Name in certificate order */

/**
 * @typedef {object} Certificate
 * @property {string} name       「關貿網路股份有限公司」
 * @property {string} number     the subject's serialNumber; eight digits are a 統一編號
 * @property {string} issuerName
 * @property {string} subject    the whole distinguished names
 * @property {string} issuer
 * @property {string} serial     of the certificate, as on the card
 * @property {string} notBefore  2021/09/22
 * @property {string} notAfter
 * @property {string} fingerprint SHA-256 of the certificate
 */

/** @type {Record<string, string>} */
const NAMES = {
	'2.5.4.3': 'CN',
	'2.5.4.5': 'SERIALNUMBER',
	'2.5.4.6': 'C',
	'2.5.4.7': 'L',
	'2.5.4.8': 'ST',
	'2.5.4.10': 'O',
	'2.5.4.11': 'OU',
};
const UTC_TIME = 0x17,
	BMP_STRING = 0x1e,
	VERSION = 0xa0;

/** @param {Uint8Array} bytes @param {number} at @returns {Node} */
function read(bytes, at) {
	const tag = bytes[at];
	let length = bytes[at + 1];
	let start = at + 2;
	if (length & 0x80) {
		const n = length & 0x7f;
		if (n === 0 || n > 3) throw new Error('length');
		length = 0;
		for (let i = 0; i < n; i++) length = length * 256 + bytes[start++];
	}
	if (tag === undefined || !(start + length <= bytes.length)) throw new Error('cut off');
	return { tag, start, end: start + length, body: bytes.subarray(start, start + length) };
}

/** @param {Uint8Array} bytes @param {Node} node @returns {Node[]} */
function children(bytes, { start, end }) {
	const list = [];
	for (let at = start; at < end; at = list[list.length - 1].end) list.push(read(bytes, at));
	return list;
}

function oid(/** @type {Uint8Array} */ body) {
	const parts = [Math.floor(body[0] / 40), body[0] % 40];
	let value = 0;
	for (const byte of body.subarray(1)) {
		value = value * 128 + (byte & 0x7f);
		if (!(byte & 0x80)) {
			parts.push(value);
			value = 0;
		}
	}
	return parts.join('.');
}

/** @param {Uint8Array} bytes @param {Node} node @returns {Name} */
function nameOf(bytes, node) {
	return children(bytes, node)
		.flatMap((set) => children(bytes, set))
		.map((pair) => {
			const [type, value] = children(bytes, pair);
			const text = new TextDecoder(value.tag === BMP_STRING ? 'utf-16be' : 'utf-8').decode(value.body);
			const known = oid(type.body);
			return { type: NAMES[known] ?? known, value: text };
		});
}

// A value can't pass for another attribute: what parts them is escaped, as are control characters.
const SPECIAL = /[\\=+,;"<>]|\p{Cc}|\p{Cf}/gu;
const escaped = (/** @type {string} */ text) =>
	text.replace(SPECIAL, (c) => `\\${Number(c.codePointAt(0)).toString(16).padStart(2, '0').toUpperCase()}`);
const distinguished = (/** @type {Name} */ name) =>
	name.map(({ type, value }) => `${type}=${escaped(value)}`).join(' ');

const all = (/** @type {Name} */ name, /** @type {string[]} */ ...types) =>
	name.filter(({ type }) => types.includes(type)).map(({ value }) => value);

/** A person's CN; an organization's O, with its units. */
function subjectName(/** @type {Name} */ name) {
	return all(name, 'CN').at(-1) ?? all(name, 'O', 'OU').join(' ');
}

/** The authority itself, not the government it belongs to. */
function issuerName(/** @type {Name} */ name) {
	return all(name, 'CN').at(-1) ?? all(name, 'OU').at(-1) ?? all(name, 'O').join(' ');
}

function date(/** @type {Node} */ node) {
	const text = new TextDecoder().decode(node.body);
	const short = node.tag === UTC_TIME;
	const year = short ? (Number(text.slice(0, 2)) < 50 ? '20' : '19') + text.slice(0, 2) : text.slice(0, 4);
	const rest = text.slice(short ? 2 : 4);
	return `${year}/${rest.slice(0, 2)}/${rest.slice(2, 4)}`;
}

/**
 * What to show of a base64 DER certificate; null if it can't be read.
 * @param {string} base64
 * @returns {Promise<Certificate | null>}
 */
export async function describe(base64) {
	try {
		const bytes = fromBase64(base64);
		const parts = children(bytes, children(bytes, read(bytes, 0))[0]);
		const at = parts[0].tag === VERSION ? 1 : 0;
		const issuer = nameOf(bytes, parts[at + 2]);
		const subject = nameOf(bytes, parts[at + 4]);
		const [notBefore, notAfter] = children(bytes, parts[at + 3]);
		return {
			name: subjectName(subject),
			number: all(subject, 'SERIALNUMBER')[0] ?? '',
			issuerName: issuerName(issuer),
			subject: distinguished(subject),
			issuer: distinguished(issuer),
			serial: hex(parts[at].body),
			notBefore: date(notBefore),
			notAfter: date(notAfter),
			fingerprint: hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))),
		};
	} catch {
		return null;
	}
}
