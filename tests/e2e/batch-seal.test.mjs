// Several contracts are sealed with one PIN and the agency's seal that was chosen for all of them.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { as, signMessage } from '../api/client.mjs';
import { png } from '../api/png.mjs';
import { accessible, givePin, id, launch, login, pinWindow, shot, sql, until } from './harness.mjs';
import { draftOf, messageOf, send } from './many.mjs';

const N = 3;
const prefix = `BSEAL-${randomUUID().slice(0, 6)}`;
const picture = png(120, (x, y) => [200, 0, 0, (x - 60) ** 2 + (y - 60) ** 2 < 3000 ? 255 : 0]).toString('base64');
const ok = (answer) => {
	assert.ok(answer.status < 300, JSON.stringify(answer.body));
	return answer.body;
};
let browser, page, chosen;

async function sealOf(he, ling, name) {
	const made = ok(await he.post('/seals', { name, kind: 'official', picture, width: 300, height: 300 }));
	ok(await ling.post(`/seals/${made.id}/approve`, { version: 1 }));
	return made.id;
}

async function waiting(chen, vendor, i) {
	const number = `${prefix}-${i}`, contract = await draftOf(chen, number, `批次用印第${i}件`, ['電子契約'], 1);
	const { documents } = ok(await chen.get(`/contracts/${contract}`));
	ok(await chen.put(`/contracts/${contract}/places`, { places: [
		{ documentId: documents[0].id, party: 'sealer', page: 1, x: 6000, y: 9000, w: 8000, h: 8000 }] }));
	await send(chen, contract);
	ok(await signMessage(vendor, await messageOf(vendor, number), 'vendor'));
}

before(async () => {
	const [chen, vendor, he, ling] = await Promise.all(['chen', 'vendor', 'he', 'ling'].map(as));
	sql('UPDATE seal_picture SET disabled_at = NOW(3) WHERE disabled_at IS NULL');
	chosen = await sealOf(he, ling, `關防${prefix}`);
	await sealOf(he, ling, `職章${prefix}`); // newer: the platform would take it
	for (let i = 1; i <= N; i++) await waiting(chen, vendor, i);
	browser = await launch();
	page = await login(browser, 'he');
});
after(async () => {
	sql('UPDATE seal_picture SET disabled_at = NOW(3) WHERE disabled_at IS NULL');
	await browser?.close();
});

test('one seal is chosen for the whole batch, and stands on each document', async () => {
	await page.evaluate((q) => (location.hash = `#/sealing?tab=pending&q=${q}`), prefix);
	await until(async () => (await id(page, 'batch-tick').count()) === N);
	await id(page, 'batch-page').click();
	await id(page, 'batch-open').click();
	await page.locator('[data-testid=viewer][data-drawn=true]').waitFor();
	for (let i = 1; i < N; i++) {
		await until(async () => (await page.locator('[data-testid=sign-check]:checked').count()) >= i);
		await id(page, 'document-next').click();
	}
	await until(async () => (await page.locator('[data-testid=sign-check]:checked').count()) === N);
	const select = id(page, 'seal-select');
	await select.waitFor();
	assert.deepEqual(await select.locator('option').allTextContents().then((all) => all.length), 3);
	assert.match(await select.locator('option').first().textContent(), new RegExp(`職章${prefix}`));
	await select.selectOption({ label: `關防${prefix}` });
	await shot(page, 'batch-seal', { full: false });
	await accessible(page, 'a batch with a choice of seals');
	const window = await pinWindow(browser, () => id(page, 'batch-send').click());
	assert.equal(await window.locator('#list li').count(), N);
	await givePin(window, '654321');
	await id(page, 'batch-stop').waitFor({ state: 'detached', timeout: 180000 });
	await until(() => sql(`SELECT COUNT(*) FROM contract WHERE number LIKE '${prefix}-%'
		AND state = 'completed'`) === `${N}`);
	assert.equal(sql(`SELECT u.seal_id, COUNT(*) FROM seal_use u JOIN document d ON d.id = u.document_id
		JOIN contract c ON c.id = d.contract_id WHERE c.number LIKE '${prefix}-%'
		GROUP BY u.seal_id`), `${chosen}\t${N}`);
	assert.deepEqual(page.problems, []);
});
