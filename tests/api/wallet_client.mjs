// A client that keeps two cookies, the session's and the wallet's, and what tests of wallets share.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, DIR, sql } from './client.mjs';

export const PASSPHRASE = '證件包的密語-quiet-harbour';
export const OTHER = '另一句密語-loud-mountain-7';

export class Holder extends Client {
  constructor() {
    super();
    this.jar = new Map();
  }

  async call(method, path, options) {
    const session = this.cookie;
    this.cookie = [...this.jar].map(([k, v]) => `${k}=${v}`).join('; ') || session;
    const before = this.cookie;
    const answer = await super.call(method, path, options);
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0].split('=');
      if (value === '' || /Max-Age=0/.test(line)) this.jar.delete(name);
      else this.jar.set(name, value);
    }
    this.cookie = this.jar.size === 0 ? before : [...this.jar].map(([k, v]) => `${k}=${v}`).join('; ');
    return answer;
  }

  async unlock(passphrase = PASSPHRASE) {
    return this.post('/wallet/unlock', { passphrase });
  }

  store(name, bytes, { file = `${name}.pdf`, ...labels } = {}) {
    const query = new URLSearchParams({ kind: 'other', name, ...labels });
    return this.call('POST', `/api/v1/wallet/uploads?${query}`, { body: bytes,
      headers: { 'Content-Type': 'application/octet-stream',
        'X-File-Name': encodeURIComponent(file) } });
  }
}

// Whatever a test before this one left of a member's wallet is gone.
export const forget = (account) => sql(`SET @m = (SELECT id FROM member WHERE account = '${account}');
  DELETE FROM wallet_use WHERE grant_id IN (SELECT id FROM wallet_grant WHERE @m IN (owner_id, recipient_id));
  DELETE FROM wallet_grant WHERE @m IN (owner_id, recipient_id); DELETE FROM wallet_unlock WHERE member_id = @m;
  UPDATE wallet_item SET state = 'gone' WHERE member_id = @m; DELETE FROM wallet_word WHERE member_id = @m;
  UPDATE wallet_item SET document_id = NULL, revision = NULL WHERE member_id = @m;
  DELETE FROM wallet WHERE member_id = @m`);

// Logged in, with an empty wallet; `open`: unlocked.
export async function holder(account, { open = true } = {}) {
  forget(account);
  const client = new Holder();
  const login = await client.login(account);
  assert.equal(login.status, 200, JSON.stringify(login.body));
  const made = await client.post('/wallet', { passphrase: PASSPHRASE });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  client.recovery = made.body.recoveryCode;
  if (open) {
    const unlocked = await client.unlock();
    assert.equal(unlocked.status, 200, JSON.stringify(unlocked.body));
  }
  return client;
}

// The encrypted files of the store, by their ids.
export function privateFiles() {
  const top = join(DIR, 'store/private');
  return new Map(readdirSync(top).flatMap((d) => readdirSync(join(top, d)).map((id) => [id, join(top, d, id)])));
}
export const readPrivate = (id) => readFileSync(privateFiles().get(id));
