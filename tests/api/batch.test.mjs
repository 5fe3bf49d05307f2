// What several messages ask of one member, before anything is signed together.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { as, draft, signMessage, sql } from './client.mjs';

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
