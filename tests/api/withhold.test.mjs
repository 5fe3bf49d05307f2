// What an agency keeps until everybody has signed: every way to the file, for the vendor and for its other members;
// and contracts that have to do with each other, and what is due, as far as each may see.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { as, auditVerify, draft, ROOT, signMessage, sql } from './client.mjs';

const fresh = (prefix) => `${prefix}-${randomUUID().slice(0, 8)}`;
const code = (answer) => answer.body?.error?.code ?? answer.status;
const ok = (answer, status = 200) => {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
};
const messageOf = (id, kind) => sql(`SELECT id FROM message WHERE contract_id = '${id}' AND kind = '${kind}'
  ORDER BY number DESC LIMIT 1`);
const day = (days) => new Date(Date.now() + 8 * 3600e3 + days * 86400e3).toISOString().slice(0, 10);
const VIEWER = { headers: { 'Sec-Fetch-Dest': 'empty' } };

let admin, chen, vendor, he;
test.before(async () => {
  [admin, chen, vendor, he] = await Promise.all(['agencyadmin', 'chen', 'vendor', 'he'].map(as));
});
const WITHHOLD = 'document.withhold_unfinished';
const withhold = async (on) => ok(await admin.put('/admin/parameters', { name: WITHHOLD, value: on ? 'yes' : 'no' }));
test.after(() => withhold(false));

async function sent() {
  const id = await draft(chen, fresh('WH'));
  ok(await chen.post(`/contracts/${id}/send`, {}));
  return { id, notice: messageOf(id, 'notice'), document: sql(`SELECT id FROM document WHERE contract_id = '${id}'`) };
}

// Every address under which the bytes of a document are.
const WAYS = (d) => [`/documents/${d}/file`, `/documents/${d}/file?download=1`, `/documents/${d}/file?revision=1`,
  `/documents/${d}/file?revision=1&download=1`, `/documents/${d}/file?original=1`];
async function ways(client, document, options) {
  const answers = [];
  for (const path of WAYS(document)) {
    answers.push(code(await client.get(path, options)));
    answers.push(code(await client.get(path, { headers: { ...options?.headers, Range: 'bytes=0-99' } })));
  }
  return answers;
}

test('only the agency\'s administrator sets it', async () => {
  for (const other of [chen, vendor, he]) {
    assert.equal((await other.get('/admin/parameters')).status, 404);
    assert.equal((await other.put('/admin/parameters', { name: WITHHOLD, value: 'yes' })).status, 404);
  }
  await withhold(true);
  assert.equal(ok(await admin.get('/admin/parameters')).items.find((p) => p.name === WITHHOLD).value, 'yes');
  await withhold(false);
  auditVerify();
});

test('every way to the file: free without the rule; with it to read and sign only; then nothing, until it is complete',
  async () => {
    const { id, notice, document } = await sent();
    const free = [200, 206, 200, 206, 200, 206, 200, 206, 'not_found', 'not_found'];
    assert.deepEqual(await ways(vendor, document), free, 'without the rule');
    await withhold(true);
    assert.deepEqual(await ways(vendor, document), Array(8).fill('withheld').concat('not_found', 'not_found'),
      'no tab, no link, no program');
    const viewer = await ways(vendor, document, VIEWER);
    assert.deepEqual(viewer,
      [200, 206, 'withheld', 'withheld', 200, 206, 'withheld', 'withheld', 'not_found', 'not_found']);
    assert.equal(ok(await vendor.get(`/messages/${notice}`)).documents[0].withheld, 'to_sign');
    const asked = ok(await vendor.post('/signings/asked', { messages: [notice] }));
    assert.equal(asked.items[0].document.withheld, 'to_sign');
    assert.deepEqual((await ways(chen, document)).slice(0, 2), [200, 206], 'the officer is not affected');

    ok(await signMessage(vendor, notice, 'vendor'));
    for (const options of [undefined, VIEWER])
      assert.ok((await ways(vendor, document, options)).every((c) => c === 'withheld'), 'signed, not complete');
    const company = await as('company');
    assert.ok((await ways(company, document, VIEWER)).every((c) => ['withheld', 'not_found'].includes(c)),
      'nor its other members');
    for (const kind of ['sheet', 'package'])
      assert.notEqual((await vendor.get(`/documents/${document}/evidence/${kind}`)).status, 200, kind);
    assert.equal(ok(await vendor.get(`/messages/${notice}`)).documents[0].withheld, 'all');
    const reply = sql(`SELECT id FROM message WHERE contract_id = '${id}' AND kind = 'reply' LIMIT 1`);
    assert.equal(ok(await vendor.get(`/messages/${reply}`)).documents[0].withheld, 'all', 'its own reply');
    assert.deepEqual((await ways(he, document)).slice(0, 2), [200, 206], 'who seals is of the agency');

    ok(await signMessage(he, messageOf(id, 'sealing'), 'agency'));
    assert.deepEqual((await ways(vendor, document)).slice(0, 4), [200, 206, 200, 206], 'complete');
    assert.equal(ok(await vendor.get(`/messages/${notice}`)).documents[0].withheld, null);
    await withhold(false);
  });

test('what was returned or voided stays withheld; the rule\'s end gives it', async () => {
  const { id, notice, document } = await sent();
  await withhold(true);
  ok(await vendor.post(`/messages/${notice}/return`, { reason: 'amount' }));
  assert.equal(code(await vendor.get(`/documents/${document}/file`, VIEWER)), 'withheld');
  ok(await chen.post(`/contracts/${id}/revise`, {}));
  ok(await chen.post(`/contracts/${id}/send`, {}));
  assert.equal(code(await vendor.get(`/documents/${document}/file`, VIEWER)), 'withheld', 'of the earlier round');
  const now = sql(`SELECT id FROM document WHERE contract_id = '${id}' AND retired_at IS NULL`);
  assert.equal((await vendor.get(`/documents/${now}/file`, VIEWER)).status, 200);
  ok(await chen.post(`/contracts/${id}/void`, { reason: '測試' }));
  assert.equal(code(await vendor.get(`/documents/${now}/file`, VIEWER)), 'withheld');
  await withhold(false);
  assert.equal((await vendor.get(`/documents/${now}/file`)).status, 200);
});

test('related contracts, in both directions, for the officer and for the vendor', async () => {
  const { id, notice } = await sent();
  ok(await signMessage(vendor, notice, 'vendor'));
  ok(await signMessage(he, messageOf(id, 'sealing'), 'agency'));
  const change = async () =>
    ok(await chen.post(`/contracts/${id}/copy`, { number: fresh('AM'), title: '變更', amend: true }), 201).id;
  const [first, second] = [await change(), await change()];
  const copy = ok(await chen.post(`/contracts/${id}/copy`, { number: fresh('CP'), title: '複製' }), 201).id;
  const seen = async (client, path) =>
    ok(await client.get(`${path}/links`)).items.map((l) => [l.relation, l.contractId, l.amendment]);
  assert.deepEqual(await seen(chen, `/contracts/${id}`),
    [['amendment', first, 1], ['amendment', second, 2], ['copy', copy, 0]]);
  assert.deepEqual(await seen(chen, `/contracts/${second}`), [['original', id, 0], ['sibling', first, 1]]);
  assert.deepEqual(await seen(chen, `/contracts/${copy}`), [['copied_from', id, 0]]);
  assert.equal((await (await as('lin')).get(`/contracts/${id}/links`)).status, 404);
  assert.deepEqual(await seen(vendor, `/messages/${notice}`), [], 'drafts are the agency\'s alone');

  ok(await chen.upload(first, '變更.pdf', readFileSync(join(ROOT, 'sql/demo/contract.pdf'))), 201);
  ok(await chen.post(`/contracts/${first}/send`, {}));
  const change1 = messageOf(first, 'notice');
  assert.deepEqual(ok(await vendor.get(`/messages/${notice}/links`)).items.map((l) => [l.relation, l.messageId]),
    [['amendment', change1]]);
  const back = ok(await vendor.get(`/messages/${change1}/links`)).items;
  assert.deepEqual(back.map((l) => [l.relation, l.contractId, l.messageId]),
    [['original', null, messageOf(id, 'completed')]]);
  const stranger = await as('vendor2');
  assert.equal((await stranger.get(`/messages/${change1}/links`)).status, 404);
});

test('home: what is due for the officer, the vendor and the sealing staff, in the order of its days', async () => {
  const late = await sent();
  const soon = await sent();
  ok(await chen.put(`/contracts/${late.id}/deadline`, { date: day(-2) }));
  ok(await chen.put(`/contracts/${soon.id}/deadline`, { date: day(3), hard: true }));
  const due = async (client, ids = [late.id, soon.id]) => {
    const numbers = ids.map((id) => sql(`SELECT number FROM contract WHERE id = '${id}'`));
    return ok(await client.get('/home')).due.filter((d) => numbers.includes(d.number));
  };
  const others = `NOT IN ('${late.id}', '${soon.id}')`;
  sql(`UPDATE contract SET deadline = NULL WHERE id ${others} AND deadline IS NOT NULL;
    UPDATE contract_officer SET due_on = NULL WHERE contract_id ${others};
    UPDATE sign_task t JOIN document d ON d.id = t.document_id SET t.due_on = NULL WHERE d.contract_id ${others}`);
  const view = (rows) => rows.map((d) => [d.role, d.contractId ?? d.messageId, d.deadline, d.overdue, d.hard]);
  assert.deepEqual(view(await due(chen)),
    [['officer', late.id, day(-2), true, false], ['officer', soon.id, day(3), false, true]]);
  assert.deepEqual(view(await due(vendor)),
    [['vendor', late.notice, day(-2), true, false], ['vendor', soon.notice, day(3), false, true]]);
  assert.deepEqual(await due(he), [], 'not his turn');
  ok(await signMessage(vendor, late.notice, 'vendor'));
  assert.deepEqual((await due(vendor)).map((d) => d.messageId), [soon.notice], 'he has signed');
  assert.deepEqual(view(await due(he)), [['sealer', messageOf(late.id, 'sealing'), day(-2), true, false]]);
  ok(await chen.put(`/contracts/${soon.id}/deadline`, { date: day(60) }));
  assert.deepEqual((await due(vendor)).length, 0, 'a later day');
  ok(await signMessage(he, messageOf(late.id, 'sealing'), 'agency'));
  assert.deepEqual(await due(chen), [], 'complete');
});
