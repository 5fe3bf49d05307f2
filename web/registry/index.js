import { Book } from './book.js';
import { RegistryCase } from './case.js';
import { Deputies } from './deputies.js';
import { Registry } from './registry.js';
import * as texts from './texts.js';

const central = ['registry', 'agency_admin'];
const sealing = ['sealer', 'registry', 'agency_admin'];

export default {
	texts,
	routes: [
		{ path: '/registry', page: Registry, menu: 'registry', role: central },
		{ path: '/registry/book', page: Book, menu: 'book', role: central },
		{ path: '/registry/:id', page: RegistryCase, menu: 'registry', role: central },
		{ path: '/deputies', page: Deputies, menu: 'deputies', role: sealing },
	],
	menu: [
		{ id: 'registry', to: '/registry', icon: 'inbox', text: 'menu.registry', role: central },
		{ id: 'book', to: '/registry/book', icon: 'file-earmark-text', text: 'book.title', role: central },
		{ id: 'deputies', to: '/deputies', icon: 'person-vcard', text: 'deputy.title', role: sealing },
	],
};
