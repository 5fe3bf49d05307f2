// What every route promises: sessions, roles, CSRF, unknown fields, idempotency, 404 for what
// belongs to others, and that the description of the API is the table of routes.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { load } from 'js-yaml';
import { as, certificate, Client, ctl, draft, prove, ROOT, sign, sql, URL_BASE } from './client.mjs';

const code = (answer) => answer.body?.error?.code;

test('the description and the table of routes are the same', () => {
  const api = load(readFileSync(join(ROOT, 'backend/api/openapi.yaml'), 'utf8'));
  const described = Object.entries(api.paths)
    .flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((m) => ['get', 'put', 'post', 'delete'].includes(m))
        .map((m) => `${m.toUpperCase()} /api/v1${path}`),
    )
    .sort();
  const routed = JSON.parse(ctl('routes'))
    .filter((r) => r.path.startsWith('/api/v1/') && !r.path.includes('/_'))
    .map((r) => `${r.method} ${r.path}`)
    .sort();
  assert.deepEqual(routed, described);
});

test('the public description and the table of routes are the same, scopes too', () => {
  const api = JSON.parse(readFileSync(join(ROOT, 'web/api-docs/texts/openapi.json'), 'utf8'));
  const described = Object.entries(api.paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([m, { security }]) => {
        const scopes = security?.find((s) => s.client)?.client;
        return `${m.toUpperCase()} /api/public/v1${path} ${scopes ?? 'open'}`;
      }),
    )
    .sort();
  const routed = JSON.parse(ctl('routes'))
    .filter((r) => r.path.startsWith('/api/public/') && !r.path.includes('/_'))
    .map((r) => `${r.method} ${r.path} ${r.public ? 'open' : r.scopes.length > 1 ? '' : r.scopes}`)
    .sort();
  assert.deepEqual(routed, described);
  assert.ok(routed.length > 10);
});

test('without a session only the public routes answer', async () => {
  const nobody = new Client();
  for (const { method, path, public: open } of JSON.parse(ctl('routes'))) {
    if (open || path.includes('/_') || path.startsWith('/api/public/')) continue;
    const answer = await nobody.call(
      method,
      path.replace(/\{\w+\}/g, 'a'.repeat(32)),
      method === 'GET' ? {} : { json: {} },
    );
    assert.equal(answer.status, 401, `${method} ${path}`);
    assert.equal(code(answer), 'not_logged_in');
  }
  assert.equal((await nobody.get('/health')).body.status, 'ok');
  assert.equal((await nobody.get('/nothing')).status, 404);
  assert.equal((await nobody.put('/session', {})).status, 405);
});

test('five failures lock the account for fifteen minutes, an unknown one says the same', async () => {
  const client = new Client();
  sql('DELETE FROM login_failure');
  for (const name of ['nobody-here', '王大明', '🙂'])
    assert.equal(code(await client.login(name, 'x')), 'login_failed', name);
  for (let i = 1; i <= 4; i++)
    assert.equal(code(await client.login('officer01', 'wrong')), 'login_failed', `failure ${i}`);
  assert.equal(code(await client.login('officer01', 'wrong')), 'account_locked');
  const locked = await client.login('officer01');
  assert.equal(locked.status, 423, 'the right password does not help now');
  const row = "login_failure WHERE account_sha256 = UNHEX(SHA2('officer01', 256))";
  sql(`UPDATE ${row.replace(' WHERE', " SET last_at = UTC_TIMESTAMP() - INTERVAL 16 MINUTE WHERE")}`);
  assert.equal((await client.login('officer01')).status, 200);
  assert.equal(sql(`SELECT COUNT(*) FROM ${row}`), '0', 'forgiven');
  for (let i = 1; i <= 3; i++) assert.equal(code(await client.login('nobody-here', 'x')), 'login_failed');
  assert.equal(code(await client.login('nobody-here', 'x')), 'account_locked');
});

test('the session cookie is out of reach of scripts and other sites; logout ends it', async () => {
  const client = new Client();
  const answer = await client.login('li');
  const cookie = answer.headers.get('set-cookie');
  for (const word of ['__Host-', 'HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/'])
    assert.ok(cookie.includes(word), word);
  assert.equal(sql(`SELECT COUNT(*) FROM session WHERE HEX(token_sha256) LIKE '%${cookie.slice(15, 40)}%'`), '0');
  const copy = Object.assign(new Client(), { cookie: client.cookie, csrf: client.csrf });
  assert.equal((await client.delete('/session')).status, 200);
  assert.equal((await copy.get('/session')).status, 401);
});

test('an idle session ends', async () => {
  const client = await as('li');
  sql(`UPDATE session SET seen_at = NOW() - INTERVAL 31 MINUTE WHERE member_id = '${client.member.id}'`);
  assert.equal(code(await client.get('/session')), 'not_logged_in');
});

test('writes need the token, the right origin and JSON', async () => {
  const chen = await as('chen');
  const body = { number: 'x', title: 'x', unitId: 'a'.repeat(32), officers: ['b'.repeat(32)] };
  assert.equal(code(await chen.post('/contracts', body, { csrf: '' })), 'csrf');
  assert.equal(code(await chen.post('/contracts', body, { csrf: 'f'.repeat(64) })), 'csrf');
  assert.equal(code(await chen.post('/contracts', body, { headers: { Origin: 'https://evil.example' } })), 'csrf');
  const form = await chen.call('POST', '/api/v1/contracts', {
    body: 'a=b',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });
  assert.equal(code(form), 'bad_request');
});

test('parameters are checked by the row: field and reason come back', async () => {
  const chen = await as('chen');
  const unit = (await chen.get('/units')).body.items[0];
  const good = { number: 'ok', title: 'ok', unitId: unit.id, officers: [chen.member.id] };
  for (const [change, field, want] of [
    [{ number: '' }, 'number', 'field_required'],
    [{ number: undefined }, 'number', 'field_required'],
    [{ number: 'x'.repeat(51) }, 'number', 'field_too_long'],
    [{ title: 'a\u0007b' }, 'title', 'bad_field'],
    [{ number: 5 }, 'number', 'bad_field'],
    [{ unitId: 'zz' }, 'unitId', 'bad_field'],
    [{ officers: [] }, 'officers', 'field_required'],
    [{ officers: 'x' }, 'officers', 'bad_field'],
    [{ officers: ['a'.repeat(32)] }, 'officers', 'bad_field'],
    [{ extra: 1 }, 'extra', 'unknown_field'],
    [{ unitId: 'a'.repeat(32) }, 'unitId', 'bad_field'],
  ]) {
    const answer = await chen.post('/contracts', { ...good, ...change });
    assert.deepEqual([code(answer), answer.body.error.field], [want, field], JSON.stringify(change));
  }
  assert.equal(code(await chen.get('/contracts?page=0')), 'bad_field');
  assert.equal(code(await chen.get('/contracts?nonsense=1')), 'unknown_field');
  for (const text of [
    '{',
    '[]',
    '{"a":1,"a":2}',
    '{"number":"\\ud800"}',
    '{"number":"a\\u0000b"}',
    '{"n":1.5}',
    `${'['.repeat(100)}`,
  ]) {
    const answer = await chen.call('POST', '/api/v1/contracts', {
      body: text,
      headers: { 'Content-Type': 'application/json' },
    });
    assert.equal(code(answer), 'bad_request', text.slice(0, 30));
  }
});

test('errors speak the language of the reader', async () => {
  const chen = await as('chen');
  assert.match((await chen.get('/contracts/' + 'a'.repeat(32))).body.error.message, /找不到/);
  assert.match((await chen.get('/contracts/' + 'a'.repeat(32), { language: 'en' })).body.error.message, /Not found/);
});

test('what belongs to others is not there', async () => {
  const chen = await as('chen');
  const [id, lin, vendor, vendor2, he] = [
    await draft(chen, `R-${randomUUID().slice(0, 8)}`),
    await as('wang'),
    await as('vendor'),
    await as('vendor2'),
    await as('he'),
  ];
  const contract = (await chen.get(`/contracts/${id}`)).body;
  const file = `/documents/${contract.documents[0].id}/file`;
  for (const [who, path] of [
    [lin, `/contracts/${id}`],
    [vendor, `/contracts/${id}`],
    [lin, file],
    [vendor, file],
    [vendor2, file],
    [he, file],
    [vendor, '/contracts'],
    [vendor, '/sealing'],
    [lin, '/sealing'],
    [vendor, '/units'],
  ]) {
    assert.equal((await who.get(path)).status, 404, path);
  }
  assert.equal((await lin.delete(`/contracts/${id}`)).status, 404);
  assert.equal((await lin.post(`/contracts/${id}/send`, {})).status, 404);
  const sent = (await chen.post(`/contracts/${id}/send`, {})).body;
  assert.equal((await vendor.get(file)).status, 200, 'the vendor of it may read it now');
  assert.equal((await vendor2.get(file)).status, 404, 'another vendor may not');
  assert.equal((await he.get(file)).status, 404, 'a sealer not before his turn');
  const notice = (await vendor.get('/messages/received')).body.items.find((m) => m.number === sent.messageNumber);
  for (const who of [vendor2, lin, he]) assert.equal((await who.get(`/messages/${notice.id}`)).status, 404);
  const task = (await vendor.get(`/messages/${notice.id}`)).body.tasks[0].id;
  const theirs = (await vendor2.get('/certificates')).body.items[0].id;
  assert.equal(code(await vendor2.post('/signings', { tasks: [task], certificateId: theirs })), 'not_found');
  assert.equal(
    code(await vendor.post('/signings', { tasks: [task], certificateId: theirs })),
    'certificate_not_registered',
  );
});

test('repeating an idempotency key gives the first answer and runs nothing', async () => {
  const chen = await as('chen');
  const unit = (await chen.get('/units')).body.items[0];
  const body = { number: `I-${randomUUID().slice(0, 8)}`, title: '冪等', unitId: unit.id, officers: [chen.member.id] };
  const key = randomUUID();
  const [first, second] = [await chen.post('/contracts', body, { key }), await chen.post('/contracts', body, { key })];
  assert.equal(first.status, 201);
  assert.deepEqual([second.status, second.body], [first.status, first.body]);
  assert.equal(code(await chen.post('/contracts', body)), 'number_taken');
  assert.equal(
    code(await chen.delete(`/contracts/${first.body.id}`, { key })),
    'bad_request',
    'a key is for one request',
  );
  const both = randomUUID();
  const twins = await Promise.all(
    [1, 2, 3].map(() => chen.post('/contracts', { ...body, number: `${body.number}-2` }, { key: both })),
  );
  assert.equal(new Set(twins.map((t) => t.body.id)).size, 1, 'at the same moment too');
});

test('an old version is refused, a hand-over is kept', async () => {
  const chen = await as('chen');
  const id = await draft(chen, `V-${randomUUID().slice(0, 8)}`);
  const c = (await chen.get(`/contracts/${id}`)).body;
  const body = {
    number: c.number,
    title: '新名稱',
    caseNumber: 'A-1',
    unitId: c.unit.id,
    officers: [chen.member.id],
    version: c.version,
  };
  assert.equal((await chen.put(`/contracts/${id}`, body)).status, 200);
  assert.equal(code(await chen.put(`/contracts/${id}`, body)), 'conflict');
  const now = (await chen.get(`/contracts/${id}`)).body;
  assert.deepEqual([now.title, now.caseNumber], ['新名稱', 'A-1']);
  const lin = (await chen.get('/members?role=officer&size=100')).body.items.find((m) => m.name === '林**');
  assert.equal((await chen.put(`/contracts/${id}`, { ...body, version: now.version, handlerId: lin.id })).status, 200);
  const linClient = await as('lin');
  assert.equal((await linClient.get(`/contracts/${id}`)).body.handler.name, '林**');
});

test('lists: every counter and tile is the total of its list', async () => {
  for (const account of ['chen', 'vendor', 'he']) {
    const client = await as(account);
    const tabs = (await client.get('/messages/received')).body.counters;
    assert.equal(tabs.unread + tabs.read, tabs.all);
    for (const tab of ['all', 'to_sign', 'unread', 'read']) {
      assert.equal((await client.get(`/messages/received?tab=${tab}`)).body.total, tabs[tab], `${account} ${tab}`);
    }
    for (const tile of (await client.get('/home')).body.tiles) {
      const path =
        {
          to_sign: '/messages/received?tab=to_sign',
          unread: '/messages/received?tab=unread',
          to_seal: '/sealing?tab=pending',
          drafts: '/contracts?state=draft',
        }[tile.code] ?? `/contracts?state=${tile.code}`;
      assert.equal((await client.get(path)).body.total, tile.count, `${account} ${tile.code}`);
    }
  }
  const vendor = await as('vendor');
  const day = (await vendor.get('/messages/received?from=2021-09-14&to=2021-09-14')).body;
  assert.deepEqual(
    day.items.map((m) => m.number),
    ['M202109140028551', 'M202109140028545'],
  );
  for (const date of ['2021-1--01', '2021-02-31', '2023-02-29', '2021-13-01']) {
    const refused = await vendor.get(`/messages/received?from=${date}`);
    assert.equal(refused.status, 400, date);
    assert.equal(refused.body.error.field, 'from', date);
  }
  assert.equal((await vendor.get('/messages/received?q=' + encodeURIComponent('test0000'))).body.items.length, 2);
  const sent = (await vendor.get('/messages/sent?q=210914')).body.items.map((m) => `${m.number} ${m.recipient}`);
  assert.deepEqual(sent, ['M202109140028547 臺北市政府資訊局(陳00)', 'M202109140028547 臺北市政府資訊局(林**)']);
  const picker = (await (await as('chen')).get('/members?role=officer')).body;
  assert.deepEqual([picker.total, picker.pages], [28, 3], 'the deck counts 28 officers on 3 pages');
});

test('certificates: only good ones of the own organization, proved with the key, once', async () => {
  const vendor = await as('vendor');
  const challenge = (name) =>
    vendor.post('/certificates/challenge', { certificate: certificate(name).toString('base64') });
  for (const [name, want] of [
    ['expired', 'certificate_expired'],
    ['revoked', 'certificate_revoked'],
    ['stranger', 'certificate_untrusted'],
    ['encrypt', 'certificate_usage'],
    ['agency', 'certificate_of_other_party'],
    ['vendor', 'certificate_duplicate'],
    ['ca', 'certificate_usage'],
  ]) {
    assert.equal(code(await challenge(name)), want, name);
  }
  assert.equal(code(await vendor.post('/certificates/challenge', { certificate: 'AAAA' })), 'certificate_bad');
  const person = (await challenge('person')).body;
  assert.equal(person.certificate.subject, 'C=TW CN=測試自然人5 SERIALNUMBER=2144427513365339');
  const nonce = Buffer.from(person.nonce, 'base64');
  const register = (signature) =>
    vendor.post('/certificates', { challengeId: person.challengeId, purpose: '自然人憑證測試', signature });
  assert.equal(
    code(await register(prove('person', 'https://other.example', nonce))),
    'signature_bad',
    'another origin',
  );
  assert.equal(
    code(await register(prove('vendor', URL_BASE, nonce, certificate('person')))),
    'signature_bad',
    'another key',
  );
  const done = await register(prove('person', URL_BASE, nonce));
  assert.equal(done.status, 201, JSON.stringify(done.body));
  assert.equal(code(await register(prove('person', URL_BASE, nonce))), 'challenge_expired', 'a challenge is for once');
  assert.equal((await vendor.delete(`/certificates/${done.body.id}`)).status, 200);
  assert.equal((await vendor.delete(`/certificates/${done.body.id}`)).status, 404);
});

test('signing: wrong signature, cancel, another signer, a second time', async () => {
  const chen = await as('chen');
  const vendor = await as('vendor');
  const id = await draft(chen, `S-${randomUUID().slice(0, 8)}`);
  const sent = (await chen.post(`/contracts/${id}/send`, {})).body;
  const notice = (await vendor.get('/messages/received')).body.items.find((m) => m.number === sent.messageNumber);
  const tasks = (await vendor.get(`/messages/${notice.id}`)).body.tasks.map((t) => t.id);
  const mine = (await vendor.get('/certificates')).body.items;
  const good = mine.find((c) => c.purpose === '關貿測試用憑證_0922').id;
  assert.equal(
    code(await vendor.post('/signings', { tasks, certificateId: mine.find((c) => c.state === 'expired').id })),
    'certificate_expired',
  );
  const first = (await vendor.post('/signings', { tasks, certificateId: good })).body;
  const bytes = await vendor.call('GET', first.documents[0].url);
  assert.equal(bytes.body.length, first.documents[0].size);
  assert.equal(
    (await new Client().call('GET', first.documents[0].url, { headers: { Range: 'bytes=0-4' } })).body.toString(),
    '%PDF-',
    'a capability, with ranges',
  );
  const complete = (signing, signatures) =>
    vendor.post(`/signings/${signing.id}/complete`, { signatures, body: '簽章完畢' });
  assert.equal(code(await complete(first, [sign('agency', first.documents[0])])), 'signature_bad');
  assert.equal(code(await complete(first, [])), 'bad_field');
  assert.equal((await vendor.delete(`/signings/${first.id}`)).status, 200);
  assert.equal((await vendor.call('GET', first.documents[0].url)).status, 404, 'the capability died with it');
  assert.equal(code(await complete(first, [sign('vendor', first.documents[0])])), 'signing_expired');
  const second = (await vendor.post('/signings', { tasks, certificateId: good })).body;
  const third = (await vendor.post('/signings', { tasks, certificateId: good })).body;
  assert.equal(
    code(await complete(second, [sign('vendor', second.documents[0])])),
    'signing_expired',
    'a newer preparation replaced it',
  );
  const done = await complete(third, [sign('vendor', third.documents[0])]);
  assert.equal(done.status, 200, JSON.stringify(done.body));
  assert.equal(code(await vendor.post('/signings', { tasks, certificateId: good })), 'wrong_state');
  const [he, ling] = [await as('he'), await as('ling')];
  const task = (await he.get('/sealing?tab=pending')).body.items[0];
  const heTasks = (await he.get(`/messages/${task.id}`)).body.tasks.map((t) => t.id);
  const seal = (await he.get('/certificates')).body.items[0].id;
  const held = await he.post('/signings', { tasks: heTasks, certificateId: seal });
  assert.equal(held.status, 201, JSON.stringify(held.body));
  const other = await as('chen');
  const theirs = (await other.get(`/messages/${task.id}`)).body.tasks.map((t) => t.id);
  assert.equal(
    code(
      await other.post('/signings', {
        tasks: theirs,
        certificateId: (await other.get('/certificates')).body.items[0].id,
      }),
    ),
    'task_taken',
  );
  assert.equal((await ling.get(`/messages/${task.id}`)).body.canReply, true);
  await he.delete(`/signings/${held.body.id}`);
});
