// Letters as tests write them: a draft with what it says and carries, sent, found.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { certificate, ROOT, sign, sql } from './client.mjs';

export const PDF = readFileSync(join(ROOT, 'sql/demo/contract.pdf'));
export const code = (answer) => answer.body?.error?.code;
export const field = (answer) => answer.body?.error?.field;
export const ok = (answer) => {
  assert.ok(answer.status < 300, JSON.stringify(answer.body));
  return answer.body;
};
export const day = (days) => new Date(Date.now() + 8 * 3600e3 + days * 86400e3).toISOString().slice(0, 10);

export const attach = (client, id, name, bytes = PDF, options = {}) =>
  client.call('POST', `/api/v1/letters/${id}/documents`, { body: bytes, ...options,
    headers: { 'Content-Type': 'application/pdf', 'X-File-Name': encodeURIComponent(name) } });

export const person = async (client, account) => {
  const id = sql(`SELECT id FROM member WHERE account = '${account}'`);
  const { items } = ok(await client.get('/letters/recipients?kind=agency&size=100'));
  assert.ok(items.some((p) => p.id === id), `${account} can be written to`);
  return id;
};
export const company = async (client) =>
  ok(await client.get('/letters/recipients?kind=vendor&q=' + encodeURIComponent('關貿'))).items[0].id;

/** A draft with everything that is not said; {id, version}. */
export async function draft(client, what = {}) {
  const { id } = ok(await client.post('/letters', {}));
  const files = what.files ?? [];
  for (const name of files) ok(await attach(client, id, name));
  const { version } = ok(await client.get(`/letters/${id}`));
  const { files: _, ...rest } = what;
  const saved = ok(await client.put(`/letters/${id}`, { version, subject: `函 ${id.slice(0, 6)}`, body: '請查照。',
    to: [], copies: [], ...rest }));
  return { id, version: saved.version };
}
export const send = async (client, { id, version }) =>
  ok(await client.post(`/letters/${id}/send`, { version })).messageNumber;
export const inbox = async (client, id, tab = 'all') =>
  ok(await client.get(`/messages/received?tab=${tab}&size=100`)).items.some((m) => m.id === id);

/** The writer's software key signs the attachments of a draft that are not signed yet; the answer. */
export async function signDraft(client, id, name) {
  const { documents } = ok(await client.get(`/letters/${id}`));
  const der = certificate(name).toString('base64');
  const mine = ok(await client.get('/certificates?size=100')).items.find((c) => c.certificate === der);
  const tasks = documents.filter((d) => !d.signedAt).map((d) => d.taskId);
  const prepared = ok(await client.post('/signings', { tasks, certificateId: mine.id }));
  return client.post(`/signings/${prepared.id}/complete`, { signatures: prepared.documents.map((d) => sign(name, d)) });
}

/** A ZIP of stored files (APPNOTE 4.3), in their order. */
export function zip(files) {
  const parts = [], heads = [];
  let at = 0;
  for (const [name, text] of files) {
    const [called, bytes] = [Buffer.from(name), Buffer.from(text)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(called.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    heads.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, called);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, called, bytes]);
    parts.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(heads), end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, directory, end]);
}
