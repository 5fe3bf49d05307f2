// A private pcscd with two test cards, and the host spoken to as a browser does.
import { execFileSync, spawn } from 'node:child_process';
import { createVerify, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestOf } from './der.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
// Files may run side by side: each has a service, ports and a directory of its own.
const FILES = ['host', 'requests', 'pkcs15', 'pkcs11', 'readers', 'card_login', 'pin'];
const file = path.basename(process.argv[1] ?? 'host', '.test.mjs');
export const dir = path.join(root, `tests/out/host-${file}`);
export const ORIGIN = 'https://mydoc.example';
export const HOST = process.env.YX_HOST ?? path.join(root, 'build/san/yinxin-signer');
const CARD = process.env.YX_CARD ?? path.join(root, 'build/san/test-card');
const PORT = Number(process.env.YX_HOST_TEST_PORT ?? 18520) + 2 * Math.max(0, FILES.indexOf(file));

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export async function until(what, ms = 20000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(50)) {
    if (await what()) return;
  }
  throw new Error(`not within ${ms} ms: ${what}`);
}

// The host as a browser sees it: frames in, frames out.
export class Host {
  constructor({ env = {}, args = ['chrome-extension://abcdefghijklmnopabcdefghijklmnop/'] } = {}) {
    this.buffer = Buffer.alloc(0);
    this.messages = [];
    this.waiting = [];
    this.stderr = '';
    this.process = spawn(HOST, args, {
      env: {
        ...process.env,
        PCSCLITE_CSOCK_NAME: `${dir}/run/pcscd.sock`,
        YINXIN_SIGNER_CONF: `${dir}/conf/signer.conf`,
        XDG_STATE_HOME: `${dir}/state`,
        ...env,
      },
    });
    this.process.stdin.on('error', () => {});
    this.process.stderr.on('data', (data) => {
      this.stderr += data;
    });
    this.process.stdout.on('data', (data) => this.#take(data));
    this.exit = new Promise((done) =>
      this.process.on('close', (code, signal) => {
        for (const give of this.waiting.splice(0)) give({ ended: code ?? signal });
        done(code ?? signal);
      }),
    );
  }

  #take(data) {
    this.buffer = Buffer.concat([this.buffer, data]);
    while (this.buffer.length >= 4 && this.buffer.length >= 4 + this.buffer.readUInt32LE(0)) {
      const end = 4 + this.buffer.readUInt32LE(0);
      const message = JSON.parse(this.buffer.subarray(4, end).toString());
      this.buffer = this.buffer.subarray(end);
      const give = this.waiting.shift();
      if (give) give(message);
      else this.messages.push(message);
    }
  }

  next() {
    if (this.messages.length > 0) return Promise.resolve(this.messages.shift());
    return new Promise((give) => this.waiting.push(give));
  }

  raw(bytes) {
    this.process.stdin.write(bytes);
  }

  send(message) {
    const body = Buffer.isBuffer(message)
      ? message
      : Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
    const head = Buffer.alloc(4);
    head.writeUInt32LE(body.length);
    this.raw(Buffer.concat([head, body]));
  }

  ask(message) {
    this.send(message);
    return this.next();
  }

  async close() {
    this.process.stdin.end();
    return this.exit;
  }
}

// Starts the host, reads the greeting, runs the test, and wants a clean end.
export async function withHost(run, options) {
  const host = new Host(options);
  const hello = await host.next();
  if (!hello.hello) throw new Error(`no hello: ${JSON.stringify(hello)} ${host.stderr}`);
  try {
    return await run(host, hello.hello);
  } finally {
    const status = await host.close();
    if (status !== 0 || /Sanitizer|runtime error/.test(host.stderr))
      throw new Error(`host ended with ${status}: ${host.stderr}`);
  }
}

// A key and a self-signed certificate of a card.
export function makeKey(name, options, usage = 'digitalSignature,nonRepudiation', extra = []) {
  const key = `${dir}/${name}.key`,
    crt = `${dir}/${name}.crt`;
  execFileSync('openssl', ['genpkey', ...options, '-out', key], { stdio: 'pipe' });
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-new',
      '-key',
      key,
      '-subj',
      `/C=TW/O=${name}/serialNumber=97162640`,
      '-days',
      '30',
      ...(usage ? ['-addext', `keyUsage=critical,${usage}`] : []),
      '-addext',
      'basicConstraints=critical,CA:false',
      ...extra,
      '-out',
      crt,
    ],
    { stdio: 'pipe' },
  );
  const der = new X509Certificate(readFileSync(crt)).raw;
  return { name, key, crt, der, base64: der.toString('base64') };
}

export class Card {
  constructor(slot, name, slots, options = []) {
    this.socket = `${dir}/run/${name}.sock`;
    const keys = slots.flatMap(([ref, key]) => ['--slot', ref, '--key', key.key, '--cert', key.crt]);
    const log = openSync(`${dir}/log/${name}.log`, 'w');
    this.process = spawn(
      CARD,
      ['--port', String(PORT + slot), ...keys, '--control', this.socket, '--retry', ...options],
      { stdio: ['ignore', log, log] },
    );
    this.exit = new Promise((done) => this.process.on('close', (code, signal) => done(code ?? signal)));
  }

  tell(line) {
    return new Promise((done, fail) => {
      let answer = '';
      const socket = connect(this.socket, () => socket.write(line + '\n'));
      socket.on('data', (data) => {
        answer += data;
      });
      socket.on('end', () => done(answer.trim()));
      socket.on('error', fail);
    });
  }

  async counts() {
    const [, apdus, , verifies, , signatures] = (await this.tell('apdus')).split(' ');
    return { apdus: +apdus, verifies: +verifies, signatures: +signatures };
  }
}

export function writeConf(text) {
  writeFileSync(`${dir}/conf/signer.conf`, text);
}

/** env: for the service, a reader's driver for instance. */
export function startService(env = {}) {
  execFileSync(path.join(root, 'conf/dev/pcscd.sh'), ['stop', dir]);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(`${dir}/conf`, { recursive: true });
  execFileSync(path.join(root, 'conf/dev/pcscd.sh'), ['start', dir, String(PORT)], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
}

export function stopService() {
  execFileSync(path.join(root, 'conf/dev/pcscd.sh'), ['stop', dir]);
}

// A pcscd that has no reader at all.
export async function withoutReaders(run) {
  const socket = `${dir}/run/bare.sock`;
  mkdirSync(`${dir}/conf/bare`, { recursive: true });
  const log = openSync(`${dir}/log/bare.log`, 'w');
  const bare = spawn(
    path.join(root, 'build/dev/activate'),
    [socket, '/usr/sbin/pcscd', '--foreground', '--config', `${dir}/conf/bare`],
    { stdio: ['ignore', log, log] },
  );
  const ended = new Promise((done) => bare.on('close', done));
  await until(() => existsSync(socket));
  try {
    return await run({ env: { PCSCLITE_CSOCK_NAME: socket } });
  } finally {
    bare.kill();
    await ended;
  }
}

// Does a signature fit the message and the certificate? By node's own crypto.
export function verifies(cert, message, signature) {
  return createVerify(digestOf(cert))
    .update(message)
    .verify(new X509Certificate(cert).publicKey, Buffer.from(signature, 'base64'));
}
