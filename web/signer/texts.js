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
	'install.title': '安裝簽章元件',
	'install.intro': '以IC卡簽章需要瀏覽器擴充功能與簽章元件。請依您的瀏覽器與作業系統安裝；已備妥的項目會自動顯示。',
	'install.looking': '本頁每隔數秒自動檢查，安裝完成後不需重新整理。',
	'install.ready': '已找到簽章元件',
	'install.ready_text': '擴充功能與簽章元件都已備妥，插入讀卡機與憑證卡片即可簽章。',
	'install.back': '回到原來的頁面',
	'install.how': '安裝步驟',
	'install.browser': '瀏覽器',
	'install.system': '作業系統',
	'browser.chrome': 'Google Chrome',
	'browser.edge': 'Microsoft Edge',
	'browser.chromium': 'Chromium',
	'browser.firefox': 'Mozilla Firefox',
	'system.debian': 'Debian／Ubuntu',
	'system.windows': 'Windows',
	'system.macos': 'macOS',
	'system.other': '其他 Linux',
	'install.extension': '瀏覽器擴充功能「印信」',
	'install.extension_chrome':
		'由貴機關資訊人員以原則部署，開啟瀏覽器後自動安裝。尚未在 Chrome 線上應用程式商店上架，無法自行搜尋安裝。',
	'install.extension_edge':
		'由貴機關資訊人員以原則部署，開啟瀏覽器後自動安裝。尚未在 Microsoft Edge 附加元件網站上架，無法自行搜尋安裝。',
	'install.extension_chromium': '由貴機關資訊人員以原則部署，開啟瀏覽器後自動安裝。',
	'install.extension_firefox':
		'由貴機關資訊人員以原則部署，開啟瀏覽器後自動安裝。尚未在 Firefox 附加元件網站上架，無法自行搜尋安裝。',
	'install.id': '擴充功能識別碼',
	'install.host': '簽章元件',
	'install.host_debian': '下載套件後以系統管理者身分安裝；相依的智慧卡服務 pcscd 會一併裝上。',
	'install.host_windows': '簽章元件目前只有 Debian／Ubuntu 的套件，Windows 的安裝程式尚未提供。',
	'install.host_macos': '簽章元件目前只有 Debian／Ubuntu 的套件，macOS 的安裝程式尚未提供。',
	'install.host_other': '簽章元件目前只有 Debian／Ubuntu 的套件；其他發行版請資訊人員自原始碼建置。',
	'install.no_package': '本平台尚未放置可下載的套件，請洽貴機關資訊人員取得 yinxin-signer 套件。',
	'install.no_package_system': '此作業系統沒有可下載的套件。請改用 Debian／Ubuntu 電腦簽章，或洽貴機關資訊人員。',
	'install.download': '下載 {file}',
	'install.version': '版本 {version}，',
	'install.command': '安裝指令',
	'install.reader': '讀卡機與憑證卡片',
	'install.reader_text': '接上讀卡機並插入憑證卡片，上方「簽章環境」的各項會逐一變為正常。',
	'install.admin': '資訊人員部署',
	'install.admin_text': '下列檔案已填入本平台的網址，放到各台電腦即可讓擴充功能自動安裝，並只允許本平台使用卡片。',
	'install.admin_windows':
		'Windows 的原則檔(chrome.reg、edge.reg 及 Firefox 的 policies.json)附在部署套件的 policies/windows；' +
		'簽章元件的安裝程式尚未提供，裝了擴充功能也還不能簽章。',
	'install.admin_macos': 'macOS 的簽章元件與原則檔尚未提供。',
	'install.no_extension': '本平台的 /downloads/ 之下尚未放置擴充功能，請平台管理者先以 make package 封裝並放置。',
	'install.policy_chromium': '瀏覽器重新啟動後生效；可在 chrome://policy 查看。同一原則若已在其他檔案設定，請合併。',
	'install.policy_firefox':
		'瀏覽器重新啟動後生效；可在 about:policies 查看。擴充功能須經 Mozilla 簽署；若已有 policies.json，請合併。',
	'install.doctor': '安裝後可在該電腦執行 yinxin-signer --doctor，檢查瀏覽器設定、智慧卡服務、讀卡機與卡片。',
	'install.copy': '複製',
	'install.copied': '已複製',
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
	'install.title': 'Install the signer',
	'install.intro':
		'Signing with an IC card needs a browser extension and the signer program. Install them for your browser and ' +
		'system; what is ready shows by itself.',
	'install.looking': 'This page looks every few seconds; there is no need to reload it after the installation.',
	'install.ready': 'The signer was found',
	'install.ready_text': 'Extension and signer program are ready; plug in a reader and insert your card to sign.',
	'install.back': 'Back to where I was',
	'install.how': 'Steps',
	'install.browser': 'Browser',
	'install.system': 'System',
	'browser.chrome': 'Google Chrome',
	'browser.edge': 'Microsoft Edge',
	'browser.chromium': 'Chromium',
	'browser.firefox': 'Mozilla Firefox',
	'system.debian': 'Debian / Ubuntu',
	'system.windows': 'Windows',
	'system.macos': 'macOS',
	'system.other': 'Another Linux',
	'install.extension': 'Browser extension “Yinxin”',
	'install.extension_chrome':
		'Your administrator deploys it by policy, and the browser installs it when it starts. It is not in the ' +
		'Chrome Web Store yet, so it cannot be found there.',
	'install.extension_edge':
		'Your administrator deploys it by policy, and the browser installs it when it starts. It is not among the ' +
		'Microsoft Edge Add-ons yet, so it cannot be found there.',
	'install.extension_chromium':
		'Your administrator deploys it by policy, and the browser installs it when it starts.',
	'install.extension_firefox':
		'Your administrator deploys it by policy, and the browser installs it when it starts. It is not among the ' +
		'Firefox Add-ons yet, so it cannot be found there.',
	'install.id': 'Extension ID',
	'install.host': 'Signer program',
	'install.host_debian': 'Download the package and install it as root; the smart card service pcscd comes with it.',
	'install.host_windows': 'There is a package for Debian and Ubuntu only; one for Windows is not there yet.',
	'install.host_macos': 'There is a package for Debian and Ubuntu only; one for macOS is not there yet.',
	'install.host_other': 'There is a package for Debian and Ubuntu only; elsewhere it is built from source.',
	'install.no_package':
		'This platform offers no package for download yet. Please ask your administrator for the package ' +
		'yinxin-signer.',
	'install.no_package_system':
		'There is no package for this system. Please sign on a Debian or Ubuntu computer, or ask your administrator.',
	'install.download': 'Download {file}',
	'install.version': 'Version {version},',
	'install.command': 'Command to install it',
	'install.reader': 'Card reader and card',
	'install.reader_text': 'Plug in the reader and insert the card; the parts of the signing set-up above turn ready.',
	'install.admin': 'For administrators',
	'install.admin_text':
		'These files carry the address of this platform. On each computer they install the extension and let this ' +
		'platform, and no other site, use cards.',
	'install.admin_windows':
		'Policies for Windows (chrome.reg, edge.reg, and policies.json for Firefox) are in policies/windows of the ' +
		'packages; an installer of the signer program is not there yet, so the extension alone cannot sign.',
	'install.admin_macos': 'Neither the signer nor policies for macOS are there yet.',
	'install.no_extension':
		'There is no extension under /downloads/ of this platform yet. Its administrator makes it with make package.',
	'install.policy_chromium':
		'It works after the browser was started anew; see chrome://policy. If another file sets the same policy, ' +
		'put them together.',
	'install.policy_firefox':
		'It works after the browser was started anew; see about:policies. The extension must be signed by Mozilla. ' +
		'If there is a policies.json already, put them together.',
	'install.doctor':
		'Afterwards yinxin-signer --doctor tells on that computer whether browsers, card service, reader and card ' +
		'are in order.',
	'install.copy': 'Copy',
	'install.copied': 'Copied',
};
