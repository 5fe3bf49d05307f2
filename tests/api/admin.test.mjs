// Administration of agencies: units with their history, roles that two have to agree to, and
// what somebody else's administrator does not reach.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { as, auditVerify, sql } from './client.mjs';

const code = (answer) => answer.body?.error?.code;
const ok = (answer, status = 200) => {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
};
const digits = (n) => Array.from({ length: n }, () => Math.floor(Math.random() * 10)).join('');
const mine = async (client) => (await client.get('/admin/agencies')).body.items.find((a) => a.kind === 'agency');
const memberOf = async (client, account, query = '') =>
  ok(await client.get(`/admin/members?q=${account}&size=100${query}`)).items.find((m) => m.account === account);
const rolesOf = (id) => sql(`SELECT role FROM member_role WHERE member_id = '${id}' ORDER BY role + 0`).split('\n');
const audited = (action, id) =>
  Number(sql(`SELECT COUNT(*) FROM audit WHERE action = '${action}' AND object_id = '${id}'`));

// A free four-digit code for a unit of the agency.
const freeCode = (agency) => {
  const taken = sql(`SELECT code FROM unit WHERE organization_id = '${agency.id}'`).split('\n');
  return Array.from({ length: 9000 }, (_, i) => String(1000 + i)).find((c) => !taken.includes(c));
};

// Other tests offer the demo's agencies only.
test.after(() => sql(`UPDATE organization SET closed_at = NOW(3) WHERE kind = 'agency' AND code <> '379730000A'`));

test('the platform makes agencies, below one another, and never in a circle', async () => {
  const [platform, agency] = [await as('admin'), await as('agencyadmin')];
  const own = await mine(agency);
  const body = { code: `${digits(9)}Z`, name: `測試府${digits(4)}`, shortName: '本府', cardIdentity: '測試府' };
  assert.equal(code(await agency.post('/admin/agencies', body)), 'not_found', 'not by an agency');
  const top = ok(await platform.post('/admin/agencies', body), 201).id;
  const again = await platform.post('/admin/agencies', body);
  assert.deepEqual([code(again), again.body.error.field], ['code_taken', 'code']);
  const bad = await platform.post('/admin/agencies', { ...body, code: 'abcdefghij' });
  assert.deepEqual([code(bad), bad.body.error.field], ['bad_field', 'code']);
  const below = ok(await platform.post('/admin/agencies', { ...body, code: `${digits(9)}Y`, parentId: top }), 201).id;
  assert.deepEqual(ok(await platform.get(`/admin/agencies?under=${top}`)).items.map((a) => a.id), [below]);
  const is = ok(await platform.get(`/admin/agencies/${top}`)).agency;
  const change = { name: is.name, shortName: is.shortName, cardIdentity: is.cardIdentity, version: is.version };
  for (const parentId of [below, top])
    assert.equal(code(await platform.put(`/admin/agencies/${top}`, { ...change, parentId })), 'bad_field', parentId);
  assert.equal(code(await agency.put(`/admin/agencies/${own.id}`, change)), 'not_found', 'not by the agency itself');
  ok(await platform.put(`/admin/agencies/${top}`, { ...change, name: `${is.name}改` }));
  assert.equal(code(await platform.put(`/admin/agencies/${top}`, change)), 'conflict', 'somebody else was faster');
  const { events } = ok(await platform.get(`/admin/agencies/${top}`));
  assert.deepEqual(events.map((e) => [e.kind, e.before, e.after])[0], ['renamed', is.name, `${is.name}改`]);
  assert.equal(code(await agency.get(`/admin/agencies/${top}`)), 'not_found', 'not that of another agency');
  assert.equal(audited('agency.rename', top), 1);
});

test('units are made, renamed, merged and opened again; people go along; old contracts keep theirs', async () => {
  const [admin, chen] = [await as('agencyadmin'), await as('chen')];
  const agency = await mine(admin);
  const path = `/admin/agencies/${agency.id}/units`;
  const number = freeCode(agency);
  const unit = ok(await admin.post(path, { code: number, name: '臺北市政府資訊局測試組' }), 201).id;
  assert.equal(code(await admin.post(path, { code: number, name: 'x' })), 'code_taken');
  assert.equal(code(await admin.post(path, { code: '12', name: 'x' })), 'bad_field');
  assert.equal(code(await chen.post(path, { code: '9999', name: 'x' })), 'not_found', 'not by an officer');
  ok(await admin.put(`${path}/${unit}`, { name: '臺北市政府資訊局實驗組' }));
  const units = () => admin.get(`/admin/agencies/${agency.id}`).then((a) => ok(a).units);
  const offered = async () => ok(await chen.get('/units')).items.some((u) => u.id === unit);
  assert.ok(await offered(), 'contracts can choose it');

  const someone = sql(`SELECT id FROM member WHERE account = 'officer16'`);
  const home = sql(`SELECT unit_id FROM member WHERE id = '${someone}'`);
  sql(`UPDATE member SET unit_id = '${unit}' WHERE id = '${someone}'`);
  const draft = { number: `U-${randomUUID().slice(0, 8)}`, title: '單位', unitId: unit, officers: [chen.member.id] };
  const contract = ok(await chen.post('/contracts', draft), 201).id;
  assert.equal(code(await admin.post(`${path}/${unit}/close`, {})), 'not_empty');
  assert.equal(code(await admin.post(`${path}/${unit}/close`, { into: unit })), 'bad_field', 'into itself');
  assert.equal(ok(await admin.post(`${path}/${unit}/close`, { into: home })).moved, 1);
  assert.equal(sql(`SELECT unit_id FROM member WHERE id = '${someone}'`), home);
  assert.equal(await offered(), false, 'new contracts cannot choose it');
  assert.equal(ok(await chen.get(`/contracts/${contract}`)).unit.id, unit, 'the contract keeps it');
  const closed = (await units()).find((u) => u.id === unit);
  assert.ok(closed.closedAt && closed.mergedInto);
  assert.equal(code(await admin.post(`${path}/${unit}/close`, {})), 'not_found', 'once');
  assert.equal(code(await admin.put(`${path}/${unit}`, { name: 'x' })), 'not_found', 'history is not renamed');
  ok(await admin.post(`${path}/${unit}/reopen`, {}));
  assert.ok(await offered());
  const { events } = ok(await admin.get(`/admin/agencies/${agency.id}`));
  const kinds = events.filter((e) => e.unit === number).map((e) => e.kind);
  assert.deepEqual(kinds, ['opened', 'merged', 'renamed', 'created']);
  ok(await admin.post(`${path}/${unit}/close`, {}));
  ok(await chen.delete(`/contracts/${contract}`));
});

test('an officer is named by one, a sealer by two; neither by oneself', async () => {
  const [first, second, platform] = [await as('agencyadmin'), await as('agencyadmin2'), await as('admin')];
  const cao = await memberOf(first, 'cao');
  const give = (client, role, reason) =>
    client.post(`/admin/members/${cao.id}/roles`, reason ? { role, reason } : { role });
  assert.deepEqual(cao.roles, ['officer']);
  ok(await first.delete(`/admin/members/${cao.id}/roles/officer`));
  assert.equal(ok(await give(first, 'officer')).asked, false);
  assert.equal(code(await give(first, 'officer')), 'wrong_state', 'has it');

  assert.equal(code(await give(first, 'sealer')), 'field_required', 'why?');
  const mails = () => Number(sql(`SELECT COUNT(*) FROM outbox WHERE recipient = 'agencyadmin2@example.tw'`));
  const before = mails();
  assert.equal(ok(await give(first, 'sealer', '用印人員輪替')).asked, true);
  assert.equal(mails(), before + 1, 'the other administrator is told');
  assert.deepEqual(rolesOf(cao.id), ['officer'], 'not yet');
  assert.equal(code(await give(first, 'sealer', 'again')), 'asked_already');
  const open = ok(await first.get('/admin/approvals')).items.find((q) => q.memberId === cao.id);
  assert.deepEqual([open.mine, open.may, open.role], [true, false, 'sealer']);
  assert.equal(code(await first.post(`/admin/approvals/${open.id}/approve`, {})), 'second_approver');
  assert.equal(ok(await second.get('/admin/approvals')).items.find((q) => q.id === open.id).may, true);
  ok(await second.post(`/admin/approvals/${open.id}/approve`, {}));
  assert.deepEqual(rolesOf(cao.id), ['officer', 'sealer']);
  assert.equal(code(await second.post(`/admin/approvals/${open.id}/approve`, {})), 'not_found', 'once');
  assert.equal(sql(`SELECT COUNT(*) FROM outbox WHERE recipient = 'cao@example.tw' AND subject = '您的角色已變更'`), '1');
  for (const action of ['role.ask', 'role.approve']) assert.equal(audited(action, cao.id), 1, action);
  ok(await first.delete(`/admin/members/${cao.id}/roles/sealer`));
  assert.equal(code(await first.delete(`/admin/members/${cao.id}/roles/sealer`)), 'not_found');

  ok(await give(first, 'registry', '支援總收發'));
  const other = ok(await first.get('/admin/approvals')).items.find((q) => q.memberId === cao.id);
  ok(await second.post(`/admin/approvals/${other.id}/refuse`, {}));
  assert.deepEqual(rolesOf(cao.id), ['officer']);
  const past = ok(await first.get('/admin/approvals?closed=true')).items;
  const cases = past.filter((q) => q.memberId === cao.id).map((q) => q.state);
  assert.deepEqual(cases.slice(0, 2), ['refused', 'approved']);
  assert.equal(code(await give(platform, 'sealer', 'x')), 'not_found', 'sealers are the agency\'s own business');
  auditVerify();
});

test('the database itself refuses one who agrees with oneself', () => {
  const cheat = "UPDATE role_request SET decided_by = asked_by WHERE state = 'approved' LIMIT 1";
  assert.throws(() => sql(cheat), /CONSTRAINT/);
});

test('roles that do not go together; the last administrator; oneself', async () => {
  const [first, second, platform] = [await as('agencyadmin'), await as('agencyadmin2'), await as('admin')];
  const me = await memberOf(first, 'agencyadmin');
  assert.equal(code(await first.delete(`/admin/members/${me.id}/roles/agency_admin`)), 'not_yourself');
  const toMe = (role) => first.post(`/admin/members/${me.id}/roles`, { role, reason: 'x' });
  assert.equal(code(await toMe('sealer')), 'not_yourself');
  assert.equal(code(await toMe('auditor')), 'not_found', 'no role of an agency');
  const own = sql(`SELECT organization_id FROM member WHERE id = '${platform.member.id}'`);
  const auditor = await memberOf(platform, 'auditor', `&organizationId=${own}`);
  const answer = await platform.post(`/admin/members/${auditor.id}/roles`, { role: 'platform_admin', reason: 'x' });
  assert.equal(code(answer), 'role_conflict', 'who audits does not administrate');

  const two = await memberOf(first, 'agencyadmin2');
  ok(await first.delete(`/admin/members/${two.id}/roles/agency_admin`));
  assert.equal((await second.get('/admin/members')).status >= 401, true, 'the role is gone at once');
  assert.equal(code(await platform.delete(`/admin/members/${me.id}/roles/agency_admin`)), 'last_administrator');
  // Back again: asked by the agency, agreed to by the platform.
  ok(await first.post(`/admin/members/${two.id}/roles`, { role: 'agency_admin', reason: '代理' }));
  const open = ok(await platform.get('/admin/approvals')).items.find((q) => q.memberId === two.id);
  ok(await platform.post(`/admin/approvals/${open.id}/approve`, {}));
  assert.deepEqual(rolesOf(two.id), ['agency_admin']);
});

test('what belongs to another organization is not there', async () => {
  const [first, chen] = [await as('agencyadmin'), await as('chen')];
  const vendor = sql("SELECT id FROM member WHERE account = 'vendor'");
  const platform = sql("SELECT id FROM member WHERE account = 'admin'");
  const org = sql("SELECT organization_id FROM member WHERE account = 'vendor'");
  for (const id of [vendor, platform, 'a'.repeat(32)]) {
    assert.equal(code(await first.get(`/admin/members/${id}`)), 'not_found');
    assert.equal(code(await first.post(`/admin/members/${id}/roles`, { role: 'officer' })), 'not_found');
    assert.equal(code(await first.delete(`/admin/members/${id}/roles/officer`)), 'not_found');
  }
  assert.equal(code(await first.get(`/admin/members?organizationId=${org}`)), 'not_found');
  assert.equal(code(await chen.get('/admin/members')), 'not_found');
  const one = ok(await first.get(`/admin/members/${chen.member.id}`));
  assert.ok(one.work.handles > 0);
  assert.deepEqual(Object.keys(one).sort(), ['member', 'work'], 'numbers, nothing of the contracts');
});
