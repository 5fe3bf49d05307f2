// A contract that was only begun is there on another computer; a search is kept under a name; what
// a search finds is saved as a file.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { as } from '../api/client.mjs';
import { accessible, id, launch, login, shot, until } from './harness.mjs';

let browser, page, chen;
before(async () => {
	chen = await as('chen');
	await chen.delete('/kept/contract');
	browser = await launch();
	page = await login(browser, 'chen');
});
after(async () => {
	await browser?.close();
});
const open = (hash) => page.evaluate((to) => (location.hash = to), hash);

test('half typed, it is there in a new window', async () => {
	const title = `只打了一半 ${randomUUID().slice(0, 4)}`;
	await open('#/contracts/new');
	await id(page, 'contract-title').fill(title);
	await until(async () => ((await chen.get('/kept/contract')).body.content ?? '').includes(title));
	await page.evaluate(() => sessionStorage.clear());
	await page.close({ runBeforeUnload: false });
	page = await login(browser, 'chen');
	await open('#/contracts/new');
	await id(page, 'draft-kept').waitFor();
	assert.equal(await id(page, 'contract-title').inputValue(), title);
	await accessible(page, 'a form that was filled in again');
	await shot(page, 'kept-form');
	await id(page, 'contract-number').fill(`KEPT-${randomUUID().slice(0, 6)}`);
	await until(async () => (await chen.get('/kept/contract')).body.content === null);
});

test('a search is kept under a name, gone back to, and forgotten; its rows as a file', async () => {
	await open('#/contracts?state=completed');
	await id(page, 'contract-row').first().waitFor();
	await id(page, 'filter-keep').click();
	await id(page, 'filter-name').fill('已完成的');
	await id(page, 'life-ok').click();
	const chip = id(page, 'saved-filter').filter({ hasText: '已完成的' });
	await chip.waitFor();
	await shot(page, 'kept-filters');
	await accessible(page, 'kept searches');
	await open('#/contracts');
	await chip.click();
	await until(async () => (await page.evaluate(() => location.hash)).includes('state=completed'));
	const download = page.waitForEvent('download');
	await id(page, 'export-csv').click();
	const csv = readFileSync(await (await download).path(), 'utf8');
	assert.ok(csv.split('\r\n').slice(1, -1).every((line) => line.endsWith('已完成')), csv);
	await id(page, 'saved-filter-chip').filter({ hasText: '已完成的' }).getByTestId('chip-remove').click();
	await chip.waitFor({ state: 'detached' });
	assert.deepEqual(page.problems, []);
});
