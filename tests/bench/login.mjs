// node login.mjs URL ACCOUNT: the cookie of a session of a demo account.
import { Session } from './http.mjs';

const session = new Session(process.argv[2], 1);
await session.login(process.argv[3]);
console.log(session.headers.Cookie);
process.exit(0);
