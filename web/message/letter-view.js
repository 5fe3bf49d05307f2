// What a message says of itself as a letter: what it asks, who has read it, the exchange around it.
import { html, useState } from '../vendor/preact.js';
import { post } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { href } from '../shared/router.js';
import { Alert, Badge, Button, Card, Confirm, DataTable, ErrorAlert, Icon, useAction } from '../shared/ui.js';
import { isRecalled } from './letter-states.js';
import { begin } from './letters.js';

const slashes = (date) => date.replaceAll('-', '/');
/** Today in Taipei, as YYYY-MM-DD. */
const today = () => new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);

const isLate = (l) => Boolean(l.replyBy) && !l.repliedAt && l.replyBy < today();

/** What its writer asks of me. */
function Asked({ letter: l }) {
	const word = l.needsSignature ? 'letter.asked_signature' : 'letter.asked_reply';
	if (!l.asked || !(l.needsReply || l.needsSignature)) return null;
	if (l.repliedAt) return html`<${Alert} kind="success">${t('letter.replied', { at: dateTime(l.repliedAt) })}<//>`;
	return html`
		<${Alert} kind=${isLate(l) ? 'warning' : 'info'} title=${t(word)}>
			${l.replyBy && t(isLate(l) ? 'letter.overdue' : 'letter.asked_by', { date: slashes(l.replyBy) })}
		<//>
	`;
}

export const LetterStanding = ({ letter: l }) => html`
	<div data-testid="letter-standing" data-state=${l.state}>
		${isRecalled(l)
			? html`
				<${Alert} kind="warning" title=${t('letter.recalled')}>
					${t('letter.recalled_text', { at: dateTime(l.recalledAt) })}
				<//>
			`
			: html`<${Asked} letter=${l} />`}
	</div>
`;

const columns = (wanted) => [
	{
		text: t('recipient'),
		cell: (p) => html`${p.name} ${p.copy && html`<${Badge}>${t('letter.copies')}<//>`}`,
	},
	{
		text: t('letter.read_at'),
		class: 'figure',
		cell: (p) => (p.readAt ? dateTime(p.readAt) : html`<span class="quiet">${t('letter.not_read')}</span>`),
	},
	{
		text: t('letter.replied_at'),
		class: 'figure',
		cell: (p) => p.repliedAt
			? dateTime(p.repliedAt)
			: html`<span class="quiet">${t(wanted && !p.copy ? 'letter.not_replied' : 'letter.not_asked')}</span>`,
	},
];

/** For its writer: who has read it, who has answered. */
export const Readers = ({ letter: l }) => html`
	<${Card} title=${t('letter.readers')} headingId="readers">
		<${DataTable}
			caption=${t('letter.readers')}
			columns=${columns(l.needsReply || l.needsSignature)}
			rows=${[...l.to, ...l.copies.map((p) => ({ ...p, copy: true }))]}
			testid="reader-row"
		/>
	<//>
`;

export const Thread = ({ letter: l, now }) => html`
	<${Card} title=${t('letter.thread')} headingId="thread">
		<ol class="thread">
			${l.thread.map((x) => html`
				<li key=${x.id} data-testid="thread-row" aria-current=${x.id === now}>
					<${Icon} name=${x.mine ? 'send' : 'envelope-open'} />
					<div>
						${x.id === now
							? html`<strong>${x.subject}</strong> <span class="quiet">${t('letter.thread_now')}</span>`
							: html`<a href=${href(x.mine ? `/sent/${x.id}` : `/messages/${x.id}`)}>${x.subject}</a>`}
						<div class="quiet">
							${x.sender}${x.mine && t('letter.thread_mine')} · ${dateTime(x.sentAt)} · ${x.number}
						</div>
					</div>
				</li>
			`)}
		</ol>
	<//>
`;

/** 回訊, 更正, 收回: what can be done with it. */
export function LetterActions({ m, reload }) {
	const { letter: l } = m;
	const [recalling, setRecalling] = useState(false);
	const action = useAction();
	const recall = () =>
		action.run(async () => {
			await post(`/letters/${m.id}/recall`);
			setRecalling(false);
			reload();
			scrollTo(0, 0);
		});
	const start = (what) => () => action.run(() => begin(what));
	if (!l.canAnswer && !isRecalled(l)) return null;
	return html`
		<div class="letter-actions">
			${l.canRecall && html`
				<${Button} icon="arrow-return-left" testid="letter-recall" onClick=${() => setRecalling(true)}>
					${t('letter.recall')}
				<//>
			`}
			${isRecalled(l)
				? html`
					<${Button} icon="copy" testid="letter-again" busy=${action.busy} onClick=${start({ again: m.id })}>
						${t('letters.again')}
					<//>
				`
				: html`
					<${Button}
						kind=${m.tasks.length > 0 ? 'plain' : 'primary'}
						icon="reply"
						testid="letter-answer"
						busy=${action.busy}
						onClick=${start({ answers: m.id })}
					>
						${t(l.mine ? 'letter.correct' : 'letter.answer')}
					<//>
				`}
		</div>
		${!recalling && html`<${ErrorAlert} error=${action.error} />`}
		${recalling && html`
			<${Confirm}
				title=${t('letter.recall_title')}
				text=${t('letter.recall_text')}
				ok=${t('letter.recall')}
				danger
				busy=${action.busy}
				error=${action.error}
				onOk=${recall}
				onCancel=${() => {
					setRecalling(false);
					reload();
				}}
			/>
		`}
	`;
}
