export const zh = {
	'viewer.tools': '文件檢視工具',
	'viewer.page': '頁碼',
	'viewer.prev': '上一頁',
	'viewer.next': '下一頁',
	'viewer.zoom_in': '放大',
	'viewer.zoom_out': '縮小',
	'viewer.fit': '符合頁寬',
	'viewer.loading': '正在開啟文件…',
	'viewer.region': '文件內容：{name}',
	'viewer.page_of': '第 {page} 頁，共 {pages} 頁',
	'viewer.error': '無法顯示文件。請重試，或下載後以 PDF 閱讀軟體開啟。',
};

export const en = {
	'viewer.tools': 'Document viewer',
	'viewer.page': 'Page',
	'viewer.prev': 'Previous page',
	'viewer.next': 'Next page',
	'viewer.zoom_in': 'Zoom in',
	'viewer.zoom_out': 'Zoom out',
	'viewer.fit': 'Fit width',
	'viewer.loading': 'Opening the document…',
	'viewer.region': 'Content of {name}',
	'viewer.page_of': 'Page {page} of {pages}',
	'viewer.error': 'The document cannot be shown. Please try again, or download it and open it in a PDF reader.',
};
