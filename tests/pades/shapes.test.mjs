// Files in shapes that other programs leave: saved for the web and signed in one go, forms filled in by
// incremental saves, forms with XFA, usage rights; and several sealers of one side in a row. What is sound is
// valid, and stays so when somebody signs after it.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { png } from '../api/png.mjs';
import { byStream, filled, fillHole, form, linearized, streamForm, unsigned, xfa } from './bases.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const pki = path.join(root, 'tests/out/pades/pki');
const ctl = process.env.YINXINCTL ?? path.join(root, 'build/san/yinxinctl');
const work = fs.mkdtempSync(path.join(process.env.TMPDIR ?? '/tmp', 'yx-shapes-'));
const at = (name) => path.join(work, name);

function run(program, args) {
  const r = spawnSync(program, args, { encoding: 'utf8', timeout: 120000, maxBuffer: 1 << 26 });
  assert.equal(r.error, undefined, `${program}: ${r.error}`);
  assert.ok(!/AddressSanitizer|runtime error:/.test(r.stderr), r.stderr);
  return r;
}
function ok(program, args) {
  const r = run(program, args);
  assert.equal(r.status, 0, `${program} ${args.join(' ')}\n${r.stdout}${r.stderr}`);
  return r.stdout;
}
before(() => ok(path.join(here, 'make_pki.sh'), [pki]));
after(() => fs.rmSync(work, { recursive: true, force: true }));

/** Another program's signature over these bytes: CMS in DER. */
function sign(bytes) {
  fs.writeFileSync(at('ranges'), bytes);
  ok('openssl', [
    ...['cms', '-sign', '-binary', '-cades', '-nosmimecap', '-md', 'sha256', '-outform', 'DER', '-in', at('ranges')],
    ...['-signer', `${pki}/vendor-rsa.crt`, '-inkey', `${pki}/vendor-rsa.key`, '-certfile', `${pki}/ca.crt`],
    ...['-out', at('cms')],
  ]);
  return fs.readFileSync(at('cms'));
}
const seal = (input, output, who, ...more) =>
  run(ctl, ['seal', at(input), at(output), '--key', `${pki}/${who}.key`, '--cert', `${pki}/${who}.crt`,
    '--chain', `${pki}/ca.crt`, ...more]);
function sealed(...args) {
  const r = seal(...args);
  assert.equal(r.status, 0, r.stderr);
}
function verify(name) {
  const r = run(ctl, ['verify', at(name), '--trust', pki, '--json']);
  return { status: r.status, ...JSON.parse(r.stdout || '{}') };
}
/** Valid, for us and for pdfsig, with so many signatures; qpdf finds nothing. */
function valid(name, n) {
  const r = verify(name);
  assert.equal(r.status, 0, JSON.stringify(r));
  assert.equal(r.signatures.length, n);
  assert.deepEqual(r.signatures.map((s) => s.coversAll), Array.from({ length: n }, (_, i) => i === n - 1));
  const said = ok('pdfsig', ['-nocert', at(name)]);
  assert.equal(said.match(/Signature is Valid\./g)?.length, n, said);
  assert.match(ok('qpdf', ['--check', at(name)]), /No syntax or stream encoding errors found/);
  return r;
}

test('linearized and signed in one go: valid, and somebody can sign after it', () => {
  fs.writeFileSync(at('web.pdf'), fillHole(linearized(), sign));
  valid('web.pdf', 1);
  sealed('web.pdf', 'web-2.pdf', 'agency-ec');
  valid('web-2.pdf', 2);
  // The end has to name the section at the front.
  const bytes = fs.readFileSync(at('web.pdf'));
  const wrong = Buffer.from(linearized());
  const end = wrong.lastIndexOf('startxref\n') + 10;
  wrong.write(String(wrong.lastIndexOf('xref\n0 3')), end, 'latin1');
  fs.writeFileSync(at('wrong.pdf'), fillHole(wrong, sign));
  assert.equal(verify('wrong.pdf').status, 1);
  // Bytes behind the end are in no revision.
  fs.writeFileSync(at('more.pdf'), Buffer.concat([bytes, Buffer.from('% more\n')]));
  assert.equal(verify('more.pdf').signatures[0].why, 'revision');
});

test('a form saved in streams: certified, filled in by an incremental save, signed', () => {
  fs.writeFileSync(at('form.pdf'), streamForm());
  sealed('form.pdf', 'form-1.pdf', 'platform-rsa', '--field', 'P', '--certify', '--create', 'V');
  const bytes = fs.readFileSync(at('form-1.pdf'));
  const size = Number([...bytes.toString('latin1').matchAll(/\/Size (\d+)/g)].at(-1)[1]);
  fs.writeFileSync(at('form-2.pdf'), filled(bytes, size));
  const r = verify('form-2.pdf');
  assert.deepEqual([r.status, r.signatures[0].warnings.includes('form_filled')], [0, true], JSON.stringify(r));
  sealed('form-2.pdf', 'form-3.pdf', 'vendor-p384', '--field', 'V');
  valid('form-3.pdf', 2);
  // Without a certification nobody has said that a form may be filled in.
  sealed('form.pdf', 'approved.pdf', 'vendor-rsa');
  const approved = fs.readFileSync(at('approved.pdf'));
  const next = Number([...approved.toString('latin1').matchAll(/\/Size (\d+)/g)].at(-1)[1]);
  fs.writeFileSync(at('approved-2.pdf'), filled(approved, next));
  const changed = verify('approved-2.pdf');
  assert.equal(changed.signatures[0].why, 'changed_after_signing');
  assert.ok(changed.changes.some((c) => c.class === 'form_value' && c.page === 1), JSON.stringify(changed.changes));
});

test('usage rights are no signature of anybody; a certification takes their place', () => {
  const rights = byStream(streamForm('/Perms << /UR3 20 0 R >> '), [
    [20, unsigned().replace('/Type /Sig', '/Type /Sig /Reference [<< /TransformMethod /UR3 >>]')],
  ]);
  fs.writeFileSync(at('rights.pdf'), fillHole(rights, sign));
  sealed('rights.pdf', 'rights-1.pdf', 'vendor-rsa');
  valid('rights-1.pdf', 1);
  sealed('rights.pdf', 'rights-2.pdf', 'platform-rsa', '--certify');
  const r = valid('rights-2.pdf', 1);
  assert.equal(r.signatures[0].certification, 2);
});

test('XFA: verified with a note, not signed, and not changed unseen', () => {
  fs.writeFileSync(at('xfa.pdf'), xfa());
  const refused = seal('xfa.pdf', 'no.pdf', 'vendor-rsa');
  assert.deepEqual([refused.status, /pdf_unsupported/.test(refused.stderr)], [2, true], refused.stderr);
  const field = '<< /Type /Annot /Subtype /Widget /FT /Sig /T (S) /V 12 0 R /F 132 /Rect [0 0 0 0] /P 3 0 R >>';
  const keys = '/Fields [6 0 R 7 0 R 11 0 R] /SigFlags 3 /DA (/F1 0 Tf 0 g) /DR << /Font << /F1 5 0 R >> >>';
  const withField = byStream(xfa(), [[12, unsigned()], [11, field]], [[9, `<< ${keys} /XFA 10 0 R >>`]]);
  const bytes = fillHole(withField, sign);
  fs.writeFileSync(at('xfa-1.pdf'), bytes);
  const r = valid('xfa-1.pdf', 1);
  assert.ok(r.signatures[0].warnings.includes('xfa'));
  const other = byStream(bytes, [[10, '<< /Length 5 >>\nstream\n<xdp>\nendstream']]);
  fs.writeFileSync(at('xfa-2.pdf'), other);
  assert.equal(verify('xfa-2.pdf').signatures[0].why, 'changed_after_signing');
  fs.writeFileSync(at('plain.pdf'), form());
  sealed('plain.pdf', 'plain-1.pdf', 'vendor-rsa');
});

test('two sealers of an agency after the platform’s certification and the vendor, each with a seal', () => {
  const ring = png(96, (x, y) => (Math.abs(Math.hypot(x - 47.5, y - 47.5) - 40) < 6 ? [204, 0, 0, 255] : [0, 0, 0, 0]));
  fs.writeFileSync(at('ring.png'), ring);
  fs.writeFileSync(at('contract.pdf'), streamForm());
  const places = ['V@1,60,300,160,60', 'A1@1,240,300,160,60', 'A2@1,400,300,160,60'];
  sealed('contract.pdf', 'c-1.pdf', 'platform-rsa', '--field', 'P', '--certify',
    ...places.flatMap((p) => ['--create', p]));
  sealed('c-1.pdf', 'c-2.pdf', 'vendor-ec', '--field', 'V', '--seal-text', '測試公司');
  // The second one may be first: the order is nobody's but the platform's rules'.
  sealed('c-2.pdf', 'c-3.pdf', 'agency-p384', '--field', 'A2', '--image', at('ring.png'));
  sealed('c-3.pdf', 'c-4.pdf', 'agency-rsa', '--field', 'A1', '--image', at('ring.png'), '--reason', '同意');
  const r = valid('c-4.pdf', 4);
  assert.deepEqual(r.signatures.map((s) => s.field), ['P', 'V', 'A2', 'A1']);
  assert.ok(r.changes.every((c) => c.allowed), JSON.stringify(r.changes));
  assert.equal(seal('c-4.pdf', 'no.pdf', 'agency-ec', '--field', 'A1').status, 2, 'a field is sealed once');
  assert.equal(seal('c-4.pdf', 'no.pdf', 'agency-ec', '--field', 'A3').status, 2, 'no third sealer was foreseen');
});
