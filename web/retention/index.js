import { Destruction, Destructions } from './destructions.js';
import { Holds } from './holds.js';
import * as texts from './texts.js';

const WHO = ['agency_admin', 'registry', 'platform_admin', 'auditor'];
const group = 'menu.retention_group';

export default {
	texts,
	routes: [
		{ path: '/admin/destructions', page: Destructions, menu: 'destructions', role: WHO },
		{ path: '/admin/destructions/:id', page: Destruction, menu: 'destructions', role: WHO },
		{ path: '/admin/holds', page: Holds, menu: 'holds', role: WHO },
	],
	menu: [
		{ id: 'destructions', to: '/admin/destructions', icon: 'trash', text: 'menu.destructions', role: WHO, group },
		{ id: 'holds', to: '/admin/holds', icon: 'shield-lock', text: 'menu.holds', role: WHO, group },
	],
};
