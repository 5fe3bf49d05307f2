// Signatures that outlast their certificates, through the product: a timestamp at the signature,
// validation data and a document timestamp when all have signed, and what happens while the
// timestamp authority or the revocation service is out of order.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { as, BIN, DIR, draft, signMessage, sql } from './client.mjs';

const PORT = Number(readFileSync(join(DIR, 'conf/port'), 'utf8'));
const responder = `http://127.0.0.1:${PORT + 3}`;
const outOfOrder = (...paths) => fetch(`${responder}/out`, { method: 'POST', body: paths.join('\n') });
before(() => outOfOrder());
after(() => outOfOrder());

const pause = () => new Promise((next) => setTimeout(next, 200));
async function until(what, ask) {
  const end = Date.now() + 90000;
  for (;;) {
    const got = await ask();
    if (got) return got;
    assert.ok(Date.now() < end, what);
    await pause();
  }
}

// Draft, send, vendor, agency; between steps `at(step)` may break something.
async function story(name, at = () => {}) {
  const [chen, vendor, he] = await Promise.all(['chen', 'vendor', 'he'].map(as));
  const id = await draft(chen, `${name}-${Date.now()}`);
  await at('send');
  const sent = await chen.post(`/contracts/${id}/send`, {});
  assert.equal(sent.status, 200, JSON.stringify(sent.body));
  await at('vendor');
  const inbox = (await vendor.get('/messages/received?tab=to_sign')).body;
  const notice = inbox.items.find((m) => m.number === sent.body.messageNumber);
  const replied = await signMessage(vendor, notice.id, 'vendor');
  assert.equal(replied.status, 200, JSON.stringify(replied.body));
  await at('agency', { chen, vendor, he, id });
  const list = (await he.get('/sealing?tab=pending')).body;
  const task = list.items.find((m) => m.subject === notice.subject);
  const sealed = await signMessage(he, task.id, 'agency', '機關用印完畢');
  assert.equal(sealed.status, 200, JSON.stringify(sealed.body));
  const document = (await chen.get(`/contracts/${id}`)).body.documents[0];
  return { chen, vendor, he, id, document };
}
const proofOf = async ({ chen, id }) => (await chen.get(`/contracts/${id}`)).body.documents[0].proof;
const soon = (document) => sql(`UPDATE proof SET next_at = '2021-01-01' WHERE document_id = '${document.id}'`);
const keptOf = (s) =>
  until('the worker keeps it', async () => {
    const proof = await proofOf(s);
    return proof.state === 'kept' && proof.level === 'B-LTA' && proof;
  });
async function file(client, documentId, query = '') {
  const answer = await client.get(`/documents/${documentId}/file${query}`);
  assert.equal(answer.status, 200);
  return answer.body;
}
function level(bytes) {
  const path = join(tmpdir(), `yx-proof-${process.pid}.pdf`);
  writeFileSync(path, bytes);
  const said = JSON.parse(
    execFileSync(join(BIN, 'yinxinctl'), ['level', path, '--trust', join(DIR, 'pki'), '--json']).toString(),
  );
  const report = JSON.parse(
    execFileSync(join(BIN, 'yinxinctl'), ['verify', path, '--trust', join(DIR, 'pki'), '--json']).toString(),
  );
  rmSync(path);
  assert.equal(report.valid, true, JSON.stringify(report));
  return said;
}

test('a completed contract becomes B-LTA by itself, and both sides see it', async () => {
  const s = await story('LTA');
  const proof = await keptOf(s);
  assert.ok(Date.parse(proof.goodUntil) > Date.now());
  assert.equal(proof.why, null);
  const bytes = await file(s.vendor, s.document.id);
  const said = level(bytes);
  assert.deepEqual([said.level, said.signatures, said.unstamped, said.timestamps], ['B-LTA', 3, 0, 1]);
  assert.deepEqual(await file(s.vendor, s.document.id, '?revision=3'), bytes, 'the last revision comes with its proof');
  const history = (await s.vendor.get(`/documents/${s.document.id}/history`)).body;
  assert.deepEqual(history.document.proof, proof);
  assert.ok(history.items.every((h) => Date.parse(h.stampedAt) >= Date.parse(h.signedAt)));
  const before = await file(s.vendor, s.document.id, '?revision=2');
  assert.ok(bytes.subarray(0, before.length).equals(before), 'old bytes stay');
});

test('the authority is out of order: signed all the same, marked, and made good later', async () => {
  await outOfOrder('/tsa');
  try {
    const s = await story('OUT');
    soon(s.document);
    const proof = await until('a try has failed', async () => {
      const p = await proofOf(s);
      return p.why && p;
    });
    assert.deepEqual([proof.state, proof.why], ['owed', 'timestamp_unavailable']);
    const history = (await s.vendor.get(`/documents/${s.document.id}/history`)).body;
    assert.deepEqual(
      history.items.map((h) => h.stampedAt),
      [null, null, null],
    );
    assert.equal(level(await file(s.chen, s.document.id)).level, 'B-B');
    await outOfOrder();
    soon(s.document);
    await keptOf(s);
    const said = level(await file(s.chen, s.document.id));
    assert.deepEqual([said.level, said.unstamped, said.timestamps], ['B-LTA', 0, 2], 'a time first, then the archive');
  } finally {
    await outOfOrder();
  }
});

test('a time that a signature lacks is added while others still have to sign', async () => {
  let between;
  try {
    const s = await story('MID', async (step, who) => {
      if (step === 'vendor') await outOfOrder('/tsa');
      if (step !== 'agency') return;
      await outOfOrder();
      const document = (await who.chen.get(`/contracts/${who.id}`)).body.documents[0];
      soon(document);
      between = await until('the time is there', async () => {
        const p = await proofOf(who);
        return p.state === 'kept' && p;
      });
      assert.equal(level(await file(who.chen, document.id)).level, 'B-T');
    });
    assert.equal(between.level, 'B-T');
    await keptOf(s);
    assert.equal(level(await file(s.chen, s.document.id)).signatures, 3);
  } finally {
    await outOfOrder();
  }
});

test('the revocation service is out of order after the signatures: owed until it answers', async () => {
  const all = ['/ocsp', '/crl/ca.crl', '/crl/root.crl'];
  const stop = () => sql("UPDATE proof SET next_at = '2099-01-01' WHERE next_at < NOW() AND state = 'owed'");
  const s = await story('REV');
  stop();
  // (the worker may have been quicker: then it is made to do it again, from the revision without proof)
  await outOfOrder(...all);
  try {
    sql(`DELETE FROM proof_file WHERE document_id = '${s.document.id}';
      UPDATE document_revision SET kept = NULL WHERE document_id = '${s.document.id}';
      UPDATE proof SET state = 'owed', level = NULL, tries = 0, why = '', next_at = '2021-01-01', lease_owner = NULL,
      lease_until = NULL WHERE document_id = '${s.document.id}'`);
    const proof = await until('a try has failed', async () => {
      const p = await proofOf(s);
      return p.why && p;
    });
    assert.deepEqual([proof.state, proof.why], ['owed', 'revocation_unknown']);
  } finally {
    await outOfOrder();
  }
  soon(s.document);
  await keptOf(s);
});

test('a proof is looked at again in good time, and its row is nobody else’s to see', async () => {
  const s = await story('DUE');
  await keptOf(s);
  const [next, until2] = sql(
    `SELECT UNIX_TIMESTAMP(next_at), UNIX_TIMESTAMP(good_until) FROM proof WHERE document_id = '${s.document.id}'`,
  )
    .split('\t')
    .map(Number);
  assert.ok(next > Date.now() / 1000 && next < until2);
  const stranger = await as('vendor2');
  assert.equal((await stranger.get(`/documents/${s.document.id}/history`)).status, 404);
});
