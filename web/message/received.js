// 已接收文件
import { html, useContext } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { useChoice } from '../sealing/choice.js';
import { MessageList } from './message-list.js';
import { href } from '../shared/router.js';
import { Badge, Icon, Page, Session } from '../shared/ui.js';

export function Received({ query }) {
	const vendor = useContext(Session).member.roles.includes('vendor_signer');
	const choice = useChoice({ seal: false, api: '/messages/received', tab: 'to_sign', waits: (m) => m.toSign });
	const list = {
		choice: vendor ? choice : undefined,
		path: '/received',
		saved: 'received',
		standing: (m) => t(m.toSign ? (vendor ? 'tab.to_sign' : 'tab.to_seal') : m.replied ? 'message.replied'
			: m.read ? 'tab.read' : 'tab.unread'),
		api: '/messages/received',
		party: 'sender',
		choices: 'senders',
		testid: 'received-row',
		title: t('menu.received'),
		tabs: [
			{ id: 'all', text: t('tab.all') },
			{ id: 'to_sign', text: t(vendor ? 'tab.to_sign' : 'tab.to_seal') },
			{ id: 'unread', text: t('tab.unread') },
			{ id: 'read', text: t('tab.read') },
		],
		subject: (m) => html`
				<a class=${m.read ? '' : 'strong'} href=${href(`/messages/${m.id}`)}>
					<${Icon} name=${m.read ? 'envelope-open' : 'envelope'} />
					${!m.read && html`<span class="visually-hidden">${t('tab.unread')} </span>`}
					${m.subject}
				</a>${' '}
				${m.replied && !m.toSign && html`<${Badge} kind="good">${t('message.replied')}<//>`}
				${m.toSign && html`<${Badge} kind="seal">${t(vendor ? 'tab.to_sign' : 'tab.to_seal')}<//>`}
			`,
	};
	return html`
		<${Page}
			title=${t('menu.received')}
			intro=${t(vendor ? 'received.intro' : 'received.intro_agency')}
			trail=${[{ text: t('menu.documents') }, { text: t('menu.received'), now: true }]}
		>
			<${MessageList} list=${list} query=${query} />
		<//>
	`;
}
