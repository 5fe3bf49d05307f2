// Routes only: a request of a page goes to its action, one file each.
import { choose } from './actions/choose.js';
import { hello } from './actions/hello.js';
import { prove } from './actions/prove.js';
import { sign } from './actions/sign.js';
import { api } from './lib/api.js';
import { codeOf } from './lib/error.js';
import { callerOf } from './lib/origin.js';
import { adopt, removed } from './lib/window.js';

const ACTIONS = { hello, choose, prove, sign };

async function run(request, sender) {
  if (!Object.hasOwn(ACTIONS, request?.action)) return { error: { code: 'unknown_command' } };
  try {
    const origin = await callerOf(sender);
    return { ok: await ACTIONS[request.action]({ ...request, origin, language: String(request.language ?? '') }) };
  } catch (error) {
    return { error: codeOf(error) };
  }
}

api.runtime.onMessage.addListener((request, sender, answer) => {
  run(request, sender).then(answer);
  return true; // the answer comes later
});

api.runtime.onConnect.addListener(adopt);
api.windows.onRemoved.addListener(removed);
