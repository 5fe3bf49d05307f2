// Parameters: the cascade from the platform to one contract, the lock, what a change would do, its
// history and undoing; and that each of them is really read.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { as, auditVerify, Client, draft, ROOT, sql, worked } from './client.mjs';

const code = (answer) => answer.body?.error?.code;
const ok = (answer) => { assert.equal(answer.status, 200, JSON.stringify(answer.body)); return answer.body; };
const fresh = (prefix) => `${prefix}-${randomUUID().slice(0, 8)}`;
const day = (days) => new Date(Date.now() + 8 * 3600e3 + days * 86400e3).toISOString().slice(0, 10);
const agency = sql("SELECT id FROM organization WHERE code = '379730000A'");
const unit = sql(`SELECT id FROM unit WHERE organization_id = '${agency}' AND code = '6300'`);
const query = (place) => `?${new URLSearchParams(place)}`;
const of = async (who, name, place = {}) =>
  ok(await who.get(`/admin/parameters${query(place)}`)).items.find((p) => p.name === name);
const set = (who, name, value, more = {}) =>
  who.put('/admin/parameters', { name, ...(value === null ? {} : { value }), ...more });
const wipe = () => sql('DELETE FROM parameter_change WHERE undoes_id IS NOT NULL; DELETE FROM parameter_change;'
  + ' DELETE FROM parameter_value');

test.beforeEach(wipe);
test.after(wipe);

test('the nearest value counts, a lock above counts more', async () => {
  const [platform, admin] = [await as('admin'), await as('agencyadmin')];
  const name = 'contract.deadline_days';
  assert.deepEqual([(await of(admin, name)).value, (await of(admin, name)).from], ['0', 'default']);
  ok(await set(platform, name, '30'));
  assert.deepEqual([(await of(admin, name)).value, (await of(admin, name)).from], ['30', 'platform']);
  ok(await set(admin, name, '20'));
  ok(await set(admin, name, '10', { unitId: unit }));
  const here = await of(admin, name, { unitId: unit });
  assert.deepEqual([here.value, here.from, here.own, here.above, here.aboveFrom], ['10', 'unit', '10', '20', 'agency']);

  ok(await set(admin, name, '20', { lock: true }));
  const below = await of(admin, name, { unitId: unit });
  assert.deepEqual([below.value, below.from, below.locked, below.settable], ['20', 'agency', true, false]);
  assert.equal(code(await set(admin, name, '11', { unitId: unit })), 'setting_locked');
  ok(await set(platform, name, '30', { lock: true }));
  assert.equal((await of(admin, name, { unitId: unit })).value, '30', 'of two locks the higher one');
  assert.equal(code(await set(admin, name, '11')), 'setting_locked');
  ok(await set(platform, name, null));
  assert.equal((await of(admin, name, { unitId: unit })).value, '20', 'what was set below is there again');
  assert.equal((await of(platform, name)).from, 'default');
  auditVerify();
});

test('types, ranges, levels and who may', async () => {
  const [platform, admin, chen] = [await as('admin'), await as('agencyadmin'), await as('chen')];
  for (const [name, value] of [['contract.deadline_days', '366'], ['contract.deadline_days', '-1'],
    ['contract.deadline_days', '07'], ['contract.deadline_days', '3x'], ['contract.deadline_days', ''],
    ['contract.deadline_hard', 'true'], ['contract.remind_days', '7,,1'], ['contract.remind_days', '7,61'],
    ['contract.remind_days', '7,'], ['contract.remind_days', '1,2,3,4,5,6,7,8,9'], ['name.mask', 'mid'],
    ['name.mask', 'middle|first'], ['name.mask', ''], ['session.idle_minutes', '4'], ['document.upload_mb', '151'],
    ['mail.footer', 'x'.repeat(501)]])
    assert.equal(code(await set(platform, name, value)), 'bad_field', `${name} = ${value}`);
  for (const [name, value] of [['contract.remind_days', ''], ['contract.remind_days', '14,7'], ['name.mask', 'first'],
    ['contract.remind_days', '1,2,3,4,5,6,7,8'], ['document.upload_mb', '150'], ['mail.footer', '第一行\n第二行']])
    ok(await set(platform, name, value));
  assert.equal(code(await set(platform, 'no.such', '1')), 'bad_field');
  assert.equal(code(await set(admin, 'link.password_minutes', '60')), 'bad_field', 'the platform\'s alone');
  assert.equal(code(await set(admin, 'session.hours', '4', { unitId: unit })), 'bad_field', 'not of a unit');
  const vendor = sql("SELECT id FROM organization WHERE code = '97162640'");
  assert.equal(code(await set(platform, 'name.mask', 'none', { organizationId: vendor })), 'not_found');
  assert.equal(code(await set(admin, 'name.mask', 'none', { organizationId: vendor })), 'not_found');
  assert.equal(code(await set(admin, 'name.mask', 'none', { unitId: randomUUID().replaceAll('-', '') })), 'not_found');
  assert.equal(code(await chen.get('/admin/parameters')), 'not_found');
  assert.equal(sql(`SELECT COUNT(*) FROM audit WHERE action = 'parameter.set' AND at > NOW(3) - INTERVAL 1 MINUTE`) > 0,
    true);
});

test('what a change would do is said, and not done', async () => {
  const [platform, admin] = [await as('admin'), await as('agencyadmin')];
  const units = Number(sql(`SELECT COUNT(*) FROM unit WHERE organization_id = '${agency}' AND closed_at IS NULL`));
  const name = 'contract.deadline_days';
  ok(await set(admin, name, '10', { unitId: unit }));
  const look = async (body, who = admin) => ok(await who.post('/admin/parameters/preview', { name, ...body }));
  const plain = await look({ value: '40' });
  assert.deepEqual([plain.before, plain.after, plain.units, plain.belowAll], ['0', '40', units - 1, 1]);
  assert.deepEqual(plain.below.map((b) => [b.level, b.value, b.ignored]), [['unit', '10', false]]);
  const locked = await look({ value: '40', lock: true });
  assert.deepEqual([locked.units, locked.below[0].ignored], [units, true]);
  assert.equal(code(await admin.post('/admin/parameters/preview', { name, value: '999' })), 'bad_field');
  assert.equal((await of(admin, name)).from, 'default', 'nothing was changed');

  const idle = await as('ling');
  sql(`UPDATE session SET seen_at = UTC_TIMESTAMP(3) - INTERVAL 10 MINUTE WHERE member_id = '${idle.member.id}'`);
  const ends = await look({ name: 'session.idle_minutes', value: '5' }, platform);
  assert.ok(ends.sessions >= 1, JSON.stringify(ends));
  assert.equal((await look({ name: 'session.idle_minutes', value: '60' }, platform)).sessions, 0);
  assert.equal((await idle.get('/session')).status, 200, 'still there');
});

test('history, and a change undone', async () => {
  const [admin, platform] = [await as('agencyadmin'), await as('admin')];
  const name = 'name.mask';
  ok(await set(admin, name, 'first'));
  ok(await set(admin, name, 'none', { lock: true }));
  ok(await set(admin, name, 'none', { lock: true }));
  const events = async () => ok(await admin.get('/admin/parameters/history')).items;
  let [last, first] = await events();
  assert.equal((await events()).length, 2, 'nothing changed the third time');
  assert.deepEqual([last.before, last.after, last.afterLocked, last.mayUndo], ['first', 'none', true, true]);
  assert.deepEqual([first.before, first.after, first.mayUndo], [null, 'first', false]);
  assert.equal(code(await admin.post(`/admin/parameters/history/${first.id}/undo`, {})), 'conflict');
  const other = await as('chen');
  assert.equal(code(await other.post(`/admin/parameters/history/${last.id}/undo`, {})), 'not_found');
  ok(await admin.post(`/admin/parameters/history/${last.id}/undo`, {}));
  assert.deepEqual([(await of(admin, name)).own, (await of(admin, name)).ownLocked], ['first', false]);
  [last] = (await events()).filter((e) => e.id === last.id);
  assert.equal(last.undone, true);
  assert.equal(code(await admin.post(`/admin/parameters/history/${last.id}/undo`, {})), 'conflict', 'once');
  ok(await set(platform, 'session.hours', '9'));
  const above = ok(await platform.get('/admin/parameters/history')).items[0];
  assert.equal(code(await admin.post(`/admin/parameters/history/${above.id}/undo`, {})), 'not_found');
  ok(await platform.post(`/admin/parameters/history/${above.id}/undo`, {}));
  assert.equal((await of(platform, 'session.hours')).from, 'default');
});

test('sessions: idle time and length', async () => {
  const platform = await as('admin');
  const idle = await as('ling');
  sql(`UPDATE session SET seen_at = UTC_TIMESTAMP(3) - INTERVAL 10 MINUTE WHERE member_id = '${idle.member.id}'`);
  ok(await idle.get('/session'));
  sql(`UPDATE session SET seen_at = UTC_TIMESTAMP(3) - INTERVAL 10 MINUTE WHERE member_id = '${idle.member.id}'`);
  ok(await set(platform, 'session.idle_minutes', '5', { organizationId: agency }));
  assert.equal((await idle.get('/session')).status, 401);
  ok(await set(platform, 'session.hours', '2'));
  const short = await as('he');
  assert.equal(sql(`SELECT TIMESTAMPDIFF(MINUTE, created_at, expires_at) FROM session
    WHERE member_id = '${short.member.id}' ORDER BY created_at DESC LIMIT 1`), '120');
});

test('names, uploads, what has to be opened', async () => {
  const [platform, chen] = [await as('admin'), await as('chen')];
  const id = await draft(chen, fresh('PAR'));
  const name = async () => (await chen.get(`/contracts/${id}`)).body.handler.name;
  const whole = sql("SELECT name FROM member WHERE account = 'chen'");
  const middle = await name();
  ok(await set(platform, 'name.mask', 'none', { organizationId: agency }));
  const shown = await name();
  ok(await set(platform, 'name.mask', 'first', { organizationId: agency }));
  assert.deepEqual([shown, (await name())[0]], [whole, whole[0]]);
  assert.ok(middle.length > 0);

  const big = Buffer.concat([readFileSync(join(ROOT, 'sql/demo/contract.pdf')), Buffer.alloc(1024 * 1024, 10)]);
  ok(await set(platform, 'document.upload_mb', '1', { organizationId: agency }));
  assert.equal((await chen.get('/session')).body.uploadLimit, 1024 * 1024);
  assert.equal(code(await chen.upload(id, 'big.pdf', big)), 'too_large');
  ok(await set(platform, 'document.upload_mb', '3', { organizationId: agency }));
  assert.notEqual(code(await chen.upload(id, 'big.pdf', big)), 'too_large');

  ok(await set(platform, 'signing.require_read', 'no', { organizationId: agency }));
  assert.equal((await chen.get('/session')).body.requireRead, false);
  assert.equal((await (await as('vendor')).get('/session')).body.requireRead, true, 'the agency\'s people only');
});

test('the last day of a contract, and when it is reminded of', async () => {
  const [admin, chen] = [await as('agencyadmin'), await as('chen')];
  ok(await set(admin, 'contract.deadline_days', '14'));
  ok(await set(admin, 'contract.deadline_hard', 'yes'));
  const send = async () => {
    const id = await draft(chen, fresh('PAR'));
    ok(await chen.post(`/contracts/${id}/send`, {}));
    return id;
  };
  const id = await send();
  const sent = ok(await chen.get(`/contracts/${id}`));
  assert.deepEqual([sent.deadline, sent.deadlineHard], [day(14), true]);

  const path = `/contracts/${id}/parameters`;
  const own = ok(await chen.get(path));
  assert.deepEqual([own.level, own.items.map((p) => p.name)], ['contract',
    ['contract.remind_days', 'retention.completed', 'retention.ended']]);
  assert.equal(code(await chen.put(path, { name: 'contract.deadline_days', value: '3' })), 'bad_field');
  assert.equal(code(await (await as('vendor')).get(path)), 'not_found');
  assert.equal(code(await (await as('officer15')).get(path)), 'not_found', 'not theirs');
  const effect = ok(await chen.post(`${path}/preview`, { name: 'contract.remind_days', value: '14,2' }));
  assert.deepEqual([effect.before, effect.after, effect.contracts], ['7,3,1,0', '14,2', 1]);
  ok(await chen.put(path, { name: 'contract.remind_days', value: '14,2' }));
  const other = await send();
  const reminded = () => sql(`SELECT GROUP_CONCAT(id) FROM contract WHERE reminded_on IS NOT NULL
    AND id IN ('${id}', '${other}')`);
  await worked('one is reminded', () => reminded() !== 'NULL');
  assert.equal(reminded(), id, 'the one for which it was set');

  const change = ok(await chen.get(`${path}/history`)).items[0];
  ok(await chen.post(`${path}/history/${change.id}/undo`, {}));
  assert.equal(ok(await chen.get(path)).items[0].from, 'default');
});

test('reminders wait for the agency\'s hours', async () => {
  const [admin, chen] = [await as('agencyadmin'), await as('chen')];
  const hour = new Date(Date.now() + 8 * 3600e3).getUTCHours();
  const id = await draft(chen, fresh('PAR'));
  ok(await chen.post(`/contracts/${id}/send`, {}));
  // Hours that do not hold this one; noon can't be left out, and a reminder of noon goes at once.
  const [from, to] = hour >= 13 ? ['0', String(hour)] : [String(Math.min(hour + 1, 12)), '24'];
  ok(await set(admin, 'reminder.from_hour', from));
  ok(await set(admin, 'reminder.to_hour', to));
  ok(await chen.post(`/contracts/${id}/remind`, {}));
  const due = Number(sql(`SELECT UNIX_TIMESTAMP(CONVERT_TZ(MAX(o.next_at), '+00:00', @@session.time_zone)) FROM outbox o
    JOIN message m ON m.id = o.message_id WHERE m.contract_id = '${id}' AND o.subject LIKE '提醒%'`));
  assert.equal(new Date(due * 1000 + 8 * 3600e3).getUTCHours(), Number(from));
});

test('mails: the foot of the sender\'s agency, links as long as was set', async () => {
  const [platform, admin, chen] = [await as('admin'), await as('agencyadmin'), await as('chen')];
  ok(await set(platform, 'mail.footer', '平台客服 1999'));
  ok(await set(admin, 'mail.footer', '本局窗口 分機 6300'));
  const id = await draft(chen, fresh('PAR'));
  ok(await chen.post(`/contracts/${id}/send`, {}));
  const body = sql(`SELECT REPLACE(o.body, '\\n', ' ') FROM outbox o JOIN message m ON m.id = o.message_id
    WHERE m.contract_id = '${id}' LIMIT 1`);
  assert.match(body, /本局窗口 分機 6300 *$/);
  ok(await set(platform, 'link.password_minutes', '45'));
  ok(await new Client().post('/account/forgotten', { account: 'ling' }));
  const member = sql("SELECT id FROM member WHERE account = 'ling'");
  const life = () => sql(`SELECT TIMESTAMPDIFF(MINUTE, created_at, expires_at) FROM account_link
    WHERE member_id = '${member}' AND kind = 'password' ORDER BY created_at DESC LIMIT 1`);
  for (let i = 0; i < 300 && life() !== '45'; i++) await new Promise((r) => setTimeout(r, 100));
  assert.equal(life(), '45');
  assert.match(sql(`SELECT REPLACE(body, '\\n', ' ') FROM outbox WHERE subject LIKE '重設密碼%' ORDER BY created_at DESC
    LIMIT 1`), /有效時間：45 分鐘 minutes.*平台客服 1999 *$/);
  auditVerify();
});

test('an agency inherits from those above it; moved, from others', async () => {
  const platform = await as('admin');
  const name = 'contract.deadline_days';
  const tail = String(Date.now()).slice(-8);
  const make = async (letter, parentId) => {
    const made = await platform.post('/admin/agencies', { code: `${tail}${letter}X`, name: `上下${letter}`,
      shortName: '本局', cardIdentity: `上下${letter}`, ...(parentId ? { parentId } : {}) });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return made.body.id;
  };
  const [city, other] = [await make('A'), await make('D')];
  const bureau = await make('B', city), office = await make('C', bureau);
  const at = async (id) => of(platform, name, { organizationId: id });
  ok(await set(platform, name, '40'));
  ok(await set(platform, name, '30', { organizationId: city }));
  assert.deepEqual([(await at(office)).value, (await at(office)).from], ['30', 'superior']);
  ok(await set(platform, name, '20', { organizationId: bureau }));
  const here = await at(office);
  assert.deepEqual([here.value, here.from, here.own, here.aboveFrom], ['20', 'superior', null, 'superior']);
  assert.deepEqual([(await at(bureau)).above, (await at(bureau)).aboveFrom], ['30', 'superior']);
  ok(await set(platform, name, '10', { organizationId: office }));
  assert.deepEqual([(await at(office)).value, (await at(office)).from], ['10', 'agency']);
  const look = ok(await platform.post('/admin/parameters/preview', { name, value: '25', lock: true,
    organizationId: city }));
  assert.deepEqual([look.agencies, look.below.length], [2, 2], JSON.stringify(look));
  ok(await set(platform, name, '25', { organizationId: city, lock: true }));
  assert.deepEqual([(await at(office)).value, (await at(office)).locked], ['25', true], 'a lock above counts');
  assert.equal(code(await set(platform, name, '9', { organizationId: office })), 'setting_locked');

  // Rules read the same, by C and by SQL: how long a session of the office may idle.
  const id = randomUUID().replaceAll('-', '');
  sql(`INSERT INTO member (id, organization_id, account, name, email, password_hash, created_at) SELECT '${id}',
    '${office}', 'above-${tail}', '他人', 'x@example.tw', password_hash, NOW(3) FROM member WHERE account = 'chen'`);
  ok(await set(platform, 'session.idle_minutes', '17', { organizationId: city }));
  await as(`above-${tail}`);
  const idle = () => sql(`SELECT idle_minutes FROM session WHERE member_id = '${id}'`);
  assert.equal(idle(), '17');
  ok(await set(platform, 'session.idle_minutes', '19', { organizationId: bureau }));
  assert.equal(idle(), '19');
  const version = Number(sql(`SELECT version FROM organization WHERE id = '${bureau}'`));
  ok(await platform.put(`/admin/agencies/${bureau}`, { name: '上下B', shortName: '本局', cardIdentity: '上下B',
    parentId: other, version }));
  assert.equal(idle(), '19');
  ok(await set(platform, 'session.idle_minutes', null, { organizationId: bureau }));
  assert.notEqual(idle(), '17', 'the city is not above it any more');
  assert.deepEqual([(await at(office)).value, (await at(bureau)).value, (await at(bureau)).above], ['10', '20', '40']);
  const round = await platform.put(`/admin/agencies/${other}`, { name: '上下D', shortName: '本局',
    cardIdentity: '上下D', parentId: office, version: 1 });
  assert.equal(code(round), 'bad_field', 'no circles');
  sql(`UPDATE organization SET closed_at = NOW(3) WHERE code LIKE '${tail}%'`);
});
