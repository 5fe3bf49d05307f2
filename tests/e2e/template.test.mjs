// 範本 in a real browser: one is written with fields and seals, changed and read in its versions; a contract begins
// with it, takes a message template over, gets its seals, and becomes a template; a letter takes texts over.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { as } from '../api/client.mjs';
import { ROOT, accessible, id, launch, login, shot, sql, until } from './harness.mjs';

const tail = randomUUID().slice(0, 6);
const name = `勞務契約範本 ${tail}`;
let browser, page, chen;

before(async () => {
	chen = await as('chen');
	browser = await launch();
	page = await login(browser, 'chen');
});
after(async () => {
	await browser?.close();
});

const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
const goTo = (hash) => page.evaluate((to) => (location.hash = to), hash);

/** The dialog shows the message template of this run alone. */
async function found() {
	await id(page, 'template-q').fill(tail);
	await id(page, 'template-query').click();
	await until(async () => (await id(page, 'template-row').count()) === 1);
}

/** In both widths: seen by axe, by us, and never sideways. */
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

test('a contract template is written, with fields by choice and seals by place', async () => {
	await id(page, 'menu-templates').click();
	await id(page, 'template-new').click();
	await id(page, 'template-save').click();
	await id(page, 'field-error').first().waitFor();
	await id(page, 'template-name').fill(name);
	await id(page, 'template-contract-title').fill('資訊設備維護採購');
	await id(page, 'template-body').fill('請於前簽署。');
	await id(page, 'template-body').evaluate((e) => { e.focus(); e.setSelectionRange(2, 2); e.blur(); });
	await id(page, 'template-body-field').selectOption('截止日');
	assert.equal(await id(page, 'template-body').inputValue(), '請於{{截止日}}前簽署。');
	assert.match(await id(page, 'filled').textContent(), /請於2026\/12\/31前簽署。/);
	await id(page, 'template-days').fill('14');
	await id(page, 'template-hard').check();
	for (let n = 0; n < 3; n++) await id(page, 'seal-add').click();
	await id(page, 'seal-1-x').fill('120');
	await id(page, 'seal-2-way').selectOption('seam');
	await looks('template-edit');
	await id(page, 'template-save').click();
	await id(page, 'version-row').waitFor();
	assert.match(await id(page, 'template-places').textContent(), /第 1 家廠商.*最後一頁.*機關用印.*騎縫章/s);
	await looks('template-one');
});

test('a change is the next version; the one before stays readable; a typing error is told', async () => {
	await id(page, 'template-edit').click();
	await id(page, 'template-subject').fill('檢送{{契約名}}');
	await id(page, 'template-save').click();
	await id(page, 'field-error').waitFor();
	await id(page, 'template-subject').fill('檢送「{{契約名稱}}」({{契約編號}})');
	await id(page, 'template-note').fill('主旨改短');
	await id(page, 'template-save').click();
	await until(async () => (await id(page, 'version-row').count()) === 2);
	await id(page, 'version-row').filter({ hasText: '第 1 版' }).getByRole('link').click();
	await id(page, 'template-old').waitFor();
	assert.match(await id(page, 'template-subject').textContent(), /專案契約書/);
	await looks('template-old');
});

test('a message template, and the list', async () => {
	await goTo('#/templates');
	await id(page, 'template-new-message').click();
	await id(page, 'template-name').fill(`催簽通知 ${tail}`);
	await id(page, 'template-subject').fill('請簽署{{契約名稱}}');
	await id(page, 'template-body').fill('{{經辦人}}敬上，請{{廠商名稱}}於{{截止日}}前簽署。');
	await id(page, 'template-save').click();
	await id(page, 'version-row').waitFor();
	await goTo('#/templates');
	await id(page, 'template-q').fill(tail);
	await id(page, 'template-query').click();
	await until(async () => (await id(page, 'template-row').count()) === 2);
	await looks('template-list');
});

test('a new contract begins with it, takes the message over, gets its seals, and goes out filled', async () => {
	await id(page, 'template-use').click();
	await until(async () => (await id(page, 'contract-title').inputValue()) === '資訊設備維護採購');
	await id(page, 'contract-number').fill(`TPL-${tail}`);
	await looks('template-begin');
	await id(page, 'next').click();
	await id(page, 'upload-open').click();
	await id(page, 'upload-input').setInputFiles(`${ROOT}/sql/demo/contract.pdf`);
	await id(page, 'upload-confirm').click();
	await id(page, 'document-row').waitFor();
	await id(page, 'next').click();
	await id(page, 'template-began').waitFor();
	await id(page, 'vendor-add').click();
	await id(page, 'vendor-query-text').fill('關貿');
	await id(page, 'vendor-query').click();
	await id(page, 'vendor-row-add').first().click();
	await id(page, 'dialog-close').click();
	await id(page, 'place-template').click();
	await id(page, 'places-put').waitFor();
	await id(page, 'template-open').click();
	await found();
	await accessible(page, 'message templates');
	await shot(page, 'template-take', { full: false });
	await id(page, 'template-row').getByTestId('template-take').click();
	await until(async () => (await id(page, 'notice-subject').inputValue()) === '請簽署{{契約名稱}}');
	assert.match(await id(page, 'filled').textContent(), /請簽署資訊設備維護採購.*關貿網路股份有限公司/s);
	await looks('template-signers');
	await id(page, 'send').click();
	await id(page, 'summary').waitFor();
	assert.match(await id(page, 'summary-subject').textContent(), /請簽署資訊設備維護採購/);
	assert.match(await id(page, 'summary-deadline').textContent(), /\d{4}\/\d\d\/\d\d/);
	await shot(page, 'template-summary', { full: false });
	await id(page, 'confirm-ok').click();
	await id(page, 'life-template').waitFor({ timeout: 60000 });
	assert.equal(sql(`SELECT subject FROM contract WHERE number = 'TPL-${tail}'`), '請簽署資訊設備維護採購');
	assert.match(await id(page, 'life-deadline').textContent(), /\d{4}-\d\d-\d\d/);
});

test('the contract becomes a template; its keeper retires it', async () => {
	await id(page, 'life-template-save').click();
	await accessible(page, 'saving as a template');
	await id(page, 'template-name').fill(`取自契約 ${tail}`);
	await id(page, 'life-ok').click();
	await id(page, 'version-row').waitFor();
	assert.match(await id(page, 'template-subject').textContent(), /請簽署\{\{契約名稱\}\}/);
	await id(page, 'template-retire').click();
	await id(page, 'confirm-ok').click();
	await id(page, 'template-retired').waitFor();
	assert.equal(await id(page, 'template-use').count(), 0);
	await id(page, 'template-reinstate').click();
	await id(page, 'template-use').waitFor();
});

test('a letter takes a message template over; a field that is left is told before it is sent', async () => {
	const { id: letter } = (await chen.post('/letters', {})).body;
	await goTo(`#/letters/${letter}`);
	await id(page, 'template-open').click();
	await found();
	await id(page, 'template-row').getByTestId('template-take').click();
	await until(async () => (await id(page, 'letter-body').inputValue()).includes('敬上'));
	assert.doesNotMatch(await id(page, 'letter-body').inputValue(), /經辦人/);
	await id(page, 'letter-send').click();
	await id(page, 'field-error').filter({ hasText: '欄位' }).first().waitFor();
	await chen.delete(`/letters/${letter}`);
});

test('in English', async () => {
	await id(page, 'language').click();
	const list = (await chen.get('/templates?q=' + tail)).body.items;
	const contract = list.find((x) => x.name === name);
	for (const [hash, what] of [
		[`#/templates?q=${tail}`, 'template-list-en'],
		[`#/templates/${contract.id}`, 'template-one-en'],
		[`#/templates/${contract.id}/edit`, 'template-edit-en'],
	]) {
		await goTo(hash);
		await page.locator('[data-testid=template-row], [data-testid=version-row], [data-testid=template-save]')
			.first().waitFor();
		await looks(what);
	}
	await id(page, 'language').click();
	assert.deepEqual(page.problems, []);
});
