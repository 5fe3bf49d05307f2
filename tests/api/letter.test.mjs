// 傳送文件: written, signed by its writer, sent to several, read, answered, signed back, recalled;
// with who may not, and of a reading and a recall that race exactly one wins.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  as, auditVerify, BIN, certificate, ctl, DIR, draft as contractDraft, sign, signMessage, sql,
} from './client.mjs';
import { attach, code, company, day, draft, field, inbox, ok, PDF, person, send, zip } from './letters.mjs';

const verified = (path) =>
  JSON.parse(execFileSync(join(BIN, 'yinxinctl'), ['verify', path, '--trust', join(DIR, 'pki'), '--json']));

test('from an agency to a vendor and a colleague, with a copy; nobody else finds it', async () => {
  const [chen, vendor, vendor2, lin, he] = await Promise.all(['chen', 'vendor', 'vendor2', 'lin', 'officer01'].map(as));
  const letter = await draft(chen, { subject: '檢送會議紀錄', to: [await company(chen), await person(chen, 'lin')],
    copies: [await person(chen, 'officer02'), await person(chen, 'lin')], files: ['會議紀錄.pdf'], receipt: true,
    needsReply: true, replyBy: day(3) });
  for (const other of [vendor, lin]) assert.equal((await other.get(`/letters/${letter.id}`)).status, 404);
  const number = await send(chen, letter);
  assert.match(number, /^M\d{15}$/);
  assert.equal(code(await chen.post(`/letters/${letter.id}/send`, { version: letter.version })), 'wrong_state');
  assert.equal(code(await attach(chen, letter.id, 'x.pdf')), 'wrong_state');

  assert.ok(await inbox(vendor, letter.id, 'unread'));
  const seen = ok(await vendor.get(`/messages/${letter.id}`));
  assert.equal(seen.kind, 'letter');
  assert.equal(seen.number, number);
  assert.equal(seen.documents.length, 1);
  assert.match(seen.documents[0].number, /^D\d{15}$/);
  assert.deepEqual([seen.letter.to.length, seen.letter.copies.length], [2, 1], 'a copy that is asked already is none');
  assert.deepEqual([seen.letter.needsReply, seen.letter.asked, seen.letter.mine], [true, true, false]);
  assert.ok(seen.letter.to.every((p) => p.readAt === null), 'who read it is the writer\'s to know');
  const file = await vendor.get(`/documents/${seen.documents[0].id}/file`);
  assert.deepEqual([file.status, file.body.equals(PDF)], [200, true]);

  for (const other of [vendor2, he]) {
    assert.equal((await other.get(`/messages/${letter.id}`)).status, 404);
    assert.equal((await other.get(`/documents/${seen.documents[0].id}/file`)).status, 404);
    assert.equal((await other.get(`/documents/${seen.documents[0].id}/history`)).status, 404);
    assert.equal((await other.post('/letters', { answers: letter.id })).status, 404);
    assert.ok(!(await inbox(other, letter.id)));
  }
  const written = ok(await chen.get(`/messages/${letter.id}`)).letter;
  assert.deepEqual([written.mine, written.canRecall], [true, false]);
  assert.notEqual(written.to[0].readAt, null);
  assert.equal(written.to[1].readAt, null);
  assert.equal(sql(`SELECT COUNT(*) FROM outbox WHERE message_id = '${letter.id}' AND subject LIKE '已讀：%'
    AND recipient = 'chen@example.tw'`), '1', 'a receipt');
  ok(await vendor.get(`/messages/${letter.id}`));
  assert.equal(sql(`SELECT COUNT(*) FROM outbox WHERE message_id = '${letter.id}' AND subject LIKE '已讀：%'`), '1',
    'once');
  const copy = ok(await (await as('officer02')).get(`/messages/${letter.id}`)).letter;
  assert.equal(copy.asked, false, 'a copy is asked nothing');
  auditVerify();
});

test('a draft is its writer\'s alone, saves itself, and two windows do not overwrite each other', async () => {
  const [chen, vendor, admin] = [await as('chen'), await as('vendor'), await as('admin')];
  assert.equal((await admin.post('/letters', {})).status, 404, 'not who administrates the platform');
  const a = await draft(chen, { body: '' });
  const empty = { subject: 'x', body: '', to: [], copies: [] };
  const put = (version, more = {}) => chen.put(`/letters/${a.id}`, { version, ...empty, ...more });
  assert.equal(code(await put(a.version - 1)), 'conflict');
  assert.equal(code(await chen.post(`/letters/${a.id}/send`, { version: a.version - 1 })), 'conflict');
  assert.equal(field(await chen.post(`/letters/${a.id}/send`, { version: a.version })), 'to');
  const to = [await company(chen)];
  let { version } = ok(await put(a.version, { to }));
  assert.equal(field(await chen.post(`/letters/${a.id}/send`, { version })), 'body');
  ({ version } = ok(await put(version, { to, body: '文', needsSignature: true })));
  assert.equal(code(await chen.post(`/letters/${a.id}/send`, { version })), 'no_document');
  ({ version } = ok(await put(version, { to, body: '文', replyBy: day(-1), needsReply: true })));
  assert.equal(field(await chen.post(`/letters/${a.id}/send`, { version })), 'replyBy');
  assert.equal(field(await put(version, { contractId: 'a'.repeat(32) })), 'contractId');
  assert.equal((await vendor.put(`/letters/${a.id}`, { version, ...empty })).status, 404);
  assert.equal((await attach(vendor, a.id, 'x.pdf')).status, 404);
  assert.equal((await vendor.delete(`/letters/${a.id}`)).status, 404);
  assert.ok(ok(await chen.get('/letters')).items.some((l) => l.id === a.id && l.state === 'draft'));
  ok(await chen.delete(`/letters/${a.id}`));
  assert.equal((await chen.get(`/letters/${a.id}`)).status, 404);
  assert.ok(!ok(await chen.get('/letters')).items.some((l) => l.id === a.id));
});

test('a vendor writes to people of an agency, not to other vendors', async () => {
  const [vendor, chen] = [await as('vendor'), await as('chen')];
  assert.equal(ok(await vendor.get('/letters/recipients?kind=vendor')).total, 0);
  const { id } = ok(await vendor.post('/letters', {}));
  const other = sql("SELECT id FROM organization WHERE kind = 'vendor' AND code <> '97162640' LIMIT 1");
  const text = { version: 1, subject: '補件', body: '如附件' };
  const answer = await vendor.put(`/letters/${id}`, { ...text, to: [other], copies: [] });
  assert.deepEqual([code(answer), field(answer)], ['bad_field', 'to']);
  const admin = sql("SELECT id FROM member WHERE account = 'admin'");
  assert.equal(field(await vendor.put(`/letters/${id}`, { ...text, to: [], copies: [admin] })), 'copies');
  const { version } = ok(await vendor.put(`/letters/${id}`, { version: 1, subject: '補件', body: '如附件',
    to: [chen.member.id], copies: [] }));
  await send(vendor, { id, version });
  assert.ok(await inbox(chen, id, 'unread'));
  assert.ok(ok(await vendor.get('/messages/sent?size=100')).items.some((m) => m.id === id));
});

test('its writer signs the attachments with the card before it goes', async () => {
  const [vendor, chen] = [await as('vendor'), await as('chen')];
  const { id } = ok(await vendor.post('/letters', {}));
  const uploaded = ok(await attach(vendor, id, '切結書.pdf'));
  const { documents } = ok(await vendor.get(`/letters/${id}`));
  const der = certificate('vendor').toString('base64');
  const mine = ok(await vendor.get('/certificates?size=100')).items.find((c) => c.certificate === der);
  const tasks = documents.map((d) => d.taskId);
  assert.equal((await chen.post('/signings', { tasks, certificateId: mine.id })).status, 404);
  const prepared = ok(await vendor.post('/signings', { tasks, certificateId: mine.id }));
  const signatures = prepared.documents.map((d) => sign('vendor', d));
  const done = ok(await vendor.post(`/signings/${prepared.id}/complete`, { signatures }));
  assert.equal(done.messageNumber, null, 'nobody is told of a draft');
  const now = ok(await vendor.get(`/letters/${id}`));
  assert.equal(now.documents[0].revision, 1);
  assert.notEqual(now.documents[0].signedAt, null);
  const { version } = ok(await vendor.put(`/letters/${id}`, { version: now.version, subject: '切結書', body: '如附件',
    to: [chen.member.id], copies: [] }));
  await send(vendor, { id, version });
  const file = await chen.get(`/documents/${uploaded.id}/file`);
  const path = join(tmpdir(), `yinxin-letter-${randomUUID()}.pdf`);
  writeFileSync(path, file.body);
  const report = verified(path);
  assert.deepEqual([report.valid, report.signatures.length], [true, 1]);
  const { items } = ok(await chen.get(`/documents/${uploaded.id}/history`));
  assert.deepEqual(items.map((h) => [h.item, h.signedBy]), [[1, '關貿網路股份有限公司']]);
  auditVerify();
});

test('a signature is wanted: it counts as to sign, is given back as an answer, and both stay valid', async () => {
  const [chen, vendor, vendor2] = [await as('chen'), await as('vendor'), await as('vendor2')];
  const second = sql("SELECT organization_id FROM member WHERE account = 'vendor2'");
  const letter = await draft(chen, { to: [await company(chen), second], files: ['同意書.pdf'], needsSignature: true });
  await send(chen, letter);
  assert.ok(await inbox(vendor, letter.id, 'to_sign'));
  const first = ok(await signMessage(vendor, letter.id, 'vendor', '已簽'));
  assert.deepEqual([first.left, first.contractState], [0, null]);
  assert.ok(!(await inbox(vendor, letter.id, 'to_sign')));
  assert.ok(await inbox(vendor2, letter.id, 'to_sign'), 'the other one still has to');
  ok(await signMessage(vendor2, letter.id, 'vendor2', '已簽'));
  const answer = sql(`SELECT id FROM message WHERE original_id = '${letter.id}' ORDER BY number LIMIT 1`);
  const got = ok(await chen.get(`/messages/${answer}`));
  assert.ok(got.subject.startsWith('RE:'));
  assert.deepEqual(got.letter.thread.map((x) => x.mine), [true, false, false]);
  const document = got.documents[0];
  const path = join(tmpdir(), `yinxin-letter-${randomUUID()}.pdf`);
  writeFileSync(path, (await chen.get(`/documents/${document.id}/file`)).body);
  const report = verified(path);
  assert.deepEqual([report.valid, report.signatures.length], [true, 2]);
  assert.equal((await chen.get(`/documents/${document.id}/file?revision=0`)).body.equals(PDF), true, 'as it was sent');
  const written = ok(await chen.get(`/messages/${letter.id}`)).letter;
  assert.ok(written.to.every((p) => p.repliedAt !== null));
  assert.equal((await vendor2.get(`/messages/${answer}`)).status, 404, 'another\'s answer');
  auditVerify();
});

test('answers make a thread that each sees as far as it is its own', async () => {
  const [chen, vendor, lin] = [await as('chen'), await as('vendor'), await as('lin')];
  const to = [await company(chen), await person(chen, 'lin')];
  const letter = await draft(chen, { subject: '請回復', to, needsReply: true });
  await send(chen, letter);
  const { id } = ok(await vendor.post('/letters', { answers: letter.id }));
  const reply = ok(await vendor.get(`/letters/${id}`));
  const back = reply.to.map((p) => p.id);
  assert.deepEqual([reply.subject, back, reply.originalId], ['RE:請回復', [chen.member.id], letter.id]);
  const { version } = ok(await vendor.put(`/letters/${id}`, { version: reply.version, subject: reply.subject,
    body: '復如下', to: back, copies: [] }));
  await send(vendor, { id, version });
  assert.notEqual(ok(await vendor.get(`/messages/${letter.id}`)).letter.repliedAt, null);
  assert.equal(ok(await chen.get(`/messages/${id}`)).letter.thread.length, 2);
  assert.equal(ok(await lin.get(`/messages/${letter.id}`)).letter.thread.length, 1, 'not what is between others');
  const again = ok(await chen.post('/letters', { answers: id }));
  assert.equal(ok(await chen.get(`/letters/${again.id}`)).to[0].name, '關貿網路股份有限公司');
});

test('recalled before anybody has read it: nobody finds it, lists and counters agree', async () => {
  const [chen, vendor, lin] = [await as('chen'), await as('vendor'), await as('lin')];
  const letter = await draft(chen, { to: [await company(chen), await person(chen, 'lin')], files: ['誤送.pdf'],
    needsSignature: true });
  const before = ok(await vendor.get('/messages/received')).counters;
  await send(chen, letter);
  const document = ok(await chen.get(`/messages/${letter.id}`)).documents[0].id;
  assert.equal((await vendor.get(`/documents/${document}/file`)).status, 200);
  assert.equal((await vendor.post(`/letters/${letter.id}/recall`, {})).status, 404);
  assert.equal((await lin.post(`/letters/${letter.id}/recall`, {})).status, 404);
  ok(await chen.post(`/letters/${letter.id}/recall`, {}));
  assert.equal(code(await chen.post(`/letters/${letter.id}/recall`, {})), 'wrong_state');
  assert.deepEqual(ok(await vendor.get('/messages/received')).counters, before);
  assert.equal((await vendor.get(`/messages/${letter.id}`)).status, 404);
  assert.equal((await vendor.get(`/documents/${document}/file`)).status, 404);
  assert.equal((await vendor.get(`/documents/${document}/history`)).status, 404);
  assert.ok(!ok(await chen.get('/messages/sent?size=100')).items.some((m) => m.id === letter.id));
  assert.equal(sql(`SELECT COUNT(*) FROM sign_task WHERE message_id = '${letter.id}' AND state <> 'cancelled'`), '0');
  assert.equal(sql(`SELECT COUNT(*) FROM outbox WHERE message_id = '${letter.id}' AND state = 'pending'
    AND subject NOT LIKE '已收回：%'`), '0', 'no mail goes out any more');
  const row = ok(await chen.get('/letters')).items.find((l) => l.id === letter.id);
  assert.equal(row.state, 'recalled');
  const { id } = ok(await chen.post('/letters', { again: letter.id }));
  const copy = ok(await chen.get(`/letters/${id}`));
  assert.deepEqual([copy.to.length, copy.documents.length, copy.needsSignature, copy.state], [2, 1, true, 'draft']);
  ok(await chen.delete(`/letters/${id}/documents/${copy.documents[0].id}`));
  assert.equal((await chen.get(`/documents/${copy.documents[0].id}/file`)).status, 404);
  ctl('lists-verify', '--conf', join(DIR, 'conf/yinxin.conf'));
  auditVerify();
});

test('who has read it has it: a recall comes too late', async () => {
  const [chen, vendor] = [await as('chen'), await as('vendor')];
  const letter = await draft(chen, { to: [await company(chen), await person(chen, 'lin')] });
  await send(chen, letter);
  ok(await vendor.get(`/messages/${letter.id}`));
  assert.equal(code(await chen.post(`/letters/${letter.id}/recall`, {})), 'read_already');
  assert.ok(await inbox(await as('lin'), letter.id), 'nothing of it happened');
});

test('twenty races of a reading and a recall: one wins, and both are told the truth', async () => {
  const [chen, vendor] = [await as('chen'), await as('vendor')];
  const to = [await company(chen)];
  const won = { read: 0, recalled: 0 };
  for (let i = 0; i < 20; i++) {
    const letter = await draft(chen, { to });
    await send(chen, letter);
    const [read, recalled] = await Promise.all(i % 2
      ? [vendor.get(`/messages/${letter.id}`), chen.post(`/letters/${letter.id}/recall`, {})]
      : [chen.post(`/letters/${letter.id}/recall`, {}), vendor.get(`/messages/${letter.id}`)].reverse());
    if (recalled.status === 200) {
      assert.equal(read.status, 404, JSON.stringify(read.body));
      won.recalled += 1;
    } else {
      assert.equal(code(recalled), 'read_already');
      assert.equal(read.status, 200);
      won.read += 1;
    }
    assert.equal(sql(`SELECT COUNT(*) FROM message_recipient WHERE message_id = '${letter.id}'`),
      recalled.status === 200 ? '0' : '1');
  }
  assert.equal(won.read + won.recalled, 20);
  ctl('lists-verify', '--conf', join(DIR, 'conf/yinxin.conf'));
});

test('a signature under way and a recall: nothing is signed of what was recalled', async () => {
  const [chen, vendor] = [await as('chen'), await as('vendor')];
  const { id } = ok(await vendor.post('/letters', {}));
  ok(await attach(vendor, id, '切結書.pdf'));
  const l = ok(await vendor.get(`/letters/${id}`));
  const der = certificate('vendor').toString('base64');
  const mine = ok(await vendor.get('/certificates?size=100')).items.find((c) => c.certificate === der);
  const tasks = l.documents.map((d) => d.taskId);
  const prepared = ok(await vendor.post('/signings', { tasks, certificateId: mine.id }));
  const { version } = ok(await vendor.put(`/letters/${id}`, { version: l.version, subject: '切結書', body: '文',
    to: [chen.member.id], copies: [] }));
  await send(vendor, { id, version });
  const signatures = prepared.documents.map((d) => sign('vendor', d));
  const late = await vendor.post(`/signings/${prepared.id}/complete`, { signatures });
  assert.equal(code(late), 'wrong_state', 'it went out unsigned');
  assert.equal(ok(await chen.get(`/messages/${id}`)).documents[0].revision, 0);
});

const ODT = zip([['mimetype', 'application/vnd.oasis.opendocument.text'], ['content.xml', '<x/>']]);
const office = (part, ...more) => zip([['[Content_Types].xml', '<Types/>'], [part, '<x/>'], ...more]);
const OTHERS = {
  '會議紀錄.odt': ODT, '預算.ods': zip([['mimetype', 'application/vnd.oasis.opendocument.spreadsheet']]),
  '說明.DOCX': office('word/document.xml'), '名冊.xlsx': office('xl/workbook.xml'),
  '簡報.pptx': office('ppt/presentation.xml'),
  '全部.zip': zip([['甲.pdf', PDF]]), '現場.jpg': Buffer.from('ffd8ffe000104a464946', 'hex'),
  '圖.png': Buffer.from('89504e470d0a1a0a0000', 'hex'), '名單.csv': Buffer.from('編號,姓名\n1,陳00\n'),
};

test('attachments of other kinds: taken by what they are, handed on as they are, never shown', async () => {
  const [chen, vendor] = await Promise.all(['chen', 'vendor'].map(as));
  const letter = await draft(chen, { to: [await company(chen)], files: ['函.pdf'] });
  for (const [name, bytes] of Object.entries(OTHERS)) ok(await attach(chen, letter.id, name, bytes));
  const refused = [['巨集.docx', office('word/document.xml', ['word/vbaProject.bin', 'x'])], ['巨集.docm', ODT],
    ['x.odt', office('word/document.xml')], ['x.xlsx', office('word/document.xml')], ['x.zip', ODT],
    ['x.png', Buffer.from('GIF89a')], ['x.html', Buffer.from('<script>1</script>')], ['x.exe', Buffer.from('MZ\0\0')],
    ['x.svg', Buffer.from('<svg/>')], ['x.txt', Buffer.from('a\0b')], ['x', Buffer.from('a')], ['x.doc', ODT]];
  for (const [name, bytes] of refused) {
    const answer = await attach(chen, letter.id, name, bytes);
    assert.deepEqual([answer.status, code(answer)], [422, 'file_type'], name);
  }
  assert.equal(code(await attach(chen, letter.id, '不是.pdf', ODT)), 'not_pdf', 'what calls itself PDF is one');
  const id = await contractDraft(chen, `FMT-${randomUUID().slice(0, 6)}`);
  assert.equal(code(await chen.upload(id, 'x.odt', ODT)), 'not_pdf', 'a contract is PDF');

  const mine = ok(await chen.get(`/letters/${letter.id}`)).documents;
  const formats = mine.map((d) => d.format);
  assert.deepEqual(formats, ['pdf', 'odt', 'ods', 'docx', 'xlsx', 'pptx', 'zip', 'jpeg', 'png', 'csv']);
  assert.deepEqual(mine.map((d) => d.name), ['函', ...Object.keys(OTHERS)]);
  assert.ok(mine.every((d) => d.taskId !== null && (d.format === 'pdf') === (d.pages > 0)), 'its writer may sign each');
  const { version } = ok(await chen.get(`/letters/${letter.id}`));
  ok(await chen.put(`/letters/${letter.id}`, { version, subject: '附件', body: '文', to: [await company(chen)],
    copies: [], needsSignature: true }));
  await send(chen, { id: letter.id, version: version + 1 });

  const seen = ok(await vendor.get(`/messages/${letter.id}`));
  assert.equal(seen.tasks.length, 1, 'the PDF is signed and sent back');
  for (const [i, [name, bytes]] of Object.entries(OTHERS).entries()) {
    const file = await vendor.get(`/documents/${seen.documents[i + 1].id}/file`);
    assert.ok(file.body.equals(bytes), name);
    assert.equal(file.headers.get('content-type'), 'application/octet-stream');
    assert.equal(file.headers.get('x-content-type-options'), 'nosniff');
    assert.match(file.headers.get('content-disposition'), /^attachment; /);
    assert.ok(file.headers.get('content-disposition').includes(encodeURIComponent(name)), name);
  }
  assert.equal((await (await as('wang')).get(`/documents/${seen.documents[1].id}/file`)).status, 404);
  ok(await signMessage(vendor, letter.id, 'vendor'));
  const found = ok(await vendor.get(`/messages/received?q=${encodeURIComponent('會議紀錄.ODT')}`)).items;
  assert.ok(found.some((m) => m.id === letter.id), 'by an attachment\'s name');
  const bare = await draft(chen, { to: [await company(chen)], needsSignature: true });
  ok(await attach(chen, bare.id, '會議紀錄.odt', ODT));
  const now = ok(await chen.get(`/letters/${bare.id}`)).version;
  assert.equal(code(await chen.post(`/letters/${bare.id}/send`, { version: now })), 'no_document', 'nothing to sign');
});
