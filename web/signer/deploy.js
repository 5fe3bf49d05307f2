// What an administrator deploys, filled in for this platform: policies of the browsers and the
// settings of the signer. Paths are those of the browsers' own packages.

/** Follows from the key in extension/manifest.json. */
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

const settings = (origin) => ({ allowedOrigins: [origin], rememberPinMinutes: 0 });

const chromium = (origin) =>
	json({
		ExtensionInstallForcelist: [`${EXTENSION_ID};${origin}/downloads/update.xml`],
		NativeMessagingAllowlist: [HOST],
		'3rdparty': { extensions: { [EXTENSION_ID]: settings(origin) } },
	});

const firefox = (origin) =>
	json({
		policies: {
			ExtensionSettings: {
				[FIREFOX_ID]: {
					installation_mode: 'force_installed',
					install_url: `${origin}/downloads/yinxin-signer.xpi`,
				},
			},
			'3rdparty': { Extensions: { [FIREFOX_ID]: settings(origin) } },
		},
	});

const POLICY = {
	chrome: { path: '/etc/opt/chrome/policies/managed/yinxin.json', text: chromium },
	edge: { path: '/etc/opt/edge/policies/managed/yinxin.json', text: chromium },
	chromium: { path: '/etc/chromium/policies/managed/yinxin.json', text: chromium },
	firefox: { path: '/etc/firefox/policies/policies.json', text: firefox },
};

/** {path, text} of the policy that installs the extension and lets this platform use it. */
export const policyFile = (browser, origin) => ({
	path: POLICY[browser].path,
	text: POLICY[browser].text(origin),
});

export const signerConf = (origin) => ({
	path: '/etc/yinxin/signer.conf',
	text: `allowed_origins = ${origin}\n`,
});

/**
 * What the platform's administrator put there for download; nothing if nothing.
 * @returns {Promise<{ system: string, file: string, version: string, sha256: string }[]>}
 */
export async function packages() {
	const answer = await fetch('/downloads/signer.json', { cache: 'no-store' });
	if (!answer.ok) return [];
	const list = (await answer.json()).packages ?? [];
	return list.filter((p) => SYSTEMS.includes(p.system) && /^[\w.+~-]+$/.test(p.file));
}
