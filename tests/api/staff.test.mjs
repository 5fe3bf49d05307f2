// People come, move and leave: invited by mail, imported from CSV with a preview, and what they
// leave behind goes over to somebody else.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { as, auditVerify, Client, ctl, DIR, draft, signMessage, sql } from './client.mjs';

const code = (answer) => answer.body?.error?.code;
const field = (answer) => answer.body?.error?.field;
const ok = (answer, status = 200) => {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
};
const fresh = (prefix) => `${prefix}${randomUUID().slice(0, 8)}`;
const agencyOf = async (client) => ok(await client.get('/admin/agencies')).items.find((a) => a.kind === 'agency').id;
const unitsOf = async (client, agency) =>
  ok(await client.get(`/admin/agencies/${agency}`)).units.filter((u) => !u.closedAt);
const PASSWORD = 'Ein-langes-Wort-2026';

// The link of the newest invitation to that address.
const tokenFor = (email) => sql(`SELECT body FROM outbox WHERE recipient = '${email}' ORDER BY created_at DESC LIMIT 1`)
  .match(/[0-9a-f]{64}/)[0];

async function comeIn(email, account) {
  const client = new Client();
  ok(await client.post('/account/link/password', { token: tokenFor(email), password: PASSWORD }));
  ok(await client.login(account, PASSWORD));
  return client;
}

async function invite(admin, role = 'officer') {
  const account = fresh('neu-');
  const agency = await agencyOf(admin);
  const [unit] = await unitsOf(admin, agency);
  const email = `${account}@example.tw`;
  const { id } = ok(await admin.post('/admin/members', { account, name: '新同仁', email, unitId: unit.id }), 201);
  if (role) ok(await admin.post(`/admin/members/${id}/roles`, { role }));
  return { id, account, email, unit };
}

// Other tests count the demo's people: those who came here leave again.
test.after(() => sql("UPDATE member SET disabled = TRUE WHERE account LIKE 'neu-%' OR account LIKE 'csv-%'"));

test('invited by mail; the link sets the password; the invitation can be sent again', async () => {
  const admin = await as('agencyadmin');
  const { id, account, email } = await invite(admin, null);
  const body = { account, name: 'x', email };
  assert.deepEqual([code(await admin.post('/admin/members', body)), field(await admin.post('/admin/members', body))],
    ['account_taken', 'account']);
  assert.equal(code(await admin.post('/admin/members', { ...body, account: fresh('x'), unitId: 'a'.repeat(32) })),
    'bad_field', 'a unit of nobody');
  assert.equal(ok(await admin.get(`/admin/members/${id}`)).member.invited, true);
  const first = tokenFor(email);
  ok(await admin.post(`/admin/members/${id}/invite`, {}));
  assert.notEqual(tokenFor(email), first);
  const nobody = new Client();
  assert.equal(code(await nobody.post('/account/link/password', { token: first, password: PASSWORD })), 'link_expired');
  const member = await comeIn(email, account);
  assert.equal(ok(await member.get('/session')).member.roles.length, 0, 'no role yet');
  assert.equal(code(await admin.post(`/admin/members/${id}/invite`, {})), 'wrong_state', 'has a password');
});

test('another unit; who moved logs in anew', async () => {
  const admin = await as('agencyadmin');
  const { id, account, email, unit } = await invite(admin);
  const member = await comeIn(email, account);
  const other = (await unitsOf(admin, await agencyOf(admin))).find((u) => u.id !== unit.id);
  ok(await admin.put(`/admin/members/${id}/unit`, { unitId: other.id }));
  assert.equal(code(await member.get('/session')), 'not_logged_in');
  assert.equal(ok(await admin.get(`/admin/members/${id}`)).member.unit.id, other.id);
  assert.equal(code(await admin.put(`/admin/members/${id}/unit`, { unitId: 'b'.repeat(32) })), 'bad_field');
});

test('who leaves hands over: drafts and contracts under way; both sides see it; nobody comes in', async () => {
  const [admin, chen] = [await as('agencyadmin'), await as('chen')];
  const { id, account, email } = await invite(admin);
  const member = await comeIn(email, account);
  const mine = await draft(member, fresh('GO-'));
  const sent = await draft(member, fresh('GO-'));
  // Two more officers, so that the list keeps one of them.
  ok(await member.post(`/contracts/${sent}/send`, {}));
  assert.deepEqual(ok(await admin.get(`/admin/members/${id}`)).work, { handles: 2, officer: 2, seals: 0 });
  assert.equal(code(await admin.post(`/admin/members/${id}/leave`, {})), 'not_empty', 'somebody has to take over');
  const vendor = sql("SELECT id FROM member WHERE account = 'vendor'");
  const registry = sql("SELECT id FROM member WHERE account = 'registry'");
  for (const to of [id, vendor, registry, 'c'.repeat(32)]) {
    const answer = await admin.post(`/admin/members/${id}/leave`, { to });
    assert.deepEqual([code(answer), field(answer)], ['bad_field', 'to'], 'an officer of the agency');
  }
  const done = ok(await admin.post(`/admin/members/${id}/leave`, { to: chen.member.id })).work;
  assert.deepEqual([done.handles, done.officer], [2, 2]);
  assert.equal(code(await member.get('/session')), 'not_logged_in');
  assert.equal(code(await new Client().login(account, PASSWORD)), 'login_failed');
  for (const contract of [mine, sent])
    assert.equal(ok(await chen.get(`/contracts/${contract}`)).handler.id, chen.member.id);
  const document = sql(`SELECT id FROM document WHERE contract_id = '${sent}'`);
  const { changes } = ok(await (await as('vendor')).get(`/documents/${document}/history`));
  assert.deepEqual(changes.map((c) => c.field).sort(), ['handler', 'officers'], 'the vendor sees who handles it now');
  const notice = sql(`SELECT id FROM message WHERE contract_id = '${sent}' AND kind = 'notice'`);
  assert.equal((await signMessage(await as('vendor'), notice, 'vendor')).status, 200, 'it goes on');
  assert.equal(code(await admin.post(`/admin/members/${id}/leave`, {})), 'not_found', 'once');
  assert.ok(ok(await admin.get('/admin/members?away=true&size=100')).items.some((m) => m.id === id));
  ok(await admin.post(`/admin/members/${id}/return`, {}));
  assert.deepEqual(ok(await admin.get(`/admin/members/${id}`)).member.roles, [], 'back without roles');
  assert.equal(code(await admin.post(`/admin/members/${admin.member.id}/leave`, {})), 'not_yourself');
  auditVerify();
});

test('units from CSV: first what would change, then the change, all or nothing', async () => {
  const admin = await as('agencyadmin');
  const agency = await agencyOf(admin);
  const path = `/admin/agencies/${agency}/units/import`;
  const is = await unitsOf(admin, agency);
  const taken = new Set(sql(`SELECT code FROM unit WHERE organization_id = '${agency}'`).split('\n'));
  const free = Array.from({ length: 900 }, (_, i) => String(7000 + i)).filter((c) => !taken.has(c));
  const old = is.find((u) => u.code === '6200');
  const csv = `\ufeff單位代碼,單位名稱\r\n${free[0]},"臺北市政府資訊局""新""組"\r\n6200,${old.name}\r\n6300,另一個名稱\r\n`;
  const preview = ok(await admin.post(path, { csv }));
  assert.deepEqual(preview.items.map((r) => [r.line, r.action]), [[2, 'create'], [3, 'same'], [4, 'change']]);
  assert.equal(preview.applied, false);
  assert.equal((await unitsOf(admin, agency)).length, is.length, 'a preview changes nothing');
  const bad = `${free[0]},a\n${free[0]},b\n12,c\n${free[1]}\n`;
  const errors = ok(await admin.post(path, { csv: bad })).items.map((r) => r.error);
  assert.deepEqual(errors, [null, 'twice', 'code', 'columns']);
  assert.equal(code(await admin.post(path, { csv: bad, apply: true })), 'bad_field');
  assert.equal((await unitsOf(admin, agency)).length, is.length, 'all or nothing');
  assert.equal(code(await admin.post(path, { csv: 'a,"b' })), 'bad_field', 'no CSV');
  ok(await admin.post(path, { csv: `${free[0]},臺北市政府資訊局新組\n`, apply: true }));
  const made = (await unitsOf(admin, agency)).find((u) => u.code === free[0]);
  assert.equal(made.name, '臺北市政府資訊局新組');
  ok(await admin.post(`/admin/agencies/${agency}/units/${made.id}/close`, {}));
});

test('people from CSV are invited or moved', async () => {
  const admin = await as('agencyadmin');
  const agency = await agencyOf(admin);
  const path = `/admin/agencies/${agency}/members/import`;
  const { id, account, email, unit } = await invite(admin);
  const other = (await unitsOf(admin, agency)).find((u) => u.id !== unit.id);
  const neu = fresh('csv-');
  const csv = `帳號,姓名,電子郵件,單位代碼\n${neu},李新人,${neu}@example.tw,${unit.code}\n`
    + `${account},新同仁,${email},${other.fullCode}\nvendor,王大明,vendor@example.tw,\nx,李,no,\n`
    + `${fresh('u')},李,a@b.tw,0000\n`;
  const rows = ok(await admin.post(path, { csv })).items;
  assert.deepEqual(rows.map((r) => r.action ?? r.error), ['create', 'change', 'taken', 'account', 'unit']);
  assert.equal(rows[1].before, unit.name);
  const good = csv.split('\n').slice(0, 3).join('\n');
  ok(await admin.post(path, { csv: good, apply: true }));
  assert.equal(ok(await admin.get(`/admin/members/${id}`)).member.unit.id, other.id);
  const member = await comeIn(`${neu}@example.tw`, neu);
  assert.equal(member.member.unit.id, unit.id);
  assert.deepEqual(ok(await admin.post(path, { csv: good })).items.map((r) => r.action), ['same', 'same']);
});

test('the first administrators come from the operator, as long as there are fewer than two', async () => {
  const make = (account) =>
    ctl('first-admin', '--conf', join(DIR, 'conf/yinxin.conf'), account, '首位管理者', `${account}@example.tw`);
  assert.throws(() => make(fresh('neu-')), (error) => error.status === 1 && /two platform admin/.test(error.stderr));
  sql("UPDATE member SET disabled = TRUE WHERE account = 'admin2'");
  const account = fresh('neu-');
  try {
    make(account);
    const member = await comeIn(`${account}@example.tw`, account);
    assert.deepEqual(ok(await member.get('/session')).member.roles, ['platform_admin']);
    assert.ok(ok(await member.get('/admin/agencies')).total > 0);
  } finally {
    sql(`UPDATE member SET disabled = TRUE WHERE account = '${account}';
      UPDATE member SET disabled = FALSE WHERE account = 'admin2'`);
  }
});

test('who may agree to a role finds it on the home page', async () => {
  const [first, second] = [await as('agencyadmin'), await as('agencyadmin2')];
  const { id } = await invite(first, null);
  const waiting = async (client) => ok(await client.get('/home')).tiles.find((x) => x.code === 'approvals').count;
  const before = [await waiting(first), await waiting(second)];
  ok(await first.post(`/admin/members/${id}/roles`, { role: 'sealer', reason: '新進用印人員' }));
  assert.deepEqual([await waiting(first), await waiting(second)], [before[0], before[1] + 1]);
  const open = ok(await first.get('/admin/approvals')).items.find((q) => q.memberId === id);
  ok(await first.post(`/admin/approvals/${open.id}/refuse`, {}));
  assert.equal(await waiting(second), before[1], 'withdrawn');
});
