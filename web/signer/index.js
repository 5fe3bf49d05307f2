import { Check } from './check.js';
import { Install } from './install.js';
import * as texts from './texts.js';

export default {
	texts,
	routes: [
		{ path: '/signer/install', page: Install, menu: 'signer-check', open: true },
		{ path: '/signer/check', page: Check, menu: 'signer-check', open: true },
	],
	menu: [
		{
			group: 'menu.settings',
			id: 'signer-check',
			to: '/signer/check',
			icon: 'shield-check',
			text: 'check.title',
		},
	],
	screens: [{ id: 'signer-install', to: '/signer/install', icon: 'download', text: 'install.title' }],
};
