// Large files, with the optimised programs: memory does not grow with the size, and stays within
// what is promised for very many objects, in each way that a file can list them. peak.c asks the
// system for the highest memory of the program and of all that it started.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const out = path.join(root, 'tests/out/pades');
const pki = path.join(out, 'pki');
const plain = path.join(root, 'build/yinxinctl'); // the sanitizers' memory is not ours
const MIB = 1024; // in KiB
const work = fs.mkdtempSync(path.join(process.env.TMPDIR ?? '/tmp', 'yx-large-'));
const at = (name) => path.join(work, name);

function ok(program, args, options) {
  const r = spawnSync(program, args, { encoding: 'utf8', timeout: 300000, maxBuffer: 1 << 26, ...options });
  assert.equal(r.error, undefined, `${program}: ${r.error}`);
  assert.equal(r.status, 0, `${program} ${args.join(' ')}\n${r.stdout}${r.stderr}`);
  return r.stdout;
}
before(() => {
  fs.mkdirSync(out, { recursive: true });
  ok(path.join(here, 'make_pki.sh'), [pki]);
  ok('gcc', ['-std=c11', '-D_GNU_SOURCE', '-O1', '-Wall', path.join(here, 'peak.c'), '-o', at('peak')]);
  ok('make', ['-s', 'build/yinxinctl', 'build/yinxind'], { cwd: root });
});
after(() => fs.rmSync(work, { recursive: true, force: true }));

const signer = (who) =>
  ['--key', `${pki}/${who}-rsa.key`, '--cert', `${pki}/${who}-rsa.crt`, '--chain', `${pki}/ca.crt`];

/** Runs yinxinctl within limits: KiB resident, milliseconds of CPU. */
function within(t, [kibMax, cpuMax], ...args) {
  const said = ok(at('peak'), [plain, ...args]).trim().split('\n');
  const [kib, wall, cpu] = said.at(-1).split(' ').map(Number);
  t.diagnostic(
    `${args[0]} ${path.basename(args[1])}: ${fs.statSync(args[1]).size} bytes, peak ${(kib / MIB).toFixed(1)} MiB, ` +
      `CPU ${cpu} ms, ${wall} ms by the clock`,
  );
  assert.ok(kib < kibMax, `peak ${kib} KiB`);
  assert.ok(cpu < cpuMax, `${cpu} ms of CPU`);
}

/** Writes pieces and knows where it is. */
function writer(file) {
  const fd = fs.openSync(file, 'w');
  const w = { at: 0, pending: [], size: 0 };
  w.flush = () => {
    fs.writeSync(fd, Buffer.concat(w.pending));
    w.pending = [];
    w.size = 0;
  };
  w.put = (data) => {
    const bytes = Buffer.from(data, 'latin1');
    w.pending.push(bytes);
    w.at += bytes.length;
    if ((w.size += bytes.length) > 1 << 20) w.flush();
  };
  w.end = () => (w.flush(), fs.closeSync(fd));
  return w;
}

/** 150 MB as a scanner would make it: a few hundred big images, through qpdf. */
function makeImages(file) {
  const w = writer(`${file}.raw`);
  const offsets = [];
  const n = 600;
  w.put('%PDF-1.5\n');
  for (let i = 0; i < n; i++) {
    offsets.push(w.at);
    w.put(
      `${i + 1} 0 obj\n<< /Type /XObject /Subtype /Image /Width 500 /Height 500 /BitsPerComponent 8 ` +
        `/ColorSpace /DeviceGray /Length 250000 >>\nstream\n`,
    );
    w.put(randomBytes(250000));
    w.put('\nendstream\nendobj\n');
  }
  const objects = [
    `<< /Type /Catalog /Pages ${n + 2} 0 R >>`,
    `<< /Type /Pages /Kids [${n + 3} 0 R] /Count 1 >>`,
    `<< /Type /Page /Parent ${n + 2} 0 R /MediaBox [0 0 595 842] /Resources << /XObject << ` +
      `${Array.from({ length: n }, (_, i) => `/I${i} ${i + 1} 0 R`).join(' ')} >> >> >>`,
  ];
  objects.forEach((o, i) => {
    offsets.push(w.at);
    w.put(`${n + 1 + i} 0 obj\n${o}\nendobj\n`);
  });
  const xref = w.at;
  w.put(
    `xref\n0 ${offsets.length + 1}\n0000000000 65535 f\r\n` +
      offsets.map((o) => `${String(o).padStart(10, '0')} 00000 n\r\n`).join(''),
  );
  w.put(`trailer\n<< /Size ${offsets.length + 1} /Root ${n + 1} 0 R >>\nstartxref\n${xref}\n%%EOF\n`);
  w.end();
  ok('qpdf', ['--stream-data=preserve', '--object-streams=generate', `${file}.raw`, file]);
  fs.unlinkSync(`${file}.raw`);
}

test('150 MB in few objects: less than 16 MB, whatever the size', (t) => {
  makeImages(at('images.pdf'));
  const limits = [16 * MIB, 6000];
  within(t, limits, 'seal', at('images.pdf'), at('images-1.pdf'), ...signer('platform'), '--certify', '--create', 'B');
  within(t, limits, 'seal', at('images-1.pdf'), at('images-2.pdf'), ...signer('vendor'), '--field', 'B');
  within(t, limits, 'verify', at('images-2.pdf'), '--trust', pki);
  for (const name of fs.readdirSync(work).filter((n) => n.startsWith('images'))) fs.unlinkSync(at(name));
});

const OBJECTS = 940000;
const PAGES = 20000;
const GROUP = 200; // pages of one node of the tree
const GROUPS = PAGES / GROUP;
const FIRST = 3 + GROUPS; // number of the first page
const REST = FIRST + PAGES; // and of the first object that pages use
const EACH = Math.floor((OBJECTS - REST) / PAGES);
const refs = (from, n) => Array.from({ length: n }, (_, i) => `${from + i} 0 R`).join(' ');

function objectBody(id) {
  if (id === 1) return '<< /Type /Catalog /Pages 2 0 R >>';
  if (id === 2) return `<< /Type /Pages /Count ${PAGES} /Kids [${refs(3, GROUPS)}] >>`;
  if (id < FIRST)
    return `<< /Type /Pages /Parent 2 0 R /Count ${GROUP} /Kids [${refs(FIRST + (id - 3) * GROUP, GROUP)}] >>`;
  if (id >= REST) return `<< /Type /ExtGState /CA 0.${id % 10} /Note (${id}, ${'of some length, '.repeat(4)}) >>`;
  const own = REST + (id - FIRST) * EACH;
  const states = Array.from({ length: EACH }, (_, i) => `/G${i} ${own + i} 0 R`).join(' ');
  const parent = 3 + Math.floor((id - FIRST) / GROUP);
  return `<< /Type /Page /Parent ${parent} 0 R /MediaBox [0 0 595 842] /Resources << /ExtGState << ${states} >> >> >>`;
}

/** A cross-reference stream with all rows of [type, offset or stream, index]. */
function endWithStream(w, rows) {
  const own = rows.length;
  const table = Buffer.alloc((own + 1) * 7);
  [...rows, [1, w.at, 0]].forEach(([type, field, index], i) => {
    table[i * 7] = type;
    table.writeUInt32BE(field, i * 7 + 1);
    table.writeUInt16BE(index, i * 7 + 5);
  });
  const data = zlib.deflateSync(table);
  const xref = w.at;
  w.put(
    `${own} 0 obj\n<< /Type /XRef /Size ${own + 1} /W [1 4 2] /Root 1 0 R /Filter /FlateDecode ` +
      `/Length ${data.length} >>\nstream\n`,
  );
  w.put(data);
  w.put(`\nendstream\nendobj\nstartxref\n${xref}\n%%EOF\n`);
}

function writeObjects(w) {
  const offsets = [0];
  for (let id = 1; id <= OBJECTS; id++) {
    offsets.push(w.at);
    w.put(`${id} 0 obj\n${objectBody(id)}\nendobj\n`);
  }
  return offsets;
}

const KINDS = {
  'cross-reference table': (w) => {
    const offsets = writeObjects(w);
    const xref = w.at;
    w.put(`xref\n0 ${OBJECTS + 1}\n0000000000 65535 f\r\n`);
    for (const o of offsets.slice(1)) w.put(`${String(o).padStart(10, '0')} 00000 n\r\n`);
    w.put(`trailer\n<< /Size ${OBJECTS + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`);
  },
  'cross-reference stream': (w) =>
    endWithStream(w, writeObjects(w).map((o, id) => (id === 0 ? [0, 0, 65535] : [1, o, 0]))),
  'object streams': (w) => {
    const rows = [[0, 0, 65535]];
    const streams = [];
    const per = 100;
    for (let id = 1; id <= OBJECTS; id += per) {
      const bodies = Array.from({ length: Math.min(per, OBJECTS + 1 - id) }, (_, i) => objectBody(id + i));
      let end = 0;
      const head = bodies.map((b, i) => {
        const row = `${id + i} ${end} `;
        end += b.length + 1;
        rows[id + i] = [2, OBJECTS + 1 + streams.length, i];
        return row;
      }).join('');
      const data = zlib.deflateSync(Buffer.from(head + bodies.join(' '), 'latin1'));
      streams.push([1, w.at, 0]);
      w.put(
        `${OBJECTS + streams.length} 0 obj\n<< /Type /ObjStm /N ${bodies.length} /First ${head.length} ` +
          `/Filter /FlateDecode /Length ${data.length} >>\nstream\n`,
      );
      w.put(data);
      w.put('\nendstream\nendobj\n');
    }
    endWithStream(w, [...rows, ...streams]);
  },
};

/** The process in which the server first reads an upload: refused is what needs more than it may have. */
function confinedReader(file) {
  const inspect = (limits) => {
    const stdio = [fs.openSync(file, 'r'), 'pipe', 'pipe'];
    const said = ok(at('peak'), [path.join(root, 'build/yinxind'), '--inspect', limits], { stdio }).trim().split('\n');
    fs.closeSync(stdio[0]);
    return { said: said[0].split(' '), kib: Number(said[1].split(' ')[0]) };
  };
  const plenty = inspect(`${256 << 20},60`);
  assert.deepEqual(plenty.said.slice(0, 2), ['ok', `${PAGES}`], plenty.said.join(' '));
  const few = inspect(`${32 << 20},60`);
  assert.equal(few.said[0], 'pdf_too_complex', few.said.join(' '));
  // (beside its own memory: what it reads of the file, and libraries)
  assert.ok(few.kib < (32 + 80) * MIB, `${few.kib} KiB`);
}

for (const [kind, write] of Object.entries(KINDS)) {
  test(`${OBJECTS} objects, ${kind}: a seal takes less than 6 s and 150 MB, with and without a look`, (t) => {
    const w = writer(at('many.pdf'));
    w.put('%PDF-1.5\n');
    write(w);
    w.end();
    const limits = [150 * MIB, 6000];
    const place = ['--create', 'B@1,60,300,160,60'];
    within(t, limits, 'seal', at('many.pdf'), at('many-1.pdf'), ...signer('platform'), '--certify', ...place);
    const look = ['--field', 'B', '--seal-text', '測試'];
    within(t, limits, 'seal', at('many-1.pdf'), at('many-2.pdf'), ...signer('vendor'), ...look);
    // (a look is compared with every object of the file: who may use what it brings?)
    within(t, [150 * MIB, 20000], 'verify', at('many-2.pdf'), '--trust', pki);
    confinedReader(at('many.pdf'));
    const before = fs.readFileSync(at('many.pdf'));
    const sealed = fs.readFileSync(at('many-2.pdf'));
    assert.ok(sealed.subarray(0, before.length).equals(before), 'the input is the prefix');
  });
}
