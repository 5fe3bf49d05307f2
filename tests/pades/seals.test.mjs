// Seals on the page through yinxinctl: what two renderers show of them, on upright and
// turned pages and in shifted boxes; that signatures stay valid for others as well.
import { test, before } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { png } from '../api/png.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const out = path.join(root, 'tests/out/pades');
const pdfs = path.join(out, 'pdf');
const pki = path.join(out, 'pki');
const work = path.join(out, 'seals');
const ctl = process.env.YINXINCTL ?? path.join(root, 'build/san/yinxinctl');
const DOTS = 72; // a point is a pixel

function run(program, args) {
  const r = spawnSync(program, args, { encoding: 'utf8', timeout: 120000, maxBuffer: 1 << 26 });
  assert.equal(r.error, undefined, `${program}: ${r.error}`);
  return r;
}
function ok(program, args) {
  const r = run(program, args);
  assert.equal(r.status, 0, `${program} ${args.join(' ')}\n${r.stdout}${r.stderr}`);
  return r.stdout;
}
const key = (who) => ['--key', `${pki}/${who}-rsa.key`, '--cert', `${pki}/${who}-rsa.crt`, '--chain', `${pki}/ca.crt`];
const seal = (who, input, output, ...more) => ok(ctl, ['seal', input, output, ...key(who), ...more]);
const file = (name) => path.join(work, `${name}.pdf`);

/** A red ring on a clear ground. */
function picture(name) {
  const ring = png(120, (x, y) => {
    const far = Math.hypot(x - 59.5, y - 59.5);
    return far > 40 && far < 58 ? [204, 0, 0, 255] : [0, 0, 0, 0];
  });
  fs.writeFileSync(name, ring);
  return name;
}

/** A page as a renderer shows it: { width, height, data } of RGB. */
function shown(pdf, page, renderer) {
  const ppm = path.join(work, `${renderer}.ppm`);
  if (renderer === 'poppler') {
    const only = ['-f', `${page}`, '-l', `${page}`, '-singlefile'];
    ok('pdftoppm', ['-r', `${DOTS}`, '-cropbox', ...only, pdf, ppm.slice(0, -4)]);
  } else {
    ok('mutool', ['draw', '-q', '-r', `${DOTS}`, '-F', 'ppm', '-c', 'rgb', '-o', ppm, pdf, `${page}`]);
  }
  const bytes = fs.readFileSync(ppm);
  const [head, width, height] = bytes.toString('latin1', 0, 40).match(/^P6\s+(\d+)\s+(\d+)\s+255\s/);
  return { width: Number(width), height: Number(height), data: bytes.subarray(head.length) };
}

/** The box of what is red: [left, bottom, right, top] in points from the lower left. */
function redBox({ width, height, data }) {
  const box = [Infinity, Infinity, -1, -1];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = (y * width + x) * 3;
      if (data[i] - data[i + 1] < 90 || data[i] - data[i + 2] < 90) continue;
      const up = height - 1 - y;
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], up);
      box[2] = Math.max(box[2], x + 1);
      box[3] = Math.max(box[3], up + 1);
    }
  return box;
}
function near(got, want, what) {
  got.forEach((v, i) => assert.ok(Math.abs(v - want[i]) <= 3, `${what}: ${got} is not ${want}`));
}
/** Share of pixels that differ much between two pictures of the same page. */
function difference(a, b) {
  assert.deepEqual([a.width, a.height], [b.width, b.height]);
  let n = 0;
  for (let i = 0; i < a.data.length; i += 3) n += Math.abs(a.data[i + 1] - b.data[i + 1]) > 128;
  return n / (a.data.length / 3);
}

function intact(pdf, n) {
  const r = run(ctl, ['verify', pdf, '--json', '--trust', pki]);
  const report = JSON.parse(r.stdout);
  assert.equal(report.valid, true, JSON.stringify(report, null, 1));
  assert.equal(report.signatures.length, n);
  assert.equal(ok('pdfsig', ['-nocert', pdf]).match(/Signature is Valid\./g)?.length, n);
  assert.match(ok('qpdf', ['--check', pdf]), /No syntax or stream encoding errors found/);
}

let ring;
before(() => {
  fs.mkdirSync(work, { recursive: true });
  ok(path.join(here, 'make_pdfs.sh'), [pdfs]);
  ok(path.join(here, 'make_pki.sh'), [pki]);
  ring = picture(path.join(work, 'ring.png'));
  const cairo = path.join(pdfs, 'cairo.pdf');
  for (const turn of [90, 180, 270]) ok('qpdf', [cairo, `--rotate=+${turn}:1-z`, file(`turned-${turn}`)]);
  fs.copyFileSync(cairo, file('turned-0'));
  // Boxes that do not begin at zero, written over the old numbers so that nothing moves.
  const plain = path.join(work, 'plain.pdf');
  ok('qpdf', ['--qdf', '--object-streams=disable', cairo, plain]);
  const text = fs.readFileSync(plain, 'latin1').replace(/\/MediaBox \[\s*0\s+0\s+595\s+842\s*\]/g, (m) => {
    const boxes = '/MediaBox [ -40 30 595 842 ] /CropBox [ 20 100 500 800 ]';
    return boxes.padEnd(m.length);
  });
  assert.match(text, /CropBox/);
  fs.writeFileSync(plain, text, 'latin1');
  spawnSync('sh', ['-c', `fix-qdf "${plain}" > "${file('shifted')}"`]);
});

for (const name of ['turned-0', 'turned-90', 'turned-180', 'turned-270', 'shifted']) {
  test(`${name}: the picture stands where it was put, upright, in both renderers`, () => {
    const done = file(`${name}-done`);
    seal('platform', file(name), done, '--image', ring, '--page', '2', '--rect', '60,90,180,60', '--reason', '同意');
    intact(done, 1);
    const pages = ['poppler', 'mupdf'].map((renderer) => shown(done, 2, renderer));
    // A square in the left of the place; the text is to its right, so it stands upright.
    for (const page of pages) near(redBox(page), [61, 91, 119, 149], name);
    assert.ok(difference(...pages) < 0.01, 'the renderers agree');
  });
}

test('a drawn seal: its characters are text, in fonts that are in the file', () => {
  const done = file('drawn');
  seal('platform', file('turned-0'), done, '--seal-text', '臺北市政府資訊局印', '--page', '1', '--rect', '300,200,160,70');
  intact(done, 1);
  for (const renderer of ['poppler', 'mupdf']) near(redBox(shown(done, 1, renderer)), [301, 201, 369, 269], renderer);
  const fonts = ok('pdffonts', [done]).split('\n');
  assert.equal(fonts.filter((f) => /NotoSerifCJKtc-Bold .* yes yes yes/.test(f)).length, 1);
  // Text can be taken out, and the fonts have their glyphs alone: a whole CJK font has thousands of subroutines.
  const text = ok('pdftotext', ['-f', '1', '-l', '1', done, '-']).replace(/\s/g, '');
  for (const char of '臺北市政府資訊局印') assert.ok(text.includes(char), char);
  seal('platform', file('turned-0'), file('blind'));
  const grown = fs.statSync(done).size - fs.statSync(file('blind')).size;
  assert.ok(grown < 16000, `the look takes ${grown} bytes`);
});

test('thin fonts show what whole ones show: Chinese, Latin and signs, in another program', () => {
  const done = file('thin');
  const said = ['--name', '關貿網路 “A&B” Ltd. — 第3號', '--reason', 'Official: 同意 (1/2), 100%'];
  seal('platform', file('turned-0'), done, '--seal-text', '測試', '--page', '1', '--rect', '60,300,260,80', ...said);
  intact(done, 1);
  const two = ['poppler', 'mupdf'].map((renderer) => shown(done, 1, renderer));
  assert.ok(difference(...two) < 0.01);
  const ghost = path.join(work, 'ghost.ppm');
  ok('gs', ['-q', '-dSAFER', '-sDEVICE=ppmraw', `-r${DOTS}`, '-dLastPage=1', '-o', ghost, done]);
  const text = ok('pdftotext', ['-f', '1', '-l', '1', done, '-']).replace(/\s/g, '');
  for (const word of ['關貿網路“A&B”Ltd.—第3號', 'Official:同意(1/2),100%']) assert.ok(text.includes(word), text);
});

test('beside a text, the last place that shows it', () => {
  const done = file('anchored');
  seal('platform', file('turned-90'), done, '--image', ring, '--anchor', '測試公司', '--rect', '0,0,40,40');
  intact(done, 1);
  const words = ok('pdftotext', ['-bbox', '-cropbox', '-f', '3', '-l', '3', file('turned-90'), '-']);
  const [, left, top, right, bottom] = words.match(
    /xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">[^<]*測試公司/,
  );
  const page = shown(done, 3, 'poppler');
  const box = redBox(page);
  // (the page is turned: its text runs downwards, and the seal stands to its right)
  assert.ok(box[0] >= Number(left) - 3, `${box} is right of ${left}`);
  const middle = page.height - (box[1] + box[3]) / 2;
  assert.ok(middle > Number(top) - 3 && middle < Number(bottom) + 3, `${middle} is between ${top} and ${bottom}`);
  assert.ok(Number(right) > 0);
  const third = ['--image', ring, '--anchor', '丙方'];
  const none = run(ctl, ['seal', file('turned-0'), file('none'), ...key('platform'), ...third]);
  assert.equal(none.status, 2);
  assert.match(none.stderr, /does not show/);
});

test('騎縫章 and places for others, all made before the certification; filled by whoever signs', () => {
  const [one, two, three] = ['one', 'two', 'three'].map((n) => file(`parties-${n}`));
  seal('platform', file('turned-270'), one, '--field', 'P', '--certify', '--create', 'V@1,50,60,120,50',
    '--create', 'A@3,300,100,70,110', '--create', 'A@seam,0.5');
  intact(one, 1);
  assert.deepEqual(redBox(shown(one, 1, 'poppler')), [Infinity, Infinity, -1, -1], 'nothing is seen before');
  seal('vendor', one, two, '--field', 'V', '--seal-text', '測試公司');
  intact(two, 2);
  near(redBox(shown(two, 1, 'mupdf')), [51, 61, 99, 109], 'the vendor');
  seal('agency', two, three, '--field', 'A', '--image', ring);
  intact(three, 3);
  // Three pages: a third of the ring on the right edge of each, at half the height.
  for (const page of [1, 2, 3])
    for (const renderer of ['poppler', 'mupdf']) {
      const p = shown(three, page, renderer);
      const edge = { ...p, data: Buffer.from(p.data) };
      for (let i = 0; i < edge.data.length; i += 3)
        if ((i / 3) % p.width < p.width - 30) edge.data.fill(255, i, i + 3);
      const box = redBox(edge);
      // (the outer thirds do not hold the ring's highest and lowest points)
      const inset = page === 2 ? 1.5 : 3.5;
      near([box[1], box[3]], [(p.height - 85) / 2 + inset, (p.height + 85) / 2 - inset], `page ${page}`);
    }
  const grown = fs.statSync(three).size - fs.statSync(two).size;
  assert.ok(grown < 120000, `${grown} bytes`);
});

test('what nobody signs, or another look later, is a change', () => {
  const one = file('edge-one');
  const places = ['--create', 'V@1,50,60,120,50', '--create', 'V@seam,0.5'];
  seal('platform', file('turned-0'), one, '--field', 'P', '--certify', ...places);
  // A new visible field behind the certification, and places behind a signature that has none.
  for (const more of [['--create', 'X@1,5,5,50,50'], ['--create', 'X@seam,0.5']]) {
    const r = run(ctl, ['seal', one, file('no'), ...key('vendor'), '--field', 'V', ...more]);
    assert.equal(r.status, 2, r.stdout);
  }
  const two = file('edge-two');
  seal('vendor', one, two, '--field', 'V', '--image', ring);
  intact(two, 2);
  // The look of a signed field is replaced by an update.
  const bytes = fs.readFileSync(two);
  const text = bytes.toString('latin1');
  const at = [...text.matchAll(/(\d+) 0 obj\n(<< \/Type \/Annot \/Subtype \/Widget \/FT \/Sig[^]*?)\nendobj/g)].at(-1);
  const form = text.match(/(\d+) 0 obj\n<< \/Type \/XObject \/Subtype \/Form/)[1];
  const size = text.match(/\/Size (\d+)(?![^]*\/Size)/)[1];
  const rootRef = text.match(/\/Root (\d+ 0 R)/)[1];
  const start = text.match(/startxref\n(\d+)\n%%EOF\n$/)[1];
  const body = `${at[1]} 0 obj\n${at[2].replace(/\/AP << [^>]*>>/, `/AP << /N ${form} 0 R >>`)}\nendobj\n`;
  assert.match(at[2], /\/AP/);
  const xref = bytes.length + body.length;
  const row = `${bytes.length}`.padStart(10, '0');
  const trailer = `<< /Size ${size} /Prev ${start} /Root ${rootRef} >>`;
  const update = `${body}xref\n${at[1]} 1\n${row} 00000 n\r\ntrailer\n${trailer}\nstartxref\n${xref}\n%%EOF\n`;
  fs.writeFileSync(file('forged'), Buffer.concat([bytes, Buffer.from(update, 'latin1')]));
  const r = run(ctl, ['verify', file('forged'), '--json', '--trust', pki]);
  assert.equal(JSON.parse(r.stdout).valid, false, r.stdout);
});

test('what something old waits for does not pass as a look', () => {
  const plain = path.join(work, 'plain-0.pdf');
  ok('qpdf', ['--qdf', '--object-streams=disable', path.join(pdfs, 'cairo.pdf'), plain]);
  const sign = (input, name) => {
    const [one, two] = [file(`${name}-one`), file(`${name}-two`)];
    seal('platform', input, one, '--field', 'P', '--certify', '--create', 'V@1,50,60,120,50');
    seal('vendor', one, two, '--field', 'V', '--image', ring);
    return two;
  };
  const honest = sign(plain, 'honest');
  intact(honest, 2);
  const form = fs.readFileSync(honest, 'latin1').match(/(\d+) 0 obj\n<< \/Type \/XObject \/Subtype \/Form/)[1];
  // The first page's content names the number that the vendor's look will have: there is no such object yet.
  const text = fs.readFileSync(plain, 'latin1').replace(/\/Contents (\d+ 0 R)/, `/Contents [ $1 ${form} 0 R ]`);
  const waiting = path.join(work, 'waiting.qdf');
  fs.writeFileSync(waiting, text, 'latin1');
  spawnSync('sh', ['-c', `fix-qdf "${waiting}" > "${file('waiting')}"`]);
  const two = sign(file('waiting'), 'waits');
  assert.match(fs.readFileSync(two, 'latin1'), new RegExp(`${form} 0 obj\\n<< /Type /XObject /Subtype /Form`));
  const r = run(ctl, ['verify', two, '--json', '--trust', pki]);
  assert.equal(JSON.parse(r.stdout).valid, false, 'the page would show more than what was certified');
});

test('prepare shows the seal as well; an append without one stays small', () => {
  const prepared = file('prepared');
  ok(ctl, ['prepare', file('turned-0'), prepared, '--cert', `${pki}/vendor-rsa.crt`, '--image', ring, '--page', '1',
    '--rect', '60,90,60,60']);
  assert.notDeepEqual(redBox(shown(prepared, 1, 'poppler')), [Infinity, Infinity, -1, -1]);
  seal('platform', file('turned-0'), file('bare'), '--field', 'P', '--certify', '--create', 'V', '--create', 'A');
  const bytes = fs.readFileSync(file('bare'));
  const hole = bytes.toString('latin1').match(/\/Contents <([0-9a-f]+)>/i)[1].length;
  const beyond = bytes.length - fs.statSync(file('turned-0')).size - hole;
  assert.ok(beyond < 12288, `${beyond} bytes beyond the signature`);
});

test('a file of many objects shows its seals too', () => {
  const n = 210000;
  const bodies = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>'];
  let text = '%PDF-1.5\n';
  const rows = Array.from({ length: n }, (_, i) => {
    const row = `${String(text.length).padStart(10, '0')} 00000 n \n`;
    text += `${i + 1} 0 obj\n${bodies[i] ?? `<< /A ${i} 0 R >>`}\nendobj\n`;
    return row;
  });
  const table = `xref\n0 ${n + 1}\n0000000000 65535 f \n${rows.join('')}`;
  const end = `trailer\n<< /Size ${n + 1} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  fs.writeFileSync(file('many'), text + table + end, 'latin1');
  seal('platform', file('many'), file('many-1'), '--field', 'P', '--certify', '--create', 'V@1,60,300,160,60');
  seal('vendor', file('many-1'), file('many-2'), '--field', 'V', '--seal-text', '測試');
  intact(file('many-2'), 2);
  near(redBox(shown(file('many-2'), 1, 'poppler')), [61, 301, 119, 359], 'many');
});

test('what is no picture is refused', () => {
  for (const [name, bytes] of [
    ['text', Buffer.from('no picture')],
    ['behind', Buffer.concat([fs.readFileSync(ring), Buffer.from('x')])],
    ['cut', fs.readFileSync(ring).subarray(0, 200)],
  ]) {
    const png = path.join(work, `${name}.png`);
    fs.writeFileSync(png, bytes);
    const where = ['--image', png, '--page', '1', '--rect', '1,1,50,50'];
    const r = run(ctl, ['seal', file('turned-0'), file('no'), ...key('platform'), ...where]);
    assert.equal(r.status, 2, name);
    assert.match(r.stderr, /PNG/);
  }
});
