import { Agencies } from './agencies.js';
import { Agency } from './agency.js';
import { Approvals } from './approvals.js';
import { Member } from './member.js';
import { Members } from './members.js';
import * as texts from './texts.js';

const ADMINS = ['agency_admin', 'platform_admin'];
const group = 'menu.admin_group';

export default {
	texts,
	routes: [
		{ path: '/admin/agencies', page: Agencies, menu: 'agencies', role: ADMINS },
		{ path: '/admin/agencies/:id', page: Agency, menu: 'agencies', role: ADMINS },
		{ path: '/admin/members', page: Members, menu: 'members', role: ADMINS },
		{ path: '/admin/members/:id', page: Member, menu: 'members', role: ADMINS },
		{ path: '/admin/approvals', page: Approvals, menu: 'approvals', role: ADMINS },
	],
	menu: [
		{ id: 'agencies', to: '/admin/agencies', icon: 'building', text: 'menu.agencies', role: ADMINS, group },
		{ id: 'members', to: '/admin/members', icon: 'people', text: 'menu.members', role: ADMINS, group },
		{ id: 'approvals', to: '/admin/approvals', icon: 'person-check', text: 'menu.approvals', role: ADMINS, group },
	],
};
