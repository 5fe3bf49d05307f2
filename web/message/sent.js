// 已傳送文件: one row a recipient.
import { html, useContext } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { Message } from './message.js';
import { MessageList } from './message-list.js';
import { href } from '../shared/router.js';
import { Badge, Page, Session } from '../shared/ui.js';

/** What the recipient has done with it. */
const standingOf = (m) => (m.replied ? 'message.replied' : m.read ? 'tab.read' : 'tab.unread');

export function Sent({ query }) {
	const vendor = useContext(Session).member.roles.includes('vendor_signer');
	const list = {
		path: '/sent',
		saved: 'sent',
		api: '/messages/sent',
		party: 'recipient',
		choices: 'recipients',
		testid: 'sent-row',
		title: t('menu.sent'),
		standing: (m) => t(standingOf(m)),
		subject: (m) => html`
			<a href=${href(`/sent/${m.id}`)}>${m.subject}</a>${' '}
			<${Badge} kind=${m.replied ? 'good' : m.read ? 'neutral' : 'warn'} testid="sent-standing">
				${t(standingOf(m))}
			<//>
		`,
	};
	return html`
		<${Page}
			title=${t('menu.sent')}
			intro=${t(vendor ? 'sent.intro' : 'sent.intro_agency')}
			trail=${[{ text: t('menu.documents') }, { text: t('menu.sent'), now: true }]}
		>
			<${MessageList} list=${list} query=${query} />
		<//>
	`;
}

/** A message that was sent stays under 已傳送文件. */
export const SentMessage = (props) => html`<${Message} ...${props} sent />`;
