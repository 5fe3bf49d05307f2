// 介面說明: the public API's description (OpenAPI 3.1) as a page, for anybody.
import { Docs } from './docs.js';
import * as texts from './texts.js';

export default {
	texts,
	routes: [{ path: '/api-docs', page: Docs, menu: 'api-docs', open: true }],
	menu: [],
	screens: [{ id: 'api-docs', to: '/api-docs', icon: 'journal-text', text: 'docs.title' }],
};
