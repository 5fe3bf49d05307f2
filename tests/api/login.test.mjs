// Whoever asks, a login costs one hash: the time of an answer does not tell whether an
// account exists.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Client, sql } from './client.mjs';

test('the time of a failed login does not tell whether the account exists', async () => {
  const client = new Client();
  const best = { li2: Infinity, 'nobody-of-that-name': Infinity };
  await client.login('nobody-of-that-name', 'warm');
  for (let i = 0; i < 12; i++) {
    for (const account of Object.keys(best)) {
      const from = process.hrtime.bigint();
      const { status } = await client.login(account, `wrong${i}`);
      best[account] = Math.min(best[account], Number(process.hrtime.bigint() - from) / 1e6);
      assert.equal(status, 401);
    }
    sql('DELETE FROM login_failure');
  }
  // The shortest of twelve is what the work itself takes; two hashes instead of one are a
  // ratio of almost two.
  const ratio = best.li2 / best['nobody-of-that-name'];
  assert.ok(ratio > 0.7 && ratio < 1.4, JSON.stringify({ ...best, ratio }));
});
