// A hundred contracts with one PIN: ticked in the list, read one after the other, signed with a real
// card. One that was voided meanwhile fails alone; the card is pulled out in the middle, and what
// is left is gone on with. (YX_BATCH=30 takes a third of the time.)
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { as } from '../api/client.mjs';
import { accessible, card, cardsSeen, givePin, id, launch, login, pinWindow, shot, sql, until } from './harness.mjs';
import { draftOf, send } from './many.mjs';

const N = Number(process.env.YX_BATCH ?? 100);
const PULLED = 8; // so many are signed when the card is pulled out, or a few more
const prefix = `BATCH-${randomUUID().slice(0, 6)}`;
const numberOf = (i) => `${prefix}-${String(i + 1).padStart(3, '0')}`;
let browser, page, chen, contracts;

/** Four at a time: the platform seals while the next one is uploaded. */
async function makeAll() {
	const made = Array(N);
	let next = 0;
	const work = async () => {
		for (let i = next++; i < N; i = next++) {
			made[i] = await draftOf(chen, numberOf(i), `批次第${i + 1}件`, ['電子契約'], 1);
			await send(chen, made[i]);
		}
	};
	await Promise.all([work(), work(), work(), work()]);
	return made;
}

before(async () => {
	chen = await as('chen');
	contracts = await makeAll();
	browser = await launch();
	page = await login(browser, 'vendor');
});
after(async () => {
	await card('vendor', 'evil none').catch(() => {});
	await browser?.close();
});

const count = async () => Number((await id(page, 'batch-count').textContent()).match(/\d+/)[0]);
const drawn = () => page.locator('[data-testid=viewer][data-drawn=true]').waitFor();
const progress = async () => {
	const box = id(page, 'batch-progress');
	if ((await box.count()) === 0) return null;
	return Object.fromEntries(
		await Promise.all(
			['done', 'failed', 'left'].map(async (k) => [k, Number(await box.getAttribute(`data-${k}`))]),
		),
	);
};
const states = () => sql(`SELECT state, COUNT(*) FROM contract WHERE number LIKE '${prefix}-%' GROUP BY state`);

test('rows are ticked: one, a page, all that wait; paging forgets nothing', async () => {
	await page.evaluate(() => (location.hash = '#/received?tab=to_sign'));
	await id(page, 'batch-tick').first().waitFor();
	assert.equal(await id(page, 'batch-open').count(), 0, 'nothing is ticked yet');
	await id(page, 'batch-tick').first().check();
	assert.equal(await count(), 1);
	await id(page, 'batch-page').click();
	assert.equal(await count(), 10);
	await id(page, 'pager-next').click();
	await until(async () => (await page.locator('[data-testid=batch-tick]:checked').count()) === 0);
	assert.equal(await count(), 10);
	await shot(page, 'batch-list');
	await accessible(page, 'a list with ticks');
	const waiting = (await (await as('vendor')).get('/messages/received?tab=to_sign&size=1')).body.total;
	await id(page, 'batch-all').click();
	await until(async () => (await count()) === Math.min(waiting, 100));
	await id(page, 'batch-none').click();
	assert.equal(await count(), 0);
	// A search holds for that button too.
	await page.evaluate((q) => (location.hash = `#/received?tab=to_sign&q=${q}`), `${prefix}-00`);
	await until(async () => (await id(page, 'pager').textContent()).includes('共 9 筆'));
	await id(page, 'batch-all').click();
	await until(async () => (await count()) === 9);
	await id(page, 'batch-none').click();
	// Now the ones of this test only, page by page.
	await page.evaluate((q) => (location.hash = `#/received?tab=to_sign&q=${q}`), prefix);
	const pages = Math.ceil(N / 10);
	await until(async () => (await id(page, 'pager').textContent()).includes(String(N)));
	for (let i = 1; i <= pages; i++) {
		await id(page, 'batch-page').click();
		await until(async () => (await count()) === Math.min(N, i * 10));
		if (i === pages) break;
		await id(page, 'pager-next').click();
		await until(async () => (await page.locator('[data-testid=batch-tick]:checked').count()) === 0);
	}
});

test('each is read before it can be signed', async () => {
	await id(page, 'batch-open').click();
	await drawn();
	assert.equal(await id(page, 'sign-row').count(), N);
	await until(async () => (await page.locator('[data-testid=sign-check]:checked').count()) === 1);
	await shot(page, 'batch-desk', { full: false });
	await accessible(page, 'many contracts on one desk');
	for (let i = 1; i < N; i++) {
		await id(page, 'document-next').click();
		await until(async () => (await page.locator('[data-testid=sign-check]:checked').count()) > i);
	}
	assert.equal(sql(`SELECT COUNT(*) FROM message_recipient r JOIN message m ON m.id = r.message_id
		JOIN contract c ON c.id = m.contract_id
		WHERE c.number LIKE '${prefix}-%' AND r.read_at IS NOT NULL`), String(N));
	await page.reload();
	await drawn();
	await until(async () => (await page.locator('[data-testid=sign-check]:checked').count()) === N);
});

test('the card is pulled out: what was signed is handed in; what was voided fails alone', async () => {
	const voided = await chen.post(`/contracts/${contracts[0]}/void`, { reason: '誤送' });
	assert.equal(voided.body.contractState, 'voided');
	assert.match(await id(page, 'batch-summary').textContent(), new RegExp(`${N} 件契約、${N} 份文件`));
	const window = await pinWindow(browser, () => id(page, 'batch-send').click());
	assert.equal(await window.locator('#list li').count(), N - 1, 'what cannot be signed is not asked for');
	assert.match(await window.locator('#list li').first().textContent(), new RegExp(prefix));
	await window.locator('#rule:not(:empty)').waitFor(); // the card has told its rules
	assert.equal(await card('vendor', 'evil slow=1@87'), 'ok');
	await window.fill('#pin', '123456');
	await window.click('#ok');
	await window.locator('#list li.signed').nth(PULLED - 1).waitFor({ timeout: 120000 });
	assert.equal(await card('vendor', 'remove'), 'ok');
	await id(page, 'batch-stop').waitFor({ state: 'detached', timeout: 120000 });
	const so = await progress();
	assert.ok(so.done >= PULLED && so.done < N - 1, JSON.stringify(so));
	assert.deepEqual([so.failed, so.left], [1, N - 1 - so.done]);
	assert.equal(await page.locator('[data-testid=batch-result][data-stage=failed]').count(), 1);
	await shot(page, 'batch-pulled');
	await accessible(page, 'a batch that stopped');
	assert.match(states(), new RegExp(`agency_pending\\s+${so.done}`));
});

test('put back, the rest is gone on with', async () => {
	const had = (await progress()).done;
	assert.equal(await card('vendor', 'evil none'), 'ok');
	assert.equal(await card('vendor', 'insert'), 'ok');
	await cardsSeen(page, 2);
	const window = await pinWindow(browser, () => id(page, 'batch-send').click());
	assert.equal(await window.locator('#list li').count(), N - 1 - had);
	await givePin(window, '123456');
	await id(page, 'batch-stop').waitFor({ state: 'detached', timeout: 180000 });
	assert.deepEqual(await progress(), { done: N - 1, failed: 1, left: 0 });
	await shot(page, 'batch-done', { full: false });
	assert.equal(states(), `agency_pending\t${N - 1}\nvoided\t1`);
	assert.equal(sql(`SELECT COUNT(*) FROM message m JOIN contract c ON c.id = m.contract_id
		WHERE c.number LIKE '${prefix}-%' AND m.kind = 'reply'`), String(N - 1), 'a reply for each');
	assert.deepEqual(page.problems, []);
});

test('on a telephone nothing goes sideways; what was done is not ticked any more', async () => {
	await page.setViewportSize({ width: 390, height: 844 });
	assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
	await shot(page, 'batch-390');
	await page.reload();
	await page.locator('.empty, [data-testid=sign-row]').first().waitFor();
	await page.evaluate(() => (location.hash = '#/received?tab=to_sign'));
	await id(page, 'batch-count').waitFor();
	assert.equal(await count(), 0);
	assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
	await page.close();
});
