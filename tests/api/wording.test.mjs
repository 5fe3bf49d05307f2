// 通知文字: what mails and messages say: an agency's words before the platform's before the default,
// fields that are known only, a preview, a trial, the way back.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { as, auditVerify, Client, draft, sql } from './client.mjs';

const code = (answer) => answer.body?.error?.code;
const ok = (answer) => { assert.equal(answer.status, 200, JSON.stringify(answer.body)); return answer.body; };
const agency = sql("SELECT id FROM organization WHERE code = '379730000A'");
const wipe = () => sql('DELETE FROM mail_wording');
test.beforeEach(wipe);
test.after(wipe);

const of = async (who, name, query = '') =>
  ok(await who.get(`/admin/wordings${query}`)).items.find((w) => w.name === name);
const texts = (zhBody, more = {}) => ({ zhSubject: '主旨', enSubject: '', zhBody, enBody: '', ...more });
const waitFor = async (query) => {
  for (let i = 0; i < 600 && sql(query) === ''; i++) await new Promise((r) => setTimeout(r, 100));
  return sql(query);
};

test('the nearest wording counts, and there is a way back', async () => {
  const [platform, admin] = [await as('admin'), await as('agencyadmin')];
  const path = '/admin/wordings/contract.reminder';
  const given = (await of(admin, 'contract.reminder')).texts;
  assert.match(given.zhBody, /\{\{契約名稱\}\}/);
  ok(await platform.put(path, texts('平台：{{連結}}')));
  assert.equal((await of(admin, 'contract.reminder')).texts.zhBody, '平台：{{連結}}');
  assert.equal((await of(admin, 'contract.reminder')).own, false);
  ok(await admin.put(path, texts('機關：{{連結}}')));
  const mine = await of(admin, 'contract.reminder');
  assert.deepEqual([mine.texts.zhBody, mine.own, mine.by], ['機關：{{連結}}', true, '許管理']);
  assert.equal((await of(platform, 'contract.reminder')).texts.zhBody, '平台：{{連結}}');
  assert.equal((await of(platform, 'contract.reminder', `?organizationId=${agency}`)).texts.zhBody, '機關：{{連結}}');
  ok(await admin.delete(path));
  assert.equal(code(await admin.delete(path)), 'not_found', 'it has none of its own any more');
  ok(await platform.delete(path));
  assert.deepEqual((await of(admin, 'contract.reminder')).texts, given);
  auditVerify();
});

test('an agency says what the one above it says, the nearest first', async () => {
  const [platform, admin] = [await as('admin'), await as('agencyadmin')];
  const made = async (name, parentId) => {
    const code = `${Array.from({ length: 9 }, () => Math.floor(Math.random() * 10)).join('')}W`;
    const body = { code, name, shortName: '本府', cardIdentity: name, ...(parentId ? { parentId } : {}) };
    return (await platform.post('/admin/agencies', body)).body.id;
  };
  const top = await made('通知府'), middle = await made('通知局', top), below = await made('通知所', middle);
  const path = '/admin/wordings/contract.reminder';
  const seen = async (id) => {
    const w = await of(platform, 'contract.reminder', `?organizationId=${id}`);
    return [w.texts.zhBody, w.own, w.from];
  };
  const fallback = (await seen(below))[0];
  assert.deepEqual(await seen(below), [fallback, false, null], 'the default');
  ok(await platform.put(path, texts('平台{{連結}}')));
  assert.deepEqual(await seen(below), ['平台{{連結}}', false, '']);
  ok(await platform.put(path, { ...texts('府{{連結}}'), organizationId: top }));
  assert.deepEqual(await seen(below), ['府{{連結}}', false, '通知府']);
  ok(await platform.put(path, { ...texts('局{{連結}}'), organizationId: middle }));
  assert.deepEqual(await seen(below), ['局{{連結}}', false, '通知局']);
  assert.deepEqual(await seen(top), ['府{{連結}}', true, null], 'not upwards');
  ok(await platform.delete(`${path}?organizationId=${middle}`));
  assert.deepEqual(await seen(middle), ['府{{連結}}', false, '通知府']);
  assert.equal((await of(admin, 'contract.reminder')).texts.zhBody, '平台{{連結}}', 'another tree');
  sql(`UPDATE organization SET closed_at = NOW(3) WHERE id IN ('${top}', '${middle}', '${below}')`);
});

test('fields: known ones only, and the needed ones', async () => {
  const admin = await as('agencyadmin');
  const path = '/admin/wordings/contract.reminder';
  const wrong = async (body) => {
    const answer = await admin.put(path, body);
    return [code(answer), answer.body?.error?.field];
  };
  for (const bad of ['{{連結}}{{密碼}}', '{{連結}}{{', '{{連結}}{{ 連結 }}', '{{連結}}{{帳號}}'])
    assert.deepEqual(await wrong(texts(bad)), ['unknown_field', 'zhBody'], bad);
  assert.deepEqual(await wrong(texts('請簽署')), ['field_required', 'zhBody'], 'without the link nobody gets there');
  assert.deepEqual(await wrong(texts('{{連結}}', { zhSubject: '{{x}}' })), ['unknown_field', 'zhSubject']);
  assert.deepEqual(await wrong(texts('{{連結}}', { enBody: '{{Link}}' })), ['unknown_field', 'enBody']);
  assert.deepEqual(await wrong(texts('{{連結}}', { zhSubject: '' })), ['field_required', 'zhSubject']);
  assert.equal(code(await admin.put('/admin/wordings/no.such', texts('x'))), 'not_found');
  ok(await admin.put(path, texts('{單} {{連結}} }}')));
  assert.equal(code(await (await as('chen')).put(path, texts('{{連結}}'))), 'not_found');
});

test('a preview fills in samples, a trial goes to oneself', async () => {
  const admin = await as('agencyadmin');
  const path = '/admin/wordings/contract.glass';
  const body = { zhSubject: '調閱 {{契約編號}}', enSubject: 'Notice', zhBody: '{{契約編號}} 因 {{原因}}', enBody: 'See above.' };
  const seen = ok(await admin.post(`${path}/preview`, body));
  assert.deepEqual([seen.subject, seen.body],
    ['調閱 115-0045 Notice', '115-0045 因 廠商申訴，釐清簽署經過\n\nSee above.']);
  assert.equal(code(await admin.post(`${path}/preview`, { ...body, zhBody: '{{x}}' })), 'unknown_field');
  ok(await admin.post(`${path}/try`, body));
  assert.equal(sql("SELECT COUNT(*) FROM outbox WHERE subject = '【試寄】調閱 115-0045 Notice'"
    + " AND recipient = 'agencyadmin@example.tw'"), '1');
  assert.equal((await of(admin, 'contract.glass')).own, false, 'nothing was kept');
});

test('what an officer begins with is the agency\'s wording', async () => {
  const [admin, chen] = [await as('agencyadmin'), await as('chen')];
  const id = await draft(chen, `N-${randomUUID().slice(0, 8)}`);
  sql(`UPDATE contract SET subject = '', body = '' WHERE id = '${id}'`);
  const given = ok(await chen.get(`/contracts/${id}`));
  assert.match(given.subject, /^檢送「.*請查照。$/);
  assert.match(given.body, /以電子憑證簽署並回傳本局。$/);
  const anew = { zhSubject: '請簽署 {{契約編號}}', enSubject: '', zhBody: '請回傳{{自稱}}。', enBody: 'Please sign.' };
  ok(await admin.put('/admin/wordings/contract.notice', anew));
  const own = ok(await chen.get(`/contracts/${id}`));
  assert.deepEqual([own.subject, own.body], [`請簽署 ${own.number}`, '請回傳本局。\n\nPlease sign.']);
  sql(`UPDATE contract SET subject = '寫好的' WHERE id = '${id}'`);
  assert.equal(ok(await chen.get(`/contracts/${id}`)).subject, '寫好的', 'what was written stays');
});

test('mails say it: links, reminders; what is filled in is no field', async () => {
  const [platform, admin, chen] = [await as('admin'), await as('agencyadmin'), await as('chen')];
  const word = randomUUID().slice(0, 8);
  ok(await platform.put('/admin/wordings/account.password', texts(`${word} {{姓名}} {{連結}} {{有效時間}}`)));
  ok(await new Client().post('/account/forgotten', { account: 'ling' }));
  const link = await waitFor(`SELECT body FROM outbox WHERE body LIKE '${word}%' LIMIT 1`);
  assert.match(link, /\/#\/account\/password\/[0-9a-f]{64} 30 分鐘 minutes/);
  ok(await admin.put('/admin/wordings/contract.reminder', texts(`${word}催 {{契約名稱}} {{連結}}`)));
  const id = await draft(chen, `W-${word}`);
  sql(`UPDATE contract SET title = '{{連結}}案' WHERE id = '${id}'`);
  ok(await chen.post(`/contracts/${id}/send`, {}));
  ok(await chen.post(`/contracts/${id}/remind`, {}));
  const reminder = sql(`SELECT body FROM outbox WHERE body LIKE '${word}催%' LIMIT 1`);
  assert.match(reminder, /催 \{\{連結\}\}案 http.*\/#\/messages\/[0-9a-f]{32}/);
});
