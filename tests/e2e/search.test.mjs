// 電子契約查詢: by vendor, 採購案號, officer, dates and state, in the order that one asks for; the
// search stands in the address and outlives a reload and Back.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { as, draft } from '../api/client.mjs';
import { accessible, id, launch, login, shot, sql, until } from './harness.mjs';

const mark = randomUUID().slice(0, 8);
const made = {};
let browser, page, chen;

const rows = () =>
	id(page, 'contract-row').evaluateAll((list) => list.map((r) => r.querySelector('a').textContent.trim()));
const shows = (...numbers) =>
	until(async () => JSON.stringify(await rows()) === JSON.stringify(numbers)).catch(async () => {
		throw new Error(`the list shows ${await rows()}, not ${numbers}`);
	});
const clear = async () => {
	await id(page, 'search-clear').click();
	await until(async () => (await rows()).length > 4);
	await id(page, 'contract-query').fill(mark);
	await id(page, 'contract-query-submit').click();
	await shows(made.c, made.b, made.a);
};

before(async () => {
	chen = await as('chen');
	for (const name of ['a', 'b', 'c']) {
		made[name] = `S${name === 'b' ? 0 : 1}-${name}-${mark}`;
		made[`${name}Id`] = await draft(chen, made[name]);
	}
	const one = (await chen.get(`/contracts/${made.aId}`)).body;
	const lin = (await chen.get('/members?role=officer&q=lin')).body.items.find((m) => m.account === 'lin');
	const changed = await chen.put(`/contracts/${made.aId}`, {
		number: made.a,
		title: `測試${made.a}`,
		caseNumber: `CASE-${mark}`,
		unitId: one.unit.id,
		officers: [chen.member.id, lin.id],
		version: one.version,
	});
	assert.equal(changed.status, 200, JSON.stringify(changed.body));
	const other = (await chen.get(`/organizations?external=true&q=${encodeURIComponent('測試公司2')}`)).body.items[0];
	const two = (await chen.get(`/contracts/${made.bId}`)).body;
	const signers = await chen.put(`/contracts/${made.bId}/signers`, {
		vendors: [other.id],
		sealers: two.sealers.map((s) => s.id),
		subject: two.subject,
		body: two.body,
		emails: [],
	});
	assert.equal(signers.status, 200, JSON.stringify(signers.body));
	assert.equal((await chen.post(`/contracts/${made.cId}/send`, {})).status, 200);
	browser = await launch();
	page = await login(browser, 'chen');
	await page.evaluate(() => (location.hash = '#/contracts'));
	await id(page, 'contract-row').first().waitFor();
	await clear();
});
after(async () => {
	await browser?.close();
});

test('by 採購案號', async () => {
	await id(page, 'search-case').fill(`case-${mark}`);
	await page.keyboard.press('Enter');
	await shows(made.a);
	await page.reload();
	await shows(made.a);
	assert.equal(await id(page, 'search-case').inputValue(), `case-${mark}`);
	await clear();
});

test('by vendor', async () => {
	await id(page, 'search-vendor').click();
	await id(page, 'vendor-query-text').fill('測試公司2');
	await page.keyboard.press('Enter');
	await until(async () => (await id(page, 'vendor-row').count()) === 1);
	await id(page, 'vendor-row-add').click();
	await shows(made.b);
	assert.match(await id(page, 'search-vendor-chip').textContent(), /測試公司2/);
	assert.match(await id(page, 'contract-row').textContent(), /測試公司2/);
	await accessible(page, 'the search of contracts');
	await shot(page, 'search-vendor-zh');
	await id(page, 'language').click();
	await shot(page, 'search-vendor-en');
	await id(page, 'language').click();
	await page.setViewportSize({ width: 390, height: 844 });
	assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
	await shot(page, 'search-390');
	await page.setViewportSize({ width: 1440, height: 1000 });
	await id(page, 'search-vendor-chip').getByTestId('chip-remove').click();
	await shows(made.c, made.b, made.a);
});

test('by officer', async () => {
	await id(page, 'search-officer').click();
	await id(page, 'officer-query-text').fill('lin');
	await page.keyboard.press('Enter');
	await id(page, 'officer-row').filter({ hasText: '林**' }).getByTestId('officer-row-add').click();
	await shows(made.a);
	await clear();
});

test('by dates and state', async () => {
	await id(page, 'search-to').fill('2021-09-30');
	await id(page, 'contract-query-submit').click();
	await page.getByText('查無符合條件的資料').waitFor();
	await id(page, 'search-from').fill('2021-10-02');
	await id(page, 'contract-query-submit').click();
	await id(page, 'field-error').waitFor();
	await id(page, 'show-all').click();
	await until(async () => (await rows()).length > 4);
	await clear();
	await id(page, 'contract-state').selectOption('vendor_pending');
	await shows(made.c);
	await id(page, 'contract-state').selectOption('draft');
	await shows(made.b, made.a);
	await page.goBack();
	await shows(made.c);
	assert.equal(await id(page, 'contract-state').inputValue(), 'vendor_pending', 'Back is one search back');
	assert.match(await id(page, 'contract-row-state').textContent(), /未完成.*待廠商簽署/s);
	assert.equal((await chen.post(`/contracts/${made.cId}/void`, { reason: '不再需要' })).status, 200);
	await id(page, 'contract-state').selectOption('voided');
	// The list showed that row before: it is the state beside it that changes, and nobody has the turn.
	await until(async () => (await id(page, 'contract-row-state').allTextContents()).join().trim() === '已作廢');
	await shows(made.c);
	await clear();
});

test('in the order that one asks for', async () => {
	await id(page, 'search-sort').selectOption('oldest');
	await shows(made.a, made.b, made.c);
	await id(page, 'search-sort').selectOption('number');
	await shows(made.b, made.a, made.c);
	await id(page, 'search-sort').selectOption('newest');
	await shows(made.c, made.b, made.a);
	assert.equal(sql(`SELECT COUNT(*) FROM contract WHERE number LIKE '%${mark}'`), '3');
	assert.deepEqual(page.problems, []);
});
