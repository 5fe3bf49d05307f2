// node server.mjs SOCKET DATABASE-SOCKET: Fastify as one would set it up, one process a core,
// prepared statements from a pool of connections. GET /hello asks nothing, /units asks who is there
// and one SELECT, /inbox answers a page of 50 with its counters from the tables as they are.
import cluster from 'node:cluster';
import { createHash } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import Fastify from 'fastify';
import mysql from 'mysql2/promise';

const [socket, database] = process.argv.slice(2);
const PROCESSES = 2;
const SESSION = `SELECT m.id, m.organization_id, m.name, o.name AS organization, m.roles, s.csrf, s.seen_at
	FROM session s JOIN member m ON m.id = s.member_id JOIN organization o ON o.id = m.organization_id
	WHERE s.token_sha256 = ? AND s.expires_at > NOW(3) AND NOT m.disabled`;
const UNITS = `SELECT u.id, CONCAT(o.code, u.code) AS code, u.name FROM unit u
	JOIN organization o ON o.id = u.organization_id WHERE u.organization_id = ? ORDER BY u.code`;
const COUNTERS = `SELECT COUNT(*) AS total, SUM(r.read_at IS NULL) AS unread
	FROM message_recipient r WHERE r.member_id = ?`;
const PAGE = `SELECT m.id, m.number, m.subject, m.sent_at, m.kind, so.name AS sender, r.read_at
	FROM message_recipient r JOIN message m ON m.id = r.message_id
	JOIN organization so ON so.id = m.sender_organization_id
	WHERE r.member_id = ? ORDER BY m.sent_at DESC, m.number DESC LIMIT 50`;

async function serve() {
	const pool = mysql.createPool({ socketPath: database, user: 'root', database: 'yinxin', connectionLimit: 4 });
	const app = Fastify({ logger: false });
	const ask = async (sql, ...values) => (await pool.execute(sql, values))[0];
	const who = async request => {
		const token = request.headers.cookie?.split('=')[1] ?? '';
		const [row] = await ask(SESSION, createHash('sha256').update(token).digest());
		if (!row) throw Object.assign(new Error('not logged in'), { statusCode: 401 });
		return row;
	};
	app.get('/hello', async () => ({ status: 'ok' }));
	app.get('/units', async request => ({ items: await ask(UNITS, (await who(request)).organization_id) }));
	app.get('/inbox', async request => {
		const { id } = await who(request);
		const [[counters], items] = await Promise.all([ask(COUNTERS, id), ask(PAGE, id)]);
		return { counters, items };
	});
	await app.listen({ path: socket });
	chmodSync(socket, 0o666);
}

if (cluster.isPrimary) {
	rmSync(socket, { force: true });
	for (let i = 0; i < PROCESSES; i++) cluster.fork();
	process.on('SIGTERM', () => process.exit(0));
} else await serve();
