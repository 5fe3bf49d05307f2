// Eight clients write without pause while yinxind, the worker and MariaDB are killed
// (SIGKILL) at named points and at random. Whatever was answered is there afterwards, nothing
// is there twice, and every mail arrives.
//   YINXIN_STORM_KILLS=360 tests/run.sh crash     how often (24 unless told)
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { as, certificate, DIR, ROOT, sign, sql } from '../api/client.mjs';
import { arm, armed, bringBack, consistent, disarm, kill, one, WORKER_POINTS } from './rig.mjs';

const KILLS = Number(process.env.YINXIN_STORM_KILLS ?? 24);
const CLIENTS = 8;
const PDF = readFileSync(join(ROOT, 'sql/demo/contract.pdf'));
const MARK = `STORM${randomUUID().slice(0, 6)}`;
const POINTS = ['upload.stored', 'upload.before_commit', 'upload.committed', 'send.claimed', 'send.stored',
  'send.sealed', 'send.tx.begin', 'send.tx.numbers', 'send.tx.message', 'send.tx.before_commit', 'send.committed',
  'sign.prepared_file', 'sign.prepare.before_commit', 'sign.prepare.committed', 'sign.verified', 'sign.embedded',
  'sign.stored', 'sign.tx.begin', 'sign.tx.message', 'sign.tx.before_commit', 'sign.committed', ...WORKER_POINTS];
const killed = {};
let over = false, lost = false, broken = 0;

// One request, with its own key, until somebody answers it. What comes from a server that
// dies is no answer; everything else is.
async function insist(request) {
  const key = randomUUID();
  for (;;) {
    const answer = await request(key).catch(() => null);
    if (answer !== null && ![500, 502, 503, 504].includes(answer.status)) return answer;
    assert.ok(!lost, 'the instance did not come back');
    broken += 1;
    await sleep(50);
  }
}

async function wanted(status, request) {
  const answer = await insist(request);
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
}

// Prepares and signs what a list shows of that contract, as often as it takes.
async function signed(client, list, number, name) {
  const find = async () => (await wanted(200, () => client.get(`${list}&q=${number}`))).items[0];
  const message = await find();
  assert.ok(message, `${number} is in ${list}`);
  const der = certificate(name).toString('base64');
  const cards = await wanted(200, () => client.get('/certificates?size=100'));
  const mine = cards.items.find((c) => c.certificate === der);
  const { tasks } = await wanted(200, () => client.get(`/messages/${message.id}`));
  for (;;) {
    const signing = await wanted(201, (key) => client.post('/signings',
      { tasks: tasks.map((t) => t.id), certificateId: mine.id }, { key }));
    const signatures = signing.documents.map((d) => sign(name, d));
    const answer = await insist((key) => client.post(`/signings/${signing.id}/complete`,
      { signatures, body: '簽章完畢' }, { key }));
    if (answer.status === 200) return answer.body;
    assert.equal(answer.body.error.code, 'signing_expired', JSON.stringify(answer.body));
  }
}

// A claim that a dead database left behind is given back, at the latest by the worker after two
// minutes; who sends again meanwhile is told that it is being sealed.
async function send(chen, id) {
  for (;;) {
    const answer = await insist((key) => chen.post(`/contracts/${id}/send`, {}, { key }));
    if (answer.status === 200) return answer.body;
    assert.equal(answer.body.error.code, 'wrong_state', JSON.stringify(answer.body));
    const { state } = await wanted(200, () => chen.get(`/contracts/${id}`));
    assert.ok(['sealing', 'draft', 'seal_failed'].includes(state), state);
    await sleep(500);
  }
}

// One contract from nothing to completed. → what the server said about it
async function story({ chen, vendor, he, unit, company, sealers }, number) {
  const { id } = await wanted(201, (key) => chen.post('/contracts',
    { number, title: `風暴${number}`, unitId: unit, officers: [chen.member.id] }, { key }));
  const { name } = await wanted(201, (key) => chen.upload(id, `${number}.pdf`, PDF, { key }));
  assert.equal(name, number);
  await wanted(200, (key) => chen.put(`/contracts/${id}/signers`, { vendors: [company], sealers,
    subject: `請簽${number}`, body: '請簽署', emails: [] }, { key }));
  const sent = await send(chen, id);
  const reply = await signed(vendor, '/messages/received?tab=to_sign', number, 'vendor');
  assert.equal(reply.contractState, 'agency_pending');
  const done = await signed(he, '/sealing?tab=pending', number, 'agency');
  assert.equal(done.contractState, 'completed');
  return { id, number, document: sent.documents[0].number, notice: sent.messageNumber, reply: reply.messageNumber,
    completed: done.messageNumber };
}

async function enter() {
  const me = { chen: await as('chen'), vendor: await as('vendor'), he: await as('he') };
  me.unit = (await me.chen.get('/units')).body.items[0].id;
  me.company = (await me.chen.get('/organizations?external=true&q=97162640')).body.items[0].id;
  const { items } = (await me.chen.get('/members?role=sealer&q=he')).body;
  me.sealers = items.filter((m) => m.account === 'he').map((m) => m.id);
  return me;
}

async function client(me, n, answered) {
  for (let i = 0; !over; i++) answered.push(await story(me, `${MARK}-${n}-${i}`));
}

const note = (what) => { killed[what] = (killed[what] ?? 0) + 1; };

// The next kill: at a named point, or whenever it happens to be.
async function strike(k) {
  const victim = ['named', 'yinxind', 'named', 'worker', 'named', 'db'][k % 6];
  await sleep(randomInt(20, 300));
  if (victim === 'named') {
    const point = POINTS[Math.floor(k / 2) % POINTS.length];
    arm(point);
    for (let i = 0; armed() && i < 200; i++) await sleep(25);
    if (!armed()) return note(point.startsWith('mail.') ? 'worker, named' : 'yinxind, named');
    disarm();
    kill('yinxind');
    return note('yinxind, at random');
  }
  kill(victim);
  return note(`${victim === 'db' ? 'MariaDB' : victim}, at random`);
}

async function killer() {
  for (let k = 0; k < KILLS && !lost; k++) {
    await strike(k);
    await bringBack();
  }
  over = true;
}

test(`${CLIENTS} clients write, ${KILLS} times something is killed`, { timeout: 3_500_000 }, async () => {
  const answered = [];
  const mailsBefore = one('SELECT COUNT(*) FROM outbox');
  const people = [];
  while (people.length < CLIENTS) people.push(await enter());
  try {
    await Promise.all([killer(), ...people.map((me, n) => client(me, n, answered))]);
  } finally {
    over = lost = true;
    disarm();
  }
  console.log(`# ${JSON.stringify(killed)}; ${answered.length} contracts, ${broken} requests repeated`);
  assert.equal(Object.values(killed).reduce((a, b) => a + b, 0), KILLS);
  assert.ok(answered.length >= CLIENTS);

  const rows = new Map(sql(`SELECT c.number, c.id, c.state, d.number, COUNT(*) FROM contract c
    JOIN document d ON d.contract_id = c.id WHERE c.number LIKE '${MARK}-%' GROUP BY c.id`).split('\n')
    .map((line) => line.split('\t')).map(([number, ...rest]) => [number, rest]));
  assert.equal(rows.size, answered.length, 'as many contracts as answers');
  for (const a of answered)
    assert.deepEqual(rows.get(a.number), [a.id, 'completed', a.document, '1'], a.number);
  for (const kind of ['notice', 'reply', 'sealing', 'completed'])
    assert.equal(one(`SELECT COUNT(*) FROM message m JOIN contract c ON c.id = m.contract_id
      WHERE c.number LIKE '${MARK}-%' AND m.kind = '${kind}'`), answered.length, `one ${kind} each`);
  for (const a of answered) for (const kind of ['notice', 'reply', 'completed'])
    assert.equal(sql(`SELECT contract_id, kind FROM message WHERE number = '${a[kind]}'`), `${a.id}\t${kind}`);
  consistent();

  await arrived(mailsBefore);
});

// Every mail is given to the mail server at least once; a second copy only where the worker
// died between handing it over and writing that down, and it bears the same Message-ID.
async function arrived(before) {
  sql("UPDATE outbox SET lease_until = NOW() - INTERVAL 1 SECOND WHERE state = 'sending'");
  sql("UPDATE outbox SET next_at = NOW() - INTERVAL 1 SECOND WHERE state = 'pending'");
  for (let i = 0; one("SELECT COUNT(*) FROM outbox WHERE state <> 'sent'") > 0; i++) {
    assert.ok(i < 600, sql("SELECT state, attempts, last_error FROM outbox WHERE state <> 'sent' LIMIT 5"));
    await sleep(100);
  }
  const copies = new Map();
  for (const file of readdirSync(join(DIR, 'mail')).filter((f) => f.endsWith('.eml') && !f.startsWith('.'))) {
    const id = /^Message-ID: <(\w+)@/m.exec(readFileSync(join(DIR, 'mail', file), 'utf8'))?.[1];
    copies.set(id, (copies.get(id) ?? 0) + 1);
  }
  const sent = sql("SELECT id FROM outbox WHERE state = 'sent'").split('\n');
  assert.ok(sent.length > before);
  assert.deepEqual(sent.filter((id) => !copies.has(id)), [], 'each mail arrived');
  const twice = [...copies.values()].reduce((n, k) => n + k - 1, 0);
  const chances = Object.entries(killed).filter(([what]) => !what.startsWith('yinxind')).reduce((n, [, k]) => n + k, 0);
  console.log(`# ${sent.length} mails, ${twice} of them twice under one Message-ID`);
  assert.ok(twice <= chances, `${twice} second copies, ${chances} kills that can make one`);
}
