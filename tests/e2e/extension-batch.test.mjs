// Many documents with one PIN, the card's own rules, and a PIN that is remembered, in real Chromium:
// the user sees how far it is and can stop it; the PIN stays with the host.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import * as rig from './extension-rig.mjs';
import { dir, ORIGIN, prepare, verifies, writeConf } from './extension-rig.mjs';
import {
	accessible, card, cardsSeen, chooseWindow, finish, givePin, launch, open, pinWindow, refusedPin, shot, until,
} from './harness.mjs';

let browser, page, rsa, ec;
const conf = (minutes) => writeConf(`allowed_origins = ${ORIGIN}\nremember_minutes = ${minutes}\n`);
const signing = (documents, { keys = rsa, ...more } = {}) =>
	pinWindow(browser, () => rig.ask(page, 'sign', { certificate: keys.base64, documents, ...more }));
const result = () => rig.result(page);
const many = (n, keys = rsa) => Array.from({ length: n }, (_, i) => prepare(keys, `附件${i + 1}`, { size: 4000 + i }));
const valid = (document, signature, keys = rsa) =>
	verifies(keys, Buffer.from(document.signedAttributes, 'base64'), signature);
const seen = (n) => cardsSeen(page, n);

before(async () => {
	({ rsa, ec } = await rig.start());
	conf(5);
	browser = await launch({ dir });
	page = await open(browser, ORIGIN);
	await seen(2);
});

after(async () => {
	await browser?.close();
	rig.stop();
});

afterEach(async () => {
	await card('vendor', 'evil none', dir);
	for (const p of browser.context.pages()) if (p.url().startsWith('chrome-extension:')) await p.close();
	await until(async () => (await card('vendor', 'pin-reset', dir)) === 'ok');
});

test('100 documents in one go: one PIN, in the order that was shown, each signature valid', async () => {
	const documents = many(100, ec);
	const window = await signing(documents, { keys: ec });
	assert.equal(await window.locator('#list li').count(), 100);
	await givePin(window, '654321');
	const { ok } = await result();
	assert.equal(ok.signatures.length, 100);
	documents.forEach((document, i) => assert.ok(valid(document, ok.signatures[i], ec), `document ${i + 1}`));
});

test('one more than 100 is refused, no window opens', async () => {
	const documents = many(1);
	while (documents.length <= 100) documents.push(documents[0]);
	await rig.ask(page, 'sign', { certificate: rsa.base64, documents });
	assert.equal((await result()).error.code, 'too_many_documents');
});

/** Starts a batch on a slow card and gives the window when `n` documents are signed. */
async function underWay(documents, n, more) {
	const window = await signing(documents, more);
	await window.locator('#rule:not(:empty)').waitFor(); // the card has told its rules
	assert.equal(await card('vendor', 'evil slow=1@87', dir), 'ok');
	await window.fill('#pin', '123456');
	await window.click('#ok');
	await window.locator('#list li.signed').nth(n - 1).waitFor({ timeout: 60000 });
	return window;
}

test('progress is seen; stopped in the middle, nothing is signed for the page', async () => {
	const window = await underWay(many(8), 2);
	assert.match(await window.textContent('#busy'), /已簽 \d \/ 8 份/);
	assert.equal(await window.textContent('#cancel'), '停止');
	await accessible(window, 'the window while it signs');
	await shot(window, 'extension-progress');
	await finish(window, '#cancel');
	assert.equal((await result()).error.code, 'cancelled');
});

test('stopped in the middle, and the page asked for parts: a result for each document', async () => {
	const documents = many(8);
	const window = await underWay(documents, 2, { partial: true });
	await finish(window, '#cancel');
	const { ok } = await result();
	assert.equal(ok.stopped.code, 'cancelled');
	assert.equal(ok.signatures.length, 8);
	const made = ok.signatures.filter(Boolean).length;
	assert.ok(made >= 2 && made < 8, `${made} of 8`);
	documents.slice(0, made).forEach((document, i) => assert.ok(valid(document, ok.signatures[i])));
	assert.ok(ok.signatures.slice(made).every((signature) => signature === null));
});

test('the card is pulled out in the middle: what it signed reaches the page; the rest goes on', async () => {
	const documents = many(6);
	const window = await underWay(documents, 2, { partial: true });
	const closed = window.waitForEvent('close');
	assert.equal(await card('vendor', 'remove', dir), 'ok');
	await closed;
	const { ok } = await result();
	assert.equal(ok.stopped.code, 'card_removed');
	const made = ok.signatures.filter(Boolean).length;
	assert.ok(made >= 2 && made < 6, `${made} of 6`);
	documents.slice(0, made).forEach((document, i) => assert.ok(valid(document, ok.signatures[i])));
	await card('vendor', 'evil none', dir);
	await seen(1);
	assert.equal(await card('vendor', 'insert', dir), 'ok');
	await seen(2);
	const rest = documents.slice(made);
	await givePin(await signing(rest), '123456');
	const again = await result();
	rest.forEach((document, i) => assert.ok(valid(document, again.ok.signatures[i])));
});

test("the card's own rules stand there before a PIN is typed, and the last try wants its tick", async () => {
	let window = await signing(many(1));
	await window.locator('#rule:not(:empty)').waitFor();
	assert.equal(await window.textContent('#rule'), 'PIN碼為 6 至 8 碼。 還可以試 3 次。');
	await refusedPin(window, '999999');
	await refusedPin(window, '999999');
	await finish(window, '#cancel');
	await result();
	window = await signing(many(1));
	await window.locator('#last').waitFor();
	await window.fill('#pin', '123456');
	await window.click('#ok');
	assert.equal(await card('vendor', 'tries', dir), '1', 'not tried without the tick');
	await window.check('#last-try');
	await finish(window, '#ok');
	assert.equal((await result()).ok.signatures.length, 1);
});

test('記憶密碼: only if ticked; then the next signature needs no PIN, but its consent', async () => {
	let window = await signing(many(1));
	await givePin(window, '123456');
	await result();
	window = await signing(many(1));
	assert.equal(await window.isVisible('#pin'), true, 'not remembered unless ticked');
	await window.check('#remember');
	await givePin(window, '123456');
	await result();
	const documents = many(2);
	window = await remembering(documents);
	assert.equal(await window.isVisible('#pin'), false);
	assert.equal(await window.locator('#list li').count(), 2);
	await accessible(window, 'the window while the PIN is remembered');
	await shot(window, 'extension-remembered');
	await finish(window, '#ok');
	const { ok } = await result();
	documents.forEach((document, i) => assert.ok(valid(document, ok.signatures[i])));
	await forget();
});

/** Another request of the page ends what is remembered. */
async function forget() {
	const window = await chooseWindow(browser, () => rig.ask(page, 'choose'));
	await finish(window, '#cancel');
	await result();
}

/** The window of a request whose PIN is remembered: it has no field. */
async function remembering(documents) {
	const opened = browser.context.waitForEvent('page');
	await rig.ask(page, 'sign', { certificate: rsa.base64, documents });
	const window = await opened;
	await window.locator('#elsewhere[data-place=memory]:not([hidden])').waitFor();
	return window;
}

test('記憶密碼: gone when the card was pulled out, and for another card', async () => {
	let window = await signing(many(1));
	await window.check('#remember');
	await givePin(window, '123456');
	await result();
	assert.equal(await card('vendor', 'remove', dir), 'ok');
	await seen(1);
	assert.equal(await card('vendor', 'insert', dir), 'ok');
	await seen(2);
	window = await remembering(many(1));
	await window.click('#ok');
	await window.waitForSelector('#error[data-code=pin_needed]:not([hidden])');
	assert.equal(await window.isVisible('#pin'), true);
	await givePin(window, '123456');
	assert.equal((await result()).ok.signatures.length, 1);
	window = await signing(many(1, ec), { keys: ec });
	assert.equal(await window.isVisible('#pin'), true);
	await finish(window, '#cancel');
});

test('記憶密碼: not offered where the settings do not allow it', async () => {
	conf(0);
	try {
		const window = await signing(many(1));
		assert.equal(await window.isVisible('#remember'), false);
		await finish(window, '#cancel');
	} finally {
		conf(5);
	}
});
