// One Chromium and one page that the story walks through; the rig itself is harness.mjs.
import { DIR, ORIGIN, PASSWORD, ROOT, WINDOW, accessible, launch, shot, sleep } from './harness.mjs';

export { DIR, ROOT, sleep };
export const URL_BASE = ORIGIN;

export class Browser {
	static async open(options) {
		const browser = Object.assign(new Browser(), { rig: await launch(options), errors: [] });
		browser.context = browser.rig.context;
		browser.page = browser.context.pages()[0] ?? (await browser.context.newPage());
		browser.page.on('pageerror', (error) => browser.errors.push(String(error)));
		return browser;
	}

	close() {
		return this.rig.close();
	}

	at(testid) {
		return this.page.getByTestId(testid);
	}

	async go(route) {
		await this.page.goto(`${URL_BASE}/#${route}`);
		await this.page.waitForLoadState('networkidle').catch(() => {});
	}

	async login(account) {
		await this.page.goto(`${URL_BASE}/#/login`);
		await this.at('login-account').fill(account);
		await this.at('login-password').fill(PASSWORD);
		await this.at('login-submit').click();
		await this.at('user-menu').waitFor();
	}

	async logout() {
		await this.page.goto('about:blank');
		await this.context.clearCookies();
	}

	// Clicks what opens the extension's window and gives that window.
	async window(click) {
		const opened = this.context.waitForEvent('page', { timeout: 20000 });
		await click();
		const popup = await opened;
		await popup.waitForLoadState();
		await popup.setViewportSize(WINDOW);
		return popup;
	}

	shot(name, page = this.page) {
		return shot(page, name, { full: false });
	}

	clean(where, page = this.page) {
		return accessible(page, where);
	}
}

// Waits until a window of the extension has closed itself.
export const closed = (popup) =>
	popup.isClosed() ? Promise.resolve() : popup.waitForEvent('close', { timeout: 20000 });

// Types the PIN and confirms; the window may close during the click.
export async function typePin(popup, pin) {
	await popup.waitForSelector('#pin:not([disabled])');
	await popup.fill('#pin', pin);
	await popup.click('#ok').catch(() => {});
}

// Is there something drawn on the first canvas?
export async function drawn(page) {
	await page.waitForFunction(
		() => {
			const canvas = document.querySelector('[data-testid="viewer-page"] canvas, canvas');
			if (!canvas || canvas.width === 0) return false;
			const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
			let dark = 0;
			for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 0 && data[i] < 128) dark++;
			return dark > 200;
		},
		undefined,
		{ timeout: 30000 },
	);
}
