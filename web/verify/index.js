// 驗章: signed PDFs verified for anybody, without a login.
import * as words from '../gen/verify.js';
import * as own from './texts.js';
import { Verify } from './verify.js';

export default {
	texts: { zh: { ...words.zh, ...own.zh }, en: { ...words.en, ...own.en } },
	routes: [{ path: '/verify', page: Verify, menu: 'verify', open: true }],
	menu: [{ id: 'verify', to: '/verify', icon: 'patch-check', text: 'verify.title' }],
};
