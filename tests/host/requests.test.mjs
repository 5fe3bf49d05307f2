// What the protocol offers beside signing: login, waiting, remembering, stopping, paging, the log.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import { hash, item } from './der.mjs';
import {
	Card,
	HOST,
	Host,
	ORIGIN,
	dir,
	makeKey,
	sleep,
	startService,
	stopService,
	until,
	verifies,
	withHost,
	writeConf,
} from './rig.mjs';

const PIN = '123456',
	PIN_B = '654321';
const CONF = `allowed_origins = ${ORIGIN}, https://top.example\ncard_timeout_seconds = 20\nremember_minutes = 5\n`;
const JOURNAL = `${dir}/state/yinxin/signer.log`;
const ec = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
let keys, cardA, cardB;

const sign = (key, items, more = {}) => ({
	id: 4,
	command: 'sign',
	origin: ORIGIN,
	certificate: key.base64,
	pin: PIN,
	items,
	...more,
});
const login = (key, more = {}) => ({
	id: 5,
	command: 'authenticate',
	origin: ORIGIN,
	certificate: key.base64,
	pin: PIN,
	nonce: Buffer.alloc(32, 7).toString('base64'),
	...more,
});
const documents = (key, n) => Array.from({ length: n }, (_, i) => item(key.der, `document ${i}`));
const code = (answer) => answer.error?.code ?? answer;
const without = (message, name) => {
	const copy = { ...message };
	delete copy[name];
	return copy;
};
const wait = (state, seconds = 20) => ({ id: 6, command: 'wait', state, seconds });
const status = (host) => host.ask({ id: 1, command: 'status' });

async function reinsert(card) {
	await card.tell('remove');
	await sleep(1000); // pcscd looks every 0.4 s
	await card.tell('insert');
	await sleep(1000);
}

before(async () => {
	startService();
	writeConf(CONF);
	keys = {
		both: makeKey('both', ec),
		contracts: makeKey('contracts', ec, 'nonRepudiation'),
		other: makeKey('other', ec),
	};
	cardA = new Card(
		0,
		'a',
		[
			['9C', keys.both],
			['9A', keys.contracts],
		],
		['--pin', PIN],
	);
	cardB = new Card(1, 'b', [['9C', keys.other]], ['--pin', PIN_B]);
	await until(async () => (await withHost(status)).ok.cards === 2);
});

after(async () => {
	for (const card of [cardA, cardB]) {
		await card?.tell('quit').catch(() => card.process.kill());
		await card?.exit;
	}
	stopService();
});

beforeEach(async () => {
	for (const card of [cardA, cardB]) {
		await card.tell('evil none');
		await card.tell('pin-reset');
	}
});

test('certificates tell of PIN and tries', () =>
	withHost(async (host) => {
		const { ok } = await host.ask({ id: 2, command: 'certificates', origin: ORIGIN });
		assert.deepEqual(
			ok.certificates.map(({ kind, slot, pinMin, pinMax, pinEach, triesLeft }) => [
				kind,
				slot,
				pinMin,
				pinMax,
				pinEach,
				triesLeft,
			]),
			[
				['PIV', '9C', 6, 8, true, 3],
				['PIV', '9A', 6, 8, false, 3],
				['PIV', '9C', 6, 8, true, 3],
			],
		);
	}));

test('authenticate: the bytes name site, page, nonce, time and certificate', () =>
	withHost(async (host) => {
		const part = (bytes) => {
			const n = Buffer.alloc(4);
			n.writeUInt32BE(bytes.length);
			return Buffer.concat([n, bytes]);
		};
		for (const topOrigin of [undefined, 'https://top.example']) {
			const { ok, error } = await host.ask(login(keys.both, topOrigin ? { topOrigin } : {}));
			assert.ok(ok, JSON.stringify(error));
			const time = Buffer.alloc(8);
			time.writeBigInt64BE(BigInt(ok.time));
			const bytes = Buffer.concat([
				Buffer.from('YINXIN-LOGIN-1\0'),
				part(Buffer.from(ORIGIN)),
				part(Buffer.from(topOrigin ?? ORIGIN)),
				part(Buffer.alloc(32, 7)),
				time,
				hash('SHA-256', keys.both.der),
			]);
			assert.deepEqual(Buffer.from(ok.signed, 'base64'), bytes);
			assert.ok(Math.abs(ok.time - Date.now() / 1000) < 30);
			assert.ok(verifies(keys.both.der, bytes, ok.signature));
		}
		assert.equal(
			code(await host.ask(login(keys.contracts))),
			'certificate_usage',
			'a key for contracts alone logs nobody in',
		);
		assert.equal(
			code(await host.ask(login(keys.both, { nonce: Buffer.alloc(31).toString('base64') }))),
			'protocol',
		);
		assert.equal(code(await host.ask(login(keys.both, { topOrigin: 'https://evil.example' }))), 'origin_refused');
		assert.equal(code(await host.ask(login(keys.both, { topOrigin: 'null' }))), 'origin_refused');
	}));

test('wait: a card that comes or goes ends it; any message does; time does', () =>
	withHost(async (host) => {
		const first = (await host.ask(wait(''))).ok;
		assert.deepEqual([first.service, first.readers, first.cards], [true, 2, 2]);
		assert.deepEqual((await host.ask(wait(first.state, 1))).ok, first, 'nothing happened within a second');
		const gone = host.ask(wait(first.state));
		await sleep(200);
		await cardB.tell('remove');
		const second = (await gone).ok;
		assert.equal(second.cards, 1);
		assert.notEqual(second.state, first.state);
		const back = host.ask(wait(second.state));
		await cardB.tell('insert');
		const third = (await back).ok;
		assert.equal(third.cards, 2);
		assert.notEqual(third.state, first.state, 'it was out: the same card again is another state');
		const idle = host.ask(wait(third.state));
		await sleep(100);
		const start = Date.now();
		host.send({ id: 9, command: 'status' });
		assert.deepEqual((await idle).ok, third);
		assert.equal((await host.next()).id, 9);
		assert.ok(Date.now() - start < 1500, 'the next message is not kept waiting');
		for (const bad of [0, -1, 601]) assert.equal(code(await host.ask(wait('', bad))), 'protocol');
	}));

test('remembered: only if asked, for this site and certificate, until a card moves', () =>
	withHost(async (host) => {
		const again = without(sign(keys.both, documents(keys.both, 2)), 'pin');
		assert.equal(code(await host.ask(again)), 'pin_needed');
		assert.equal((await host.ask(sign(keys.both, documents(keys.both, 1)))).ok.rememberedSeconds, undefined);
		assert.equal(code(await host.ask(again)), 'pin_needed', 'nobody asked to remember it');
		const kept = await host.ask(sign(keys.both, documents(keys.both, 1), { remember: true }));
		assert.ok(kept.ok.rememberedSeconds > 290 && kept.ok.rememberedSeconds <= 300);
		const { ok } = await host.ask(again);
		assert.equal(ok.signatures.length, 2);
		assert.ok(ok.rememberedSeconds <= kept.ok.rememberedSeconds, 'using it does not prolong it');
		assert.equal(code(await host.ask({ ...again, origin: 'https://top.example' })), 'pin_needed', 'another site');
		assert.equal(
			code(await host.ask({ ...again, topOrigin: 'https://top.example' })),
			'pin_needed',
			'the same site inside another page',
		);
		assert.equal(
			code(await host.ask(without(sign(keys.contracts, documents(keys.contracts, 1)), 'pin'))),
			'pin_needed',
			'another certificate',
		);
		assert.ok((await host.ask(again)).ok);
		assert.deepEqual((await host.ask({ id: 3, command: 'forget' })).ok, {});
		assert.equal(code(await host.ask(again)), 'pin_needed');
		await host.ask(sign(keys.both, documents(keys.both, 1), { remember: true }));
		await sleep(300);
		await cardB.tell('remove');
		await sleep(900);
		assert.equal(code(await host.ask(again)), 'pin_needed', 'a card was pulled, any card');
		await cardB.tell('insert');
		await sleep(900);
	}));

test('remembered inside another page: for that page only', () =>
	withHost(async (host) => {
		const inside = { topOrigin: 'https://top.example' };
		await host.ask(sign(keys.both, documents(keys.both, 1), { ...inside, remember: true }));
		const again = without(sign(keys.both, documents(keys.both, 1)), 'pin');
		assert.equal(code(await host.ask(again)), 'pin_needed');
		assert.ok((await host.ask({ ...again, ...inside })).ok);
	}));

test('doctor: what a page may show, and nothing of the user', () =>
	withHost(async (host) => {
		const ask = (more) => host.ask({ id: 2, command: 'doctor', origin: ORIGIN, ...more });
		const { ok } = await ask();
		assert.equal(ok.ok, true, JSON.stringify(ok));
		const of = (check) => ok.findings.filter((f) => f.check === check);
		assert.deepEqual(
			['config', 'service', 'readers', 'certificate', 'manifest', 'permissions'].map((c) => of(c)[0]?.state),
			Array(6).fill('ok'),
		);
		assert.equal(of('readers')[0].detail, '2');
		for (const f of ok.findings) {
			assert.ok(f.zh && f.en && Boolean(f.fixZh) === Boolean(f.fixEn));
			assert.ok(f.check === 'readers' || f.detail === undefined, f.check);
		}
		assert.doesNotMatch(JSON.stringify(ok), /Virtual|\/tests\/|PIV|RSA|EC-P/, 'no path, no reader, no card');
		assert.equal(code(await ask({ origin: 'https://evil.example' })), 'origin_refused');
		assert.equal(code(await ask({ topOrigin: 'https://evil.example' })), 'origin_refused');
		assert.equal(code(await ask({ detail: true })), 'protocol');
	}));

test('doctor: a silent card is told of, and does not hide the other one', async () => {
	writeConf(CONF.replace('timeout_seconds = 20', 'timeout_seconds = 5'));
	await cardB.tell('evil silent@A4');
	try {
		await withHost(async (host) => {
			const { ok } = await host.ask({ id: 2, command: 'doctor', origin: ORIGIN });
			assert.equal(ok.ok, false);
			const bad = ok.findings.filter((f) => f.state === 'bad');
			assert.match(JSON.stringify(bad), /card does not answer/);
			assert.ok(ok.findings.some((f) => f.check === 'certificate'));
		});
	} finally {
		writeConf(CONF);
		await cardB.tell('evil none');
		await reinsert(cardB);
	}
});

test('remembered: gone after a wrong PIN, and never when policy says no', async () => {
	const again = without(sign(keys.both, documents(keys.both, 1)), 'pin');
	await withHost(async (host) => {
		assert.ok((await host.ask(sign(keys.both, documents(keys.both, 1), { remember: true }))).ok.rememberedSeconds);
		assert.equal(code(await host.ask(sign(keys.both, documents(keys.both, 1), { pin: '999999' }))), 'pin_wrong');
		assert.equal(code(await host.ask(again)), 'pin_needed');
	});
	writeConf(CONF.replace('remember_minutes = 5', 'remember_minutes = 0'));
	await withHost(async (host) => {
		const { ok } = await host.ask(sign(keys.both, documents(keys.both, 1), { remember: true }));
		assert.equal(ok.rememberedSeconds, undefined);
		assert.equal(code(await host.ask(again)), 'pin_needed');
	});
	writeConf(CONF);
});

test('the last try is taken only from who knows that it is the last', () =>
	withHost(async (host) => {
		const bad = sign(keys.both, documents(keys.both, 1), { pin: '999999', lastTry: false });
		await host.ask(bad);
		assert.equal((await host.ask(bad)).error.triesLeft, 1);
		const { verifies: before } = await cardA.counts();
		assert.deepEqual((await host.ask({ ...bad, pin: PIN })).error, {
			code: 'pin_last_try',
			retriable: true,
			triesLeft: 1,
		});
		assert.equal((await cardA.counts()).verifies, before, 'nothing was sent');
		assert.ok((await host.ask({ ...bad, pin: PIN, lastTry: true })).ok);
	}));

test('progress is told, and the stop button leaves what is done', () =>
	withHost(async (host) => {
		await cardA.tell('evil slow=1@87');
		host.send(sign(keys.both, documents(keys.both, 5), { progress: true, partial: true }));
		const first = await host.next();
		assert.deepEqual(first, { id: 4, progress: { done: 1, of: 5 } });
		host.send({ id: 8, command: 'cancel', request: 4 });
		let answer = await host.next();
		while (answer.progress) answer = await host.next();
		const signed = answer.ok.signatures.filter(Boolean);
		assert.ok(signed.length >= 1 && signed.length <= 3, JSON.stringify(answer));
		assert.equal(answer.ok.signatures.length, 5);
		assert.deepEqual(answer.ok.stopped, { code: 'cancelled', retriable: true });
		signed.forEach((s, i) =>
			assert.ok(verifies(keys.both.der, Buffer.from(documents(keys.both, 5)[i].signedAttributes, 'base64'), s)),
		);
		await cardA.tell('evil none');
		assert.equal((await host.ask({ id: 9, command: 'status' })).id, 9, 'the cancel has no answer of its own');
		host.send({ id: 10, command: 'cancel', request: 4 });
		assert.equal((await host.ask({ id: 11, command: 'status' })).id, 11, 'too late is no error');
	}));

test('without `partial` it is all or nothing', () =>
	withHost(async (host) => {
		await cardA.tell('evil slow=1@87');
		host.send(sign(keys.both, documents(keys.both, 4)));
		await sleep(1500);
		host.send({ id: 8, command: 'cancel', request: 4 });
		assert.deepEqual(await host.next(), { id: 4, error: { code: 'cancelled', retriable: true } });
	}));

// The extension's own end of the talk (extension/lib/host.js), with this host behind its port.
async function browserSide(use) {
	const port = () => {
		const host = new Host();
		const heard = [], gone = [];
		const listen = async () => {
			for (let message = await host.next(); message.ended === undefined; message = await host.next())
				for (const tell of heard) tell(message);
			for (const tell of gone) tell({});
		};
		listen();
		return {
			onMessage: { addListener: (f) => heard.push(f) },
			onDisconnect: { addListener: (f) => gone.push(f) },
			postMessage: (message) => host.send(message),
			disconnect: () => host.close(),
		};
	};
	globalThis.chrome = { runtime: { connectNative: port } };
	const side = await import('../../extension/lib/host.js');
	const host = await side.Host.open();
	try {
		return await use(host);
	} finally {
		host.close();
	}
}

test("the extension's side: what is too long for one message goes in parts", () =>
	browserSide(async (host) => {
		const items = documents(keys.both, 3).map((one, i) => ({ ...one, name: `${i} ${'長'.repeat(150000)}` }));
		assert.ok(Buffer.byteLength(JSON.stringify(items)) > 1 << 20);
		const asked = { origin: ORIGIN, certificate: keys.both.base64, pin: PIN, items };
		const { signatures } = await host.request('sign', asked);
		signatures.forEach((s, i) =>
			assert.ok(verifies(keys.both.der, Buffer.from(items[i].signedAttributes, 'base64'), s)),
		);
		assert.equal((await host.request('status')).cards, 2);
		const tooLong = documents(keys.both, 1).map((one) => ({ ...one, name: 'x'.repeat(17 << 20) }));
		await assert.rejects(host.request('sign', { ...asked, items: tooLong }), { code: 'item_refused' });
		assert.equal((await host.request('status')).cards, 2, 'nothing was sent of it');
	}));

test('a request in parts, an answer in pages', { timeout: 300000 }, () =>
	withHost(async (host) => {
		const whole = Buffer.from(JSON.stringify({ id: 77, command: 'status' }));
		assert.deepEqual(
			await host.ask({ id: 1, command: 'part', data: whole.subarray(0, 10).toString('base64'), last: false }),
			{ id: 1, ok: { size: 10 } },
		);
		assert.equal(
			(await host.ask({ id: 2, command: 'part', data: whole.subarray(10).toString('base64'), last: true })).id,
			77,
		);
		assert.equal(code(await host.ask({ id: 3, command: 'part', data: '%', last: true })), 'protocol');
		assert.equal(
			(await host.ask({ id: 4, command: 'part', data: whole.toString('base64'), last: true })).id,
			77,
			'and a good one after it',
		);
		assert.equal(code(await host.ask({ id: 5, command: 'page', request: 77, page: 0 })), 'not_found');
		// Two megabytes in parts: more than one message may hold.
		const big = Buffer.from(JSON.stringify({ id: 78, command: 'x'.repeat(2 << 20) }));
		for (let at = 0; at < big.length; at += 500000) {
			const last = at + 500000 >= big.length;
			const answer = await host.ask({
				id: 6,
				command: 'part',
				data: big.subarray(at, at + 500000).toString('base64'),
				last,
			});
			assert.deepEqual(
				answer,
				last
					? { id: 78, error: { code: 'unknown_command', retriable: false } }
					: { id: 6, ok: { size: at + 500000 } },
			);
		}
	}),
);

test('an answer of more than 1 MiB', { timeout: 300000 }, async () => {
	const name = (i) => `long${i}`;
	const comment = (i) => ['-addext', `nsComment=${'x'.repeat(20000)}${i}`];
	const slots = ['9C', '9A', '9D', ...Array.from({ length: 20 }, (_, i) => (0x82 + i).toString(16).toUpperCase())];
	const long = slots.map((slot, i) => [slot, makeKey(name(i), ec, 'digitalSignature', comment(i))]);
	const more = slots.map((slot, i) => [slot, makeKey(name(100 + i), ec, 'digitalSignature', comment(i))]);
	for (const card of [cardA, cardB]) await card.tell('quit');
	await sleep(1000);
	const two = [new Card(0, 'longa', long, ['--pin', PIN]), new Card(1, 'longb', more, ['--pin', PIN])];
	try {
		await withHost(async (host) => {
			await until(async () => (await status(host)).ok.cards === 2);
			const { paged } = await host.ask({ id: 50, command: 'certificates', origin: ORIGIN });
			assert.ok(paged.size > 800000, JSON.stringify(paged));
			const parts = [];
			for (let page = 0; page < paged.pages; page++) {
				parts.push(
					Buffer.from(
						(await host.ask({ id: 51 + page, command: 'page', request: 50, page })).ok.data,
						'base64',
					),
				);
			}
			const answer = JSON.parse(Buffer.concat(parts).toString());
			assert.equal(answer.id, 50);
			assert.equal(answer.ok.certificates.length, 46);
			assert.equal(
				code(await host.ask({ id: 60, command: 'page', request: 50, page: paged.pages })),
				'not_found',
			);
		});
		await browserSide(async (host) => {
			const { certificates } = await host.request('certificates', { origin: ORIGIN });
			assert.equal(certificates.length, 46, 'the extension turns the pages');
			assert.equal((await host.request('status')).cards, 2, 'and goes on');
		});
	} finally {
		for (const card of two) await card.tell('quit');
		await sleep(1000);
		cardA = new Card(
			0,
			'a',
			[
				['9C', keys.both],
				['9A', keys.contracts],
			],
			['--pin', PIN],
		);
		cardB = new Card(1, 'b', [['9C', keys.other]], ['--pin', PIN_B]);
		await until(async () => (await withHost(status)).ok.cards === 2);
	}
});

test('the log: a line a signature, chained; what was changed, taken out or cut off is found', async () => {
	const verify = (file = JOURNAL) => {
		try {
			return [0, execFileSync(HOST, ['--log-verify', file], { stdio: 'pipe' }).toString()];
		} catch (error) {
			return [error.status, error.stderr.toString()];
		}
	};
	rmSync(`${dir}/state`, { recursive: true, force: true });
	const items = documents(keys.both, 3);
	await withHost(async (host) => {
		await host.ask(sign(keys.both, items));
		await host.ask(login(keys.both, { topOrigin: 'https://top.example' }));
		await host.ask(sign(keys.both, items, { pin: '999999' }));
		await host.ask(sign(keys.both, items));
	});
	const text = readFileSync(JOURNAL, 'utf8'),
		lines = text.trimEnd().split('\n'),
		first = JSON.parse(lines[0]);
	assert.doesNotMatch(text, /999999|123456"|電子契約/);
	assert.deepEqual(
		lines.map((line) => {
			const { command, topOrigin, outcome, signatures } = JSON.parse(line);
			return [command, topOrigin, outcome, signatures];
		}),
		[
			['sign', ORIGIN, 'ok', 3],
			['authenticate', 'https://top.example', 'ok', 1],
			['sign', ORIGIN, 'pin_wrong', 0],
			['sign', ORIGIN, 'ok', 3],
		],
	);
	assert.deepEqual(
		first.documents,
		items.map((i) => Buffer.from(i.messageDigest, 'base64').toString('hex')),
	);
	assert.equal(first.startedBy, realpathSync(process.execPath), 'who started the host');
	assert.equal(first.certificate, hash('SHA-256', keys.both.der).toString('hex'));
	assert.match(verify()[1], /4 lines, unbroken/);
	const changed = (what, want) => {
		writeFileSync(JOURNAL, what);
		const [exit, why] = verify();
		assert.equal(exit, 1, why);
		assert.match(why, want);
	};
	changed(text.replace('pin_wrong', 'cancelled'), /line 3 was changed/);
	changed([lines[0], lines[2], lines[3], ''].join('\n'), /line 2 does not follow/);
	changed([lines[1], lines[0], lines[2], lines[3], ''].join('\n'), /line 1/);
	changed([lines[0], lines[1], lines[2], ''].join('\n'), /line 4 is missing/);
	changed(text.slice(0, -20), /line 4/);
	changed('', /line 1 is missing/);
	writeFileSync(JOURNAL, text);
	assert.equal(verify()[0], 0);
	assert.equal(verify(`${dir}/none`)[0], 2);
	// Two hosts at once write one chain.
	await withHost((one) =>
		withHost(async (two) => {
			await Promise.all([one, two].map((host) => host.ask(sign(keys.both, items))));
		}),
	);
	assert.match(verify()[1], /6 lines, unbroken/);
	writeConf(`${CONF}log_file = none\n`);
	rmSync(`${dir}/state`, { recursive: true });
	await withHost((host) => host.ask(sign(keys.both, items)));
	assert.ok(!existsSync(JOURNAL));
	writeConf(CONF);
});

test('the log: signatures that reached nobody, because the caller went away, are told of', async () => {
	rmSync(`${dir}/state`, { recursive: true, force: true });
	await cardA.tell('evil slow=1@87');
	const host = new Host();
	await host.next();
	host.send(sign(keys.both, documents(keys.both, 4), { progress: true }));
	assert.equal((await host.next()).progress.done, 1);
	assert.equal(await host.close(), 0);
	const [line, ...more] = readFileSync(JOURNAL, 'utf8').trimEnd().split('\n');
	assert.equal(more.length, 0);
	const { outcome, undelivered, signatures, documents: digests } = JSON.parse(line);
	assert.deepEqual([outcome, undelivered, digests.length], ['cancelled', true, 4]);
	assert.ok(signatures >= 1 && signatures < 4);
	assert.match(execFileSync(HOST, ['--log-verify', JOURNAL], { stdio: 'pipe' }).toString(), /1 lines, unbroken/);
	await reinsert(cardA);
});
