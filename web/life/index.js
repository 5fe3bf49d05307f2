import { AgencyRules } from './agency-rules.js';
import * as texts from './texts.js';
import { Voids } from './voids.js';

export default {
	texts,
	routes: [
		{ path: '/voids', page: Voids, menu: 'voids' },
		{ path: '/agency/rules', page: AgencyRules, menu: 'agency-rules', role: 'agency_admin' },
	],
	menu: [
		{ id: 'voids', to: '/voids', icon: 'slash-circle', text: 'menu.voids', role: 'agency_admin' },
		{
			id: 'agency-rules',
			to: '/agency/rules',
			icon: 'shield-check',
			text: 'agency_rules.title',
			role: 'agency_admin',
		},
	],
};
