// The user picks one of the certificates on the inserted cards; only that one goes to the page.
import { describe } from '../lib/certificate.js';
import { SignerError } from '../lib/error.js';
import { Host } from '../lib/host.js';
import { Dialog } from '../lib/window.js';

async function list(host, origin) {
  try {
    const { certificates } = await host.request('certificates', { origin });
    return { certificates: certificates.map((c) => ({ ...c, ...describe(c.certificate) })) };
  } catch (error) {
    if (!(error instanceof SignerError)) throw error;
    return { error: { code: error.code } };
  }
}

export async function choose({ origin, language }) {
  const host = await Host.open();
  let dialog;
  try {
    dialog = await Dialog.open('choose', { origin, language });
    for (;;) {
      const found = await list(host, origin);
      dialog.tell(found);
      const { picked } = await dialog.ask();
      if (Number.isInteger(picked) && found.certificates?.[picked]) return { certificate: found.certificates[picked].certificate };
    }
  } finally {
    await dialog?.close();
    host.close();
  }
}
