// The signer's figures: start to hello, its own time per signature (what the card does not
// take), a batch of a hundred, peak memory. YX_HOST and YX_CARD name the programs.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { item } from '../host/der.mjs';
import { Card, Host, makeKey, ORIGIN, startService, stopService, until, withHost, writeConf } from '../host/rig.mjs';

const PIN = '123456';
const RUNS = 41;
const median = (all) => all.sort((a, b) => a - b)[all.length >> 1];
const show = (what, value, limit, unit) =>
  console.log(
    `  ${what.padEnd(34)} ${value.toFixed(2)} ${unit} (limit ${limit}) ${value <= limit ? '' : '** OVER **'}`,
  );

const sign = (key, n) => ({
  id: 4,
  command: 'sign',
  origin: ORIGIN,
  certificate: key.base64,
  pin: PIN,
  items: Array.from({ length: n }, (_, i) => item(key.der, `document ${i}`)),
});

async function hello() {
  const from = process.hrtime.bigint();
  const host = new Host();
  await host.next();
  const ms = Number(process.hrtime.bigint() - from) / 1e6;
  await host.close();
  return ms;
}

// What this machine takes, now, to start a program that does nothing.
async function nothing() {
  const from = process.hrtime.bigint();
  await new Promise((done) => spawn('/bin/true').on('exit', done));
  return Number(process.hrtime.bigint() - from) / 1e6;
}

// Of each request that the log tells: microseconds, and those that the token took.
const times = (text) =>
  [...text.matchAll(/(\d+) of \d+ in (\d+) us, of it the token (\d+) us/g)].map((m) => m.slice(1).map(Number));

// Hundredths of a second of processor time so far.
function ticks(host) {
  const fields = readFileSync(`/proc/${host.process.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

startService();
const keys = {
  rsa: makeKey('rsa', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']),
  ec: makeKey('ec', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']),
};
writeConf(`allowed_origins = ${ORIGIN}\nlog_level = info\n`);
const slots = [
  ['9C', keys.rsa],
  ['9A', keys.ec],
];
const card = new Card(0, 'bench', slots, ['--pin', PIN]);
try {
  await withHost((host) => until(async () => (await host.ask({ id: 1, command: 'status' })).ok.cards === 1));
  const starts = [];
  const floor = [];
  for (let i = 0; i < RUNS; i++) {
    starts.push(await hello());
    floor.push(await nothing());
  }
  show('start to hello', median(starts), 5, 'ms');
  console.log(`  ${'(a program that does nothing)'.padEnd(34)} ${median(floor).toFixed(2)} ms`);
  for (const [name, key] of Object.entries(keys)) {
    await withHost(async (host) => {
      for (let i = 0; i < RUNS; i++) await host.ask(sign(key, 1));
      await until(() => times(host.stderr).length === RUNS);
      show(
        `${name}: own time per signature`,
        median(times(host.stderr).map(([, all, token]) => all - token)) / 1000,
        3,
        'ms',
      );
      const before = ticks(host);
      const from = Date.now();
      const answer = await host.ask(sign(key, 100));
      if (answer.ok?.signatures.length !== 100) throw new Error(JSON.stringify(answer));
      show(`${name}: a batch of 100`, (Date.now() - from) / 1000, 10, 's');
      show(`${name}: processor time per signature`, ((ticks(host) - before) * 10) / 100, 3, 'ms');
      const status = readFileSync(`/proc/${host.process.pid}/status`, 'utf8');
      show(`${name}: peak memory`, Number(/VmHWM:\s+(\d+)/.exec(status)[1]) / 1024, 16, 'MB');
    });
  }
} finally {
  await card.tell('quit');
  await card.exit;
  stopService();
}
