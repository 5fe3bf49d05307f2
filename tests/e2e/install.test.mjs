// 「找不到簽章元件」 leads to a page that tells how it is installed, for this browser and system,
// and what an administrator deploys; the page notices by itself when the signer is there.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { as, draft } from '../api/client.mjs';
import { policies } from '../../conf/package/policies.mjs';
import { accessible, DIR, id, ID, launch, login, ORIGIN, ROOT, shot, sql, until } from './harness.mjs';

const DOWNLOADS = join(DIR, 'downloads');
let browser, page, message;

before(async () => {
	const chen = await as('chen');
	const contract = await draft(chen, `I-${randomUUID().slice(0, 8)}`);
	const sent = await chen.post(`/contracts/${contract}/send`, {});
	message = sql(`SELECT id FROM message WHERE number = '${sent.body.messageNumber}'`);
	browser = await launch({ host: false });
	page = await login(browser, 'vendor');
});
after(async () => {
	rmSync(DOWNLOADS, { recursive: true, force: true });
	await browser?.close();
});

const files = async (name) => JSON.parse(await id(page, name).locator('pre').textContent());

test('the missing signer leads to the page; it names this browser and system', async () => {
	await page.evaluate((to) => (location.hash = to), `#/messages/${message}`);
	await id(page, 'reply-open').click();
	await page.locator('[data-testid=preflight-host][data-state=missing]').waitFor();
	await id(page, 'install-open').first().click();
	await id(page, 'install-system').waitFor();
	assert.match(page.url(), /#\/signer\/install$/);
	assert.equal(await id(page, 'install-system').inputValue(), 'debian');
	assert.equal(await id(page, 'install-browser').inputValue(), 'chromium');
	await page.locator('[data-testid=preflight-host][data-state=missing]').waitFor();
	assert.equal(await id(page, 'install-ready').count(), 0);
	await page.getByText('尚未放置可下載的套件').waitFor();
	await accessible(page, 'the installation page');
	await shot(page, 'install-zh');
	await id(page, 'language').click();
	await page.getByText('offers no package').waitFor();
	await accessible(page, 'the installation page in English');
	await shot(page, 'install-en');
	await id(page, 'language').click();
	await page.setViewportSize({ width: 390, height: 844 });
	assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
	await shot(page, 'install-390');
	await page.setViewportSize({ width: 1440, height: 1000 });
});

test("what is deployed is what the packages hold, with this extension's ids and this platform's address", async () => {
	const addon = JSON.parse(readFileSync(join(ROOT, 'extension/manifest.json'), 'utf8'))
		.browser_specific_settings.gecko.id;
	const packed = new Map(policies({ site: ORIGIN, id: ID, addon, xpi: `${ORIGIN}/downloads/yinxin-signer.xpi` }));
	for (const name of ['chrome', 'edge', 'chromium', 'firefox']) {
		await id(page, 'install-browser').selectOption(name);
		const path = await id(page, 'deploy-policy').locator('figcaption code').textContent();
		assert.match(path, new RegExp(`^/etc/.*${name}.*json$`));
		assert.deepEqual(await files('deploy-policy'), JSON.parse(packed.get(`linux${path}`)));
	}
	assert.match(await id(page, 'deploy-conf').textContent(), new RegExp(`allowed_origins = ${ORIGIN}`));
});

test('Windows and macOS: it is said that there is no package yet', async () => {
	for (const name of ['windows', 'macos']) {
		await id(page, 'install-system').selectOption(name);
		assert.match(await id(page, 'install-host').textContent(), /尚未提供/);
		assert.equal(await id(page, 'deploy-policy').count(), 0);
		assert.equal(await id(page, 'install-download').count(), 0);
	}
});

test('a package that the platform offers is offered', async () => {
	mkdirSync(DOWNLOADS, { recursive: true });
	const file = 'yinxin-signer_0.1.0_amd64.deb';
	writeFileSync(join(DOWNLOADS, file), 'a package');
	writeFileSync(
		join(DOWNLOADS, 'signer.json'),
		JSON.stringify({
			extensionId: 'a'.repeat(32),
			packages: [{ system: 'debian', file, version: '0.1.0', sha256: 'ab'.repeat(32) }],
		}),
	);
	await page.reload();
	await id(page, 'install-download').waitFor();
	assert.match(await id(page, 'install-host').textContent(), /0\.1\.0.*abab.*apt install/s);
	assert.match(await id(page, 'install-extension').textContent(), /a{32}/, "the agency's own extension");
	const [download] = await Promise.all([page.waitForEvent('download'), id(page, 'install-download').click()]);
	assert.equal(download.suggestedFilename(), file);
	await shot(page, 'install-package');
});

test('the page notices that the signer is there, and leads back', async () => {
	browser.hostBack();
	await id(page, 'install-ready').waitFor({ timeout: 15000 });
	await accessible(page, 'the installation page when all is there');
	await shot(page, 'install-ready', { full: false });
	await id(page, 'install-back').click();
	await until(() => page.url().includes(`/messages/${message}`));
	await id(page, 'reply-open').waitFor();
	assert.deepEqual(page.problems, []);
});
