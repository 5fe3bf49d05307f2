// 企業管理: a vendor's own members and letters of authority; a company that registers itself.
import { Company } from './company.js';
import { Register } from './register.js';
import * as texts from './texts.js';

export default {
	texts,
	routes: [
		{ path: '/company', page: Company, menu: 'company', role: 'vendor_admin' },
		{ path: '/company/register', page: Register, menu: 'company', open: true },
	],
	menu: [
		{
			group: 'menu.settings',
			id: 'company',
			to: '/company',
			icon: 'building',
			text: 'menu.company',
			role: 'vendor_admin',
			real: true,
		},
	],
};
