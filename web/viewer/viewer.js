// Shows a PDF in the page: pages are drawn when they come into view, text can be
// selected and read aloud. The file is fetched piece by piece (HTTP ranges).
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { Alert, Button, Icon } from '../shared/ui.js';

const BASE = new URL('/vendor/pdfjs/', location.origin).href;
const MAX_PIXELS = 16 * 1024 * 1024;
const MIN_ZOOM = 0.4;
const MAX_ZOOM = 4;
let library = null;

async function pdfjs() {
	library ??= import('../vendor/pdfjs/pdf.min.mjs').then((lib) => {
		lib.GlobalWorkerOptions.workerSrc = `${BASE}pdf.worker.min.mjs`;
		return lib;
	});
	try {
		return await library;
	} catch (e) {
		library = null;
		throw e;
	}
}

function open(lib, url) {
	return lib.getDocument({
		url: new URL(url, location.origin).href,
		withCredentials: true,
		cMapUrl: `${BASE}cmaps/`,
		cMapPacked: true,
		standardFontDataUrl: `${BASE}standard_fonts/`,
		wasmUrl: `${BASE}wasm/`,
		isEvalSupported: false,
		enableXfa: false,
		disableAutoFetch: true,
	});
}

/** Draws one page into `box`; answers a function that takes it away again. */
function draw(lib, document, number, scale, box, failed) {
	let gone = false;
	let task = null;
	let text = null;
	(async () => {
		const page = await document.getPage(number);
		if (gone) return;
		const viewport = page.getViewport({ scale });
		const ratio = Math.min(
			devicePixelRatio || 1,
			Math.sqrt(MAX_PIXELS / (viewport.width * viewport.height)),
		);
		const canvas = window.document.createElement('canvas');
		canvas.width = Math.floor(viewport.width * ratio);
		canvas.height = Math.floor(viewport.height * ratio);
		canvas.setAttribute('aria-hidden', 'true');
		const layer = window.document.createElement('div');
		layer.className = 'textLayer';
		task = page.render({ canvas, viewport, transform: ratio === 1 ? null : [ratio, 0, 0, ratio, 0, 0] });
		await task.promise;
		if (gone) return;
		box.replaceChildren(canvas, layer);
		box.dataset.drawn = 'true';
		text = new lib.TextLayer({ textContentSource: page.streamTextContent(), container: layer, viewport });
		await text.render();
	})().catch(
		(e) => !gone && e?.name !== 'RenderingCancelledException' && e?.name !== 'AbortException' && failed(e),
	);
	return () => {
		gone = true;
		task?.cancel();
		text?.cancel();
		box.replaceChildren();
		delete box.dataset.drawn;
	};
}

function PageBox({ lib, document, number, size, scale, root, failed }) {
	const box = useRef(null);
	useEffect(() => {
		let clear = null;
		const observer = new IntersectionObserver(
			([entry]) => {
				if (entry.isIntersecting) clear ??= draw(lib, document, number, scale, box.current, failed);
				else if (clear) {
					clear();
					clear = null;
				}
			},
			{ root, rootMargin: '800px 0px' },
		);
		observer.observe(box.current);
		return () => {
			observer.disconnect();
			clear?.();
		};
	}, [document, number, scale]);
	return html`
		<div
			class="viewer-page"
			ref=${box}
			data-testid="viewer-page"
			data-page=${number}
			role="group"
			aria-label=${t('viewer.page_of', { page: number, pages: document.numPages })}
			style=${{
				width: `${Math.floor(size.width * scale)}px`,
				height: `${Math.floor(size.height * scale)}px`,
				'--total-scale-factor': scale,
			}}
		></div>
	`;
}

function Toolbar({ page, pages, zoom, onPage, onZoom, onFit }) {
	const [typed, setTyped] = useState(null);
	const submit = () => {
		const n = Number(typed);
		if (typed !== null && Number.isInteger(n)) onPage(Math.min(pages, Math.max(1, n)));
		setTyped(null);
	};
	const tool = (icon, key, testid, act, off) => html`
		<button
			type="button"
			class="icon-button"
			data-testid=${testid}
			aria-label=${t(key)}
			title=${t(key)}
			disabled=${off}
			onClick=${act}
		>
			<${Icon} name=${icon} />
		</button>
	`;
	return html`
		<div class="viewer-tools" role="toolbar" aria-label=${t('viewer.tools')}>
			${tool('chevron-left', 'viewer.prev', 'viewer-prev', () => onPage(page - 1), page <= 1)}
			<label class="viewer-number">
				<span class="visually-hidden">${t('viewer.page')}</span>
				<input
					type="text"
					inputmode="numeric"
					value=${typed ?? page}
					data-testid="viewer-page-number"
					onInput=${(e) => setTyped(e.target.value)}
					onBlur=${submit}
					onKeyDown=${(e) => e.key === 'Enter' && (e.preventDefault(), submit())}
				/>
				<span> / ${pages}</span>
			</label>
			${tool('chevron-right', 'viewer.next', 'viewer-next', () => onPage(page + 1), page >= pages)}
			<span class="spring"></span>
			${tool('zoom-out', 'viewer.zoom_out', 'viewer-zoom-out', () => onZoom(zoom / 1.2), zoom <= MIN_ZOOM)}
			<span class="viewer-zoom">${Math.round(zoom * 100)}%</span>
			${tool('zoom-in', 'viewer.zoom_in', 'viewer-zoom-in', () => onZoom(zoom * 1.2), zoom >= MAX_ZOOM)}
			<button type="button" class="button button-quiet" data-testid="viewer-fit" onClick=${onFit}>
				${t('viewer.fit')}
			</button>
		</div>
	`;
}

/** Loads the document; {lib, document, sizes} or an error. */
function useDocument(url, turn) {
	const [state, setState] = useState({});
	useEffect(() => {
		let task = null;
		let gone = false;
		setState({});
		(async () => {
			const lib = await pdfjs();
			task = open(lib, url);
			const document = await task.promise;
			const first = (await document.getPage(1)).getViewport({ scale: 96 / 72 });
			if (!gone)
				setState({
					lib,
					document,
					size: { width: (first.width * 72) / 96, height: (first.height * 72) / 96 },
				});
		})().catch((error) => !gone && setState({ error }));
		return () => {
			gone = true;
			task?.destroy();
		};
	}, [url, turn]);
	return state;
}

export function Viewer({ url, name }) {
	const [turn, setTurn] = useState(0);
	const { lib, document, size, error } = useDocument(url, turn);
	const [failed, setFailed] = useState(null);
	const [zoom, setZoom] = useState(null);
	const [page, setPage] = useState(1);
	const scroll = useRef(null);

	const fitted = () => Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, (scroll.current.clientWidth - 32) / size.width));
	useEffect(() => {
		if (document) setZoom(Math.min(fitted(), 1.5));
	}, [document]);
	const boxes = () => [...scroll.current.querySelectorAll('.viewer-page')];
	function show(n) {
		const box = boxes()[n - 1];
		if (box) scroll.current.scrollTo({ top: box.offsetTop - 8 });
		setPage(n);
	}
	function scrolled() {
		const middle = scroll.current.scrollTop + scroll.current.clientHeight / 3;
		const index = boxes().findIndex((b) => b.offsetTop + b.offsetHeight > middle);
		if (index >= 0) setPage(index + 1);
	}
	const change = (next) => setZoom(Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, next)));
	function keys(e) {
		const act = {
			'+': () => change(zoom * 1.2),
			'=': () => change(zoom * 1.2),
			'-': () => change(zoom / 1.2),
			0: () => setZoom(fitted()),
			PageDown: () => show(Math.min(document.numPages, page + 1)),
			PageUp: () => show(Math.max(1, page - 1)),
		}[e.key];
		if (act && e.target === scroll.current && !e.ctrlKey && !e.metaKey && !e.altKey) {
			e.preventDefault();
			act();
		}
	}
	if (error || failed)
		return html`
			<${Alert}
				kind="error"
				code="viewer"
				action=${html`
					<${Button}
						testid="retry"
						onClick=${() => {
							setFailed(null);
							setTurn(turn + 1);
						}}
						>
						${t('retry')}
					<//>
				`}
			>
				${t('viewer.error')}
			<//>
		`;
	return html`
		<div class="viewer" data-testid="viewer">
			${document && zoom ? html`
				<${Toolbar}
					page=${page}
					pages=${document.numPages}
					zoom=${zoom}
					onPage=${show}
					onZoom=${change}
					onFit=${() => setZoom(fitted())}
				/>
			` : html`
				<div class="viewer-tools"></div>
			`}
			<div
				class="viewer-scroll"
				ref=${scroll}
				tabindex="0"
				role="region"
				aria-label=${t('viewer.region', { name })}
				onScroll=${scrolled}
				onKeyDown=${keys}
			>
				${document && zoom ? (
					Array.from({ length: document.numPages }, (_, i) => html`
						<${PageBox}
							key=${i}
							lib=${lib}
							document=${document}
							number=${i + 1}
							size=${size}
							scale=${zoom}
							root=${scroll.current}
							failed=${setFailed}
						/>
					`)
				) : html`
					<div class="loading" role="status">
						<span class="spinner" aria-hidden="true"></span>
						${t('viewer.loading')}
					</div>
				`}
			</div>
		</div>
	`;
}
