// Vendors look after themselves: a company comes in by its own card; members are invited and
// leave; who may sign for the company, with its card or with a letter of authority.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  as, auditVerify, cardProof, certificate, Client, draft, prove, ROOT, signMessage, sql, URL_BASE,
} from './client.mjs';

const code = (answer) => answer.body?.error?.code;
const field = (answer) => answer.body?.error?.field;
const ok = (answer, status = 200) => {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
};
const GOOD = 'riverbank lantern 8 copper';
const fresh = () => `c${randomUUID().slice(0, 8)}`;
const day = (days) => new Date(Date.now() + 8 * 3600e3 + days * 86400e3).toISOString().slice(0, 10);
const PDF = readFileSync(join(ROOT, 'sql/demo/contract.pdf'));

async function until(what, ms = 30000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(100)) {
    const value = await what();
    if (value) return value;
  }
  throw new Error(`not within ${ms} ms: ${what}`);
}
async function tokenMailedTo(address, subject) {
  const port = Number(new URL(URL_BASE).port) + 2;
  const mail = await until(async () => (await (await fetch(`http://127.0.0.1:${port}/mails.json`)).json())
    .find((m) => m.to.includes(address) && subject.test(m.subject)));
  return mail.text.match(/#\/account\/\w+\/([0-9a-f]{64})/)[1];
}

// Logs in by card, as somebody of the company does who holds one.
async function byCard(name, account) {
  const client = new Client();
  const body = ok(await client.post('/session/card', { ...(await cardProof(name)), account }));
  Object.assign(client, { csrf: body.csrf, member: body.member });
  return client;
}

async function invited(admin, roles) {
  const account = fresh();
  const person = { account, name: '周新人', email: `${account}@example.org`, ...roles };
  const { id } = ok(await admin.post('/company/members', person), 201);
  return { id, ...person };
}

// Registers a card of the test PKI for a member; the certificate's id.
async function register(client, name, purpose) {
  const challenge = ok(
    await client.post('/certificates/challenge', { certificate: certificate(name).toString('base64') }),
  );
  const signature = prove(name, URL_BASE, Buffer.from(challenge.nonce, 'base64'));
  return ok(await client.post('/certificates', { challengeId: challenge.challengeId, purpose, signature }), 201).id;
}

async function comesIn(person) {
  const token = await tokenMailedTo(person.email, /邀請/);
  ok(await new Client().post('/account/link/password', { token, password: GOOD }));
  const client = new Client();
  ok(await client.login(person.account, GOOD));
  return client;
}

test('a company comes in by its own card, once, with a number that fits', async () => {
  const person = () => ({ account: fresh(), name: '吳負責', email: `${fresh()}@example.org` });
  const attempt = async (name, who = person(), sent = {}) => {
    const client = new Client();
    const answer = await client.post('/company', { ...(await cardProof(name)), ...who, ...sent });
    return Object.assign(answer, { client, who });
  };
  // What an earlier run left.
  sql(`UPDATE certificate c JOIN member m ON m.id = c.member_id JOIN organization o ON o.id = m.organization_id
    SET c.disabled_at = NOW(3) WHERE o.code = '90000023';
    UPDATE organization SET code = LPAD(FLOOR(RAND() * 1e8), 8, '0') WHERE code = '90000023'`);
  for (const [name, want] of [
    ['misnumbered', 'company_number'],
    ['person', 'company_number'],
    ['agency', 'company_number'],
    ['vendor', 'company_taken'],
    ['revoked', 'certificate_revoked'],
    ['expired', 'certificate_expired'],
    ['stranger', 'certificate_untrusted'],
  ])
    assert.deepEqual([name, code(await attempt(name))], [name, want]);
  assert.equal(code(await attempt('vendor3', person(), { signature: 'AAAA' })), 'signature_bad');
  const taken = await attempt('vendor3', { ...person(), account: 'chen' });
  assert.deepEqual([code(taken), field(taken)], ['account_taken', 'account']);
  const odd = await attempt('vendor3', { ...person(), account: '王 大明' });
  assert.deepEqual([code(odd), field(odd)], ['bad_field', 'account']);
  assert.equal(sql("SELECT COUNT(*) FROM organization WHERE code = '90000023'"), '0', 'nothing half done');

  const done = await attempt('vendor3');
  const { member } = ok(done);
  assert.deepEqual([member.organization.name, member.organization.code, member.roles.toSorted()],
    ['測試公司3', '90000023', ['vendor_admin', 'vendor_signer']]);
  done.client.csrf = done.body.csrf;
  assert.equal(ok(await done.client.get('/certificates')).items[0].purpose, '公司卡');
  assert.equal(code(await attempt('vendor3')), 'company_taken', 'once');
  const officer = await as('chen');
  assert.equal(ok(await officer.get('/organizations?external=true&q=90000023')).items[0].name, '測試公司3');

  const token = await tokenMailedTo(done.who.email, /邀請/);
  ok(await new Client().post('/account/link/password', { token, password: GOOD }));
  ok(await new Client().login(done.who.account, GOOD));
  assert.equal((await done.client.get('/session')).status, 401, 'a password that is set ends the sessions before it');
  ok(await new Client().post('/session/card', await cardProof('vendor3')));
  auditVerify();
});

test('members: invited by mail, roles, leaving', async () => {
  const admin = await as('company');
  assert.equal((await (await as('vendor')).get('/company/members')).status, 404, 'who signs does not administrate');
  const person = await invited(admin, { signer: true, admin: false });
  const again = await admin.post('/company/members', { ...person, id: undefined });
  assert.deepEqual([code(again), field(again)], ['account_taken', 'account']);
  const row = async () => ok(await admin.get('/company/members?size=100')).items.find((m) => m.id === person.id);
  assert.deepEqual([(await row()).state, (await row()).signer, (await row()).seenAt], ['invited', true, null]);
  assert.equal(code(await new Client().login(person.account, '')), 'field_required');
  assert.equal(code(await new Client().login(person.account, GOOD)), 'login_failed', 'no password yet');
  const first = await tokenMailedTo(person.email, /邀請/);
  ok(await admin.post(`/company/members/${person.id}/invite`, {}));
  assert.equal(code(await new Client().post('/account/link', { token: first })), 'link_expired');
  await until(async () => (await tokenMailedTo(person.email, /邀請/)) !== first);
  const client = await comesIn(person);
  assert.equal((await row()).state, 'active');
  assert.equal(code(await admin.post(`/company/members/${person.id}/invite`, {})), 'wrong_state');

  ok(await admin.put(`/company/members/${person.id}/roles`, { signer: false, admin: true }));
  assert.equal((await client.get('/session')).status, 401, 'other rights, another login');
  ok(await client.login(person.account, GOOD));
  assert.deepEqual(client.member.roles, ['vendor_admin']);
  ok(await client.get('/company/members'));

  ok(await admin.delete(`/company/members/${person.id}`));
  assert.equal((await client.get('/session')).status, 401);
  assert.equal(code(await client.login(person.account, GOOD)), 'login_failed');
  const gone = await row();
  assert.deepEqual([gone.state, Boolean(gone.leftAt)], ['left', true]);
  assert.equal(code(await admin.delete(`/company/members/${person.id}`)), 'not_found');
  const mails = sql(
    `SELECT COUNT(*) FROM outbox WHERE recipient = 'company@example.tw' AND body LIKE '%${person.name}%'`,
  );
  assert.ok(Number(mails) >= 1, 'the administrators are told');
});

test('a company keeps an administrator, and nobody reaches another company', async () => {
  const admin = await as('company');
  const me = admin.member.id;
  assert.equal(
    code(await admin.put(`/company/members/${me}/roles`, { signer: true, admin: false })),
    'last_administrator',
  );
  assert.equal(code(await admin.delete(`/company/members/${me}`)), 'last_administrator');
  const stranger = sql("SELECT id FROM member WHERE account = 'vendor2'");
  for (const answer of [
    await admin.put(`/company/members/${stranger}/roles`, { signer: true, admin: true }),
    await admin.delete(`/company/members/${stranger}`),
    await admin.post(`/company/members/${stranger}/invite`, {}),
  ])
    assert.equal(code(answer), 'not_found');
  sql(`UPDATE session SET proved_at = UTC_TIMESTAMP() - INTERVAL 11 MINUTE WHERE member_id = '${me}'`);
  for (const answer of [
    await admin.put(`/company/members/${me}/roles`, { signer: false, admin: true }),
    await admin.post('/company/members', {
      account: fresh(),
      name: 'x',
      email: 'x@example.org',
      signer: true,
      admin: false,
    }),
  ])
    assert.equal(code(answer), 'prove_again');
});

test('a letter of authority lets a member sign for the company with a card of their own', async () => {
  const byPassword = await as('company');
  const person = await invited(byPassword, { signer: true, admin: false });
  const client = await comesIn(person);
  const certificateId = await register(client, 'person', '我的自然人憑證');

  const chen = await as('chen');
  const contract = await draft(chen, `AUTH-${fresh()}`);
  ok(await chen.post(`/contracts/${contract}/send`, {}));
  const notice = sql(`SELECT id FROM message WHERE contract_id = '${contract}' AND kind = 'notice'`);
  const tasks = ok(await client.get(`/messages/${notice}`)).tasks.map((t) => t.id);
  const prepare = () => client.post('/signings', { tasks, certificateId });
  assert.equal(code(await prepare()), 'certificate_of_other_party', 'without a letter');

  const grant = (who, query, bytes = PDF) =>
    who.call('POST', `/api/v1/company/authorities?${new URLSearchParams({ member: person.id, ...query })}`, {
      body: bytes,
      headers: { 'Content-Type': 'application/pdf', 'X-File-Name': encodeURIComponent('委任書.pdf') },
    });
  const days = { firstDay: day(0), lastDay: day(30) };
  assert.equal(code(await grant(byPassword, days)), 'card_proof_needed', 'a password gives nobody the right to sign');
  const companyCard = await register(byPassword, 'vendor', '公司卡');
  const admin = await byCard('vendor', 'company');
  for (const [query, want] of [
    [{ firstDay: day(3), lastDay: day(2) }, 'bad_field'],
    [{ firstDay: day(-9), lastDay: day(-1) }, 'bad_field'],
    [{ ...days, member: sql("SELECT id FROM member WHERE account = 'vendor2'") }, 'not_found'],
  ])
    assert.equal(code(await grant(admin, query)), want);
  assert.equal(code(await grant(admin, days, Buffer.from('no PDF'))), 'not_pdf');
  const later = ok(await grant(admin, { firstDay: day(5), lastDay: day(9) }), 201);
  assert.equal(code(await prepare()), 'certificate_of_other_party', 'not yet');
  const { id } = ok(await grant(admin, days), 201);
  const list = ok(await admin.get('/company/authorities')).items;
  assert.deepEqual(list.slice(0, 2).map((a) => [a.id, a.state]), [[id, 'active'], [later.id, 'coming']]);
  assert.deepEqual([list[0].letter, list[0].size, list[0].account], ['委任書.pdf', PDF.length, person.account]);
  const letter = await admin.get(`/company/authorities/${id}/letter`);
  assert.ok(letter.body.equals(PDF));
  assert.equal((await (await as('vendor2')).get(`/company/authorities/${id}/letter`)).status, 404);

  assert.equal((await prepare()).status, 201);
  assert.equal((await signMessage(client, notice, 'person')).status, 200);
  const document = sql(`SELECT id FROM document WHERE contract_id = '${contract}'`);
  const history = ok(await client.get(`/documents/${document}/history`));
  assert.match(history.items[0].subject, /測試自然人5/);

  ok(await admin.delete(`/company/authorities/${id}`));
  assert.equal(code(await admin.delete(`/company/authorities/${id}`)), 'not_found');
  const other = await draft(chen, `AUTH-${fresh()}`);
  ok(await chen.post(`/contracts/${other}/send`, {}));
  const next = sql(`SELECT id FROM message WHERE contract_id = '${other}' AND kind = 'notice'`);
  const open = ok(await client.get(`/messages/${next}`)).tasks.map((t) => t.id);
  assert.equal(
    code(await client.post('/signings', { tasks: open, certificateId })),
    'certificate_of_other_party',
    'revoked',
  );
  ok(await admin.delete(`/company/members/${person.id}`));
  assert.equal(ok(await admin.get('/company/authorities')).items.find((a) => a.id === later.id).state, 'revoked');
  ok(await admin.delete(`/certificates/${companyCard}`));
  auditVerify();
});
