export const zh = {
	skip: '跳到主要內容',
	'footer.about': '印信：以 IC 卡電子憑證簽署，任何人皆可驗證。',
	'footer.time': '時間均為臺北時間。',
	'menu.title': '主選單',
	'menu.collapse': '收合主選單',
	'menu.expand': '展開主選單',
	'no_role.title': '您沒有使用此功能的權限',
	'no_role.text': '請洽機關管理者設定角色，或改用其他帳號登入。',
	'not_found.title': '找不到頁面',
	'not_found.text': '您要找的頁面不存在，可能已移除或網址有誤。',
};

export const en = {
	skip: 'Skip to main content',
	'footer.about': 'Yinxin: signed with IC-card certificates, verifiable by anyone.',
	'footer.time': 'All times are Taipei time.',
	'menu.title': 'Main menu',
	'menu.collapse': 'Collapse the main menu',
	'menu.expand': 'Expand the main menu',
	'no_role.title': 'You may not use this function',
	'no_role.text': 'Please ask the agency administrator for the role, or log in with another account.',
	'not_found.title': 'Page not found',
	'not_found.text': 'The page does not exist; it may have been removed, or the address is wrong.',
};
