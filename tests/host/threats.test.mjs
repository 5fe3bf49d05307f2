// What an attacker may try against the signer, and the test that holds each defence. A test that
// is renamed or taken away is missed here.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { HOST as HOST_BINARY, root } from './rig.mjs';

const THIS = 'tests/host/threats.test.mjs';
const HOST = 'tests/host/host.test.mjs';
const REQUESTS = 'tests/host/requests.test.mjs';
const FILES = 'tests/host/pkcs15.test.mjs';
const MODULES = 'tests/host/pkcs11.test.mjs';
const WINDOW = 'tests/e2e/extension-window.test.mjs';
const EXTENSION = 'tests/e2e/extension.test.mjs';
const BATCH = 'tests/e2e/extension-batch.test.mjs';
const LOGIN = 'tests/api/card_login.test.mjs';
const PIN = 'tests/host/pin.test.mjs';
const PIN_WINDOW = 'tests/e2e/extension-pin.test.mjs';
const CHECK = 'tests/e2e/install-check.test.mjs';
const CARD_LOGIN = 'tests/e2e/card-login.test.mjs';
const APDU = 'tests/host/test_apdu.c';

// threat → [file, what the test is called there]
const THREATS = {
	'a page says that it is another site': [
		[EXTENSION, 'prove: the card signs the challenge of this origin'],
		[HOST, 'origins: only those of the list'],
	],
	'a foreign frame in a good page, or a good one in a foreign page': [
		[WINDOW, 'a frame may ask where frame and page are allowed; the window shows both'],
		[REQUESTS, 'authenticate: the bytes name site, page, nonce, time and certificate'],
	],
	'tricks with addresses: user names, ports, dots, look-alikes, very long ones': [
		['tests/host/test_config.c', 'test_origins'],
		['tests/host/test_config.c', 'test_patterns'],
	],
	'a page asks for the PIN itself': [
		[EXTENSION, 'sign: a wrong PIN is told with the tries left'],
		[HOST, 'PINs of a wrong form never reach the card'],
		[PIN, "the host's own window: says who asks and for what, and no PIN of a browser is taken"],
		[PIN_WINDOW, 'a reader with keys: the window has no field, the PIN goes from reader to card'],
	],
	'another document is signed than the one that is shown': [
		[EXTENSION, 'what is shown is what is signed: other bytes than announced are refused'],
		[HOST, 'items: whatever is not exactly what we sign is refused'],
	],
	'a login passed off as a signature, or a signature as a login': [
		['tests/unit/test_login_proof.c', 'test_other_purpose'],
		[LOGIN, 'a login is bound to site, page, nonce, time, certificate and purpose'],
		[REQUESTS, 'authenticate: the bytes name site, page, nonce, time and certificate'],
	],
	'a login is repeated, or carried to another site': [
		[LOGIN, 'a card logs in: signer, card, server'],
		[CARD_LOGIN, 'the card logs in: chosen in one window, the PIN in another that says for whom'],
		[LOGIN, 'a login is bound to site, page, nonce, time, certificate and purpose'],
	],
	'a service on this machine that any page can talk to': [[MODULES, 'a module has no network']],
	'pages learn who the user is without asking': [
		[HOST, 'status counts readers and cards'],
		[EXTENSION, 'nothing that opens a window without a real click'],
		[EXTENSION, 'wait: the page hears when a card goes, without asking again; one wait a frame'],
		[REQUESTS, 'doctor: what a page may show, and nothing of the user'],
		[CHECK, 'all is there: green ticks, from the menu, in both languages, on a telephone too'],
	],
	'another extension, or a program, talks to the host': [
		[HOST, 'origins: only those of the list'],
		[HOST, 'doctor: finds what is there, names what is wrong and how to cure it'],
		[REQUESTS, 'who started the host'],
	],
	'a manifest of the user leads the browser to another host': [
		[HOST, 'doctor: finds what is there, names what is wrong and how to cure it'],
	],
	'libraries planted through the environment': [
		[MODULES, 'a module has no network'],
		[PIN, 'only a program that nobody else can write is started, and only as the settings say'],
	],
	'a page or a user names the module to load': [
		[MODULES, 'only what the settings name is loaded, and only if nobody else can write it'],
	],
	'a module hangs, crashes, prints, starts programs': [
		[MODULES, 'a module that hangs or crashes costs itself only'],
		[MODULES, 'what a module prints reaches nobody; what it signs is checked'],
		[MODULES, 'a module has no network, starts no program, looks into no process'],
	],
	'messages that are too long, cut off, dripping, deep, or name a member twice': [
		[HOST, 'frames that are none end the host'],
		[HOST, 'messages: strict, and the host survives'],
		[HOST, 'requests sent in one go are answered in order; drop by drop too'],
		['tests/fuzz/fuzz_native.c', 'commands_handle'],
	],
	'an answer that is too long for the browser': [
		[REQUESTS, 'an answer of more than 1 MiB'],
		[REQUESTS, 'a request in parts, an answer in pages'],
		[REQUESTS, "the extension's side: what is too long for one message goes in parts"],
		[REQUESTS, 'the extension turns the pages'],
	],
	'a card that lies about lengths, never ends, or sends bombs': [
		[HOST, 'evil card: ${mode}'],
		[FILES, 'evil card with files: ${mode}'],
		[APDU, 'test_get_response_for_ever'],
		[APDU, 'test_get_response_brings_nothing'],
		[APDU, 'test_wrong_le_twice'],
		['tests/fuzz/fuzz_apdu.c', 'one entry, one VERIFY'],
		['tests/fuzz/fuzz_pkcs15.c', 'p15_parse_pins'],
		['tests/fuzz/fuzz_tlv.c', 'LLVMFuzzerTestOneInput'],
	],
	'answers of nothing, of one byte, of more than was asked for': [
		[APDU, 'test_short_and_empty_answers'],
		[APDU, 'test_more_than_asked'],
	],
	'a reader says that it has keys, or lies about what was typed': [
		[PIN, 'a reader that lies, has no keys, or must not be used: the PIN is asked for elsewhere'],
		[PIN, 'pin_pad = no: the settings switch broken keys off'],
		['tests/host/test_faults.c', 'test_reader_with_keys'],
		['tests/fuzz/fuzz_pin.c', 'pinpad_features'],
	],
	"a page uses up the PIN's tries": [
		[HOST, 'one wrong PIN costs one try also with ten documents'],
		[HOST, 'a wrong PIN counts down to blocked; a blocked card gets no try'],
		[REQUESTS, 'the last try is taken only from who knows that it is the last'],
		[WINDOW, 'the last try of a card wants a tick'],
		[PIN, 'the last try of a card is not taken on the reader either, unless its user says so'],
		[FILES, 'Chunghwa cards get no VERIFY from us'],
	],
	'the PIN in swap, core files, logs, other processes': [
		[HOST, 'the process: no core'],
		[REQUESTS, 'the log: a line a signature'],
		['tests/host/test_config.c', 'the source is wiped'],
		[PIN, 'typed on the reader: what it is asked for is to the letter of the standard; no PIN passes here'],
	],
	'another program signs with the open card': [[HOST, 'the PIN is not left open for other programs']],
	'documents are slipped into a batch': [
		[EXTENSION, 'what is shown is what is signed: other bytes than announced are refused'],
		[BATCH, '100 documents in one go: one PIN'],
		[REQUESTS, 'without `partial` it is all or nothing'],
		[BATCH, 'the card is pulled out in the middle: what it signed reaches the page; the rest goes on'],
	],
	'the card is swapped between consent and signature': [
		[HOST, 'the wrong card'],
		[REQUESTS, 'remembered: only if asked, for this site and certificate, until a card moves'],
	],
	'a faulty signature gives away the key': [
		[HOST, "['badsig@87', ['card_protocol']]"],
		[HOST, "['wrongkey', ['card_protocol']]"],
		[MODULES, 'what a module prints reaches nobody; what it signs is checked'],
	],
	'something is printed into the pipe of the browser': [
		[MODULES, 'what a module prints reaches nobody; what it signs is checked'],
	],
	'what a page says becomes a command': [
		[MODULES, 'a module has no network, starts no program'],
		[PIN, "the host's own window: says who asks and for what, and no PIN of a browser is taken"],
		['tests/fuzz/fuzz_pin.c', 'assuan_escape'],
	],
	'somebody is told what is signed where': [[THIS, 'the signer talks to nobody']],
	'what is allowed travels with the user, or is set by a page': [[THIS, 'the signer talks to nobody']],
	'the log is changed afterwards': [[REQUESTS, 'the log: a line a signature']],
	'the extension sits in every page': [[EXTENSION, 'hello: the extension']],
	'windows open without the user': [
		[EXTENSION, 'nothing that opens a window without a real click'],
		[EXTENSION, 'one window at a time; closing it'],
		[WINDOW, 'one click opens one window: after a cancel the page needs another'],
	],
	'a PIN is remembered for longer, or for others, than its user meant': [
		[REQUESTS, 'remembered: only if asked, for this site and certificate, until a card moves'],
		[REQUESTS, 'remembered inside another page: for that page only'],
		[REQUESTS, 'remembered: gone after a wrong PIN, and never when policy says no'],
		[BATCH, '記憶密碼: not offered where the settings do not allow it'],
	],
	'the page is gone, and still the card signs': [
		[HOST, 'stdin ends'],
		[HOST, 'SIGTERM at rest ends it cleanly'],
		[WINDOW, 'the page is loaded anew while the card works: the host ends'],
		[REQUESTS, 'the log: signatures that reached nobody, because the caller went away, are told of'],
		[PIN, "the host's own window: the stop button ends it, and so does the end of the browser"],
	],
	'a card, a reader or the service fails at the worst moment': [
		['tests/host/test_faults.c', 'test_service'],
		['tests/host/test_faults.c', 'test_memory'],
		[HOST, 'a card pulled while it signs'],
		[HOST, 'a slow card is waited for, a silent one is not'],
		[HOST, 'another program holds the card: busy'],
		[HOST, 'one bad card does not hide a good one'],
	],
};

// What goes wrong with the signers that there are, by number in the survey of them; each is a
// threat of the table above.
const SURVEY = {
	1: 'a page says that it is another site',
	2: 'a foreign frame in a good page, or a good one in a foreign page',
	3: 'tricks with addresses: user names, ports, dots, look-alikes, very long ones',
	4: 'a page asks for the PIN itself',
	5: 'another document is signed than the one that is shown',
	6: 'a login passed off as a signature, or a signature as a login',
	7: 'a login is repeated, or carried to another site',
	8: 'a service on this machine that any page can talk to',
	9: 'pages learn who the user is without asking',
	10: 'another extension, or a program, talks to the host',
	11: 'another extension, or a program, talks to the host',
	12: 'a manifest of the user leads the browser to another host',
	13: 'a page or a user names the module to load',
	14: 'a module hangs, crashes, prints, starts programs',
	15: 'messages that are too long, cut off, dripping, deep, or name a member twice',
	16: 'an answer that is too long for the browser',
	17: 'a card that lies about lengths, never ends, or sends bombs',
	18: 'a reader says that it has keys, or lies about what was typed',
	19: "a page uses up the PIN's tries",
	20: 'the PIN in swap, core files, logs, other processes',
	21: 'another program signs with the open card',
	22: 'documents are slipped into a batch',
	23: 'the card is swapped between consent and signature',
	24: 'a faulty signature gives away the key',
	25: 'something is printed into the pipe of the browser',
	26: 'what a page says becomes a command',
	27: 'somebody is told what is signed where',
	28: 'the log is changed afterwards',
	29: 'the extension sits in every page',
	30: 'windows open without the user',
	31: 'what is allowed travels with the user, or is set by a page',
	32: 'the page is gone, and still the card signs',
};

test('every row of the survey has its threat here', () => {
	assert.deepEqual(Object.keys(SURVEY).map(Number), Array.from({ length: 32 }, (_, i) => i + 1));
	for (const threat of Object.values(SURVEY)) assert.ok(Object.hasOwn(THREATS, threat), threat);
});

test('the signer talks to nobody but browser, card and the site that asks; nothing is synchronised', () => {
	const needed = execFileSync('readelf', ['-d', HOST_BINARY]).toString().match(/NEEDED.*\[(.*)\]/g).join();
	assert.match(needed, /pcsclite/);
	assert.doesNotMatch(needed, /curl|resolv|nss|gnutls|libssl/, 'the host has nothing to talk to a network with');
	const files = readdirSync(path.join(root, 'extension'), { recursive: true }).filter((f) => /\.(js|html)$/.test(f));
	assert.ok(files.length > 15);
	for (const file of files) {
		const text = readFileSync(path.join(root, 'extension', file), 'utf8');
		assert.doesNotMatch(text, /storage\.sync|sendBeacon|XMLHttpRequest|WebSocket|EventSource/, file);
		for (const [call] of text.matchAll(/fetch\([^)]*/g))
			assert.match(call, /fetch\((url|api\.runtime\.getURL)/, file);
	}
	const manifest = JSON.parse(readFileSync(path.join(root, 'extension/manifest.json'), 'utf8'));
	assert.deepEqual(manifest.browser_specific_settings.gecko.data_collection_permissions.required, ['none']);
	assert.equal(manifest.content_scripts, undefined);
	assert.equal(manifest.externally_connectable, undefined);
});

for (const [threat, rows] of Object.entries(THREATS)) {
	test(threat, () => {
		assert.ok(rows.length > 0);
		for (const [file, name] of rows) {
			assert.ok(readFileSync(path.join(root, file), 'utf8').includes(name), `${file} has no "${name}" any more`);
		}
	});
}
