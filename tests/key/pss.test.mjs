// The platform's RSA key, in its token, seals by RSASSA-PSS if the settings say so; the audit trail is signed by the
// same key as ever.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DIR, down, importKey, MODULE, PIN_FILE, prepare, up, uri } from './rig.mjs';

const { as, auditVerify, BIN, draft, lastWords, sql } = await import('../api/client.mjs');
const pki = join(DIR, 'pki');
let chen;

before(async () => {
  prepare();
  const openssl = (...more) => execFileSync('openssl', more, { cwd: pki, stdio: 'pipe' });
  openssl('req', '-new', '-newkey', 'rsa:3072', '-nodes', '-keyout', 'rsa.key', '-out', 'rsa.csr', '-utf8',
    '-subj', '/C=TW/O=測試機關1/CN=mydoc');
  openssl('ca', '-batch', '-utf8', '-notext', '-config', 'openssl.cnf', '-name', 'ca', '-extensions', 'x_agency',
    '-days', '700', '-in', 'rsa.csr', '-out', 'rsa.crt');
  importKey('rsa', 'b2');
  rmSync(join(pki, 'rsa.key'));
  copyFileSync(join(pki, 'rsa.crt'), join(pki, 'platform.crt'));
  writeFileSync(join(DIR, 'conf/more.conf'),
    `seal_key = ${uri('rsa')}\npkcs11_module = ${MODULE}\npkcs11_pin_file = ${PIN_FILE}\nseal_pss = yes\n`);
  await up();
  chen = await as('chen');
});
after(async () => {
  await down();
  if (!process.env.YX_KEY_DIR) rmSync(DIR, { recursive: true });
});

test('a contract is sealed by RSASSA-PSS in the token, and says so', async () => {
  const id = await draft(chen, `C-${randomUUID().slice(0, 8)}`);
  const answer = await chen.post(`/contracts/${id}/send`, {});
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const contract = (await chen.get(`/contracts/${id}`)).body;
  const bytes = (await chen.get(`/documents/${contract.documents[0].id}/file`)).body;
  const path = join(DIR, 'sealed.pdf');
  writeFileSync(path, bytes);
  const r = JSON.parse(execFileSync(join(BIN, 'yinxinctl'), ['verify', path, '--trust', pki, '--json']));
  assert.equal(r.valid, true);
  assert.deepEqual(r.signatures[0].algorithm,
    { ...r.signatures[0].algorithm, signature: 'RSASSA-PSS', digest: 'SHA-256', bits: 3072, until: null });
  const [, start, end] = /\/ByteRange \[0 (\d+) +(\d+)/.exec(readFileSync(path, 'latin1')).map(Number);
  const hole = Buffer.from(readFileSync(path, 'latin1').slice(start + 1, end - 1), 'hex');
  writeFileSync(join(DIR, 'cms'), hole.subarray(0, hole.readUInt16BE(2) + 4));
  const said = execFileSync('openssl', ['cms', '-cmsout', '-print', '-noout', '-inform', 'DER', '-in',
    join(DIR, 'cms')]).toString();
  assert.match(said, /signatureAlgorithm:\s+algorithm: rsassaPss/);
});

test('the blocks of the trail are what they were: intact', async () => {
  const end = Date.now() + 150_000;
  while (sql('SELECT COUNT(*) FROM audit_pending') !== '0') {
    assert.ok(Date.now() < end, `not all in blocks; the worker's last words:\n${lastWords('worker')}`);
    await new Promise((done) => setTimeout(done, 250));
  }
  assert.match(auditVerify(), /intact/);
});
