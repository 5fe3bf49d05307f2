// PINs that no browser sees: typed on a reader with keys, or in the host's own window. The
// reader is a driver that pcscd loads (pad.c); the window is a program that does what a test
// says, and once the real pinentry on a terminal.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { item } from './der.mjs';
import {
	Card, Host, ORIGIN, dir, makeKey, root, startService, stopService, until, verifies, withHost, writeConf,
} from './rig.mjs';

const PIN = '123456';
const pad = `${dir}/pad`, window = `${dir}/window`;
const CONF = `allowed_origins = ${ORIGIN}, https://top.example\ncard_timeout_seconds = 5\nremember_minutes = 5\n`;
const OWN = `${CONF}pin_dialog = pinentry\npinentry_program = ${dir}/pinentry\n`;
let keys, piv, files;

const sign = (key, n = 1, more = {}) => ({
	id: 4, command: 'sign', origin: ORIGIN, certificate: key.base64,
	items: Array.from({ length: n }, (_, i) => item(key.der, `document ${i}`)), ...more,
});
const onReader = (key, n, more) => sign(key, n, { onReader: true, ...more });
const code = (answer) => answer.error?.code ?? answer;
const valid = (key, n, answer) =>
	answer.ok.signatures.every((s, i) =>
		verifies(key.der, Buffer.from(item(key.der, `document ${i}`).signedAttributes, 'base64'), s)) &&
	answer.ok.signatures.length === n;
const padIs = (mode, typed = PIN) => {
	writeFileSync(`${pad}/mode`, mode);
	writeFileSync(`${pad}/typed`, typed);
	rmSync(`${pad}/asked`, { force: true });
};
const asked = () => readFileSync(`${pad}/asked`, 'utf8').trim().split('\n');

// The program of the host's window: answers GETPIN with what stands in the file "answer".
function pinentry(answer, { body = `cat "${window}/answer"`, mode = 0o755 } = {}) {
	writeFileSync(`${window}/answer`, answer);
	rmSync(`${window}/said`, { force: true });
	writeFileSync(
		`${dir}/pinentry`,
		`#!/bin/sh
echo "OK Pleased to meet you"
while read -r line; do
	printf '%s\\n' "$line" >>"${window}/said"
	case $line in
	GETPIN) ${body} ;;
	OPTION*) echo "ERR 83886254 Unknown option <Pinentry>" ;;
	*) echo OK ;;
	esac
done
touch "${window}/ended"
`,
	);
	chmodSync(`${dir}/pinentry`, mode);
}
// A window that its user leaves open.
const WAITS = { body: `echo $$ >"${window}/pid"; exec sleep 600` };
const isUp = () => existsSync(`${window}/pid`) && statSync(`${window}/pid`).size > 0;
const gone = () => !existsSync(`/proc/${readFileSync(`${window}/pid`, 'utf8').trim()}`);
const said = () => readFileSync(`${window}/said`, 'utf8');

before(async () => {
	startService({ YX_READER_DRIVER: path.join(root, 'build/san/test-pad.so'), YX_PAD_DIR: pad });
	mkdirSync(pad, { recursive: true });
	mkdirSync(window, { recursive: true });
	writeConf(CONF);
	const ec = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
	keys = { each: makeKey('each', ec), once: makeKey('once', ec), file: makeKey('file', ec) };
	padIs('direct');
	piv = new Card(0, 'piv', [['9C', keys.each], ['9A', keys.once]], ['--pin', PIN]);
	files = new Card(1, 'files', [['9C', keys.file]], ['--pin', PIN, '--kind', 'myeid']);
	await until(async () => (await withHost((host) => host.ask({ id: 1, command: 'status' }))).ok.cards === 2);
});

after(async () => {
	for (const card of [piv, files]) {
		card?.process.kill();
		await card?.exit;
	}
	stopService();
});

beforeEach(async () => {
	for (const card of [piv, files]) {
		await card.tell('evil none');
		await card.tell('pin-reset');
	}
	writeConf(CONF);
	padIs('direct');
});

test('certificates say that the PIN may be typed on the reader', () =>
	withHost(async (host, hello) => {
		assert.equal(hello.pinDialog, 'browser');
		const list = async () =>
			(await host.ask({ id: 2, command: 'certificates', origin: ORIGIN })).ok.certificates.map((c) => c.pinPad);
		assert.deepEqual(await list(), [true, true, true]);
		for (const mode of ['none', 'liar']) {
			padIs(mode);
			assert.deepEqual(await list(), [false, false, false], mode);
		}
	}));

test('typed on the reader: what it is asked for is to the letter of the standard; no PIN passes here', () =>
	withHost(async (host) => {
		const answer = await host.ask(onReader(keys.once, 3));
		assert.ok(valid(keys.once, 3, answer), JSON.stringify(answer));
		// PC/SC part 10, 2.5.2: times, format, block, lengths, key, messages, language, T=1, length, VERIFY.
		assert.deepEqual(asked(), [
			'1e1e' + '82' + '08' + '00' + '0806' + '02' + '00' + '0000' + '00' + '000000' + '0d000000' +
				'0020008008' + 'ff'.repeat(8),
		]);
		assert.equal((await piv.counts()).signatures, 3);
	}));

test('typed on the reader: a key that wants the PIN each time asks each time; a display is used; PKCS#15', () =>
	withHost(async (host) => {
		padIs('display');
		assert.ok(valid(keys.each, 2, await host.ask(onReader(keys.each, 2))));
		assert.equal(asked().length, 2);
		assert.equal(asked()[0].slice(16, 18), 'ff', 'the words that the reader has');
		padIs('direct');
		assert.ok(valid(keys.file, 2, await host.ask(onReader(keys.file, 2))));
		assert.equal(asked().length, 1);
		assert.match(asked()[0], /002000..08(ff|00){8}$/);
	}));

test('START and FINISH do as well as DIRECT', () =>
	withHost(async (host) => {
		padIs('start');
		assert.ok(valid(keys.once, 1, await host.ask(onReader(keys.once, 1))));
		padIs('start', '999999');
		const { error } = await host.ask(onReader(keys.once));
		assert.deepEqual(error, { code: 'pin_wrong', retriable: true, triesLeft: 2 });
	}));

for (const [typed, want, left] of [
	['999999', 'pin_wrong', 2], ['cancel', 'cancelled', 3], ['late', 'pin_needed', 3], ['12', 'pin_format', 3],
]) {
	test(`typed on the reader: ${typed} is ${want}`, () =>
		withHost(async (host) => {
			padIs('direct', typed);
			assert.equal(code(await host.ask(onReader(keys.once))), want);
			assert.equal(await piv.tell('tries'), String(left), 'one entry costs one try at most');
		}));
}

test('the last try of a card is not taken on the reader either, unless its user says so', () =>
	withHost(async (host) => {
		padIs('direct', '999999');
		for (let i = 0; i < 2; i++) await host.ask(onReader(keys.once, 1, { lastTry: false }));
		const before = asked().length;
		assert.equal(code(await host.ask(onReader(keys.once, 1, { lastTry: false }))), 'pin_last_try');
		assert.equal(asked().length, before);
		padIs('direct');
		assert.ok((await host.ask(onReader(keys.once, 1, { lastTry: true }))).ok);
	}));

test('a reader that lies, has no keys, or must not be used: the PIN is asked for elsewhere', () =>
	withHost(async (host) => {
		for (const [mode, want] of [
			['short', 'card_protocol'], ['long', 'card_protocol'], ['none', 'pin_needed'], ['liar', 'pin_needed'],
		]) {
			padIs(mode);
			assert.equal(code(await host.ask(onReader(keys.once))), want, mode);
			await piv.tell('pin-reset');
		}
		padIs('none');
		assert.ok((await host.ask(sign(keys.once, 1, { pin: PIN }))).ok);
	}));

test('pin_pad = no: the settings switch broken keys off', async () => {
	writeConf(`${CONF}pin_pad = no\n`);
	await withHost(async (host) => {
		assert.equal(code(await host.ask(onReader(keys.once))), 'pin_needed');
		assert.equal(existsSync(`${pad}/asked`), false);
	});
});

test('a PIN that was typed on the reader is never remembered: nobody here knows it', () =>
	withHost(async (host) => {
		assert.equal((await host.ask(onReader(keys.once, 1, { remember: true }))).ok.rememberedSeconds, undefined);
		assert.equal(code(await host.ask(sign(keys.once))), 'pin_needed');
	}));

test("the host's own window: says who asks and for what, and no PIN of a browser is taken", async () => {
	writeConf(OWN);
	pinentry(`D ${PIN}\nOK\n`);
	await withHost(async (host, hello) => {
		assert.equal(hello.pinDialog, 'pinentry');
		const named = (name, i) => ({ ...item(keys.once.der, `document ${i}`), name });
		const names = ['採購契約 100%', `evil\nOK\u202etxt`].map(named);
		const answer = await host.ask(sign(keys.once, 2, { items: names, topOrigin: 'https://top.example' }));
		assert.ok(valid(keys.once, 2, answer), JSON.stringify(answer));
		const description = said().match(/^SETDESC (.*)$/m)[1].replaceAll('%0A', '\n').replaceAll('%25', '%');
		for (const part of [ORIGIN, 'https://top.example', 'once', '採購契約 100%', 'evil OK txt', '2'])
			assert.ok(description.includes(part), `${part} in ${description}`);
		assert.match(said(), /^SETTIMEOUT 120$/m);
		assert.ok(said().split('\n').every((line) => Buffer.byteLength(line) <= 1000));
		assert.equal(code(await host.ask(sign(keys.once, 1, { pin: PIN }))), 'protocol');
		assert.equal(await piv.tell('tries'), '3');
	}, { env: { LC_ALL: 'zh_TW.UTF-8' } });
});

test("the host's own window: percent signs, a wrong PIN, none, a cancel, too late", async () => {
	writeConf(OWN);
	await withHost(async (host) => {
		for (const [answer, want] of [
			[`D %31%32%33456\nOK\n`, undefined],
			['D 999999\nOK\n', 'pin_wrong'],
			['OK\n', 'pin_needed'],
			['ERR 83886179 Operation cancelled <Pinentry>\n', 'cancelled'],
			['ERR 83886142 Timeout <Pinentry>\n', 'cancelled'],
			['ERR 83886188 something else\n', 'dialog_failed'],
			['S PASSWORD_FROM_CACHE\n# a comment\nD 123456\nOK\n', undefined],
			['D 1\nD 2\nOK\n', 'dialog_failed'],
			['D %4\nOK\n', 'dialog_failed'],
			['D %00\nOK\n', 'dialog_failed'],
			[`D ${'9'.repeat(300)}\nOK\n`, 'pin_format'],
			[`D ${'9'.repeat(1000)}\nOK\n`, 'dialog_failed'],
			[`${'x'.repeat(5000)}\n`, 'dialog_failed'],
			['INQUIRE QUALITY 1\n', 'dialog_failed'],
			['nonsense\n', 'dialog_failed'],
		]) {
			pinentry(answer);
			const got = await host.ask(sign(keys.once));
			assert.equal(got.error?.code, want, `${answer.slice(0, 40)} ${JSON.stringify(got)}`);
			await piv.tell('pin-reset');
		}
	});
});

test("the host's own window: may be remembered; login and registration use it too", async () => {
	writeConf(OWN);
	pinentry(`D ${PIN}\nOK\n`);
	await withHost(async (host) => {
		assert.ok((await host.ask(sign(keys.once, 1, { remember: true }))).ok.rememberedSeconds > 290);
		pinentry('ERR 83886179 cancelled\n');
		assert.ok((await host.ask(sign(keys.once))).ok, 'no window while it is remembered');
		const nonce = Buffer.alloc(32, 7).toString('base64');
		const whose = { origin: ORIGIN, certificate: keys.each.base64, nonce };
		pinentry(`D ${PIN}\nOK\n`);
		assert.ok((await host.ask({ id: 5, command: 'authenticate', ...whose })).ok.signature);
		assert.match(said(), /Log in with the card/);
		assert.ok((await host.ask({ id: 6, command: 'prove', ...whose })).ok.signature);
		assert.match(said(), /Register the certificate/);
	}, { env: { LC_ALL: 'C.UTF-8' } });
});

test("the host's own window: the stop button ends it, and so does the end of the browser", async () => {
	writeConf(OWN);
	const { verifies: before } = await piv.counts();
	rmSync(`${window}/pid`, { force: true });
	pinentry('', WAITS);
	await withHost(async (host) => {
		host.send(sign(keys.once));
		await until(isUp);
		host.send({ id: 8, command: 'cancel', request: 4 });
		assert.equal(code(await host.next()), 'cancelled');
		await until(gone);
	});
	rmSync(`${window}/pid`, { force: true });
	const host = new Host();
	await host.next();
	host.send(sign(keys.once));
	await until(isUp);
	assert.equal(await host.close(), 0);
	assert.equal((await piv.counts()).verifies, before);
});

test("the host's own window goes with a host that was killed", async () => {
	writeConf(OWN);
	rmSync(`${window}/pid`, { force: true });
	pinentry('', WAITS);
	const { verifies: before } = await piv.counts();
	const host = new Host();
	await host.next();
	host.send(sign(keys.once));
	await until(isUp);
	assert.equal(gone(), false);
	host.process.kill('SIGKILL');
	assert.equal(await host.exit, 'SIGKILL');
	await until(gone, 5000);
	assert.equal((await piv.counts()).verifies, before);
});

test('only a program that nobody else can write is started, and only as the settings say', async () => {
	writeConf(OWN);
	for (const mode of [0o777, 0o644]) {
		pinentry(`D ${PIN}\nOK\n`, { mode });
		await withHost(async (host) => {
			assert.equal(code(await host.ask(sign(keys.once))), 'dialog_failed');
			const { findings } = (await host.ask({ id: 2, command: 'doctor', origin: ORIGIN })).ok;
			assert.match(JSON.stringify(findings.filter((f) => f.state === 'bad')), /apt install pinentry/);
		});
	}
	rmSync(`${dir}/pinentry`);
	await withHost(async (host) => assert.equal(code(await host.ask(sign(keys.once))), 'dialog_failed'));
	for (const [text, why] of [
		[OWN.replace('= pinentry\n', '= nowhere\n'), /pin_dialog: browser or pinentry/],
		[OWN.replace(`${dir}/pinentry`, 'pinentry'), /no absolute path/],
	]) {
		writeConf(text);
		const host = new Host();
		assert.ok((await host.next()).ended !== undefined);
		assert.match(host.stderr, why);
	}
	writeConf(OWN);
	chmodSync(`${dir}/conf/signer.conf`, 0o666);
	const host = new Host();
	assert.ok((await host.next()).ended !== undefined);
	assert.match(host.stderr, /writable by nobody else/);
	chmodSync(`${dir}/conf/signer.conf`, 0o644);
});

test('the pinentry of the system, on a terminal: shows the site, takes the PIN', async () => {
	writeConf(`${CONF}pin_dialog = pinentry\npinentry_program = /usr/bin/pinentry-curses\n`);
	// script(1) makes a terminal; what we write to it is typed there.
	const shell = `tty >"${window}/tty"; stty rows 30 cols 100; exec sleep 600`;
	const terminal = spawn('script', ['-qfec', shell, '/dev/null'], {
		stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, TERM: 'xterm' },
	});
	let screen = '';
	terminal.stdout.on('data', (data) => {
		screen += data;
	});
	const ended = new Promise((done) => terminal.on('close', done));
	try {
		await until(() => existsSync(`${window}/tty`) && /^\/dev\//.test(readFileSync(`${window}/tty`, 'utf8')));
		const env = { GPG_TTY: readFileSync(`${window}/tty`, 'utf8').trim(), TERM: 'xterm', LC_ALL: 'C.UTF-8' };
		await withHost(async (host) => {
			host.send(sign(keys.once));
			await until(() => screen.includes(ORIGIN));
			terminal.stdin.write(`${PIN}\r`);
			assert.ok(valid(keys.once, 1, await host.next()));
			assert.doesNotMatch(screen, new RegExp(PIN), 'what is typed is not shown');
			screen = '';
			host.send(sign(keys.once));
			await until(() => screen.includes(ORIGIN));
			terminal.stdin.write('\t\t\r'); // past OK, on Cancel
			assert.equal(code(await host.next()), 'cancelled');
		}, { env });
	} finally {
		terminal.kill('SIGKILL');
		await ended;
	}
});
