// What is shown is what is signed: the document's bytes are read here, from the origin that
// asks, and must have the digest that goes to the card.
import { SignerError } from './error.js';

const DIGESTS = new Set(['SHA-256', 'SHA-384']);

export const toBase64 = (bytes) => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
};

export const fromBase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

// ByteRange [0 start end rest]: all of the file but the hole for the signature.
function covers(range, size) {
  if (!Array.isArray(range) || range.length !== 4 || !range.every(Number.isSafeInteger)) return false;
  const [zero, start, end, rest] = range;
  return zero === 0 && start > 0 && end > start && rest > 0 && end + rest === size;
}

export function wellFormed(document) {
  return typeof document?.name === 'string' && typeof document.number === 'string' && typeof document.url === 'string' &&
    document.url.startsWith('/') && !document.url.startsWith('//') && DIGESTS.has(document.digestAlgorithm) &&
    typeof document.messageDigest === 'string' && typeof document.signedAttributes === 'string' &&
    Number.isSafeInteger(document.size) && covers(document.byteRange, document.size);
}

/** The bytes of a document, if their digest is the announced one. */
export async function readDocument(origin, document) {
  if (!wellFormed(document)) throw new SignerError('item_refused');
  let bytes;
  try {
    const response = await fetch(origin + document.url, { credentials: 'omit', cache: 'no-store', redirect: 'error' });
    if (!response.ok) throw new Error(String(response.status));
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch {
    throw new SignerError('document_unreadable');
  }
  if (bytes.length !== document.size) throw new SignerError('item_refused');
  const [, start, end] = document.byteRange;
  const covered = new Uint8Array(start + bytes.length - end);
  covered.set(bytes.subarray(0, start));
  covered.set(bytes.subarray(end), start);
  const digest = new Uint8Array(await crypto.subtle.digest(document.digestAlgorithm, covered));
  if (toBase64(digest) !== document.messageDigest) throw new SignerError('item_refused');
  return bytes;
}
