// 會員設定: profile, address confirmed by mail, password, sessions, sign-in log, notices; a
// forgotten password; who has tried too often, and who has not.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { as, auditVerify, Client, draft, PASSWORD, sql, URL_BASE } from './client.mjs';

const code = (answer) => answer.body?.error?.code;
const field = (answer) => answer.body?.error?.field;
const ok = (answer) => {
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
};
const GOOD = 'riverbank lantern 8 copper';
const idOf = (account) => sql(`SELECT id FROM member WHERE account = '${account}'`);

async function until(what, ms = 30000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(100)) {
    const value = await what();
    if (value) return value;
  }
  throw new Error(`not within ${ms} ms: ${what}`);
}

// The newest mail to that address whose subject fits, as it came out of the mail server.
const mailTo = (address, subject) =>
  until(async () => {
    const port = Number(new URL(URL_BASE).port) + 2;
    const mails = await (await fetch(`http://127.0.0.1:${port}/mails.json`)).json();
    return mails.find((m) => m.to.includes(address) && subject.test(m.subject));
  });
const tokenIn = (mail) => mail.text.match(/#\/account\/\w+\/([0-9a-f]{64})/)[1];

// A member of their own for each test: account, client, id.
async function somebody(roles = [], password = PASSWORD) {
  const account = `m${randomUUID().slice(0, 8)}`;
  const id = randomUUID().replaceAll('-', '');
  sql(`INSERT INTO member (id, organization_id, unit_id, account, name, email, password_hash, created_at)
    SELECT '${id}', organization_id, unit_id, '${account}', '測試員', '${account}@example.tw', password_hash,
    UTC_TIMESTAMP(3) FROM member WHERE account = 'admin'`);
  for (const role of roles) sql(`INSERT INTO member_role (member_id, role) VALUES ('${id}', '${role}')`);
  const client = new Client();
  ok(await client.login(account, password));
  return { account, id, client, email: `${account}@example.tw` };
}

test('profile: what one may change, and what is refused', async () => {
  const { client, account } = await somebody();
  const me = ok(await client.get('/account'));
  assert.deepEqual([me.account, me.language, me.years, me.phone], [account, 'zh', 'common', '']);
  const put = { name: '測試員', phone: '02-2720-8889 #1234', language: 'en', years: 'minguo', version: me.version };
  const after = ok(await client.put('/account', put));
  assert.deepEqual([after.phone, after.language, after.years], [put.phone, 'en', 'minguo']);
  assert.equal(code(await client.put('/account', put)), 'conflict', 'an old version');
  const bad = await client.put('/account', { ...put, version: after.version, phone: 'call me' });
  assert.deepEqual([code(bad), field(bad)], ['bad_field', 'phone']);
  const blank = await client.put('/account', { ...put, version: after.version, name: '  ' });
  assert.deepEqual([code(blank), field(blank)], ['field_required', 'name']);
  const session = ok(await client.get('/session'));
  assert.deepEqual([session.member.language, session.member.years], ['en', 'minguo']);
});

test('another address is the member\'s only when its link was opened; the old one is told', async () => {
  const { client, account, email } = await somebody();
  const fresh = `new-${account}@example.org`;
  assert.equal(code(await client.post('/account/email', { email })), 'bad_field', 'it is already');
  ok(await client.post('/account/email', { email: `first.${account}@example.org` }));
  const first = tokenIn(await mailTo(`first.${account}@example.org`, /確認/));
  ok(await client.post('/account/email', { email: fresh }));
  const mail = await mailTo(fresh, /確認/);
  assert.equal(ok(await client.get('/account')).email, email, 'not yet');
  assert.equal(ok(await client.get('/account')).pendingEmail, fresh);
  const anyone = new Client();
  assert.equal(code(await anyone.post('/account/link', { token: first })), 'link_expired', 'the newer one counts');
  assert.equal(
    code(await anyone.post('/account/link/password', { token: tokenIn(mail), password: GOOD })),
    'link_expired',
    'a link to confirm sets no password',
  );
  assert.equal(ok(await anyone.post('/account/link', { token: tokenIn(mail) })).kind, 'email');
  ok(await anyone.post('/account/link/email', { token: tokenIn(mail) }));
  assert.equal(code(await anyone.post('/account/link/email', { token: tokenIn(mail) })), 'link_expired', 'once');
  const me = ok(await client.get('/account'));
  assert.deepEqual([me.email, me.pendingEmail], [fresh, null]);
  assert.match((await mailTo(`${account}@example.tw`, /電子郵件已變更/)).text, /管理者/);
  assert.equal(sql(`SELECT COUNT(*) FROM account_link WHERE LOWER(HEX(token_sha256)) = '${tokenIn(mail)}'`), '0',
    'the token itself is nowhere in the database');
});

test('dangerous acts want a proof of the last minutes; the session is another one after it', async () => {
  const { client, account, id } = await somebody();
  sql(`UPDATE session SET proved_at = UTC_TIMESTAMP() - INTERVAL 11 MINUTE WHERE member_id = '${id}'`);
  const asked = await client.post('/account/email', { email: `x-${account}@example.org` });
  assert.deepEqual([asked.status, code(asked)], [403, 'prove_again']);
  const wrong = await client.post('/session/proof', { password: 'wrong' });
  assert.deepEqual([wrong.status, code(wrong), field(wrong)], [422, 'proof_wrong', 'password']);
  const old = Object.assign(new Client(), { cookie: client.cookie, csrf: client.csrf });
  client.csrf = ok(await client.post('/session/proof', { password: PASSWORD })).csrf;
  assert.notEqual(client.cookie, old.cookie);
  assert.equal((await old.get('/session')).status, 401, 'the token from before is good for nothing');
  ok(await client.post('/account/email', { email: `x-${account}@example.org` }));
});

test('a password: rules, the last three, all other sessions end', async () => {
  const { client, account, id } = await somebody();
  const other = await as(account);
  const change = (current, password) => client.put('/account/password', { current, password });
  for (const [password, want] of [
    ['short', 'password_short'],
    ['elevenchars', 'password_short'],
    ['password1234', 'password_common'],
    ['!!Football2024', 'password_common'],
    ['abcabcabcabcabc', 'password_common'],
    ['123456789012', 'password_common'],
    ['一二一二一二一二一二一二', 'password_common'],
    [`${account}2024`, 'password_common'],
    [PASSWORD, 'password_used'],
  ]) {
    const answer = await change(PASSWORD, password);
    assert.deepEqual([code(answer), field(answer)], [want, 'password'], password);
  }
  const wrong = await change('wrong', GOOD);
  assert.deepEqual([code(wrong), field(wrong)], ['proof_wrong', 'current']);
  const before = client.cookie;
  ok(await change(PASSWORD, GOOD));
  assert.notEqual(client.cookie, before, 'another token');
  assert.equal((await client.get('/session')).status, 200, 'the session goes on');
  client.csrf = (await client.get('/session')).body.csrf;
  assert.equal((await other.get('/session')).status, 401, 'the other one is over');
  assert.match(sql(`SELECT password_hash FROM member WHERE id = '${id}'`), /^\$argon2id\$/);
  ok(await change(GOOD, `${GOOD} 2`));
  for (const used of [PASSWORD, GOOD, `${GOOD} 2`])
    assert.equal(code(await change(`${GOOD} 2`, used)), 'password_used');
  ok(await change(`${GOOD} 2`, `${GOOD} 3`));
  ok(await change(`${GOOD} 3`, PASSWORD));
  assert.equal(code(await new Client().login(account, GOOD)), 'login_failed');
});

test('sessions: seen, and ended; nobody else\'s', async () => {
  const { client, account } = await somebody();
  const phone = new Client();
  ok(await phone.post('/session', { account, password: PASSWORD }, { headers: { 'User-Agent': 'Telephone/1.0' } }));
  const { items } = ok(await client.get('/account/sessions'));
  assert.equal(items.length, 2);
  assert.equal(items.filter((s) => s.mine).length, 1);
  const its = items.find((s) => !s.mine);
  assert.deepEqual([its.agent, its.method, its.ip], ['Telephone/1.0', 'password', '127.0.0.1']);
  assert.equal(code(await (await as('li')).delete(`/account/sessions/${its.id}`)), 'not_found');
  ok(await client.delete(`/account/sessions/${its.id}`));
  assert.equal((await phone.get('/session')).status, 401);
  const third = await as(account);
  ok(await client.delete('/account/sessions'));
  assert.equal((await third.get('/session')).status, 401);
  assert.equal((await client.get('/session')).status, 200);

  assert.equal(code(await new Client().login(account, 'wrong')), 'login_failed');
  const log = ok(await client.get('/account/sign-ins?size=2'));
  assert.deepEqual([log.total, log.items.length, log.items[0].fits], [4, 2, false]);
  assert.equal(ok(await client.get('/account/sign-ins?page=2&size=2')).items.length, 2);
});

test('a login ends the session that the browser came with', async () => {
  const { client, account } = await somebody();
  const old = Object.assign(new Client(), { cookie: client.cookie, csrf: client.csrf });
  ok(await client.login(account));
  assert.notEqual(client.cookie, old.cookie);
  assert.equal((await old.get('/session')).status, 401);
});

test('roles, unit, leaving: whose rights change logs in anew', async () => {
  const { client, id } = await somebody();
  sql(`UPDATE member SET rights_at = UTC_TIMESTAMP(3) + INTERVAL 1 SECOND WHERE id = '${id}'`);
  assert.equal((await client.get('/session')).status, 401);
});

test('five failures close a name for the place they came from, not for its member elsewhere', async () => {
  const { client, account } = await somebody();
  for (let i = 1; i <= 4; i++) assert.equal(code(await new Client().login(account, 'wrong')), 'login_failed');
  assert.equal(code(await new Client().login(account, 'wrong')), 'account_locked');
  assert.equal(
    code(await new Client().login(account.toUpperCase())),
    'account_locked',
    'its name in capitals is its name',
  );
  assert.equal(code(await client.post('/session/proof', { password: PASSWORD })), 'account_locked');
  assert.equal((await client.get('/session')).status, 200, 'who is in stays in');
  // The same failures from another place: the member is not kept out.
  const hash = `account_sha256 = UNHEX(SHA2('${account}', 256))`;
  sql(`UPDATE login_failure SET place = '203.0.113.7' WHERE ${hash}`);
  ok(await new Client().login(account));
  // Very many places try: a place from which the member has come in before stays open …
  for (let i = 0; i < 30; i++)
    sql(`INSERT INTO login_failure (account_sha256, place, failures, last_at)
      VALUES (UNHEX(SHA2('${account}', 256)), '198.51.100.${i}', 1, UTC_TIMESTAMP(3))`);
  ok(await new Client().login(account));
  // … and one from which nobody came is closed.
  sql(`UPDATE sign_in SET place = '192.0.2.1' WHERE member_id = '${idOf(account)}'`);
  assert.equal(code(await new Client().login(account)), 'account_locked');
  sql(`DELETE FROM login_failure WHERE ${hash}`);
  ok(await new Client().login(account));
});

test('a place that tries very many names is closed for names that never came from it', async () => {
  const known = await somebody();
  const stranger = await somebody();
  sql(`DELETE FROM sign_in WHERE member_id = '${stranger.id}'`);
  sql(`INSERT INTO login_failure (account_sha256, place, failures, last_at)
    VALUES (UNHEX(SHA2('somebody', 256)), '127.0.0.1', 100, UTC_TIMESTAMP(3))`);
  try {
    const refused = await new Client().login(stranger.account);
    assert.deepEqual([refused.status, code(refused)], [429, 'rate_limited']);
    ok(await new Client().login(known.account));
  } finally {
    sql("DELETE FROM login_failure WHERE account_sha256 = UNHEX(SHA2('somebody', 256))");
  }
});

test('a forgotten password: a link by mail, once, in time; nobody learns who has an account', async () => {
  const { client, account, email } = await somebody();
  const anyone = new Client();
  const answers = [];
  for (const name of [account, email, 'nobody-of-that-name', 'nobody@example.tw', '沒有這個人']) {
    const answer = await anyone.post('/account/forgotten', { account: name });
    answers.push(JSON.stringify([answer.status, answer.body]));
  }
  assert.deepEqual([...new Set(answers)], ['[200,{}]']);
  await until(() => sql('SELECT COUNT(*) FROM password_request') === '0');
  const links = `account_link WHERE kind = 'password' AND member_id = '${idOf(account)}'`;
  await until(() => sql(`SELECT COUNT(*) FROM ${links}`) === '2');
  const token = await until(async () => {
    const found = tokenIn(await mailTo(email, /重設密碼/));
    return (await anyone.post('/account/link', { token: found })).status === 200 && found;
  });
  const about = ok(await anyone.post('/account/link', { token }));
  assert.deepEqual([about.kind, about.account, about.name], ['password', account, '測試員']);
  assert.equal(
    code(await anyone.post('/account/link/email', { token })),
    'link_expired',
    'no address is confirmed by it',
  );
  assert.equal(code(await anyone.post('/account/link/password', { token, password: 'short' })), 'password_short');
  ok(await anyone.post('/account/link/password', { token, password: GOOD }));
  assert.equal(
    code(await anyone.post('/account/link/password', { token, password: `${GOOD}!` })),
    'link_expired',
    'once',
  );
  assert.equal((await client.get('/session')).status, 401, 'all sessions end');
  ok(await new Client().login(account, GOOD));
  assert.match((await mailTo(email, /密碼已設定/)).text, /管理者/);

  ok(await anyone.post('/account/forgotten', { account }));
  await until(() => sql(`SELECT COUNT(*) FROM ${links}`) === '3');
  sql(`UPDATE account_link SET expires_at = UTC_TIMESTAMP() WHERE kind = 'password'`);
  const late = tokenIn(await mailTo(email, /重設密碼/));
  assert.equal(code(await anyone.post('/account/link', { token: late })), 'link_expired', 'thirty minutes');
  // Three an hour are enough: nobody's mailbox is filled by others.
  ok(await anyone.post('/account/forgotten', { account }));
  await until(() => sql('SELECT COUNT(*) FROM password_request') === '0');
  assert.equal(sql(`SELECT COUNT(*) FROM ${links}`), '3');
  assert.equal(sql("SELECT COUNT(*) FROM outbox WHERE recipient LIKE 'nobody%'"), '0');
});

test('notices: chosen by event, quiet hours need both ends', async () => {
  const { client } = await somebody();
  const all = { task: 'mail', returned: 'digest', completed: 'portal', reply: 'digest', reminder: 'mail' };
  assert.equal(ok(await client.get('/account')).notices.returned, 'mail', 'by mail unless one says otherwise');
  const put = ok(await client.put('/account/notices', { ...all, quietFrom: 19, quietTo: 7 })).notices;
  assert.deepEqual(put, { ...all, quietFrom: 19, quietTo: 7 });
  const half = await client.put('/account/notices', { ...all, quietFrom: 19 });
  assert.deepEqual([code(half), field(half)], ['field_required', 'quietTo']);
  assert.equal(code(await client.put('/account/notices', { ...all, task: 'pigeon' })), 'bad_field');
  assert.equal(ok(await client.put('/account/notices', all)).notices.quietFrom, null);
  auditVerify();
});

test('what is sent keeps to them: in the portal only, in the daily summary, after the quiet hours', async () => {
  const vendor = await as('vendor');
  const chen = await as('chen');
  const all = { task: 'mail', returned: 'mail', completed: 'mail', reply: 'mail', reminder: 'mail' };
  const sent = async (choice) => {
    ok(await vendor.put('/account/notices', { ...all, ...choice }));
    const contract = await draft(chen, `NOTE-${randomUUID().slice(0, 8)}`);
    ok(await chen.post(`/contracts/${contract}/send`, {}));
    const id = sql(`SELECT id FROM message WHERE contract_id = '${contract}' AND kind = 'notice'`);
    return {
      id,
      mails: sql(`SELECT COUNT(*) FROM outbox WHERE message_id = '${id}' AND recipient = 'vendor@example.tw'`),
    };
  };
  try {
    assert.equal((await sent({})).mails, '1');
    const portal = await sent({ task: 'portal' });
    assert.equal(portal.mails, '0');
    ok(await vendor.get(`/messages/${portal.id}`));
    const hour = new Date(Date.now() + 8 * 3600e3).getUTCHours();
    const quiet = await sent({ quietFrom: hour, quietTo: (hour + 2) % 24 });
    assert.equal(sql(`SELECT COUNT(*) FROM outbox WHERE message_id = '${quiet.id}' AND state = 'pending'
      AND recipient = 'vendor@example.tw' AND next_at > UTC_TIMESTAMP() + INTERVAL 50 MINUTE`), '1');
    const digest = await sent({ task: 'digest' });
    assert.equal(digest.mails, '0');
    sql(`UPDATE notice_digest SET at = at - INTERVAL 1 DAY WHERE message_id = '${digest.id}'`);
    const mail = await until(async () => {
      const found = await mailTo('vendor@example.tw', /每日通知摘要/);
      return found.text.includes(digest.id) && found;
    });
    assert.match(mail.text, /檢送「/);
    assert.equal(sql('SELECT COUNT(*) FROM notice_digest WHERE at < UTC_TIMESTAMP() - INTERVAL 23 HOUR'), '0');
  } finally {
    ok(await vendor.put('/account/notices', all));
  }
});

test('whom to tell of a hole in the security stands where RFC 9116 says', async () => {
  const answer = await fetch(`${URL_BASE}/.well-known/security.txt`);
  const text = await answer.text();
  assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.match(text, /^Contact: mailto:/m);
  assert.ok(new Date(text.match(/^Expires: (.*)$/m)[1]) > new Date(), 'it has not expired');
});
