// Whoever asks, a login costs one hash: the time of an answer does not tell whether an
// account exists.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Client, sql } from './client.mjs';

test('the time of a failed login does not tell whether the account exists', async () => {
  const client = new Client();
  const best = { li2: Infinity, 'nobody-of-that-name': Infinity };
  await client.login('nobody-of-that-name', 'warm');
  // The shortest of many is what the work itself takes, and two hashes instead of one are a ratio of
  // almost two. A busy machine wants more tries until it is seen; no number of them hides a hash.
  const ratio = () => best.li2 / best['nobody-of-that-name'];
  for (let i = 0; i < 96 && (i < 12 || ratio() < 0.7 || ratio() > 1.4); i++) {
    for (const account of Object.keys(best)) {
      const from = process.hrtime.bigint();
      const { status } = await client.login(account, `wrong${i}`);
      best[account] = Math.min(best[account], Number(process.hrtime.bigint() - from) / 1e6);
      assert.equal(status, 401);
    }
    sql('DELETE FROM login_failure');
  }
  assert.ok(ratio() > 0.7 && ratio() < 1.4, JSON.stringify({ ...best, ratio: ratio() }));
});
