// Signs documents: reads each from the page's origin, checks its digest, asks the PIN once,
// and has the host sign all of them.
import { describe } from '../lib/certificate.js';
import { readDocument, wellFormed } from '../lib/documents.js';
import { SignerError } from '../lib/error.js';
import { Host } from '../lib/host.js';
import { withPin } from '../lib/pin.js';

const MOST = 100;

function itemOf({ name, number, size, digestAlgorithm, messageDigest, signedAttributes }) {
  return { name, number, size, digestAlgorithm, messageDigest, signedAttributes };
}

export async function sign({ origin, language, certificate, documents }) {
  if (typeof certificate !== 'string' || !Array.isArray(documents) || documents.length < 1 || documents.length > MOST ||
      !documents.every(wellFormed)) throw new SignerError('item_refused');
  const host = await Host.open();
  try {
    for (const document of documents) await readDocument(origin, document);
    const shown = { kind: 'sign', origin, language, certificate: describe(certificate), documents };
    const items = documents.map(itemOf);
    return await withPin(host, shown, (pin) => host.request('sign', { origin, certificate, pin, items }));
  } finally {
    host.close();
  }
}
