// Events by cursor, and webhooks to a real https receiver: signed, retried, logged, sent again, tested,
// disabled; and the addresses that we do not go to.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { as, auditVerify, ROOT, signMessage, sql } from './client.mjs';
import { makeClient, newDraft, service } from './public.mjs';
import { HOOK_URL, PORT, Receiver, verify } from './receiver.mjs';

const code = (answer) => answer.body?.error?.code;
const fresh = () => `HOOK-${randomUUID().slice(0, 8)}`;
const PDF = readFileSync(join(ROOT, 'sql/demo/contract.pdf'));
const ok = (answer, status = 200) => {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
};
let receiver;
test.before(async () => {
  receiver = await new Receiver().open();
  sql('UPDATE hook SET removed_at = UTC_TIMESTAMP(3) WHERE removed_at IS NULL');
});
test.after(() => receiver.close());
test.beforeEach(() => {
  receiver.got = [];
  receiver.answer = () => 204;
});

async function until(what, ms = 60000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(100)) {
    const value = await what();
    if (value) return value;
  }
  throw new Error(`not within ${ms} ms: ${what}`);
}

// A client with an address; hook(path) calls the API of that address.
async function told(options = {}, kinds = []) {
  const client = await makeClient(options);
  const made = ok(await client.maker.post(`/clients/${client.id}/hooks`, { url: HOOK_URL, kinds }), 201);
  const base = `/clients/${client.id}/hooks/${made.id}`;
  const { name } = ok(await client.maker.get(`/clients/${client.id}`));
  return { ...client, name, hook: made.id, hookSecret: made.secret, base };
}
const hookOf = async (c) => ok(await c.maker.get(c.base));
const logOf = async (c) => ok(await c.maker.get(`${c.base}/deliveries`)).items;
// What waits for its turn, or for the address to rest, comes at once.
const hurry = (c) => sql(`UPDATE hook_delivery SET next_at = UTC_TIMESTAMP(3) WHERE hook_id = '${c.hook}'
  AND state = 'pending'; UPDATE hook SET rest_until = NULL WHERE id = '${c.hook}'`);

async function send(erp, more) {
  const { id } = ok(await erp.post('/contracts', newDraft(fresh(), more)), 201);
  ok(await erp.upload(id, PDF), 201);
  ok(await erp.post(`/contracts/${id}/send`));
  return id;
}
async function allEvents(who, cursor = '') {
  const items = [];
  for (;;) {
    const page = ok(await who.get(`/events?limit=3${cursor && `&cursor=${cursor}`}`));
    items.push(...page.items);
    if (page.items.length === 0 && page.nextCursor === cursor) return { items, cursor };
    cursor = page.nextCursor;
  }
}

test('events: in order, none missed, none twice, each only for who may know; and the same by webhook', async () => {
  const c = await told();
  const [erp, other] = [await service(c), await service(await makeClient())];
  const [company, deaf] = await Promise.all([['contracts:read', 'events:read'], ['messages:read', 'events:read']]
    .map(async (scopes) => service(await makeClient({ by: 'company', second: null, scopes }))));
  const start = (await allEvents(erp)).cursor;
  const id = await send(erp);
  ok(await signMessage(await as('vendor'), sql(`SELECT id FROM message WHERE contract_id = '${id}'
    AND kind = 'notice'`), 'vendor'));
  ok(await signMessage(await as('he'), sql(`SELECT id FROM message WHERE contract_id = '${id}'
    AND kind = 'sealing'`), 'agency'));
  const want = ['contract.created', 'contract.sent', 'contract.vendors_signed', 'contract.completed'];
  const mine = (items) => items.filter((e) => e.data.contractId === id && e.type.startsWith('contract.'));
  const events = await until(async () => {
    const { items } = await allEvents(erp, start);
    return mine(items).length >= want.length && items;
  });
  assert.deepEqual(mine(events).map((e) => e.type), want);
  assert.deepEqual(mine(events).map((e) => e.data.state), ['draft', 'vendor_pending', 'agency_pending', 'completed']);
  const places = events.map((e) => e.sequence);
  assert.deepEqual(places, places.toSorted((a, b) => a - b));
  assert.equal(new Set(events.map((e) => e.id)).size, events.length);
  for (const who of [other, deaf]) assert.deepEqual(mine((await allEvents(who)).items), [], 'nobody else hears of it');
  assert.deepEqual(mine((await allEvents(company)).items).map((e) => e.type), want.slice(1), 'drafts are not theirs');

  const came = await receiver.wait((g) => want.includes(g.event.type) && g.event.data.contractId === id
    && verify(c.hookSecret, g.headers, g.body), 4);
  assert.deepEqual(came.map((g) => g.event), mine(events), 'what is told is what is read');
  for (const g of came) {
    assert.ok(verify(c.hookSecret, g.headers, g.body), 'the signature');
    assert.ok(!verify(`whsec_${Buffer.alloc(32).toString('base64')}`, g.headers, g.body));
    assert.equal(g.headers['webhook-id'], g.event.id);
    assert.ok(Math.abs(g.headers['webhook-timestamp'] - Date.now() / 1000) < 300);
    assert.match(g.headers['content-type'], /^application\/json/);
  }
  assert.equal(sql(`SELECT COUNT(*) FROM hook WHERE HEX(secret) LIKE
    CONCAT('%', HEX(FROM_BASE64('${c.hookSecret.slice(6)}')), '%')`), '0', 'kept encrypted');
});

test('a company hears of what it was asked to sign, from then on; and of its messages', async () => {
  const scopes = ['contracts:read', 'messages:read', 'events:read'];
  const company = await told({ by: 'company', second: null, scopes });
  const code0 = sql("SELECT o.code FROM member m JOIN organization o ON o.id = m.organization_id"
    + " WHERE m.account = 'company'");
  const id = await send(await service(await makeClient()), { vendors: [code0] });
  const came = await receiver.wait((g) => g.event.data.contractId === id, 2);
  assert.deepEqual(came.map((g) => g.event.type).sort(), ['contract.sent', 'message.received']);
  assert.ok((await allEvents(await service(company))).items.some((e) => e.data.contractId === id));
});

test('each kind of client: what it may read is what it is told, neither more nor less', async () => {
  const clients = {
    own: await told(),
    other: await told(),
    all: await told({ scopes: ['contracts:read', 'contracts:all', 'events:read'] }),
    blind: await told({ scopes: ['documents:read', 'events:read'] }),
    company: await told({ by: 'company', second: null, scopes: ['contracts:read', 'messages:read', 'events:read'] }),
    foreign: await told({ by: 'company', second: null, scopes: ['contracts:read', 'messages:read', 'events:read'] }),
  };
  // The foreign company's client is moved to another company than the one that signs.
  const vendor2 = sql("SELECT organization_id FROM member WHERE account = 'vendor2'");
  sql(`UPDATE client SET organization_id = '${vendor2}' WHERE id = '${clients.foreign.id}';
    UPDATE member SET organization_id = '${vendor2}' WHERE id = '${clients.foreign.id}'`);
  const id = await send(await service(clients.own));
  await until(() => sql(`SELECT COUNT(*) FROM client_event WHERE contract_id = '${id}' AND place IS NULL`) === '0');
  const want = { own: 2, other: 0, all: 2, blind: 0, company: 2, foreign: 0 };
  for (const [name, c] of Object.entries(clients)) {
    const read = (await allEvents(await service(c))).items.filter((e) => e.data.contractId === id).map((e) => e.id);
    const sent = sql(`SELECT d.event_id FROM hook_delivery d JOIN client_event e ON e.id = d.event_id
      WHERE d.hook_id = '${c.hook}' AND e.contract_id = '${id}'`).split('\n').filter(Boolean);
    assert.equal(read.length, want[name], name);
    // What was not there yet to be seen when it was placed is read afterwards, and not told: a draft, to who reads all.
    const later = name === 'all' ? ['contract.created'] : [];
    const created = sql(`SELECT id FROM client_event WHERE contract_id = '${id}' AND kind = 'contract.created'`);
    assert.deepEqual(sent.sort(), read.filter((e) => !later.length || e !== created || sent.includes(e)).sort(), name);
  }
});

test('only the kinds that were chosen; an unknown one is refused', async () => {
  const c = await told({}, ['contract.sent']);
  const id = await send(await service(c));
  const [sent] = await receiver.wait((g) => g.event.data.contractId === id);
  assert.equal(sent.event.type, 'contract.sent');
  await until(() => sql(`SELECT COUNT(*) FROM client_event WHERE contract_id = '${id}' AND place IS NULL`) === '0');
  assert.deepEqual((await logOf(c)).map((d) => d.kind), ['contract.sent']);
  assert.equal(code(await c.maker.post(`/clients/${c.id}/hooks`, { url: HOOK_URL, kinds: ['x'] })), 'bad_field');
});

test('a failure is tried again, noted, and what waited follows; replay and test', async () => {
  const c = await told();
  let fail = 1;
  receiver.answer = () => (fail-- > 0 ? 500 : 204);
  ok(await c.maker.post(`${c.base}/test`, {}));
  await receiver.wait((g) => g.event.type === 'test');
  const first = await until(async () => (await logOf(c)).find((d) => d.attempts === 1));
  assert.deepEqual([first.state, first.status, first.error], ['pending', 500, 'HTTP 500']);
  assert.ok((await hookOf(c)).failingSince);
  const wait = new Date(first.nextAt) - new Date(first.createdAt);
  assert.ok(wait > 0 && wait < 60000, `${wait}`);
  const twice = await receiver.wait((g) => g.event.type === 'test', 2, 30000);
  assert.equal(twice[0].headers['webhook-id'], twice[1].headers['webhook-id'], 'the same id');
  assert.ok(twice[1].at - twice[0].at >= 4000, 'after five seconds');
  await until(async () => (await logOf(c))[0].state === 'delivered');
  assert.equal((await hookOf(c)).failingSince, null);
  const { tries } = ok(await c.maker.get(`${c.base}/deliveries/${first.id}`));
  assert.deepEqual(tries.map((t) => t.status), [204, 500]);
  ok(await c.maker.post(`${c.base}/deliveries/${first.id}/again`, {}));
  await receiver.wait((g) => g.headers['webhook-id'] === first.id, 3);
  assert.equal((await c.maker.post(`${c.base}/deliveries/${'f'.repeat(32)}/again`, {})).status, 404);
  const other = await told();
  assert.equal((await other.maker.post(`${other.base}/deliveries/${first.id}/again`, {})).status, 404);
  auditVerify();
});

test('slow is fine, never is not; a redirect is not followed', async () => {
  const c = await told();
  receiver.answer = async () => {
    await sleep(3000);
    return 200;
  };
  ok(await c.maker.post(`${c.base}/test`, {}));
  await until(async () => (await logOf(c))[0]?.state === 'delivered');
  receiver.got = [];
  receiver.answer = () => ({ status: 307, headers: { location: `https://localhost:${PORT}/elsewhere` } });
  ok(await c.maker.post(`${c.base}/test`, {}));
  await until(async () => (await logOf(c))[0].status === 307);
  assert.ok(receiver.got.every((g) => g.path === '/hook'), 'nobody went elsewhere');
  receiver.answer = () => null;
  ok(await c.maker.post(`${c.base}/test`, {}));
  hurry(c);
  const never = await until(async () => (await logOf(c)).find((d) => /[Tt]imed? ?out/.test(d.error)));
  assert.equal(never.status, null);
  const busy = await told();
  receiver.answer = ({ headers }) => (headers['webhook-id'] === never.id ? null : 204);
  ok(await busy.maker.post(`${busy.base}/test`, {}));
  await until(async () => (await logOf(busy))[0]?.state === 'delivered');
});

test('rotation: two signatures for a day, then one', async () => {
  const c = await told();
  const { secret } = ok(await c.maker.post(`${c.base}/rotate`, {}));
  assert.notEqual(secret, c.hookSecret);
  ok(await c.maker.post(`${c.base}/test`, {}));
  const [both] = await receiver.wait((g) => g.event.type === 'test');
  assert.ok(verify(secret, both.headers, both.body) && verify(c.hookSecret, both.headers, both.body));
  assert.ok((await hookOf(c)).secretBeforeUntil);
  sql(`UPDATE hook SET before_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE id = '${c.hook}'`);
  ok(await c.maker.post(`${c.base}/test`, {}));
  const after = (await receiver.wait((g) => g.event.type === 'test', 2))[1];
  assert.ok(verify(secret, after.headers, after.body) && !verify(c.hookSecret, after.headers, after.body));
});

test('paused: what comes waits; stopped for good after three days of failures, or by 410, with a mail', async () => {
  const c = await told();
  const erp = await service(c);
  ok(await c.maker.post(`${c.base}/pause`, {}));
  const { id } = ok(await erp.post('/contracts', newDraft(fresh())), 201);
  await until(async () => (await logOf(c)).some((d) => d.kind === 'contract.created'));
  assert.equal((await logOf(c))[0].attempts, 0);
  ok(await c.maker.post(`${c.base}/resume`, {}));
  await receiver.wait((g) => g.event.data.contractId === id);

  receiver.answer = () => 503;
  sql(`UPDATE hook SET failing_since = UTC_TIMESTAMP(3) - INTERVAL 73 HOUR WHERE id = '${c.hook}'`);
  ok(await c.maker.post(`${c.base}/test`, {}));
  await until(async () => (await hookOf(c)).state === 'disabled');
  assert.equal(sql(`SELECT COUNT(*) FROM outbox WHERE subject = 'Webhook 已停用' AND body LIKE '%${c.name}%'
    AND body LIKE '%HTTP 503%' AND recipient = 'it@example.tw'`), '1');
  receiver.answer = () => 204;
  ok(await c.maker.post(`${c.base}/resume`, {}));
  hurry(c);
  await until(async () => (await logOf(c)).every((d) => d.state === 'delivered'));

  receiver.answer = () => 410;
  ok(await c.maker.post(`${c.base}/test`, {}));
  await until(async () => (await hookOf(c)).state === 'disabled');
  assert.equal((await logOf(c))[0].state, 'failed', 'not tried again');
  ok(await c.maker.delete(c.base));
  assert.equal((await c.maker.get(c.base)).status, 404);
});

test('ten failures are three days; then a delivery is given up', async () => {
  const c = await told();
  receiver.answer = () => 500;
  ok(await c.maker.post(`${c.base}/test`, {}));
  const d = await until(async () => (await logOf(c)).find((x) => x.attempts >= 1));
  let total = 0;
  for (let n = 1; n <= 10; n++) {
    const now = await until(async () => (await logOf(c)).find((x) => x.id === d.id && x.attempts >= n));
    if (now.state === 'failed') break;
    const { tries } = ok(await c.maker.get(`${c.base}/deliveries/${d.id}`));
    total += new Date(now.nextAt) - new Date(tries[0].at);
    hurry(c);
  }
  const end = await until(async () => (await logOf(c)).find((x) => x.state === 'failed'));
  assert.equal(end.attempts, 11);
  assert.ok(total > 70 * 3600e3 && total <= 72 * 3600e3, `${total / 3600e3} hours`);
});

test('where we do not go: http, users, private addresses, names that point inside', async () => {
  const { maker, id } = await makeClient();
  for (const url of [
    'http://localhost/', 'https://user@example.com/', 'https://127.0.0.1/', 'https://10.0.0.1/', 'https://[::1]/',
    'https://192.168.1.1:8443/x', 'https://169.254.169.254/latest/meta-data', 'https://[::ffff:10.0.0.1]/',
    'https://[fd00::1]/', 'https://0x7f000001/', 'https://2130706433/', 'https://localhost:1/', 'ftp://example.com/',
    'https://', 'file:///etc/passwd', 'https://100.64.0.1/', 'https://[2002:7f00:1::]/',
  ]) {
    const answer = await maker.post(`/clients/${id}/hooks`, { url, kinds: [] });
    assert.deepEqual([answer.status, code(answer), answer.body.error?.field], [422, 'hook_url', 'url'], url);
  }
  // A name is judged by the address that is connected to, whatever it was when it was entered.
  const c = await told();
  for (const url of [`https://127.0.0.1:${PORT}/hook`, `https://ip6-localhost:${PORT}/hook`,
    `http://localhost:${PORT}/`]) {
    receiver.got = [];
    sql(`UPDATE hook SET url = '${url}', rest_until = NULL WHERE id = '${c.hook}'`);
    const made = ok(await c.maker.post(`${c.base}/test`, {}));
    const log = await until(async () => (await logOf(c)).find((d) => d.id === made.id && d.attempts > 0));
    assert.deepEqual([log.status, log.state], [null, 'pending'], url);
    assert.equal(receiver.got.length, 0, url);
  }
});

test('whose addresses they are', async () => {
  const c = await told();
  const [platform, company, chen] = [await as('admin'), await as('company'), await as('chen')];
  assert.equal((await platform.get(c.base)).status, 200, 'the platform sees them');
  assert.ok((await logOf({ ...c, maker: platform })).length >= 0);
  for (const [who, name] of [[platform, 'platform'], [company, 'company'], [chen, 'chen']]) {
    if (name !== 'platform') assert.equal((await who.get(c.base)).status, 404, name);
    for (const path of ['/test', '/pause', '/rotate'])
      assert.equal((await who.post(`${c.base}${path}`, {})).status, 404, `${name} ${path}`);
    assert.equal((await who.delete(c.base)).status, 404, name);
  }
  const other = await makeClient();
  assert.equal((await other.maker.get(`/clients/${other.id}/hooks/${c.hook}`)).status, 404, 'of that client only');
  assert.equal(code(await c.maker.put(c.base, { url: HOOK_URL, kinds: [], version: 99 })), 'conflict');
  ok(await c.maker.put(c.base, { url: `${HOOK_URL}2`, kinds: ['contract.sent'], version: (await hookOf(c)).version }));
  const now = await hookOf(c);
  assert.deepEqual([now.url, now.kinds, now.allKinds], [`${HOOK_URL}2`, ['contract.sent'], false]);
  for (let i = 0; i < 9; i++) ok(await c.maker.post(`/clients/${c.id}/hooks`, { url: HOOK_URL, kinds: [] }), 201);
  assert.equal(code(await c.maker.post(`/clients/${c.id}/hooks`, { url: HOOK_URL, kinds: [] })), 'conflict');
  sql(`UPDATE hook SET removed_at = UTC_TIMESTAMP(3) WHERE client_id = '${c.id}'`);
});
