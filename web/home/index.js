import { Home } from './home.js';
import * as texts from './texts.js';

export default {
	texts,
	routes: [{ path: '/', page: Home, menu: 'home' }],
	menu: [{ id: 'home', to: '/', icon: 'house', text: 'menu.home' }],
};
