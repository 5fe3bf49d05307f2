// Who is told what: a part that is signed is told, however many sealers there are; each mail
// asks for its own reader's deed and links to its own message; what is changed after sending
// is seen by both sides; what sending would do is said before.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { as, auditVerify, choose, draft, ROOT, signMessage, sql, URL_BASE } from './client.mjs';

const PDF = readFileSync(join(ROOT, 'sql/demo/contract.pdf'));
const fresh = (prefix) => `${prefix}-${randomUUID().slice(0, 8)}`;
const code = (answer) => answer.body?.error?.code;

async function send(officer, number, documents = 1) {
  const id = await draft(officer, number);
  for (let i = 1; i < documents; i++) {
    const answer = await officer.upload(id, `附件${i}.pdf`, PDF);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
  }
  const sent = await officer.post(`/contracts/${id}/send`, {});
  assert.equal(sent.status, 200, JSON.stringify(sent.body));
  return { id, number: sent.body.messageNumber };
}

const byNumber = async (client, number) =>
  (await client.get('/messages/received?size=20')).body.items.find((m) => m.number === number);
function mails(number) {
  const rows = sql(`SELECT COALESCE(JSON_ARRAYAGG(JSON_OBJECT('to', o.recipient, 'body', o.body) ORDER BY o.recipient),
    '[]') FROM outbox o JOIN message m ON m.id = o.message_id WHERE m.number = '${number}'`);
  // What mariadb's batch mode doubles.
  return JSON.parse(rows.replaceAll('\\\\', '\\'));
}
const sealingOf = async (client, contract) =>
  (await client.get('/sealing?tab=pending')).body.items.find(
    (m) => sql(`SELECT contract_id FROM message WHERE id = '${m.id}'`) === contract,
  );

test('a part that is signed is a part that is told, on both sides', async () => {
  const [chen, vendor, he] = [await as('chen'), await as('vendor'), await as('he')];
  const { id, number } = await send(chen, fresh('PART'), 3);
  const notice = await byNumber(vendor, number);

  const two = await signMessage(vendor, notice.id, 'vendor', '先簽兩份', 2);
  assert.equal(two.status, 200, JSON.stringify(two.body));
  assert.match(two.body.messageNumber ?? '', /^M\d{15}$/);
  assert.deepEqual([two.body.contractState, two.body.left], ['vendor_pending', 1]);
  const told = (await chen.get(`/messages/${(await byNumber(chen, two.body.messageNumber)).id}`)).body;
  assert.ok(told.body.includes('先簽兩份'), 'the words of the reply are there');
  assert.deepEqual(
    told.documents.map((d) => d.revision),
    [2, 2, 1],
    'the whole contract, as far as it is signed',
  );

  const third = await signMessage(vendor, notice.id, 'vendor', '第三份');
  assert.deepEqual([third.body.contractState, third.body.left], ['agency_pending', 0]);

  const task = await sealingOf(he, id);
  const part = await signMessage(he, task.id, 'agency', '兩份已用印', 2);
  assert.equal(part.status, 200, JSON.stringify(part.body));
  assert.match(part.body.messageNumber ?? '', /^M\d{15}$/);
  assert.deepEqual([part.body.contractState, part.body.left], ['agency_pending', 1]);
  const row = sql(`SELECT CONCAT_WS('|', kind, body) FROM message WHERE number = '${part.body.messageNumber}'`);
  assert.ok(row.includes('兩份已用印'), row);

  const last = await signMessage(he, task.id, 'agency', '全部用印');
  assert.deepEqual([last.body.contractState, last.body.left], ['completed', 0]);
  assert.equal(
    sql(`SELECT COUNT(*) FROM sign_history h JOIN document d ON d.id = h.document_id
    WHERE d.contract_id = '${id}'`),
    '9',
    'three signatures in each of three documents',
  );
  auditVerify();
});

test('a mail asks its reader for what he is to do, and leads to its message', async () => {
  const [chen, vendor, he] = [await as('chen'), await as('vendor'), await as('he')];
  const { id, number } = await send(chen, fresh('MAIL'));
  const notice = await byNumber(vendor, number);
  const asked = mails(number);
  assert.ok(asked.some((m) => m.to === 'test@gmail.com') && asked.length >= 2, JSON.stringify(asked.map((m) => m.to)));
  for (const m of asked) {
    assert.ok(m.body.includes(`/#/messages/${notice.id}`), m.body);
    assert.match(m.body, /簽署/);
  }
  const origin = /(https?:\/\/\S+?)\/#\//.exec(asked[0].body)[1];
  assert.equal(new URL(origin).host, new URL(URL_BASE).host);

  const words = fresh('給廠商的話');
  await signMessage(vendor, notice.id, 'vendor', words);
  const task = await sealingOf(he, id);
  const sealing = mails(task.number);
  assert.ok(sealing.length >= 2, 'each sealer gets one');
  for (const m of sealing) {
    assert.ok(m.body.includes(`/#/sealing/${task.id}`), m.body);
    assert.match(m.body, /請以機關憑證卡片用印/);
    assert.ok(!m.body.includes('請使用本府'), 'not the words written to the vendor');
  }
});

test('every one of 140 sealers gets the task, the message and the mail', async () => {
  const chen = await as('chen');
  const org = chen.member.organization.id;
  const mark = randomBytes(4).toString('hex');
  const people = Array.from({ length: 140 }, (_, i) => ({
    id: randomBytes(16).toString('hex'),
    account: `s${mark}${i}`,
  }));
  sql(`INSERT INTO member (id, organization_id, account, name, email, password_hash, created_at) VALUES
    ${people.map((p) => `('${p.id}', '${org}', '${p.account}', '用印', '${p.account}@example.org', 'x', NOW())`).join()};
    INSERT INTO member_role (member_id, role) VALUES ${people.map((p) => `('${p.id}', 'sealer')`).join()}`);
  try {
    const id = await draft(chen, fresh('MANY'));
    const c = (await chen.get(`/contracts/${id}`)).body;
    const put = await chen.put(`/contracts/${id}/signers`, {
      vendors: c.vendors.map((v) => v.id),
      sealers: people.map((p) => p.id),
      subject: c.subject,
      body: c.body,
      emails: [],
      version: c.version,
    });
    assert.equal(put.status, 200, JSON.stringify(put.body));
    const sent = await chen.post(`/contracts/${id}/send`, {});
    assert.equal(sent.status, 200, JSON.stringify(sent.body));
    const vendor = await as('vendor');
    const signed = await signMessage(vendor, (await byNumber(vendor, sent.body.messageNumber)).id, 'vendor');
    assert.equal(signed.body.contractState, 'agency_pending');
    const message = `(SELECT id FROM message WHERE contract_id = '${id}' AND kind = 'sealing')`;
    assert.equal(sql(`SELECT COUNT(*) FROM sign_task WHERE message_id = ${message} AND state = 'ready'`), '140');
    assert.equal(sql(`SELECT COUNT(*) FROM message_recipient WHERE message_id = ${message}`), '140');
    assert.equal(sql(`SELECT COUNT(*) FROM outbox WHERE message_id = ${message}`), '140');
  } finally {
    sql(`UPDATE member SET disabled = TRUE WHERE account LIKE 's${mark}%'`);
  }
});

test('after sending, number and name are fixed; every other change is seen by both sides', async () => {
  const [chen, vendor] = [await as('chen'), await as('vendor')];
  const { id } = await send(chen, fresh('FIX'));
  const c = (await chen.get(`/contracts/${id}`)).body;
  const same = {
    number: c.number,
    title: c.title,
    caseNumber: c.caseNumber,
    unitId: c.unit.id,
    officers: c.officers.map((o) => o.id),
  };
  for (const [field, value] of [
    ['number', `${c.number}x`],
    ['title', '別的名稱'],
  ]) {
    const answer = await chen.put(`/contracts/${id}`, { ...same, [field]: value, version: c.version });
    assert.deepEqual([answer.status, code(answer), answer.body.error.field], [409, 'fixed_after_sending', field]);
  }
  const answer = await chen.put(`/contracts/${id}`, {
    ...same,
    caseNumber: 'B-77',
    emails: ['other@example.org'],
    version: c.version,
  });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const path = `/documents/${c.documents[0].id}/history`;
  const ours = (await chen.get(path)).body.changes,
    theirs = (await vendor.get(path)).body.changes;
  assert.deepEqual(
    ours.map((x) => [x.field, x.before, x.after]),
    [
      ['case_number', '', 'B-77'],
      ['emails', 'test@gmail.com', 'other@example.org'],
    ],
  );
  assert.deepEqual(
    theirs.map((x) => [x.field, x.after]),
    [
      ['case_number', 'B-77'],
      ['emails', null],
    ],
    "that addresses changed is seen by the vendor, the agency's addresses are not",
  );
  assert.ok(ours.every((x) => x.by && x.at));
});

test('what sending would do is said before it is done', async () => {
  const chen = await as('chen');
  const id = await draft(chen, fresh('SUM'));
  await choose(chen, id, ['one@example.org', 'two@example.org']);
  const { status, body } = await chen.get(`/contracts/${id}/summary`);
  assert.equal(status, 200);
  assert.equal(body.documents, 1);
  assert.deepEqual(body.emails, ['one@example.org', 'two@example.org']);
  const [v] = body.vendors;
  assert.deepEqual([v.name, v.code, v.people], ['關貿網路股份有限公司', '97162640', v.emails.length]);
  assert.ok(v.people >= 1 && v.emails.every((e) => /^.\*\*\*@/.test(e)), JSON.stringify(v));
  assert.ok(body.sealers.length >= 1 && body.sealers.every((s) => s.account && s.name));
  const before = sql('SELECT COUNT(*) FROM message');
  assert.equal(sql('SELECT COUNT(*) FROM message'), before);
  assert.equal(code(await (await as('vendor')).get(`/contracts/${id}/summary`)), 'not_found');
  assert.equal((await chen.post(`/contracts/${id}/send`, {})).status, 200);
  assert.equal(code(await chen.get(`/contracts/${id}/summary`)), 'wrong_state');
});

test('two people of one masked name are told apart by their accounts', async () => {
  const chen = await as('chen');
  const { items } = (await chen.get('/members?role=officer&size=100&q=' + encodeURIComponent('陳'))).body;
  const twins = items.filter((m) => m.name === '陳**');
  assert.deepEqual(twins.map((m) => m.account).sort(), ['chen2', 'chen3']);
  const found = (await chen.get('/members?role=officer&q=chen3')).body.items;
  assert.deepEqual(
    found.map((m) => m.account),
    ['chen3'],
  );
});
