// Login, 會員設定, and the pages that links in mails open. Who is not logged in is shown the login by
// the session (shell/session.js).
import { Account } from './account.js';
import { ConfirmEmail, Forgotten, SetPassword } from './link.js';
import * as texts from './texts.js';

export default {
	texts,
	routes: [
		{ path: '/account', page: Account, menu: 'account' },
		{ path: '/account/forgotten', page: Forgotten, menu: 'account', open: true },
		{ path: '/account/password/:token', page: SetPassword, menu: 'account', open: true },
		{ path: '/account/confirm/:token', page: ConfirmEmail, menu: 'account', open: true },
	],
	menu: [
		{ group: 'menu.settings', id: 'account', to: '/account', icon: 'person-gear', text: 'menu.member', real: true },
	],
};
