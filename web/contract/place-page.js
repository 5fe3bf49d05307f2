// The picture of a page with the seals on it: moved by mouse, finger or keyboard.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { fileUrl } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { ErrorAlert, Loading } from '../shared/ui.js';
import { loadLibrary, openDocument } from '../viewer/library.js';
import { POINT, byKey, fit, millimetres } from './place-state.js';

/** The document in pdf.js, while it is looked at. */
function usePdf(document_) {
	const [state, setState] = useState(/** @type {{ pdf: any, error: any }} */ ({ pdf: null, error: null }));
	useEffect(() => {
		let gone = false;
		let task = null;
		setState({ pdf: null, error: null });
		loadLibrary()
			.then(({ core }) => {
				if (gone) return null;
				task = openDocument(core, { url: fileUrl(document_.id), size: document_.size });
				return task.promise;
			})
			.then((pdf) => gone || setState({ pdf, error: null }))
			.catch((error) => gone || setState({ pdf: null, error }));
		return () => {
			gone = true;
			task?.destroy();
		};
	}, [document_.id]);
	return state;
}

/** Draws the page as wide as the canvas is; gives its size in points. */
function usePicture(pdf, number, canvas, onSize) {
	const [drawn, setDrawn] = useState(0);
	useEffect(() => {
		if (!pdf) return undefined;
		let gone = false;
		let work = null;
		pdf.getPage(number).then((page) => {
			if (gone) return null;
			const { width, height } = page.getViewport({ scale: 1 });
			const box = canvas.current;
			const scale = (box.parentElement.clientWidth / width) * Math.min(window.devicePixelRatio || 1, 2);
			const viewport = page.getViewport({ scale });
			box.width = Math.round(viewport.width);
			box.height = Math.round(viewport.height);
			onSize({ width, height });
			work = page.render({ canvas: box, canvasContext: box.getContext('2d'), viewport });
			return work.promise.then(() => gone || setDrawn(number));
		}).catch(() => {}); // it was given up for another page
		return () => {
			gone = true;
			work?.cancel();
		};
	}, [pdf, number]);
	return drawn === number;
}

const percent = (part, whole) => `${(part / POINT / whole) * 100}%`;

/** One seal on the page. */
function Seal({ place, name, size, onChange, onRemove }) {
	const grip = useRef(null);
	/** The pointer takes the seal, or its corner, along. */
	function take(e, sizing) {
		if (e.button !== 0) return;
		e.preventDefault();
		e.stopPropagation();
		grip.current.focus();
		const sheet = grip.current.parentElement.getBoundingClientRect();
		const points = (size.width / sheet.width) * POINT;
		const from = { x: e.clientX, y: e.clientY };
		const target = e.currentTarget;
		target.setPointerCapture(e.pointerId);
		const move = (m) => {
			const dx = (m.clientX - from.x) * points;
			const dy = (m.clientY - from.y) * points;
			onChange(sizing
				? { ...place, w: place.w + dx, h: place.h + dy, y: place.y - dy }
				: { ...place, x: place.x + dx, y: place.y - dy });
		};
		const done = () => {
			target.removeEventListener('pointermove', move);
			target.removeEventListener('pointerup', done);
			target.removeEventListener('pointercancel', done);
		};
		target.addEventListener('pointermove', move);
		target.addEventListener('pointerup', done);
		target.addEventListener('pointercancel', done);
	}
	function keys(e) {
		if (e.ctrlKey || e.metaKey || e.altKey) return;
		if (e.key === 'Delete' || e.key === 'Backspace') {
			e.preventDefault();
			onRemove();
			return;
		}
		const next = byKey(place, e.key, e.shiftKey);
		if (!next) return;
		e.preventDefault();
		onChange(next);
	}
	const { x, y, w, h } = place;
	return html`
		<button
			type="button"
			ref=${grip}
			class=${`place-seal place-${place.party}`}
			data-testid="place-seal"
			data-party=${place.party}
			data-nth=${place.nth}
			aria-label=${t('place.seal', {
				name,
				x: millimetres(x),
				y: millimetres(y),
				w: millimetres(w),
				h: millimetres(h),
			})}
			aria-describedby="place-keys"
			style=${{
				left: percent(x, size.width),
				bottom: percent(y, size.height),
				width: percent(w, size.width),
				height: percent(h, size.height),
			}}
			onPointerDown=${(e) => take(e, false)}
			onKeyDown=${keys}
		>
			<span class="place-name">${name}</span>
			<span class="place-corner" aria-hidden="true" onPointerDown=${(e) => take(e, true)}></span>
		</button>
	`;
}

/** The strip of a 騎縫章 on the right edge: its height is set beside the picture. */
const Edge = ({ place, name, size, sheets }) => {
	const side = 85 * POINT;
	return html`
		<span
			class=${`place-edge place-${place.party}`}
			data-testid="place-edge"
			title=${name}
			aria-hidden="true"
			style=${{
				right: 0,
				bottom: percent((size.height * POINT - side) * (place.rise / 100), size.height),
				width: percent(side / Math.min(sheets, 8), size.width),
				height: percent(side, size.height),
			}}
		></span>
	`;
};

/**
 * @param {{ document: any, page: number, seals: { place: any, name: string }[], edges: { place: any, name: string }[],
 *     onChange: (place: any) => void, onRemove: (place: any) => void }} props
 */
export function PlacePage({ document: document_, page, seals, edges, onChange, onRemove }) {
	const canvas = useRef(null);
	const [size, setSize] = useState(/** @type {import('./place-state.js').Size | null} */ (null));
	const { pdf, error } = usePdf(document_);
	const drawn = usePicture(pdf, page, canvas, setSize);
	return html`
		<div class="place-frame">
			<${ErrorAlert} error=${error && { code: 'document_unreadable' }} />
			<div
				class="place-sheet"
				role="group"
				aria-label=${t('place.sheet', { name: document_.name, page })}
				data-testid="place-sheet"
				data-drawn=${drawn ? page : 0}
			>
				<canvas ref=${canvas} aria-hidden="true"></canvas>
				${!drawn && !error && html`<div class="place-wait"><${Loading} /></div>`}
				${size && edges.map((e) => html`
					<${Edge} key=${e.name} ...${e} size=${size} sheets=${document_.pages} />
				`)}
				${size && seals.map((s) => html`
					<${Seal}
						key=${s.place.party + s.place.organizationId + s.place.nth}
						...${s}
						size=${size}
						onChange=${(place) => onChange(fit({ ...place, anchor: '' }, size))}
						onRemove=${() => onRemove(s.place)}
					/>
				`)}
			</div>
		</div>
	`;
}
