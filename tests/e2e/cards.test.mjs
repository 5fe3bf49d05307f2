// What goes wrong between page, host and card: each case its own message, nothing half done
// on the server, and afterwards the same task can still be signed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { randomUUID } from 'node:crypto';
import { as, draft } from '../api/client.mjs';
import {
	card,
	cardsSeen,
	chooseWindow,
	finish,
	givePin,
	id,
	launch,
	login,
	pinWindow,
	refusedPin,
	shot,
	sql,
	until,
} from './harness.mjs';

let browser, page, message, document;

async function send() {
	const chen = await as('chen');
	const contract = await draft(chen, `C-${randomUUID().slice(0, 8)}`);
	const sent = await chen.post(`/contracts/${contract}/send`, {});
	assert.equal(sent.status, 200, JSON.stringify(sent.body));
	document = sent.body.documents[0].id;
	message = sql(`SELECT id FROM message WHERE number = '${sent.body.messageNumber}'`);
}

// The task waits for the vendor as before, no preparation is held, no revision was added.
async function untouched() {
	const task = `document_id = '${document}' AND kind = 'vendor' AND state <> 'prepared'`;
	assert.match(await until(() => sql(`SELECT state FROM sign_task WHERE ${task}`)), /^(ready|read)$/);
	assert.equal(sql(`SELECT revision FROM document WHERE id = '${document}'`), '1');
	assert.equal(sql(`SELECT COUNT(*) FROM sign_history WHERE document_id = '${document}'`), '1');
}

const flight = (part, state) => page.locator(`[data-testid=preflight-${part}][data-state=${state}]`).waitFor();
const sign = () => pinWindow(browser, () => id(page, 'sign-send').click());

// The page's own alert, after the window is gone.
async function said(code, text) {
	await page.locator(`[data-testid=alert-error][data-code=${code}]`).waitFor();
	assert.match(await id(page, 'alert-error').textContent(), text);
}

async function seen(n) {
	await id(page, 'preflight-check').click();
	await cardsSeen(page, n);
}

// A hello that failed says nothing of cards.
const cards = () =>
	page.evaluate(async () => {
		const { hello } = await import('/signer/signer.js');
		return hello().then(
			({ status }) => status?.cards,
			() => undefined,
		);
	});

// Puts a card in until pcscd sees it: the virtual reader misses one that comes back within
// its polling interval, and then it must be pulled and put in again.
async function putIn(name, n) {
	for (let tries = 0; tries < 5; tries++) {
		await insert(name);
		for (let i = 0; i < 15; i++) {
			if ((await cards()) === n) return seen(n);
			await new Promise((done) => setTimeout(done, 200));
		}
		await card(name, 'remove');
		await new Promise((done) => setTimeout(done, 1500));
	}
	throw new Error(`${name} is not seen`);
}

async function insert(name) {
	await card(name, 'evil none');
	if ((await card(name, 'insert')) !== 'ok') throw new Error(`${name} can't be inserted`);
}

before(async () => {
	for (const name of ['vendor', 'agency']) await card(name, 'pin-reset');
	await send();
	browser = await launch();
	page = await login(browser, 'vendor');
	await page.evaluate((hash) => {
		location.hash = hash;
	}, `#/messages/${message}`);
	await id(page, 'reply-open').click();
	await id(page, 'reply-body').fill('簽章完畢');
	const option = page.locator('[data-testid=certificate-select] option', { hasText: '關貿測試用憑證_0922' });
	await id(page, 'certificate-select').selectOption(await option.getAttribute('value'));
	await flight('card', 'ok');
	await page.locator('[data-testid=sign-check]:checked').waitFor(); // it was drawn, and so may be signed
});

// Whatever happened, the next file finds both cards in their readers.
after(async () => {
	try {
		for (const name of ['vendor', 'agency']) {
			await card(name, 'pin-reset');
			await card(name, 'remove');
		}
		await cardsSeen(page, 0);
		await putIn('vendor', 1);
		await putIn('agency', 2);
	} finally {
		await browser?.close();
	}
});

test('no card: the page says so before, the window says what to do, cancel leaves the task open', async () => {
	for (const name of ['vendor', 'agency']) await card(name, 'remove');
	await seen(0);
	await flight('card', 'missing');
	assert.match(await id(page, 'preflight-card').textContent(), /沒有卡片/);
	const window = await sign();
	const { code, text } = await refusedPin(window, '123456');
	assert.equal(code, 'no_card');
	assert.match(text, /插入卡片/);
	await shot(window, 'cards-no-card');
	await finish(window, '#cancel');
	await said('cancelled', /取消/);
	await shot(page, 'cards-cancelled');
	await untouched();
});

test("another card than the chosen certificate's: no PIN is spent on it", async () => {
	await putIn('agency', 1);
	const window = await sign();
	assert.equal((await refusedPin(window, '654321')).code, 'wrong_card');
	assert.equal(await card('agency', 'tries'), '3');
	await finish(window, '#cancel');
	await said('cancelled', /取消/);
	await untouched();
	await putIn('vendor', 2);
});

test('pulled out while it signs', async () => {
	const window = await sign();
	assert.equal(await card('vendor', 'evil close@87'), 'ok');
	const { code, text } = await refusedPin(window, '123456');
	assert.equal(code, 'card_removed');
	assert.match(text, /未完成簽章/);
	await shot(window, 'cards-removed');
	await finish(window, '#cancel');
	await said('cancelled', /取消/);
	await untouched();
	await seen(1); // pcscd must notice: nobody puts a card back within its polling interval
	await putIn('vendor', 2);
});

test('three wrong PINs block the card; the window says who can help', async () => {
	const window = await sign();
	assert.match((await refusedPin(window, '111111')).text, /還可以試 2 次/);
	assert.match((await refusedPin(window, '222222')).text, /只剩最後 1 次/);
	await window.evaluate(() => {
		document.getElementById('error').hidden = true;
	});
	await window.fill('#pin', '333333');
	await window.check('#last-try');
	await window.click('#ok');
	await window.waitForSelector('#error[data-code=pin_blocked]:not([hidden])');
	assert.match(await window.textContent('#error'), /已鎖定.*發卡單位/);
	assert.equal(await window.isVisible('#ok'), false);
	await shot(window, 'cards-blocked');
	await finish(window, '#cancel');
	await said('pin_blocked', /已鎖定/);
	await untouched();
	assert.equal(await card('vendor', 'tries'), '0');
	assert.equal(await card('vendor', 'pin-reset'), 'ok');
});

test('the host is not installed', async () => {
	browser.hostAway();
	try {
		await id(page, 'preflight-check').click();
		await flight('host', 'missing');
		assert.match(await id(page, 'preflight-host').textContent(), /找不到簽章元件/);
		await id(page, 'sign-send').click();
		await said('host_missing', /找不到簽章元件/);
		await shot(page, 'cards-host-missing');
		await untouched();
	} finally {
		browser.hostBack();
	}
	await id(page, 'preflight-check').click();
	await flight('host', 'ok');
});

test('closing the window is a cancel as well, and after all of that the task can be signed', async () => {
	const first = await sign();
	await first.close();
	await said('cancelled', /取消/);
	await untouched();
	await givePin(await sign(), '123456');
	await id(page, 'sign-success').waitFor({ timeout: 30000 });
	assert.equal(sql(`SELECT revision FROM document WHERE id = '${document}'`), '2');
});

test('a card is registered in the browser: chosen in one window, proven in another; once only', async () => {
	await page.close();
	page = await login(browser, 'ling');
	const register = async () => {
		await page.evaluate(() => {
			location.hash = '#/certificates/new';
		});
		const window = await chooseWindow(browser, () => id(page, 'read-card').click());
		await finish(window, '#list button:has-text("測試機關1")');
	};
	sql("DELETE FROM certificate WHERE member_id = (SELECT id FROM member WHERE account = 'ling')");
	await register();
	await until(async () => /測試機關1/.test(await id(page, 'certificate-subject').textContent()));
	await id(page, 'certificate-purpose').fill('機關用印測試用憑證');
	await shot(page, 'cards-register');
	const window = await pinWindow(browser, () => id(page, 'certificate-register').click());
	assert.equal(await window.isVisible('#documents'), false);
	await shot(window, 'cards-prove');
	assert.equal((await refusedPin(window, '999999')).code, 'pin_wrong');
	await givePin(window, '654321');
	await page.getByTestId('certificate-row').filter({ hasText: '機關用印測試用憑證' }).waitFor();
	await shot(page, 'cards-registered');
	await register();
	await said('certificate_duplicate', /已註冊過/);
});
