// 參數: what counts and who set it, a change that says what it will do, the lock, history and undoing;
// of the platform, a unit and one contract; in both languages and narrow.
import test from 'node:test';
import assert from 'node:assert/strict';
import { as, draft, sql } from '../api/client.mjs';
import { Browser } from './browser.mjs';

let browser;
const TABLES = ['parameter_change', 'parameter_value'];
const wipe = () => sql(`DELETE FROM parameter_change WHERE undoes_id IS NOT NULL; ${
	TABLES.map((name) => `DELETE FROM ${name}`).join('; ')}`);
// What was set before is set again afterwards, also after a run that was cut off.
const keep = () => sql(TABLES.map((name) => `CREATE TABLE IF NOT EXISTS ${name}_kept AS SELECT * FROM ${name}`)
	.join('; '));
const putBack = () => sql(`SET foreign_key_checks = 0; ${
	TABLES.map((name) => `INSERT INTO ${name} SELECT * FROM ${name}_kept; DROP TABLE ${name}_kept`).join('; ')}`);
test.before(async () => {
	keep();
	wipe();
	browser = await Browser.open();
});
test.after(() => {
	wipe();
	putBack();
	return browser?.close();
});

const at = (id) => browser.at(id);
const row = (name) => at('parameter-row').filter({ hasText: name });
const change = async (name) => {
	await row(name).getByTestId('parameter-change').click();
	await at('parameter-effect').waitFor();
};

test('the platform sets a value, and sees before what follows', async () => {
	await browser.login('admin');
	await at('menu-parameters').click();
	await row('預設簽署期限').waitFor();
	assert.match(await row('預設簽署期限').textContent(), /不設期限.*系統預設/);
	const { items } = (await (await as('admin')).get('/admin/parameters')).body;
	assert.equal(await at('parameter-row').count(), items.length, 'each of them is on the page');
	await browser.shot('parameters');
	await browser.clean('the parameters');
	await change('預設簽署期限');
	await at('parameter-input').fill('400');
	await at('parameter-effect').waitFor({ state: 'detached' });
	await at('life-ok').click();
	await at('field-error').waitFor();
	assert.equal(await at('alert-error').count(), 0, 'told once, at the field');
	assert.equal(await at('parameter-input').evaluate((e) => e === document.activeElement), true);
	await at('parameter-input').fill('30');
	await at('field-error').waitFor({ state: 'detached' });
	await at('parameter-effect').filter({ hasText: '由「不設期限」改為「30 天」' }).waitFor();
	await browser.shot('parameters-change');
	await browser.clean('the dialog of a change');
	await at('life-ok').click();
	await at('admin-said').waitFor();
	await row('預設簽署期限').filter({ hasText: '平台設定' }).waitFor();
});

test('an agency\'s unit has its own, the agency locks, and takes it back', async () => {
	await browser.logout();
	await browser.login('agencyadmin');
	await browser.go('/admin/parameters');
	await at('parameter-unit').locator('option').nth(1).waitFor({ state: 'attached' });
	await at('parameter-unit').selectOption({ index: 1 });
	await row('預設簽署期限').filter({ hasText: '30 天' }).waitFor();
	assert.equal(await row('姓名遮罩').count(), 0, 'a unit has no mask of its own');
	await change('預設簽署期限');
	await at('parameter-input').fill('10');
	await at('parameter-effect').filter({ hasText: '10 天' }).waitFor();
	await at('life-ok').click();
	await row('預設簽署期限').filter({ hasText: '單位設定' }).waitFor();
	await at('parameter-unit').selectOption({ index: 0 });
	await row('姓名遮罩').waitFor();
	await change('預設簽署期限');
	await at('parameter-input').fill('20');
	await at('parameter-lock').check();
	await at('parameter-below').filter({ hasText: '因鎖定而不再適用' }).waitFor();
	await browser.shot('parameters-lock');
	await browser.clean('a change that locks');
	await at('life-ok').click();
	await row('預設簽署期限').filter({ hasText: '已鎖定' }).waitFor();
	await at('parameter-unit').selectOption({ index: 1 });
	await row('預設簽署期限').filter({ hasText: '由上層鎖定' }).waitFor();
	assert.equal(await row('預設簽署期限').getByTestId('parameter-change').count(), 0);
	await browser.shot('parameters-locked');
	await at('parameter-unit').selectOption({ index: 0 });
	await at('parameter-undo').click();
	await at('parameter-event').filter({ hasText: '已復原' }).waitFor();
	await row('預設簽署期限').filter({ hasText: '平台設定' }).waitFor();
	await change('預設簽署期限');
	await at('parameter-follow').check();
	await at('parameter-effect').filter({ hasText: '現值不變：30 天' }).waitFor();
	await at('life-cancel').click();
});

test('one contract is reminded of on days of its own', async () => {
	const chen = await as('chen');
	const id = await draft(chen, `PE-${Date.now()}`);
	assert.equal((await chen.post(`/contracts/${id}/send`, {})).status, 200);
	await browser.logout();
	await browser.login('chen');
	await browser.go(`/contracts/${id}`);
	await browser.page.getByRole('link', { name: '參數' }).click();
	await change('催辦日');
	await at('parameter-input').fill('10,2,0');
	await at('parameter-effect').filter({ hasText: '前 10 天、前 2 天、期限當日' }).waitFor();
	await at('life-ok').click();
	await row('催辦日').filter({ hasText: '契約設定' }).waitFor();
	await browser.shot('parameters-contract');
	await browser.clean('the parameters of a contract');
});

test('in English and narrow', async () => {
	await browser.logout();
	await browser.login('agencyadmin');
	await browser.page.evaluate(() => localStorage.setItem('yinxin-language', 'en'));
	await browser.page.setViewportSize({ width: 390, height: 844 });
	await browser.go('/admin/parameters');
	await browser.page.reload();
	await row('Days to sign').waitFor();
	await at('parameter-event').first().waitFor();
	await browser.shot('parameters-en-390');
	await browser.clean('parameters, narrow');
	const wide = await browser.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	assert.ok(wide <= 0, `${wide} px too wide`);
	await row('Idle time').getByTestId('parameter-change').click();
	await at('parameter-effect').waitFor();
	await browser.shot('parameters-en-390-change');
	await browser.clean('the dialog, narrow');
	assert.deepEqual(browser.errors, []);
});
