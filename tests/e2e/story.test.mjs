// The training deck's own story, with its names and numbers, in real Chromium with both
// cards: draft, upload, send, the vendor signs, the agency seals, everybody is told.
// It wants demo data as loaded; the steps depend on each other.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { accessible, contractPdf, ctl, DIR, drawn, givePin, id, launch, login, logout, ORIGIN, pinWindow, refusedPin, ROOT, shot, sql, until } from './harness.mjs';

const NUMBER = '10840_test';
const SUBJECT = /北市府電子契約案.*10840_test/;
const today = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10).replaceAll('-', '');
const out = join(ROOT, 'tests/out/e2e');
let browser, page;

before(async () => {
  mkdirSync(out, { recursive: true });
  browser = await launch();
});
after(async () => { await browser?.close(); });

const goto = (path) => page.evaluate((hash) => { location.hash = hash; }, `#${path}`);
const title = (text) => page.getByTestId('page-title').filter({ hasText: text }).waitFor();
const step = async (name, options) => { await accessible(page, name); await shot(page, name, options); };

// A key page in English and on a telephone as well, and back.
async function variants(name) {
  await id(page, 'language').click();
  await step(`${name}-en`);
  await id(page, 'language').click();
  await page.setViewportSize({ width: 390, height: 844 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 390, `${name}: ${wide} px on a screen of 390`);
  await step(`${name}-390`);
  await page.setViewportSize({ width: 1440, height: 1000 });
}

async function historyRows(n) {
  await until(async () => (await id(page, 'history-row').count()) === n);
  return id(page, 'history-row').allTextContents();
}

test('the login page', async () => {
  page = await browser.context.newPage();
  await page.goto(ORIGIN);
  await id(page, 'login-account').waitFor();
  await step('01-login');
  await variants('01-login');
  await id(page, 'login-account').fill('chen');
  await id(page, 'login-password').fill('wrong');
  await id(page, 'login-submit').click();
  assert.equal(await id(page, 'alert-error').getAttribute('data-code'), 'login_failed');
  await page.close();
});

test('STEP1: the number exists already and says so at its field; the draft is opened from 電子契約查詢', async () => {
  page = await login(browser, 'chen');
  await id(page, 'page-title').waitFor();
  await step('02-home');
  await variants('02-home');
  await id(page, 'menu-contract-new').click();
  await id(page, 'contract-number').fill(NUMBER);
  await id(page, 'contract-title').fill('北市府電子契約');
  await id(page, 'unit-select').selectOption({ index: 1 });
  await id(page, 'officer-add').click();
  await id(page, 'officer-row').first().waitFor();
  await step('03-officers', { full: false });
  await id(page, 'officer-row-add').first().click();
  await id(page, 'dialog-close').click();
  await id(page, 'next').click();
  await page.getByTestId('field-error').filter({ hasText: '契約編號已存在' }).waitFor();
  await step('04-step1-number-taken');
  await id(page, 'menu-contracts').click();
  await id(page, 'confirm-ok').click(); // leave what was typed
  await id(page, 'contract-query').fill(NUMBER);
  await id(page, 'contract-query-submit').click();
  await until(async () => (await id(page, 'contract-row').count()) === 1);
  await step('05-contracts');
  await id(page, 'contract-row').getByRole('link').click();
  await until(async () => (await id(page, 'contract-number').inputValue().catch(() => '')) === NUMBER);
  assert.equal(await id(page, 'handler').textContent(), '陳00');
  await step('06-step1');
  await variants('06-step1');
  await id(page, 'next').click();
});

test('STEP2: 電子契約.pdf as LibreOffice makes it', async () => {
  const file = contractPdf();
  await id(page, 'upload-open').click();
  await id(page, 'upload-input').setInputFiles(file);
  await id(page, 'upload-row').waitFor();
  await step('07-upload', { full: false });
  await id(page, 'upload-confirm').click();
  await id(page, 'document-row').waitFor();
  const size = `${(statSync(file).size / 1024).toFixed(2)}KB`;
  assert.match(await id(page, 'document-row').textContent(), new RegExp(`電子契約.*${size.replace('.', '\\.')}`));
  await step('08-step2');
  await id(page, 'next').click();
});

test('STEP3: the vendor, the notice, an e-mail; it is sealed and sent', async () => {
  await id(page, 'vendor-add').click();
  await id(page, 'vendor-query-text').fill('關貿');
  await id(page, 'vendor-query').click();
  await page.getByTestId('vendor-row').filter({ hasText: '關貿網路股份有限公司' }).getByTestId('vendor-row-add').click();
  await step('09-vendors', { full: false });
  await id(page, 'dialog-close').click();
  assert.equal(await id(page, 'vendor-chip').count(), 1);
  assert.ok((await id(page, 'sealer-chip').count()) >= 2, 'the sealing staff is there by itself');
  assert.match(await id(page, 'notice-subject').inputValue(), SUBJECT);
  await id(page, 'email-add').click();
  await id(page, 'email-input').fill('test@gmail.com');
  await id(page, 'email-ok').click();
  await step('10-step3');
  await variants('10-step3');
  await id(page, 'send').click();
  await id(page, 'contract-state-badge').waitFor();
  assert.match(await page.textContent('main'), new RegExp(`M${today}0028553`));
  const rows = await historyRows(1);
  assert.match(rows[0], /1.*臺北市政府電子文件服務平台/);
  assert.match(await id(page, 'history-heading').textContent(), new RegExp(`電子契約.*D${today}0013179`));
  for (const [part, done] of [['platform', 'true'], ['vendor', 'false'], ['agency', 'false']]) assert.equal(await id(page, `progress-${part}`).getAttribute('data-done'), done);
  await step('11-sent');
  await logout(page);
});

test('the vendor reads the message, sees the PDF, signs: a wrong PIN first', async () => {
  page = await login(browser, 'vendor');
  await id(page, 'menu-certificates').click();
  await id(page, 'certificate-row').first().waitFor();
  assert.equal(await id(page, 'certificate-expired').count(), 1);
  await step('12-certificates');
  await id(page, 'menu-received').click();
  await page.getByTestId('received-row').filter({ hasText: SUBJECT }).first().waitFor();
  await step('13-received');
  await variants('13-received');
  await page.getByTestId('received-row').filter({ hasText: SUBJECT }).first().getByRole('link').click();
  assert.match(await id(page, 'message-number').textContent(), new RegExp(`M${today}0028553`));
  assert.match(await id(page, 'message-sender').textContent(), /陳00\s*\(臺北市政府資訊局\)/);
  assert.ok((await drawn(page)) > 0);
  await step('14-message');
  await variants('14-message');
  await drawn(page);
  await id(page, 'reply-open').click();
  await page.locator('[data-testid=preflight-card][data-state=ok]').waitFor();
  await id(page, 'reply-body').fill('簽章完畢');
  await id(page, 'certificate-select').selectOption({ label: await page.locator('[data-testid=certificate-select] option', { hasText: '關貿測試用憑證_0922' }).textContent() });
  await step('15-reply');
  const window = await pinWindow(browser, () => id(page, 'sign-send').click());
  assert.equal(await window.textContent('#origin'), ORIGIN);
  assert.match(await window.textContent('#list'), new RegExp(`電子契約.*D${today}0013179`));
  assert.match(await window.textContent('#subject'), /測試公司1.*97162640/);
  await accessible(window, 'the PIN window');
  await shot(window, '16-pin');
  const { code, text } = await refusedPin(window, '999999');
  assert.equal(code, 'pin_wrong');
  assert.match(text, /還可以試 2 次/);
  await shot(window, '17-pin-wrong');
  await givePin(window, '123456');
  await id(page, 'sign-success').waitFor({ timeout: 30000 });
  assert.match(await id(page, 'sign-success').textContent(), new RegExp(`M${today}0028554`));
  await historyRows(2);
  await step('18-signed');
  await id(page, 'menu-sent').click();
  await page.getByTestId('sent-row').filter({ hasText: `M${today}0028554` }).first().waitFor();
  await step('19-sent-list');
  await logout(page);
});

test('the officer sees two rows of history, and the reply', async () => {
  page = await login(browser, 'chen');
  await id(page, 'menu-contracts').click();
  await page.getByTestId('contract-row').filter({ hasText: NUMBER }).getByRole('link').click();
  const rows = await historyRows(2);
  assert.match(rows[0], /2.*關貿網路股份有限公司.*關貿測試用憑證_0922/);
  await step('20-contract-vendor-signed');
  await goto('/received');
  await page.getByTestId('received-row').filter({ hasText: `M${today}0028554` }).getByRole('link').click();
  assert.equal(await id(page, 'message-body').textContent(), '簽章完畢');
  assert.match(await id(page, 'message-subject').textContent(), /^RE:檢送「北市府電子契約案/);
  await logout(page);
});

test('the sealing staff finds it in 機關用印 and seals it', async () => {
  page = await login(browser, 'he');
  await id(page, 'menu-sealing').click();
  await title('機關用印');
  await page.getByTestId('sealing-row').filter({ hasText: SUBJECT }).first().waitFor();
  await step('21-sealing');
  await variants('21-sealing');
  await page.getByTestId('sealing-row').filter({ hasText: SUBJECT }).first().getByRole('link').click();
  assert.match(await id(page, 'message-number').textContent(), new RegExp(`M${today}0028555`));
  assert.match(await id(page, 'message-original').textContent(), new RegExp(`M${today}0028553`));
  await drawn(page);
  await id(page, 'reply-open').click();
  await id(page, 'reply-body').fill('用印完畢');
  await page.locator('[data-testid=preflight-card][data-state=ok]').waitFor();
  await step('22-seal');
  const window = await pinWindow(browser, () => id(page, 'sign-send').click());
  assert.match(await window.textContent('#subject'), /測試機關1/);
  await givePin(window, '654321');
  await id(page, 'sign-success').waitFor({ timeout: 30000 });
  await historyRows(3);
  await step('23-sealed');
  await logout(page);
});

test('已完成: three rows, each with 卡片資訊; the file and its revisions verify', async () => {
  page = await login(browser, 'chen');
  await id(page, 'menu-contracts').click();
  const row = page.getByTestId('contract-row').filter({ hasText: NUMBER });
  assert.match(await row.getByTestId('contract-row-state').textContent(), /已完成/);
  await row.getByRole('link').click();
  const rows = await historyRows(3);
  assert.match(rows[0], /3.*何00\s*\(臺北市政府資訊局\).*機關用印測試用憑證/);
  assert.match(rows[1], /2.*關貿網路股份有限公司/);
  assert.match(rows[2], /1.*臺北市政府電子文件服務平台/);
  for (const part of ['platform', 'vendor', 'agency']) assert.equal(await id(page, `progress-${part}`).getAttribute('data-done'), 'true');
  await page.getByTestId('history-row').nth(1).getByTestId('card-info').click();
  assert.match(await id(page, 'card-sdn').textContent(), /97162640.*測試公司1|測試公司1.*97162640/);
  assert.match(await id(page, 'card-idn').textContent(), /政府測試憑證管理中心/);
  assert.match(await id(page, 'card-serial').textContent(), /^[0-9A-Fa-f: ]{8,}$/);
  await step('24-card-info', { full: false });
  await id(page, 'dialog-close').click();
  await step('25-completed');
  await variants('25-completed');
  const [download] = await Promise.all([page.waitForEvent('download'), id(page, 'file-download').click()]);
  assert.equal(download.suggestedFilename(), '電子契約.pdf');
  await download.saveAs(join(out, 'final.pdf'));
  await logout(page);
  const bytes = readFileSync(join(out, 'final.pdf'));
  const ends = [...bytes.toString('latin1').matchAll(/%%EOF\r?\n?/g)].map((m) => m.index + m[0].length).slice(-3);
  assert.equal(ends.at(-1), bytes.length);
  ends.forEach((end, i) => verify(bytes.subarray(0, end), i + 1));
});

// Judged by three programs that know nothing of each other.
function verify(bytes, signatures) {
  const path = join(out, `revision-${signatures}.pdf`);
  writeFileSync(path, bytes);
  const report = JSON.parse(ctl('verify', path, '--trust', join(DIR, 'pki'), '--json'));
  assert.equal(report.valid, true, JSON.stringify(report));
  assert.equal(report.signatures.length, signatures);
  const poppler = execFileSync('pdfsig', ['-nocert', path]).toString();
  assert.equal(poppler.match(/Signature Validation: Signature is Valid/g)?.length, signatures, poppler);
  const mupdf = execFileSync('mutool', ['sign', '-v', path]).toString();
  assert.equal(mupdf.match(/Verifying signature/g)?.length, signatures, mupdf);
  assert.doesNotMatch(mupdf, /Digest.*(failure|changed|not)/i, mupdf);
}

test('the vendor gets RE:, the mails went out, the audit trail is whole', async () => {
  page = await login(browser, 'vendor');
  await goto('/received');
  await page.getByTestId('received-row').filter({ hasText: 'RE:檢送「北市府電子契約案' }).first().waitFor();
  await step('26-vendor-received');
  await logout(page);
  const { port } = new URL(ORIGIN);
  const mails = await until(async () => {
    const all = await (await fetch(`http://127.0.0.1:${Number(port) + 2}/mails.json`)).json();
    const mine = all.filter((m) => SUBJECT.test(m.subject));
    return mine.some((m) => m.to.includes('test@gmail.com')) && mine.some((m) => m.subject.startsWith('RE:')) && mine;
  }, 30000);
  assert.ok(mails.length >= 4, `${mails.length} mails`);
  assert.equal(sql("SELECT COUNT(*) FROM sign_task WHERE state = 'prepared'"), '0');
  ctl('audit-verify', '--conf', join(DIR, 'conf/yinxin.conf'));
});
