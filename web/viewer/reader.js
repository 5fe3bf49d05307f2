// One document in one container: wires pdf.js's viewer, its find and its links together, and
// tells what happens in our own words.
import { languageTag, t } from '../shared/i18n.js';
import { loadLibrary, openDocument } from './library.js';

const MAX_PIXELS = 16 * 1024 * 1024;
export const MIN_ZOOM = 0.25;
export const MAX_ZOOM = 5;

/** The few words that the component shows by itself; pages get theirs in nameThePages. */
const WORDS = {
	getLanguage: () => languageTag(),
	getDirection: () => 'ltr',
	get: (id) => Promise.resolve(id),
	translate: () => Promise.resolve(),
	translateOnce: () => Promise.resolve(),
	destroy: () => Promise.resolve(),
	pause() {},
	resume() {},
};

function build(parts, core, container, signal) {
	const eventBus = new parts.EventBus();
	const linkService = new parts.PDFLinkService({
		eventBus,
		externalLinkTarget: parts.LinkTarget.BLANK,
		externalLinkRel: 'noopener noreferrer nofollow',
	});
	const findController = new parts.PDFFindController({ linkService, eventBus, updateMatchesCountOnProgress: true });
	const viewer = new parts.PDFViewer({
		container,
		viewer: container.firstElementChild,
		eventBus,
		linkService,
		findController,
		l10n: WORDS,
		annotationMode: core.AnnotationMode.ENABLE, // fields as they are drawn: nobody types into what is signed
		enableAutoLinking: false,
		maxCanvasPixels: MAX_PIXELS,
		abortSignal: signal,
	});
	linkService.setViewer(viewer);
	return { eventBus, linkService, findController, viewer };
}

function nameThePages(viewer) {
	for (let i = 0; i < viewer.pagesCount; i++) {
		const { div } = viewer.getPageView(i);
		div.dataset.testid = 'viewer-page';
		div.setAttribute('aria-label', t('viewer.page_of', { page: i + 1, pages: viewer.pagesCount }));
	}
}

/**
 * @typedef {object} Reader
 * @property {any} document pdf.js's document
 * @property {any} viewer pdf.js's viewer
 * @property {(n: number) => void} showPage
 * @property {(change: number | string) => void} zoom a factor, or a word of pdf.js ('page-width', 'page-fit', 'auto')
 * @property {() => void} rotate
 * @property {(query: string, how?: { again?: boolean, back?: boolean }) => void} find
 * @property {() => void} unfind
 *
 * @typedef {object} Listener
 * @property {(part: { page?: number, pages?: number, scale?: number }) => void} change
 * @property {(pages: Set<number>) => void} drawn pages that were drawn and stood in view so far
 * @property {(result: { total: number, current: number, state: string }) => void} found
 * @property {(error: any) => void} failed
 */

/** @param {Listener} on */
function listen(reader, on, { eventBus, viewer }) {
	const drawn = new Set();
	const seen = new Set();
	const note = () => {
		const before = seen.size;
		for (const page of viewer._getVisiblePages().ids)
			if (drawn.has(page)) seen.add(page);
		if (seen.size !== before) on.drawn(new Set(seen));
	};
	eventBus.on('pagesinit', () => {
		nameThePages(viewer);
		viewer.currentScaleValue = 'auto';
		on.change({ page: 1, pages: viewer.pagesCount, scale: viewer.currentScale });
	});
	eventBus.on('pagechanging', ({ pageNumber }) => on.change({ page: pageNumber }));
	eventBus.on('scalechanging', ({ scale }) => on.change({ scale }));
	eventBus.on('pagerendered', ({ pageNumber, error }) => {
		if (error) on.failed(error);
		drawn.add(pageNumber);
		note();
	});
	eventBus.on('updateviewarea', note);
	const states = ['found', 'not_found', 'wrapped', 'pending'];
	let state = 'pending';
	const count = ({ matchesCount, state: code }) => {
		if (code !== undefined) state = states[code];
		on.found({ total: matchesCount?.total ?? 0, current: matchesCount?.current ?? 0, state });
	};
	eventBus.on('updatefindmatchescount', count);
	eventBus.on('updatefindcontrolstate', count);
}

/** @returns {Reader} */
function control(pdf, { eventBus, viewer }) {
	const find = (type, query, back) =>
		eventBus.dispatch('find', {
			source: viewer,
			type,
			query,
			caseSensitive: false,
			entireWord: false,
			highlightAll: true,
			findPrevious: back,
			matchDiacritics: false,
		});
	return {
		document: pdf,
		viewer,
		showPage: (n) => {
			viewer.currentPageNumber = Math.min(viewer.pagesCount, Math.max(1, n));
		},
		zoom: (change) => {
			if (typeof change === 'string') viewer.currentScaleValue = change;
			else viewer.currentScale = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, viewer.currentScale * change));
		},
		rotate: () => {
			viewer.pagesRotation = (viewer.pagesRotation + 90) % 360;
		},
		find: (query, { again = false, back = false } = {}) => find(again ? 'again' : '', query, back),
		unfind: () => eventBus.dispatch('findbarclose', { source: viewer }),
	};
}

/** A view that is fitted to the box stays fitted when the box changes its size. */
function keepFitted(viewer, container, signal) {
	let width = container.clientWidth;
	const observer = new ResizeObserver(() => {
		if (container.clientWidth === width) return;
		width = container.clientWidth;
		const value = viewer.currentScaleValue;
		if (viewer.pagesCount > 0 && Number.isNaN(Number(value))) viewer.currentScaleValue = value;
	});
	observer.observe(container);
	signal.addEventListener('abort', () => observer.disconnect());
}

/**
 * Opens the file in `container` (an absolutely placed div with one div inside).
 * @param {HTMLElement} container
 * @param {{ url: string, size?: number }} file
 * @param {Listener} on
 * @param {AbortSignal} signal closes it again
 * @returns {Promise<Reader | null>} null if it was closed meanwhile
 */
export async function openReader(container, file, on, signal) {
	const { core, parts } = await loadLibrary();
	if (signal.aborted) return null;
	const task = openDocument(core, file);
	const close = () => task.destroy().catch(() => {});
	// (ended while it opens, pdf.js's worker calls that an error of the page)
	signal.addEventListener('abort', () => task.promise.then(close, close));
	const pdf = await task.promise;
	if (signal.aborted) return null;
	const wired = build(parts, core, container, signal);
	const reader = control(pdf, wired);
	listen(reader, on, wired);
	keepFitted(wired.viewer, container, signal);
	wired.viewer.setDocument(pdf);
	wired.linkService.setDocument(pdf);
	signal.addEventListener('abort', () => {
		wired.viewer.setDocument(null);
		wired.linkService.setDocument(null);
		wired.findController.setDocument(null);
	});
	return reader;
}
