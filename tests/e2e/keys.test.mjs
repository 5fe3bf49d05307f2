// 平台金鑰 in real Chromium: a request, an upload that is refused and one that is taken, a test seal, two
// administrators; nothing takes over here, since others' tests seal meanwhile.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { as, sql } from '../api/client.mjs';
import { Browser, DIR } from './browser.mjs';

let browser;
const PKI = join(DIR, 'pki');
const name = `seal-${Date.now()}.key`;
test.before(async () => {
	browser = await Browser.open();
});
test.after(() => browser?.close());
const at = (id) => browser.at(id);
const read = (file) => readFileSync(join(PKI, file), 'utf8');

test('a request for a new key is made, and shown', async () => {
	await browser.login('admin');
	await at('menu-keys').click();
	await at('key-facts').waitFor();
	await browser.shot('keys');
	await browser.clean('the platform\'s keys');
	await at('key-request').click();
	await at('key-place').fill('../x.key');
	await at('life-ok').click();
	await at('field-error').waitFor();
	await at('key-place').fill(name);
	await at('key-kind').selectOption('p256');
	await browser.clean('the dialog of a request');
	await at('life-ok').click();
	await at('key-pem').waitFor();
	const pem = await at('key-pem').inputValue();
	assert.match(pem, /^-----BEGIN CERTIFICATE REQUEST-----/);
	await browser.shot('keys-request');
	writeFileSync(join(PKI, 'screen.csr'), pem);
	execFileSync('openssl', ['ca', '-batch', '-utf8', '-notext', '-config', 'openssl.cnf', '-name', 'ca', '-extensions',
		'x_agency', '-days', '60', '-in', 'screen.csr', '-out', 'screen.crt'], { cwd: PKI, stdio: 'pipe' });
	await at('life-ok').click();
});

test('a certificate of another key is refused by name; the right one is compared with today\'s', async () => {
	await at('key-add').click();
	await at('key-place').fill(name);
	await at('key-certificate').fill(read('vendor3.crt'));
	await at('life-ok').click();
	await at('field-error').filter({ hasText: '不是這把金鑰' }).waitFor();
	await browser.shot('keys-refused');
	await browser.clean('a certificate that was refused');
	await at('key-file').setInputFiles(join(PKI, 'screen.crt'));
	await at('life-ok').click();
	await at('key-next').waitFor();
	assert.equal(await at('key-state').textContent(), '已上傳');
	assert.equal(await at('key-ask').isDisabled(), true, 'not before a test seal');
	await at('key-next').getByTestId('key-test').click();
	await at('key-next').getByTestId('key-trial').filter({ hasText: '驗證有效' }).waitFor();
	const [download] = await Promise.all([browser.page.waitForEvent('download'),
		at('key-next').getByTestId('key-sample').click()]);
	assert.match(readFileSync(await download.path(), 'latin1'), /^%PDF-/);
	await browser.shot('keys-next');
	await browser.clean('a key to come');
});

test('the moment is asked for, a second administrator agrees, and it is dropped again', async () => {
	await at('key-ask').click();
	await at('key-reason').fill('憑證將到期');
	await at('key-at').fill('2020-01-01T00:00');
	await at('life-ok').click();
	await at('field-error').filter({ hasText: '未來' }).waitFor();
	const day = new Date(Date.now() + 20 * 86400000).toISOString().slice(0, 10);
	await at('key-at').fill(`${day}T09:30`);
	await browser.shot('keys-ask');
	await browser.clean('the dialog of the moment');
	await at('life-ok').click();
	await at('key-state').filter({ hasText: '待核可' }).waitFor();
	assert.equal(await at('key-approve').count(), 0, 'not by who asked');
	assert.match(await at('key-says').textContent(), /09:30:00/);
	await browser.logout();
	await browser.login('admin2');
	await at('menu-keys').click();
	await at('key-approve').click();
	await browser.shot('keys-approve');
	await at('confirm-ok').click();
	await at('key-state').filter({ hasText: '已排定' }).waitFor();
	await browser.shot('keys-planned');
	await at('key-drop').click();
	await at('confirm-ok').click();
	await at('key-row').filter({ hasText: '未採用' }).waitFor();
	await browser.shot('keys-history');
	await browser.clean('keys before');
	assert.equal(sql("SELECT COUNT(*) FROM platform_key WHERE state = 'active'"), '1');
});

test('in English, and narrow', async () => {
	const admin = await as('admin');
	const answer = await admin.post('/admin/platform/keys', { place: name, certificate: read('screen.crt') });
	assert.equal(answer.body.error.code, 'certificate_duplicate');
	await browser.page.evaluate(() => localStorage.setItem('yinxin-language', 'en'));
	await browser.page.setViewportSize({ width: 390, height: 844 });
	await browser.page.reload();
	await at('key-facts').waitFor();
	await browser.shot('keys-narrow');
	await browser.clean('narrow');
});
