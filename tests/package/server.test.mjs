// docs/deploy/server.md step by step on a machine of its own (inside.sh): installed, configured,
// started as the units start it, asked, and purged. The network is not the machine's either way:
// the package's nginx gets a port of this test.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	chmodSync, cpSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DIR, ROOT, until } from '../e2e/harness.mjs';

const OUT = join(ROOT, 'tests/out/package');
const CONF = '/etc/yinxin/yinxin.conf';
const PORT = Number(process.env.YINXIN_PORT ?? 18460) + 40;
const URL = `http://127.0.0.1:${PORT}`;
const UNITS = ['yinxind', 'yinxin-worker', 'yinxin-nginx'];
const run = (program, ...args) => execFileSync(program, args, { stdio: 'pipe' }).toString();
const daemons = [];
let work, database;

const mariadb = (sql) => run('mariadb', '--no-defaults', '-u', 'root', '-S', `${database}/db.sock`, '-e', sql);
const change = (file, ...edits) =>
	writeFileSync(file, edits.reduce((text, [from, to]) => text.replace(from, to), readFileSync(file, 'utf8')));

before(() => {
	assert.equal(process.env.YX_INSIDE, '1', 'run this by tests/package/run.sh');
	work = mkdtempSync(join(tmpdir(), 'yinxin-server-'));
	chmodSync(work, 0o755);
	database = join(work, 'mariadb');
	run(join(ROOT, 'conf/dev/database.sh'), 'start', database);
});

after(async () => {
	await stopAll();
	run(join(ROOT, 'conf/dev/database.sh'), 'stop', database);
	rmSync(work, { recursive: true, force: true });
});

// In the order of the units, each ended by the signal that its unit says.
async function stopAll() {
	for (const { child, signal } of daemons.splice(0).reverse()) {
		const ended = new Promise((done) => child.on('exit', done));
		if (child.exitCode === null && child.kill(signal)) await ended;
	}
}

/** Starts what a unit starts, as the user that it names; nothing here plays systemd. */
function startUnit(name) {
	const unit = readFileSync(`/usr/lib/systemd/system/${name}.service`, 'utf8');
	const [, command] = unit.match(/^ExecStart=(.*)$/m);
	const [, user] = unit.match(/^User=(.*)$/m);
	const signal = unit.match(/^KillSignal=(.*)$/m)?.[1] ?? 'SIGTERM';
	const log = openSync(join(work, `${name}.log`), 'w');
	const ids = ['--reuid', user, '--regid', user, '--init-groups'];
	daemons.push({ child: spawn('setpriv', [...ids, ...command.split(' ')], { stdio: ['ignore', log, log] }), signal });
}

test('installed: nothing runs, and the settings hold no secret that others can read', () => {
	run('dpkg', '-i', join(OUT, readdirSync(OUT).find((name) => /^yinxin-server_.*\.deb$/.test(name))));
	assert.equal(run('stat', '-c', '%U:%G %a', CONF).trim(), 'root:yinxin 640');
	assert.equal(run('stat', '-c', '%U:%G %a', '/var/lib/yinxin').trim(), 'yinxin:yinxin 750');
	run('systemd-analyze', 'verify', '--man=no', ...UNITS.map((name) => `/usr/lib/systemd/system/${name}.service`));
});

test('database, trust, seal and settings as the page says', () => {
	change(CONF, [/^db_socket =.*$/m, `db_socket = ${database}/db.sock`], [/^db_password =.*$/m, 'db_password = long']);
	change('/etc/yinxin/nginx.conf', ['127.0.0.1:8460', `127.0.0.1:${PORT}`]);
	mariadb("CREATE USER yinxin@localhost IDENTIFIED BY 'long'");
	const migrate = join(work, 'migrate.conf');
	cpSync(CONF, migrate);
	change(migrate, [/^db_user.*$/m, 'db_user = root'], [/^db_password.*$/m, '']);
	run('yinxinctl', 'migrate', '--conf', migrate, '/usr/share/yinxin/sql');
	mariadb('GRANT SELECT, INSERT, UPDATE, DELETE ON yinxin.* TO yinxin@localhost');
	const pki = join(DIR, 'pki');
	for (const part of ['anchors', 'intermediates'])
		for (const name of readdirSync(join(pki, part)))
			run('install', '-m', '644', join(pki, part, name), `/etc/yinxin/trust/${part}/`);
	run('install', '-m', '640', '-g', 'yinxin', join(pki, 'platform.key'), '/etc/yinxin/seal.key');
	run('install', '-m', '644', join(pki, 'platform.crt'), '/etc/yinxin/seal.crt');
	run('install', '-m', '644', join(pki, 'chain.pem'), '/etc/yinxin/seal-chain.pem');
});

test('started as the units start it: the pages, the API and the downloads are there', async () => {
	for (const name of UNITS) startUnit(name);
	const answers = () => fetch(`${URL}/api/v1/health`).then((answer) => answer.ok, () => false);
	const said = () => UNITS.map((name) => readFileSync(join(work, `${name}.log`), 'utf8')).join('');
	await until(answers, 30000).catch(() => assert.fail(said()));
	const page = await fetch(`${URL}/`);
	assert.match(await page.text(), /<!doctype html>/i);
	const wrong = await fetch(`${URL}/api/v1/session`, { method: 'POST', body: '{}' });
	assert.ok(wrong.status >= 400 && wrong.status < 500);
	const crx = await fetch(`${URL}/downloads/yinxin-signer.crx`);
	assert.equal(crx.headers.get('content-type'), 'application/x-chrome-extension');
	const { packages } = await (await fetch(`${URL}/downloads/signer.json`)).json();
	const deb = Buffer.from(await (await fetch(`${URL}/downloads/${packages[0].file}`)).arrayBuffer());
	assert.equal(createHash('sha256').update(deb).digest('hex'), packages[0].sha256);
	for (const { child } of daemons) assert.equal(child.exitCode, null, 'all of them run');
});

test('purged: all of it goes, but for signed documents', async () => {
	await stopAll();
	writeFileSync('/var/lib/yinxin/store/contract.pdf', 'a contract');
	run('dpkg', '-P', 'yinxin-server');
	for (const gone of ['/usr/sbin/yinxind', '/usr/share/yinxin', '/var/lib/yinxin/run', CONF])
		assert.equal(existsSync(gone), false, gone);
	assert.ok(existsSync('/var/lib/yinxin/store/contract.pdf'));
});
