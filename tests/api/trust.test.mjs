// What others have to answer, as the worker finds it: CRLs, OCSP responders, timestamp authorities;
// one that stops answering is seen; and whom the platform trusts.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { as, DIR, sql, URL_BASE } from './client.mjs';

const code = (answer) => answer.body?.error?.code;
const ok = (answer) => { assert.equal(answer.status, 200, JSON.stringify(answer.body)); return answer.body; };
const responder = `http://127.0.0.1:${Number(new URL(URL_BASE).port) + 3}`;
const out = (paths) => fetch(`${responder}/out`, { method: 'POST', body: paths.join('\n') });
let platform;
test.before(async () => {
  platform = await as('admin');
});
test.after(async () => {
  await out([]);
});

// Asked anew, and answered after that.
async function looked() {
  const asked = sql('SELECT UTC_TIMESTAMP(3)');
  ok(await platform.post('/admin/platform/services/check', {}));
  const done = () => sql(`SELECT COUNT(*) > 0 AND MIN(checked_at) > '${asked}' FROM trust_service`) === '1';
  for (let i = 0; i < 900 && !done(); i++) await sleep(100);
  return ok(await platform.get('/admin/platform'));
}
const partOf = (health, part) => health.parts.find((p) => p.part === part).state;
const of = (health, kind) => health.services.filter((s) => s.kind === kind);

test('each service is asked, and says how it stands', async () => {
  const health = await looked();
  for (const kind of ['crl', 'ocsp', 'tsa']) {
    const all = of(health, kind);
    assert.ok(all.length > 0, `no ${kind}`);
    assert.equal(new Set(all.map((s) => s.url)).size, all.length, 'each once');
    assert.equal(partOf(health, kind), 'good', JSON.stringify(all));
    for (const s of all) {
      assert.deepEqual([s.state, s.error], ['good', null], JSON.stringify(s));
      assert.ok(s.millis >= 0 && s.authority && s.thisUpdate && s.checkedAt === s.okAt, JSON.stringify(s));
    }
  }
  assert.ok(of(health, 'crl').every((s) => Date.parse(s.nextUpdate) > Date.now() && s.entries >= 0));
  assert.ok(of(health, 'crl').some((s) => s.entries > 0), 'the test CA has revoked some');
  assert.equal(of(health, 'tsa')[0].position, 1);
  assert.equal(code(await (await as('agencyadmin')).post('/admin/platform/services/check', {})), 'not_found');
});

test('one that stops answering is seen, and what it said before stays', async () => {
  const before = await looked();
  await out(['/tsa', '/ocsp']);
  let health = await looked();
  const tsa = of(health, 'tsa')[0];
  assert.deepEqual([tsa.state, tsa.error], ['warn', 'timestamp_unavailable']);
  assert.equal(tsa.okAt, of(before, 'tsa')[0].okAt);
  assert.equal(tsa.thisUpdate, of(before, 'tsa')[0].thisUpdate);
  assert.equal(partOf(health, 'tsa'), 'bad', 'none answers');
  assert.ok(of(health, 'ocsp').some((s) => s.error === 'revocation_unknown'));
  assert.equal(partOf(health, 'crl'), 'good');
  sql("UPDATE trust_service SET ok_at = ok_at - INTERVAL 2 HOUR WHERE kind = 'tsa'");
  assert.equal(of(ok(await platform.get('/admin/platform')), 'tsa')[0].state, 'bad', 'for two hours');
  sql("UPDATE trust_service SET next_update = UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE WHERE kind = 'crl' LIMIT 1");
  health = ok(await platform.get('/admin/platform'));
  assert.equal(partOf(health, 'crl'), 'bad', 'a list that is over');
  await out([]);
  health = await looked();
  assert.deepEqual(['crl', 'ocsp', 'tsa'].map((k) => partOf(health, k)), ['good', 'good', 'good']);
});

test('whom the platform trusts, and what was approved', async () => {
  const file = join(DIR, 'pki/approved.json');
  const was = (() => { try { return readFileSync(file); } catch { return null; } })();
  try {
    rmSync(file, { force: true });
    const bare = ok(await platform.get('/admin/trust'));
    assert.equal(bare.table, false);
    assert.deepEqual([...new Set(bare.items.map((a) => a.kind))], ['anchor', 'intermediate']);
    assert.ok(bare.items.every((a) => a.approved === null && /^[0-9a-f]{64}$/.test(a.sha256) && a.name && a.notAfter));
    const row = { certificate: 'ca.crt', nameZh: '測試憑證機構', nameEn: 'Test CA', approval: '數授產字第1號',
      statement: 'https://example.tw/cps.pdf', from: '2020-01-01', until: '2020-12-31' };
    writeFileSync(file, JSON.stringify([row]));
    const [over] = ok(await platform.get('/admin/trust')).items.filter((a) => a.approved);
    assert.deepEqual([over.approved.number, over.approved.statement, over.approved.inForce],
      [row.approval, row.statement, false]);
    writeFileSync(file, JSON.stringify([{ ...row, until: undefined }]));
    const [now] = ok(await platform.get('/admin/trust')).items.filter((a) => a.approved);
    assert.deepEqual([now.approved.until, now.approved.inForce, now.approved.nameEn], [null, true, 'Test CA']);
    assert.equal(code(await (await as('agencyadmin')).get('/admin/trust')), 'not_found');
  } finally {
    if (was) writeFileSync(file, was);
    else rmSync(file, { force: true });
  }
});
