// Agencies, people and contracts for the tests of mergers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { as, certificate, choose, prove, ROOT, sql, URL_BASE } from './client.mjs';

export const code = (answer) => answer.body?.error?.code;
export const ok = (answer, status = 200) => {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
};
export const digits = (n) => Array.from({ length: n }, () => Math.floor(Math.random() * 10)).join('');
export const CARD = sql("SELECT card_identity FROM organization WHERE code = '379730000A'");
const PDF = readFileSync(join(ROOT, 'sql/demo/contract.pdf'));

// Somebody who logs in with the demo's password.
function person(agency, unit, roles, name) {
  const account = `m${randomUUID().slice(0, 12)}`, id = randomUUID().replaceAll('-', '');
  sql(`INSERT INTO member (id, organization_id, unit_id, account, name, email, password_hash, created_at)
    SELECT '${id}', '${agency}', ${unit ? `'${unit}'` : 'NULL'}, '${account}', '${name}', '${account}@example.tw',
    password_hash, NOW(3) FROM member WHERE account = 'chen'`);
  for (const role of roles) sql(`INSERT INTO member_role (member_id, role) VALUES ('${id}', '${role}')`);
  return { id, account };
}

export async function agency(admin, name, card = CARD, parentId = undefined) {
  const made = `${digits(9)}Q`;
  const body = { code: made, name: `${name}${digits(6)}`, shortName: '本局', cardIdentity: card, parentId };
  const id = ok(await admin.post('/admin/agencies', body), 201).id;
  return { id, code: made, name: body.name };
}
const unit = async (admin, a, number, name) =>
  ok(await admin.post(`/admin/agencies/${a.id}/units`, { code: number, name: `${a.name}${name}` }), 201).id;

async function registerCard(client, key) {
  const der = certificate(key);
  const asked = await client.post('/certificates/challenge', { certificate: der.toString('base64') });
  const { challengeId, nonce } = ok(asked, asked.status);
  const signature = prove(key, URL_BASE, Buffer.from(nonce, 'base64'));
  const made = await client.post('/certificates', { challengeId, signature, purpose: '用印' });
  assert.ok(made.status < 300, JSON.stringify(made.body));
}

export async function contract(officer, unitId, number, send) {
  const body = { number, title: `整併${number}`, unitId, officers: [officer.member.id] };
  const id = ok(await officer.post('/contracts', body), 201).id;
  ok(await officer.upload(id, '電子契約.pdf', PDF), 201);
  if (send) {
    await choose(officer, id);
    ok(await officer.post(`/contracts/${id}/send`, {}));
  }
  return id;
}

// Two agencies with units that collide, people, contracts on their way.
export async function world() {
  const admin = await as('admin');
  const [from, into] = [await agency(admin, '整併甲處'), await agency(admin, '整併乙局', '另一個機關')];
  const [u1, u2] = [await unit(admin, from, '6300', '一組'), await unit(admin, from, '6400', '二組')];
  const old = await unit(admin, from, '6500', '舊組');
  const target = await unit(admin, into, '6300', '綜合組');
  const officer = person(from.id, u1, ['officer'], '甲承辦'), sealer = person(from.id, u2, ['sealer'], '甲用印');
  const boss = person(from.id, null, ['agency_admin', 'registry'], '甲管理');
  const other = person(into.id, target, ['officer'], '乙承辦');
  person(into.id, null, ['agency_admin'], '乙管理');
  const [o, s] = [await as(officer.account), await as(sealer.account)];
  await registerCard(s, 'agency');
  return { admin, from, into, u1, u2, old, target, officer, sealer, boss, other, o, s };
}
