// What well-known programs add behind a signature, each with its own habits: a second signature with a locked
// field, a new list of annotations and more fonts; a document timestamp with the form's resources; data to check
// signatures with, and a version. All of it is allowed; the same made to deceive is found.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { byStream, fillHole, form, streamBody, unsigned } from './bases.mjs';
import { newest } from './update.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const pki = path.join(root, 'tests/out/pades/pki');
const ctl = process.env.YINXINCTL ?? path.join(root, 'build/san/yinxinctl');
const work = fs.mkdtempSync(path.join(process.env.TMPDIR ?? '/tmp', 'yx-added-'));
const at = (name) => path.join(work, name);
let signed; // one signature, one empty field, streams
let certificate; // in DER, as hex digits of a string

function run(program, args) {
  const r = spawnSync(program, args, { encoding: 'utf8', timeout: 120000, maxBuffer: 1 << 26 });
  assert.equal(r.error, undefined, `${program}: ${r.error}`);
  assert.ok(!/AddressSanitizer|runtime error:/.test(r.stderr), r.stderr);
  assert.ok(r.status < 2 || program !== ctl, `${args.join(' ')}\n${r.stderr}`);
  return r;
}
function sign(bytes) {
  fs.writeFileSync(at('ranges'), bytes);
  const r = run('openssl', [
    ...['cms', '-sign', '-binary', '-cades', '-nosmimecap', '-md', 'sha256', '-outform', 'DER', '-in', at('ranges')],
    ...['-signer', `${pki}/vendor-rsa.crt`, '-inkey', `${pki}/vendor-rsa.key`, '-certfile', `${pki}/ca.crt`],
    ...['-out', at('cms')],
  ]);
  assert.equal(r.status, 0, r.stderr);
  return fs.readFileSync(at('cms'));
}
function verify(bytes) {
  fs.writeFileSync(at('x.pdf'), bytes);
  const r = run(ctl, ['verify', at('x.pdf'), '--trust', pki, '--json']);
  return { status: r.status, ...JSON.parse(r.stdout) };
}
function good(bytes, what) {
  const r = verify(bytes);
  assert.equal(r.status, 0, `${what}: ${JSON.stringify(r)}`);
  assert.ok(r.signatures.length > 0 && r.signatures.every((s) => s.verdict === 'valid'), what);
}
function bad(bytes, what) {
  const r = verify(bytes);
  assert.deepEqual([r.signatures[0]?.verdict, r.valid], ['invalid', false], `${what}: ${JSON.stringify(r)}`);
}

const sig = (t, more) => `<< /Type /Annot /Subtype /Widget /FT /Sig /T (${t}) /P 3 0 R ${more} >>`;
const FORM = '/DA (/F1 0 Tf 0 g) /DR << /Font << /F1 5 0 R >> >>';
const CATALOG = '/Type /Catalog /Pages 2 0 R /AcroForm 9 0 R';
const PAGE = '/Type /Page /Parent 2 0 R /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R';
const LOOK = '/Type /XObject /Subtype /Form /BBox [0 0 100 40] /Resources << /Font << /T1 41 0 R >> >> ';
const FONT = '<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>';

/** A form of two signatures alone, A signed; `more` takes the place of objects. */
const start = (more) =>
  fillHole(
    byStream(form(), [[20, unsigned()], ...more], [
      [3, `<< ${PAGE} /Annots [6 0 R 7 0 R] >>`],
      [6, sig('A', '/V 20 0 R /F 132 /Rect [0 0 0 0]')],
      [7, sig('B', '/F 4 /Rect [60 300 160 340]')],
      [9, `<< /Fields [6 0 R 7 0 R] /SigFlags 3 ${FORM} >>`],
    ]),
    sign,
  );

before(() => {
  assert.equal(run(path.join(here, 'make_pki.sh'), [pki]).status, 0);
  run('openssl', ['x509', '-in', `${pki}/ca.crt`, '-outform', 'DER', '-out', at('ca.der')]);
  certificate = fs.readFileSync(at('ca.der')).toString('latin1');
  signed = start([[8, '<< /Note (no look any more) >>']]);
});
after(() => fs.rmSync(work, { recursive: true, force: true }));

/** Field B signed by a program that locks what it signs. */
const second = (field, { page = [], fonts = '', more = [] } = {}) =>
  fillHole(
    byStream(
      signed,
      [[40, unsigned()], [42, streamBody('BT /T1 9 Tf (x) Tj ET', LOOK)], ...more],
      [
        [7, field],
        [41, FONT],
        ...page,
        ...(fonts ? [[9, `<< /Fields [6 0 R 7 0 R] /SigFlags 3 ${FORM.replace('5 0 R', `5 0 R ${fonts}`)} >>`]] : []),
      ],
    ),
    sign,
  );

test('a second signature: its field locked, more fonts in the form', () => {
  good(signed, 'one signature');
  const locked = sig('B', '/F 132 /Rect [60 300 160 340] /V 40 0 R /AP << /N 42 0 R >>');
  good(second(locked), 'locked');
  good(second(locked, { fonts: '/T1 41 0 R' }), 'fonts');
  bad(second(sig('B', '/F 2 /Rect [60 300 160 340] /V 40 0 R')), 'hidden');
  bad(second(sig('B', '/F 132 /Rect [0 0 595 842] /V 40 0 R /AP << /N 42 0 R >>')), 'moved');
  const other = [[9, `<< /Fields [6 0 R 7 0 R] /SigFlags 3 /NeedAppearances true ${FORM} >>`]];
  bad(second(locked, { page: other }), 'looks asked for');
  bad(second(locked, { page: [[5, FONT]] }), 'another font in the place of one that is used');
});

test('a field made on the way: the page’s list of annotations in an object of its own', () => {
  const made = (list, keys = '') =>
    fillHole(
      byStream(
        signed,
        [[40, unsigned()], [42, streamBody('q Q', LOOK)], [43, list]],
        [
          [3, `<< ${PAGE} /Annots 43 0 R ${keys}>>`],
          [9, `<< /Fields [6 0 R 7 0 R 44 0 R] /SigFlags 3 ${FORM} >>`],
          [41, FONT],
          [44, sig('C', '/F 132 /Rect [60 200 160 240] /V 40 0 R /AP << /N 42 0 R >> /MK << >>')],
        ],
      ),
      sign,
    );
  good(made('[6 0 R 7 0 R 44 0 R]'), 'longer');
  bad(made('[7 0 R 44 0 R]'), 'one is gone');
  bad(made('[6 0 R 7 0 R 44 0 R]', '/Rotate 180 '), 'the page turned');
});

test('a timestamp’s place with decimals, and resources for signatures', () => {
  const field = (rect) => sig('T', `/F 132 /Rect [${rect}] /V 40 0 R`);
  const made = (rect, formKeys, more = []) =>
    fillHole(
      byStream(signed, [[40, unsigned()], ...more], [
        [3, `<< ${PAGE} /Annots [6 0 R 7 0 R 44 0 R] >>`],
        [9, `<< /Fields [6 0 R 7 0 R 44 0 R] /SigFlags 3 ${formKeys} >>`],
        [44, field(rect)],
      ]),
      sign,
    );
  const more = '/DA (/Helv 0 Tf 0 g) /DR << /Font 45 0 R /XObject << /FRM 46 0 R >> >>';
  const objects = [[45, '<< /Helv 47 0 R >>'], [46, streamBody('', LOOK.replace('41', '47'))], [47, FONT]];
  good(made('0.0 0.0 0.0 0.0', FORM), 'decimals');
  good(made('0.0 0 0.00 0', more, objects), 'resources');
  bad(made('0 0 0 0', more, [objects[0], [46, '<< /S /JavaScript /JS (1) /A 1 >>'], objects[2]]), 'acts');
  // A look without resources of its own may take the form's.
  const kept = signed;
  signed = start([[8, streamBody('BT /Helv 9 Tf (1) Tj ET', '/Type /XObject /Subtype /Form /BBox [0 0 9 9] ')]]);
  good(made('0 0 0 0', FORM), 'a bare look');
  bad(made('0 0 0 0', more, objects), 'a bare look that finds another font');
  signed = kept;
});

test('data to check signatures with: version, extensions, token, and a trailer among the objects', () => {
  const token = fs.readFileSync(at('cms')).toString('latin1');
  const store = (catalog, { vri = '/TU (D:20260101000000Z) /TS 52 0 R', der = certificate, more = [] } = {}) =>
    byStream(signed, [
      [1, `<< ${CATALOG} ${catalog} >>`],
      [50, `<< /Certs [51 0 R] /VRI << /0123456789012345678901234567890123456789 << ${vri} >> >> >>`],
      [51, streamBody(der)],
      [52, streamBody(token)],
      ...more,
    ]);
  const extensions = '/Extensions << /ADBE << /BaseVersion /1.7 /ExtensionLevel 5 >> >>';
  good(store('/DSS 50 0 R'), 'the store');
  good(store(`/DSS 50 0 R /Version /1.7 ${extensions}`), 'with a version');
  const section = streamBody('\0\0\0', `/Type /XRef /W [1 1 1] /Size 1 /Root 1 0 R /Prev ${newest(signed).prev} `);
  good(store('/DSS 50 0 R', { more: [[53, section]] }), 'a trailer among the objects');
  good(store('/DSS 50 0 R', { more: [[54, '<< /Type /VRI /Cert [51 0 R] >>']] }), 'what a store might have said');
  bad(store('/DSS 50 0 R', { more: [[54, '<< /Type /VRI /S /JavaScript /JS (1) >>']] }), 'what acts');
  good(byStream(signed, [[1, `<< ${CATALOG} ${extensions} >>`]]), 'extensions alone');
  const apart = [50, '<< /ADBE << /BaseVersion /1.7 >> >>'];
  good(byStream(signed, [[1, `<< ${CATALOG} /Extensions 50 0 R >>`], apart]), 'apart');
  bad(store('/DSS 50 0 R /OpenAction << /S /JavaScript /JS (1) >>'), 'an action');
  bad(store('/DSS 50 0 R /Version (1.7)'), 'a version that is a text');
  bad(store('/DSS 50 0 R', { der: 'no certificate' }), 'no certificate');
  bad(store('/DSS 50 0 R', { vri: '/TS 51 0 R' }), 'a token that is none');
  bad(store('/DSS 50 0 R', { more: [[54, streamBody('x', '/Type /XObject ')]] }), 'what nobody needs');
  bad(byStream(signed, [[1, `<< ${CATALOG} /Extensions << /A << /JS (1) >> >> >>`]]), 'no extension');
});
