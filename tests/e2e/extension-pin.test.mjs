// PINs that the browser never sees, in real Chromium: typed on a reader with keys, or in the host's
// own window where the administrator demands it. The extension's window shows what is signed all the same.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import * as rig from './extension-rig.mjs';
import { dir, ORIGIN, prepare, verifies, writeConf } from './extension-rig.mjs';
import { accessible, BIN, card, finish, launch, open, shot, until, WINDOW } from './harness.mjs';

const pad = join(dir, '../pad'), program = join(pad, 'pinentry');
let browser, page, rsa;

before(async () => {
	mkdirSync(pad, { recursive: true });
	padIs('direct', '123456');
	({ rsa } = await rig.start({ env: { YX_READER_DRIVER: join(BIN, 'test-pad.so'), YX_PAD_DIR: pad } }));
	browser = await launch({ dir });
	page = await open(browser, ORIGIN);
});
after(async () => {
	await browser?.close();
	rig.stop();
});
afterEach(async () => {
	for (const p of browser.context.pages()) if (p.url().startsWith('chrome-extension:')) await p.close();
	await until(async () => (await card('vendor', 'pin-reset', dir)) === 'ok');
});

function padIs(mode, typed) {
	writeFileSync(join(pad, 'mode'), mode);
	writeFileSync(join(pad, 'typed'), typed);
}

function pinentry(answer) {
	writeFileSync(join(pad, 'answer'), answer);
	writeFileSync(
		program,
		`#!/bin/sh
echo "OK Pleased to meet you"
while read -r line; do
	printf '%s\\n' "$line" >>"${pad}/said"
	case $line in GETPIN) cat "${pad}/answer" ;; *) echo OK ;; esac
done
`,
	);
	chmodSync(program, 0o755);
}

/** The window of a request whose PIN is typed in another place. */
async function windowWith(place, documents) {
	const opened = browser.context.waitForEvent('page');
	await rig.ask(page, 'sign', { certificate: rsa.base64, documents });
	const window = await opened;
	await window.locator(`#elsewhere[data-place=${place}]:not([hidden])`).waitFor();
	await window.setViewportSize(WINDOW);
	return window;
}
const result = () => rig.result(page);
const valid = (document, signature) => verifies(rsa, Buffer.from(document.signedAttributes, 'base64'), signature);

test('a reader with keys: the window has no field, the PIN goes from reader to card', async () => {
	const documents = [prepare(rsa, '契約甲'), prepare(rsa, '契約乙')];
	const window = await windowWith('reader', documents);
	assert.equal(await window.isVisible('#pin'), false);
	assert.equal(await window.isVisible('#remember'), false);
	assert.equal(await window.locator('#list li').count(), 2);
	assert.match(await window.textContent('#elsewhere'), /讀卡機的鍵盤/);
	await accessible(window, 'the window for a reader with keys');
	await shot(window, 'extension-pin-reader');
	padIs('direct', '999999');
	await window.click('#ok');
	await window.waitForSelector('#error[data-code=pin_wrong]:not([hidden])');
	assert.equal(await window.isVisible('#pin'), false);
	padIs('direct', '123456');
	await finish(window, '#ok');
	const { ok } = await result();
	documents.forEach((document, i) => assert.ok(valid(document, ok.signatures[i])));
});

test("a reader's cancel key is a cancel; the last try wants its tick there too", async () => {
	padIs('direct', 'cancel');
	const window = await windowWith('reader', [prepare(rsa, '契約')]);
	await finish(window, '#ok');
	assert.equal((await result()).error.code, 'cancelled');
	padIs('direct', '999999');
	const again = await windowWith('reader', [prepare(rsa, '契約')]);
	for (const tries of ['2', '1']) {
		await again.evaluate(() => {
			document.getElementById('error').hidden = true;
		});
		await again.click('#ok');
		await again.waitForSelector('#error[data-code=pin_wrong]:not([hidden])');
		assert.equal(await card('vendor', 'tries', dir), tries);
	}
	await again.click('#ok');
	assert.equal(await card('vendor', 'tries', dir), '1', 'not without the tick');
	padIs('direct', '123456');
	await again.check('#last-try');
	await finish(again, '#ok');
	assert.equal((await result()).ok.signatures.length, 1);
});

test("the host's own window, by policy: none of the PIN in the browser, what is signed is told there", async () => {
	padIs('none', '');
	writeConf(`allowed_origins = ${ORIGIN}\npin_dialog = pinentry\npinentry_program = ${program}\n`);
	pinentry('D 123456\nOK\n');
	const documents = [prepare(rsa, '採購契約')];
	const window = await windowWith('host', documents);
	assert.equal(await window.isVisible('#pin'), false);
	await accessible(window, "the window while the host's own asks");
	await shot(window, 'extension-pin-host');
	await finish(window, '#ok');
	assert.ok(valid(documents[0], (await result()).ok.signatures[0]));
	const said = readFileSync(join(pad, 'said'), 'utf8');
	assert.ok(said.includes(ORIGIN) && said.includes('採購契約') && said.includes('測試公司1'), said);
	pinentry('ERR 83886179 Operation cancelled <Pinentry>\n');
	await finish(await windowWith('host', [prepare(rsa, '契約')]), '#ok');
	assert.equal((await result()).error.code, 'cancelled');
});

test("the host's own window cannot come up: said, and tried again in the same window", async () => {
	chmodSync(program, 0o644);
	const window = await windowWith('host', [prepare(rsa, '契約')]);
	await window.click('#ok');
	await window.waitForSelector('#error[data-code=dialog_failed]:not([hidden])');
	assert.match(await window.textContent('#error'), /pinentry/);
	pinentry('D 123456\nOK\n');
	await finish(window, '#ok');
	assert.equal((await result()).ok.signatures.length, 1);
});
