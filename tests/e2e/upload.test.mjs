// STEP2 with files that can't be taken: a clear reason at the file, and nothing left behind.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { as } from '../api/client.mjs';
import { accessible, DIR, id, launch, login, ROOT, shot, sql } from './harness.mjs';

const GOOD = join(ROOT, 'sql/demo/contract.pdf');
const tmp = mkdtempSync(join(tmpdir(), 'yinxin-upload-'));
let browser, page, contract;

before(async () => {
	const chen = await as('chen');
	const unit = (await chen.get('/units')).body.items[0];
	contract = (
		await chen.post('/contracts', {
			number: `U-${randomUUID().slice(0, 8)}`,
			title: '上傳',
			unitId: unit.id,
			officers: [chen.member.id],
		})
	).body.id;
	const signed = (await chen.get('/contracts?state=completed')).body.items[0];
	const document = (await chen.get(`/contracts/${signed.id}`)).body.documents[0];
	writeFileSync(join(tmp, 'signed.pdf'), (await chen.get(`/documents/${document.id}/file`)).body);
	const bytes = readFileSync(GOOD);
	writeFileSync(join(tmp, 'text.pdf'), '這不是 PDF。');
	writeFileSync(join(tmp, 'broken.pdf'), bytes.subarray(0, bytes.length / 2));
	execFileSync('qpdf', ['--encrypt', 'user', 'owner', '256', '--', GOOD, join(tmp, 'encrypted.pdf')]);
	execFileSync('qpdf', ['--encrypt', '', 'owner', '256', '--', GOOD, join(tmp, 'protected.pdf')]);
	writeFileSync(join(tmp, 'large.pdf'), bytes);
	truncateSync(join(tmp, 'large.pdf'), 151 * 1024 * 1024);
	browser = await launch();
	page = await login(browser, 'chen');
	await page.evaluate((hash) => {
		location.hash = hash;
	}, `#/contracts/${contract}/files`);
});

after(async () => {
	await browser?.close();
	rmSync(tmp, { recursive: true });
});

const left = () => ['incoming', 'tmp'].flatMap((part) => readdirSync(join(DIR, 'store', part)));
const stored = () => sql(`SELECT COUNT(*) FROM document WHERE contract_id = '${contract}'`);

for (const [file, code, text, atOnce] of [
	['large.pdf', 'upload_too_large', /150/, true],
	['text.pdf', 'not_pdf', /不是 PDF/, true],
	['broken.pdf', 'pdf_broken', /已損壞/, false],
	['encrypted.pdf', 'pdf_encrypted', /密碼或加密/, false],
	['signed.pdf', 'pdf_signed', /已有簽章/, false],
]) {
	test(`${file}: ${code}`, async () => {
		const objects = sql('SELECT COUNT(*) FROM object');
		await id(page, 'upload-open').click();
		await id(page, 'upload-input').setInputFiles(join(tmp, file));
		await id(page, 'upload-row').waitFor();
		if (!atOnce) await id(page, 'upload-confirm').click();
		await page.locator(`[data-testid=upload-error][data-code=${code}]`).waitFor();
		assert.match(await id(page, 'upload-error').textContent(), text);
		if (atOnce) assert.equal(await id(page, 'upload-confirm').isDisabled(), true, 'nothing to send');
		await accessible(page, `the upload of ${file}`);
		await shot(page, `upload-${code}`, { full: false });
		await id(page, 'upload-cancel').click();
		assert.equal(await id(page, 'document-row').count(), 0);
		assert.equal(stored(), '0');
		assert.equal(sql('SELECT COUNT(*) FROM object'), objects);
		assert.deepEqual(left(), []);
	});
}

test('a good file beside a bad one is taken, and can be removed again', async () => {
	await id(page, 'upload-open').click();
	await id(page, 'upload-input').setInputFiles([GOOD, join(tmp, 'broken.pdf')]);
	await id(page, 'upload-confirm').click();
	await page.locator('[data-testid=upload-error][data-code=pdf_broken]').waitFor();
	await id(page, 'upload-cancel').click();
	await id(page, 'document-row').waitFor();
	assert.equal(stored(), '1');
	await id(page, 'document-remove').click();
	await id(page, 'confirm-ok').click();
	await id(page, 'document-row').waitFor({ state: 'detached' });
	assert.equal(stored(), '0');
});

test('of a protected file a tidied copy is offered, and taken when one asks for it', async () => {
	await id(page, 'upload-open').click();
	await id(page, 'upload-input').setInputFiles(join(tmp, 'protected.pdf'));
	await id(page, 'upload-confirm').click();
	await page.locator('[data-testid=upload-error][data-code=pdf_normalisable]').waitFor();
	await accessible(page, 'the offer of a tidied copy');
	await shot(page, 'upload-tidy', { full: false });
	await id(page, 'upload-tidy').click();
	await id(page, 'upload-tidied').waitFor();
	await id(page, 'upload-confirm').click();
	await id(page, 'document-row').waitFor();
	assert.equal(stored(), '1');
	const kept = sql(`SELECT original IS NOT NULL FROM document WHERE contract_id = '${contract}'`);
	assert.equal(kept, '1', 'the original is kept');
});
