// The worker is killed in the middle of a merger of agencies: nothing of it is there, and the next one does all of it.
import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { as, ctl, DIR, sql } from '../api/client.mjs';
import { contract, digits, ok, world } from '../api/merge_rig.mjs';
import { until } from '../api/retention_rig.mjs';
import { arm, armed, bringBack, consistent, disarm } from './rig.mjs';

after(() => {
  disarm();
  sql(`UPDATE organization SET closed_at = NOW(3)
    WHERE kind = 'agency' AND code <> '379730000A' AND closed_at IS NULL`);
});

const dead = () => {
  const pid = readFileSync(join(DIR, 'run/worker.pid'), 'utf8').trim();
  return !existsSync(`/proc/${pid}`) || /^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
};
const owner = (id) => sql(`SELECT organization_id FROM contract WHERE id = '${id}'`);

for (const point of ['merge.taken', 'merge.half'])
  test(`killed at ${point}`, async () => {
    const { admin, from, into, u1, target, o, officer } = await world();
    const id = await contract(o, u1, `X-${digits(6)}`, true);
    const merge = ok(await admin.post(`/admin/agencies/${from.id}/merge`,
      { intoId: into.id, units: [`${u1}:${target}`], reason: '測試' }), 201).id;
    arm(point);
    ok(await (await as('admin2')).post(`/admin/merges/${merge}/agree`, {}));
    await until(`${point} was never reached`, () => !armed());
    await until('the worker is gone', dead);
    assert.equal(owner(id), from.id, 'all as before');
    assert.equal(sql(`SELECT organization_id FROM member WHERE id = '${officer.id}'`), from.id);
    assert.equal(sql(`SELECT closed_at IS NULL FROM organization WHERE id = '${from.id}'`), '1');
    assert.equal(sql(`SELECT COUNT(*) FROM outbox WHERE subject LIKE '%${from.name}已併入%'`), '0', 'nobody was told');
    assert.equal((await o.get(`/contracts/${id}`)).status, 200, 'people work on');
    await bringBack();
    await until('done', () => sql(`SELECT state FROM agency_merge WHERE id = '${merge}'`) === 'done');
    assert.equal(owner(id), into.id);
    const told = `SELECT COUNT(*) FROM outbox WHERE recipient = '${officer.account}@example.tw'
      AND subject LIKE '%已併入%'`;
    assert.equal(sql(told), '1', 'once');
    assert.match(ctl('lists-verify', '--conf', join(DIR, 'conf/yinxin.conf')), / 0 wrong/);
    consistent();
  });
