// Who asks: what the browser says, never what the page says.
import { api } from './api.js';
import { SignerError } from './error.js';

async function allowedByPolicy(origin) {
  let list;
  try {
    ({ allowedOrigins: list } = await api.storage.managed.get('allowedOrigins'));
  } catch {
    return true; // Firefox: no policy is set
  }
  return !Array.isArray(list) || list.length === 0 || list.includes(origin);
}

/** The origin of a request's sender; only the top frame of an ordinary page may ask. */
export async function callerOf(sender) {
  const origin = sender.origin ?? (sender.url ? new URL(sender.url).origin : '');
  const ok = /^https:\/\/[^/]+$/.test(origin) || /^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/.test(origin);
  if (!ok || sender.frameId !== 0 || !sender.tab || !(await allowedByPolicy(origin))) throw new SignerError('origin_refused');
  return origin;
}
