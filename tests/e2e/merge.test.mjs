// 機關整併 in real Chromium: what it does is said first, a code that both have is solved there, a second administrator
// agrees, and the old agency points to the new one.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { as, sql } from '../api/client.mjs';
import { Browser } from './browser.mjs';

let browser;
test.before(async () => {
	browser = await Browser.open();
});
test.after(() => {
	sql(`UPDATE organization SET closed_at = NOW(3) WHERE kind = 'agency' AND code <> '379730000A'
		AND closed_at IS NULL`);
	return browser?.close();
});

const at = (id) => browser.at(id);
const digits = (n) => randomUUID().replace(/\D/g, '').padEnd(n, '7').slice(0, n);

async function agency(admin, name) {
	const code = `${digits(9)}R`;
	const body = { code, name, shortName: '本處', cardIdentity: name };
	const { id } = (await admin.post('/admin/agencies', body)).body;
	const unit = (number, unitName) =>
		admin.post(`/admin/agencies/${id}/units`, { code: number, name: name + unitName });
	return { id, code, name, unit };
}

test('a merger is looked at, asked for, agreed to, and done', async () => {
	const admin = await as('admin');
	const from = await agency(admin, '臺北市政府資訊處'), into = await agency(admin, '臺北市政府數位局');
	for (const [a, number, name] of [[from, '6300', '綜合企劃組'], [from, '6400', '資安組'], [into, '6300', '規劃科']])
		assert.equal((await a.unit(number, name)).status, 201);
	sql(`INSERT INTO member (id, organization_id, account, name, email, created_at) VALUES
		('${randomUUID().replaceAll('-', '')}', '${from.id}', 'm${digits(8)}', '王小明', 'w${digits(6)}@example.tw',
		NOW(3))`);

	await browser.login('admin');
	await browser.go(`/admin/agencies/${from.id}`);
	await at('agency-merge').click();
	await at('merge-into').fill('9999999999');
	await at('merge-look').click();
	await at('field-error').waitFor();
	await at('merge-into').fill(into.code);
	await at('merge-look').click();
	await at('merge-goes').filter({ hasText: '1 位人員' }).waitFor();
	await at('merge-blocks').filter({ hasText: '單位代碼' }).waitFor();
	await browser.shot('merge-look');
	await browser.clean('what a merger does');
	const row = at('merge-unit').filter({ hasText: '6300' }).first();
	await at('merge-reason').fill('組織調整，自下月起生效');
	assert.ok(await at('merge-ask').isDisabled(), 'not before the codes are solved');
	await row.getByTestId('merge-choice').selectOption('new');
	await row.getByTestId('merge-code').fill('6310');
	await at('merge-blocks').waitFor({ state: 'detached' });
	await row.filter({ hasText: '6310 臺北市政府數位局綜合企劃組' }).waitFor();
	await at('merge-ask').click();
	await at('confirm-ok').click();
	await at('merge-state').filter({ hasText: '待核可' }).waitFor();
	assert.equal(await at('merge-agree').count(), 0, 'not who asked');

	await browser.logout();
	await browser.login('admin2');
	await browser.go('/admin/approvals');
	await at('merge-open').filter({ hasText: from.name }).click();
	await at('merge-unit').first().waitFor();
	await browser.shot('merge-agree');
	await browser.clean('a merger that waits');
	for (const width of [390, 320]) {
		await browser.page.setViewportSize({ width, height: 844 });
		await at('merge-unit').first().waitFor();
		await browser.shot(`merge-agree-${width}`);
		assert.ok(await browser.page.evaluate(() => document.documentElement.scrollWidth) <= width, `${width} px`);
	}
	await browser.clean('a merger that waits, narrow');
	await browser.page.setViewportSize({ width: 1440, height: 1000 });
	await at('merge-agree').click();
	await at('confirm-ok').click();
	await at('merge-state').filter({ hasText: '已完成' }).waitFor({ timeout: 120000 });
	await browser.go(`/admin/agencies/${from.id}`);
	await at('agency-successor').filter({ hasText: into.name }).waitFor();
	assert.equal(await at('unit-new').count(), 0, 'nothing is added to what is closed');
	await browser.shot('merge-gone');
	await browser.clean('an agency that is part of another');
	await at('agency-successor').getByRole('link').click();
	await at('agency-event').filter({ hasText: from.name }).first().waitFor();
	await at('unit-row').filter({ hasText: '6310' }).waitFor();
});
