// What is done to several contracts at once: ticked in the list, over its pages; one after the other, with a result
// for each. Each is the same request as on the contract's own page, so the same rules answer.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { post, put } from '../shared/api.js';
import { FormDialog } from '../shared/form-dialog.js';
import { errorText, t } from '../shared/i18n.js';
import { keep, kept } from '../shared/keep.js';
import { Alert, Button, Field, Icon, TextField } from '../shared/ui.js';

const MOST = 100;

/** The ticks of a list, which outlive its pages, and the column that shows them. */
export function useTicked(name) {
	const [rows, setRows] = useState(/** @type {() => Map<string, any>} */ (() => new Map(kept(name) ?? [])));
	function set(entries) {
		const next = new Map(entries.slice(0, MOST));
		setRows(next);
		keep(name, [...next]);
	}
	const put_ = (some) => set([...rows, ...some.map(({ id, number, title }) => [id, { id, number, title }])]);
	const drop = (id) => set([...rows].filter(([other]) => other !== id));
	const column = {
		text: t('bulk.tick'),
		class: 'tick-cell',
		quiet: true,
		cell: (c) => html`
			<label class="tick">
				<input
					type="checkbox"
					data-testid="bulk-tick"
					checked=${rows.has(c.id)}
					disabled=${!rows.has(c.id) && rows.size >= MOST}
					aria-label=${t('bulk.tick_this', { number: c.number })}
					onChange=${(e) => (e.target.checked ? put_([c]) : drop(c.id))}
				/>
			</label>
		`,
	};
	return { rows: [...rows.values()], put: put_, clear: () => set([]), column };
}

function DeadlineFields({ value, onChange, error }) {
	return html`
		<${Field} label=${t('life.date')} required error=${error?.field === 'date' && errorText(error)}>
			${(a) => html`
				<input
					...${a}
					type="date"
					value=${value.date}
					data-testid="bulk-date"
					onInput=${(e) => onChange({ ...value, date: e.target.value })}
				/>
			`}
		<//>
		<label class="choice">
			<input
				type="checkbox"
				checked=${value.hard}
				onChange=${(e) => onChange({ ...value, hard: e.target.checked })}
			/>
			${t('life.hard')}
		</label>
	`;
}

const ReasonField = ({ value, onChange, error }) => html`
	<${TextField}
		label=${t('life.void_reason')}
		required
		rows="3"
		maxLength="2000"
		value=${value.reason}
		onInput=${(reason) => onChange({ ...value, reason })}
		error=${error?.field === 'reason' && errorText(error)}
		testid="bulk-reason"
	/>
`;

const missing = (field) => Object.assign(new Error(), { code: 'field_required', field });

/** What can be done: its button, its dialog's fields, and the request for one contract. */
const ACTIONS = {
	remind: { icon: 'bell', text: 'life.remind', about: 'bulk.remind', first: {}, ready: () => null, fields: null,
		of: (c) => post(`/contracts/${c.id}/remind`, {}) },
	deadline: { icon: 'calendar-event', text: 'life.set_deadline', about: 'bulk.deadline',
		first: { date: '', hard: false }, ready: (v) => (v.date ? null : 'date'), fields: DeadlineFields,
		of: (c, v) => put(`/contracts/${c.id}/deadline`, v) },
	void: { icon: 'slash-circle', text: 'life.void', about: 'bulk.void', danger: true, first: { reason: '' },
		ready: (v) => (v.reason.trim() ? null : 'reason'), fields: ReasonField,
		of: (c, v) => post(`/contracts/${c.id}/void`, { reason: v.reason.trim() }) },
};

function ActionDialog({ name, rows, onGo, onClose }) {
	const action = ACTIONS[name];
	const [value, setValue] = useState(action.first);
	return html`
		<${FormDialog}
			tag="bulk"
			danger=${action.danger}
			title=${t(action.text)}
			text=${t(action.about, { n: rows.length })}
			ok=${t('bulk.go', { n: rows.length })}
			atField=${(error) => Boolean(error.field)}
			submit=${async () => {
				const lacks = action.ready(value);
				if (lacks) throw missing(lacks);
				onGo((c) => action.of(c, value));
			}}
			onClose=${onClose}
		>
			${(error) => html`
				<ul class="plain bulk-list">
					${rows.map((c) => html`<li key=${c.id}><strong>${c.number}</strong> ${c.title}</li>`)}
				</ul>
				${action.fields && html`<${action.fields} value=${value} onChange=${setValue} error=${error} />`}
			`}
		<//>
	`;
}

/** One after the other; stops where one says. */
function useRun(onDone) {
	const [lines, setLines] = useState([]);
	const [busy, setBusy] = useState(false);
	const stopped = useRef(false);
	async function run(rows, one) {
		stopped.current = false;
		setBusy(true);
		setLines(rows.map((c) => ({ c, state: 'left' })));
		for (const [i, c] of rows.entries()) {
			if (stopped.current) break;
			const line = await one(c).then(() => ({ c, state: 'done' }), (error) => ({ c, state: 'failed', error }));
			setLines((all) => all.map((old, k) => (k === i ? line : old)));
		}
		setBusy(false);
		onDone();
	}
	return { lines, busy, run, stop: () => (stopped.current = true), clear: () => setLines([]) };
}

const MARK = { done: 'check-circle-fill', failed: 'exclamation-triangle-fill', left: 'hourglass-split' };

function Results({ run }) {
	const count = (state) => run.lines.filter((l) => l.state === state).length;
	if (run.lines.length === 0) return null;
	return html`
		<div class="bulk-results" data-testid="bulk-results" data-busy=${String(run.busy)}>
			<${Alert}
				kind=${count('failed') > 0 ? 'warning' : run.busy ? 'info' : 'success'}
				title=${t('bulk.result', { done: count('done'), failed: count('failed'), left: count('left') })}
				action=${run.busy
					? html`<${Button} testid="bulk-stop" onClick=${run.stop}>${t('bulk.stop')}<//>`
					: html`<${Button} testid="bulk-close" onClick=${run.clear}>${t('bulk.close')}<//>`}
			>
				<ul class="plain">
					${run.lines.map(({ c, state, error }) => html`
						<li key=${c.id} data-testid="bulk-line" data-state=${state}>
							<${Icon} name=${MARK[state]} /> <strong>${c.number}</strong>${' '}
							${error ? errorText(error) : t(`bulk.${state}`)}
						</li>
					`)}
				</ul>
			<//>
		</div>
	`;
}

/**
 * Above a list: how many are ticked, and what to do with them. Esc takes the ticks away.
 * @param {{ ticked: ReturnType<typeof useTicked>, here: any[], onDone: () => void }} props here: the page's rows
 */
export function BulkBar({ ticked, here, onDone }) {
	const [open, setOpen] = useState(null);
	const run = useRun(onDone);
	const n = ticked.rows.length;
	useEffect(() => {
		const esc = (e) => e.key === 'Escape' && !open && !document.querySelector('dialog[open]') && ticked.clear();
		addEventListener('keydown', esc);
		return () => removeEventListener('keydown', esc);
	}, [open]);
	return html`
		<div class="batch-bar" role="group" aria-label=${t('bulk.bar')} data-testid="bulk-bar">
			<p role="status" data-testid="bulk-count">${t('bulk.chosen', { n })}</p>
			<${Button} testid="bulk-page" onClick=${() => ticked.put(here)}>${t('bulk.page')}<//>
			${n > 0 && html`
				<${Button} testid="bulk-none" disabled=${run.busy} onClick=${ticked.clear}>${t('bulk.none')}<//>
				${Object.entries(ACTIONS).map(([name, action]) => html`
					<${Button}
						key=${name}
						icon=${action.icon}
						testid=${`bulk-${name}`}
						disabled=${run.busy}
						onClick=${() => setOpen(name)}
					>
						${t(action.text)}
					<//>
				`)}
			`}
		</div>
		<${Results} run=${run} />
		${open && html`
			<${ActionDialog}
				name=${open}
				rows=${ticked.rows}
				onClose=${() => setOpen(null)}
				onGo=${(one) => {
					setOpen(null);
					run.run(ticked.rows, one);
				}}
			/>
		`}
	`;
}
