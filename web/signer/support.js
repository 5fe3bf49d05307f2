// The support code: what was found on a computer, short enough to be read out on the telephone.
// Nothing in it says who sits there or which card it is.

/** In the order of the code; those of `yinxin-signer --doctor`. */
export const CHECKS = [
	'config', 'manifest', 'service', 'readers', 'cards', 'certificate', 'module', 'permissions', 'sandbox',
	'policy', 'log',
];
export const STATES = ['none', 'ok', 'note', 'bad'];
const BROWSERS = ['other', 'chrome', 'edge', 'chromium', 'firefox'];
const SYSTEMS = ['other', 'debian', 'windows', 'macos'];
const CODES = [
	'', 'extension_missing', 'host_missing', 'host_forbidden', 'host_outdated', 'host_failed', 'extension_gone',
	'origin_refused', 'busy', 'unknown_command', 'card_timeout', 'card_busy', 'no_card_service', 'protocol',
	'internal',
];
/** name → bits; 70 in all, and five that tell a slip of the tongue. */
const FIELDS = {
	format: 3, browser: 3, system: 3, major: 10, code: 5, extension: 12, host: 12, checks: 22,
};
const FORMAT = 1;
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // none that sounds or looks like another
const LENGTH = 14;

const indexIn = (list, value) => Math.max(0, list.indexOf(value));

// Three numbers of four bits; 0 when there is no version.
const packVersion = (text) =>
	(/^(\d+)\.(\d+)\.(\d+)/.exec(text ?? '')?.slice(1) ?? [])
		.map(Number)
		.reduce((sum, part) => sum * 16 + Math.min(15, part), 0);
const unpackVersion = (packed) => (packed ? [packed >> 8, (packed >> 4) & 15, packed & 15].join('.') : '');

const checkLetter = (letters) =>
	LETTERS[[...letters].reduce((sum, letter, i) => sum + LETTERS.indexOf(letter) * (2 * i + 1), 7) % 32];

/** The worst that was found for each check. @param {{ check: string, state: string }[]} findings */
const worst = (findings) =>
	CHECKS.map((check) =>
		Math.max(0, ...findings.filter((f) => f.check === check).map((f) => indexIn(STATES, f.state))),
	);

/**
 * @param {{ browser: string, system: string, major: number, code?: string, extension?: string, host?: string,
 *     findings?: { check: string, state: string }[] }} what
 * @returns {string} YX-XXXXX-XXXXX-XXXXX
 */
export function supportCode({ browser, system, major, code = '', extension, host, findings = [] }) {
	const values = {
		format: FORMAT,
		browser: indexIn(BROWSERS, browser),
		system: indexIn(SYSTEMS, system),
		major: Math.min(1023, major || 0),
		code: CODES.includes(code) ? CODES.indexOf(code) : CODES.indexOf('internal'),
		extension: packVersion(extension),
		host: packVersion(host),
		checks: worst(findings).reduce((sum, state) => sum * 4 + state, 0),
	};
	let bits = 0n;
	for (const [name, size] of Object.entries(FIELDS)) bits = (bits << BigInt(size)) | BigInt(values[name]);
	let letters = '';
	for (let i = LENGTH - 1; i >= 0; i--) letters += LETTERS[Number((bits >> BigInt(5 * i)) & 31n)];
	letters += checkLetter(letters);
	return `YX-${letters.match(/.{5}/g)?.join('-')}`;
}

// As people write it down: with or without lines, O for 0, I and L for 1.
const clean = (text) =>
	text
		.toUpperCase()
		.replace(/[^0-9A-Z]/g, '')
		.replace(/^YX/, '')
		.replaceAll('O', '0')
		.replace(/[IL]/g, '1');

/**
 * What a support code says; null if it is none.
 * @param {string} text
 * @returns {{ browser: string, system: string, major: number, code: string, extension: string, host: string,
 *     checks: Record<string, string> } | null}
 */
export function readSupportCode(text) {
	const letters = clean(text);
	const known = letters.length === LENGTH + 1 && [...letters].every((letter) => LETTERS.includes(letter));
	if (!known || checkLetter(letters.slice(0, LENGTH)) !== letters[LENGTH]) return null;
	let bits = [...letters.slice(0, LENGTH)].reduce((sum, l) => sum * 32n + BigInt(LETTERS.indexOf(l)), 0n);
	const values = {};
	for (const [name, size] of Object.entries(FIELDS).reverse()) {
		values[name] = Number(bits & ((1n << BigInt(size)) - 1n));
		bits >>= BigInt(size);
	}
	if (values.format !== FORMAT) return null;
	return {
		browser: BROWSERS[values.browser] ?? 'other',
		system: SYSTEMS[values.system] ?? 'other',
		major: values.major,
		code: CODES[values.code] ?? 'internal',
		extension: unpackVersion(values.extension),
		host: unpackVersion(values.host),
		checks: Object.fromEntries(
			CHECKS.map((check, i) => [check, STATES[(values.checks >> (2 * (CHECKS.length - 1 - i))) & 3]]),
		),
	};
}
