// Prints a document: every page is drawn as it is, on a sheet of its own size.
import { html, useEffect, useState } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { Alert, Button, Dialog, ProgressBar } from '../shared/ui.js';

const DPI = 150;
const POINTS = 72;

/** What stands over the pages on the screen stands over them on paper. */
function drawStamp(canvas, { text, across }) {
	const context = canvas.getContext('2d');
	const size = across ? Math.min(canvas.width / (text.length + 1), canvas.height / 4) : canvas.width / 40;
	context.setTransform(1, 0, 0, 1, 0, 0);
	context.fillStyle = '#b3261e';
	context.globalAlpha = across ? 0.3 : 0.8;
	context.font = `700 ${size}px sans-serif`;
	context.textAlign = across ? 'center' : 'right';
	context.textBaseline = 'middle';
	if (across) {
		context.translate(canvas.width / 2, canvas.height / 2);
		context.rotate(-Math.PI / 6);
		context.fillText(text, 0, 0);
	} else {
		context.fillText(text, canvas.width - size, size * 1.5);
	}
}

/** Draws page `number` and answers an image of it, with its size in points. */
async function drawPage(pdf, number, stamp) {
	const page = await pdf.getPage(number);
	const size = page.getViewport({ scale: 1 });
	const viewport = page.getViewport({ scale: DPI / POINTS });
	const canvas = document.createElement('canvas');
	canvas.width = Math.ceil(viewport.width);
	canvas.height = Math.ceil(viewport.height);
	await page.render({ canvas, viewport, intent: 'print', background: '#fff' }).promise;
	if (stamp) drawStamp(canvas, stamp);
	const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
	const image = new Image();
	image.src = URL.createObjectURL(blob);
	await image.decode();
	canvas.width = 0;
	page.cleanup();
	return { image, width: size.width, height: size.height };
}

/** One named sheet a page: a landscape page gets a landscape sheet. */
function styleOf(sheets) {
	const style = new CSSStyleSheet();
	const named = sheets.map(
		({ width, height }, i) => `@page sheet${i} { size: ${width}pt ${height}pt; margin: 0; }
			.print-sheet:nth-child(${i + 1}) { page: sheet${i}; width: ${width}pt; height: ${height}pt; }`,
	);
	style.replaceSync(named.join('\n'));
	return style;
}

function lay(sheets) {
	const pages = document.createElement('div');
	pages.className = 'print-pages';
	for (const { image } of sheets) {
		const sheet = document.createElement('div');
		sheet.className = 'print-sheet';
		image.alt = '';
		sheet.append(image);
		pages.append(sheet);
	}
	return pages;
}

/**
 * Draws all pages, then opens the browser's print window. Everything is taken away again
 * when that window closes.
 * @param {any} pdf pdf.js's document
 * @param {{ text: string, across: boolean } | undefined} stamp over every page
 * @param {(done: number) => void} progress 0 … 1
 * @param {AbortSignal} signal
 */
async function print(pdf, stamp, progress, signal) {
	const sheets = [];
	const free = () => sheets.forEach(({ image }) => URL.revokeObjectURL(image.src));
	try {
		for (let n = 1; n <= pdf.numPages && !signal.aborted; n++) {
			sheets.push(await drawPage(pdf, n, stamp));
			progress(n / pdf.numPages);
		}
	} catch (e) {
		free();
		throw e;
	}
	if (signal.aborted) {
		free();
		return;
	}
	const style = styleOf(sheets);
	const pages = lay(sheets);
	document.adoptedStyleSheets.push(style);
	document.body.append(pages);
	document.documentElement.classList.add('printing');
	const clean = () => {
		document.documentElement.classList.remove('printing');
		document.adoptedStyleSheets = document.adoptedStyleSheets.filter((s) => s !== style);
		pages.remove();
		free();
	};
	addEventListener('afterprint', clean, { once: true });
	window.print();
}

export function PrintDialog({ document: pdf, stamp, onClose }) {
	const [done, setDone] = useState(0);
	const [failed, setFailed] = useState(false);
	useEffect(() => {
		const abort = new AbortController();
		print(pdf, stamp, setDone, abort.signal).then(onClose, () => abort.signal.aborted || setFailed(true));
		return () => abort.abort();
	}, []);
	return html`
		<${Dialog}
			title=${t('viewer.print')}
			onClose=${onClose}
			footer=${html`<${Button} testid="print-cancel" onClick=${onClose}>${t('cancel')}<//>`}
		>
			${failed
				? html`<${Alert} kind="error" code="print">${t('viewer.print_failed')}<//>`
				: html`
						<p role="status">${t('viewer.print_preparing')}</p>
						<${ProgressBar} value=${done} label=${t('viewer.print_preparing')} />
					`}
		<//>
	`;
}
