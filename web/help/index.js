import { Help } from './help.js';
import * as texts from './texts.js';

export default {
	texts,
	routes: [
		{ path: '/help', page: Help, menu: 'help', open: true },
		{ path: '/help/:id', page: Help, menu: 'help', open: true },
	],
	menu: [{ id: 'help', to: '/help', icon: 'question-circle', text: 'menu.help' }],
};
