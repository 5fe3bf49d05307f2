// What if the power goes here? yinxind is killed (SIGKILL) at every step of uploading, sending
// and signing, started again, and must be wholly before or wholly after the event; doing it
// again ends in the right state exactly once.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { as, BIN, certificate, DIR, draft, ROOT, sign } from '../api/client.mjs';
import { arm, armed, bringBack, consistent, disarm, one } from './rig.mjs';

const PDF = readFileSync(join(ROOT, 'sql/demo/contract.pdf'));
let kills = 0;

// Runs a request that the server does not survive, then brings the server back.
async function killAt(point, request) {
  arm(point);
  const answer = await request().catch((error) => ({ status: 0, body: { error: { code: String(error) } } }));
  assert.ok(!armed(), `${point} was never reached: ${JSON.stringify(answer.body)}`);
  assert.ok(answer.status === 0 || answer.status === 503, `${point}: the server answered ${answer.status}`);
  kills += 1;
  await bringBack();
}

test.afterEach(disarm);

async function valid(client, documentId, signatures) {
  const file = await client.get(`/documents/${documentId}/file`);
  const path = join(tmpdir(), `yinxin-crash-${randomUUID()}.pdf`);
  writeFileSync(path, file.body);
  const report = JSON.parse(execFileSync(join(BIN, 'yinxinctl'),
    ['verify', path, '--trust', join(DIR, 'pki'), '--json']));
  rmSync(path);
  assert.equal(report.valid, true);
  assert.equal(report.signatures.filter((s) => !s.timestamp).length, signatures);
}

for (const point of ['upload.stored', 'upload.before_commit', 'upload.committed']) {
  test(`killed at ${point}`, async () => {
    const chen = await as('chen');
    const unit = (await chen.get('/units')).body.items[0];
    const id = (await chen.post('/contracts', { number: `C-${randomUUID().slice(0, 8)}`, title: '斷電', unitId: unit.id,
      officers: [chen.member.id] })).body.id;
    const key = randomUUID();
    await killAt(point, () => chen.upload(id, '契約.pdf', PDF, { key }));
    consistent();
    const again = await chen.upload(id, '契約.pdf', PDF, { key });
    assert.equal(again.status, 201, JSON.stringify(again.body));
    assert.equal((await chen.get(`/contracts/${id}`)).body.documents.length, 1, 'exactly one');
  });
}

const SEND = ['send.claimed', 'send.stored', 'send.sealed', 'send.tx.begin', 'send.tx.numbers', 'send.tx.message',
  'send.tx.before_commit', 'send.committed'];
for (const point of SEND) {
  for (const sameKey of [true, false]) {
    test(`killed at ${point}, repeated with ${sameKey ? 'the same' : 'a new'} key`, async () => {
      const chen = await as('chen');
      const id = await draft(chen, `C-${randomUUID().slice(0, 8)}`);
      const key = randomUUID();
      const last = one("SELECT value FROM counter WHERE name = 'D'");
      await killAt(point, () => chen.post(`/contracts/${id}/send`, {}, { key }));
      consistent();
      const state = (await chen.get(`/contracts/${id}`)).body.state;
      assert.equal(state, point === 'send.committed' ? 'vendor_pending' : 'draft');
      const again = await chen.post(`/contracts/${id}/send`, {}, { key: sameKey ? key : randomUUID() });
      if (point === 'send.committed' && !sameKey) assert.equal(again.body.error.code, 'wrong_state');
      else assert.equal(again.status, 200, JSON.stringify(again.body));
      const contract = (await chen.get(`/contracts/${id}`)).body;
      assert.equal(contract.state, 'vendor_pending');
      assert.equal(one("SELECT value FROM counter WHERE name = 'D'"), last + 1, 'one number was used');
      await valid(chen, contract.documents[0].id, 1);
      consistent();
    });
  }
}

// A contract that waits for the vendor (or, signed by the vendor, for the agency).
async function waiting(forAgency) {
  const chen = await as('chen');
  const vendor = await as('vendor');
  const id = await draft(chen, `C-${randomUUID().slice(0, 8)}`);
  const sent = (await chen.post(`/contracts/${id}/send`, {})).body;
  const notice = (await vendor.get('/messages/received')).body.items.find((m) => m.number === sent.messageNumber);
  const signer = { chen, id, client: vendor, name: 'vendor', message: notice.id };
  if (!forAgency) return signer;
  const done = await completeOf(await prepareOf(signer));
  assert.equal(done.status, 200, JSON.stringify(done.body));
  const he = await as('he');
  const task = (await he.get('/sealing?tab=pending')).body.items[0];
  return { chen, id, client: he, name: 'agency', message: task.id };
}

async function prepareOf(signer, key = randomUUID()) {
  const message = (await signer.client.get(`/messages/${signer.message}`)).body;
  const der = certificate(signer.name).toString('base64');
  const mine = (await signer.client.get('/certificates?size=100')).body.items.find((c) => c.certificate === der);
  const answer = await signer.client.post('/signings',
    { tasks: message.tasks.map((t) => t.id), certificateId: mine.id }, { key });
  return { ...signer, answer, signing: answer.body };
}

const completeOf = ({ client, name, signing }, key = randomUUID()) => client.post(`/signings/${signing.id}/complete`,
  { signatures: signing.documents.map((d) => sign(name, d)), body: '簽章完畢' }, { key });

for (const point of ['sign.prepared_file', 'sign.prepare.before_commit', 'sign.prepare.committed']) {
  test(`killed at ${point}`, async () => {
    const signer = await waiting(false);
    await killAt(point, async () => (await prepareOf(signer)).answer);
    consistent();
    const prepared = await prepareOf(signer);
    assert.equal(prepared.answer.status, 201, JSON.stringify(prepared.signing));
    assert.equal((await completeOf(prepared)).status, 200);
    consistent();
  });
}

const COMPLETE = ['sign.verified', 'sign.stamped', 'sign.embedded', 'sign.stored', 'sign.tx.begin', 'sign.tx.message',
  'sign.tx.before_commit', 'sign.committed'];
for (const forAgency of [false, true]) {
  for (const point of COMPLETE) {
    test(`${forAgency ? 'agency' : 'vendor'}: killed at ${point}`, async () => {
      const signer = await prepareOf(await waiting(forAgency));
      const key = randomUUID();
      await killAt(point, () => completeOf(signer, key));
      consistent();
      const before = (await signer.chen.get(`/contracts/${signer.id}`)).body;
      const [was, is] = forAgency ? ['agency_pending', 'completed'] : ['vendor_pending', 'agency_pending'];
      assert.equal(before.state, point === 'sign.committed' ? is : was);
      const again = await completeOf(signer, key);
      assert.equal(again.status, 200, JSON.stringify(again.body));
      assert.equal(again.body.contractState, is);
      const after = (await signer.chen.get(`/contracts/${signer.id}`)).body;
      assert.equal(after.state, is);
      await valid(signer.chen, after.documents[0].id, forAgency ? 3 : 2);
      const once = await completeOf(signer);
      assert.equal(once.body.error?.code, 'signing_expired', 'a second time it is over');
      consistent();
    });
  }
}

test('at least thirty times the plug was pulled', () => {
  console.log(`# yinxind was killed ${kills} times`);
  assert.ok(kills >= 30, String(kills));
});
