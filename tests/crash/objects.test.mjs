// Files that nothing needs any more, and a kill: the worker dies while it takes them away. What is
// needed has its file at every moment, and what is not is gone in the end.
import test from 'node:test';
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { as, DIR, draft, ROOT, sql, worked } from '../api/client.mjs';
import { arm, armed, bringBack, consistent, disarm, one } from './rig.mjs';

test.afterEach(disarm);

// The demo's contract with a remark behind it: other bytes, the same document.
const PDF = readFileSync(join(ROOT, 'sql/demo/contract.pdf'));
const pdf = () => Buffer.concat([PDF, Buffer.from(`\n% ${randomUUID()}\n`)]);
const file = (hash) => join(DIR, 'store/objects', hash.slice(0, 2), hash);
const row = (hash) => one(`SELECT COUNT(*) FROM object WHERE sha256 = UNHEX('${hash}')`);
const aside = () => readdirSync(join(DIR, 'store/aside'));
const until = worked;

// Two hours pass for a file that nothing needs.
function age(hash) {
  const then = new Date(Date.now() - 7200e3);
  if (existsSync(file(hash))) utimesSync(file(hash), then, then);
  sql(`UPDATE object SET unused_at = UTC_TIMESTAMP(3) - INTERVAL 2 HOUR WHERE sha256 = UNHEX('${hash}')`);
}

async function thrownAway(chen, bytes = pdf()) {
  const id = await draft(chen, `Z-${randomUUID().slice(0, 8)}`, bytes);
  const hash = sql(`SELECT LOWER(HEX(r.sha256)) FROM document d JOIN document_revision r ON r.document_id = d.id
    WHERE d.contract_id = '${id}'`);
  assert.equal((await chen.delete(`/contracts/${id}`)).status, 200);
  return hash;
}

for (const point of ['object.aside', 'object.committed']) {
  test(`a file that nothing needs, the worker killed at ${point}`, { timeout: 600000 }, async () => {
    const chen = await as('chen'), bytes = pdf(), hash = await thrownAway(chen, bytes);
    assert.equal(createHash('sha256').update(readFileSync(file(hash))).digest('hex'), hash, 'kept for a while');
    arm(point);
    age(hash);
    await until(point, () => !armed());
    assert.equal(row(hash), point === 'object.aside' ? 1 : 0);
    // Whoever needs the same bytes now has them.
    const id = await draft(chen, `Z-${randomUUID().slice(0, 8)}`, bytes);
    assert.ok(existsSync(file(hash)) && row(hash) === 1);
    await bringBack();
    consistent();
    await until('what was set aside', () => aside().length === 0);
    consistent();
    assert.equal((await chen.delete(`/contracts/${id}`)).status, 200);
    age(hash);
    await until('the file', () => row(hash) === 0 && !existsSync(file(hash)) && aside().length === 0);
    consistent();
  });
}

test('a file whose row was never written is taken away after a day, and not before', { timeout: 600000 }, async () => {
  const chen = await as('chen'), number = `Z-${randomUUID().slice(0, 8)}`;
  const unit = (await chen.get('/units')).body.items[0].id;
  const made = await chen.post('/contracts', { number, title: '斷電', unitId: unit, officers: [chen.member.id] });
  const { id } = made.body;
  const bytes = pdf(), hash = createHash('sha256').update(bytes).digest('hex');
  arm('upload.stored');
  await chen.upload(id, 'x.pdf', bytes).catch(() => {});
  assert.ok(!armed());
  await bringBack();
  assert.ok(existsSync(file(hash)) && row(hash) === 0);
  const other = await thrownAway(chen);
  const hours = (n) => utimesSync(file(hash), new Date(Date.now() - n * 3600e3), new Date(Date.now() - n * 3600e3));
  hours(23);
  age(other);
  await until('a round', () => row(other) === 0);
  assert.ok(existsSync(file(hash)), 'somebody may still be about to write it');
  hours(25);
  await until('the file', () => !existsSync(file(hash)));
  assert.equal((await chen.upload(id, 'x.pdf', bytes)).status, 201, 'and comes again');
  assert.ok(existsSync(file(hash)) && row(hash) === 1);
  consistent();
});

test('a file is put again while it waits to be taken away: it stays', { timeout: 600000 }, async () => {
  const chen = await as('chen'), bytes = pdf(), hash = await thrownAway(chen, bytes), other = await thrownAway(chen);
  age(hash);
  const id = await draft(chen, `Z-${randomUUID().slice(0, 8)}`, bytes);
  age(other);
  await until('another file', () => row(other) === 0);
  assert.ok(existsSync(file(hash)) && row(hash) === 1, 'named by a document');
  assert.equal((await chen.delete(`/contracts/${id}`)).status, 200);
  // Just put, though its row says otherwise: somebody is about to name it.
  sql(`UPDATE object SET unused_at = UTC_TIMESTAMP(3) - INTERVAL 2 HOUR WHERE sha256 = UNHEX('${hash}')`);
  await until('a look', () => one(`SELECT unused_at IS NULL OR unused_at > UTC_TIMESTAMP(3) - INTERVAL 10 MINUTE
    FROM object WHERE sha256 = UNHEX('${hash}')`) === 1);
  assert.ok(existsSync(file(hash)));
  consistent();
});
