// What an agency keeps until everything is sealed, as the vendor sees it; related contracts; what is due on home;
// lists of messages with kept searches and files.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { as, draft, signMessage } from '../api/client.mjs';
import { accessible, id, launch, login, logout, shot, sql, until } from './harness.mjs';

const tail = randomUUID().slice(0, 6);
const number = `UNF-${tail}`;
const day = (days) => new Date(Date.now() + 8 * 3600e3 + days * 86400e3).toISOString().slice(0, 10);
const messageOf = (contract, kind) => sql(`SELECT id FROM message WHERE contract_id = '${contract}'
  AND kind = '${kind}' ORDER BY number DESC LIMIT 1`);
let browser, page, chen, contract, notice;

before(async () => {
	chen = await as('chen');
	contract = await draft(chen, number);
	assert.equal((await chen.post(`/contracts/${contract}/send`, {})).status, 200);
	assert.equal((await chen.put(`/contracts/${contract}/deadline`, { date: day(-300) })).status, 200);
	notice = messageOf(contract, 'notice');
	browser = await launch();
	page = await login(browser, 'agencyadmin');
});
after(async () => {
	await (await as('agencyadmin')).put('/admin/parameters', { name: 'document.withhold_unfinished' });
	await browser?.close();
});

const goTo = (hash) => page.evaluate((to) => (location.hash = to), hash);
const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

async function looks(what) {
	await accessible(page, what);
	await shot(page, what);
	await page.setViewportSize({ width: 390, height: 844 });
	assert.ok((await overflow()) <= 0, `${what} at 390`);
	await shot(page, `${what}-390`);
	await page.setViewportSize({ width: 320, height: 700 });
	assert.ok((await overflow()) <= 0, `${what} at 320`);
	await page.setViewportSize({ width: 1440, height: 1000 });
}

async function change(account) {
	await logout(page);
	page = await login(browser, account);
}

test('the administrator sets the rule', async () => {
	await id(page, 'menu-parameters').click();
	const row = id(page, 'parameter-row').filter({ hasText: '全部用印完成前，不提供檔案給廠商' });
	await row.getByTestId('parameter-change').click();
	await id(page, 'parameter-input').selectOption('yes');
	await id(page, 'life-ok').click();
	await row.filter({ hasText: '機關設定' }).waitFor();
});

test('the vendor reads it, marked, while it has to sign; then nothing until it is complete', async () => {
	await change('vendor');
	await id(page, 'due-row').filter({ hasText: number }).waitFor();
	assert.match(await id(page, 'due-row').filter({ hasText: number }).textContent(), /待簽章.*已過期限/s);
	await looks('home-due-vendor');
	await id(page, 'due-row').filter({ hasText: number }).getByRole('link').click();
	await page.locator('[data-testid=viewer-page] canvas, canvas').first().waitFor({ timeout: 60000 });
	assert.equal(await id(page, 'viewer-stamp').first().getAttribute('data-stamp').then(Boolean), true);
	assert.equal(await id(page, 'file-download').count(), 0);
	assert.equal(await id(page, 'attachment').count(), 0);
	await id(page, 'file-withheld').waitFor();
	await looks('withheld-to-sign');
	const vendor = await as('vendor');
	assert.equal((await signMessage(vendor, notice, 'vendor')).status, 200);
	await page.reload();
	await id(page, 'document-withheld').waitFor();
	await looks('withheld-signed');
	const he = await as('he');
	assert.equal((await signMessage(he, messageOf(contract, 'sealing'), 'agency')).status, 200);
	await page.reload();
	await id(page, 'file-download').waitFor();
	assert.deepEqual(page.problems, []);
});

test('related contracts stand on the page of each', async () => {
	await change('chen');
	const made = await chen.post(`/contracts/${contract}/copy`, { number: `${number}-1`, title: '變更', amend: true });
	assert.equal(made.status, 201);
	await goTo(`#/contracts/${contract}`);
	await id(page, 'link-row').waitFor();
	assert.match(await id(page, 'link-row').textContent(), new RegExp(`契約變更第 1 次.*${number}-1`, 's'));
	await looks('contract-links');
	await id(page, 'language').click();
	await id(page, 'link-row').waitFor();
	await looks('contract-links-en');
	await id(page, 'language').click();
});

test('a list of messages keeps a search, and is saved as a file', async () => {
	await goTo(`#/received?q=${encodeURIComponent('契約')}`);
	await id(page, 'received-row').first().waitFor();
	await id(page, 'filter-keep').click();
	await id(page, 'filter-name').fill(`契約 ${tail}`);
	await id(page, 'life-ok').click();
	await id(page, 'saved-filter').filter({ hasText: tail }).waitFor();
	await looks('received-kept');
	const download = page.waitForEvent('download');
	await id(page, 'export-csv').click();
	const csv = readFileSync(await (await download).path(), 'utf8');
	assert.match(csv, /^\ufeff郵件編號,主旨,日期時間,寄件者,狀態,期限\r\n/);
	await goTo('#/received');
	await id(page, 'saved-filter').filter({ hasText: tail }).click();
	await until(async () => decodeURIComponent(await page.evaluate(() => location.hash)).includes('q=契約'));
	await page.getByTestId('saved-filter-chip').filter({ hasText: tail }).getByTestId('chip-remove').click();
	await until(async () => (await id(page, 'saved-filter').filter({ hasText: tail }).count()) === 0);
	assert.deepEqual(page.problems, []);
});
