// Keys that a card maker's module shows: SoftHSM in the manner of Chunghwa's cards, and a
// module that misbehaves in every way that one of a card maker may.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { item } from './der.mjs';
import {
	Card,
	dir,
	HOST,
	makeKey,
	ORIGIN,
	root,
	startService,
	stopService,
	until,
	verifies,
	withHost,
	writeConf,
} from './rig.mjs';

const PIN = '123456';
const HSM = ['x86_64-linux-gnu', 'aarch64-linux-gnu', '']
	.map((place) => path.join('/usr/lib', place, 'softhsm/libsofthsm2.so'))
	.find(existsSync);
const MODULE = path.join(root, 'build/san/test-module.so');
const CERTIFICATES = { id: 2, command: 'certificates', origin: ORIGIN };
const code = (answer) => answer.error?.code ?? answer;
const id = (text) => Buffer.from(text).toString('hex');
let keys;

const sign = (key, n = 1, more = {}) => ({
	id: 4,
	command: 'sign',
	origin: ORIGIN,
	certificate: key.base64,
	pin: PIN,
	items: Array.from({ length: n }, (_, i) => item(key.der, `document ${i}`)),
	...more,
});
const conf = (modules, more = '') =>
	writeConf(`allowed_origins = ${ORIGIN}\ncard_timeout_seconds = 4\npkcs11_modules = ${modules}\n${more}`);
const env = (mode = '', more = {}) => ({
	env: {
		SOFTHSM2_CONF: `${dir}/softhsm.conf`,
		YX_MODULE_REAL: HSM,
		YX_MODULE_MODE: mode,
		LD_LIBRARY_PATH: dir,
		...more,
	},
});
const tool = (...args) =>
	execFileSync('pkcs11-tool', ['--module', HSM, '--login', '--pin', PIN, ...args], {
		stdio: 'pipe',
		env: { ...process.env, SOFTHSM2_CONF: `${dir}/softhsm.conf` },
	});

function put(key, name, ...options) {
	const der = (kind) => `${dir}/${key.name}.${kind}.der`;
	execFileSync('openssl', ['pkey', '-in', key.key, '-outform', 'DER', '-out', der('key')]);
	writeFileSync(der('crt'), key.der);
	const more = ['--id', id(name), '--label', 'k1'];
	tool('--write-object', der('key'), '--type', 'privkey', ...more, '--usage-sign', ...options);
	tool('--write-object', der('crt'), '--type', 'cert', ...more);
}

before(() => {
	startService();
	mkdirSync(`${dir}/tokens`);
	writeFileSync(`${dir}/softhsm.conf`, `directories.tokendir = ${dir}/tokens\nobjectstore.backend = file\n`);
	execFileSync(
		'softhsm2-util',
		['--init-token', '--free', '--label', 'HiCOS PKI Smart Card', '--pin', PIN, '--so-pin', '12345678'],
		{ stdio: 'pipe', env: { ...process.env, SOFTHSM2_CONF: `${dir}/softhsm.conf` } },
	);
	const rsa = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'];
	const ec = (curve) => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`];
	keys = {
		rsa: makeKey('rsa', rsa),
		p256: makeKey('p256', ec('P-256')),
		p384: makeKey('p384', ec('P-384')),
		always: makeKey('always', rsa),
		encrypt: makeKey('encrypt', rsa, 'keyEncipherment'),
		piv: makeKey('piv', ec('P-256')),
	};
	put(keys.encrypt, 'KEYX');
	put(keys.rsa, 'SIGN');
	put(keys.p256, 'SIGN02');
	put(keys.p384, 'p384');
	put(keys.always, 'each', '--always-auth');
});

after(stopService);

test('certificates and signatures by every key, of a module named in the settings', async () => {
	conf(HSM);
	await withHost(async (host) => {
		const { ok, error } = await host.ask(CERTIFICATES);
		assert.ok(ok, JSON.stringify(error));
		const found = new Map(ok.certificates.map((c) => [c.certificate, c]));
		assert.equal(found.size, 4, 'the key for encryption is none of ours, whatever its label');
		assert.equal(found.get(keys.rsa.base64).slot, 'SIGN');
		assert.equal(found.get(keys.p256.base64).slot, 'SIGN02');
		assert.ok(ok.certificates.every((c) => c.kind === 'PKCS#11' && c.pinMin >= 1 && c.pinMax <= 64));
		for (const key of [keys.rsa, keys.p256, keys.p384, keys.always]) {
			const request = sign(key, 5);
			const answer = await host.ask(request);
			assert.ok(answer.ok, `${key.name}: ${JSON.stringify(answer)}`);
			answer.ok.signatures.forEach((s, i) =>
				assert.ok(
					verifies(key.der, Buffer.from(request.items[i].signedAttributes, 'base64'), s),
					`${key.name} ${i}`,
				),
			);
		}
		assert.equal(code(await host.ask(sign(keys.rsa, 1, { pin: '999999' }))), 'pin_wrong');
		assert.equal(code(await host.ask(sign(keys.always, 2, { pin: '999999' }))), 'pin_wrong');
		assert.equal(code(await host.ask(sign(keys.encrypt))), 'card_unsupported');
		assert.equal(code(await host.ask(sign(keys.piv))), 'wrong_card');
	}, env());
});

test('a hundred documents with a key that wants the PIN each time', async () => {
	conf(HSM);
	await withHost(async (host) => {
		const answer = await host.ask(sign(keys.always, 100));
		assert.equal(answer.ok?.signatures.length, 100, JSON.stringify(answer.error));
	}, env());
});

test("tries left by the vendor's own codes", async () => {
	conf(MODULE);
	for (const mode of ['vendor', 'extended']) {
		for (const [bad, want] of [
			[0, { code: 'pin_wrong', retriable: true, triesLeft: 2 }],
			[1, { code: 'pin_wrong', retriable: true, triesLeft: 1 }],
			[2, { code: 'pin_blocked', retriable: false, triesLeft: 0 }],
		]) {
			await withHost(
				async (host) => assert.deepEqual((await host.ask(sign(keys.rsa, 1, { pin: '999999' }))).error, want),
				env(mode, { YX_MODULE_BAD: String(bad) }),
			);
		}
	}
});

test('a module whose reader has keys: the PIN is typed there, as often as the key wants it', async () => {
	const typed = `${dir}/typed`;
	const type = (text) => {
		writeFileSync(typed, text);
		rmSync(`${typed}.asked`, { force: true });
	};
	const asked = () => readFileSync(`${typed}.asked`, 'utf8').trim().split('\n');
	const onReader = (key, n) => sign(key, n, { pin: undefined, onReader: true });
	conf(MODULE);
	await withHost(async (host) => {
		type(PIN);
		const { certificates } = (await host.ask(CERTIFICATES)).ok;
		assert.ok(certificates.length === 4 && certificates.every((c) => c.pinPad), JSON.stringify(certificates));
		assert.equal((await host.ask(onReader(keys.rsa, 3))).ok?.signatures.length, 3);
		assert.deepEqual(asked(), ['user']);
		type(PIN);
		assert.equal((await host.ask(onReader(keys.always, 2))).ok?.signatures.length, 2);
		assert.deepEqual(asked(), ['user', 'again', 'again']);
		assert.ok((await host.ask(sign(keys.p256))).ok, 'a PIN from elsewhere is not handed over');
		type('999999');
		assert.equal(code(await host.ask(onReader(keys.rsa))), 'pin_wrong');
		type('cancel');
		assert.equal(code(await host.ask(onReader(keys.rsa))), 'cancelled');
		type(`6 ${PIN}`);
		assert.ok((await host.ask(onReader(keys.rsa))).ok, 'who types has longer than a card may be silent');
		type(`600 ${PIN}`);
		host.send(onReader(keys.rsa));
		await until(() => existsSync(`${typed}.asked`));
		host.send({ id: 5, command: 'cancel', request: 4 });
		assert.equal(code(await host.next()), 'cancelled');
	}, env('pad', { YX_MODULE_TYPED: typed }));
	conf(MODULE, 'pin_pad = no\n');
	await withHost(async (host) => {
		const { certificates } = (await host.ask(CERTIFICATES)).ok;
		assert.ok(certificates.every((c) => !c.pinPad));
		assert.equal(code(await host.ask(onReader(keys.rsa))), 'pin_needed');
	}, env('pad', { YX_MODULE_TYPED: typed }));
});

test('a module that hangs or crashes costs itself only', async () => {
	conf(MODULE);
	const card = new Card(0, 'p11', [['9C', keys.piv]], ['--pin', PIN]);
	try {
		for (const where of ['initialize', 'list', 'login', 'sign']) {
			for (const [mode, want] of [
				['hang', 'card_timeout'],
				['crash', 'module_failed'],
			]) {
				await withHost(
					async (host) => {
						await until(async () => (await host.ask({ id: 1, command: 'status' })).ok.cards === 1);
						assert.equal(code(await host.ask(sign(keys.rsa))), want, `${mode} at ${where}`);
						const { ok } = await host.ask(CERTIFICATES);
						assert.ok(
							ok.certificates.some((c) => c.certificate === keys.piv.base64),
							'the card is still there',
						);
						assert.ok((await host.ask(sign(keys.piv))).ok, 'and signs');
					},
					env(`${mode}=${where}`),
				);
			}
		}
	} finally {
		await card.tell('quit');
		await card.exit;
	}
});

test('what a module prints reaches nobody; what it signs is checked', async () => {
	conf(MODULE);
	await withHost(async (host) => {
		assert.ok((await host.ask(sign(keys.rsa, 3))).ok);
		assert.doesNotMatch(host.stderr, /PIN/);
	}, env('print'));
	await withHost(async (host) => assert.equal(code(await host.ask(sign(keys.rsa))), 'card_protocol'), env('junk'));
	await withHost(async (host) => assert.ok((await host.ask(sign(keys.rsa, 2))).ok), env('raw'));
});

test('a module has no network, starts no program, looks into no process', async () => {
	conf(MODULE);
	await withHost(async (host) => assert.ok((await host.ask(sign(keys.rsa))).ok), env('net'));
});

test('the stop button ends a module that hangs', async () => {
	writeConf(`allowed_origins = ${ORIGIN}\ncard_timeout_seconds = 600\npkcs11_modules = ${MODULE}\n`);
	await withHost(async (host) => {
		host.send(sign(keys.rsa));
		host.send({ id: 5, command: 'cancel', request: 4 });
		assert.deepEqual(await host.next(), { id: 4, error: { code: 'cancelled', retriable: true } });
	}, env('hang=sign'));
});

test('only what the settings name is loaded, and only if nobody else can write it', async () => {
	conf('libsofthsm2.so');
	await assert.rejects(
		withHost(async () => {}, env()),
		/no absolute path/,
	);
	conf(HSM);
	chmodSync(`${dir}/conf/signer.conf`, 0o666);
	await assert.rejects(
		withHost(async () => {}, env()),
		/writable by nobody else/,
	);
	chmodSync(`${dir}/conf/signer.conf`, 0o644);
	execFileSync('cp', [MODULE, `${dir}/loose.so`]);
	chmodSync(`${dir}/loose.so`, 0o777);
	conf(`${dir}/loose.so`);
	await withHost(async (host) => assert.equal(code(await host.ask(sign(keys.rsa))), 'module_failed'), env());
	conf('/nonexistent.so');
	await withHost(async (host) => assert.equal(code(await host.ask(sign(keys.rsa))), 'module_failed'), env());
});

test('doctor: a verdict for each module', () => {
	conf(`${HSM}, /nonexistent.so`);
	const { stdout } = spawnSync(HOST, ['--doctor', '--json'], {
		env: {
			...process.env,
			...env().env,
			PCSCLITE_CSOCK_NAME: `${dir}/run/pcscd.sock`,
			YINXIN_SIGNER_CONF: `${dir}/conf/signer.conf`,
			HOME: dir,
		},
	});
	const report = JSON.parse(stdout.toString());
	const states = report.findings.filter((f) => f.check === 'module').map((f) => [f.state, f.detail]);
	assert.deepEqual(states, [
		['ok', `${HSM} (1)`],
		['bad', '/nonexistent.so: module_failed'],
	]);
	assert.ok(report.findings.some((f) => f.check === 'certificate' && /PKCS#11 SIGN, RSA-2048/.test(f.detail)));
});
