// node writes.mjs URL CLIENTS SECONDS: contracts created a second by so many clients at once.
import { randomUUID } from 'node:crypto';
import { Session } from './http.mjs';

const [url, clients, seconds] = process.argv.slice(2).map((x, i) => i === 0 ? x : Number(x));
const chen = new Session(url, clients);
const me = await chen.login('chen');
const unit = (await chen.call('GET', '/units')).body.items[0];
const end = performance.now() + seconds * 1000;
let made = 0;

await Promise.all(Array.from({ length: clients }, async () => {
	while (performance.now() < end) {
		const { status, body } = await chen.call('POST', '/contracts', { number: randomUUID().slice(0, 18), title: '寫入',
			unitId: unit.id, officers: [me.id] });
		if (status !== 201) throw new Error(JSON.stringify(body));
		made++;
	}
}));
console.log((made / seconds).toFixed(0));
process.exit(0);
