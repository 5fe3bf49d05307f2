// What the windows share: texts and the line to the background.
import { api } from './api.js';

export const text = (key, ...values) => api.i18n.getMessage(key, values) || key;

/** Fills every element with data-i18n and sets the page's language. */
export function translate() {
  document.documentElement.lang = text('lang');
  for (const element of document.querySelectorAll('[data-i18n]')) element.textContent = text(element.dataset.i18n);
}

/** The text of an error: what happened and what to do, with the tries that are left. */
export function whatToDo({ code, triesLeft }) {
  const message = text(`e_${code}`);
  const shown = message === `e_${code}` ? text('e_other', code) : message;
  return Number.isInteger(triesLeft) && code === 'pin_wrong' ? `${shown} ${text(triesLeft === 1 ? 'lastTry' : 'triesLeft', String(triesLeft))}` : shown;
}

/** The port to the background, named after the token in this window's address. */
export function connect(onMessage) {
  const port = api.runtime.connect({ name: location.hash.slice(1) });
  port.onMessage.addListener(onMessage);
  port.onDisconnect.addListener(() => window.close());
  return port;
}
