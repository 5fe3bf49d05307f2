// 稽核: the auditor searches, takes the rows along and verifies the trail; clicked in real Chromium.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Browser } from './browser.mjs';

let browser;
test.before(async () => {
	browser = await Browser.open();
});
test.after(() => browser?.close());

const at = (id) => browser.at(id);

test('the auditor finds who did what, and takes it along', async () => {
	await browser.login('auditor');
	const menu = await browser.page.locator('.menu-link').evaluateAll((links) => links.map((a) => a.dataset.testid));
	assert.ok(menu.includes('menu-audit') && menu.includes('menu-chain') && !menu.includes('menu-agencies'));
	await at('menu-audit').click();
	await at('audit-row').first().waitFor();
	await browser.shot('audit');
	await browser.clean('the audit trail');
	await at('audit-group').selectOption('contract');
	await at('audit-row').filter({ hasText: 'contract.' }).first().waitFor();
	await at('audit-account').fill('chen');
	await at('audit-q').fill('210914');
	await at('audit-submit').click();
	await browser.page.waitForURL(/account=chen/);
	await at('audit-row').filter({ hasText: '210914' }).first().waitFor();
	await browser.shot('audit-search');
	const [download] = await Promise.all([browser.page.waitForEvent('download'), at('audit-export').click()]);
	assert.match(readFileSync(await download.path(), 'utf8'), /contract\.create.*210914/);
	await at('audit-clear').click();
	await at('audit-more').click();
	await browser.page.waitForFunction(() => document.querySelectorAll('[data-testid="audit-row"]').length > 50);
});

test('one button verifies the whole trail', async () => {
	await at('menu-chain').click();
	await at('chain-facts').waitFor();
	await at('chain-verify').click();
	await at('chain-verdict').waitFor();
	assert.equal(await at('chain-verdict').getAttribute('data-intact'), 'true');
	await at('chain-check').first().waitFor();
	await browser.shot('audit-chain');
	await browser.clean('the chain');
});

test('in English and narrow, and what an agency sees', async () => {
	await browser.logout();
	await browser.login('agencyadmin');
	await browser.page.evaluate(() => localStorage.setItem('yinxin-language', 'en'));
	await browser.page.setViewportSize({ width: 390, height: 844 });
	await browser.go('/audit');
	await browser.page.reload();
	await at('audit-row').first().waitFor();
	await browser.shot('audit-en-390');
	await browser.clean('the trail, narrow');
	const wide = await browser.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	assert.ok(wide <= 0, `${wide} px too wide`);
	await browser.logout();
	await browser.login('auditor');
	await browser.go('/audit/chain');
	await at('chain-facts').waitFor();
	await browser.shot('audit-chain-en-390');
	await browser.clean('the chain, narrow');
	assert.ok((await browser.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
	assert.deepEqual(browser.errors, []);
});
