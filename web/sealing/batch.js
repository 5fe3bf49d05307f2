// Many contracts one after the other: read on the desk (the list left, the page right), then signed
// with one PIN; a result for each, and what is left can be gone on with.
import { html, useContext, useEffect, useMemo, useRef, useState } from '../vendor/preact.js';
import { Desk, useDesk } from '../document/desk.js';
import { useReading } from '../document/reading.js';
import { stampOf } from '../life/stamp.js';
import { Certificates, usable } from '../message/signing.js';
import { ChooseSeal } from '../seal/choose.js';
import { Tick, TicksHead, openTasks, useTicks } from '../message/ticks.js';
import { get, post } from '../shared/api.js';
import { documentName } from '../shared/format.js';
import { t, errorText } from '../shared/i18n.js';
import { useLeaveGuard } from '../shared/leave.js';
import { Preflight, usePreflight } from '../signer/preflight.js';
import {
	Alert, Badge, Button, Card, EmptyState, ErrorAlert, LinkButton, Loading, Page, ProgressBar, Session, TextField,
	useAction, useLoad,
} from '../shared/ui.js';
import { makeRun, oneGo } from './batch-run.js';
import { choose, chosenOf } from './choice.js';

const KIND = { done: 'good', failed: 'bad', made: 'warn', preparing: 'warn', held: 'warn', sending: 'warn' };

/** All that the messages ask for, as one desk. */
function merge(items) {
	const documents = items.map((item) => ({ ...item.document, item }));
	const tasks = items.map((item) => ({ id: item.taskId, documentId: item.document.id, state: item.state }));
	return { documents, tasks };
}

/** Ticked tasks by message, in their order. @returns {import('./batch-run.js').Ask[]} */
function asksOf(ticked) {
	const asks = new Map();
	for (const { task, document } of ticked) {
		const { messageId, contractNumber, subject } = document.item;
		const ask = asks.get(messageId) ?? { id: messageId, number: contractNumber, subject, tasks: [] };
		ask.tasks.push(task.id);
		asks.set(messageId, ask);
	}
	return [...asks.values()];
}

/** What became of a message in this batch, else the state of the task. */
function Mark({ item, line }) {
	if (line)
		return html`
			<${Badge} kind=${KIND[line.stage] ?? 'neutral'} testid=${`batch-${line.stage}`}>
				${t(`batch.stage_${line.stage}`)}
			<//>
		`;
	return item.state === 'signed' && html`<${Badge} kind="good" testid="batch-done">${t('batch.stage_done')}<//>`;
}

const About = ({ d }) => html`
	<span class="batch-contract">${d.item.contractNumber}${'　'}${d.item.contractTitle}</span>
`;

/** The first look at a document is reading its message: the sender sees that. */
function useMarkRead() {
	const told = useRef(new Set());
	return (messageId) => {
		if (told.current.has(messageId)) return;
		told.current.add(messageId);
		get(`/messages/${messageId}`).catch(() => told.current.delete(messageId));
	};
}

/** What failed stands first. */
const failedFirst = (lines) => (a, b) =>
	Number(lines.get(b.id).stage === 'failed') - Number(lines.get(a.id).stage === 'failed');

function Results({ asks, lines }) {
	const some = asks.filter((ask) => lines.has(ask.id)).sort(failedFirst(lines));
	return html`
		<ol
			class="batch-results"
			tabindex="0"
			aria-label=${t('batch.results')}
			hidden=${some.length === 0}
			data-testid="batch-results"
		>
			${some.map((ask) => {
				const line = lines.get(ask.id);
				return html`
					<li key=${ask.id} data-testid="batch-result" data-stage=${line.stage}>
						<span class="strong">${ask.number}</span>
						<${Badge} kind=${KIND[line.stage] ?? 'neutral'}>${t(`batch.stage_${line.stage}`)}<//>
						<span>
							${line.answer?.messageNumber}
							${line.answer && ` ${t(`state.${line.answer.contractState}`)}`}
							${line.error && errorText(line.error)}
						</span>
					</li>
				`;
			})}
		</ol>
	`;
}

/** How far it is: nothing while nothing was begun. */
function Progress({ asks, lines, busy, why }) {
	const done = asks.filter((ask) => lines.get(ask.id)?.stage === 'done').length;
	const failed = asks.filter((ask) => lines.get(ask.id)?.stage === 'failed').length;
	const left = asks.length - done - failed;
	if (lines.size === 0) return null;
	const now = asks.find((ask) => ['preparing', 'sending'].includes(lines.get(ask.id)?.stage));
	return html`
		<div data-testid="batch-progress" data-done=${done} data-failed=${failed} data-left=${left}>
			${busy ? html`
				<${ProgressBar} value=${done / asks.length} label=${t('batch.progress')} />
				<p class="stage" role="status">
					${now
						? t(`batch.now_${lines.get(now.id).stage}`, { number: now.number })
						: t('sign.signing')}
				</p>
			` : html`
				<${Alert}
					kind=${failed + left > 0 ? 'warning' : 'success'}
					title=${t('batch.sum', { done, failed, left })}
				>
					${why && errorText(why)}${left > 0 && ` ${t('batch.go_on_hint')}`}
				<//>
			`}
		</div>
	`;
}

function Go({ ticks, seal, asks, batch, onDone }) {
	const certificates = useLoad((signal) => get('/certificates', { size: 50 }, signal), 'certificates');
	const mine = (certificates.data?.items ?? []).filter(usable);
	const [chosen, setChosen] = useState('');
	const [picture, setPicture] = useState('');
	const [text, setText] = useState(t(seal ? 'batch.body_seal' : 'batch.body_sign'));
	const [goOn, setGoOn] = useState(true);
	const [errors, setErrors] = useState({});
	const [why, setWhy] = useState(null);
	const action = useAction();
	const flight = usePreflight(!action.busy);
	const certificate = chosen || (mine.length === 1 ? mine[0].id : '');
	const left = asks.filter((ask) => batch.lines.get(ask.id)?.stage !== 'done').length;
	const begun = batch.lines.size > 0;
	const now = oneGo(asks.filter((ask) => batch.lines.get(ask.id)?.stage !== 'done')).length;
	const guard = useLeaveGuard(action.busy);
	function send(e) {
		e.preventDefault();
		const bad = {
			body: !text.trim() && t('error.field_required'),
			certificate: !certificate && t('sign.choose_certificate'),
			none: left === 0 && t('sign.nothing_chosen'),
		};
		setErrors(bad);
		if (bad.body || bad.certificate || bad.none) return;
		action.run(async () => {
			setWhy(null);
			setWhy(await batch.run(asks, { certificateId: certificate, sealId: picture, body: text.trim(), goOn }));
			onDone();
		});
	}
	return html`
		<form class="card reply" onSubmit=${send} noValidate aria-labelledby="batch-go">
			<div class="card-head"><h2 id="batch-go">${t(seal ? 'batch.go_seal' : 'batch.go_sign')}</h2></div>
			<div class="card-body">
				<p data-testid="batch-summary">
					<strong>${t('batch.will', { contracts: asks.length, documents: ticks.ticked.length })}</strong>
					${now < left && html`<span class="quiet"> ${t('batch.part', { n: now })}</span>`}
				</p>
				<${TextField}
					label=${t('reply.body')}
					required
					rows="2"
					value=${text}
					onInput=${setText}
					error=${errors.body}
					maxLength="4000"
					testid="batch-body"
				/>
				<${ErrorAlert} error=${certificates.error} retry=${certificates.reload} />
				${certificates.data && mine.length === 0 ? html`
					<${Alert}
						kind="warning"
						action=${html`
							<${LinkButton} to="/certificates/new" icon="plus-lg">${t('certificate.new')}<//>
						`}
					>
						${t('sign.no_certificate')}
					<//>
				` : html`
					<${Certificates}
						list=${mine}
						value=${certificate}
						onChange=${(id) => {
							setChosen(id);
							setPicture('');
						}}
						error=${errors.certificate}
					/>
					<${ChooseSeal} certificate=${certificate} value=${picture} onChange=${setPicture} />
				`}
				<label class="choice">
					<input
						type="checkbox"
						checked=${goOn}
						data-testid="batch-on-error"
						onChange=${(e) => setGoOn(e.target.checked)}
					/>
					<span>${t('batch.on_error')}</span>
				</label>
				<p class="strong">${t('sign.card_needed')}</p>
				<${Preflight} flight=${flight} />
				${errors.none && html`<${Alert} kind="error">${errors.none}<//>`}
				<${ErrorAlert} error=${action.error} />
				<${Progress} asks=${asks} lines=${batch.lines} busy=${action.busy} why=${why} />
				<${Results} asks=${asks} lines=${batch.lines} />
			</div>
			<div class="form-foot">
				<span class="spring"></span>
				${action.busy && html`
					<${Button} testid="batch-stop" icon="slash-circle" onClick=${batch.stop}>${t('batch.stop')}<//>
				`}
				${(left > 0 || !begun) && html`
					<${Button} kind="seal" type="submit" icon="pen" busy=${action.busy} testid="batch-send">
						${begun ? t('batch.go_on', { n: left }) : t('sign.send')}
					<//>
				`}
			</div>
			${guard}
		</form>
	`;
}

/** The run of this page, and the line of each message as it changes. */
function useBatch() {
	const [lines, setLines] = useState(/** @type {Map<string, any>} */ (new Map()));
	const run = useMemo(() => makeRun((id, line) => setLines((all) => new Map(all).set(id, line))), []);
	useEffect(
		() => () => {
			run.drop();
		},
		[],
	);
	return { ...run, lines };
}

function Body({ items, seal }) {
	const { requireRead } = useContext(Session);
	const m = useMemo(() => merge(items), [items]);
	const reading = useReading(m.documents);
	const ticks = useTicks(m, reading, requireRead);
	const desk = useDesk(m.documents);
	const batch = useBatch();
	const markRead = useMarkRead();
	const [turn, setTurn] = useState(0);
	const shown = m.documents.find((d) => d.id === desk.id) ?? m.documents[0];
	const asks = asksOf(ticks.ticked);
	const waiting = openTasks(m).length;
	useEffect(() => markRead(shown.item.messageId), [shown.item.messageId]);
	function done() {
		setTurn((n) => n + 1);
		document.querySelector('[data-testid=batch-progress]')?.scrollIntoView({ block: 'nearest' });
	}
	const rowOf = (d) => ticks.rows.find((row) => row.document.id === d.id);
	return html`
		${seal && html`<p class="note note-warning card-note">${t('sealing.card_note')}</p>`}
		<${Card} title=${t('batch.read', { n: m.documents.length })} headingId="files">
			<${Desk}
				documents=${m.documents}
				desk=${desk}
				historyTurn=${turn}
				listHead=${waiting > 0 && html`<${TicksHead} ticks=${ticks} seal=${seal} />`}
				readOf=${(d) => (rowOf(d) ? reading.of(d) : undefined)}
				onRead=${reading.note}
				stamp=${stampOf(shown.item.contractState)}
				aboutOf=${(d) => html`<${About} d=${d} />`}
				markOf=${(d) => html`<${Mark} item=${d.item} line=${batch.lines.get(d.item.messageId)} />`}
				tickOf=${(d) => rowOf(d) && !batch.lines.get(d.item.messageId)?.answer && html`
					<${Tick}
						ticks=${ticks}
						row=${{ ...rowOf(d), document: { name: `${d.item.contractNumber} ${documentName(d.name)}` } }}
					/>
				`}
			/>
		<//>
		${waiting > 0 && html`<${Go} ticks=${ticks} seal=${seal} asks=${asks} batch=${batch} onDone=${done} />`}
	`;
}

function Batch({ seal }) {
	const chosen = useMemo(() => chosenOf(seal), [seal]);
	const loaded = useLoad(
		() => (chosen.length > 0 ? post('/signings/asked', { messages: chosen }) : Promise.resolve({ items: [] })),
		String(seal),
	);
	const back = seal ? '/sealing' : '/received';
	const title = t(seal ? 'batch.title_seal' : 'batch.title_sign');
	const trail = seal
		? [{ text: t('menu.sealing'), to: back }, { text: title, now: true }]
		: [{ text: t('menu.documents') }, { text: t('menu.received'), to: back }, { text: title, now: true }];
	// What was done is not offered again when one comes back to the list.
	useEffect(() => {
		const { items } = loaded.data ?? {};
		const open = (items ?? []).filter((item) => openTasks({ tasks: [item] }).length > 0);
		if (items) choose(seal, [...new Set(open.map((item) => item.messageId))]);
	}, [loaded.data]);
	return html`
		<${Page}
			title=${title}
			intro=${t('batch.intro')}
			trail=${trail}
			actions=${html`
				<${LinkButton} to=${back} query=${{ tab: seal ? 'pending' : 'to_sign' }}>${t('back_list')}<//>
			`}
		>
			<${ErrorAlert} error=${loaded.error} retry=${loaded.reload} />
			${!loaded.data
				? loaded.loading && html`<${Loading} />`
				: loaded.data.items.length === 0
					? html`<${EmptyState} title=${t('batch.empty')} />`
					: html`<${Body} items=${loaded.data.items} seal=${seal} />`}
		<//>
	`;
}

export const SealingBatch = () => html`<${Batch} seal />`;
export const SigningBatch = () => html`<${Batch} seal=${false} />`;
