// 驗章 in a real browser: without a login, honest and forged files, in both languages, on a
// telephone, by keyboard.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DIR, URL_BASE, as, ctl } from '../api/client.mjs';
import { accessible, id, launch, login, open, shot, until } from './harness.mjs';

let browser;
let signed;
before(async () => {
	const chen = await as('chen');
	const done = (await chen.get('/contracts?state=completed')).body.items[0];
	const document = (await chen.get(`/contracts/${done.id}`)).body.documents[0];
	signed = (await chen.get(`/documents/${document.id}/file`)).body;
	browser = await launch();
});
after(async () => {
	await browser?.close();
});

const give = (page, name, buffer) =>
	id(page, 'verify-input').setInputFiles({ name, mimeType: 'application/pdf', buffer });

/** Bytes behind the end that replace the catalogue with one that runs a script. */
function scripted(bytes) {
	const text = bytes.toString('latin1');
	const prev = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)[1]);
	const trailer = text.slice(text.lastIndexOf('trailer'));
	const [root, n] = /\/Root (\d+) 0 R/.exec(trailer);
	const size = /\/Size \d+/.exec(trailer)[0];
	const catalog = [...text.matchAll(new RegExp(`\\n${n} 0 obj\\n(<<[^]*?>>)\\nendobj`, 'g'))].at(-1)[1];
	const plain = catalog.replace(/\/OpenAction\s*\[[^\]]*\]/, '');
	const body = `${n} 0 obj\n${plain.replace('<<', '<< /OpenAction << /S /JavaScript /JS (1) >>')}\nendobj\n`;
	const at = bytes.length + body.length;
	const table = `xref\n0 1\n0000000000 65535 f\r\n${n} 1\n${String(bytes.length).padStart(10, '0')} 00000 n\r\n`;
	const end = `trailer\n<< ${size} ${root} /Prev ${prev} >>\nstartxref\n${at}\n%%EOF\n`;
	return Buffer.concat([bytes, Buffer.from(body + table + end, 'latin1')]);
}

/** In Chinese and English, wide and narrow, with nothing over the edge. */
async function variants(page, name, ready) {
	await id(page, ready).first().waitFor();
	await accessible(page, name);
	await shot(page, `${name}-zh`);
	await id(page, 'language').click();
	await until(() => page.evaluate(() => document.documentElement.lang === 'en'));
	assert.doesNotMatch(await page.locator('main').innerText(), /verify\.[a-z_]+/, `${name}: a text key is shown`);
	await accessible(page, `${name} in English`);
	await shot(page, `${name}-en`);
	await page.setViewportSize({ width: 390, height: 844 });
	await shot(page, `${name}-en-390`);
	await id(page, 'language').click();
	for (const width of [390, 320]) {
		await page.setViewportSize({ width, height: 844 });
		const wide = await page.evaluate(() => document.documentElement.scrollWidth);
		assert.ok(wide <= width, `${name}: ${wide} px on a screen of ${width}`);
	}
	await page.setViewportSize({ width: 390, height: 844 });
	await accessible(page, `${name} at 390 px`);
	await shot(page, `${name}-390`);
	await page.setViewportSize({ width: 1440, height: 1000 });
}

test('from the login page to the verdict, without an account', async () => {
	const page = await open(browser);
	await id(page, 'login-verify').click();
	await id(page, 'verify-drop').waitFor();
	await variants(page, 'verify-empty', 'verify-drop');
	await give(page, '契約.pdf', signed);
	await variants(page, 'verify-valid', 'verify-verdict');
	assert.equal(await id(page, 'verify-verdict').getAttribute('data-kind'), 'good');
	assert.ok((await id(page, 'verify-signature').count()) >= 3);
	assert.match(await id(page, 'verify-identity').nth(1).innerText(), /統一編號 97162640、正卡/);
	assert.match(await id(page, 'verify-platform').innerText(), /最新版本完全相同（D\d+）/);
	assert.equal(await id(page, 'verify-law').first().getAttribute('data-result'), 'presumed');
	await id(page, 'verify-details').first().locator('summary').click();
	assert.match(await id(page, 'verify-indication').first().innerText(), /TOTAL-PASSED/);
	await accessible(page, 'the details of a signature');
	await shot(page, 'verify-details');
	// The verdict has the focus, so that a screen reader says it.
	await id(page, 'verify-again').click();
	await give(page, '契約.pdf', signed);
	await id(page, 'verify-verdict').waitFor();
	await until(() => page.evaluate(() => document.activeElement.id === 'verify-verdict'));
	assert.deepEqual(page.problems, []);
	await page.close();
});

test('a forged file is told from an honest one, in words', async () => {
	const page = await open(browser);
	await id(page, 'login-verify').click();
	await give(page, 'forged.pdf', scripted(signed));
	await variants(page, 'verify-forged', 'verify-verdict');
	assert.equal(await id(page, 'verify-verdict').getAttribute('data-kind'), 'bad');
	assert.match(await id(page, 'verify-change').first().innerText(), /第 \d+ 個簽章之後變更了程式碼或動作（物件 \d+）/);
	for (const badge of await id(page, 'verify-badge').all()) assert.equal(await badge.innerText(), '無效');
	await id(page, 'verify-again').click();
	await give(page, 'text.pdf', Buffer.from('hello'));
	await id(page, 'alert-error').waitFor();
	assert.equal(await id(page, 'alert-error').getAttribute('data-code'), 'not_pdf');
	await accessible(page, 'a file that is no PDF');
	await page.close();
});

/** A report that the vendor signed apart from it. */
function signedApart() {
	const work = mkdtempSync('/tmp/yx-apart-');
	const [file, out, pki] = [join(work, 'f'), join(work, 's'), join(DIR, 'pki')];
	writeFileSync(file, '成果報告');
	ctl('sign-file', file, out, '--key', `${pki}/vendor.key`, '--cert', `${pki}/vendor.crt`);
	const pair = [readFileSync(file), readFileSync(out)];
	rmSync(work, { recursive: true });
	return [
		{ name: '成果報告.odt', mimeType: 'application/vnd.oasis.opendocument.text', buffer: pair[0] },
		{ name: '成果報告.odt.p7s', mimeType: 'application/pkcs7-signature', buffer: pair[1] },
	];
}

test('a file and its signature: both at once, one after the other, and what does not belong together', async () => {
	const [file, signature] = signedApart();
	const page = await open(browser, `${URL_BASE}/#/verify`);
	const choose = (...files) => id(page, 'verify-input').setInputFiles(files);
	await id(page, 'verify-drop').waitFor();
	await choose(file);
	assert.match(await id(page, 'verify-half').innerText(), /成果報告\.odt[^]*簽章檔/);
	await variants(page, 'verify-half', 'verify-half');
	const dialog = page.waitForEvent('filechooser');
	await id(page, 'verify-other').focus();
	await page.keyboard.press('Enter');
	await (await dialog).setFiles(signature);
	await variants(page, 'verify-apart', 'verify-verdict');
	assert.equal(await id(page, 'verify-verdict').getAttribute('data-kind'), 'good');
	assert.equal(await id(page, 'verify-signature-file').innerText(), '成果報告.odt.p7s');
	assert.match(await id(page, 'verify-level').innerText(), /^CAdES B-B/);
	assert.equal(await id(page, 'verify-after-nothing').count(), 0);
	for (const order of [[file, signature], [signature, file]]) {
		await id(page, 'verify-again').click();
		await choose(...order);
		await id(page, 'verify-verdict').waitFor();
		assert.equal(await id(page, 'verify-verdict').getAttribute('data-kind'), 'good');
	}
	await id(page, 'verify-again').click();
	await choose(signature);
	assert.match(await id(page, 'verify-half').innerText(), /被簽署的檔案/);
	await id(page, 'verify-back').click();
	await choose(file, { ...file, name: '另一份.odt' });
	await id(page, 'alert-error').waitFor();
	await accessible(page, 'two files that do not belong together');
	await choose(signature);
	await choose({ ...file, buffer: Buffer.from('成果報告!') });
	await id(page, 'verify-verdict').waitFor();
	assert.equal(await id(page, 'verify-verdict').getAttribute('data-kind'), 'bad');
	assert.equal(await id(page, 'verify-why').getAttribute('data-why'), 'digest_mismatch');
	await page.close();
});

test('a member finds it in the menu, and drops a file', async () => {
	const page = await login(browser, 'vendor');
	await id(page, 'menu-verify').click();
	await id(page, 'verify-drop').waitFor();
	const transfer = await page.evaluateHandle((base64) => {
		const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
		const data = new DataTransfer();
		data.items.add(new File([bytes], 'dropped.pdf', { type: 'application/pdf' }));
		return data;
	}, signed.toString('base64'));
	await id(page, 'verify-drop').dispatchEvent('drop', { dataTransfer: transfer });
	await id(page, 'verify-verdict').waitFor();
	assert.equal(await id(page, 'verify-file').innerText(), 'dropped.pdf');
	assert.equal(await id(page, 'verify-verdict').getAttribute('data-kind'), 'good');
	await page.close();
});

test('evidence of a completed contract, and its code on the public page', async () => {
	const chen = await as('chen');
	const done = (await chen.get('/contracts?state=completed')).body.items[0];
	const page = await login(browser, 'chen');
	await page.evaluate((to) => {
		location.hash = to;
	}, `#/contracts/${done.id}`);
	await id(page, 'evidence-make').first().click();
	const code = await id(page, 'evidence-code').first().innerText();
	await accessible(page, 'evidence of a document');
	await id(page, 'evidence').first().scrollIntoViewIfNeeded();
	await shot(page, 'evidence');
	for (const [name, type] of [['evidence-sheet', /證明頁\.pdf$/], ['evidence-package', /證據包\.zip$/]]) {
		const coming = page.waitForEvent('download');
		await id(page, name).first().click();
		assert.match((await coming).suggestedFilename(), type);
	}
	await page.close();
	// Somebody who has no account follows the QR code, then compares the file.
	await browser.context.clearCookies();
	const visitor = await open(browser, `${URL_BASE}/#/verify?code=${code}`);
	await id(visitor, 'code-told').waitFor();
	await variants(visitor, 'verify-code', 'code-told');
	await give(visitor, 'contract.pdf', signed);
	await id(visitor, 'verify-verdict').waitFor();
	assert.equal(await id(visitor, 'code-match').getByTestId('alert-success').count(), 1);
	await id(visitor, 'verify-again').click();
	await id(visitor, 'code-input').fill('ABCD');
	await id(visitor, 'code-submit').click();
	await id(visitor, 'field-error').waitFor();
	await id(visitor, 'code-input').fill('0000-0000-0000-0000');
	await id(visitor, 'code-submit').click();
	await until(async () => /沒有這個驗證碼/.test(await id(visitor, 'field-error').innerText()));
	await accessible(visitor, 'a code that is none');
	await visitor.close();
});
