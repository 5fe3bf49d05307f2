// The buttons above a document.
import { html, useState } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { Icon } from '../shared/ui.js';
import { MAX_ZOOM, MIN_ZOOM } from './reader.js';

const STEP = 1.2;

export const Tool = ({ icon, text, testid, off = false, onAct, ...rest }) => html`
	<button
		type="button"
		class="icon-button"
		data-testid=${testid}
		aria-label=${t(text)}
		title=${t(text)}
		disabled=${off}
		onClick=${onAct}
		...${rest}
	>
		<${Icon} name=${icon} />
	</button>
`;

function PageNumber({ page, pages, onPage }) {
	const [typed, setTyped] = useState(null);
	function submit() {
		const n = Number(typed);
		if (typed !== null && typed !== '' && Number.isInteger(n)) onPage(n);
		setTyped(null);
	}
	function enter(e) {
		if (e.key !== 'Enter') return;
		e.preventDefault();
		submit();
	}
	return html`
		<label class="viewer-number">
			<span class="visually-hidden">${t('viewer.page')}</span>
			<input
				type="text"
				inputmode="numeric"
				value=${typed ?? page}
				data-testid="viewer-page-number"
				onInput=${(e) => setTyped(e.target.value)}
				onBlur=${submit}
				onKeyDown=${enter}
			/>
			<span>/ ${pages}</span>
		</label>
	`;
}

/**
 * @param {{ reader: import('./reader.js').Reader | null, page: number, pages: number, scale: number,
 *     finding: boolean, onFind: () => void, onPrint: () => void }} props
 */
export function Toolbar({ reader, page, pages, scale, finding, onFind, onPrint }) {
	const off = !reader;
	const zoom = (change) => () => reader?.zoom(change);
	return html`
		<div class="viewer-tools" role="group" aria-label=${t('viewer.tools')}>
			<div class="viewer-part">
				<${Tool}
					icon="chevron-left"
					text="viewer.prev"
					testid="viewer-prev"
					off=${off || page <= 1}
					onAct=${() => reader?.showPage(page - 1)}
				/>
				<${PageNumber} page=${page} pages=${pages} onPage=${(n) => reader?.showPage(n)} />
				<${Tool}
					icon="chevron-right"
					text="viewer.next"
					testid="viewer-next"
					off=${off || page >= pages}
					onAct=${() => reader?.showPage(page + 1)}
				/>
			</div>
			<div class="viewer-part">
				<${Tool}
					icon="zoom-out"
					text="viewer.zoom_out"
					testid="viewer-zoom-out"
					off=${off || scale <= MIN_ZOOM}
					onAct=${zoom(1 / STEP)}
				/>
				<span class="viewer-zoom">${Math.round(scale * 100)}%</span>
				<${Tool}
					icon="zoom-in"
					text="viewer.zoom_in"
					testid="viewer-zoom-in"
					off=${off || scale >= MAX_ZOOM}
					onAct=${zoom(STEP)}
				/>
				<${Tool} icon="arrows" text="viewer.fit" testid="viewer-fit" off=${off} onAct=${zoom('page-width')} />
				<${Tool}
					icon="file-earmark"
					text="viewer.fit_page"
					testid="viewer-fit-page"
					off=${off}
					onAct=${zoom('page-fit')}
				/>
			</div>
			<div class="viewer-part">
				<${Tool}
					icon="arrow-clockwise"
					text="viewer.rotate"
					testid="viewer-rotate"
					off=${off}
					onAct=${() => reader?.rotate()}
				/>
				<${Tool}
					icon="search"
					text="viewer.find"
					testid="viewer-find"
					off=${off}
					onAct=${onFind}
					aria-expanded=${finding ? 'true' : 'false'}
				/>
				<${Tool} icon="printer" text="viewer.print" testid="viewer-print" off=${off} onAct=${onPrint} />
			</div>
		</div>
	`;
}
