// What people recognise a certificate by: enough DER (X.690) to read subject, issuer and
// end of validity. The host and the server judge it; this only shows it.
import { fromBase64 } from './documents.js';

const NAMES = { '2.5.4.3': 'CN', '2.5.4.5': 'SERIALNUMBER', '2.5.4.6': 'C', '2.5.4.10': 'O', '2.5.4.11': 'OU' };

function read(bytes, at) {
  const tag = bytes[at];
  let length = bytes[at + 1];
  let start = at + 2;
  if (length & 0x80) {
    const n = length & 0x7f;
    if (n === 0 || n > 3) throw new Error('length');
    length = 0;
    for (let i = 0; i < n; i++) length = length * 256 + bytes[start++];
  }
  if (tag === undefined || start + length > bytes.length) throw new Error('cut off');
  return { tag, start, end: start + length, body: bytes.subarray(start, start + length) };
}

function children(bytes, { start, end }) {
  const list = [];
  for (let at = start; at < end; at = list.at(-1).end) list.push(read(bytes, at));
  return list;
}

function oid(body) {
  const parts = [Math.floor(body[0] / 40), body[0] % 40];
  let value = 0;
  for (const byte of body.subarray(1)) {
    value = value * 128 + (byte & 0x7f);
    if (!(byte & 0x80)) { parts.push(value); value = 0; }
  }
  return parts.join('.');
}

function name(bytes, node) {
  return children(bytes, node).map((set) => {
    const [type, value] = children(bytes, children(bytes, set)[0]);
    const text = new TextDecoder(value.tag === 0x1e ? 'utf-16be' : 'utf-8').decode(value.body);
    return `${NAMES[oid(type.body)] ?? oid(type.body)}=${text}`;
  }).join(' ');
}

function time(node) {
  const s = new TextDecoder().decode(node.body);
  const year = node.tag === 0x17 ? (Number(s.slice(0, 2)) < 50 ? '20' : '19') + s.slice(0, 2) : s.slice(0, 4);
  const rest = s.slice(node.tag === 0x17 ? 2 : 4);
  return `${year}/${rest.slice(0, 2)}/${rest.slice(2, 4)}`;
}

/** {subject, issuer, notAfter} of a base64 DER certificate; null if it can't be read. */
export function describe(base64) {
  try {
    const bytes = fromBase64(base64);
    const parts = children(bytes, children(bytes, read(bytes, 0))[0]);
    const at = parts[0].tag === 0xa0 ? 1 : 0;
    return { issuer: name(bytes, parts[at + 2]), subject: name(bytes, parts[at + 4]), notAfter: time(children(bytes, parts[at + 3])[1]) };
  } catch {
    return null;
  }
}
