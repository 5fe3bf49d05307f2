// A small client of the HTTP API for tests: cookies, CSRF token, idempotency keys, and the
// signing path with software keys of the test PKI.
import assert from 'node:assert/strict';
import { createHash, createPrivateKey, createSign, randomUUID, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { join, resolve } from 'node:path';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const DIR = resolve(process.env.YINXIN_DIR ?? join(ROOT, 'tests/out/instance'));
export const URL_BASE =
  process.env.YINXIN_URL ?? `http://127.0.0.1:${readFileSync(join(DIR, 'conf/port'), 'utf8').trim()}`;
export const BIN = process.env.YINXIN_BIN ?? join(ROOT, 'build/san');
export const PASSWORD = 'Yinxin-demo-2021';

export class Client {
  constructor() {
    this.cookie = '';
    this.csrf = '';
  }

  // → {status, body (JSON or Buffer), headers}
  async call(
    method,
    path,
    { json, body, headers = {}, key = randomUUID(), csrf = this.csrf, language = 'zh-Hant-TW' } = {},
  ) {
    const all = { 'Accept-Language': language, Connection: 'close', ...headers };
    if (this.cookie) all.Cookie = this.cookie;
    if (method !== 'GET') {
      if (csrf) all['X-CSRF-Token'] = csrf;
      if (key) all['Idempotency-Key'] = key;
    }
    if (json !== undefined) {
      all['Content-Type'] = 'application/json';
      body = JSON.stringify(json);
    }
    const response = await fetch(URL_BASE + path, { method, headers: all, body, redirect: 'manual' });
    const cookie = response.headers.getSetCookie().find((c) => c.startsWith('__Host-yinxin='));
    if (cookie) this.cookie = cookie.split(';')[0];
    const type = response.headers.get('content-type') ?? '';
    const bytes = Buffer.from(await response.arrayBuffer());
    return {
      status: response.status,
      headers: response.headers,
      body: type.includes('json') ? JSON.parse(bytes.toString()) : bytes,
    };
  }

  get(path, options) {
    return this.call('GET', `/api/v1${path}`, options);
  }
  post(path, json, options) {
    return this.call('POST', `/api/v1${path}`, { json, ...options });
  }
  put(path, json, options) {
    return this.call('PUT', `/api/v1${path}`, { json, ...options });
  }
  delete(path, options) {
    return this.call('DELETE', `/api/v1${path}`, options);
  }

  async login(account, password = PASSWORD) {
    const answer = await this.post('/session', { account, password });
    if (answer.status === 200) {
      this.csrf = answer.body.csrf;
      this.member = answer.body.member;
    }
    return answer;
  }

  upload(contract, name, bytes, options = {}) {
    return this.call('POST', `/api/v1/contracts/${contract}/documents${options.query ?? ''}`, {
      body: bytes,
      headers: { 'Content-Type': 'application/pdf', 'X-File-Name': encodeURIComponent(name) },
      ...options,
    });
  }
}

export async function as(account) {
  const client = new Client();
  const answer = await client.login(account);
  if (answer.status !== 200) throw new Error(`login of ${account}: ${JSON.stringify(answer.body)}`);
  return client;
}

const digestOf = (algorithm) => algorithm.replace('-', '');

// What a card would do: the raw signature over the signed attributes.
export function sign(name, document) {
  const key = createPrivateKey(readFileSync(join(DIR, 'pki', `${name}.key`)));
  return createSign(digestOf(document.digestAlgorithm))
    .update(Buffer.from(document.signedAttributes, 'base64'))
    .sign(key)
    .toString('base64');
}

export const certificate = (name) => new X509Certificate(readFileSync(join(DIR, 'pki', `${name}.crt`))).raw;

// The proof of possession of native-host/PROTOCOL.md.
export function prove(name, origin, nonce, der = certificate(name)) {
  const u32 = (n) => {
    const b = Buffer.alloc(4);
    b.writeUInt32BE(n);
    return b;
  };
  const bytes = Buffer.concat([
    Buffer.from('YINXIN-PROOF-1\0'),
    u32(Buffer.byteLength(origin)),
    Buffer.from(origin),
    u32(nonce.length),
    nonce,
    createHash('sha256').update(der).digest(),
  ]);
  const key = createPrivateKey(readFileSync(join(DIR, 'pki', `${name}.key`)));
  return createSign('SHA256').update(bytes).sign(key).toString('base64');
}

// What a card signs to log in: native-host/PROTOCOL.md, authenticate.
export function loginProof(name, nonce, { origin = URL_BASE, top = origin, time, der = certificate(name) }) {
  const u32 = (n) => {
    const b = Buffer.alloc(4);
    b.writeUInt32BE(n);
    return b;
  };
  const part = (bytes) => Buffer.concat([u32(bytes.length), bytes]);
  const at = Buffer.alloc(8);
  at.writeBigInt64BE(BigInt(time));
  const bytes = Buffer.concat([
    Buffer.from('YINXIN-LOGIN-1\0'),
    part(Buffer.from(origin)),
    part(Buffer.from(top)),
    part(nonce),
    at,
    createHash('sha256').update(der).digest(),
  ]);
  const key = createPrivateKey(readFileSync(join(DIR, 'pki', `${name}.key`)));
  return createSign('SHA256').update(bytes).sign(key).toString('base64');
}

// The body of what a card proves, with a software key: challenge, certificate, signature, time.
export async function cardProof(name) {
  const { challengeId, nonce } = (await new Client().post('/session/card/challenge')).body;
  const time = Math.floor(Date.now() / 1000);
  const signature = loginProof(name, Buffer.from(nonce, 'base64'), { time });
  return { challengeId, certificate: certificate(name).toString('base64'), signature, time };
}

export const sql = (text) =>
  execFileSync('mariadb', ['--no-defaults', '-u', 'root', '-S', join(DIR, 'db.sock'), '-N', '-B', 'yinxin', '-e', text])
    .toString()
    .trim();
export const ctl = (...args) =>
  execFileSync(join(BIN, 'yinxinctl'), args, { stdio: ['ignore', 'pipe', 'pipe'] }).toString();
export const auditVerify = () => ctl('audit-verify', '--conf', join(DIR, 'conf/yinxin.conf'));

// A draft of chen with one uploaded PDF, ready to send to 關貿.
export async function draft(officer, number, pdf = readFileSync(join(ROOT, 'sql/demo/contract.pdf'))) {
  const unit = (await officer.get('/units')).body.items.find((u) => u.code.endsWith('6300'));
  const made = await officer.post('/contracts', {
    number,
    title: `測試${number}`,
    unitId: unit.id,
    officers: [officer.member.id],
  });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  const id = made.body.id;
  const upload = await officer.upload(id, '電子契約.pdf', pdf);
  if (upload.status !== 201) throw new Error(JSON.stringify(upload.body));
  await choose(officer, id);
  return id;
}

export async function choose(officer, id, emails = ['test@gmail.com']) {
  const vendor = (await officer.get('/organizations?external=true&q=' + encodeURIComponent('關貿'))).body.items[0];
  const contract = (await officer.get(`/contracts/${id}`)).body;
  const answer = await officer.put(`/contracts/${id}/signers`, {
    vendors: [vendor.id],
    sealers: contract.sealers.map((s) => s.id),
    subject: contract.subject,
    body: contract.body,
    emails,
  });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
}

// Signs what a message still asks for (at most `most` of it) with a software key; gives the
// answer of complete.
export async function signMessage(client, messageId, name, body = '簽章完畢', most = 200) {
  const message = (await client.get(`/messages/${messageId}`)).body;
  const tasks = message.tasks.filter((t) => !['signed', 'superseded'].includes(t.state)).slice(0, most);
  const der = certificate(name).toString('base64');
  const mine = (await client.get('/certificates?size=100')).body.items.find((c) => c.certificate === der);
  const prepared = await client.post('/signings', { tasks: tasks.map((t) => t.id), certificateId: mine.id });
  if (prepared.status !== 201) throw new Error(JSON.stringify(prepared.body));
  return client.post(`/signings/${prepared.body.id}/complete`, {
    signatures: prepared.body.documents.map((d) => sign(name, d)),
    body,
  });
}

/** Is done() true in the end? The worker, if it runs, is asked to do the work of its next minute now. */
export async function worked(what, done) {
  const end = Date.now() + 180000;
  for (let next = 0; Date.now() < end;) {
    if (await done()) return;
    if (Date.now() >= next) {
      nudge();
      next = Date.now() + 1000;
    }
    await new Promise((next) => setTimeout(next, 100));
  }
  assert.fail(`${what}: not after three minutes; the worker's last words:\n${lastWords('worker')}`);
}

/** The end of a daemon's log. */
export const lastWords = (name) => readFileSync(join(DIR, `log/${name}.log`), 'utf8').split('\n').slice(-40).join('\n');

function nudge() {
  try {
    const pid = Number(readFileSync(join(DIR, 'run/worker.pid'), 'utf8'));
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    // One that has only just begun does not know the signal yet, and would die of it.
    const caught = BigInt(`0x${status.match(/^SigCgt:\s*(\w+)/m)[1]}`);
    if (/^Name:\s*yinxin-worker/m.test(status) && caught & (1n << 9n)) process.kill(pid, 'SIGUSR1');
  } catch (error) {
    if (!['ENOENT', 'ESRCH'].includes(error.code)) throw error;
  }
}
