// Who may do what: backend/api/permissions.yaml is compared with the table of routes, and then
// every route is walked as every role: with an own object, a colleague's, and another agency's.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { png } from './png.mjs';
import { as, certificate, choose, Client, ctl, draft, ROOT, sql } from './client.mjs';

const ACTIONS = load(readFileSync(join(ROOT, 'backend/api/permissions.yaml'), 'utf8'));
const ROUTES = JSON.parse(ctl('routes')).filter((r) => r.path.startsWith('/api/v1/'))
  .map((r) => ({ ...r, name: `${r.method} ${r.path.replace('/api/v1', '')}` }));
const actionOf = new Map(ACTIONS.flatMap((a) => a.routes.map((name) => [name, a])));
const LEVELS = ['own', 'scope', 'all'];

// One account for each role; chen has two, as many have.
const ACCOUNTS = ['vendor', 'company', 'lin', 'chen', 'registry', 'agencyadmin', 'admin', 'auditor'];
const NOBODY = 'f'.repeat(32);

test('each route stands in the table once, and lets in exactly the roles that stand there', () => {
  const listed = ACTIONS.flatMap((a) => a.routes).sort();
  assert.deepEqual(listed, ROUTES.map((r) => r.name).sort(), 'backend/api/permissions.yaml lists every route once');
  for (const route of ROUTES) {
    const { who } = actionOf.get(route.name);
    const is = route.public ? 'anyone' : route.everybody ? 'member' : route.roles.toSorted();
    assert.deepEqual(is, typeof who === 'string' ? who : Object.keys(who).sort(), route.name);
  }
});

test('the words of the table are known ones', () => {
  const roles = sql("SELECT COLUMN_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'yinxin'"
    + " AND TABLE_NAME = 'member_role' AND COLUMN_NAME = 'role'").match(/'\w+'/g).map((w) => w.slice(1, -1));
  for (const { action, who } of ACTIONS) {
    if (typeof who === 'string') assert.ok(['anyone', 'member'].includes(who), action);
    else
      for (const [role, level] of Object.entries(who)) {
        assert.ok(roles.includes(role), `${action}: ${role}`);
        assert.ok(LEVELS.includes(level), `${action}: ${level}`);
      }
  }
});

test('roles that must not go together never stand in one action with full reach', () => {
  for (const { action, who } of ACTIONS) {
    if (typeof who === 'string') continue;
    assert.ok(!who.auditor || !action.match(/^(Give|Take|Make|Units)/), `${action}: who audits changes nothing`);
    for (const role of ['platform_admin', 'auditor'])
      assert.ok(!who[role] || !/contract content|Sign|Send|draft|Return/.test(action), `${action}: ${role}`);
  }
});

// ---- objects: mine, my agency's, another agency's ----

// A second agency with people of its own, who log in with the demo's password.
function otherAgency() {
  const tail = String(Date.now()).slice(-8);
  const [org, unit] = [randomUUID(), randomUUID()].map((id) => id.replaceAll('-', ''));
  sql(`INSERT INTO organization (id, kind, code, name, short_name, card_identity, created_at)
    VALUES ('${org}', 'agency', '${tail}QX', '他機關', '本局', '他機關', NOW(3));
    INSERT INTO unit (id, organization_id, code, name) VALUES ('${unit}', '${org}', '0100', '他機關一組')`);
  const people = Object.fromEntries(['officer', 'sealer', 'agency_admin'].map((role) => {
    const id = randomUUID().replaceAll('-', '');
    sql(`INSERT INTO member (id, organization_id, unit_id, account, name, email, password_hash, created_at)
      SELECT '${id}', '${org}', '${unit}', 'other-${role}-${tail}', '他人', 'x@example.tw', password_hash, NOW(3)
      FROM member WHERE account = 'chen'; INSERT INTO member_role (member_id, role) VALUES ('${id}', '${role}')`);
    return [role, { id, account: `other-${role}-${tail}` }];
  }));
  return { org, unit, people };
}

const fresh = () => `MX-${randomUUID().slice(0, 8)}`;
async function emptyDraft(client) {
  const units = (await client.get('/units')).body.items;
  const made = await client.post('/contracts', { number: fresh(), title: '權限', unitId: units.at(-1).id,
    officers: [client.member.id] });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return made.body.id;
}

async function letterOf(client) {
  const { id } = (await client.post('/letters', {})).body;
  const saved = await client.put(`/letters/${id}`, { version: 1, subject: '函', body: '文', to: [memberId('officer09')],
    copies: [] });
  assert.equal(saved.status, 200, JSON.stringify(saved.body));
  return id;
}

async function templateOf(client) {
  const made = await client.post('/templates', { kind: 'message', name: fresh(), subject: 'x', body: 'x' });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return made.body.id;
}

const request = (member, role, by) => {
  const id = randomUUID().replaceAll('-', '');
  sql(`DELETE FROM role_request WHERE member_id = '${member}' AND role = '${role}' AND state = 'open';
    INSERT INTO role_request (id, member_id, role, reason, asked_by, asked_at)
    VALUES ('${id}', '${member}', '${role}', '測試', '${by}', NOW(3))`);
  return id;
};

const deputy = (by) => {
  const id = randomUUID().replaceAll('-', '');
  sql(`INSERT INTO seal_deputy (id, organization_id, member_id, deputy_id, from_day, to_day, created_by, created_at)
    SELECT '${id}', m.organization_id, m.id, d.id, '2099-01-01', '2099-01-02', b.id, NOW(3)
    FROM member m, member d, member b
    WHERE m.account = 'chen' AND d.account = 'ling' AND b.account = '${by}'`);
  return id;
};

const memberId = (account) => sql(`SELECT id FROM member WHERE account = '${account}'`);
const orgOf = (account) => sql(`SELECT organization_id FROM member WHERE account = '${account}'`);
const unitOf = (org) => sql(`SELECT id FROM unit WHERE organization_id = '${org}' AND closed_at IS NULL LIMIT 1`);

let other, clients, things;

test.before(async () => {
  other = otherAgency();
  clients = Object.fromEntries(await Promise.all(ACCOUNTS.map(async (a) => [a, await as(a)])));
  clients.other = await as(other.people.officer.account);
  clients.otherAdmin = await as(other.people.agency_admin.account);
  const sent = await draft(clients.chen, fresh());
  const answer = await clients.chen.post(`/contracts/${sent}/send`, {});
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const document = sql(`SELECT id FROM document WHERE contract_id = '${sent}'`);
  const notice = sql(`SELECT id FROM message WHERE contract_id = '${sent}'`);
  // What belongs to whom: for each kind of object, who has one of their own.
  const admins = ['agencyadmin', 'admin'];
  things = {
    contracts: { own: { chen: () => emptyDraft(clients.chen), lin: () => emptyDraft(clients.lin) },
      colleague: await emptyDraft(await as('wang')), foreign: await emptyDraft(clients.other) },
    templates: {
      own: Object.fromEntries(['chen', 'lin', 'agencyadmin'].map((a) => [a, () => templateOf(clients[a])])),
      colleague: await templateOf(await as('wang')), foreign: await templateOf(clients.other),
    },
    messages: { own: { vendor: () => notice }, foreign: messageOfOthers() },
    letters: {
      own: Object.fromEntries(['chen', 'lin', 'vendor', 'registry'].map((a) => [a, () => letterOf(clients[a])])),
      colleague: await letterOf(await as('wang')), foreign: await letterOf(clients.other),
    },
    documents: { own: { vendor: () => document, chen: () => document }, foreign: await documentOfOther() },
    certificates: { own: {}, foreign: sql(`SELECT id FROM certificate WHERE member_id = '${memberId('vendor2')}'`) },
    signings: { own: {}, foreign: NOBODY },
    seals: { own: Object.fromEntries(await Promise.all(['chen', 'agencyadmin', 'vendor'].map(async (a) =>
      [a, await sealOf(clients[a])]))), foreign: await sealOf(await as('vendor2')) },
    'admin/agencies': {
      own: Object.fromEntries(admins.map((a) => [a, () => orgOf('agencyadmin')])),
      foreign: other.org,
    },
    'admin/members': { own: Object.fromEntries(admins.map((a) => [a, () => hereAgain('officer15')])),
      foreign: other.people.officer.id },
    'company/members': { own: { company: employee }, foreign: memberId('vendor2') },
    'company/authorities': { own: {}, foreign: NOBODY },
    'account/sessions': {
      own: {},
      foreign: sql(`SELECT id FROM session WHERE member_id = '${other.people.officer.id}'`),
    },
    clients: {
      own: Object.fromEntries(['agencyadmin', 'admin'].map((a) => [a, () => clientOf('agencyadmin2')])
        .concat([['company', () => clientOf('company')]])),
      foreign: clientOf(other.people.agency_admin.account),
    },
    registry: { own: { registry: () => sent, agencyadmin: () => sent }, foreign: await emptyDraft(clients.other) },
    deputies: { own: Object.fromEntries(['chen', 'registry', 'agencyadmin'].map((a) => [a, () => deputy(a)])),
      foreign: NOBODY },
    'wallet/items': { own: { chen: () => walletItem(clients.chen), vendor: () => walletItem(clients.vendor) },
      foreign: () => walletItem(clients.other) },
    'wallet/grants': { own: { chen: () => walletGrant(clients.chen, memberId('vendor')) },
      foreign: () => walletGrant(clients.other, memberId('vendor')) },
    'wallet/received': { own: { vendor: () => walletGrant(clients.chen, memberId('vendor')) },
      foreign: () => walletGrant(clients.other, memberId('officer09')) },
    'admin/bulletins': { own: { admin: bulletin }, foreign: NOBODY },
    'admin/mails': { own: { admin: () => sql('SELECT id FROM outbox LIMIT 1') }, foreign: NOBODY },
    'admin/merges': { own: { admin: mergeOf }, foreign: NOBODY },
    'admin/glass': {
      own: Object.fromEntries(admins.map((a) => [a, () => glassOf(sent, memberId('agencyadmin2'))])),
      foreign: glassOf(await emptyDraft(clients.other), other.people.agency_admin.id),
    },
    'admin/holds': {
      own: Object.fromEntries([...admins, 'auditor'].map((a) => [a, () => holdOf(sent, memberId('agencyadmin2'))])),
      foreign: holdOf(await emptyDraft(clients.other), other.people.agency_admin.id),
    },
    'admin/destructions': {
      own: Object.fromEntries([...admins, 'auditor', 'registry'].map((a) => [a, () => listOf(orgOf('agencyadmin'))])),
      foreign: listOf(other.org),
    },
    'admin/approvals': {
      own: Object.fromEntries(admins.map((a) => [a, () => request(memberId('officer14'), 'registry',
        memberId('agencyadmin2'))])),
      foreign: () => request(other.people.officer.id, 'sealer', other.people.agency_admin.id),
    },
  };
});

// Asked for by admin: of two agencies that nobody uses.
const mergeOf = () => {
  const [id, from, into] = [1, 2, 3].map(() => randomUUID().replaceAll('-', ''));
  for (const one of [from, into])
    sql(`INSERT INTO organization (id, kind, code, name, short_name, card_identity, created_at)
      VALUES ('${one}', 'agency', '${one.slice(0, 10).toUpperCase()}', '矩陣整併', 'x', 'x', NOW(3))`);
  sql(`INSERT INTO agency_merge (id, from_id, into_id, reason, asked_by, asked_at)
    VALUES ('${id}', '${from}', '${into}', 'x', '${memberId('admin')}', NOW(3))`);
  return id;
};

const bulletin = () => {
  const id = randomUUID().replaceAll('-', '');
  sql(`INSERT INTO bulletin (id, title, body, first_day, last_day, member_id, created_at)
    VALUES ('${id}', '矩陣', 'x', '2020-01-01', '2020-01-02', '${memberId('admin')}', NOW(3))`);
  return id;
};

const glassOf = (contract, by) => {
  const id = randomUUID().replaceAll('-', '');
  sql(`INSERT INTO glass (id, contract_id, reason, asked_by, asked_at)
    VALUES ('${id}', '${contract}', '測試', '${by}', NOW(3))`);
  return id;
};

const holdOf = (contract, by) => {
  const id = randomUUID().replaceAll('-', '');
  sql(`INSERT INTO legal_hold (id, contract_id, number, organization_id, case_number, reason, asked_by, asked_at)
    SELECT '${id}', id, number, organization_id, 'MX-1', '測試', '${by}', NOW(3) FROM contract WHERE id = '${contract}'`);
  return id;
};
const listOf = (org) => {
  const id = randomUUID().replaceAll('-', '');
  sql(`INSERT INTO destruction_list (id, organization_id, made_at) VALUES ('${id}', '${org}', NOW(3))`);
  return id;
};

// A client of the public API that somebody has made, who waits for a second person.
const clientOf = (by) => {
  const id = randomUUID().replaceAll('-', '');
  sql(`INSERT INTO member (id, organization_id, account, name, email, created_at, disabled, service)
    SELECT '${id}', organization_id, 'client-${id}', '系統：矩陣', 'it@example.tw', NOW(3), TRUE, TRUE
    FROM member WHERE account = '${by}';
    INSERT INTO client (id, organization_id, name, purpose, contact, scopes, asked_scopes, asked_by, asked_at,
    created_by, created_at) SELECT '${id}', organization_id, '矩陣', '測試', 'it@example.tw', 'contracts:read',
    'contracts:write', id, NOW(3), id, NOW(3) FROM member WHERE account = '${by}'`);
  return id;
};

const hereAgain = (account) => {
  sql(`UPDATE member SET disabled = FALSE, left_at = NULL WHERE account = '${account}'`);
  return memberId(account);
};
// Another member of the company, who has not come in yet.
function employee() {
  const id = randomUUID().replaceAll('-', '');
  sql(`INSERT INTO member (id, organization_id, account, name, email, created_at) SELECT '${id}', organization_id,
    'e${id.slice(0, 12)}', '員工', 'employee@example.org', NOW(3) FROM member WHERE account = 'company'`);
  return id;
}

// Other tests count the demo's people and agencies: what this one made or moved is put aside.
test.after(() => {
  const officer = hereAgain('officer15');
  sql(`INSERT IGNORE INTO member_role (member_id, role) VALUES ('${officer}', 'officer');
    UPDATE organization SET closed_at = NOW(3) WHERE kind = 'agency' AND code <> '379730000A'`);
});

// Rows as the rules write them; what is in the file is for tests/api/wallet.test.mjs.
function walletItem(client) {
  const id = randomUUID().replaceAll('-', '');
  sql(`INSERT INTO wallet_item (id, member_id, position, state, name, size, sealed_key, sealed_facts, created_at)
    VALUES ('${id}', '${client.member.id}', 1, 'kept', '矩陣', 1, 'x', 'x', NOW(3))`);
  return id;
}
function walletGrant(client, to) {
  const id = randomUUID().replaceAll('-', '');
  sql(`INSERT INTO wallet_grant (id, item_id, owner_id, recipient_id, to_name, purpose, item_name, original, sealed_key,
    created_at, until) VALUES ('${id}', '${walletItem(client)}', '${client.member.id}', '${to}', 'x', 'x', 'x', FALSE,
    'x', NOW(3), NOW(3) + INTERVAL 1 DAY)`);
  return id;
}

async function sealOf(client) {
  const made = await client.post('/seals', BODIES['POST /seals']());
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return made.body.id;
}

// Neither the agency nor the vendor has to do with it.
const messageOfOthers = () => sql(`SELECT m.id FROM message m WHERE NOT EXISTS (SELECT 1 FROM organization o
  WHERE o.code IN ('379730000A', '97162640') AND (o.id = m.sender_organization_id OR EXISTS
  (SELECT 1 FROM message_recipient r WHERE r.message_id = m.id AND r.organization_id = o.id)))
  UNION SELECT '${NOBODY}' LIMIT 1`);

async function documentOfOther() {
  const id = await emptyDraft(clients.other);
  const up = await clients.other.upload(id, 'x.pdf', readFileSync(join(ROOT, 'sql/demo/contract.pdf')));
  assert.equal(up.status, 201, JSON.stringify(up.body));
  return sql(`SELECT id FROM document WHERE contract_id = '${id}'`);
}

const PICTURE = { picture: png(30, () => [200, 0, 0, 255]).toString('base64'), width: 100, height: 100 };
// A body that the row takes, so that the answer is the rule's. fresh: what must not come twice.
const BODIES = {
  'POST /contracts': (c) => ({ number: fresh(), title: 'x', unitId: unitOf(c.member.organization.id),
    officers: [c.member.id] }),
  'PUT /contracts/{id}': (c) => ({ number: fresh(), title: 'x', unitId: unitOf(c.member.organization.id),
    officers: [c.member.id], version: 1 }),
  'PUT /contracts/{id}/signers': () => ({ vendors: [], sealers: [], subject: 'x', body: 'x', emails: [] }),
  'POST /contracts/{id}/void': () => ({ reason: 'x' }),
  'PUT /contracts/{id}/deadline': () => ({ date: '2099-01-01' }),
  'POST /contracts/{id}/resend': () => ({ email: 'x@example.org' }),
  'POST /contracts/{id}/copy': () => ({ number: fresh(), title: 'x' }),
  'POST /contracts/{id}/template': () => ({ name: fresh() }),
  'POST /templates': () => ({ kind: 'contract', name: fresh(), subject: 'x', body: 'x' }),
  'PUT /templates/{id}': () => ({ version: 1, name: fresh(), subject: 'x', body: 'x' }),
  'POST /messages/{id}/return': () => ({ reason: 'amount' }),
  'PUT /letters/{id}': () => ({ version: 1, subject: 'x', body: 'x', to: [], copies: [] }),
  'POST /letters/{id}/send': () => ({ version: 2 }),
  'POST /certificates/challenge': () => ({ certificate: certificate('person').toString('base64') }),
  'POST /certificates': () => ({ challengeId: NOBODY, purpose: 'x', signature: 'AAAA' }),
  'POST /admin/bulletins': () => ({ title: 'x', body: 'x', firstDay: '2020-01-01', lastDay: '2020-01-02' }),
  'PUT /admin/wordings/{name}': () => ({ zhSubject: 'x', zhBody: 'x' }),
  'POST /admin/wordings/{name}/preview': () => ({ zhSubject: 'x', zhBody: 'x' }),
  'POST /admin/wordings/{name}/try': () => ({ zhSubject: 'x', zhBody: 'x' }),
  'PUT /admin/parameters': () => ({ name: 'contract.deadline_days', value: '0' }),
  'POST /admin/parameters/preview': () => ({ name: 'contract.deadline_days', value: '0' }),
  'PUT /contracts/{id}/parameters': () => ({ name: 'contract.remind_days', value: '7,3,1,0' }),
  'POST /contracts/{id}/parameters/preview': () => ({ name: 'contract.remind_days', value: '7,3,1,0' }),
  'POST /admin/holds': () => ({ number: 'no such', caseNumber: 'x', reason: 'x' }),
  'POST /admin/holds/{id}/lift': () => ({ reason: 'x' }),
  'POST /admin/destructions/{id}/keep': () => ({ position: 1, years: 1, reason: 'x' }),
  'POST /admin/destructions/{id}/propose': () => ({ reason: 'x' }),
  'POST /admin/destructions/{id}/refuse': () => ({ reason: 'x' }),
  'POST /admin/glass': () => ({ number: 'no such', reason: 'x' }),
  'POST /signings': () => ({ tasks: [NOBODY], certificateId: NOBODY }),
  'POST /signings/asked': () => ({ messages: [NOBODY] }),
  'POST /signings/{id}/complete': () => ({ signatures: ['AAAA'], body: 'x' }),
  'POST /registry/{id}/assign': () => ({ sealers: [memberId('ling')] }),
  'POST /deputies': (c) =>
    ({ memberId: c.member.id, deputyId: memberId('ling'), from: '2099-01-01', to: '2099-01-02' }),
  'POST /deputies': (c) =>
    ({ memberId: c.member.id, deputyId: memberId('ling'), from: '2099-01-01', to: '2099-01-02' }),
  'POST /seals': () => ({ name: fresh(), kind: 'official', ...PICTURE }),
  'POST /seals/{id}/versions': () => PICTURE,
  'POST /seals/{id}/approve': () => ({ version: 1 }),
  'POST /seals/{id}/refuse': () => ({ version: 1, reason: 'x' }),
  'POST /seals/{id}/disable': () => ({ reason: 'x' }),
  'PUT /contracts/{id}/places': () => ({ places: [] }),
  'POST /contracts/{id}/places/find': () => ({ documentId: NOBODY, anchor: 'x', w: 4000, h: 4000 }),
  'PUT /account': () => ({ name: '矩陣', language: 'zh', years: 'common', version: 999999 }),
  'POST /account/email': () => ({ email: 'matrix@example.org' }),
  'PUT /account/password': () => ({ current: 'x', password: 'x' }),
  'PUT /account/notices': () =>
    ({ task: 'mail', returned: 'mail', completed: 'mail', reply: 'mail', reminder: 'mail' }),
  'POST /account/factor/confirm': () => ({ code: '000000' }),
  'POST /company/members': () => ({ account: 'chen', name: 'x', email: 'x@example.org', signer: true, admin: false }),
  'PUT /company/members/{id}/roles': () => ({ signer: false, admin: true }),
  'POST /admin/agencies': () => ({ code: `${String(Date.now()).slice(-9)}${'ABCDEFG'[Math.floor(Math.random() * 7)]}`,
    name: '矩陣', shortName: '本局', cardIdentity: '矩陣' }),
  'POST /admin/agencies/{id}/merge/preview': () => ({ intoId: NOBODY }),
  'POST /admin/agencies/{id}/merge': () => ({ intoId: NOBODY, reason: 'x' }),
  'PUT /admin/agencies/{id}': () => ({ name: 'x', shortName: 'x', cardIdentity: 'x', version: 999999 }),
  'POST /admin/agencies/{id}/units': () => ({ code: 'xx99', name: 'x' }),
  'POST /admin/agencies/{id}/units/import': () => ({ csv: '0100,x' }),
  'POST /admin/agencies/{id}/members/import': () => ({ csv: 'abc,x,x@example.tw,' }),
  'POST /admin/members': () => ({ account: fresh(), name: '矩陣', email: 'x@example.tw' }),
  'PUT /admin/agencies/{id}/units/{unitId}': () => ({ name: '他機關一組' }),
  'POST /wallet': () => ({ passphrase: 'x' }),
  'POST /wallet/unlock': () => ({ passphrase: 'x' }),
  'PUT /wallet/passphrase': () => ({ passphrase: 'x', newPassphrase: 'x' }),
  'POST /wallet/recover': () => ({ code: 'A'.repeat(32), newPassphrase: 'x' }),
  'POST /wallet/code': () => ({ passphrase: 'x' }),
  'PUT /wallet/settings': () => ({ remindDays: 30 }),
  'POST /wallet/items': () => ({ documentId: NOBODY }),
  'PUT /wallet/items/{id}': () => ({ kind: 'other', name: 'x', version: 1 }),
  'POST /wallet/items/{id}/grants': () => ({ toName: 'x', purpose: 'x', days: 1 }),
  'POST /admin/members/{id}/roles': (c) =>
    ({ role: c.member.roles.includes('platform_admin') ? 'agency_admin' : 'officer', reason: 'x' }),
};
const CLIENT = { name: '矩陣', purpose: 'x', contact: 'it@example.tw', scopes: ['contracts:read'] };
const HOOK = { url: 'https://example.org/', kinds: [] };
Object.assign(BODIES, { 'POST /clients/{id}/hooks': () => HOOK,
  'PUT /clients/{id}/hooks/{hookId}': () => ({ ...HOOK, version: 1 }), 'POST /clients': () => CLIENT,
  'PUT /clients/{id}': () => ({ ...CLIENT, version: 1 }), 'PUT /clients/{id}/rate': () => ({ perMinute: 600 }) });
// Codes that a rule may give for what is not there although its row was reached.
const REACHED = {
  'DELETE /contracts/{id}/void': 'no void is asked for', 'POST /contracts/{id}/void/confirm': 'likewise',
  'DELETE /contracts/{id}/documents/{documentId}': 'an empty draft has no document',
  'POST /contracts/{id}/places/template': 'it began with none',
  'DELETE /letters/{id}/documents/{documentId}': 'likewise',
  'DELETE /admin/members/{id}/roles/{role}': 'has not that role', 'POST /admin/members/{id}/return': 'is here',
  'POST /signings/asked': '', 'POST /signings': '', 'POST /wallet/items': 'no such document',
  'POST /wallet/items/{id}/restore': 'is not deleted', 'DELETE /wallet/items/{id}/file': 'likewise',
  'GET /documents/{id}/signature': 'what is no PDF has one (apart.test.mjs)',
  'GET /documents/{id}/container': 'likewise',
  'GET /documents/{id}/evidence/sheet': 'completed contracts have one',
  'GET /documents/{id}/evidence/package': 'likewise', 'GET /admin/glass/{id}/documents': 'who asked only',
  'POST /admin/destructions/{id}/keep': 'nothing is on it',
  'POST /admin/holds/{id}/refuse': 'who asked, or of the agency',
  'GET /admin/glass/{id}/documents/{documentId}/file': 'likewise',
  'DELETE /clients/{id}/secrets/{secretId}': 'has none',
  ...Object.fromEntries(ROUTES.filter((r) => r.path.includes('/keys/{id}')).map((r) => [r.name, 'no such key'])),
  'POST /admin/agencies/{id}/merge/preview': 'no other agency', 'POST /admin/agencies/{id}/merge': 'likewise',
  'PUT /admin/wordings/{name}': 'no such event', 'DELETE /admin/wordings/{name}': 'likewise',
  'POST /admin/wordings/{name}/preview': 'likewise', 'POST /admin/wordings/{name}/try': 'likewise',
  'POST /admin/parameters/history/{changeId}/undo': 'there is none',
  'POST /contracts/{id}/parameters/history/{changeId}/undo': 'likewise',
  ...Object.fromEntries(ROUTES.filter((r) => r.path.includes('{hookId}')).map((r) => [r.name, 'has none'])),
  'POST /practice/reset': 'there is none', 'GET /practice/card': 'likewise', 'POST /practice/card/unblock': 'likewise',
  'DELETE /account/sessions/{id}': 'no such session', 'DELETE /account/factor': 'there is none',
  'POST /contracts/{id}/places/find': 'likewise',
  'DELETE /admin/members/{id}/roles/{role}': 'has not that role', 'POST /signings/asked': '', 'POST /signings': '',
  'POST /admin/agencies/{id}/units/{unitId}/reopen': 'is open', 'POST /_upload_ok': 'asked by the web server only',
};

const kindOf = (name) => name.match(/^\w+ \/((?:admin\/|company\/|account\/|wallet\/)?\w+)\/\{id\}/)?.[1];

// The path with ids filled in; a unit belongs to its agency.
function pathOf(route, id) {
  const unit = () => unitOf(id) || NOBODY;
  return route.path.replace('{id}', id).replace('{unitId}', unit).replace('{role}', 'officer')
    .replace('{token}', 'a'.repeat(64)).replace(/\{\w+\}/, NOBODY);
}

async function ask(client, route, id = NOBODY) {
  const path = pathOf(route, id);
  if (route.method === 'GET') return client.call('GET', path);
  if (route.name === 'POST /contracts/{id}/documents')
    return client.upload(id, 'x.pdf', readFileSync(join(ROOT, 'sql/demo/contract.pdf')));
  if (route.name === 'POST /letters/{id}/documents')
    return client.call('POST', path, { body: readFileSync(join(ROOT, 'sql/demo/contract.pdf')),
      headers: { 'Content-Type': 'application/pdf', 'X-File-Name': 'x.pdf' } });
  return client.call(route.method, path, { json: BODIES[route.name]?.(client) ?? {} });
}

const levelOf = (route, client) => {
  const { who } = actionOf.get(route.name);
  if (typeof who === 'string') return 'own';
  const levels = client.member.roles.map((r) => LEVELS.indexOf(who[r])).filter((n) => n >= 0);
  return LEVELS[Math.max(...levels)];
};
const valueOf = async (thing) => (typeof thing === 'function' ? thing() : thing);
const told = (route, account, what, answer) =>
  `${account}: ${route.name}, ${what}: ${answer.status} ${JSON.stringify(answer.body?.error ?? '')}`;

const WALKED = ROUTES.filter((r) => !r.public && !r.name.includes(' /session'));
// What goes last takes what the others need.
const lastOnes = (r) =>
  r.method === 'DELETE' || r.name.endsWith('/leave') ? 2 : /return|close|copy/.test(r.name) ? 1 : 0;

for (const account of ACCOUNTS) {
  test(`every route as ${account}`, async () => {
    const client = clients[account];
    for (const route of WALKED.toSorted((a, b) => lastOnes(a) - lastOnes(b))) {
      const level = levelOf(route, client);
      const kind = kindOf(route.name);
      const thing = kind && things[kind];
      if (kind) assert.ok(thing, `things has no ${kind}: say what is whose`);
      if (!level) {
        const some = thing && (Object.values(thing.own)[0] ?? thing.foreign);
        const answer = await ask(client, route, await valueOf(some));
        assert.equal(answer.status, 404, told(route, account, 'not for this role', answer));
        continue;
      }
      if (!thing) {
        const answer = await ask(client, route);
        assert.ok(![401, 403].includes(answer.status), told(route, account, 'may', answer));
        if (!Object.hasOwn(REACHED, route.name))
          assert.notEqual(answer.status, 404, told(route, account, 'may', answer));
        continue;
      }
      for (const [what, id] of [['foreign', thing.foreign], ['colleague', thing.colleague]]) {
        if (!id || level === 'all' || (what === 'colleague' && level === 'scope')) continue;
        const answer = await ask(client, route, await valueOf(id));
        assert.equal(answer.status, 404, told(route, account, what, answer));
      }
      const mine = thing.own[account];
      if (!mine) continue;
      const answer = await ask(client, route, await valueOf(mine));
      assert.ok(![401, 403].includes(answer.status), told(route, account, 'own', answer));
      if (!Object.hasOwn(REACHED, route.name)) assert.notEqual(answer.status, 404, told(route, account, 'own', answer));
      assert.notEqual(answer.status, 400, told(route, account, 'own: the test\'s body is wrong', answer));
    }
  });
}

test('no list shows what belongs to another agency', async () => {
  const theirs = [other.org, ...Object.values(other.people).map((p) => p.id), things.contracts.foreign];
  for (const account of ACCOUNTS) {
    for (const route of WALKED.filter((r) => r.method === 'GET' && !r.path.includes('{'))) {
      if (['all', undefined].includes(levelOf(route, clients[account]))) continue;
      if (route.name === 'GET /organizations') continue; // signing parties are for everybody to choose
      const text = JSON.stringify((await clients[account].call('GET', `${route.path}`)).body);
      for (const id of theirs) assert.ok(!text.includes(id), `${account}: ${route.name} shows ${id}`);
    }
  }
});

test('an administrator does not see contents: neither contract, document, message nor prepared bytes', async () => {
  const id = await draft(clients.chen, fresh());
  await choose(clients.chen, id);
  assert.equal((await clients.chen.post(`/contracts/${id}/send`, {})).status, 200);
  const document = sql(`SELECT id FROM document WHERE contract_id = '${id}'`);
  const message = sql(`SELECT id FROM message WHERE contract_id = '${id}'`);
  for (const account of ['agencyadmin', 'admin', 'auditor', 'registry']) {
    // The registry sees the documents that it has sealed, but is no party of the case.
    const documents = account === 'registry' ? [] : [`/documents/${document}/file`, `/documents/${document}/history`];
    for (const path of [`/contracts/${id}`, `/contracts/${id}/summary`, `/messages/${message}`, ...documents])
      assert.equal((await clients[account].get(path)).status, 404, `${account} ${path}`);
  }
  const void_ = await clients.chen.post(`/contracts/${id}/void`, { reason: '測試' });
  assert.equal(void_.status, 200);
});

test('without a session nothing but what is public answers', async () => {
  const nobody = new Client();
  for (const route of WALKED) {
    const answer = await nobody.call(route.method, pathOf(route, NOBODY), route.method === 'GET' ? {} : { json: {} });
    if (!route.name.includes('/_')) assert.equal(answer.status, 401, route.name);
  }
});
