// The registry (總收發): sees the sealing of the whole agency, says who seals, deputies, the book of
// seals; and the signing rules: vendors in order or all at once, sealers any, all or so many.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { as, auditVerify, BIN, DIR, draft, signMessage, sql } from './client.mjs';

const fresh = (prefix) => `${prefix}-${randomUUID().slice(0, 8)}`;
const code = (answer) => answer.body?.error?.code;
const ok = (answer) => { assert.ok(answer.status < 300, JSON.stringify(answer.body)); return answer.body; };
const day = (days) => new Date(Date.now() + 8 * 3600e3 + days * 86400e3).toISOString().slice(0, 10);
const idOf = (account) => sql(`SELECT id FROM member WHERE account = '${account}'`);
const orgOf = (name) => sql(`SELECT id FROM organization WHERE name LIKE '${name}%'`);
const asked = (id, account) => sql(`SELECT m.id FROM message m JOIN message_recipient r ON r.message_id = m.id
  JOIN member p ON p.id = r.member_id WHERE m.contract_id = '${id}' AND m.kind = 'sealing' AND p.account = '${account}'
  ORDER BY m.number DESC LIMIT 1`);
const notice = (id, org) => sql(`SELECT m.id FROM message m JOIN message_recipient r ON r.message_id = m.id
  WHERE m.contract_id = '${id}' AND m.kind = 'notice' AND r.organization_id = '${org}'
  ORDER BY m.number DESC LIMIT 1`);
const states = (id) => Object.fromEntries(sql(`SELECT COALESCE(p.account, o.name), t.state FROM sign_task t
  JOIN document d ON d.id = t.document_id JOIN organization o ON o.id = t.organization_id
  LEFT JOIN member p ON p.id = t.member_id WHERE d.contract_id = '${id}' AND t.kind = 'sealer'`)
  .split('\n').map((line) => line.split('\t')));
const stateOf = (id) => sql(`SELECT state FROM contract WHERE id = '${id}'`);

// The agency's test card for whoever has none yet: the same certificate as others of the agency.
function giveCard(account) {
	sql(`INSERT INTO certificate (id, member_id, purpose, der, sha256, subject, issuer, subject_name, issuer_name,
    serial, key_type, not_before, not_after, registered_at)
    SELECT MD5(CONCAT(RAND(), m.id)), m.id, '機關用印測試用憑證', c.der, c.sha256, c.subject, c.issuer, c.subject_name,
    c.issuer_name, c.serial, c.key_type, c.not_before, c.not_after, c.registered_at
    FROM member m, certificate c JOIN member h ON h.id = c.member_id AND h.account = 'he'
    WHERE m.account = '${account}' AND c.disabled_at IS NULL AND NOT EXISTS
    (SELECT 1 FROM certificate x WHERE x.member_id = m.id AND x.sha256 = c.sha256) LIMIT 1`);
}

/** The name of vendor2's company. */
const secondVendor = () => sql(`SELECT o.name FROM organization o JOIN member m ON m.organization_id = o.id
  WHERE m.account = 'vendor2'`);

/** A sent contract: vendors by the beginning of their names, sealers by account, rules. */
async function sent({ vendors = ['關貿'], sealers = ['he'], ...rules } = {}) {
	const chen = await as('chen');
	const id = await draft(chen, fresh('REG'));
	const { subject, body } = (await chen.get(`/contracts/${id}`)).body;
	ok(await chen.put(`/contracts/${id}/signers`, {
		vendors: vendors.map(orgOf), sealers: sealers.map(idOf), emails: [], subject, body, ...rules,
	}));
	ok(await chen.post(`/contracts/${id}/send`, {}));
	return id;
}

test('the registry sees every contract, assigns, takes over; who is not named any more cannot seal', async () => {
	const [registry, vendor, he] = [await as('registry'), await as('vendor'), await as('he')];
	['registry', 'ling', 'chen'].forEach(giveCard);
	const id = await sent();
	const find = async (tab) =>
		(await registry.get(`/registry?tab=${tab}&size=100`)).body.items.find((r) => r.id === id);
	assert.equal((await find('coming')).state, 'vendor_pending');
	assert.equal(code(await he.get('/registry')), 'not_found');
	const before = (await registry.get('/registry')).body.counters;
	ok(await signMessage(vendor, notice(id, orgOf('關貿')), 'vendor'));
	const after = (await registry.get('/registry')).body;
	assert.deepEqual([after.counters.pending - before.pending, after.counters.coming - before.coming], [1, -1]);
	assert.equal(after.total, after.counters.pending);
	const row = await find('pending');
	assert.deepEqual([row.sealers, row.sealed, row.needed], ['何00', 0, 1]);

	const path = `/registry/${id}/assign`;
	assert.equal(code(await registry.post(path, { sealers: [idOf('lin')] })), 'bad_field', 'may not seal');
	assert.equal(code(await vendor.post(path, { sealers: [idOf('ling')] })), 'not_found');
	const old = asked(id, 'he');
	ok(await registry.post(path, { sealers: [idOf('ling')] }));
	assert.deepEqual(states(id), { he: 'delegated', ling: 'ready' });
	await assert.rejects(signMessage(he, old, 'agency'), /wrong_state|not_found|bad_field/);
	assert.ok(asked(id, 'ling'), 'who is new is asked');
	assert.equal((await he.get('/sealing?tab=other&size=100')).body.items.some((m) => m.id === old), true);

	ok(await registry.post(path, { sealers: [idOf('registry')] }));
	const done = ok(await signMessage(registry, asked(id, 'registry'), 'agency', '用印完畢'));
	assert.equal(done.contractState, 'completed');
	const seen = (await registry.get(`/registry/${id}`)).body;
	assert.deepEqual(seen.events.map((e) => e.kind), ['assigned', 'assigned']);
	assert.equal((await registry.get(`/documents/${seen.documents[0].id}/file`)).status, 200);
	assert.equal(code(await registry.post(path, { sealers: [idOf('he')] })), 'wrong_state', 'it is done');
	auditVerify();
});

test('a deputy seals for whom he stands for, within his days; the history says so', async () => {
	const [registry, vendor, he, ling] = [await as('registry'), await as('vendor'), await as('he'), await as('ling')];
	const first = await sent();
	ok(await signMessage(vendor, notice(first, orgOf('關貿')), 'vendor'));
	const body = { memberId: idOf('he'), deputyId: idOf('ling'), from: day(0), to: day(3) };
	assert.equal(code(await registry.post('/deputies', { ...body, deputyId: idOf('he') })), 'bad_field');
	assert.equal(code(await registry.post('/deputies', { ...body, to: day(-1) })), 'bad_field');
	assert.equal(code(await registry.post('/deputies', { ...body, deputyId: idOf('lin') })), 'bad_field');
	assert.equal(code(await ling.post('/deputies', body)), 'bad_field', 'for others only the registry');
	const coming = ok(await he.post('/deputies', { ...body, from: day(2) })).id;
	assert.equal(states(first).ling, undefined, 'his days have not come');
	ok(await he.delete(`/deputies/${coming}`));
	const { id } = ok(await registry.post('/deputies', body));
	try {
		assert.deepEqual(states(first), { he: 'ready', ling: 'ready' }, 'what is open already');
		const second = await sent();
		ok(await signMessage(vendor, notice(second, orgOf('關貿')), 'vendor'));
		assert.deepEqual(states(second), { he: 'ready', ling: 'ready' });
		ok(await signMessage(ling, asked(second, 'ling'), 'agency'));
		assert.deepEqual(states(second), { he: 'superseded', ling: 'signed' });
		const doc = sql(`SELECT id FROM document WHERE contract_id = '${second}'`);
		const history = (await registry.get(`/documents/${doc}/history`)).body.items[0];
		assert.match(history.signedBy, /^凌\*\*（代何00）\(臺北市政府資訊局\)$/);
		const row = (await ling.get('/deputies?size=100')).body.items.find((d) => d.id === id);
		assert.deepEqual([row.member, row.deputy, row.state, row.mine], ['何00', '凌**', 'now', false]);
	} finally {
		ok(await registry.delete(`/deputies/${id}`));
	}
	assert.deepEqual(states(first), { he: 'ready', ling: 'cancelled' }, 'called off');
	assert.equal(code(await registry.delete(`/deputies/${id}`)), 'not_found');
});

test('the book of seals: no gap in the numbers, one line a seal, a sealed PDF of it', async () => {
	const registry = await as('registry');
	const query = `from=${day(-366)}&to=${day(0)}`;
	const { total } = (await registry.get(`/registry/book?${query}&size=1`)).body;
	assert.equal(sql('SELECT COUNT(*) FROM (SELECT year, MAX(number) AS m, COUNT(*) AS n FROM seal_register'
    + ' GROUP BY organization_id, year HAVING m <> n) x'), '0');
	assert.equal(sql(`SELECT COUNT(*) FROM signing s JOIN signing_item i ON i.signing_id = s.id JOIN sign_task t
    ON t.id = i.task_id WHERE s.state = 'done' AND t.kind = 'sealer'`), sql('SELECT COUNT(*) FROM seal_register'));
	const pages = Math.ceil(total / 100);
	const { items } = (await registry.get(`/registry/book?${query}&size=100&page=${pages}`)).body;
	const last = items.at(-1);
	const stored = sql(`SELECT LOWER(HEX(v.sha256)) FROM document d JOIN document_revision v ON v.document_id = d.id
    AND v.revision = ${last.revision} WHERE d.number = '${last.documentNumber}'`);
	assert.equal(last.sha256, stored);
	const mine = (await registry.get(`/registry/book?${query}&sealer=${idOf('ling')}&size=100`)).body.items;
	assert.ok(mine.length > 0 && mine.every((b) => b.sealer.startsWith('凌')));
	assert.ok(mine.some((b) => b.deputyFor === '何00'));
	const file = await registry.get(`/registry/book/file?${query}`);
	assert.equal(file.status, 200);
	assert.match(decodeURIComponent(file.headers.get('content-disposition')), /用印登記簿_/);
	const path = join(DIR, 'register.pdf');
	writeFileSync(path, file.body);
	const verdict = execFileSync(join(BIN, 'yinxinctl'), ['verify', path]).toString();
	assert.match(verdict, /valid/i, verdict);
	// Every reader can show it: each font is in the file, with the glyphs that it needs and no more.
	const fonts = execFileSync('pdffonts', [path], { encoding: 'utf8' }).trim().split('\n').slice(2);
	const whole = /^\w{6}\+.* yes +yes +yes +\d+ +\d+ *$/;
	assert.ok(fonts.length > 0 && fonts.every((f) => whole.test(f)), fonts.join('\n'));
	const text = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' });
	for (const part of ['用印登記簿', '臺北市政府資訊局', '用印人', last.documentNumber, last.contractNumber])
		assert.ok(text.replace(/\s/g, '').includes(part.replace(/\s/g, '')), part);
	assert.ok(file.body.length < 400000, `${file.body.length} bytes`);
	assert.equal(code(await (await as('he')).get(`/registry/book?${query}`)), 'not_found');
});

test('several vendors, one after the other: each is asked when the one before has signed', async () => {
	const [chen, vendor, vendor2] = [await as('chen'), await as('vendor'), await as('vendor2')];
	const second = secondVendor();
	const [a, b] = [orgOf('關貿'), orgOf(second)];
	const id = await sent({ vendors: [second, '關貿'], vendorsInOrder: true, representative: b });
	assert.equal(notice(id, a), '', 'not his turn');
	const list = (await vendor.get('/messages/received?tab=to_sign&size=100')).body.items;
	assert.equal(list.some((m) => m.contractId === id), false);
	ok(await signMessage(vendor2, notice(id, b), 'vendor2'));
	assert.equal(stateOf(id), 'vendor_pending');
	const shown = (await chen.get(`/contracts/${id}`)).body;
	assert.deepEqual(shown.vendors.map((v) => [v.representative, v.signed]), [[true, true], [false, false]]);
	assert.equal(shown.vendorsInOrder, true);
	ok(await signMessage(vendor, notice(id, a), 'vendor'));
	assert.equal(stateOf(id), 'agency_pending');
});

test('several vendors at once: in any order; one returns it for all', async () => {
	const [vendor, vendor2] = [await as('vendor'), await as('vendor2')];
	const second = secondVendor();
	const id = await sent({ vendors: ['關貿', second] });
	ok(await signMessage(vendor2, notice(id, orgOf(second)), 'vendor2'));
	assert.equal(stateOf(id), 'vendor_pending');
	ok(await vendor.post(`/messages/${notice(id, orgOf('關貿'))}/return`, { reason: 'amount' }));
	assert.equal(stateOf(id), 'returned');
});

test('sealers: all of them, or two of three; the file has a signature for each', async () => {
	const [vendor, he, ling, chen] = [await as('vendor'), await as('he'), await as('ling'), await as('chen')];
	const all = await sent({ sealers: ['he', 'ling'], sealRule: 'all' });
	ok(await signMessage(vendor, notice(all, orgOf('關貿')), 'vendor'));
	ok(await signMessage(ling, asked(all, 'ling'), 'agency'));
	assert.deepEqual(states(all), { he: 'ready', ling: 'signed' });
	assert.equal(stateOf(all), 'agency_pending');
	assert.equal(ok(await signMessage(he, asked(all, 'he'), 'agency')).contractState, 'completed');

	const id = await draft(chen, fresh('SOME'));
	const { subject, body } = (await chen.get(`/contracts/${id}`)).body;
	const signers = { vendors: [orgOf('關貿')], sealers: ['he', 'ling', 'chen'].map(idOf), emails: [], subject, body };
	const wrong = await chen.put(`/contracts/${id}/signers`, { ...signers, sealRule: 'some', sealNeeded: 4 });
	assert.deepEqual([code(wrong), wrong.body.error.field], ['bad_field', 'sealNeeded']);
	ok(await chen.put(`/contracts/${id}/signers`, { ...signers, sealRule: 'some', sealNeeded: 2 }));
	ok(await chen.post(`/contracts/${id}/send`, {}));
	ok(await signMessage(vendor, notice(id, orgOf('關貿')), 'vendor'));
	ok(await signMessage(he, asked(id, 'he'), 'agency'));
	assert.deepEqual(states(id), { he: 'signed', ling: 'ready', chen: 'ready' });
	assert.equal(ok(await signMessage(ling, asked(id, 'ling'), 'agency')).contractState, 'completed');
	assert.deepEqual(states(id), { he: 'signed', ling: 'signed', chen: 'superseded' });
	const doc = sql(`SELECT id FROM document WHERE contract_id = '${id}'`);
	const file = (await chen.get(`/documents/${doc}/file`)).body;
	const path = join(DIR, 'some.pdf');
	writeFileSync(path, file);
	const verdict = execFileSync(join(BIN, 'yinxinctl'), ['verify', path]).toString();
	const text = file.toString('latin1');
	const fields = new Set(text.match(/\/T ?\(Yinxin\w+\)/g));
	assert.deepEqual([fields.size, text.match(/\/ByteRange/g).length], [4, 4], 'no field is left empty');
	assert.doesNotMatch(verdict, /invalid|empty/i, verdict);
	auditVerify();
});
