// Files that two well-known Java libraries signed twice, visibly or not, in files with tables
// and with cross-reference streams: honest, and valid. The same kinds of update, made to
// deceive, are found. (foreign/: signed by a test CA's card, RSA-2048.)
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { byTable, lastOf, newest } from './update.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const ctl = process.env.YINXINCTL ?? path.resolve(here, '../../build/san/yinxinctl');
const foreign = path.join(here, 'foreign');
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'yx-foreign-'));
test.after(() => fs.rmSync(work, { recursive: true }));

const read = (name) => fs.readFileSync(path.join(foreign, `${name}.pdf`));
function verify(bytes) {
  const file = path.join(work, 'x.pdf');
  fs.writeFileSync(file, bytes);
  const r = spawnSync(ctl, ['verify', file, '--trust', foreign, '--json'], { encoding: 'utf8' });
  assert.ok(!/AddressSanitizer|runtime error/.test(r.stderr), r.stderr);
  return { status: r.status, ...JSON.parse(r.stdout || '{}'), stderr: r.stderr };
}
/** An update with a cross-reference stream and one object stream that holds `packed`. */
function byStream(bytes, packed, { container, hidden = [], free = [] } = {}) {
  const n = newest(bytes);
  const stm = container ?? n.size;
  const own = n.size + 1;
  const inside = [...packed, ...hidden];
  let at = 0;
  const head = inside.map(([id, value]) => {
    const row = `${id} ${at}`;
    at += value.length + 1;
    return row;
  });
  const list = `${head.join(' ')} `;
  const data = list + inside.map(([, value]) => `${value} `).join('');
  const object =
    `${stm} 0 obj\n<< /Type /ObjStm /N ${inside.length} /First ${list.length} /Length ${data.length} >>\n` +
    `stream\n${data}\nendstream\nendobj\n`;
  const offset = bytes.length + object.length;
  const rows = [
    ...packed.map(([id], i) => [id, 2, stm, i]),
    ...free.map((id) => [id, 0, 0, 0]),
    [stm, 1, bytes.length, 0],
    [own, 1, offset, 0],
  ].sort((a, b) => a[0] - b[0]);
  const bin = Buffer.concat(
    rows.map(([, type, field, gen]) => {
      const row = Buffer.alloc(6);
      row[0] = type;
      row.writeUInt32BE(field, 1);
      row[5] = gen;
      return row;
    }),
  );
  const index = rows.map(([id]) => `${id} 1`).join(' ');
  const dict = `<< /Type /XRef /W [1 4 1] /Index [${index}] /Size ${own + 1} ${n.keys} ${n.id} /Prev ${n.prev}`;
  return Buffer.concat([
    bytes,
    Buffer.from(`${object}${own} 0 obj\n${dict} /Length ${bin.length} >>\nstream\n`, 'latin1'),
    bin,
    Buffer.from(`\nendstream\nendobj\nstartxref\n${offset}\n%%EOF\n`, 'latin1'),
  ]);
}

for (const name of ['pdfbox-table', 'pdfbox-stream', 'itext-table', 'itext-stream']) {
  test(`${name}: two signatures, both valid`, () => {
    const r = verify(read(name));
    assert.equal(r.status, 0, JSON.stringify(r));
    assert.equal(r.signatures.length, 2);
    assert.ok(r.signatures.every((s) => s.indication === 'TOTAL-PASSED'));
    assert.deepEqual(r.signatures.map((s) => s.coversAll), [false, true]);
    assert.ok(r.changes.length > 0 && r.changes.every((c) => c.allowed), JSON.stringify(r.changes));
    assert.ok(!r.changes.some((c) => ['other', 'content', 'page'].includes(c.class)), JSON.stringify(r.changes));
  });
}

const forged = (bytes, why, what) => {
  const r = verify(bytes);
  assert.equal(r.status, 1, `${what}: ${JSON.stringify(r)}`);
  assert.equal(r.valid, false, what);
  if (why) assert.equal(r.signatures[0]?.why ?? r.why, why, what);
  return r;
};
const idOf = (text, pattern) => Number(lastOf(text, pattern)[1]);

test('the information dictionary may say who wrote, and nothing that acts', () => {
  const bytes = read('pdfbox-table');
  const info = Number(/\/Info (\d+) 0 R/.exec(newest(bytes).keys)[1]);
  const good = verify(byTable(bytes, [[info, "<< /Producer (another) /ModDate (D:20270101000000+08'00') >>"]]));
  assert.equal(good.status, 0, JSON.stringify(good));
  assert.deepEqual(good.changes.filter((c) => c.afterSignature === 2).map((c) => c.class), ['metadata']);
  forged(byTable(bytes, [[info, '<< /Producer 3 0 R >>']]), 'changed_after_signing', 'a reference');
  forged(byTable(bytes, [[info, '<< /Producer (x) /OpenAction << /S /JavaScript /JS (1) >> >>']]), '', 'an action');
  forged(byTable(bytes, [[info, '<< /Length 1 >>\nstream\nx\nendstream']]), 'changed_after_signing', 'a stream');
});

test('XMP may be renewed, unless the same stream is shown on a page', () => {
  const bytes = read('pdfbox-table');
  const text = bytes.toString('latin1');
  const xmp = Number(/\/Metadata (\d+) 0 R/.exec(text)[1]);
  const packet = (data, more = '') =>
    `<< /Type /Metadata /Subtype /XML${more} /Length ${data.length} >>\nstream\n${data}\nendstream`;
  assert.equal(verify(byTable(bytes, [[xmp, packet('<x:xmpmeta>new')]])).status, 0);
  forged(byTable(bytes, [[xmp, packet('x', ' /Type2 /X')]]), 'changed_after_signing', 'another key');
  forged(byTable(bytes, [[xmp, '<< /Type /XObject /Subtype /Form /Length 1 >>\nstream\nx\nendstream']]), '', 'no XMP');
  // Prepared before it was signed: page and catalog share the stream.
  const shared = text.replace(/\/Contents (\d+) 0 R/, (all) =>
    all.replace(/\d+/, String(xmp).padStart(/\d+/.exec(all)[0].length)));
  assert.notEqual(shared, text);
  const r = verify(byTable(Buffer.from(shared, 'latin1'), [[xmp, packet('0 0 300 300 re f')]]));
  const of = r.changes.filter((c) => c.afterSignature === 2);
  assert.ok(of.length > 0 && of.every((c) => !c.allowed), JSON.stringify(r));
});

test('objects in object streams are looked at like others', () => {
  const bytes = read('itext-stream');
  const text = bytes.toString('latin1');
  const { size } = newest(bytes);
  const info = Number(/\/Info (\d+) 0 R/.exec(newest(bytes).keys)[1]);
  const good = verify(byStream(bytes, [[info, '<< /Producer (another) >>']]));
  assert.equal(good.status, 0, JSON.stringify(good));
  assert.equal(verify(byStream(bytes, [[info, '<< /Producer (x) >>']], { free: [size + 7] })).status, 0, 'free before');
  const root = Number(/\/Root (\d+) 0 R/.exec(newest(bytes).keys)[1]);
  const catalog = '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (1) >> >>';
  forged(byStream(bytes, [[root, catalog]]), '', 'another catalog');
  forged(byStream(bytes, [[size + 3, '<< /Type /Annot >>']]), 'changed_after_signing', 'what nobody needs');
  const secret = [[root, catalog]];
  const hiding = byStream(bytes, [[info, '<< /Producer (x) >>']], { hidden: secret });
  forged(hiding, 'unindexed_bytes', 'hidden in the stream');
  const old = idOf(text, /(\d+) 0 obj\s*<<[^>]*\/Type\s*\/ObjStm/g);
  forged(byStream(bytes, [[info, '<< /Producer (x) >>']], { container: old }), '', 'an older stream replaced');
  forged(byStream(bytes, [[size + 3, '<< >>']], { free: [info] }), 'object_removed', 'the information freed');
});
