// What a certification permits (DocMDP P=2: forms, P=3: notes as well) is told from what it does
// not: files that PDFBox 2.0.27 and iText 5.5.13 filled in and commented behind our certification,
// and the same kinds of update made to deceive.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { byTable, newest } from './update.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const ctl = process.env.YINXINCTL ?? path.resolve(here, '../../build/san/yinxinctl');
const files = path.join(here, 'permitted');
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'yx-permitted-'));
test.after(() => fs.rmSync(work, { recursive: true }));

const read = (name) => fs.readFileSync(path.join(files, `${name}.pdf`));
function verify(bytes) {
  const file = path.join(work, 'x.pdf');
  fs.writeFileSync(file, bytes);
  const r = spawnSync(ctl, ['verify', file, '--trust', files, '--json'], { encoding: 'utf8' });
  assert.ok(!/AddressSanitizer|runtime error/.test(r.stderr), r.stderr);
  return { status: r.status, ...JSON.parse(r.stdout || '{}') };
}
function good(bytes, what) {
  const r = verify(bytes);
  assert.equal(r.status, 0, `${what}: ${JSON.stringify(r)}`);
  assert.ok(r.changes.every((c) => c.allowed), what);
  return r;
}
function bad(bytes, what) {
  const r = verify(bytes);
  assert.deepEqual([r.status, r.valid], [1, false], `${what}: ${JSON.stringify(r)}`);
  assert.equal(r.signatures[0].why, 'changed_after_signing', what);
  return r;
}

test('forms that other programs filled in are valid, and it is said that they were', () => {
  for (const name of ['forms-pdfbox', 'forms-itext']) {
    const r = good(read(name), name);
    assert.ok(r.signatures[0].warnings.includes('form_filled'), name);
    const values = r.changes.filter((c) => c.class === 'form_value');
    assert.deepEqual([values.length, [...new Set(values.map((c) => c.page))]], [3, [1]], name);
    const rest = r.changes.filter((c) => !['form_value', 'appearance', 'metadata'].includes(c.class));
    assert.deepEqual(rest, [], name);
  }
});

test('an empty field may be filled in after an approval; what was approved stays', () => {
  const r = good(read('approved-empty-pdfbox'), 'empty');
  assert.deepEqual(r.signatures.map((s) => s.warnings.includes('form_filled')), [true, true]);
  for (const name of ['approved-filled-pdfbox', 'approved-filled-itext']) {
    const changed = bad(read(name), name);
    assert.equal(changed.signatures[1].why, 'changed_after_signing');
  }
});

test('notes and marks: with P=3 only, and none that has a look of its own', () => {
  for (const name of ['notes-text-itext', 'notes-mark-itext']) {
    const r = good(read(name), name);
    assert.ok(r.signatures[0].warnings.includes('annotated'), name);
    assert.deepEqual(r.changes.filter((c) => c.class === 'annotation').map((c) => c.page), [1]);
  }
  bad(read('notes-stamp-itext'), 'a stamp');
  bad(read('forms-text-itext'), 'a note where only forms are allowed');
});

/** What stands in the file under the number. */
const valueOf = (bytes, id) =>
  [...bytes.toString('latin1').matchAll(new RegExp(`(?:^|\\n)${id} 0 obj\\s*(<<[^]*?>>)\\s*endobj`, 'g'))].at(-1)[1];
/** The number of the field with that name. */
const fieldOf = (bytes, name) =>
  Number([...bytes.toString('latin1').matchAll(/\n(\d+) 0 obj\s*<<[^]*?endobj/g)]
    .findLast((m) => m[0].includes(`/T (${name})`))[1]);
const form = (text, more = '') =>
  `<< /Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << >>${more} /Length ${text.length} >>\n` +
  `stream\n${text}\nendstream`;

test('a value, its look, and nothing else', () => {
  const bytes = read('forms');
  const { size } = newest(bytes);
  const id = fieldOf(bytes, 'amount');
  const old = valueOf(bytes, id);
  const now = (more, base = old) => [id, base.replace(/>>$/, `${more} >>`)];
  const look = [size, form('/Tx BMC EMC')];
  good(byTable(bytes, [now('/V (100)')]), 'a value alone');
  good(byTable(bytes, [now(`/V (100) /AP << /N ${size} 0 R >>`), look]), 'with its look');
  const cases = {
    'another place': [now('/V (100)', old.replace('60.0', '10.0'))],
    'an action': [now('/V (100) /A << /S /URI /URI (http://x.test) >>')],
    'a script': [now('/V (100) /AA << /K << /S /JavaScript /JS (1) >> >>')],
    'a value elsewhere': [now('/V 11 0 R')],
    'a value that is a dictionary': [now('/V << /A 1 >>')],
    'another name': [[id, old.replace('(amount)', '(amounts)')]],
    'a look without a value': [now(`/AP << /N ${size} 0 R >>`), look],
    'a look for the mouse': [now(`/V (1) /AP << /N ${size} 0 R /R ${size} 0 R >>`), look],
    'a look that acts': [now(`/V (1) /AP << /N ${size} 0 R >>`), [size, form('x', ' /OPI << >>')]],
    'hidden text elsewhere': [now('/V (1)'), [size, '<< /Type /Annot /Subtype /FreeText /Rect [0 0 9 9] >>']],
    'a new field': [now('/V (1)'), [size, `<< /FT /Tx /T (new) /Rect [0 0 9 9] >>`]],
    'flags': [now('/V (1) /F 6', old.replace('/F 4', ''))],
  };
  for (const [what, objects] of Object.entries(cases)) bad(byTable(bytes, objects), what);
  // The look of another field, and the page's own content, in the look's stead.
  const party = valueOf(bytes, fieldOf(bytes, 'party'));
  const ap = Number(/\/AP (\d+) 0 R/.exec(party)[1]);
  const n = Number(/\/N (\d+) 0 R/.exec(valueOf(bytes, ap))[1]);
  bad(byTable(bytes, [now(`/V (1) /AP << /N ${n} 0 R >>`), [n, form('0 0 9 9 re f')]]), 'another field’s look');
  const content = Number(/\/Contents (\d+) 0 R/.exec(bytes.toString('latin1'))[1]);
  bad(byTable(bytes, [now(`/V (1) /AP << /N ${content} 0 R >>`), [content, form('0 0 9 9 re f')]]), 'the page');
});

test('boxes are ticked, fonts are added, and neither shows anything else', () => {
  const bytes = read('forms');
  const { size } = newest(bytes);
  const id = fieldOf(bytes, 'agree');
  const old = valueOf(bytes, id);
  const ticked = old.replace('/AS /Off', '/AS /Yes /V /Yes');
  assert.notEqual(ticked, old);
  good(byTable(bytes, [[id, ticked]]), 'ticked');
  const other = ticked.replace(/\/AP \d+ 0 R/, `/AP << /N << /Yes ${size} 0 R >> >>`);
  bad(byTable(bytes, [[id, other], [size, form('x')]]), 'with another look');
  const dr = Number(/\/DR (\d+) 0 R/.exec(bytes.toString('latin1'))[1]);
  const fonts = Number(/\/Font (\d+) 0 R/.exec(valueOf(bytes, dr))[1]);
  const list = valueOf(bytes, fonts);
  const font = [size, '<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>'];
  good(byTable(bytes, [[id, ticked], [fonts, list.replace(/>>$/, `/Extra ${size} 0 R >>`)], font]), 'one font more');
  const replaced = list.replace(/\/Helv \d+ 0 R/, `/Helv ${size} 0 R`);
  bad(byTable(bytes, [[id, ticked], [fonts, replaced], font]), 'another Helv');
  bad(byTable(bytes, [[fonts, list.replace(/>>$/, `/Extra ${size} 0 R >>`)], font]), 'fonts that nobody needs');
});

test('a note says something, and does nothing', () => {
  const bytes = read('notes');
  const { size } = newest(bytes);
  const page = Number(/\/P (\d+) 0 R/.exec(valueOf(bytes, fieldOf(bytes, 'amount')))[1]);
  const listed = valueOf(bytes, page).replace(/\/Annots \[([^\]]*)\]/, `/Annots [$1 ${size} 0 R]`);
  const note = (more, kind = 'Text') =>
    byTable(bytes, [[page, listed], [size, `<< /Subtype /${kind} /Rect [9 9 29 29] /P ${page} 0 R ${more} >>`]]);
  assert.notEqual(listed, valueOf(bytes, page));
  good(note('/Contents (look) /T (me) /Open false'), 'a note');
  good(note('/C [1 1 0] /QuadPoints [9 29 29 29 9 9 29 9]', 'Highlight'), 'a light highlight');
  const cases = {
    'an action': note('/A << /S /URI /URI (http://x.test) >>'),
    'a look': note(`/AP << /N ${page} 0 R >>`),
    'a black highlight': note('/C [0 0 0] /QuadPoints [9 29 29 29 9 9 29 9]', 'Highlight'),
    'a black highlight in grey': note('/C [.1]', 'Highlight'),
    'free text': note('/DA (/Helv 12 Tf)', 'FreeText'),
    'a redaction': note('', 'Redact'),
    'a link': note('/Dest [3 0 R /Fit]', 'Link'),
    'a widget': note('/FT /Tx /T (x)', 'Widget'),
    'a reference elsewhere': note(`/Contents ${page} 0 R`),
    'another page as well': byTable(bytes, [[page, listed.replace('/Type /Page', '/Type /Page /Rotate 180')],
      [size, `<< /Subtype /Text /Rect [9 9 29 29] /P ${page} 0 R >>`]]),
  };
  for (const [what, forged] of Object.entries(cases)) bad(forged, what);
});
