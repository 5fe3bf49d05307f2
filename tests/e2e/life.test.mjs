// 退回、修訂、作廢、期限、提醒、複製: clicked in real Chromium, both sides, both languages.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { as, draft, signMessage, sql } from '../api/client.mjs';
import { Browser } from './browser.mjs';

let browser;
test.before(async () => {
	browser = await Browser.open();
});
test.after(() => browser?.close());

const fresh = (prefix) => `${prefix}-${randomUUID().slice(0, 6)}`;
const messageOf = (id, kind) => sql(`SELECT id FROM message WHERE contract_id = '${id}' AND kind = '${kind}'
	ORDER BY number DESC LIMIT 1`);

async function sent(number) {
	const chen = await as('chen');
	const id = await draft(chen, number);
	assert.equal((await chen.post(`/contracts/${id}/send`, {})).status, 200);
	return { chen, id, notice: messageOf(id, 'notice') };
}

const at = (id) => browser.at(id);

test('the vendor gives it back, the officer reads why and revises it', async () => {
	const { id, notice } = await sent(fresh('WEB'));
	await browser.login('vendor');
	await browser.go(`/messages/${notice}`);
	await at('return-open').click();
	await at('life-ok').click();
	await at('field-error').waitFor();
	await at('return-reason').selectOption('amount');
	await at('return-text').fill('金額應為一百萬元，請更正。');
	await browser.shot('life-return-dialog');
	await browser.clean('the dialog to return');
	await at('life-ok').click();
	await at('return-done').waitFor();
	assert.equal(await at('contract-standing').getAttribute('data-state'), 'returned');
	await browser.shot('life-returned-vendor');
	await browser.clean('the returned message');

	await browser.logout();
	await browser.login('chen');
	await browser.go('/');
	await at('tile-returned').click();
	await at('contract-row').first().waitFor();
	assert.ok((await at('contract-row').allTextContents()).every((row) => row.includes('已退回')), 'the tile is the list');
	await browser.go(`/contracts/${id}`);
	await at('life-state').waitFor();
	assert.match(await at('event').first().textContent(), /退回.*金額有誤.*一百萬元/s);
	await browser.shot('life-returned-officer');
	await browser.clean('the returned contract');
	await at('life-revise').click();
	await at('life-ok').click();
	await at('contract-number').waitFor();
	const revised = (await (await as('chen')).get(`/contracts/${id}`)).body;
	assert.deepEqual([revised.state, revised.round, revised.documents.length], ['draft', 2, 1]);
});

test('a deadline, a reminder, a notice to another address', async () => {
	const { id } = await sent(fresh('WEB'));
	await browser.go(`/contracts/${id}`);
	await at('life-set_deadline').click();
	await at('deadline-date').fill('2099-12-31');
	await at('deadline-hard').check();
	await at('life-ok').click();
	await browser.page.getByTestId('life-deadline').filter({ hasText: '2099-12-31' }).waitFor();
	await at('life-remind').click();
	await at('life-said').waitFor();
	assert.match(await at('life-said').textContent(), /提醒信/);
	await at('life-resend').click();
	await at('resend-email').fill('new@example.org');
	await browser.shot('life-resend');
	await browser.clean('the dialog to resend');
	await at('life-ok').click();
	await at('life-said').filter({ hasText: '重寄' }).waitFor();
	assert.equal(sql(`SELECT email FROM contract_email WHERE contract_id = '${id}'`), 'new@example.org');
	await browser.shot('life-pending');
});

test('a void that a party has signed waits for a second person', async () => {
	const { chen, id, notice } = await sent(fresh('WEB'));
	assert.equal((await signMessage(await as('vendor'), notice, 'vendor')).status, 200);
	await browser.go(`/contracts/${id}`);
	await at('life-void').click();
	await at('void-reason').fill('條款有重大錯誤');
	await browser.shot('life-void-dialog');
	await at('life-ok').click();
	await at('void-asked').waitFor();
	assert.equal(await at('void-confirm').count(), 0, 'not by oneself');
	await browser.shot('life-void-asked');
	await browser.clean('the contract with a void asked for');

	await browser.logout();
	await browser.login('agencyadmin');
	await browser.go('/voids');
	const row = at('void-row').filter({ hasText: '條款有重大錯誤' });
	await row.waitFor();
	await browser.shot('life-voids');
	await browser.clean('the list of voids');
	await row.getByTestId('void-confirm').click();
	await at('life-ok').click();
	await row.waitFor({ state: 'detached' });
	assert.equal((await chen.get(`/contracts/${id}`)).body.state, 'voided');

	await browser.logout();
	await browser.login('vendor');
	await browser.go(`/messages/${notice}`);
	await at('contract-standing').waitFor();
	assert.equal(await at('contract-standing').getAttribute('data-state'), 'voided');
	assert.equal(await at('reply-open').count(), 0);
});

test('a copy is opened as a draft; in English and narrow as well', async () => {
	const { id } = await sent(fresh('WEB'));
	await browser.logout();
	await browser.login('chen');
	await browser.page.evaluate(() => localStorage.setItem('yinxin-language', 'en'));
	await browser.page.setViewportSize({ width: 390, height: 844 });
	await browser.go(`/contracts/${id}`);
	await browser.page.reload();
	await at('life-copy').waitFor();
	await browser.shot('life-en-390');
	const wide = await browser.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	assert.ok(wide <= 0, `${wide} px too wide`);
	await at('life-copy').click();
	await at('copy-number').fill(fresh('COPY'));
	await browser.shot('life-en-390-copy');
	await browser.clean('the dialog to copy');
	await at('life-ok').click();
	await browser.page.waitForURL(/#\/contracts\/\w+\/(basics|files|signers)/);
	assert.deepEqual(browser.errors, []);
});
