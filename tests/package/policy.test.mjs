// The story as an agency's users live it: the browser gets the extension by the agency's policy
// files, from the server's own /downloads/, and the host from the installed package. Runs inside
// tests/package/inside.sh, where that can be done to no one else's machine.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { as, draft } from '../api/client.mjs';
import { card, DIR, ORIGIN, PASSWORD, ROOT, sql, until } from '../e2e/harness.mjs';
import { launchFirefox } from './bidi.mjs';
import { launchChromium } from './chromium.mjs';

const OUT = join(ROOT, 'tests/out/package');
const SCREENS = join(ROOT, 'tests/out/screens');
const at = (name) => `[data-testid="${name}"]`;
const run = (program, ...args) => execFileSync(program, args, { stdio: 'pipe' }).toString();
let home;

before(() => {
	assert.equal(process.env.YX_INSIDE, '1', 'run this by tests/package/run.sh');
	home = mkdtempSync(join(tmpdir(), 'yinxin-policy-'));
	process.env.PCSCLITE_CSOCK_NAME = join(DIR, 'run/pcscd.sock');
	run('dpkg', '-i', join(OUT, readdirSync(OUT).find((name) => /^yinxin-signer_.*\.deb$/.test(name))));
	cpSync(join(OUT, 'policies/linux/etc'), '/etc', { recursive: true });
	cpSync(join(OUT, 'policies/firefox-esr-unsigned/policies.json'), '/etc/firefox/policies/policies.json');
	// Only so that a test can see into the extension's window.
	writeFileSync('/etc/chromium/policies/managed/zz-test.json', '{"DeveloperToolsAvailability": 1}');
});

after(() => rmSync(home, { recursive: true, force: true }));

async function shot(page, name) {
	mkdirSync(SCREENS, { recursive: true });
	writeFileSync(join(SCREENS, `${name}.png`), await page.shot());
}

/** A contract that waits for the vendor; gives message and document. */
async function send() {
	const chen = await as('chen');
	const number = `P-${randomUUID().slice(0, 8)}`;
	const { status, body } = await chen.post(`/contracts/${await draft(chen, number)}/send`, {});
	assert.equal(status, 200, JSON.stringify(body));
	const message = sql(`SELECT id FROM message WHERE number = '${body.messageNumber}'`);
	return { number, message, document: body.documents[0].id };
}

async function login({ page }, account) {
	await page.goto(`${ORIGIN}/#/login`);
	await page.fill(at('login-account'), account);
	await page.fill(at('login-password'), PASSWORD);
	await page.click(at('login-submit'));
	await page.find(at('user-menu'));
}

async function logout({ page }) {
	await page.click(at('user-menu'));
	await page.click(at('logout'));
	await page.find(at('login-account'));
}

/** Signs what the page shows, in the extension's window. */
async function signHere(browser, pin, reply) {
	const { page } = browser;
	await page.click(at('reply-open'));
	await page.fill(at('reply-body'), reply);
	await page.choose(at('certificate-select'));
	await page.find(`${at('sign-check')}:checked`); // it was drawn, and so may be signed
	await page.find(`${at('preflight-card')}[data-state=ok]`);
	const window = await browser.window(() => page.click(at('sign-send')));
	await window.find('#list li');
	assert.equal(await window.text('#origin'), ORIGIN);
	await shot(window, `policy-pin-${browser.name}`);
	await window.fill('#pin', pin);
	await window.click('#ok').catch(() => {});
	await window.gone();
	await page.find(at('sign-success'));
}

const BROWSERS = { chromium: launchChromium, firefox: launchFirefox };

for (const [name, launch] of Object.entries(BROWSERS)) {
	test(`${name}: forced in by policy, the vendor signs and the agency seals`, async () => {
		for (const one of ['vendor', 'agency']) await card(one, 'pin-reset');
		const { number, message, document } = await send();
		const browser = Object.assign(await launch(join(home, name)), { name });
		try {
			// The page notices the extension when it has arrived.
			await browser.page.goto(ORIGIN);
			const there = 'Boolean(document.documentElement.dataset.yinxinExtension)';
			await until(() => browser.page.evaluate(there), 60000);
			await login(browser, 'vendor');
			await browser.page.goto(`${ORIGIN}/#/messages/${message}`);
			await signHere(browser, '123456', '簽章完畢');
			await shot(browser.page, `policy-signed-${name}`);
			assert.equal(sql(`SELECT revision FROM document WHERE id = '${document}'`), '2');
			await logout(browser);
			await login(browser, 'chen');
			const task = (await (await as('chen')).get('/sealing')).body.items.find((m) => m.subject.includes(number));
			await browser.page.goto(`${ORIGIN}/#/sealing/${task.id}`);
			await signHere(browser, '654321', '機關用印完畢');
			assert.equal(sql(`SELECT revision FROM document WHERE id = '${document}'`), '3');
			assert.equal(sql(`SELECT state FROM contract WHERE number = '${number}'`), 'completed');
		} catch (error) {
			await shot(browser.page, `policy-failed-${name}`).catch(() => {});
			error.message += `\n${browser.said().slice(-2000)}`;
			throw error;
		} finally {
			await browser.close();
		}
	});
}

test('chromium: an update comes from /downloads/, and open pages go on with it', async () => {
	const version = 'document.documentElement.dataset.yinxinExtension';
	const [now, next] = [JSON.parse(readFileSync(join(ROOT, 'extension/manifest.json'), 'utf8')).version, '9.0.0'];
	const browser = await launchChromium(join(home, 'update'));
	try {
		await browser.page.goto(ORIGIN);
		await until(async () => (await browser.page.evaluate(version)) === now);
		const made = join(home, 'next');
		run('node', join(ROOT, 'conf/package/extension.mjs'), ORIGIN, join(OUT, 'extension.pem'), made, next);
		cpSync(join(made, 'downloads'), join(DIR, 'downloads'), { recursive: true });
		await browser.update();
		await until(async () => (await browser.page.evaluate(version)) === next);
	} finally {
		cpSync(join(OUT, 'downloads'), join(DIR, 'downloads'), { recursive: true });
		await browser.close();
	}
});

/** What the policy of the extension itself says, in Chromium; nothing: there is none. */
function allow(settings) {
	const file = '/etc/chromium/policies/managed/yinxin.json';
	const policy = JSON.parse(readFileSync(file, 'utf8'));
	const { extensions } = policy['3rdparty'];
	for (const id of Object.keys(extensions)) extensions[id] = settings;
	writeFileSync(file, JSON.stringify(policy));
}

for (const [what, settings] of [
	['without a setting', {}],
	['with the setting that allows another site', { allowedOrigins: ['https://mydoc.gov.taipei'] }],
]) {
	test(`chromium: forced in ${what}, the extension is on no page of ours`, async () => {
		allow(settings);
		const browser = await launchChromium(join(home, what.replaceAll(' ', '-')));
		try {
			await browser.page.goto(ORIGIN);
			const scripts = await browser.registered();
			assert.equal(scripts.filter((matches) => matches.includes('127.0.0.1')).length, 0);
			await browser.page.goto(ORIGIN);
			await browser.page.find(at('login-account'));
			assert.equal(await browser.page.evaluate('document.documentElement.dataset.yinxinExtension'), undefined);
		} finally {
			await browser.close();
		}
	});
}

test('installed anew, what the administrator changed stays', () => {
	writeFileSync('/etc/yinxin/signer.conf', 'allowed_origins = https://elsewhere.example\n');
	run('dpkg', '-i', join(OUT, readdirSync(OUT).find((name) => /^yinxin-signer_.*\.deb$/.test(name))));
	assert.match(readFileSync('/etc/yinxin/signer.conf', 'utf8'), /elsewhere/);
});

test('the package goes as it came: no program, no manifest, no setting stays', () => {
	run('dpkg', '-P', 'yinxin-signer');
	const names = run('sh', '-c', 'ls -R /etc/yinxin /etc/opt /etc/chromium /usr/lib/mozilla 2>/dev/null || true');
	assert.doesNotMatch(names, /tw\.yinxin|signer\.conf/);
	assert.doesNotMatch(readFileSync('/var/lib/dpkg/status', 'utf8'), /Package: yinxin-signer/);
	assert.throws(() => run('which', 'yinxin-signer'));
});
