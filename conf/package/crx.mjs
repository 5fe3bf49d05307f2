// CRX3, the container in which Chromium and its kin take an extension: "Cr24", version 3, a header
// in protocol buffers (AsymmetricKeyProof, SignedData) and the ZIP archive.
import { createHash, createPublicKey, sign } from 'node:crypto';

const FIELD_PROOF = 2; // CrxFileHeader.sha256_with_rsa
const FIELD_SIGNED = 10000; // CrxFileHeader.signed_header_data
const BYTES = 2; // wire type of protocol buffers: a length and so many bytes

const u32 = (n) => {
	const b = Buffer.alloc(4);
	b.writeUInt32LE(n);
	return b;
};

function varint(n) {
	const bytes = [];
	for (; n > 0x7f; n = Math.floor(n / 128)) bytes.push((n & 0x7f) | 0x80);
	return Buffer.from([...bytes, n]);
}

const field = (number, body) => Buffer.concat([varint(number * 8 + BYTES), varint(body.length), body]);

const publicDer = (key) => createPublicKey(key).export({ type: 'spki', format: 'der' });
const idBytes = (key) => createHash('sha256').update(publicDer(key)).digest().subarray(0, 16);

/** The extension's id: half of the public key's SHA-256, in letters a to p. */
export const idOf = (key) => [...idBytes(key).toString('hex')].map((c) => 'abcdefghijklmnop'[parseInt(c, 16)]).join('');

/** The public key as `key` of the manifest wants it. */
export const manifestKey = (key) => publicDer(key).toString('base64');

/** @param {Buffer} archive @param {import('node:crypto').KeyObject} key RSA, private */
export function crx(archive, key) {
	const signed = field(1, idBytes(key));
	const message = Buffer.concat([Buffer.from('CRX3 SignedData\0'), u32(signed.length), signed, archive]);
	const proof = Buffer.concat([field(1, publicDer(key)), field(2, sign('sha256', message, key))]);
	const header = Buffer.concat([field(FIELD_PROOF, proof), field(FIELD_SIGNED, signed)]);
	return Buffer.concat([Buffer.from('Cr24'), u32(3), u32(header.length), header, archive]);
}
