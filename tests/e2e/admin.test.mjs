// The administrators' console: units, people, roles that two have to agree to, clicked in real
// Chromium, in both languages and narrow.
import test from 'node:test';
import assert from 'node:assert/strict';
import { as, draft, sql } from '../api/client.mjs';
import { Browser } from './browser.mjs';

let browser;
test.before(async () => {
	browser = await Browser.open();
});
// Other tests offer the demo's sealers and agencies only.
test.after(() => {
	const zhang = sql("SELECT id FROM member WHERE account = 'zhang'");
	sql(`DELETE FROM member_role WHERE member_id = '${zhang}' AND role = 'sealer';
		UPDATE organization SET closed_at = NOW(3) WHERE kind = 'agency' AND code <> '379730000A'`);
	return browser?.close();
});

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
	await at('member-row').filter({ hasText: 'zhang' }).getByRole('link').first().click();
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

test('people come by invitation or from a file, and leave with what they had handed over', async () => {
	await browser.go('/admin/members');
	await at('member-row').first().waitFor();
	await at('member-invite').click();
	const account = `neu${Date.now()}`;
	await at('invite-name').fill('新同仁');
	await at('invite-account').fill('chen');
	await at('invite-email').fill(`${account}@example.tw`);
	await at('life-ok').click();
	await at('field-error').waitFor();
	await at('invite-account').fill(account);
	await browser.shot('admin-invite');
	await browser.clean('the dialog to invite');
	await at('life-ok').click();
	await at('member-invite_again').waitFor();
	await browser.shot('admin-invited');
	await at('role-give-officer').click();
	await at('life-ok').click();
	await at('admin-said').waitFor();
	const work = await as('chen');
	const id = await draft(work, `E2E-${account.slice(-6)}`);
	const neu = sql(`SELECT id FROM member WHERE account = '${account}'`);
	sql(`UPDATE contract SET handler_id = '${neu}' WHERE id = '${id}'`);
	await browser.page.reload();
	await at('member-leave').click();
	await at('leave-effect').filter({ hasText: '1 件' }).waitFor();
	await at('leave-find').fill('chen2');
	await at('leave-to').locator('option', { hasText: 'chen2' }).waitFor({ state: 'attached' });
	await at('leave-to').selectOption({ label: '陳** chen2' });
	await browser.shot('admin-leave');
	await browser.clean('the dialog to leave');
	await at('life-ok').click();
	await at('member-return').waitFor();
	const handler = `SELECT m.account FROM contract c JOIN member m ON m.id = c.handler_id WHERE c.id = '${id}'`;
	assert.equal(sql(handler), 'chen2');

	await browser.go('/admin/members');
	await at('members-import').click();
	const csv = `帳號,姓名,電子郵件,單位代碼\n${account}c,李新人,${account}c@example.tw,6300\nx,李,no,\n`;
	await at('import-file').setInputFiles({ name: 'p.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
	await at('import-row').nth(1).waitFor();
	assert.equal(await at('import-apply').isDisabled(), true, 'a line is wrong');
	await browser.shot('admin-import');
	await browser.clean('the preview of an import');
	const good = csv.split('\n').slice(0, 2).join('\n');
	await at('import-file').setInputFiles({ name: 'p.csv', mimeType: 'text/csv', buffer: Buffer.from(good) });
	await at('import-summary').filter({ hasText: '有誤 0' }).waitFor();
	await at('import-apply').click();
	await at('admin-said').waitFor();
	assert.equal(sql(`SELECT COUNT(*) FROM member WHERE account = '${account}c'`), '1');
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

test('the platform: ticks and what to do, its key, its jobs, its mails', async () => {
	await browser.go('/admin/platform');
	await at('health-database').waitFor();
	assert.equal(await at('health-database').getAttribute('data-state'), 'good');
	await at('test-seal').click();
	await at('test-seal-done').waitFor();
	// The worker notes its jobs once a minute.
	for (let i = 0; i < 60 && (await at('job-row').count()) === 0; i++) {
		await at('platform-reload').click();
		await at('job-row').first().waitFor({ timeout: 2000 }).catch(() => {});
	}
	assert.ok((await at('job-row').count()) > 0);
	await browser.shot('admin-platform');
	await browser.clean('the overview of the platform');
	sql(`INSERT INTO outbox (id, recipient, subject, body, state, attempts, next_at, last_error, created_at) VALUES
		(REPLACE(UUID(), '-', ''), 'bounced-e2e@example.tw', '測試', 'x', 'failed', 9, NOW(3), '550 no such user',
		UTC_TIMESTAMP(3))`);
	await browser.go('/admin/mails?state=failed');
	const row = at('mail-row').filter({ hasText: 'bounced-e2e' });
	await row.first().waitFor();
	await browser.shot('admin-mails');
	await browser.clean('the mails');
	await row.first().getByTestId('mail-again').click();
	await at('admin-said').filter({ hasText: 'bounced-e2e' }).waitFor();
});

test('an announcement stands on the home page; an urgent one on every page until it is closed', async () => {
	const title = `停機維護 ${Date.now()}`;
	await browser.go('/admin/bulletins');
	await at('bulletin-new').click();
	await at('bulletin-title').fill(title);
	await at('bulletin-body').fill('今晚十點至十一點停機維護，請先儲存草稿。');
	await at('bulletin-urgent').check();
	await browser.shot('admin-bulletin-new');
	await browser.clean('the dialog of an announcement');
	await at('life-ok').click();
	const row = at('bulletin-row').filter({ hasText: title });
	await row.waitFor();
	await browser.clean('the announcements');
	await browser.go('/');
	await at('bulletin').filter({ hasText: title }).waitFor();
	await browser.shot('admin-bulletin-home');
	await browser.clean('the home page with an announcement');
	assert.equal(await at('urgent').count(), 0, 'once is enough there');
	// It is urgent: on every other page too, until it is closed.
	await browser.go('/account');
	await browser.page.reload(); // (a window that is open learns it within minutes)
	const urgent = at('urgent').filter({ hasText: title });
	await urgent.waitFor();
	await browser.shot('urgent');
	await browser.clean('a page below an urgent announcement');
	await browser.page.setViewportSize({ width: 390, height: 844 });
	await browser.shot('urgent-390');
	assert.ok((await browser.page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
	await browser.page.setViewportSize({ width: 1440, height: 1000 });
	await urgent.getByTestId('urgent-close').press('Enter');
	await urgent.waitFor({ state: 'detached' });
	await browser.page.reload();
	await at('urgent').or(browser.page.locator('#page-title')).first().waitFor();
	await browser.go('/admin/bulletins');
	await row.waitFor();
	assert.equal(await urgent.count(), 0, 'closed is closed');
	await browser.go('/admin/bulletins');
	await row.getByTestId('bulletin-remove').click();
	await at('confirm-ok').click();
	await row.waitFor({ state: 'detached' });
});

test('break-glass: asked with a reason, agreed to by a second one, read', async () => {
	const number = `GLE-${Date.now()}`;
	await draft(await as('chen'), number);
	await browser.logout();
	await browser.login('agencyadmin');
	await browser.go('/admin/glass');
	await at('glass-ask').first().click();
	await at('glass-number').fill('no such');
	await at('glass-reason').fill('廠商申訴，釐清簽署經過');
	await at('life-ok').click();
	await at('field-error').waitFor();
	await at('glass-number').fill(number);
	await browser.shot('admin-glass-ask');
	await browser.clean('the dialog to ask');
	await at('life-ok').click();
	const row = at('glass-row').filter({ hasText: number });
	await row.waitFor();
	assert.equal(await row.getByTestId('glass-approve').count(), 0, 'not by oneself');
	await browser.logout();
	await browser.login('agencyadmin2');
	await browser.go('/admin/glass');
	await row.getByTestId('glass-approve').click();
	await at('confirm-ok').click();
	await at('admin-said').waitFor();
	await browser.logout();
	await browser.login('agencyadmin');
	await browser.go('/admin/glass');
	await row.getByTestId('glass-read').click();
	await at('glass-file').waitFor();
	await browser.shot('admin-glass');
	await browser.clean('what may be read');
	const link = await at('glass-file').getAttribute('href');
	const type = await browser.page.evaluate(async (url) => (await fetch(url)).headers.get('content-type'), link);
	assert.equal(type, 'application/pdf');
});

test('in English and narrow', async () => {
	await browser.logout();
	await browser.login('agencyadmin');
	await browser.page.evaluate(() => localStorage.setItem('yinxin-language', 'en'));
	await browser.page.setViewportSize({ width: 390, height: 844 });
	for (const [path, ready, name] of [
		['/admin/members', 'member-row', 'admin-en-390-members'],
		['/admin/approvals', 'approval-closed-row', 'admin-en-390-approvals'],
		['/admin/glass', 'glass-row', 'admin-en-390-glass'],
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
	await browser.logout();
	await browser.login('admin');
	for (const [path, ready, name] of [['/admin/platform', 'job-row', 'admin-en-390-platform'],
		['/admin/mails', 'mail-row', 'admin-en-390-mails']]) {
		await browser.go(path);
		await at(ready).first().waitFor();
		await browser.shot(name);
		await browser.clean(name);
		const wide = await browser.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
	}
	assert.deepEqual(browser.errors, []);
});
