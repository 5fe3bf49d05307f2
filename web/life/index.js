import * as texts from './texts.js';
import { Voids } from './voids.js';

export default {
	texts,
	routes: [{ path: '/voids', page: Voids, menu: 'voids' }],
	menu: [{ id: 'voids', to: '/voids', icon: 'slash-circle', text: 'menu.voids', role: 'agency_admin' }],
};
