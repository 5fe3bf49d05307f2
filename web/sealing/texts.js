export const zh = {
	'menu.sealing': '機關用印',
	'sealing.list': '機關用印清單',
	'sealing.intro': '點選主旨進入此電子契約文件',
	'sealing.work': '機關用印作業',
	'sealing.work_intro': '檢視文件與簽章歷程，確認無誤後以機關憑證卡用印。',
	'sealing.card_note': '※請機關準備足量憑證IC卡(向國發會申請附卡)，避免使用公文電子交換專用卡片※',
};

export const en = {
	'menu.sealing': 'Agency sealing',
	'sealing.list': 'Sealing tasks',
	'sealing.intro': 'Open a contract by its subject',
	'sealing.work': 'Agency sealing',
	'sealing.work_intro': 'Look at the document and its history; if all is right, seal it with the agency card.',
	'sealing.card_note':
		'※ Please have enough certificate cards (apply to the NDC for attached cards); do not use the card ' +
		'meant for official document exchange only ※',
};
