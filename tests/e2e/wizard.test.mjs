// The three steps of a new contract: nothing that was typed is lost by a reload, a draft opens
// where one was, what sending does is confirmed first, and Back leads before the wizard.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { as, draft } from '../api/client.mjs';
import { accessible, id, launch, login, shot, sql, until } from './harness.mjs';

const fresh = (prefix) => `${prefix}-${randomUUID().slice(0, 8)}`;
const open = (page, hash) => page.evaluate((to) => (location.hash = to), hash);
const at = (page) => page.evaluate(() => location.hash);
const saved = (page) =>
	page.locator('[data-testid=autosave][data-dirty=false]').filter({ hasText: '已自動儲存' }).waitFor();
const focused = (page) => page.evaluate(() => document.activeElement.dataset.testid ?? document.activeElement.tagName);
let browser, page, chen;

before(async () => {
	chen = await as('chen');
	browser = await launch();
	page = await login(browser, 'chen');
});
after(async () => {
	await browser?.close();
});

test('step 1: my unit and I are filled in; half typed it outlives a reload, complete it is a draft', async () => {
	await open(page, '#/contracts/new');
	await id(page, 'contract-number').waitFor();
	assert.match(await id(page, 'officer-chip').textContent(), /陳00.*chen/s);
	assert.match(
		await id(page, 'unit-select').evaluate((e) => e.selectedOptions[0].textContent),
		/379730000A6300/,
		'my unit is chosen',
	);
	const number = fresh('W1');
	await id(page, 'contract-number').fill(number);
	await id(page, 'case-number').fill('P-110-7');
	await page.reload();
	await id(page, 'contract-number').waitFor();
	assert.equal(await id(page, 'contract-number').inputValue(), number);
	assert.equal(await id(page, 'case-number').inputValue(), 'P-110-7');
	assert.equal(sql(`SELECT COUNT(*) FROM contract WHERE number = '${number}'`), '0', 'not complete yet');
	await shot(page, 'wizard-step1-kept');

	await id(page, 'contract-title').fill('自動儲存');
	await saved(page);
	await until(async () => /basics$/.test(await at(page)));
	assert.equal(sql(`SELECT title FROM contract WHERE number = '${number}'`), '自動儲存');
	await id(page, 'contract-title').fill('自動儲存之二');
	await saved(page);
	await until(() => sql(`SELECT title FROM contract WHERE number = '${number}'`) === '自動儲存之二');
	await accessible(page, 'step 1 that saved itself');
	await shot(page, 'wizard-step1-saved');

	await id(page, 'contract-title').fill('自動儲存之三');
	await page.reload();
	await id(page, 'contract-title').waitFor();
	assert.equal(await id(page, 'contract-title').inputValue(), '自動儲存之三');
	await id(page, 'menu-contract-new').click();
	await until(async () => (await at(page)) === '#/contracts/new');
	await until(async () => (await id(page, 'contract-number').inputValue()) === '');
	await until(() => sql(`SELECT title FROM contract WHERE number = '${number}'`) === '自動儲存之三');
	assert.equal(sql(`SELECT COUNT(*) FROM contract WHERE number LIKE '${number}%'`), '1');
});

test('a number that is taken is told at once, and the rest stays', async () => {
	await open(page, '#/contracts/new');
	await id(page, 'contract-number').fill('210914');
	await id(page, 'contract-title').fill('重複的編號');
	await page.getByTestId('field-error').filter({ hasText: '契約編號已存在' }).waitFor();
	assert.equal(await id(page, 'contract-title').inputValue(), '重複的編號');
	await id(page, 'discard').click();
	await id(page, 'confirm-ok').click();
	await id(page, 'contract-row').first().waitFor();
	await open(page, '#/contracts/new');
	await id(page, 'contract-number').waitFor();
	assert.equal(await id(page, 'contract-number').inputValue(), '', 'thrown away');
});

test('step 3 outlives a reload, and a draft opens where one was', async () => {
	const contract = await draft(chen, fresh('W3'));
	await open(page, `#/contracts/${contract}/signers`);
	await id(page, 'notice-body').waitFor();
	await id(page, 'notice-body').fill('改寫過的內容');
	await page.reload();
	await id(page, 'notice-body').waitFor();
	assert.equal(await id(page, 'notice-body').inputValue(), '改寫過的內容');
	await saved(page);
	assert.equal((await chen.get(`/contracts/${contract}`)).body.body, '改寫過的內容');
	await id(page, 'email-add').click();
	await id(page, 'email-input').fill('second@example.tw');
	await id(page, 'email-ok').click();
	await open(page, '#/contracts');
	await until(async () => (await chen.get(`/contracts/${contract}`)).body.emails.includes('second@example.tw'));

	await id(page, 'contract-row').first().getByRole('link').click();
	await id(page, 'notice-body').waitFor();
	assert.match(await at(page), /signers$/, 'where one was');
	await id(page, 'back').click();
	await id(page, 'document-row').waitFor();
	await open(page, '#/contracts');
	await id(page, 'contract-row').first().getByRole('link').click();
	await id(page, 'document-row').waitFor();
	assert.match(await at(page), /files$/);
});

test('what sending does is confirmed first; Back leads before the wizard', async () => {
	const number = fresh('W4');
	const contract = await draft(chen, number);
	await open(page, '#/contracts');
	await id(page, 'contract-row').filter({ hasText: number }).getByRole('link').click();
	await id(page, 'notice-body').waitFor();
	await id(page, 'back').click();
	await id(page, 'document-row').waitFor();
	await id(page, 'next').click();
	await id(page, 'send').click();
	await id(page, 'summary').waitFor();
	assert.match(await id(page, 'summary-documents').textContent(), /^\s*1 /);
	assert.match(await id(page, 'summary-vendor').textContent(), /關貿網路股份有限公司.*97162640.*\d 人.*@/s);
	assert.equal(await id(page, 'summary-sealer').count(), 3);
	assert.match(await id(page, 'summary-emails').textContent(), /test@gmail\.com/);
	assert.doesNotMatch(await id(page, 'summary-vendor').textContent(), /vendor@example\.tw/, 'addresses are masked');
	await accessible(page, 'the summary before sending');
	await shot(page, 'wizard-summary-zh', { full: false });
	await id(page, 'confirm-cancel').click();
	assert.equal(await focused(page), 'send');
	assert.equal((await chen.get(`/contracts/${contract}`)).body.state, 'draft', 'nothing was sent');

	await id(page, 'language').click();
	await id(page, 'send').click();
	await id(page, 'summary').waitFor();
	await shot(page, 'wizard-summary-en', { full: false });
	await page.keyboard.press('Escape');
	await id(page, 'language').click();
	await id(page, 'send').click();
	await id(page, 'confirm-ok').click();
	await id(page, 'history-row').first().waitFor({ timeout: 30000 });
	assert.match(await at(page), new RegExp(`^#/contracts/${contract}\\?sent=M`));
	await page.goBack();
	await id(page, 'contract-row').first().waitFor();
	assert.equal(await at(page), '#/contracts', 'Back leads to the list');
	await page.goForward();
	await id(page, 'history-row').first().waitFor();
	assert.deepEqual(page.problems, []);
});
