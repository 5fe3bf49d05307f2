// 實機演練: a person plays officer, vendor and sealer of an agency and a vendor of their own, with software cards;
// nothing of it is in anything real, and nothing real in it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { as, BIN, Client, DIR, ROOT, sql, worked } from './client.mjs';
import { makePdf } from '../e2e/pdf.mjs';

const PIN = '123456';
const code = (answer) => answer.body?.error?.code;
const ok = (answer) => {
  assert.ok(answer.status < 300, JSON.stringify(answer.body));
  return answer.body;
};
const pdf = readFileSync(join(ROOT, 'sql/demo/contract.pdf'));

async function refresh(client) {
  const session = ok(await client.get('/session'));
  client.csrf = session.csrf;
  client.member = session.member;
  return session;
}
async function play(client, role) {
  ok(await client.post('/practice', { as: role }));
  return refresh(client);
}
async function leave(client) {
  ok(await client.delete('/practice/session'));
  return refresh(client);
}

// What the page does with a card, with the software card of whom one plays.
async function register(client) {
  const { certificate } = ok(await client.get('/practice/card'));
  const challenge = ok(await client.post('/certificates/challenge', { certificate }));
  const { signatures } = ok(await client.post('/practice/card/signatures', { pin: PIN, nonce: challenge.nonce }));
  return ok(await client.post('/certificates', {
    challengeId: challenge.challengeId, purpose: '演練用憑證', signature: signatures[0],
  })).id;
}
async function signTasks(client, message) {
  const { tasks } = ok(await client.get(`/messages/${message}`));
  const mine = ok(await client.get('/certificates')).items[0];
  const signing = ok(await client.post('/signings', { tasks: tasks.map((t) => t.id), certificateId: mine.id }));
  const { signatures } = ok(await client.post('/practice/card/signatures', {
    pin: PIN, messages: signing.documents.map((d) => d.signedAttributes),
  }));
  return ok(await client.post(`/signings/${signing.id}/complete`, { signatures, body: '簽章完畢' }));
}
async function draft(client, bytes = pdf) {
  const units = ok(await client.get('/units')).items;
  const { id } = ok(await client.post('/contracts', {
    number: `P-${randomUUID().slice(0, 8)}`, title: '演練契約', unitId: units[0].id, officers: [client.member.id],
  }));
  ok(await client.upload(id, '演練.pdf', bytes));
  return id;
}
async function sent(client, bytes = pdf) {
  const id = await draft(client, bytes);
  const vendor = ok(await client.get('/organizations?external=true')).items[0].id;
  const sealer = ok(await client.get('/members?role=sealer')).items[0].id;
  ok(await client.put(`/contracts/${id}/signers`, {
    vendors: [vendor], sealers: [sealer], subject: '檢送演練契約', body: '請簽署', emails: ['outside@example.tw'],
  }));
  return { id, ...ok(await client.post(`/contracts/${id}/send`, {})) };
}
const counts = () =>
  sql(`SELECT CONCAT_WS(' ', (SELECT COUNT(*) FROM outbox), (SELECT COUNT(*) FROM audit WHERE action <> 'practice.enter'
    AND action NOT LIKE 'session.%' AND member_id IS NOT NULL), (SELECT COUNT(*) FROM proof),
    (SELECT GROUP_CONCAT(value ORDER BY name) FROM counter WHERE name IN ('D', 'M')))`);

test('a letter\'s attachment, signed with a software card, is valid where it is practised', async () => {
  const li = await as('li');
  await li.post('/practice/reset', {});
  await play(li, 'vendor');
  const certificateId = await register(li);
  const { id } = ok(await li.post('/letters', {}));
  const up = await li.call('POST', `/api/v1/letters/${id}/documents`, { body: pdf, headers: {
    'Content-Type': 'application/pdf', 'X-File-Name': encodeURIComponent('切結書.pdf') } });
  assert.equal(up.status, 201, JSON.stringify(up.body));
  const [d] = ok(await li.get(`/letters/${id}`)).documents;
  const signing = ok(await li.post('/signings', { tasks: [d.taskId], certificateId }));
  const { signatures } = ok(await li.post('/practice/card/signatures', {
    pin: PIN, messages: signing.documents.map((x) => x.signedAttributes),
  }));
  ok(await li.post(`/signings/${signing.id}/complete`, { signatures }));
  const report = ok(await li.get(`/documents/${d.id}/verification`));
  assert.equal(report.valid, true, JSON.stringify(report.signatures));
  await leave(li);
  assert.equal((await li.get(`/documents/${d.id}/verification`)).status, 404, 'not outside');
});

test('one person plays all parts of a contract; nothing real is touched, nothing is mailed', async () => {
  const li = await as('li');
  assert.equal(ok(await li.get('/session')).practice, false);
  await li.post('/practice/reset', {}); // what an earlier run left
  assert.equal(ok(await li.get('/practice')).startedAt, null);
  const before = counts();
  const real = ok(await li.get('/contracts')).total;

  assert.equal((await play(li, 'vendor')).practice, true);
  const vendorCertificate = await register(li);
  await play(li, 'sealer');
  await register(li);
  const officer = await play(li, 'officer');
  assert.equal(officer.member.name, '演練承辦人');
  assert.deepEqual(officer.member.roles, ['officer']);
  assert.equal(code(await li.get('/practice/card')), 'not_found', 'an officer signs nothing');
  assert.equal(ok(await li.get('/contracts')).total, 0, 'a world of its own');
  const contract = await sent(li);
  assert.match(contract.messageNumber, /^Y\d{15}$/);
  assert.match(contract.documents[0].number, /^X\d{15}$/);

  await play(li, 'vendor');
  const inbox = ok(await li.get('/messages/received')).items;
  assert.equal(inbox.length, 1);
  assert.equal((await signTasks(li, inbox[0].id)).contractState, 'agency_pending');
  await play(li, 'sealer');
  const sealing = ok(await li.get('/sealing')).items;
  assert.equal((await signTasks(li, sealing[0].id ?? sealing[0].messageId)).contractState, 'completed');

  await play(li, 'officer');
  const practice = ok(await li.get('/practice'));
  assert.deepEqual(Object.values(practice.steps), Array(7).fill(true), JSON.stringify(practice.steps));
  assert.equal(practice.plays, 'officer');
  const document = ok(await li.get(`/contracts/${contract.id}`)).documents[0];
  const file = await li.get(`/documents/${document.id}/file`);
  assert.equal(file.status, 200);
  const { items } = ok(await li.get(`/documents/${document.id}/history`));
  assert.equal(items.length, 3);
  assert.match(items.at(-1).signedBy, /^演練：/);

  await leave(li);
  assert.equal(ok(await li.get('/contracts')).total, real);
  assert.equal((await li.get(`/contracts/${contract.id}`)).status, 404);
  assert.equal((await li.get(`/documents/${document.id}/file`)).status, 404);
  assert.ok(!ok(await li.get('/certificates')).items.some((c) => c.id === vendorCertificate));
  assert.equal(counts(), before, 'mails, audit trail, proofs, numbers');

  // The file says of itself what it is, and nobody trusts it.
  const path = join(DIR, 'practice.pdf');
  writeFileSync(path, file.body);
  const text = execFileSync('pdftotext', [path, '-'], { encoding: 'utf8' });
  assert.equal([...text.matchAll(/Practice only: this document has no effect/g)].length, document.pages, 'each page');
  const report = ok(await new Client().call('POST', '/api/v1/verify', {
    body: file.body, headers: { 'Content-Type': 'application/pdf' },
  }));
  assert.equal(report.signatures.length, 3);
  assert.ok(report.signatures.every((s) => s.verdict !== 'valid' && JSON.stringify(s).includes('untrusted')),
    JSON.stringify(report.signatures[0]));
  assert.ok(!report.platform?.known, 'this platform knows of no such document');
});

test('nobody real can be chosen in a practice, nobody of a practice in reality', async () => {
  const [li, wang] = [await as('li'), await as('wang')];
  await play(li, 'officer');
  const [mine] = ok(await li.get('/organizations?external=true')).items;
  assert.equal(ok(await li.get('/organizations?external=true')).total, 1);
  assert.equal(ok(await li.get('/organizations?external=false')).items.length, 1);
  assert.deepEqual(ok(await li.get('/members')).items.map((m) => m.name).sort(), ['演練承辦人', '演練用印人員']);
  for (const kind of ['vendor', 'agency']) {
    const names = JSON.stringify((await li.get(`/letters/recipients?kind=${kind}&q=`)).body);
    assert.doesNotMatch(names, /關貿|資訊局/);
  }
  const id = await draft(li);
  const real = sql("SELECT id FROM organization WHERE code = '97162640'");
  const chen = sql("SELECT id FROM member WHERE account = 'chen'");
  const sealer = ok(await li.get('/members?role=sealer')).items[0].id;
  const signers = { vendors: [real], sealers: [sealer], subject: 's', body: 'b', emails: [] };
  assert.equal(code(await li.put(`/contracts/${id}/signers`, signers)), 'bad_field');
  const foreign = { ...signers, vendors: [mine.id], sealers: [chen] };
  assert.notEqual((await li.put(`/contracts/${id}/signers`, foreign)).status, 200);
  const letter = async (client, to) => {
    const draft = ok(await client.post('/letters', {}));
    const what = { version: draft.version ?? 1, subject: 's', body: 'b', to: [to], copies: [] };
    return code(await client.put(`/letters/${draft.id}`, what));
  };
  assert.equal(await letter(li, real), 'bad_field');
  assert.equal(await letter(li, chen), 'bad_field');

  const names = JSON.stringify(ok(await wang.get('/organizations?external=true&size=100')).items);
  assert.doesNotMatch(names, /演練/);
  for (const kind of ['vendor', 'agency']) {
    const path = `/letters/recipients?kind=${kind}&q=${encodeURIComponent('演練')}`;
    assert.deepEqual(ok(await wang.get(path)).items, [], kind);
  }
  assert.equal(await letter(wang, mine.id), 'bad_field');
  const admin = await as('admin');
  assert.doesNotMatch(JSON.stringify((await admin.get('/admin/agencies?size=100')).body), /演練機關/);
  assert.doesNotMatch(JSON.stringify((await admin.get('/admin/members?size=100&q=演練')).body), /演練承辦人/);
  await leave(li);
});

test('what is no part of the practice says so; a page from before writes nothing', async () => {
  const li = await as('li');
  const { csrf } = li;
  await play(li, 'officer');
  assert.equal(code(await li.post('/contracts', { number: 'X', title: 'x' }, { csrf })), 'csrf');
  for (const path of ['/account', '/account/sessions', '/company/members', '/admin/agencies', '/audit'])
    assert.ok(['practice_closed', 'not_found'].includes(code(await li.get(path))), path);
  assert.equal(code(await li.put('/account/password', { old: 'x', password: 'y' })), 'practice_closed');
  await leave(li);
  assert.equal((await li.get('/account')).status, 200);
  assert.equal(code(await li.get('/practice/card')), 'not_found');
  assert.equal(code(await li.post('/practice/card/signatures', { pin: PIN, messages: ['AAAA'] })), 'not_found');
  assert.equal(code(await li.post('/practice', { as: 'admin' })), 'bad_field');
  assert.equal((await new Client().get('/practice')).status, 401);
});

test('the software card: a wrong PIN costs a try, three block it, and it can be unblocked', async () => {
  const wang = await as('wang');
  await play(wang, 'sealer');
  const card = ok(await wang.get('/practice/card'));
  const x = new X509Certificate(Buffer.from(card.certificate, 'base64'));
  assert.match(x.subject, /O=演練機關/);
  assert.match(x.issuer, /不具效力/);
  const use = async (pin) => {
    const { outcome, triesLeft, signatures } = ok(await wang.post('/practice/card/signatures',
      { pin, messages: [Buffer.from('hello').toString('base64')] }));
    return [outcome, triesLeft, signatures.length];
  };
  assert.deepEqual(await use('000000'), ['pin_wrong', 2, 0]);
  assert.deepEqual(await use(PIN), ['ok', 3, 1]);
  assert.deepEqual(await use('1'), ['pin_wrong', 2, 0]);
  assert.deepEqual(await use('1'), ['pin_wrong', 1, 0]);
  assert.deepEqual(await use('1'), ['pin_blocked', 0, 0]);
  assert.deepEqual(await use(PIN), ['pin_blocked', 0, 0]);
  ok(await wang.post('/practice/card/unblock', {}));
  assert.deepEqual(await use(PIN), ['ok', 3, 1]);
  for (const messages of [[], 'x', [1], ['*'], Array(101).fill('AAAA')])
    assert.equal(code(await wang.post('/practice/card/signatures', { pin: PIN, messages })), 'bad_field');
  await leave(wang);
});

test('reset: the own practice begins anew, another one stays; the worker wipes what is left', async () => {
  const [li, wang] = [await as('li'), await as('wang')];
  await play(li, 'officer');
  const { id } = await sent(li);
  const world = sql(`SELECT o.practice_id FROM contract c JOIN organization o ON o.id = c.organization_id
    WHERE c.id = '${id}'`);
  await play(wang, 'officer');
  const theirs = await draft(wang);
  assert.equal((await wang.get(`/contracts/${id}`)).status, 404);
  ok(await li.post('/practice/reset', {}));
  const now = await refresh(li);
  assert.equal(now.practice, true);
  assert.equal(now.member.name, '演練承辦人');
  assert.equal(ok(await li.get('/contracts')).total, 0);
  assert.equal((await li.get(`/contracts/${id}`)).status, 404);
  assert.deepEqual(Object.values(ok(await li.get('/practice')).steps), Array(7).fill(false));
  assert.equal((await wang.get(`/contracts/${theirs}`)).status, 200);
  await worked('the practice is wiped', () => sql(`SELECT COUNT(*) FROM practice WHERE id = '${world}'`) === '0');
  assert.equal(sql(`SELECT CONCAT_WS(' ', (SELECT COUNT(*) FROM practice WHERE id = '${world}'), (SELECT COUNT(*) FROM
    organization WHERE practice_id = '${world}'), (SELECT COUNT(*) FROM contract WHERE id = '${id}'))`), '0 0 0');
  await leave(li);
  await leave(wang);
});

test('reset: its files leave the store, and none that something real needs', { timeout: 900000 }, async () => {
  const li = await as('li'), chen = await as('chen');
  const objects = () => sql('SELECT LOWER(HEX(sha256)) FROM object').split('\n');
  const path = (hash) => join(DIR, 'store/objects', hash.slice(0, 2), hash);
  await li.post('/practice/reset', {});
  await play(li, 'officer');
  const before = new Set(objects());
  const { id, documents } = await sent(li, makePdf([{ width: 600, height: 800 }], { bytesPerPage: 2000 }));
  const made = objects().filter((hash) => !before.has(hash));
  assert.equal(made.length, 2, 'as uploaded, and as sealed');
  assert.ok(made.every((hash) => existsSync(path(hash))));
  // The same bytes in a real draft: what was uploaded there is needed after the practice is gone.
  const upload = sql(`SELECT LOWER(HEX(sha256)) FROM document_revision WHERE document_id = '${documents[0].id}'
    AND revision = 0`);
  const unit = ok(await chen.get('/units')).items[0];
  const real = ok(await chen.post('/contracts', { number: `P-${randomUUID().slice(0, 8)}`, title: '同一檔案',
    unitId: unit.id, officers: [chen.member.id] })).id;
  ok(await chen.upload(real, '同一檔案.pdf', readFileSync(path(upload))));
  ok(await li.post('/practice/reset', {}));
  const left = () => made.filter((hash) => existsSync(path(hash)));
  await worked('its files are gone', () => {
    // Two hours pass for what is marked.
    for (const hash of left())
      if (sql(`SELECT unused_at IS NOT NULL FROM object WHERE sha256 = UNHEX('${hash}')`) === '1') {
        utimesSync(path(hash), new Date(Date.now() - 7200e3), new Date(Date.now() - 7200e3));
        sql(`UPDATE object SET unused_at = UTC_TIMESTAMP(3) - INTERVAL 2 HOUR WHERE sha256 = UNHEX('${hash}')`);
      }
    return left().length <= 1;
  });
  assert.equal(sql(`SELECT COUNT(*) FROM contract WHERE id = '${id}'`), '0');
  assert.deepEqual(left(), [upload]);
  assert.deepEqual(objects().filter((hash) => made.includes(hash)), [upload]);
  await refresh(li);
  await leave(li);
  ok(await chen.delete(`/contracts/${real}`));
});

// Rows that hold on to a practice's people or contracts would keep it from being wiped.
const GO_WITH_THEIR_CONTRACT = ['contract_event', 'contract_officer', 'contract_sealer', 'contract_vendor'];
const CLOSED = ['account_link', 'agency_merge', 'agency_merge_unit', 'bulletin', 'client', 'client_event',
  'client_secret', 'destruction_item', 'destruction_list', 'glass', 'hook', 'legal_hold', 'login_ticket',
  'mail_wording', 'notice_choice', 'organization_event', 'parameter_change', 'parameter_value', 'password_before',
  'platform_key', 'recovery_code', 'role_request', 'second_factor', 'sign_in', 'signing_authority', 'template_party',
  'wallet', 'wallet_grant', 'wallet_item', 'wallet_use'];
const OF_THE_REAL_PERSON = ['practice', 'session'];

test('every table that hangs on people and contracts is wiped, or holds nothing of a practice', () => {
  const tables = sql(`SELECT DISTINCT TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS
    WHERE CONSTRAINT_SCHEMA = 'yinxin' AND DELETE_RULE NOT IN ('CASCADE', 'SET NULL') AND REFERENCED_TABLE_NAME IN
    ('member', 'organization', 'unit', 'contract', 'document', 'message') ORDER BY TABLE_NAME`).split('\n');
  const wipe = sql(`SELECT REPLACE(ACTION_STATEMENT, '\n', ' ') FROM information_schema.TRIGGERS
    WHERE TRIGGER_SCHEMA = 'yinxin' AND TRIGGER_NAME = 'practice_wiped'`);
  const left = tables.filter((name) => !new RegExp(`\\b${name}\\b`).test(wipe));
  assert.ok(tables.length > left.length && wipe.length > 1000);
  assert.deepEqual(left.sort(), [...GO_WITH_THEIR_CONTRACT, ...CLOSED, ...OF_THE_REAL_PERSON].sort());
});
