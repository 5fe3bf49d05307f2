// Login by card: once with the signer and a card as a browser would use them, and then all
// that must not work, with the same key in software.
import test from 'node:test';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { as, certificate, Client, DIR, loginProof, prove, sql, URL_BASE } from './client.mjs';
import { Card, dir, startService, stopService, until, withHost, writeConf } from '../host/rig.mjs';

const code = (answer) => answer.body.error?.code ?? answer.status;
const now = () => Math.floor(Date.now() / 1000);
const challenge = async () => (await new Client().post('/session/card/challenge')).body;

// Logs in with a software key; `given` replaces what goes into the bytes, `sent` what is sent.
async function attempt(name, { given = {}, sent = {}, use } = {}) {
  const c = use ?? (await challenge());
  const time = given.time ?? now();
  const client = new Client();
  const answer = await client.post('/session/card', {
    challengeId: c.challengeId,
    certificate: certificate(name).toString('base64'),
    signature: loginProof(name, given.nonce ?? Buffer.from(c.nonce, 'base64'), { ...given, time }),
    time,
    ...sent,
  });
  return { ...answer, client, used: c };
}

test('a card logs in: signer, card, server', async () => {
  startService();
  writeConf(`allowed_origins = ${URL_BASE}\ncard_timeout_seconds = 20\n`);
  const files = { key: join(DIR, 'pki/vendor.key'), crt: join(DIR, 'pki/vendor.crt') };
  const card = new Card(0, 'login', [['9A', files]], ['--pin', '123456']);
  try {
    await withHost(async (host) => {
      await until(async () => (await host.ask({ id: 1, command: 'status' })).ok.cards === 1, 30000);
      const { challengeId, nonce, seconds } = await challenge();
      assert.equal(seconds, 300);
      const [{ certificate: der }] = (await host.ask({ id: 2, command: 'certificates', origin: URL_BASE })).ok
        .certificates;
      const request = { id: 3, command: 'authenticate', origin: URL_BASE, certificate: der, pin: '123456', nonce };
      const { ok, error } = await host.ask(request);
      assert.ok(ok, JSON.stringify(error));
      const client = new Client();
      const body = { challengeId, certificate: der, signature: ok.signature, time: ok.time };
      const answer = await client.post('/session/card', body);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      assert.equal(answer.body.member.account, 'vendor');
      assert.match(answer.headers.get('set-cookie'), /Secure; HttpOnly; SameSite=Strict/);
      assert.equal((await client.get('/session')).body.member.account, 'vendor');
      assert.equal(code(await new Client().post('/session/card', body)), 'challenge_expired', 'for once');
    });
    const [action] = sql("SELECT action FROM audit WHERE action LIKE 'session.%' ORDER BY seq DESC LIMIT 1")
      .trim()
      .split('\n');
    assert.match(action, /session\.card/);
  } finally {
    await card.tell('quit').catch(() => card.process.kill());
    await card.exit;
    stopService();
  }
  assert.ok(dir.includes('card_login'));
});

test('a login is bound to site, page, nonce, time, certificate and purpose', async () => {
  const ok = await attempt('vendor');
  assert.equal(ok.status, 200, JSON.stringify(ok.body));
  assert.equal((await ok.client.get('/session')).status, 200);
  const other = await challenge();
  for (const [why, options, want] of [
    ['another site', { given: { origin: 'https://evil.example' } }, 'signature_bad'],
    ['framed by another site', { given: { top: 'https://evil.example' } }, 'signature_bad'],
    ['another nonce', { given: { nonce: Buffer.from(other.nonce, 'base64') } }, 'signature_bad'],
    ['another time than told', { sent: { time: now() - 10 } }, 'signature_bad'],
    ['long ago', { given: { time: now() - 400 } }, 'challenge_expired'],
    ['in the future', { given: { time: now() + 400 } }, 'challenge_expired'],
    ['another certificate', { sent: { certificate: certificate('agency').toString('base64') } }, 'signature_bad'],
    ['no certificate', { sent: { certificate: 'AAAA' } }, 'certificate_bad'],
    ['no number', { sent: { time: -1 } }, 'bad_field'],
  ]) {
    const answer = await attempt('vendor', options);
    assert.equal(code(answer), want, why);
    assert.equal((await answer.client.get('/session')).status, 401, why);
  }
  const c = await challenge();
  const proof = prove('vendor', URL_BASE, Buffer.from(c.nonce, 'base64'));
  assert.equal(
    code(await attempt('vendor', { use: c, sent: { signature: proof } })),
    'signature_bad',
    'a proof of possession is no login',
  );
  assert.equal(code(await attempt('vendor', { use: c })), 'challenge_expired', 'a failure uses the challenge up');
  const late = await challenge();
  sql(`UPDATE login_challenge SET expires_at = UTC_TIMESTAMP() - INTERVAL 1 SECOND WHERE id = '${late.challengeId}'`);
  assert.equal(code(await attempt('vendor', { use: late })), 'challenge_expired');
});

test('only a good certificate that a member has registered logs in', async () => {
  for (const [name, want] of [
    ['revoked', 'certificate_revoked'],
    ['expired', 'certificate_expired'],
    ['stranger', 'certificate_untrusted'],
    ['person', 'certificate_not_registered'],
  ]) {
    assert.equal(code(await attempt(name)), want, name);
  }
  sql("UPDATE member SET disabled = 1 WHERE account = 'vendor'");
  try {
    assert.equal(code(await attempt('vendor')), 'certificate_not_registered', 'a disabled account');
  } finally {
    sql("UPDATE member SET disabled = 0 WHERE account = 'vendor'");
  }
});

test('a card that several members registered asks whose login it is', async () => {
  const members = { vendor: await as('vendor'), chen: await as('chen') };
  const ids = [];
  for (const [account, client] of Object.entries(members)) {
    const c = await client.post('/certificates/challenge', { certificate: certificate('person').toString('base64') });
    assert.equal(c.status, 200, JSON.stringify(c.body));
    const signature = prove('person', URL_BASE, Buffer.from(c.body.nonce, 'base64'));
    const done = await client.post('/certificates', { challengeId: c.body.challengeId, purpose: account, signature });
    assert.equal(done.status, 201, JSON.stringify(done.body));
    ids.push([client, done.body.id]);
  }
  const asked = await attempt('person');
  assert.deepEqual([asked.status, asked.body.error.code, asked.body.error.field], [400, 'field_required', 'account']);
  for (const account of ['vendor', 'chen']) {
    const answer = await attempt('person', { sent: { account } });
    assert.equal(answer.body.member.account, account);
  }
  assert.equal(code(await attempt('person', { sent: { account: 'lin' } })), 'certificate_not_registered');
  for (const [client, id] of ids) assert.equal((await client.delete(`/certificates/${id}`)).status, 200);
  assert.equal(code(await attempt('person')), 'certificate_not_registered', 'out of use');
});
