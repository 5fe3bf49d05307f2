// Attachments that are no PDF, signed by their writer's card before they go out: the signature stands
// apart from the file (CAdES). Held against OpenSSL and against a container's own directory.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { as, auditVerify, certificate, Client, DIR, sign, sql, worked } from './client.mjs';
import { attach, code, company, draft, ok, PDF, person, send, signDraft, zip } from './letters.mjs';

const CSV = Buffer.from('編號,姓名\n1,陳00\n');
const dir = mkdtempSync(join(tmpdir(), 'yx-apart-'));
const responder = `http://127.0.0.1:${Number(readFileSync(join(DIR, 'conf/port'), 'utf8')) + 3}`;
const outOfOrder = (...paths) => fetch(`${responder}/out`, { method: 'POST', body: paths.join('\n') });
before(() => outOfOrder());
after(async () => {
  await outOfOrder();
  rmSync(dir, { recursive: true, force: true });
});

/** OpenSSL's own word on a file and the signature apart from it. */
function opensslVerifies(file, p7s) {
  const [at, by] = [join(dir, 'file'), join(dir, 'file.p7s')];
  writeFileSync(at, file);
  writeFileSync(by, p7s);
  const trust = ['-CAfile', join(DIR, 'pki/anchors/root.pem'), '-purpose', 'any', '-no_check_time'];
  try {
    execFileSync('openssl', ['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', by, '-content', at,
      '-out', '/dev/null', ...trust], { stdio: 'pipe' });
    return true;
  } catch (error) {
    if (!/verif|digest/i.test(String(error.stderr))) throw error;
    return false;
  }
}
const mineOf = async (client, id) => ok(await client.get(`/letters/${id}`)).documents;
const fileOf = async (client, id, what = 'file') => {
  const answer = await client.get(`/documents/${id}/${what}`);
  assert.equal(answer.status, 200, `${what}: ${answer.status}`);
  return answer;
};

test('signed before it goes out; the receiver gets file, signature, both as one, and what it is worth', async () => {
  const [chen, vendor, vendor2, wang] = await Promise.all(['chen', 'vendor', 'vendor2', 'wang'].map(as));
  const letter = await draft(vendor, { to: [chen.member.id], subject: '檢送名單', files: ['函.pdf'] });
  ok(await attach(vendor, letter.id, '名單.csv', CSV));
  const [pdf, csv] = await mineOf(vendor, letter.id);
  for (const what of ['signature', 'container'])
    assert.equal((await vendor.get(`/documents/${csv.id}/${what}`)).status, 404, 'not signed yet');
  ok(await signDraft(vendor, letter.id, 'vendor'));
  const signed = await mineOf(vendor, letter.id);
  assert.ok(signed.every((d) => d.signedAt !== null && d.revision === 1));
  assert.equal(signed[1].size, CSV.length, 'the size is the file\'s');
  const { version } = ok(await vendor.get(`/letters/${letter.id}`));
  await send(vendor, { id: letter.id, version });

  const seen = ok(await chen.get(`/messages/${letter.id}`)).documents;
  assert.deepEqual(seen.map((d) => [d.id, d.revision, d.format]), [[pdf.id, 1, 'pdf'], [csv.id, 1, 'csv']]);
  assert.equal(seen[1].size, CSV.length);
  for (const query of ['file', 'file?revision=0', 'file?revision=1&download=1'])
    assert.ok((await fileOf(chen, csv.id, query)).body.equals(CSV), `${query} is the file as it was`);
  const p7s = await fileOf(chen, csv.id, 'signature');
  assert.ok(p7s.headers.get('content-disposition').includes(`${encodeURIComponent('名單.csv')}.p7s`));
  assert.equal(p7s.headers.get('content-type'), 'application/pkcs7-signature');
  assert.ok(opensslVerifies(CSV, p7s.body));
  assert.ok(!opensslVerifies(Buffer.concat([CSV, Buffer.from(' ')]), p7s.body), 'of that file alone');
  for (const what of ['signature', 'container'])
    assert.equal((await chen.get(`/documents/${pdf.id}/${what}`)).status, 404, 'a PDF has it inside');

  for (const d of seen) {
    const report = ok(await chen.get(`/documents/${d.id}/verification`));
    assert.equal(report.valid, true, JSON.stringify(report));
    const [one] = report.signatures;
    assert.equal(report.signatures.length, 1);
    assert.deepEqual([one.verdict, one.level], ['valid', 'B-T']);
    assert.equal(one.signerName, '測試公司1');
    assert.ok(one.provenTime && Math.abs(Date.parse(one.provenTime) - Date.now()) < 600e3);
    assert.equal(report.sha256, createHash('sha256').update((await fileOf(chen, d.id)).body).digest('hex'));
  }
  const report = ok(await chen.get(`/documents/${csv.id}/verification`)).signatures[0];
  assert.deepEqual([report.subFilter, report.coversBytes], ['CAdES', CSV.length]);
  assert.ok(Math.abs(Date.parse(report.claimedTime) - Date.now()) < 600e3, 'its own time of signing');
  const history = ok(await chen.get(`/documents/${csv.id}/history`)).items;
  assert.equal(history.length, 1);
  assert.match(history[0].signedBy, /關貿/);

  const form = new FormData();
  form.set('file', new Blob([CSV]), '名單.csv');
  form.set('signature', new Blob([p7s.body]), '名單.csv.p7s');
  const stranger = await new Client().call('POST', '/api/v1/verify/detached', { body: form });
  assert.equal(ok(stranger).valid, true, 'and whoever is not logged in can tell as well');

  for (const other of [vendor2, wang])
    for (const what of ['signature', 'container', 'verification'])
      assert.equal((await other.get(`/documents/${csv.id}/${what}`)).status, 404, what);
  auditVerify();
});

test('the container is a ZIP that others open: mimetype first and bare, the file, its signature', async () => {
  const chen = await as('chen');
  const letter = await draft(chen, { to: [await company(chen)] });
  const big = randomBytes(300000);
  ok(await attach(chen, letter.id, '現場 照片.png', Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), big])));
  ok(await signDraft(chen, letter.id, 'agency'));
  const [d] = await mineOf(chen, letter.id);
  const answer = await fileOf(chen, d.id, 'container');
  const zip = answer.body;
  assert.equal(answer.headers.get('content-type'), 'application/vnd.etsi.asic-s+zip');
  assert.equal(Number(answer.headers.get('content-length')), zip.length);
  assert.equal(zip.subarray(0, 4).toString('latin1'), 'PK\x03\x04');
  assert.deepEqual([zip.readUInt16LE(8), zip.readUInt16LE(26), zip.readUInt16LE(28)], [0, 8, 0], 'stored, no extra');
  assert.equal(zip.subarray(30, 69).toString(), 'mimetypeapplication/vnd.etsi.asic-s+zip');
  const path = join(dir, 'x.asics');
  writeFileSync(path, zip);
  const names = execFileSync('python3', ['-c', `
import sys, zipfile
z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None
for i in z.infolist(): print(i.filename); open(sys.argv[2] + "/" + i.filename.replace("/", "_"), "wb").write(z.read(i))
`, path, dir]).toString().trim().split('\n');
  assert.deepEqual(names, ['mimetype', '現場 照片.png', 'META-INF/signature.p7s']);
  assert.ok(opensslVerifies(readFileSync(join(dir, '現場 照片.png')), readFileSync(join(dir, 'META-INF_signature.p7s'))));
  assert.ok((await fileOf(chen, d.id, 'container')).body.equals(zip), 'the same bytes whenever it is asked for');
});

test('another file in its place: the signature is dropped, and told; a recall begins without', async () => {
  const chen = await as('chen');
  const letter = await draft(chen, { to: [await company(chen)], files: ['甲.pdf'] });
  ok(await attach(chen, letter.id, '名單.csv', CSV));
  const replace = (of, name, bytes) => chen.call('POST', `/api/v1/letters/${letter.id}/documents?replaces=${of}`, {
    body: bytes, headers: { 'Content-Type': 'application/pdf', 'X-File-Name': encodeURIComponent(name) } });
  const [first, before] = await mineOf(chen, letter.id);
  const other = Buffer.from('編號,姓名\n1,林00\n');
  assert.equal(ok(await replace(before.id, '名單.csv', other)).signatureDropped, false, 'there was none');
  const [, second] = await mineOf(chen, letter.id);
  ok(await signDraft(chen, letter.id, 'agency'));
  assert.equal(ok(await replace(first.id, '乙.pdf', PDF)).signatureDropped, true);
  assert.equal(ok(await replace(second.id, '名單.csv', CSV)).signatureDropped, true);
  const now = await mineOf(chen, letter.id);
  assert.deepEqual(now.map((d) => [d.name, d.signedAt, d.revision]), [['乙', null, 0], ['名單.csv', null, 0]],
    'in the same places');
  assert.equal((await chen.get(`/documents/${second.id}/signature`)).status, 404);
  assert.equal((await chen.get(`/documents/${now[1].id}/signature`)).status, 404);
  assert.equal((await replace(second.id, '名單.csv', CSV)).status, 404, 'it is gone already');
  assert.equal((await mineOf(chen, letter.id)).length, 2, 'and nothing came of it');
  assert.equal((await replace(randomBytes(16).toString('hex'), 'x.csv', CSV)).status, 404);

  ok(await signDraft(chen, letter.id, 'agency'));
  const { version } = ok(await chen.get(`/letters/${letter.id}`));
  await send(chen, { id: letter.id, version });
  assert.equal((await replace(now[1].id, 'x.csv', CSV)).status, 409, 'what was sent stays');
  ok(await chen.post(`/letters/${letter.id}/recall`, {}));
  const again = ok(await chen.post('/letters', { again: letter.id })).id;
  const copies = await mineOf(chen, again);
  assert.ok(copies.every((d) => d.signedAt === null && d.revision === 0 && d.taskId !== null));
  assert.ok((await fileOf(chen, copies[1].id)).body.equals(CSV));
});

test('what the card signs is the file: its digest, its time; a file that was taken out is not signed', async () => {
  const chen = await as('chen');
  const letter = await draft(chen, {});
  ok(await attach(chen, letter.id, '名單.csv', CSV));
  const [d] = await mineOf(chen, letter.id);
  const der = certificate('agency').toString('base64');
  const mine = ok(await chen.get('/certificates?size=100')).items.find((c) => c.certificate === der);
  const prepare = async () => ok(await chen.post('/signings', { tasks: [d.taskId], certificateId: mine.id }));
  const one = await prepare(), item = one.documents[0];
  assert.deepEqual([item.name, item.size, item.byteRange], ['名單.csv', CSV.length, [0, CSV.length]]);
  assert.equal(item.messageDigest, createHash('sha256').update(CSV).digest('base64'));
  const bytes = await new Client().call('GET', item.url);
  assert.ok(bytes.body.equals(CSV), 'the extension reads the file itself');
  assert.equal(bytes.headers.get('content-type'), 'application/octet-stream');
  assert.match(bytes.headers.get('content-disposition'), /^attachment/);
  const wrong = await chen.post(`/signings/${one.id}/complete`, { signatures: [sign('vendor', item)] });
  assert.equal(code(wrong), 'signature_bad', 'another key');
  const two = await prepare();
  assert.equal((await new Client().call('GET', item.url)).status, 404, 'given up by the next one');
  ok(await chen.delete(`/letters/${letter.id}/documents/${d.id}`));
  const late = await chen.post(`/signings/${two.id}/complete`, { signatures: [sign('agency', two.documents[0])] });
  assert.ok([409, 422].includes(late.status), JSON.stringify(late.body));
  assert.equal(sql(`SELECT revision FROM document WHERE id = '${d.id}'`), '0');
});

test('no timestamp to be had: signed all the same, and the worker makes it good', async () => {
  const chen = await as('chen');
  const letter = await draft(chen, { to: [await person(chen, 'lin')] });
  ok(await attach(chen, letter.id, '名單.csv', CSV));
  await outOfOrder('/tsa');
  try {
    ok(await signDraft(chen, letter.id, 'agency'));
  } finally {
    await outOfOrder();
  }
  const [d] = await mineOf(chen, letter.id);
  const before = await fileOf(chen, d.id, 'signature');
  const levelNow = async () => ok(await chen.get(`/documents/${d.id}/verification`)).signatures[0].level;
  assert.equal(await levelNow(), 'B-B');
  const { version } = ok(await chen.get(`/letters/${letter.id}`));
  await send(chen, { id: letter.id, version });
  sql(`UPDATE proof SET next_at = '2021-01-01' WHERE document_id = '${d.id}'`);
  await worked('the time is added', async () => (await levelNow()) === 'B-T');
  const lin = await as('lin');
  const after = await fileOf(lin, d.id, 'signature');
  assert.ok(!after.body.equals(before.body));
  assert.ok(opensslVerifies(CSV, after.body));
  assert.deepEqual(sql(`SELECT state, level FROM proof WHERE document_id = '${d.id}'`).split('\t'), ['kept', 'B-T']);
  auditVerify();
});

const peak = () =>
  Number(/VmHWM:\s+(\d+) kB/.exec(
    readFileSync(`/proc/${readFileSync(join(DIR, 'run/yinxind.pid'), 'utf8').trim()}/status`, 'utf8'))[1]) / 1024;

test('150 MB: attached, signed, sent, read back, in little memory', { timeout: 600000 }, async () => {
  const [chen, lin] = [await as('chen'), await as('lin')];
  const limit = 150 * 1024 * 1024;
  const big = zip([['全部.bin', randomBytes(limit - 2 * Buffer.byteLength('全部.bin') - 98)]]);
  assert.equal(big.length, limit);
  const letter = await draft(chen, { to: [await person(chen, 'lin')] });
  const memory = peak();
  const up = ok(await attach(chen, letter.id, '全部資料.zip', big));
  assert.deepEqual([up.size, up.sha256], [limit, createHash('sha256').update(big).digest('hex')]);
  ok(await signDraft(chen, letter.id, 'agency'));
  const { version } = ok(await chen.get(`/letters/${letter.id}`));
  await send(chen, { id: letter.id, version });
  const [d] = ok(await lin.get(`/messages/${letter.id}`)).documents;
  assert.ok((await fileOf(lin, d.id)).body.equals(big));
  const range = await lin.get(`/documents/${d.id}/file`, { headers: { Range: 'bytes=1000-1099' } });
  assert.deepEqual([range.status, range.body.equals(big.subarray(1000, 1100))], [206, true]);
  assert.equal(ok(await lin.get(`/documents/${d.id}/verification`)).valid, true);
  const whole = (await fileOf(lin, d.id, 'container')).body;
  assert.ok(whole.includes(big.subarray(-64)) && whole.length > limit);
  assert.ok(peak() - memory < 64, `the file is never in the server's memory: ${peak() - memory} MB`);
  const over = await attach(chen, (await draft(chen, {})).id, 'x.zip', Buffer.concat([big, Buffer.from('x')]));
  assert.deepEqual([over.status, code(over)], [413, 'too_large']);
});
