// Seal pictures with a second person's consent, places on a draft's pages, and what the signed
// file shows: who may, who may not, and the register of use.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { as, auditVerify, certificate, ctl, draft, ROOT, signMessage, sql } from './client.mjs';
import { png } from './png.mjs';

const fresh = (prefix) => `${prefix}-${randomUUID().slice(0, 8)}`;
const code = (answer) => answer.body?.error?.code;
const ok = (answer, status = 200) => {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
};
const messageOf = (id, kind) => sql(`SELECT id FROM message WHERE contract_id = '${id}' AND kind = '${kind}'
  ORDER BY number DESC LIMIT 1`);
const ring = (side = 120, colour = [204, 0, 0]) => png(side, (x, y) => {
  const far = Math.hypot(x - (side - 1) / 2, y - (side - 1) / 2) / side;
  return far > 0.33 && far < 0.48 ? [...colour, 255] : [0, 0, 0, 0];
});
const picture = (bytes, more = {}) => ({ picture: bytes.toString('base64'), width: 300, height: 300, ...more });
const seal = (name, more = {}) => ({ name, kind: 'official', ...picture(ring(), more) });
const CLEAN = 'UPDATE seal_picture SET disabled_at = NOW(3) WHERE disabled_at IS NULL';

/** A picture of he's that ling has consented to. */
async function approved(more = {}) {
  const [he, ling] = [await as('he'), await as('ling')];
  const made = ok(await he.post('/seals', seal(fresh('印'), more)), 201);
  ok(await ling.post(`/seals/${made.id}/approve`, { version: 1 }));
  return made.id;
}

test('a picture is proposed, and a second person consents', async () => {
  const [he, ling, vendor, chen] = [await as('he'), await as('ling'), await as('vendor'), await as('wang')];
  const made = ok(await he.post('/seals', seal('機關印信')), 201);
  assert.deepEqual([made.version, made.opaque, made.dots], [1, false, 101]);
  const path = `/seals/${made.id}`;
  assert.deepEqual([ok(await he.get(path)).state, ok(await ling.get(path)).proposed], ['proposed', 1]);
  assert.equal(code(await he.post(`${path}/approve`, { version: 1 })), 'second_person');
  assert.equal(code(await vendor.post(`${path}/approve`, { version: 1 })), 'not_found');
  assert.equal(code(await vendor.get(path)), 'not_found');
  assert.equal((await vendor.get(`${path}/picture?version=1`)).status, 404);
  assert.equal((await chen.get(path)).status, 404, 'an officer has no business with it');
  assert.equal(code(await ling.post(`${path}/approve`, { version: 2 })), 'not_found');
  ok(await ling.post(`${path}/approve`, { version: 1 }));
  assert.equal(code(await ling.post(`${path}/approve`, { version: 1 })), 'wrong_state', 'once');
  const now = ok(await he.get(path));
  assert.deepEqual([now.state, now.version, now.proposed, now.uses], ['active', 1, 0, 0]);
  assert.equal(now.versions[0].decidedBy, '凌**');
  const shown = await he.get(`${path}/picture?version=1`);
  assert.equal(shown.headers.get('content-type'), 'image/png');
  assert.ok(shown.body.equals(ring()), 'the file as it came');

  ok(await he.post(`${path}/versions`, picture(ring(200))), 201);
  assert.equal(code(await ling.post(`${path}/versions`, picture(ring(210)))), 'wrong_state', 'one waits already');
  assert.equal(ok(await he.get(path)).version, 1, 'the old one stays in force');
  assert.equal(code(await ling.post(`${path}/refuse`, { version: 2 })), 'field_required');
  ok(await ling.post(`${path}/refuse`, { version: 2, reason: '印文不清' }));
  const both = ok(await he.get(path)).versions;
  assert.deepEqual(both.map((v) => [v.version, v.state, v.reason]), [[2, 'refused', '印文不清'], [1, 'approved', '']]);
  ok(await he.post(`${path}/disable`, { reason: '換新印' }));
  assert.equal(ok(await he.get(path)).state, 'disabled');
  assert.equal(code(await he.post(`${path}/versions`, picture(ring()))), 'wrong_state');
  auditVerify();
});

test('of two who decide at once one does', async () => {
  const [he, ling, chen] = [await as('he'), await as('ling'), await as('chen')];
  const { id } = ok(await he.post('/seals', seal(fresh('印'))), 201);
  const answers = await Promise.all([
    ling.post(`/seals/${id}/approve`, { version: 1 }),
    chen.post(`/seals/${id}/refuse`, { version: 1, reason: '不同意' }),
  ]);
  assert.deepEqual(answers.map((a) => a.status).sort(), [200, 409]);
  const [row] = [sql(`SELECT p.version, v.state FROM seal_picture p JOIN seal_version v ON v.seal_id = p.id
    WHERE p.id = '${id}'`)];
  assert.equal(row, answers[0].status === 200 ? '1\tapproved' : '0\trefused');
});

test('what is no picture, or not in its shape, is refused', async () => {
  const he = await as('he');
  const field = async (json) => (await he.post('/seals', json)).body.error?.field;
  assert.equal(await field({ ...seal('x'), picture: Buffer.from('nothing').toString('base64') }), 'picture');
  const behind = Buffer.concat([ring(), Buffer.from('PK')]).toString('base64');
  assert.equal(await field({ ...seal('x'), picture: behind }), 'picture');
  assert.equal(await field(seal('x', { height: 200 })), 'height');
  assert.equal(await field(seal('x', { width: 401 })), 'width');
  assert.equal(await field(seal('x', { from: '2026-02-02', until: '2026-02-01' })), 'until');
  assert.equal(await field(seal('x', { unitId: 'f'.repeat(32) })), 'unitId');
  assert.equal(await field({ ...seal('x'), kind: 'other' }), 'kind');
  const solid = png(60, () => [255, 255, 255, 255]);
  assert.equal(ok(await he.post('/seals', { ...seal('底不透明'), ...picture(solid) }), 201).opaque, true);
});

test('usable is what is in force, in time, of my unit and for that certificate', async () => {
  sql(CLEAN);
  const he = await as('he');
  const mine = (await he.get('/certificates?size=100')).body.items.find(
    (c) => c.certificate === certificate('agency').toString('base64'));
  const usable = async () => ok(await he.get(`/seals/usable?certificateId=${mine.id}`)).items.map((s) => s.id);
  const units = (await he.get('/units')).body.items;
  const plain = await approved();
  const bound = await approved({ certificateId: mine.id });
  await approved({ unitId: units.find((u) => u.code.endsWith('6200')).id });
  const own = await approved({ unitId: units.find((u) => u.code.endsWith('6300')).id });
  await approved({ from: '2099-01-01' });
  await approved({ from: '2020-01-01', until: '2020-12-31' });
  ok(await he.post('/seals', seal('待核可')), 201);
  assert.deepEqual(await usable(), [bound, own, plain]);
  const states = ok(await he.get('/seals?size=100')).items.map((s) => s.state);
  for (const state of ['active', 'proposed', 'early', 'expired']) assert.ok(states.includes(state), state);
});

const place = (documentId, party, more = {}) =>
  ({ documentId, party, page: 1, x: 6000, y: 9000, w: 16000, h: 6000, ...more });

test('the officer places seals; what does not fit the draft is refused', async () => {
  const [chen, wang, vendor] = [await as('chen'), await as('wang'), await as('vendor')];
  const id = await draft(chen, fresh('SEAL'));
  const contract = ok(await chen.get(`/contracts/${id}`));
  const [doc, party] = [contract.documents[0].id, contract.vendors[0].id];
  const put = (places, who = chen) => who.put(`/contracts/${id}/places`, { places });
  const all = [
    place(doc, 'platform'),
    place(doc, 'vendor', { organizationId: party, y: 20000 }),
    place(doc, 'sealer', { y: 30000 }),
  ];
  const { version } = ok(await put(all));
  assert.equal(version, contract.version + 1);
  const kept = ok(await chen.get(`/contracts/${id}/places`)).places;
  assert.deepEqual(kept.map((p) => [p.party, p.organizationId, p.y]), [
    ['platform', null, 9000], ['vendor', party, 20000], ['sealer', null, 30000]]);
  assert.equal(code(await put(all, wang)), 'not_found');
  assert.equal(code(await put(all, vendor)), 'not_found');
  assert.equal(code(await wang.get(`/contracts/${id}/places`)), 'not_found');
  for (const wrong of [
    [place(doc, 'sealer', { page: 99 })], [place(doc, 'vendor')], [place(doc, 'sealer', { organizationId: party })],
    [place('f'.repeat(32), 'sealer')], [place(doc, 'sealer', { w: 100 })], [place(doc, 'sealer', { x: -1 })],
    [place(doc, 'sealer'), place(doc, 'sealer')], [place(doc, 'vendor', { organizationId: 'f'.repeat(32) })],
    [{ ...place(doc, 'sealer'), more: 1 }], 'x',
    [place(doc, 'sealer', { nth: 0 })], [place(doc, 'sealer', { nth: 21 })], [place(doc, 'platform', { nth: 2 })],
    [place(doc, 'sealer', { nth: 2 }), place(doc, 'sealer', { nth: 2, y: 20000 })],
  ]) assert.equal((await put(wrong)).body.error?.field, 'places', JSON.stringify(wrong));
  assert.equal(ok(await chen.get(`/contracts/${id}/places`)).places.length, 3, 'nothing of it was kept');

  const find = (anchor) => chen.post(`/contracts/${id}/places/find`, { documentId: doc, anchor, w: 8000, h: 8000 });
  assert.equal(code(await find('沒有這一段文字')), 'anchor_missing');
  const found = ok(await find('甲方'));
  assert.ok(found.page >= 1 && found.x > 0 && found.y >= 0, JSON.stringify(found));
  const copy = ok(await chen.post(`/contracts/${id}/copy`, { number: fresh('COPY'), title: '副本' }), 201);
  assert.equal(ok(await chen.get(`/contracts/${copy.id}/places`)).places.length, 3, 'a copy has the same places');
  ok(await chen.post(`/contracts/${id}/send`, {}));
  assert.equal(code(await put(all)), 'wrong_state');
});

test('each party\'s seal appears with its signature, and the file stays valid', async () => {
  sql(CLEAN);
  const [chen, vendor, he] = [await as('chen'), await as('vendor'), await as('he')];
  const sealId = await approved();
  const pages = join(mkdtempSync(join(tmpdir(), 'yx-seals-')), 'three.pdf');
  execFileSync('qpdf', ['--empty', '--pages', ...Array(3).fill(join(ROOT, 'sql/demo/contract.pdf')), '--', pages]);
  const id = await draft(chen, fresh('SEAL'), readFileSync(pages));
  const contract = ok(await chen.get(`/contracts/${id}`));
  const doc = contract.documents[0];
  ok(await chen.put(`/contracts/${id}/places`, { places: [
    place(doc.id, 'platform', { page: doc.pages }),
    place(doc.id, 'vendor', { organizationId: contract.vendors[0].id, page: doc.pages, y: 20000 }),
    place(doc.id, 'sealer', { page: doc.pages, y: 30000 }),
    { documentId: doc.id, party: 'sealer', seam: true, rise: 50 },
  ] }));
  ok(await chen.post(`/contracts/${id}/send`, {}));
  const reds = async (client, page) => {
    const file = `${pages}-${page}.pdf`;
    writeFileSync(file, (await client.get(`/documents/${doc.id}/file`)).body);
    const report = JSON.parse(ctl('verify', file, '--json'));
    for (const s of report.signatures) assert.ok(s.verdict !== 'invalid' && s.changesOk !== false, JSON.stringify(s));
    execFileSync('pdftoppm', ['-r', '36', '-f', `${page}`, '-l', `${page}`, '-singlefile', file, file]);
    const bytes = readFileSync(`${file}.ppm`);
    const head = bytes.toString('latin1', 0, 40).match(/^P6\s+(\d+)\s+(\d+)\s+255\s/);
    const data = bytes.subarray(head[0].length);
    let n = 0;
    for (let i = 0; i < data.length; i += 3) n += data[i] - data[i + 1] > 60 && data[i] - data[i + 2] > 60;
    return n;
  };
  const counts = [await reds(chen, doc.pages)];
  ok(await signMessage(vendor, messageOf(id, 'notice'), 'vendor'));
  counts.push(await reds(chen, doc.pages));
  assert.equal(await reds(chen, 1), 0, 'no edge yet');
  assert.equal((await signMessage(he, messageOf(id, 'sealing'), 'agency')).body.contractState, 'completed');
  counts.push(await reds(chen, doc.pages));
  assert.ok(counts[0] > 50 && counts[1] > counts[0] + 50 && counts[2] > counts[1] + 50, `${counts}`);
  assert.ok(await reds(chen, 1) > 20, 'the edge of the first page');

  const uses = ok(await he.get(`/seals/${sealId}/uses`));
  assert.deepEqual(uses.items.map((u) => [u.contractNumber, u.documentNumber, u.version, u.revision]),
    [[contract.number, ok(await chen.get(`/contracts/${id}`)).documents[0].number, 1, 3]]);
  assert.equal((await vendor.get(`/seals/${sealId}/uses`)).status, 404);
});

test('a chosen seal must be one that I may use; a document without a place shows none', async () => {
  sql(CLEAN);
  const [chen, vendor] = [await as('chen'), await as('vendor')];
  const foreign = await approved();
  const id = await draft(chen, fresh('SEAL'));
  ok(await chen.post(`/contracts/${id}/send`, {}));
  const message = ok(await vendor.get(`/messages/${messageOf(id, 'notice')}`));
  const mine = (await vendor.get('/certificates?size=100')).body.items.find(
    (c) => c.certificate === certificate('vendor').toString('base64'));
  const answer = await vendor.post('/signings', { tasks: message.tasks.map((t) => t.id), certificateId: mine.id,
    sealId: foreign });
  assert.deepEqual([code(answer), answer.body.error.field], ['bad_field', 'sealId']);
  ok(await signMessage(vendor, messageOf(id, 'notice'), 'vendor'));
  assert.equal(sql(`SELECT COUNT(*) FROM seal_use x JOIN document d ON d.id = x.document_id
    WHERE d.contract_id = '${id}'`), '0');
});

/** Red points of a place on the page, as a renderer shows the newest file. */
async function redIn(client, documentId, { page, x, y, w, h }) {
  const file = join(mkdtempSync(join(tmpdir(), 'yx-red-')), 'now.pdf');
  writeFileSync(file, (await client.get(`/documents/${documentId}/file`)).body);
  const report = JSON.parse(ctl('verify', file, '--json'));
  for (const s of report.signatures) assert.ok(s.verdict !== 'invalid', JSON.stringify(s));
  execFileSync('pdftoppm', ['-r', '72', '-f', `${page}`, '-l', `${page}`, '-singlefile', file, file]);
  const bytes = readFileSync(`${file}.ppm`);
  const [head, width, height] = bytes.toString('latin1', 0, 40).match(/^P6\s+(\d+)\s+(\d+)\s+255\s/);
  let n = 0;
  for (let row = Math.floor(height - (y + h) / 100); row < height - y / 100; row++)
    for (let column = Math.floor(x / 100); column < (x + w) / 100; column++) {
      const i = head.length + (row * width + column) * 3;
      n += bytes[i] - bytes[i + 1] > 60 && bytes[i] - bytes[i + 2] > 60;
    }
  return n;
}

/** The agency's test card for ling too, who has none in the demo data. */
const giveCard = () => sql(`INSERT INTO certificate (id, member_id, purpose, der, sha256, subject, issuer,
  subject_name, issuer_name, serial, key_type, not_before, not_after, registered_at)
  SELECT MD5(CONCAT(RAND(), m.id)), m.id, '機關用印測試用憑證', c.der, c.sha256, c.subject, c.issuer, c.subject_name,
  c.issuer_name, c.serial, c.key_type, c.not_before, c.not_after, c.registered_at
  FROM member m, certificate c JOIN member h ON h.id = c.member_id AND h.account = 'he'
  WHERE m.account = 'ling' AND c.disabled_at IS NULL AND NOT EXISTS
  (SELECT 1 FROM certificate x WHERE x.member_id = m.id AND x.sha256 = c.sha256) LIMIT 1`);

test('where two of the agency seal, both seals are seen, each in its own place', async () => {
  sql(CLEAN);
  const [chen, vendor] = [await as('chen'), await as('vendor')];
  giveCard();
  const sealers = { he: await as('he'), ling: await as('ling') };
  const id = await draft(chen, fresh('TWO'));
  const { subject, body, vendors, documents: [doc] } = ok(await chen.get(`/contracts/${id}`));
  ok(await chen.put(`/contracts/${id}/signers`, { vendors: vendors.map((v) => v.id), emails: [], subject, body,
    sealers: Object.values(sealers).map((s) => s.member.id), sealRule: 'all' }));
  const [one, two, three] = [1, 2, 3].map((nth) =>
    place(doc.id, 'sealer', { nth, x: 5000 + nth * 9000, y: 60000, w: 8000, h: 8000 }));
  ok(await chen.put(`/contracts/${id}/places`, { places: [two, three, one] }));
  assert.deepEqual(ok(await chen.get(`/contracts/${id}/places`)).places.map((p) => p.nth), [1, 2, 3]);
  const copy = ok(await chen.post(`/contracts/${id}/copy`, { number: fresh('COPY'), title: '副本' }), 201);
  assert.deepEqual(ok(await chen.get(`/contracts/${copy.id}/places`)).places.map((p) => p.nth), [1, 2, 3]);
  ok(await chen.post(`/contracts/${id}/send`, {}));
  ok(await signMessage(vendor, messageOf(id, 'notice'), 'vendor'));
  const shown = async () => {
    const all = [];
    for (const at of [one, two, three]) all.push(await redIn(chen, doc.id, at) > 20);
    return all;
  };
  const asked = (who) => sql(`SELECT m.id FROM message m JOIN message_recipient r ON r.message_id = m.id
    WHERE m.contract_id = '${id}' AND m.kind = 'sealing' AND r.member_id = '${sealers[who].member.id}'`);
  assert.deepEqual(await shown(), [false, false, false]);
  ok(await signMessage(sealers.ling, asked('ling'), 'agency'));
  assert.deepEqual(await shown(), [true, false, false]);
  assert.equal(ok(await signMessage(sealers.he, asked('he'), 'agency')).contractState, 'completed');
  assert.deepEqual(await shown(), [true, true, false], 'nobody seals a third time');
});
