// 機關整併: an agency becomes part of another: what it says before, who agrees, what goes over, what stays, and that no
// table is forgotten.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { as, auditVerify, ctl, DIR, ROOT, signMessage, sql, worked } from './client.mjs';
import { agency, CARD, code, contract, digits, ok, world } from './merge_rig.mjs';

const one = (text) => Number(sql(text));
const listsVerify = () => ctl('lists-verify', '--conf', join(DIR, 'conf/yinxin.conf'));

test.after(() => sql(`UPDATE organization SET closed_at = NOW(3) WHERE kind = 'agency' AND code <> '379730000A'
  AND closed_at IS NULL`));

const messageOf = (id, kind) =>
  sql(`SELECT id FROM message WHERE contract_id = '${id}' AND kind = '${kind}' ORDER BY number DESC LIMIT 1`);

const done = (id) => worked('the merger', () => sql(`SELECT state FROM agency_merge WHERE id = '${id}'`) === 'done');

// Each column that can name an agency or a unit: what a merger does with it.
const COLUMNS = Object.fromEntries(readFileSync(join(ROOT, 'tests/api/merge_columns.txt'), 'utf8').split('\n')
  .filter((line) => line && !line.startsWith('#')).map((line) => line.trim().split(/\s+/)));

test('no column that names an agency or a unit is forgotten', () => {
  const found = sql(`SELECT CONCAT(TABLE_NAME, '.', COLUMN_NAME) FROM information_schema.KEY_COLUMN_USAGE
    WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IN ('organization', 'unit')
    UNION SELECT CONCAT(c.TABLE_NAME, '.', c.COLUMN_NAME) FROM information_schema.COLUMNS c
    JOIN information_schema.TABLES t USING (TABLE_SCHEMA, TABLE_NAME)
    WHERE c.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE'
    AND (c.COLUMN_NAME REGEXP '(organization|agency|unit)_id$'
    OR c.COLUMN_NAME IN ('owner', 'party', 'scope', 'was_id') AND c.COLUMN_TYPE LIKE 'char(32)%')`).split('\n').sort();
  assert.deepEqual(found, Object.keys(COLUMNS).sort(), 'a new column: tell merge_columns.txt what a merger does');
});

test('it says what it will do; only the platform, and two of it', async () => {
  const w = await world();
  const { admin, from, into } = w;
  const path = `/admin/agencies/${from.id}/merge`;
  const boss = await as(w.boss.account);
  const number = `G-${digits(6)}`;
  await contract(w.o, w.u1, number, true);
  await contract(w.o, w.u1, `${number}-2`, false);
  sql(`INSERT INTO parameter_value (name, scope, level, organization_id, value) VALUES
    ('contract.deadline_days', '${from.id}', 1, '${from.id}', '33')`);

  const look = (units) => admin.post(`${path}/preview`, { intoId: into.id, ...(units ? { units } : {}) });
  const { preview } = ok(await look());
  assert.deepEqual(preview.blocks, ['unit_codes']);
  const { counts } = preview;
  assert.deepEqual([counts.members, counts.admins, counts.sealers, counts.units, counts.contracts, counts.pending,
    counts.vendors, counts.certificates, counts.parameters], [3, 1, 1, 3, 2, 1, 1, 1, 1]);
  assert.deepEqual(preview.parameters.map((p) => [p.name, p.own]), [['contract.deadline_days', '33']]);
  const first = preview.units.find((u) => u.id === w.u1);
  assert.deepEqual([first.solved, first.takenBy, first.people], [false, `${into.name}綜合組`, 1]);
  assert.equal(preview.units.find((u) => u.id === w.u2).newName, `${into.name}二組`);

  const bad = async (units) => { const a = await look(units); return [code(a), a.body?.error?.field]; };
  const twice = [`${w.u1}:6301`, `${w.u1}:6302`];
  for (const units of [['x'], [`${w.u1}:63`], [`${w.target}:6301`], [`${w.u1}:${w.u2}`], twice])
    assert.deepEqual(await bad(units), ['bad_field', 'units'], units.join());
  assert.equal(ok(await look([`${w.u1}:6400`])).preview.blocks[0], 'unit_codes', 'two would get it');
  assert.deepEqual(ok(await look([`${w.u1}:6301`])).preview.blocks, []);
  const units = [`${w.u1}:${w.target}`];
  assert.deepEqual(ok(await look(units)).preview.blocks, []);

  const body = { intoId: into.id, units, reason: '組織調整' };
  for (const who of [boss, w.o]) {
    assert.equal(code(await who.post(path, body)), 'not_found');
    assert.equal(code(await who.post(`${path}/preview`, { intoId: into.id })), 'not_found');
    assert.equal(code(await who.get('/admin/merges')), 'not_found');
  }
  assert.equal(code(await admin.post(path, { ...body, reason: '' })), 'field_required');
  assert.equal(code(await admin.post(path, { ...body, units: [] })), 'code_taken');
  assert.equal(code(await admin.post(path, { ...body, intoId: from.id })), 'bad_field', 'into itself');
  const vendor = sql("SELECT id FROM organization WHERE kind = 'vendor' LIMIT 1");
  assert.equal(code(await admin.post(path, { ...body, intoId: vendor, units: [] })), 'not_found', 'a vendor');
  const id = ok(await admin.post(path, body), 201).id;
  assert.equal(code(await admin.post(path, body)), 'asked_already');
  const back = { intoId: from.id, units: [`${w.target}:7777`], reason: 'x' };
  assert.equal(code(await admin.post(`/admin/agencies/${into.id}/merge`, back)), 'asked_already', 'nor back');
  assert.equal(code(await admin.post(`/admin/merges/${id}/agree`, {})), 'second_approver');
  assert.throws(() => sql(`UPDATE agency_merge SET state = 'agreed', decided_by = asked_by, decided_at = NOW(3)
    WHERE id = '${id}'`), /CONSTRAINT/);
  const second = await as('admin2');
  const mine = ok(await second.get(`/admin/merges/${id}`));
  assert.deepEqual([mine.merge.may, mine.merge.fromName, mine.merge.intoName], [true, from.name, into.name]);
  assert.equal(mine.preview.units.find((u) => u.id === w.u1).into, `${into.name}綜合組`);
  ok(await second.post(`/admin/merges/${id}/refuse`, {}));
  assert.equal(code(await second.post(`/admin/merges/${id}/agree`, {})), 'wrong_state');
  assert.equal(sql(`SELECT closed_at FROM organization WHERE id = '${from.id}'`), 'NULL');
});

test('everything goes over at once; old names stay where they were signed', async () => {
  const w = await world();
  const { admin, from, into } = w;
  const number = `H-${digits(6)}`;
  const sent = await contract(w.o, w.u1, number, true), draft = await contract(w.o, w.u1, `${number}-2`, false);
  const closed = await contract(w.o, w.old, `${number}-3`, false);
  ok(await admin.post(`/admin/agencies/${from.id}/units/${w.old}/close`, {}));
  // The other agency has a contract of the same number: both keep it.
  const other = await as(w.other.account);
  const twin = await contract(other, w.target, number, false);
  const vendor = await as('vendor').catch(() => as('97162640'));
  seed(w);
  const before = Object.entries(COLUMNS).filter(([, what]) => what === 'goes')
    .filter(([column]) => rowsOf(column, w) === 0).map(([column]) => column);
  assert.deepEqual(before, [], 'each of these has something that can go over');

  const below = await agency(admin, '整併丙所', CARD, from.id);
  const id = ok(await admin.post(`/admin/agencies/${from.id}/merge`,
    { intoId: into.id, units: [`${w.u1}:${w.target}`], reason: '組織調整' }), 201).id;
  ok(await (await as('admin2')).post(`/admin/merges/${id}/agree`, {}));
  await done(id);

  const left = Object.entries(COLUMNS).filter(([, what]) => what === 'goes' || what === 'rewritten')
    .filter(([column]) => rowsOf(column, w) !== 0).map(([column]) => column);
  assert.deepEqual(left, [], 'nothing names the old one');
  assert.match(listsVerify(), / 0 wrong/);

  // Sessions are over; roles, unit, contracts are the new agency's.
  assert.equal(code(await w.o.get('/session')) ?? (await w.o.get('/contracts')).status, 'not_logged_in');
  const o = await as(w.officer.account);
  assert.equal(o.member.organization.name, into.name);
  const list = ok(await o.get(`/contracts?q=${number}`)).items.map((c) => c.id).sort();
  assert.deepEqual(list, [sent, draft, closed].sort());
  const is = ok(await o.get(`/contracts/${sent}`));
  assert.deepEqual([is.number, is.formerAgency, is.unit.id], [number, from.name, w.target]);
  assert.equal(ok(await o.get(`/contracts/${closed}`)).unit.code, `${from.code}6500`, 'a closed unit keeps its code');
  assert.equal(ok(await other.get(`/contracts/${twin}`)).formerAgency, null);
  assert.equal(code(await o.post('/contracts', { number, title: 'x', unitId: w.target, officers: [o.member.id] })),
    'number_taken', 'of the new agency');

  // The vendor sees who wrote, under the name of then, and finds it by the new agency.
  const notice = messageOf(sent, 'notice');
  assert.match(ok(await vendor.get(`/messages/${notice}`)).sender, new RegExp(from.name));
  const found = ok(await vendor.get(`/messages/received?sender=${into.id}`)).items;
  assert.ok(found.some((m) => m.id === notice), 'filtered by the new agency');
  assert.ok(is.events.some((e) => e.kind === 'merged' && e.text === `${from.name} → ${into.name}`));
  ok(await signMessage(vendor, notice, 'vendor'));

  // The old card seals no more; with a card of the new agency the contract is completed.
  const s = await as(w.sealer.account), sealing = messageOf(sent, 'sealing');
  await assert.rejects(signMessage(s, sealing, 'agency'), /certificate_of_other_party/);
  sql(`UPDATE organization SET card_identity = '${CARD}' WHERE id = '${into.id}'`);
  ok(await signMessage(s, sealing, 'agency'));
  assert.equal(ok(await o.get(`/contracts/${sent}`)).state, 'completed');

  // The entry stays, closed, with its code and where it went.
  const gone = ok(await admin.get(`/admin/agencies/${from.id}`));
  assert.deepEqual([gone.agency.successorId, gone.agency.successorCode], [into.id, into.code]);
  assert.ok(gone.agency.closedAt);
  assert.ok(gone.events.some((e) => e.kind === 'merged' && e.after.includes(into.name) && !e.unit));
  const there = ok(await admin.get(`/admin/agencies/${into.id}`));
  assert.ok(there.events.some((e) => e.kind === 'joined' && e.before.includes(from.name)));
  assert.deepEqual(there.units.filter((u) => !u.closedAt).map((u) => [u.code, u.name]),
    [['6300', `${into.name}綜合組`], ['6400', `${into.name}二組`]]);
  const same = { code: from.code, name: 'x', shortName: 'x', cardIdentity: 'x' };
  assert.equal(code(await admin.post('/admin/agencies', same)), 'code_taken');
  assert.equal(ok(await admin.get(`/admin/agencies/${below.id}`)).agency.parentId, into.id);
  const late = (path, body) => admin.post(`/admin/agencies/${from.id}/${path}`, body).then(code);
  assert.equal(await late('units', { code: '1111', name: 'x' }), 'wrong_state');
  assert.equal(code(await admin.post('/admin/members', { organizationId: from.id, account: `z${digits(8)}`, name: 'x',
    email: 'x@example.tw' })), 'wrong_state');
  assert.equal(await late('merge', { intoId: into.id, reason: 'x' }), 'wrong_state');
  assert.equal(one(`SELECT COUNT(*) FROM outbox WHERE recipient = '${w.officer.account}@example.tw'
    AND subject LIKE '%${from.name}%'`), 1);
  for (const action of ['agency.merge_ask', 'agency.merge_agree', 'agency.merge'])
    assert.equal(one(`SELECT COUNT(*) FROM audit WHERE action = '${action}' AND object_id = '${from.id}'`), 1, action);
  auditVerify();

  // What a request wrote in that very moment goes over as well.
  sql(`UPDATE contract SET organization_id = '${from.id}', was_id = '', unit_id = NULL, handling_unit_id = NULL
    WHERE id = '${draft}'`);
  sql(`UPDATE agency_merge SET looked_at = NOW(3) - INTERVAL 1 HOUR WHERE id = '${id}'`);
  await worked('the late one', () => sql(`SELECT organization_id FROM contract WHERE id = '${draft}'`) === into.id);
  assert.match(listsVerify(), / 0 wrong/);

  // And once more: the new one joins a third. Everything of both is its own; the first points there.
  const third = await agency(admin, '整併丁局');
  const next = ok(await admin.post(`/admin/agencies/${into.id}/merge`, { intoId: third.id, reason: '再整併' }), 201).id;
  ok(await (await as('admin2')).post(`/admin/merges/${next}/agree`, {}));
  await done(next);
  assert.equal(ok(await admin.get(`/admin/agencies/${from.id}`)).agency.successorId, third.id);
  const again = ok(await (await as(w.officer.account)).get(`/contracts/${sent}`));
  assert.deepEqual([again.formerAgency, again.number], [from.name, number], 'as it was when it was signed');
  assert.match(listsVerify(), / 0 wrong/);
});

test('it waits for a seal that is being made; a kept period is not shortened', async () => {
  const w = await world();
  const { admin, from, into } = w;
  const id = await contract(w.o, w.u2, `K-${digits(6)}`, false);
  sql(`INSERT INTO parameter_value (name, scope, level, organization_id, value) VALUES
    ('retention.completed', '${from.id}', 1, '${from.id}', 'permanent')`);
  sql(`UPDATE contract SET state = 'sealing' WHERE id = '${id}'`);
  const merge = ok(await admin.post(`/admin/agencies/${from.id}/merge`,
    { intoId: into.id, units: [`${w.u1}:6301`], reason: '組織調整' }), 201).id;
  assert.deepEqual(ok(await admin.get(`/admin/merges/${merge}`)).preview.blocks, ['sealing']);
  // Two agree at once: one of them does.
  const [a, b] = [await as('admin2'), await as('admin2')];
  const both = await Promise.all([a, b].map((c) => c.post(`/admin/merges/${merge}/agree`, {})));
  assert.deepEqual(both.map((r) => r.status).sort(), [200, 409]);
  await worked('it waits', () => sql(`SELECT waits FROM agency_merge WHERE id = '${merge}'`) === 'sealing');
  sql(`UPDATE contract SET state = 'draft' WHERE id = '${id}'`);
  await done(merge);
  const kept = `SELECT value FROM parameter_value WHERE scope = '${id}' AND name = 'retention.completed'`;
  assert.equal(sql(kept), 'permanent');
  assert.equal(sql(`SELECT code FROM unit WHERE id = (SELECT successor_id FROM unit WHERE id = '${w.u1}')`), '6301');
});

// Rows of a column that name the old agency or one of its units.
function rowsOf(column, w) {
  const [table, name] = column.split('.');
  return one(`SELECT COUNT(*) FROM ${table} x WHERE x.${name} = '${w.from.id}' OR x.${name} IN
    (SELECT u.id FROM unit u WHERE u.organization_id = '${w.from.id}')`);
}

// What the rules would write in days, as rows.
function seed(w) {
  const id = () => randomUUID().replaceAll('-', '');
  const { from, u1, officer, sealer, boss } = w;
  const template = id(), letter = id();
  sql(`INSERT INTO template (id, organization_id, kind, version, name, owner_id, changed_at)
    VALUES ('${template}', '${from.id}', 'contract', 1, '範本', '${officer.id}', NOW(3))`);
  sql(`INSERT INTO letter (id, member_id, organization_id, thread_id, created_at, changed_at)
    VALUES ('${letter}', '${officer.id}', '${from.id}', '${letter}', NOW(3), NOW(3))`);
  sql(`INSERT INTO letter_recipient (letter_id, position, organization_id, member_id, copy)
    VALUES ('${letter}', 1, '${from.id}', '${boss.id}', FALSE)`);
  sql(`INSERT INTO seal_deputy (id, organization_id, member_id, deputy_id, from_day, to_day, unit_id, created_by,
    created_at) VALUES ('${id()}', '${from.id}', '${sealer.id}', '${boss.id}', '2099-01-01', '2099-01-02', '${u1}',
    '${boss.id}', NOW(3))`);
  sql(`INSERT INTO seal_picture (id, organization_id, unit_id, name, kind, created_at)
    VALUES ('${id()}', '${from.id}', '${u1}', '關防', 'official', NOW(3))`);
  const service = id();
  sql(`INSERT INTO member (id, organization_id, account, name, email, created_at, disabled, service)
    VALUES ('${service}', '${from.id}', 'client-${service}', '系統：x', 'x@example.tw', NOW(3), TRUE, TRUE)`);
  sql(`INSERT INTO client (id, organization_id, name, purpose, contact, scopes, created_by, created_at)
    VALUES ('${service}', '${from.id}', 'x', 'x', 'x@example.tw', 'contracts:read', '${boss.id}', NOW(3))`);
  sql(`INSERT INTO client_event (id, organization_id, kind, at)
    VALUES ('${id()}', '${from.id}', 'contract.sent', NOW(3))`);
  sql(`INSERT INTO parameter_value (name, scope, level, organization_id, unit_id, value)
    VALUES ('contract.deadline_days', '${u1}', 2, '${from.id}', '${u1}', '21')`);
  sql(`INSERT INTO mail_wording (name, scope, organization_id, zh_subject, en_subject, zh_body, en_body, changed_at,
    member_id) VALUES ('contract.reminder', '${from.id}', '${from.id}', 'x', '', '{{連結}}', '', NOW(3), '${boss.id}')`);
  sql(`INSERT INTO legal_hold (id, number, organization_id, case_number, reason, asked_by, asked_at)
    VALUES ('${id()}', 'x', '${from.id}', 'x', 'x', '${boss.id}', NOW(3))`);
  sql(`INSERT INTO destruction_list (id, organization_id, made_at) VALUES ('${id()}', '${from.id}', NOW(3))`);
  sql(`INSERT INTO retention_recount (organization_id) VALUES ('${from.id}') ON DUPLICATE KEY UPDATE after_id = ''`);
  sql(`INSERT INTO message_recipient (message_id, position, organization_id, member_id)
    SELECT m.id, 99, '${from.id}', '${officer.id}' FROM message m
    WHERE m.sender_organization_id = '${from.id}' LIMIT 1`);
  sql(`INSERT INTO list_hint (kind, owner) VALUES ('C', '${from.id}') ON DUPLICATE KEY UPDATE owner = owner`);
}
