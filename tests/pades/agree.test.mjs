// Files of different structure, keys and ways to sign of each kind, three signatures in a row: openssl, pdfsig,
// PDFBox with BouncyCastle and we say the same, and qpdf finds no more to say than before.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { form, hybrid, turned, updated } from './bases.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const out = path.join(root, 'tests/out/pades');
const pdfs = path.join(out, 'pdf');
const pki = path.join(out, 'pki');
const ctl = process.env.YINXINCTL ?? path.join(root, 'build/san/yinxinctl');
const work = fs.mkdtempSync(path.join(process.env.TMPDIR ?? '/tmp', 'yx-agree-'));
const JARS = ['pdfbox2', 'fontbox2', 'commons-logging', 'bcpkix', 'bcprov', 'bcutil']
  .map((name) => `/usr/share/java/${name}.jar`)
  .join(':');
const MADE = { turned, form, hybrid, updated };
const BASES = [
  ...['libreoffice', 'cairo', 'ghostscript', 'objstm', 'linearized', 'linearized-objstm'],
  ...Object.keys(MADE),
];
const KINDS = ['rsa', 'ec', 'p384'];
/** Longer keys, other digests and RSASSA-PSS: by which key, how, and what the report must say. The digest of a key that
 * is bound to one is not told. */
const WAYS = [
  { kind: 'rsa', pss: true, digest: 'SHA-256', bits: 2048 },
  { kind: 'rsa', digest: 'SHA-512', bits: 2048 },
  { kind: 'rsa3072', digest: 'SHA-384', bits: 3072 },
  { kind: 'rsa3072', pss: true, digest: 'SHA-512', bits: 3072 },
  { kind: 'rsa4096', digest: 'SHA-512', bits: 4096 },
  { kind: 'rsa4096', pss: true, digest: 'SHA-384', bits: 4096 },
  { kind: 'ec', digest: 'SHA-384', bits: 256 },
  { kind: 'p384', digest: 'SHA-512', bits: 384 },
  { kind: 'pss', born: true, digest: 'SHA-256', bits: 3072 },
  { kind: 'pss512', born: true, digest: 'SHA-512', bits: 2048, told: false },
];
const ROLES = ['platform', 'vendor', 'agency'];
const CREATE = { platform: ['--certify', '--create', 'vendor', '--create', 'agency'], vendor: [], agency: [] };

function run(program, args) {
  const r = spawnSync(program, args, { encoding: 'utf8', timeout: 120000, maxBuffer: 1 << 26 });
  assert.equal(r.error, undefined, `${program}: ${r.error}`);
  return r;
}
function ok(program, args) {
  const r = run(program, args);
  assert.equal(r.status, 0, `${program} ${args.join(' ')}\n${r.stdout}${r.stderr}`);
  return r.stdout;
}
const at = (name) => path.join(work, name);
const base = (name) => (MADE[name] ? at(`${name}.pdf`) : path.join(pdfs, `${name}.pdf`));

before(() => {
  ok(path.join(here, 'make_pdfs.sh'), [pdfs]);
  ok(path.join(here, 'make_pki.sh'), [pki]);
  for (const [name, make] of Object.entries(MADE)) fs.writeFileSync(at(`${name}.pdf`), make());
  ok('javac', ['-nowarn', '-Xlint:none', '-cp', JARS, '-d', work, path.join(here, 'Agree.java')]);
});
after(() => fs.rmSync(work, { recursive: true, force: true }));

/** The key of a role or, of the rarer kinds, everybody's. */
const keyOf = (role, kind) => `${pki}/${fs.existsSync(`${pki}/one-${kind}.key`) ? 'one' : role}-${kind}`;

/** As a card does it, by openssl: raw, and of a curve r and s side by side. */
function signOutside(key, attributes, way) {
  const padding = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest'];
  const options = way.pss || way.born ? padding : [];
  fs.writeFileSync(at('attributes'), attributes);
  ok('openssl', ['dgst', `-${hash(way)}`, '-sign', key, ...options, '-out', at('raw'), at('attributes')]);
  if (/^(ec|p384)$/.test(way.kind)) fs.writeFileSync(at('raw'), sideBySide(fs.readFileSync(at('raw')), way.bits / 8));
  return at('raw');
}
const hash = (way) => way.digest.toLowerCase().replace('-', '');

/** r and s out of the DER of an ECDSA signature. */
function sideBySide(der, size) {
  const number = (from) => der.subarray(from + 2, from + 2 + der[from + 1]);
  const r = number(2);
  const fit = (n) => Buffer.concat([Buffer.alloc(size), n]).subarray(-size);
  return Buffer.concat([fit(r), fit(number(4 + r.length))]);
}

/** Signs as all three roles, the last one in two phases if a way is given; the last file's name. */
function signThree(name, kind, way) {
  const how = way ? [...way.told === false ? [] : ['--digest', way.digest], ...way.pss ? ['--pss'] : []] : [];
  return ROLES.reduce((input, role, i) => {
    const output = at(`${name}-${kind}-${way?.digest ?? ''}${way?.pss ? 'pss' : ''}-${i + 1}.pdf`);
    const signer = ['--cert', `${keyOf(role, kind)}.crt`, '--chain', `${pki}/ca.crt`, ...how];
    const key = `${keyOf(role, kind)}.key`;
    const made = [...signer, '--field', role, ...CREATE[role]];
    if (way && i === ROLES.length - 1) {
      const attributes = Buffer.from(ok(ctl, ['prepare', input, at('prepared'), ...made]), 'base64');
      ok(ctl, ['embed', at('prepared'), output, ...signer, '--signature', signOutside(key, attributes, way)]);
    } else {
      ok(ctl, ['seal', input, output, '--key', key, ...made]);
    }
    const old = fs.readFileSync(input);
    assert.ok(fs.readFileSync(output).subarray(0, old.length).equals(old), 'the input is the prefix');
    return output;
  }, base(name));
}

/** openssl, of each signature by itself. */
function checkByOpenssl(file) {
  const bytes = fs.readFileSync(file);
  const found = [...bytes.toString('latin1').matchAll(/\/ByteRange \[0 (\d+) +(\d+) +(\d+) *\]/g)];
  assert.equal(found.length, ROLES.length);
  for (const [start, end, length] of found.map((m) => m.slice(1).map(Number))) {
    const cms = Buffer.from(bytes.subarray(start + 1, end - 1).toString('latin1'), 'hex');
    fs.writeFileSync(at('cms'), cms.subarray(0, cms.readUInt16BE(2) + 4));
    fs.writeFileSync(at('ranges'), Buffer.concat([bytes.subarray(0, start), bytes.subarray(end, end + length)]));
    const r = run('openssl', [
      ...['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', at('cms'), '-content', at('ranges')],
      ...['-CAfile', `${pki}/root.crt`, '-purpose', 'any', '-out', '/dev/null'],
    ]);
    assert.match(r.stderr, /CAdES Verification successful/, r.stderr);
  }
}

/** What qpdf complains of, without the names of files. */
const complaints = (file) => {
  const r = run('qpdf', ['--check', file]);
  return `${r.stdout}${r.stderr}`.split('\n').filter((line) => /warning|error/i.test(line) && !/No syntax/.test(line));
};

const files = [];
/** What we, openssl, pdfsig and qpdf say of a file with three signatures; our report. pdfsig's library (NSS) can't do
 * anything with keys of type id-RSASSA-PSS, whoever signs: of those it only finds the signatures. */
function judge(file, before, born = false) {
  const r = run(ctl, ['verify', file, '--trust', pki, '--json']);
  assert.equal(r.status, 0, r.stdout + r.stderr);
  const report = JSON.parse(r.stdout);
  assert.deepEqual(report.signatures.map((s) => [s.field, s.verdict]), ROLES.map((role) => [role, 'valid']), file);
  checkByOpenssl(file);
  const poppler = ok('pdfsig', ['-nocert', file]);
  const found = born ? /Type: ETSI\.CAdES\.detached/g : /Signature is Valid\./g;
  assert.equal(poppler.match(found)?.length, ROLES.length, poppler);
  assert.ok(complaints(file).length <= before, complaints(file).join('\n'));
  files.push(file);
  return report;
}

for (const name of BASES) {
  test(`${name}: three signatures with each kind of key; we, openssl, pdfsig and qpdf agree`, () => {
    const before = complaints(base(name)).length;
    for (const kind of KINDS) judge(signThree(name, kind), before);
  });
}

WAYS.forEach((way, i) => {
  const pss = way.pss || way.born;
  const name = BASES[i % BASES.length];
  test(`${way.kind}, ${way.digest}${pss ? ', PSS' : ''} on ${name}: two by us, one from outside; all agree`, () => {
    const report = judge(signThree(name, way.kind, way), complaints(base(name)).length, way.born);
    const method = /^(ec|p384)$/.test(way.kind) ? 'ECDSA' : pss ? 'RSASSA-PSS' : 'RSA PKCS #1 v1.5';
    for (const s of report.signatures) {
      assert.deepEqual([s.algorithm.signature, s.algorithm.digest, s.algorithm.bits],
        [method, way.digest, way.bits]);
    }
  });
});

test('RSASSA-PSS and digests that cannot be had are refused with words of their own', () => {
  const seal = (key, ...more) =>
    run(ctl, ['seal', base('form'), at('no.pdf'), '--key', `${key}.key`, '--cert', `${key}.crt`, ...more]);
  const said = [
    [seal(`${pki}/vendor-ec`, '--pss'), /--pss needs an RSA key/],
    [seal(`${pki}/vendor-rsa`, '--digest', 'SHA-1'), /--digest is SHA-256, SHA-384 or SHA-512/],
    [seal(`${pki}/one-pss512`, '--digest', 'SHA-256'), /signs with another digest only/],
    [seal(`${pki}/weak`, '--pss', '--digest', 'SHA-512'), /certificate_weak/],
  ];
  for (const [r, words] of said) {
    assert.equal(r.status, 2, r.stdout + r.stderr);
    assert.match(r.stderr, words);
  }
  assert.ok(!fs.existsSync(at('no.pdf')));
});

test('a signature that is padded otherwise than was prepared for is not embedded', () => {
  const way = { kind: 'rsa', pss: true, digest: 'SHA-256' };
  const signer = ['--cert', `${pki}/vendor-rsa.crt`];
  for (const [prepared, embedded] of [[['--pss'], []], [[], ['--pss']]]) {
    const said = ok(ctl, ['prepare', base('form'), at('prepared'), ...signer, ...prepared]);
    const attributes = Buffer.from(said, 'base64');
    const raw = signOutside(`${pki}/vendor-rsa.key`, attributes, { ...way, pss: prepared.length > 0 });
    const r = run(ctl, ['embed', at('prepared'), at('no.pdf'), ...signer, ...embedded, '--signature', raw]);
    assert.equal(r.status, 2);
    assert.match(r.stderr, /signature_bad/);
  }
});

test('files that are no PDF: PSS, longer keys and digests, and openssl agrees', () => {
  fs.writeFileSync(at('file'), 'deliverable');
  for (const [name, ...how] of [['one-pss'], ['one-pss512'], ['one-rsa4096', '--pss', '--digest', 'SHA-384'],
    ['vendor-p384', '--digest', 'SHA-512']]) {
    const key = `${pki}/${name}`;
    ok(ctl, ['sign-file', at('file'), at('file.p7s'), '--key', `${key}.key`, '--cert', `${key}.crt`,
      '--chain', `${pki}/ca.crt`, ...how]);
    const report = JSON.parse(ok(ctl, ['verify', at('file'), '--trust', pki, '--signature', at('file.p7s'), '--json']));
    assert.equal(report.signatures[0].verdict, 'valid');
    assert.equal(report.signatures[0].level, 'B-B');
    const r = run('openssl', ['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', at('file.p7s'),
      '-content', at('file'), '-CAfile', `${pki}/root.crt`, '-purpose', 'any', '-out', '/dev/null']);
    assert.match(r.stderr, /CAdES Verification successful/, r.stderr);
  }
});

test('PDFBox and BouncyCastle agree on all of them, and find a changed byte', () => {
  assert.equal(files.length, BASES.length * KINDS.length + WAYS.length);
  const bad = at('bad.pdf');
  const bytes = fs.readFileSync(files[0]);
  bytes[bytes.indexOf('%PDF') + 12] ^= 1;
  fs.writeFileSync(bad, bytes);
  const said = ok('java', ['-Xshare:auto', '-XX:TieredStopAtLevel=1', '-cp', `${JARS}:${work}`, 'Agree',
    `${pki}/root.crt`, ...files, bad]).trim().split('\n');
  assert.equal(said.length, files.length + 1);
  said.slice(0, -1).forEach((line) => assert.match(line, /^\S+ pages=\d+ valid valid valid$/, line));
  assert.match(said.at(-1), /^bad\.pdf (?!.*valid valid valid)/);
});
