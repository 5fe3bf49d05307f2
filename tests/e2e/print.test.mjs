// On paper: what was written, whole; no buttons; nineteen documents on a page or two.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { as } from '../api/client.mjs';
import { id, launch, login, until } from './harness.mjs';
import { draftOf, messageOf, namesOf, send } from './many.mjs';

const tmp = mkdtempSync(join(tmpdir(), 'yinxin-print-'));
const number = `P-${randomUUID().slice(0, 8)}`;
const NAMES = namesOf(19);
const SUBJECT = `檢送「${'機關電子契約'.repeat(12)}」專案契約書，請查照末尾。`;
const BODY = Array.from({ length: 30 }, (_, i) => `第${i + 1}行說明事項`).join('\n');
let browser, chen, vendor, draft;

before(async () => {
	chen = await as('chen');
	vendor = await as('vendor');
	await send(chen, await draftOf(chen, number, '十九份文件', NAMES));
	draft = await draftOf(chen, `${number}-D`, '草稿', ['契約書']);
	browser = await launch();
});
after(async () => {
	await browser?.close();
	rmSync(tmp, { recursive: true });
});

/** Prints the page: {pages, text} with text as it reads without spaces. */
async function paper(page, name) {
	const file = join(tmp, `${name}.pdf`);
	writeFileSync(file, await page.pdf({ format: 'A4', preferCSSPageSize: true }));
	const pages = Number(/Pages: +(\d+)/.exec(execFileSync('pdfinfo', [file]).toString())[1]);
	const text = execFileSync('pdftotext', ['-layout', file, '-']).toString().normalize('NFKC');
	if (process.env.YX_PRINTS) execFileSync('cp', [file, process.env.YX_PRINTS]);
	return { pages, text: text.replace(/\s+/g, '') };
}

async function go(page, hash, ready) {
	await page.evaluate((to) => (location.hash = to), `#${hash}`);
	await id(page, ready).first().waitFor();
	await until(async () => (await id(page, 'loading').count()) === 0);
}

const without = (text) => text.normalize('NFKC').replace(/\s+/g, '');

test('a message with nineteen documents: two pages at most, each named, no buttons', async () => {
	const page = await login(browser, 'vendor');
	await go(page, `/messages/${await messageOf(vendor, number)}`, 'viewer-page');
	await page.locator('[data-testid=viewer][data-drawn=true]').waitFor();
	const { pages, text } = await paper(page, 'message');
	assert.ok(pages <= 2, `${pages} pages`);
	for (const name of NAMES) {
		const line = without(name).slice(0, 25); // the rest may stand on a second line of its cell
		assert.ok(text.includes(line), `${name} is on the paper`);
	}
	const shown = (await vendor.get(`/messages/${await messageOf(vendor, number)}`)).body;
	for (const d of shown.documents) assert.ok(text.includes(d.number), `${d.number} is on the paper`);
	assert.ok(text.includes(shown.number));
	for (const word of ['全選', '全不選', '下載', '檢視文件', 'English', '主選單', '返回'])
		assert.ok(!text.includes(word), `${word} is on the paper`);
	assert.match(text, /待簽章/, 'the state of my tasks');
	await page.close();
});

test('the signing history that is open is printed', async () => {
	const page = await login(browser, 'chen');
	const { items } = (await chen.get('/contracts?state=completed')).body;
	await go(page, `/contracts/${items[0].id}`, 'history-row');
	const { pages, text } = await paper(page, 'contract');
	assert.ok(pages <= 2, `${pages} pages`);
	assert.match(text, /簽章歷程/);
	assert.match(text, /使用憑證/, 'as a table');
	assert.ok(!text.includes('更新取消') && !text.includes('取消(回首頁)'));
	await page.close();
});

test('a form is printed with all that was written', async () => {
	const page = await login(browser, 'chen');
	await go(page, `/contracts/${draft}/signers`, 'notice-subject');
	await id(page, 'notice-subject').fill(SUBJECT);
	await id(page, 'notice-body').fill(BODY);
	const { pages, text } = await paper(page, 'form');
	assert.ok(pages <= 2, `${pages} pages`);
	assert.ok(text.includes(without(SUBJECT)), 'the whole subject');
	assert.ok(text.includes(without(BODY)), 'the whole text');
	for (const word of ['上一步', '發送簽署人員', '捨棄'])
		assert.ok(!text.includes(word), `${word} is on the paper`);
	await page.close();
});

test('no page prints a button', async () => {
	const page = await login(browser, 'chen');
	const sealing = (await chen.get('/sealing?tab=pending&size=50')).body.items[0].id;
	for (const [hash, ready] of [
		['/', 'page-title'],
		['/received', 'received-row'],
		['/sent', 'sent-row'],
		['/sealing', 'sealing-row'],
		[`/sealing/${sealing}`, 'viewer-page'],
		['/contracts', 'contract-row'],
		['/contracts/new', 'contract-number'],
		[`/contracts/${draft}/files`, 'document-row'],
		['/certificates', 'certificate-row'],
		['/certificates/new', 'read-card'],
	]) {
		await go(page, hash, ready);
		await page.emulateMedia({ media: 'print' });
		const shown = await page.evaluate(() =>
			[...document.querySelectorAll('button, .button, [type=submit], [type=file]')]
				.filter((e) => e.checkVisibility() && e.getAttribute('aria-pressed') !== 'true')
				.map((e) => e.outerHTML.slice(0, 120)),
		);
		assert.deepEqual(shown, [], hash);
		await page.emulateMedia({ media: null });
		const { pages } = await paper(page, hash.replace(/\W/g, '_'));
		assert.ok(pages <= 2, `${hash}: ${pages} pages`);
	}
	await page.close();
});
