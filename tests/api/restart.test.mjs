// A clean stop answers what is under way; the audit trail shows any change.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { as, auditVerify, BIN, Client, DIR, PASSWORD, ROOT, sql } from './client.mjs';

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

test('SIGTERM: every request under way is answered, then the server ends by itself', async () => {
  const pid = Number(readFileSync(join(DIR, 'run/yinxind.pid'), 'utf8'));
  // Logins take tens of milliseconds each (argon2), so some are at work when the signal comes.
  const answers = Array.from({ length: 12 }, () =>
    new Client().post('/session', { account: 'zhang', password: PASSWORD }),
  );
  await sleep(60);
  process.kill(pid, 'SIGTERM');
  const statuses = (await Promise.all(answers)).map((a) => a.status);
  assert.deepEqual(statuses, Array(12).fill(200));
  let alive = true;
  for (let i = 0; i < 100 && alive; i++) {
    await sleep(50);
    try {
      process.kill(pid, 0);
    } catch {
      alive = false;
    }
  }
  assert.equal(alive, false, 'it ended within five seconds');
  assert.equal((await new Client().get('/health')).status, 503, 'nginx says so as JSON');
  execFileSync(
    join(ROOT, 'conf/dev/up.sh'),
    [DIR, readFileSync(join(DIR, 'conf/port'), 'utf8').trim(), ...(BIN.includes('san') ? ['--san'] : [])],
    { stdio: 'ignore' },
  );
  assert.equal((await as('zhang')).member.account, 'zhang');
});

test('audit rows cannot be changed, and if somebody manages to, the chain shows where', () => {
  assert.throws(() => sql("UPDATE audit SET action = 'x' WHERE seq = 2"), /never changed/);
  assert.throws(() => sql('DELETE FROM audit WHERE seq = 2'), /never removed/);
  const trigger = sql('SHOW CREATE TRIGGER audit_no_update')
    .split('\t')[2]
    .replace(/DEFINER=\S+ /, '');
  const old = sql('SELECT detail FROM audit WHERE seq = 2');
  sql('DROP TRIGGER audit_no_update');
  try {
    sql(`UPDATE audit SET detail = '{"a":1}' WHERE seq = 2`);
    const told = spawnSync(join(BIN, 'yinxinctl'), ['audit-verify', '--conf', join(DIR, 'conf/yinxin.conf')]);
    assert.equal(told.status, 1);
    assert.match(told.stdout.toString(), /row 2/);
  } finally {
    sql(`UPDATE audit SET detail = '${old}' WHERE seq = 2`);
    sql(trigger.replace(/\\n/g, '\n'));
  }
  assert.match(auditVerify(), /intact/);
});
