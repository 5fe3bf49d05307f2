// What several messages ask of one member, before anything is signed together.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { as, certificate, draft, sign, signMessage, sql } from './client.mjs';
import { png } from './png.mjs';

const noticeOf = (id) => sql(`SELECT id FROM message WHERE contract_id = '${id}' AND kind = 'notice'`);

test('asked: my tasks of several messages in their order, nothing of others, nothing marked as read', async () => {
	const [chen, vendor, he] = [await as('chen'), await as('vendor'), await as('he')];
	const ids = [];
	for (let i = 0; i < 3; i++) {
		const id = await draft(chen, `ASKED-${randomUUID().slice(0, 8)}`);
		assert.equal((await chen.post(`/contracts/${id}/send`, {})).status, 200);
		ids.push(id);
	}
	const messages = ids.map(noticeOf).reverse();
	const asked = async (client, list) => client.post('/signings/asked', { messages: list });
	const { items } = (await asked(vendor, messages)).body;
	assert.deepEqual(items.map((i) => i.messageId), messages);
	const kinds = new Set(items.map((i) => `${i.kind} ${i.state} ${i.contractState}`));
	assert.deepEqual([...kinds], ['vendor ready vendor_pending']);
	assert.deepEqual([items[0].document.revision, items[0].document.name, items[0].signedAt], [1, '電子契約', null]);
	assert.equal(sql(`SELECT COUNT(*) FROM message_recipient WHERE message_id IN ('${messages.join("','")}')
		AND read_at IS NOT NULL`), '0');
	assert.deepEqual((await asked(he, messages)).body.items, [], 'not asked of him');
	assert.equal((await signMessage(vendor, messages[0], 'vendor')).status, 200);
	const then = (await asked(vendor, messages.slice(0, 1))).body.items[0];
	assert.deepEqual([then.state, then.document.revision], ['signed', 2]);
	assert.match(then.signedAt, /Z$/);
	assert.equal((await asked(vendor, [])).status, 400);
	assert.equal((await asked(vendor, Array(101).fill(messages[0]))).status, 400);
	assert.deepEqual((await asked(await as('lin'), messages)).body.items, [], 'an officer signs own letters only');
	assert.equal((await asked(await as('auditor'), messages)).status, 404, 'who never signs');
});

const fresh = (prefix) => `${prefix}-${randomUUID().slice(0, 8)}`;
const ok = (answer) => {
	assert.ok(answer.status < 300, JSON.stringify(answer.body));
	return answer.body;
};

// A seal of the agency, consented to by a second person.
async function sealOf(he, ling, name) {
	const picture = png(120, (x, y) => [200, 0, 0, (x - 60) ** 2 + (y - 60) ** 2 < 3000 ? 255 : 0]).toString('base64');
	const { id } = ok(await he.post('/seals', { name, kind: 'official', picture, width: 300, height: 300 }));
	ok(await ling.post(`/seals/${id}/approve`, { version: 1 }));
	return id;
}

// A contract that waits for the agency's seal, with a place for it.
async function waiting(chen, vendor) {
	const id = await draft(chen, fresh('SEALED'));
	const { documents } = ok(await chen.get(`/contracts/${id}`));
	ok(await chen.put(`/contracts/${id}/places`, { places: [
		{ documentId: documents[0].id, party: 'sealer', page: 1, x: 6000, y: 9000, w: 8000, h: 8000 }] }));
	ok(await chen.post(`/contracts/${id}/send`, {}));
	ok(await signMessage(vendor, noticeOf(id), 'vendor'));
	return { id, document: documents[0].id, message: sql(`SELECT id FROM message WHERE contract_id = '${id}'
		AND kind = 'sealing'`) };
}

test('the seal that was chosen for a batch is on each of its documents, and in its register of use', async () => {
	const [chen, vendor, he, ling] = [await as('chen'), await as('vendor'), await as('he'), await as('ling')];
	sql('UPDATE seal_picture SET disabled_at = NOW(3) WHERE disabled_at IS NULL');
	const chosen = await sealOf(he, ling, fresh('關防')), newer = await sealOf(he, ling, fresh('職章'));
	const batch = [];
	for (let i = 0; i < 4; i++) batch.push(await waiting(chen, vendor));
	const der = certificate('agency').toString('base64');
	const mine = ok(await he.get('/certificates?size=100')).items.find((c) => c.certificate === der);
	const usable = ok(await he.get(`/seals/usable?certificateId=${mine.id}`)).items;
	assert.deepEqual(usable.map((s) => s.id), [newer, chosen]);
	const { items } = ok(await he.post('/signings/asked', { messages: batch.map((b) => b.message) }));
	assert.equal(items.length, 4);
	const prepare = (item, sealId) => he.post('/signings', {
		tasks: [item.taskId], certificateId: mine.id, ...(sealId && { sealId }) });
	const wrong = await prepare(items[0], 'f'.repeat(32));
	assert.deepEqual([wrong.status, wrong.body.error.code, wrong.body.error.field], [400, 'bad_field', 'sealId']);
	// All are prepared before one is signed, as with one PIN; the last one leaves the choice to the platform.
	const prepared = [];
	for (const [i, item] of items.entries()) prepared.push(ok(await prepare(item, i < 3 ? chosen : null)));
	for (const p of prepared) {
		const done = ok(await he.post(`/signings/${p.id}/complete`, { body: '用印完畢',
			signatures: p.documents.map((d) => sign('agency', d)) }));
		assert.equal(done.contractState, 'completed');
	}
	const used = batch.map((b) => sql(`SELECT seal_id FROM seal_use WHERE document_id = '${b.document}'`));
	assert.deepEqual(used, [chosen, chosen, chosen, newer]);
	assert.equal(ok(await he.get(`/seals/${chosen}/uses`)).items.length, 3);
	// A seal that is out of use stops what it was chosen for, and nothing else.
	const last = await waiting(chen, vendor);
	const [item] = ok(await he.post('/signings/asked', { messages: [last.message] })).items;
	ok(await he.post(`/seals/${chosen}/disable`, { reason: '換新印' }));
	assert.equal((await prepare(item, chosen)).body.error.field, 'sealId');
	ok(await prepare(item, newer));
});
