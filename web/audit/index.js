import { Audit } from './audit.js';
import { Chain } from './chain.js';
import * as texts from './texts.js';

const READERS = ['auditor', 'agency_admin', 'registry', 'platform_admin'];
const VERIFIERS = ['auditor', 'platform_admin'];
const group = 'menu.audit_group';

export default {
	texts,
	routes: [
		{ path: '/audit', page: Audit, menu: 'audit', role: READERS },
		{ path: '/audit/chain', page: Chain, menu: 'chain', role: VERIFIERS },
	],
	menu: [
		{ id: 'audit', to: '/audit', icon: 'journal-text', text: 'menu.audit', role: READERS, group },
		{ id: 'chain', to: '/audit/chain', icon: 'shield-check', text: 'menu.audit_chain', role: VERIFIERS, group },
	],
};
