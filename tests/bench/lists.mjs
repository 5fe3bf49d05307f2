// node lists.mjs URL REPEATS: p50 and p95 of each kind of list for chen, in ms, as JSON lines.
import { Session, percentile } from './http.mjs';

const [url, repeats] = process.argv.slice(2);
const chen = new Session(url, 1);
await chen.login('chen');

const { total } = (await chen.call('GET', '/messages/received')).body;
const page = part => Math.max(1, Math.floor(total / 20 * part));
const LISTS = {
	'inbox, first page': '/messages/received',
	'inbox, a page in the middle': `/messages/received?page=${page(0.5)}`,
	'inbox, last page': `/messages/received?page=${page(1)}`,
	'inbox, unread': '/messages/received?tab=unread',
	'inbox, search of 1 character': `/messages/received?q=${encodeURIComponent('橋')}`,
	'inbox, search of 2': `/messages/received?q=${encodeURIComponent('橋梁')}`,
	'inbox, search of 4': `/messages/received?q=${encodeURIComponent('橋梁水利')}`,
	'sent': '/messages/sent',
	'sent, search': `/messages/sent?q=${encodeURIComponent('橋梁')}`,
	'sealing tasks': '/sealing?tab=pending',
	'contracts': '/contracts',
	'contracts, completed, page 100': '/contracts?state=completed&page=100',
	'contracts, search': `/contracts?q=${encodeURIComponent('橋梁')}`,
	'home': '/home',
};

for (const [name, path] of Object.entries(LISTS)) {
	const times = [];
	for (let i = 0; i < Number(repeats); i++) {
		const started = performance.now();
		const { status } = await chen.call('GET', path);
		times.push(performance.now() - started);
		if (status !== 200) throw new Error(`${path}: ${status}`);
	}
	console.log(JSON.stringify({ name, total, p50: percentile(times, 50), p95: percentile(times, 95) }));
}
process.exit(0);
