// 個人證件包: what a member keeps of his own, encrypted, and whom he lets read it.
import { Given, Received } from './grants.js';
import { Item } from './item.js';
import { Link } from './link.js';
import { Settings } from './settings.js';
import * as texts from './texts.js';
import { Wallet } from './wallet.js';

export default {
	texts,
	routes: [
		{ path: '/wallet', page: Wallet, menu: 'wallet' },
		{ path: '/wallet/items/:id', page: Item, menu: 'wallet' },
		{ path: '/wallet/grants', page: Given, menu: 'wallet' },
		{ path: '/wallet/received', page: Received, menu: 'wallet' },
		{ path: '/wallet/settings', page: Settings, menu: 'wallet' },
		{ path: '/wallet/link/:id/:code', page: Link, menu: 'wallet', open: true },
	],
	menu: [{ id: 'wallet', to: '/wallet', icon: 'wallet2', text: 'menu.wallet', real: true }],
};
