// Cards that describe themselves (ISO/IEC 7816-15), in the manners of several makers. Other
// people's tools read them first: then our host's reading means something.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { item } from './der.mjs';
import {
	Card,
	ORIGIN,
	dir,
	makeKey,
	startService,
	stopService,
	until,
	verifies,
	withHost,
	writeConf,
} from './rig.mjs';

const PIN = '123456';
const CERTIFICATES = { id: 2, command: 'certificates', origin: ORIGIN };
const status = (host) => host.ask({ id: 1, command: 'status' });
const sign = (key, n = 1, more = {}) => ({
	id: 4,
	command: 'sign',
	origin: ORIGIN,
	certificate: key.base64,
	pin: PIN,
	items: Array.from({ length: n }, (_, i) => item(key.der, `document ${i}`)),
	...more,
});
const code = (answer) => answer.error?.code ?? answer;
const slots = () => [
	['9C', keys.rsa2048],
	['9A', keys.p256],
	['9D', keys.p384],
	['82', keys.rsa4096],
	['83', keys.encrypt],
];
let keys;

before(() => {
	startService();
	writeConf(`allowed_origins = ${ORIGIN}\ncard_timeout_seconds = 20\n`);
	writeFileSync(`${dir}/opensc.conf`, 'app default {\n\tframework pkcs15 {\n\t\tuse_file_caching = no;\n\t}\n}\n');
	const rsa = (bits) => ['-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`];
	const ec = (curve) => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`];
	keys = {
		rsa2048: makeKey('rsa2048', rsa(2048)),
		rsa4096: makeKey('rsa4096', rsa(4096)),
		p256: makeKey('p256', ec('P-256')),
		p384: makeKey('p384', ec('P-384')),
		encrypt: makeKey('encrypt', rsa(2048), 'keyEncipherment'),
	};
});

after(stopService);

// The virtual reader may still hold the connection of a card that was pulled out in the middle of a
// command: then the card is put in once more, as a person would.
async function seen(host, card) {
	const there = async () => (await status(host)).ok.cards === 1;
	try {
		await until(there, 12000);
	} catch {
		await card.tell('remove');
		await card.tell('insert');
		await until(there, 30000);
	}
}

// Runs with one card in the first reader.
async function withCard(options, run) {
	const card = new Card(0, 'p15', slots(), ['--pin', PIN, ...options]);
	try {
		await withHost(async (host) => {
			await seen(host, card);
			await run(host, card);
		});
	} finally {
		await card.tell('quit');
		assert.equal(await card.exit, 0, readFileSync(`${dir}/log/p15.log`, 'utf8'));
		await withHost((host) => until(async () => (await status(host)).ok.cards === 0, 30000));
	}
}

const tool = (name, args) =>
	execFileSync(name, args, {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { ...process.env, PCSCLITE_CSOCK_NAME: `${dir}/run/pcscd.sock`, OPENSC_CONF: `${dir}/opensc.conf` },
	}).toString();

for (const [kind, pinMin, pinMax] of [
	['generic', 4, 8],
	['myeid', 4, 8],
	['iso', 4, 16],
	['bare', 4, 12],
]) {
	test(`${kind}: certificates, and signatures by every key`, () =>
		withCard(['--kind', kind], async (host, card) => {
			const { ok, error } = await host.ask(CERTIFICATES);
			assert.ok(ok, JSON.stringify(error));
			assert.deepEqual(
				ok.certificates.map((c) => [
					c.kind,
					c.slot,
					c.pinMin,
					c.pinMax,
					c.pinEach,
					c.triesLeft,
					c.certificate,
				]),
				[
					['9C', keys.rsa2048],
					['9A', keys.p256],
					['9D', keys.p384],
					['82', keys.rsa4096],
				].map(([slot, key]) => ['PKCS#15', slot, pinMin, pinMax, false, 3, key.base64]),
			);
			for (const key of [keys.rsa2048, keys.p256, keys.p384, keys.rsa4096]) {
				const before = await card.counts();
				const request = sign(key, 3),
					answer = await host.ask(request);
				assert.ok(answer.ok, `${key.name}: ${JSON.stringify(answer)}`);
				answer.ok.signatures.forEach((s, i) =>
					assert.ok(
						verifies(key.der, Buffer.from(request.items[i].signedAttributes, 'base64'), s),
						`${key.name} ${i}`,
					),
				);
				assert.equal((await card.counts()).verifies - before.verifies, 1, 'one PIN entry, one VERIFY');
			}
			assert.equal(code(await host.ask(sign(keys.encrypt))), 'card_unsupported');
			const bad = sign(keys.p256, 2, { pin: '999999' });
			assert.deepEqual((await host.ask(bad)).error, { code: 'pin_wrong', retriable: true, triesLeft: 2 });
			assert.equal(await card.tell('tries'), '2');
			assert.equal((await host.ask(bad)).error.triesLeft, 1);
			assert.deepEqual((await host.ask({ ...bad, lastTry: false })).error, {
				code: 'pin_last_try',
				retriable: true,
				triesLeft: 1,
			});
			assert.equal((await host.ask(bad)).error.code, 'pin_blocked');
			const { verifies: sent } = await card.counts();
			assert.equal((await host.ask(sign(keys.p256))).error.code, 'pin_blocked');
			assert.equal((await card.counts()).verifies, sent, 'a blocked card gets no try');
			assert.equal(code(await host.ask(sign(keys.p256, 1, { pin: '123' }))), 'pin_format');
		}));

	test(`${kind}: keys that want the PIN each time`, () =>
		withCard(['--kind', kind, '--consent'], async (host, card) => {
			const { ok } = await host.ask(CERTIFICATES);
			assert.ok(ok.certificates.every((c) => c.pinEach));
			for (const key of [keys.rsa2048, keys.p384]) {
				const request = sign(key, 5),
					answer = await host.ask(request);
				assert.ok(answer.ok, `${key.name}: ${JSON.stringify(answer)}`);
				answer.ok.signatures.forEach((s, i) =>
					assert.ok(verifies(key.der, Buffer.from(request.items[i].signedAttributes, 'base64'), s)),
				);
			}
			assert.equal(await card.tell('tries'), '3', 'no try was lost');
			await card.tell('evil none');
			assert.equal((await host.ask(sign(keys.p256, 2, { pin: '999999' }))).error.triesLeft, 2);
		}));
}

for (const options of [[], ['--consent'], ['--evil', 'gzip']]) {
	test(`PIV ${options.join(' ')}: every key and size signs with one PIN entry`, () =>
		withCard(['--kind', 'piv', ...options], async (host, card) => {
			for (const key of [keys.rsa2048, keys.p256, keys.p384, keys.rsa4096]) {
				const request = sign(key, 3);
				const answer = await host.ask(request);
				assert.ok(answer.ok, `${key.name}: ${JSON.stringify(answer)}`);
				answer.ok.signatures.forEach((s, i) =>
					assert.ok(
						verifies(key.der, Buffer.from(request.items[i].signedAttributes, 'base64'), s),
						`${key.name} ${i}`,
					),
				);
			}
			assert.equal(await card.tell('tries'), '3', 'no try was lost');
		}));
}

test("other people's tools read the same card, file by file", () =>
	withCard(['--kind', 'myeid'], async () => {
		assert.match(
			tool('pkcs15-tool', ['--list-certificates']),
			/X\.509 Certificate \[certificate\][\s\S]*ID\s*: 9c/,
		);
		const listed = tool('pkcs15-tool', ['--list-keys']);
		assert.match(
			listed,
			/Private RSA Key \[key\][\s\S]*ModLength\s*: 2048[\s\S]*Key ref\s*: 1[\s\S]*Auth ID\s*: 01[\s\S]*ID\s*: 9c/,
		);
		assert.match(listed, /Private EC Key/);
		assert.match(
			tool('pkcs15-tool', ['--list-pins']),
			/PIN \[PIN\][\s\S]*needs-padding[\s\S]*min_len:4[\s\S]*stored_len:8|PIN \[PIN\]/,
		);
		const read = tool('pkcs15-tool', ['--read-certificate', '9c']);
		writeFileSync(`${dir}/read.pem`, read);
		assert.equal(
			execFileSync('openssl', ['x509', '-in', `${dir}/read.pem`, '-outform', 'DER']).toString('base64'),
			keys.rsa2048.base64,
		);
	}));

test("other people's tools sign with the MyEID dress", () =>
	withCard(['--kind', 'myeid'], async (host, card) => {
		const module = [
			'/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so',
			'/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so',
			'/usr/lib/opensc-pkcs11.so',
		].find(existsSync);
		writeFileSync(`${dir}/text`, 'what is shown is what is signed');
		writeFileSync(`${dir}/hash`, execFileSync('openssl', ['dgst', '-sha256', '-binary', `${dir}/text`]));
		for (const [id, mechanism, input, key] of [
			['9a', 'ECDSA', 'hash', keys.p256],
			['9c', 'SHA256-RSA-PKCS', 'text', keys.rsa2048],
		]) {
			tool('pkcs11-tool', [
				'--module',
				module,
				'--login',
				'--pin',
				PIN,
				'--id',
				id,
				'-m',
				mechanism,
				'--sign',
				'-i',
				`${dir}/${input}`,
				'-o',
				`${dir}/sig`,
				...(mechanism === 'ECDSA' ? ['--signature-format', 'openssl'] : []),
			]);
			execFileSync('openssl', ['x509', '-in', key.crt, '-noout', '-pubkey', '-out', `${dir}/pub`]);
			assert.match(
				execFileSync('openssl', [
					'dgst',
					'-sha256',
					'-verify',
					`${dir}/pub`,
					'-signature',
					`${dir}/sig`,
					`${dir}/text`,
				]).toString(),
				/Verified OK/,
			);
		}
		assert.ok((await host.ask(sign(keys.p256))).ok);
		assert.ok((await card.counts()).signatures >= 3);
	}));

test('Chunghwa cards get no VERIFY from us, whatever is asked', () =>
	withCard(['--kind', 'cht'], async (host, card) => {
		assert.equal(code(await host.ask(CERTIFICATES)), 'card_unsupported');
		assert.equal(code(await host.ask(sign(keys.rsa2048))), 'card_unsupported');
		const { verifies: sent } = await card.counts();
		assert.equal(sent, 0);
		assert.equal(await card.tell('tries'), '3');
	}));

for (const [mode, want] of [
	['swonly@B0', ['card_unsupported']],
	['onebyte@B0', ['card_protocol']],
	['big@B0', ['card_protocol']],
	['61ff@B0', ['card_protocol']],
	['6100@B0', ['card_protocol', 'card_unsupported']],
	['6c@B0', ['card_protocol']],
	['overlong@B0', ['card_unsupported']],
	['tlv80@B0', ['card_unsupported']],
	['tlv84@B0', ['card_unsupported']],
	['nested@B0', ['card_unsupported', 'card_protocol']],
	['noise@B0', ['card_unsupported']],
	['noise@A4', ['ok', 'card_unsupported', 'card_protocol']],
	['swonly@2A', ['card_protocol']],
	['noise@2A', ['card_protocol']],
	['badsig@2A', ['card_protocol']],
	['wrongkey', ['card_protocol']],
	['otherdata', ['card_protocol']],
	['big@2A', ['card_protocol']],
	['61ff@2A', ['card_protocol']],
	['63cf@20', ['pin_wrong']],
	['sw=27012@20', ['pin_blocked']],
	['sw=27010@2A', ['card_protocol']],
	['sw=27264@22', ['card_protocol']],
	['close@2A', ['card_removed']],
	['close@B0', ['card_removed']],
]) {
	test(`evil card with files: ${mode}`, () =>
		withCard(['--kind', 'generic'], async (host, card) => {
			assert.equal(await card.tell(`evil ${mode}`), 'ok');
			const answer = await host.ask(sign(keys.rsa2048)),
				got = answer.ok ? 'ok' : code(answer);
			assert.ok(want.includes(got), `${got} instead of ${want}`);
			assert.ok(Number(await card.tell('tries')) >= 2 || /sw=/.test(mode), 'no more than one try is lost');
		}));
}
