// 企業管理 in real Chromium: members are invited, get roles and leave; a letter of authority is granted by who
// came in by card; a company registers with its own card, read by the signer.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { as, cardProof, Client, prove, certificate, sql, URL_BASE as API } from '../api/client.mjs';
import { Browser, ROOT, URL_BASE } from './browser.mjs';
import { PASSWORD, shot, until } from './harness.mjs';

let browser;
test.before(async () => {
	browser = await Browser.open();
});
test.after(() => browser?.close());
const at = (id) => browser.at(id);
const fresh = () => `v${randomUUID().slice(0, 8)}`;

async function enter(account) {
	await browser.page.goto(`${URL_BASE}/#/login`);
	await at('login-account').fill(account);
	await at('login-password').fill(PASSWORD);
	await at('login-submit').click();
	await at('user-menu').waitFor();
}
async function both(name) {
	for (const [width, height] of [[1440, 1000], [390, 844]]) {
		await browser.page.setViewportSize({ width, height });
		const over = await browser.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		assert.ok(over <= 0, `${name} scrolls sideways at ${width}`);
		await shot(browser.page, `${name}-${width}`);
	}
	await browser.page.setViewportSize({ width: 1440, height: 1000 });
}

test('members come and go', async () => {
	const account = fresh();
	await enter('company');
	await browser.go('/company');
	await at('member-row').first().waitFor();
	await at('member-add').click();
	await at('company-ok').click();
	await at('field-error').first().waitFor();
	await at('company-name').fill('周新人');
	await at('company-account').fill(account);
	await at('company-email').fill(`${account}@example.org`);
	await both('company-invite');
	await browser.clean('the dialog to invite');
	await at('company-ok').click();
	const row = at('member-row').filter({ hasText: account });
	await row.filter({ hasText: '已邀請' }).waitFor();
	await row.getByTestId('member-roles').click();
	await at('company-admin').check();
	await at('company-ok').click();
	await row.filter({ hasText: '企業管理者' }).waitFor();
	await both('company');
	await browser.clean('the company page');
	await row.getByTestId('member-dismiss').click();
	await browser.shot('company-dismiss');
	await at('confirm-ok').click();
	await at('member-row').filter({ hasText: account }).filter({ hasText: '已離開' }).waitFor();
});

test('a letter of authority', async () => {
	const admin = await as('company');
	const { challengeId, nonce } = (await admin.post('/certificates/challenge',
		{ certificate: certificate('vendor').toString('base64') })).body;
	const signature = prove('vendor', API, Buffer.from(nonce, 'base64'));
	const made = await admin.post('/certificates', { challengeId, purpose: '公司卡', signature });
	try {
		await browser.go('/company');
		await at('authority-add').click();
		await at('authority-file').setInputFiles(join(ROOT, 'sql/demo/contract.pdf'));
		await at('company-ok').click();
		await browser.page.locator('[data-code="card_proof_needed"]').waitFor();
		// Confirmed by the company's card: its session is this browser's from now on.
		const card = new Client();
		await card.post('/session/card', { ...(await cardProof('vendor')), account: 'company' });
		const [name, value] = card.cookie.split('=');
		await browser.context.addCookies([{ name, value, url: URL_BASE.replace('http:', 'https:'), secure: true }]);
		await browser.page.reload();
		await at('authority-add').click();
		await at('authority-file').setInputFiles(join(ROOT, 'sql/demo/contract.pdf'));
		await browser.shot('company-grant');
		await browser.clean('the dialog to let a member sign');
		await at('company-ok').click();
		const row = at('authority-row').first();
		await row.filter({ hasText: '有效' }).waitFor();
		await both('company-authorities');
		await row.getByTestId('authority-revoke').click();
		await at('authority-row').first().filter({ hasText: '已撤銷' }).waitFor();
	} finally {
		await admin.delete(`/certificates/${made.body.id}`);
	}
});

test('the page on which a company registers', async () => {
	await browser.logout();
	await browser.page.goto(`${URL_BASE}/#/login`);
	await at('login-register').click();
	await at('register-send').waitFor();
	await both('company-register');
	await browser.clean('the page on which a company registers');
	await browser.page.evaluate(() => localStorage.setItem('yinxin-language', 'en'));
	await browser.page.reload();
	await at('register-send').waitFor();
	await both('company-register-en');
	await browser.page.evaluate(() => localStorage.removeItem('yinxin-language'));
	assert.deepEqual(browser.errors, []);
	await until(() => sql("SELECT COUNT(*) FROM outbox WHERE state = 'pending' AND next_at < NOW(3)") === '0');
});
