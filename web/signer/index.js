import { Install } from './install.js';
import * as texts from './texts.js';

export default {
	texts,
	routes: [{ path: '/signer/install', page: Install, menu: '' }],
	menu: [],
	screens: [{ id: 'signer-install', to: '/signer/install', icon: 'download', text: 'install.title' }],
};
