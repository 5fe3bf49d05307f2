// What the verifier says of files that need proof of time: levels, indications and
// sub-indications of EN 319 102-1, made against the test CA's own services.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const ctl = process.env.YINXINCTL ?? path.join(root, 'build/san/yinxinctl');
const base = Number(process.env.YINXIN_PORT ?? 18460) + 43;
const port = base + 3;
const work = fs.mkdtempSync('/tmp/yx-verify-');
const pki = path.join(work, 'pki');
const tsa = `http://127.0.0.1:${port}/tsa`;
const at = (name) => path.join(work, name);
let responder;

function run(program, args, options = {}) {
  const r = spawnSync(program, args, { encoding: 'utf8', timeout: 120000, maxBuffer: 1 << 26, cwd: root, ...options });
  assert.equal(r.error, undefined, `${program}: ${r.error}`);
  assert.ok(!/AddressSanitizer|runtime error:/.test(r.stderr), r.stderr);
  return r;
}
function ok(program, args, options) {
  const r = run(program, args, options);
  assert.equal(r.status, 0, `${program} ${args.join(' ')}\n${r.stdout}${r.stderr}`);
  return r.stdout;
}
const connects = () =>
  new Promise((done) => {
    const s = net.connect(port, '127.0.0.1');
    s.on('connect', () => (s.destroy(), done(true))).on('error', () => done(false));
  });

before(async () => {
  assert.equal(await connects(), false, `somebody uses port ${port}`);
  ok('tests/pki/make-pki.sh', [work, String(base)]);
  responder = spawn('node', ['tests/pki/responder.mjs', work, String(port)], { cwd: root, stdio: 'ignore' });
  for (const end = Date.now() + 60000; !(await connects()) && Date.now() < end; )
    await new Promise((next) => setTimeout(next, 50));
});
after(() => {
  responder?.kill();
  fs.rmSync(work, { recursive: true, force: true });
});

const signer = (who) => ['--key', `${pki}/${who}.key`, '--cert', `${pki}/${who}.crt`];
const seal = (output, who, ...more) =>
  ok(ctl, ['seal', path.join(root, 'sql/demo/contract.pdf'), at(output), ...signer(who), ...more]);
const prolong = (input, output, ...more) =>
  ok(ctl, [
    ...['timestamp', at(input), at(output), '--tsa', tsa, '--trust', pki],
    ...['--allow-hosts', `127.0.0.1:${port}`, ...more],
  ]);
function report(file) {
  const r = run(ctl, ['verify', at(file), '--trust', pki, '--json']);
  return { status: r.status, ...JSON.parse(r.stdout) };
}
/** The first signature, and the exit status with it. */
const first = (file) => {
  const r = report(file);
  return { status: r.status, ...r.signatures[0] };
};

function detached(file, signature) {
  const r = run(ctl, ['verify', file, '--signature', at(signature), '--trust', pki, '--json']);
  return { status: r.status, ...JSON.parse(r.stdout).signatures[0] };
}

test('levels: none of time, a timestamp, proof of revocation, a timestamp over it', () => {
  seal('b.pdf', 'vendor');
  seal('t.pdf', 'vendor', '--tsa', tsa);
  prolong('t.pdf', 'lt.pdf', '--level', 'LT');
  prolong('t.pdf', 'lta.pdf');
  for (const [file, level] of [['b.pdf', 'B-B'], ['t.pdf', 'B-T'], ['lt.pdf', 'B-LT'], ['lta.pdf', 'B-LTA']]) {
    const s = first(file);
    assert.equal(s.status, 0, file);
    assert.deepEqual([s.indication, s.subIndication, s.level], ['TOTAL-PASSED', null, level], file);
    assert.equal(s.provenTime !== null, level !== 'B-B', file);
    assert.equal(s.warnings.includes('time_only_claimed'), level === 'B-B', file);
    assert.equal(s.revocation.state, level.startsWith('B-LT') ? 'good' : 'unknown', file);
  }
  const s = first('lta.pdf');
  assert.deepEqual([s.revocation.found, s.timestamps.length, s.timestamps[0].valid], ['dss', 1, true]);
  assert.match(s.timestamps[0].authority, /測試時戳服務/);
  assert.equal(s.presumption.why, '');
  const all = report('lta.pdf');
  assert.equal(all.signatures[1].timestamp, true);
  assert.equal(all.signatures[1].indication, 'TOTAL-PASSED');
  assert.ok(
    all.changes.every((c) => c.allowed && !['other', 'content', 'page'].includes(c.class)),
    'nothing is feared',
  );
});

test('a certificate that was revoked after a proven time signed well; without proof nobody knows', async () => {
  seal('later.pdf', 'vendor2', '--tsa', tsa);
  seal('unproven.pdf', 'vendor2', '--time', '2021-03-01T00:00:00Z');
  // (times have whole seconds: the revocation comes in a later one than the timestamp)
  for (const s = Math.floor(Date.now() / 1000); Math.floor(Date.now() / 1000) <= s; )
    await new Promise((next) => setTimeout(next, 20));
  ok('tests/pki/revoke.sh', [work, 'vendor2']);
  prolong('later.pdf', 'later-lta.pdf');
  const good = first('later-lta.pdf');
  assert.deepEqual([good.status, good.indication, good.revocation.state], [0, 'TOTAL-PASSED', 'revoked']);
  assert.ok(good.warnings.includes('revoked_later'));
  prolong('unproven.pdf', 'unproven-lta.pdf', '--partial');
  const s = first('unproven-lta.pdf');
  assert.deepEqual([s.status, s.why], [1, 'revoked_since']);
  assert.deepEqual([s.indication, s.subIndication, s.verdict], ['INDETERMINATE', 'REVOKED_NO_POE', 'indeterminate']);
  assert.equal(s.presumption.result, 'not_presumed');
});

test('who signs with a revoked card is found out', () => {
  seal('revoked.pdf', 'revoked');
  prolong('revoked.pdf', 'revoked-lta.pdf', '--partial');
  const s = first('revoked-lta.pdf');
  assert.deepEqual([s.status, s.indication, s.subIndication], [1, 'TOTAL-FAILED', 'REVOKED']);
  assert.equal(s.revocation.reason, 1);
});

test('an expired certificate without proof of time; not yet valid; nobody’s', () => {
  seal('expired.pdf', 'expired', '--time', '2021-03-01T00:00:00Z');
  seal('early.pdf', 'vendor', '--time', '2001-02-03T04:05:06Z');
  seal('stranger.pdf', 'stranger');
  for (const [file, sub, why] of [
    ['expired.pdf', 'OUT_OF_BOUNDS_NO_POE', 'expired_since'],
    ['early.pdf', 'NOT_YET_VALID', 'certificate_not_yet_valid'],
    ['stranger.pdf', 'NO_CERTIFICATE_CHAIN_FOUND', 'certificate_untrusted'],
  ]) {
    const s = first(file);
    assert.deepEqual([s.status, s.indication, s.subIndication, s.why], [1, 'INDETERMINATE', sub, why], file);
  }
});

test('a suspended card that was resumed; two authorities of one name', () => {
  seal('resumed.pdf', 'resumed', '--tsa', tsa);
  prolong('resumed.pdf', 'resumed-lta.pdf');
  const resumed = first('resumed-lta.pdf');
  assert.deepEqual([resumed.indication, resumed.revocation.state], ['TOTAL-PASSED', 'good']);
  seal('same.pdf', 'same', '--tsa', tsa, '--chain', `${pki}/ca2.crt`);
  prolong('same.pdf', 'same-lta.pdf');
  const s = first('same-lta.pdf');
  assert.deepEqual([s.indication, s.level], ['TOTAL-PASSED', 'B-LTA']);
  // The other generation has another key: the approval is not its own.
  assert.deepEqual([s.presumption.result, s.presumption.why], ['not_presumed', 'ca_not_approved']);
});

/** Puts other DER into the hole of the last signature. */
function refill(file, change) {
  const bytes = fs.readFileSync(at(file));
  const [, a, b] = [...bytes.toString('latin1').matchAll(/\/ByteRange \[0 (\d+) +(\d+) +\d+ *\]/g)].at(-1).map(Number);
  const der = change(Buffer.from(bytes.subarray(a + 1, b - 1).toString('latin1'), 'hex'), bytes, a, b);
  bytes.write(der.toString('hex').padEnd(b - a - 2, '0'), a + 1, 'latin1');
  fs.writeFileSync(at('refilled.pdf'), bytes);
  return first('refilled.pdf');
}

test('PSS by openssl, over the same bytes, is understood', () => {
  const s = refill('t.pdf', (_, bytes, a, b) => {
    fs.writeFileSync(at('ranges'), Buffer.concat([bytes.subarray(0, a), bytes.subarray(b)]));
    ok('openssl', [
      ...['cms', '-sign', '-binary', '-cades', '-nosmimecap', '-md', 'sha256', '-outform', 'DER', '-in', at('ranges')],
      ...['-signer', `${pki}/vendor.crt`, '-inkey', `${pki}/vendor.key`, '-keyopt', 'rsa_padding_mode:pss'],
      ...['-keyopt', 'rsa_pss_saltlen:32', '-certfile', `${pki}/ca.crt`, '-out', at('pss.der')],
    ]);
    return fs.readFileSync(at('pss.der'));
  });
  assert.deepEqual([s.status, s.indication, s.algorithm.signature], [0, 'TOTAL-PASSED', 'RSASSA-PSS']);
  assert.equal(s.level, null, 'a signing time inside is no PAdES baseline');
});

test('what fails says how: another digest, another value, no certificate', () => {
  const bad = (change) => refill('b.pdf', change);
  const value = bad((der) => {
    // (the padding aside: the last byte of the signature's value)
    const end = der.readUInt16BE(2) + 4;
    der[end - 1] ^= 1;
    return der.subarray(0, end);
  });
  assert.deepEqual([value.indication, value.subIndication], ['TOTAL-FAILED', 'SIG_CRYPTO_FAILURE']);
  const bytes = fs.readFileSync(at('b.pdf'));
  bytes[bytes.indexOf('%PDF') + 12] ^= 1;
  fs.writeFileSync(at('touched.pdf'), bytes);
  const touched = first('touched.pdf');
  assert.deepEqual([touched.indication, touched.subIndication], ['TOTAL-FAILED', 'HASH_FAILURE']);
  const empty = bad(() => Buffer.alloc(0));
  assert.deepEqual([empty.indication, empty.subIndication], ['TOTAL-FAILED', 'FORMAT_FAILURE']);
  const half = bad((der) => der.subarray(0, 900));
  assert.deepEqual([half.indication, half.subIndication], ['TOTAL-FAILED', 'FORMAT_FAILURE']);
});

test('CAdES: a signature beside any file, B-B and B-T; openssl agrees, changes are found', () => {
  const file = path.join(root, 'README.md');
  for (const who of ['vendor', 'vendor2', 'platform']) {
    ok(ctl, ['sign-file', file, at('b.p7s'), ...signer(who), '--chain', `${pki}/ca.crt`]);
    const plain = detached(file, 'b.p7s');
    if (who !== 'vendor2') {
      assert.deepEqual([plain.status, plain.indication, plain.level], [0, 'TOTAL-PASSED', 'B-B'], who);
    }
    const r = run('openssl', [
      ...['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', at('b.p7s'), '-content', file],
      ...['-CAfile', `${pki}/root.crt`, '-purpose', 'any', '-out', '/dev/null'],
    ]);
    assert.match(r.stderr, /CAdES Verification successful/, r.stderr);
    const text = ok('openssl', ['cms', '-cmsout', '-print', '-inform', 'DER', '-in', at('b.p7s')]);
    assert.equal(text.match(/signingTime/g).length, 1);
  }
  ok(ctl, ['sign-file', file, at('t.p7s'), ...signer('vendor'), '--tsa', tsa]);
  const stamped = detached(file, 't.p7s');
  assert.deepEqual([stamped.status, stamped.level, stamped.timestamps.length], [0, 'B-T', 1]);
  // Theirs: made by openssl, judged by us.
  ok('openssl', [
    ...['cms', '-sign', '-binary', '-cades', '-nosmimecap', '-md', 'sha256', '-outform', 'DER', '-in', file],
    ...['-signer', `${pki}/vendor.crt`, '-inkey', `${pki}/vendor.key`, '-out', at('theirs.p7s')],
  ]);
  assert.deepEqual([detached(file, 'theirs.p7s').status, detached(file, 'theirs.p7s').level], [0, 'B-B']);
  const other = detached(path.join(root, 'LICENSE'), 'b.p7s');
  assert.deepEqual([other.status, other.subIndication], [1, 'HASH_FAILURE']);
  // The token of one signature says nothing of another.
  fs.writeFileSync(at('rubbish.p7s'), 'hello');
  const rubbish = detached(file, 'rubbish.p7s');
  assert.deepEqual([rubbish.status, rubbish.subIndication], [1, 'FORMAT_FAILURE']);
  assert.equal(run(ctl, ['verify', file, '--signature', at('none.p7s')]).status, 2);
});

/** DER: the parts of a constructed value, and a value of parts. */
function parts(der) {
  const list = [];
  for (let p = 0; p < der.length; ) {
    const long = der[p + 1] & 0x80 ? der[p + 1] & 0x7f : 0;
    const head = 2 + long;
    const length = long ? der.readUIntBE(p + 2, long) : der[p + 1];
    const end = p + head + length;
    list.push({ tag: der[p], body: der.subarray(p + head, end), all: der.subarray(p, end) });
    p = end;
  }
  return list;
}
function value(tag, ...inside) {
  const body = Buffer.concat(inside);
  const bytes = [body.length >> 16, (body.length >> 8) & 255, body.length & 255];
  while (bytes[0] === 0) bytes.shift();
  const length = body.length < 128 ? [body.length] : [0x80 | bytes.length, ...bytes];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}
/** Adds to the unsigned attributes of a CMS, which stand at its very end. */
function addAttribute(der, attribute) {
  const inside = parts(der);
  const last = inside.at(-1);
  const more = last.tag === 0xa1 ? [last.body, attribute] : [addAttribute(last.body, attribute)];
  return Buffer.concat([...inside.slice(0, -1).map((x) => x.all), value(last.tag, ...more)]);
}

test('CAdES of others: as text, with the values of older forms, with its content inside', () => {
  const file = path.join(root, 'README.md');
  ok(ctl, ['sign-file', file, at('x.p7s'), ...signer('vendor'), '--tsa', tsa, '--chain', `${pki}/ca.crt`]);
  ok('openssl', ['cms', '-cmsout', '-inform', 'DER', '-in', at('x.p7s'), '-outform', 'PEM', '-out', at('x.pem')]);
  assert.deepEqual([detached(file, 'x.pem').status, detached(file, 'x.pem').level], [0, 'B-T']);
  fs.writeFileSync(at('other.pem'), fs.readFileSync(`${pki}/ca.crt`));
  assert.equal(detached(file, 'other.pem').why, 'cms_malformed');
  // id-aa-ets-revocationValues (1.2.840.113549.1.9.16.2.24): { [1] { BasicOCSPResponse } }
  ok('openssl', ['ocsp', '-issuer', `${pki}/ca.crt`, '-cert', `${pki}/vendor.crt`, '-url',
    `http://127.0.0.1:${port}/ocsp`, '-respout', at('ocsp.der'), '-noverify']);
  const bytes = parts(parts(fs.readFileSync(at('ocsp.der')))[0].body).at(-1).body;
  const basic = parts(parts(bytes)[0].body).at(-1).body;
  const oid = Buffer.from('060b2a864886f70d0109100218', 'hex');
  const attribute = value(0x30, oid, value(0x31, value(0x30, value(0xa1, value(0x30, basic)))));
  fs.writeFileSync(at('xl.p7s'), addAttribute(fs.readFileSync(at('x.p7s')), attribute));
  const before = detached(file, 'x.p7s');
  const after = detached(file, 'xl.p7s');
  assert.equal(before.revocation.state, 'unknown');
  assert.deepEqual([after.revocation.state, after.revocation.found], ['good', 'cms']);
  assert.equal(after.status, 0);
  ok('openssl', [
    ...['cms', '-sign', '-binary', '-nodetach', '-cades', '-md', 'sha256', '-outform', 'DER', '-in', file],
    ...['-signer', `${pki}/vendor.crt`, '-inkey', `${pki}/vendor.key`, '-out', at('x.p7m')],
  ]);
  assert.deepEqual([detached(file, 'x.p7m').status, detached(file, 'x.p7m').why], [1, 'cms_content']);
});

test('sentences come in the reader’s language, from the same source as the page’s', () => {
  const args = ['verify', at('unproven-lta.pdf'), '--trust', pki];
  const zh = run(ctl, args, { env: { ...process.env, LC_ALL: 'zh_TW.UTF-8' } });
  const en = run(ctl, args, { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  const [texts, english] = ['zh', 'en'].map((l) =>
    JSON.parse(fs.readFileSync(path.join(root, `texts/verify.${l}.json`), 'utf8')));
  assert.ok(zh.stdout.includes(texts['why.revoked_since']), zh.stdout);
  assert.ok(en.stdout.includes(english['why.revoked_since']), en.stdout);
});

test('each word that the verifier may say has its text', () => {
  const texts = JSON.parse(fs.readFileSync(path.join(root, 'texts/verify.zh.json'), 'utf8'));
  const source = (name) => fs.readFileSync(path.join(root, 'backend/pades', name), 'utf8');
  const said = (pattern, ...names) =>
    names.flatMap((name) => [...source(name).matchAll(pattern)].map((m) => m[1]));
  const judge = 'verify_judge.c';
  const whys = new Set([
    ...said(
      /(?:flaw\([^;]*?|return |why = |flaw = |\? )"([a-z]+(?:_[a-z0-9]+)+)"/g,
      'verify.c',
      'cms_verify.c',
      'revisions.c',
    ),
    ...said(/^\t\{ "([a-z_]+)", [01], "[A-Z_]+" \},$/gm, judge),
  ]);
  assert.ok(whys.size > 40, [...whys].join());
  for (const why of whys) assert.ok(texts[`why.${why}`] || /^(adbe|not_)/.test(why), why);
  for (const word of said(/pades_warn\([^;]*?"([a-z_]+)"/g, judge)) assert.ok(texts[`warning.${word}`], word);
  const header = fs.readFileSync(path.join(root, 'backend/pades/verify.h'), 'utf8');
  for (const [, word] of header.matchAll(/^\tX\([A-Z_]+, "(\w+)"/gm))
    assert.ok(texts[`class.${word}`], word);
});
