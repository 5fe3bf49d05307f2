// Updates behind the end of a PDF, well formed, with whatever one wants in them.
export const lastOf = (text, pattern) => [...text.matchAll(pattern)].at(-1);

/** What an update needs to know of the newest section. */
export function newest(bytes) {
  const text = bytes.toString('latin1');
  const prev = Number(lastOf(text, /startxref\s+(\d+)\s+%%EOF/g)[1]);
  const section = text.slice(prev);
  const keys = ['Root', 'Info'].map((key) => new RegExp(`/${key} \\d+ 0 R`).exec(section)?.[0] ?? '').join(' ');
  const size = Number(/\/Size (\d+)/.exec(section)[1]);
  return { text, prev, size, keys, id: /\/ID ?\[[^\]]*\]/.exec(section)?.[0] ?? '' };
}
/** A classic update with plain objects: [[id, body]]. */
export function byTable(bytes, objects, more = '') {
  const n = newest(bytes);
  let body = '';
  let table = 'xref\n0 1\n0000000000 65535 f\r\n';
  for (const [id, value] of objects) {
    table += `${id} 1\n${String(bytes.length + body.length).padStart(10, '0')} 00000 n\r\n`;
    body += `${id} 0 obj\n${value}\nendobj\n`;
  }
  const size = Math.max(n.size, ...objects.map(([id]) => id + 1));
  const trailer = `trailer\n<< /Size ${size} ${n.keys} ${more} ${n.id} /Prev ${n.prev} >>\n`;
  const end = `startxref\n${bytes.length + body.length}\n%%EOF\n`;
  return Buffer.concat([bytes, Buffer.from(body + table + trailer + end, 'latin1')]);
}
