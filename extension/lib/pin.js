// Asks for the PIN until the card takes it, the user gives up, or the card says no more.
import { SignerError } from './error.js';
import { stillAsked } from './request.js';
import { Dialog } from './window.js';

/** @typedef {import('./host.js').Host} Host */
/** @typedef {import('./request.js').Request} Request */

/**
 * What the user gave: goes to the host as it is.
 * @typedef {{pin?: string, onReader?: boolean, remember?: boolean, lastTry?: boolean}} Given
 */

// After these the user can do something and try again in the same window.
const AGAIN = new Set([
	'pin_wrong',
	'pin_format',
	'pin_needed',
	'pin_last_try',
	'no_reader',
	'no_card',
	'wrong_card',
	'card_removed',
	'card_busy',
	'card_timeout',
	'no_card_service',
	'dialog_failed',
]);

/**
 * What the inserted card says of the PIN: how long it may be, how many tries are left.
 * @param {Host} host
 * @param {Request} request
 */
async function cardOf(host, { origin, topOrigin, args }) {
	if (!host.modern) return null;
	try {
		const { certificates } = await host.request('certificates', { origin, topOrigin });
		const found = certificates.find((/** @type {any} */ one) => one.certificate === args.certificate);
		if (!found) return null;
		const { pinMin, pinMax, triesLeft, pinPad = false } = found;
		return { pinMin, pinMax, triesLeft, pinPad };
	} catch (error) {
		if (host.closed) throw error;
		return null; // no card yet, for instance: the signature will say so
	}
}

/**
 * @param {any} message of the window
 * @param {Host} host
 * @param {number} rememberMinutes
 * @returns {Given}
 */
function givenIn({ pin, onReader, remember, lastTry }, host, rememberMinutes) {
	if (!host.modern) return { pin: String(pin ?? '') };
	return {
		...(typeof pin === 'string' && !host.ownDialog ? { pin } : {}),
		...(onReader === true ? { onReader: true } : {}),
		...(remember === true && rememberMinutes > 0 ? { remember: true } : {}),
		lastTry: lastTry === true,
	};
}

/**
 * Shows the window and runs `use` with each PIN; gives its result.
 * @template T
 * @param {Request} request
 * @param {Host} host
 * @param {{rememberMinutes: number, [more: string]: any}} shown
 * @param {(given: Given, onProgress: (progress: any) => void) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withPin(request, host, shown, use) {
	const remembered = host.rememberedUntil > Date.now();
	const dialog = await Dialog.open(request, 'pin', { ...shown, remembered, ownDialog: host.ownDialog });
	dialog.stop = () => host.cancel();
	try {
		const card = await cardOf(host, request);
		if (card) dialog.tell({ card });
		for (;;) {
			const given = givenIn(await dialog.ask(), host, shown.rememberMinutes);
			try {
				return await use(given, (progress) => dialog.tell({ progress }));
			} catch (error) {
				stillAsked(request);
				if (!(error instanceof SignerError) || error.code === 'cancelled') throw error;
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
