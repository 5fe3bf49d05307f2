// The test CA's services on 127.0.0.1: OCSP (RFC 6960), CRL, the CA's certificate and
// RFC 3161 timestamps. Every answer is made by OpenSSL from the CA's own index.
//   node responder.mjs DIR PORT
import { createServer } from 'node:http';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [dir, port] = [process.argv[2], Number(process.argv[3])];
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

const ocsp = (body) =>
  answer(body, (q, r) => [
    'ocsp',
    '-index',
    'ca.index',
    '-CA',
    'ca.crt',
    '-rsigner',
    'ocsp.crt',
    '-rkey',
    'ocsp.key',
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
const crl = () =>
  answer('', (q, r) => ['ca', '-config', 'openssl.cnf', '-name', 'issuing', '-gencrl', '-out', r]).then((pem) =>
    Buffer.from(pem.toString().replace(/-----[^-]+-----|\s/g, ''), 'base64'),
  );
const caCert = async () =>
  Buffer.from((await readFile(join(pki, 'ca.crt'), 'utf8')).replace(/-----[^-]+-----|\s/g, ''), 'base64');

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

async function route(request) {
  const { method, url } = request;
  if (url === '/ocsp' && method === 'POST') return ['application/ocsp-response', await ocsp(await read(request))];
  if (url.startsWith('/ocsp/') && method === 'GET') {
    return ['application/ocsp-response', await ocsp(Buffer.from(decodeURIComponent(url.slice(6)), 'base64'))];
  }
  if (url === '/tsa' && method === 'POST') return ['application/timestamp-reply', await tsa(await read(request))];
  if (url === '/crl/ca.crl' && method === 'GET') return ['application/pkix-crl', await crl()];
  if (url === '/ca.crt' && method === 'GET') return ['application/pkix-cert', await caCert()];
  throw Object.assign(new Error('not found'), { status: 404 });
}

createServer(async (request, response) => {
  try {
    const [type, body] = await route(request);
    response.writeHead(200, { 'Content-Type': type, 'Content-Length': body.length }).end(body);
  } catch (error) {
    console.error(request.method, request.url, error.message);
    response.writeHead(error.status ?? 500).end();
  }
}).listen(port, '127.0.0.1');
