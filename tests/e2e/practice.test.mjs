// 實機演練 in a browser that has neither extension nor reader: one person walks through all the steps, on the
// ordinary screens, with the software cards' windows.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { as } from '../api/client.mjs';
import { Browser, ROOT, URL_BASE, drawn } from './browser.mjs';

const PDF = join(ROOT, 'web/practice/contract.pdf');
const NUMBER = `演練-${randomUUID().slice(0, 8)}`;
let browser;
const at = (id) => browser.at(id);
const clean = (where) => browser.clean(where);
const done = (step) => browser.page.locator(`[data-testid=step-${step}][data-done=true]`);

before(async () => {
	const wang = await as('cao');
	await wang.post('/practice/reset', {}); // what an earlier run left
	browser = await Browser.open({ extension: false });
});
after(() => browser?.close());

async function narrow(name) {
	for (const width of [390, 320]) {
		await browser.page.setViewportSize({ width, height: 844 });
		const wide = await browser.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		assert.ok(wide <= 0, `${name} at ${width}: ${wide} px too wide`);
		if (width === 390) await browser.shot(`${name}-390`);
	}
	await browser.page.setViewportSize({ width: 1440, height: 1000 });
}

/** Whatever part is played: to the step by its button. */
async function goTo(step) {
	await browser.go('/practice');
	await at(`go-${step}`).click();
}

async function pin(text) {
	await at('window-pin').fill(text);
	await at('window-ok').click();
}

async function register(step) {
	await goTo(step);
	await at('read-card').click();
	await at('window-ok').click();
	await at('certificate-purpose').fill('演練用憑證');
	await at('certificate-register').click();
}

test('from the help into the practice: what it is stands there first', async () => {
	await browser.login('cao');
	await browser.go('/help');
	await at('help-practice').click();
	await at('practice-begin').waitFor();
	assert.equal(await at('practice-bar').count(), 0);
	await clean('before the practice');
	await browser.shot('practice-begin');
	await narrow('practice-begin');
	await at('practice-begin').click();
	await at('practice-bar').waitFor();
	assert.equal(await at('practice-bar').getAttribute('data-part'), 'officer');
	await at('step-vendorCertificate').waitFor();
	await clean('the steps');
	for (const closed of ['menu-wallet', 'menu-account', 'menu-templates']) assert.equal(await at(closed).count(), 0);
	await browser.shot('practice-steps');
	await narrow('practice-steps');
});

test('vendor and sealing officer register software cards; a wrong PIN is told, three block the card', async () => {
	await register('vendorCertificate');
	await at('window-pin').waitFor();
	assert.match(await at('window-holder').textContent(), /演練廠商/);
	await clean('the PIN window');
	await browser.shot('practice-pin');
	await pin('000000');
	await at('field-error').waitFor();
	assert.match(await at('field-error').textContent(), /PIN/);
	await pin('000000');
	await browser.page.getByText('還可嘗試 1 次').waitFor();
	await pin('000000');
	await at('window-unblock').click();
	await pin('123456');
	await at('certificate-row').first().waitFor();
	await browser.go('/practice');
	await done('vendorCertificate').waitFor();
	await register('sealerCertificate');
	await pin('123456');
	await at('certificate-row').first().waitFor();
	assert.equal(await at('practice-bar').getAttribute('data-part'), 'sealer');
});

test('the officer makes a contract and sends it to the practice vendor', async () => {
	await goTo('contract');
	await at('contract-number').fill(NUMBER);
	await at('contract-title').fill('演練契約');
	await at('unit-select').selectOption({ index: 1 });
	await at('next').click();
	await at('upload-open').click();
	await at('upload-input').setInputFiles(PDF);
	await at('upload-confirm').click();
	await at('document-row').waitFor();
	await at('next').click();
	await at('vendor-add').click();
	await at('vendor-query').click();
	await at('vendor-row').first().waitFor();
	assert.equal(await at('vendor-row').count(), 1, 'no real one can be chosen');
	await at('vendor-row-add').click();
	await at('vendor-chip').waitFor();
	if (await at('dialog').isVisible().catch(() => false)) await at('dialog-close').click();
	assert.equal(await at('sealer-chip').count(), 1);
	await at('send').click();
	await at('summary').waitFor();
	await at('confirm-ok').click();
	await at('history-row').first().waitFor();
	assert.match(await at('history-heading').first().textContent(), /\(X\d{15}\)/);
	await drawn(browser.page).catch(() => {});
	await clean('a contract of the practice');
	await browser.shot('practice-contract');
});

async function sign(list, body) {
	await at(`${list}-row`).first().getByRole('link').first().click();
	await at('reply-open').waitFor();
	await drawn(browser.page);
	await at('reply-open').click();
	await at('reply-body').fill(body);
	await at('certificate-select').selectOption({ index: 1 });
	await browser.page.locator('[data-testid="preflight-card"][data-state="ok"]').waitFor();
	await at('sign-send').click();
	await at('window-document').waitFor();
}

test('the vendor signs, the sealing officer seals: the contract is complete, every step has its tick', async () => {
	await goTo('signed');
	await at('received-row').first().waitFor();
	await sign('received', '簽章完畢');
	await browser.shot('practice-sign');
	await clean('the signing window');
	await pin('123456');
	await at('sign-success').waitFor();
	await goTo('completed');
	await at('sealing-row').first().waitFor();
	await sign('sealing', '用印完畢');
	await pin('123456');
	await at('sign-success').waitFor();
	await browser.go('/practice');
	await done('completed').waitFor();
	assert.equal(await browser.page.locator('[data-testid^=step-][data-done=true]').count(), 7);
	await browser.shot('practice-finished');
	await clean('all steps done');
});

test('every screen says that it is practice, in English as well', async () => {
	for (const path of ['/', '/contracts', '/received', '/certificates', '/help', '/verify']) {
		await browser.go(path);
		await at('practice-bar').waitFor();
	}
	await at('language').click();
	await browser.go('/practice');
	await at('step-contract').waitFor();
	await clean('the steps in English');
	await browser.shot('practice-steps-en');
	await narrow('practice-steps-en');
	await at('language').click();
});

test('reset begins anew; leaving leads back to what is real', async () => {
	await browser.go('/practice');
	await at('practice-reset').click();
	await at('confirm-ok').click();
	await browser.page.locator('[data-testid=step-contract][data-done=false]').waitFor();
	assert.equal(await browser.page.locator('[data-testid^=step-][data-done=true]').count(), 0);
	await browser.go('/contracts');
	await browser.page.waitForLoadState('networkidle');
	assert.equal(await at('contract-row').count(), 0);
	await at('practice-leave').click();
	await at('practice-begin').waitFor();
	assert.equal(await at('practice-bar').count(), 0);
	await at('user-menu').click();
	assert.match(await browser.page.locator('.user-card').textContent(), /曹/);
	assert.deepEqual(browser.errors, []);
	assert.ok(browser.page.url().startsWith(URL_BASE));
});
