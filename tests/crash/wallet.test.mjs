// A wallet and a kill: at every step of storing and of clearing away, nothing is lost that was
// promised, and no file is left that nobody will ever collect.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { sql, worked as until } from '../api/client.mjs';
import { forget, holder, privateFiles } from '../api/wallet_client.mjs';
import { arm, armed, bringBack, consistent, disarm, one } from './rig.mjs';

test.afterEach(disarm);

// What a wallet before this one left is none of the next one's business.
function clear() {
  for (const id of sql("SELECT id FROM wallet_item WHERE state = 'gone'").split('\n').filter(Boolean))
    rmSync(privateFiles().get(id) ?? '', { force: true });
  sql("DELETE FROM wallet_item WHERE state = 'gone'");
}

// Every file has its row, every row that is in force its file, and the wallet counts what there is.
function whole(account) {
  consistent();
  const files = privateFiles();
  const rows = new Set(sql('SELECT id FROM wallet_item').split('\n').filter(Boolean));
  for (const id of files.keys()) assert.ok(rows.has(id), `${id}: a file that no row names`);
  for (const id of sql("SELECT id FROM wallet_item WHERE state IN ('kept', 'deleted') AND name NOT LIKE '矩陣%'")
    .split('\n').filter(Boolean)) assert.ok(files.has(id), `${id}: a row without its file`);
  assert.equal(one(`SELECT w.used_bytes - COALESCE(SUM(i.size), 0) FROM wallet w JOIN member m ON m.id = w.member_id
    LEFT JOIN wallet_item i ON i.member_id = w.member_id AND i.created_at >= w.created_at
    WHERE m.account = '${account}' GROUP BY w.member_id`), 0, 'what the wallet counts');
}

for (const point of ['wallet.begun', 'wallet.stored', 'wallet.tx.before_commit', 'wallet.committed']) {
  test(`storing, killed at ${point}`, { timeout: 600000 }, async () => {
    const lin = await holder('lin');
    clear();
    const bytes = randomBytes(100000);
    const key = randomUUID();
    const store = () => lin.call('POST', '/api/v1/wallet/uploads?kind=other&name=x', { body: bytes, key,
      headers: { 'Content-Type': 'application/octet-stream', 'X-File-Name': 'x.bin' } });
    arm(point);
    const answer = await store().catch((error) => ({ status: 0, body: String(error) }));
    assert.ok(!armed(), `${point} was never reached: ${JSON.stringify(answer.body)}`);
    assert.ok(answer.status === 0 || answer.status === 503, `the server answered ${answer.status}`);
    await bringBack();
    whole('lin');
    const again = await store();
    assert.equal(again.status, 201, JSON.stringify(again.body));
    assert.equal((await lin.get('/wallet/items')).body.items.length, 1, 'exactly once');
    await lin.unlock();
    assert.ok((await lin.get(`/wallet/items/${again.body.id}/content`)).body.equals(bytes));
    // What the kill left is collected after an hour.
    sql("UPDATE wallet_item SET created_at = created_at - INTERVAL 61 MINUTE WHERE state = 'storing'");
    sql("UPDATE wallet SET created_at = created_at - INTERVAL 2 HOUR");
    await until('collected', () => one("SELECT COUNT(*) FROM wallet_item WHERE state IN ('storing', 'gone')") === 0);
    whole('lin');
    assert.equal(one(`SELECT used_bytes FROM wallet w JOIN member m ON m.id = w.member_id WHERE account = 'lin'`),
      bytes.length);
    forget('lin');
  });
}

test('clearing away, the worker killed between the file and its row', { timeout: 600000 }, async () => {
  const lin = await holder('lin');
  clear();
  const { id } = (await lin.store('x', randomBytes(5000))).body;
  await lin.delete(`/wallet/items/${id}`);
  await lin.delete(`/wallet/items/${id}/file`);
  arm('wallet.dropped');
  await until('the kill', () => !armed());
  assert.ok(!privateFiles().has(id));
  assert.equal(one(`SELECT COUNT(*) FROM wallet_item WHERE id = '${id}'`), 1, 'the row is still there');
  await bringBack();
  await until('collected', () => one(`SELECT COUNT(*) FROM wallet_item WHERE id = '${id}'`) === 0);
  whole('lin');
  forget('lin');
});
