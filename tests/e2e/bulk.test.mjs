// Several contracts at once from the list: ticked over pages, reminded, given a day, voided; a result for each, and
// what cannot be done to one leaves the others. Then the order of a list of messages.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { as, draft } from '../api/client.mjs';
import { accessible, id, launch, login, shot, sql, until } from './harness.mjs';

const mark = randomUUID().slice(0, 8);
const numbers = ['a', 'b', 'c', 'd'].map((x) => `B${x}-${mark}`); // the last one stays a draft
let browser, page, chen;

const lines = () => id(page, 'bulk-line').evaluateAll((all) => all.map((l) =>
	`${l.querySelector('strong').textContent} ${l.dataset.state}`));
const finished = () => until(async () => (await id(page, 'bulk-results').getAttribute('data-busy')) === 'false');
const count = async () => Number((await id(page, 'bulk-count').textContent()).match(/\d+/)[0]);
const search = async (q, n) => {
	await page.evaluate((text) => (location.hash = `#/contracts?q=${text}`), q);
	await until(async () => (await id(page, 'contract-row').count()) === n);
};
const states = () => sql(`SELECT GROUP_CONCAT(state ORDER BY number) FROM contract WHERE number LIKE 'B_-${mark}'`);

before(async () => {
	chen = await as('chen');
	for (const number of numbers) {
		const contract = await draft(chen, number);
		if (number !== numbers[3]) assert.equal((await chen.post(`/contracts/${contract}/send`, {})).status, 200);
	}
	browser = await launch();
	page = await login(browser, 'chen');
});
after(async () => {
	await browser?.close();
});

test('ticks outlive another search; Esc takes them away', async () => {
	await search(`Ba-${mark}`, 1);
	await id(page, 'bulk-tick').first().check();
	await search(mark, 4);
	assert.equal(await count(), 1);
	await id(page, 'bulk-page').click();
	assert.equal(await count(), 4);
	await shot(page, 'bulk-list');
	await accessible(page, 'a list with several contracts ticked');
	await page.keyboard.press('Escape');
	assert.equal(await count(), 0);
	assert.equal(await id(page, 'bulk-remind').count(), 0);
});

test('reminded: three are, the draft says why not', async () => {
	await id(page, 'bulk-page').click();
	await id(page, 'bulk-remind').click();
	await id(page, 'bulk-ok').waitFor();
	await shot(page, 'bulk-remind');
	await accessible(page, 'the dialog for several contracts');
	await id(page, 'bulk-ok').click();
	await finished();
	assert.deepEqual((await lines()).sort(), [...numbers.slice(0, 3).map((n) => `${n} done`), `${numbers[3]} failed`]);
	await shot(page, 'bulk-done');
	await accessible(page, 'results of several contracts');
	assert.equal(sql(`SELECT COUNT(*) FROM contract_event e JOIN contract c ON c.id = e.contract_id
		WHERE c.number LIKE 'B_-${mark}' AND e.kind = 'reminded'`), '3');
	await id(page, 'bulk-close').click();
});

test('a day for all; without one nothing begins', async () => {
	await id(page, 'bulk-deadline').click();
	await id(page, 'bulk-ok').click();
	await page.locator('.field-error').first().waitFor();
	await id(page, 'bulk-date').fill('2099-12-31');
	await id(page, 'bulk-ok').click();
	await finished();
	assert.ok((await lines()).every((l) => l.endsWith(' done')), String(await lines()));
	assert.equal(sql(`SELECT COUNT(*) FROM contract WHERE number LIKE 'B_-${mark}' AND deadline = '2099-12-31'`), '4');
	await id(page, 'bulk-close').click();
});

test('voided: those that were ticked, by keyboard, and the list shows it', async () => {
	await id(page, 'bulk-none').click();
	for (const number of numbers.slice(0, 2))
		await page.locator('[data-testid=contract-row]', { hasText: number }).getByTestId('bulk-tick').press('Space');
	assert.equal(await count(), 2);
	await id(page, 'bulk-void').press('Enter');
	await id(page, 'bulk-reason').fill('案件取消');
	await id(page, 'bulk-ok').press('Enter');
	await finished();
	assert.equal(states(), 'voided,voided,vendor_pending,draft');
	await until(async () => (await page.locator('[data-testid=contract-row]', { hasText: '作廢' }).count()) === 2);
	assert.deepEqual(page.problems, []);
});

test('on a telephone, in English, nothing goes sideways', async () => {
	await page.setViewportSize({ width: 390, height: 844 });
	await id(page, 'language').click();
	await id(page, 'bulk-bar').waitFor();
	assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
	await shot(page, 'bulk-390-en');
	await id(page, 'language').click();
	await page.setViewportSize({ width: 1440, height: 1000 });
});

test('messages: any field finds them, the oldest first when one asks for it', async () => {
	const row = () => id(page, 'sent-row').first();
	await page.evaluate((q) => (location.hash = `#/sent?q=${q}`), encodeURIComponent(mark));
	await until(async () => (await id(page, 'sent-row').count()) >= 3);
	const newest = await row().textContent();
	await id(page, 'message-sort').selectOption('oldest');
	await until(async () => (await row().textContent()) !== newest);
	assert.match(await row().textContent(), new RegExp(numbers[0]));
	assert.equal(await id(page, 'message-sort').inputValue(), 'oldest');
	await id(page, 'filter-text').fill(numbers[1].toUpperCase().replace(/[0-9]/g, (c) =>
		String.fromCodePoint(c.codePointAt(0) + 0xFEE0)));
	await id(page, 'filter-submit').click();
	await until(async () => (await row().textContent()).includes(numbers[1]));
	assert.match(page.url(), /sort=oldest/, 'the order stays');
	await accessible(page, 'a list of messages in another order');
	await shot(page, 'sent-oldest');
});
