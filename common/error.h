/* error.h - floor 0: the one table of everything that can go wrong.
 *
 * A fallible function returns int: YX_OK (0) or one of these codes. A row holds
 * the name in C, the stable word that the API and the native host put on the
 * wire, the HTTP status, whether trying again may help, and what the user reads
 * (Traditional Chinese, English). Words are never renamed: pages, the extension
 * and other people's programs rely on them. */
#ifndef YX_COMMON_ERROR_H
#define YX_COMMON_ERROR_H

#define YX_MUST_USE __attribute__((warn_unused_result))

/* X(NAME, word, HTTP status, retriable, zh-Hant-TW, English) */
#define YX_ERRORS(X) \
	X(OK, "ok", 200, 0, "成功", "Success") \
	/* general */ \
	X(INTERNAL, "internal", 500, 1, "系統發生錯誤，資料未變更，請稍後再試。", "The system failed; nothing was changed. Please try again later.") \
	X(NO_MEMORY, "no_memory", 503, 1, "系統忙碌中，請稍後再試。", "The system is busy. Please try again later.") \
	X(IO, "io", 500, 1, "讀寫檔案失敗，請稍後再試。", "Reading or writing a file failed. Please try again later.") \
	X(UNAVAILABLE, "unavailable", 503, 1, "服務暫時無法使用，請稍後再試。", "The service is not available at the moment. Please try again later.") \
	X(TIMEOUT, "timeout", 504, 1, "等候逾時，請再試一次。", "The time ran out. Please try again.") \
	X(CONFIG, "config", 500, 0, "設定檔有誤。", "The configuration is wrong.") \
	X(USAGE, "usage", 400, 0, "參數用法錯誤。", "Wrong usage.") \
	/* requests */ \
	X(BAD_REQUEST, "bad_request", 400, 0, "要求的格式不正確。", "The request is malformed.") \
	X(BAD_FIELD, "bad_field", 400, 0, "欄位內容不正確。", "The field's value is not acceptable.") \
	X(FIELD_REQUIRED, "field_required", 400, 0, "此欄位必填。", "This field is required.") \
	X(FIELD_TOO_LONG, "field_too_long", 400, 0, "欄位內容過長。", "The field's value is too long.") \
	X(UNKNOWN_FIELD, "unknown_field", 400, 0, "要求中有不認識的欄位。", "The request has an unknown field.") \
	X(NOT_LOGGED_IN, "not_logged_in", 401, 0, "請先登入。", "Please log in first.") \
	X(CSRF, "csrf", 403, 0, "頁面已過期，請重新整理後再試。", "The page is out of date. Please reload it and try again.") \
	X(NOT_FOUND, "not_found", 404, 0, "找不到資料，或您沒有檢視的權限。", "Not found, or you may not see it.") \
	X(METHOD, "method_not_allowed", 405, 0, "不支援的操作。", "This operation is not supported.") \
	X(TOO_LARGE, "too_large", 413, 0, "資料超過大小上限。", "The data exceeds the size limit.") \
	X(RATE, "rate_limited", 429, 1, "操作過於頻繁，請稍後再試。", "Too many requests. Please try again later.") \
	X(CONFLICT, "conflict", 409, 0, "資料已被他人更新，請重新整理後再試。", "Somebody else changed this meanwhile. Please reload and try again.") \
	/* login */ \
	X(LOGIN_FAILED, "login_failed", 401, 0, "帳號或密碼不正確。", "The account or the password is not correct.") \
	X(LOCKED, "account_locked", 423, 0, "登入失敗達五次，帳號已鎖定，請於十五分鐘後再試。", "Five failed logins: the account is locked. Please try again in fifteen minutes.") \
	/* contracts and signing */ \
	X(NUMBER_TAKEN, "number_taken", 409, 0, "契約編號已存在，請使用其他編號。", "This contract number exists already. Please use another.") \
	X(STATE, "wrong_state", 409, 0, "目前狀態不能執行此操作。", "This is not possible in the current state.") \
	X(NO_DOCUMENT, "no_document", 409, 0, "請先上傳契約檔案。", "Please upload the contract file first.") \
	X(NO_VENDOR, "no_vendor", 409, 0, "請選擇簽署單位（廠商）。", "Please choose the signing unit (vendor).") \
	X(VENDOR_NO_SIGNER, "vendor_no_signer", 409, 0, "所選的簽署單位還沒有簽署人員，請該單位先設定簽署人，或改選其他單位。", "A chosen signing unit has nobody who may sign. Please have it appoint a signer, or choose another unit.") \
	X(NO_SEALER, "no_sealer", 409, 0, "沒有機關用印人員，請洽機關管理者設定機關用印角色。", "There is no sealing staff. Please ask the agency administrator to grant the sealing role.") \
	X(TASK_TAKEN, "task_taken", 409, 1, "此文件正由他人簽章中，請稍後再試。", "Somebody else is signing this document. Please try again later.") \
	X(SIGNING_EXPIRED, "signing_expired", 409, 1, "簽章準備已逾時，請重新簽章。", "The prepared signature has expired. Please sign again.") \
	/* PDF */ \
	X(NOT_PDF, "not_pdf", 422, 0, "這不是 PDF 檔案。", "This is not a PDF file.") \
	X(PDF_BROKEN, "pdf_broken", 422, 0, "PDF 檔案已損壞，請重新輸出後再上傳。", "The PDF file is damaged. Please export it again and upload the new file.") \
	X(PDF_ENCRYPTED, "pdf_encrypted", 422, 0, "PDF 檔案有密碼或加密保護，請解除後再上傳。", "The PDF file is protected by a password or encryption. Please remove it and upload again.") \
	X(PDF_UNSUPPORTED, "pdf_unsupported", 422, 0, "PDF 檔案含有不能簽章的內容（例如動態表單），請另存為一般 PDF。", "The PDF file has content that cannot be signed (a dynamic form, for instance). Please save it as a plain PDF.") \
	X(PDF_SIGNED, "pdf_signed", 422, 0, "PDF 檔案已有簽章，請上傳未簽章的檔案。", "The PDF file is signed already. Please upload an unsigned file.") \
	X(PDF_LOCKED, "pdf_locked", 422, 0, "PDF 檔案中既有的簽章不允許再簽章。", "An earlier signature in the PDF forbids further signatures.") \
	X(PDF_TOO_COMPLEX, "pdf_too_complex", 422, 0, "PDF 檔案結構過於複雜，無法處理。", "The PDF file is too complex to process.") \
	X(HOLE_TOO_SMALL, "hole_too_small", 500, 0, "簽章資料超過預留空間。", "The signature does not fit into the reserved space.") \
	/* certificates and signatures */ \
	X(CERT_BAD, "certificate_bad", 422, 0, "無法讀取憑證。", "The certificate cannot be read.") \
	X(CERT_EXPIRED, "certificate_expired", 422, 0, "憑證已過期。", "The certificate has expired.") \
	X(CERT_NOT_YET, "certificate_not_yet_valid", 422, 0, "憑證尚未生效。", "The certificate is not valid yet.") \
	X(CERT_REVOKED, "certificate_revoked", 422, 0, "憑證已廢止或停用。", "The certificate is revoked or suspended.") \
	X(CERT_UNTRUSTED, "certificate_untrusted", 422, 0, "憑證不是由本平台信任的憑證機構簽發。", "The certificate was not issued by a certification authority that this platform trusts.") \
	X(CERT_USAGE, "certificate_usage", 422, 0, "此憑證不能用於簽章。", "This certificate is not meant for signatures.") \
	X(CERT_WEAK, "certificate_weak", 422, 0, "憑證的金鑰強度不足。", "The certificate's key is too weak.") \
	X(CERT_NOT_REGISTERED, "certificate_not_registered", 422, 0, "此憑證尚未註冊，請先至憑證管理註冊。", "This certificate is not registered yet. Please register it under certificate management first.") \
	X(CERT_DUPLICATE, "certificate_duplicate", 409, 0, "您已註冊過此憑證。", "You registered this certificate already.") \
	X(CERT_OF_OTHER, "certificate_of_other_party", 422, 0, "憑證不屬於您的單位，請改用貴單位的卡片。", "The certificate does not belong to your organization. Please use your organization's card.") \
	X(REVOCATION_UNKNOWN, "revocation_unknown", 503, 1, "暫時無法查詢憑證狀態，請稍後再試。", "The certificate's status cannot be checked at the moment. Please try again later.") \
	X(SIGNATURE_BAD, "signature_bad", 422, 0, "簽章驗證失敗，文件未變更。", "The signature does not verify; the document is unchanged.") \
	X(CHALLENGE_EXPIRED, "challenge_expired", 409, 1, "註冊程序已逾時，請重新讀取卡片。", "The registration has expired. Please read the card again.") \
	/* native host and cards */ \
	X(NO_SERVICE, "no_card_service", 503, 1, "智慧卡服務未啟動，請啟動 pcscd 服務後再試。", "The smart card service is not running. Please start pcscd and try again.") \
	X(NO_READER, "no_reader", 503, 1, "找不到讀卡機，請接上讀卡機後再試。", "No card reader was found. Please connect a reader and try again.") \
	X(NO_CARD, "no_card", 503, 1, "讀卡機中沒有卡片，請插入卡片後再試。", "There is no card in the reader. Please insert the card and try again.") \
	X(WRONG_CARD, "wrong_card", 422, 1, "插入的卡片不是所選憑證的卡片，請改插正確的卡片。", "The inserted card does not hold the chosen certificate. Please insert the right card.") \
	X(CARD_REMOVED, "card_removed", 503, 1, "卡片在作業中被拔出，請重新插入卡片後再試。", "The card was pulled out. Please insert it again and retry.") \
	X(CARD_UNSUPPORTED, "card_unsupported", 422, 0, "不支援這張卡片。", "This card is not supported.") \
	X(CARD_BUSY, "card_busy", 503, 1, "其他程式正在使用卡片，請關閉該程式後再試。", "Another program uses the card. Please close it and try again.") \
	X(CARD_TIMEOUT, "card_timeout", 504, 1, "卡片沒有回應，請拔出後重新插入。", "The card does not answer. Please pull it out and insert it again.") \
	X(CARD_PROTOCOL, "card_protocol", 502, 0, "卡片回應的資料不正確。", "The card's answer is malformed.") \
	X(PIN_WRONG, "pin_wrong", 422, 1, "PIN 碼錯誤。", "Wrong PIN.") \
	X(PIN_FORMAT, "pin_format", 422, 1, "PIN 碼的長度或格式不正確。", "The PIN's length or format is not right.") \
	X(PIN_BLOCKED, "pin_blocked", 423, 0, "PIN 碼已鎖定，請洽發卡單位解鎖。", "The PIN is blocked. Please ask the card's issuer to unblock it.") \
	X(CANCELLED, "cancelled", 499, 1, "使用者已取消。", "Cancelled by the user.") \
	X(PROTOCOL, "protocol", 400, 0, "訊息格式不正確。", "The message is malformed.") \
	X(UNKNOWN_COMMAND, "unknown_command", 400, 0, "不認識的指令。", "Unknown command.") \
	X(ORIGIN, "origin_refused", 403, 0, "此網站未獲准使用簽章元件。", "This site may not use the signer.") \
	X(ITEM_REFUSED, "item_refused", 422, 0, "待簽資料不正確，未簽章。", "The data to sign is not acceptable; nothing was signed.")

enum yx_err {
#define YX_ENUM(name, word, http, retriable, zh, en) YX_##name,
	YX_ERRORS(YX_ENUM)
#undef YX_ENUM
	YX_ERR_COUNT
};

struct yx_err_row {
	const char *name;      /* "PIN_WRONG" */
	const char *word;      /* "pin_wrong": what goes over the wire */
	int         http;      /* HTTP status */
	int         retriable; /* 1: the same call may succeed later */
	const char *zh;        /* for the user, Traditional Chinese */
	const char *en;        /* for the user, English */
};

/* The row of a code; of YX_INTERNAL for a number that is no code. Static. */
const struct yx_err_row *yx_err_row(int code);
/* The word of a code: never NULL. */
const char *yx_err_word(int code);
/* The code of a word, YX_INTERNAL if there is none. */
int yx_err_of_word(const char *word);

#endif
