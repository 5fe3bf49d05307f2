// The example clients of docs/examples, in C and in shell, against a live instance: they do what they say.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT, URL_BASE } from './client.mjs';
import { makeClient } from './public.mjs';

const PDF = join(ROOT, 'sql/demo/contract.pdf');
const run = promisify(execFile);
let env;
test.before(async () => {
  execFileSync('make', ['-s', 'build/san/example-client'], { cwd: ROOT });
  const { id, secret } = await makeClient();
  env = { ...process.env, YINXIN_URL: URL_BASE, CLIENT_ID: id, CLIENT_SECRET: secret };
});

const EXAMPLES = [['C', join(ROOT, 'build/san/example-client')], ['shell', join(ROOT, 'docs/examples/client.sh')]];
for (const [name, program] of EXAMPLES) {
  const client = async (...args) => (await run(program, args, { env })).stdout.trim();

  test(`the example in ${name} sends a contract, twice the same, and follows it`, async () => {
    const cursor = (await client('events')).split('\n').at(-1);
    const args = ['send', `EX-${randomUUID().slice(0, 13)}`, '範例 "契約"', '6300', 'chen', '97162640', PDF];
    const id = await client(...args);
    assert.match(id, /^[0-9a-f]{32}$/);
    assert.equal(await client(...args), id, 'repeated: the same, once');
    assert.equal(await client('state', id), 'vendor_pending');
    const seen = [];
    for (let i = 0, at = cursor; seen.length < 2 && i < 300; i++) {
      const lines = (await client('events', at)).split('\n');
      at = lines.pop();
      seen.push(...lines.filter((l) => l.includes(id)).map((l) => l.split('\t')[0]));
      await sleep(100);
    }
    assert.deepEqual(seen, ['contract.created', 'contract.sent']);
  });

  test(`the example in ${name} says what went wrong`, async () => {
    await assert.rejects(run(program, ['state', 'f'.repeat(32)], { env }));
    await assert.rejects(run(program, ['events'], { env: { ...env, CLIENT_SECRET: 'wrong' } }));
    await assert.rejects(run(program, ['nothing'], { env }), (e) => e.code === 2);
  });
}

test('the example in shell fetches the document', async () => {
  const program = join(ROOT, 'docs/examples/client.sh');
  const path = join(tmpdir(), `yinxin-example-${randomUUID()}.pdf`);
  const args = ['send', `EX-${randomUUID().slice(0, 13)}`, '範例', '6300', 'chen', '97162640', PDF];
  const id = (await run(program, args, { env })).stdout.trim();
  await run(program, ['fetch', id, path], { env });
  assert.equal(readFileSync(path).subarray(0, 5).toString(), '%PDF-');
  rmSync(path);
});
