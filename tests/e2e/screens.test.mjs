// The key pages in English and on a telephone (390 px), with demo data: nothing runs over the
// edge, axe-core objects to nothing. Pictures go to tests/out/screens.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { as } from '../api/client.mjs';
import { accessible, id, launch, login, logout, open, shot, until } from './harness.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(async () => {
	await browser?.close();
});

// In Chinese and English, wide and narrow; leaves the page as it was.
async function variants(page, name, ready) {
	await id(page, ready).first().waitFor();
	await accessible(page, name);
	await shot(page, `${name}-zh`);
	await id(page, 'language').click();
	await until(() => page.evaluate(() => document.documentElement.lang === 'en'));
	await id(page, ready).first().waitFor();
	assert.doesNotMatch(
		await page.locator('body').innerText(),
		/\b[a-z]+\.[a-z_]+[a-z]\b(?<!\.(tw|com|pdf|html|taipei))/,
		`${name}: a text key is shown`,
	);
	await accessible(page, `${name} in English`);
	await shot(page, `${name}-en`);
	await id(page, 'language').click();
	await page.setViewportSize({ width: 390, height: 844 });
	await id(page, ready).first().waitFor();
	const wide = await page.evaluate(() => document.documentElement.scrollWidth);
	assert.ok(wide <= 390, `${name}: ${wide} px on a screen of 390`);
	await accessible(page, `${name} at 390 px`);
	await shot(page, `${name}-390`);
	await page.setViewportSize({ width: 1440, height: 1000 });
}

test('login, and a wrong password', async () => {
	const page = await open(browser);
	await variants(page, 'screen-login', 'login-account');
	await id(page, 'login-account').fill('wang');
	await id(page, 'login-password').fill('wrong');
	await id(page, 'login-submit').click();
	await id(page, 'alert-error').waitFor();
	assert.equal(await id(page, 'alert-error').getAttribute('data-code'), 'login_failed');
	await accessible(page, 'a login that failed');
	await page.close();
});

test("an officer's pages", async () => {
	const chen = await as('chen');
	const done = (await chen.get('/contracts?state=completed')).body.items[0];
	assert.ok(done);
	const page = await login(browser, 'chen');
	for (const [hash, name, ready] of [
		['#/', 'screen-home', 'tile-drafts'],
		['#/contracts', 'screen-contracts', 'contract-row'],
		['#/contracts/new', 'screen-step1', 'contract-number'],
		[`#/contracts/${done.id}`, 'screen-contract', 'history-row'],
		['#/sealing', 'screen-sealing', 'sealing-row'],
		['#/received', 'screen-received', 'received-row'],
		['#/certificates', 'screen-certificates', 'certificate-row'],
		['#/certificates/new', 'screen-certificate-new', 'read-card'],
	]) {
		await page.evaluate((to) => {
			location.hash = to;
		}, hash);
		await variants(page, name, ready);
	}
	await logout(page);
});

test("a vendor's pages", async () => {
	const vendor = await as('vendor');
	const waiting = (await vendor.get('/messages/received?tab=to_sign')).body.items[0];
	assert.ok(waiting);
	const page = await login(browser, 'vendor');
	for (const [hash, name, ready] of [
		['#/', 'screen-vendor-home', 'tile-to_sign'],
		['#/sent', 'screen-sent', 'sent-row'],
		[`#/messages/${waiting.id}`, 'screen-message', 'viewer-page'],
	]) {
		await page.evaluate((to) => {
			location.hash = to;
		}, hash);
		await variants(page, name, ready);
	}
	await logout(page);
});
