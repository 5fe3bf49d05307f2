// The audit trail as people read it: who sees what, searched, exported, verified at the press of a
// button; security events in it; its head outside the database; and the auditor's exercise.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { as, Client, DIR, draft, sql, worked } from './client.mjs';

const code = (answer) => answer.body?.error?.code;
const ok = (answer, status = 200) => {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
};
const one = (text) => Number(sql(text));
const items = async (client, query) => ok(await client.get(`/audit?${query}`)).items;

test('an auditor reads everything, filtered, page by page without a gap', async () => {
  const [auditor, chen] = [await as('auditor'), await as('chen')];
  const id = await draft(chen, `AUD-${randomUUID().slice(0, 6)}`);
  const mine = await items(auditor, `account=chen&group=contract&object=${id}`);
  assert.deepEqual(mine.map((r) => r.action), ['contract.signers', 'contract.create']);
  assert.equal(mine.at(-1).organization, '臺北市政府資訊局');
  assert.match(mine.at(-1).detail, /AUD-/);
  assert.deepEqual(await items(auditor, 'account=nobody-at-all'), []);
  assert.ok((await items(auditor, `q=${id}`)).every((r) => r.objectId === id));
  assert.deepEqual(await items(auditor, 'from=2020-01-01&to=2020-01-02'), []);
  const today = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);
  assert.ok((await items(auditor, `from=${today}&to=${today}`)).length > 0);
  assert.equal(code(await auditor.get('/audit?group=nonsense')), 'bad_field');

  const seen = [];
  let next = '';
  for (let i = 0; i < 200 && next !== null; i++) {
    const page = ok(await auditor.get(`/audit?size=200${next && `&before=${next}`}`));
    seen.push(...page.items.map((r) => r.seq));
    next = page.next;
  }
  assert.ok(seen.every((seq, i) => i === 0 || seq < seen[i - 1]), 'the newest first, each once');
  assert.ok(seen.length >= one('SELECT COUNT(*) FROM audit') - 200, 'to the beginning');
  assert.equal(seen.at(-1), one('SELECT MIN(seq) FROM audit'));
});

test('an agency sees its own people, the platform no contents, others nothing', async () => {
  const [admin, registry, platform, chen] = [await as('agencyadmin'), await as('registry'), await as('admin'),
    await as('chen')];
  await (await as('vendor')).get('/home');
  for (const client of [admin, registry]) {
    const rows = await items(client, 'size=200');
    assert.ok(rows.length > 0 && rows.every((r) => r.organization === '臺北市政府資訊局'));
    assert.deepEqual(await items(client, 'account=vendor'), []);
  }
  const rows = await items(platform, 'size=200&account=chen');
  const contents = rows.filter((r) => ['contract', 'document', 'message', 'signing'].includes(r.objectKind));
  assert.ok(contents.length > 0);
  assert.ok(contents.every((r) => r.objectId === '' && r.detail === '{}'), 'neither which nor what');
  const number = sql("SELECT number FROM contract WHERE title LIKE '測試AUD%' LIMIT 1");
  assert.deepEqual(await items(platform, `q=${encodeURIComponent(number)}`), [], 'nor by searching for it');
  assert.equal(code(await chen.get('/audit')), 'not_found');
  for (const path of ['/audit/chain']) assert.equal(code(await admin.get(path)), 'not_found');
});

test('security events are in it: failed logins, refused accesses, role changes', async () => {
  const [auditor, lin] = [await as('auditor'), await as('lin')];
  await new Client().login('officer13', 'wrong');
  assert.ok((await items(auditor, 'group=session&size=20')).some((r) => r.action === 'session.failed'));
  const refused = () => items(auditor, 'group=access&account=lin&size=200');
  const before = (await refused()).length;
  for (let i = 0; i < 3; i++) assert.equal((await lin.get('/admin/approvals')).status, 404);
  const now = await refused();
  assert.ok(now.length - before <= 1 && now.length > 0, 'asked three times, noted once a minute');
  const one = now.find((r) => r.objectId === '/api/v1/admin/approvals');
  assert.deepEqual([one.action, JSON.parse(one.detail).method], ['access.refused', 'GET']);
});

// RFC 4180, as far as the export uses it.
const parse = (text) => [...text.matchAll(/("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n)/g)].reduce((rows, [, cell, end]) => {
  rows.at(-1).push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
  if (end !== ',') rows.push([]);
  return rows;
}, [[]]).slice(0, -1);

test('the export is the same rows as CSV, opens in a spreadsheet, and is an event itself', async () => {
  const [auditor, chen] = [await as('auditor'), await as('chen')];
  const id = await draft(chen, `=1+1,"${randomUUID().slice(0, 6)}"`);
  const answer = await auditor.get(`/audit/export?object=${id}`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type'), /^text\/csv/);
  assert.match(answer.headers.get('content-disposition'), /audit\.csv/);
  const text = answer.body.toString();
  assert.equal(text.charCodeAt(0), 0xfeff, 'a spreadsheet knows that it is UTF-8');
  const [head, ...rows] = parse(text.slice(1));
  assert.deepEqual(head.slice(0, 3), ['seq', 'at', 'account']);
  const listed = await items(auditor, `object=${id}`);
  assert.deepEqual(rows.map((r) => [Number(r[0]), r[6], r[9]]), listed.map((r) => [r.seq, r.action, r.detail]));
  assert.match(rows[0][1], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const [event] = await items(auditor, 'group=audit&account=auditor');
  assert.deepEqual([event.action, JSON.parse(event.detail).rows], ['audit.export', String(rows.length)]);
});

const password = readFileSync(join(DIR, 'conf/db.password'), 'utf8').trim();
const asServer = (text) => {
  try {
    return execFileSync('mariadb', ['--no-defaults', '-u', 'yinxin', `-p${password}`, '-S', join(DIR, 'db.sock'),
      '-N', '-B', 'yinxin', '-e', text], { stdio: ['ignore', 'pipe', 'pipe'] }).toString().trim();
  } catch (error) {
    return `refused: ${error.stderr}`;
  }
};
const workerPid = Number(readFileSync(join(DIR, 'run/worker.pid'), 'utf8').trim());
async function allInBlocks() {
  for (let i = 0; i < 200 && one('SELECT COUNT(*) FROM audit_pending') > 0; i++) await sleep(100);
  assert.equal(one('SELECT COUNT(*) FROM audit_pending'), 0, 'the worker makes blocks');
}
// The worker stands still, and what refuses changes is away: whoever has all rights.
async function withAllRights(act) {
  const names = ['audit_no_update', 'audit_no_delete', 'audit_block_no_update', 'audit_block_no_delete'];
  const texts = names.map((name) => JSON.parse(sql(`SELECT JSON_OBJECT('sql', CONCAT('CREATE TRIGGER ', TRIGGER_NAME,
    ' ', ACTION_TIMING, ' ', EVENT_MANIPULATION, ' ON ', EVENT_OBJECT_TABLE, ' FOR EACH ROW ', ACTION_STATEMENT))
    FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = 'yinxin' AND TRIGGER_NAME = '${name}'`)).sql);
  await allInBlocks();
  process.kill(workerPid, 'SIGSTOP');
  try {
    for (const name of names) sql(`DROP TRIGGER ${name}`);
    return await act();
  } finally {
    for (const text of texts) sql(text);
    process.kill(workerPid, 'SIGCONT');
  }
}

test('the auditor\'s exercise: edited, deleted, truncated, reordered, cut at the tail: each is found', async () => {
  const auditor = await as('auditor');
  const look = async () => ok(await auditor.post('/audit/verify', {})).check;
  assert.equal((await look()).intact, true);
  for (const text of ["UPDATE audit SET detail = '{}' LIMIT 1", 'DELETE FROM audit LIMIT 1', 'TRUNCATE audit',
    'UPDATE audit SET seq = seq + 1000000 ORDER BY seq DESC LIMIT 1', 'DELETE FROM audit_block LIMIT 1'])
    assert.match(asServer(text), /^refused/, `with the server's own rights: ${text}`);

  await withAllRights(async () => {
    sql('CREATE OR REPLACE TABLE audit_copy AS SELECT * FROM audit');
    const [a, b] = sql('SELECT seq FROM audit WHERE stream IS NOT NULL ORDER BY seq LIMIT 2 OFFSET 10').split('\n');
    const last = one('SELECT MAX(seq) FROM audit');
    // What the looks themselves write meanwhile stays.
    const back = `DELETE FROM audit WHERE seq <= ${last}; INSERT INTO audit SELECT * FROM audit_copy;
      DELETE FROM audit_pending WHERE seq <= ${last}`;
    for (const [what, harm] of [
      ['edited', `UPDATE audit SET member_id = NULL WHERE seq = ${a}`],
      ['deleted', `DELETE FROM audit WHERE seq = ${a}`],
      ['reordered', `UPDATE audit SET seq = 0 WHERE seq = ${a}; UPDATE audit SET seq = ${a} WHERE seq = ${b};
        UPDATE audit SET seq = ${b} WHERE seq = 0`],
      ['the tail cut off', `DELETE FROM audit WHERE seq = ${last}`],
      ['truncated', `CREATE OR REPLACE TABLE later_copy AS SELECT * FROM audit WHERE seq > ${last}; TRUNCATE audit;
        ALTER TABLE audit AUTO_INCREMENT = ${last + 1000}`],
    ]) {
      sql(harm);
      const found = await look();
      assert.equal(found.intact, false, what);
      assert.ok(found.finding.length > 0);
      sql(back);
    }
    sql('DELETE FROM audit_pending WHERE seq IN (SELECT seq FROM later_copy);'
      + ' INSERT INTO audit SELECT * FROM later_copy');
    assert.equal((await look()).intact, true, 'put back');
  });
  await allInBlocks();
  assert.equal((await look()).intact, true);
  const { checks } = ok(await auditor.get('/audit/chain'));
  const ours = checks.slice(0, 7);
  assert.deepEqual(ours.map((c) => c.intact), [true, true, false, false, false, false, false]);
  assert.ok(ours.every((c) => c.by === '稽核員'));
});

test('the head goes out of the database, by file and by mail, and a cut trail is found by it', async () => {
  const auditor = await as('auditor');
  await worked('a head is published', () => one('SELECT COUNT(*) FROM audit_published') > 0);
  const [published] = ok(await auditor.get('/audit/chain')).published;
  assert.match(published.file, /^head-\d{12}$/);
  const file = readFileSync(join(DIR, 'heads', published.file), 'utf8');
  assert.ok(file.startsWith(`${published.number} ${published.hash}\n`));
  assert.equal(sql(`SELECT COUNT(*) FROM audit_block WHERE number = ${published.number}
    AND LOWER(HEX(hash)) = '${published.hash}'`), '1');
  const mail = sql("SELECT body FROM outbox WHERE recipient = 'audit@example.tw' ORDER BY created_at LIMIT 1");
  assert.ok(mail.includes(published.hash));
  assert.equal(one("SELECT COUNT(*) FROM audit WHERE action = 'audit.publish'"), 1);
});

test('a published head has a timestamp that fits it, and one that does not is found', async () => {
  const auditor = await as('auditor');
  for (let i = 0; i < 1200 && one('SELECT COUNT(*) FROM audit_published WHERE stamped_at IS NOT NULL') === 0; i++)
    await sleep(100);
  const head = ok(await auditor.get('/audit/chain')).published.find((p) => p.stampedAt);
  assert.ok(Math.abs(Date.parse(head.stampedAt) - Date.parse(head.at)) < 10 * 60 * 1000, JSON.stringify(head));
  const name = head.file.replace('head-', 'stamp-');
  const token = join(DIR, 'heads', `${name}.tst`);
  execFileSync('openssl', ['ts', '-verify', '-token_in', '-in', token, '-data', join(DIR, 'heads', head.file),
    '-CAfile', join(DIR, 'pki/root.crt'), '-untrusted', join(DIR, 'pki/chain.pem')], { stdio: 'pipe' });
  assert.equal(ok(await auditor.post('/audit/verify', {})).check.intact, true);
  // Of another head: it was made, but not over this one.
  const other = join(DIR, 'heads/stamp-999999999998.tst');
  const file = join(DIR, 'heads/head-999999999998');
  writeFileSync(other, readFileSync(token));
  writeFileSync(file, 'no line of a head\n');
  try {
    const found = ok(await auditor.post('/audit/verify', {})).check;
    assert.match(found.finding, /timestamp of block 999999999998 does not fit/);
  } finally {
    rmSync(other);
    rmSync(file);
  }
  assert.equal(ok(await auditor.post('/audit/verify', {})).check.intact, true);
});

test('a head that is kept elsewhere tells of a trail that was set back', async () => {
  const auditor = await as('auditor');
  const heads = join(DIR, 'store/audit/heads');
  const kept = join(DIR, 'heads/head-999999999999');
  await allInBlocks();
  await withAllRights(async () => {
    const [number, hash] = sql('SELECT number, LOWER(HEX(hash)) FROM audit_tip').split('\t');
    const was = readFileSync(heads);
    writeFileSync(kept, `${number} ${'0'.repeat(64)}\n`);
    const found = ok(await auditor.post('/audit/verify', {})).check;
    assert.match(found.finding, /not the one that was published/);
    writeFileSync(kept, `${number} ${hash}\nat 2026\n`);
    assert.equal(ok(await auditor.post('/audit/verify', {})).check.intact, true);
    assert.deepEqual(readFileSync(heads), was);
  });
  rmSync(kept);
});

test.after(() => sql('DROP TABLE IF EXISTS audit_copy, later_copy'));
