// POST /verify: open to all, tells what a file is worth, keeps nothing.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Client, DIR, ROOT, as, ctl } from './client.mjs';

let id;
let signed;
const work = mkdtempSync('/tmp/yx-verify-');
after(() => rmSync(work, { recursive: true, force: true }));

const verify = (bytes, client = new Client()) =>
  client.call('POST', '/api/v1/verify', { body: bytes, headers: { 'Content-Type': 'application/pdf' } });

before(async () => {
  const chen = await as('chen');
  const done = (await chen.get('/contracts?state=completed')).body.items[0];
  id = (await chen.get(`/contracts/${done.id}`)).body.documents[0].id;
  signed = (await chen.get(`/documents/${id}/file`)).body;
});

/** An update behind the end that puts an annotation on a page, well formed. */
function annotated(bytes) {
  const text = bytes.toString('latin1');
  const prev = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)[1]);
  const trailer = text.slice(text.lastIndexOf('trailer'));
  const size = Number(/\/Size (\d+)/.exec(trailer)[1]);
  const root = /\/Root \d+ 0 R/.exec(trailer)[0];
  const pages = /\n(\d+) 0 obj\s*(<<(?:(?!endobj)[^])*?\/Type\s*\/Page\b[^]*?>>)\s*endobj/g;
  const [, n, body] = [...text.matchAll(pages)].at(-1);
  const page = body.replace(/\/Annots\s*\[[^\]]*\]/, '').replace(/>>$/, `/Annots [${size} 0 R] >>`);
  const objects = [
    [Number(n), page],
    [size, '<< /Type /Annot /Subtype /Stamp /Rect [0 0 300 300] /Contents (paid) >>'],
  ];
  let out = '';
  let table = 'xref\n0 1\n0000000000 65535 f\r\n';
  for (const [number, value] of objects) {
    table += `${number} 1\n${String(bytes.length + out.length).padStart(10, '0')} 00000 n\r\n`;
    out += `${number} 0 obj\n${value}\nendobj\n`;
  }
  const at = bytes.length + out.length;
  return Buffer.concat([
    bytes,
    Buffer.from(`${out}${table}trailer\n<< /Size ${size + 1} ${root} /Prev ${prev} >>\nstartxref\n${at}\n%%EOF\n`),
  ]);
}

test('a completed contract is valid for somebody who is not logged in', async () => {
  const answer = await verify(signed);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const r = answer.body;
  assert.equal(r.valid, true);
  assert.equal(r.trust, 'checked');
  assert.equal(r.sha256, createHash('sha256').update(signed).digest('hex'));
  assert.equal(r.size, signed.length);
  assert.ok(r.signatures.length >= 3);
  for (const s of r.signatures.filter((one) => !one.timestamp)) {
    assert.equal(s.indication, 'TOTAL-PASSED');
    assert.equal(s.subIndication, null);
    assert.match(s.level, /^B-(B|T|LT|LTA)$/);
    assert.equal(s.presumption.result, 'presumed');
    assert.equal(s.presumption.authority.approval, '測試字第1130000001號');
    assert.equal(s.certificates.length, 3);
  }
  const vendor = r.signatures.find((s) => s.identity.ubn);
  assert.equal(vendor.identity.ubn, '97162640');
  assert.equal(vendor.identity.ubnChecks, true);
  assert.equal(vendor.identity.card, 'primary');
  assert.ok(r.changes.length > 0 && r.changes.every((c) => c.allowed));
  assert.equal(r.platform.known, true);
  assert.equal(r.platform.newest, true);
  assert.equal(r.platform.contractState, 'completed');
  assert.match(r.platform.documentNumber, /^D\d{15}$/);
});

test('an earlier revision is known as such', async () => {
  const chen = await as('chen');
  const older = (await chen.get(`/documents/${id}/file?revision=1`)).body;
  const r = (await verify(older)).body;
  assert.equal(r.valid, true);
  assert.equal(r.platform.known, true);
  assert.equal(r.platform.newest, false);
});

test('what was added is told in words, and nothing of it is called valid', async () => {
  const r = (await verify(annotated(signed))).body;
  assert.equal(r.valid, false);
  assert.equal(r.platform.known, false);
  assert.equal(r.platform.documentNumber, null);
  for (const s of r.signatures) {
    assert.equal(s.verdict, 'invalid');
    assert.equal(s.why, 'changed_after_signing');
    assert.equal(s.indication, 'TOTAL-FAILED');
    assert.equal(s.subIndication, 'FORMAT_FAILURE');
    assert.equal(s.presumption.result, s.timestamp ? 'not_checked' : 'not_presumed');
  }
  const [stamp] = r.changes.filter((c) => c.class === 'annotation');
  assert.equal(stamp.allowed, false);
  assert.equal(stamp.added, true);
  assert.ok(stamp.page >= 1);
  assert.match(stamp.text, /^After signature \d+, an annotation was added on page \d+ \(object \d+\)$/);
  assert.match(stamp.textZh, /^第 \d+ 個簽章之後新增了註解，位於第 \d+ 頁（物件 \d+）$/);
});

test('one changed byte is told from a change behind the end', async () => {
  const bad = Buffer.from(signed);
  bad[bad.indexOf('%PDF') + 12] ^= 1;
  const r = await verify(bad);
  if (r.status === 200) assert.equal(r.body.valid, false);
  else assert.equal(r.status, 422);
});

test('what is no PDF is refused, and so is what only looks like one', async () => {
  for (const [bytes, code] of [
    [Buffer.from('hello'), 'not_pdf'],
    [Buffer.alloc(0), 'not_pdf'],
    [Buffer.from('%PDF-1.7\nrubbish'), 'pdf_broken'],
  ]) {
    const answer = await verify(bytes);
    assert.equal(answer.status, 422, JSON.stringify(answer.body));
    assert.equal(answer.body.error.code, code);
  }
  const plain = await verify(readFileSync(join(ROOT, 'sql/demo/contract.pdf')));
  assert.equal(plain.status, 200);
  assert.equal(plain.body.valid, false);
  assert.deepEqual(plain.body.signatures, []);
});

test('an upload is not known to the platform before it is sealed', async () => {
  const r = (await verify(readFileSync(join(ROOT, 'sql/demo/contract.pdf')))).body;
  assert.equal(r.platform.known, false);
});

test('nothing is kept: neither the file nor a row nor an object', async () => {
  const objects = () => readdirSync(join(DIR, 'store/objects'), { recursive: true }).length;
  const before = objects();
  const fresh = Buffer.concat([signed, Buffer.from(`%${Math.random()}\n`)]);
  assert.equal((await verify(fresh)).status, 200);
  assert.equal(objects(), before);
  assert.deepEqual(readdirSync(join(DIR, 'store/incoming')).filter((name) => !/^\d+$/.test(name)), []);
  // (nginx takes the file away once the answer is out: on a busy machine a moment later)
  const incoming = join(DIR, 'store/incoming');
  const isFresh = (name) => statSync(join(incoming, name), { throwIfNoEntry: false })?.size === fresh.length;
  const end = Date.now() + 30000;
  while (readdirSync(incoming).some(isFresh) && Date.now() < end) await new Promise((next) => setTimeout(next, 50));
  assert.deepEqual(readdirSync(incoming).filter(isFresh), []);
});

test('the process that reads the file is confined: a bomb ends it, not the server', async () => {
  // A chain of sections that leads back to itself, and a catalogue of a million references.
  const form = `<< /Fields [${'3 0 R '.repeat(300000)}] >>`;
  const body = `%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /AcroForm ${form} >>\nendobj\n`;
  const trailer = `trailer\n<< /Size 2 /Root 1 0 R /Prev ${body.length} >>\n`;
  const table = `xref\n0 2\n0000000000 65535 f\r\n0000000009 00000 n\r\n${trailer}`;
  const bomb = Buffer.from(`${body}${table}startxref\n${body.length}\n%%EOF\n`);
  const answer = await verify(bomb);
  assert.ok(answer.status === 422 || answer.body.valid === false, JSON.stringify(answer.body));
  assert.equal((await new Client().get('/health')).status, 200);
});

test('a page of another site cannot send a file in the name of its reader', async () => {
  const answer = await new Client().call('POST', '/api/v1/verify', {
    body: signed,
    headers: { 'Content-Type': 'application/pdf', Origin: 'https://elsewhere.example' },
  });
  assert.equal(answer.status, 403);
});

// ---- a file and its signature ----

const form = (parts) => {
  const data = new FormData();
  for (const [name, bytes] of Object.entries(parts)) data.append(name, new Blob([bytes]), `${name}.bin`);
  return data;
};
const verifyPair = (parts, client = new Client()) =>
  client.call('POST', '/api/v1/verify/detached', { body: form(parts) });
/** A text of the length, signed by the vendor up to B-LT by the test CA's own services. */
function longTerm(bytes) {
  const [file, plain, kept] = ['file', 'b.p7s', 'lt.p7s'].map((name) => join(work, name));
  const pki = join(DIR, 'pki');
  writeFileSync(file, bytes);
  ctl('sign-file', file, plain, '--key', `${pki}/vendor.key`, '--cert', `${pki}/vendor.crt`);
  const conf = readFileSync(join(DIR, 'conf/yinxin.conf'), 'utf8');
  const of = (name) => new RegExp(`^${name} = (.*)$`, 'm').exec(conf)[1];
  ctl('timestamp-file', plain, kept, '--tsa', of('tsa_urls'), '--trust', pki, '--allow-hosts', of('ocsp_allow_hosts'));
  return { plain: readFileSync(plain), kept: readFileSync(kept) };
}

test('any file with its signature beside it: judged like a PDF, up to CAdES B-LT', async () => {
  // (a delimiter of some form inside of it, and one byte alone at the end)
  const file = Buffer.concat([Buffer.from('成果報告\r\n--boundary\r\n'), Buffer.alloc(300000, 7), Buffer.from('\r')]);
  const { plain, kept } = longTerm(file);
  for (const [signature, level] of [[plain, 'B-B'], [kept, 'B-LT']]) {
    for (const parts of [{ file, signature }, { signature, file }]) {
      const answer = await verifyPair(parts);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      const { signatures: [s], ...r } = answer.body;
      assert.deepEqual([r.valid, s.indication, s.level, s.subFilter], [true, 'TOTAL-PASSED', level, 'CAdES']);
      assert.equal(r.sha256, createHash('sha256').update(file).digest('hex'));
      assert.deepEqual([r.size, s.coversBytes, s.coversAll], [file.length, file.length, true]);
      assert.deepEqual([r.changes, r.platform.known], [[], false]);
      assert.equal(s.presumption.result, 'presumed');
      assert.equal(s.identity.ubn, '97162640');
      assert.equal(s.revocation.state, level === 'B-LT' ? 'good' : 'unknown');
    }
  }
  file[100] ^= 1;
  const { signatures: [bad], valid } = (await verifyPair({ file, signature: kept })).body;
  assert.deepEqual([valid, bad.indication, bad.subIndication], [false, 'TOTAL-FAILED', 'HASH_FAILURE']);
  const { signatures: [rubbish] } = (await verifyPair({ file, signature: Buffer.from('hello') })).body;
  assert.deepEqual([rubbish.indication, rubbish.subIndication], ['TOTAL-FAILED', 'FORMAT_FAILURE']);
});

test('an empty file can be signed too; a kept document is known by its digest', async () => {
  const { plain } = longTerm(Buffer.alloc(0));
  assert.equal((await verifyPair({ file: Buffer.alloc(0), signature: plain })).body.valid, true);
  const beside = longTerm(signed);
  const r = (await verifyPair({ file: signed, signature: beside.plain })).body;
  assert.deepEqual([r.valid, r.platform.known, r.signatures.length], [true, true, 1]);
});

test('a form that is none, lacks a part or is too large is refused', async () => {
  const file = Buffer.from('x');
  for (const [parts, field] of [
    [{ file }, 'signature'],
    [{ signature: file }, 'file'],
    [{ file, signature: Buffer.alloc(0) }, 'signature'],
    [{ file, signature: Buffer.alloc((4 << 20) + 1) }, 'signature'],
  ]) {
    const answer = await verifyPair(parts);
    assert.ok([400, 413, 422].includes(answer.status), `${answer.status} ${JSON.stringify(answer.body)}`);
    assert.equal(answer.body.error.field, field);
  }
  for (const [body, type] of [
    ['hello', 'multipart/form-data; boundary=b'],
    ['--b\r\n\r\nx\r\n--b--', 'multipart/form-data; boundary=b'],
    ['--b--', 'multipart/form-data; boundary=b'],
    ['{}', 'application/json'],
    ['--b', 'multipart/form-data'],
  ]) {
    const answer = await new Client().call('POST', '/api/v1/verify/detached', {
      body: Buffer.from(body),
      headers: { 'Content-Type': type },
    });
    assert.equal(answer.status, 400, `${body} ${JSON.stringify(answer.body)}`);
  }
  const other = await new Client().call('POST', '/api/v1/verify/detached', {
    body: form({ file, signature: file }),
    headers: { Origin: 'https://elsewhere.example' },
  });
  assert.equal(other.status, 403);
  assert.deepEqual(readdirSync(join(DIR, 'store/incoming')).filter((name) => !/^\d+$/.test(name)), []);
});
