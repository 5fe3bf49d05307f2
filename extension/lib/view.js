// What the windows share: texts and the line to the background.
import { api } from './api.js';

let catalogue = {};
let errors = {};

/** The message of a key in the language in use; $name$ stands for a value. */
export function text(key, ...values) {
  if (!Object.hasOwn(catalogue, key)) return key;
  const { message, placeholders = {} } = catalogue[key];
  return message.replace(/\$(\w+)\$/g, (_, name) => values[Number(placeholders[name].content.slice(1)) - 1]);
}

// The language of the page that asks, so both read alike; getMessage() knows the browser's only.
async function speak(language) {
  const locale = /^zh/i.test(language || api.i18n.getUILanguage()) ? 'zh_TW' : 'en';
  const files = [`_locales/${locale}/messages.json`, `gen/errors.${locale === 'en' ? 'en' : 'zh'}.json`];
  [catalogue, errors] = await Promise.all(files.map(async (file) => (await fetch(api.runtime.getURL(file))).json()));
  document.documentElement.lang = text('lang');
  for (const element of document.querySelectorAll('[data-i18n]')) element.textContent = text(element.dataset.i18n);
}

/** The text of an error: what happened and what to do, with the tries that are left. */
export function whatToDo({ code, triesLeft }) {
  const shown = Object.hasOwn(errors, code) ? errors[code] : text('e_other', code);
  return Number.isInteger(triesLeft) && code === 'pin_wrong' ? `${shown} ${text(triesLeft === 1 ? 'lastTry' : 'triesLeft', String(triesLeft))}` : shown;
}

/** The port to the background, named after the token in this window's address. */
export function connect(onMessage) {
  const port = api.runtime.connect({ name: location.hash.slice(1) });
  let before = Promise.resolve();
  port.onMessage.addListener((message) => {
    before = before.then(async () => {
      if (message.show) await speak(message.show.language);
      onMessage(message);
    });
  });
  port.onDisconnect.addListener(() => window.close());
  return port;
}
