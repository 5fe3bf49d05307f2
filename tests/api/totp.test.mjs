// The second factor: set up by its first code, asked for at each login by password, good
// once; recovery codes; roles that need it; secrets that the database alone does not give.
import test from 'node:test';
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { as, auditVerify, BIN, Client, DIR, PASSWORD, ROOT, sql } from './client.mjs';

const code = (answer) => answer.body?.error?.code;
const ok = (answer) => {
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
};

// RFC 6238 with SHA-1, thirty seconds, six digits: what the application on a telephone does.
function totp(secret, step = Math.floor(Date.now() / 30000)) {
  const bits = [...secret]
    .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, '0');
}

async function somebody(roles = []) {
  const account = `t${randomUUID().slice(0, 8)}`;
  const id = randomUUID().replaceAll('-', '');
  sql(`INSERT INTO member (id, organization_id, unit_id, account, name, email, password_hash, created_at)
    SELECT '${id}', organization_id, unit_id, '${account}', '測試員', '${account}@example.tw', password_hash,
    UTC_TIMESTAMP(3) FROM member WHERE account = 'admin'`);
  for (const role of roles) sql(`INSERT INTO member_role (member_id, role) VALUES ('${id}', '${role}')`);
  return { account, id, client: await as(account) };
}

// A step that no code of this member has used: the clock cannot be waited for.
const freeSteps = (id) => sql(`UPDATE second_factor SET last_step = 0 WHERE member_id = '${id}'`);

async function withFactor(roles) {
  const who = await somebody(roles);
  const offer = ok(await who.client.post('/account/factor', {}));
  const { codes, csrf } = ok(await who.client.post('/account/factor/confirm', { code: totp(offer.secret) }));
  who.client.csrf = csrf;
  freeSteps(who.id);
  return { ...who, secret: offer.secret, codes, offer };
}

test('the secret is told once, as text and as a QR code, and kept encrypted', async () => {
  const { client, id } = await somebody();
  const offer = ok(await client.post('/account/factor', {}));
  assert.match(offer.secret, /^[2-7A-Z]{32}$/);
  assert.match(offer.uri, new RegExp(`^otpauth://totp/Yinxin:t\\w+\\?secret=${offer.secret}&`));
  assert.match(offer.qr.path, /^(M\d+ \d+h\d+v1h-\d+z)+$/);
  assert.ok(offer.qr.size >= 21);
  assert.equal(ok(await client.get('/account')).factor.on, false, 'not in force yet');
  ok(await new Client().login(sql(`SELECT account FROM member WHERE id = '${id}'`)));

  const again = ok(await client.post('/account/factor', {}));
  assert.notEqual(again.secret, offer.secret);
  assert.equal(
    code(await client.post('/account/factor/confirm', { code: totp(offer.secret) })),
    'code_wrong',
    'the last one',
  );
  const wrong = totp(again.secret) === '000000' ? '000001' : '000000';
  assert.equal(code(await client.post('/account/factor/confirm', { code: wrong })), 'code_wrong');
  const done = ok(await client.post('/account/factor/confirm', { code: totp(again.secret) }));
  assert.equal(done.codes.length, 10);
  assert.equal(new Set(done.codes).size, 10);
  client.csrf = done.csrf;
  assert.deepEqual(
    Object.fromEntries(Object.entries(ok(await client.get('/account')).factor).filter(([k]) => k !== 'since')),
    { on: true, codesLeft: 10, needed: false },
  );
  assert.equal(code(await client.post('/account/factor', {})), 'wrong_state', 'one is in force');

  const bits = [...again.secret]
    .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
    .join('');
  const plain = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2))).toString('hex').toUpperCase();
  assert.ok(!sql(`SELECT HEX(secret) FROM second_factor WHERE member_id = '${id}'`).includes(plain));
  assert.equal(
    sql(`SELECT COUNT(*) FROM idempotency
      WHERE answer LIKE '%${again.secret}%' OR answer LIKE '%${done.codes[0]}%'`),
    '0',
    'and no answer with it is kept',
  );
});

test('a login has two steps; a code is good once', async () => {
  const { account, id, secret } = await withFactor();
  const client = new Client();
  const first = ok(await client.post('/session', { account, password: PASSWORD }));
  assert.deepEqual([first.second, first.member, client.cookie], [true, undefined, '']);
  const second = (ticket, given) => client.post('/session/second', { ticket, code: given });
  assert.equal(code(await second('0'.repeat(64), totp(secret))), 'link_expired', 'no such ticket');
  const wrong = totp(secret) === '000000' ? '000001' : '000000';
  assert.equal(code(await second(first.ticket, wrong)), 'code_wrong');
  const mine = totp(secret);
  assert.equal(ok(await second(first.ticket, mine)).member.account, account);
  assert.equal(code(await second(first.ticket, mine)), 'link_expired', 'a ticket once');
  const next = ok(await new Client().post('/session', { account, password: PASSWORD }));
  assert.equal(code(await second(next.ticket, mine)), 'code_wrong', 'a code once');
  const earlier = totp(secret, Math.floor(Date.now() / 30000) - 1);
  assert.equal(code(await second(next.ticket, earlier)), 'code_wrong', 'nor one from before it');
  freeSteps(id);
  assert.equal(
    code(await second(next.ticket, totp(secret, Math.floor(Date.now() / 30000) + 20))),
    'code_wrong',
    'not the future',
  );
  sql(`UPDATE login_ticket SET expires_at = UTC_TIMESTAMP() WHERE member_id = '${id}'`);
  assert.equal(code(await second(next.ticket, totp(secret))), 'link_expired', 'five minutes');
  auditVerify();
});

test('of two who send one code at the same moment one comes in', async () => {
  const { account, id, secret } = await withFactor();
  const tickets = [];
  for (let i = 0; i < 4; i++) {
    tickets.push(ok(await new Client().post('/session', { account, password: PASSWORD })).ticket);
  }
  const given = totp(secret);
  const answers = await Promise.all(
    tickets.map((ticket) => new Client().post('/session/second', { ticket, code: given })),
  );
  assert.equal(answers.filter((a) => a.status === 200).length, 1);
  sql(`DELETE FROM login_failure WHERE account_sha256 = UNHEX(SHA2('${account}', 256))`);
  assert.equal(sql(`SELECT COUNT(*) FROM session WHERE member_id = '${id}' AND method = 'totp'`), '2');
});

test('guessing codes closes the account for the place, password right or not', async () => {
  const { account, secret } = await withFactor();
  const { ticket } = ok(await new Client().post('/session', { account, password: PASSWORD }));
  const wrong = totp(secret) === '000000' ? '000001' : '000000';
  for (let i = 1; i <= 4; i++) {
    assert.equal(code(await new Client().post('/session/second', { ticket, code: wrong })), 'code_wrong');
    ok(await new Client().post('/session', { account, password: PASSWORD }));
  }
  assert.equal(code(await new Client().post('/session/second', { ticket, code: wrong })), 'account_locked');
  assert.equal(code(await new Client().post('/session/second', { ticket, code: totp(secret) })), 'account_locked');
  assert.equal(code(await new Client().login(account)), 'account_locked');
});

test('recovery codes: each once, in any case; others in their place', async () => {
  const { account, client, codes } = await withFactor();
  const enter = async (given) => {
    const { ticket } = ok(await new Client().post('/session', { account, password: PASSWORD }));
    return new Client().post('/session/second', { ticket, code: given });
  };
  ok(await enter(codes[0]));
  assert.equal(code(await enter(codes[0])), 'code_wrong', 'once');
  ok(await enter(codes[1].toLowerCase().replaceAll('-', ' ')));
  assert.equal(ok(await client.get('/account')).factor.codesLeft, 8);
  const fresh = ok(await client.post('/account/factor/codes', {})).codes;
  assert.equal(code(await enter(codes[2])), 'code_wrong', 'the old ones are gone');
  ok(await enter(fresh[2]));
});

test('proof and removal; a password that was forgotten does not go around the second factor', async () => {
  const { account, id, client, secret } = await withFactor();
  const asked = await client.post('/session/proof', { password: PASSWORD });
  assert.deepEqual([code(asked), asked.body.error.field], ['field_required', 'code']);
  const proved = ok(await client.post('/session/proof', { password: PASSWORD, code: totp(secret) }));
  client.csrf = proved.csrf;
  sql(`UPDATE session SET proved_at = UTC_TIMESTAMP() - INTERVAL 11 MINUTE WHERE member_id = '${id}'`);
  for (const attempt of [client.delete('/account/factor'), client.post('/account/factor/codes', {})])
    assert.equal(code(await attempt), 'prove_again');
  freeSteps(id);
  client.csrf = ok(await client.post('/session/proof', { password: PASSWORD, code: totp(secret) })).csrf;
  ok(await client.delete('/account/factor'));
  assert.equal(sql(`SELECT COUNT(*) FROM recovery_code WHERE member_id = '${id}'`), '0');
  ok(await new Client().login(account));
});

test('a secret is bound to its member and to the key', async () => {
  const mine = await withFactor();
  const other = await withFactor();
  sql(`UPDATE second_factor a JOIN second_factor b ON b.member_id = '${mine.id}' SET a.secret = b.secret
    WHERE a.member_id = '${other.id}'`);
  const { ticket } = ok(await new Client().post('/session', { account: other.account, password: PASSWORD }));
  const answer = await new Client().post('/session/second', { ticket, code: totp(mine.secret) });
  assert.notEqual(answer.status, 200, 'who can write the database cannot give somebody a secret of their own');
});

// The server with other settings, the same instance.
function restart(roles) {
  const conf = join(DIR, 'conf/yinxin.conf');
  const stop = () => {
    const pid = Number(readFileSync(join(DIR, 'run/yinxind.pid'), 'utf8'));
    process.kill(pid, 'SIGTERM');
    execFileSync('tail', ['--pid', String(pid), '-f', '/dev/null'], { timeout: 60000 });
  };
  stop();
  execFileSync(
    join(ROOT, 'conf/dev/up.sh'),
    [DIR, readFileSync(join(DIR, 'conf/port'), 'utf8').trim(), ...(BIN.includes('san') ? ['--san'] : [])],
    { stdio: 'ignore', env: { ...process.env, YINXIN_FACTOR_ROLES: roles } },
  );
  assert.match(readFileSync(conf, 'utf8'), new RegExp(`second_factor_roles = ${roles}`));
  writeFileSync(conf, readFileSync(conf));
}

test('roles that need it: until it is set up, nothing but the own account answers', async () => {
  const admin = await somebody(['agency_admin', 'officer']);
  const sealer = await withFactor(['sealer']);
  restart('agency_admin,sealer');
  try {
    const client = new Client();
    assert.equal(ok(await client.login(admin.account)).factorNeeded, true);
    for (const path of ['/home', '/contracts', '/members', '/certificates'])
      assert.deepEqual([path, code(await client.get(path))], [path, 'second_factor_needed']);
    const offer = ok(await client.post('/account/factor', {}));
    const done = ok(await client.post('/account/factor/confirm', { code: totp(offer.secret) }));
    client.csrf = done.csrf;
    assert.equal(ok(await client.get('/session')).factorNeeded, false);
    ok(await client.get('/contracts'));
    assert.equal(code(await client.delete('/account/factor')), 'second_factor_needed', 'it has to stay');

    const { ticket } = ok(await new Client().post('/session', { account: sealer.account, password: PASSWORD }));
    const sealed = ok(await new Client().post('/session/second', { ticket, code: totp(sealer.secret) }));
    assert.equal(sealed.factorNeeded, false);
    const officer = new Client();
    assert.equal(ok(await officer.login('wang')).factorNeeded, false, 'the others need none');
  } finally {
    restart('none');
  }
});
