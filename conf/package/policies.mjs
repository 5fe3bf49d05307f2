// The policy files of an agency: which site may use the signer, the extension forced in, no other
// native program beside it, none that a user put there.

const HOST = 'tw.yinxin.signer';

/** What extension/schema.json describes; an administrator changes it here. */
const settings = (site) => ({
	allowedOrigins: [site],
	allowUserOrigins: false,
	maxDocuments: 100,
	rememberPinMinutes: 0,
	pinMinLength: 6,
	pinEntry: 'window',
});

const json = (value) => `${JSON.stringify(value, null, '\t')}\n`;

function chromium({ site, id }) {
	return {
		ExtensionSettings: {
			[id]: {
				installation_mode: 'force_installed',
				update_url: `${site}/downloads/update.xml`,
				override_update_url: true,
			},
		},
		NativeMessagingBlocklist: ['*'],
		NativeMessagingAllowlist: [HOST],
		NativeMessagingUserLevelHosts: false,
		'3rdparty': { extensions: { [id]: settings(site) } },
	};
}

function firefox({ site, addon, xpi }, unsigned) {
	return {
		policies: {
			ExtensionSettings: { [addon]: { installation_mode: 'force_installed', install_url: xpi } },
			'3rdparty': { Extensions: { [addon]: settings(site) } },
			...(unsigned
				? { Preferences: { 'xpinstall.signatures.required': { Value: false, Status: 'locked' } } }
				: {}),
		},
	};
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

const LINUX = { chromium: '/etc/chromium', chrome: '/etc/opt/chrome', edge: '/etc/opt/edge' };
const WINDOWS = {
	chrome: 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Google\\Chrome',
	chromium: 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Chromium',
	edge: 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Edge',
};

/**
 * @param {{site: string, id: string, addon: string, xpi: string}} agency
 * @returns {[string, string][]} names and contents; below linux/ the name is the path on the machine
 */
export function policies(agency) {
	const policy = chromium(agency);
	return [
		...Object.values(LINUX).map((path) => [`linux${path}/policies/managed/yinxin.json`, json(policy)]),
		['linux/etc/firefox/policies/policies.json', json(firefox(agency, false))],
		['firefox-esr-unsigned/policies.json', json(firefox(agency, true))],
		['windows/firefox/distribution/policies.json', json(firefox(agency, false))],
		...Object.entries(WINDOWS).map(([name, root]) => [`windows/${name}.reg`, registry(root, policy, agency.id)]),
	];
}
