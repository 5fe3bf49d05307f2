// Two tabs, or two people, on one contract: what only one side changed is taken over; the same
// field is shown twice and chosen; what was typed is never overwritten. After sending, number
// and title stand fast.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { as, draft } from '../api/client.mjs';
import { accessible, id, launch, login, open as openTab, ORIGIN, shot, until } from './harness.mjs';

let browser, one, two, chen, number;
const read = async (contract) => (await chen.get(`/contracts/${contract}`)).body;
const both = async (hash, ready) => {
	for (const page of [one, two]) {
		await page.goto('about:blank');
		await page.goto(`${ORIGIN}/${hash}`);
		await id(page, ready).waitFor();
	}
};
const sent = async () => {
	number = `Z-${randomUUID().slice(0, 8)}`;
	const contract = await draft(chen, number);
	assert.equal((await chen.post(`/contracts/${contract}/send`, {})).status, 200);
	return contract;
};
const update = async (page, value) => {
	await id(page, 'case-number').fill(value);
	await id(page, 'update').click();
};

before(async () => {
	chen = await as('chen');
	browser = await launch();
	one = await login(browser, 'chen');
	two = await openTab(browser);
});
after(async () => {
	await browser?.close();
});

test('after sending number and title are fixed, and what may change is said', async () => {
	const contract = await sent();
	await both(`#/contracts/${contract}`, 'update');
	assert.equal(await id(one, 'contract-number').count(), 0);
	assert.equal((await id(one, 'contract-number-fixed').textContent()).trim(), number);
	assert.match(await id(one, 'contract-may-change').textContent(), /契約編號與契約名稱.*固定.*採購案號.*雙方皆可查看/s);
	assert.match(await id(one, 'handler').textContent(), /陳00\s*chen/, 'told apart by the account');
	await update(one, 'P-1');
	await id(one, 'alert-success').waitFor();
	assert.equal((await read(contract)).caseNumber, 'P-1');
	await id(one, 'change-row').first().waitFor();
	assert.match(await id(one, 'change-row').first().textContent(), /陳00.*更新採購案號.*\(空白\).*P-1/s);
	await accessible(one, 'the management of a sent contract');
	await shot(one, 'clash-fixed');

	await id(one, 'email-add').click();
	await id(one, 'email-input').fill('private@example.tw');
	await id(one, 'email-ok').click();
	await id(one, 'update').click();
	await until(async () => (await id(one, 'change-row').count()) === 2);
	assert.match(await id(one, 'changes').textContent(), /private@example\.tw/);
	const vendor = await login(browser, 'vendor');
	await vendor.evaluate((to) => (location.hash = to), '#/received');
	await id(vendor, 'received-row').filter({ hasText: number }).getByRole('link').first().click();
	await id(vendor, 'history-open').first().click();
	await until(async () => (await id(vendor, 'change-row').count()) === 2);
	assert.match(await id(vendor, 'changes').textContent(), /更新採購案號.*P-1/s, 'the other side sees it');
	assert.doesNotMatch(await id(vendor, 'changes').textContent(), /private/, 'but not whose addresses');
	await shot(vendor, 'changes-vendor', { full: false });
	await vendor.close();
	for (const page of [one, two]) await page.close();
	one = await login(browser, 'chen');
	two = await openTab(browser);
});

test('the same field: both are shown, mine stays until I choose; mine', async () => {
	const contract = await sent();
	await both(`#/contracts/${contract}`, 'update');
	await update(one, 'P-one');
	await id(one, 'alert-success').waitFor();
	await update(two, 'P-two');
	await id(two, 'clash-save').waitFor();
	const text = await id(two, 'dialog').textContent();
	assert.ok(text.includes('P-one') && text.includes('P-two'), text);
	await accessible(two, 'the choice between two versions');
	await shot(two, 'clash-choice-zh', { full: false });
	await id(two, 'clash-later').click();
	assert.equal(await id(two, 'case-number').inputValue(), 'P-two', 'what I typed is there');
	assert.equal((await read(contract)).caseNumber, 'P-one', 'nothing is overwritten');
	await id(two, 'clash-open').click();
	await id(two, 'clash-save').click();
	await id(two, 'alert-success').waitFor();
	assert.equal((await read(contract)).caseNumber, 'P-two');
});

test('the same field: theirs, and what only I changed stays mine', async () => {
	const contract = await sent();
	await both(`#/contracts/${contract}`, 'update');
	await update(one, 'P-one');
	await id(one, 'alert-success').waitFor();
	await id(two, 'email-add').click();
	await id(two, 'email-input').fill('two@example.tw');
	await id(two, 'email-ok').click();
	await update(two, 'P-two');
	await id(two, 'clash-theirs-caseNumber').check();
	await id(two, 'clash-save').click();
	await id(two, 'alert-success').waitFor();
	const now = await read(contract);
	assert.equal(now.caseNumber, 'P-one');
	assert.ok(now.emails.includes('two@example.tw'));
	assert.equal(await id(two, 'case-number').inputValue(), 'P-one');
});

test('different fields of a draft: both are stored, nobody is asked', async () => {
	const contract = await draft(chen, `Z-${randomUUID().slice(0, 8)}`);
	await both(`#/contracts/${contract}/signers`, 'notice-body');
	await id(one, 'notice-subject').fill('主旨由一');
	await until(async () => (await read(contract)).subject === '主旨由一');
	await id(two, 'notice-body').fill('內容由二');
	await until(async () => (await read(contract)).body === '內容由二');
	assert.equal((await read(contract)).subject, '主旨由一');
	await until(async () => (await id(two, 'notice-subject').inputValue()) === '主旨由一');
	assert.equal(await id(two, 'clash-save').count(), 0);
	assert.deepEqual([one.problems, two.problems], [[], []]);
});
