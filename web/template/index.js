import { Template } from './template.js';
import { TemplateEdit } from './template-edit.js';
import { Templates } from './templates.js';
import * as texts from './texts.js';

const USERS = ['officer', 'registry', 'agency_admin'];
const KEEPERS = ['officer', 'agency_admin'];

export default {
	texts,
	routes: [
		{ path: '/templates', page: Templates, menu: 'templates', role: USERS },
		{ path: '/templates/new', page: TemplateEdit, menu: 'templates', role: KEEPERS },
		{ path: '/templates/:id', page: Template, menu: 'templates', role: USERS },
		{ path: '/templates/:id/edit', page: TemplateEdit, menu: 'templates', role: KEEPERS },
	],
	menu: [
		{
			group: 'menu.contracts_group',
			id: 'templates',
			to: '/templates',
			icon: 'copy',
			text: 'template.title',
			role: USERS,
			real: true,
		},
	],
};
