// 傳送文件: written with its attachment, signed with a real card, sent, read, answered, recalled;
// clicked in real Chromium, both sides, both languages.
import test from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from '../api/client.mjs';
import { Browser, closed, ROOT, typePin } from './browser.mjs';

let browser;
test.before(async () => {
	browser = await Browser.open();
});
test.after(() => browser?.close());

const at = (id) => browser.at(id);
const fits = async (where) => {
	const wide = await browser.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	assert.ok(wide <= 0, `${where}: ${wide} px too wide`);
};
let letter;
const CSV = Buffer.from('\ufeff編號,姓名\r\n1,陳00\r\n');
const CHANGED = Buffer.from('\ufeff編號,姓名\r\n1,林00\r\n');
async function saved(link) {
	const [download] = await Promise.all([browser.page.waitForEvent('download'), link.click()]);
	return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** The extension's window for what is not signed yet. */
async function signWindow() {
	await at('letter-sign').click();
	await at('certificate-select').selectOption({ label: (await at('certificate-select').locator('option')
		.allTextContents()).map((o) => o.trim()).find((o) => o.includes('0922')) });
	await browser.shot('letter-sign');
	await browser.clean('the dialog to sign attachments');
	return browser.window(() => at('letter-sign-ok').click());
}

test('a company writes, attaches, signs with its card and sends', async () => {
	await browser.login('vendor');
	await at('menu-letters').click();
	await at('letter-new').click();
	await at('letter-subject').waitFor();
	letter = browser.page.url().split('/').pop();
	await browser.clean('an empty draft');
	await at('letter-send').click();
	await at('field-error').first().waitFor();
	await at('to-add').click();
	await at('party-query-text').fill('陳');
	await at('party-query').click();
	await at('party-row').first().waitFor();
	await browser.shot('letter-recipients');
	await browser.clean('the choice of recipients');
	const chen = at('party-row').filter({ hasText: '陳' }).first();
	await chen.getByTestId('party-row-add').click();
	await at('dialog-close').click();
	await at('letter-subject').fill('檢送履約保證金切結書');
	await at('letter-body').fill('依契約第十二條檢送切結書一份，請查照。');
	await at('wish-needsReply').check();
	await at('letter-reply-by').fill('2099-12-31');
	await at('upload-open').click();
	await at('upload-input').setInputFiles(join(ROOT, 'sql/demo/contract.pdf'));
	await at('upload-input').setInputFiles({ name: '人員名單.csv', mimeType: 'text/csv', buffer: CSV });
	await at('upload-confirm').click();
	await at('attachment-row').nth(1).waitFor();
	await browser.page.locator('[data-testid=autosave][data-dirty=false]').waitFor();
	await browser.shot('letter-draft');
	await browser.clean('a draft');

	await browser.page.reload();
	await at('attachment-row').nth(1).waitFor();
	assert.equal(await at('letter-subject').inputValue(), '檢送履約保證金切結書', 'it saved itself');
	let popup = await signWindow();
	assert.match(await popup.textContent('#list'), /人員名單\.csv/);
	await popup.screenshot({ path: join(ROOT, 'tests/out/screens/letter-sign-window.png') });
	await typePin(popup, '123456');
	await closed(popup);
	await at('attachment-state').filter({ hasText: '已簽章' }).nth(1).waitFor();

	await at('attachment-replace').nth(1).click();
	await at('upload-input').setInputFiles({ name: '人員名單.csv', mimeType: 'text/csv', buffer: CHANGED });
	await at('upload-confirm').click();
	await at('attachments-told').filter({ hasText: '原有的簽章不再適用' }).waitFor();
	await at('attachment-state').filter({ hasText: '未簽章' }).waitFor();
	await browser.shot('letter-signature-dropped');
	await browser.clean('a signature that was dropped');
	popup = await signWindow();
	assert.equal(await popup.locator('#list li').count(), 1, 'only what is not signed');
	const digest = createHash('sha256').update(CHANGED).digest('hex').toUpperCase();
	assert.equal(await popup.textContent('#list code'), digest, 'of the file itself');
	await typePin(popup, '123456');
	await closed(popup);
	await at('attachment-state').filter({ hasText: '已簽章' }).nth(1).waitFor();
	await at('letter-send').click();
	await at('letter-preview').waitFor();
	await browser.shot('letter-preview');
	await browser.clean('the preview');
	await at('confirm-ok').click();
	await at('alert-success').filter({ hasText: '文件已傳送' }).waitFor();
	await at('reader-row').waitFor();
	await at('letter-recall').waitFor();
	await browser.shot('letter-sent');
	await browser.clean('what was sent');
});

test('the officer reads it and answers; the exchange stands on both sides', async () => {
	await browser.logout();
	await browser.login('chen');
	await browser.go('/received?tab=unread');
	await at('message-sort').selectOption('due');
	await at('message-due').filter({ hasText: '期限 2099/12/31' }).first().waitFor();
	assert.match(browser.page.url(), /sort=due/);
	await browser.shot('received-due');
	await browser.clean('a list by the last day');
	await at('received-row').filter({ hasText: '履約保證金' }).first().locator('a').click();
	await at('letter-standing').waitFor();
	assert.match(await at('letter-standing').textContent(), /請您回訊.*2099\/12\/31/s);
	assert.equal(await at('letter-recall').count(), 0);
	await browser.page.locator('[data-testid=attachment-worth][data-worth=valid]').nth(1).waitFor();
	assert.match(await at('attachment-worth').nth(1).textContent(), /簽章有效.*測試公司1/s);
	await browser.shot('letter-received');
	await browser.clean('a letter that was received');
	const [file, p7s, both] = [await saved(at('attachment').nth(1)), await saved(at('attachment-signature')),
		await saved(at('attachment-container'))];
	assert.deepEqual([file.name, p7s.name, both.name], ['人員名單.csv', '人員名單.csv.p7s', '人員名單.csv.asics']);
	assert.ok(file.bytes.equals(CHANGED));
	assert.ok(both.bytes.includes(CHANGED) && both.bytes.includes(p7s.bytes), 'the file and its signature');
	await at('attachment-report').nth(1).click();
	await at('verify-verdict').waitFor();
	assert.equal(await at('verify-verdict').getAttribute('data-kind'), 'good');
	await browser.shot('letter-report');
	await browser.clean('the report of an attachment');
	await at('dialog-ok').click();
	await at('letter-answer').click();
	await at('letter-body').fill('已收悉。');
	assert.equal(await at('letter-subject').inputValue(), 'RE:檢送履約保證金切結書');
	await at('letter-send').click();
	await at('confirm-ok').click();
	await at('alert-success').filter({ hasText: '文件已傳送' }).waitFor();
	await at('thread-row').nth(1).waitFor();
	await browser.page.getByTestId('thread-row').first().locator('a').click();
	await at('letter-standing').filter({ hasText: '回訊' }).waitFor();
	await browser.shot('letter-thread');
	assert.equal(sql(`SELECT replied_at IS NOT NULL FROM message_recipient WHERE message_id = '${letter}'`), '1');
});

test('recalled before it was read; edited again; in English and narrow as well', async () => {
	await browser.page.evaluate(() => localStorage.setItem('yinxin-language', 'en'));
	await browser.page.setViewportSize({ width: 390, height: 844 });
	await browser.go('/letters');
	await browser.page.reload();
	await at('letter-new').click();
	await at('letter-subject').waitFor();
	await fits('a draft');
	await at('to-add').click();
	await at('party-query-text').fill('關貿');
	await at('party-query').click();
	await at('party-row').filter({ hasText: '關貿' }).getByTestId('party-row-add').click();
	await browser.shot('letter-en-390-recipients');
	await fits('the choice of recipients');
	await at('dialog-close').click();
	await at('letter-subject').fill('Sent by mistake');
	await at('letter-body').fill('Please disregard.');
	await browser.shot('letter-en-390-draft');
	await at('letter-send').click();
	await at('confirm-ok').click();
	await at('letter-recall').click();
	await browser.shot('letter-en-390-recall');
	await browser.clean('the dialog to recall');
	await at('confirm-ok').click();
	await browser.page.locator('[data-testid=letter-standing][data-state=recalled]').waitFor();
	await browser.shot('letter-en-390-recalled');
	await fits('what was recalled');
	await browser.go('/letters');
	await at('letter-row').filter({ hasText: 'Recalled' }).first().waitFor();
	await at('letters-search').fill('by MISTAKE');
	await at('filter-submit').click();
	await browser.page.waitForFunction(() => {
		const rows = [...document.querySelectorAll('[data-testid=letter-row]')];
		return rows.length > 0 && rows.every((row) => row.textContent.includes('mistake'));
	});
	await browser.shot('letter-en-390-list');
	await browser.clean('the list of drafts');
	await fits('the list');
	await browser.page.keyboard.press('Control+k');
	await at('command-input').fill('mistake');
	await at('command-hit').filter({ hasText: 'Sent by mistake' }).first().waitFor();
	await browser.page.keyboard.press('Escape');
	await browser.go(`/received?sort=party&q=${encodeURIComponent('切結書')}`);
	await at('received-row').first().waitFor();
	await browser.shot('received-en-390-sorted');
	await fits('a list in another order');
	await browser.go(`/messages/${letter}`);
	await at('attachment-worth').nth(1).waitFor();
	await browser.shot('letter-en-390-received');
	await fits('what signatures are worth');
	await browser.go('/letters?q=mistake');
	await at('letter-row').first().waitFor();
	await at('letter-again').first().click();
	await at('letter-subject').waitFor();
	assert.equal(await at('letter-subject').inputValue(), 'Sent by mistake');
	await at('discard').click();
	await at('confirm-ok').click();
	await at('alert-success').waitFor();
	await browser.page.evaluate(() => localStorage.removeItem('yinxin-language'));
	await browser.page.setViewportSize({ width: 1440, height: 1000 });
	assert.deepEqual(browser.errors, []);
});
