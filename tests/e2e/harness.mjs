// Real Chromium with the extension and the native host, the test cards' control sockets,
// and what the end-to-end tests share.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const DIR = resolve(process.env.YINXIN_DIR ?? join(ROOT, 'tests/out/instance'));
export const ORIGIN = process.env.YINXIN_URL ?? 'http://127.0.0.1:18460';
export const PASSWORD = 'Yinxin-demo-2021';
export const BIN = process.env.YINXIN_BIN ?? join(ROOT, 'build/san');
export const EXTENSION = join(ROOT, 'extension');
export const ID = readFileSync(join(EXTENSION, 'ID.txt'), 'utf8').trim();
export const WINDOW = { width: 500, height: 700 };
const SCREENS = join(ROOT, 'tests/out/screens');
const AXE = readFileSync(join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8');
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// A limit, not a wait: on a busy machine a browser may need seconds for what takes milliseconds.
export async function until(what, ms = 30000) {
	for (const end = Date.now() + ms; Date.now() < end; await sleep(100)) {
		const value = await what();
		if (value) return value;
	}
	throw new Error(`not within ${ms} ms: ${what}`);
}

/** One line to a test card's control socket (insert, remove, tries, pin-reset, evil …). */
export function tell(socket, line) {
	return new Promise((done, fail) => {
		let answer = '';
		const client = connect(socket, () => client.write(`${line}\n`));
		client.on('data', (data) => {
			answer += data;
		});
		client.on('end', () => done(answer.trim()));
		client.on('error', fail);
	});
}

export const card = (name, line, dir = DIR) => tell(join(dir, `run/card-${name}.sock`), line);

// A page that was opened before the content script is placed would get it a moment later.
async function placed(context) {
	const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
	await until(() =>
		worker.evaluate(async () => (await globalThis.chrome.scripting.getRegisteredContentScripts()).length > 0),
	);
}

/** A Chromium of its own with the extension, and the host, unless that is false. */
export async function launch({
	dir = DIR, extension = true, host = true, width = 1440, height = 1000, language = 'zh-TW',
} = {}) {
	const profile = mkdtempSync(join(tmpdir(), 'yinxin-e2e-'));
	const hosts = join(profile, 'NativeMessagingHosts');
	const manifest = join(hosts, 'tw.yinxin.signer.json');
	const template = readFileSync(join(ROOT, 'conf/native-messaging/chromium.json.in'), 'utf8');
	mkdirSync(hosts);
	writeFileSync(
		host ? manifest : `${manifest}.away`,
		template.replace('@HOST_PATH@', join(BIN, 'yinxin-signer')).replace('@EXTENSION_ID@', ID),
	);
	const context = await chromium.launchPersistentContext(profile, {
		executablePath: '/usr/lib/chromium/chromium',
		headless: true,
		viewport: null,
		locale: language,
		acceptDownloads: true,
		ignoreDefaultArgs: ['--disable-extensions'],
		args: [
			'--no-sandbox',
			'--process-per-site', // a page's modules are compiled once, not once a page
			...(extension ? [`--disable-extensions-except=${EXTENSION}`, `--load-extension=${EXTENSION}`] : []),
			`--window-size=${width},${height}`,
			`--lang=${language}`,
		],
		env: {
			...process.env,
			YINXIN_SIGNER_CONF: join(dir, 'conf/signer.conf'),
			PCSCLITE_CSOCK_NAME: join(dir, 'run/pcscd.sock'),
		},
	});
	context.setDefaultTimeout(30000);
	if (extension) await placed(context);
	return {
		context,
		hostAway: () => renameSync(manifest, `${manifest}.away`),
		hostBack: () => renameSync(`${manifest}.away`, manifest),
		async close() {
			await context.close();
			rmSync(profile, { recursive: true, force: true });
		},
	};
}

/** A page that fails the test when a script of it fails. */
export async function open(browser, url = ORIGIN) {
	const page = await browser.context.newPage();
	page.problems = [];
	page.on('pageerror', (error) => page.problems.push(String(error)));
	page.on(
		'console',
		(line) =>
			line.type() === 'error' &&
			!/Failed to load resource/.test(line.text()) &&
			page.problems.push(line.text()),
	);
	await page.goto(url);
	return page;
}

export const id = (page, name) => page.getByTestId(name);

export async function login(browser, account) {
	await browser.context.clearCookies();
	const page = await open(browser);
	await id(page, 'login-account').fill(account);
	await id(page, 'login-password').fill(PASSWORD);
	await id(page, 'login-submit').click();
	await id(page, 'user-menu').waitFor();
	return page;
}

export async function logout(page) {
	await id(page, 'user-menu').click();
	await id(page, 'logout').click();
	await id(page, 'login-account').waitFor();
	assert.deepEqual(page.problems, [], 'no script failed on the page');
	await page.close();
}

/** Does `act` and gives the extension's window that it opens. */
export async function windowOf(browser, act, ready) {
	const [window] = await Promise.all([browser.context.waitForEvent('page'), act()]);
	await window.waitForSelector(ready);
	await window.setViewportSize(WINDOW); // headless Chromium makes every window as large as the first
	return window;
}

/**
 * Waits until the page hears of so many cards. A hello that comes too late on a busy machine, or
 * finds the host still starting, is asked again.
 */
export function cardsSeen(page, n) {
	const cards = async () => {
		const signer = globalThis.signer ?? (await import('/signer/signer.js'));
		return signer.hello().then(
			({ status }) => status?.cards,
			() => undefined,
		);
	};
	return until(async () => (await page.evaluate(cards)) === n);
}

export const pinWindow = (browser, act) => windowOf(browser, act, '#pin:enabled');
export const chooseWindow = (browser, act) => windowOf(browser, act, '#list button, #error:not([hidden])');

/** Clicks in a window that closes itself while it is clicked. */
export async function finish(window, selector) {
	const closed = window.waitForEvent('close');
	await window.click(selector).catch(() => {});
	await closed;
}

export async function givePin(window, pin) {
	await window.fill('#pin', pin);
	await finish(window, '#ok');
}

/** A PIN (or card) that is refused: gives the code and the text that the window shows. */
export async function refusedPin(window, pin) {
	await window.evaluate(() => {
		document.getElementById('error').hidden = true;
	});
	await window.fill('#pin', pin);
	await window.click('#ok');
	await window.waitForSelector('#error:not([hidden])');
	return { code: await window.getAttribute('#error', 'data-code'), text: await window.textContent('#error') };
}

/** A picture for people to look at; no test reads it. YX_SHOTS=no leaves it out: the browser needs a while for each. */
export async function shot(page, name, { full = true } = {}) {
	if (process.env.YX_SHOTS === 'no') return;
	mkdirSync(SCREENS, { recursive: true });
	await page.screenshot({ path: join(SCREENS, `${name}.png`), fullPage: full });
}

/** Nothing that axe-core objects to, with what and where if there is. */
export async function accessible(page, name) {
	await page.evaluate(() => scrollTo(0, 0)); // elsewhere the bar at the top covers half a row
	await page.evaluate(`${AXE};0`);
	const { violations } = await page.evaluate(
		(tags) => globalThis.axe.run(document, { runOnly: { type: 'tag', values: tags } }),
		AXE_TAGS,
	);
	const list = violations.map(
		(v) =>
			`${v.id}: ${v.nodes
				.slice(0, 3)
				.map((n) => n.html.slice(0, 160))
				.join(' | ')}`,
	);
	assert.deepEqual(list, [], `accessibility of ${name}`);
}

export const sql = (text) =>
	execFileSync('mariadb', [
		'--no-defaults',
		'-u',
		'root',
		'-S',
		join(DIR, 'db.sock'),
		'-N',
		'-B',
		'yinxin',
		'-e',
		text,
	])
		.toString()
		.trim();
