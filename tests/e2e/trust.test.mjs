// 平台總覽's services of others and 信任清單: clicked, in both languages and narrow.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Browser } from './browser.mjs';

let browser;
test.before(async () => {
	browser = await Browser.open();
});
test.after(() => browser?.close());
const at = (id) => browser.at(id);

test('services answer, and are asked again by a button', async () => {
	await browser.login('admin');
	await browser.go('/admin/platform');
	await at('health-crl').waitFor();
	for (let i = 0; i < 60 && (await at('service-row').count()) === 0; i++) {
		await at('platform-reload').click();
		await at('service-row').first().waitFor({ timeout: 2000 }).catch(() => {});
	}
	await at('service-row').filter({ hasText: '時戳服務（順位 1）' }).waitFor();
	await at('services-check').click();
	await at('services-asked').waitFor();
	await at('service-row').first().scrollIntoViewIfNeeded();
	await browser.shot('platform-services');
	await browser.clean('the services of others');
});

test('whom we trust', async () => {
	await at('menu-trust').click();
	await at('trust-row').first().waitFor();
	await browser.shot('trust');
	await browser.clean('the trust list');
	await at('trust-row').first().getByText('憑證內容').click();
	await at('trust-row').first().getByText('SHA-256').waitFor();
});

test('in English and narrow', async () => {
	await browser.page.evaluate(() => localStorage.setItem('yinxin-language', 'en'));
	await browser.page.setViewportSize({ width: 390, height: 844 });
	for (const [path, ready, name] of [['/admin/platform', 'service-row', 'platform-services-en-390'],
		['/admin/trust', 'trust-row', 'trust-en-390']]) {
		await browser.go(path);
		await browser.page.reload();
		await at(ready).first().waitFor();
		await at(ready).first().scrollIntoViewIfNeeded();
		await browser.shot(name);
		await browser.clean(name);
		const wide = await browser.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
	}
	assert.deepEqual(browser.errors, []);
});
