// 會員設定 in real Chromium: profile, address, password, two-step login with its recovery codes,
// notices, sessions; a forgotten password from the mail to the login.
import test from 'node:test';
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { as, sql, URL_BASE as API } from '../api/client.mjs';
import { Browser, URL_BASE } from './browser.mjs';
import { PASSWORD, shot, until } from './harness.mjs';

const GOOD = 'riverbank lantern 8 copper';
let browser;
test.before(async () => {
	browser = await Browser.open();
});
test.after(() => browser?.close());

const at = (id) => browser.at(id);

// A member of their own in the platform's organization, so that nobody's lists change.
function somebody() {
	const account = `w${randomUUID().slice(0, 8)}`;
	const id = randomUUID().replaceAll('-', '');
	sql(`INSERT INTO member (id, organization_id, account, name, email, password_hash, created_at)
		SELECT '${id}', organization_id, '${account}', '林測試', '${account}@example.tw', password_hash,
		UTC_TIMESTAMP(3) FROM member WHERE account = 'admin'`);
	return { account, id, email: `${account}@example.tw` };
}

const mailTo = (address, subject) =>
	until(async () => {
		const mails = await (await fetch(`http://127.0.0.1:${Number(new URL(API).port) + 2}/mails.json`)).json();
		return mails.find((m) => m.to.includes(address) && subject.test(m.subject));
	});
const pathIn = (mail) => mail.text.match(/#(\/account\/\w+\/[0-9a-f]{64})/)[1];

function totp(secret) {
	const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
	const bits = [...secret].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('');
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
	const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
	const mac = createHmac('sha1', key).update(counter).digest();
	return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1e6).padStart(6, '0');
}

async function enter(account, password) {
	await browser.page.goto(`${URL_BASE}/#/login`);
	await at('login-account').fill(account);
	await at('login-password').fill(password);
	await at('login-submit').click();
	await browser.page.locator('[data-testid="user-menu"], [data-testid="login-code"]').waitFor();
}

async function both(name) {
	for (const [width, height] of [[1440, 1000], [390, 844]]) {
		await browser.page.setViewportSize({ width, height });
		const wide = await browser.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		assert.ok(wide <= 0, `${name} scrolls sideways at ${width}`);
		await shot(browser.page, `${name}-${width}`);
	}
	await browser.page.setViewportSize({ width: 1440, height: 1000 });
}

test('profile and address', async () => {
	const { account, id } = somebody();
	await enter(account, PASSWORD);
	await at('user-menu').click();
	await at('user-account').click();
	await at('account-name').waitFor();
	await at('account-phone').fill('請打給我');
	await at('profile-save').click();
	await at('field-error').waitFor();
	await at('account-phone').fill('02-2720-8889 #1234');
	await at('account-years').selectOption('minguo');
	await at('profile-save').click();
	await until(() => sql(`SELECT years FROM member WHERE id = '${id}'`) === 'minguo');
	await until(async () => /1\d\d\/\d\d\/\d\d/.test(await at('session-row').first().textContent()));
	await both('account');
	await browser.clean('the account page');

	await at('email-new').fill(`new-${account}@example.org`);
	await at('email-save').click();
	await until(async () => (await at('email').textContent()).includes('確認信已寄到'));
	await browser.go(pathIn(await mailTo(`new-${account}@example.org`, /確認/)));
	await at('confirm-email').waitFor();
	await both('account-confirm');
	await browser.clean('the page that confirms an address');
	await at('confirm-email').click();
	await at('alert-success').waitFor();
	assert.equal(sql(`SELECT email FROM member WHERE id = '${id}'`), `new-${account}@example.org`);
});

test('what is dangerous asks for the password once more', async () => {
	const { account, id } = somebody();
	await browser.logout();
	await enter(account, PASSWORD);
	await browser.go('/account');
	await at('email-new').waitFor();
	sql(`UPDATE session SET proved_at = UTC_TIMESTAMP() - INTERVAL 11 MINUTE WHERE member_id = '${id}'`);
	await at('email-new').fill(`other-${account}@example.org`);
	await at('email-save').click();
	await at('proof-password').waitFor();
	await browser.shot('account-proof');
	await browser.clean('the dialog that asks for a proof');
	await at('proof-password').fill('wrong');
	await at('proof-ok').click();
	await at('field-error').waitFor();
	await at('proof-password').fill(PASSWORD);
	await at('proof-ok').click();
	await until(async () => (await at('email').textContent()).includes(`other-${account}@example.org`));
});

test('another password, and the others are logged out', async () => {
	const { account } = somebody();
	await browser.logout();
	const elsewhere = await as(account);
	await enter(account, PASSWORD);
	await browser.go('/account');
	await at('password-current').fill(PASSWORD);
	await at('password-new').fill('password1234');
	await at('password-again').fill('password12345');
	await at('password-save').click();
	await at('field-error').filter({ hasText: '不同' }).waitFor();
	await at('password-again').fill('password1234');
	await at('password-save').click();
	await at('field-error').filter({ hasText: '太容易猜到' }).waitFor();
	await at('password-new').fill(GOOD);
	await at('password-again').fill(GOOD);
	await at('password-save').click();
	await at('password').getByTestId('alert-success').waitFor();
	assert.equal((await elsewhere.get('/session')).status, 401);
	await until(async () => (await at('session-row').count()) === 1);
});

test('two-step login: set up, come in with it, and with a recovery code', async () => {
	const { account, id } = somebody();
	await browser.logout();
	await enter(account, PASSWORD);
	await browser.go('/account');
	await at('factor-begin').click();
	await at('factor-qr').waitFor();
	const secret = (await at('factor-secret').textContent()).replaceAll(' ', '');
	await both('account-factor');
	await browser.clean('the dialog that sets up two steps');
	await at('factor-code').fill('000000');
	await at('factor-confirm').click();
	await at('field-error').waitFor();
	await at('factor-code').fill(totp(secret));
	await at('factor-confirm').click();
	await at('recovery-codes').waitFor();
	const codes = await at('recovery-codes').locator('code').allTextContents();
	assert.equal(codes.length, 10);
	await browser.shot('account-recovery');
	await browser.clean('the recovery codes');
	await at('recovery-done').click();
	await at('factor-on').waitFor();

	sql(`UPDATE second_factor SET last_step = 0 WHERE member_id = '${id}'`);
	await browser.logout();
	await enter(account, PASSWORD);
	await at('login-code').waitFor();
	await both('account-second');
	await browser.clean('the second step');
	await at('login-code').fill(totp(secret));
	await at('login-second').click();
	await at('user-menu').waitFor();
	await browser.logout();
	await enter(account, PASSWORD);
	await at('login-code').fill(codes[3].toLowerCase());
	await at('login-second').click();
	await at('user-menu').waitFor();
	await browser.go('/account');
	await at('factor').filter({ hasText: '9 組' }).waitFor();
	await at('factor-remove').click();
	await at('confirm-ok').click();
	await at('factor-begin').waitFor();
});

test('notices, sessions and the log', async () => {
	const { account, id } = somebody();
	await browser.logout();
	await enter(account, PASSWORD);
	const elsewhere = await as(account);
	await browser.go('/account');
	await at('notice-returned-digest').check();
	await at('notice-reply-portal').check();
	await at('quiet').check();
	await at('quiet-from').selectOption('20');
	await at('notices-save').click();
	await at('notices').getByTestId('alert-success').waitFor();
	assert.equal(
		sql(`SELECT GROUP_CONCAT(event, ':', channel ORDER BY event) FROM notice_choice WHERE member_id = '${id}'`),
		'returned:digest,reply:portal',
	);
	assert.equal(sql(`SELECT CONCAT(quiet_from, '-', quiet_to) FROM member WHERE id = '${id}'`), '20-7');
	await until(async () => (await at('session-row').count()) === 2);
	await at('session-end').first().click();
	await until(async () => (await at('session-row').count()) === 1);
	assert.equal((await elsewhere.get('/session')).status, 401);
	assert.equal(await at('sign-in-row').count(), 2);
});

test('a forgotten password, from the login to the login', async () => {
	const { account, email } = somebody();
	await browser.logout();
	await browser.page.goto(`${URL_BASE}/#/login`);
	await at('login-forgotten').click();
	await at('forgotten-account').waitFor();
	await both('account-forgotten');
	await browser.clean('the page for a forgotten password');
	await at('forgotten-account').fill(email);
	await at('forgotten-send').click();
	await at('alert-success').waitFor();
	const path = pathIn(await mailTo(email, /重設密碼/));
	await browser.go(path);
	await at('password-new').waitFor();
	assert.equal(await at('link-account').textContent(), account);
	await both('account-link');
	await browser.clean('the page that sets a password');
	await at('password-new').fill(GOOD);
	await at('password-again').fill(GOOD);
	await at('password-save').click();
	await at('to-login').click();
	await enter(account, GOOD);
	await at('user-menu').waitFor();
	await browser.logout();
	await browser.go(path);
	await at('alert-error').waitFor();
	await at('link-again').waitFor();
});

test('in English', async () => {
	const { account } = somebody();
	await browser.logout();
	await enter(account, PASSWORD);
	await at('user-menu').waitFor();
	await browser.page.evaluate(() => localStorage.setItem('yinxin-language', 'en'));
	await browser.go('/account');
	await browser.page.reload();
	await at('account-name').waitFor();
	await at('session-row').first().waitFor();
	await both('account-en');
	await browser.clean('the account page in English');
	await browser.page.evaluate(() => localStorage.removeItem('yinxin-language'));
	assert.deepEqual(browser.errors, []);
});
