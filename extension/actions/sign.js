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

export async function sign(/** @type {Request} */ request) {
	const {
		origin,
		topOrigin,
		language,
		args: { certificate, documents },
	} = request;
	const { maxDocuments, pinMinLength } = await policy();
	if (
		typeof certificate !== 'string' ||
		!Array.isArray(documents) ||
		documents.length < 1 ||
		!documents.every(wellFormed)
	)
		throw new SignerError('item_refused');
	if (documents.length > maxDocuments) throw new SignerError('too_many_documents');
	return withHost(request, async (host) => {
		const shown = {
			kind: 'sign',
			origin,
			topOrigin,
			language,
			pinMinLength,
			certificate: await describe(certificate),
			documents: await checked(request, documents),
		};
		const items = documents.map(itemOf);
		return withPin(request, shown, (pin) => host.request('sign', { origin, certificate, pin, items }));
	});
}
