export const zh = {
	'practice.title': '實機演練',
	'practice.intro': '用演練機關、演練廠商與軟體卡，一個人走完一份契約的全部流程；不影響任何真實資料。',
	'practice.banner': '實機演練中',
	'practice.banner_text': '這裡的契約、訊息與簽章都不具效力，也不會寄出任何郵件。',
	'practice.play_as': '目前扮演',
	'practice.part.officer': '承辦人',
	'practice.part.vendor': '廠商簽署人',
	'practice.part.sealer': '用印人員',
	'practice.steps': '演練步驟',
	'practice.leave': '離開演練',
	'practice.begin_title': '開始之前',
	'practice.rule1': '您會有自己的演練機關與演練廠商，其他人看不到，也選不到任何真實的人員或單位。',
	'practice.rule2': '三個角色（承辦人、廠商簽署人、用印人員）由您輪流扮演，畫面上方可隨時切換。',
	'practice.rule3': '不需要讀卡機與 IC 卡：簽章視窗使用軟體卡，PIN 碼會顯示在視窗上。',
	'practice.rule4': '檔案每頁印有「演練　不具效力」，簽章由演練用憑證管理中心簽發，任何驗證都會顯示不受信任。',
	'practice.rule5': '演練的編號以 X、Y 開頭，不占用正式編號，不寄郵件，也不列入統計與稽核軌跡。',
	'practice.begin': '開始演練',
	'practice.go_on': '繼續演練',
	'practice.inside': '依下列步驟操作即可。每一步都使用平時的畫面；做完後會自動打勾。',
	'practice.progress': '已完成 {done} / {all} 步',
	'practice.finished': '恭喜！您已走完一份電子契約的全部流程。',
	'practice.look': '看看完成的契約',
	'practice.verify': '下載檔案後到驗章頁面驗證',
	'practice.done': '已完成',
	'practice.open': '未完成',
	'practice.who': '由{part}操作',
	'practice.go': '前往',
	'practice.go_as': '以{part}身分前往',
	'practice.sample': '下載範例契約檔（PDF）',
	'practice.sample_name': '演練契約',
	'practice.step.vendorCertificate': '廠商註冊憑證',
	'practice.how.vendorCertificate':
		'按「讀取憑證」，在簽章視窗選擇軟體卡，填寫憑證用途說明後按「註冊」並輸入 PIN 碼。',
	'practice.step.sealerCertificate': '用印人員註冊憑證',
	'practice.how.sealerCertificate': '與上一步相同，這次使用機關的軟體卡。',
	'practice.step.contract': '新增電子契約',
	'practice.how.contract': '填寫契約編號、名稱與承辦單位，按「下一步」。',
	'practice.step.file': '上傳契約檔',
	'practice.how.file': '上傳 PDF 檔；沒有檔案時可先下載範例。上傳後每頁會印上「演練」字樣。',
	'practice.step.sent': '設定簽署人並傳送',
	'practice.how.sent': '選擇演練廠商與用印人員，填寫主旨與說明後傳送。平台會先加上演練用的平台簽章。',
	'practice.step.signed': '廠商簽署',
	'practice.how.signed': '在「廠商接收」開啟訊息，閱讀契約後選擇憑證簽章並回復。',
	'practice.step.completed': '機關用印',
	'practice.how.completed': '在「機關用印」開啟契約，選擇憑證用印；契約隨即完成。',
	'practice.people': '演練角色',
	'practice.now': '目前扮演',
	'practice.has_card': '軟體卡，PIN 碼 {pin}',
	'practice.no_card': '不需要卡片',
	'practice.reset': '重新開始演練',
	'practice.reset_text': '這次演練開始於 {at}。重新開始會清除您自己的演練資料，不影響其他人，也不影響真實資料。',
	'practice.reset_ask': '您在演練中的契約、訊息與憑證都會清除，且無法復原。確定要重新開始嗎？',
	'practice.window_note': '演練用的簽章視窗。實際使用時由印信簽章元件顯示，PIN 碼只在您的電腦與卡片之間。',
	'practice.site': '網站',
	'practice.certificate': '憑證',
	'practice.issuer': '簽發者',
	'practice.until': '有效至',
	'practice.documents': '將簽署 {n} 份文件',
	'practice.view': '開啟',
	'practice.pin': 'PIN 碼',
	'practice.pin_hint': '軟體卡的 PIN 碼是 {pin}。還可嘗試 {n} 次。',
	'practice.ok': '確定',
	'practice.choose': '選擇憑證（軟體卡）',
	'practice.prove': '註冊憑證（軟體卡）',
	'practice.sign': '簽署文件（軟體卡）',
	'practice.blocked': 'PIN 碼連續錯誤，卡片已鎖定。真實的卡片須向發卡單位申請解鎖；軟體卡可在這裡解鎖。',
	'practice.unblock': '解鎖軟體卡',
};

export const en = {
	'practice.title': 'Practice',
	'practice.intro':
		'With an agency, a vendor and software cards of your own you walk through a whole contract '
		+ 'alone. Nothing real is touched.',
	'practice.banner': 'Practice',
	'practice.banner_text': 'Contracts, messages and signatures here have no effect, and no mail goes out.',
	'practice.play_as': 'You play',
	'practice.part.officer': 'Officer',
	'practice.part.vendor': 'Vendor signer',
	'practice.part.sealer': 'Sealing officer',
	'practice.steps': 'Steps',
	'practice.leave': 'Leave the practice',
	'practice.begin_title': 'Before you begin',
	'practice.rule1':
		'You get an agency and a vendor of your own. Nobody else sees them, and nobody real can be '
		+ 'chosen there.',
	'practice.rule2':
		'You play all three by turns: officer, vendor signer and sealing officer. '
		+ 'Switch at the top of the page.',
	'practice.rule3': 'No reader and no card are needed: the signing window uses a software card and shows its PIN.',
	'practice.rule4':
		'Every page says “演練　不具效力” (practice, no effect), and the signatures are by a practice CA that '
		+ 'every verifier calls untrusted.',
	'practice.rule5':
		'Numbers of the practice begin with X and Y. '
		+ 'They use up no real ones; nothing is mailed, counted or audited.',
	'practice.begin': 'Begin to practise',
	'practice.go_on': 'Go on practising',
	'practice.inside':
		'Follow the steps. Each is done on the ordinary screens; '
		+ 'what is done gets its tick by itself.',
	'practice.progress': '{done} of {all} steps done',
	'practice.finished': 'Well done! You have walked through a whole electronic contract.',
	'practice.look': 'Look at the completed contract',
	'practice.verify': 'Download the file and verify it',
	'practice.done': 'Done',
	'practice.open': 'To do',
	'practice.who': 'Done by: {part}',
	'practice.go': 'Go there',
	'practice.go_as': 'Go there as {part}',
	'practice.sample': 'Download a sample contract (PDF)',
	'practice.sample_name': 'practice-contract',
	'practice.step.vendorCertificate': 'The vendor registers a certificate',
	'practice.how.vendorCertificate':
		'Read the certificate, choose the software card in the window, say what the certificate is for, '
		+ 'register it and enter the PIN.',
	'practice.step.sealerCertificate': 'The sealing officer registers a certificate',
	'practice.how.sealerCertificate': 'As in the step before, with the card of the agency.',
	'practice.step.contract': 'A new contract',
	'practice.how.contract': 'Fill in number, title and unit, and go on.',
	'practice.step.file': 'Upload the file',
	'practice.how.file': 'Upload a PDF; there is a sample if you have none. Every page is marked as practice.',
	'practice.step.sent': 'Choose the signers and send',
	'practice.how.sent':
		'Choose the practice vendor and the sealing officer, write subject and text, and send. '
		+ 'The platform’s practice seal comes first.',
	'practice.step.signed': 'The vendor signs',
	'practice.how.signed':
		'Open the message among the received ones, read the contract, choose the certificate, '
		+ 'sign and reply.',
	'practice.step.completed': 'The agency seals',
	'practice.how.completed':
		'Open the contract under sealing, choose the certificate and seal. '
		+ 'The contract is complete then.',
	'practice.people': 'Parts',
	'practice.now': 'You play this one',
	'practice.has_card': 'Software card, PIN {pin}',
	'practice.no_card': 'Needs no card',
	'practice.reset': 'Begin anew',
	'practice.reset_text':
		'This practice began at {at}. Beginning anew clears what you did in it; '
		+ 'nobody else and nothing real is touched.',
	'practice.reset_ask':
		'Contracts, messages and certificates of your practice are cleared for good. '
		+ 'Begin anew?',
	'practice.window_note':
		'A signing window for the practice. In reality the Yinxin signer shows it, and the PIN stays between '
		+ 'your computer and the card.',
	'practice.site': 'Site',
	'practice.certificate': 'Certificate',
	'practice.issuer': 'Issuer',
	'practice.until': 'Valid until',
	'practice.documents': 'Documents to sign: {n}',
	'practice.view': 'Open',
	'practice.pin': 'PIN',
	'practice.pin_hint': 'The PIN of the software card is {pin}. Tries left: {n}.',
	'practice.ok': 'OK',
	'practice.choose': 'Choose a certificate (software card)',
	'practice.prove': 'Register a certificate (software card)',
	'practice.sign': 'Sign documents (software card)',
	'practice.blocked':
		'The PIN was wrong too often, and the card is blocked. A real one must be unblocked by its issuer; '
		+ 'the software card here.',
	'practice.unblock': 'Unblock the software card',
};
