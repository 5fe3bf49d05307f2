// PDF files written by hand, as other programs leave them: what few of the tests' producers make.
import zlib from 'node:zlib';

const row = (at, kind = 'n', gen = '00000') => `${String(at).padStart(10, '0')} ${gen} ${kind}\r\n`;

/** A file with a cross-reference table: bodies of the objects 1…, keys of the trailer. */
export function byHand(bodies, { version = '1.7', keys = '/Root 1 0 R' } = {}) {
  let text = `%PDF-${version}\n%\u00e2\u00e3\u00cf\u00d3\n`;
  const rows = bodies.map((body, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj\n${body}\nendobj\n`;
    return row(at);
  });
  const n = bodies.length + 1;
  const table = `xref\n0 ${n}\n${row(0, 'f', '65535')}${rows.join('')}`;
  return Buffer.from(`${text}${table}trailer\n<< /Size ${n} ${keys} >>\nstartxref\n${text.length}\n%%EOF\n`, 'latin1');
}

/** What saves an update with a cross-reference stream: objects plain, or `packed` in an object stream. */
export function byStream(bytes, objects, packed = []) {
  const text = bytes.toString('latin1');
  const prev = Number([...text.matchAll(/startxref\s+(\d+)\s+%%EOF/g)].at(-1)[1]);
  const section = text.slice(prev);
  const root = /\/Root \d+ 0 R/.exec(section)[0];
  let size = Math.max(Number(/\/Size (\d+)/.exec(section)[1]), ...[...objects, ...packed].map(([id]) => id + 1));
  const rows = [];
  const parts = [bytes];
  let at = bytes.length;
  const put = (id, body) => {
    const piece = Buffer.from(`${id} 0 obj\n${body}\nendobj\n`, 'latin1');
    rows.push([id, 1, at, 0]);
    parts.push(piece);
    at += piece.length;
  };
  for (const [id, body] of objects) put(id, body);
  if (packed.length > 0) {
    const stream = size++;
    let end = 0;
    const head = packed.map(([id, body], i) => {
      rows.push([id, 2, stream, i]);
      const pair = `${id} ${end} `;
      end += body.length + 1;
      return pair;
    }).join('');
    const data = zlib.deflateSync(Buffer.from(head + packed.map(([, body]) => body).join(' '), 'latin1'));
    const dict = `/Type /ObjStm /N ${packed.length} /First ${head.length} /Filter /FlateDecode /Length ${data.length}`;
    put(stream, `<< ${dict} >>\nstream\n${data.toString('latin1')}\nendstream`);
  }
  const own = size++;
  rows.push([own, 1, at, 0]);
  rows.sort((a, b) => a[0] - b[0]);
  const table = Buffer.alloc(rows.length * 7);
  rows.forEach(([, type, field, index], i) => {
    table[i * 7] = type;
    table.writeUInt32BE(field, i * 7 + 1);
    table.writeUInt16BE(index, i * 7 + 5);
  });
  const index = rows.map(([id]) => `${id} 1`).join(' ');
  const keys = `/W [1 4 2] /Index [${index}] /Size ${size} ${root} /Prev ${prev} /Length ${table.length}`;
  parts.push(Buffer.from(`${own} 0 obj\n<< /Type /XRef ${keys} >>\nstream\n`, 'latin1'), table);
  parts.push(Buffer.from(`\nendstream\nendobj\nstartxref\n${at}\n%%EOF\n`, 'latin1'));
  return Buffer.concat(parts);
}

export const streamBody = (text, keys = '') => `<< ${keys}/Length ${text.length} >>\nstream\n${text}\nendstream`;
const FONT = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
const words = (y) => streamBody(`BT /F1 18 Tf 60 ${y} Td (A contract of two parties) Tj ET`);
const pageOf = (more) =>
  `<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R ${more} >>`;
const plain = (more, box = '/MediaBox [0 0 595 842]') => [
  '<< /Type /Catalog /Pages 2 0 R >>',
  `<< /Type /Pages /Kids [3 0 R] /Count 1 ${box} >>`,
  pageOf(more),
  words(700),
  FONT,
];

/** A page that lies on its side, in boxes that begin elsewhere, with a list of annotations of its own. */
export const turned = () =>
  byHand([...plain('/Rotate 90 /CropBox [-90 -40 480 790] /Annots 6 0 R', '/MediaBox [-100 -50 495 792]'), '[]']);

const widget = (keys) => `<< /Type /Annot /Subtype /Widget /F 4 /P 3 0 R ${keys} >>`;
/** A form with a value and its look, an unfilled choice, and a list of fields. */
export const form = () =>
  byHand([
    '<< /Type /Catalog /Pages 2 0 R /AcroForm 9 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>',
    pageOf('/Annots [6 0 R 7 0 R]'),
    words(700),
    FONT,
    widget('/FT /Tx /T (Name) /V (Chen) /Rect [60 600 260 620] /AP << /N 8 0 R >>'),
    widget('/FT /Btn /T (Agreed) /V /Off /AS /Off /Rect [60 560 80 580]'),
    streamBody(
      '/Tx BMC BT /F1 12 Tf 2 5 Td (Chen) Tj ET EMC',
      '/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F1 5 0 R >> >> ',
    ),
    '<< /Fields [6 0 R 7 0 R] /DA (/F1 0 Tf 0 g) /DR << /Font << /F1 5 0 R >> >> >>',
  ]);

/** For readers of tables and of streams alike (ISO 32000-2, 7.5.8.4): objects 6 and 7 are in a hidden stream. */
export function hybrid() {
  const bodies = plain('/Annots [7 0 R]');
  let text = '%PDF-1.5\n%\u00e2\u00e3\u00cf\u00d3\n';
  const rows = bodies.map((body, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj\n${body}\nendobj\n`;
    return row(at);
  });
  const inside = ['<< /Note (for readers of streams) >>', '<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /F 4 >>'];
  const head = `6 0 7 ${inside[0].length + 1} `;
  const at = text.length;
  text += `8 0 obj\n${streamBody(head + inside.join(' '), `/Type /ObjStm /N 2 /First ${head.length} `)}\nendobj\n`;
  const hidden = text.length;
  const table = String.fromCharCode(2, 0, 8, 0, 2, 0, 8, 1, 1, at >> 8, at & 255, 0);
  text += `9 0 obj\n${streamBody(table, '/Type /XRef /W [1 2 1] /Index [6 3] /Size 10 /Root 1 0 R ')}\nendobj\n`;
  const end = text.length;
  text += `xref\n0 10\n${row(0, 'f', '65535')}${rows.join('')}`;
  text += `${row(0, 'f')}${row(0, 'f')}${row(0, 'f')}${row(hidden)}`;
  text += `trailer\n<< /Size 10 /Root 1 0 R /XRefStm ${hidden} >>\nstartxref\n${end}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

/** Saved twice: a table first, then a changed page in an object stream. */
export const updated = () =>
  byStream(byHand(plain(''), { version: '1.4' }), [[4, words(500)]], [[3, pageOf('/UserUnit 1')], [6, '<< /Of 1 >>']]);

const LOOK = '/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F1 5 0 R >> >> ';
/** A value that a form's first field gets, and its look, as a program saves it: packed in an object stream. */
export const filled = (bytes, id) =>
  byStream(
    bytes,
    [[id, streamBody('/Tx BMC BT /F1 12 Tf 2 5 Td (Lin) Tj ET EMC', LOOK)]],
    [[6, widget(`/FT /Tx /T (Name) /V (Lin) /Rect [60 600 260 620] /AP << /N ${id} 0 R >>`)]],
  );

/** The form above, saved once more by a program that writes streams only; `more` is added to the catalog. */
export const streamForm = (more = '') =>
  byStream(form(), [], [[1, `<< /Type /Catalog /Pages 2 0 R /AcroForm 9 0 R ${more}>>`]]);

/** A form that is described a second time, as XFA, whose layout does not change. */
export function xfa() {
  const packet = '<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"></xdp:xdp>';
  const keys = '/Fields [6 0 R 7 0 R] /DA (/F1 0 Tf 0 g) /DR << /Font << /F1 5 0 R >> >> /XFA 10 0 R';
  return byStream(form(), [[10, streamBody(packet)]], [[9, `<< ${keys} >>`]]);
}

const HOLE = 16384; // hex digits
/** Not when this was loaded: the signer's certificate may be younger. */
const now = () => new Date().toISOString().replace(/\D/g, '').slice(0, 14);
/** A signature dictionary whose hole `fillHole` fills. */
export const unsigned = () =>
  `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 ${'*'.repeat(10)} ` +
  `${'*'.repeat(10)} ${'*'.repeat(10)}] /Contents <${'0'.repeat(HOLE)}> /M (D:${now()}Z) >>`;

/** Puts the signature of all other bytes into the hole. `sign` makes CMS in DER. */
export function fillHole(bytes, sign) {
  const start = bytes.indexOf(`<${'0'.repeat(HOLE)}>`);
  const end = start + HOLE + 2;
  const out = Buffer.from(bytes);
  const numbers = [start, end, bytes.length - end].map((n) => String(n).padEnd(10)).join(' ');
  out.write(numbers, out.indexOf('*'.repeat(10)), 'latin1');
  const cms = sign(Buffer.concat([out.subarray(0, start), out.subarray(end)]));
  out.write(cms.toString('hex').padEnd(HOLE, '0'), start + 1, 'latin1');
  return out;
}

/** Written and signed in one go by a program that saves for the web: the section that is read first
 * stands at the front (ISO 32000-2, annex F), and the file's end names it. */
export function linearized() {
  const first = [3, 4, 5, 6, 7]; // of the first page
  const bodies = {
    1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] /SigFlags 3 >> >>',
    2: '<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>',
    3: pageOf('/Annots [6 0 R]'),
    4: words(700),
    5: FONT,
    6: '<< /Type /Annot /Subtype /Widget /FT /Sig /T (Agency) /V 7 0 R /F 132 /Rect [0 0 0 0] /P 3 0 R >>',
    7: unsigned(),
  };
  const offsets = {};
  const front = (main) => {
    const rows = first.map((id) => row(offsets[id] ?? 0)).join('');
    const keys = `/Size 8 /Root 1 0 R /Prev ${String(main).padStart(10, '0')}`;
    return `xref\n3 ${first.length}\n${rows}trailer\n<< ${keys} >>\nstartxref\n0\n%%EOF\n`;
  };
  const build = (main) => {
    let text = '%PDF-1.6\n%\u00e2\u00e3\u00cf\u00d3\n';
    const start = text.length;
    text += front(main);
    for (const id of [...first, 1, 2]) {
      offsets[id] = text.length;
      text += `${id} 0 obj\n${bodies[id]}\nendobj\n`;
    }
    const end = text.length;
    text += `xref\n0 3\n${row(0, 'f', '65535')}${row(offsets[1])}${row(offsets[2])}`;
    text += `trailer\n<< /Size 3 >>\nstartxref\n${start}\n%%EOF\n`;
    return { text, end };
  };
  return Buffer.from(build(build(0).end).text, 'latin1');
}
