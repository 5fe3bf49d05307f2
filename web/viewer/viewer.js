// Shows a PDF as it is: every page in its own size and rotation, its text to select, find and
// read aloud, and printing.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { Alert, Button } from '../shared/ui.js';
import { FindBar } from './find-bar.js';
import { PrintDialog } from './print.js';
import { openReader } from './reader.js';
import { Toolbar } from './toolbar.js';

/** @type {{ reader: import('./reader.js').Reader | null, page: number, pages: number, scale: number,
 *     drawn: boolean, found: any, error: any }} */
const CLOSED = { reader: null, page: 1, pages: 0, scale: 1, drawn: false, found: null, error: null };

/** Opens `file` in the box; what the toolbar shows of it. onDrawn(pages in view so far, pages). */
function useReader(box, file, turn, onDrawn) {
	const [state, setState] = useState(CLOSED);
	useEffect(() => {
		const abort = new AbortController();
		const change = (part) => abort.signal.aborted || setState((s) => ({ ...s, ...part }));
		let pages = 0;
		setState(CLOSED);
		const listener = {
			change: (part) => {
				pages = part.pages ?? pages;
				change(part);
			},
			drawn: (seen) => {
				change({ drawn: true });
				onDrawn?.(seen, pages);
			},
			found: (found) => change({ found }),
			failed: (error) => change({ error }),
		};
		openReader(box.current, file, listener, abort.signal).then(
			(reader) => change({ reader }),
			(error) => change({ error }),
		);
		return () => abort.abort();
	}, [file.url, turn]);
	return state;
}

/** Which key does what while the focus is in the pages. */
function keyOf(e) {
	if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'f') return 'find';
	if (e.ctrlKey || e.metaKey || e.altKey) return null;
	return { '+': 'in', '=': 'in', '-': 'out', 0: 'fit', n: 'next', p: 'previous', r: 'rotate' }[e.key] ?? null;
}

/**
 * @param {{ url: string, name: string, size?: number, stamp?: { text: string, across: boolean },
 *     onDrawn?: (seen: Set<number>, pages: number) => void }} props size in bytes; stamp: what stands over the pages
 */
export function Viewer({ url, name, size, stamp, onDrawn }) {
	const box = useRef(null);
	const [turn, setTurn] = useState(0);
	const [finding, setFinding] = useState(false);
	const [printing, setPrinting] = useState(false);
	const { reader, page, pages, scale, drawn, found, error } = useReader(box, { url, size }, turn, onDrawn);

	function closeFind() {
		setFinding(false);
		box.current.focus();
	}
	function keys(e) {
		const act = {
			find: () => setFinding(true),
			in: () => reader?.zoom(1.2),
			out: () => reader?.zoom(1 / 1.2),
			fit: () => reader?.zoom('auto'),
			next: () => reader?.showPage(page + 1),
			previous: () => reader?.showPage(page - 1),
			rotate: () => reader?.rotate(),
		}[keyOf(e) ?? ''];
		if (!act) return;
		e.preventDefault();
		act();
	}
	const retry = html`<${Button} testid="retry" onClick=${() => setTurn(turn + 1)}>${t('retry')}<//>`;
	return html`
		<section class="viewer" data-testid="viewer" data-drawn=${drawn ? 'true' : 'false'}>
			<${Toolbar}
				reader=${reader}
				page=${page}
				pages=${pages}
				scale=${scale}
				finding=${finding}
				onFind=${() => (finding ? closeFind() : setFinding(true))}
				onPrint=${() => setPrinting(true)}
			/>
			${finding && reader && html`<${FindBar} reader=${reader} result=${found} onClose=${closeFind} />`}
			<div class="viewer-frame">
				<div
					class="viewer-scroll"
					ref=${box}
					tabindex="0"
					role="region"
					aria-label=${t('viewer.region', { name })}
					onKeyDown=${keys}
				>
					<div class="pdfViewer"></div>
				</div>
				${stamp && html`
					<p
						class=${stamp.across ? 'viewer-stamp viewer-stamp-across' : 'viewer-stamp'}
						aria-hidden=${stamp.across ? 'true' : undefined}
						data-stamp=${stamp.text}
						data-testid="viewer-stamp"
					>
						${stamp.across ? '' : stamp.text}
					</p>
				`}
				${!drawn && !error && html`
					<p class="loading viewer-cover" role="status">
						<span class="spinner" aria-hidden="true"></span>
						${t('viewer.loading')}
					</p>
				`}
				${error && html`
					<div class="viewer-cover">
						<${Alert} kind="error" code="viewer" action=${retry}>${t('viewer.error')}<//>
					</div>
				`}
			</div>
			${printing && html`
				<${PrintDialog} document=${reader?.document} stamp=${stamp} onClose=${() => setPrinting(false)} />
			`}
		</section>
	`;
}
