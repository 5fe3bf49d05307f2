// The extension by itself, in real Chromium: page → extension → host → pcscd → card and
// back, without our server. Keys are made here; the cards are the software ones.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash, createVerify, randomBytes, X509Certificate } from 'node:crypto';
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { accessible, BIN, card, chooseWindow, finish, givePin, launch, open, pinWindow, refusedPin, ROOT, shot, until } from './harness.mjs';
import { digestOf, hash, signedAttributes } from '../host/der.mjs';

const dir = join(ROOT, 'tests/out/ext');
const PORT = Number(process.env.YX_EXTENSION_TEST_PORT ?? 18540), WEB = PORT + 2;
const ORIGIN = `http://127.0.0.1:${WEB}`;
const files = new Map();
let browser, page, server, rsa, ec;
const cards = [];

function makeKey(name, options, subject) {
  const key = join(dir, `${name}.key`), crt = join(dir, `${name}.crt`);
  execFileSync('openssl', ['genpkey', ...options, '-out', key], { stdio: 'pipe' });
  execFileSync('openssl', ['req', '-x509', '-new', '-utf8', '-key', key, '-subj', subject, '-days', '30',
    '-addext', 'keyUsage=critical,digitalSignature,nonRepudiation', '-addext', 'basicConstraints=critical,CA:false', '-out', crt], { stdio: 'pipe' });
  const der = new X509Certificate(readFileSync(crt)).raw;
  return { key, crt, der, base64: der.toString('base64') };
}

function insertCard(slot, name, keys, pin) {
  const log = openSync(join(dir, 'log', `${name}.log`), 'w');
  cards.push(spawn(join(BIN, 'test-card'), ['--retry', '--port', String(PORT + slot), '--slot', '9C', '--key', keys.key, '--cert', keys.crt,
    '--pin', pin, '--control', join(dir, `run/card-${name}.sock`)], { stdio: ['ignore', log, log] }));
}

// A prepared document as POST /signings describes it: bytes, hole, digest, attributes.
function prepare(keys, name, size = 5000) {
  const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(size)]);
  const byteRange = [0, 2000, 3000, bytes.length - 3000];
  const algorithm = digestOf(keys.der);
  const digest = hash(algorithm, Buffer.concat([bytes.subarray(0, 2000), bytes.subarray(3000)]));
  const url = `/prepared/${randomBytes(16).toString('hex')}`;
  files.set(url, bytes);
  return { taskId: 'ignored', documentId: 'ignored', name, number: 'D202109220013179', size: bytes.length, digestAlgorithm: algorithm,
    messageDigest: digest.toString('base64'), signedAttributes: signedAttributes(keys.der, digest, algorithm).toString('base64'), url, byteRange };
}

function serve(request, response) {
  const path = request.url.split('?')[0];
  const file = { '/': 'tests/e2e/fixtures/index.html', '/web/signer/signer.js': 'web/signer/signer.js' }[path];
  const body = file ? readFileSync(join(ROOT, file)) : files.get(path);
  const type = path === '/' ? 'text/html' : path.endsWith('.js') ? 'text/javascript' : 'application/pdf';
  response.writeHead(body ? 200 : 404, { 'Content-Type': type });
  response.end(body);
}

const ask = async (name, args, from = page) => {
  await from.evaluate((call) => { globalThis.call = call; }, [name, args]);
  await from.click('#go');
};
const result = async (from = page) => JSON.parse(await until(async () => {
  const text = await from.textContent('#result');
  return text !== 'ready' && text;
}));
const verifies = (keys, message, signature) => createVerify(digestOf(keys.der).replace('-', '')).update(message)
  .verify(new X509Certificate(keys.der).publicKey, Buffer.from(signature, 'base64'));

before(async () => {
  execFileSync(join(ROOT, 'conf/dev/pcscd.sh'), ['stop', dir]);
  rmSync(dir, { recursive: true, force: true });
  for (const part of ['conf', 'log', 'run']) mkdirSync(join(dir, part), { recursive: true });
  writeFileSync(join(dir, 'conf/signer.conf'), `allowed_origins = ${ORIGIN}\n`);
  execFileSync(join(ROOT, 'conf/dev/pcscd.sh'), ['start', dir, String(PORT)], { stdio: 'inherit' });
  rsa = makeKey('vendor', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'], '/C=TW/O=測試公司1/serialNumber=97162640');
  ec = makeKey('agency', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'], '/C=TW/O=測試機關1');
  insertCard(0, 'vendor', rsa, '123456');
  insertCard(1, 'agency', ec, '654321');
  server = createServer(serve).listen(WEB, '127.0.0.1');
  browser = await launch({ dir });
  page = await open(browser, ORIGIN);
});

after(async () => {
  await browser?.close();
  server?.close();
  for (const child of cards) child.kill();
  execFileSync(join(ROOT, 'conf/dev/pcscd.sh'), ['stop', dir]);
});

// One test that failed in the middle must not leave its window to the next.
afterEach(async () => {
  for (const p of browser.context.pages()) if (p.url().startsWith('chrome-extension:')) await p.close();
});

const cardsSeen = (n) => until(async () => (await page.evaluate(() => globalThis.signer.hello())).status.cards === n);

test('hello: the extension, the host, readers and cards; no click is needed', async () => {
  const hello = await until(async () => {
    const answer = await page.evaluate(() => globalThis.signer.hello());
    return answer.status.cards === 2 && answer;
  });
  assert.deepEqual(hello, { version: '0.1.0', host: { installed: true, version: '0.1.0' }, status: { service: true, readers: 2, cards: 2 } });
});

test('nothing that opens a window without a real click', async () => {
  const fresh = await open(browser, ORIGIN);
  const error = await fresh.evaluate(() => {
    document.getElementById('go').click(); // a script's click is none
    return globalThis.signer.choose().catch(({ code }) => code);
  });
  assert.equal(error, 'no_user_click');
  await fresh.close();
});

test('choose: the window lists the cards, the page gets the one that was picked', async () => {
  const window = await chooseWindow(browser, () => ask('choose'));
  assert.equal(await window.textContent('#origin'), ORIGIN);
  assert.equal(await window.locator('#list button').count(), 2);
  await accessible(window, 'the window to choose');
  await shot(window, 'extension-choose');
  await finish(window, '#list button:has-text("測試機關1")');
  assert.deepEqual(await result(), { ok: { certificate: ec.base64 } });
});

test('choose: no card, then one, without closing the window', async () => {
  for (const name of ['vendor', 'agency']) assert.equal(await card(name, 'remove', dir), 'ok');
  await cardsSeen(0);
  const window = await chooseWindow(browser, () => ask('choose'));
  assert.equal(await window.getAttribute('#error', 'data-code'), 'no_card');
  await shot(window, 'extension-choose-no-card');
  for (const name of ['vendor', 'agency']) assert.equal(await card(name, 'insert', dir), 'ok');
  await until(async () => {
    await window.click('#again:enabled');
    await window.waitForSelector('#list button, #error:not([hidden])');
    return (await window.locator('#list button').count()) === 2;
  });
  await finish(window, '#cancel');
  assert.equal((await result()).error.code, 'cancelled');
});

test('prove: the card signs the challenge of this origin', async () => {
  const nonce = randomBytes(32);
  const window = await pinWindow(browser, () => ask('prove', { certificate: rsa.base64, nonce: nonce.toString('base64') }));
  assert.match(await window.textContent('#subject'), /測試公司1.*97162640/);
  assert.equal(await window.evaluate(() => document.activeElement.id), 'pin');
  await givePin(window, '123456');
  const { ok } = await result();
  const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n); return b; };
  const message = Buffer.concat([Buffer.from('YINXIN-PROOF-1\0'), u32(ORIGIN.length), Buffer.from(ORIGIN), u32(32), nonce,
    createHash('sha256').update(rsa.der).digest()]);
  assert.ok(verifies(rsa, message, ok.signature));
});

test('sign: a wrong PIN is told with the tries left, the window stays, the right one signs', async () => {
  const document = prepare(rsa, '電子契約');
  const window = await pinWindow(browser, () => ask('sign', { certificate: rsa.base64, documents: [document] }));
  assert.equal(await window.textContent('#origin'), ORIGIN);
  assert.match(await window.textContent('#list'), /電子契約.*D202109220013179.*4\.89KB/);
  await accessible(window, 'the PIN window');
  await shot(window, 'extension-pin');
  const refused = await refusedPin(window, '999999');
  assert.equal(refused.code, 'pin_wrong');
  assert.match(refused.text, /還可以試 2 次/);
  assert.equal(await window.inputValue('#pin'), '', 'the PIN is gone from the field');
  await accessible(window, 'the PIN window with an error');
  await shot(window, 'extension-pin-wrong');
  assert.equal((await refusedPin(window, '12345')).code, 'pin_format');
  assert.equal(await card('vendor', 'tries', dir), '2', 'a PIN of the wrong form costs no try');
  await window.fill('#pin', '123456');
  const closed = window.waitForEvent('close');
  await window.press('#pin', 'Enter').catch(() => {});
  await closed;
  const { ok } = await result();
  assert.ok(verifies(rsa, Buffer.from(document.signedAttributes, 'base64'), ok.signatures[0]));
});

test('sign: many documents, one PIN, in order', async () => {
  const documents = Array.from({ length: 12 }, (_, i) => prepare(ec, `附件${i + 1}`, 4000 + i));
  const window = await pinWindow(browser, () => ask('sign', { certificate: ec.base64, documents }));
  await window.locator('#list li').nth(11).waitFor();
  assert.equal(await window.locator('#list li').count(), 12);
  assert.match(await window.textContent('#note'), /12/);
  await givePin(window, '654321');
  const { ok } = await result();
  assert.equal(ok.signatures.length, 12);
  documents.forEach((d, i) => assert.ok(verifies(ec, Buffer.from(d.signedAttributes, 'base64'), ok.signatures[i])));
});

test('what is shown is what is signed: other bytes than announced are refused, no window opens', async () => {
  const changed = prepare(rsa, '電子契約');
  files.get(changed.url)[100] ^= 1;
  const gone = { ...prepare(rsa, '電子契約'), url: '/prepared/nothing' };
  const shifted = { ...prepare(rsa, '電子契約'), byteRange: [0, 2000, 3500, 1509] };
  const foreign = { ...prepare(rsa, '電子契約'), url: '//example.com/x' };
  for (const [document, code] of [[changed, 'item_refused'], [gone, 'document_unreadable'], [shifted, 'item_refused'], [foreign, 'item_refused']]) {
    await ask('sign', { certificate: rsa.base64, documents: [document] });
    assert.equal((await result()).error.code, code);
  }
  assert.equal(browser.context.pages().filter((p) => p.url().includes('pin.html')).length, 0);
});

test('the document opens from the window that asks for the PIN', async () => {
  const document = prepare(rsa, '電子契約');
  const window = await pinWindow(browser, () => ask('sign', { certificate: rsa.base64, documents: [document] }));
  const [view] = await Promise.all([browser.context.waitForEvent('page'), window.click('#list button')]);
  // A new tab has no address for a moment.
  for (let i = 0; i < 100 && !view.url().startsWith('blob:'); i++) await new Promise((done) => setTimeout(done, 50));
  assert.match(view.url(), /^(blob:chrome-extension:|about:blank)/);
  await view.close().catch(() => {});
  await finish(window, '#cancel');
  assert.equal((await result()).error.code, 'cancelled');
});

test('one window at a time; closing it, or Escape, is a cancel', async () => {
  const document = prepare(rsa, '電子契約');
  const window = await pinWindow(browser, () => ask('sign', { certificate: rsa.base64, documents: [document] }));
  const other = await open(browser, ORIGIN);
  await ask('choose', undefined, other);
  assert.equal((await result(other)).error.code, 'busy');
  await other.close();
  await window.close();
  assert.equal((await result()).error.code, 'cancelled');
  const again = await pinWindow(browser, () => ask('sign', { certificate: rsa.base64, documents: [document] }));
  const closed = again.waitForEvent('close');
  await again.press('#pin', 'Escape').catch(() => {});
  await closed;
  assert.equal((await result()).error.code, 'cancelled');
});

test('記憶密碼: kept over a card that is missing, not over one that refuses', async () => {
  const document = prepare(rsa, '電子契約');
  assert.equal(await card('vendor', 'remove', dir), 'ok');
  await cardsSeen(1);
  const window = await pinWindow(browser, () => ask('sign', { certificate: rsa.base64, documents: [document] }));
  assert.equal((await refusedPin(window, '123456')).code, 'wrong_card');
  assert.equal(await window.inputValue('#pin'), '', 'not kept unless asked');
  await window.check('#remember');
  assert.equal((await refusedPin(window, '123456')).code, 'wrong_card');
  assert.equal(await window.inputValue('#pin'), '123456');
  assert.equal(await card('vendor', 'insert', dir), 'ok');
  await cardsSeen(2);
  await finish(window, '#ok');
  assert.equal((await result()).ok.signatures.length, 1);
});

test('the host is not installed, or refuses the site', async () => {
  browser.hostAway();
  try {
    assert.deepEqual((await page.evaluate(() => globalThis.signer.hello())).host, { installed: false, code: 'host_missing' });
    await ask('choose');
    assert.equal((await result()).error.code, 'host_missing');
  } finally {
    browser.hostBack();
  }
  writeFileSync(join(dir, 'conf/signer.conf'), 'allowed_origins = https://mydoc.gov.taipei\n');
  const window = await pinWindow(browser, () => ask('sign', { certificate: rsa.base64, documents: [prepare(rsa, '電子契約')] }));
  assert.equal((await refusedPin(window, '123456')).code, 'origin_refused');
  await finish(window, '#cancel');
  assert.equal((await result()).error.code, 'origin_refused');
});
