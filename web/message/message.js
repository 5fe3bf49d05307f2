// 訊息內容: received or sent; the PDF is seen before one signs.
import { html, useContext, useState } from '../vendor/preact.js';
import { Desk, useDesk } from '../document/desk.js';
import { useReading } from '../document/reading.js';
import { get } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { ContractStanding, ReturnButton } from '../life/return.js';
import { stampOf } from '../life/stamp.js';
import { useLeaveGuard } from '../shared/leave.js';
import { Alert, Badge, Button, Card, ErrorAlert, LinkButton, Loading, Page, Session, useLoad } from '../shared/ui.js';
import { Facts } from './facts.js';
import { Links } from '../life/links.js';
import { LetterActions, LetterStanding, Readers, Thread } from './letter-view.js';
import { Reply } from './reply.js';
import { Signed } from './signed.js';
import { Tick, TicksHead, openTasks, useTicks } from './ticks.js';

const STATE_KIND = { signed: 'good', ready: 'seal', read: 'seal', prepared: 'warn' };

/** The state of my task on a document; nothing where I have none. */
function TaskMark({ task }) {
	if (!task) return null;
	const word = task.kind === 'sealer' && task.state !== 'signed' ? `seal_${task.state}` : task.state;
	return html`
		<span class="state">
			<${Badge} kind=${STATE_KIND[task.state] ?? 'neutral'}>
				${t(`task.${word}`)}
			<//>
			${task.signedAt && html`<span class="quiet">${dateTime(task.signedAt)}</span>`}
		</span>
	`;
}

function Documents({ m, papers, seal, desk, reading, ticks, turn }) {
	const taskOf = (d) => m.tasks.find((task) => task.documentId === d.id);
	const rowOf = (d) => ticks.rows.find((row) => row.document.id === d.id);
	return html`
		<${Card} title=${t('message.files_heading')} headingId="files">
			<${Desk}
				documents=${papers}
				desk=${desk}
				historyTurn=${turn}
				stamp=${stampOf(m.contractState)}
				listHead=${ticks.rows.length > 0 && html`<${TicksHead} ticks=${ticks} seal=${seal} />`}
				readOf=${(d) => (rowOf(d) ? reading.of(d) : undefined)}
				onRead=${reading.note}
				markOf=${(d) => html`<${TaskMark} task=${taskOf(d)} />`}
				tickOf=${(d) => rowOf(d) && html`<${Tick} ticks=${ticks} row=${rowOf(d)} />`}
			/>
		<//>
	`;
}

const ReplyBar = ({ m, seal, left, onOpen, onReturned }) => html`
	<div class="reply-bar">
		<p>${left > 0 ? t('reply.hint_left', { n: left }) : t(seal ? 'reply.hint_seal' : 'reply.hint')}</p>
		${!m.letter && html`<${ReturnButton} id=${m.id} onReturned=${onReturned} />`}
		<${Button} kind="seal" icon="pen" testid="reply-open" onClick=${onOpen}>${t('reply')}<//>
	</div>
`;

function Body({ m, seal, reload }) {
	const { requireRead } = useContext(Session);
	const papers = m.documents.filter((d) => d.format === 'pdf'); // what else is attached is saved, not shown
	const reading = useReading(papers);
	const ticks = useTicks(m, reading, requireRead);
	const desk = useDesk(papers);
	const [replying, setReplying] = useState(false);
	const [text, setText] = useState('');
	const [result, setResult] = useState(null);
	const [back, setBack] = useState(null);
	const left = openTasks(m).length;
	const guard = useLeaveGuard(left > 0 && text.trim() !== '' && text !== result?.body);

	function signed(answer) {
		const documents = ticks.ticked.map((row) => row.document);
		const rest = ticks.rows.filter((row) => !row.ticked).map((row) => row.document);
		setResult({ ...answer, body: text, documents, rest });
		setReplying(false);
		desk.show(documents[0].id);
		desk.turn('history');
		reload();
		scrollTo(0, 0);
	}
	function returned(answer) {
		setBack(answer.messageNumber);
		reload();
		scrollTo(0, 0);
	}
	const waiting = m.kind === 'notice' || m.kind === 'sealing' || left > 0;
	return html`
		${back && html`
			<div data-testid="return-done">
				<${Alert} kind="success">${t('life.return_done', { number: back })}<//>
			</div>
		`}
		${m.letter
			? html`<${LetterStanding} letter=${m.letter} />`
			: html`<${ContractStanding} state=${m.contractState} />`}
		${result && html`<${Signed} result=${result} seal=${seal} />`}
		${seal && html`
			<p class="note note-warning card-note" data-testid="card-note">${t('sealing.card_note')}</p>
		`}
		<${Card} title=${t('message.heading')} headingId="facts">
			<${Facts} m=${m} attachments=${waiting && !m.letter ? 'message.references' : 'message.attachments'} />
			${m.letter && !replying && html`<${LetterActions} m=${m} reload=${reload} />`}
		<//>
		${m.contractNumber && html`<${Links} of=${`/messages/${m.id}`} />`}
		${papers.length > 0 && html`
			<${Documents}
				m=${m}
				papers=${papers}
				seal=${seal}
				desk=${desk}
				reading=${reading}
				ticks=${ticks}
				turn=${result?.documents.length ?? 0}
			/>
		`}
		${m.letter?.mine && html`<${Readers} letter=${m.letter} />`}
		${m.letter?.thread.length > 1 && html`<${Thread} letter=${m.letter} now=${m.id} />`}
		${left > 0 && m.canReply && (replying
			? html`
				<${Reply}
					ticks=${ticks}
					seal=${seal}
					text=${text}
					onText=${setText}
					onSigned=${signed}
					onClose=${() => setReplying(false)}
				/>
			`
			: html`
				<${ReplyBar}
					m=${m}
					seal=${seal}
					left=${result ? left : 0}
					onOpen=${() => setReplying(true)}
					onReturned=${returned}
				/>
			`)}
		${guard}
	`;
}

/** sent: opened from 已傳送文件, where it leads back to. */
export function Message({ id, query = /** @type {any} */ ({}), seal: dressed = false, sent = false }) {
	const message = useLoad((signal) => get(`/messages/${id}`, {}, signal), id);
	const m = message.data;
	const seal = dressed || (!sent && m?.kind === 'sealing');
	const list = sent ? 'sent' : 'received';
	const trail = seal
		? [{ text: t('menu.sealing'), to: '/sealing' }, { text: t('sealing.work'), now: true }]
		: [
				{ text: t('menu.documents') },
				{ text: t(`menu.${list}`), to: `/${list}` },
				{ text: t('message.title'), now: true },
			];
	return html`
		<${Page}
			title=${t(seal ? 'sealing.work' : 'message.title')}
			trail=${trail}
			intro=${seal && t('sealing.work_intro')}
			actions=${html`<${LinkButton} to=${seal ? '/sealing' : `/${list}`}>${t('back_list')}<//>`}
		>
			${query.sent && html`
				<${Alert} kind="success" title=${t('letter.sent')}>
					${t('letter.sent_text', { number: query.sent })}
				<//>
			`}
			<${ErrorAlert} error=${message.error} retry=${message.reload} />
			${!m
				? !message.error && html`<${Loading} />`
				: html`<${Body} key=${m.id} m=${m} seal=${seal} reload=${message.reload} />`}
		<//>
	`;
}
