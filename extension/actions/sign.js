// Signs documents: reads each from the page's origin, checks its digest, asks the PIN once,
// and has the host sign all of them.
import { describe } from '../lib/certificate.js';
import { readDocument, wellFormed } from '../lib/documents.js';
import { SignerError } from '../lib/error.js';
import { withHost } from '../lib/host.js';
import { withPin } from '../lib/pin.js';
import { policy } from '../lib/policy.js';
import { stillAsked } from '../lib/request.js';

/** @typedef {import('../lib/documents.js').Document} Document */
/** @typedef {import('../lib/request.js').Request} Request */

function itemOf(/** @type {Document} */ { name, number, size, digestAlgorithm, messageDigest, signedAttributes }) {
	return { name, number, size, digestAlgorithm, messageDigest, signedAttributes };
}

/** @param {Request} request @param {Document[]} documents */
async function checked(request, documents) {
	const list = [];
	for (const document of documents) {
		const { sha256 } = await readDocument(request.origin, document, request.signal);
		stillAsked(request);
		list.push({ ...document, sha256 });
	}
	return list;
}

// With `partial` the page gets what was signed before the user, or the card, stopped the rest.
function wishes(/** @type {import('../lib/host.js').Host} */ host, /** @type {Request} */ { topOrigin, args }) {
	return host.modern ? { topOrigin, progress: true, partial: args.partial === true } : {};
}

export async function sign(/** @type {Request} */ request) {
	const {
		origin,
		topOrigin,
		language,
		args: { certificate, documents },
	} = request;
	const { maxDocuments, pinMinLength, rememberMinutes: mayRemember } = await policy();
	if (
		typeof certificate !== 'string' ||
		!Array.isArray(documents) ||
		documents.length < 1 ||
		!documents.every(wellFormed)
	)
		throw new SignerError('item_refused');
	const signAll = async (/** @type {import('../lib/host.js').Host} */ host) => {
		if (documents.length > Math.min(maxDocuments, host.batchMax)) throw new SignerError('too_many_documents');
		const shown = {
			kind: 'sign',
			origin,
			topOrigin,
			language,
			pinMinLength,
			rememberMinutes: Math.min(mayRemember, host.rememberMinutes),
			certificate: await describe(certificate),
			documents: await checked(request, documents),
		};
		// The list as it is shown, whatever the page does with its own meanwhile.
		const items = documents.map(itemOf);
		const whole = { origin, certificate, items, ...wishes(host, request) };
		return withPin(request, host, shown, (given, onProgress) =>
			host.request('sign', { ...whole, ...given }, onProgress),
		);
	};
	return withHost(request, signAll, mayRemember);
}
