// The administrators' console: units, people, roles that two have to agree to, clicked in real
// Chromium, in both languages and narrow.
import test from 'node:test';
import assert from 'node:assert/strict';
import { sql } from '../api/client.mjs';
import { Browser } from './browser.mjs';

let browser;
test.before(async () => {
	browser = await Browser.open();
});
test.after(() => browser?.close());

const at = (id) => browser.at(id);
const menu = async () => (await browser.page.locator('.menu-link').evaluateAll((links) => links.map((a) =>
	a.dataset.testid))).map((id) => id.replace('menu-', ''));

test('units: a new one, another name, merged, with what it will do said first', async () => {
	await browser.login('agencyadmin');
	assert.deepEqual((await menu()).filter((id) => ['agencies', 'members', 'approvals'].includes(id)),
		['agencies', 'members', 'approvals']);
	await at('menu-agencies').click();
	await at('agency-facts').waitFor();
	await browser.shot('admin-agency');
	await browser.clean('one agency');
	assert.equal(await at('agency-change').count(), 0, 'its name is the platform\'s business');
	await at('unit-new').click();
	await at('unit-code').fill('6300');
	await at('unit-name').fill('臺北市政府資訊局資安組');
	await at('life-ok').click();
	await at('field-error').waitFor();
	await at('unit-code').fill('6510');
	await browser.shot('admin-unit-new');
	await browser.clean('the dialog of a new unit');
	await at('life-ok').click();
	const row = at('unit-row').filter({ hasText: '6510' });
	await row.waitFor();
	await row.getByTestId('unit-rename').click();
	await at('unit-name').fill('臺北市政府資訊局資訊安全組');
	await at('life-ok').click();
	await row.filter({ hasText: '資訊安全組' }).waitFor();
	await row.getByTestId('unit-close').click();
	await at('unit-effect').filter({ hasText: '沒有人員' }).waitFor();
	await browser.shot('admin-unit-close');
	await browser.clean('the dialog to close a unit');
	await at('life-ok').click();
	await row.filter({ hasText: '已裁撤' }).waitFor();
	assert.match(await at('agency-event').first().textContent(), /單位 6510 裁撤/);
});

test('people are found; a sealer is asked for, and a second administrator agrees', async () => {
	await at('menu-members').click();
	await at('member-row').first().waitFor();
	await browser.shot('admin-members');
	await browser.clean('the list of people');
	await at('member-query').fill('zhang');
	await at('member-query-submit').click();
	await at('member-row').filter({ hasText: 'zhang' }).waitFor();
	await at('member-row').getByRole('link').first().click();
	await at('member-facts').waitFor();
	await browser.clean('one member');
	await at('role-give-sealer').click();
	await at('life-ok').click();
	await at('field-error').waitFor();
	await at('role-reason').fill('接任用印業務');
	await browser.shot('admin-role-ask');
	await browser.clean('the dialog to ask for a role');
	await at('life-ok').click();
	await at('admin-said').filter({ hasText: '待另一位管理者核可' }).waitFor();
	await browser.shot('admin-member');
	await at('menu-approvals').click();
	const row = at('approval-row').filter({ hasText: '接任用印業務' });
	await row.waitFor();
	assert.equal(await row.getByTestId('approval-approve').count(), 0, 'not by oneself');

	await browser.logout();
	await browser.login('agencyadmin2');
	await browser.go('/admin/approvals');
	await row.waitFor();
	await browser.shot('admin-approvals');
	await browser.clean('what waits for approval');
	await row.getByTestId('approval-approve').click();
	await at('confirm-ok').click();
	await at('approval-closed-row').filter({ hasText: '接任用印業務' }).filter({ hasText: '已核可' }).waitFor();
	assert.match(sql(`SELECT GROUP_CONCAT(role) FROM member_role r JOIN member m ON m.id = r.member_id
		WHERE m.account = 'zhang'`), /sealer/);
});

test('the platform makes an agency below another', async () => {
	await browser.logout();
	await browser.login('admin');
	await browser.go('/admin/agencies');
	await at('agency-row').first().waitFor();
	await browser.shot('admin-agencies');
	await browser.clean('the agencies');
	await browser.page.getByRole('link', { name: '臺北市政府資訊局', exact: true }).click();
	await at('agency-new-below').click();
	const code = `${Date.now()}`.slice(-9) + 'K';
	await at('agency-code').fill(code.toLowerCase());
	await at('agency-name').fill('臺北市政府資訊局資料中心');
	await at('agency-cardIdentity').fill('測試機關2');
	await browser.shot('admin-agency-new');
	await browser.clean('the dialog of a new agency');
	await at('life-ok').click();
	await at('agency-facts').filter({ hasText: code }).waitFor();
	assert.match(await at('agency-facts').textContent(), /379730000A/);
	await at('agency-change').click();
	await at('agency-parent').fill('0000000000');
	await at('life-ok').click();
	await at('field-error').waitFor();
	await at('agency-parent').fill('');
	await at('life-ok').click();
	await at('agency-event').filter({ hasText: '改隸' }).waitFor();
});

test('in English and narrow', async () => {
	await browser.logout();
	await browser.login('agencyadmin');
	await browser.page.evaluate(() => localStorage.setItem('yinxin-language', 'en'));
	await browser.page.setViewportSize({ width: 390, height: 844 });
	for (const [path, ready, name] of [
		['/admin/members', 'member-row', 'admin-en-390-members'],
		['/admin/approvals', 'approval-closed-row', 'admin-en-390-approvals'],
		[`/admin/agencies/${sql("SELECT id FROM organization WHERE code = '379730000A'")}`, 'unit-row', 'admin-en-390'],
		[`/admin/members/${sql("SELECT id FROM member WHERE account = 'zhang'")}`, 'role-row', 'admin-en-390-member'],
	]) {
		await browser.go(path);
		await browser.page.reload();
		await at(ready).first().waitFor();
		await browser.shot(name);
		await browser.clean(name);
		const wide = await browser.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
	}
	assert.deepEqual(browser.errors, []);
});
