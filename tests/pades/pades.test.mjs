// The PDF signature floor through yinxinctl, judged by other people's programs:
// pdfsig, mutool, openssl cms, qpdf. Inputs come from four foreign producers.
import { test, before } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPrivateKey, sign as signBytes, createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const out = path.join(root, 'tests/out/pades');
const pdfs = path.join(out, 'pdf');
const pki = path.join(out, 'pki');
const work = path.join(out, 'work');
const ctl = process.env.YINXINCTL ?? path.join(root, 'build/san/yinxinctl');
const PRODUCERS = ['libreoffice', 'cairo', 'ghostscript', 'objstm', 'linearized', 'linearized-objstm'];
const FIELDS = ['YinxinPlatform', 'YinxinVendor1', 'YinxinAgency1'];

function run(program, args, options = {}) {
  const r = spawnSync(program, args, { encoding: 'utf8', timeout: 120000, maxBuffer: 1 << 26, ...options });
  assert.equal(r.error, undefined, `${program}: ${r.error}`);
  return r;
}
function ok(program, args, options) {
  const r = run(program, args, options);
  assert.equal(r.status, 0, `${program} ${args.join(' ')}\n${r.stdout}${r.stderr}`);
  return r.stdout;
}
const verify = (file, trust = pki) => {
  const r = run(ctl, ['verify', file, '--json', ...(trust ? ['--trust', trust] : [])]);
  return { status: r.status, report: r.stdout ? JSON.parse(r.stdout) : null, stderr: r.stderr };
};
const credentials = (who, kind) => ['--cert', `${pki}/${who}-${kind}.crt`, '--chain', `${pki}/ca.crt`];
const seal = (input, output, who, kind, ...more) =>
  run(ctl, ['seal', input, output, '--key', `${pki}/${who}-${kind}.key`, ...credentials(who, kind), ...more]);

/** The three signatures of a contract; returns the names of the three files. */
function signThree(name, kind) {
  const files = [1, 2, 3].map((n) => path.join(work, `${name}-${kind}-${n}.pdf`));
  const steps = [
    [
      path.join(pdfs, `${name}.pdf`),
      'platform',
      '--field',
      FIELDS[0],
      '--create',
      FIELDS[1],
      '--create',
      FIELDS[2],
      '--certify',
      '--name',
      '臺北市政府電子文件服務平台',
    ],
    [files[0], 'vendor', '--field', FIELDS[1], '--reason', '同意'],
    [files[1], 'agency', '--field', FIELDS[2]],
  ];
  steps.forEach(([input, who, ...more], i) => {
    const r = seal(input, files[i], who, kind, ...more);
    assert.equal(r.status, 0, r.stderr);
  });
  return files;
}

/** All /ByteRange arrays of a file, in their order. */
function ranges(bytes) {
  const text = bytes.toString('latin1');
  return [...text.matchAll(/\/ByteRange \[0 (\d+) +(\d+) +(\d+) *\]/g)]
    .map((m) => m.slice(1).map(Number))
    .sort((a, b) => a[1] + a[2] - (b[1] + b[2]));
}
function cutOut(file, [start, end, length], name) {
  const bytes = fs.readFileSync(file);
  const hex = bytes.subarray(start + 1, end - 1).toString('latin1');
  const cms = Buffer.from(hex, 'hex');
  assert.equal(cms[0], 0x30);
  assert.equal(cms[1], 0x82, 'a CMS of 256 to 65535 bytes');
  const size = cms.readUInt16BE(2) + 4;
  assert.ok(
    cms.subarray(size).every((b) => b === 0),
    'nothing behind the CMS',
  );
  fs.writeFileSync(`${name}.cms`, cms.subarray(0, size));
  fs.writeFileSync(`${name}.ranges`, Buffer.concat([bytes.subarray(0, start), bytes.subarray(end, end + length)]));
  return `${name}.cms`;
}

function checkRevision(file, n) {
  const { status, report } = verify(file);
  assert.equal(status, 0, JSON.stringify(report));
  assert.equal(report.valid, true);
  assert.deepEqual(
    report.signatures.map((s) => s.field),
    FIELDS.slice(0, n),
  );
  report.signatures.forEach((s, i) => {
    assert.equal(s.verdict, 'valid');
    assert.equal(s.coversAll, i === n - 1);
    assert.equal(s.certification, i === 0 ? 2 : 0);
    assert.equal(s.subFilter, 'ETSI.CAdES.detached');
  });
  const poppler = ok('pdfsig', ['-nocert', file]);
  assert.equal(poppler.match(/Signature is Valid\./g)?.length, n, poppler);
  assert.equal(poppler.match(/Total document signed/g)?.length, 1, poppler);
  const mupdf = run('mutool', ['sign', '-v', file]).stdout;
  assert.equal(mupdf.match(/The document is unchanged since signing/g)?.length, 1, mupdf);
  assert.equal(mupdf.match(/The signature is valid but there have been edits since/g)?.length ?? 0, n - 1, mupdf);
  assert.match(ok('qpdf', ['--check', file]), /No syntax or stream encoding errors found/);
}

function checkCms(file, kind) {
  ranges(fs.readFileSync(file)).forEach((range, i) => {
    const base = `${file}.${i + 1}`;
    const cms = cutOut(file, range, base);
    const r = run('openssl', [
      'cms',
      '-verify',
      '-cades',
      '-binary',
      '-inform',
      'DER',
      '-in',
      cms,
      '-content',
      `${base}.ranges`,
      '-CAfile',
      `${pki}/root.crt`,
      '-purpose',
      'any',
      '-out',
      '/dev/null',
    ]);
    assert.equal(r.status, 0, r.stderr);
    assert.match(r.stderr, /CAdES Verification successful/);
    const text = ok('openssl', ['cms', '-cmsout', '-print', '-inform', 'DER', '-in', cms]);
    assert.match(text, /id-smime-aa-signingCertificateV2/);
    assert.doesNotMatch(text, /signingTime/, 'PAdES forbids the signing time');
    assert.match(text, kind === 'rsa' ? /algorithm: sha256WithRSAEncryption/ : /algorithm: ecdsa-with-SHA256/);
  });
}

/** Positions to spoil: both ends of each range and a few between. */
function positions([start, end, length]) {
  const list = [0, 6, start - 1, end, end + length - 2, start - 20];
  for (let i = 0; i < 4; i++) {
    list.push(Math.floor((start * (i + 0.5)) / 4), end + Math.floor((length * (i + 0.5)) / 4));
  }
  return [...new Set(list)];
}

before(() => {
  fs.mkdirSync(work, { recursive: true });
  ok(path.join(here, 'make_pdfs.sh'), [pdfs]);
  ok(path.join(here, 'make_pki.sh'), [pki]);
});

for (const name of PRODUCERS) {
  for (const kind of ['rsa', 'ec']) {
    test(`${name}, ${kind}: three signatures, each revision valid for everyone`, () => {
      const files = signThree(name, kind);
      const last = fs.readFileSync(files[2]);
      const before = fs.readFileSync(path.join(pdfs, `${name}.pdf`));
      assert.ok(last.subarray(0, before.length).equals(before), 'the input is the prefix');
      const all = ranges(last);
      assert.equal(all.length, 3);
      all.forEach(([, end, length], i) => {
        const cut = path.join(work, `${name}-${kind}-cut-${i + 1}.pdf`);
        fs.writeFileSync(cut, last.subarray(0, end + length));
        assert.ok(fs.readFileSync(cut).equals(fs.readFileSync(files[i])), 'revision n is the prefix of n + 1');
        checkRevision(cut, i + 1);
      });
      checkCms(files[2], kind);
    });
  }
  test(`${name}: one changed byte in a range is noticed`, () => {
    const file = path.join(work, `${name}-rsa-3.pdf`);
    const bytes = fs.readFileSync(file);
    for (const range of ranges(bytes)) {
      for (const at of positions(range)) {
        const bad = Buffer.from(bytes.subarray(0, range[1] + range[2]));
        bad[at] ^= 1;
        const spoiled = path.join(work, `${name}-spoiled.pdf`);
        fs.writeFileSync(spoiled, bad);
        const r = run(ctl, ['verify', spoiled, '--trust', pki]);
        assert.equal(r.status, 1, `byte ${at}: ${r.stdout}${r.stderr}`);
      }
    }
  });
}

test('prepare and embed: the card way, RSA, P-256 and P-384', () => {
  for (const [who, digest] of [
    ['vendor-rsa', 'sha256'],
    ['vendor-ec', 'sha256'],
    ['p384', 'sha384'],
  ]) {
    for (const encoding of who === 'vendor-rsa' ? ['der'] : ['der', 'ieee-p1363']) {
      const prepared = path.join(work, `prepared-${who}.pdf`);
      const finished = path.join(work, `finished-${who}.pdf`);
      const signature = path.join(work, `signature-${who}.bin`);
      const args = ['--cert', `${pki}/${who}.crt`, '--chain', `${pki}/ca.crt`];
      const attributes = Buffer.from(
        ok(ctl, ['prepare', path.join(pdfs, 'objstm.pdf'), prepared, ...args]).trim(),
        'base64',
      );
      const key = createPrivateKey(fs.readFileSync(`${pki}/${who}.key`));
      assert.equal(attributes[0], 0x31, 'a SET');
      fs.writeFileSync(signature, signBytes(digest, attributes, { key, dsaEncoding: encoding }));
      ok(ctl, ['embed', prepared, finished, ...args, '--signature', signature]);
      const { status, report } = verify(finished);
      assert.equal(status, 0, JSON.stringify(report));
      assert.equal(report.signatures[0].field, 'Signature1');
      assert.match(ok('pdfsig', ['-nocert', finished]), /Signature is Valid/);
      // What is signed holds the digest of the bytes around the hole.
      const [range] = ranges(fs.readFileSync(prepared));
      const bytes = fs.readFileSync(prepared);
      const md = createHash(digest).update(bytes.subarray(0, range[0])).update(bytes.subarray(range[1])).digest();
      assert.ok(attributes.includes(md));
      // A filled hole is not filled again; a wrong signature is refused.
      assert.equal(run(ctl, ['embed', finished, `${finished}.x`, ...args, '--signature', signature]).status, 2);
      const wrong = fs.readFileSync(signature);
      wrong[wrong.length - 1] ^= 1;
      fs.writeFileSync(signature, wrong);
      assert.equal(run(ctl, ['embed', prepared, `${finished}.x`, ...args, '--signature', signature]).status, 2);
      assert.equal(fs.existsSync(`${finished}.x`), false, 'nothing is left behind');
    }
  }
});

test('prepared bytes that were changed before embedding are refused', () => {
  const prepared = path.join(work, 'changed.pdf');
  const signature = path.join(work, 'changed.bin');
  const args = credentials('vendor', 'rsa');
  const attributes = Buffer.from(
    ok(ctl, ['prepare', path.join(pdfs, 'cairo.pdf'), prepared, ...args]).trim(),
    'base64',
  );
  fs.writeFileSync(signature, signBytes('sha256', attributes, fs.readFileSync(`${pki}/vendor-rsa.key`)));
  const bytes = fs.readFileSync(prepared);
  bytes[2000] ^= 1;
  fs.writeFileSync(prepared, bytes);
  const r = run(ctl, ['embed', prepared, `${prepared}.out`, ...args, '--signature', signature]);
  assert.equal(r.status, 2);
  assert.match(r.stderr, /signature_bad/);
});

test('two signers without a certification: each makes a field', () => {
  const a = path.join(work, 'plain-1.pdf');
  const b = path.join(work, 'plain-2.pdf');
  for (const name of PRODUCERS) {
    assert.equal(seal(path.join(pdfs, `${name}.pdf`), a, 'vendor', 'rsa').status, 0);
    assert.equal(seal(a, b, 'agency', 'ec').status, 0);
    const { status, report } = verify(b);
    assert.equal(status, 0, name + JSON.stringify(report));
    assert.deepEqual(
      report.signatures.map((s) => s.field),
      ['Signature1', 'Signature2'],
    );
  }
});

test('what must be refused is, and says why', () => {
  const cases = {
    'encrypted-open': 'pdf_encrypted',
    encrypted: 'pdf_encrypted',
    truncated: 'pdf_broken',
    'broken-xref': 'pdf_broken',
    'header-offset': 'pdf_unsupported',
    text: 'not_pdf',
    empty: 'not_pdf',
  };
  for (const [name, word] of Object.entries(cases)) {
    const target = path.join(work, 'refused.pdf');
    const r = seal(path.join(pdfs, `${name}.pdf`), target, 'vendor', 'rsa');
    assert.equal(r.status, 2, name);
    assert.match(r.stderr, new RegExp(`\\(${word}\\)`), name);
    assert.equal(fs.existsSync(target), false);
    assert.equal(verify(path.join(pdfs, `${name}.pdf`)).status, 2, name);
  }
  assert.equal(verify(path.join(pdfs, 'nothing-there.pdf')).status, 2);
  assert.equal(verify(path.join(pdfs, 'cairo.pdf')).status, 1, 'no signature is no valid signature');
});

test('a certified document takes no new field and no second certification', () => {
  const [certified] = signThree('cairo', 'rsa');
  const target = path.join(work, 'locked.pdf');
  const extra = seal(certified, target, 'vendor', 'rsa', '--field', 'Another');
  assert.equal(extra.status, 2);
  assert.match(extra.stderr, /pdf_locked/);
  const again = seal(certified, target, 'vendor', 'rsa', '--field', FIELDS[1], '--certify');
  assert.equal(again.status, 2);
  assert.match(again.stderr, /pdf_signed/);
  const taken = seal(
    path.join(work, 'cairo-rsa-2.pdf'),
    target,
    'vendor',
    'rsa',
    '--field',
    FIELDS[1],
    '--create',
    FIELDS[1],
  );
  assert.equal(taken.status, 2);
  const twice = seal(path.join(work, 'cairo-rsa-2.pdf'), target, 'vendor', 'rsa', '--field', FIELDS[1]);
  assert.equal(twice.status, 2, 'a filled field is not filled again');
});

test('unfit certificates do not sign, strangers are not trusted', () => {
  const target = path.join(work, 'unfit.pdf');
  const input = path.join(pdfs, 'cairo.pdf');
  for (const [who, word] of [
    ['nousage', 'certificate_usage'],
    ['weak', 'certificate_weak'],
  ]) {
    const r = run(ctl, ['seal', input, target, '--key', `${pki}/${who}.key`, '--cert', `${pki}/${who}.crt`]);
    assert.equal(r.status, 2);
    assert.match(r.stderr, new RegExp(word));
  }
  ok(ctl, ['seal', input, target, '--key', `${pki}/stranger.key`, '--cert', `${pki}/stranger.crt`]);
  const judged = verify(target);
  assert.equal(judged.status, 1);
  assert.equal(judged.report.signatures[0].verdict, 'indeterminate');
  assert.equal(judged.report.signatures[0].why, 'certificate_untrusted');
  const unjudged = verify(target, null);
  assert.equal(unjudged.status, 0);
  assert.equal(unjudged.report.signatures[0].verdict, 'intact');
  assert.equal(unjudged.report.trust, 'not_checked');
  ok(ctl, [
    'seal',
    input,
    target,
    '--key',
    `${pki}/vendor-rsa.key`,
    ...credentials('vendor', 'rsa'),
    '--time',
    '2001-02-03T04:05:06Z',
  ]);
  const early = verify(target);
  assert.equal(early.status, 1);
  assert.equal(early.report.signatures[0].why, 'certificate_not_yet_valid');
  assert.equal(early.report.signatures[0].claimedTime, '2001-02-03T04:05:06Z');
});

test('updates behind a signature: forged ones are found', () => {
  const file = signThree('cairo', 'rsa')[0];
  const bytes = fs.readFileSync(file);
  const text = bytes.toString('latin1');
  const prev = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)[1]);
  const trailer = /trailer\n<< \/Size (\d+) \/Prev \d+ (.*) >>\nstartxref\n\d+\n%%EOF\n$/s.exec(text);
  const size = Number(trailer[1]);
  const keys = trailer[2].replace(/ \/ID \[.*/s, '');
  const catalogId = Number(/\/Root (\d+) 0 R/.exec(keys)[1]);
  const catalog = [...text.matchAll(new RegExp(`\\n${catalogId} 0 obj\\n(<<.*?>>)\\nendobj`, 'gs'))].at(-1)[1];
  /** Appends objects as a well-formed update; `extra` goes between, unindexed. */
  const update = (objects, { extra = '', wrongPrev = prev, tail = '', offset } = {}) => {
    let body = '';
    const rows = [];
    for (const [id, value] of objects) {
      rows.push([id, bytes.length + body.length]);
      body += `${id} 0 obj\n${value}\nendobj\n`;
    }
    body += extra;
    const at = bytes.length + body.length;
    body += 'xref\n0 1\n0000000000 65535 f\r\n';
    for (const [id, o] of rows) {
      body += `${id} 1\n${String(offset ?? o).padStart(10, '0')} 00000 n\r\n`;
    }
    body += `trailer\n<< /Size ${size + 10} /Prev ${wrongPrev} ${keys} >>\nstartxref\n${at}\n%%EOF\n${tail}`;
    return Buffer.concat([bytes, Buffer.from(body, 'latin1')]);
  };
  const harmful = catalog.replace('<<', '<< /OpenAction << /S /JavaScript /JS (1) >>');
  const cases = {
    'a line behind the end': [Buffer.concat([bytes, Buffer.from('\n')]), 'revision'],
    'rubbish behind the end': [Buffer.concat([bytes, Buffer.from('more\n')]), 'revision'],
    'another catalog': [update([[catalogId, harmful]]), 'changed_after_signing'],
    'a new object that nobody needs': [update([[size, '<< /A 1 >>']]), 'changed_after_signing'],
    'an unindexed object': [update([], { extra: `${size} 0 obj\n<< >>\nendobj\n` }), 'unindexed_bytes'],
    'a row that points back into signed bytes': [
      update([[catalogId, catalog]], { offset: text.lastIndexOf(`\n${catalogId} 0 obj`) + 1 }),
      'unindexed_bytes',
    ],
    'a chain that skips the signed revision': [
      update([], { wrongPrev: Number(/\/Prev (\d+) /.exec(text.slice(prev))[1]) }),
      '',
    ],
    'a comment in the update': [update([], { extra: '% 1 0 obj << >> endobj\n' }), 'unindexed_bytes'],
    'a second end': [update([], { tail: '%%EOF\n' }), 'revision'],
  };
  for (const [what, [forged, why]] of Object.entries(cases)) {
    const target = path.join(work, 'forged.pdf');
    fs.writeFileSync(target, forged);
    const { status, report } = verify(target);
    assert.equal(status, 1, `${what}: ${JSON.stringify(report)}`);
    assert.equal(report.valid, false, what);
    // (a skipped revision takes its signature out of sight: none is left)
    assert.equal(report.signatures[0]?.why ?? report.why, why, what);
  }
  // The same update with nothing in it, or with an object once more as it is, changes nothing:
  // allowed, yet the signature does not cover the whole file any more.
  for (const nothing of [[], [[catalogId, catalog]]]) {
    const target = path.join(work, 'empty-update.pdf');
    fs.writeFileSync(target, update(nothing));
    const { status, report } = verify(target);
    assert.equal(status, 0, JSON.stringify(report));
    assert.equal(report.signatures[0].coversAll, false);
    assert.ok(report.changes.every((c) => c.afterSignature < report.signatures.length), 'nothing is told of it');
  }
});

test('what it does not know it says', () => {
  const r = run(ctl, ['seal', path.join(pdfs, 'cairo.pdf'), path.join(work, 'x.pdf'), '--nonsense', 'x']);
  assert.equal(r.status, 2);
  assert.match(r.stderr, /unknown option/);
  assert.equal(run(ctl, ['nonsense']).status, 2);
  assert.match(ok(ctl, ['--version']), /^yinxinctl \d/);
  assert.match(ok(ctl, ['--help']), /verify FILE\.pdf/);
});
