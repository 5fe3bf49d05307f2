// Documents to read: the list on the left, the one that was chosen on the right, either its
// pages or its history. On a narrow screen the list stands above.
import { html, useRef, useState } from '../vendor/preact.js';
import { fileUrl } from '../shared/api.js';
import { documentName, fileSize } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { Alert, Icon } from '../shared/ui.js';
import { Viewer } from '../viewer/viewer.js';
import { History } from './history.js';

/**
 * @typedef {{ id: string, number?: string, name: string, size: number, revision: number,
 *     withheld?: 'to_sign' | 'all' | null }} Document withheld: only to be read here while one has to sign
 *     it, or not at all
 * @typedef {'document' | 'history'} Pane
 */

/** Which document is shown, and what of it. @param {Document[]} documents @param {Pane} pane */
export function useDesk(documents, pane = 'document') {
	const [state, setState] = useState({ id: documents[0]?.id ?? '', pane });
	const change = (part) => setState((s) => ({ ...s, ...part }));
	return {
		...state,
		show: (/** @type {string} */ id) => change({ id }),
		turn: (/** @type {Pane} */ next) => change({ pane: next }),
	};
}

/** How far the document was read. */
function ReadMark({ read }) {
	const whole = read && read.seen >= read.pages;
	const text = !read
		? t('document.not_opened')
		: whole
			? t('document.read_whole')
			: t('document.read_part', { seen: read.seen, pages: read.pages });
	return html`
		<span
			class=${`read-mark ${whole ? 'read-whole' : read ? 'read-part' : ''}`}
			data-testid="read-mark"
			data-read=${whole ? 'whole' : read ? 'part' : 'none'}
		>
			<${Icon} name=${whole ? 'check2-all' : read ? 'eye-fill' : 'eye-slash'} />
			${text}
		</span>
	`;
}

function Item({ d, place, current, read, mark, tick, about, onShow }) {
	return html`
		<li class=${`desk-item ${current ? 'desk-current' : ''}`} data-testid="sign-row">
			${tick && html`<span class="desk-tick">${tick}</span>`}
			<button
				type="button"
				class="desk-open"
				data-testid="document-open"
				aria-current=${current ? 'true' : undefined}
				onClick=${onShow}
			>
				${about}
				<span class="desk-name">${place}. ${documentName(d.name)}</span>
				<span class="desk-about">
					${d.number && html`<span>${d.number}</span>`}
					<span>${fileSize(d.size)}</span>
				</span>
				<span class="desk-marks">
					${read !== undefined && html`<${ReadMark} read=${read} />`}
					${mark}
				</span>
			</button>
		</li>
	`;
}

/** The head of the chosen document: one back, one on, pages or history, download. */
function Head({ documents, index, pane, onShow, onTurn }) {
	const d = documents[index];
	const step = (to, icon, text, testid) => html`
		<button
			type="button"
			class="icon-button"
			data-testid=${testid}
			aria-label=${t(text)}
			title=${t(text)}
			disabled=${!documents[to]}
			onClick=${() => onShow(documents[to].id)}
		>
			<${Icon} name=${icon} />
		</button>
	`;
	const choice = (id, text, icon, testid) => html`
		<button
			type="button"
			class="desk-pane"
			data-testid=${testid}
			aria-pressed=${pane === id ? 'true' : 'false'}
			onClick=${() => onTurn(id)}
		>
			<${Icon} name=${icon} />
			<span>${t(text)}</span>
		</button>
	`;
	return html`
		<div class="desk-head">
			${documents.length > 1 && html`
				<div class="desk-steps">
					${step(index - 1, 'chevron-left', 'document.previous', 'document-previous')}
					<span aria-live="polite">${index + 1} / ${documents.length}</span>
					${step(index + 1, 'chevron-right', 'document.next', 'document-next')}
				</div>
			`}
			<h3 class="desk-title" data-testid="document-title">${documentName(d.name)}</h3>
			<div class="desk-panes" role="group" aria-label=${t('document.panes')}>
				${choice('document', 'document.view', 'file-earmark-text', 'file-view')}
				${d.number && choice('history', 'history.see', 'clock-history', 'history-open')}
			</div>
			${d.withheld ? html`
				<span class="quiet" data-testid="file-withheld">${t('document.withheld')}</span>
			` : html`
				<a
					class="button button-plain"
					href=${fileUrl(d.id, { revision: d.revision, download: true })}
					data-testid="file-download"
				>
					<${Icon} name="download" />
					<span>${t('download')}</span>
				</a>
			`}
		</div>
	`;
}

/** On paper: the names and numbers, neither pages nor buttons. */
const OnPaper = ({ documents, markOf }) => html`
	<ol class="desk-paper">
		${documents.map((d) => html`
			<li key=${d.id}>
				<span>${documentName(d.name)}</span>
				<span>${d.number}</span>
				<span>${fileSize(d.size)}</span>
				<span>${markOf?.(d)}</span>
			</li>
		`)}
	</ol>
`;

/**
 * listHead stands above the list. Of a document, readOf gives how far it was read (undefined:
 * say nothing), markOf its state, aboutOf what stands above its name, tickOf its checkbox.
 * onRead(document, pages seen, pages). Another historyTurn loads the history anew.
 * @param {{ documents: Document[], desk: ReturnType<typeof useDesk>, historyTurn?: any, listHead?: any,
 *     readOf?: (d: Document) => import('./reading.js').Read | null | undefined,
 *     onRead?: (d: Document, seen: number, pages: number) => void,
 *     markOf?: (d: any) => any, aboutOf?: (d: any) => any,
 *     tickOf?: (d: any) => any, stamp?: { text: string, across: boolean } }} props
 */
export function Desk(props) {
	const { documents, desk, historyTurn = 0, listHead, readOf, onRead, markOf, aboutOf, tickOf, stamp } = props;
	const pane = useRef(null);
	const index = Math.max(0, documents.findIndex((d) => d.id === desk.id));
	const d = documents[index];
	function open(id) {
		desk.show(id);
		// Where the list stands above, the document may be out of sight.
		requestAnimationFrame(() => pane.current?.scrollIntoView({ block: 'nearest' }));
	}
	return html`
		<div class=${`desk ${documents.length > 1 ? '' : 'desk-single'}`}>
			<${OnPaper} documents=${documents} markOf=${markOf} />
			<div class="desk-frame">
				<section class="desk-list" aria-label=${t('document.list')}>
					${listHead}
					<ul data-testid="document-list">
						${documents.map((each, i) => html`
							<${Item}
								key=${each.id}
								d=${each}
								place=${i + 1}
								current=${each.id === d.id}
								read=${readOf?.(each)}
								mark=${markOf?.(each)}
								about=${aboutOf?.(each)}
								tick=${tickOf?.(each)}
								onShow=${() => open(each.id)}
							/>
						`)}
					</ul>
				</section>
				<section class="desk-shown" ref=${pane} aria-label=${documentName(d.name)}>
					<${Head}
						documents=${documents}
						index=${index}
						pane=${desk.pane}
						onShow=${open}
						onTurn=${desk.turn}
					/>
					${desk.pane === 'history' && d.number
						? html`<${History} key=${d.id} documentId=${d.id} turn=${historyTurn} />`
						: d.withheld === 'all'
							? html`
								<div data-testid="document-withheld"><${Alert}>${t('document.withheld_all')}<//></div>
							`
							: html`
								<${Viewer}
									stamp=${stamp}
									key=${`${d.id} ${d.revision}`}
									url=${fileUrl(d.id, { revision: d.revision })}
									name=${documentName(d.name)}
									size=${d.size}
									onDrawn=${(seen, pages) => onRead?.(d, seen.size, pages)}
								/>
							`}
				</section>
			</div>
		</div>
	`;
}
