// 通知文字: worded anew with a preview, a field that is not known, a trial, the way back; in both
// languages and narrow.
import test from 'node:test';
import assert from 'node:assert/strict';
import { sql } from '../api/client.mjs';
import { Browser } from './browser.mjs';

let browser;
test.before(async () => {
	sql('DELETE FROM mail_wording');
	browser = await Browser.open();
});
test.after(() => {
	sql('DELETE FROM mail_wording');
	return browser?.close();
});
const at = (id) => browser.at(id);
const row = (name) => at('wording-row').filter({ hasText: name });

test('a notice is worded anew, looked at, tried, and set back', async () => {
	await browser.login('agencyadmin');
	await at('menu-wordings').click();
	await row('催辦簽署').waitFor();
	await browser.shot('wordings');
	await browser.clean('the wordings');
	await row('催辦簽署').getByTestId('wording-edit').click();
	await at('wording-preview').filter({ hasText: '資訊設備維護案' }).waitFor();
	await at('wording-zhBody').fill('請簽署 {{契約}} {{連結}}');
	await at('wording-preview').waitFor({ state: 'detached' });
	await at('life-ok').click();
	await at('field-error').filter({ hasText: '不認得的欄位' }).waitFor();
	await at('wording-zhBody').fill('本局提醒：請簽署「{{契約名稱}}」{{連結}}');
	await at('wording-preview').filter({ hasText: '本局提醒：請簽署「資訊設備維護案」' }).waitFor();
	await at('wording-try').click();
	await at('wording-tried').waitFor();
	await browser.shot('wording-edit');
	await browser.clean('a wording');
	await at('life-ok').click();
	await at('admin-said').waitFor();
	await row('催辦簽署').filter({ hasText: '在此撰寫' }).waitFor();
	await row('催辦簽署').getByTestId('wording-reset').click();
	await at('confirm-ok').click();
	await row('催辦簽署').filter({ hasText: '沿用預設' }).waitFor();
});

test('in English and narrow', async () => {
	await browser.page.evaluate(() => localStorage.setItem('yinxin-language', 'en'));
	await browser.page.setViewportSize({ width: 390, height: 844 });
	await browser.go('/admin/wordings');
	await browser.page.reload();
	await row('Reminder to sign').waitFor();
	await browser.shot('wordings-en-390');
	await browser.clean('wordings, narrow');
	await row('Invitation').getByTestId('wording-edit').click();
	await at('wording-preview').waitFor();
	await browser.shot('wording-edit-en-390');
	await browser.clean('a wording, narrow');
	const wide = await browser.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	assert.ok(wide <= 0, `${wide} px too wide`);
	const out = await at('dialog').evaluate((d) => [...d.querySelectorAll('input, textarea, button')]
		.filter((e) => e.getBoundingClientRect().right > d.getBoundingClientRect().right).length);
	assert.equal(out, 0, 'nothing sticks out of the dialog');
	assert.deepEqual(browser.errors, []);
});
