// Home: under 待我處理 stands only what waits for me, apart from it what others work on; what
// happened is not that I logged in; a certificate is news when it ends. A sent message stays
// under 已傳送文件.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { as, draft } from '../api/client.mjs';
import { accessible, id, launch, login, shot, sql, until } from './harness.mjs';

const number = `H-${randomUUID().slice(0, 8)}`;
let browser, page, chen;

const codes = async (name) =>
	id(page, name)
		.locator('[data-testid^=tile-]:not([data-testid=tile-count])')
		.evaluateAll((all) => all.map((e) => e.dataset.testid.slice('tile-'.length)));

before(async () => {
	chen = await as('chen');
	const contract = await draft(chen, number);
	assert.equal((await chen.post(`/contracts/${contract}/send`, {})).status, 200);
	browser = await launch();
	page = await login(browser, 'chen');
	await id(page, 'home-mine').waitFor();
});
after(async () => {
	await browser?.close();
});

test('what waits for me, and apart from it what others do', async () => {
	assert.deepEqual(
		(await codes('home-mine')).filter((code) => code !== 'seal_failed'),
		['to_seal', 'unread', 'drafts'],
	);
	assert.deepEqual(await codes('home-cases'), ['vendor_pending', 'agency_pending', 'completed']);
	await accessible(page, 'home');
	await shot(page, 'home-zh');
	await id(page, 'language').click();
	await shot(page, 'home-en');
	await id(page, 'language').click();
});

test('each count is the total of the list it leads to', async () => {
	for (const code of [...(await codes('home-mine')), ...(await codes('home-cases'))]) {
		const tile = id(page, `tile-${code}`);
		const count = Number(await tile.getByTestId('tile-count').textContent());
		await tile.click();
		if (count > 0) {
			await until(async () => {
				const text = await id(page, 'pager').textContent({ timeout: 5000 });
				return Number(/共 (\d+) 筆/.exec(text)[1]) === count;
			});
		}
		await id(page, 'menu-home').click();
		await id(page, 'home-mine').waitFor();
	}
});

test('recent events: what was done to my contracts, never that I logged in', async () => {
	const text = await id(page, 'home-recent').textContent();
	assert.match(text, new RegExp(`發送電子契約\\s*${number}`));
	assert.doesNotMatch(text, /登入|登出|session|閱讀訊息|準備簽章/);
});

test('a certificate is news when it ends within ninety days', async () => {
	assert.equal(await id(page, 'home-certificates').count(), 0, 'none of chen ends soon');
	const mine = "member_id = (SELECT id FROM member WHERE account = 'chen')";
	const [row, was] = sql(`SELECT id, not_after FROM certificate WHERE ${mine} LIMIT 1`).split('\t');
	sql(`UPDATE certificate SET not_after = NOW() + INTERVAL 30 DAY WHERE id = '${row}'`);
	try {
		await page.reload();
		await id(page, 'home-certificates').waitFor();
		assert.match(await id(page, 'home-certificates').textContent(), /剩 (29|30) 天/);
		await accessible(page, 'home with a certificate that ends');
		await shot(page, 'home-certificate');
	} finally {
		sql(`UPDATE certificate SET not_after = '${was}' WHERE id = '${row}'`);
	}
});

test('who signs with a card and has none is told where to begin', async () => {
	const ling = await login(browser, 'ling');
	const mine = "member_id = (SELECT id FROM member WHERE account = 'ling')";
	const had = sql(`SELECT COUNT(*) FROM certificate WHERE ${mine}`);
	await id(ling, 'home-mine').waitFor();
	assert.equal(await id(ling, 'home-no-certificate').count(), had === '0' ? 1 : 0);
	await ling.close();
	await page.close();
	page = await login(browser, 'chen');
	await id(page, 'home-mine').waitFor();
	assert.equal(await id(page, 'home-no-certificate').count(), 0);
});

test('a sent message opens under 已傳送文件 and leads back there', async () => {
	await id(page, 'menu-sent').click();
	await id(page, 'sent-row').first().getByRole('link').click();
	await id(page, 'message-number').waitFor();
	assert.match(await id(page, 'breadcrumb').textContent(), /已傳送文件/);
	assert.equal(await id(page, 'menu-sent').getAttribute('aria-current'), 'page');
	assert.equal(await id(page, 'menu-received').getAttribute('aria-current'), null);
	await shot(page, 'sent-message', { full: false });
	await id(page, 'breadcrumb').getByRole('link', { name: '已傳送文件' }).click();
	await id(page, 'sent-row').first().waitFor();
	assert.deepEqual(page.problems, []);
});
