// Firefox by WebDriver BiDi (W3C), which Debian's Firefox speaks by itself: no driver, and the
// extension that a policy forced in can be used like a page.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ws as WebSocket } from 'playwright-core/lib/utilsBundle';
import { until } from '../e2e/harness.mjs';

const PREFS = {
	'browser.aboutwelcome.enabled': false,
	'browser.shell.checkDefaultBrowser': false,
	'datareporting.policy.dataSubmissionEnabled': false,
	'intl.accept_languages': 'zh-TW, zh, en',
	'toolkit.telemetry.reportingpolicy.firstRun': false,
};

const SIZE = { MOZ_HEADLESS_WIDTH: '1366', MOZ_HEADLESS_HEIGHT: '900' };

/** Keys of input.performActions (WebDriver 2, 17.4.2). */
const typed = (text) => [...text].flatMap((value) => ['keyDown', 'keyUp'].map((type) => ({ type, value })));

class Session {
	#socket;
	#next = 1;
	#waiting = new Map();

	static async open(url) {
		const session = new Session();
		session.#socket = new WebSocket(`${url}/session`, [], { perMessageDeflate: false });
		await new Promise((done, fail) => session.#socket.on('open', done).on('error', fail));
		session.#socket.on('message', (data) => session.#take(JSON.parse(data.toString())));
		await session.send('session.new', { capabilities: {} });
		return session;
	}

	send(method, params = {}) {
		const id = this.#next++;
		const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject, method }));
		this.#socket.send(JSON.stringify({ id, method, params }));
		return answer;
	}

	#take({ id, type, result, error, message }) {
		const waiting = this.#waiting.get(id);
		if (!waiting) return;
		this.#waiting.delete(id);
		if (type === 'error') waiting.reject(new Error(`${waiting.method}: ${error}: ${message}`));
		else waiting.resolve(result);
	}

	close() {
		this.#socket.terminate();
	}
}

/** One tab or window. Everything waits until it can be done. */
export class Page {
	constructor(session, context) {
		this.session = session;
		this.context = context;
	}

	goto(url) {
		return this.session.send('browsingContext.navigate', { context: this.context, url, wait: 'complete' });
	}

	async evaluate(expression) {
		const { type, result, exceptionDetails } = await this.session.send('script.evaluate', {
			expression,
			target: { context: this.context },
			awaitPromise: true,
		});
		if (type === 'exception') throw new Error(exceptionDetails.text);
		return result.value;
	}

	/** The first element of the selector that can be seen. */
	async find(selector) {
		return until(async () => {
			const { nodes } = await this.session
				.send('browsingContext.locateNodes', {
					context: this.context,
					locator: { type: 'css', value: selector },
				})
				.catch(() => ({ nodes: [] }));
			for (const node of nodes) if (await this.#visible(node)) return node;
			return null;
		}, 30000);
	}

	async #call(node, body) {
		const { type, result } = await this.session.send('script.callFunction', {
			functionDeclaration: `(e) => ${body}`,
			arguments: [{ sharedId: node.sharedId }],
			target: { context: this.context },
			awaitPromise: false,
			userActivation: true,
		});
		return type === 'success' ? result.value : null;
	}

	#visible(node) {
		return this.#call(node, 'e.checkVisibility() && !e.disabled');
	}

	async text(selector) {
		return this.#call(await this.find(selector), 'e.textContent');
	}

	async click(selector) {
		const node = await this.find(selector);
		await this.#call(node, "e.scrollIntoView({ block: 'center' })");
		const origin = { type: 'element', element: { sharedId: node.sharedId } };
		await this.session.send('input.performActions', {
			context: this.context,
			actions: [
				{
					type: 'pointer',
					id: 'mouse',
					actions: [
						{ type: 'pointerMove', x: 0, y: 0, origin },
						{ type: 'pointerDown', button: 0 },
						{ type: 'pointerUp', button: 0 },
					],
				},
			],
		});
	}

	async fill(selector, text) {
		await this.#call(await this.find(selector), '{ e.focus(); e.select?.(); }');
		await this.session.send('input.performActions', {
			context: this.context,
			actions: [{ type: 'key', id: 'keyboard', actions: typed(text) }],
		});
	}

	/** The second entry of a list: the first one asks to choose. */
	async choose(selector) {
		const change = "e.dispatchEvent(new Event('change', { bubbles: true }))";
		await until(async () => this.#call(await this.find(selector), 'e.options.length > 1'));
		await this.#call(await this.find(selector), `{ e.selectedIndex = 1; ${change}; }`);
	}

	async gone() {
		const here = async () => (await contexts(this.session)).some(({ context }) => context === this.context);
		await until(async () => !(await here()), 20000);
	}

	async shot() {
		const { data } = await this.session.send('browsingContext.captureScreenshot', { context: this.context });
		return Buffer.from(data, 'base64');
	}
}

const contexts = async (session) => (await session.send('browsingContext.getTree')).contexts;

async function start(home) {
	const profile = join(home, 'profile');
	mkdirSync(profile, { recursive: true });
	const lines = Object.entries(PREFS).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
	writeFileSync(join(profile, 'user.js'), lines.join('\n'));
	const options = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port=0', 'about:blank'];
	const firefox = spawn('firefox-esr', options, {
		env: { ...process.env, ...SIZE, HOME: home, XDG_RUNTIME_DIR: home },
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	let said = '';
	firefox.stderr.on('data', (data) => {
		said += data;
	});
	const url = await until(() => said.match(/WebDriver BiDi listening on (ws:\S+)/)?.[1], 60000);
	return { firefox, url, said: () => said };
}

/** Firefox with a fresh home directory; what policies are there, it obeys. */
export async function launchFirefox(home) {
	const { firefox, url, said } = await start(home);
	const session = await Session.open(url);
	const page = new Page(session, (await contexts(session))[0].context);
	return {
		page,
		said,
		/** Does `act` and gives the extension's window that it opens. */
		async window(act) {
			await act();
			const { context } = await until(
				async () => (await contexts(session)).find((one) => one.url.startsWith('moz-extension:')),
				20000,
			);
			return new Page(session, context);
		},
		async close() {
			session.close();
			const ended = new Promise((done) => firefox.on('exit', done));
			firefox.kill('SIGTERM');
			const hard = setTimeout(() => firefox.kill('SIGKILL'), 8000);
			await ended;
			clearTimeout(hard);
		},
	};
}
