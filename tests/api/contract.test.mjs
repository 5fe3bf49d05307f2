// The contract's whole way over the API with software keys: draft, send, vendor, agency.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { as, auditVerify, BIN, DIR, draft, signMessage, sql } from './client.mjs';

const number = `API-${Date.now()}`;

test('a contract goes from draft to completed with three valid signatures', async () => {
  const chen = await as('chen');
  const id = await draft(chen, number);
  const sent = await chen.post(`/contracts/${id}/send`, {});
  assert.equal(sent.status, 200, JSON.stringify(sent.body));
  assert.match(sent.body.messageNumber, /^M\d{15}$/);
  assert.match(sent.body.documents[0].number, /^D\d{15}$/);

  const vendor = await as('vendor');
  const inbox = (await vendor.get('/messages/received?tab=to_sign')).body;
  const notice = inbox.items.find((m) => m.number === sent.body.messageNumber);
  assert.equal(notice.sender, '臺北市政府資訊局(陳00)');
  assert.equal(notice.read, false);
  const message = (await vendor.get(`/messages/${notice.id}`)).body;
  assert.equal(message.sender, '陳00(臺北市政府資訊局)');
  assert.equal(message.contractNumber, number);
  assert.equal(message.canReply, true);
  const replied = await signMessage(vendor, notice.id, 'vendor');
  assert.equal(replied.status, 200, JSON.stringify(replied.body));
  assert.equal(replied.body.contractState, 'agency_pending');

  const he = await as('he');
  const list = (await he.get('/sealing?tab=pending')).body;
  const task = list.items.find((m) => m.subject === notice.subject);
  assert.ok(task, 'the sealing task is there');
  assert.equal(
    Number(task.number.slice(9)),
    Number(replied.body.messageNumber.slice(9)) + 1,
    'reply first, then sealing',
  );
  const sealed = await signMessage(he, task.id, 'agency', '機關用印完畢');
  assert.equal(sealed.status, 200, JSON.stringify(sealed.body));
  assert.equal(sealed.body.contractState, 'completed');

  const contract = (await chen.get(`/contracts/${id}`)).body;
  assert.equal(contract.state, 'completed');
  assert.deepEqual(
    contract.progress.map((p) => p.done),
    [true, true, true],
  );
  const history = (await chen.get(`/documents/${contract.documents[0].id}/history`)).body;
  assert.deepEqual(
    history.items.map((h) => [h.item, h.signedBy]),
    [
      [3, '何00(臺北市政府資訊局)'],
      [2, '關貿網路股份有限公司'],
      [1, '臺北市政府電子文件服務平台'],
    ],
  );
  assert.equal(history.items[1].subject, 'C=TW O=測試公司1 SERIALNUMBER=97162640');
  assert.equal(history.items[1].certificate, '關貿測試用憑證_0922');

  const back = (await vendor.get('/messages/received?size=5')).body.items.find(
    (m) => m.number === sealed.body.messageNumber,
  );
  assert.ok(back.subject.startsWith('RE:檢送「'), 'the vendor hears of it');

  const tmp = mkdtempSync(join(tmpdir(), 'yinxin-api-'));
  const files = [];
  for (const revision of [1, 2, 3]) {
    const file = await vendor.get(`/documents/${contract.documents[0].id}/file?revision=${revision}`);
    assert.equal(file.status, 200);
    files.push(file.body);
    const path = join(tmp, `r${revision}.pdf`);
    writeFileSync(path, file.body);
    const report = JSON.parse(
      execFileSync(join(BIN, 'yinxinctl'), ['verify', path, '--trust', join(DIR, 'pki'), '--json']),
    );
    assert.equal(report.valid, true, JSON.stringify(report));
    assert.equal(report.signatures.filter((s) => !s.timestamp).length, revision);
  }
  assert.ok(
    files[1].subarray(0, files[0].length).equals(files[0]) && files[2].subarray(0, files[1].length).equals(files[1]),
    'each revision begins with the bytes of the one before',
  );
  auditVerify();
});

test('siblings of a sealing task are superseded, and the tabs add up', async () => {
  const ling = await as('ling');
  const { counters, total } = (await ling.get('/sealing')).body;
  assert.equal(counters.all, counters.pending + counters.sealed + counters.other);
  assert.equal(total, counters.all);
  assert.ok(counters.other >= 1);
  assert.equal(
    sql(`SELECT COUNT(*) FROM sign_task t JOIN document d ON d.id = t.document_id
    JOIN contract c ON c.id = d.contract_id
    WHERE c.number = '${number}' AND t.state NOT IN ('signed', 'superseded')`),
    '0',
  );
});
