// 個人證件包 in real Chromium: begun, filled, searched, granted, read by a link, revoked; in both
// languages, on a telephone, by keyboard.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sql } from '../api/client.mjs';
import { forget, holder, PASSPHRASE } from '../api/wallet_client.mjs';
import { accessible, id, launch, login, open, ORIGIN, ROOT, shot, until } from './harness.mjs';

let browser;
let page;
let link;
const ACCOUNTS = ['vendor', 'chen'];

before(async () => {
	ACCOUNTS.forEach(forget);
	browser = await launch();
	page = await login(browser, 'vendor');
});
after(async () => {
	await browser?.close();
	ACCOUNTS.forEach(forget);
});

const go = (hash) => page.evaluate((to) => {
	location.hash = to;
}, hash);

// In Chinese and English, wide and narrow; leaves the page as it was.
async function variants(on, name, ready) {
	await id(on, ready).first().waitFor();
	await accessible(on, name);
	await shot(on, `${name}-zh`);
	await id(on, 'language').click();
	await until(() => on.evaluate(() => document.documentElement.lang === 'en'));
	await id(on, ready).first().waitFor();
	assert.doesNotMatch(await on.locator('body').innerText(), /\bwallet\.[a-z_.]+/, `${name}: a text key is shown`);
	await accessible(on, `${name} in English`);
	await shot(on, `${name}-en`);
	await id(on, 'language').click();
	for (const width of [390, 320]) {
		await on.setViewportSize({ width, height: 844 });
		await id(on, ready).first().waitFor();
		const wide = await on.evaluate(() => document.documentElement.scrollWidth);
		assert.ok(wide <= width, `${name}: ${wide} px on a screen of ${width}`);
		if (width === 390) await shot(on, `${name}-390`);
	}
	await accessible(on, `${name} at 320 px`);
	await on.setViewportSize({ width: 1440, height: 1000 });
}

async function unlock(on) {
	await id(on, 'wallet-passphrase').fill(PASSPHRASE);
	await id(on, 'wallet-ok').last().click();
}

test('it is begun: what is lost with the passphrase is said before, the code is shown once', async () => {
	await id(page, 'menu-wallet').click();
	await variants(page, 'wallet-begin', 'wallet-begin');
	assert.ok(await id(page, 'wallet-begin').isDisabled());
	await id(page, 'wallet-new').fill(PASSPHRASE);
	await id(page, 'wallet-again').fill('other');
	await id(page, 'field-error').waitFor();
	await id(page, 'wallet-again').fill(PASSPHRASE);
	assert.ok(await id(page, 'wallet-begin').isDisabled(), 'not before it is understood');
	await id(page, 'wallet-understood').check();
	await id(page, 'wallet-begin').click();
	await variants(page, 'wallet-code', 'wallet-code-text');
	assert.match(await id(page, 'wallet-code-text').innerText(), /^(\w{4}-){7}\w{4}$/);
	await id(page, 'wallet-code-kept').check();
	await id(page, 'wallet-code-done').click();
	await variants(page, 'wallet-empty', 'wallet-add');
});

test('files come in, are verified, found and shown', async () => {
	const today = (n) => new Date(Date.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10);
	for (const [file, name, kind, ends] of [['sql/demo/contract.pdf', '公司登記證明書', 'registration', today(12)],
		['tests/e2e/picture.png', '負責人身分證影本', 'identity', ''], ['sql/demo/contract.pdf', '完稅證明', 'tax', today(-3)]]) {
		await id(page, 'wallet-add').click();
		await id(page, 'wallet-file').setInputFiles(join(ROOT, file));
		await id(page, 'wallet-name').fill(name);
		await id(page, 'wallet-kind').selectOption(kind);
		await id(page, 'wallet-issuer').fill('臺北市政府');
		if (ends) await id(page, 'wallet-expires').fill(ends);
		if (name === '公司登記證明書') {
			await accessible(page, 'the dialog to upload');
			await shot(page, 'wallet-upload-zh');
		}
		await id(page, 'wallet-ok').click();
		await id(page, 'wallet-row').filter({ hasText: name }).waitFor();
	}
	await variants(page, 'wallet-list', 'wallet-row');
	await id(page, 'tab-expiring').click();
	await until(async () => (await id(page, 'wallet-row').count()) === 2);
	await id(page, 'tab-all').click();
	await id(page, 'wallet-q').fill('身分');
	await id(page, 'wallet-find').click();
	await until(async () => (await id(page, 'wallet-row').count()) === 1);
	assert.match(await id(page, 'wallet-row').innerText(), /不是 PDF/);
	await id(page, 'wallet-q').fill('');
	await id(page, 'wallet-find').click();
	await id(page, 'wallet-row').filter({ hasText: '公司登記' }).getByTestId('wallet-open').click();
	await variants(page, 'wallet-item', 'wallet-download');
});

test('locked, it asks for the passphrase once, and goes on', async () => {
	await id(page, 'wallet-lock').click();
	await id(page, 'wallet-unlock').waitFor();
	await id(page, 'wallet-download').click();
	await id(page, 'wallet-passphrase').fill('wrong passphrase');
	await accessible(page, 'the dialog to unlock');
	await shot(page, 'wallet-unlock-zh');
	await id(page, 'wallet-ok').click();
	await id(page, 'field-error').waitFor();
	const download = page.waitForEvent('download');
	await unlock(page);
	const file = await download;
	assert.equal(file.suggestedFilename(), 'contract.pdf');
	assert.ok(readFileSync(await file.path()).equals(readFileSync(join(ROOT, 'sql/demo/contract.pdf'))));
	await id(page, 'wallet-lock').waitFor();
	await id(page, 'wallet-facts').click();
	await id(page, 'verify-sha256').waitFor();
	await variants(page, 'wallet-facts', 'verify-sha256');
});

test('a link for one purpose; somebody without an account reads the marked file; it is revoked', async () => {
	await id(page, 'wallet-grant').click();
	await id(page, 'grant-by-link').check();
	await id(page, 'grant-to').fill('○○銀行 王經理');
	await id(page, 'grant-purpose').fill('貸款審查');
	await accessible(page, 'the dialog to grant');
	await shot(page, 'wallet-grant-zh');
	await id(page, 'grant-ok').click();
	link = await id(page, 'grant-link').inputValue();
	assert.ok(link.startsWith(`${ORIGIN}/#/wallet/link/`), link);
	await shot(page, 'wallet-link-made-zh');
	await id(page, 'grant-done').click();
	await id(page, 'grant-row').waitFor();

	const stranger = await launch({ extension: false });
	const there = await open(stranger, link);
	await variants(there, 'wallet-link', 'grant-read');
	const download = there.waitForEvent('download');
	await id(there, 'grant-read').click();
	assert.match((await download).suggestedFilename(), /僅供查看/);
	await page.reload();
	await id(page, 'grant-uses').filter({ hasText: '1' }).click();
	await id(page, 'use-row').waitFor();
	await accessible(page, 'the receipts');
	await shot(page, 'wallet-uses-zh');
	await page.keyboard.press('Escape');
	await id(page, 'grant-revoke').click();
	await id(page, 'confirm-ok').click();
	await id(page, 'grant-state').filter({ hasText: '已撤銷' }).waitFor();
	await there.reload();
	assert.equal(await id(there, 'alert-error').getAttribute('data-code'), 'grant_over');
	await stranger.close();
});

test('a member of another organization is found, and reads it from what was received', async () => {
	const chen = await holder('chen');
	await id(page, 'wallet-grant').click();
	await id(page, 'grant-q').fill('臺北');
	await id(page, 'grant-find').click();
	await id(page, 'grant-person').first().check();
	await id(page, 'grant-purpose').fill('資格審查');
	await shot(page, 'wallet-grant-member-zh');
	await id(page, 'grant-ok').click();
	await id(page, 'grant-state').filter({ hasText: '有效' }).waitFor();
	assert.equal((await chen.get('/wallet/received')).body.items[0].purpose, '資格審查');
	await go('#/wallet/grants');
	await variants(page, 'wallet-grants', 'grant-row');
	const other = await launch({ extension: false });
	const theirs = await login(other, 'chen');
	await theirs.evaluate(() => {
		location.hash = '#/wallet/received';
	});
	await variants(theirs, 'wallet-received', 'received-row');
	const download = theirs.waitForEvent('download');
	await id(theirs, 'grant-read').click();
	await unlock(theirs);
	await download;
	assert.equal(sql("SELECT MAX(uses) FROM wallet_grant WHERE purpose = '資格審查'"), '1');
	await other.close();
});

test('deleted and taken back by keyboard; settings', async () => {
	await go('#/wallet');
	await id(page, 'wallet-row').first().waitFor();
	await id(page, 'wallet-row').filter({ hasText: '完稅' }).getByTestId('wallet-open').press('Enter');
	await id(page, 'wallet-delete').press('Enter');
	await id(page, 'confirm-ok').press('Enter');
	await id(page, 'wallet-delete').waitFor({ state: 'detached' });
	await id(page, 'wallet-row').first().waitFor();
	await id(page, 'tab-deleted').press('Space');
	await variants(page, 'wallet-deleted', 'wallet-deleted-row');
	await id(page, 'wallet-restore').press('Enter');
	await id(page, 'wallet-deleted-row').waitFor({ state: 'detached' });
	await go('#/wallet/settings');
	await variants(page, 'wallet-settings', 'wallet-remind');
	await id(page, 'wallet-remind').selectOption('60');
	await id(page, 'alert-success').waitFor();
	await id(page, 'wallet-new-code').click();
	await unlock(page);
	await id(page, 'wallet-code-text').waitFor();
});

test('a completed contract goes into the wallet with one click', async () => {
	const other = await launch({ extension: false });
	const theirs = await login(other, 'chen');
	const contract = sql(`SELECT c.id FROM contract c JOIN member m ON m.id = c.handler_id AND m.account = 'chen'
		WHERE c.state = 'completed' ORDER BY c.completed_at DESC LIMIT 1`);
	await theirs.evaluate((to) => {
		location.hash = to;
	}, `#/contracts/${contract}`);
	await id(theirs, 'wallet-store').first().click();
	await id(theirs, 'wallet-stored').waitFor();
	await shot(theirs, 'wallet-stored-zh');
	await accessible(theirs, 'a document that was stored');
	await id(theirs, 'wallet-see').click();
	await id(theirs, 'wallet-item-verdict').filter({ hasText: '有效' }).waitFor();
	await id(theirs, 'wallet-facts').click();
	await unlock(theirs);
	await variants(theirs, 'wallet-contract', 'verify-verdict');
	await other.close();
});
