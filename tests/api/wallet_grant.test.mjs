// 授權: one document, one purpose, some days; a receipt of each use; revoked at once.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Client, ROOT, sql } from './client.mjs';
import { forget, holder } from './wallet_client.mjs';

const PDF = readFileSync(join(ROOT, 'sql/demo/contract.pdf'));
const dir = mkdtempSync(join(tmpdir(), 'yinxin-grant-'));
const code = (answer) => answer.body?.error?.code;
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const ok = (answer, status = 200) => {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
};
const textOf = (bytes) => {
  writeFileSync(join(dir, 'x.pdf'), bytes);
  return execFileSync('pdftotext', [join(dir, 'x.pdf'), '-'], { encoding: 'utf8' }).replace(/\s/g, '');
};
let vendor;
let chen;
let item;
let signed;

before(async () => {
  [vendor, chen] = [await holder('vendor'), await holder('chen')];
  item = ok(await vendor.store('公司登記', PDF, { kind: 'registration' }), 201).id;
  const done = (await chen.get('/contracts?state=completed')).body.items[0];
  const document = (await chen.get(`/contracts/${done.id}`)).body.documents[0];
  signed = ok(await chen.post('/wallet/items', { documentId: document.id }), 201).id;
});
after(() => {
  for (const account of ['vendor', 'chen', 'lin']) forget(account);
  rmSync(dir, { recursive: true });
});

const give = (client, id, more) =>
  client.post(`/wallet/items/${id}/grants`, { purpose: '投標資格審查', days: 3, ...more });
const pages = (bytes) => {
  writeFileSync(join(dir, 'p.pdf'), bytes);
  return Number(/Pages:\s+(\d+)/.exec(execFileSync('pdfinfo', [join(dir, 'p.pdf')], { encoding: 'utf8' }))[1]);
};

test('a member of another organization reads it, marked; the owner sees each time', async () => {
  const people = ok(await vendor.get(`/wallet/recipients?q=${encodeURIComponent('臺北')}`)).items;
  assert.ok(people.some((p) => p.id === chen.member.id));
  assert.ok(people.every((p) => p.name.includes('*') || p.name.length === 1 || /[0-9*]/.test(p.name)), 'masked');
  const { id, code: link } = ok(await give(vendor, item, { recipientId: chen.member.id }), 201);
  assert.equal(link, null);
  const got = ok(await chen.get('/wallet/received')).items.find((g) => g.id === id);
  assert.deepEqual([got.state, got.purpose, got.uses, got.original], ['open', '投標資格審查', 0, false]);
  const mail = sql(`SELECT body FROM outbox WHERE subject LIKE '%授權您查看證件：公司登記%' LIMIT 1`);
  assert.match(mail, /投標資格審查/);
  const answer = await chen.post(`/wallet/received/${id}/content`, {});
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.ok(answer.body.subarray(0, PDF.length).equals(PDF), 'the mark is appended: its signatures can be checked');
  const text = textOf(answer.body);
  assert.match(text, /投標資格審查/);
  assert.match(text, /依授權查看/);
  assert.equal(text.match(/依授權查看/g).length, pages(PDF), 'on each page');
  assert.equal(ok(await chen.get(`/wallet/received/${id}`)).sha256, sha256(PDF));
  assert.equal(code(await chen.post(`/wallet/received/${id}/content`, { original: true })), 'not_found');
  const uses = ok(await vendor.get(`/wallet/grants/${id}/uses`)).items;
  assert.equal(uses.length, 1, 'looking at it and a refusal are no uses');
  assert.match(uses[0].who, /陳/);
  assert.deepEqual([uses[0].what, uses[0].ip], ['marked', '127.0.0.1']);
  assert.equal(ok(await vendor.get('/wallet/grants')).items[0].uses, 1);
  assert.equal((await chen.get(`/wallet/grants/${id}/uses`)).status, 404, 'the receipts are the owner\'s');
});

test('a signed document keeps its signatures under the mark, and is whole if that was granted', async () => {
  const { id } = ok(await give(chen, signed, { recipientId: vendor.member.id, original: true }), 201);
  const whole = (await chen.get(`/wallet/items/${signed}/content`)).body;
  const original = await vendor.post(`/wallet/received/${id}/content`, { original: true });
  assert.equal(sha256(original.body), sha256(whole));
  const marked = await vendor.post(`/wallet/received/${id}/content`, {});
  assert.ok(marked.body.subarray(0, whole.length).equals(whole));
  const check = (bytes) => new Client().call('POST', '/api/v1/verify', { body: bytes,
    headers: { 'Content-Type': 'application/pdf' } });
  const before_ = ok(await check(whole));
  const after_ = ok(await check(marked.body));
  assert.equal(after_.signatures.length, before_.signatures.length);
  assert.ok(after_.signatures.every((s) => s.digest && s.signature), 'each signature fits its bytes');
  assert.deepEqual(ok(await chen.get(`/wallet/grants/${id}/uses`)).items.map((u) => u.what), ['marked', 'original']);
});

test('by a link, for whoever has its code and nobody else; the code is nowhere in the database', async () => {
  assert.equal(code(await give(vendor, item, {})), 'field_required');
  const { id, code: secret } = ok(await give(vendor, item, { toName: '○○銀行 王經理' }), 201);
  const nobody = new Client();
  const seen = ok(await nobody.post(`/wallet/links/${id}`, { code: secret }));
  assert.deepEqual([seen.name, seen.reader, seen.sha256], ['公司登記', '○○銀行 王經理', sha256(PDF)]);
  assert.equal((await nobody.post(`/wallet/links/${id}`, { code: 'a'.repeat(64) })).status, 404);
  assert.equal((await nobody.post(`/wallet/links/${'a'.repeat(32)}`, { code: secret })).status, 404);
  const file = await nobody.post(`/wallet/links/${id}/content`, { code: secret });
  assert.equal(file.status, 200);
  assert.match(textOf(file.body), /○○銀行王經理/);
  assert.equal((await nobody.post(`/wallet/links/${id}/content`, { code: 'b'.repeat(64) })).status, 404);
  const uses = ok(await vendor.get(`/wallet/grants/${id}/uses`)).items;
  assert.deepEqual(uses.map((u) => u.who), [null]);
  assert.equal((await chen.post(`/wallet/received/${id}/content`, {})).status, 404, 'no member\'s');
  assert.equal((await nobody.call('POST', `/api/v1/wallet/links/${id}`, { json: { code: secret },
    headers: { Origin: 'https://elsewhere.example' } })).status, 403, 'not from another site');
});

test('revoked, over or deleted: nothing from that moment on, and the key is gone', async () => {
  const { id, code: secret } = ok(await give(vendor, item, { toName: '甲' }), 201);
  const nobody = new Client();
  ok(await nobody.post(`/wallet/links/${id}`, { code: secret }));
  assert.equal((await chen.delete(`/wallet/grants/${id}`)).status, 404, 'only the owner revokes');
  ok(await vendor.delete(`/wallet/grants/${id}`));
  assert.equal(code(await nobody.post(`/wallet/links/${id}/content`, { code: secret })), 'grant_over');
  assert.equal(sql(`SELECT COALESCE(HEX(sealed_key), 'none') FROM wallet_grant WHERE id = '${id}'`), 'none');
  assert.equal((await vendor.delete(`/wallet/grants/${id}`)).status, 404, 'once');
  const late = ok(await give(vendor, item, { recipientId: chen.member.id }), 201);
  sql(`UPDATE wallet_grant SET until = UTC_TIMESTAMP() - INTERVAL 1 SECOND WHERE id = '${late.id}'`);
  assert.equal(code(await chen.post(`/wallet/received/${late.id}/content`, {})), 'grant_over');
  const gone = ok(await give(vendor, item, { recipientId: chen.member.id }), 201);
  ok(await vendor.delete(`/wallet/items/${item}`));
  assert.equal(code(await chen.post(`/wallet/received/${gone.id}/content`, {})), 'grant_over');
  ok(await vendor.post(`/wallet/items/${item}/restore`, {}));
  assert.equal((await chen.post(`/wallet/received/${gone.id}/content`, {})).status, 200, 'back with it');
  ok(await vendor.delete(`/wallet/grants/${gone.id}`));
});

test('many read while it is revoked: each use has its receipt, and none comes after', async () => {
  const { id } = ok(await give(vendor, item, { recipientId: chen.member.id }), 201);
  const answers = await Promise.all([
    ...Array.from({ length: 3 }, () => chen.post(`/wallet/received/${id}/content`, {})),
    vendor.delete(`/wallet/grants/${id}`),
    ...Array.from({ length: 3 }, () => chen.post(`/wallet/received/${id}/content`, {})),
  ]);
  const read = answers.filter((a) => a.status === 200 && Buffer.isBuffer(a.body)).length;
  assert.equal(ok(await vendor.get(`/wallet/grants/${id}/uses`)).items.length, read);
  assert.equal(sql(`SELECT COUNT(*) FROM wallet_use u JOIN wallet_grant g ON g.id = u.grant_id
    WHERE g.id = '${id}' AND u.at > g.revoked_at`), '0');
});

test('what cannot be marked is given as it is, and only when the owner says so', async () => {
  const plain = ok(await vendor.store('照片', Buffer.from('not a pdf')), 201).id;
  assert.equal((await give(vendor, plain, { toName: '乙' })).body.error.field, 'original');
  const { id, code: secret } = ok(await give(vendor, plain, { toName: '乙', original: true }), 201);
  const file = await new Client().post(`/wallet/links/${id}/content`, { code: secret, original: true });
  assert.equal(file.body.toString(), 'not a pdf');
});

test('who may not: a locked wallet, a colleague, somebody without a wallet, one\'s own organization', async () => {
  const lin = await holder('lin', { open: false });
  const without = sql("SELECT id FROM member WHERE account = 'officer09'");
  assert.equal(code(await give(vendor, item, { recipientId: without })), 'no_recipient_wallet');
  assert.equal(code(await give(chen, signed, { recipientId: lin.member.id })), 'bad_field', 'of the same agency');
  assert.equal((await give(chen, item, { recipientId: vendor.member.id })).status, 404, 'not one\'s own document');
  const { id } = ok(await give(vendor, item, { recipientId: lin.member.id }), 201);
  assert.equal(code(await lin.post(`/wallet/received/${id}/content`, {})), 'wallet_locked');
  assert.equal((await chen.post(`/wallet/received/${id}/content`, {})).status, 404, 'a colleague');
  await lin.unlock();
  assert.equal((await lin.post(`/wallet/received/${id}/content`, {})).status, 200);
  await vendor.post('/wallet/lock', {});
  assert.equal(code(await give(vendor, item, { toName: '丙' })), 'wallet_locked');
});
