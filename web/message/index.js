import { Letter } from './letter.js';
import * as letterTexts from './letter-texts.js';
import { Letters } from './letters.js';
import { Message } from './message.js';
import { Received } from './received.js';
import { Sent, SentMessage } from './sent.js';
import * as texts from './texts.js';

const group = 'menu.documents';
const WRITERS = ['officer', 'registry', 'vendor_signer'];

export default {
	texts: { zh: { ...texts.zh, ...letterTexts.zh }, en: { ...texts.en, ...letterTexts.en } },
	routes: [
		{ path: '/letters', page: Letters, menu: 'letters', role: WRITERS },
		{ path: '/letters/:id', page: Letter, menu: 'letters', role: WRITERS },
		{ path: '/received', page: Received, menu: 'received' },
		{ path: '/sent', page: Sent, menu: 'sent' },
		{ path: '/sent/:id', page: SentMessage, menu: 'sent' },
		{ path: '/messages/:id', page: Message, menu: 'received' },
	],
	menu: [
		{ group, id: 'letters', to: '/letters', icon: 'envelope-plus', text: 'menu.letters', role: WRITERS },
		{ group, id: 'received', to: '/received', icon: 'inbox', text: 'menu.received' },
		{ group, id: 'sent', to: '/sent', icon: 'send', text: 'menu.sent' },
	],
};
