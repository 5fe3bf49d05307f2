// The platform seals with a key that never leaves its token; and what goes wrong there is said,
// and never blocks the token.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DIR, down, helperOf, pidOf, PIN, prepare, up, uri, writePin } from './rig.mjs';

const { as, auditVerify, BIN, ctl, draft, sql, worked: until } = await import('../api/client.mjs');
let admin;
let chen;

before(async () => {
  prepare();
  await up();
  [admin, chen] = await Promise.all(['admin', 'chen'].map(as));
});
after(async () => {
  await down();
  if (!process.env.YX_KEY_DIR) rmSync(DIR, { recursive: true });
});

async function send() {
  const id = await draft(chen, `C-${randomUUID().slice(0, 8)}`);
  const answer = await chen.post(`/contracts/${id}/send`, {});
  return { id, answer };
}

async function report(id) {
  const contract = (await chen.get(`/contracts/${id}`)).body;
  const path = join(DIR, 'sealed.pdf');
  writeFileSync(path, (await chen.get(`/documents/${contract.documents[0].id}/file`)).body);
  return JSON.parse(execFileSync(join(BIN, 'yinxinctl'), ['verify', path, '--trust', join(DIR, 'pki'), '--json']));
}

test('a contract is sealed with the key in the token', async () => {
  const { id, answer } = await send();
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const r = await report(id);
  assert.equal(r.valid, true);
  const ours = new X509Certificate(readFileSync(join(DIR, 'pki/platform.crt')));
  assert.equal(r.signatures[0].serial.replace(/^0+/, ''), ours.serialNumber.replace(/^0+/, ''));
  assert.equal(existsSync(join(DIR, 'pki/platform.key')), false, 'there is no other key it could be');
});

test('the PIN is in the memory of the process with the module only, and not in a log', () => {
  for (const name of ['yinxind', 'worker'])
    assert.ok(!readFileSync(join(DIR, `log/${name}.log`), 'utf8').includes(PIN), name);
  assert.ok(!readFileSync(`/proc/${helperOf('yinxind')}/cmdline`, 'utf8').includes(PIN));
  assert.equal(Number(sql(`SELECT COUNT(*) FROM audit WHERE detail LIKE '%${PIN}%'`)), 0);
});

test('the module is killed: the next seal starts it again', async () => {
  const first = helperOf('yinxind');
  process.kill(first, 'SIGKILL');
  assert.equal((await send()).answer.status, 200);
  assert.notEqual(helperOf('yinxind'), first);
});

test('the audit trail is signed by the worker with the same key', async () => {
  await until('all in blocks', () => sql('SELECT COUNT(*) FROM audit_pending') === '0');
  assert.match(auditVerify(), /intact/);
});

test('a wrong PIN is tried once, not again until its file changes', async () => {
  writePin('11111111');
  for (const name of ['yinxind', 'worker']) process.kill(helperOf(name), 'SIGKILL');
  for (let i = 0; i < 4; i++) {
    const { answer } = await send();
    assert.equal(answer.body.error.code, 'unavailable', JSON.stringify(answer.body));
    const told = await admin.post('/admin/platform/test-seal', {});
    assert.equal(told.body.error.code, 'pin_wrong', 'an administrator is told');
  }
  const found = () => sql("SELECT last_error FROM job_run WHERE name = 'platform keys'");
  await until('the overview shows it', () => found() === 'pin_wrong');
  writePin();
  assert.equal((await send()).answer.status, 200, 'the token is not blocked');
  await until('and that it is over', () => found() === '');
});

test('a PIN file that others can read is not used', async () => {
  writePin(PIN, 0o644);
  process.kill(helperOf('yinxind'), 'SIGKILL');
  assert.equal((await send()).answer.body.error.code, 'unavailable');
  assert.equal((await admin.post('/admin/platform/test-seal', {})).body.error.code, 'pin_needed');
  writePin();
  assert.equal((await send()).answer.status, 200);
});

test('yinxinctl makes requests: for a key in the token, and for a new file', () => {
  const conf = ['--conf', join(DIR, 'conf/yinxin.conf')];
  const asked = ['req', '-noout', '-verify', '-subject', '-pubkey', '-nameopt', 'utf8'];
  const shown = (text) => execFileSync('openssl', asked, { input: text, stdio: ['pipe', 'pipe', 'pipe'] }).toString();
  const inToken = ctl('key-csr', ...conf, '--key', uri('platform'));
  const ours = new X509Certificate(readFileSync(join(DIR, 'pki/platform.crt')));
  assert.ok(shown(inToken).includes(ours.publicKey.export({ type: 'spki', format: 'pem' })));
  const made = ctl('key-csr', ...conf, '--key', 'next.key', '--new', 'rsa3072', '--subject', 'C=TW,O=機關,CN=next');
  assert.match(shown(made), /CN ?= ?next/);
  assert.equal(statSync(join(DIR, 'keys/next.key')).mode & 0o777, 0o600);
  assert.match(shown(ctl('key-csr', ...conf, '--key', uri('fresh'), '--new', 'p256')), /BEGIN PUBLIC KEY/);
  for (const wrong of [['--key', 'next.key', '--new', 'p256'], ['--key', uri('nobody')],
    ['--key', '../x', '--new', 'p256'], ['--key', uri('platform'), '--new', 'p256'],
    ['--key', 'other.key', '--new', 'rsa1024']])
    assert.throws(() => ctl('key-csr', ...conf, ...wrong), wrong.join(' '));
  assert.equal(existsSync(join(DIR, 'keys/other.key')), false);
});

test('while the token is away the worker works on and says so once; it finds the token again', async () => {
  const rows = () => Number(sql('SELECT COUNT(*) FROM audit_pending'));
  renameSync(join(DIR, 'tokens'), join(DIR, 'tokens-away'));
  process.kill(pidOf('worker'), 'SIGKILL');
  const from = readFileSync(join(DIR, 'log/worker.log')).length;
  await up();
  const swept = () => Number(sql(`SELECT COUNT(*) FROM job_run WHERE name = 'sessions'
    AND at > UTC_TIMESTAMP(3) - INTERVAL 20 SECOND`));
  await until('what needs no key goes on', () => swept() === 1);
  await as('he');
  await new Promise((done) => setTimeout(done, 5000));
  assert.ok(rows() > 0, 'the trail waits for the key');
  const told = readFileSync(join(DIR, 'log/worker.log')).subarray(from).toString().match(/audit: /g) ?? [];
  assert.ok(told.length >= 1 && told.length <= 2, `${told.length} lines in a few seconds`);
  assert.equal((await send()).answer.body.error.code, 'unavailable');
  renameSync(join(DIR, 'tokens-away'), join(DIR, 'tokens'));
  await until('all in blocks', () => rows() === 0);
  await until('it seals', async () => (await send()).answer.status === 200);
  assert.match(auditVerify(), /intact/);
});

test('yinxind does not start without a key that seals, and says why', async () => {
  assert.ok(pidOf('yinxind') > 1);
  const conf = join(DIR, 'conf/wrong.conf');
  writeFileSync(conf, readFileSync(join(DIR, 'conf/yinxin.conf'), 'utf8').replace(/^pkcs11_pin_file.*$/m, '')
    .replace('backend.sock', 'other.sock'));
  const run = spawnSync(join(BIN, 'yinxind'), ['--conf', conf], { timeout: 60_000 });
  assert.equal(run.status, 1);
  assert.match(run.stderr.toString(), /seal_key with seal_cert: pin_needed/);
  assert.match(run.stderr.toString(), /the platform's key can't be used: pin_needed/);
});
