// Break-glass: an administrator reads a contract with a reason, a second person's agreement, for an
// hour, told to its parties, each reading in the trail; and how the platform's parts stand.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { as, auditVerify, draft, sql, worked } from './client.mjs';

const code = (answer) => answer.body?.error?.code;
const ok = (answer, status = 200) => {
  assert.equal(answer.status, status, JSON.stringify(answer.body ?? ''));
  return answer.body;
};
const audited = (action, id) =>
  Number(sql(`SELECT COUNT(*) FROM audit WHERE action = '${action}' AND object_id = '${id}'`));

test('a contract is read by two who agree, for an hour, and everybody hears of it', async () => {
  const [first, second, chen] = [await as('agencyadmin'), await as('agencyadmin2'), await as('chen')];
  const number = `GL-${randomUUID().slice(0, 8)}`;
  const contract = await draft(chen, number);
  ok(await chen.post(`/contracts/${contract}/send`, {}));
  const document = sql(`SELECT id FROM document WHERE contract_id = '${contract}'`);
  assert.equal(code(await first.get(`/documents/${document}/file`)), 'not_found', 'without it: nothing');
  const missing = await first.post('/admin/glass', { number: 'no such', reason: 'x' });
  assert.deepEqual([code(missing), missing.body.error.field], ['bad_field', 'number']);
  assert.equal(code(await first.post('/admin/glass', { number })), 'field_required', 'a reason');
  const { id } = ok(await first.post('/admin/glass', { number, reason: '廠商申訴，釐清簽署經過' }), 201);
  const path = `/admin/glass/${id}`;
  assert.equal(code(await first.get(`${path}/documents`)), 'not_found', 'not yet');
  assert.equal(code(await first.post(`${path}/approve`, {})), 'second_approver');
  const mails = (to) => Number(sql(`SELECT COUNT(*) FROM outbox WHERE recipient = '${to}@example.tw'
    AND subject = '契約經緊急調閱' AND body LIKE '%${number}%'`));
  ok(await second.post(`${path}/approve`, {}));
  for (const party of ['chen', 'vendor']) assert.equal(mails(party), 1, `${party} is told`);
  assert.equal(mails('vendor2'), 0);
  for (const party of [chen, await as('vendor')]) {
    const told = ok(await party.get('/messages/received?size=100')).items.find((m) => m.subject === '契約經緊急調閱'
      && sql(`SELECT contract_id FROM message WHERE id = '${m.id}'`) === contract);
    assert.match(ok(await party.get(`/messages/${told.id}`)).body, /廠商申訴，釐清簽署經過/);
  }
  assert.equal(code(await second.post(`${path}/approve`, {})), 'not_found', 'once');
  const { items } = ok(await first.get(`${path}/documents`));
  assert.deepEqual(items.map((d) => d.id), [document]);
  const file = await first.get(`${path}/documents/${document}/file`);
  assert.equal(file.status, 200);
  assert.equal(file.body.subarray(0, 5).toString(), '%PDF-');
  assert.equal(audited('glass.read', document), 1);
  for (const action of ['glass.ask', 'glass.approve']) assert.equal(audited(action, contract), 1, action);
  assert.equal(code(await second.get(`${path}/documents`)), 'not_found', 'only who asked');
  assert.equal(code(await first.get(`/contracts/${contract}`)), 'not_found', 'nothing but the documents');
  const other = sql(`SELECT id FROM document WHERE contract_id <> '${contract}' LIMIT 1`);
  assert.equal(code(await first.get(`${path}/documents/${other}/file`)), 'not_found', 'of that contract only');
  sql(`UPDATE glass SET until = NOW(3) - INTERVAL 1 SECOND WHERE id = '${id}'`);
  assert.equal(code(await first.get(`${path}/documents/${document}/file`)), 'not_found', 'the hour is over');
  const cheat = `UPDATE glass SET decided_by = asked_by WHERE id = '${id}'`;
  assert.throws(() => sql(cheat), /CONSTRAINT/, 'the table itself refuses who agrees with oneself');
  auditVerify();
});

test('refused, and what another agency asks', async () => {
  const [first, second, platform, chen] = [await as('agencyadmin'), await as('agencyadmin2'), await as('admin'),
    await as('chen')];
  const number = `GL-${randomUUID().slice(0, 8)}`;
  await draft(chen, number);
  const { id } = ok(await first.post('/admin/glass', { number, reason: 'x' }), 201);
  assert.equal(code(await chen.get('/admin/glass')), 'not_found');
  ok(await second.post(`/admin/glass/${id}/refuse`, {}));
  assert.equal(code(await second.post(`/admin/glass/${id}/approve`, {})), 'not_found');
  assert.equal(ok(await first.get('/admin/glass')).items.find((g) => g.id === id).state, 'refused');
  assert.equal(code(await platform.post('/admin/glass', { number, reason: 'x' })), 'bad_field', 'has none');
});

test('the platform\'s parts, its key, its jobs', async () => {
  const platform = await as('admin');
  await worked('the jobs have run', () => Number(sql('SELECT COUNT(*) FROM job_run')) > 0);
  const health = ok(await platform.get('/admin/platform'));
  const state = Object.fromEntries(health.parts.map((p) => [p.part, p.state]));
  for (const part of ['database', 'worker', 'trust', 'certificate', 'storage'])
    assert.ok(['good', 'warn'].includes(state[part]), `${part}: ${state[part]}`);
  assert.match(health.certificate.subject, /C=TW/);
  assert.ok(health.anchors > 0);
  assert.ok(health.jobs.some((j) => j.name === 'mail' && j.error === null && j.okAt));
  assert.ok(ok(await platform.post('/admin/platform/test-seal', {})).millis >= 0);
  assert.equal(code(await (await as('agencyadmin')).get('/admin/platform')), 'not_found');
  sql("UPDATE job_run SET at = at - INTERVAL 1 HOUR");
  const late = ok(await platform.get('/admin/platform')).parts.find((p) => p.part === 'worker');
  assert.equal(late.state, 'bad', 'a worker that has not come by for an hour');
  sql("UPDATE job_run SET at = at + INTERVAL 1 HOUR");
});

test('outgoing mail is seen without what it is about, and goes out again', async () => {
  const platform = await as('admin');
  const id = randomUUID().replaceAll('-', '');
  sql(`INSERT INTO outbox (id, recipient, subject, body, state, attempts, next_at, last_error, created_at)
    VALUES ('${id}', 'bounced@example.tw', '測試', 'x', 'failed', 9, NOW(3), '550 no such user', UTC_TIMESTAMP(3))`);
  const failed = ok(await platform.get('/admin/mails?state=failed&q=bounced')).items;
  assert.equal(failed[0].id, id);
  assert.equal(failed[0].lastError, '550 no such user');
  assert.equal(ok(await platform.get('/admin/platform')).parts.find((p) => p.part === 'mail').state !== 'good', true);
  ok(await platform.post(`/admin/mails/${id}/again`, {}));
  for (let i = 0; i < 300 && sql(`SELECT state FROM outbox WHERE id = '${id}'`) !== 'sent'; i++) await sleep(100);
  assert.equal(sql(`SELECT state FROM outbox WHERE id = '${id}'`), 'sent');
  assert.equal(code(await platform.post(`/admin/mails/${'a'.repeat(32)}/again`, {})), 'not_found');
  const all = ok(await platform.get('/admin/mails?size=100')).items;
  const contracts = new Set(sql('SELECT id FROM outbox WHERE message_id IS NOT NULL').split('\n'));
  assert.ok(all.every((m) => (contracts.has(m.id) ? m.subject === null : m.subject !== null)));
});

test('an announcement is on every home page, for its days only', async () => {
  const [platform, vendor] = [await as('admin'), await as('vendor')];
  const day = (n) => new Date(Date.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10);
  const title = `停機維護 ${randomUUID().slice(0, 6)}`;
  const body = { title, body: '今晚十點\n起', firstDay: day(0), lastDay: day(0), urgent: true };
  const seen = async () => ok(await vendor.get('/bulletins')).items.some((b) => b.title === title);
  const wrong = await platform.post('/admin/bulletins', { ...body, lastDay: day(-1) });
  assert.deepEqual([code(wrong), wrong.body.error.field], ['bad_field', 'lastDay']);
  const { id } = ok(await platform.post('/admin/bulletins', body), 201);
  assert.equal(await seen(), true);
  const later = { ...body, title: `${title} 明天`, firstDay: day(1), lastDay: day(2) };
  ok(await platform.post('/admin/bulletins', later), 201);
  assert.ok(!ok(await vendor.get('/bulletins')).items.some((b) => b.title.endsWith('明天')), 'not yet');
  assert.equal(code(await vendor.post('/admin/bulletins', body)), 'not_found');
  ok(await platform.delete(`/admin/bulletins/${id}`));
  assert.equal(await seen(), false);
});
