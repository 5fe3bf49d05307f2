// Asks for the PIN until the card takes it, the user gives up, or the card says no more.
import { SignerError } from './error.js';
import { stillAsked } from './request.js';
import { Dialog } from './window.js';

/** @typedef {import('./request.js').Request} Request */

// After these the user can do something and try again in the same window.
const AGAIN = new Set([
	'pin_wrong',
	'pin_format',
	'no_reader',
	'no_card',
	'wrong_card',
	'card_removed',
	'card_busy',
	'card_timeout',
	'no_card_service',
]);

/**
 * Shows the window and runs `use(pin)` for each PIN; gives its result.
 * @template T
 * @param {Request} request
 * @param {object} shown
 * @param {(pin: string) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withPin(request, shown, use) {
	const dialog = await Dialog.open(request, 'pin', shown);
	try {
		for (;;) {
			const { pin } = await dialog.ask();
			if (typeof pin !== 'string') throw new SignerError('cancelled');
			try {
				return await use(pin);
			} catch (error) {
				stillAsked(request);
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
