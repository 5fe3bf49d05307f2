// 元件檢測: the signer's own doctor in the page, in both languages; what is missing and what to do;
// a support code that says the same to who is asked for help.
import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readSupportCode, supportCode } from '../../web/signer/support.js';
import { accessible, card, DIR, id, launch, login, open, ORIGIN, shot, until } from './harness.mjs';

let browser, page;

before(async () => {
	browser = await launch();
	page = await login(browser, 'vendor');
});
after(async () => {
	chmodSync(join(DIR, 'conf/signer.conf'), 0o644);
	for (const name of ['vendor', 'agency']) await card(name, 'insert');
	await browser?.close();
});

const row = (check, state) => page.locator(`[data-testid=check-${check}][data-state=${state}]`).first();
const decoded = async () => readSupportCode(await id(page, 'support-code').textContent());
async function again() {
	await page.locator('[data-testid=check][aria-busy=false]').waitFor();
	await id(page, 'check-again').click(); // the click is over when the button says that it is busy
	await page.locator('[data-testid=check][aria-busy=false]').waitFor();
}

test('support codes: read back as they were made; a slip is noticed', () => {
	const whole = {
		browser: 'firefox', system: 'debian', major: 153, code: 'host_missing', extension: '0.1.0', host: '1.2.3',
		findings: [
			{ check: 'readers', state: 'ok' }, { check: 'log', state: 'bad' }, { check: 'manifest', state: 'ok' },
			{ check: 'manifest', state: 'note' },
		],
	};
	const text = supportCode(whole);
	assert.match(text, /^YX(-[0-9A-HJKMNP-TV-Z]{5}){3}$/);
	const { checks, ...rest } = readSupportCode(` ${text.toLowerCase().replaceAll('-', ' ')} `);
	assert.deepEqual(rest, {
		browser: 'firefox', system: 'debian', major: 153, code: 'host_missing', extension: '0.1.0', host: '1.2.3',
	});
	assert.deepEqual([checks.readers, checks.log, checks.manifest, checks.cards], ['ok', 'bad', 'note', 'none']);
	for (let i = 3; i < text.length; i++) {
		if (text[i] === '-') continue;
		const wrong = text.slice(0, i) + (text[i] === '7' ? '8' : '7') + text.slice(i + 1);
		assert.equal(readSupportCode(wrong), null, wrong);
	}
	assert.equal(readSupportCode(''), null);
	assert.equal(readSupportCode(text.slice(0, -1)), null);
	assert.equal(readSupportCode(`YX-${'U'.repeat(15)}`), null);
});

test('all is there: green ticks, from the menu, in both languages, on a telephone too', async () => {
	await id(page, 'menu-signer-check').click();
	for (const check of ['extension', 'host', 'config', 'service', 'readers', 'certificate', 'permissions'])
		await row(check, 'ok').waitFor();
	assert.equal(await page.locator('.check-bad').count(), 0);
	assert.doesNotMatch(await page.textContent('main'), /Virtual PCD|\/home|\/tmp|測試公司1/, 'nothing of the user');
	await accessible(page, 'the check');
	await shot(page, 'check-zh');
	await id(page, 'language').click();
	await page.getByText('Smart card service', { exact: true }).waitFor();
	await accessible(page, 'the check in English');
	await shot(page, 'check-en');
	await id(page, 'language').click();
	for (const width of [390, 320]) {
		await page.setViewportSize({ width, height: 844 });
		assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${width} px`);
		await shot(page, `check-${width}`);
	}
	await page.setViewportSize({ width: 1440, height: 1000 });
	const code = await decoded();
	assert.equal(code.code, '');
	assert.equal(code.checks.certificate, 'ok');
	assert.match(code.extension, /^\d+\.\d+\.\d+$/);
	assert.equal(code.host, code.extension);
});

test('a card is pulled out and put in again: the page follows by itself', async () => {
	for (const name of ['vendor', 'agency']) await card(name, 'remove');
	await row('cards', 'note').waitFor();
	assert.match(await row('cards', 'note').textContent(), /插入/);
	assert.equal(await page.locator('[data-testid=check-certificate]').count(), 0);
	await until(async () => {
		await card('vendor', 'insert');
		return row('certificate', 'ok').waitFor({ timeout: 5000 }).then(
			() => true,
			() => card('vendor', 'remove').then(() => false),
		);
	});
});

test('what is wrong on this computer is said with what to do', async () => {
	chmodSync(join(DIR, 'conf/signer.conf'), 0o666);
	await again();
	await row('permissions', 'bad').waitFor();
	assert.match(await row('permissions', 'bad').textContent(), /chmod/);
	await page.getByText(/有 \d+ 項需要處理/).waitFor();
	await shot(page, 'check-bad');
	assert.equal((await decoded()).checks.permissions, 'bad');
	chmodSync(join(DIR, 'conf/signer.conf'), 0o644);
	await again();
	await row('permissions', 'ok').waitFor();
});

test("no host: what to do, the way to it, and a code that says so to who is asked", async () => {
	browser.hostAway();
	try {
		await again();
		await row('host', 'bad').waitFor();
		assert.match(await row('host', 'bad').textContent(), /找不到簽章元件/);
		const text = await id(page, 'support-code').textContent();
		assert.equal((await decoded()).code, 'host_missing');
		await page.locator('.support-reader summary').click();
		await id(page, 'support-input').fill('YX-00000-00000');
		await page.getByText('代碼不正確').waitFor();
		await id(page, 'support-input').fill(text);
		assert.match(await id(page, 'support-read').textContent(), /Chromium.*找不到簽章元件/s);
		await accessible(page, 'the check with a code that was read');
		await shot(page, 'check-no-host');
		await id(page, 'install-open').click();
		await id(page, 'install-system').waitFor();
	} finally {
		browser.hostBack();
	}
	await id(page, 'install-ready').waitFor();
	assert.deepEqual(page.problems, []);
});

test('no extension: said, with a code, also to who is not logged in', async () => {
	const other = await launch({ host: false, extension: false });
	try {
		page = await open(other, `${ORIGIN}/#/signer/check`);
		await row('extension', 'bad').waitFor();
		assert.equal(await page.locator('[data-testid=check-host]').count(), 0);
		assert.deepEqual([(await decoded()).code, (await decoded()).extension], ['extension_missing', '']);
		await accessible(page, 'the check without the extension');
		await shot(page, 'check-no-extension');
	} finally {
		await other.close();
	}
});
