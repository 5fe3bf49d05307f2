// The host against a real pcscd and the test card, over the browser's own framing.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import {
	OID,
	attribute,
	digestIn,
	digestOf,
	hash,
	issuerSerial,
	item,
	octets,
	oid,
	seq,
	setOf,
	signedAttributes,
	signingCertificate,
	tlv,
} from './der.mjs';
import {
	Card,
	Host,
	ORIGIN,
	dir,
	makeKey,
	root,
	sleep,
	startService,
	stopService,
	until,
	verifies,
	withHost,
	withoutReaders,
	writeConf,
} from './rig.mjs';

const PIN = '123456',
	PIN_B = '654321';
const CONF = `allowed_origins = ${ORIGIN}, https://*.gov.example, http://127.0.0.1:8460\ncard_timeout_seconds = 4\n`;
let keys, cardA, cardB;

const cardsSeen = (n) =>
	until(async () => (await withHost((host) => host.ask({ id: 1, command: 'status' }))).ok.cards === n);
// Out and in again, as a user would; pcscd looks every 0.4 s, so wait for each step.
async function reinsert(card, mode = 'none') {
	await card.tell('remove');
	await cardsSeen(1);
	await sleep(600); // a card in again between two looks confuses pcscd after a failed reset
	await card.tell(`evil ${mode}`);
	await card.tell('insert');
	if (mode === 'none') await cardsSeen(2);
}
const sign = (key, items, more = {}) => ({
	id: 4,
	command: 'sign',
	origin: ORIGIN,
	certificate: key.base64,
	pin: PIN,
	items,
	...more,
});
const prove = (key, more = {}) => ({
	id: 3,
	command: 'prove',
	origin: ORIGIN,
	certificate: key.base64,
	pin: PIN,
	nonce: Buffer.alloc(32, 7).toString('base64'),
	...more,
});
const CERTIFICATES = { id: 2, command: 'certificates', origin: ORIGIN };
const code = (answer) => answer.error?.code ?? answer;

function proof(origin, nonce, cert) {
	const part = (bytes) => {
		const n = Buffer.alloc(4);
		n.writeUInt32BE(bytes.length);
		return Buffer.concat([n, bytes]);
	};
	return Buffer.concat([
		Buffer.from('YINXIN-PROOF-1\0'),
		part(Buffer.from(origin)),
		part(nonce),
		hash('SHA-256', cert),
	]);
}

before(async () => {
	startService();
	writeConf(CONF);
	const rsa = (bits) => ['-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`];
	const ec = (curve) => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`];
	keys = {
		rsa2048: makeKey('rsa2048', rsa(2048)),
		rsa3072: makeKey('rsa3072', rsa(3072), ''),
		p256: makeKey('p256', ec('P-256')),
		p384: makeKey('p384', ec('P-384'), 'nonRepudiation'),
		other: makeKey('other', ec('P-256')),
		encrypt: makeKey('encrypt', rsa(2048), 'keyEncipherment'),
	};
	cardA = new Card(
		0,
		'a',
		[
			['9C', keys.rsa2048],
			['9A', keys.p256],
			['9D', keys.encrypt],
			['82', keys.p384],
			['95', keys.rsa3072],
		],
		['--pin', PIN],
	);
	cardB = new Card(1, 'b', [['9C', keys.other]], ['--pin', PIN_B]);
	await cardsSeen(2);
});

after(async () => {
	for (const card of [cardA, cardB]) {
		if (!card) continue;
		await card.tell('quit').catch(() => card.process.kill());
		assert.equal(await card.exit, 0, 'the card ends without a sanitizer report');
	}
	stopService();
});

beforeEach(async () => {
	for (const card of [cardA, cardB]) {
		await card.tell('evil none');
		await card.tell('pin-reset');
	}
});

test('hello comes first and says what the protocol says', () =>
	withHost(async (host, hello) => {
		assert.deepEqual(hello, {
			protocol: 1,
			version: '0.1.0',
			commands: [
				'status',
				'certificates',
				'prove',
				'sign',
				'authenticate',
				'wait',
				'forget',
				'doctor',
				'page',
				'part',
				'cancel',
			],
			maxIn: 1048576,
			maxOut: 1048576,
			batchMax: 100,
			rememberMinutes: 0,
			pinDialog: 'browser',
		});
	}));

test('status counts readers and cards', () =>
	withHost(async (host) => {
		assert.deepEqual(await host.ask({ id: 7, command: 'status' }), {
			id: 7,
			ok: { service: true, readers: 2, cards: 2 },
		});
	}));

test('certificates: every signing certificate, no other', () =>
	withHost(async (host) => {
		const { ok } = await host.ask(CERTIFICATES);
		const seen = ok.certificates.map((c) => [c.slot, c.certificate, c.reader]);
		assert.deepEqual(seen, [
			['9C', keys.rsa2048.base64, 'Virtual PCD 00 00'],
			['9A', keys.p256.base64, 'Virtual PCD 00 00'],
			['82', keys.p384.base64, 'Virtual PCD 00 00'],
			['95', keys.rsa3072.base64, 'Virtual PCD 00 00'],
			['9C', keys.other.base64, 'Virtual PCD 00 01'],
		]);
	}));

test('certificates that the card keeps compressed', () =>
	withHost(async (host) => {
		await cardA.tell('evil gzip');
		const { ok } = await host.ask(CERTIFICATES);
		assert.equal(ok.certificates[0].certificate, keys.rsa2048.base64);
	}));

test('a card that gives nothing without Le (T=0 manners)', () =>
	withHost(async (host) => {
		await cardA.tell('evil t0');
		const message = item(keys.rsa2048.der, 'text');
		const { ok } = await host.ask(sign(keys.rsa2048, [message]));
		assert.ok(verifies(keys.rsa2048.der, Buffer.from(message.signedAttributes, 'base64'), ok.signatures[0]));
	}));

for (const name of ['rsa2048', 'p256', 'p384', 'rsa3072']) {
	test(`prove with ${name}`, () =>
		withHost(async (host) => {
			const nonce = Buffer.alloc(48, 9);
			const { ok } = await host.ask(prove(keys[name], { nonce: nonce.toString('base64') }));
			assert.ok(verifies(keys[name].der, proof(ORIGIN, nonce, keys[name].der), ok.signature));
			assert.ok(!verifies(keys[name].der, proof('https://evil.example', nonce, keys[name].der), ok.signature));
		}));

	for (const count of [1, 10]) {
		test(`sign ${count} with ${name}`, () =>
			withHost(async (host) => {
				const items = Array.from({ length: count }, (_, i) => item(keys[name].der, `document ${i}`));
				const { ok } = await host.ask(sign(keys[name], items));
				assert.equal(ok.signatures.length, count);
				items.forEach((one, i) =>
					assert.ok(verifies(keys[name].der, Buffer.from(one.signedAttributes, 'base64'), ok.signatures[i])),
				);
			}));
	}
}

test('100 items, and the card in the second reader', () =>
	withHost(async (host) => {
		const items = Array.from({ length: 100 }, (_, i) => item(keys.other.der, `document ${i}`));
		const { ok } = await host.ask(sign(keys.other, items, { pin: PIN_B }));
		assert.equal(ok.signatures.length, 100);
		items.forEach((one, i) =>
			assert.ok(verifies(keys.other.der, Buffer.from(one.signedAttributes, 'base64'), ok.signatures[i])),
		);
		assert.equal(code(await host.ask(sign(keys.other, [...items, items[0]], { pin: PIN_B }))), 'protocol');
		assert.equal(code(await host.ask(sign(keys.other, [], { pin: PIN_B }))), 'protocol');
	}));

test('strict cards: nothing comes between VERIFY and the signature', () =>
	withHost(async (host) => {
		await cardA.tell('evil strict');
		const items = [item(keys.rsa2048.der, '1'), item(keys.rsa2048.der, '2')];
		assert.equal((await host.ask(sign(keys.rsa2048, items))).ok.signatures.length, 2);
	}));

test('ECDSA as r and s side by side comes out as DER', () =>
	withHost(async (host) => {
		await cardB.tell('evil raw');
		const items = Array.from({ length: 20 }, (_, i) => item(keys.other.der, `document ${i}`));
		const { ok } = await host.ask(sign(keys.other, items, { pin: PIN_B }));
		items.forEach((one, i) =>
			assert.ok(verifies(keys.other.der, Buffer.from(one.signedAttributes, 'base64'), ok.signatures[i])),
		);
	}));

// Both ends of the house: what the server prepares the host accepts, and what the
// card signs the server embeds; other people's pdfsig judges the result.
for (const name of ['rsa2048', 'p256', 'p384']) {
	test(`a PDF from prepare to embed with ${name}`, () =>
		withHost(async (host) => {
			const ctl = (...args) => execFileSync(`${root}/build/san/yinxinctl`, args).toString();
			const pdf = (step) => `${dir}/${name}-${step}.pdf`;
			const attributes = Buffer.from(
				ctl('prepare', `${root}/tests/fuzz/corpus/pdf/plain.pdf`, pdf('prepared'), '--cert', keys[name].crt),
				'base64',
			);
			const algorithm = digestOf(keys[name].der),
				digest = digestIn(attributes);
			const { ok, error } = await host.ask(
				sign(keys[name], [
					{
						name: '契約',
						number: 'D202109220013179',
						size: 1,
						digestAlgorithm: algorithm,
						messageDigest: digest.toString('base64'),
						signedAttributes: attributes.toString('base64'),
					},
				]),
			);
			assert.ok(ok, JSON.stringify(error));
			writeFileSync(`${dir}/signature`, Buffer.from(ok.signatures[0], 'base64'));
			ctl('embed', pdf('prepared'), pdf('signed'), '--cert', keys[name].crt, '--signature', `${dir}/signature`);
			assert.match(execFileSync('pdfsig', ['-nocert', pdf('signed')]).toString(), /Signature is Valid/);
		}));
}

test('a wrong PIN counts down to blocked; a blocked card gets no try', () =>
	withHost(async (host) => {
		const request = sign(keys.rsa2048, [item(keys.rsa2048.der, 'text')], { pin: '999999' });
		const before = await cardA.counts();
		assert.deepEqual((await host.ask(request)).error, { code: 'pin_wrong', retriable: true, triesLeft: 2 });
		assert.deepEqual((await host.ask(request)).error, { code: 'pin_wrong', retriable: true, triesLeft: 1 });
		assert.deepEqual((await host.ask(request)).error, { code: 'pin_blocked', retriable: false, triesLeft: 0 });
		assert.deepEqual((await host.ask({ ...request, pin: PIN })).error, {
			code: 'pin_blocked',
			retriable: false,
			triesLeft: 0,
		});
		const { verifies: tries, signatures } = await cardA.counts();
		assert.equal(tries - before.verifies, 3, 'one VERIFY an entry, none when blocked');
		assert.equal(signatures, before.signatures);
	}));

test('one wrong PIN costs one try also with ten documents', () =>
	withHost(async (host) => {
		const items = Array.from({ length: 10 }, (_, i) => item(keys.rsa2048.der, `document ${i}`));
		assert.equal((await host.ask(sign(keys.rsa2048, items, { pin: '000000' }))).error.triesLeft, 2);
		assert.equal(await cardA.tell('tries'), '2');
	}));

test('PINs of a wrong form never reach the card', () =>
	withHost(async (host) => {
		const before = await cardA.counts();
		for (const pin of ['', '12345', '123456789', '12345\n', '一二三四五六', '123\u00e956']) {
			assert.deepEqual((await host.ask(sign(keys.rsa2048, [item(keys.rsa2048.der, 'text')], { pin }))).error, {
				code: 'pin_format',
				retriable: true,
			});
		}
		const { verifies: sent, signatures } = await cardA.counts();
		assert.deepEqual([sent, signatures], [before.verifies, before.signatures]);
	}));

test('the PIN is not left open for other programs', () =>
	withHost(async (host) => {
		await host.ask(sign(keys.p256, [item(keys.p256.der, 'text')]));
		const open = () =>
			execFileSync('opensc-tool', ['-r', '0', '-s', '00A4040009A00000030800001000', '-s', '00200080'], {
				env: { ...process.env, PCSCLITE_CSOCK_NAME: `${dir}/run/pcscd.sock` },
			}).toString();
		assert.match(open(), /SW1=0x63, SW2=0xC3/);
	}));

test('the wrong card, no card, no reader, no service', async () => {
	await withHost(async (host) => {
		const stranger = makeKey('stranger', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']);
		const before = await cardA.counts();
		assert.deepEqual((await host.ask(prove(stranger))).error, { code: 'wrong_card', retriable: true });
		assert.equal((await cardA.counts()).verifies, before.verifies, 'no PIN goes to the wrong card');
		await cardA.tell('remove');
		await cardB.tell('remove');
		await until(async () => (await host.ask({ id: 1, command: 'status' })).ok.cards === 0);
		assert.deepEqual((await host.ask(prove(keys.p256))).error, { code: 'no_card', retriable: true });
		assert.equal(code(await host.ask(CERTIFICATES)), 'no_card');
		await cardA.tell('insert');
		await cardB.tell('insert');
	});
	await cardsSeen(2);
	await withoutReaders((options) =>
		withHost(async (host) => {
			assert.deepEqual((await host.ask({ id: 1, command: 'status' })).ok, {
				service: true,
				readers: 0,
				cards: 0,
			});
			assert.equal(code(await host.ask(prove(keys.p256))), 'no_reader');
			assert.equal(code(await host.ask(CERTIFICATES)), 'no_reader');
		}, options),
	);
	await withHost(
		async (host) => {
			assert.deepEqual((await host.ask({ id: 1, command: 'status' })).ok, {
				service: false,
				readers: 0,
				cards: 0,
			});
			assert.deepEqual((await host.ask(prove(keys.p256))).error, { code: 'no_card_service', retriable: true });
		},
		{ env: { PCSCLITE_CSOCK_NAME: `${dir}/run/nothing.sock` } },
	);
});

test('a card pulled while it signs', () =>
	withHost(async (host) => {
		await cardA.tell('evil slow=10@87');
		const answer = host.ask(sign(keys.rsa2048, [item(keys.rsa2048.der, 'text')]));
		await sleep(700);
		await cardA.tell('remove');
		assert.deepEqual((await answer).error, { code: 'card_removed', retriable: true });
		await reinsert(cardA);
		assert.ok((await host.ask(prove(keys.rsa2048))).ok, 'and it works again');
	}));

test('a slow card is waited for, a silent one is not', () =>
	withHost(async (host) => {
		await cardA.tell('evil slow=1@87');
		assert.ok(
			(
				await host.ask(
					sign(keys.rsa2048, [
						item(keys.rsa2048.der, '1'),
						item(keys.rsa2048.der, '2'),
						item(keys.rsa2048.der, '3'),
					]),
				)
			).ok,
			'three seconds in all, but never silent for long',
		);
		await cardA.tell('evil silent@87');
		const start = Date.now();
		assert.deepEqual((await host.ask(prove(keys.rsa2048))).error, { code: 'card_timeout', retriable: true });
		assert.ok(Date.now() - start < 15000);
		assert.equal((await host.ask({ id: 9, command: 'status' })).id, 9, 'the host goes on');
		await reinsert(cardA);
		assert.ok((await host.ask(prove(keys.rsa2048))).ok);
	}));

test('another program holds the card: busy', async () => {
	// opensc-tool waits for the lock of a slow card: so do we behind it.
	await cardA.tell('evil slow=6@CB');
	const other = new Host();
	await other.next();
	other.send(CERTIFICATES);
	await sleep(500);
	await withHost(async (host) => {
		assert.deepEqual((await host.ask(prove(keys.rsa2048))).error, { code: 'card_busy', retriable: true });
	});
	await other.close();
	await reinsert(cardA);
});

for (const [mode, want] of [
	['swonly@A4', ['card_protocol', 'wrong_card', 'ok']],
	['onebyte', ['card_protocol']],
	['onebyte@87', ['card_protocol']],
	['swonly@CB', ['card_protocol']],
	['swonly@87', ['card_protocol']],
	['big', ['card_protocol']],
	['big@87', ['card_protocol']],
	['61ff', ['card_protocol']],
	['61ff@87', ['card_protocol']],
	['6100', ['card_protocol']],
	['6100@87', ['card_protocol']],
	['6c@CB', ['card_protocol', 'wrong_card']],
	['6c', ['card_protocol']],
	['6c@87', ['card_protocol']],
	['6c@20', ['card_protocol']],
	['overlong@CB', ['card_protocol']],
	['overlong@87', ['card_protocol']],
	['tlv80@CB', ['card_protocol']],
	['tlv84@CB', ['card_protocol']],
	['nested@CB', ['card_protocol']],
	['nested@87', ['card_protocol']],
	['noise@CB', ['card_protocol']],
	['noise@87', ['card_protocol']],
	['badsig@87', ['card_protocol']],
	['wrongkey', ['card_protocol']],
	['otherdata', ['card_protocol']],
	['othercert', ['wrong_card']],
	['guid', ['ok']],
	['bigcert', ['card_protocol', 'wrong_card']],
	['gzipbomb', ['card_protocol', 'wrong_card']],
	['63cf@20', ['pin_wrong']],
	['sw=27012@20', ['pin_blocked']],
	['sw=25536@20', ['pin_wrong', 'pin_blocked']],
	['sw=27010@87', ['card_protocol']],
	['sw=27266@A4', ['card_unsupported', 'wrong_card']],
	['close@A4', ['card_removed']],
	['close@CB', ['card_removed']],
	['close@20', ['card_removed']],
	['close@87', ['card_removed']],
	['silent@A4', ['card_timeout']],
	['silent@20', ['card_timeout']],
	['cut@CB', ['card_timeout', 'card_removed']],
	['empty@87', ['card_timeout', 'card_removed']],
]) {
	test(`evil card: ${mode}`, () =>
		withHost(async (host) => {
			assert.equal(await cardA.tell(`evil ${mode}`), 'ok');
			const before = await cardA.counts();
			const start = Date.now();
			const answer = await host.ask(sign(keys.rsa2048, [item(keys.rsa2048.der, 'text')]));
			const got = answer.ok ? 'ok' : code(answer);
			assert.ok(want.includes(got), `${got} instead of ${want}`);
			assert.ok(Date.now() - start < 9000, 'within the deadline');
			assert.ok((await cardA.counts()).verifies - before.verifies <= 1, 'one VERIFY at most');
			if (/silent|cut|empty|close/.test(mode)) await reinsert(cardA);
			await cardA.tell('evil none');
			assert.ok((await host.ask(prove(keys.rsa2048))).ok, 'and after that all is well');
		}));
}

for (const mode of ['atr0', 'atr1', 'atr34', 'atr300']) {
	test(`evil card: ${mode}`, () =>
		withHost(async (host) => {
			await reinsert(cardA, mode);
			await sleep(700);
			const answer = await host.ask(prove(keys.rsa2048));
			assert.ok(
				answer.ok ||
					['wrong_card', 'card_unsupported', 'card_removed', 'card_protocol', 'no_card'].includes(
						code(answer),
					),
				JSON.stringify(answer),
			);
			await reinsert(cardA);
		}));
}

test('one bad card does not hide a good one', () =>
	withHost(async (host) => {
		await cardA.tell('evil noise@CB');
		const { ok } = await host.ask(CERTIFICATES);
		assert.deepEqual(
			ok.certificates.map((c) => c.certificate),
			[keys.other.base64],
		);
	}));

test('stdin ends, or SIGTERM comes, while the card works: the host ends at once and signs nothing', async () => {
	for (const end of [(host) => host.process.stdin.end(), (host) => host.process.kill('SIGTERM')]) {
		const host = new Host();
		await host.next();
		const before = await cardA.counts();
		await cardA.tell('evil slow=3@20');
		host.send(sign(keys.rsa2048, [item(keys.rsa2048.der, 'text')]));
		await sleep(600);
		const start = Date.now();
		end(host);
		assert.equal(await host.exit, 0);
		assert.ok(Date.now() - start < 1000, `${Date.now() - start} ms`);
		assert.equal(host.messages.length, 0);
		await cardA.tell('evil none');
		await sleep(300);
		assert.equal((await cardA.counts()).signatures, before.signatures);
		await cardsSeen(2);
	}
});

test('SIGTERM at rest ends it cleanly', async () => {
	const host = new Host();
	await host.next();
	host.process.kill('SIGTERM');
	assert.equal(await host.exit, 0);
});

test('origins: only those of the list, exactly', () =>
	withHost(async (host) => {
		for (const origin of [ORIGIN, 'https://a.gov.example', 'https://a.b.gov.example', 'http://127.0.0.1:8460']) {
			assert.ok((await host.ask({ ...CERTIFICATES, origin })).ok, origin);
		}
		for (const origin of [
			'',
			'null',
			'https://evil.example',
			'http://mydoc.example',
			'https://mydoc.example/',
			'https://mydoc.example:444',
			'https://MYDOC.example',
			'https://mydoc.example.evil.example',
			'https://gov.example',
			'https://xgov.example',
			'https://.gov.example',
			'https://a@b.gov.example',
			'https://evil.example/.gov.example',
			'https://a.gov.example:8443',
			'http://127.0.0.1',
			'http://127.0.0.1:8461',
			'file:///x',
			'chrome-extension://abc/',
			`https://${'a'.repeat(260)}.gov.example`,
		]) {
			assert.deepEqual(
				(await host.ask({ ...CERTIFICATES, origin })).error,
				{ code: 'origin_refused', retriable: false },
				origin,
			);
		}
		assert.equal(code(await host.ask(prove(keys.p256, { origin: 'https://evil.example' }))), 'origin_refused');
		assert.equal(
			code(await host.ask(sign(keys.p256, [item(keys.p256.der, 'x')], { origin: 'https://evil.example' }))),
			'origin_refused',
		);
	}));

test('items: whatever is not exactly what we sign is refused, and nothing is signed', () =>
	withHost(async (host) => {
		const { der: cert } = keys.rsa2048,
			other = keys.other.der;
		const digest = hash('SHA-256', Buffer.from('text')),
			b64 = (bytes) => ({ signedAttributes: bytes.toString('base64') });
		const good = signedAttributes(cert, digest);
		const at = (n, byte) => {
			const copy = Buffer.from(good);
			copy[n] = byte;
			return b64(copy);
		};
		const changed = (change) => b64(signedAttributes(cert, digest, 'SHA-256', change));
		const parts = [
			attribute(OID.contentType, oid(OID.data)),
			attribute(OID.messageDigest, octets(digest)),
			attribute(OID.signingCertificateV2, signingCertificate(cert)),
		];
		const bad = {
			'a bare hash': b64(digest),
			'a DigestInfo': b64(seq(seq(oid(OID['SHA-256']), tlv(5)), octets(digest))),
			'empty': b64(Buffer.alloc(0)),
			'not a SET': at(0, 0x30),
			'trailing byte': b64(Buffer.concat([good, Buffer.from([0])])),
			'cut off': b64(good.subarray(0, good.length - 1)),
			'indefinite length': b64(Buffer.concat([Buffer.from([0x31, 0x80]), ...parts, Buffer.from([0, 0])])),
			'length too long': b64(
				Buffer.concat([Buffer.from([0x31, 0x83, 0, 0, good.length - 3]), good.subarray(3)]),
			),
			'wrong order': b64(tlv(0x31, ...parts.slice().sort(Buffer.compare).reverse())),
			'no contentType': changed({ contentType: null }),
			'no messageDigest': changed({ messageDigest: null }),
			'no signingCertificateV2': changed({ signingCertificateV2: null }),
			'contentType is not id-data': changed({ contentType: attribute(OID.contentType, oid(OID.signedData)) }),
			'two values': changed({ contentType: attribute(OID.contentType, oid(OID.data), oid(OID.data)) }),
			'no value': changed({ contentType: attribute(OID.contentType) }),
			'twice': changed({ again: attribute(OID.contentType, oid(OID.data)) }),
			'another digest': changed({
				messageDigest: attribute(OID.messageDigest, octets(hash('SHA-256', Buffer.from('other')))),
			}),
			'a digest that is no OCTET STRING': changed({
				messageDigest: attribute(OID.messageDigest, tlv(0x03, digest)),
			}),
			'a signing time of another day': changed({
				time: attribute(OID.signingTime, tlv(0x17, Buffer.from('210922000000Z'))),
			}),
			'a signing time that is none': changed({
				time: attribute(OID.signingTime, tlv(0x17, Buffer.from('999999999999Z'))),
			}),
			'an unknown attribute': changed({ more: attribute('1.2.3.4', octets(digest)) }),
			'another certificate': changed({
				signingCertificateV2: attribute(OID.signingCertificateV2, signingCertificate(other)),
			}),
			'two certificates': changed({
				signingCertificateV2: attribute(
					OID.signingCertificateV2,
					seq(seq(seq(octets(hash('SHA-256', cert))), seq(octets(hash('SHA-256', other))))),
				),
			}),
			'policies': changed({
				signingCertificateV2: attribute(
					OID.signingCertificateV2,
					seq(seq(seq(octets(hash('SHA-256', cert)))), seq()),
				),
			}),
			'another issuer': changed({
				signingCertificateV2: attribute(
					OID.signingCertificateV2,
					signingCertificate(cert, 'SHA-256', [issuerSerial(other)]),
				),
			}),
			'protection of another digest': changed({
				p: attribute(OID.protection, seq(seq(oid(OID['SHA-384'])), tlv(0xa1, oid(OID.rsaSha256)))),
			}),
			'protection of nothing': changed({ p: attribute(OID.protection, seq()) }),
			'SHA-384 with an RSA key': { digestAlgorithm: 'SHA-384' },
			'SHA-1': { digestAlgorithm: 'SHA-1' },
			'a digest of 20 bytes': { messageDigest: digest.subarray(0, 20).toString('base64') },
			'an empty digest': { messageDigest: '' },
		};
		const before = await cardA.counts();
		for (const [what, fields] of Object.entries(bad)) {
			const items = [item(cert, 'text'), { ...item(cert, 'text'), ...fields }];
			assert.deepEqual(
				(await host.ask(sign(keys.rsa2048, items))).error,
				{ code: 'item_refused', retriable: false },
				what,
			);
		}
		assert.deepEqual(await cardA.counts(), before, 'the card was not even asked');
		for (const [what, change] of Object.entries({
			'issuer and serial number': {
				signingCertificateV2: attribute(
					OID.signingCertificateV2,
					signingCertificate(cert, 'SHA-256', [issuerSerial(cert)]),
				),
			},
			'certificate by SHA-384': {
				signingCertificateV2: attribute(OID.signingCertificateV2, signingCertificate(cert, 'SHA-384')),
			},
			'protection': {
				p: attribute(OID.protection, seq(seq(oid(OID['SHA-256'])), tlv(0xa1, oid(OID.rsaSha256)))),
			},
		})) {
			const one = item(cert, 'text', change);
			const { ok } = await host.ask(sign(keys.rsa2048, [one]));
			assert.ok(ok && verifies(cert, Buffer.from(one.signedAttributes, 'base64'), ok.signatures[0]), what);
		}
	}));

test('messages: strict, and the host survives', () =>
	withHost(async (host) => {
		const status = { id: 5, command: 'status' };
		for (const [text, id, want = 'protocol'] of [
			['', 0],
			['{', 0],
			['[]', 0],
			['"x"', 0],
			['null', 0],
			['{}', 0],
			['{"id":0,"command":"status"}', 0],
			['{"id":-1,"command":"status"}', 0],
			['{"id":2147483648,"command":"status"}', 0],
			['{"id":"1","command":"status"}', 0],
			['{"id":1.0,"command":"status"}', 0],
			['{"id":1e0,"command":"status"}', 0],
			['{"id":1}', 1],
			['{"id":1,"command":7}', 1],
			['{"id":1,"command":"status","more":1}', 1],
			['{"id":1,"id":2,"command":"status"}', 0],
			['{"id":1,"command":"constructor"}', 1, 'unknown_command'],
			['{"id":1,"command":""}', 1, 'unknown_command'],
			['{"id":1,"command":"STATUS"}', 1, 'unknown_command'],
			['{"id":1,"command":"status"} x', 0],
			['/* */{"id":1,"command":"status"}', 0],
			['{"id":1,"command":"sta\\u0000tus"}', 0],
			['{"id":1,"command":"\\ud800"}', 0],
			[Buffer.from('{"id":1,"command":"\xff"}', 'latin1'), 0],
			['['.repeat(100), 0],
			[`{"id":1,"command":"status","a":${'['.repeat(40)}${']'.repeat(40)}}`, 0],
		]) {
			if (text.length === 0) continue;
			assert.deepEqual(
				await host.ask(Buffer.from(text)),
				{ id, error: { code: want, retriable: false } },
				String(text),
			);
		}
		for (const change of [
			{ pin: 123456 },
			{ pin: null },
			{ certificate: 'AAAA' },
			{ certificate: 'not base64' },
			{ certificate: '' },
			{ items: {} },
			{ items: [1] },
			{ more: true },
			{ items: [{ ...item(keys.p256.der, 'x'), more: 1 }] },
			{ items: [{ ...item(keys.p256.der, 'x'), size: -1 }] },
			{ items: [{ ...item(keys.p256.der, 'x'), size: '1' }] },
			{ items: [{ ...item(keys.p256.der, 'x'), signedAttributes: '%%%' }] },
			{ origin: undefined },
			{ remember: 1 },
			{ lastTry: 'no' },
			{ topOrigin: 5 },
		]) {
			assert.equal(
				code(await host.ask(sign(keys.p256, [item(keys.p256.der, 'x')], change))),
				'protocol',
				JSON.stringify(change).slice(0, 80),
			);
		}
		for (const nonce of ['', Buffer.alloc(31).toString('base64'), Buffer.alloc(65).toString('base64'), 'x', 5]) {
			assert.equal(code(await host.ask(prove(keys.p256, { nonce }))), 'protocol');
		}
		assert.ok((await host.ask(status)).ok);
	}));

test('a key that is not for signatures is not used', () =>
	withHost(async (host) => {
		assert.equal(code(await host.ask(sign(keys.encrypt, [item(keys.encrypt.der, 'x')]))), 'card_unsupported');
	}));

test('requests sent in one go are answered in order; drop by drop too', () =>
	withHost(async (host) => {
		for (let id = 1; id <= 20; id++) host.send({ id, command: 'status' });
		for (let id = 1; id <= 20; id++) assert.equal((await host.next()).id, id);
		const body = Buffer.from('{"id":33,"command":"status"}'),
			head = Buffer.alloc(4);
		head.writeUInt32LE(body.length);
		for (const byte of Buffer.concat([head, body])) {
			host.raw(Buffer.from([byte]));
			await sleep(1);
		}
		assert.equal((await host.next()).id, 33);
	}));

test('frames that are none end the host', async () => {
	const huge = Buffer.from([0xff, 0xff, 0xff, 0xff]),
		empty = Buffer.alloc(4),
		text = Buffer.from('hello, host\n');
	for (const bytes of [huge, empty, text, Buffer.from([1, 0, 16, 0])]) {
		const host = new Host();
		await host.next();
		host.raw(bytes);
		assert.equal(await host.exit, 1, host.stderr);
		assert.doesNotMatch(host.stderr, /Sanitizer|runtime error/);
	}
	const host = new Host();
	await host.next();
	host.raw(Buffer.from([9, 0, 0, 0, 0x7b]));
	assert.equal(await host.close(), 1, 'cut off');
});

test('a message of the full 1 MiB is read', () =>
	withHost(async (host) => {
		const text = '{"id":6,"command":"' + 'x'.repeat(1048576 - 21) + '"}';
		assert.equal(text.length, 1048576);
		assert.deepEqual(await host.ask(text), { id: 6, error: { code: 'unknown_command', retriable: false } });
	}));

test('settings: a bad file is refused with its line, a missing one too', async () => {
	for (const [text, why] of [
		['nonsense\n', /:1: there is no '='/],
		['allowed_origins = http://evil.example\n', /no https origin/],
		['allowed_origins = https://*.com\n', /no https origin/],
		['allowed_origins = *\n', /no https origin/],
		['card_timeout_seconds = 0\n', /1 to 600/],
		['log_level = loud\n', /log_level/],
		['colour = red\n', /unknown key/],
	]) {
		writeConf(text);
		const host = new Host();
		assert.equal(await host.exit, 1);
		assert.match(host.stderr, why);
	}
	writeConf(CONF);
	const host = new Host({ env: { YINXIN_SIGNER_CONF: `${dir}/conf/none.conf` } });
	assert.equal(await host.exit, 1);
});

test('the process: no core, nothing on the real stdout, the PIN in no log', async () => {
	writeConf(CONF + 'log_level = debug\n');
	await withHost(async (host) => {
		const limits = readFileSync(`/proc/${host.process.pid}/limits`, 'utf8');
		assert.match(limits, /Max core file size +0 +0/);
		await host.ask(sign(keys.rsa2048, [item(keys.rsa2048.der, 'text')]));
		await host.ask(sign(keys.rsa2048, [item(keys.rsa2048.der, 'text')], { pin: '777777' }));
		assert.doesNotMatch(host.stderr, /123456|777777/);
	});
	writeConf(CONF);
});

test('options', () => {
	const run = (...args) => execFileSync(process.env.YX_HOST ?? `${root}/build/san/yinxin-signer`, args).toString();
	assert.match(run('--version'), /^yinxin-signer 0\.1\.0/);
	assert.match(run('--help'), /--doctor/);
});

test('doctor: finds what is there, names what is wrong and how to cure it', () => {
	const home = `${dir}/home`,
		where = `${home}/.config/chromium/NativeMessagingHosts`;
	const binary = process.env.YX_HOST ?? `${root}/build/san/yinxin-signer`;
	const doctor = (env = {}) => {
		try {
			return {
				status: 0,
				out: execFileSync(binary, ['--doctor', '--json'], {
					stdio: ['ignore', 'pipe', 'pipe'],
					env: {
						...process.env,
						HOME: home,
						PCSCLITE_CSOCK_NAME: `${dir}/run/pcscd.sock`,
						YINXIN_SIGNER_CONF: `${dir}/conf/signer.conf`,
						...env,
					},
				}).toString(),
			};
		} catch (error) {
			return { status: error.status, out: error.stdout.toString() };
		}
	};
	const manifest = (change = {}) =>
		writeFileSync(
			`${where}/tw.yinxin.signer.json`,
			JSON.stringify({
				...JSON.parse(
					readFileSync(`${root}/conf/native-messaging/chromium.json.in`, 'utf8')
						.replace('@HOST_PATH@', binary)
						.replace('@EXTENSION_ID@', 'a'.repeat(32)),
				),
				...change,
			}),
		);
	rmSync(home, { recursive: true, force: true });
	mkdirSync(where, { recursive: true });
	manifest();
	const { status, out } = doctor();
	const report = JSON.parse(out),
		of = (check, from = report) => from.findings.filter((f) => f.check === check);
	assert.equal(report.ok, true, out);
	assert.equal(status, 0);
	assert.deepEqual(
		of('certificate').map((f) => f.detail),
		[
			'Virtual PCD 00 00, PIV 9C, RSA-2048',
			'Virtual PCD 00 00, PIV 9A, EC-P256',
			'Virtual PCD 00 00, PIV 82, EC-P384',
			'Virtual PCD 00 00, PIV 95, RSA-3072',
			'Virtual PCD 00 01, PIV 9C, EC-P256',
		],
	);
	assert.equal(of('readers')[0].detail, '2');
	for (const change of [
		{ path: '/nonexistent' },
		{ path: dir },
		{ path: 'yinxin-signer' },
		{ name: 'other' },
		{ allowed_origins: [] },
		{ type: 'http' },
	]) {
		manifest(change);
		const bad = doctor();
		assert.equal(bad.status, 1, JSON.stringify(change));
		assert.ok(
			of('manifest', JSON.parse(bad.out)).some(
				(f) => f.state === 'bad' && f.fixZh && f.fixEn && f.detail.includes(where),
			),
		);
	}
	writeFileSync(`${where}/tw.yinxin.signer.json`, 'not JSON');
	assert.equal(doctor().status, 1);
	manifest();
	assert.equal(of('permissions')[0].state, 'ok');
	assert.equal(of('sandbox').length, 0);
	mkdirSync(`${home}/snap/firefox`, { recursive: true });
	mkdirSync(`${home}/.local/state/yinxin`, { recursive: true });
	writeFileSync(`${home}/.local/state/yinxin/signer.log`, '{"n":1}\n');
	chmodSync(`${dir}/conf/signer.conf`, 0o666);
	const ill = JSON.parse(doctor({ XDG_STATE_HOME: `${home}/.local/state` }).out);
	chmodSync(`${dir}/conf/signer.conf`, 0o644);
	assert.deepEqual(
		['permissions', 'sandbox', 'log'].map((check) => of(check, ill)[0]?.state),
		['bad', 'note', 'bad'],
	);
	assert.match(of('sandbox', ill)[0].fixEn, /permission-set/);
	const away = JSON.parse(doctor({ PCSCLITE_CSOCK_NAME: `${dir}/run/nothing.sock` }).out);
	assert.equal(of('service', away)[0].state, 'bad');
	assert.match(of('service', away)[0].fixEn, /pcscd/);
	assert.equal(of('config', JSON.parse(doctor({ YINXIN_SIGNER_CONF: `${dir}/none` }).out))[0].state, 'bad');
});
