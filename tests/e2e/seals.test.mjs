// 電子圖章設定 and 印章位置 in a real browser: a picture is proposed and consented to by a second
// person; the officer puts seals on the page by mouse, by keyboard, beside a text and as 騎縫章.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { as, draft } from '../api/client.mjs';
import { png } from '../api/png.mjs';
import { ROOT, accessible, id, launch, login, shot, sql, until } from './harness.mjs';

const fresh = (prefix) => `${prefix}-${randomUUID().slice(0, 8)}`;
const open = (page, hash) => page.evaluate((to) => (location.hash = to), hash);
const focused = (page) => page.evaluate(() => document.activeElement.dataset.testid ?? document.activeElement.tagName);
const work = mkdtempSync(join(tmpdir(), 'yx-e2e-seals-'));
let browser, page, chen, contract;

/** A seal as agencies have them: a red square frame with strokes. */
function picture(name) {
	const file = join(work, name);
	writeFileSync(file, png(360, (x, y) => {
		const edge = Math.min(x, y, 359 - x, 359 - y);
		const stroke = edge > 40 && ((x % 80 > 30 && x % 80 < 48) || (y % 100 > 40 && y % 100 < 58));
		return edge < 18 || stroke ? [196, 16, 16, 255] : [0, 0, 0, 0];
	}));
	return file;
}
const places = async () => (await chen.get(`/contracts/${contract}/places`)).body.places;
const placeOf = async (party, seam = false) => (await places()).find((p) => p.party === party && p.seam === seam);
const stored = () => page.locator('[data-testid=place-saved][data-dirty=false]').waitFor();
const seal = (party) => page.locator(`[data-testid=place-seal][data-party=${party}]`);
const drawn = (n) => page.locator(`[data-testid=place-sheet][data-drawn="${n}"]`).waitFor();

before(async () => {
	sql('UPDATE seal_picture SET disabled_at = NOW(3) WHERE disabled_at IS NULL');
	chen = await as('chen');
	const three = join(work, 'three.pdf');
	const demo = join(ROOT, 'sql/demo/contract.pdf');
	execFileSync('qpdf', ['--empty', '--pages', demo, demo, '--', three]);
	contract = await draft(chen, fresh('PLACE'), readFileSync(three));
	browser = await launch({ extension: false });
});
after(async () => {
	await browser?.close();
});

test('a sealer proposes a picture, sees that another must consent; that one does', async () => {
	page = await login(browser, 'he');
	await id(page, 'menu-seals').click();
	await id(page, 'seal-add').click();
	await id(page, 'seal-propose').click();
	assert.equal(await focused(page), 'seal-name', 'what is missing gets the focus');
	await id(page, 'seal-name').fill('臺北市政府資訊局印');
	const none = { name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('no picture') };
	await id(page, 'seal-file').setInputFiles(none);
	await page.getByText('這不是完整的PNG圖檔').waitFor();
	await id(page, 'seal-file').setInputFiles(picture('seal.png'));
	await page.getByText('360 × 360 像素').waitFor();
	await accessible(page, 'new seal picture');
	await shot(page, 'seal-new');
	await id(page, 'seal-propose').click();
	await id(page, 'seal-waits').waitFor();
	await id(page, 'seal-mine').waitFor();
	await accessible(page, 'a seal that waits');
	await shot(page, 'seal-waits');
	const path = await page.evaluate(() => location.hash.split('?')[0]);

	const ling = await login(browser, 'ling');
	await open(ling, path);
	await id(ling, 'seal-approve').click();
	await ling.locator('[data-testid=seal-state]').first().filter({ hasText: '使用中' }).waitFor();
	await open(ling, '#/seals');
	await id(ling, 'seal-row').first().waitFor();
	await accessible(ling, 'seal pictures');
	await shot(ling, 'seals');
	await ling.close();
});

test('seals are put on the page, moved by mouse and by keyboard, and stored', async () => {
	page = await login(browser, 'chen');
	await open(page, `#/contracts/${contract}/signers`);
	await id(page, 'place-open').click();
	await drawn(1);
	await id(page, 'place-here-vendor').click();
	await seal('vendor').waitFor();
	await stored();
	const before_ = await placeOf('vendor');

	await seal('vendor').scrollIntoViewIfNeeded();
	const box = await seal('vendor').boundingBox();
	await page.mouse.move(box.x + 20, box.y + 20);
	await page.mouse.down();
	await page.mouse.move(box.x + 120, box.y - 60, { steps: 8 });
	await page.mouse.up();
	await stored();
	const dragged = await until(async () => {
		const now = await placeOf('vendor');
		return now.x > before_.x + 1000 && now.y > before_.y + 1000 && now;
	});
	assert.deepEqual([dragged.w, dragged.h], [before_.w, before_.h]);

	await id(page, 'place-last').click();
	await drawn(2).catch(() => {});
	const last = Number((await id(page, 'place-page').textContent()).match(/\/ (\d+)/)[1]);
	await drawn(last);
	await id(page, 'place-here-sealer').press('Enter');
	await seal('sealer').focus();
	const start = await until(() => placeOf('sealer'));
	for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
	await page.keyboard.press('Shift+ArrowUp');
	await page.keyboard.press('+');
	await stored();
	await until(async () => {
		const now = await placeOf('sealer');
		return now.page === last && Math.abs(now.x - start.x - 850) < 3 && now.w > start.w;
	});
	assert.equal(await focused(page), 'place-seal', 'the focus stays on the seal');
	await id(page, 'place-here-platform').click();
	await seal('platform').focus();
	await page.keyboard.press('Delete');
	await stored();
	await until(async () => !(await placeOf('platform')));
	// It never leaves the page, however far it is pushed.
	await seal('sealer').focus();
	for (let i = 0; i < 40; i++) await page.keyboard.press('Shift+ArrowLeft');
	await stored();
	await until(async () => (await placeOf('sealer')).x === 0);
	await accessible(page, 'places of seals');
	await shot(page, 'places');
});

test('beside a text, and as 騎縫章 on every page', async () => {
	const party = id(page, 'place-party-sealer');
	await party.locator('summary').click();
	await id(page, 'place-anchor-sealer').fill('沒有這段文字');
	await id(page, 'place-find-sealer').click();
	await party.locator('[data-code=anchor_missing]').waitFor();
	await id(page, 'place-anchor-sealer').fill('甲方');
	await id(page, 'place-find-sealer').click();
	await id(page, 'place-where-sealer').filter({ hasText: '「甲方」' }).waitFor();
	await id(page, 'place-seam-sealer').check();
	await id(page, 'place-edge').waitFor();
	await id(page, 'place-rise-sealer').focus();
	await page.keyboard.press('End');
	await stored();
	await until(async () => (await placeOf('sealer', true))?.rise === 100);
	assert.equal((await placeOf('sealer')).anchor, '甲方');
	await shot(page, 'places-seam');
	await id(page, 'place-back').click();
	await id(page, 'place-count').filter({ hasText: '3' }).waitFor();
	await shot(page, 'signers-places');
});

test('where several of the agency seal, each seal has a place of its own', async () => {
	const { subject, body, vendors } = (await chen.get(`/contracts/${contract}`)).body;
	const sealers = [await as('he'), await as('ling')].map((s) => s.member.id);
	const told = await chen.put(`/contracts/${contract}/signers`, { vendors: vendors.map((v) => v.id), sealers,
		emails: [], subject, body, sealRule: 'all' });
	assert.equal(told.status, 200, JSON.stringify(told.body));
	await open(page, `#/contracts/${contract}/places`);
	await id(page, 'place-order').waitFor();
	await id(page, 'place-last').click();
	await id(page, 'place-here-sealer').click();
	await id(page, 'place-here-sealer-2').click();
	await page.locator('[data-testid=place-seal][data-party=sealer][data-nth="2"]').waitFor();
	await stored();
	await until(async () => {
		const two = (await places()).filter((p) => p.party === 'sealer' && !p.seam);
		return two.length === 2 && two[0].y !== two[1].y;
	});
	assert.match(await id(page, 'place-party-sealer-2').innerText(), /第 2 位/);
	await accessible(page, 'places of two agency seals');
	await shot(page, 'places-two');
});

test('on a narrow screen, and in English, nothing runs out of it', async () => {
	for (const [language, width] of [['zh', 390], ['en', 390], ['en', 1440], ['zh', 320]]) {
		await page.evaluate((to) => localStorage.setItem('yinxin-language', to), language);
		await page.setViewportSize({ width, height: 900 });
		for (const [name, path] of [['places', `#/contracts/${contract}/places`]]) {
			await open(page, path);
			await page.reload();
			await id(page, 'place-sheet').waitFor();
			await page.locator('[data-testid=place-sheet]:not([data-drawn="0"])').waitFor();
			const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
			assert.ok(over <= 0, `${name} ${language} ${width}: ${over}`);
			await accessible(page, `${name} ${language} ${width}`);
			await shot(page, `${name}-${language}-${width}`);
		}
	}
	const he = await login(browser, 'he');
	for (const [language, width] of [['zh', 390], ['en', 1440], ['en', 390]]) {
		await he.evaluate((to) => localStorage.setItem('yinxin-language', to), language);
		await he.setViewportSize({ width, height: 900 });
		await open(he, '#/seals');
		await he.reload();
		await id(he, 'seal-row').first().waitFor();
		assert.ok(await he.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
		await shot(he, `seals-${language}-${width}`);
		await id(he, 'seal-link').first().click();
		await id(he, 'seal-version-row').first().waitFor();
		assert.ok(await he.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
		await accessible(he, `seal ${language} ${width}`);
		await shot(he, `seal-${language}-${width}`);
	}
	await he.close();
});
