// Many documents: the list beside the page, what was read is marked, nothing is ticked that
// was not opened, and a part that is signed is told, with what is left.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { as } from '../api/client.mjs';
import { accessible, card, givePin, id, launch, login, pinWindow, shot, until } from './harness.mjs';
import { draftOf, messageOf, send } from './many.mjs';

const NAMES = ['契約書', '附件一', '附件二', '附件三'];
const number = `DESK-${randomUUID().slice(0, 6)}`;
let browser, page, chen, vendor, contract;

before(async () => {
	chen = await as('chen');
	vendor = await as('vendor');
	contract = await draftOf(chen, number, '多份文件', NAMES);
	await send(chen, contract);
	browser = await launch();
});
after(async () => {
	await browser?.close();
});

const row = (i) => id(page, 'sign-row').nth(i);
const tick = (i) => row(i).getByTestId('sign-check');
const mark = (i) => row(i).getByTestId('read-mark').getAttribute('data-read');
const drawn = () => page.locator('[data-testid=viewer][data-drawn=true]').waitFor();
const ticked = async () =>
	(await id(page, 'sign-check').all()).length && page.locator('[data-testid=sign-check]:checked').count();

async function openRow(i) {
	await row(i).getByTestId('document-open').click();
	await page.locator('[data-testid=document-title]', { hasText: NAMES[i] }).waitFor();
	await drawn();
}

test('only what was opened is ticked, and can be', async () => {
	page = await login(browser, 'vendor');
	await page.evaluate((hash) => (location.hash = hash), `#/messages/${await messageOf(vendor, number)}`);
	await drawn();
	await until(async () => (await ticked()) === 1);
	assert.equal(await mark(0), 'part');
	for (const i of [1, 2, 3]) {
		assert.equal(await mark(i), 'none');
		assert.equal(await tick(i).isDisabled(), true, `${NAMES[i]} cannot be ticked yet`);
	}
	assert.match(await id(page, 'ticks-hint').textContent(), /3/);
	await shot(page, 'desk-first');
	await accessible(page, 'a message with many documents');
});

test('the list stands left, the page right, both in sight', async () => {
	for (const width of [1440, 1093, 1024]) {
		await page.setViewportSize({ width, height: 768 });
		const boxes = await page.evaluate(() =>
			['document-list', 'viewer'].map((name) => {
				const { left, right, top } = document
					.querySelector(`[data-testid=${name}]`)
					.getBoundingClientRect();
				return { left, right, top };
			}),
		);
		assert.ok(boxes[0].right <= boxes[1].left, `${width}: ${JSON.stringify(boxes)}`);
		assert.ok(Math.abs(boxes[0].top - boxes[1].top) < 200, `${width}: ${JSON.stringify(boxes)}`);
	}
	await page.setViewportSize({ width: 1440, height: 1000 });
});

test('read to the end is marked; a reload forgets nothing', async () => {
	await id(page, 'viewer-page-number').fill('2');
	await id(page, 'viewer-page-number').press('Enter');
	await until(async () => (await mark(0)) === 'whole');
	await id(page, 'document-next').click();
	await drawn();
	await until(async () => (await mark(1)) !== 'none');
	assert.equal(await ticked(), 2);
	await page.reload();
	await drawn();
	await until(async () => (await ticked()) === 2);
	assert.equal(await mark(0), 'whole');
});

test('all, none, and one by one', async () => {
	await id(page, 'tick-none').click();
	assert.equal(await ticked(), 0);
	await id(page, 'tick-all').click();
	assert.equal(await ticked(), 2, 'not those that nobody opened');
	await tick(0).click();
	assert.equal(await ticked(), 1);
	await openRow(0);
	assert.equal(await tick(0).isChecked(), false, 'opening again does not tick what I unticked');
	await tick(0).click();
	await openRow(2);
	await until(async () => (await ticked()) === 3);
	await shot(page, 'desk-three');
});

test('on a telephone: the list above, the page below; everything is reached', async () => {
	await page.setViewportSize({ width: 390, height: 844 });
	assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
	await row(1).getByTestId('document-open').click();
	await drawn();
	const top = await page.locator('.desk-shown').evaluate((e) => e.getBoundingClientRect().top);
	assert.ok(top < 844, `what was chosen comes into sight: ${top}`);
	await accessible(page, 'many documents at 390 px');
	await shot(page, 'desk-390');
	await page.setViewportSize({ width: 1440, height: 1000 });
});

async function sign(pin) {
	await id(page, 'reply-open').click();
	assert.equal(await id(page, 'reply-body').inputValue(), '簽章完畢', 'what was typed is kept');
	if ((await id(page, 'certificate-select').inputValue()) === '')
		await id(page, 'certificate-select').selectOption({ index: 1 });
	await page.locator('[data-testid=preflight-card][data-state=ok]').waitFor({ timeout: 20000 });
	const window = await pinWindow(browser, () => id(page, 'sign-send').click());
	await givePin(window, pin);
	await id(page, 'sign-send').waitFor({ state: 'detached', timeout: 30000 });
	await id(page, 'sign-success').waitFor();
}

test('a part is signed: what was signed and what is left is told, and the rest can follow', async () => {
	await card('vendor', 'pin-reset').catch(() => {});
	await id(page, 'reply-open').click();
	assert.match(await id(page, 'reply-summary').textContent(), /3/);
	await id(page, 'reply-body').fill('簽章完畢');
	await id(page, 'sign-giveup').click();
	await sign('123456');
	const told = await id(page, 'sign-success').textContent();
	assert.match(told, /已簽章 3 份，尚有 1 份未簽/);
	assert.match(told, /郵件編號 M\d{15}，/);
	assert.equal(await id(page, 'signed-documents').textContent(), '本次已簽：契約書、附件一、附件二');
	assert.equal(await id(page, 'left-documents').textContent(), '尚未簽：附件三');
	await until(async () => (await id(page, 'sign-check').count()) === 1);
	await shot(page, 'desk-part');
	await accessible(page, 'a part that was signed');
	await id(page, 'file-view').click();
	await openRow(3);
	await until(async () => (await ticked()) === 1);
	await sign('123456');
	assert.equal(await id(page, 'left-documents').count(), 0);
	const state = (await chen.get(`/contracts/${contract}`)).body.state;
	assert.equal(state, 'agency_pending');
	assert.deepEqual(page.problems, []);
});

test('the keyboard reaches list, ticks and pages', async () => {
	await page.close();
	page = await login(browser, 'chen');
	const task = await messageOf(chen, number, '/sealing?tab=pending&size=50');
	await page.evaluate((hash) => (location.hash = hash), `#/sealing/${task}`);
	await drawn();
	await id(page, 'card-note').waitFor();
	const reached = new Set();
	for (let i = 0; i < 60 && reached.size < 7; i++) {
		await page.keyboard.press('Tab');
		const at = await page.evaluate(
			() => document.activeElement.dataset.testid ?? document.activeElement.className,
		);
		for (const name of [
			'tick-all',
			'sign-check',
			'document-open',
			'document-next',
			'viewer-find',
			'viewer-scroll',
			'history-open',
		])
			if (at === name) reached.add(name);
	}
	assert.equal(reached.size, 7, [...reached].join());
	await shot(page, 'desk-sealing');
});

test('an agency may let its people tick what they did not open', async () => {
	await page.close();
	page = await login(browser, 'chen');
	await page.route('**/api/v1/session', async (route) => {
		const answer = await route.fetch();
		const session = await answer.json();
		assert.equal(session.requireRead, true, 'as delivered');
		await route.fulfill({ response: answer, json: { ...session, requireRead: false } });
	});
	await page.evaluate(() => sessionStorage.clear());
	const task = await messageOf(chen, number, '/sealing?tab=pending&size=50');
	await page.evaluate((hash) => (location.hash = hash), `#/sealing/${task}`);
	await page.reload();
	await drawn();
	await until(async () => (await ticked()) === 1);
	assert.equal(await tick(3).isDisabled(), false);
	await id(page, 'tick-all').click();
	assert.equal(await ticked(), 4);
});
