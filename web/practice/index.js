import { Practice } from './practice.js';
import * as texts from './texts.js';

export default {
	texts,
	routes: [{ path: '/practice', page: Practice, menu: 'practice' }],
	menu: [{ id: 'practice', to: '/practice', icon: 'pencil-square', text: 'practice.title' }],
};
