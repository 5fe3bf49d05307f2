// Stands between the page and the extension: says that it is here, passes requests on, and
// asks for a real click before anything that opens a window. It runs on allowed origins only.
(() => {
	const api = globalThis.browser ?? globalThis.chrome;
	const NEED_CLICK = new Set(['authenticate', 'choose', 'prove', 'sign']);
	const CLICK_MS = 60000; // between the click and the request the server prepares the documents
	const RETRIES = 5; // the browser may end the background while it works for us
	let clicked = 0;

	/** A click opens one window; what the user then did in the window counts like a click. */
	function mayOpen() {
		const fresh = Date.now() - clicked <= CLICK_MS;
		clicked = 0;
		return fresh;
	}

	/** Hands the request to the background; again if that was ended before it answered. */
	function deliver(message, retries = RETRIES) {
		return new Promise((resolve) => {
			const port = api.runtime.connect({ name: 'page' });
			let answered = false;
			port.onMessage.addListener((answer) => {
				answered = true;
				resolve(answer);
				port.disconnect();
			});
			port.onDisconnect.addListener(() => {
				if (answered) return;
				if (retries === 0) resolve({ error: { code: 'extension_gone' } });
				else setTimeout(() => resolve(again(message, retries - 1)), 300);
			});
			port.postMessage(message);
		});
	}

	// connect() throws when the extension was updated or removed while the page was open.
	async function again(message, retries) {
		try {
			return await deliver(message, retries);
		} catch {
			return { error: { code: 'extension_gone' } };
		}
	}

	async function pass({ id, yinxin, ...request }) {
		const answer = (result) => window.postMessage({ yinxin: 'answer', id, ...result }, window.location.origin);
		const opens = NEED_CLICK.has(request.action);
		if (opens && !mayOpen()) return answer({ error: { code: 'no_user_click' } });
		const result = await again(
			{ id: crypto.randomUUID(), language: document.documentElement.lang, request },
			RETRIES,
		);
		if (opens && result.ok) clicked = Date.now();
		return answer(result);
	}

	function onClick(event) {
		if (event.isTrusted && event.key !== 'Escape') clicked = Date.now();
	}

	function onMessage(event) {
		if (event.source !== window || event.origin !== window.location.origin) return;
		if (event.data?.yinxin === 'request' && typeof event.data.id === 'string') pass(event.data);
	}

	// The script of an extension that was updated makes room for the new one's.
	document.dispatchEvent(new Event('yinxin-extension'));
	document.addEventListener('yinxin-extension', () => {
		for (const type of ['click', 'keydown']) window.removeEventListener(type, onClick, true);
		window.removeEventListener('message', onMessage);
	});
	for (const type of ['click', 'keydown']) window.addEventListener(type, onClick, true);
	window.addEventListener('message', onMessage);
	document.documentElement.dataset.yinxinExtension = api.runtime.getManifest().version;
})();
