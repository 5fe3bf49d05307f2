// node writes.mjs URL: what writes.lua needs of a session of chen, as assignments for a shell.
import { Session } from './http.mjs';

const chen = new Session(process.argv[2], 1);
const me = await chen.login('chen');
const [unit] = (await chen.call('GET', '/units')).body.items;
const { Cookie, 'X-CSRF-Token': csrf } = chen.headers;
console.log(`export COOKIE='${Cookie}' CSRF=${csrf} UNIT=${unit.id} MEMBER=${me.id}`);
process.exit(0);
