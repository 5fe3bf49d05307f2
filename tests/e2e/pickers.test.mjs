// Choosing people and signing units: searched, paged, two of one masked name told apart; and the
// focus is afterwards where it was: after a choice, Esc, a removal, an upload.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { as, draft } from '../api/client.mjs';
import { accessible, id, launch, login, ROOT, shot, until } from './harness.mjs';

const GOOD = join(ROOT, 'sql/demo/contract.pdf');
let browser, page, contract;

const open = (hash) => page.evaluate((to) => (location.hash = to), hash);
const focus = () => page.evaluate(() => document.activeElement.dataset.testid ?? document.activeElement.id);
const focusOn = (name) => until(async () => (await focus()) === name).catch(async () => {
	throw new Error(`the focus is on ${await focus()}, not on ${name}`);
});

before(async () => {
	contract = await draft(await as('chen'), `P-${randomUUID().slice(0, 8)}`);
	browser = await launch();
	page = await login(browser, 'chen');
});
after(async () => {
	await browser?.close();
});

test('people: found by name or account, page by page, told apart by the account', async () => {
	await open(`#/contracts/${contract}/basics`);
	await id(page, 'officer-add').click();
	await id(page, 'officer-row').nth(9).waitFor();
	await id(page, 'pager-next').click();
	await until(async () => /第 2 \//.test(await id(page, 'pager').textContent()));
	await id(page, 'pager-last').click();
	await until(async () => /第 3 \/ 3/.test(await id(page, 'pager').textContent()));
	await focusOn('pager-last');
	await id(page, 'officer-query-text').fill('陳**');
	await page.keyboard.press('Enter');
	await until(async () => (await id(page, 'officer-row').count()) === 2);
	const rows = await id(page, 'officer-row').allTextContents();
	assert.notEqual(rows[0], rows[1], 'two of one masked name look different');
	assert.ok(rows.some((r) => r.includes('chen2')) && rows.some((r) => r.includes('chen3')), rows.join());
	await accessible(page, 'the people dialog');
	await shot(page, 'pickers-people-zh', { full: false });
	await id(page, 'officer-query-text').fill('chen3');
	await page.keyboard.press('Enter');
	await until(async () => (await id(page, 'officer-row').count()) === 1);
	await id(page, 'officer-row-add').focus();
	await page.keyboard.press('Enter');
	await focusOn('officer-row-add');
	assert.equal(await id(page, 'officer-row-add').getAttribute('aria-disabled'), 'true');
	await id(page, 'officer-query-text').fill('chen2');
	await page.keyboard.press('Enter');
	await id(page, 'officer-row').filter({ hasText: 'chen2' }).waitFor();
	await id(page, 'officer-row-add').click();
	await page.keyboard.press('Escape');
	await focusOn('officer-add');
	const chips = await id(page, 'officer-chip').allTextContents();
	assert.equal(chips.length, 3);
	assert.equal(new Set(chips).size, 3, chips.join());
	await shot(page, 'pickers-officers', { full: false });
});

test('a chip is removed: the focus goes to the next one, and from the last to the button', async () => {
	for (let left = 2; left >= 0; left--) {
		await id(page, 'officer-chip').first().getByTestId('chip-remove').focus();
		await page.keyboard.press('Enter');
		await until(async () => (await id(page, 'officer-chip').count()) === left);
		await focusOn(left > 0 ? 'chip-remove' : 'officer-add');
	}
});

test('an upload, a removal, a question: the focus is back', async () => {
	await open(`#/contracts/${contract}/files`);
	await id(page, 'upload-open').focus();
	await page.keyboard.press('Enter');
	await id(page, 'upload-input').setInputFiles(GOOD);
	await id(page, 'upload-confirm').click();
	await until(async () => (await id(page, 'document-row').count()) === 2);
	await id(page, 'dialog').waitFor({ state: 'detached' });
	await focusOn('upload-open');
	await id(page, 'document-remove').nth(1).focus();
	await page.keyboard.press('Enter');
	await id(page, 'confirm-cancel').waitFor();
	await page.keyboard.press('Escape');
	await focusOn('document-remove');
	await page.keyboard.press('Enter');
	await id(page, 'confirm-ok').click();
	await until(async () => (await id(page, 'document-row').count()) === 1);
	await focusOn('upload-open');
	await id(page, 'discard').focus();
	await page.keyboard.press('Enter');
	await id(page, 'confirm-cancel').click();
	await focusOn('discard');
});

test('signing units: searched, with their code; the focus is back', async () => {
	await open(`#/contracts/${contract}/signers`);
	await id(page, 'vendor-add').focus();
	await page.keyboard.press('Enter');
	await id(page, 'vendor-query-text').fill('97162640');
	await page.keyboard.press('Enter');
	await until(async () => (await id(page, 'vendor-row').count()) === 1);
	assert.match(await id(page, 'vendor-row').textContent(), /關貿網路股份有限公司.*97162640/s);
	await id(page, 'dialog-close').click();
	await focusOn('vendor-add');
	assert.match(await id(page, 'vendor-chip').textContent(), /97162640/);
	await id(page, 'sealer-add').click();
	await id(page, 'sealer-query-text').fill('ling');
	await page.keyboard.press('Enter');
	await until(async () => (await id(page, 'sealer-row').count()) === 1);
	await page.keyboard.press('Escape');
	await focusOn('sealer-add');
	await id(page, 'email-add').click();
	await id(page, 'email-input').fill('x@example.tw');
	await id(page, 'email-ok').click();
	await focusOn('email-add');
	assert.deepEqual(page.problems, []);
});
