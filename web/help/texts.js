export const zh = {
	'menu.help': '操作說明',
	'help.title': '操作說明',
	'help.intro': '各項作業的步驟與流程圖',
	'help.chapters': '章節',
	'help.next': '下一章：{title}',
	'help.note': '注意',
	'help.flow': '流程圖：{title}',
	'help.otherwise': '否則',
};
export const en = {
	'menu.help': 'Help',
	'help.title': 'Help',
	'help.intro': 'Each task step by step, with diagrams',
	'help.chapters': 'Chapters',
	'help.next': 'Next: {title}',
	'help.note': 'Note',
	'help.flow': 'Diagram: {title}',
	'help.otherwise': 'otherwise',
};
