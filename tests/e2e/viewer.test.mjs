// What one signs looks as it is: pages of mixed sizes and rotations, text where it stands,
// find, print; and a large file is shown after a small part of it was fetched.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { as, draft } from '../api/client.mjs';
import { accessible, id, launch, login, shot, until } from './harness.mjs';
import { SQUARE, makePdf } from './pdf.mjs';

// As they are shown: width and height, and where a point of the page's own space is, from the top left.
const SHEETS = [
	{ width: 842, height: 595, shown: [842, 595], at: (x, y) => [x, 595 - y] },
	{ width: 595, height: 842, shown: [595, 842], at: (x, y) => [x, 842 - y] },
	{ width: 595, height: 842, rotate: 90, shown: [842, 595], at: (x, y) => [y, x] },
	{ width: 595, height: 842, rotate: 180, shown: [595, 842], at: (x, y) => [595 - x, y] },
	{ width: 595, height: 842, rotate: 270, shown: [842, 595], at: (x, y) => [842 - y, 595 - x] },
	{ width: 200, height: 200, shown: [200, 200], at: (x, y) => [x, 200 - y] },
	{ width: 600, height: 800, crop: [40, 50, 440, 350], shown: [400, 300], at: (x, y) => [x - 40, 350 - y] },
	{ width: 1684, height: 1191, shown: [1684, 1191], at: (x, y) => [x, 1191 - y] },
];
const tmp = mkdtempSync(join(tmpdir(), 'yinxin-viewer-'));
let browser, page, chen;

async function sent(pdf) {
	const contract = await draft(chen, `V-${randomUUID().slice(0, 8)}`, pdf);
	const answer = await chen.post(`/contracts/${contract}/send`, {});
	assert.equal(answer.status, 200, JSON.stringify(answer.body));
	return contract;
}

async function show(contract) {
	await page.evaluate((hash) => (location.hash = hash), `#/contracts/${contract}`);
	await id(page, 'file-view').first().click();
	await page.locator('[data-testid=viewer][data-drawn=true]').waitFor({ timeout: 30000 });
}

before(async () => {
	chen = await as('chen');
	browser = await launch();
	page = await login(browser, 'chen');
});
after(async () => {
	await browser?.close();
	rmSync(tmp, { recursive: true });
});

/** What page n looks like: its box, its drawn pixels at points, its text's box; lengths in points. */
const look = (n, points, text) =>
	page.evaluate(
		([number, spots, word]) => {
			const box = document.querySelectorAll('[data-testid=viewer-page]')[number - 1];
			const canvas = box.querySelector('canvas');
			const span = [...box.querySelectorAll('.textLayer span')].find((s) => s.textContent.includes(word));
			if (!canvas || !span) return null;
			const scale = parseFloat(getComputedStyle(box.parentElement).getPropertyValue('--scale-factor'));
			const rect = box.getBoundingClientRect();
			const word_ = span.getBoundingClientRect();
			const context = canvas.getContext('2d');
			const ratio = (canvas.width / rect.width) * scale;
			return {
				width: rect.width / scale,
				height: rect.height / scale,
				shape: canvas.width / canvas.height,
				grey: spots.map(
					([x, y]) => context.getImageData(Math.round(x * ratio), Math.round(y * ratio), 1, 1).data[0],
				),
				text: [
					word_.left - rect.left,
					word_.top - rect.top,
					word_.right - rect.left,
					word_.bottom - rect.top,
				].map((v) => v / scale),
			};
		},
		[n, points, text],
	);

const near = (a, b, by, what) => assert.ok(Math.abs(a - b) <= by, `${what}: ${a}, not ${b}`);

test('every page is drawn in its own size and rotation, its text where it is seen', async () => {
	await show(await sent(makePdf(SHEETS)));
	for (const [i, sheet] of SHEETS.entries()) {
		const { x, y, side } = SQUARE;
		const inside = sheet.at(x + side / 2, y + side / 2);
		const corners = [sheet.at(x + 3, y + 3), sheet.at(x + side - 3, y + side - 3)];
		const outside = [
			sheet.at(x - 3, y + side / 2),
			sheet.at(x + side + 3, y + side / 2),
			sheet.at(x + side / 2, y - 3),
		];
		await id(page, 'viewer-page-number').fill(String(i + 1));
		await id(page, 'viewer-page-number').press('Enter');
		const seen = await until(() => look(i + 1, [inside, ...corners, ...outside], `Sheet ${i + 1}`), 15000);
		const what = `page ${i + 1}`;
		near(seen.width, sheet.shown[0], 1.5, `${what} width`);
		near(seen.height, sheet.shown[1], 1.5, `${what} height`);
		near(seen.shape, sheet.shown[0] / sheet.shown[1], 0.01, `${what} canvas`);
		assert.deepEqual(
			seen.grey.map((v) => (v < 60 ? 'black' : v > 200 ? 'white' : v)),
			['black', 'black', 'black', 'white', 'white', 'white'],
			what,
		);
		const [tx, ty] = sheet.at(54, 126);
		const [left, top, right, bottom] = seen.text;
		assert.ok(
			left - 2 <= tx && tx <= right + 2 && top - 2 <= ty && ty <= bottom + 2,
			`${what}: the text layer is at ${seen.text}, the text at ${tx},${ty}`,
		);
		await shot(page, `viewer-page-${i + 1}`, { full: false });
	}
	await accessible(page, 'the viewer');
});

test('find goes to the page that has the words', async () => {
	await id(page, 'viewer-find').click();
	await id(page, 'viewer-find-input').fill('sheet 6');
	await page.locator('[data-testid=viewer-found]', { hasText: '1 / 1' }).waitFor();
	const match = page.locator('[data-page-number="6"] .textLayer .highlight.selected');
	await match.waitFor();
	await until(() => match.evaluate((e) => e.getBoundingClientRect().bottom < innerHeight));
	await shot(page, 'viewer-find', { full: false });
	await accessible(page, 'the find bar');
	await id(page, 'viewer-find-input').fill('nowhere');
	await page.locator('[data-testid=viewer-found]', { hasText: '找不到' }).waitFor();
	await page.keyboard.press('Escape');
	await id(page, 'viewer-find-input').waitFor({ state: 'detached' });
	assert.equal(await page.evaluate(() => document.activeElement.className), 'viewer-scroll', 'the focus is back');
	await page.keyboard.press('Control+f');
	await id(page, 'viewer-find-input').waitFor();
	await page.keyboard.press('Escape');
});

test('zoom, fit, rotate and the keyboard', async () => {
	const scale = () =>
		page.locator('.pdfViewer').evaluate((e) => parseFloat(e.style.getPropertyValue('--scale-factor')));
	await page.locator('.viewer-scroll').focus();
	const first = await scale();
	await page.keyboard.press('+');
	await until(async () => (await scale()) > first * 1.1);
	const larger = await scale();
	await page.keyboard.press('-');
	await until(async () => (await scale()) < larger);
	await page.keyboard.press('0');
	await id(page, 'viewer-fit').click();
	await id(page, 'viewer-fit-page').click();
	await page.locator('.viewer-scroll').focus();
	await page.keyboard.press('r');
	const turned = () =>
		page.evaluate(() => {
			const box = document.querySelector('[data-testid=viewer-page]').getBoundingClientRect();
			return box.height > box.width;
		});
	await until(turned);
	for (let i = 0; i < 3; i++) await id(page, 'viewer-rotate').click();
	await until(async () => !(await turned()));
});

test('printing: a sheet of its own size a page', async () => {
	await page.evaluate(() => {
		window.print = () => {
			window.printed = true;
		};
	});
	await id(page, 'viewer-print').click();
	await until(() => page.evaluate(() => window.printed), 30000);
	const file = join(tmp, 'print.pdf');
	writeFileSync(file, await page.pdf({ preferCSSPageSize: true, printBackground: true }));
	const info = execFileSync('pdfinfo', ['-l', '99', file]).toString();
	const sizes = [...info.matchAll(/Page +\d+ size: +([\d.]+) x ([\d.]+)/g)].map((m) => [
		Number(m[1]),
		Number(m[2]),
	]);
	assert.equal(sizes.length, SHEETS.length, info);
	sizes.forEach(([width, height], i) => {
		near(width, SHEETS[i].shown[0], 2, `sheet ${i + 1} width`);
		near(height, SHEETS[i].shown[1], 2, `sheet ${i + 1} height`);
	});
	await page.evaluate(() => dispatchEvent(new Event('afterprint')));
	assert.equal(await page.locator('.print-pages').count(), 0, 'taken away again');
});

test('the first page of 150 MB is shown after a few of them', async () => {
	const size = 1_500_000;
	const sheets = Array.from({ length: 100 }, () => ({ width: 595, height: 842 }));
	const contract = await sent(makePdf(sheets, { bytesPerPage: size }));
	const network = await page.context().newCDPSession(page);
	await network.send('Network.enable');
	const files = new Set();
	let bytes = 0;
	network.on(
		'Network.requestWillBeSent',
		(e) => /\/documents\/.*\/file/.test(e.request.url) && files.add(e.requestId),
	);
	network.on('Network.dataReceived', (e) => {
		if (files.has(e.requestId)) bytes += e.dataLength;
	});
	await show(contract);
	await page.waitForTimeout(1500); // whatever else would be fetched
	assert.ok(bytes > size, `${bytes} bytes: the first page's picture at least`);
	assert.ok(bytes < 6 * size, `${bytes} bytes for one page of ${size}`);
	assert.ok(files.size > 1, 'piece by piece');
	console.log(`# first page of 150 MB: ${(bytes / 1e6).toFixed(1)} MB in ${files.size} requests`);
	await id(page, 'viewer-page-number').fill('90');
	await id(page, 'viewer-page-number').press('Enter');
	await until(() => look(90, [[70, 842 - 80]], 'Sheet 90'), 20000);
	assert.ok(bytes < 12 * size, `${bytes} bytes for two places of the file`);
	assert.deepEqual(page.problems, []);
});
