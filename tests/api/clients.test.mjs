// Other systems: OAuth 2.0 client credentials (RFC 6749, 4.4; RFC 6750), scopes and who agrees to
// them, two secrets, revocation, idempotency, rates; and contracts from draft to proof.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { as, auditVerify, choose, Client, draft, ROOT, signMessage, sql, URL_BASE } from './client.mjs';
import { basic, form, makeClient, newDraft, Service, service, tokenOf } from './public.mjs';

const code = (answer) => answer.body?.error?.code;
const fresh = () => `API-${randomUUID().slice(0, 8)}`;
const PDF = readFileSync(join(ROOT, 'sql/demo/contract.pdf'));
const GRANT = { grant_type: 'client_credentials' };
const ok = (answer, status = 200) => {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
};

test('a token: by header and by body, kept as hashes, fifteen minutes, never cached', async () => {
  const client = await makeClient();
  const by = ok(await form('/oauth/token', GRANT, basic(client.id, client.secret)));
  assert.match(by.access_token, /^[0-9a-f]{64}$/);
  assert.deepEqual([by.token_type, by.expires_in], ['Bearer', 900]);
  assert.ok(by.scope.split(' ').includes('contracts:write'));
  const post = await form('/oauth/token', { ...GRANT, client_id: client.id, client_secret: client.secret,
    scope: 'events:read contracts:read' });
  assert.equal(ok(post).scope, 'contracts:read events:read');
  assert.equal(post.headers.get('cache-control'), 'no-store');
  assert.equal(post.headers.get('pragma'), 'no-cache');
  assert.equal(post.headers.get('set-cookie'), null);
  for (const table of ['client_token WHERE HEX(sha256)', 'client_secret WHERE HEX(sha256)'])
    for (const text of [by.access_token, client.secret])
      assert.equal(sql(`SELECT COUNT(*) FROM ${table} = '${text}'`), '0', 'only hashes are kept');
  assert.equal(sql(`SELECT COUNT(*) FROM idempotency WHERE answer LIKE '%${client.secret}%'`), '0');
  const who = ok(await new Service(by.access_token).get('/me'));
  assert.deepEqual([who.clientId, who.organization.kind], [client.id, 'agency']);
  sql(`UPDATE client_token SET expires_at = UTC_TIMESTAMP(3) WHERE client_id = '${client.id}'`);
  assert.equal((await new Service(by.access_token).get('/me')).status, 401, 'over');
});

test('errors of the token endpoint are those of RFC 6749, 5.2', async () => {
  const { id, secret } = await makeClient({ scopes: ['contracts:read'] });
  const auth = basic(id, secret);
  for (const [fields, headers, status, error] of [
    [{}, auth, 400, 'invalid_request'],
    [{ grant_type: 'password' }, auth, 400, 'unsupported_grant_type'],
    [GRANT, {}, 401, 'invalid_client'],
    [GRANT, basic(id, 'f'.repeat(64)), 401, 'invalid_client'],
    [GRANT, basic('f'.repeat(32), secret), 401, 'invalid_client'],
    [GRANT, { Authorization: 'Basic %%%' }, 400, 'invalid_request'],
    [{ ...GRANT, client_id: id, client_secret: secret }, auth, 400, 'invalid_request'],
    [{ ...GRANT, client_id: 'f'.repeat(32) }, auth, 400, 'invalid_request'],
    [{ ...GRANT, scope: 'contracts:write' }, auth, 400, 'invalid_scope'],
    [{ ...GRANT, scope: 'everything' }, auth, 400, 'invalid_scope'],
    [new URLSearchParams('grant_type=client_credentials&grant_type=client_credentials'), auth, 400, 'invalid_request'],
  ]) {
    const answer = await form('/oauth/token', fields, headers);
    assert.deepEqual([answer.status, answer.body.error], [status, error], JSON.stringify([...Object.entries(fields)]));
    if (status === 401) assert.match(answer.headers.get('www-authenticate'), /^Basic /);
  }
  const ignored = await form('/oauth/token', { ...GRANT, foreign: 'x' }, auth);
  assert.equal(ok(ignored).token_type, 'Bearer');
  assert.equal(sql(`SELECT COUNT(*) FROM audit WHERE action = 'client.refused' AND object_id = '${id}'`), '1');
});

test('bearer tokens: 401 and 403 as RFC 6750, 3 has them; a cookie opens nothing here, nor a token there', async () => {
  const client = await makeClient({ scopes: ['contracts:read'] });
  const [some, none] = [await service(client), new Service('')];
  const missing = await none.get('/contracts');
  assert.equal(missing.status, 401);
  assert.equal(missing.headers.get('www-authenticate'), 'Bearer realm="yinxin"');
  const wrong = await new Service('f'.repeat(64)).get('/contracts');
  assert.deepEqual([wrong.status, code(wrong)], [401, 'invalid_token']);
  assert.match(wrong.headers.get('www-authenticate'), /error="invalid_token"/);
  const scope = await some.get('/messages');
  assert.deepEqual([scope.status, code(scope)], [403, 'insufficient_scope']);
  assert.match(scope.headers.get('www-authenticate'), /error="insufficient_scope"/);
  const chen = await as('chen');
  assert.equal((await chen.call('GET', '/api/public/v1/contracts')).status, 401, 'a session is no client');
  const headers = { Authorization: `Bearer ${some.token}` };
  const page = await new Client().call('GET', '/api/v1/contracts', { headers });
  assert.equal(page.status, 401, 'a client is no session');
});

test('revocation: a token, a secret, the client; two secrets at once and no third', async () => {
  const client = await makeClient({ scopes: ['contracts:read'] });
  const { maker, id } = client;
  const first = await service(client);
  const other = await makeClient({ scopes: ['contracts:read'] });
  ok(await form('/oauth/revoke', { token: first.token }, basic(other.id, other.secret)));
  assert.equal((await first.get('/me')).status, 200, 'another client cannot end it');
  ok(await form('/oauth/revoke', { token: first.token }, basic(id, client.secret)));
  assert.equal((await first.get('/me')).status, 401);
  assert.equal((await form('/oauth/revoke', { token: first.token }, basic(id, 'x'))).body.error, 'invalid_client');

  const { secret } = ok(await maker.post(`/clients/${id}/secrets`, {}), 201);
  assert.equal(code(await maker.post(`/clients/${id}/secrets`, {})), 'two_secrets');
  const [old, young] = [await service(client), await service({ id, secret })];
  const { secrets } = ok(await maker.get(`/clients/${id}`));
  assert.deepEqual(secrets.map((s) => s.tail), [client.secret.slice(-4), secret.slice(-4)]);
  assert.ok(secrets.every((s) => s.usedAt));
  ok(await maker.delete(`/clients/${id}/secrets/${secrets[0].id}`));
  assert.equal((await old.get('/me')).status, 401, 'tokens of the old secret end with it');
  ok(await young.get('/me'));
  assert.equal((await form('/oauth/token', GRANT, basic(id, client.secret))).status, 401);

  ok(await (await as('admin')).post(`/clients/${id}/stop`, {}));
  assert.equal((await young.get('/me')).status, 401);
  assert.equal((await form('/oauth/token', GRANT, basic(id, secret))).body.error, 'invalid_client');
  assert.equal(code(await (await as('admin')).post(`/clients/${id}/resume`, {})), 'not_found', 'not theirs to run');
  ok(await maker.post(`/clients/${id}/resume`, {}));
  await tokenOf({ id, secret });
  auditVerify();
});

test('who makes a client, who agrees, who sees it', async () => {
  const [mine, second, platform, vendor, chen] = await Promise.all(
    ['agencyadmin', 'agencyadmin2', 'admin', 'company', 'chen'].map((a) => as(a).catch(() => null)));
  const body = { name: '會計系統', purpose: '撥款', contact: 'it@example.tw', scopes: ['contracts:read', 'contracts:write'] };
  assert.equal((await chen.post('/clients', body)).status, 404);
  assert.equal((await platform.post('/clients', body)).status, 404, 'who runs the platform makes none');
  assert.equal(code(await vendor.post('/clients', body)), 'bad_field', 'a company writes no contracts');
  assert.equal(code(await mine.post('/clients', { ...body, scopes: ['all'] })), 'bad_field');
  const { id } = ok(await mine.post('/clients', body), 201);
  const asked = ok(await mine.get(`/clients/${id}`));
  assert.deepEqual([asked.scopes, asked.askedScopes, asked.mayAgree], [['contracts:read'], ['contracts:write'], false]);
  assert.equal(code(await mine.post(`/clients/${id}/agree`, {})), 'second_approver');
  assert.equal((await vendor.get(`/clients/${id}`)).status, 404);
  assert.equal((await vendor.post(`/clients/${id}/stop`, {})).status, 404);
  assert.equal((await platform.post(`/clients/${id}/secrets`, {})).status, 404, 'nor gets secrets');
  ok(await (second ?? platform).post(`/clients/${id}/agree`, {}));
  const agreed = ok(await mine.get(`/clients/${id}`));
  assert.deepEqual([agreed.scopes, agreed.askedScopes], [['contracts:read', 'contracts:write'], null]);
  const less = ok(await mine.put(`/clients/${id}`, { ...body, scopes: ['contracts:read'], version: agreed.version }));
  assert.deepEqual(ok(await mine.get(`/clients/${id}`)).scopes, ['contracts:read'], JSON.stringify(less));
  assert.equal(code(await mine.put(`/clients/${id}`, { ...body, version: 1 })), 'conflict');
  const theirs = ok(await vendor.post('/clients', { ...body, scopes: ['contracts:read', 'events:read'] }), 201);
  assert.deepEqual(ok(await vendor.get(`/clients/${theirs.id}`)).askedScopes, null, 'in force at once');
  assert.equal((await mine.get(`/clients/${theirs.id}`)).status, 404);
  assert.ok(ok(await platform.get('/clients?size=100')).items.some((c) => c.id === theirs.id));
  for (const list of ['/admin/members?size=100&away=true', '/admin/members?size=100'])
    assert.ok(!JSON.stringify((await mine.get(list)).body).includes(id), 'a client is not one of the people');
  assert.ok(!JSON.stringify((await vendor.get('/company/members?size=100')).body).includes(theirs.id));
  assert.equal((await mine.get(`/admin/members/${id}`)).status, 404);
  assert.equal((await mine.post(`/admin/members/${id}/return`, {})).status, 404);
  assert.equal(code(await new Client().login(`client-${id}`)), 'login_failed', 'nobody logs in as a client');
});

test('from draft to proof: made by a system, signed by people, followed by the system', async () => {
  const client = await makeClient();
  const erp = await service(client);
  const number = fresh();
  const { id } = ok(await erp.post('/contracts', newDraft(number)), 201);
  const made = ok(await erp.get(`/contracts/${id}`));
  assert.deepEqual([made.state, made.vendors[0].code, made.documents], ['draft', '97162640', []]);
  assert.equal(code(await erp.post(`/contracts/${id}/send`)), 'no_document');
  const doc = ok(await erp.upload(id, PDF), 201);
  assert.equal(doc.name, '電子契約');
  const sent = ok(await erp.post(`/contracts/${id}/send`));
  assert.equal(sent.state, 'vendor_pending');
  assert.equal((await erp.upload(id, PDF)).status, 409);
  const [vendor, chen, he] = [await as('vendor'), await as('chen'), await as('he')];
  const notice = sql(`SELECT id FROM message WHERE contract_id = '${id}' AND kind = 'notice'`);
  assert.match((await vendor.get(`/messages/${notice}`)).body.sender, /系統：測試介接/, 'the history names it');
  assert.equal(ok(await chen.get(`/contracts/${id}`)).state, 'vendor_pending', 'its officer sees it');
  ok(await signMessage(vendor, notice, 'vendor'));
  ok(await signMessage(he, sql(`SELECT id FROM message WHERE contract_id = '${id}' AND kind = 'sealing'`), 'agency'));
  const done = ok(await erp.get(`/contracts/${id}`));
  assert.deepEqual([done.state, done.vendors[0].signed], ['completed', true]);
  assert.ok(done.vendorsSignedAt && done.completedAt);
  const history = ok(await erp.get(`/contracts/${id}/history`));
  assert.deepEqual(history.documents[0].signatures.map((s) => s.item), [1, 2, 3]);
  const file = await erp.get(`/documents/${doc.id}/file`);
  assert.equal(file.status, 200);
  assert.equal(file.body.subarray(0, 5).toString(), '%PDF-');
  assert.equal(code(await erp.get(`/documents/${doc.id}/proof`)), 'not_found', 'no sheet yet');
  assert.match(ok(await erp.post(`/documents/${doc.id}/proof`)).code, /^\w{4}-/);
  const proof = await erp.get(`/documents/${doc.id}/proof`);
  assert.equal(proof.body.subarray(0, 2).toString(), 'PK');
  assert.equal(sql(`SELECT COUNT(*) FROM audit WHERE member_id = '${client.id}' AND action = 'contract.send'`), '1');
  assert.deepEqual(ok(await erp.get(`/contracts?number=${number}`)).items.map((c) => c.id), [id]);
  auditVerify();
});

test('scope in every WHERE: own, of the agency, of the company, of nobody else', async () => {
  const chen = await as('chen');
  const theirs = await draft(chen, fresh());
  await choose(chen, theirs);
  ok(await chen.post(`/contracts/${theirs}/send`, {}));
  const document = sql(`SELECT id FROM document WHERE contract_id = '${theirs}'`);
  const paths = [`/contracts/${theirs}`, `/contracts/${theirs}/history`, `/documents/${document}/file`];
  const own = await service(await makeClient());
  for (const path of paths) assert.equal((await own.get(path)).status, 404, path);
  assert.equal((await own.post(`/contracts/${theirs}/send`)).status, 404);
  assert.equal((await own.delete(`/contracts/${theirs}`)).status, 404);
  assert.equal((await own.upload(theirs, PDF)).status, 404);
  const all = await service(await makeClient({ scopes: ['contracts:read', 'contracts:all', 'documents:read'] }));
  for (const path of paths) assert.equal((await all.get(path)).status, 200, path);
  const secret = await draft(chen, fresh());
  assert.equal((await all.get(`/contracts/${secret}`)).status, 404, 'drafts are their officers\'');
  const scopes = ['contracts:read', 'documents:read', 'messages:read', 'certificates:read'];
  const company = await service(await makeClient({ by: 'company', scopes, second: null }));
  assert.equal((await company.get(`/contracts/${secret}`)).status, 404, 'not before it was sent');
  const erp = await service(await makeClient());
  const { id } = ok(await erp.post('/contracts', newDraft(fresh())), 201);
  assert.equal((await own.get(`/contracts/${id}`)).status, 404, 'another client\'s');
  assert.ok(!(await own.get('/contracts')).body.items.some((c) => c.id === id));
});

test('a company\'s client: contracts, messages and certificates of the company; reading marks nothing', async () => {
  const code0 = sql("SELECT o.code FROM member m JOIN organization o ON o.id = m.organization_id"
    + " WHERE m.account = 'company'");
  const erp = await service(await makeClient());
  const { id } = ok(await erp.post('/contracts', newDraft(fresh(), { vendors: [code0] })), 201);
  ok(await erp.upload(id, PDF), 201);
  const company = await service(await makeClient({ by: 'company', second: null,
    scopes: ['contracts:read', 'documents:read', 'messages:read', 'certificates:read'] }));
  assert.equal((await company.get(`/contracts/${id}`)).status, 404);
  ok(await erp.post(`/contracts/${id}/send`));
  assert.equal(ok(await company.get(`/contracts/${id}`)).state, 'vendor_pending');
  let cursor = '', found = null, pages = 0;
  do {
    const page = ok(await company.get(`/messages?limit=2${cursor && `&cursor=${cursor}`}`));
    found ??= page.items.find((m) => m.contractId === id);
    cursor = page.nextCursor;
    pages++;
  } while (cursor && pages < 5000);
  assert.ok(found);
  assert.equal(found.read, false);
  const message = ok(await company.get(`/messages/${found.id}`));
  assert.equal(message.documents.length, 1);
  assert.equal(ok(await company.get(`/messages/${found.id}`)).read, false, 'a system takes note of nothing');
  assert.equal((await company.get(`/documents/${message.documents[0].id}/file`)).status, 200);
  const certificates = ok(await company.get('/certificates')).items;
  assert.ok(certificates.every((c) => c.serial && c.notAfter));
});

test('what a draft names by code is checked: the field comes back', async () => {
  const erp = await service(await makeClient());
  for (const [change, field] of [
    [{ unit: '9999' }, 'unit'], [{ officers: ['nobody'] }, 'officers'], [{ officers: ['agencyadmin'] }, 'officers'],
    [{ vendors: ['00000000'] }, 'vendors'], [{ sealers: ['officer01'] }, 'sealers'],
    [{ officers: ['vendor'] }, 'officers'],
  ]) {
    const answer = await erp.post('/contracts', newDraft(fresh(), change));
    assert.deepEqual([code(answer), answer.body.error.field], ['bad_field', field], JSON.stringify(change));
  }
  const own = await erp.post('/contracts', newDraft(fresh(), { unit: '379730000A6300', sealers: ['he'] }));
  ok(own, 201);
  ok(await erp.delete(`/contracts/${own.body.id}`));
});

test('idempotency keys: the same answer, 422 for another body, a day', async () => {
  const client = await makeClient();
  const erp = await service(client);
  const [key, body] = [randomUUID(), newDraft(fresh())];
  const [one, two] = [await erp.post('/contracts', body, { key }), await erp.post('/contracts', body, { key })];
  assert.deepEqual([two.status, two.body], [201, one.body]);
  assert.equal(code(await erp.post('/contracts', { ...body, title: 'x' }, { key })), 'idempotency_key_used');
  assert.equal((await erp.post('/contracts', { ...body, title: 'x' }, { key })).status, 422);
  assert.equal((await erp.delete(`/contracts/${one.body.id}`, { key })).status, 422, 'nor for another path');
  const file = randomUUID();
  const [a, b] = [await erp.upload(one.body.id, PDF, { key: file }), await erp.upload(one.body.id, PDF, { key: file })];
  assert.deepEqual([a.status, b.status, b.body.id], [201, 201, a.body.id], JSON.stringify(b.body));
  const changed = Buffer.from(PDF);
  changed[changed.length - 1] ^= 1;
  assert.equal((await erp.upload(one.body.id, changed, { key: file })).status, 422, 'other bytes of the same length');
  const other = await service(await makeClient());
  assert.equal((await other.post('/contracts', newDraft(fresh()), { key })).status, 201, 'keys are each client\'s own');
  const hours = sql(`SELECT TIMESTAMPDIFF(MINUTE, created_at, until) FROM idempotency WHERE member_id = '${client.id}'
    AND request = '${key}'`);
  assert.equal(hours, '1440');
  const both = randomUUID(), same = newDraft(fresh());
  const twins = await Promise.all([1, 2, 3].map(() => erp.post('/contracts', same, { key: both })));
  assert.equal(new Set(twins.map((t) => t.body.id)).size, 1);
});

test('rates: headers count down, 429 with Retry-After, the next minute is new', async () => {
  const client = await makeClient({ scopes: ['contracts:read'] });
  const erp = await service(client);
  sql(`UPDATE client SET per_minute = 5 WHERE id = '${client.id}'`);
  // In one minute, not across its end.
  while (new Date().getUTCSeconds() > 50) await sleep(500);
  const first = await erp.get('/me');
  assert.equal(first.headers.get('ratelimit-policy'), '"client";q=5;w=60');
  assert.match(first.headers.get('ratelimit'), /^"client";r=4;t=\d+$/);
  sql(`UPDATE client_rate SET used = 5 WHERE client_id = '${client.id}'`);
  const over = await erp.get('/me');
  assert.deepEqual([over.status, code(over)], [429, 'rate_limited']);
  const wait = over.headers.get('retry-after');
  assert.match(wait, /^\d+$/, 'one value');
  assert.ok(Number(wait) >= 1 && Number(wait) <= 60);
  assert.match(over.headers.get('ratelimit'), /r=0;/);
  sql(`UPDATE client_rate SET minute = minute - 1 WHERE client_id = '${client.id}'`);
  assert.equal((await erp.get('/me')).status, 200);
});

test('cursors: every row once, whatever is added meanwhile; a foreign cursor is refused', async () => {
  const erp = await service(await makeClient());
  const made = [];
  for (let i = 0; i < 5; i++) made.push(ok(await erp.post('/contracts', newDraft(fresh())), 201).id);
  const seen = [];
  let cursor = '';
  do {
    const page = ok(await erp.get(`/contracts?limit=2${cursor && `&cursor=${cursor}`}`));
    seen.push(...page.items.map((c) => c.id));
    cursor = page.nextCursor;
    if (seen.length === 2) ok(await erp.post('/contracts', newDraft(fresh())), 201);
  } while (cursor);
  assert.deepEqual(seen, made.toReversed());
  for (const bad of ['x', '1-', '-1-' + 'a'.repeat(32), 'zz-' + 'a'.repeat(32)])
    assert.equal(code(await erp.get(`/contracts?cursor=${bad}`)), 'bad_field', bad);
});

test('the authorization server tells about itself (RFC 8414), and what it tells is so', async () => {
  const answer = await new Client().call('GET', '/.well-known/oauth-authorization-server');
  const m = ok(answer);
  assert.match(answer.headers.get('content-type'), /^application\/json/);
  assert.equal(m.issuer, URL_BASE, 'the address that it was asked at, without its path (3.3)');
  assert.deepEqual(m.grant_types_supported, ['client_credentials']);
  assert.deepEqual(m.response_types_supported, []);
  const client = await makeClient();
  for (const method of m.token_endpoint_auth_methods_supported) {
    const inHeader = method === 'client_secret_basic';
    const own = inHeader ? {} : { client_id: client.id, client_secret: client.secret };
    const got = await fetch(m.token_endpoint, { method: 'POST', body: new URLSearchParams({ ...GRANT, ...own }),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded',
        ...inHeader ? basic(client.id, client.secret) : {} } });
    assert.equal(got.status, 200, method);
    for (const scope of (await got.json()).scope.split(' ')) assert.ok(m.scopes_supported.includes(scope), scope);
  }
  assert.equal((await fetch(m.service_documentation)).status, 200);
  assert.equal((await fetch(m.revocation_endpoint, { method: 'POST' })).status, 400, 'there, but was told nothing');
});

test('clients are listed by name, and none is lost between two pages, whenever they were made', async () => {
  const admin = await as('agencyadmin');
  const tail = randomUUID().slice(0, 6);
  const made = [];
  for (const name of ['b', 'a', 'c', 'a', 'd'])
    made.push(ok(await admin.post('/clients', { name: `${name} ${tail}`, purpose: 'x', contact: 'x@example.tw',
      scopes: ['contracts:read'] }), 201).id);
  sql(`UPDATE client SET created_at = '2026-01-01' WHERE id IN ('${made.join("','")}')`);
  const all = [];
  for (let after; ;) {
    const page = ok(await admin.get(`/clients?size=2${after ? `&after=${after}` : ''}`));
    all.push(...page.items);
    if (!(after = page.next)) break;
  }
  assert.deepEqual(all.filter((c) => made.includes(c.id)).map((c) => c.name[0]), ['a', 'a', 'b', 'c', 'd']);
  assert.equal(new Set(all.map((c) => c.id)).size, all.length, 'none twice');
  assert.equal((await admin.get(`/clients?after=${'f'.repeat(32)}`)).status, 404);
});

test('who asks and who agrees find what waits; the platform sets the rate', async () => {
  const [admin, second, platform, vendor] = await Promise.all(
    ['agencyadmin', 'agencyadmin2', 'admin', 'company'].map(as));
  const { id } = ok(await admin.post('/clients', { name: `w ${randomUUID().slice(0, 6)}`, purpose: 'x',
    contact: 'x@example.tw', scopes: ['contracts:write'] }), 201);
  const waits = async (who) => ok(await who.get('/clients?asked=true&size=100')).items.find((c) => c.id === id);
  assert.deepEqual([(await waits(admin)).mayAgree, (await waits(second)).mayAgree, (await waits(platform)).mayAgree],
    [false, true, true]);
  const counted = async (who) => ok(await who.get('/home')).tiles.find((x) => x.code === 'approvals').count;
  const before = await counted(second);
  ok(await second.post(`/clients/${id}/agree`, {}));
  assert.equal(await waits(second), undefined);
  assert.equal(await counted(second), before - 1, 'the tile of what waits');
  assert.equal((await admin.put(`/clients/${id}/rate`, { perMinute: 7 })).status, 404, 'not its owner');
  assert.equal((await vendor.put(`/clients/${id}/rate`, { perMinute: 7 })).status, 404);
  assert.equal(code(await platform.put(`/clients/${id}/rate`, { perMinute: 0 })), 'bad_field');
  ok(await platform.put(`/clients/${id}/rate`, { perMinute: 7 }));
  const { secret } = ok(await admin.post(`/clients/${id}/secrets`, {}), 201);
  const answer = await new Service(await tokenOf({ id, secret })).get('/me');
  assert.equal(answer.headers.get('ratelimit-policy'), '"client";q=7;w=60');
});
