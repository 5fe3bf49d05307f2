import { Seal } from './seal.js';
import { SealNew, SealVersion } from './seal-form.js';
import { Seals } from './seals.js';
import * as texts from './texts.js';

const role = ['sealer', 'agency_admin', 'vendor_signer', 'vendor_admin'];

export default {
	texts,
	routes: [
		{ path: '/seals', page: Seals, menu: 'seals', role },
		{ path: '/seals/new', page: SealNew, menu: 'seals', role },
		{ path: '/seals/:id', page: Seal, menu: 'seals', role },
		{ path: '/seals/:id/version', page: SealVersion, menu: 'seals', role },
	],
	menu: [{ group: 'menu.settings', id: 'seals', to: '/seals', icon: 'award', text: 'menu.seals', role }],
};
