// Without a mouse: login, an open message, its reply panel and the PIN window.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { as, draft } from '../api/client.mjs';
import { id, launch, open, PASSWORD, shot, until } from './harness.mjs';

const number = `K-${randomUUID().slice(0, 8)}`;
let browser, page;

before(async () => {
	const chen = await as('chen');
	const contract = await draft(chen, number);
	assert.equal((await chen.post(`/contracts/${contract}/send`, {})).status, 200);
	browser = await launch();
	page = await open(browser);
	await id(page, 'login-account').waitFor();
});
after(async () => {
	await browser?.close();
});

// Tab until the focus is on what `selector` names; the focus must be seen all the way.
async function tabTo(selector, where = page) {
	for (let i = 0; i < 80; i++) {
		await where.keyboard.press('Tab');
		const at = await where.evaluate((wanted) => {
			const e = document.activeElement;
			if (!e || e === document.body) return null;
			const style = getComputedStyle(e),
				box = e.getBoundingClientRect();
			if (e.type === 'date') return null; // the browser marks its inner parts itself
			const marked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
			return {
				there: e.matches(wanted),
				seen: marked || style.boxShadow !== 'none',
				name: e.outerHTML.slice(0, 120),
				size: box.width * box.height,
			};
		}, selector);
		if (at) assert.ok(at.seen && at.size > 0, `the focus is not seen on ${at.name}`);
		if (at?.there) return;
	}
	throw new Error(`Tab does not reach ${selector}`);
}
const testid = (name) => `[data-testid="${name}"]`;

test('login', async () => {
	await tabTo(testid('login-account'));
	await page.keyboard.type('vendor');
	await tabTo(testid('login-password'));
	await page.keyboard.type(PASSWORD);
	await page.keyboard.press('Enter');
	await id(page, 'user-menu').waitFor();
});

test('the message is found and opened; the menu can be skipped', async () => {
	await tabTo(testid('menu-received'));
	await page.keyboard.press('Enter');
	const row = page.getByTestId('received-row').filter({ hasText: number });
	await row.waitFor();
	const link = await row.getByRole('link').getAttribute('href');
	await tabTo(`a[href="${link}"]`);
	await page.keyboard.press('Enter');
	await id(page, 'message-number').waitFor();
	await id(page, 'reply-open').waitFor();
});

test('the reply panel: text, certificate, sign; the PIN window takes it from there', async () => {
	await tabTo(testid('reply-open'));
	await page.keyboard.press('Enter');
	await id(page, 'reply-body').waitFor();
	await tabTo(testid('reply-body'));
	await page.keyboard.type('簽章完畢');
	await tabTo(testid('certificate-select'));
	if ((await id(page, 'certificate-select').inputValue()) === '') await page.keyboard.press('ArrowDown');
	await page.locator('[data-testid=preflight-card][data-state=ok]').waitFor();
	await shot(page, 'keyboard-reply');
	await tabTo(testid('sign-send'));
	const [window] = await Promise.all([browser.context.waitForEvent('page'), page.keyboard.press('Enter')]);
	await window.waitForSelector('#pin:enabled');
	await until(() => window.evaluate(() => document.activeElement.id === 'pin'));
	// It is offered where the machine's settings let PINs be remembered.
	if (await window.isVisible('#remember')) await tabTo('#remember', window);
	await tabTo('#cancel', window);
	await tabTo('#ok', window);
	await window.focus('#pin');
	await window.keyboard.type('123456');
	const closed = window.waitForEvent('close');
	await window.keyboard.press('Enter').catch(() => {});
	await closed;
	await id(page, 'sign-success').waitFor({ timeout: 30000 });
});
