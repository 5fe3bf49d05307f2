import { Message } from './message.js';
import { Received } from './received.js';
import { Sent, SentMessage } from './sent.js';
import * as texts from './texts.js';

const group = 'menu.documents';

export default {
	texts,
	routes: [
		{ path: '/received', page: Received, menu: 'received' },
		{ path: '/sent', page: Sent, menu: 'sent' },
		{ path: '/sent/:id', page: SentMessage, menu: 'sent' },
		{ path: '/messages/:id', page: Message, menu: 'received' },
	],
	menu: [
		{ group, id: 'received', to: '/received', icon: 'inbox', text: 'menu.received' },
		{ group, id: 'sent', to: '/sent', icon: 'send', text: 'menu.sent' },
	],
};
