// The worker is killed while it tells a client: nothing is lost, and what comes twice has one id.
import test from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from '../api/client.mjs';
import { makeClient, newDraft, service } from '../api/public.mjs';
import { HOOK_URL, Receiver, verify } from '../api/receiver.mjs';
import { arm, armed, bringBack, consistent, disarm, one } from './rig.mjs';

let receiver;
test.before(async () => {
  receiver = await new Receiver().open();
});
test.after(() => receiver.close());
test.afterEach(disarm);

async function until(what, ms = 120000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(100)) if (await what()) return;
  throw new Error(`not within ${ms} ms: ${what}`);
}

for (const point of ['hook.claimed', 'hook.sent', 'hook.noted']) {
  test(`the worker killed at ${point}`, async () => {
    sql('UPDATE hook SET removed_at = UTC_TIMESTAMP(3) WHERE removed_at IS NULL');
    receiver.got = [];
    const client = await makeClient();
    const { maker, id } = client;
    const hook = (await maker.post(`/clients/${id}/hooks`, { url: HOOK_URL, kinds: [] })).body;
    const erp = await service(client);
    arm(point);
    const made = await erp.post('/contracts', newDraft(`CR-${id.slice(0, 12)}`));
    assert.equal(made.status, 201, JSON.stringify(made.body));
    await until(() => !armed());
    await bringBack();
    // The dead worker's turn ends by itself after a minute; nobody has to wait for it here.
    sql(`UPDATE hook SET busy_until = UTC_TIMESTAMP(3) WHERE id = '${hook.id}'`);
    await until(() => one(`SELECT COUNT(*) FROM hook_delivery WHERE hook_id = '${hook.id}' AND state = 'delivered'`));
    assert.equal(one(`SELECT COUNT(*) FROM hook_delivery WHERE hook_id = '${hook.id}'`), 1, 'one event, one delivery');
    assert.equal(receiver.got.length, point === 'hook.sent' ? 2 : 1, 'twice only between sending and noting');
    assert.equal(new Set(receiver.got.map((g) => g.headers['webhook-id'])).size, 1);
    assert.equal(new Set(receiver.got.map((g) => g.body)).size, 1, 'the same body');
    for (const g of receiver.got) {
      assert.equal(g.event.data.contractId, made.body.id);
      assert.ok(verify(hook.secret, g.headers, g.body));
    }
    consistent();
  });
}
