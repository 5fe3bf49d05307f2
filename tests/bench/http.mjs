// What the benches of lists and writes share: a session, a request, percentiles.
import http from 'node:http';
import { randomUUID } from 'node:crypto';

export class Session {
	constructor(url, connections) {
		this.url = new URL(url);
		this.agent = new http.Agent({ keepAlive: true, maxSockets: connections });
		this.headers = {};
	}

	// → {status, headers, body}
	call(method, path, json) {
		const body = json === undefined ? undefined : JSON.stringify(json);
		const headers = { ...this.headers, ...body && { 'Content-Type': 'application/json',
			'Content-Length': Buffer.byteLength(body), 'Idempotency-Key': randomUUID() } };
		return new Promise((resolve, reject) => {
			const request = http.request({ host: this.url.hostname, port: this.url.port, agent: this.agent, method,
				path: `/api/v1${path}`, headers }, answer => {
				const parts = [];
				answer.on('data', part => parts.push(part));
				answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers,
					body: JSON.parse(Buffer.concat(parts).toString()) }));
			});
			request.on('error', reject);
			request.end(body);
		});
	}

	async login(account) {
		const { headers, body } = await this.call('POST', '/session', { account, password: 'Yinxin-demo-2021' });
		this.headers = { Cookie: headers['set-cookie'][0].split(';')[0], 'X-CSRF-Token': body.csrf };
		return body.member;
	}
}

export const percentile = (times, p) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1,
	Math.floor(times.length * p / 100))];
