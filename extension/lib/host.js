// The native host: one port a request of a page, opened before any window (an open port
// keeps this script alive while the user thinks), closed at the end.
import { api } from './api.js';
import { SignerError } from './error.js';

const NAME = 'tw.yinxin.signer';
const PROTOCOL = 1;
const MAX = 1024 * 1024;
const HELLO_MS = 5000;
const COMMAND_MS = 120000;

function whyClosed(text) {
  if (/not found|No such native application|unexpected error/i.test(text)) return 'host_missing';
  if (/forbidden|disabled by the system/i.test(text)) return 'host_forbidden';
  return 'host_failed';
}

export class Host {
  #port; #waiting = null; #closed = null; #nextId = 1;

  /** Opens the port and waits for the host's hello. */
  static async open() {
    const host = new Host();
    host.#port = api.runtime.connectNative(NAME);
    host.#port.onMessage.addListener((message) => host.#take(message));
    host.#port.onDisconnect.addListener((port) => {
      const text = port.error?.message ?? api.runtime.lastError?.message ?? '';
      host.#fail(new SignerError(whyClosed(text)));
    });
    const { hello } = await host.#wait(HELLO_MS, 'host_failed');
    if (hello?.protocol !== PROTOCOL) {
      host.close();
      throw new SignerError('host_outdated');
    }
    host.version = hello.version;
    return host;
  }

  /** One command; the host's error becomes a SignerError. */
  async request(command, args = {}) {
    const id = this.#nextId++;
    const message = { id, command, ...args };
    if (new TextEncoder().encode(JSON.stringify(message)).length > MAX) throw new SignerError('item_refused');
    if (this.#closed) throw this.#closed;
    const answer = this.#wait(COMMAND_MS, 'card_timeout');
    this.#port.postMessage(message);
    const { id: got, ok, error } = await answer;
    if (got !== id) throw new SignerError('protocol');
    if (error) throw new SignerError(error.code, Object.hasOwn(error, 'triesLeft') ? { triesLeft: error.triesLeft } : {});
    return ok;
  }

  close() {
    this.#closed ??= new SignerError('host_failed');
    this.#port.disconnect();
  }

  #wait(ms, code) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(new SignerError(code)), ms);
      this.#waiting = { resolve, reject, timer };
    });
  }

  #take(message) {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (!waiting) return;
    clearTimeout(waiting.timer);
    waiting.resolve(message);
  }

  #fail(error) {
    this.#closed ??= error;
    const waiting = this.#waiting;
    this.#waiting = null;
    if (!waiting) return;
    clearTimeout(waiting.timer);
    waiting.reject(error);
  }
}
