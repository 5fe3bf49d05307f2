// The policy files of an agency: which site may use the signer, the extension forced in, no other
// native program beside it, none that a user put there. The page that installs the signer shows
// the same; what they say stands there (web/signer/deploy.js).
import { policyFile } from '../../web/signer/deploy.js';

const json = (value) => `${JSON.stringify(value, null, '\t')}\n`;

/** Firefox ESR takes an extension that Mozilla has not signed only without this check. */
function unsigned(policy) {
	const Preferences = { 'xpinstall.signatures.required': { Value: false, Status: 'locked' } };
	return json({ policies: { ...policy.policies, Preferences } });
}

/** A value as a registry file has it. */
function value(name, of) {
	const text = (s) => `"${s.replace(/[\\"]/g, '\\$&')}"`;
	if (typeof of === 'boolean') return `${text(name)}=dword:0000000${Number(of)}`;
	if (typeof of === 'number') return `${text(name)}=dword:${of.toString(16).padStart(8, '0')}`;
	return `${text(name)}=${text(of)}`;
}

/** Keys of a policy tree; a list is a key with values "1", "2" … */
function* keys(path, tree) {
	const entries = Array.isArray(tree) ? tree.map((one, i) => [String(i + 1), one]) : Object.entries(tree);
	const plain = entries.filter(([, of]) => typeof of !== 'object');
	if (plain.length > 0) yield [`[${path}]`, ...plain.map(([name, of]) => value(name, of)), ''].join('\r\n');
	for (const [name, of] of entries) if (typeof of === 'object') yield* keys(`${path}\\${name}`, of);
}

function registry(root, policy, id) {
	const { '3rdparty': third, ...rest } = policy;
	// In the registry an extension's own settings stand below "policy".
	const tree = { ...rest, '3rdparty': { extensions: { [id]: { policy: third.extensions[id] } } } };
	return `Windows Registry Editor Version 5.00\r\n\r\n${[...keys(root, tree)].join('\r\n')}`;
}

const LINUX = ['chromium', 'chrome', 'edge', 'firefox'];
const WINDOWS = {
	chrome: 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Google\\Chrome',
	chromium: 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Chromium',
	edge: 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Edge',
};

/**
 * @param {{site: string, id: string}} agency
 * @returns {[string, string][]} names and contents; below linux/ the name is the path on the machine
 */
export function policies({ site, id }) {
	const files = LINUX.map((browser) => policyFile(browser, site, id));
	const of = (browser) => JSON.parse(policyFile(browser, site, id).text);
	return [
		...files.map(({ path, text }) => [`linux${path}`, text]),
		['firefox-esr-unsigned/policies.json', unsigned(of('firefox'))],
		['windows/firefox/distribution/policies.json', json(of('firefox'))],
		...Object.entries(WINDOWS).map(([name, root]) => [`windows/${name}.reg`, registry(root, of(name), id)]),
	];
}
