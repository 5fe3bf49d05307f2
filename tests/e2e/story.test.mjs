// The training deck's own story , clicked through in real Chromium on real
// parts: 10840_test is sent, signed by the vendor's card, sealed by the agency's card.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { as, auditVerify, BIN, sql } from '../api/client.mjs';
import { Browser, DIR, ROOT, URL_BASE, closed, drawn, sleep, typePin } from './browser.mjs';

const SUBJECT = '檢送「北市府電子契約案(契約編號：10840_test)」專案契約書，請查照。';
const tmp = mkdtempSync(join(tmpdir(), 'yinxin-story-'));
const pdf = join(tmp, '電子契約.pdf');
let browser;
let step = 0;

async function shot(name, page) {
	step += 1;
	await browser.shot(`${String(step).padStart(2, '0')}-${name}`, page);
}

const clean = (where, page) => browser.clean(where, page);

test.before(async () => {
	writeFileSync(join(tmp, '電子契約.html'), readFileSync(join(ROOT, 'sql/demo/contract.html')));
	execFileSync(
		'soffice',
		[
			`-env:UserInstallation=file://${tmp}/office`,
			'--headless',
			'--infilter=HTML (StarWriter)',
			'--convert-to',
			'pdf:writer_pdf_Export',
			'--outdir',
			tmp,
			join(tmp, '電子契約.html'),
		],
		{ stdio: 'ignore' },
	);
	browser = await Browser.open();
});
test.after(() => browser?.close());

test('the officer fills step 1: the number exists as a draft, which is opened and gone on with', async () => {
	await browser.page.goto(`${URL_BASE}/`);
	await browser.at('login-account').waitFor();
	await shot('login');
	await clean('login');
	await browser.login('chen');
	await browser.at('page-title').waitFor();
	await browser.page.waitForLoadState('networkidle');
	await shot('home');
	await clean('home');

	await browser.go('/contracts/new');
	await browser.at('contract-number').fill('10840_test');
	await browser.at('contract-title').fill('北市府電子契約');
	await browser.at('unit-select').selectOption({ label: '臺北市政府資訊局系統發展組(379730000A6300)' });
	if ((await browser.at('officer-chip').count()) === 0) {
		await browser.at('officer-add').click();
		await browser.at('officer-row').first().waitFor();
		await shot('officers');
		await clean('the officers dialog');
		await browser.at('officer-row').filter({ hasText: '陳00' }).getByTestId('officer-row-add').click();
		await browser.at('dialog-close').click();
	}
	await shot('step1');
	await clean('step 1');
	await browser.at('next').click();
	await browser.at('field-error').first().waitFor();
	assert.match(await browser.at('field-error').first().textContent(), /契約編號已存在/);
	await shot('number-taken');

	await browser.logout();
	await browser.login('chen');
	await browser.go('/contracts');
	await browser.at('contract-row').first().waitFor();
	await shot('contracts');
	await clean('contracts');
	await browser.at('contract-row').filter({ hasText: '10840_test' }).getByRole('link').first().click();
	await browser.at('upload-open').waitFor(); // step 1 is filled in
	await browser.at('back').click();
	await browser.at('contract-number').waitFor();
	assert.equal(await browser.at('contract-number').inputValue(), '10840_test');
	await browser.at('next').click();
	await browser.at('upload-open').waitFor();
});

test('step 2: the PDF is uploaded', async () => {
	await browser.at('upload-open').click();
	await browser.at('upload-input').setInputFiles(pdf);
	await shot('upload');
	await clean('the upload dialog');
	await browser.at('upload-confirm').click();
	await browser.at('document-row').waitFor();
	assert.match(await browser.at('document-row').textContent(), /電子契約/);
	await shot('step2');
	await clean('step 2');
	await browser.at('next').click();
});

test('step 3: vendor, notice, send; numbers as in the deck', async () => {
	await browser.at('vendor-add').click();
	await browser.at('vendor-query-text').fill('關貿網路');
	await browser.at('vendor-query').click();
	await browser.at('vendor-row').first().waitFor();
	await shot('vendors');
	await clean('the vendors dialog');
	await browser
		.at('vendor-row')
		.filter({ hasText: '關貿網路股份有限公司' })
		.getByTestId('vendor-row-add')
		.click();
	await browser.at('vendor-chip').waitFor();
	if (
		await browser
			.at('dialog')
			.isVisible()
			.catch(() => false)
	)
		await browser.at('dialog-close').click();
	assert.equal(await browser.at('sealer-chip').count(), 3);
	assert.equal(await browser.at('notice-subject').inputValue(), SUBJECT);
	assert.equal(
		await browser.at('notice-body').inputValue(),
		'請使用本府MyDoc電子文件服務平台，以電子憑證簽署並回傳本局。',
	);
	await browser.at('email-add').click();
	await browser.at('email-input').fill('test@gmail.com');
	await browser.at('email-ok').click();
	await browser.at('email-chip').waitFor();
	await shot('step3');
	await clean('step 3');
	await browser.at('send').click();
	await browser.at('summary').waitFor();
	assert.match(await browser.at('summary-vendor').textContent(), /關貿網路股份有限公司/);
	assert.match(await browser.at('summary-emails').textContent(), /test@gmail\.com/);
	await shot('summary');
	await clean('the summary before sending');
	await browser.at('confirm-ok').click();
	await browser.at('history-row').first().waitFor({ timeout: 20000 });
	await shot('sent');
	await clean('contract management');
	const today = new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 10).replace(/-/g, '');
	assert.match(
		await browser.at('history-heading').first().textContent(),
		new RegExp(`電子契約 ?\\(D${today}0013179\\)`),
	);
	assert.equal(sql('SELECT number FROM message ORDER BY number DESC LIMIT 1'), `M${today}0028553`);
	await browser.at('card-info').first().click();
	await browser.at('card-sdn').waitFor();
	assert.equal((await browser.at('card-sdn').textContent()).trim(), 'C=TW O=測試機關1 CN=mydoc');
	assert.equal(
		(await browser.at('card-idn').textContent()).trim(),
		'C=TW O=行政院 OU=(測試用) 政府測試憑證管理中心',
	);
	await shot('card-info');
	await clean('the card dialog');
});

test('the vendor reads the contract, signs with the company card and replies', async () => {
	await browser.logout();
	await browser.login('vendor');
	await shot('vendor-home');
	await browser.go('/received');
	await browser.at('received-row').first().waitFor();
	await shot('received');
	await clean('received');
	await browser.at('received-row').filter({ hasText: '10840_test' }).getByRole('link').first().click();
	await browser.at('message-number').waitFor();
	assert.equal((await browser.at('message-sender').textContent()).trim(), '陳00(臺北市政府資訊局)');
	await drawn(browser.page);
	await shot('message');
	await clean('message');
	await browser.at('reply-open').click();
	await browser.at('reply-body').fill('簽章完畢');
	await browser.at('certificate-select').selectOption({ index: 1 });
	await browser.page.locator('[data-testid="preflight-card"][data-state="ok"]').waitFor({ timeout: 20000 });
	await shot('reply');
	await clean('the reply panel');
	const popup = await browser.window(() => browser.at('sign-send').click());
	await popup.waitForSelector('#list li');
	assert.equal(await popup.textContent('#origin'), URL_BASE);
	assert.match(await popup.textContent('#list'), /電子契約/);
	assert.equal(await popup.textContent('#subject'), 'C=TW O=測試公司1 SERIALNUMBER=97162640');
	await shot('pin-window', popup);
	await clean('the PIN window', popup);
	await typePin(popup, '999999');
	await popup.waitForSelector('#error[data-code="pin_wrong"]:not([hidden])');
	assert.match(await popup.textContent('#error'), /2|two/i, 'tries left are shown');
	await shot('pin-wrong', popup);
	await typePin(popup, '123456');
	await closed(popup);
	await browser.at('sign-success').waitFor({ timeout: 30000 });
	await shot('vendor-signed');
	await browser.go('/sent');
	await browser.at('sent-row').first().waitFor();
	assert.match(await browser.at('sent-row').first().textContent(), /RE:檢送「北市府電子契約案/);
	await shot('sent-list');
	await clean('sent');

	await browser.logout();
	await browser.login('chen');
	await browser.go('/contracts');
	await browser.at('contract-row').filter({ hasText: '10840_test' }).getByRole('link').first().click();
	await browser.at('history-row').nth(1).waitFor();
	assert.equal(await browser.at('history-row').count(), 2);
	await shot('vendor-signed-seen-by-officer');
});

test('the sealing staff seal with the agency card; the contract is completed', async () => {
	await browser.logout();
	await browser.login('chen');
	await browser.go('/sealing');
	await browser.at('sealing-row').first().waitFor();
	await shot('sealing');
	await clean('sealing list');
	await browser.at('sealing-row').filter({ hasText: '10840_test' }).getByRole('link').first().click();
	await browser.at('card-note').waitFor();
	await drawn(browser.page);
	await shot('sealing-task');
	await browser.at('reply-open').click();
	await browser.at('reply-body').fill('機關用印完畢');
	await browser.at('certificate-select').selectOption({ index: 1 });
	await clean('sealing task');
	const popup = await browser.window(() => browser.at('sign-send').click());
	await popup.waitForSelector('#list li');
	await typePin(popup, '654321');
	await closed(popup);
	await browser.at('sign-success').waitFor({ timeout: 30000 });
	await shot('sealed');

	await browser.go('/contracts');
	const row = browser.at('contract-row').filter({ hasText: '10840_test' });
	await row.waitFor();
	assert.match(await row.getByTestId('contract-row-state').textContent(), /已完成/);
	await row.getByRole('link').first().click();
	await browser.at('history-row').nth(2).waitFor();
	const rows = await browser.at('history-row').allTextContents();
	assert.equal(rows.length, 3);
	assert.match(rows[0], /陳00\(臺北市政府資訊局\).*機關用印測試用憑證/s);
	assert.match(rows[1], /關貿網路股份有限公司.*關貿測試用憑證_0922/s);
	assert.match(rows[2], /臺北市政府電子文件服務平台/);
	for (const name of ['platform', 'vendor', 'agency']) {
		assert.equal(await browser.at(`progress-${name}`).getAttribute('data-done'), 'true');
	}
	await shot('completed');
	await clean('completed contract');

	await browser.logout();
	await browser.login('vendor');
	await browser.go('/received');
	const first = browser.at('received-row').first();
	await first.waitFor();
	assert.match(await first.textContent(), /RE:檢送「北市府電子契約案/);
	await shot('vendor-hears');
});

test('other programs call each revision valid, the mails came, the audit trail is whole', async () => {
	const chen = await as('chen');
	const contract = (await chen.get('/contracts?q=10840_test')).body.items[0];
	const document = (await chen.get(`/contracts/${contract.id}`)).body.documents[0];
	let before = Buffer.alloc(0);
	for (const revision of [1, 2, 3]) {
		const bytes = (await chen.get(`/documents/${document.id}/file?revision=${revision}`)).body;
		assert.ok(Buffer.isBuffer(bytes), `revision ${revision} is there`);
		assert.ok(bytes.subarray(0, before.length).equals(before), 'earlier bytes are untouched');
		before = bytes;
		const path = join(tmp, `r${revision}.pdf`);
		writeFileSync(path, bytes);
		const pdfsig = execFileSync('pdfsig', ['-nocert', path]).toString();
		assert.equal(pdfsig.match(/Signature is Valid/g)?.length, revision, pdfsig);
		assert.match(pdfsig, revision === 3 ? /Total document signed/ : /Signature/);
		const mutool = execFileSync('mutool', ['sign', '-v', path], {
			stdio: ['ignore', 'pipe', 'pipe'],
		}).toString();
		assert.doesNotMatch(mutool, /digest.*(mismatch|wrong)|not valid/i);
		execFileSync(join(BIN, 'yinxinctl'), ['verify', path, '--trust', join(DIR, 'pki')]);
	}
	let mails = [];
	for (let i = 0; i < 40 && mails.length < 3; i++) {
		await sleep(250);
		const port = Number(new URL(URL_BASE).port) + 2;
		mails = (await (await fetch(`http://127.0.0.1:${port}/mails.json`)).json()).filter((m) =>
			m.subject?.includes('10840_test'),
		);
	}
	assert.ok(
		mails.some((m) => m.to.includes('test@gmail.com') && m.subject === SUBJECT),
		'the extra address got the notice',
	);
	assert.ok(mails.some((m) => m.to.includes('vendor@example.tw')));
	assert.match(auditVerify(), /intact/);
	assert.deepEqual(browser.errors, []);
});
