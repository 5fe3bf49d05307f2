// 訊息內容: received or sent; the PDF is seen before one signs.
import { html, useState } from '../vendor/preact.js';
import { fileUrl, get } from '../shared/api.js';
import { dateTime, documentName, fileSize } from '../shared/format.js';
import { History } from './history.js';
import { t } from '../shared/i18n.js';
import { Reply } from './reply.js';
import { href } from '../shared/router.js';
import {
	Alert, Badge, Button, Card, DataTable, ErrorAlert, Icon, LinkButton, Loading, Page, useLoad,
} from '../shared/ui.js';
import { Viewer } from '../viewer/viewer.js';

const OPEN = ['ready', 'read', 'prepared'];
const STATE_KIND = { signed: 'good', ready: 'seal', read: 'seal', prepared: 'warn' };

const Download = ({ d }) => html`
		<a href=${fileUrl(d.id, { revision: d.revision, download: true })} data-testid="attachment">
			<${Icon} name="file-earmark-pdf" />
			${documentName(d.name)}
		</a>${' '}
		<span class="quiet">${fileSize(d.size)}</span>
	`;

function Facts({ m, attachments }) {
	const row = (label, value, testid) =>
		value && html`
				<dt>${label}</dt>
				<dd data-testid=${testid}>${value}</dd>
			`;
	return html`
		<dl class="facts">
			${row(t('sender'), m.sender, 'message-sender')}
			${m.recipients?.length > 0 && row(t('recipient'), m.recipients.join('、'), 'message-recipients')}
			${row(t('message.number'), m.number, 'message-number')}
			${row(
				t('contract.number'),
				m.contractId ? html`
					<a href=${href(`/contracts/${m.contractId}`)}>${m.contractNumber}</a>
				` : (
					m.contractNumber
				),
				'message-contract-number',
			)}
			${row(t('contract.title'), m.contractTitle, 'message-contract-title')}
			${row(t('message.sent_at'), dateTime(m.sentAt), 'message-sent-at')}
			${m.original &&
				row(
					t('message.original'),
					html`<span>
						${m.original.number}（${dateTime(m.original.sentAt)}）
					</span>`,
					'message-original',
				)}
			${row(t('message.subject'), m.subject, 'message-subject')}
			${row(t('message.body'), html`<span class="lines">${m.body}</span>`, 'message-body')}
			${row(
				t(attachments),
				m.documents.length > 0 && html`
					<ul class="plain">
						${m.documents.map((d) => html`
							<li key=${d.id}>
								<${Download} d=${d} />
							</li>
						`)}
					</ul>
				`,
			)}
		</dl>
	`;
}

/** The table of files: 項次 | 待簽章檔案 | 簽章. */
function Files({ m, chosen, onChosen, shown, onShow, history, onHistory, asks }) {
	const taskOf = (d) => m.tasks.find((x) => x.documentId === d.id);
	const sign = (d) => {
		const task = taskOf(d);
		if (!task) return '—';
		if (!OPEN.includes(task.state))
			return html`
					<${Badge} kind=${STATE_KIND[task.state] ?? 'neutral'}>${t(`task.${task.state}`)}<//>${' '}
					${task.signedAt && html`<span class="quiet">${dateTime(task.signedAt)}</span>`}
				`;
		return html`
			<label class="choice">
				<input
					type="checkbox"
					checked=${chosen.includes(task.id)}
					data-testid="sign-check"
					aria-label=${t('sign.this', { name: documentName(d.name) })}
					onChange=${(e) =>
						onChosen(e.target.checked ? [...chosen, task.id] : chosen.filter((x) => x !== task.id))}
				/>
				${t(task.kind === 'sealer' ? 'task.to_seal' : 'task.to_sign')}
			</label>
		`;
	};
	const toggle = (open, d, set, on, off, testid) => html`
		<button
			type="button"
			class="link"
			data-testid=${testid}
			aria-expanded=${open ? 'true' : 'false'}
			onClick=${() => set(open ? null : d.id)}
		>
			${t(open ? off : on)}
		</button>
	`;
	const columns = [
		{ text: t('history.item'), class: 'narrow', cell: (d) => m.documents.indexOf(d) + 1 },
		{
			text: t(asks ? 'message.files_to_sign' : 'message.files'),
			cell: (d) => html`
				<div class="file-cell">
					<span class="strong">${documentName(d.name)}</span> <span class="quiet">${d.number}</span>(
					${toggle(history === d.id, d, onHistory, 'history.see', 'history.hide', 'history-open')})${' '}
					<span class="file-links">
						${toggle(shown === d.id, d, onShow, 'document.view', 'document.hide', 'file-view')}
					</span>
				</div>
			`,
		},
		...(m.tasks.length > 0 ? [{ text: t('sign.column'), cell: sign }] : []),
	];
	return html`
		<${DataTable} caption=${t('message.files')} columns=${columns} rows=${m.documents} testid="sign-row" />
	`;
}

function Body({ m, seal, reload }) {
	const open = m.tasks.filter((x) => OPEN.includes(x.state));
	const [chosen, setChosen] = useState(open.map((x) => x.id));
	const [shown, setShown] = useState(open.length > 0 ? (m.documents[0]?.id ?? null) : null);
	const [history, setHistory] = useState(null);
	const [replying, setReplying] = useState(false);
	const [result, setResult] = useState(null);
	const document = m.documents.find((d) => d.id === shown);
	function signed(answer) {
		setResult(answer);
		setReplying(false);
		setHistory(m.documents[0]?.id ?? null);
		reload();
		scrollTo(0, 0);
	}
	return html`
			${result && html`
				<div data-testid="sign-success">
					<${Alert}
						kind="success"
						title=${t(seal ? 'sign.done_seal' : 'sign.done')}
						action=${html`<${LinkButton} to="/sent">${t('menu.sent')}<//>`}
					>
						${t('sign.done_text', { number: result.messageNumber })}
						${result.contractState &&
							` ${t('sign.contract_state', { state: t(`state.${result.contractState}`) })}`}
					<//>
				</div>
			`}
			${seal && html`
				<p class="note note-warning card-note" data-testid="card-note">
					${t('sealing.card_note')}
				</p>
			`}
			<${Card} title=${t('message.heading')} headingId="facts">
				<${Facts}
					m=${m}
					attachments=${open.length > 0 || m.kind === 'notice' || m.kind === 'sealing'
							? 'message.references'
							: 'message.attachments'}
				/>
			<//>
			${m.documents.length > 0 && html`
				<${Card} title=${t('message.files_heading')} headingId="files">
					<${Files}
						m=${m}
						asks=${open.length > 0}
						chosen=${chosen}
						onChosen=${setChosen}
						shown=${shown}
						onShow=${setShown}
						history=${history}
						onHistory=${setHistory}
					/>
					${history && html`<${History} documentId=${history} turn=${result ? 1 : 0} />`}
					${document && html`
						<${Viewer}
							key=${`${document.id} ${document.revision}`}
							url=${fileUrl(document.id, { revision: document.revision })}
							name=${documentName(document.name)}
							size=${document.size}
						/>
					`}
				<//>
			`}
			${m.canReply &&
				!result &&
				(replying ? html`
					<${Reply} tasks=${chosen} seal=${seal} onSigned=${signed} onClose=${() => setReplying(false)} />
				` : html`
					<div class="reply-bar">
						<p>${t(seal ? 'reply.hint_seal' : 'reply.hint')}</p>
						<${Button} kind="seal" icon="pen" testid="reply-open" onClick=${() => setReplying(true)}>
							${t('reply')}
						<//>
					</div>
				`)}
		`;
}

/** sent: opened from 已傳送文件, where it leads back to. */
export function Message({ id, seal: dressed = false, sent = false }) {
	const message = useLoad((signal) => get(`/messages/${id}`, {}, signal), id);
	const m = message.data;
	const seal = dressed || (!sent && m?.kind === 'sealing');
	const list = sent ? 'sent' : 'received';
	const trail = seal
		? [
				{ text: t('menu.sealing'), to: '/sealing' },
				{ text: t('sealing.work'), now: true },
			]
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
			<${ErrorAlert} error=${message.error} retry=${message.reload} />
			${!m
				? !message.error && html`<${Loading} />`
				: html`<${Body} m=${m} seal=${seal} reload=${message.reload} />`}
		<//>
	`;
}
