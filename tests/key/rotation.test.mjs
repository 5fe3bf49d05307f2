// A key takes over from another: looked at, tried, given a moment, agreed to by a second administrator,
// taken back while the overlap lasts, retired; what was under way with the old one is finished.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DIR, down, importKey, MODULE, PIN, prepare, up, uri } from './rig.mjs';

const { as, auditVerify, BIN, certificate, draft, signMessage, sql, worked: until } = await import('../api/client.mjs');
const KEYS = '/admin/platform/keys';
const CRASH = join(DIR, 'run/crash-at');
const plain = (serial) => serial.replace(/^0+/, '').toUpperCase();
const pem = (name) => readFileSync(join(DIR, `pki/${name}.crt`), 'utf8');
const code = (answer) => answer.body.error?.code;
let admin;
let admin2;
let chen;

before(async () => {
  prepare();
  await up();
  [admin, admin2, chen] = await Promise.all(['admin', 'admin2', 'chen'].map(as));
});
after(async () => {
  await down();
  if (!process.env.YX_KEY_DIR) rmSync(DIR, { recursive: true });
});

/** What the CA makes of a request, as PEM. */
function issue(name, request, ...more) {
  const pki = join(DIR, 'pki');
  writeFileSync(join(pki, `${name}.csr`), request);
  execFileSync('openssl', ['ca', '-batch', '-utf8', '-notext', '-config', 'openssl.cnf', '-name', 'ca', '-extensions',
    'x_agency', ...(more.length ? more : ['-days', '700']), '-in', `${name}.csr`, '-out', `${name}.crt`],
  { cwd: pki, stdio: 'pipe' });
  return pem(name);
}

const ok = (answer, status = 200) => {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
};
const keys = async () => ok(await admin.get(KEYS)).items;
const state = async (id) => (await keys()).find((k) => k.id === id).state;
const sealing = async () => (await keys()).find((k) => k.sealing);

async function send() {
  const id = await draft(chen, `C-${randomUUID().slice(0, 8)}`);
  ok(await chen.post(`/contracts/${id}/send`, {}));
  return id;
}

async function report(contractId) {
  const contract = ok(await chen.get(`/contracts/${contractId}`));
  const path = join(DIR, 'contract.pdf');
  writeFileSync(path, (await chen.get(`/documents/${contract.documents[0].id}/file`)).body);
  return JSON.parse(execFileSync(join(BIN, 'yinxinctl'), ['verify', path, '--trust', join(DIR, 'pki'), '--json']));
}

const sealedBy = async (contractId) => plain((await report(contractId)).signatures[0].serial);
const serialOf = (name) => plain(new X509Certificate(pem(name)).serialNumber);

/** Killed there, and brought back. */
async function killAt(point, request) {
  writeFileSync(CRASH, point);
  const answer = await request().catch((error) => ({ status: 0, body: String(error) }));
  assert.ok(!existsSync(CRASH), `${point} was never reached: ${JSON.stringify(answer.body)}`);
  await up();
}

test('the key of the settings is the first row', async () => {
  const [first, ...others] = await keys();
  assert.equal(others.length, 0);
  assert.deepEqual([first.state, first.place, first.createdBy, first.sealing], ['active', uri('platform'), null, true]);
  assert.equal(plain(first.serial), serialOf('platform'));
});

test('only the platform\'s administrators come here', async () => {
  for (const account of ['chen', 'agencyadmin', 'vendor'])
    assert.equal((await (await as(account)).get(KEYS)).status, 404, account);
});

let fresh;

test('a new key is made below key_dir, and its request is a good one', async () => {
  const body = { place: 'seal-2027.key', kind: 'p384', subject: 'C=TW,O=測試機關1,CN=mydoc 2027' };
  const { request } = ok(await admin.post(`${KEYS}/requests`, body));
  const file = join(DIR, 'keys/seal-2027.key');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  writeFileSync(join(DIR, 'request.csr'), request);
  const shown = execFileSync('openssl', ['req', '-in', join(DIR, 'request.csr'), '-noout', '-verify', '-text',
    '-nameopt', 'utf8,-esc_msb'], { stdio: ['ignore', 'pipe', 'pipe'] }).toString();
  assert.match(shown, /測試機關1/);
  assert.match(shown, /Digital Signature, Non Repudiation/);
  const before = readFileSync(file);
  assert.equal(code(await admin.post(`${KEYS}/requests`, body)), 'conflict', 'a key is never written over');
  assert.deepEqual(readFileSync(file), before);
  for (const place of ['../seal.key', '/etc/passwd', '.hidden', 'a b', 'pkcs11:token=nobody;object=x',
    'pkcs11:token=yinxin;id=%01'])
    assert.equal(code(await admin.post(`${KEYS}/requests`, { place, kind: 'p256' })), 'bad_field', place);
  fresh = { place: 'seal-2027.key', certificate: issue('seal2027', request, '-days', '20') + pem('ca') };
});

test('a request for a key that is in the token', async () => {
  importKey('vendor', 'b2');
  const { request } = ok(await admin.post(`${KEYS}/requests`, { place: uri('vendor') }));
  writeFileSync(join(DIR, 'request.csr'), request);
  const shown = execFileSync('openssl', ['req', '-in', join(DIR, 'request.csr'), '-noout', '-pubkey', '-verify'],
    { stdio: ['ignore', 'pipe', 'pipe'] }).toString();
  const key = new X509Certificate(pem('vendor')).publicKey.export({ type: 'spki', format: 'pem' });
  assert.ok(shown.includes(key), 'it is of that key');
});

/** What another program sees of the objects of that label. */
const inToken = (type, label) => execFileSync('pkcs11-tool', ['--module', MODULE, '--login', '--pin', PIN,
  '--token-label', 'yinxin', '--list-objects', '--type', type], { stdio: ['ignore', 'pipe', 'pipe'] }).toString()
  .split(/^(?=P)/m).filter((text) => text.includes(`label:      ${label}\n`));

test('a pair of keys is made in the token: it never leaves it, signs, and is not written over', async () => {
  const ids = new Set();
  for (const kind of ['p256', 'p384', 'rsa3072']) {
    const place = uri(`made-${kind}`);
    const { request } = ok(await admin.post(`${KEYS}/requests`, { place, kind, subject: `C=TW,O=機關,CN=${kind}` }));
    writeFileSync(join(DIR, 'request.csr'), request);
    const shown = execFileSync('openssl', ['req', '-in', join(DIR, 'request.csr'), '-noout', '-verify', '-text'],
      { stdio: ['ignore', 'pipe', 'pipe'] }).toString();
    assert.match(shown, new RegExp(`\\(${kind === 'rsa3072' ? '3072' : kind.slice(1)} bit\\)`), kind);
    const [secret] = inToken('privkey', `made-${kind}`);
    assert.match(secret, /Access: +sensitive, always sensitive, never extractable, local/);
    assert.match(secret, /Usage: +sign\n/);
    assert.equal(inToken('pubkey', `made-${kind}`).length, 1);
    const [, id] = secret.match(/ID: +([0-9a-f]{32})\b/);
    ids.add(id);
    assert.equal(code(await admin.post(`${KEYS}/requests`, { place, kind })), 'conflict', 'there is one');
    assert.equal(inToken('privkey', `made-${kind}`).length, 1);
  }
  assert.equal(ids.size, 3, 'each has an id of its own');
  assert.equal(code(await chen.post(`${KEYS}/requests`, { place: uri('made-x'), kind: 'p256' })), 'not_found');
  // What was made is used like any other.
  const place = uri('made-p384');
  const { request } = ok(await admin.post(`${KEYS}/requests`, { place }));
  const id = ok(await admin.post(KEYS, { place, certificate: issue('made', request) }), 201).id;
  assert.equal(ok(await admin.post(`${KEYS}/${id}/test`, {})).valid, true);
  ok(await admin.post(`${KEYS}/${id}/drop`, {}));
});

test('what is uploaded is looked at', async () => {
  const add = (certificate, place = 'seal-2027.key') => admin.post(KEYS, { place, certificate });
  assert.equal(code(await add(pem('vendor3'))), 'signature_bad', 'another key\'s certificate');
  assert.equal(code(await add(pem('expired'))), 'certificate_expired');
  assert.equal(code(await add(pem('stranger'))), 'certificate_untrusted');
  assert.equal(code(await add(pem('encrypt'))), 'certificate_usage');
  assert.equal(code(await add(pem('revoked'))), 'certificate_revoked');
  assert.equal(code(await add('nothing')), 'certificate_bad');
  assert.equal(code(await add(pem('platform'), uri('platform'))), 'certificate_duplicate');
  assert.equal(code(await add(fresh.certificate, 'missing.key')), 'not_found');
  assert.equal(code(await add(fresh.certificate, uri('missing'))), 'bad_field');
  assert.equal(code(await add(fresh.certificate, '../conf/seal.key')), 'bad_field');
  assert.equal(code(await add(fresh.certificate, `${uri('platform')}?module-path=/tmp/x.so`)), 'bad_field');
  fresh.id = ok(await admin.post(KEYS, { place: fresh.place, certificate: fresh.certificate }), 201).id;
  assert.equal(await state(fresh.id), 'uploaded');
});

test('it takes over only after a test seal', async () => {
  const change = { reason: '憑證到期', fromAt: Date.now() + 3600_000, overlapDays: 30 };
  assert.equal(code(await admin.post(`${KEYS}/${fresh.id}/ask`, change)), 'wrong_state');
  await killAt('key.tested', () => admin.post(`${KEYS}/${fresh.id}/test`, {}));
  assert.equal((await keys()).find((k) => k.id === fresh.id).testedAt, null, 'nothing was noted');
  const trial = ok(await admin.post(`${KEYS}/${fresh.id}/test`, {}));
  assert.equal(trial.valid, true, JSON.stringify(trial));
  const file = await admin.get(`${KEYS}/${fresh.id}/sample`);
  assert.equal(file.headers.get('content-type'), 'application/pdf');
  writeFileSync(join(DIR, 'sample.pdf'), file.body);
  const report = JSON.parse(execFileSync(join(BIN, 'yinxinctl'),
    ['verify', join(DIR, 'sample.pdf'), '--trust', join(DIR, 'pki'), '--json']));
  assert.equal(report.valid, true);
  assert.equal(plain(report.signatures[0].serial), serialOf('seal2027'));
  for (const fromAt of [Date.now() - 3600_000, 4102444799000])
    assert.equal(code(await admin.post(`${KEYS}/${fresh.id}/ask`, { ...change, fromAt })), 'bad_field');
  assert.equal(await sealedBy(await send()), serialOf('platform'), 'a test changes nothing');
});

let inFlight;

test('a second administrator agrees; from the moment on it seals', async () => {
  inFlight = await send();
  const change = { reason: '憑證到期', fromAt: Date.now() + 8000, overlapDays: 30 };
  await killAt('key.asked', () => admin.post(`${KEYS}/${fresh.id}/ask`, change));
  assert.equal(await state(fresh.id), 'uploaded', 'wholly before');
  ok(await admin.post(`${KEYS}/${fresh.id}/ask`, { ...change, fromAt: Date.now() + 8000 }));
  assert.equal(code(await admin.post(`${KEYS}/${fresh.id}/approve`, {})), 'second_approver');
  await killAt('key.approved', () => admin2.post(`${KEYS}/${fresh.id}/approve`, {}));
  assert.equal(await state(fresh.id), 'asked', 'wholly before');
  ok(await admin2.post(`${KEYS}/${fresh.id}/approve`, {}));
  assert.equal((await sealing()).id === fresh.id || (await state(fresh.id)) === 'planned', true);
  await until('it seals', async () => (await sealing()).id === fresh.id);
  assert.equal(await sealedBy(await send()), serialOf('seal2027'));
});

test('a contract that the old key sealed is signed and completed, and stays valid', async () => {
  const vendor = await as('vendor');
  const he = await as('he');
  const number = sql(`SELECT m.number FROM message m WHERE m.contract_id = '${inFlight}' AND m.kind = 'notice'`);
  const notice = ok(await vendor.get('/messages/received?size=100')).items.find((m) => m.number === number);
  ok(await signMessage(vendor, notice.id, 'vendor'));
  const task = ok(await he.get('/sealing?tab=pending')).items[0];
  ok(await signMessage(he, task.id, 'agency'));
  const r = await report(inFlight);
  assert.equal(r.valid, true, JSON.stringify(r.signatures.map((s) => s.why)));
  assert.equal(plain(r.signatures[0].serial), serialOf('platform'));
});

test('the worker writes it down, also when it is killed in between', async () => {
  await until('taken over', async () => (await state(fresh.id)) === 'active');
  assert.equal(sql("SELECT COUNT(*) FROM audit WHERE action = 'platform_key.take_over'"), '1');
  assert.equal((await keys()).filter((k) => k.state === 'retiring').length, 1);
});

test('its end is near: the overview warns, and the administrators get one mail each', async () => {
  const told = () => sql("SELECT COUNT(*) FROM audit WHERE action = 'platform_key.ends_30'");
  await until('told', () => told() === '1');
  assert.equal(sql("SELECT COUNT(*) FROM outbox WHERE subject = '平台憑證即將到期' AND body LIKE '%30 天%'"),
    sql("SELECT COUNT(*) FROM member m JOIN member_role r ON r.member_id = m.id WHERE r.role = 'platform_admin'"));
  const part = ok(await admin.get('/admin/platform')).parts.find((p) => p.part === 'certificate');
  assert.equal(part.state, 'warn');
  await until('the worker came by again', () => sql(`SELECT at > (SELECT MAX(at) FROM audit
    WHERE action = 'platform_key.ends_30') FROM job_run WHERE name = 'platform keys'`) === '1');
  assert.equal(told(), '1', 'once');
});

test('it can be taken back while the overlap lasts', async () => {
  const old = (await keys()).find((k) => k.state === 'retiring');
  await killAt('key.back', () => admin.post(`${KEYS}/${fresh.id}/back`, { reason: '瀏覽器不認得' }));
  assert.deepEqual([await state(fresh.id), await state(old.id)], ['active', 'retiring'], 'wholly before');
  ok(await admin.post(`${KEYS}/${fresh.id}/back`, { reason: '瀏覽器不認得' }));
  assert.deepEqual([await state(fresh.id), await state(old.id)], ['dropped', 'active']);
  assert.equal(await sealedBy(await send()), serialOf('platform'));
  const again = await admin.post(`${KEYS}/${old.id}/back`, { reason: 'x' });
  assert.equal(code(again), 'wrong_state', 'nothing is before it');
});

test('another one in the token takes over, the worker is killed in the midst, the old one retires', async () => {
  execFileSync('openssl', ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:3072', '-out',
    join(DIR, 'pki/next.key')], { stdio: 'pipe' });
  importKey('next', 'c3');
  rmSync(join(DIR, 'pki/next.key'));
  const { request } = ok(await admin.post(`${KEYS}/requests`, { place: uri('next') }));
  const next = ok(await admin.post(KEYS, { place: uri('next'), certificate: issue('next', request) }), 201).id;
  assert.equal(ok(await admin.post(`${KEYS}/${next}/test`, {})).valid, true);
  const old = await sealing();
  ok(await admin.post(`${KEYS}/${next}/ask`, { reason: '改用 RSA', fromAt: Date.now(), overlapDays: 1 }));
  writeFileSync(CRASH, 'key.retired');
  ok(await admin2.post(`${KEYS}/${next}/approve`, {}));
  assert.equal(await sealedBy(await send()), serialOf('next'), 'from that moment');
  await until('the worker was killed', () => !existsSync(CRASH));
  assert.equal(await state(next), 'planned', 'wholly before');
  await up();
  await until('taken over', async () => (await state(next)) === 'active');
  assert.equal(await state(old.id), 'retiring');
  // Two people end the overlap before its time; a kill on the way leaves it as it was.
  const end = (who, what = '', body = {}) => who.post(`${KEYS}/${old.id}/end${what}`, body);
  assert.equal(code(await end(admin2, '/approve')), 'wrong_state', 'nobody asked');
  assert.equal(code(await admin.post(`${KEYS}/${next}/end`, { reason: 'x' })), 'wrong_state', 'it seals');
  ok(await end(admin, '', { reason: '舊憑證已廢止' }));
  assert.equal(code(await end(admin2, '', { reason: 'x' })), 'asked_already');
  assert.equal(code(await end(admin, '/approve')), 'second_approver');
  ok(await end(admin2, '/drop'));
  assert.equal(code(await end(admin2, '/approve')), 'wrong_state');
  ok(await end(admin, '', { reason: '舊憑證已廢止' }));
  const shown = (await keys()).find((k) => k.id === old.id);
  assert.deepEqual([shown.endAskedBy !== null, shown.endReason, shown.mayEnd], [true, '舊憑證已廢止', false]);
  assert.throws(() => sql(`UPDATE platform_key SET end_decided_by = end_asked_by WHERE id = '${old.id}'`),
    /CONSTRAINT/, 'the table refuses as well');
  await killAt('key.ended', () => end(admin2, '/approve'));
  assert.equal(await state(old.id), 'retiring', 'wholly before');
  ok(await end(admin2, '/approve'));
  assert.equal(await state(old.id), 'retired', 'at once');
  assert.equal(code(await end(admin2, '/approve')), 'wrong_state');
  assert.equal(code(await admin.post(`${KEYS}/${next}/back`, { reason: 'x' })), 'wrong_state', 'the overlap is over');
});

test('what waits can be taken back by one of them; another change waits its turn', async () => {
  const { request } = ok(await admin.post(`${KEYS}/requests`, { place: 'third.key', kind: 'p256' }));
  const id = ok(await admin.post(KEYS, { place: 'third.key', certificate: issue('third', request) }), 201).id;
  ok(await admin.post(`${KEYS}/${id}/test`, {}));
  ok(await admin.post(`${KEYS}/${id}/ask`, { reason: 'x', fromAt: Date.now() + 86400_000 }));
  const again = ok(await admin.post(`${KEYS}/requests`, { place: 'fourth.key', kind: 'p256' })).request;
  const other = ok(await admin.post(KEYS, { place: 'fourth.key', certificate: issue('fourth', again) }), 201).id;
  ok(await admin.post(`${KEYS}/${other}/test`, {}));
  assert.equal(code(await admin.post(`${KEYS}/${other}/ask`, { reason: 'x', fromAt: Date.now() + 86400_000 })),
    'asked_already');
  ok(await admin2.post(`${KEYS}/${id}/drop`, {}));
  assert.equal(await state(id), 'dropped');
});

test('with the first key gone from the token and the settings as they were, all of it still starts', async () => {
  execFileSync('pkcs11-tool', ['--module', MODULE, '--login', '--pin', PIN, '--token-label', 'yinxin',
    '--delete-object', '--type', 'privkey', '--label', 'platform'], { stdio: 'pipe' });
  await down();
  await up();
  chen = await as('chen');
  assert.equal(await sealedBy(await send()), serialOf('next'));
});

test('old signatures hold, the trail is whole, and no key is in the database', async () => {
  assert.equal((await report(inFlight)).valid, true);
  await until('all in blocks', () => sql('SELECT COUNT(*) FROM audit_pending') === '0');
  assert.match(auditVerify(), /intact/);
  const text = sql("SELECT GROUP_CONCAT(DISTINCT action) FROM audit WHERE action LIKE 'platform_key.%'");
  for (const action of ['add', 'approve', 'ask', 'back', 'drop', 'end', 'end_ask', 'end_drop', 'request', 'retire',
    'settings', 'take_over', 'test'])
    assert.ok(text.includes(`platform_key.${action}`), action);
  assert.ok(certificate('seal2027').length > 0);
  assert.equal(sql("SELECT COUNT(*) FROM platform_key WHERE place LIKE '%pin%' OR place LIKE '%module%'"), '0');
});
