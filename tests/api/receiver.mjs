// A real https receiver of webhooks on the port that the instance allows: checks each signature as
// Standard Webhooks has it, keeps what came, and answers as it is told.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DIR } from './client.mjs';

export const PORT = Number(readFileSync(join(DIR, 'conf/port'), 'utf8')) + 7;
export const HOOK_URL = `https://localhost:${PORT}/hook`;

export function verify(secret, headers, body) {
  const what = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const mac = createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64')).update(what).digest();
  return headers['webhook-signature'].split(' ').some((s) => {
    const [version, value] = s.split(',');
    const given = Buffer.from(value, 'base64');
    return version === 'v1' && given.length === mac.length && timingSafeEqual(given, mac);
  });
}

export class Receiver {
  constructor() {
    this.got = [];
    this.answer = () => 204;
    this.server = createServer({ key: readFileSync(join(DIR, 'pki/hook.key')),
      cert: readFileSync(join(DIR, 'pki/hook.crt')) }, (request, response) => {
      const parts = [];
      request.on('data', (d) => parts.push(d));
      request.on('end', async () => {
        const body = Buffer.concat(parts).toString();
        const one = { path: request.url, headers: request.headers, body, event: JSON.parse(body), at: Date.now() };
        this.got.push(one);
        const answer = await this.answer(one);
        if (answer === null) return; // never
        response.writeHead(answer.status ?? answer, answer.headers);
        response.end(answer.body);
      });
    });
  }

  async open() {
    await new Promise((done, fail) => this.server.once('error', fail).listen(PORT, '127.0.0.1', done));
    return this;
  }

  // Waits until what came fits; gives all of it that does.
  async wait(fits, n = 1, ms = 60000) {
    for (const end = Date.now() + ms; Date.now() < end; await sleep(100)) {
      const found = this.got.filter(fits);
      if (found.length >= n) return found;
    }
    throw new Error(`not within ${ms} ms; came: ${this.got.map((g) => g.event.type)}`);
  }

  close() {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(done));
  }
}
