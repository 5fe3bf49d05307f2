// Is the host there, and could signing work? No identity leaves the machine.
import { api } from '../lib/api.js';
import { codeOf } from '../lib/error.js';
import { Host } from '../lib/host.js';

export async function hello() {
  const version = api.runtime.getManifest().version;
  let host;
  try {
    host = await Host.open();
    return { version, host: { installed: true, version: host.version }, status: await host.request('status') };
  } catch (error) {
    return { version, host: { installed: false, code: codeOf(error).code } };
  } finally {
    host?.close();
  }
}
