// 操作說明: every chapter in both languages, its diagrams, and the way there from a page.
import test from 'node:test';
import assert from 'node:assert/strict';
import en from '../../web/help/en.js';
import zh from '../../web/help/zh.js';
import { chapterOf } from '../../web/shared/help.js';
import { Browser } from './browser.mjs';

let browser;
test.before(async () => {
	browser = await Browser.open();
});
test.after(() => browser?.close());
const at = (id) => browser.at(id);

test('both languages have the same chapters, parts, steps and diagrams', () => {
	const shape = (chapters) => chapters.map((c) => [c.id, c.parts.map((p) => [
		p.steps?.length ?? 0, p.notes?.length ?? 0, Boolean(p.text),
		p.flow?.steps.map((s) => Boolean(s.choice)) ?? null,
	])]);
	assert.deepEqual(shape(en), shape(zh));
	assert.equal(zh.flatMap((c) => c.parts).filter((p) => p.flow).length, 3, 'the three flows of the training');
});

test('a page leads to its chapter, and every chapter can be read', async () => {
	await browser.login('chen');
	await browser.go('/contracts');
	await at('help-link').click();
	await at('help-contracts').waitFor();
	assert.match(browser.page.url(), /#\/help\/contracts$/);
	for (const path of ['/contracts/new', '/letters', '/sealing', '/received', '/certificates', '/'])
		assert.ok(zh.some((c) => c.id === chapterOf(path)), path);
	for (const chapter of zh) {
		await at(`help-${chapter.id}`).click();
		await browser.page.getByRole('heading', { level: 1, name: chapter.title }).waitFor();
		await browser.clean(`chapter ${chapter.id}`);
	}
	await browser.go('/help/flows');
	assert.equal(await at('flow').count(), 3);
	await browser.shot('help-flows');
});

test('in English and narrow, nothing of a diagram is cut off', async () => {
	await browser.page.evaluate(() => localStorage.setItem('yinxin-language', 'en'));
	for (const width of [1440, 390, 320]) {
		await browser.page.setViewportSize({ width, height: 844 });
		await browser.go('/help/flows');
		await browser.page.reload();
		await at('flow').first().waitFor();
		const wide = await browser.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		assert.ok(wide <= 0, `${width}: ${wide} px too wide`);
		const cut = await browser.page.evaluate(() => [...document.querySelectorAll('.flow g')].flatMap((g) => {
			const box = g.querySelector('rect').getBBox();
			return [...g.querySelectorAll('text')].filter((text) => {
				const b = text.getBBox();
				return text.classList.contains('flow-who') ? b.x + b.width > box.x :
					b.x < box.x || b.x + b.width > box.x + box.width;
			}).map((text) => text.textContent);
		}));
		assert.deepEqual(cut, [], `cut off at ${width}`);
		await browser.shot(`help-en-${width}`);
	}
	await browser.page.evaluate(() => localStorage.removeItem('yinxin-language'));
	assert.deepEqual(browser.errors, []);
});
