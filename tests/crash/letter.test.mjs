// A letter and a kill: the server dies at every step of sending and recalling; it is wholly before
// or wholly after the event, and the same request again ends in the right state exactly once.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { as, certificate, ctl, DIR, ROOT, sign } from '../api/client.mjs';
import { attach, ok } from '../api/letters.mjs';
import { arm, armed, bringBack, consistent, disarm, one } from './rig.mjs';

const PDF = readFileSync(join(ROOT, 'sql/demo/contract.pdf'));
test.afterEach(disarm);

async function killAt(point, request) {
  arm(point);
  const answer = await request().catch((error) => ({ status: 0, body: String(error) }));
  assert.ok(!armed(), `${point} was never reached: ${JSON.stringify(answer.body)}`);
  assert.ok(answer.status === 0 || answer.status === 503, `${point}: the server answered ${answer.status}`);
  await bringBack();
}

async function draft(chen) {
  const { id } = (await chen.post('/letters', {})).body;
  const file = await chen.call('POST', `/api/v1/letters/${id}/documents`, { body: PDF,
    headers: { 'Content-Type': 'application/pdf', 'X-File-Name': 'x.pdf' } });
  assert.equal(file.status, 201, JSON.stringify(file.body));
  const to = (await chen.get('/letters/recipients?kind=vendor&q=97162640')).body.items[0].id;
  const { version } = (await chen.get(`/letters/${id}`)).body;
  const saved = await chen.put(`/letters/${id}`, { version, subject: '斷電', body: '文', to: [to], copies: [],
    needsSignature: true });
  assert.equal(saved.status, 200, JSON.stringify(saved.body));
  return { id, version: saved.body.version };
}

const whole = () => {
  consistent();
  ctl('lists-verify', '--conf', join(DIR, 'conf/yinxin.conf'));
};
const rows = (id) => ['message WHERE id', 'message_recipient WHERE message_id', 'sign_task WHERE message_id',
  "outbox WHERE subject = '斷電' AND message_id"].map((what) => one(`SELECT COUNT(*) FROM ${what} = '${id}'`) > 0);

for (const point of ['letter.tx.message', 'letter.tx.before_commit', 'letter.committed']) {
  test(`sending, killed at ${point}`, async () => {
    const chen = await as('chen');
    const { id, version } = await draft(chen);
    const key = randomUUID();
    await killAt(point, () => chen.post(`/letters/${id}/send`, { version }, { key }));
    whole();
    assert.deepEqual(rows(id), Array(4).fill(point === 'letter.committed'));
    const again = await chen.post(`/letters/${id}/send`, { version }, { key });
    assert.equal(again.status, 200, JSON.stringify(again.body));
    assert.equal((await chen.get(`/letters/${id}`)).body.state, 'sent');
    assert.equal(one(`SELECT COUNT(*) FROM message_recipient WHERE message_id = '${id}'`), 1, 'exactly once');
    whole();
  });
}

for (const point of ['letter.recall.before_commit', 'letter.recall.committed']) {
  test(`recalling, killed at ${point}`, async () => {
    const chen = await as('chen');
    const { id, version } = await draft(chen);
    assert.equal((await chen.post(`/letters/${id}/send`, { version })).status, 200);
    const key = randomUUID();
    await killAt(point, () => chen.post(`/letters/${id}/recall`, {}, { key }));
    whole();
    assert.equal(one(`SELECT COUNT(*) FROM message_recipient WHERE message_id = '${id}'`),
      point.endsWith('before_commit') ? 1 : 0);
    assert.equal((await chen.post(`/letters/${id}/recall`, {}, { key })).status, 200);
    assert.equal((await chen.get(`/letters/${id}`)).body.state, 'recalled');
    whole();
  });
}

// What is no PDF: its signature is another object, and its revision comes with task and history or not at all.
for (const point of ['sign.verified', 'sign.embedded', 'sign.stored', 'sign.tx.message', 'sign.tx.before_commit',
  'sign.committed']) {
  test(`signing an attachment apart, killed at ${point}`, async () => {
    const chen = await as('chen');
    const { id } = ok(await chen.post('/letters', {}));
    ok(await attach(chen, id, '名單.csv', Buffer.from('編號,姓名\n')));
    const [d] = ok(await chen.get(`/letters/${id}`)).documents;
    const der = certificate('agency').toString('base64');
    const mine = ok(await chen.get('/certificates?size=100')).items.find((c) => c.certificate === der);
    const prepared = ok(await chen.post('/signings', { tasks: [d.taskId], certificateId: mine.id }));
    const signatures = prepared.documents.map((x) => sign('agency', x)), key = randomUUID();
    const complete = () => chen.post(`/signings/${prepared.id}/complete`, { signatures }, { key });
    await killAt(point, complete);
    whole();
    const done = point === 'sign.committed' ? 1 : 0;
    assert.equal(one(`SELECT revision FROM document WHERE id = '${d.id}'`), done);
    assert.equal(one(`SELECT COUNT(*) FROM sign_history WHERE document_id = '${d.id}'`), done);
    ok(await complete());
    assert.equal(one(`SELECT COUNT(*) FROM sign_history WHERE document_id = '${d.id}'`), 1, 'exactly once');
    assert.equal(ok(await chen.get(`/documents/${d.id}/verification`)).valid, true);
    whole();
  });
}
