// 保存年限, 銷毀 and 保全: what is over is listed by the worker, proposed and approved by two people, destroyed with
// a tombstone left; what somebody holds stays; short-lived rows are swept.
import test from 'node:test';
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { as, auditVerify, draft, sql } from './client.mjs';
import { makeClient, service } from './public.mjs';
import {
  audited, code, completed, DIGESTS, fresh, lineOf, longAgo, ok, one, rested, there, until,
} from './retention_rig.mjs';

const hex = (text) => createHash('sha256').update(text).digest('hex');
const id32 = () => randomUUID().replaceAll('-', '');

test('how long a contract is kept: parameters cascade, and the contract says so', async () => {
  const [chen, admin] = [await as('chen'), await as('agencyadmin')];
  const { id } = await completed();
  const kept = async () => ok(await chen.get(`/contracts/${id}`)).retention;
  const year = (n) =>
    sql(`SELECT DATE(ended_at + INTERVAL 8 HOUR) + INTERVAL ${n} YEAR FROM contract WHERE id = '${id}'`);
  const first = await kept();
  assert.deepEqual([first.kind, first.period, first.keepUntil], ['completed', '30', year(30)]);
  await until('computed', () => sql(`SELECT keep_until FROM contract WHERE id = '${id}'`) === year(30));
  const unit = sql(`SELECT unit_id FROM contract WHERE id = '${id}'`);
  const set = (value, place) => admin.put('/admin/parameters', { name: 'retention.completed', ...value, ...place });
  ok(await set({ value: '10' }, {}));
  assert.equal((await kept()).keepUntil, year(10));
  ok(await set({ value: 'permanent' }, { unitId: unit }));
  assert.deepEqual([(await kept()).period, (await kept()).keepUntil], ['permanent', null]);
  await until('computed anew', () => sql(`SELECT keep_until FROM contract WHERE id = '${id}'`) === 'NULL');
  ok(await chen.put(`/contracts/${id}/parameters`, { name: 'retention.completed', value: '3' }));
  assert.equal((await kept()).keepUntil, year(3));
  assert.equal(code(await set({ value: '7' }, {})), 'bad_field', 'no period of the regulation');
  for (const place of [{ unitId: unit }, {}]) ok(await set({}, place));
  assert.equal((await kept()).period, '3', 'the nearest');
  ok(await set({ value: '30', lock: true }, {}));
  assert.equal((await kept()).period, '30', 'locked above');
  ok(await set({}, {}));
});

test('listed, kept longer, proposed, approved by another, destroyed; a tombstone is left', async () => {
  const [chen, first, second, vendor, auditor, platform] = await Promise.all(['chen', 'agencyadmin', 'agencyadmin2',
    'vendor', 'auditor', 'admin'].map(as));
  const [gone, longer, late] = [await completed(), await completed(), await completed()];
  // A copy shares the upload: that file stays.
  const copy = ok(await chen.post(`/contracts/${gone.id}/copy`, { number: fresh('RT'), title: '副本' }), 201).id;
  const shared = sql(`SELECT LOWER(HEX(v.sha256)) FROM document d JOIN document_revision v ON v.document_id = d.id
    WHERE d.contract_id = '${copy}'`);
  const digests = DIGESTS(gone.id);
  assert.ok(digests.length >= 4 && digests.includes(shared) && digests.every(there));
  for (const c of [gone, longer, late]) longAgo(c.id, 31);
  await until('listed', () => [gone, longer, late].every((c) => lineOf(c.id)?.state === 'listed'));
  assert.equal(ok(await chen.get(`/contracts/${gone.id}`)).retention.listed, true);
  const { list } = lineOf(gone.id);
  const path = `/admin/destructions/${list}`;
  const seen = ok(await first.get(path)).items.find((i) => i.number === gone.number);
  assert.ok(seen.title && seen.parties && seen.period === '30' && !seen.digest);
  assert.deepEqual(ok(await platform.get(path)).items.map((i) => i.title).filter(Boolean), [], 'meta only');
  assert.equal(code(await vendor.get(path)), 'not_found');
  assert.equal(code(await auditor.post(`${path}/propose`, { reason: 'x' })), 'not_found', 'who audits only looks');

  ok(await first.post(`${path}/keep`, { position: lineOf(longer.id).position, years: 5, reason: '訴訟中' }));
  assert.equal(lineOf(longer.id).state, 'kept');
  const five = sql('SELECT DATE(UTC_TIMESTAMP() + INTERVAL 8 HOUR) + INTERVAL 5 YEAR');
  assert.equal(ok(await chen.get(`/contracts/${longer.id}`)).retention.keepUntil, five);
  ok(await first.post(`${path}/propose`, { reason: '府檔字第 1150001234 號' }));
  assert.equal(code(await first.post(`${path}/approve`, {})), 'second_approver');
  assert.throws(() => sql(`UPDATE destruction_list SET state = 'approved', approved_by = proposed_by,
    approved_at = NOW(3) WHERE id = '${list}'`), /CONSTRAINT/, 'the table refuses as well');
  ok(await second.post(`${path}/refuse`, { reason: '再看一次' }));
  assert.equal(ok(await first.get(path)).refusal, '再看一次');
  ok(await first.post(`${path}/propose`, { reason: '府檔字第 1150001234 號' }));
  assert.equal(code(await first.post(`${path}/keep`, { position: 1, years: 5, reason: 'x' })), 'wrong_state');
  // A hold that comes between proposal and destruction wins.
  const hold = ok(await auditor.post('/admin/holds', { number: late.number, caseNumber: '115 調 7', reason: '調查',
    agencyCode: '379730000A' }), 201).id;
  ok(await second.post(`${path}/approve`, {}));
  await until('done', () => sql(`SELECT state FROM destruction_list WHERE id = '${list}'`) === 'done');
  assert.deepEqual([gone, longer, late].map((c) => lineOf(c.id).state), ['destroyed', 'kept', 'held']);

  // Nobody reads it any more; that it was, and what it was, stays.
  for (const who of [chen, vendor]) {
    const answer = await who.get(`/documents/${gone.document}/file`);
    assert.deepEqual([answer.status, code(answer)], [410, 'destroyed']);
  }
  const after = ok(await chen.get(`/contracts/${gone.id}`));
  assert.ok(after.retention.destroyedAt && after.documents[0].number && after.events.at(-1).kind === 'destroyed');
  assert.equal(code(await chen.post(`/contracts/${gone.id}/copy`, { number: fresh('RT'), title: 'x' })), 'destroyed');
  assert.equal(one(`SELECT COUNT(*) FROM message WHERE contract_id = '${gone.id}' AND body <> ''`), 0);
  const line = ok(await first.get(path)).items.find((i) => i.number === gone.number);
  const files = ok(await first.get(`${path}/files?position=${line.position}`)).items;
  assert.deepEqual(new Set(files.map((f) => f.sha256)), new Set(digests));
  const told = sql(`SELECT HEX(CONCAT_WS('\n', o.code, i.number, i.title, i.parties, i.ended_on, i.period, i.keep_until,
    l.reason, p.account, a.account)) FROM destruction_item i JOIN destruction_list l ON l.id = i.list_id
    JOIN organization o ON o.id = l.organization_id JOIN member p ON p.id = l.proposed_by
    JOIN member a ON a.id = l.approved_by WHERE i.list_id = '${list}' AND i.position = ${line.position}`);
  const lines = files.map((f) => `${f.number} ${f.revision} ${f.what} ${f.size} ${f.sha256}\n`).join('');
  assert.equal(line.digest, hex(`${Buffer.from(told, 'hex')}\n${lines}`), 'the digest is of all that the list says');
  assert.match(sql(`SELECT detail FROM audit WHERE action = 'destruction.destroy' AND object_id = '${gone.id}'`),
    new RegExp(line.digest));
  assert.equal(audited('destruction.leave', late.id), 1);

  // The files go when what was under way has ended; the one that the copy needs stays.
  assert.ok(digests.every(there), 'not at once');
  rested(digests);
  await until('files are gone', () => digests.filter((d) => d !== shared).every((d) => !there(d)));
  await until('their rows tell', () => one(`SELECT COUNT(*) FROM object WHERE gone_at IS NOT NULL AND
    LOWER(HEX(sha256)) IN ('${digests.join("','")}')`) === digests.length - 1);
  assert.ok(there(shared));
  auditVerify();

  // The hold: confirmed by a second person, lifted by two.
  const holds = async (client) => ok(await client.get('/admin/holds')).items.find((h) => h.id === hold);
  assert.equal(ok(await chen.get(`/contracts/${late.id}`)).retention.holds[0].caseNumber, '115 調 7');
  assert.equal(code(await auditor.post(`/admin/holds/${hold}/agree`, {})), 'not_found');
  assert.equal((await holds(first)).mayDecide, true);
  ok(await first.post(`/admin/holds/${hold}/agree`, {}));
  assert.equal((await holds(first)).state, 'held');
  ok(await first.post(`/admin/holds/${hold}/lift`, { reason: '結案' }));
  assert.equal(code(await first.post(`/admin/holds/${hold}/agree`, {})), 'second_approver');
  assert.equal(one(`SELECT held FROM contract WHERE id = '${late.id}'`), 1, 'still');
  ok(await second.post(`/admin/holds/${hold}/agree`, {}));
  assert.equal(one(`SELECT held FROM contract WHERE id = '${late.id}'`), 0);
  for (const action of ['hold.ask', 'hold.set', 'hold.lift_ask', 'hold.lift'])
    assert.equal(audited(action, late.id), 1);
  await until('listed once more', () => lineOf(late.id).list !== list);
});

/** What a client is told of a contract, in the order of the events. */
async function heard(client, contract) {
  const kinds = [];
  for (let cursor = '', more = true; more;) {
    const { body } = await client.get(`/events?limit=100${cursor && `&cursor=${cursor}`}`);
    kinds.push(...body.items.filter((e) => e.data.contractId === contract).map((e) => e.type));
    more = body.items.length > 0 || body.nextCursor !== cursor;
    cursor = body.nextCursor;
  }
  return kinds;
}

test('other systems hear of a hold, and of a destruction; those of a company of the latter alone', async () => {
  const [first, second, auditor] = await Promise.all(['agencyadmin', 'agencyadmin2', 'auditor'].map(as));
  const ours = await service(await makeClient({ scopes: ['contracts:read', 'contracts:all', 'events:read'] }));
  const theirs = await service(await makeClient({ by: 'company', second: null,
    scopes: ['contracts:read', 'events:read'] }));
  const { id, number } = await completed();
  const ask = async (who) => ok(await who.post('/admin/holds', { number, caseNumber: '9', reason: '稽核',
    agencyCode: '379730000A' }), 201).id;
  const [one_, two] = [await ask(first), await ask(auditor)];
  ok(await second.post(`/admin/holds/${one_}/refuse`, {}));
  await until('held', async () => (await heard(ours, id)).includes('contract.held'));
  assert.ok(!(await heard(ours, id)).includes('contract.released'), 'the other one holds it still');
  ok(await first.post(`/admin/holds/${two}/refuse`, {}));
  longAgo(id, 31);
  await until('listed', () => lineOf(id)?.state === 'listed');
  const path = `/admin/destructions/${lineOf(id).list}`;
  ok(await first.post(`${path}/propose`, { reason: '府檔字第 9 號' }));
  ok(await second.post(`${path}/approve`, {}));
  await until('told', async () => (await heard(theirs, id)).includes('contract.destroyed'));
  await until('told', async () => (await heard(ours, id)).includes('contract.destroyed'));
  const late = (kinds) => kinds.filter((k) => /held|released|destroyed/.test(k));
  assert.deepEqual(late(await heard(ours, id)), ['contract.held', 'contract.released', 'contract.destroyed']);
  assert.deepEqual(late(await heard(theirs, id)), ['contract.destroyed']);
  assert.equal(sql(`SELECT DISTINCT state FROM client_event WHERE contract_id = '${id}' AND kind = 'contract.held'`),
    'completed');
});

test('a hold keeps a draft from being discarded, and its files in it', async () => {
  const [chen, admin, second] = [await as('chen'), await as('agencyadmin'), await as('agencyadmin2')];
  const number = fresh('RT');
  const id = await draft(chen, number);
  const document = sql(`SELECT id FROM document WHERE contract_id = '${id}'`);
  const missing = await admin.post('/admin/holds', { number: 'no such', caseNumber: 'x', reason: 'x' });
  assert.deepEqual([code(missing), missing.body.error.field], ['bad_field', 'number']);
  const hold = ok(await admin.post('/admin/holds', { number, caseNumber: '1', reason: '稽核' }), 201).id;
  assert.equal(code(await chen.delete(`/contracts/${id}`)), 'held');
  assert.equal(code(await chen.delete(`/contracts/${id}/documents/${document}`)), 'held');
  sql(`INSERT INTO parameter_value (name, scope, level, value) VALUES ('retention.draft_days', '', 0, '30')
    ON DUPLICATE KEY UPDATE value = '30'`);
  const old = await draft(chen, fresh('RT'));
  sql(`UPDATE contract SET touched_at = UTC_TIMESTAMP(3) - INTERVAL 31 DAY WHERE id IN ('${id}', '${old}')`);
  await until('the other one is discarded', () => one(`SELECT COUNT(*) FROM contract WHERE id = '${old}'`) === 0);
  sql("DELETE FROM parameter_value WHERE name = 'retention.draft_days' AND scope = ''");
  assert.equal(one(`SELECT COUNT(*) FROM contract WHERE id = '${id}'`), 1);
  assert.equal(code(await admin.post(`/admin/holds/${hold}/agree`, {})), 'second_approver');
  assert.throws(() => sql(`UPDATE legal_hold SET state = 'held', decided_by = asked_by, decided_at = NOW(3)
    WHERE id = '${hold}'`), /CONSTRAINT/);
  ok(await second.post(`/admin/holds/${hold}/refuse`, {}));
  ok(await chen.delete(`/contracts/${id}`));
});

test('what is old is swept: mails and sign-ins', async () => {
  const [mail, fresher, waiting, signIn] = [id32(), id32(), id32(), id32()];
  const put = (id, state, days) => sql(`INSERT INTO outbox (id, recipient, subject, body, state, next_at, created_at,
    sent_at) VALUES ('${id}', 'x@example.tw', 'x', 'x', '${state}', NOW(3) + INTERVAL 1 DAY,
    UTC_TIMESTAMP(3) - INTERVAL ${days} DAY, IF('${state}' = 'sent', NOW(3), NULL))`);
  put(mail, 'sent', 366);
  put(fresher, 'sent', 300);
  put(waiting, 'pending', 366);
  sql(`INSERT INTO sign_in (id, member_id, at, ip, place, agent, method, fits) SELECT '${signIn}', id,
    UTC_TIMESTAMP(3) - INTERVAL 367 DAY, '::1', '::1', '', 'password', 1 FROM member WHERE account = 'chen'`);
  await until('all of it', () => one(`SELECT COUNT(*) FROM outbox WHERE id = '${mail}'`) === 0
    && one(`SELECT COUNT(*) FROM sign_in WHERE id = '${signIn}'`) === 0);
  assert.equal(one(`SELECT COUNT(*) FROM outbox WHERE id IN ('${fresher}', '${waiting}')`), 2);
  sql(`DELETE FROM outbox WHERE id IN ('${fresher}', '${waiting}')`);
});
