import { Agencies } from './agencies.js';
import { Agency } from './agency.js';
import { Approvals } from './approvals.js';
import { Member } from './member.js';
import { Bulletins } from './bulletins.js';
import { Glass } from './glass.js';
import { Keys } from './keys.js';
import { Mails } from './mails.js';
import { Members } from './members.js';
import { Merge, MergeOne } from './merge.js';
import { ContractParameters, Parameters } from './parameters.js';
import { Platform } from './platform.js';
import { Trust } from './trust.js';
import { Wordings } from './wordings.js';
import * as texts from './texts.js';

const ADMINS = ['agency_admin', 'platform_admin'];
const PLATFORM = 'platform_admin';
const group = 'menu.admin_group';
const platform = { role: PLATFORM, group: 'menu.platform_group' };

export default {
	texts,
	routes: [
		{ path: '/admin/agencies', page: Agencies, menu: 'agencies', role: ADMINS },
		{ path: '/admin/agencies/:id', page: Agency, menu: 'agencies', role: ADMINS },
		{ path: '/admin/agencies/:id/merge', page: Merge, menu: 'agencies', role: PLATFORM },
		{ path: '/admin/merges/:id', page: MergeOne, menu: 'approvals', role: PLATFORM },
		{ path: '/admin/members', page: Members, menu: 'members', role: ADMINS },
		{ path: '/admin/members/:id', page: Member, menu: 'members', role: ADMINS },
		{ path: '/admin/approvals', page: Approvals, menu: 'approvals', role: ADMINS },
		{ path: '/admin/glass', page: Glass, menu: 'glass', role: ADMINS },
		{ path: '/admin/parameters', page: Parameters, menu: 'parameters', role: ADMINS },
		{ path: '/admin/wordings', page: Wordings, menu: 'wordings', role: ADMINS },
		{ path: '/contracts/:id/parameters', page: ContractParameters, menu: 'contracts', role: 'officer' },
		{ path: '/admin/platform', page: Platform, menu: 'platform', role: PLATFORM },
		{ path: '/admin/keys', page: Keys, menu: 'keys', role: PLATFORM },
		{ path: '/admin/trust', page: Trust, menu: 'trust', role: PLATFORM },
		{ path: '/admin/bulletins', page: Bulletins, menu: 'bulletins', role: PLATFORM },
		{ path: '/admin/mails', page: Mails, menu: 'mails', role: PLATFORM },
	],
	menu: [
		{ id: 'agencies', to: '/admin/agencies', icon: 'building', text: 'menu.agencies', role: ADMINS, group },
		{ id: 'members', to: '/admin/members', icon: 'people', text: 'menu.members', role: ADMINS, group },
		{ id: 'approvals', to: '/admin/approvals', icon: 'person-check', text: 'menu.approvals', role: ADMINS, group },
		{ id: 'glass', to: '/admin/glass', icon: 'unlock', text: 'menu.glass', role: ADMINS, group },
		{ id: 'parameters', to: '/admin/parameters', icon: 'sliders', text: 'menu.parameters', role: ADMINS, group },
		{ id: 'wordings', to: '/admin/wordings', icon: 'reply', text: 'menu.wordings', role: ADMINS, group },
		{ id: 'platform', to: '/admin/platform', icon: 'activity', text: 'menu.platform', ...platform },
		{ id: 'keys', to: '/admin/keys', icon: 'shield-lock', text: 'menu.keys', ...platform },
		{ id: 'trust', to: '/admin/trust', icon: 'patch-check', text: 'menu.trust', ...platform },
		{ id: 'mails', to: '/admin/mails', icon: 'envelope', text: 'menu.mails', ...platform },
		{ id: 'bulletins', to: '/admin/bulletins', icon: 'megaphone', text: 'menu.bulletins', ...platform },
	],
};
