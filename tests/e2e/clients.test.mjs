// 介接程式 in real Chromium: registered, agreed to by a second administrator, secrets shown once, a
// webhook with its log; the description of the public API as a page, for anybody; in both languages, narrow.
import test from 'node:test';
import assert from 'node:assert/strict';
import { sql } from '../api/client.mjs';
import { Receiver, HOOK_URL } from '../api/receiver.mjs';
import { service } from '../api/public.mjs';
import { Browser } from './browser.mjs';

let browser, receiver, client;
test.before(async () => {
	receiver = await new Receiver().open();
	browser = await Browser.open();
});
test.after(async () => {
	await receiver?.close();
	await browser?.close();
});
const at = (id) => browser.at(id);
const wide = () => browser.page.evaluate(() =>
	document.documentElement.scrollWidth > document.documentElement.clientWidth);

test('a client is registered; what writes waits for a second administrator', async () => {
	await browser.login('agencyadmin');
	await at('menu-clients').click();
	await at('client-new').click();
	await browser.clean('the dialog of a new client');
	await at('client-ok').click();
	await at('field-error').first().waitFor();
	await at('client-name').fill('採購介接');
	await at('client-purpose').fill('由採購系統建立並送出契約，取回簽署結果');
	await at('client-contact').fill('it@example.tw');
	for (const scope of ['contracts:write', 'documents:read', 'events:read']) await at(`scope-${scope}`).check();
	await browser.shot('client-new');
	await at('client-ok').click();
	await at('client-facts').waitFor();
	await at('client-waiting').filter({ hasText: 'contracts:write' }).waitFor();
	assert.equal(await at('client-agree').count(), 0, 'not by oneself');
	client = { id: await at('client-id').textContent() };
	await browser.clean('one client');
	await browser.shot('client-waiting');
});

test('a secret is shown once and works', async () => {
	await at('secret-new').click();
	await browser.page.getByRole('dialog').getByRole('button', { name: '新增密鑰' }).click();
	await at('once-secret').waitFor();
	client.secret = await at('once-secret').inputValue();
	assert.match(client.secret, /^[0-9a-f]{64}$/);
	await browser.clean('the secret');
	await browser.shot('client-secret');
	await at('once-ok').click();
	await at('secret-row').filter({ hasText: client.secret.slice(-4) }).waitFor();
	assert.ok(!(await browser.page.content()).includes(client.secret), 'gone from the page');
	assert.equal((await (await service(client)).get('/me')).status, 200);
});

test('a webhook: its secret, a test event, the log, again', async () => {
	await at('hook-new').click();
	await at('hook-url').fill('https://10.0.0.1/');
	await at('client-ok').click();
	await at('field-error').waitFor();
	await at('hook-url').fill(HOOK_URL);
	await browser.clean('the dialog of a webhook');
	await browser.shot('client-hook-new');
	await at('client-ok').click();
	await at('once-secret').waitFor();
	assert.match(await at('once-secret').inputValue(), /^whsec_/);
	await at('once-ok').click();
	await at('hook-row').getByRole('link').click();
	await at('hook-facts').waitFor();
	client.hook = new URL(browser.page.url()).hash.slice(1);
	receiver.answer = () => 500;
	await at('hook-test').click();
	await at('hook-said').waitFor();
	await receiver.wait((g) => g.event.type === 'test');
	const row = at('delivery-row').first();
	for (let i = 0; i < 60 && !(await row.filter({ hasText: 'HTTP 500' }).count()); i++) {
		await at('log-reload').click();
		await browser.page.waitForTimeout(500);
	}
	await row.filter({ hasText: 'HTTP 500' }).waitFor();
	await browser.clean('the log of a webhook');
	await browser.shot('client-hook-failed');
	receiver.answer = () => 204;
	await receiver.wait((g) => g.event.type === 'test', 2);
	for (let i = 0; i < 60 && !(await row.filter({ hasText: '已送達' }).count()); i++) {
		await at('log-reload').click();
		await browser.page.waitForTimeout(500);
	}
	await row.getByTestId('delivery-open').click();
	await at('try-row').nth(1).waitFor();
	await browser.clean('the tries of a delivery');
	await browser.shot('client-hook-tries');
	await browser.page.keyboard.press('Escape');
	await row.getByTestId('delivery-again').click();
	await receiver.wait((g) => g.event.type === 'test', 3);
	await browser.shot('client-hook');
});

test('narrow and in English: nothing is wider than the screen', async () => {
	await browser.page.setViewportSize({ width: 390, height: 844 });
	await browser.page.reload();
	const pages = [['/clients', 'list'], [`/clients/${client.id}`, 'one'], ['/api-docs', 'docs'],
		[client.hook, 'hook']];
	for (const language of ['zh', 'en']) {
		for (const [path, name] of pages) {
			await browser.go(path);
			await browser.page.getByRole('heading', { level: 2 }).first().waitFor();
			assert.equal(await wide(), false, `${path} at 390`);
			await browser.shot(`client-390-${language}-${name}`);
		}
		await at('language').click();
	}
	await browser.page.setViewportSize({ width: 320, height: 700 });
	for (const [path] of pages) {
		await browser.go(path);
		await browser.page.getByRole('heading', { level: 2 }).first().waitFor();
		assert.equal(await wide(), false, `${path} at 320`);
	}
	await browser.page.setViewportSize({ width: 1440, height: 1000 });
	await at('language').click();
	for (const [path, name] of pages) {
		await browser.go(path);
		await browser.page.getByRole('heading', { level: 2 }).first().waitFor();
		await browser.shot(`client-1440-en-${name}`);
	}
	await at('language').click();
});

test('the platform\'s administrator sees it, agrees, and may stop it, but gets no secret', async () => {
	await browser.logout();
	await browser.login('admin');
	await browser.go('/clients');
	await browser.shot('client-platform');
	await browser.clean('the list of clients');
	await browser.go('/admin/approvals');
	const row = at('approval-client-row').filter({ hasText: '採購介接' });
	await row.getByTestId('approval-client-agree').waitFor();
	await browser.shot('client-approvals');
	await browser.clean('what clients ask for, among the approvals');
	await row.getByTestId('approval-client-agree').click();
	await browser.page.getByRole('dialog').getByRole('button', { name: '核可授權範圍' }).click();
	await row.waitFor({ state: 'detached' });
	await browser.go(`/clients/${client.id}`);
	await at('client-rate-change').click();
	await at('client-rate-field').fill('1200');
	await browser.clean('the dialog of the rate');
	await at('client-ok').click();
	await at('client-rate').filter({ hasText: '1200' }).waitFor();
	await at('client-waiting').waitFor({ state: 'detached' });
	for (const id of ['secret-new', 'client-change', 'hook-new', 'secret-revoke'])
		assert.equal(await at(id).count(), 0, id);
	assert.equal(sql(`SELECT scopes LIKE '%contracts:write%' FROM client WHERE id = '${client.id}'`), '1');
	await at('client-stop').click();
	await browser.page.getByRole('dialog').getByRole('button', { name: '停用' }).click();
	await at('client-facts').filter({ hasText: '已停用' }).waitFor();
});

test('the description of the API is a page for anybody, in both languages', async () => {
	await browser.logout();
	await browser.go('/api-docs');
	await at('docs-operation').first().waitFor();
	const described = await (await fetch(new URL('/api/public/v1/openapi.json', browser.page.url()))).json();
	const count = Object.values(described.paths).flatMap(Object.keys).length;
	assert.equal(await at('docs-operation').count(), count);
	await browser.clean('the description of the API');
	await browser.shot('api-docs');
	const link = browser.page.getByRole('link', { name: '建立契約草稿' });
	await link.focus();
	await browser.page.keyboard.press('Enter');
	await browser.page.waitForFunction(() => document.activeElement?.id === 'createContract');
	await browser.shot('api-docs-create');
	await at('language').click();
	await browser.page.getByRole('heading', { name: 'Public API' }).waitFor();
	await browser.clean('the description of the API, in English');
	await browser.shot('api-docs-en');
	const text = await at('docs-operation').allTextContents();
	assert.ok(!/undefined|\[object/.test(text.join()), 'nothing is left out');
	assert.deepEqual(browser.errors, []);
});
