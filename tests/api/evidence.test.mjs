// 證明頁, 證據包 and verification codes of what everybody has signed.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Client, DIR, as } from './client.mjs';

const dir = mkdtempSync(join(tmpdir(), 'yinxin-evidence-'));
let chen;
let vendor;
let document;
let made;

before(async () => {
  [chen, vendor] = [await as('chen'), await as('vendor')];
  const done = (await chen.get('/contracts?state=completed')).body.items[0];
  document = (await chen.get(`/contracts/${done.id}`)).body.documents[0];
});
after(() => rmSync(dir, { recursive: true }));

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const verify = (bytes) =>
  new Client().call('POST', '/api/v1/verify', { body: bytes, headers: { 'Content-Type': 'application/pdf' } });

test('only what everybody has signed has a sheet, and only for who may see it', async () => {
  const open = (await chen.get('/contracts?state=vendor_pending')).body.items[0];
  const waiting = (await chen.get(`/contracts/${open.id}`)).body.documents[0];
  const early = await chen.post(`/documents/${waiting.id}/evidence`, {});
  assert.equal(early.status, 409, JSON.stringify(early.body));
  assert.equal(early.body.error.code, 'wrong_state');
  assert.equal((await chen.get(`/documents/${document.id}/evidence/sheet`)).status, 404, 'none was made yet');
  assert.equal((await chen.get(`/documents/${document.id}/history`)).body.complete, true);
  assert.equal((await chen.get(`/documents/${waiting.id}/history`)).body.complete, false);
  const stranger = await as('vendor2').catch(() => null);
  if (stranger) {
    assert.equal((await stranger.post(`/documents/${document.id}/evidence`, {})).status, 404);
    assert.equal((await stranger.get(`/documents/${document.id}/evidence/package`)).status, 404);
  }
});

test('the sheet is made once, sealed, and tells what the history tells', async () => {
  const answer = await chen.post(`/documents/${document.id}/evidence`, {});
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  made = answer.body;
  assert.match(made.code, /^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
  const again = await chen.post(`/documents/${document.id}/evidence`, {});
  assert.deepEqual(again.body, made, 'the same code');
  const sheet = (await chen.get(`/documents/${document.id}/evidence/sheet`)).body;
  const { body: report } = await verify(sheet);
  assert.equal(report.valid, true, JSON.stringify(report));
  assert.equal(report.signatures.length, 1);
  assert.equal(report.signatures[0].certification, 2);
  writeFileSync(join(dir, 'sheet.pdf'), sheet);
  const text = execFileSync('pdftotext', ['-layout', join(dir, 'sheet.pdf'), '-'], { encoding: 'utf8' });
  const squeezed = text.replace(/\s/g, '');
  assert.match(squeezed, /SHA-256摘要[0-9a-f]{64}/);
  for (const word of [made.code, document.number])
    assert.ok(squeezed.includes(word.replace(/\s/g, '')), `${word} is not on the sheet:\n${text}`);
  for (const row of (await chen.get(`/documents/${document.id}/history`)).body.items)
    assert.ok(squeezed.includes(row.serial), row.serial);
  assert.match(text, /送達/);
  assert.match(text, /M\d{15}/);
  assert.match(execFileSync('pdffonts', [join(dir, 'sheet.pdf')], { encoding: 'utf8' }), /yes yes/, 'fonts are inside');
  assert.ok(sheet.length < 150000, `fonts of what it shows alone: ${sheet.length} bytes`);
});

test('the vendor gets the same', async () => {
  const answer = await vendor.post(`/documents/${document.id}/evidence`, {});
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.equal(answer.body.code, made.code);
  assert.equal((await vendor.get(`/documents/${document.id}/evidence/sheet`)).status, 200);
});

test('the package has every piece, and its digests are true', async () => {
  const answer = await chen.get(`/documents/${document.id}/evidence/package`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.match(answer.headers.get('content-type'), /^application\/zip/);
  assert.match(answer.headers.get('content-disposition'), /attachment/);
  writeFileSync(join(dir, 'package.zip'), answer.body);
  execFileSync('python3', ['-m', 'zipfile', '-e', join(dir, 'package.zip'), join(dir, 'out')]);
  const out = (name) => join(dir, 'out', name);
  const checked = execFileSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: out('.'), encoding: 'utf8' });
  assert.equal(checked.match(/: OK$/gm).length, checked.trim().split('\n').length);
  const names = readdirSync(out('.'), { recursive: true });
  for (const name of ['document.pdf', 'certificate.pdf', 'history.json', 'verification.json', 'README.txt'])
    assert.ok(names.includes(name), name);
  const file = (await chen.get(`/documents/${document.id}/file`)).body;
  assert.ok(readFileSync(out('document.pdf')).length <= file.length);
  const history = JSON.parse(readFileSync(out('history.json'), 'utf8'));
  assert.equal(history.code, made.code);
  assert.equal(history.newestSha256, sha256(readFileSync(out('document.pdf'))));
  assert.equal(history.signatures.length, 3);
  assert.ok(history.deliveries.length >= 3);
  assert.equal(JSON.parse(readFileSync(out('verification.json'), 'utf8')).valid, true);
  assert.equal(readdirSync(out('signatures')).length, 3);
  const certs = readdirSync(out('certificates'));
  assert.ok(certs.length >= 3);
  for (const name of certs)
    execFileSync('openssl', ['x509', '-inform', 'DER', '-in', out(`certificates/${name}`), '-noout']);
  for (const name of readdirSync(out('signatures')))
    execFileSync('openssl', ['cms', '-cmsout', '-noout', '-inform', 'DER', '-in', out(`signatures/${name}`)]);
});

test('a code tells the digest to anybody, and nothing of the content', async () => {
  const anybody = new Client();
  const messy = made.code.toLowerCase().replaceAll('-', '').replaceAll('0', 'o').replaceAll('1', 'l');
  for (const code of [made.code, messy]) {
    const answer = await anybody.get(`/verify/codes/${code}`);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    // (the worker may have put a timestamp over it meanwhile)
    assert.equal(answer.body.newestSha256, sha256((await chen.get(`/documents/${document.id}/file`)).body));
    assert.equal(answer.body.signatures, 3);
    assert.deepEqual(Object.keys(answer.body).sort(), [
      ...['completedAt', 'contractState', 'madeAt', 'newestSha256', 'sha256', 'signatures', 'size'],
    ]);
  }
  const last = made.code.at(-1) === 'A' ? 'B' : 'A';
  assert.equal((await anybody.get(`/verify/codes/${made.code.slice(0, -1)}${last}`)).status, 404);
  assert.equal((await anybody.get('/verify/codes/UUUUUUUUUUUUUUUU')).status, 404);
  assert.equal((await anybody.get('/verify/codes/ABC')).status, 400);
});

test('the package’s temporary copy is one a sheet', async () => {
  const before = readdirSync(join(DIR, 'store/prepared')).length;
  await chen.get(`/documents/${document.id}/evidence/package`);
  await vendor.get(`/documents/${document.id}/evidence/package`);
  assert.equal(readdirSync(join(DIR, 'store/prepared')).length, before);
});
