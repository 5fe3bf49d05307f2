// The worker is killed at every step of destroying a contract and its files: what is destroyed has its tombstone,
// what has none is whole; no file that something names is lost, and none is left that nothing names.
import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { as, DIR } from '../api/client.mjs';
import {
  audited, completed, DIGESTS, fresh, lineOf, longAgo, ok, one, rested, there, until,
} from '../api/retention_rig.mjs';
import { arm, armed, bringBack, consistent, disarm, kill } from './rig.mjs';

after(disarm);

const dead = () => {
  const pid = readFileSync(join(DIR, 'run/worker.pid'), 'utf8').trim();
  return !existsSync(`/proc/${pid}`) || /^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
};
// It begins with what it does once a minute.
async function restart() {
  if (!dead()) kill('worker');
  await until('the worker is gone', dead);
  await bringBack();
}

async function approved(contract) {
  longAgo(contract.id, 31);
  await restart();
  await until('listed', () => lineOf(contract.id)?.state === 'listed');
  const { list } = lineOf(contract.id);
  ok(await (await as('agencyadmin')).post(`/admin/destructions/${list}/propose`, { reason: '測試' }));
  return async () => ok(await (await as('agencyadmin2')).post(`/admin/destructions/${list}/approve`, {}));
}

const destroyed = (c) => one(`SELECT destroyed_at IS NOT NULL FROM contract WHERE id = '${c.id}'`) === 1;
const gone = (d) => one(`SELECT COUNT(*) FROM object WHERE gone_at IS NOT NULL AND sha256 = UNHEX('${d}')`) === 1;
const settled = (c) => lineOf(c.id).state === 'destroyed';

for (const point of ['retention.before_commit', 'retention.tombstoned']) {
  test(`destroying: killed at ${point}`, async () => {
    const contract = await completed();
    const digests = DIGESTS(contract.id);
    const approve = await approved(contract);
    arm(point);
    await approve();
    await restart();
    await until(`${point} was never reached`, () => !armed());
    await until('the worker is gone', dead);
    consistent();
    assert.equal(destroyed(contract), point === 'retention.tombstoned', 'wholly before or wholly after');
    assert.equal(settled(contract), destroyed(contract));
    assert.ok(digests.every(there), 'the files are there in any case');
    await bringBack();
    await until('destroyed', () => settled(contract));
    assert.equal(audited('destruction.destroy', contract.id), 1, 'once');
    rested(digests);
    await restart();
    await until('no file is left', () => !digests.some(there));
    consistent();
  });
}

for (const point of ['object.aside', 'object.committed']) {
  test(`files go: killed at ${point}`, async () => {
    const contract = await completed();
    const chen = await as('chen');
    const copy = ok(await chen.post(`/contracts/${contract.id}/copy`, { number: fresh('RT'), title: '副本' }), 201).id;
    const [shared] = DIGESTS(copy);
    const digests = DIGESTS(contract.id).filter((d) => d !== shared);
    await (await approved(contract))();
    await restart();
    await until('destroyed', () => settled(contract));
    rested(digests);
    arm(point);
    await restart();
    await until(`${point} was never reached`, () => !armed());
    await until('the worker is gone', dead);
    await bringBack();
    await until('no file is left', () => !digests.some(there) && digests.every(gone));
    await until('nor under the other name', () => !readdirSync(join(DIR, 'store/aside')).length);
    assert.ok(there(shared), 'what the copy needs stays');
    consistent();
  });
}
