// Stands between the page and the extension: says that it is here, passes requests on,
// and asks for a real click before anything that opens a window.
(() => {
  const api = globalThis.browser ?? globalThis.chrome;
  const NEED_CLICK = new Set(['choose', 'prove', 'sign']);
  const CLICK_MS = 60000; // between the click and the request the server prepares the documents
  let clicked = 0;

  document.documentElement.dataset.yinxinExtension = api.runtime.getManifest().version;
  for (const type of ['click', 'keydown']) {
    window.addEventListener(type, (event) => { if (event.isTrusted) clicked = Date.now(); }, true);
  }

  const answer = (id, result) => window.postMessage({ yinxin: 'answer', id, ...result }, window.location.origin);

  async function pass({ id, yinxin, ...request }) {
    if (NEED_CLICK.has(request.action) && Date.now() - clicked > CLICK_MS) {
      return answer(id, { error: { code: 'no_user_click' } });
    }
    try {
      return answer(id, await api.runtime.sendMessage({ ...request, language: document.documentElement.lang }));
    } catch {
      // The extension was updated or removed while the page was open.
      return answer(id, { error: { code: 'extension_gone' } });
    }
  }

  window.addEventListener('message', (event) => {
    if (event.source !== window || event.origin !== window.location.origin) return;
    if (event.data?.yinxin === 'request' && typeof event.data.id === 'string') pass(event.data);
  });
})();
