// Asks for the PIN until the card takes it, the user gives up, or the card says no more.
import { Dialog } from './window.js';
import { SignerError } from './error.js';

// After these the user can do something and try again in the same window.
const AGAIN = new Set(['pin_wrong', 'pin_format', 'no_reader', 'no_card', 'wrong_card', 'card_removed', 'card_busy',
  'card_timeout', 'no_card_service']);

/** Shows the window and runs `use(pin)` for each PIN; gives its result. */
export async function withPin(host, shown, use) {
  const dialog = await Dialog.open('pin', shown);
  try {
    for (;;) {
      const { pin } = await dialog.ask();
      if (typeof pin !== 'string') throw new SignerError('cancelled');
      try {
        return await use(pin);
      } catch (error) {
        if (!(error instanceof SignerError)) throw error;
        dialog.tell({ error: { code: error.code, ...error.more }, final: !AGAIN.has(error.code) });
        if (AGAIN.has(error.code)) continue;
        // The reason stays on the screen until the user closes the window.
        await dialog.ask().catch(() => {});
        throw error;
      }
    }
  } finally {
    await dialog.close();
  }
}
