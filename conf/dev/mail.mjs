// A mail server for the private instance: takes every mail on 127.0.0.1:PORT+1, keeps it
// as DIR/mail/*.eml, and shows what came on http://127.0.0.1:PORT+2 (JSON: /mails.json).
//   node mail.mjs DIR PORT
import { createServer } from 'node:http';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { simpleParser } from 'mailparser';

const [dir, port] = [join(process.argv[2], 'mail'), Number(process.argv[3])];
let count = 0;
mkdirSync(dir, { recursive: true });

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  size: 2 * 1024 * 1024,
  onData(stream, session, done) {
    const parts = [];
    stream.on('data', (part) => parts.push(part));
    stream.on('end', () => {
      const name = `${new Date().toISOString().replace(/[:.]/g, '-')}-${String(++count).padStart(4, '0')}.eml`;
      writeFileSync(join(dir, `.${name}`), Buffer.concat(parts));
      renameSync(join(dir, `.${name}`), join(dir, name));
      done();
    });
  },
});
// A client that goes away in the middle is no reason to go as well.
server.on('error', (error) => console.error(String(error)));
server.listen(port + 1, '127.0.0.1');

async function mails() {
  const names = readdirSync(dir)
    .filter((n) => n.endsWith('.eml') && !n.startsWith('.'))
    .sort()
    .reverse()
    .slice(0, 200);
  return Promise.all(
    names.map(async (name) => {
      const mail = await simpleParser(readFileSync(join(dir, name)));
      return {
        name,
        date: mail.date,
        from: mail.from?.text,
        to: mail.to?.text,
        subject: mail.subject,
        text: mail.text,
      };
    }),
  );
}

const escape = (s) => String(s ?? '').replace(/[&<>"']/g, (c) => `&#${c.codePointAt(0)};`);

function page(list) {
  const rows = list
    .map(
      (m) => `<article><h2>${escape(m.subject)}</h2><p>${escape(m.from)} → ${escape(m.to)}</p>
<pre>${escape(m.text)}</pre></article>`,
    )
    .join('\n');
  return `<!doctype html><html lang="zh-Hant-TW"><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<title>測試信箱</title><style>body{font:1rem/1.6 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}
article{border-top:1px solid #ccc}pre{white-space:pre-wrap}</style>
<h1>測試信箱 Test mailbox</h1>${rows || '<p>沒有信件 No mail</p>'}</html>`;
}

createServer(async (request, response) => {
  const json = request.url === '/mails.json';
  try {
    const list = await mails();
    response.writeHead(200, { 'Content-Type': json ? 'application/json' : 'text/html; charset=utf-8' });
    response.end(json ? JSON.stringify(list) : page(list));
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
}).listen(port + 2, '127.0.0.1');
