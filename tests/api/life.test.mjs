// The other ways that a contract can go: returned, revised, voided (by two), out of time,
// reminded, resent, copied, amended; each with who may not, and of two racing events one wins.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { as, auditVerify, draft, signMessage, sql, worked } from './client.mjs';

const fresh = (prefix) => `${prefix}-${randomUUID().slice(0, 8)}`;
const code = (answer) => answer.body?.error?.code;
const day = (days) => new Date(Date.now() + 8 * 3600e3 + days * 86400e3).toISOString().slice(0, 10);
const messageOf = (id, kind) => sql(`SELECT id FROM message WHERE contract_id = '${id}' AND kind = '${kind}'
  ORDER BY number DESC LIMIT 1`);
const told = (message) => sql(`SELECT GROUP_CONCAT(COALESCE(m.account, o.code) ORDER BY r.position) 
  FROM message_recipient r
  JOIN organization o ON o.id = r.organization_id LEFT JOIN member m ON m.id = r.member_id
  WHERE r.message_id = '${message}'`).split(',');

async function sent(chen, number = fresh('LIFE')) {
  const id = await draft(chen, number);
  const answer = await chen.post(`/contracts/${id}/send`, {});
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return { id, number, notice: messageOf(id, 'notice') };
}

const ok = (answer) => { assert.equal(answer.status, 200, JSON.stringify(answer.body)); return answer.body; };

test('the vendor returns it; the officer revises it; the old documents stay readable', async () => {
  const [chen, vendor, he] = [await as('chen'), await as('vendor'), await as('he')];
  const { id, notice } = await sent(chen);
  const old = (await chen.get(`/contracts/${id}`)).body.documents[0];
  const path = `/messages/${notice}/return`;
  assert.equal(code(await he.post(path, { reason: 'amount' })), 'not_found', 'who is not asked');
  assert.equal(code(await vendor.post(path, { reason: 'other' })), 'field_required', 'another reason needs words');
  assert.equal(code(await vendor.post(path, { reason: 'nothing' })), 'bad_field');
  const back = ok(await vendor.post(path, { reason: 'amount', text: '金額應為一百萬元' }));
  assert.equal(back.contractState, 'returned');
  assert.match(back.messageNumber, /^M\d{15}$/);
  assert.ok(told(messageOf(id, 'returned')).includes('chen'));
  assert.ok(!told(messageOf(id, 'returned')).includes('he'), 'it was not his turn');
  assert.equal(code(await vendor.post(path, { reason: 'amount' })), 'contract_returned', 'once');

  const mine = (await vendor.get('/certificates?size=100')).body.items[0];
  const tasks = (await vendor.get(`/messages/${notice}`)).body.tasks.map((t) => t.id);
  assert.equal(code(await vendor.post('/signings', { tasks, certificateId: mine.id })), 'wrong_state');

  assert.equal(code(await vendor.post(`/contracts/${id}/revise`, {})), 'not_found');
  assert.equal(ok(await chen.post(`/contracts/${id}/revise`, {})).contractState, 'draft');
  const revised = (await chen.get(`/contracts/${id}`)).body;
  assert.deepEqual([revised.round, revised.sentAt, revised.documents.length], [2, null, 1]);
  assert.notEqual(revised.documents[0].id, old.id);
  assert.equal(code(await chen.delete(`/contracts/${id}`)), 'wrong_state', 'what was sent is not thrown away');
  const again = ok(await chen.post(`/contracts/${id}/send`, {}));
  assert.notEqual(again.documents[0].number, old.number, 'a number of its own');
  const kept = await vendor.get(`/documents/${old.id}/file`);
  assert.equal(kept.status, 200);
  assert.match(decodeURIComponent(kept.headers.get('content-disposition')), /（已退回）/);

  const signed = await signMessage(vendor, messageOf(id, 'notice'), 'vendor');
  assert.equal(signed.body.contractState, 'agency_pending');
  const done = await signMessage(he, messageOf(id, 'sealing'), 'agency');
  assert.equal(done.body.contractState, 'completed');
  const { events } = (await vendor.get(`/documents/${old.id}/history`)).body;
  assert.deepEqual(events.map((e) => [e.kind, e.reason]), [['returned', 'amount'], ['revised', null]]);
  assert.equal(events[0].text, '金額應為一百萬元');
  auditVerify();
});

test('the sealing staff returns what the vendor has signed; every side is told', async () => {
  const [chen, vendor, he] = [await as('chen'), await as('vendor'), await as('he')];
  const { id, notice } = await sent(chen);
  ok(await signMessage(vendor, notice, 'vendor'));
  const sealing = messageOf(id, 'sealing');
  assert.equal(code(await vendor.post(`/messages/${notice}/return`, { reason: 'party' })), 'wrong_state', 'too late');
  const back = ok(await he.post(`/messages/${sealing}/return`, { reason: 'attachment', text: '缺附件二' }));
  assert.equal(back.contractState, 'returned');
  const who = told(messageOf(id, 'returned'));
  assert.ok(who.includes('97162640') && who.includes('chen') && who.includes('ling'), who.join());
  assert.ok(!who.includes('he'));
  assert.equal(sql(`SELECT COUNT(*) FROM sign_task t JOIN document d ON d.id = t.document_id
    WHERE d.contract_id = '${id}' AND t.state NOT IN ('signed', 'rejected', 'cancelled')`), '0');
});

test('a void: at once while nobody has signed; by a second person afterwards', async () => {
  const [chen, vendor, lin, admin] = [await as('chen'), await as('vendor'), await as('lin'), await as('agencyadmin')];
  const first = await sent(chen);
  assert.equal(code(await lin.post(`/contracts/${first.id}/void`, { reason: '誤送' })), 'not_found');
  assert.equal(code(await chen.post(`/contracts/${first.id}/void`, {})), 'field_required');
  const at = ok(await chen.post(`/contracts/${first.id}/void`, { reason: '誤送' }));
  assert.deepEqual([at.contractState, at.asked], ['voided', false]);
  assert.ok(told(messageOf(first.id, 'void')).includes('97162640'));
  assert.equal((await vendor.get(`/messages/${first.notice}`)).body.contractState, 'voided');
  assert.equal(code(await chen.post(`/contracts/${first.id}/void`, { reason: 'x' })), 'contract_voided');

  const second = await sent(chen);
  ok(await signMessage(vendor, second.notice, 'vendor'));
  const before = (await chen.get(`/contracts/${second.id}`)).body.documents[0];
  const asked = ok(await chen.post(`/contracts/${second.id}/void`, { reason: '條款有誤' }));
  assert.deepEqual([asked.contractState, asked.asked], ['agency_pending', true]);
  assert.ok(told(messageOf(second.id, 'void_asked')).includes('agencyadmin'));
  assert.equal(code(await chen.post(`/contracts/${second.id}/void`, { reason: 'x' })), 'wrong_state', 'it is asked');
  assert.equal(code(await chen.post(`/contracts/${second.id}/void/confirm`, {})), 'second_person');
  const row = (await admin.get('/voids')).body.items.find((v) => v.id === second.id);
  assert.deepEqual([row.reason, row.mine], ['條款有誤', false]);
  ok(await chen.delete(`/contracts/${second.id}/void`));
  assert.equal(code(await admin.post(`/contracts/${second.id}/void/confirm`, {})), 'not_found', 'withdrawn');
  ok(await chen.post(`/contracts/${second.id}/void`, { reason: '條款有誤' }));
  const end = ok(await admin.post(`/contracts/${second.id}/void/confirm`, {}));
  assert.equal(end.contractState, 'voided');
  const file = await vendor.get(`/documents/${before.id}/file`);
  assert.match(decodeURIComponent(file.headers.get('content-disposition')), /（已作廢）/);
  assert.equal(file.body.length, before.size, 'the bytes stay');
  auditVerify();
});

test('a signature under way loses against a void, and is told so', async () => {
  const [chen, vendor] = [await as('chen'), await as('vendor')];
  const { id, notice } = await sent(chen);
  const sign = signMessage(vendor, notice, 'vendor').catch((e) => ({ body: JSON.parse(e.message) }));
  const [signing, gone] = await Promise.all([sign, chen.post(`/contracts/${id}/void`, { reason: '競速' })]);
  const state = (await chen.get(`/contracts/${id}`)).body.state;
  if (gone.status === 200 && !gone.body.asked) {
    assert.equal(state, 'voided');
    assert.ok(['contract_voided', 'wrong_state'].includes(code(signing)), JSON.stringify(signing.body));
  } else {
    assert.equal(state, 'agency_pending');
    assert.equal(signing.status, 200);
  }
  assert.equal(sql(`SELECT COUNT(*) FROM message WHERE contract_id = '${id}' AND kind IN ('void', 'sealing')`), '1');
});

test('deadlines: soft is marked, hard expires, a later day brings it back where it was', async () => {
  const [chen, vendor, he] = [await as('chen'), await as('vendor'), await as('he')];
  const { id, notice } = await sent(chen);
  ok(await signMessage(vendor, notice, 'vendor'));
  assert.equal(code(await chen.put(`/contracts/${id}/deadline`, { date: day(-1), hard: true })), 'bad_field');
  ok(await chen.put(`/contracts/${id}/deadline`, { date: day(-1) }));
  const soft = (await chen.get(`/contracts/${id}`)).body;
  assert.deepEqual([soft.state, soft.overdue, soft.deadline], ['agency_pending', true, day(-1)]);
  ok(await chen.put(`/contracts/${id}/deadline`, { date: day(0), hard: true }));
  assert.equal((await chen.get(`/contracts/${id}`)).body.overdue, false, 'today still counts');

  // The day passes; the worker looks once a minute.
  sql(`UPDATE contract SET deadline = '${day(-1)}' WHERE id = '${id}'`);
  await worked('it is expired', async () => (await chen.get(`/contracts/${id}`)).body.state === 'expired');
  const sealing = messageOf(id, 'sealing');
  const tasks = (await he.get(`/messages/${sealing}`)).body.tasks;
  assert.deepEqual([...new Set(tasks.map((t) => t.state))], ['expired']);
  assert.ok(told(messageOf(id, 'expired')).includes('97162640'));
  assert.equal(code(await he.post(`/messages/${sealing}/return`, { reason: 'amount' })), 'contract_expired');
  const back = ok(await chen.put(`/contracts/${id}/deadline`, { date: day(5), hard: true }));
  assert.equal(back.contractState, 'agency_pending');
  assert.equal((await signMessage(he, sealing, 'agency')).body.contractState, 'completed');
  assert.equal(code(await chen.put(`/contracts/${id}/deadline`, { date: day(9) })), 'wrong_state');
});

test('reminders: by hand once an hour, never at night; a notice to a corrected address', async () => {
  const [chen, wang] = [await as('chen'), await as('wang')];
  const { id } = await sent(chen);
  assert.equal(code(await wang.post(`/contracts/${id}/remind`, {})), 'not_found');
  const told1 = ok(await chen.post(`/contracts/${id}/remind`, {}));
  assert.ok(told1.mails >= 1);
  const hour = (new Date(told1.at).getUTCHours() + 8) % 24;
  assert.ok(hour >= 7 && hour < 19, `a mail at ${hour} o'clock in Taipei`);
  assert.equal(code(await chen.post(`/contracts/${id}/remind`, {})), 'reminded_already');

  const path = `/contracts/${id}/resend`;
  assert.equal(code(await chen.post(path, { email: 'a@example.org', instead: 'none@example.org' })), 'bad_field');
  ok(await chen.post(path, { email: 'right@example.org', instead: 'test@gmail.com' }));
  assert.deepEqual((await chen.get(`/contracts/${id}`)).body.emails, ['right@example.org']);
  assert.equal(sql("SELECT COUNT(*) FROM outbox WHERE recipient = 'right@example.org'"), '1');
});

test('a copy is a new draft with the same parties and files; an amendment is linked', async () => {
  const [chen, vendor, he] = [await as('chen'), await as('vendor'), await as('he')];
  const { id, number, notice } = await sent(chen);
  assert.equal(code(await chen.post(`/contracts/${id}/copy`, { number, title: 'x' })), 'number_taken');
  const copy = await chen.post(`/contracts/${id}/copy`, { number: `${number}-2`, title: '再一份' });
  assert.equal(copy.status, 201, JSON.stringify(copy.body));
  const c = (await chen.get(`/contracts/${copy.body.id}`)).body;
  assert.deepEqual([c.state, c.documents.length, c.vendors.map((v) => v.code)], ['draft', 1, ['97162640']]);
  assert.equal((await chen.post(`/contracts/${c.id}/send`, {})).status, 200);

  const amend = { number: `${number}-變更1`, title: '第一次變更', amend: true };
  assert.equal(code(await chen.post(`/contracts/${id}/copy`, amend)), 'wrong_state', 'only of a completed contract');
  ok(await signMessage(vendor, notice, 'vendor'));
  ok(await signMessage(he, messageOf(id, 'sealing'), 'agency'));
  for (const n of [1, 2]) {
    const made = await chen.post(`/contracts/${id}/copy`, { ...amend, number: `${number}-變更${n}` });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const a = (await chen.get(`/contracts/${made.body.id}`)).body;
    assert.deepEqual([a.amendment, a.amendsId, a.amendsNumber, a.documents.length], [n, id, number, 0]);
  }
});
