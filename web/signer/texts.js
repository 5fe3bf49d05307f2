export const zh = {
	'preflight.title': '簽章環境',
	'preflight.ready': '簽章環境已備妥',
	'preflight.not_ready': '簽章環境尚未備妥',
	'preflight.looking': '正在檢查簽章環境…',
	'preflight.check': '重新檢查',
	'preflight.extension': '瀏覽器擴充功能',
	'preflight.host': '簽章元件',
	'preflight.reader': '讀卡機',
	'preflight.card': '憑證卡片',
	'preflight.ok': '正常',
	'preflight.missing': '未備妥',
	'preflight.unknown': '尚未確認',
};

export const en = {
	'preflight.title': 'Signing set-up',
	'preflight.ready': 'Everything is ready to sign',
	'preflight.not_ready': 'Not ready to sign yet',
	'preflight.looking': 'Looking at the signing set-up…',
	'preflight.check': 'Check again',
	'preflight.extension': 'Browser extension',
	'preflight.host': 'Signer program',
	'preflight.reader': 'Card reader',
	'preflight.card': 'Certificate card',
	'preflight.ok': 'Ready',
	'preflight.missing': 'Missing',
	'preflight.unknown': 'Not known yet',
};
