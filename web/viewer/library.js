// pdf.js and its viewer component: loaded when the first document is opened.
const BASE = new URL('/vendor/pdfjs/', location.origin).href;
const WHOLE = 8 * 1024 * 1024;
const PIECE = 16 * 1024; // pdf.js looks at every page's dictionary at once; what follows it asks for in larger runs
/** @type {Promise<{ core: any, parts: any }> | null} */
let library = null;

function style() {
	const link = document.createElement('link');
	link.rel = 'stylesheet';
	link.href = `${BASE}pdf_viewer.css`;
	return new Promise((resolve, reject) => {
		link.onload = resolve;
		link.onerror = () => reject(new Error(link.href));
		document.head.append(link);
	});
}

async function load() {
	const core = await import('../vendor/pdfjs/pdf.min.mjs');
	core.GlobalWorkerOptions.workerSrc = `${BASE}pdf.worker.min.mjs`;
	// The component takes what it needs of the core from the global that the core sets.
	const [parts] = await Promise.all([import('../vendor/pdfjs/pdf_viewer.mjs'), style()]);
	return { core, parts };
}

/** {core, parts}: pdf.js and its viewer's parts. A failure is not remembered. */
export async function loadLibrary() {
	library ??= load();
	try {
		return await library;
	} catch (e) {
		library = null;
		throw e;
	}
}

/**
 * Opens a document. Small ones are fetched whole; of large ones only what is shown is
 * fetched, piece by piece (HTTP ranges).
 * @param {any} core pdf.js
 * @param {{ url: string, size?: number }} file size in bytes
 */
export function openDocument(core, { url, size = Infinity }) {
	const whole = size <= WHOLE;
	return core.getDocument({
		url: new URL(url, location.origin).href,
		withCredentials: true,
		cMapUrl: `${BASE}cmaps/`,
		cMapPacked: true,
		standardFontDataUrl: `${BASE}standard_fonts/`,
		wasmUrl: `${BASE}wasm/`,
		isEvalSupported: false,
		enableXfa: false,
		rangeChunkSize: whole ? undefined : PIECE,
		disableAutoFetch: !whole,
		disableStream: !whole,
	});
}
