// The extension without our server: a page that asks, keys made here, the software cards, a
// private card service. What the tests of the extension share.
import { execFileSync, spawn } from 'node:child_process';
import { createVerify, randomBytes, X509Certificate } from 'node:crypto';
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { digestOf, hash, signedAttributes } from '../host/der.mjs';
import { BIN, ROOT, until } from './harness.mjs';

const PORT = Number(process.env.YX_EXTENSION_TEST_PORT ?? 18540);
export const dir = join(ROOT, `tests/out/ext-${PORT}`);
export const WEB = PORT + 2;
export const ORIGIN = `http://127.0.0.1:${WEB}`;
export const files = new Map();
const cards = [];
let server;

function makeKey(name, options, subject) {
	const key = join(dir, `${name}.key`),
		crt = join(dir, `${name}.crt`);
	execFileSync('openssl', ['genpkey', ...options, '-out', key], { stdio: 'pipe' });
	execFileSync(
		'openssl',
		[
			'req',
			'-x509',
			'-new',
			'-utf8',
			'-key',
			key,
			'-subj',
			subject,
			'-days',
			'30',
			'-addext',
			'keyUsage=critical,digitalSignature,nonRepudiation',
			'-addext',
			'basicConstraints=critical,CA:false',
			'-out',
			crt,
		],
		{ stdio: 'pipe' },
	);
	const der = new X509Certificate(readFileSync(crt)).raw;
	return { key, crt, der, base64: der.toString('base64') };
}

function insertCard(slot, name, keys, pin) {
	const log = openSync(join(dir, 'log', `${name}.log`), 'w');
	cards.push(
		spawn(
			join(BIN, 'test-card'),
			[
				'--retry',
				'--port',
				String(PORT + slot),
				'--slot',
				'9C',
				'--key',
				keys.key,
				'--cert',
				keys.crt,
				'--pin',
				pin,
				'--control',
				join(dir, `run/card-${name}.sock`),
			],
			{ stdio: ['ignore', log, log] },
		),
	);
}

/** A prepared document as POST /signings describes it: bytes, hole (whole: none), digest, attributes. */
export function prepare(
	keys,
	name,
	{ size = 5000, bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(size)]), whole = false } = {},
) {
	const byteRange = whole ? [0, bytes.length] : [0, 2000, 3000, bytes.length - 3000];
	const algorithm = digestOf(keys.der);
	const digest = hash(algorithm, whole ? bytes : Buffer.concat([bytes.subarray(0, 2000), bytes.subarray(3000)]));
	const url = `/prepared/${randomBytes(16).toString('hex')}`;
	files.set(url, bytes);
	return {
		taskId: 'ignored',
		documentId: 'ignored',
		name,
		number: 'D202109220013179',
		size: bytes.length,
		digestAlgorithm: algorithm,
		messageDigest: digest.toString('base64'),
		signedAttributes: signedAttributes(keys.der, digest, algorithm).toString('base64'),
		url,
		byteRange,
	};
}

const PAGES = { '/': 'tests/e2e/fixtures/index.html', '/web/signer/signer.js': 'web/signer/signer.js' };

function serve(request, response) {
	const path = request.url.split('?')[0];
	const body = PAGES[path] ? readFileSync(join(ROOT, PAGES[path])) : files.get(path);
	const type = path.endsWith('.js')
		? 'text/javascript'
		: path.startsWith('/prepared/')
			? 'application/pdf'
			: 'text/html';
	response.writeHead(body ? 200 : 404, { 'Content-Type': type });
	response.end(body);
}

/** Card service, two cards, web server; gives the cards' keys. env: for the service. */
export async function start({ env = {} } = {}) {
	execFileSync(join(ROOT, 'conf/dev/pcscd.sh'), ['stop', dir]);
	rmSync(dir, { recursive: true, force: true });
	for (const part of ['conf', 'log', 'run']) mkdirSync(join(dir, part), { recursive: true });
	writeConf();
	execFileSync(join(ROOT, 'conf/dev/pcscd.sh'), ['start', dir, String(PORT)], {
		stdio: 'inherit',
		env: { ...process.env, ...env },
	});
	const rsa = makeKey(
		'vendor',
		['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
		'/C=TW/O=測試公司1/serialNumber=97162640',
	);
	const ec = makeKey('agency', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'], '/C=TW/O=測試機關1');
	insertCard(0, 'vendor', rsa, '123456');
	insertCard(1, 'agency', ec, '654321');
	server = createServer(serve);
	await new Promise((done) => server.listen(WEB, '127.0.0.1', done));
	return { rsa, ec };
}

export function stop() {
	server?.close();
	server?.closeAllConnections();
	for (const child of cards) child.kill();
	execFileSync(join(ROOT, 'conf/dev/pcscd.sh'), ['stop', dir]);
}

export function writeConf(text = `allowed_origins = ${ORIGIN}\n`) {
	writeFileSync(join(dir, 'conf/signer.conf'), text);
}

/** Has the page call web/signer/signer.js by a real click. */
export async function ask(page, name, args) {
	await page.evaluate(
		(call) => {
			globalThis.call = call;
		},
		[name, args],
	);
	await page.click('#go');
}

/** What the page got. */
export const result = async (page) =>
	JSON.parse(
		await until(async () => {
			const text = await page.textContent('#result');
			return text !== 'ready' && text;
		}),
	);

export const verifies = (keys, message, signature) =>
	createVerify(digestOf(keys.der).replace('-', ''))
		.update(message)
		.verify(new X509Certificate(keys.der).publicKey, Buffer.from(signature, 'base64'));
