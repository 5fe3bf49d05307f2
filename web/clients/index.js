// 介接程式: other systems that use the public API, their scopes, secrets and webhooks.
import { Client } from './client.js';
import { Clients } from './clients.js';
import { Hook } from './hook.js';
import * as texts from './texts.js';

const role = ['agency_admin', 'vendor_admin', 'platform_admin'];
const item = { id: 'clients', to: '/clients', icon: 'laptop', text: 'menu.clients', real: true };

export default {
	texts,
	routes: [
		{ path: '/clients', page: Clients, menu: 'clients', role },
		{ path: '/clients/:id', page: Client, menu: 'clients', role },
		{ path: '/clients/:id/hooks/:hookId', page: Hook, menu: 'clients', role },
	],
	menu: [
		{ ...item, role: ['agency_admin', 'platform_admin'], group: 'menu.admin_group' },
		{ ...item, role: 'vendor_admin', group: 'menu.settings' },
	],
};
