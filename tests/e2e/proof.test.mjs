// 長期保存 and 時戳待補 in real Chromium: what both sides are told of how long signatures stay provable.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { as, DIR, draft, signMessage, sql } from '../api/client.mjs';
import { Browser } from './browser.mjs';

const responder = `http://127.0.0.1:${Number(readFileSync(join(DIR, 'conf/port'), 'utf8')) + 3}`;
const outOfOrder = (...paths) => fetch(`${responder}/out`, { method: 'POST', body: paths.join('\n') });
let browser;
test.before(async () => {
	browser = await Browser.open();
});
test.after(async () => {
	await outOfOrder();
	await browser?.close();
});
const at = (id) => browser.at(id);

async function completed() {
	const [chen, vendor, he] = await Promise.all(['chen', 'vendor', 'he'].map(as));
	const id = await draft(chen, `PF-${randomUUID().slice(0, 6)}`);
	const sent = (await chen.post(`/contracts/${id}/send`, {})).body;
	const notice = (await vendor.get('/messages/received')).body.items.find((m) => m.number === sent.messageNumber);
	assert.equal((await signMessage(vendor, notice.id, 'vendor')).status, 200);
	const task = (await he.get('/sealing?tab=pending')).body.items.find((m) => m.subject === notice.subject);
	assert.equal((await signMessage(he, task.id, 'agency')).status, 200);
	return { chen, id, notice: notice.id };
}
async function until(what, ask) {
	const end = Date.now() + 90000;
	while (!(await ask())) {
		assert.ok(Date.now() < end, what);
		await new Promise((next) => setTimeout(next, 200));
	}
}
const proofOf = async ({ chen, id }) => (await chen.get(`/contracts/${id}`)).body.documents[0].proof;

test('without an authority it is signed and marked; when it answers, kept for the long term', async () => {
	await outOfOrder('/tsa');
	const c = await completed();
	const due = () => sql(`UPDATE proof p JOIN document d ON d.id = p.document_id SET p.next_at = '2021-01-01'
		WHERE d.contract_id = '${c.id}'`);
	await until('a try has failed', async () => (await proofOf(c)).why);
	await browser.login('chen');
	await browser.go(`/contracts/${c.id}`);
	await at('proof-owed').first().waitFor();
	await at('proof').waitFor();
	assert.equal(await at('proof').getAttribute('data-state'), 'owed');
	assert.match(await at('proof').textContent(), /時戳待補.*時戳服務目前沒有回應/s);
	await at('proof').scrollIntoViewIfNeeded();
	await browser.shot('proof-owed');
	await browser.clean('a contract whose timestamps are owed');

	await outOfOrder();
	due();
	await until('it is kept', async () => (await proofOf(c)).level === 'B-LTA');
	await browser.go('/contracts');
	await browser.go(`/contracts/${c.id}`);
	await at('proof').waitFor();
	assert.equal(await at('proof').getAttribute('data-state'), 'kept');
	assert.match(await at('proof').textContent(), /長期保存 PAdES B-LTA/);
	assert.equal(await at('proof-owed').count(), 0);
	await at('proof').scrollIntoViewIfNeeded();
	await browser.shot('proof-kept');
	await browser.clean('a contract that is kept');
});
