// Signatures that outlive their certificates: timestamps, validation data and renewal by
// yinxinctl against the test CA's own services; judged by openssl, pdfsig and qpdf.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const ctl = process.env.YINXINCTL ?? path.join(root, 'build/san/yinxinctl');
const base = Number(process.env.YINXIN_PORT ?? 18460) + 37;
const port = base + 3;
const tlsPort = base + 4;
const work = fs.mkdtempSync('/tmp/yx-lt-');
const pki = path.join(work, 'pki');
const tsa = `http://127.0.0.1:${port}/tsa`;
const hosts = ['--allow-hosts', `127.0.0.1:${port}`];
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
const at = (name) => path.join(work, name);
const answers = (p) =>
  new Promise((done) => {
    const s = net.connect(p, '127.0.0.1');
    s.on('connect', () => (s.destroy(), done(true))).on('error', () => done(false));
  });

before(async () => {
  assert.equal(await answers(port), false, `somebody uses port ${port}`);
  ok('tests/pki/make-pki.sh', [work, String(base)]);
  responder = spawn('node', ['tests/pki/responder.mjs', work, String(port), String(tlsPort)], {
    cwd: root,
    stdio: ['ignore', 'ignore', fs.openSync(at('responder.log'), 'w')],
  });
  const end = Date.now() + 60000;
  while (!(await answers(port)) && Date.now() < end) await new Promise((next) => setTimeout(next, 50));
});
after(() => {
  responder?.kill();
  fs.rmSync(work, { recursive: true, force: true });
});

const seal = (output, who, ...more) =>
  run(ctl, [
    ...['seal', path.join(root, 'sql/demo/contract.pdf'), at(output)],
    ...['--key', `${pki}/${who}.key`, '--cert', `${pki}/${who}.crt`, ...more],
  ]);
const stamp = (input, output, ...more) =>
  run(ctl, ['timestamp', at(input), at(output), '--tsa', tsa, '--trust', pki, ...hosts, ...more]);
const level = (file) => JSON.parse(ok(ctl, ['level', at(file), '--trust', pki, '--json']));
const report = (file) => {
  const r = run(ctl, ['verify', at(file), '--trust', pki, '--json']);
  return { status: r.status, ...JSON.parse(r.stdout) };
};
const isPrefix = (older, newer) => {
  const [a, b] = [fs.readFileSync(at(older)), fs.readFileSync(at(newer))];
  return b.length > a.length && b.subarray(0, a.length).equals(a);
};

// ---- a little DER, to take out what other programs shall judge ----
function tlv(b, i) {
  let n = b[i + 1],
    head = 2;
  if (n & 0x80) {
    head += n & 0x7f;
    n = b.subarray(i + 2, i + head).reduce((v, x) => v * 256 + x, 0);
  }
  return { tag: b[i], from: i, body: i + head, end: i + head + n };
}
function children(b, node) {
  const all = [];
  for (let i = node.body; i < node.end; i = all.at(-1).end) all.push(tlv(b, i));
  return all;
}
const whole = (b, node) => b.subarray(node.from, node.end);
const inside = (b, node) => b.subarray(node.body, node.end);

/** The holes of a file, oldest first: what they cover and what is in them. */
function holes(file) {
  const bytes = fs.readFileSync(at(file));
  return [...bytes.toString('latin1').matchAll(/\/ByteRange \[0 (\d+) +(\d+) +(\d+) *\]/g)]
    .map((m) => m.slice(1).map(Number))
    .sort((x, y) => x[1] - y[1])
    .map(([a, b, c]) => {
      const der = Buffer.from(bytes.subarray(a + 1, b - 1).toString('latin1'), 'hex');
      return {
        covered: Buffer.concat([bytes.subarray(0, a), bytes.subarray(b, b + c)]),
        der: whole(der, tlv(der, 0)),
      };
    });
}
/** The signature's value and the token over it. */
function signatureToken(der) {
  const signed = children(der, children(der, children(der, tlv(der, 0))[1])[0]);
  const signer = children(der, children(der, signed.at(-1))[0]);
  const value = signer.findLast((x) => x.tag === 0x04);
  const attribute = children(der, signer.at(-1))[0];
  return { value: inside(der, value), token: whole(der, children(der, children(der, attribute)[1])[0]) };
}
function checkToken(token, data) {
  fs.writeFileSync(at('token.der'), token);
  fs.writeFileSync(at('token.data'), data);
  const said = ok('openssl', [
    ...['ts', '-verify', '-in', at('token.der'), '-token_in', '-data', at('token.data')],
    ...['-CAfile', `${pki}/root.crt`, '-untrusted', `${pki}/ca.crt`],
  ]);
  assert.match(said, /Verification: OK/);
}

test('a signature with a timestamp: openssl finds the token over the signature value', () => {
  assert.equal(seal('bt.pdf', 'vendor', '--tsa', tsa, '--tsa-trust', pki).status, 0);
  const [hole] = holes('bt.pdf');
  const { value, token } = signatureToken(hole.der);
  checkToken(token, value);
  assert.deepEqual(
    { ...level('bt.pdf'), stamped_at: '', good_until: '' },
    { level: 'B-T', signatures: 1, unstamped: 0, timestamps: 0, stamped_at: '', good_until: '' },
  );
  assert.equal(report('bt.pdf').status, 0);
});

test('the authorities are asked in order, over http and https; none: nothing is written', () => {
  const dead = `http://127.0.0.1:${base + 9}/tsa`;
  assert.equal(seal('order.pdf', 'vendor2', '--tsa', `${dead},${tsa}`).status, 0);
  assert.equal(level('order.pdf').level, 'B-T');
  const r = run(ctl, [
    ...['timestamp', at('order.pdf'), at('tls.pdf'), '--tsa', `https://127.0.0.1:${tlsPort}/tsa`],
    ...['--tls-ca', `${pki}/root.crt`, '--trust', pki, ...hosts],
  ]);
  assert.equal(r.status, 0, r.stderr);
  const none = seal('none.pdf', 'vendor2', '--tsa', dead);
  assert.equal(none.status, 2);
  assert.match(none.stderr, /timestamp_unavailable/);
  assert.equal(fs.existsSync(at('none.pdf')), false);
  const wrong = seal('none.pdf', 'vendor2', '--tsa', `http://127.0.0.1:${port}/tsa-other-digest`);
  assert.equal(wrong.status, 2);
});

test('long-term: validation data of everybody, a document timestamp over it, and renewal', () => {
  assert.equal(seal('a1.pdf', 'vendor', '--tsa', tsa).status, 0);
  assert.equal(stamp('a1.pdf', 'a2.pdf').status, 0);
  assert.equal(level('a2.pdf').level, 'B-LTA');
  assert.equal(stamp('a2.pdf', 'a3.pdf').status, 0);
  const l = level('a3.pdf');
  assert.deepEqual([l.level, l.timestamps], ['B-LTA', 2]);
  assert.equal(isPrefix('a1.pdf', 'a2.pdf') && isPrefix('a2.pdf', 'a3.pdf'), true, 'old bytes stay');
  for (const file of ['a1.pdf', 'a2.pdf', 'a3.pdf']) {
    assert.equal(report(file).status, 0, file);
    ok('qpdf', ['--check', at(file)]);
  }
  holes('a3.pdf')
    .slice(1)
    .forEach((h) => checkToken(h.der, h.covered));
  assert.match(run('pdfsig', ['-nocert', at('a3.pdf')]).stdout, /Signature is Valid/);
  const text = fs.readFileSync(at('a2.pdf')).toString('latin1');
  for (const key of ['/Certs [', '/OCSPs [', '/CRLs [']) assert.ok(text.includes(key), key);
});

test('what is there already is not added again', () => {
  assert.equal(stamp('a3.pdf', 'lt.pdf', '--level', 'LT').status, 0);
  const grown = (older, newer) => fs.statSync(at(newer)).size - fs.statSync(at(older)).size;
  const first = grown('a1.pdf', 'a2.pdf');
  assert.ok(grown('a2.pdf', 'a3.pdf') < first, 'certificates and CRLs stand there once');
});

test('renewal waits until it is due', () => {
  const renew = (...more) =>
    run(ctl, ['renew', at('a2.pdf'), at('r.pdf'), '--tsa', tsa, '--trust', pki, ...hosts, ...more]);
  const early = renew();
  assert.equal(early.status, 1);
  assert.match(early.stdout, /not due before 2028-/);
  assert.equal(fs.existsSync(at('r.pdf')), false);
  assert.equal(renew('--days', '20000').status, 0);
  assert.equal(level('r.pdf').timestamps, 2);
  assert.equal(report('r.pdf').status, 0);
});

test('a certificate that was revoked after it signed: the proof is kept, and says so', () => {
  assert.equal(seal('rev.pdf', 'vendor2', '--tsa', tsa).status, 0);
  ok('tests/pki/revoke.sh', [work, 'vendor2']);
  const r = stamp('rev.pdf', 'rev2.pdf');
  assert.equal(r.status, 0, r.stderr);
  assert.match(r.stderr, /was revoked/);
  assert.equal(level('rev2.pdf').level, 'B-LTA');
});

test('a suspended certificate waits until it is resumed', () => {
  assert.equal(seal('hold.pdf', 'suspended', '--tsa', tsa).status, 0);
  const r = stamp('hold.pdf', 'hold2.pdf');
  assert.equal(r.status, 2);
  assert.match(r.stderr, /is suspended/);
  assert.equal(fs.existsSync(at('hold2.pdf')), false);
  ok('tests/pki/resume.sh', [work, 'suspended']);
  assert.equal(stamp('hold.pdf', 'hold2.pdf').status, 0);
  assert.equal(report('hold2.pdf').status, 0);
});

test('an expired certificate has no path today', () => {
  assert.equal(seal('old.pdf', 'expired', '--time', '2021-03-01T00:00:00Z').status, 0);
  const r = stamp('old.pdf', 'old2.pdf');
  assert.equal(r.status, 2);
  assert.match(r.stderr, /nobody answers for 1 certificates/);
  assert.equal(stamp('old.pdf', 'old2.pdf', '--partial').status, 0);
  assert.equal(level('old2.pdf').timestamps, 1);
});

test('two CAs with one name: each signer gets the path of its own', () => {
  assert.equal(seal('same.pdf', 'same', '--tsa', tsa, '--chain', `${pki}/ca2.crt`).status, 0);
  assert.equal(stamp('same.pdf', 'same2.pdf').status, 0);
  const ca2 = Buffer.from(
    fs.readFileSync(`${pki}/ca2.crt`, 'utf8').replace(/-----[^-]+-----|\s/g, ''),
    'base64',
  );
  assert.ok(fs.readFileSync(at('same2.pdf')).includes(ca2), 'the other CA with that name is in the store');
  assert.equal(report('same2.pdf').status, 0);
});

test('an issuer that only its address tells is fetched; part of a CRL is enough', () => {
  for (const who of ['far', 'part']) {
    assert.equal(seal(`${who}.pdf`, who, '--tsa', tsa).status, 0);
    const r = stamp(`${who}.pdf`, `${who}2.pdf`);
    assert.equal(r.status, 0, `${who}: ${r.stderr}`);
    assert.equal(level(`${who}2.pdf`).level, 'B-LTA');
  }
});

test('answers that prove nothing are no answers', () => {
  for (const who of ['misplaced', 'foreign', 'undelegated']) {
    assert.equal(seal(`${who}.pdf`, who, '--tsa', tsa).status, 0);
    const r = stamp(`${who}.pdf`, `${who}2.pdf`);
    assert.equal(r.status, 2, who);
    assert.match(r.stderr, /nobody answers for 1 certificates/, who);
  }
});

test('no door of the own network is knocked at unless it is named', () => {
  const r = run(ctl, ['timestamp', at('bt.pdf'), at('shut.pdf'), '--tsa', tsa, '--trust', pki]);
  assert.equal(r.status, 2);
  assert.match(r.stderr, /nobody answers/);
});

test('a signature without a timestamp gets its time from the one behind it', () => {
  assert.equal(seal('b.pdf', 'vendor').status, 0);
  assert.equal(level('b.pdf').level, 'B-B');
  assert.equal(stamp('b.pdf', 'bt1.pdf', '--level', 'T').status, 0);
  assert.equal(level('bt1.pdf').level, 'B-T');
  assert.equal(stamp('bt1.pdf', 'bt2.pdf').status, 0);
  assert.equal(level('bt2.pdf').level, 'B-LTA');
  assert.equal(report('bt2.pdf').status, 0);
});

// ---- files that are no PDF ----

const plain = path.join(root, 'README.md');
const signFile = (output, who, ...more) =>
  ok(ctl, ['sign-file', plain, at(output), '--key', `${pki}/${who}.key`, '--cert', `${pki}/${who}.crt`, ...more]);
const stampFile = (input, output, ...more) =>
  run(ctl, ['timestamp-file', at(input), at(output), '--tsa', tsa, '--trust', pki, ...hosts, ...more]);
const detached = (name) => {
  const r = run(ctl, ['verify', plain, '--signature', at(name), '--trust', pki, '--json']);
  return { status: r.status, ...JSON.parse(r.stdout).signatures[0] };
};
function encoded(tag, ...parts) {
  const body = Buffer.concat(parts);
  const hex = body.length.toString(16);
  const bytes = [...Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')];
  const length = body.length < 0x80 ? bytes : [0x80 | bytes.length, ...bytes];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}
/** The parts of a SignedData: version, digests, content, certificates, crls, signers. */
function signedData(name) {
  const b = fs.readFileSync(at(name));
  const parts = children(b, children(b, children(b, tlv(b, 0))[1])[0]);
  return { b, parts, crls: parts.find((x) => x.tag === 0xa1) };
}
/** The same file with other revocation data in it. */
function recast(from, to, change) {
  const { b, parts, crls } = signedData(from);
  const values = change(children(b, crls).map((x) => Buffer.from(whole(b, x))));
  const type = children(b, tlv(b, 0))[0];
  const inner = parts.map((x) => (x === crls ? encoded(0xa1, ...values) : whole(b, x)));
  fs.writeFileSync(at(to), encoded(0x30, whole(b, type), encoded(0xa0, encoded(0x30, ...inner))));
  return detached(to);
}
const isOcsp = (value) => value[0] === 0xa1;

test('CAdES B-LT: certificates, CRLs and OCSP answers stand beside the signer, as RFC 5652 and 5940 say', () => {
  for (const who of ['vendor', 'platform']) {
    signFile('f.p7s', who);
    assert.equal(stampFile('f.p7s', 'f-t.p7s', '--level', 'T').status, 0);
    assert.deepEqual([detached('f-t.p7s').status, detached('f-t.p7s').level], [0, 'B-T']);
    const made = stampFile('f-t.p7s', 'f-lt.p7s');
    assert.equal(made.status, 0, made.stderr);
    const r = detached('f-lt.p7s');
    assert.deepEqual([r.status, r.indication, r.level, r.why], [0, 'TOTAL-PASSED', 'B-LT', '']);
    assert.deepEqual([r.revocation.state, r.revocation.source, r.revocation.found], ['good', 'ocsp', 'cms']);
    // The signer's part is as it was; the timestamp is one.
    const [older, newer] = ['f-t.p7s', 'f-lt.p7s'].map(signedData);
    assert.ok(whole(older.b, older.parts.at(-1)).equals(whole(newer.b, newer.parts.at(-1))));
    assert.equal(r.timestamps.length, 1);
    // Other programs: structure, signature, each value.
    assert.equal(inside(newer.b, newer.parts[0])[0], 5, 'the version that says: other revocation data');
    const values = children(newer.b, newer.crls).map((x) => whole(newer.b, x));
    assert.ok(values.every((v, i) => i === 0 || Buffer.compare(values[i - 1], v) < 0), 'in the order of DER');
    const answers = values.filter(isOcsp);
    assert.ok(answers.length >= 2 && values.length > answers.length, 'of signer and TSA; a CRL for the CA');
    for (const v of answers) {
      const [oid, response] = children(v, tlv(v, 0));
      assert.equal(whole(v, oid).toString('hex'), '06082b06010505071002');
      fs.writeFileSync(at('answer.der'), whole(v, response));
      const said = run('openssl', [
        ...['ocsp', '-respin', at('answer.der'), '-CAfile', `${pki}/root.crt`, '-verify_other', `${pki}/ca.crt`],
        ...['-issuer', `${pki}/ca.crt`, '-cert', `${pki}/${who}.crt`, '-no_nonce'],
      ]);
      assert.match(said.stderr + said.stdout, /Response verify OK/);
    }
    for (const v of values.filter((x) => !isOcsp(x))) {
      fs.writeFileSync(at('list.der'), v);
      const args = ['crl', '-inform', 'DER', '-in', at('list.der'), '-noout', '-CAfile', `${pki}/root.crt`];
      const said = run('openssl', args);
      assert.match(said.stderr, /verify OK/);
    }
    const cms = run('openssl', [
      ...['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', at('f-lt.p7s'), '-content', plain],
      ...['-CAfile', `${pki}/root.crt`, '-purpose', 'any', '-out', '/dev/null'],
    ]);
    assert.match(cms.stderr, /CAdES Verification successful/);
    const again = stampFile('f-lt.p7s', 'again.p7s');
    assert.ok(again.status === 0 || /state/.test(again.stderr), again.stderr);
  }
});

test('CAdES: one step from B-B to B-LT; without an authority nothing is written', () => {
  signFile('one.p7s', 'person');
  assert.equal(stampFile('one.p7s', 'one-lt.p7s').status, 0);
  assert.equal(detached('one-lt.p7s').level, 'B-LT');
  const none = run(ctl, ['timestamp-file', at('one.p7s'), at('none.p7s'), '--trust', pki, ...hosts]);
  assert.equal(none.status, 2);
  assert.match(none.stderr, /timestamp_unavailable/);
  assert.equal(fs.existsSync(at('none.p7s')), false);
  assert.equal(stampFile('one.p7s', 'none.p7s', '--level', 'LTA').status, 2);
  fs.writeFileSync(at('rubbish.p7s'), 'hello');
  assert.equal(stampFile('rubbish.p7s', 'none.p7s').status, 2);
});

test('CAdES: a cut list, a cut answer, one that somebody touched: no longer B-LT', () => {
  const touched = (v) => {
    v[v.length - 1] ^= 1;
    return v;
  };
  assert.equal(recast('one-lt.p7s', 'same.p7s', (all) => all).level, 'B-LT');
  for (const [what, change] of [
    ['no CRL', (all) => all.filter(isOcsp)],
    ['no OCSP', (all) => all.filter((v) => !isOcsp(v))],
    ['half a CRL', (all) => all.map((v) => (isOcsp(v) ? v : v.subarray(0, v.length - 40)))],
    ['a touched CRL', (all) => all.map((v) => (isOcsp(v) ? v : touched(v)))],
    ['an answer under an unknown name', (all) => all.map((v) => (isOcsp(v) ? (v[v.indexOf(0x10, 4)] = 0x11, v) : v))],
    ['one answer of two', (all) => all.filter((v) => !isOcsp(v) || v !== all.find(isOcsp))],
  ]) {
    const r = recast('one-lt.p7s', 'cut.p7s', change);
    assert.notEqual(r.level, 'B-LT', what);
    assert.ok(['B-T', null].includes(r.level), `${what}: ${r.level}`);
    if (/^no OCSP|unknown/.test(what)) assert.ok(r.warnings.includes('revocation_not_proven'), what);
  }
});

test('CAdES: revoked after it signed stays valid and says so; revoked before does not pass', () => {
  signFile('late.p7s', 'vendor3', '--tsa', tsa);
  ok('tests/pki/revoke.sh', [work, 'vendor3']);
  const made = stampFile('late.p7s', 'late-lt.p7s');
  assert.match(made.stderr, /was revoked/);
  const late = detached('late-lt.p7s');
  assert.equal(late.revocation.state, 'revoked');
  // (signed and revoked within one second: which was first nobody can tell)
  if (late.status === 0) assert.ok(late.warnings.includes('revoked_later') && late.level === 'B-LT');
  else assert.match(late.subIndication, /^REVOKED/);
  signFile('early.p7s', 'vendor3');
  assert.equal(stampFile('early.p7s', 'early-lt.p7s').status, 0);
  const early = detached('early-lt.p7s');
  assert.deepEqual([early.status, early.why, early.subIndication], [1, 'signed_after_revocation', 'REVOKED']);
  signFile('foreign.p7s', 'foreign', '--tsa', tsa);
  assert.match(stampFile('foreign.p7s', 'foreign-lt.p7s').stderr, /nobody answers for 1 certificates/);
  assert.equal(stampFile('foreign.p7s', 'foreign-lt.p7s', '--partial').status, 0);
  assert.equal(detached('foreign-lt.p7s').level, 'B-T');
});

test('a timestamp of an authority whose key was lost is not counted', () => {
  signFile('tsa.p7s', 'vendor', '--tsa', tsa);
  assert.equal(seal('tsa.pdf', 'vendor', '--tsa', tsa).status, 0);
  ok('tests/pki/revoke.sh', [work, 'tsa', 'keyCompromise']);
  assert.equal(stampFile('tsa.p7s', 'tsa-lt.p7s').status, 0);
  const r = detached('tsa-lt.p7s');
  assert.deepEqual([r.timestamps[0].valid, r.timestamps[0].why, r.level], [false, 'certificate_revoked', 'B-B']);
  assert.equal(stamp('tsa.pdf', 'tsa-lta.pdf').status, 0);
  const pdf = report('tsa-lta.pdf');
  assert.equal(pdf.status, 1);
  assert.equal(pdf.signatures[0].timestamps[0].valid, false);
});
