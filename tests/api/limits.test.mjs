// What costs is counted by address: a second nginx, with narrow limits, before the same server.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DIR, PASSWORD, ROOT, URL_BASE } from './client.mjs';

const dir = mkdtempSync(join(tmpdir(), 'yinxin-limits-'));
const port = Number(new URL(URL_BASE).port) + 40;
const base = `http://127.0.0.1:${port}/api/v1`;
const narrow = { YINXIN_LOGIN_LIMIT: '1r/m 2', YINXIN_UPLOAD_LIMIT: '1r/m 1', YINXIN_VERIFY_LIMIT: '1r/m 1' };
let nginx;

async function answers() {
  for (let i = 0; i < 100; i++) {
    const up = await fetch(`${base}/health`).then(
      (r) => r.ok,
      () => false,
    );
    if (up) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error('nginx did not come up');
}

before(async () => {
  for (const name of ['conf', 'log', 'run', 'store/incoming', 'store/objects'])
    mkdirSync(join(dir, name), { recursive: true });
  symlinkSync(join(DIR, 'run/backend.sock'), join(dir, 'run/backend.sock'));
  const script = `set -eu; root=${ROOT} dir=${dir} port=${port}; . "$root/conf/dev/lib.sh"; render_nginx`;
  execFileSync('bash', ['-c', script], { env: { ...process.env, ...narrow } });
  const log = openSync(join(dir, 'log/nginx.log'), 'w');
  const args = ['-e', join(dir, 'log/nginx.log'), '-c', join(dir, 'conf/nginx.conf')];
  nginx = spawn('/usr/sbin/nginx', args, { stdio: ['ignore', log, log] });
  await answers();
});

after(async () => {
  const gone = new Promise((done) => nginx.on('exit', done));
  nginx.kill('SIGTERM');
  await gone;
  rmSync(dir, { recursive: true });
});

const post = (path, { language = 'zh-Hant-TW', body = '{}', type = 'application/json' } = {}) =>
  fetch(base + path, {
    method: 'POST',
    body,
    headers: { 'Content-Type': type, 'Accept-Language': language, Connection: 'close' },
  });

async function limited(answer, message) {
  assert.equal(answer.status, 429);
  assert.equal(answer.headers.get('retry-after'), '10');
  assert.match(answer.headers.get('content-type'), /^application\/json/);
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  const { error } = await answer.json();
  assert.equal(error.code, 'rate_limited');
  assert.match(error.message, message);
}

test('logins: one and a burst of two, then 429 in our own words; reading goes on', async () => {
  const body = JSON.stringify({ account: 'chen', password: PASSWORD });
  for (let i = 0; i < 3; i++) assert.equal((await post('/session', { body })).status, 200);
  await limited(await post('/session', { body }), /請稍後再試/);
  await limited(await post('/session', { body, language: 'en' }), /try again later/);
  assert.equal((await fetch(`${base}/session`)).status, 401);
  assert.equal((await fetch(`${base}/health`)).status, 200);
});

test('uploads are counted of themselves, before a byte is taken', async () => {
  const path = `/contracts/${'a'.repeat(32)}/documents`;
  const upload = { body: Buffer.alloc(100000), type: 'application/pdf' };
  for (let i = 0; i < 2; i++) assert.equal((await post(path, upload)).status, 401);
  await limited(await post(path, upload), /請稍後再試/);
});

test('a body over the limit is refused in our own words as well', async () => {
  const answer = await post('/contracts', { body: 'x'.repeat(400000) });
  assert.equal(answer.status, 413);
  assert.equal((await answer.json()).error.code, 'too_large');
  const upload = await fetch(`http://127.0.0.1:${port}/api/v1/contracts`, {
    method: 'PUT',
    body: 'x'.repeat(400000),
    headers: { 'Accept-Language': 'en' },
  });
  assert.match((await upload.json()).error.message, /size limit/);
});
