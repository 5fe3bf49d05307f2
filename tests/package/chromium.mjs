// Chromium as a user of an agency has it: the extension comes by policy, nothing is loaded by hand.
import { chromium } from 'playwright-core';

// Chromium hands a policy over some seconds after the start.
const ARRIVES_MS = 8000;

class Page {
	constructor(page) {
		this.page = page;
	}
	goto(url) {
		return this.page.goto(url);
	}
	evaluate(expression) {
		return this.page.evaluate(expression);
	}
	text(selector) {
		return this.page.locator(selector).first().textContent();
	}
	click(selector) {
		return this.page.locator(selector).first().click();
	}
	async fill(selector, text) {
		await this.page.waitForSelector(`${selector}:enabled`);
		await this.page.fill(selector, text);
	}
	find(selector) {
		return this.page.waitForSelector(selector);
	}
	choose(selector) {
		return this.page.selectOption(selector, { index: 1 });
	}
	gone() {
		return this.page.isClosed() ? Promise.resolve() : this.page.waitForEvent('close');
	}
	shot() {
		return this.page.screenshot();
	}
}

/** Chromium with a fresh profile in `home`. */
export async function launchChromium(home) {
	const context = await chromium.launchPersistentContext(home, {
		executablePath: '/usr/lib/chromium/chromium',
		headless: true,
		viewport: null,
		locale: 'zh-TW',
		// Playwright would keep every extension out, and with it what policies bring.
		ignoreDefaultArgs: ['--disable-extensions', '--disable-background-networking'],
		args: ['--no-sandbox', '--window-size=1366,900', '--lang=zh-TW'],
	});
	context.setDefaultTimeout(30000);
	return {
		page: new Page(context.pages()[0] ?? (await context.newPage())),
		said: () => '',
		async window(act) {
			const [opened] = await Promise.all([context.waitForEvent('page'), act()]);
			return new Page(opened);
		},
		/** Where the extension's content script runs, when its worker has looked at the policy. */
		async registered() {
			const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
			return worker.evaluate(async (arrives) => {
				const { chrome } = globalThis;
				for (const end = Date.now() + arrives; Date.now() < end; ) {
					if (Object.keys(await chrome.storage.managed.get()).length > 0) break;
					await new Promise((done) => setTimeout(done, 250));
				}
				const scripts = await chrome.scripting.getRegisteredContentScripts();
				return scripts.flatMap(({ matches }) => matches);
			}, ARRIVES_MS);
		},
		/** What the button "Update" on chrome://extensions does; then the new version starts. */
		async update() {
			const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
			await worker.evaluate(async () => {
				const { runtime } = globalThis.chrome;
				const ready = new Promise((done) => runtime.onUpdateAvailable.addListener(done));
				const { status } = await runtime.requestUpdateCheck();
				if (status !== 'update_available') throw new Error(status);
				await ready;
				setTimeout(() => runtime.reload(), 0);
			});
		},
		close: () => context.close(),
	};
}
