// Makes the seeds of tlv, apdu, native and json anew: node tests/fuzz/seeds.mjs
// (the certificate in them is a new one each time; keep what is committed unless a
// format changes).
import { execFileSync } from 'node:child_process';
import { createCipheriv, createHmac, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import {
  OID,
  attribute,
  hash,
  issuerSerial,
  item,
  octets,
  oid,
  seq,
  signedAttributes,
  signingCertificate,
  tlv,
} from '../host/der.mjs';

const corpus = path.join(path.dirname(fileURLToPath(import.meta.url)), 'corpus');

function put(name, files) {
  mkdirSync(path.join(corpus, name), { recursive: true });
  for (const [file, bytes] of Object.entries(files)) writeFileSync(path.join(corpus, name, file), bytes);
}

function certificate(options) {
  const dir = mkdtempSync(path.join(tmpdir(), 'seeds-'));
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      ...options,
      '-nodes',
      '-keyout',
      `${dir}/k`,
      '-subj',
      '/C=TW/O=Seed/serialNumber=1',
      '-days',
      '9999',
      '-addext',
      'keyUsage=digitalSignature',
      '-addext',
      'basicConstraints=CA:false',
      '-out',
      `${dir}/c`,
    ],
    { stdio: 'pipe' },
  );
  const der = new X509Certificate(readFileSync(`${dir}/c`)).raw;
  rmSync(dir, { recursive: true });
  return der;
}

const ec = certificate(['ec', '-pkeyopt', 'ec_paramgen_curve:P-256']);
const rsa = certificate(['rsa:2048']);
const digest = Buffer.alloc(32);
digest[0] = 1;
const attributes = signedAttributes(ec, digest);
const object = (cert, info = 0) => tlv(0x53, tlv(0x70, cert), tlv(0x71, Buffer.from([info])), tlv(0xfe));
const r = tlv(2, Buffer.alloc(32, 0x11)),
  s = tlv(2, Buffer.alloc(33, 0).fill(0x91, 1));
const as = (kind, bytes) => Buffer.concat([Buffer.from([kind]), bytes]);

put('tlv', {
  attributes: as(3, attributes),
  'attributes-issuer': as(
    3,
    signedAttributes(ec, digest, 'SHA-256', {
      signingCertificateV2: attribute(OID.signingCertificateV2, signingCertificate(ec, 'SHA-384', [issuerSerial(ec)])),
    }),
  ),
  'attributes-protection': as(
    3,
    signedAttributes(ec, digest, 'SHA-256', {
      p: attribute(OID.protection, seq(seq(oid(OID['SHA-256'])), tlv(0xa1, oid(OID.rsaSha256)))),
    }),
  ),
  object: as(0, object(ec)),
  ecdsa: as(5, seq(r, s)),
  raw: as(4, Buffer.alloc(64, 0x80)),
  template: as(0, tlv(0x7c, tlv(0x82, seq(r, s)))),
  octets: as(1, octets(digest)),
});

// Answers as a card gives them: 256 bytes at a time, then 61xx.
const word = (n) => Buffer.from([n >> 8, n & 0xff]);
const framed = (bytes) => Buffer.concat([word(bytes.length), bytes]);
function answers(data, sw = 0x9000) {
  const out = [];
  for (let at = 0; at < data.length || at === 0; at += 256) {
    const left = data.length - at - 256;
    out.push(framed(Buffer.concat([data.subarray(at, at + 256), word(left > 0 ? 0x6100 | Math.min(left, 255) : sw)])));
  }
  return out;
}
const only = (sw) => framed(word(sw));
const session = (kind, objects, pin, signed) =>
  Buffer.concat([
    Buffer.from([kind]),
    ...answers(tlv(0x61, tlv(0x4f, Buffer.from('000010000100', 'hex')))),
    ...objects,
    ...Array(23 - objects.filter((o) => o.length < 5 || o[o.length - 2] === 0x90).length).fill(only(0x6a82)),
    ...pin,
    ...signed,
  ]);
put('apdu', {
  ec: session(0, answers(object(ec)), [only(0x63c3), only(0x9000)], answers(tlv(0x7c, tlv(0x82, seq(r, s))))),
  'ec-t0': session(
    2,
    answers(object(ec)),
    [only(0x63c3), only(0x9000)],
    answers(tlv(0x7c, tlv(0x82, Buffer.alloc(64, 5)))),
  ),
  rsa: session(
    1,
    answers(object(rsa)),
    [only(0x63c3), only(0x9000)],
    [only(0x9000), ...answers(tlv(0x7c, tlv(0x82, Buffer.alloc(256, 5))))],
  ),
  gzip: session(0, answers(object(gzipSync(ec), 1)), [only(0x63c3), only(0x9000)], [only(0x6982)]),
  blocked: session(0, answers(object(ec)), [only(0x6983)], []),
  'pin-wrong': session(0, answers(object(ec)), [only(0x63c3), only(0x63c2)], []),
  'wrong-le': session(0, [only(0x6c10), ...answers(object(ec))], [only(0x63c3), only(0x9000)], [only(0x6c10)]),
  unknown: Buffer.concat([Buffer.from([0]), only(0x6a82), only(0x6a82)]),
});

const origin = 'https://a.example';
const key = { origin, certificate: ec.toString('base64'), pin: '123456' };
const json = (value) => Buffer.from(JSON.stringify(value));
const messages = {
  status: json({ id: 1, command: 'status' }),
  certificates: json({ id: 2, command: 'certificates', origin }),
  prove: json({ id: 3, command: 'prove', ...key, nonce: hash('SHA-256', ec).toString('base64') }),
  sign: json({ id: 4, command: 'sign', ...key, items: [item(ec, 'text')] }),
  'sign-two': json({ id: 5, command: 'sign', ...key, items: [item(ec, 'text'), item(ec, 'other')] }),
  unknown: json({ id: 6, command: 'x' }),
  origin: json({ id: 7, command: 'certificates', origin: 'https://b.gov.example' }),
};
put('native', messages);
put('json', {
  ...messages,
  scalars: '[null,true,false,0,-1,9223372036854775807,"",{}]',
  escapes: '{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u4e2d\\ud83d\\ude00中文"}',
  deep: '['.repeat(32) + ']'.repeat(32),
  fraction: '[1.5]',
  exponent: '[1e3]',
  surrogate: '["\\ud800"]',
  twice: '{"a":1,"a":2}',
  tail: '{} {}',
  comment: '/**/{}',
});

// What stands in a card's directory files (ISO/IEC 7816-15); the first byte is the kind.
const hex = (text) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const int = (...bytes) => tlv(0x02, Buffer.from(bytes));
const where = (last) => seq(octets(hex(`3f005015${last}`)));
const named = (label, ...more) => seq(tlv(0x0c, Buffer.from(label)), ...more);
const guarded = [tlv(0x03, hex('0780')), octets(hex('01'))];
const own = (...parts) => tlv(0xa1, seq(...parts));
const p15key = (tag, ...more) =>
  tlv(
    tag,
    Buffer.concat([
      named('key', ...guarded, int(1)),
      seq(octets(hex('9c')), tlv(0x03, hex('062040')), tlv(0x03, hex('03b8')), int(1), ...more),
      own(where('4b01'), int(8, 0)),
    ]),
  );
const p15cert = (value) => seq(named('certificate'), seq(octets(hex('9c'))), tlv(0xa1, seq(value)));
const p15pin = (flags, type) =>
  seq(
    named('PIN'),
    seq(octets(hex('01'))),
    own(tlv(0x03, flags), tlv(0x0a, type), int(4), int(8), int(8), tlv(0x80, hex('01')), octets(hex('ff')), where('')),
  );
const algorithm = (ref, mechanism, card) =>
  seq(int(ref), int(...mechanism), tlv(0x05, Buffer.alloc(0)), tlv(0x03, hex('0640')), int(card));
const kind = (n, ...parts) => Buffer.concat([Buffer.from([n]), ...parts, Buffer.alloc(16)]);
put('pkcs15', {
  dir: kind(0, tlv(0x61, Buffer.concat([tlv(0x4f, hex('a000000063504b43532d3135')), tlv(0x51, hex('3f005015'))]))),
  odf: kind(1, tlv(0xa0, where('4402')), tlv(0xa4, where('4404')), tlv(0xa8, where('4401'))),
  keys: kind(2, p15key(0x30), p15key(0xa0, tlv(0xa1, int(1)))),
  certificates: kind(3, p15cert(where('4301')), p15cert(tlv(0xa0, seq(int(1))))),
  pins: kind(4, p15pin(hex('010c'), hex('01')), p15pin(hex('0108'), hex('00'))),
  info: kind(
    5,
    seq(
      int(0),
      octets(hex('0102030405060708')),
      tlv(0xa2, Buffer.concat([algorithm(1, [1], 0x12), algorithm(2, [0x10, 0x41], 0x31)])),
    ),
  ),
});

// Files of a wallet, made as backend/domain/wallet/envelope.h says and not by its code.
const walletKey = Buffer.concat([Buffer.from('a key that only tests ever use.'), Buffer.alloc(1)]);
const expand = (key, use) =>
  createHmac('sha256', key).update(Buffer.concat([Buffer.from(`yinxin wallet/${use}/`), Buffer.from([1])])).digest();
function walletFile(content, key = walletKey) {
  const salt = hash('sha256', content);
  const own = createHmac('sha256', salt).update(key).digest();
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(content.length));
  const head = Buffer.concat([Buffer.from('YXWALLET'), hex('01100000'), size, salt, expand(own, 'commitment')]);
  const chunks = [head];
  for (let at = 0, n = 0; at < content.length; at += 65536, n++) {
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(n, 7);
    nonce[11] = at + 65536 >= content.length ? 1 : 0;
    const aes = createCipheriv('aes-256-gcm', expand(own, 'file'), nonce).setAAD(head);
    chunks.push(aes.update(content.subarray(at, at + 65536)), aes.final(), aes.getAuthTag());
  }
  return Buffer.concat(chunks);
}
const short = walletFile(Buffer.from('one short document'));
const long = walletFile(Buffer.alloc(65537, 'two chunks '));
put('wallet', { short, long, cut: long.subarray(0, long.length - 17), head: short.subarray(0, 84),
  other: walletFile(Buffer.from('x'), Buffer.alloc(32)) });
