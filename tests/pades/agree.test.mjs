// Files of different structure, three kinds of keys, three signatures in a row: openssl, pdfsig, PDFBox
// with BouncyCastle and we say the same, and qpdf finds no more to say than before.
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

/** Signs as all three roles; the last file's name. */
function signThree(name, kind) {
  return ROLES.reduce((input, role, i) => {
    const output = at(`${name}-${kind}-${i + 1}.pdf`);
    const signer = ['--key', `${pki}/${role}-${kind}.key`, '--cert', `${pki}/${role}-${kind}.crt`];
    ok(ctl, ['seal', input, output, ...signer, '--chain', `${pki}/ca.crt`, '--field', role, ...CREATE[role]]);
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
for (const name of BASES) {
  test(`${name}: three signatures with each kind of key; we, openssl, pdfsig and qpdf agree`, () => {
    const before = complaints(base(name)).length;
    for (const kind of KINDS) {
      const file = signThree(name, kind);
      const r = run(ctl, ['verify', file, '--trust', pki, '--json']);
      assert.equal(r.status, 0, r.stdout + r.stderr);
      const report = JSON.parse(r.stdout);
      assert.deepEqual(report.signatures.map((s) => [s.field, s.verdict]), ROLES.map((role) => [role, 'valid']), kind);
      checkByOpenssl(file);
      const poppler = ok('pdfsig', ['-nocert', file]);
      assert.equal(poppler.match(/Signature is Valid\./g)?.length, ROLES.length, poppler);
      assert.ok(complaints(file).length <= before, complaints(file).join('\n'));
      files.push(file);
    }
  });
}

test('PDFBox and BouncyCastle agree on all of them, and find a changed byte', () => {
  assert.equal(files.length, BASES.length * KINDS.length);
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
