// The extension by itself, in real Chromium: page → extension → host → pcscd → card and
// back, without our server. Keys are made here; the cards are the software ones.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, test } from 'node:test';
import * as rig from './extension-rig.mjs';
import { dir, files, ORIGIN, prepare, verifies, writeConf } from './extension-rig.mjs';
import {
	accessible,
	card,
	cardsSeen,
	chooseWindow,
	finish,
	givePin,
	launch,
	open,
	pinWindow,
	refusedPin,
	shot,
	until,
} from './harness.mjs';

let browser, page, rsa, ec;
const ask = (name, args, from = page) => rig.ask(from, name, args);
const result = (from = page) => rig.result(from);

before(async () => {
	({ rsa, ec } = await rig.start());
	browser = await launch({ dir });
	page = await open(browser, ORIGIN);
});

after(async () => {
	await browser?.close();
	rig.stop();
});

// One test that failed in the middle must not leave its window to the next.
afterEach(async () => {
	for (const p of browser.context.pages()) if (p.url().startsWith('chrome-extension:')) await p.close();
});

test('hello: the extension, the host, readers and cards; no click is needed', async () => {
	await cardsSeen(page, 2);
	const hello = await page.evaluate(() => globalThis.signer.hello({ timeout: 30000 }));
	const { state, ...counts } = hello.status;
	assert.deepEqual(counts, { service: true, readers: 2, cards: 2 });
	assert.match(state, /^[0-9a-f-]{36}$/);
	assert.equal(hello.host.installed, true);
	assert.match(hello.version, /^\d+\.\d+\.\d+$/);
});

test('nothing that opens a window without a real click', async () => {
	const fresh = await open(browser, ORIGIN);
	const error = await fresh.evaluate(() => {
		document.getElementById('go').click(); // a script's click is none
		return globalThis.signer.choose().catch(({ code }) => code);
	});
	assert.equal(error, 'no_user_click');
	await fresh.close();
});

test('choose: the window lists the cards, the page gets the one that was picked', async () => {
	const window = await chooseWindow(browser, () => ask('choose'));
	assert.equal(await window.textContent('#origin'), ORIGIN);
	assert.equal(await window.locator('#list button').count(), 2);
	await accessible(window, 'the window to choose');
	await shot(window, 'extension-choose');
	await finish(window, '#list button:has-text("測試機關1")');
	assert.deepEqual(await result(), { ok: { certificate: ec.base64 } });
});

test('choose: no card, then one, without closing the window', async () => {
	for (const name of ['vendor', 'agency']) assert.equal(await card(name, 'remove', dir), 'ok');
	await cardsSeen(page, 0);
	const window = await chooseWindow(browser, () => ask('choose'));
	assert.equal(await window.getAttribute('#error', 'data-code'), 'no_card');
	await shot(window, 'extension-choose-no-card');
	for (const name of ['vendor', 'agency']) assert.equal(await card(name, 'insert', dir), 'ok');
	// Nobody presses anything: the window hears of the cards by itself.
	await until(async () => (await window.locator('#list button').count()) === 2);
	assert.equal(await window.isHidden('#error'), true);
	assert.equal(await card('agency', 'remove', dir), 'ok');
	await until(async () => (await window.locator('#list button').count()) === 1);
	await window.click('#again:enabled'); // and who does press gets the same
	await window.waitForSelector('#list button');
	assert.equal(await window.locator('#list button').count(), 1);
	assert.equal(await card('agency', 'insert', dir), 'ok');
	await until(async () => (await window.locator('#list button').count()) === 2);
	await finish(window, '#list button:has-text("測試機關1")');
	assert.deepEqual(await result(), { ok: { certificate: ec.base64 } });
});

test('wait: the page hears when a card goes, without asking again; one wait a frame', async () => {
	await cardsSeen(page, 2);
	const wait = (state) =>
		page.evaluate((seen) => globalThis.signer.wait({ state: seen }).catch(({ code }) => ({ code })), state);
	const now = await wait('');
	assert.equal(now.cards, 2);
	const first = wait(now.state);
	const second = wait(now.state);
	assert.equal((await first).code, 'cancelled');
	assert.equal(await card('agency', 'remove', dir), 'ok');
	const gone = await second;
	assert.equal(gone.cards, 1);
	assert.notEqual(gone.state, now.state);
	assert.equal(await card('agency', 'insert', dir), 'ok');
	assert.equal((await wait(gone.state)).cards, 2);
	assert.equal((await wait('a word from before')).cards, 2, 'answered at once');
});

test("doctor: the host's own, for the page; not while a window is open", async () => {
	const doctor = () => page.evaluate(() => globalThis.signer.doctor().catch(({ code }) => ({ code })));
	const [one, two] = await Promise.all([doctor(), doctor()]);
	assert.deepEqual(one, two);
	assert.equal(one.ok, true);
	assert.ok(one.findings.every((f) => f.state !== 'bad'));
	assert.doesNotMatch(JSON.stringify(one), /Virtual PCD|測試/);
	const window = await chooseWindow(browser, () => ask('choose'));
	assert.equal((await doctor()).code, 'busy');
	await finish(window, '#cancel');
	assert.equal((await result()).error.code, 'cancelled');
});

test('prove: the card signs the challenge of this origin', async () => {
	const nonce = randomBytes(32);
	const window = await pinWindow(browser, () =>
		ask('prove', { certificate: rsa.base64, nonce: nonce.toString('base64') }),
	);
	assert.equal(await window.textContent('#holder'), '測試公司1');
	assert.equal(await window.textContent('#number'), '統編 97162640');
	assert.equal(await window.evaluate(() => document.activeElement.id), 'pin');
	await givePin(window, '123456');
	const { ok } = await result();
	const u32 = (n) => {
		const b = Buffer.alloc(4);
		b.writeUInt32BE(n);
		return b;
	};
	const message = Buffer.concat([
		Buffer.from('YINXIN-PROOF-1\0'),
		u32(ORIGIN.length),
		Buffer.from(ORIGIN),
		u32(32),
		nonce,
		createHash('sha256').update(rsa.der).digest(),
	]);
	assert.ok(verifies(rsa, message, ok.signature));
});

test('authenticate: a login names this origin, and the window says that it is one', async () => {
	const nonce = randomBytes(32);
	const window = await pinWindow(browser, () =>
		ask('authenticate', { certificate: rsa.base64, nonce: nonce.toString('base64') }),
	);
	assert.equal(await window.textContent('#title'), '登入：請輸入 PIN 碼');
	await givePin(window, '123456');
	const { ok } = await result();
	const part = (bytes) => {
		const n = Buffer.alloc(4);
		n.writeUInt32BE(bytes.length);
		return Buffer.concat([n, bytes]);
	};
	const time = Buffer.alloc(8);
	time.writeBigInt64BE(BigInt(ok.time));
	const message = Buffer.concat([
		Buffer.from('YINXIN-LOGIN-1\0'),
		part(Buffer.from(ORIGIN)),
		part(Buffer.from(ORIGIN)),
		part(nonce),
		time,
		createHash('sha256').update(rsa.der).digest(),
	]);
	assert.ok(verifies(rsa, message, ok.signature));
});

test('sign: a wrong PIN is told with the tries left, the window stays, the right one signs', async () => {
	const document = prepare(rsa, '電子契約');
	const window = await pinWindow(browser, () => ask('sign', { certificate: rsa.base64, documents: [document] }));
	assert.equal(await window.textContent('#origin'), ORIGIN);
	assert.match(await window.textContent('#list'), /電子契約.*D202109220013179.*4\.89KB/);
	await accessible(window, 'the PIN window');
	await shot(window, 'extension-pin');
	const refused = await refusedPin(window, '999999');
	assert.equal(refused.code, 'pin_wrong');
	assert.match(refused.text, /還可以試 2 次/);
	assert.equal(await window.inputValue('#pin'), '', 'the PIN is gone from the field');
	await accessible(window, 'the PIN window with an error');
	await shot(window, 'extension-pin-wrong');
	await window.fill('#pin', '12345');
	await window.click('#ok');
	assert.equal(await window.evaluate(() => document.getElementById('pin').validity.tooShort), true);
	assert.equal(await card('vendor', 'tries', dir), '2', 'a PIN of the wrong form costs no try');
	await window.fill('#pin', '123456');
	const closed = window.waitForEvent('close');
	await window.press('#pin', 'Enter').catch(() => {});
	await closed;
	const { ok } = await result();
	assert.ok(verifies(rsa, Buffer.from(document.signedAttributes, 'base64'), ok.signatures[0]));
});

test('sign: many documents, one PIN, in order', async () => {
	const documents = Array.from({ length: 12 }, (_, i) => prepare(ec, `附件${i + 1}`, { size: 4000 + i }));
	const window = await pinWindow(browser, () => ask('sign', { certificate: ec.base64, documents }));
	assert.equal(await window.locator('#list li').count(), 12);
	assert.match(await window.textContent('#note'), /12/);
	await givePin(window, '654321');
	const { ok } = await result();
	assert.equal(ok.signatures.length, 12);
	documents.forEach((d, i) =>
		assert.ok(verifies(ec, Buffer.from(d.signedAttributes, 'base64'), ok.signatures[i])),
	);
});

test('what is shown is what is signed: other bytes than announced are refused, no window opens', async () => {
	const changed = prepare(rsa, '電子契約');
	files.get(changed.url)[100] ^= 1;
	const gone = { ...prepare(rsa, '電子契約'), url: '/prepared/nothing' };
	const shifted = { ...prepare(rsa, '電子契約'), byteRange: [0, 2000, 3500, 1509] };
	const foreign = { ...prepare(rsa, '電子契約'), url: '//example.com/x' };
	const whole = prepare(rsa, '名單.csv', { whole: true });
	const less = { ...prepare(rsa, '名單.csv', { whole: true }), byteRange: [0, whole.size - 1] };
	files.get(whole.url)[0] ^= 1;
	const refused = [
		[changed, 'item_refused'],
		[gone, 'document_unreadable'],
		[shifted, 'item_refused'],
		[foreign, 'item_refused'],
		[whole, 'item_refused'],
		[less, 'item_refused'],
	];
	for (const [document, code] of refused) {
		await ask('sign', { certificate: rsa.base64, documents: [document] });
		assert.equal((await result()).error.code, code);
	}
	assert.equal(browser.context.pages().filter((p) => p.url().includes('pin.html')).length, 0);
});

test('the document opens from the window that asks for the PIN', async () => {
	const document = prepare(rsa, '電子契約');
	const window = await pinWindow(browser, () => ask('sign', { certificate: rsa.base64, documents: [document] }));
	const [view] = await Promise.all([browser.context.waitForEvent('page'), window.click('#list button')]);
	await until(() => view.url().startsWith('blob:chrome-extension:')); // a new tab has none for a moment
	await view.close().catch(() => {});
	await finish(window, '#cancel');
	assert.equal((await result()).error.code, 'cancelled');
});

test('a file that is no PDF: signed whole, shown with its digest, saved from the window', async () => {
	const document = prepare(ec, '名單.csv', { whole: true, bytes: Buffer.from('編號,姓名\n1,陳00\n') });
	const window = await pinWindow(browser, () => ask('sign', { certificate: ec.base64, documents: [document] }));
	assert.match(await window.textContent('#list'), /名單\.csv/);
	const sha256 = createHash('sha256').update(files.get(document.url)).digest('hex').toUpperCase();
	assert.equal(await window.textContent('#list code'), sha256);
	const [saved] = await Promise.all([window.waitForEvent('download'), window.click('#list button')]);
	assert.equal(saved.suggestedFilename(), '名單.csv');
	assert.deepEqual(readFileSync(await saved.path()), files.get(document.url));
	await givePin(window, '654321');
	const { ok } = await result();
	assert.ok(verifies(ec, Buffer.from(document.signedAttributes, 'base64'), ok.signatures[0]));
});

test('one window at a time; closing it, or Escape, is a cancel', async () => {
	const document = prepare(rsa, '電子契約');
	const window = await pinWindow(browser, () => ask('sign', { certificate: rsa.base64, documents: [document] }));
	const other = await open(browser, ORIGIN);
	await ask('choose', undefined, other);
	assert.equal((await result(other)).error.code, 'busy');
	await other.close();
	await window.close();
	assert.equal((await result()).error.code, 'cancelled');
	const again = await pinWindow(browser, () => ask('sign', { certificate: rsa.base64, documents: [document] }));
	const closed = again.waitForEvent('close');
	await again.press('#pin', 'Escape').catch(() => {});
	await closed;
	assert.equal((await result()).error.code, 'cancelled');
});

test('a PIN is not kept in the window: a card that was missing asks for it again', async () => {
	const document = prepare(rsa, '電子契約');
	assert.equal(await card('vendor', 'remove', dir), 'ok');
	await cardsSeen(page, 1);
	const window = await pinWindow(browser, () => ask('sign', { certificate: rsa.base64, documents: [document] }));
	assert.equal((await refusedPin(window, '123456')).code, 'wrong_card');
	assert.equal(await window.inputValue('#pin'), '');
	assert.equal(await card('vendor', 'insert', dir), 'ok');
	await cardsSeen(page, 2);
	await givePin(window, '123456');
	assert.equal((await result()).ok.signatures.length, 1);
});

test('the host is not installed, or refuses the site', async () => {
	browser.hostAway();
	try {
		assert.deepEqual((await page.evaluate(() => globalThis.signer.hello())).host, {
			installed: false,
			code: 'host_missing',
		});
		await ask('choose');
		assert.equal((await result()).error.code, 'host_missing');
	} finally {
		browser.hostBack();
	}
	writeConf('allowed_origins = https://mydoc.gov.taipei\n');
	const window = await pinWindow(browser, () =>
		ask('sign', { certificate: rsa.base64, documents: [prepare(rsa, '電子契約')] }),
	);
	assert.equal((await refusedPin(window, '123456')).code, 'origin_refused');
	await finish(window, '#cancel');
	assert.equal((await result()).error.code, 'origin_refused');
});
