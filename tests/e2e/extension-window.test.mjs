// The extension's window over its whole life in real Chromium: the page that asked goes away, the
// browser ends the background, the documents are many and the window is small.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import * as rig from './extension-rig.mjs';
import { dir, files, ORIGIN, prepare, verifies, WEB } from './extension-rig.mjs';
import {
	accessible,
	card,
	finish,
	givePin,
	launch,
	open,
	pinWindow,
	refusedPin,
	shot,
	sleep,
	until,
} from './harness.mjs';

let browser, page, rsa, ec;
const ask = (name, args, from = page) => rig.ask(from, name, args);
const result = (from = page) => rig.result(from);
const windows = () => browser.context.pages().filter((p) => p.url().startsWith('chrome-extension:'));

before(async () => {
	({ rsa, ec } = await rig.start());
	browser = await launch({ dir });
	page = await open(browser, ORIGIN);
});

after(async () => {
	await browser?.close();
	rig.stop();
});

afterEach(async () => {
	for (const p of windows()) await p.close();
	await until(async () => (await card('vendor', 'pin-reset', dir)) === 'ok');
});

const signing = (documents, keys = rsa) =>
	pinWindow(browser, () => ask('sign', { certificate: keys.base64, documents }));
const signatures = async () => Number((await card('vendor', 'apdus', dir)).split(' ')[5]);

/** Ends the background as the browser may: it starts anew with the next event. */
async function endBackground() {
	const session =
		(await browser.context.browser()?.newBrowserCDPSession()) ?? (await browser.context.newCDPSession(page));
	const { targetInfos } = await session.send('Target.getTargets');
	const worker = targetInfos.find(
		({ type, url }) => type === 'service_worker' && url.startsWith('chrome-extension:'),
	);
	assert.ok(worker, 'the worker runs');
	await session.send('Target.closeTarget', { targetId: worker.targetId });
}

test('the page is loaded anew: the window closes, nothing is signed, and the next request works', async () => {
	const made = await signatures();
	const window = await signing([prepare(rsa, '電子契約')]);
	await window.fill('#pin', '123456');
	const closed = window.waitForEvent('close');
	await page.reload();
	await closed;
	assert.equal(await signatures(), made);
	assert.equal(await card('vendor', 'tries', dir), '3');
	await page.waitForFunction(() => document.querySelector('#result').textContent === 'ready');
	const document = prepare(rsa, '電子契約');
	await givePin(await signing([document]), '123456');
	assert.ok(verifies(rsa, Buffer.from(document.signedAttributes, 'base64'), (await result()).ok.signatures[0]));
});

test('the page is closed or left: so is the window', async () => {
	for (const leave of [(p) => p.close(), (p) => p.goto('about:blank')]) {
		const other = await open(browser, ORIGIN);
		const window = await pinWindow(browser, () =>
			ask('sign', { certificate: rsa.base64, documents: [prepare(rsa, '契約')] }, other),
		);
		const closed = window.waitForEvent('close');
		await leave(other);
		await closed;
		if (!other.isClosed()) await other.close();
	}
});

test('the page is loaded anew while the card works: the host ends, the window closes', async () => {
	const window = await signing([prepare(rsa, '電子契約')]);
	assert.equal(await card('vendor', 'evil slow=3', dir), 'ok');
	try {
		await window.fill('#pin', '123456');
		await window.click('#ok');
		await until(async () => (await window.textContent('#busy')) !== '');
		const closed = window.waitForEvent('close');
		await page.reload();
		await closed;
	} finally {
		await card('vendor', 'evil none', dir);
	}
});

test('the background is ended while the PIN is typed: the window stays as it is, and signs', async () => {
	const document = prepare(rsa, '電子契約');
	const window = await signing([document]);
	await window.fill('#pin', '123456');
	await endBackground();
	await sleep(1000);
	assert.equal(await window.inputValue('#pin'), '123456');
	assert.equal(windows().length, 1, 'no second window');
	await finish(window, '#ok');
	const { ok } = await result();
	assert.ok(verifies(rsa, Buffer.from(document.signedAttributes, 'base64'), ok.signatures[0]));
});

test('the background is ended and the page goes: the window closes by itself', async () => {
	const other = await open(browser, ORIGIN);
	const window = await pinWindow(browser, () =>
		ask('sign', { certificate: rsa.base64, documents: [prepare(rsa, '契約')] }, other),
	);
	const closed = window.waitForEvent('close', { timeout: 30000 });
	await Promise.all([endBackground(), other.close()]);
	await closed;
});

test('the last try of a card wants a tick', async () => {
	const window = await signing([prepare(rsa, '電子契約')]);
	assert.match((await refusedPin(window, '999999')).text, /2 次/);
	assert.equal(await window.isVisible('#last'), false);
	assert.match((await refusedPin(window, '999999')).text, /最後 1 次/);
	await window.fill('#pin', '123456');
	await window.click('#ok');
	assert.equal(await card('vendor', 'tries', dir), '1', 'not tried without the tick');
	await accessible(window, 'the window before the last try');
	await window.check('#last-try');
	await finish(window, '#ok');
	assert.equal((await result()).ok.signatures.length, 1);
});

test('the name a person reads stands there, the distinguished name on request', async () => {
	const window = await signing([prepare(rsa, '電子契約')]);
	assert.equal(await window.textContent('.holder'), '測試公司1 統編 97162640');
	assert.equal(await window.isVisible('#subject'), false);
	await window.click('#details summary');
	assert.equal(await window.isVisible('#subject'), true);
	assert.equal(await window.textContent('#subject'), 'C=TW O=測試公司1 SERIALNUMBER=97162640');
	assert.match(await window.textContent('#fingerprint'), /^[0-9A-F]{64}$/);
	await finish(window, '#cancel');
});

const SIZES = [
	[560, 720],
	[480, 560],
	[360, 480],
	[320, 400],
];

for (const language of ['zh-Hant-TW', 'en']) {
	test(`buttons and field are on the screen with 1, 3 and 20 documents, at every size (${language})`, async () => {
		await page.evaluate((lang) => {
			document.documentElement.lang = lang;
		}, language);
		for (const n of [1, 3, 20]) {
			const documents = Array.from({ length: n }, (_, i) =>
				prepare(ec, `附件${i + 1}：臺北市政府資訊系統維護案採購契約書`),
			);
			const window = await signing(documents, ec);
			for (const [width, height] of SIZES) {
				await window.setViewportSize({ width, height });
				for (const id of ['#ok', '#cancel', '#pin']) {
					const box = await window.locator(id).boundingBox();
					if (height > 460 || id !== '#pin') {
						assert.ok(
							box.y >= 0 && box.y + box.height <= height,
							`${id} with ${n} documents at ${width} × ${height}`,
						);
					}
				}
				assert.ok(
					await window.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
					`no scrolling sideways at ${width}`,
				);
				await shot(window, `extension-pin-${n}-${width}-${language.slice(0, 2)}`, { full: false });
			}
			await accessible(window, `the window with ${n} documents`);
			await finish(window, '#cancel');
			assert.equal((await result()).error.code, 'cancelled');
		}
	});
}

test('a frame may ask where frame and page are allowed; the window shows both', async () => {
	const outer = '/outer';
	const inner = `http://localhost:${WEB}/`;
	files.set(
		outer,
		Buffer.from(`<!doctype html><title>outer</title><iframe src="${inner}" width="600" height="300"></iframe>`),
	);
	const around = await open(browser, ORIGIN + outer);
	const frame = await until(() => around.frames().find((f) => f.url() === inner));
	await frame.waitForFunction(() => document.querySelector('#result')?.textContent === 'ready');
	const window = await pinWindow(browser, () =>
		rig.ask(frame, 'sign', { certificate: rsa.base64, documents: [prepare(rsa, '電子契約')] }),
	);
	assert.equal(await window.textContent('#origin'), inner.slice(0, -1));
	assert.equal(await window.textContent('#top-origin'), ORIGIN);
	await shot(window, 'extension-pin-frame');
	await finish(window, '#cancel');
	assert.equal((await rig.result(frame)).error.code, 'cancelled');
	await around.close();
});

test('one click opens one window: after a cancel the page needs another', async () => {
	const window = await signing([prepare(rsa, '電子契約')]);
	await finish(window, '#cancel');
	assert.equal((await result()).error.code, 'cancelled');
	assert.equal(await page.evaluate(() => globalThis.signer.choose().catch(({ code }) => code)), 'no_user_click');
});
