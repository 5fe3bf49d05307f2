// The test CA's services on 127.0.0.1: OCSP (RFC 6960), CRL, the CA's certificate and
// RFC 3161 timestamps. Every answer is made by OpenSSL from the CA's own index.
//   node responder.mjs DIR PORT [TLSPORT]
// POST /out with the names of paths, one a line, makes them fail until the next such POST.
// /counts tells how often each path was asked for; some paths answer as a CA, a responder
// or a timestamp authority does that must not be believed.
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [dir, port, tlsPort] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4] ?? 0)];
const pki = join(dir, 'pki');
const BODY_MAX = 64 * 1024;

function openssl(args) {
  return new Promise((resolve, reject) =>
    execFile('openssl', args, { cwd: pki, timeout: 10000 }, (error) => (error ? reject(error) : resolve())),
  );
}

// Runs openssl with a request file and gives what it wrote to the answer file.
async function answer(body, argsOf) {
  const tmp = await mkdtemp(join(tmpdir(), 'yinxin-pki-'));
  try {
    const [request, reply] = [join(tmp, 'request'), join(tmp, 'reply')];
    await writeFile(request, body);
    await openssl(argsOf(request, reply));
    return await readFile(reply);
  } finally {
    await rm(tmp, { recursive: true, force: true });
  }
}

const ocsp = (body, ca = 'ca', signer = 'ocsp') =>
  answer(body, (q, r) => [
    'ocsp',
    '-index',
    `${ca}.index`,
    '-CA',
    `${ca}.crt`,
    '-rsigner',
    `${signer}.crt`,
    '-rkey',
    `${signer}.key`,
    '-ndays',
    '1',
    '-reqin',
    q,
    '-respout',
    r,
  ]);
const tsa = (body) =>
  answer(body, (q, r) => [
    'ts',
    '-reply',
    '-config',
    'openssl.cnf',
    '-section',
    'tsa_1',
    '-queryfile',
    q,
    '-signer',
    'tsa.crt',
    '-inkey',
    'tsa.key',
    '-chain',
    'ca.crt',
    '-out',
    r,
  ]);
const der = (pem) => Buffer.from(pem.toString().replace(/-----[^-]+-----|\s/g, ''), 'base64');
const crl = (ca = 'ca', more = []) =>
  answer('', (q, r) => ['ca', '-config', 'openssl.cnf', '-name', ca, '-gencrl', ...more, '-out', r]).then(der);
const certificate = async (name) => der(await readFile(join(pki, `${name}.crt`)));

// A CRL stays the same until the index changes, as a real one between two issues.
const issued = new Map();
async function issue(ca, more) {
  const index = await readFile(join(pki, `${ca}.index`));
  const key = [ca, ...more, createHash('sha256').update(index).digest('hex')].join(' ');
  if (!issued.has(key)) issued.set(key, crl(ca, more));
  return issued.get(key);
}

// What a timestamp authority is asked when its answer shall not fit the query.
function tamper(query, nonce) {
  const changed = Buffer.from(query);
  const at = nonce ? changed.length - 5 : 30; // …nonce, certReq TRUE; the imprint begins before 30
  changed[at] ^= 1;
  return changed;
}

async function read(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > BODY_MAX) throw Object.assign(new Error('too large'), { status: 413 });
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const OCSP = 'application/ocsp-response',
  TSA = 'application/timestamp-reply',
  CRL = 'application/pkix-crl';
const PART = ['-crlexts', 'crl_part']; // the section with its issuingDistributionPoint
const POST = {
  '/ocsp': async (body) => [OCSP, await ocsp(body)],
  '/ocsp2': async (body) => [OCSP, await ocsp(body, 'ca2', 'ocsp2')],
  '/ocsp-foreign': async (body) => [OCSP, await ocsp(body, 'ca', 'ocsp2')], // a delegate of another CA
  '/ocsp-undelegated': async (body) => [OCSP, await ocsp(body, 'ca', 'vendor')], // a signer, no delegate
  '/tsa': async (body) => [TSA, await tsa(body)],
  '/tsa-other-nonce': async (body) => [TSA, await tsa(tamper(body, true))],
  '/tsa-other-digest': async (body) => [TSA, await tsa(tamper(body, false))],
  '/tsa-rubbish': async () => [TSA, Buffer.alloc(100, 0x30)],
  '/tsa-slow': () => new Promise(() => {}),
  '/out': async (body) => {
    out = body.toString().split('\n');
    return ['text/plain', Buffer.from('out')];
  },
};
const GET = {
  '/crl/ca.crl': async () => [CRL, await issue('ca', [])],
  '/crl/ca2.crl': async () => [CRL, await issue('ca2', [])],
  '/crl/sub.crl': async () => [CRL, await issue('sub', [])],
  '/crl/root.crl': async () => [CRL, await issue('root', [])],
  '/crl/part-1.crl': async () => [CRL, await issue('ca', PART)],
  '/crl/misplaced.crl': async () => [CRL, await issue('ca', PART)], // says that it is part 1
  '/ca.crt': async () => ['application/pkix-cert', await certificate('ca')],
  '/sub.crt': async () => ['application/pkix-cert', await certificate('sub')],
  '/redirect': async () => {
    throw Object.assign(new Error('moved'), { status: 302 });
  },
  '/counts': async () => ['application/json', Buffer.from(JSON.stringify(counts))],
};
const counts = {};
let out = [];

async function route(request) {
  const { method, url } = request;
  const key = `${method} ${url}`;
  counts[key] = (counts[key] ?? 0) + 1;
  if (out.includes(url)) throw Object.assign(new Error('out of order'), { status: 503 });
  if (method === 'POST' && url in POST) return POST[url](await read(request));
  if (method === 'GET' && url in GET) return GET[url]();
  if (method === 'GET' && url.startsWith('/ocsp/')) {
    return [OCSP, await ocsp(Buffer.from(decodeURIComponent(url.slice(6)), 'base64'))];
  }
  throw Object.assign(new Error('not found'), { status: 404 });
}

async function serve(request, response) {
  try {
    const [type, body] = await route(request);
    const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`;
    const head = { 'Content-Type': type, 'Content-Length': body.length, ...(type === CRL && { ETag: etag }) };
    if (type === CRL && request.headers['if-none-match'] === etag) response.writeHead(304, { ETag: etag }).end();
    else response.writeHead(200, head).end(body);
  } catch (error) {
    console.error(request.method, request.url, error.message);
    response.writeHead(error.status ?? 500, error.status === 302 ? { Location: '/ca.crt' } : {}).end();
  }
}

createServer(serve).listen(port, '127.0.0.1');
if (tlsPort > 0) {
  createTlsServer(
    { key: readFileSync(join(pki, 'tls.key')), cert: readFileSync(join(pki, 'tls.chain.pem')) },
    serve,
  ).listen(tlsPort, '127.0.0.1');
}
