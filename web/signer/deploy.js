// What an administrator deploys, filled in for this platform: policies of the browsers and the
// settings of the signer. Paths are those of the browsers' own packages.

/** Follows from the key in extension/manifest.json; an agency that packs with its own key has its own. */
export const EXTENSION_ID = 'ekadmnpmpeolenhoijldblmkofabhoon';
export const FIREFOX_ID = 'signer@yinxin.tw';
const HOST = 'tw.yinxin.signer';

export const BROWSERS = ['chrome', 'edge', 'chromium', 'firefox'];
export const SYSTEMS = ['debian', 'windows', 'macos', 'other'];

/** @returns {string} which browser this is, as it says itself */
export function thisBrowser(agent = navigator.userAgent, brands = navigator['userAgentData']?.brands ?? []) {
	const is = (name) => brands.some((b) => b.brand === name);
	if (/Firefox\//.test(agent)) return 'firefox';
	if (/Edg\//.test(agent)) return 'edge';
	return brands.length > 0 && !is('Google Chrome') ? 'chromium' : 'chrome';
}

export function thisSystem(agent = navigator.userAgent) {
	if (/Windows/.test(agent)) return 'windows';
	if (/Macintosh|Mac OS X/.test(agent)) return 'macos';
	return /Linux/.test(agent) && !/Android/.test(agent) ? 'debian' : 'other';
}

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

// conf/package/policies.mjs writes the same into files.
const settings = (site) => ({
	allowedOrigins: [site],
	allowUserOrigins: false,
	maxDocuments: 100,
	rememberPinMinutes: 0,
	pinMinLength: 6,
});

const chromium = (site, id) =>
	json({
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
	});

const firefox = (site) =>
	json({
		policies: {
			ExtensionSettings: {
				[FIREFOX_ID]: {
					installation_mode: 'force_installed',
					install_url: `${site}/downloads/yinxin-signer.xpi`,
				},
			},
			'3rdparty': { Extensions: { [FIREFOX_ID]: settings(site) } },
		},
	});

const POLICY = {
	chrome: { path: '/etc/opt/chrome/policies/managed/yinxin.json', text: chromium },
	edge: { path: '/etc/opt/edge/policies/managed/yinxin.json', text: chromium },
	chromium: { path: '/etc/chromium/policies/managed/yinxin.json', text: chromium },
	firefox: { path: '/etc/firefox/policies/policies.json', text: firefox },
};

/** {path, text} of the policy that installs the extension and lets this platform use it. */
export const policyFile = (browser, origin, id) => ({
	path: POLICY[browser].path,
	text: POLICY[browser].text(origin, id),
});

export const signerConf = (origin) => ({
	path: '/etc/yinxin/signer.conf',
	text: `allowed_origins = ${origin}\n`,
});

/**
 * What the platform offers for download (conf/package/package.sh writes it); nothing if nothing.
 * @typedef {{ system: string, file: string, version: string, sha256: string }} Package
 * @returns {Promise<{ id: string, offered: boolean, packages: Package[] }>}
 */
export async function downloads() {
	const answer = await fetch('/downloads/signer.json', { cache: 'no-store' }).catch(() => null);
	if (!answer?.ok) return { id: EXTENSION_ID, offered: false, packages: [] };
	const { extensionId, packages = [] } = await answer.json();
	return {
		id: /^[a-p]{32}$/.test(extensionId) ? extensionId : EXTENSION_ID,
		offered: true,
		packages: packages.filter((p) => SYSTEMS.includes(p.system) && /^[\w.+~-]+$/.test(p.file)),
	};
}
