// The pieces that pages are made of.
import {
	html, useEffect, useLayoutEffect, useRef, useState, useContext, createContext,
} from '../vendor/preact.js';
import { t, errorText } from './i18n.js';
import { chapterOf } from './help.js';
import { href, parse } from './router.js';

/** @type {import('preact').Context<any>} */
export const Session = createContext(null); // {member, platformName, uploadLimit, requireRead, renewals, …} or null

/** May the member of the session use what needs this role, or one of these? */
export const may = (session, role) => !role || [role].flat().some((r) => session.member.roles.includes(r));

export const Icon = ({ name }) => html`
	<span class="icon" aria-hidden="true" style=${{ '--icon': `url("/vendor/icons/${name}.svg")` }}></span>
`;

let ids = 0;
export function useId(prefix = 'f') {
	const ref = useRef(null);
	if (ref.current === null) ref.current = `${prefix}${++ids}`;
	return ref.current;
}

/** The focus goes to the first field that is wrong, once it is drawn. */
export const focusWrong = () =>
	requestAnimationFrame(() => {
		const wrong = document.querySelector('.field-bad :is(input, select, textarea, button)');
		if (wrong instanceof HTMLElement) wrong.focus();
	});

/** One user action: run(fn) shows it is busy, cannot run twice, and keeps its error. */
export function useAction() {
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState(null);
	const running = useRef(false);
	async function run(fn) {
		if (running.current) return undefined;
		running.current = true;
		setBusy(true);
		setError(null);
		try {
			return await fn();
		} catch (e) {
			setError(e);
			return undefined;
		} finally {
			running.current = false;
			setBusy(false);
		}
	}
	return { run, busy, error, setError };
}

/** @typedef {{ data: any, error: any, loading: boolean }} Loaded */

/** Loads when `key` changes: {data, error, loading, reload}. Old data stays while new comes. */
export function useLoad(load, key) {
	const session = useContext(Session);
	const [state, setState] = useState(/** @type {Loaded} */ ({ data: null, error: null, loading: true }));
	const [turn, setTurn] = useState(0);
	const renewals = session?.renewals ?? 0;
	useEffect(() => {
		const abort = new AbortController();
		setState((s) => ({ ...s, loading: true, error: null }));
		load(abort.signal).then(
			(data) => !abort.signal.aborted && setState({ data, error: null, loading: false }),
			(error) => !abort.signal.aborted && setState((s) => ({ data: s.data, error, loading: false })),
		);
		return () => abort.abort();
	}, [key, turn, renewals]);
	return {
		...state,
		reload: () => setTurn((n) => n + 1),
		setData: (data) => setState((s) => ({ ...s, data })),
	};
}

export function Button({ kind = 'plain', icon, busy, disabled, testid, children, type = 'button', ...rest }) {
	return html`
		<button
			type=${type}
			class=${`button button-${kind}`}
			aria-disabled=${busy ? 'true' : undefined}
			aria-busy=${busy ? 'true' : undefined}
			disabled=${disabled}
			data-testid=${testid}
			...${rest}
			onClick=${(e) => (busy ? e.preventDefault() : rest.onClick?.(e))}
		>
			${busy ? html`<span class="spinner" aria-hidden="true"></span>` : icon && html`<${Icon} name=${icon} />`}
			<span>${children}</span>
		</button>
	`;
}

export const LinkButton = ({ to, query, kind = 'plain', icon, testid, children, ...rest }) => html`
	<a class=${`button button-${kind}`} href=${href(to, query)} data-testid=${testid} ...${rest}>
		${icon && html`<${Icon} name=${icon} />`}
		<span>${children}</span>
	</a>
`;

const ALERT_ICON = {
	error: 'exclamation-octagon-fill',
	warning: 'exclamation-triangle-fill',
	success: 'check-circle-fill',
	info: 'info-circle-fill',
};

export function Alert({ kind = 'info', title, children, code, action }) {
	return html`
		<div
			class=${`alert alert-${kind}`}
			role=${kind === 'error' ? 'alert' : 'status'}
			data-testid=${`alert-${kind}`}
			data-code=${code}
		>
			<${Icon} name=${ALERT_ICON[kind]} />
			<div class="alert-text">
				${title && html`<strong>${title}</strong>`}
				<div>${children}</div>
			</div>
			${action && html`<div class="alert-action">${action}</div>`}
		</div>
	`;
}

/** Codes that say that something is missing on this computer: a page tells how to install it. */
const TO_INSTALL = ['extension_missing', 'host_missing', 'host_outdated', 'host_forbidden'];

export const InstallLink = () => html`
	<${LinkButton} to="/signer/install" icon="download" testid="install-open">
		${t('install.open')}
	<//>
`;

/** An error with what to do next; with `retry`, a button that does it. */
export function ErrorAlert({ error, retry }) {
	if (!error) return null;
	const install = TO_INSTALL.includes(error.code) && html`<${InstallLink} />`;
	const again = retry && html`
		<${Button} testid="retry" onClick=${retry}>
			${t('retry')}
		<//>
	`;
	return html`
		<${Alert} kind="error" code=${error.code} action=${(install || again) && [install, again]}>
			${errorText(error)}
		<//>
	`;
}

export const Loading = () => html`
	<div class="loading" role="status" data-testid="loading">
		<span class="spinner" aria-hidden="true"></span>
		${t('loading')}
	</div>
`;

export const EmptyState = ({ icon = 'inbox', title, children }) => html`
	<div class="empty">
		<${Icon} name=${icon} />
		<p class="empty-title">${title}</p>
		${children}
	</div>
`;

/** A label, its control and its error. `control` gets the attributes that tie them together. */
export function Field({ label, required, hint, error, children, class: extra = '' }) {
	const id = useId();
	const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ') || undefined;
	return html`
		<div class=${`field ${extra} ${error ? 'field-bad' : ''}`}>
			<label for=${id}>
				${required && html`
					<span class="required" aria-hidden="true">
						*
					</span>
				`}
				${label}
			</label>
			${children({
				id,
				'aria-describedby': described,
				'aria-invalid': error ? 'true' : undefined,
				required: required || undefined,
			})}
			${hint && html`
				<p class="hint" id=${`${id}-hint`}>
					${hint}
				</p>
			`}
			${error && html`
				<p class="field-error" id=${`${id}-error`} data-testid="field-error">
					<${Icon} name="exclamation-triangle-fill" />
					${error}
				</p>
			`}
		</div>
	`;
}

/** What a field says, for the paper only: a control would cut it off. Nothing of a password. */
const OnPaper = ({ value, type }) =>
	type !== 'password' && html`<span class="on-paper" aria-hidden="true">${value}</span>`;

export const TextField = ({
	value,
	onInput,
	testid,
	rows,
	type = 'text',
	label,
	required,
	hint,
	error,
	...rest
}) => html`
	<${Field} label=${label} required=${required} hint=${hint} error=${error}>
		${(a) =>
			rows ? html`
				<textarea
					...${a}
					...${rest}
					class="printed"
					rows=${rows}
					value=${value}
					onInput=${(e) => onInput(e.target.value)}
					data-testid=${testid}
				></textarea>
				<${OnPaper} value=${value} />
			` : html`
				<input
					...${a}
					...${rest}
					class="printed"
					type=${type}
					value=${value}
					onInput=${(e) => onInput(e.target.value)}
					data-testid=${testid}
				/>
				<${OnPaper} value=${value} type=${type} />
			`}
	<//>
`;

/** A row of the form that holds no single control (chips, read-only text). */
export function Group({ label, required, hint, error, children, testid }) {
	const id = useId();
	return html`
		<div class=${`field ${error ? 'field-bad' : ''}`} role="group" aria-labelledby=${id} data-testid=${testid}>
			<span class="label" id=${id}>
				${required && html`
					<span class="required" aria-hidden="true">
						*
					</span>
				`}
				${label}
			</span>
			${children}
			${hint && html`<p class="hint">${hint}</p>`}
			${error && html`
				<p class="field-error" role="alert" data-testid="field-error">
					<${Icon} name="exclamation-triangle-fill" />
					${error}
				</p>
			`}
		</div>
	`;
}

/** items: [{id, name, note?}]; the note tells two of one name apart. */
export function Chips({ items, onRemove, testid, children }) {
	const ref = useRef(null);
	function remove(item, i) {
		onRemove(item);
		requestAnimationFrame(() => {
			const left = ref.current?.querySelectorAll('.chip-remove') ?? [];
			(left[Math.min(i, left.length - 1)] ?? ref.current?.querySelector('button'))?.focus();
		});
	}
	return html`
		<div class="chips" ref=${ref}>
			${items.map((item, i) => html`
				<span class="chip" key=${item.id} data-testid=${testid}>
					<span>
						${item.name}
						${item.note && html`${' '}<span class="chip-note">${item.note}</span>`}
					</span>
					${onRemove && html`
						<button
							type="button"
							class="chip-remove"
							data-testid="chip-remove"
							aria-label=${t('remove_named', {
								name: [item.plain ?? item.name, item.note].filter(Boolean).join(' '),
							})}
							onClick=${() => remove(item, i)}
						>
							<${Icon} name="x" />
						</button>
					`}
				</span>
			`)}
			${children}
		</div>
	`;
}

/** People as chips: the account tells two of one masked name apart. */
export const peopleChips = (people) => people.map((p) => ({ ...p, note: p.account }));

const FOCUSABLE = ':is(a[href], button, input, select, textarea, [tabindex]):not(:disabled)';

/** An element and what it stands in. */
function wayOut(element) {
	const way = [];
	for (let e = element; e; e = e.parentElement) way.push(e);
	return way;
}

/** The focus goes to the first of `way`, or, if it is gone, to what can have it nearby. */
function giveBack(way) {
	if (way[0]?.isConnected && way[0] !== document.body) {
		way[0].focus();
		return;
	}
	const near = way.find((e) => e.isConnected && e !== document.body)?.querySelector(FOCUSABLE);
	(near ?? document.getElementById('page-title'))?.focus();
}

/** A modal dialog: the focus stays inside and goes back afterwards to where it was. */
export function Dialog({ title, onClose, children, footer, wide, closable = true }) {
	const ref = useRef(null);
	const id = useId('d');
	useLayoutEffect(() => {
		const dialog = ref.current;
		const way = wayOut(document.activeElement);
		dialog.showModal();
		return () => {
			dialog.close(); // while it is open nothing else takes the focus
			giveBack(way);
		};
	}, []);
	return html`
		<dialog
			ref=${ref}
			class=${wide ? 'dialog dialog-wide' : 'dialog'}
			aria-labelledby=${id}
			data-testid="dialog"
			onCancel=${(e) => {
				e.preventDefault();
				if (closable && e.target === ref.current) onClose();
			}}
		>
			<div class="dialog-head">
				<h2 id=${id}>${title}</h2>
				${closable && html`
					<button type="button" class="icon-button" aria-label=${t('close')} onClick=${onClose}>
						<${Icon} name="x" />
					</button>
				`}
			</div>
			<div class="dialog-body">${children}</div>
			${footer && html`<div class="dialog-foot">${footer}</div>`}
		</dialog>
	`;
}

export function Confirm({ title, text, ok, danger, busy, error, onOk, onCancel }) {
	return html`
		<${Dialog}
			title=${title}
			onClose=${onCancel}
			footer=${html`
					<${Button} testid="confirm-cancel" onClick=${onCancel}>
						${t('cancel')}
					<//>
					<${Button} testid="confirm-ok" kind=${danger ? 'danger' : 'primary'} busy=${busy} onClick=${onOk}>
						${ok}
					<//>
				`}
		>
			<p>${text}</p>
			<${ErrorAlert} error=${error} />
		<//>
	`;
}

/** label: where a page has several. */
export function Pager({ page, pages, size, total, onPage, label = t('pager.label') }) {
	const last = Math.max(1, pages);
	const step = (to, icon, name, off) => html`
		<button
			type="button"
			class="icon-button"
			data-testid=${`pager-${name}`}
			aria-label=${t(`pager.${name}`)}
			aria-disabled=${off ? 'true' : undefined}
			onClick=${() => !off && onPage(to)}
		>
			<${Icon} name=${icon} />
		</button>
	`;
	return html`
		<nav class="pager" aria-label=${label} data-testid="pager">
			${step(1, 'chevron-bar-left', 'first', page <= 1)}
			${step(page - 1, 'chevron-left', 'prev', page <= 1)}
			<span aria-live="polite">${t('pager.text', { page, pages: last, size, total })}</span>
			${step(page + 1, 'chevron-right', 'next', page >= last)}
			${step(last, 'chevron-bar-right', 'last', page >= last)}
		</nav>
	`;
}

/** Filter tabs with counters (they choose what a list shows, so they are buttons). */
export const Tabs = ({ label, items, current, onSelect }) => html`
	<div class="tabs" role="group" aria-label=${label}>
		${items.map((tab) => html`
			<button
				type="button"
				key=${tab.id}
				class="tab"
				aria-pressed=${tab.id === current ? 'true' : 'false'}
				data-testid=${`tab-${tab.id}`}
				onClick=${() => onSelect(tab.id)}
			>
				${tab.text} <span class="count">${tab.count ?? '–'}</span>
			</button>
		`)}
	</div>
`;

/** columns: [{text, cell(row), class?, hidden?}]. On narrow screens each row is a card. */
export function DataTable({ caption, columns, rows, rowKey = (r) => r.id, testid, rowClass }) {
	return html`
		<div class="table-wrap">
			<table class="table" role="table">
				<caption class="visually-hidden">${caption}</caption>
				<thead role="rowgroup">
					<tr role="row">
						${columns.map((c) => html`
							<th role="columnheader" scope="col" class=${c.class}>
								${c.quiet ? html`<span class="visually-hidden">${c.text}</span>` : c.text}
							</th>
						`)}
					</tr>
				</thead>
				<tbody role="rowgroup">
					${rows.map((row) => html`
						<tr role="row" key=${rowKey(row)} data-testid=${testid} class=${rowClass?.(row)}>
							${columns.map((c) => html`
								<td role="cell" class=${c.class} data-label=${c.text}>
									${c.cell(row)}
								</td>
							`)}
						</tr>
					`)}
				</tbody>
			</table>
		</div>
	`;
}

export const Stepper = ({ steps, current }) => html`
	<ol class="stepper">
		${steps.map((step, i) => html`
			<li
				class=${i < current ? 'step step-done' : i === current ? 'step step-now' : 'step'}
				aria-current=${i === current ? 'step' : undefined}
			>
				<span class="step-mark">
					<${Icon} name=${i < current ? 'check-circle-fill' : step.icon} />
				</span>
				<span class="step-text">${step.text}</span>
			</li>
		`)}
	</ol>
`;

export const ProgressBar = ({ value, label }) => html`
	<div class="progress-line">
		<progress max="1" value=${value} aria-label=${label} data-testid="upload-progress"></progress>
		<span class="progress-figure">${Math.round(value * 100)}%</span>
	</div>
`;

export const Badge = ({ kind = 'neutral', children, testid }) => html`
	<span class=${`badge badge-${kind}`} data-testid=${testid}>
		${children}
	</span>
`;

export const Card = ({ title, actions, children, testid, headingId }) => html`
	<section class="card" data-testid=${testid} aria-labelledby=${headingId}>
		${title && html`
			<div class="card-head">
				<h2 id=${headingId}>${title}</h2>
				${actions && html`<div class="card-actions">${actions}</div>`}
			</div>
		`}
		<div class="card-body">${children}</div>
	</section>
`;

/** The way to what the help says of this page. */
function HelpLink() {
	const { path } = parse(location.hash);
	if (path.startsWith('/help')) return null;
	return html`
		<a
			class="help-link"
			href=${href(`/help/${chapterOf(path)}`)}
			aria-label=${t('help.this')}
			title=${t('help.this')}
			data-testid="help-link"
		>
			<${Icon} name="question-circle" />
		</a>
	`;
}

/** Title, breadcrumb and body of a page; focus goes to the title when the page changes. */
export function Page({ title, trail = [], intro, actions, children }) {
	useEffect(() => {
		document.title = `${title}｜${t('app.name')}`;
	}, [title]);
	return html`
			<nav class="breadcrumb" aria-label=${t('breadcrumb')} data-testid="breadcrumb">
				<ol>
					<li>
						<a href="#/">${t('menu.home')}</a>
					</li>
					${trail.map((part) => html`
						<li>
							${part.to ? html`
								<a href=${href(part.to)}>${part.text}</a>
							` : html`
								<span aria-current=${part.now ? 'page' : undefined}>${part.text}</span>
							`}
						</li>
					`)}
				</ol>
			</nav>
			<header class="page-head">
				<div>
					<h1 id="page-title" tabindex="-1" data-testid="page-title">${title}</h1>
					<${HelpLink} />
					${intro && html`<p class="intro">${intro}</p>`}
				</div>
				${actions && html`<div class="page-actions">${actions}</div>`}
			</header>
			${children}
		`;
}
