// DER by hand, so that tests can also build it wrong.
import { createHash, X509Certificate } from 'node:crypto';

export function tlv(tag, ...parts) {
  const value = Buffer.concat(parts);
  const n = value.length;
  const length = n < 0x80 ? [n] : n < 0x100 ? [0x81, n] : [0x82, n >> 8, n & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), value]);
}

export const seq = (...parts) => tlv(0x30, ...parts);
export const octets = (bytes) => tlv(0x04, bytes);
// SET OF in the order of DER (X.690, 11.6).
export const setOf = (...parts) => tlv(0x31, ...parts.sort(Buffer.compare));

export function oid(dotted) {
  const [a, b, ...rest] = dotted.split('.').map(Number);
  const bytes = [a * 40 + b];
  for (const n of rest) {
    const groups = [n & 0x7f];
    for (let left = n >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return tlv(0x06, Buffer.from(bytes));
}

export const OID = {
  'contentType': '1.2.840.113549.1.9.3',
  'messageDigest': '1.2.840.113549.1.9.4',
  'signingTime': '1.2.840.113549.1.9.5',
  'signingCertificateV2': '1.2.840.113549.1.9.16.2.47',
  'protection': '1.2.840.113549.1.9.52',
  'data': '1.2.840.113549.1.7.1',
  'signedData': '1.2.840.113549.1.7.2',
  'SHA-256': '2.16.840.1.101.3.4.2.1',
  'SHA-384': '2.16.840.1.101.3.4.2.2',
  'rsaSha256': '1.2.840.113549.1.1.11',
};

export const attribute = (type, ...values) => seq(oid(type), setOf(...values));
export const hash = (algorithm, bytes) => createHash(algorithm.replace('-', '')).update(bytes).digest();

// ESSCertIDv2: the hash algorithm is left out when it is SHA-256 (DER default).
export function signingCertificate(cert, algorithm = 'SHA-256', extra = []) {
  const which = algorithm === 'SHA-256' ? [] : [seq(oid(OID[algorithm]))];
  return seq(seq(seq(...which, octets(hash(algorithm, cert)), ...extra)));
}

// Issuer and serial number as they stand in the certificate (RFC 5280, 4.1).
export function issuerSerial(cert) {
  const read = (at) => {
    let n = cert[at + 1],
      head = 2;
    if (n & 0x80) {
      head += n & 0x7f;
      n = Number('0x' + cert.subarray(at + 2, at + head).toString('hex'));
    }
    return { inside: at + head, end: at + head + n };
  };
  let at = read(read(0).inside).inside;
  if (cert[at] === 0xa0) at = read(at).end;
  const serial = cert.subarray(at, read(at).end);
  at = read(read(at).end).end;
  const issuer = cert.subarray(at, read(at).end);
  return seq(seq(tlv(0xa4, issuer)), serial);
}

// The attributes that our server prepares; `change` may replace or remove any.
export function signedAttributes(cert, digest, algorithm = 'SHA-256', change = {}) {
  const all = {
    contentType: attribute(OID.contentType, oid(OID.data)),
    messageDigest: attribute(OID.messageDigest, octets(digest)),
    signingCertificateV2: attribute(OID.signingCertificateV2, signingCertificate(cert, algorithm)),
    ...change,
  };
  return setOf(...Object.values(all).filter(Boolean));
}

export function digestOf(cert) {
  const { publicKey } = new X509Certificate(cert);
  return publicKey.asymmetricKeyDetails.namedCurve === 'secp384r1' ? 'SHA-384' : 'SHA-256';
}

// One item of `sign` for a text that plays the document.
export function item(cert, text, change = {}, fields = {}) {
  const algorithm = digestOf(cert);
  const digest = hash(algorithm, Buffer.from(text));
  return {
    name: '電子契約',
    number: 'D202109220013179',
    size: text.length,
    digestAlgorithm: algorithm,
    messageDigest: digest.toString('base64'),
    signedAttributes: signedAttributes(cert, digest, algorithm, change).toString('base64'),
    ...fields,
  };
}

// The message digest inside signed attributes: the OCTET STRING behind its type.
export function digestIn(attributes) {
  const type = oid(OID.messageDigest),
    at = attributes.indexOf(type) + type.length;
  return attributes.subarray(at + 4, at + 4 + attributes[at + 3]);
}
