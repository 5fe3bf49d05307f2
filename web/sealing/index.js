import { SealingBatch, SigningBatch } from './batch.js';
import { SealingTask } from './sealing-task.js';
import { Sealing } from './sealing.js';
import * as texts from './texts.js';

export default {
	texts,
	routes: [
		{ path: '/sealing', page: Sealing, menu: 'sealing', role: ['sealer', 'registry'] },
		{ path: '/sealing/batch', page: SealingBatch, menu: 'sealing', role: ['sealer', 'registry'] },
		{ path: '/received/batch', page: SigningBatch, menu: 'received', role: 'vendor_signer' },
		{ path: '/sealing/:id', page: SealingTask, menu: 'sealing', role: ['sealer', 'registry'] },
	],
	menu: [{ id: 'sealing', to: '/sealing', icon: 'award', text: 'menu.sealing', role: ['sealer', 'registry'] }],
};
