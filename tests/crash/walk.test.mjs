// Random events on many contracts at once, legal and illegal, by eight people who do not know
// of each other, while yinxind is killed now and then. No answer is an internal error, every
// refusal has its word, and afterwards states, history, tasks, messages, audit rows and files
// agree with each other.
//   YINXIN_WALK_EVENTS=10000 tests/run.sh crash     how many (600 unless told)
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { as, certificate, ROOT, sign, sql } from '../api/client.mjs';
import { bringBack, consistent, disarm, kill, one } from './rig.mjs';

const EVENTS = Number(process.env.YINXIN_WALK_EVENTS ?? 600);
const KILLS = Math.max(3, Math.floor(EVENTS / 250));
const WALKERS = 8, CONTRACTS = 24;
const PDF = readFileSync(join(ROOT, 'sql/demo/contract.pdf'));
const MARK = `WALK${randomUUID().slice(0, 6)}`;
const REFUSALS = ['wrong_state', 'contract_returned', 'contract_voided', 'contract_expired', 'second_person',
  'not_found', 'reminded_already', 'signing_expired', 'task_taken', 'conflict', 'no_document', 'no_vendor', 'bad_field',
  'fixed_after_sending'];
const pick = (list) => list[randomInt(list.length)];
const day = (days) => new Date(Date.now() + 8 * 3600e3 + days * 86400e3).toISOString().slice(0, 10);

const seen = {}, ids = [];
let events = 0, lost = 0, over = false;

// What asks a company, or a person, of the newest round.
const askedOf = (id, kind, client) => sql(`SELECT m.id FROM message m JOIN message_recipient r ON r.message_id = m.id
  WHERE m.contract_id = '${id}' AND m.kind = '${kind}' AND (r.member_id = '${client.member.id}'
  OR (r.member_id IS NULL AND r.organization_id = '${client.member.organization.id}')) ORDER BY m.number DESC LIMIT 1`);

async function signs(client, id, kind, name) {
  const message = askedOf(id, kind, client);
  if (!message) return null;
  const read = await client.get(`/messages/${message}`);
  if (read.status !== 200) return read;
  const der = certificate(name).toString('base64');
  const mine = (await client.get('/certificates?size=100')).body.items?.find((c) => c.certificate === der);
  if (!mine) return null;
  const prepared = await client.post('/signings', { tasks: read.body.tasks.map((t) => t.id), certificateId: mine.id });
  if (prepared.status !== 201 || randomInt(10) === 0) return prepared; // one in ten gives up there
  return client.post(`/signings/${prepared.body.id}/complete`,
    { signatures: prepared.body.documents.map((d) => sign(name, d)), body: '簽章完畢' });
}

// One vendor or two, in order or not; one, all or two of the sealers.
const rulesOf = (w) => {
  const vendors = pick([[w.company], [w.company, w.company2], [w.company2, w.company]]);
  const sealers = pick([w.sealers.slice(0, 1), w.sealers]);
  return { vendors, sealers, vendorsInOrder: pick([true, false]), representative: vendors[0],
    ...pick([{}, { sealRule: 'all' }, sealers.length > 2 ? { sealRule: 'some', sealNeeded: 2 } : {}]) };
};

async function begin(w) {
  const { chen, unit } = w;
  const number = `${MARK}-${ids.length}-${randomUUID().slice(0, 4)}`;
  const made = await chen.post('/contracts', { number, title: '隨機', unitId: unit, officers: [chen.member.id] });
  if (made.status !== 201) return made;
  ids.push(made.body.id);
  await chen.upload(made.body.id, '契約.pdf', PDF);
  return chen.put(`/contracts/${made.body.id}/signers`, { ...rulesOf(w), subject: number, body: '請簽署', emails: [] });
}

// The agency's test card for whoever has none yet.
function giveCard(account) {
  sql(`INSERT INTO certificate (id, member_id, purpose, der, sha256, subject, issuer, subject_name, issuer_name,
    serial, key_type, not_before, not_after, registered_at)
    SELECT MD5(CONCAT(RAND(), m.id)), m.id, '機關用印測試用憑證', c.der, c.sha256, c.subject, c.issuer, c.subject_name,
    c.issuer_name, c.serial, c.key_type, c.not_before, c.not_after, c.registered_at
    FROM member m, certificate c JOIN member h ON h.id = c.member_id AND h.account = 'he'
    WHERE m.account = '${account}' AND c.disabled_at IS NULL AND NOT EXISTS
    (SELECT 1 FROM certificate x WHERE x.member_id = m.id AND x.sha256 = c.sha256) LIMIT 1`);
}

const returns = (client, id, kind) => {
  const message = askedOf(id, kind, client);
  return message ? client.post(`/messages/${message}/return`, { reason: pick(['content', 'amount', 'party']) }) : null;
};

const EVENT = {
  send: (w, id) => w.chen.post(`/contracts/${id}/send`, {}),
  vendorSigns: (w, id) => signs(w.vendor, id, 'notice', 'vendor'),
  secondSigns: (w, id) => signs(w.vendor2, id, 'notice', 'vendor2'),
  agencySeals: (w, id) => signs(w.he, id, 'sealing', 'agency'),
  secondSeals: (w, id) => signs(pick([w.ling, w.registry]), id, 'sealing', 'agency'),
  assign: (w, id) => w.registry.post(`/registry/${id}/assign`,
    { sealers: pick([w.sealers, [w.sealers[0]], [w.sealers[1], w.registry.member.id], [w.sealers[2]]]) }),
  vendorReturns: (w, id) => returns(w.vendor, id, 'notice'),
  agencyReturns: (w, id) => returns(w.he, id, 'sealing'),
  revise: (w, id) => w.chen.post(`/contracts/${id}/revise`, {}),
  void: (w, id) => w.chen.post(`/contracts/${id}/void`, { reason: '隨機' }),
  confirm: (w, id) => w.admin.post(`/contracts/${id}/void/confirm`, {}),
  confirmOneself: (w, id) => w.chen.post(`/contracts/${id}/void/confirm`, {}),
  withdraw: (w, id) => w.chen.delete(`/contracts/${id}/void`),
  deadline: (w, id) => w.chen.put(`/contracts/${id}/deadline`,
    pick([{}, { date: day(3), hard: true }, { date: day(-2) }])),
  remind: (w, id) => w.chen.post(`/contracts/${id}/remind`, {}),
  discard: (w, id) => (randomInt(8) === 0 ? w.chen.delete(`/contracts/${id}`) : null),
  stranger: (w, id) => w.vendor.post(`/contracts/${id}/revise`, {}),
};
// What goes on is rolled more often than what ends.
const DICE = Object.keys(EVENT).flatMap((name) =>
  Array(
    ['send', 'vendorSigns', 'secondSigns', 'agencySeals', 'secondSeals', 'revise'].includes(name) ? 4 : 1,
  ).fill(name));

// What has to have happened: the dice are rolled on, within reason, until it has.
const MUST = ['begin', 'send', 'vendorSigns', 'agencySeals'];
const lacks = () => MUST.some((name) => !(seen[name]?.ok > 0));

async function walk(w) {
  while (!over && (events < EVENTS || (lacks() && events < 10 * EVENTS))) {
    events += 1;
    const fresh = ids.length < CONTRACTS || randomInt(12) === 0;
    const name = fresh ? 'begin' : pick(DICE);
    const answer = await (fresh ? begin(w) : Promise.resolve(EVENT[name](w, pick(ids)))).catch(() => undefined);
    if (answer === null) continue;
    if (answer === undefined || [502, 503, 504].includes(answer.status)) {
      lost += 1;
      await sleep(100);
      continue;
    }
    const word = answer.status < 300 ? 'ok' : answer.body.error.code;
    assert.ok(word === 'ok' || REFUSALS.includes(word), `${name}: ${answer.status} ${word}`);
    if (name === 'stranger' || name === 'confirmOneself') assert.notEqual(word, 'ok', name);
    seen[name] = { ...seen[name], [word]: (seen[name]?.[word] ?? 0) + 1 };
  }
}

async function enter() {
  const w = Object.fromEntries(await Promise.all(Object.entries({ chen: 'chen', vendor: 'vendor', vendor2: 'vendor2',
    he: 'he', ling: 'ling', registry: 'registry', admin: 'agencyadmin' }).map(async ([k, v]) => [k, await as(v)])));
  ['ling', 'registry'].forEach(giveCard);
  w.unit = (await w.chen.get('/units')).body.items[0].id;
  w.company = (await w.chen.get('/organizations?external=true&q=97162640')).body.items[0].id;
  w.company2 = sql("SELECT organization_id FROM member WHERE account = 'vendor2'");
  const { items } = (await w.chen.get('/members?role=sealer&size=100')).body;
  w.sealers = ['he', 'ling', 'chen'].map((account) => items.find((m) => m.account === account).id);
  return w;
}

async function killer() {
  for (let k = 1; k <= KILLS && !over; k++) {
    while (!over && events < (EVENTS * k) / (KILLS + 1)) await sleep(20);
    kill('yinxind');
    await bringBack();
  }
}

test.afterEach(disarm);

test(`${EVENTS} random events, ${KILLS} kills`, { timeout: 3_500_000 }, async () => {
  const walkers = [];
  while (walkers.length < WALKERS) walkers.push(await enter());
  try {
    await Promise.all([killer(), ...walkers.map(walk)]);
  } finally {
    over = true;
  }
  console.log(`# ${JSON.stringify(seen)}`);
  const states = sql(`SELECT GROUP_CONCAT(CONCAT(state, ' ', n)) FROM
    (SELECT state, COUNT(*) AS n FROM contract WHERE number LIKE '${MARK}-%' GROUP BY state) x`);
  console.log(`# ${ids.length} contracts, ${lost} answers lost to kills; ${states}`);
  for (const name of MUST)
    assert.ok(seen[name]?.ok > 0, `${name} succeeded`);
  agree();
  consistent();
});

// The open tasks of a contract are those of its state, and a file for every revision.
function agree() {
  const mine = `c.number LIKE '${MARK}-%'`;
  const tasks = `contract c JOIN document d ON d.contract_id = c.id JOIN sign_task t ON t.document_id = d.id
    WHERE ${mine}`;
  const wrong = {
    'an open task of a contract that waits for nobody': `SELECT COUNT(*) FROM ${tasks}
      AND t.state IN ('waiting', 'ready', 'read', 'prepared') AND c.state NOT IN ('vendor_pending', 'agency_pending')`,
    'a retired document with an open task': `SELECT COUNT(*) FROM ${tasks} AND d.retired_at IS NOT NULL
      AND t.state IN ('waiting', 'ready', 'read', 'prepared')`,
    'a contract that waits for a vendor who has signed': `SELECT COUNT(*) FROM contract c WHERE ${mine}
      AND c.state = 'vendor_pending' AND NOT EXISTS (SELECT 1 FROM document d JOIN sign_task t ON t.document_id = d.id
      WHERE d.contract_id = c.id AND t.kind = 'vendor' AND t.state IN ('ready', 'read', 'prepared'))`,
    'a completed contract without all signatures': `SELECT COUNT(*) FROM contract c
      JOIN document d ON d.contract_id = c.id WHERE ${mine} AND c.state = 'completed'
      AND d.retired_at IS NULL AND d.revision <> 1 + c.seal_needed
      + (SELECT COUNT(*) FROM contract_vendor v WHERE v.contract_id = c.id)`,
    'a document with more or fewer seals than needed': `SELECT COUNT(*) FROM contract c
      JOIN document d ON d.contract_id = c.id WHERE ${mine} AND c.state = 'completed' AND d.retired_at IS NULL
      AND c.seal_needed <> (SELECT COUNT(*) FROM sign_task t WHERE t.document_id = d.id AND t.kind = 'sealer'
      AND t.state = 'signed')`,
    'a vendor who is asked before his turn': `SELECT COUNT(*) FROM contract c JOIN document d ON d.contract_id = c.id
      JOIN sign_task t ON t.document_id = d.id AND t.kind = 'vendor' AND t.state IN ('ready', 'read', 'prepared')
      JOIN contract_vendor v ON v.contract_id = c.id AND v.organization_id = t.organization_id
      JOIN contract_vendor b ON b.contract_id = c.id AND b.position < v.position
      JOIN sign_task u ON u.document_id = d.id AND u.kind = 'vendor' AND u.organization_id = b.organization_id
      WHERE ${mine} AND c.vendors_in_order AND d.retired_at IS NULL AND u.state <> 'signed'`,
    'a sealing that waits for nobody': `SELECT COUNT(*) FROM contract c WHERE ${mine} AND c.state = 'agency_pending'
      AND NOT EXISTS (SELECT 1 FROM document d JOIN sign_task t ON t.document_id = d.id WHERE d.contract_id = c.id
      AND d.retired_at IS NULL AND t.kind = 'sealer' AND t.state IN ('ready', 'read', 'prepared'))`,
    'two who seal one field': `SELECT COUNT(*) FROM (SELECT t.document_id FROM ${tasks} AND t.kind = 'sealer'
      AND t.state = 'signed' GROUP BY t.document_id, t.field HAVING COUNT(*) > 1) x`,
    'a seal without its line in the book': `SELECT COUNT(*) FROM ${tasks} AND t.kind = 'sealer' AND t.state = 'signed'
      AND NOT EXISTS (SELECT 1 FROM seal_register g WHERE g.document_id = d.id AND g.member_id = t.signed_by)`,
    'a gap in the book of seals': `SELECT COUNT(*) FROM (SELECT 1 FROM seal_register GROUP BY organization_id, year
      HAVING MAX(number) <> COUNT(*)) x`,
    'a return without its message and event': `SELECT COUNT(*) FROM contract c WHERE ${mine} AND
      (SELECT COUNT(*) FROM message m WHERE m.contract_id = c.id AND m.kind = 'returned') <>
      (SELECT COUNT(*) FROM contract_event e WHERE e.contract_id = c.id AND e.kind = 'returned')`,
    'a void asked for a contract that can not be void': `SELECT COUNT(*) FROM contract_void v
      JOIN contract c ON c.id = v.contract_id WHERE ${mine} AND c.state IN ('voided', 'completed')`,
    'rounds and revisions that differ': `SELECT COUNT(*) FROM contract c WHERE ${mine} AND c.round <> 1 +
      (SELECT COUNT(*) FROM contract_event e WHERE e.contract_id = c.id AND e.kind = 'revised')`,
  };
  for (const [what, query] of Object.entries(wrong)) assert.equal(one(query), 0, what);
}
