// Signing rules in STEP3: two vendors in order with a representative, two of three sealers; stored as
// they are typed, shown afterwards, and kept by what follows.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { as, draft } from '../api/client.mjs';
import { accessible, id, launch, login, shot, sql, until } from './harness.mjs';

let browser, page, chen, contract;
before(async () => {
	chen = await as('chen');
	contract = await draft(chen, `RULES-${randomUUID().slice(0, 8)}`);
	browser = await launch();
	page = await login(browser, 'chen');
});
after(async () => {
	await browser?.close();
});

const stored = () =>
	sql(`SELECT c.vendors_in_order, c.seal_rule, c.seal_needed, GROUP_CONCAT(v.representative ORDER BY v.position)
		FROM contract c JOIN contract_vendor v ON v.contract_id = c.id WHERE c.id = '${contract}' GROUP BY c.id`);

test('one vendor: nothing is asked of vendors; of the sealers it is', async () => {
	await page.evaluate((hash) => (location.hash = hash), `#/contracts/${contract}/signers`);
	await id(page, 'vendor-chip').waitFor();
	assert.equal(await id(page, 'rules-vendors').count(), 0);
	assert.equal(await id(page, 'seal-any').isChecked(), true);
});

test('two vendors, in an order that can be changed, one of them represents', async () => {
	await id(page, 'vendor-add').click();
	await id(page, 'vendor-row-add').first().waitFor();
	const free = page.locator('[data-testid=vendor-row-add]:not(:disabled):not([aria-disabled=true])').first();
	await free.click();
	await page.keyboard.press('Escape');
	await until(async () => (await id(page, 'vendor-chip').count()) === 2);
	await id(page, 'order-fixed').check();
	const names = () => id(page, 'vendor-order').locator('li').allTextContents();
	const before_ = await names();
	await id(page, 'vendor-down').first().click();
	await until(async () => (await names())[0].includes(before_[1].slice(3).trim()));
	await id(page, 'representative').selectOption({ index: 1 });
	await id(page, 'seal-some').check();
	await id(page, 'seal-needed').fill('2');
	await id(page, 'seal-needed').press('Tab');
	await until(() => stored() === '1\tsome\t2\t1,0');
	await accessible(page, 'signing rules');
	await shot(page, 'rules');
	await page.setViewportSize({ width: 390, height: 844 });
	assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
	await shot(page, 'rules-390');
	await page.setViewportSize({ width: 1440, height: 1000 });
	await page.reload();
	await id(page, 'seal-needed').waitFor();
	assert.equal(await id(page, 'order-fixed').isChecked(), true);
});

test('sent, the contract says them', async () => {
	assert.equal((await chen.post(`/contracts/${contract}/send`, {})).status, 200);
	await page.evaluate((hash) => (location.hash = hash), `#/contracts/${contract}`);
	assert.match(await id(page, 'seal-rule').textContent(), /須有 2 人用印/);
	await page.getByText('廠商依序簽署').waitFor();
	await shot(page, 'rules-sent');
	assert.deepEqual(page.problems, []);
});
