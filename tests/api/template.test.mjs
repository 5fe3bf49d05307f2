// 範本: kept by who made them and the agency's administrators, versioned, with fields in their texts;
// a contract begins with one, becomes one, and gets its seals; what has no value does not go out.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { as, auditVerify, draft, ROOT, sql } from './client.mjs';

const fresh = (prefix) => `${prefix}-${randomUUID().slice(0, 8)}`;
const code = (answer) => answer.body?.error?.code;
const ok = (answer, status = 200) => {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
};
const PDF = readFileSync(join(ROOT, 'sql/demo/contract.pdf'));
const TEXTS = { subject: '檢送「{{契約名稱}}案(契約編號：{{契約編號}})」', body: '請{{廠商名稱}}於{{截止日}}前簽署。' };
const SEALS = [
  { party: 'platform', page: -1, x: 5000, y: 5000, w: 8000, h: 4000 },
  { party: 'vendor', vendor: 1, page: 1, x: 20000, y: 10000, w: 8000, h: 4000 },
  { party: 'vendor', vendor: 2, page: 1, x: 30000, y: 10000, w: 8000, h: 4000 },
  { party: 'sealer', anchor: '這段文字文件裡沒有', w: 8000, h: 4000 },
];
const vendorOf = async (client) => (await client.get('/organizations?external=true&q=' + encodeURIComponent('關貿')))
  .body.items[0];
const sealersOf = async (client) => (await client.get('/members?role=sealer&size=100')).body.items;
const day = (days) => new Date(Date.now() + 8 * 3600e3 + days * 86400e3).toISOString().slice(0, 10);

async function basics(client) {
  const unit = (await client.get('/units')).body.items.at(-1);
  return { number: fresh('TPL'), title: '範本測試契約', unitId: unit.id, officers: [client.member.id] };
}

async function made(client, more = {}) {
  const body = { kind: 'contract', name: fresh('範本'), ...TEXTS, ...more };
  return { ...body, ...ok(await client.post('/templates', body), 201) };
}

test('versions: each change is one, old ones stay readable, a stale editor is told', async () => {
  const chen = await as('chen');
  const t = await made(chen, { deadlineDays: 14, note: '第一版' });
  ok(await chen.put(`/templates/${t.id}`, { version: 1, name: `${t.name}改`, ...TEXTS, body: '新的內文', note: '改內文' }));
  assert.equal(code(await chen.put(`/templates/${t.id}`, { version: 1, name: 'x', ...TEXTS })), 'conflict');
  const now = ok(await chen.get(`/templates/${t.id}`));
  assert.deepEqual([now.version, now.newest, now.name, now.body, now.deadlineDays], [2, 2, `${t.name}改`, '新的內文', 0]);
  assert.deepEqual(now.versions.map((v) => [v.version, v.note]), [[2, '改內文'], [1, '第一版']]);
  const old = ok(await chen.get(`/templates/${t.id}?version=1`));
  assert.deepEqual([old.version, old.newest, old.versionName, old.body, old.deadlineDays],
    [1, 2, t.name, TEXTS.body, 14]);
  assert.equal(code(await chen.get(`/templates/${t.id}?version=3`)), 'not_found');
  auditVerify();
});

test('who keeps it: its maker and the administrator; others use it; nobody outside sees it', async () => {
  const [chen, lin, admin, vendor] = [await as('chen'), await as('lin'), await as('agencyadmin'), await as('vendor')];
  const registry = await as('registry');
  const t = await made(chen);
  const change = { version: 1, name: t.name, ...TEXTS };
  for (const other of [lin, registry]) {
    assert.equal(ok(await other.get(`/templates/${t.id}`)).mine, false);
    assert.equal(code(await other.put(`/templates/${t.id}`, change)), 'not_found');
    assert.equal(code(await other.post(`/templates/${t.id}/retire`, {})), 'not_found');
  }
  for (const path of ['/templates', `/templates/${t.id}`]) assert.equal((await vendor.get(path)).status, 404);
  assert.equal(ok(await admin.put(`/templates/${t.id}`, change)).version, 2);
  ok(await admin.post(`/templates/${t.id}/retire`, {}));
  assert.equal(code(await chen.put(`/templates/${t.id}`, { ...change, version: 2 })), 'wrong_state');
  assert.equal(code(await chen.post(`/templates/${t.id}/retire`, {})), 'wrong_state');
  const listed = async (query) =>
    ok(await lin.get(`/templates?size=100&q=${encodeURIComponent(t.name)}${query}`)).items.map((x) => x.id);
  assert.deepEqual([await listed(''), await listed('&retired=true'), await listed('&kind=message')], [[], [t.id], []]);
  const begin = { ...await basics(lin), templateId: t.id };
  const refused = await lin.post('/contracts', begin);
  assert.deepEqual([code(refused), refused.body.error.field], ['bad_field', 'templateId']);
  ok(await chen.post(`/templates/${t.id}/reinstate`, {}));
  ok(await lin.post('/contracts', begin), 201);
});

test('texts: unknown fields, unknown sealers and places that are none are refused with their field', async () => {
  const chen = await as('chen');
  const vendor = await vendorOf(chen);
  const refusal = async (more) => {
    const answer = await chen.post('/templates', { kind: 'contract', name: 'x', ...TEXTS, ...more });
    return [answer.status === 201 ? 'made' : code(answer), answer.body?.error?.field];
  };
  assert.deepEqual(await refusal({ body: '{{契約名}}' }), ['text_field_unknown', 'body']);
  assert.deepEqual(await refusal({ subject: '{{ 契約名稱 }}{{' }), ['made', undefined]);
  assert.deepEqual(await refusal({ subject: '{{x}}' }), ['text_field_unknown', 'subject']);
  assert.deepEqual(await refusal({ sealers: [chen.member.organization.id] }), ['bad_field', 'sealers']);
  assert.deepEqual(await refusal({ vendors: [chen.member.organization.id] }), ['bad_field', 'vendors']);
  assert.deepEqual(await refusal({ vendors: [vendor.id, vendor.id] }), ['bad_field', 'vendors']);
  assert.deepEqual(await refusal({ representative: vendor.id }), ['bad_field', 'representative']);
  assert.deepEqual(await refusal({ vendors: [vendor.id], representative: vendor.id }), ['made', undefined]);
  for (const place of [{ party: 'vendor', page: 1 }, { party: 'sealer', vendor: 1, page: 1 }, { party: 'x', page: 1 },
    { party: 'sealer', page: 0 }, { party: 'sealer', page: 1, w: 1 }, { party: 'sealer', page: 1, rise: 101 },
    { party: 'sealer', page: 1, colour: 'red' }, { party: 'sealer', page: 1, nth: 0 },
    { party: 'sealer', page: 1, nth: 21 }, { party: 'platform', page: 1, nth: 2 }])
    assert.deepEqual(await refusal({ places: [{ x: 0, y: 0, w: 8000, h: 4000, ...place }] }), ['bad_field', 'places'],
      JSON.stringify(place));
  assert.deepEqual(await refusal({ places: [SEALS[0], SEALS[0]] }), ['bad_field', 'places']);
});

test('a contract begins with one; fields are filled when it goes out, the last day counts from then', async () => {
  const chen = await as('chen');
  const [vendor, sealers] = [await vendorOf(chen), await sealersOf(chen)];
  const t = await made(chen, { vendors: [vendor.id], sealers: sealers.slice(0, 2).map((s) => s.id), sealRule: 'some',
    sealNeeded: 2, deadlineDays: 14, deadlineHard: true, places: SEALS });
  const body = await basics(chen);
  const { id } = ok(await chen.post('/contracts', { ...body, templateId: t.id }), 201);
  ok(await chen.put(`/templates/${t.id}`, { version: 1, name: t.name, subject: '別的', body: '別的' }));
  const began = ok(await chen.get(`/contracts/${id}`));
  assert.deepEqual([began.template.id, began.template.version, began.template.places], [t.id, 1, 4]);
  assert.deepEqual([began.vendors.map((v) => v.id), began.sealers.length, began.sealRule, began.sealNeeded],
    [[vendor.id], 2, 'some', 2]);
  assert.deepEqual([began.subject, began.deadlineDays, began.deadlineHard, began.deadline],
    [TEXTS.subject, 14, true, null]);
  assert.equal(began.fields['契約編號'], body.number);

  assert.equal(code(await chen.post(`/contracts/${id}/places/template`, {})), 'no_document');
  ok(await chen.upload(id, '甲.pdf', PDF), 201);
  const put = ok(await chen.post(`/contracts/${id}/places/template`, {}));
  assert.deepEqual([put.places, put.missed], [2, 2], 'the second vendor and the text are not there');
  const places = ok(await chen.get(`/contracts/${id}/places`)).places;
  const pages = ok(await chen.get(`/contracts/${id}`)).documents[0].pages;
  assert.deepEqual(places.map((p) => [p.party, p.page]), [['platform', pages], ['vendor', 1]]);

  const summary = ok(await chen.get(`/contracts/${id}/summary`));
  assert.equal(summary.empty, null);
  assert.equal(summary.subject, `檢送「範本測試契約案(契約編號：${body.number})」`);
  assert.equal(summary.deadline, day(14));
  ok(await chen.post(`/contracts/${id}/send`, {}));
  const sent = ok(await chen.get(`/contracts/${id}`));
  assert.deepEqual([sent.deadline, sent.deadlineHard, sent.deadlineDays], [day(14), true, 0]);
  assert.equal(sent.body, `請${vendor.name}於${day(14).replaceAll('-', '/')}前簽署。`);
  assert.equal(sent.fields, undefined);
  assert.deepEqual(sql(`SELECT subject, body FROM message WHERE contract_id = '${id}'`).split('\t'),
    [sent.subject, sent.body]);
  assert.equal(code(await chen.post(`/contracts/${id}/places/template`, {})), 'wrong_state');
});

test('a field without a value does not go out: nothing is sent, and the answer says which text', async () => {
  const chen = await as('chen');
  const id = await draft(chen, fresh('TPL'));
  const c = ok(await chen.get(`/contracts/${id}`));
  const signers = { vendors: c.vendors.map((v) => v.id), sealers: c.sealers.map((s) => s.id), subject: c.subject,
    emails: [] };
  ok(await chen.put(`/contracts/${id}/signers`, { ...signers, body: '請於{{截止日}}前簽署' }));
  assert.equal(ok(await chen.get(`/contracts/${id}/summary`)).empty, 'body');
  const refused = await chen.post(`/contracts/${id}/send`, {});
  assert.deepEqual([code(refused), refused.body.error.field], ['text_field_empty', 'body']);
  assert.equal(ok(await chen.get(`/contracts/${id}`)).state, 'draft');
  ok(await chen.put(`/contracts/${id}/signers`, { ...signers, body: '請於{{截止日}}前簽署{{別的}}', deadlineDays: 3 }));
  ok(await chen.put(`/contracts/${id}/deadline`, { date: day(5) }));
  assert.equal(ok(await chen.get(`/contracts/${id}`)).deadlineDays, 0, 'a day takes the place of the count');
  ok(await chen.post(`/contracts/${id}/send`, {}));
  assert.equal(ok(await chen.get(`/contracts/${id}`)).body, `請於${day(5).replaceAll('-', '/')}前簽署{{別的}}`);
});

test('an own contract becomes a template: what is of this contract alone becomes a field', async () => {
  const [chen, lin] = [await as('chen'), await as('lin')];
  const id = await draft(chen, fresh('TPL'));
  const c = ok(await chen.get(`/contracts/${id}`));
  ok(await chen.put(`/contracts/${id}/places`, { places: [
    { documentId: c.documents[0].id, party: 'vendor', organizationId: c.vendors[0].id, page: c.documents[0].pages,
      x: 1000, y: 1000, w: 8000, h: 4000 }] }));
  ok(await chen.put(`/contracts/${id}/deadline`, { date: day(10) }));
  ok(await chen.post(`/contracts/${id}/send`, {}));
  assert.equal(code(await lin.post(`/contracts/${id}/template`, { name: 'x' })), 'not_found');
  const t = ok(await chen.get(`/templates/${ok(await chen.post(`/contracts/${id}/template`, { name: '取自契約' }),
    201).id}`));
  assert.deepEqual([t.kind, t.mine, t.version, t.vendors, t.deadlineDays], ['contract', true, 1, [], 10]);
  assert.equal(t.subject, '檢送「{{契約名稱}}案(契約編號：{{契約編號}})」專案契約書，請查照。');
  assert.deepEqual(t.places.map((p) => [p.party, p.vendor, p.page]), [['vendor', 1, -1]]);
  assert.deepEqual(t.sealers.map((s) => s.id), c.sealers.map((s) => s.id));
});

test('each of the agency\'s seals has its place: from a contract into a template, and into the next one', async () => {
  const chen = await as('chen');
  const [vendor, sealers] = [await vendorOf(chen), (await sealersOf(chen)).slice(0, 3).map((s) => s.id)];
  const id = await draft(chen, fresh('TPL'));
  const c = ok(await chen.get(`/contracts/${id}`));
  ok(await chen.put(`/contracts/${id}/signers`, { vendors: [vendor.id], sealers, sealRule: 'all', subject: c.subject,
    body: c.body, emails: [] }));
  const at = (nth) => ({ documentId: c.documents[0].id, party: 'sealer', nth, page: 1, x: 5000 * nth, y: 9000, w: 4000,
    h: 4000 });
  ok(await chen.put(`/contracts/${id}/places`, { places: [1, 2, 3].map(at) }));
  const t = ok(await chen.post(`/contracts/${id}/template`, { name: fresh('三印') }), 201);
  const kept = ok(await chen.get(`/templates/${t.id}`));
  assert.deepEqual(kept.places.map((p) => [p.party, p.vendor, p.nth, p.x]),
    [['sealer', 0, 1, 5000], ['sealer', 0, 2, 10000], ['sealer', 0, 3, 15000]]);
  const next = ok(await chen.post('/contracts', { ...await basics(chen), templateId: t.id }), 201).id;
  ok(await chen.upload(next, '甲.pdf', PDF), 201);
  ok(await chen.put(`/contracts/${next}/signers`, { vendors: [vendor.id], sealers, sealRule: 'all', subject: 'x',
    body: 'x', emails: [] }));
  assert.deepEqual(ok(await chen.post(`/contracts/${next}/places/template`, {})).missed, 0);
  const places = async () => ok(await chen.get(`/contracts/${next}/places`)).places.map((p) => [p.nth, p.x]);
  assert.deepEqual(await places(), [[1, 5000], [2, 10000], [3, 15000]]);
  // Where two are enough there are two seals, and so many places.
  ok(await chen.put(`/contracts/${next}/signers`, { vendors: [vendor.id], sealers, sealRule: 'some', sealNeeded: 2,
    subject: 'x', body: 'x', emails: [] }));
  assert.equal(ok(await chen.post(`/contracts/${next}/places/template`, {})).missed, 1);
  assert.deepEqual(await places(), [[1, 5000], [2, 10000]]);
  const again = [{ ...SEALS[3], nth: 2 }, { ...SEALS[3], nth: 2 }];
  const twice = { kind: 'contract', name: fresh('x'), ...TEXTS, places: again };
  assert.equal(code(await chen.post('/templates', twice)), 'bad_field');
});

test('a letter with a field left in it does not go out', async () => {
  const chen = await as('chen');
  const { id } = (await chen.post('/letters', {})).body;
  const to = [sql("SELECT id FROM member WHERE account = 'officer09'")];
  const letter = { version: 1, subject: '函：{{契約名稱}}', body: '文', to, copies: [] };
  const { version } = ok(await chen.put(`/letters/${id}`, letter));
  const refused = await chen.post(`/letters/${id}/send`, { version });
  assert.deepEqual([code(refused), refused.body.error.field], ['text_field_empty', 'subject']);
  const again = ok(await chen.put(`/letters/${id}`, { ...letter, version, subject: '函：{{某某}}' }));
  ok(await chen.post(`/letters/${id}/send`, { version: again.version }));
});
