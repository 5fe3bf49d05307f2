// Proof of possession for a registration: the host builds what the card signs.
import { describe } from '../lib/certificate.js';
import { SignerError } from '../lib/error.js';
import { Host } from '../lib/host.js';
import { withPin } from '../lib/pin.js';

export async function prove({ origin, language, certificate, nonce }) {
  if (typeof certificate !== 'string' || typeof nonce !== 'string') throw new SignerError('protocol');
  const host = await Host.open();
  try {
    const shown = { kind: 'prove', origin, language, certificate: describe(certificate), documents: [] };
    return await withPin(host, shown, (pin) => host.request('prove', { origin, certificate, pin, nonce }));
  } finally {
    host.close();
  }
}
