// The worker is killed (SIGKILL) at every step of adding timestamps and of renewing them; the
// store and the database agree, nothing is lost, and started again it ends with one more file.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { as, BIN, DIR, draft, signMessage, sql } from '../api/client.mjs';
import { arm, armed, bringBack, consistent, disarm, kill, one } from './rig.mjs';

const POINTS = ['proof.claimed', 'proof.made', 'proof.stored', 'proof.before_commit', 'proof.committed'];
const MORE = join(DIR, 'conf/more.conf');

const pause = () => new Promise((next) => setTimeout(next, 100));
async function until(what, ask) {
  const end = Date.now() + 120000;
  while (!(await ask())) {
    assert.ok(Date.now() < end, what);
    await pause();
  }
}
const dead = () => {
  const pid = readFileSync(join(DIR, 'run/worker.pid'), 'utf8').trim();
  return !existsSync(`/proc/${pid}`) || /^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
};
async function restart() {
  if (!dead()) kill('worker');
  await until('the worker is gone', dead);
  await bringBack();
}

let chen, document;
before(async () => {
  // With this setting every timestamp is due for renewal whenever it is looked at.
  writeFileSync(MORE, 'renew_before_days = 20000\n');
  // (a server that found the authority out of order before would not ask it for half a minute)
  kill('yinxind');
  await restart();
  chen = await as('chen');
  const id = await draft(chen, `P-${randomUUID().slice(0, 8)}`);
  const sent = (await chen.post(`/contracts/${id}/send`, {})).body;
  const vendor = await as('vendor');
  const notice = (await vendor.get('/messages/received')).body.items.find((m) => m.number === sent.messageNumber);
  assert.equal((await signMessage(vendor, notice.id, 'vendor')).status, 200);
  const he = await as('he');
  const task = (await he.get('/sealing?tab=pending')).body.items.find((m) => m.subject === notice.subject);
  assert.equal((await signMessage(he, task.id, 'agency')).status, 200);
  document = (await chen.get(`/contracts/${id}`)).body.documents[0].id;
  await until('it is kept', () => is('kept'));
});
after(async () => {
  rmSync(MORE, { force: true });
  disarm();
  await restart();
});

const is = (state) => one(`SELECT COUNT(*) FROM proof WHERE document_id = '${document}' AND state = '${state}'`) === 1;
const files = () => one(`SELECT COUNT(*) FROM proof_file WHERE document_id = '${document}'`);
// Due now, and the dead worker's lease is over.
const due = () => sql(`UPDATE proof SET next_at = '2021-01-01', lease_until = NULL WHERE document_id = '${document}'`);
const rest = () =>
  one(`SELECT COUNT(*) FROM proof WHERE document_id = '${document}' AND next_at > NOW() AND lease_owner IS NULL`) === 1;

async function timestamps() {
  const path = join(tmpdir(), `yinxin-proof-${randomUUID()}.pdf`);
  writeFileSync(path, (await chen.get(`/documents/${document}/file`)).body);
  try {
    const report = JSON.parse(
      execFileSync(join(BIN, 'yinxinctl'), ['verify', path, '--trust', join(DIR, 'pki'), '--json']),
    );
    assert.equal(report.valid, true);
    return report.signatures.filter((s) => s.timestamp).length;
  } finally {
    rmSync(path);
  }
}

for (const renewal of [false, true]) {
  for (const point of POINTS) {
    test(`${renewal ? 'renewing' : 'adding timestamps'}: killed at ${point}`, async () => {
      await until('nothing is under way', rest);
      if (!renewal) {
        sql(`DELETE FROM proof_file WHERE document_id = '${document}';
          UPDATE document_revision SET kept = NULL WHERE document_id = '${document}';
          UPDATE proof SET state = 'owed', level = NULL WHERE document_id = '${document}'`);
      }
      const [had, stamps] = [files(), await timestamps()];
      arm(point);
      due();
      await until(`${point} was never reached`, () => !armed());
      await until('the worker is gone', dead);
      consistent();
      const made = point === 'proof.committed' ? 1 : 0;
      assert.equal(files(), had + made, 'wholly before or wholly after');
      assert.equal(await timestamps(), stamps + made);
      await bringBack();
      if (!made) due();
      await until('it is done', () => files() === had + 1 && rest() && is('kept'));
      assert.equal(await timestamps(), stamps + 1, 'exactly one more');
      consistent();
    });
  }
}
