// The extension's own window: where the user reads what is signed and types the PIN.
// One at a time. The window connects back with a port named after a random token.
import { api } from './api.js';
import { SignerError } from './error.js';

const SIZE = { pin: [500, 740], choose: [520, 560] };
const CONNECT_MS = 15000;
let open = null; // an open native port keeps this script alive as long as a window is open

export class Dialog {
  #port; #waiting = null; #queue = []; #gone = false;

  /** Opens `page` ("pin" or "choose") and hands it what to show. */
  static async open(page, shown) {
    if (open) throw new SignerError('busy');
    const dialog = new Dialog();
    open = dialog;
    dialog.token = crypto.randomUUID();
    const connected = new Promise((resolve, reject) => {
      dialog.connected = resolve;
      dialog.lost = () => reject(new SignerError('cancelled'));
    });
    const timer = setTimeout(dialog.lost, CONNECT_MS);
    const [width, height] = SIZE[page];
    try {
      const made = await api.windows.create({ url: api.runtime.getURL(`${page}.html#${dialog.token}`), type: 'popup', width, height, focused: true });
      dialog.id = made.id;
      await connected;
    } catch (error) {
      await dialog.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
    dialog.tell({ show: shown });
    return dialog;
  }

  take(port) {
    this.#port = port;
    port.onMessage.addListener((message) => this.#put(message));
    port.onDisconnect.addListener(() => { this.#gone = true; this.#put({ cancel: true }); });
    this.connected();
  }

  tell(message) {
    if (!this.#gone) this.#port.postMessage(message);
  }

  /** The user's next answer; cancelled when the window is closed. */
  async ask() {
    const message = this.#queue.shift() ?? await new Promise((resolve) => { this.#waiting = resolve; });
    if (message.cancel) throw new SignerError('cancelled');
    return message;
  }

  async close() {
    if (open === this) open = null;
    if (!this.#gone && this.id !== undefined) await api.windows.remove(this.id).catch(() => {});
  }

  #put(message) {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) waiting(message);
    else this.#queue.push(message);
  }
}

/** onRemoved: the user closed the window before it had reported. */
export function removed(id) {
  if (open?.id === id) open.lost();
}

/** onConnect: a window of ours reports; anything else is turned away. */
export function adopt(port) {
  const ours = port.sender?.id === api.runtime.id && port.sender.url?.startsWith(api.runtime.getURL(''));
  if (ours && open && port.name === open.token) open.take(port);
  else port.disconnect();
}
