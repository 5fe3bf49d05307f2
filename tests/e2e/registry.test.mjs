// 總收發 in a real browser: the list and its tabs, assigning and taking over, deputies, the book of
// seals with its files.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { as, signMessage } from '../api/client.mjs';
import { accessible, id, launch, login, logout, shot, sql, until } from './harness.mjs';
import { draftOf, messageOf, send } from './many.mjs';

const number = `REG-${randomUUID().slice(0, 6)}`;
let browser, page, contract;

before(async () => {
	const [chen, vendor] = [await as('chen'), await as('vendor')];
	contract = await draftOf(chen, number, '總收發測試契約', ['契約書']);
	await send(chen, contract);
	await signMessage(vendor, await messageOf(vendor, number), 'vendor');
	browser = await launch();
	page = await login(browser, 'registry');
});
after(async () => {
	await browser?.close();
});

const goTo = (hash) => page.evaluate((to) => (location.hash = to), hash);
const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** In both languages and widths: seen by axe, by us, and never sideways. */
async function looks(name) {
	await accessible(page, name);
	await shot(page, name);
	await page.setViewportSize({ width: 390, height: 844 });
	assert.ok((await overflow()) <= 0, `${name} at 390`);
	await shot(page, `${name}-390`);
	await page.setViewportSize({ width: 320, height: 700 });
	assert.ok((await overflow()) <= 0, `${name} at 320`);
	await page.setViewportSize({ width: 1440, height: 1000 });
}

test('the list of the whole agency', async () => {
	await id(page, 'menu-registry').click();
	await id(page, 'registry-row').first().waitFor();
	await id(page, 'registry-search').fill(number);
	await id(page, 'filter-submit').click();
	await until(async () => (await id(page, 'registry-row').count()) === 1);
	assert.match(await id(page, 'registry-row').textContent(), /陳00、何00、凌\*\*/);
	await looks('registry-list');
	const download = page.waitForEvent('download');
	await id(page, 'export-csv').click();
	const csv = readFileSync(await (await download).path(), 'utf8');
	assert.ok(csv.startsWith('\ufeff契約編號,') && csv.includes(number), csv);
	const sheet = page.waitForEvent('download');
	await id(page, 'export-xlsx').click();
	assert.equal(readFileSync(await (await sheet).path()).toString('latin1', 0, 2), 'PK');
});

test('assign: who is not ticked any more need not seal; take over', async () => {
	await id(page, 'registry-row').locator('a').click();
	await id(page, 'sealer-row').first().waitFor();
	await looks('registry-case');
	await id(page, 'assign-open').click();
	const person = (account) => id(page, 'assign-person').filter({ hasText: account }).locator('input');
	await person('ling').first().waitFor();
	const checked = id(page, 'assign-person').locator('input:checked');
	while ((await checked.count()) > 0) await checked.first().uncheck();
	await id(page, 'life-ok').click();
	await page.locator('[data-testid=alert-error]').first().waitFor();
	await person('ling').check();
	await accessible(page, 'the dialog to assign');
	await shot(page, 'registry-assign', { full: false });
	await id(page, 'life-ok').click();
	await until(async () => (await id(page, 'event').count()) === 1);
	assert.match(await id(page, 'event').textContent(), /分派用印人員.*方\*發.*凌\*\*/);
	await id(page, 'take-over').click();
	await until(async () => (await id(page, 'event').count()) === 2);
	const mine = id(page, 'sealer-row').filter({ hasText: 'registry' });
	assert.match(await mine.textContent(), /待用印/);
	await id(page, 'menu-sealing').click();
	await id(page, 'sealing-row').filter({ hasText: number }).waitFor();
});

test('deputies: named with days and scope, called off', async () => {
	await id(page, 'menu-deputies').click();
	await id(page, 'deputy-new').click();
	await id(page, 'life-ok').click();
	assert.equal(await id(page, 'field-error').count(), 4);
	const pick = async (field, account) => {
		const value = await id(page, field).locator('option', { hasText: account }).first().getAttribute('value');
		await id(page, field).selectOption(value);
	};
	await pick('deputy-member', 'chen');
	await pick('deputy-deputy', 'ling');
	await id(page, 'deputy-from').fill('2099-01-01');
	await id(page, 'deputy-to').fill('2099-01-31');
	await id(page, 'deputy-unit').selectOption({ index: 1 });
	await accessible(page, 'the dialog of a deputy');
	await shot(page, 'registry-deputy', { full: false });
	await id(page, 'life-ok').click();
	const row = id(page, 'deputy-row').filter({ hasText: '2099/01/31' }).first();
	await row.waitFor();
	await looks('registry-deputies');
	await row.getByTestId('deputy-end').click();
	await id(page, 'confirm-ok').click();
	await id(page, 'deputy-row').filter({ hasText: '已終止' }).first().waitFor();
});

test('the book of seals: the period, print, and a sealed PDF', async () => {
	await id(page, 'menu-book').click();
	await id(page, 'filter-from').fill('2021-09-01');
	await id(page, 'filter-to').fill('2021-09-30');
	await id(page, 'filter-submit').click();
	await id(page, 'book-row').filter({ hasText: /2021-0000\d\d/ }).first().waitFor(); // not this month's, shown before
	assert.match(await id(page, 'book-row').first().textContent(), /2021-0000\d\d/);
	await looks('registry-book');
	await page.emulateMedia({ media: 'print' });
	await shot(page, 'registry-book-print');
	await page.emulateMedia({ media: 'screen' });
	const download = page.waitForEvent('download');
	await id(page, 'book-pdf').click();
	const file = await download;
	assert.match(file.suggestedFilename(), /用印登記簿_2021-09-01_2021-09-30\.pdf/);
	assert.equal(readFileSync(await file.path()).toString('latin1', 0, 5), '%PDF-');
	assert.notEqual(sql("SELECT COUNT(*) FROM audit WHERE action = 'register.print'"), '0');
});

test('in English', async () => {
	await id(page, 'language').click();
	for (const [hash, name] of [
		['#/registry', 'registry-list-en'],
		[`#/registry/${contract}`, 'registry-case-en'],
		['#/registry/book?from=2021-09-01&to=2021-09-30', 'registry-book-en'],
		['#/deputies', 'registry-deputies-en'],
	]) {
		await goTo(hash);
		await page.locator('tr[data-testid]').first().waitFor();
		await looks(name);
	}
	assert.deepEqual(page.problems, []);
	await id(page, 'language').click();
	await logout(page);
});
