// What the administrator allows (storage.managed, see schema.json), or, where no administrator
// set anything, the user. An extension that an administrator installed allows nothing until
// its policy has arrived: Chromium hands it over some seconds after the start.
import { api } from './api.js';

/**
 * @typedef {object} Policy
 * @property {boolean} managed          is there a policy of an administrator
 * @property {string[]} origins         that may use the signer: https://host, https://*.domain, http on this machine
 * @property {boolean} userOrigins      may the user add some
 * @property {number} maxDocuments      in one signature
 * @property {number} rememberMinutes   how long the host may keep a PIN that the user wants kept; 0: never
 * @property {number} pinMinLength
 */

const ARRIVAL_MS = 10000;
const ORIGIN = /^(https:\/\/(\*\.)?[a-z0-9.-]+(:\d+)?|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?)$/;
const LOOPBACK = ['http://127.0.0.1', 'http://localhost'];

/** @type {(list: unknown) => string[]} */
const strings = (list) => (Array.isArray(list) ? list.filter((entry) => typeof entry === 'string') : []);
/** @type {(value: unknown, least: number, most: number, otherwise: number) => number} */
const between = (value, least, most, otherwise) =>
	Number.isInteger(value) ? Math.min(most, Math.max(least, Number(value))) : otherwise;

/** Is this an entry that a list of origins may have? */
export const isOrigin = (/** @type {string} */ text) => ORIGIN.test(text);

async function managed() {
	try {
		return await api.storage.managed.get();
	} catch {
		return {}; // Firefox: no policy is set
	}
}

async function installType() {
	return (await api.management.getSelf()).installType;
}

/** The policy as the browser has it, after some seconds if need be. */
async function arrived() {
	for (const end = Date.now() + ARRIVAL_MS; ;) {
		const values = await managed();
		if (Object.keys(values).length > 0 || Date.now() > end) return values;
		await new Promise((done) => setTimeout(done, 250));
	}
}

/** @returns {Promise<string[]>} the origins that the user allowed on the options page */
export async function usersOrigins() {
	return strings((await api.storage.local.get('origins')).origins).filter(isOrigin);
}

/**
 * @param {{wait?: boolean}} [how] wait: for a policy that has not arrived yet
 * @returns {Promise<Policy>}
 */
export async function policy({ wait = true } = {}) {
	const type = await installType();
	const values = type === 'admin' && wait ? await arrived() : await managed();
	const isManaged = Object.keys(values).length > 0;
	const userOrigins = isManaged ? values.allowUserOrigins === true : type !== 'admin';
	const origins = [
		...strings(values.allowedOrigins).filter(isOrigin),
		...(userOrigins ? await usersOrigins() : []),
		// Who loads an unpacked extension works on it: the instances of this machine are theirs.
		...(!isManaged && type === 'development' ? LOOPBACK : []),
	];
	return {
		managed: isManaged,
		origins,
		userOrigins,
		maxDocuments: between(values.maxDocuments, 1, 100, 100),
		rememberMinutes: between(values.rememberPinMinutes, 0, 15, isManaged ? 0 : 5),
		pinMinLength: between(values.pinMinLength, 4, 16, 4),
	};
}

/**
 * Does an entry of a list stand for this origin? An entry without port on this machine stands
 * for every port of it, for a developer's instances have many.
 * @param {string} entry
 * @param {string} origin
 */
export function covers(entry, origin) {
	if (entry === origin) return true;
	if (LOOPBACK.includes(entry)) return origin.replace(/:\d+$/, '') === entry;
	if (!entry.startsWith('https://*.')) return false;
	return (
		origin.startsWith('https://') && !/:\d+$/.test(origin) && origin.endsWith(entry.slice('https://*'.length))
	);
}
