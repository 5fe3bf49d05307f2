// 機關用印清單
import { html } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { MessageList } from '../message/message-list.js';
import { href } from '../shared/router.js';
import { Badge, Page } from '../shared/ui.js';
import { useChoice } from './choice.js';

const KIND = { pending: 'seal', sealed: 'good', other: 'neutral' };

export function Sealing({ query }) {
	const choice = useChoice({ seal: true, api: '/sealing', tab: 'pending', waits: (m) => m.state === 'pending' });
	const list = {
		choice,
		path: '/sealing',
		saved: 'sealing',
		standing: (m) => (m.state ? t(`tab.${m.state}`) : ''),
		api: '/sealing',
		party: 'sender',
		choices: 'senders',
		testid: 'sealing-row',
		title: t('sealing.list'),
		tabs: ['all', 'pending', 'sealed', 'other'].map((id) => ({
			id,
			text: t(id === 'all' ? 'tab.all' : `tab.${id}`),
		})),
		subject: (m) => html`
				<a class=${m.state === 'pending' ? 'strong' : ''} href=${href(`/sealing/${m.id}`)}>
					${m.subject}
				</a>${' '}
				${m.state && html`<${Badge} kind=${KIND[m.state]}>${t(`tab.${m.state}`)}<//>`}
			`,
	};
	return html`
		<${Page}
			title=${t('sealing.list')}
			intro=${t('sealing.intro')}
			trail=${[{ text: t('menu.sealing'), now: true }]}
		>
			<${MessageList} list=${list} query=${query} />
		<//>
	`;
}
