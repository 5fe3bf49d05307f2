// Ctrl-K finds a screen, a contract or a message, by keyboard alone, in both languages.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { as, draft } from '../api/client.mjs';
import { accessible, id, launch, login, shot, until } from './harness.mjs';

const number = `K-${randomUUID().slice(0, 8)}`;
let browser, page, contract;

const at = () => page.evaluate(() => location.hash);
const open = async (text) => {
	await page.keyboard.press('Control+k');
	await id(page, 'command-input').waitFor();
	await page.keyboard.type(text);
	await page.locator('[data-testid=command-input][data-busy=false]').waitFor();
};
const selected = () => page.locator('[data-testid=command-hit][aria-selected=true]').textContent();

before(async () => {
	const chen = await as('chen');
	contract = await draft(chen, number);
	assert.equal((await chen.post(`/contracts/${contract}/send`, {})).status, 200);
	browser = await launch();
	page = await login(browser, 'chen');
});
after(async () => {
	await browser?.close();
});

test('a screen, by its name in either language', async () => {
	await open('憑證');
	assert.match(await selected(), /憑證管理/);
	await page.keyboard.press('Enter');
	await until(async () => (await at()) === '#/certificates');
	await open('search con');
	assert.match(await selected(), /電子契約查詢/);
	await page.keyboard.press('Enter');
	await id(page, 'contract-row').first().waitFor();
	await open('安裝');
	await page.keyboard.press('Enter');
	await id(page, 'install-system').waitFor();
});

test('a contract and a message, in full width and small letters as well', async () => {
	await open(number.toLowerCase().replace('k', 'ｋ'));
	const hits = await id(page, 'command-hit').allTextContents();
	assert.ok(hits.length >= 2, hits.join());
	assert.match(hits[0], new RegExp(`${number}.*待廠商簽署`, 's'));
	assert.ok(hits.some((h) => h.includes('檢送') && h.includes('關貿網路')), 'the message that was sent');
	await accessible(page, 'the command menu');
	await shot(page, 'command-zh', { full: false });
	await page.keyboard.press('ArrowDown');
	assert.match(await selected(), /檢送/);
	await page.keyboard.press('ArrowUp');
	await page.keyboard.press('ArrowUp');
	assert.match(await selected(), /檢送/, 'from the first up to the last');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await until(async () => (await at()) === `#/contracts/${contract}`);
	await open(number);
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await id(page, 'message-number').waitFor();
	assert.match(await at(), /^#\/sent\//);
});

test('nothing is found; Esc closes and the focus is where it was', async () => {
	await id(page, 'menu-sent').focus();
	await open('沒有這樣的東西xyz');
	assert.match(await id(page, 'command-status').textContent(), /查無符合條件的資料/);
	assert.equal(await id(page, 'command-hit').count(), 0);
	await page.keyboard.press('Enter');
	await id(page, 'command-input').waitFor();
	await page.keyboard.press('Escape');
	await id(page, 'command-input').waitFor({ state: 'detached' });
	assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'menu-sent');
	await page.keyboard.press('Control+k');
	await id(page, 'command-input').waitFor();
	await page.keyboard.press('Control+k');
	await id(page, 'command-input').waitFor({ state: 'detached' });
});

test('in English, on a telephone, and for a vendor who has no contracts to search', async () => {
	await id(page, 'language').click();
	await open(number);
	assert.match(await id(page, 'command-hit').first().textContent(), /With the vendor/);
	await accessible(page, 'the command menu in English');
	await shot(page, 'command-en', { full: false });
	await page.keyboard.press('Escape');
	await id(page, 'language').click();
	await page.setViewportSize({ width: 390, height: 844 });
	assert.ok((await id(page, 'command-open').locator('.icon').boundingBox()).width > 8, 'its sign is seen');
	await id(page, 'command-open').click();
	await id(page, 'command-hit').first().waitFor();
	assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
	await accessible(page, 'the command menu at 390 px');
	await shot(page, 'command-390', { full: false });
	assert.deepEqual(page.problems, []);
	await page.close();
	page = await login(browser, 'vendor');
	await open(number);
	const hits = await id(page, 'command-hit').allTextContents();
	assert.ok(hits.length >= 1 && hits.every((h) => !/新增電子契約|機關用印清單/.test(h)), hits.join());
	await page.keyboard.press('Enter');
	await id(page, 'reply-open').waitFor();
	assert.deepEqual(page.problems, []);
});
