// What the tests of retention share: a contract that everybody has signed, long ago, and its files.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { as, DIR, draft, ROOT, signMessage, sql, worked } from './client.mjs';

export const fresh = (prefix) => `${prefix}-${randomUUID().slice(0, 8)}`;
export const code = (answer) => answer.body?.error?.code;
export const ok = (answer, status = 200) => {
  assert.equal(answer.status, status, JSON.stringify(answer.body ?? ''));
  return answer.body;
};
export const until = worked;
export const one = (text) => Number(sql(text));
export const audited = (action, id) =>
  one(`SELECT COUNT(*) FROM audit WHERE action = '${action}' AND object_id = '${id}'`);

// Another upload than any other contract has, unless one is given.
export const unlike = () => Buffer.concat([readFileSync(join(ROOT, 'sql/demo/contract.pdf')),
  Buffer.from(`\n% ${randomUUID()}\n`)]);
export async function completed(pdf = unlike()) {
  const [chen, vendor, he] = [await as('chen'), await as('vendor'), await as('he')];
  const number = fresh('RT');
  const id = await draft(chen, number, pdf);
  const sent = ok(await chen.post(`/contracts/${id}/send`, {}));
  const notice = ok(await vendor.get('/messages/received?size=20')).items.find((m) => m.number === sent.messageNumber);
  ok(await signMessage(vendor, notice.id, 'vendor'));
  const task = ok(await he.get('/sealing?tab=pending')).items.find((m) =>
    sql(`SELECT contract_id FROM message WHERE id = '${m.id}'`) === id);
  ok(await signMessage(he, task.id, 'agency'));
  const document = sql(`SELECT id FROM document WHERE contract_id = '${id}'`);
  await until('timestamps', () => one(`SELECT COUNT(*) FROM proof WHERE document_id = '${document}' AND state = 'kept'
    AND lease_owner IS NULL`) === 1);
  return { id, number, document };
}

export const DIGESTS = (contract) => sql(`SELECT LOWER(HEX(x.sha256)) FROM (SELECT v.sha256 FROM document d
  JOIN document_revision v ON v.document_id = d.id WHERE d.contract_id = '${contract}' UNION SELECT f.sha256
  FROM document d JOIN proof_file f ON f.document_id = d.id WHERE d.contract_id = '${contract}' UNION
  SELECT d.original FROM document d WHERE d.contract_id = '${contract}' AND d.original IS NOT NULL) x`)
  .split('\n').filter(Boolean);
export const pathOf = (digest) => join(DIR, 'store/objects', digest.slice(0, 2), digest);
export const there = (digest) => existsSync(pathOf(digest));

// It was over so many years ago.
export const longAgo = (contract, years) => sql(`UPDATE contract SET ended_at = ended_at - INTERVAL ${years} YEAR,
  keep_stale = 1 WHERE id = '${contract}'`);
// The files of the contract were put long ago, and are looked at next time.
export function rested(digests) {
  for (const d of digests) if (there(d)) utimesSync(pathOf(d), 1600000000, 1600000000);
  sql("UPDATE object SET unused_at = '2021-01-01' WHERE unused_at IS NOT NULL");
}
export const lineOf = (contract) => {
  const [list, position, state] = sql(`SELECT i.list_id, i.position, i.state FROM destruction_item i
    JOIN destruction_list l ON l.id = i.list_id WHERE i.contract_id = '${contract}'
    ORDER BY i.state = 'listed' DESC, l.made_at DESC, l.id, i.position DESC LIMIT 1`).split('\t');
  return list ? { list, position: Number(position), state } : null;
};
