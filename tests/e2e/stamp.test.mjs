// 作廢 stands across the pages of a voided contract, 未完成用印 in the corner of one that is under
// way; the file below is as it was.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { as } from '../api/client.mjs';
import { accessible, id, launch, login, shot } from './harness.mjs';
import { draftOf, messageOf, send } from './many.mjs';

const number = `STAMP-${randomUUID().slice(0, 6)}`;
let browser, page, chen, vendor, contract;
before(async () => {
	[chen, vendor] = [await as('chen'), await as('vendor')];
	contract = await draftOf(chen, number, '浮水印', ['契約書']);
	await send(chen, contract);
	browser = await launch();
	page = await login(browser, 'vendor');
});
after(async () => {
	await browser?.close();
});

async function look() {
	const hash = `#/messages/${await messageOf(vendor, number)}`;
	await page.evaluate((to) => (location.hash = to), hash);
	await page.reload();
	await page.locator('[data-testid=viewer][data-drawn=true]').waitFor();
	return id(page, 'viewer-stamp').getAttribute('data-stamp');
}

test('under way: not complete yet', async () => {
	assert.equal(await look(), '未完成用印');
	await accessible(page, 'an unfinished contract');
	await shot(page, 'stamp-unfinished');
});

test('voided: across the pages, on the screen and for the officer too', async () => {
	const before_ = (await vendor.get(`/contracts/${contract}`)).status;
	assert.equal(before_, 404);
	assert.equal((await chen.post(`/contracts/${contract}/void`, { reason: '誤送' })).status, 200);
	assert.equal(await look(), '作廢');
	await accessible(page, 'a voided contract');
	await shot(page, 'stamp-void');
	await page.setViewportSize({ width: 390, height: 844 });
	assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
	await shot(page, 'stamp-void-390');
	assert.deepEqual(page.problems, []);
});
