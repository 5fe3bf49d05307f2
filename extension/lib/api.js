// One name for both browsers' API.
const all = /** @type {any} */ (globalThis);
export const api = all.browser ?? all.chrome;

/**
 * Where the sender of a message comes from, as the browser says it (chrome.runtime.MessageSender).
 * @typedef {{id?: string, origin?: string, url?: string, frameId?: number,
 *            tab?: {id?: number, url?: string}}} Sender
 */

/**
 * One end of a connection (chrome.runtime.Port).
 * @typedef {{name: string, sender?: Sender, error?: Error, disconnect(): void, postMessage(message: any): void,
 *            onMessage: Event, onDisconnect: Event}} Port
 */

/** @typedef {{addListener(listener: (...args: any[]) => any): void}} Event */
