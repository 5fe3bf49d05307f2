/* error.h - floor 0: the one table of everything that can go wrong.
 *
 * A fallible function returns int: YX_OK (0) or one of these codes. A row holds
 * the name in C, the stable word that the API, the native host and the extension
 * put on the wire, the HTTP status, and whether trying again may help. Words are
 * never renamed: pages, the extension and other people's programs rely on them.
 *
 * What the user reads stands in texts/errors.zh.json and texts/errors.en.json, for
 * the programs, the pages and the extension alike; the build makes their copies and
 * stops if a word here has no text there, or a text there has no word here. */
#ifndef YX_COMMON_ERROR_H
#define YX_COMMON_ERROR_H

#define YX_MUST_USE __attribute__((warn_unused_result))

/* X(NAME, word, HTTP status, retriable) */
#define YX_ERRORS(X) \
	X(OK, "ok", 200, 0) \
	/* general */ \
	X(INTERNAL, "internal", 500, 1) \
	X(NO_MEMORY, "no_memory", 503, 1) \
	X(IO, "io", 500, 1) \
	X(UNAVAILABLE, "unavailable", 503, 1) \
	X(TIMEOUT, "timeout", 504, 1) \
	X(CONFIG, "config", 500, 0) \
	X(USAGE, "usage", 400, 0) \
	/* requests */ \
	X(BAD_REQUEST, "bad_request", 400, 0) \
	X(BAD_FIELD, "bad_field", 400, 0) \
	X(FIELD_REQUIRED, "field_required", 400, 0) \
	X(FIELD_TOO_LONG, "field_too_long", 400, 0) \
	X(UNKNOWN_FIELD, "unknown_field", 400, 0) \
	X(NOT_LOGGED_IN, "not_logged_in", 401, 0) \
	X(CSRF, "csrf", 403, 0) \
	X(NOT_FOUND, "not_found", 404, 0) \
	X(METHOD, "method_not_allowed", 405, 0) \
	X(TOO_LARGE, "too_large", 413, 0) \
	X(RATE, "rate_limited", 429, 1) \
	X(CONFLICT, "conflict", 409, 0) \
	/* clients of the public API */ \
	X(TOKEN, "invalid_token", 401, 0) \
	X(SCOPE, "insufficient_scope", 403, 0) \
	X(KEY_USED, "idempotency_key_used", 422, 0) \
	X(CLIENT_WRONG, "client_wrong", 401, 0) \
	X(SECRETS_TWO, "two_secrets", 409, 0) \
	X(HOOK_URL, "hook_url", 422, 0) \
	/* administration */ \
	X(CODE_TAKEN, "code_taken", 409, 0) \
	X(NOT_EMPTY, "not_empty", 409, 0) \
	X(ROLE_CONFLICT, "role_conflict", 409, 0) \
	X(NOT_YOURSELF, "not_yourself", 409, 0) \
	X(ASKED_ALREADY, "asked_already", 409, 0) \
	X(SECOND_APPROVER, "second_approver", 409, 0) \
	X(SETTING_LOCKED, "setting_locked", 409, 0) \
	X(HELD, "held", 409, 0) \
	X(DESTROYED, "destroyed", 410, 0) \
	/* login */ \
	X(LOGIN_FAILED, "login_failed", 401, 0) \
	X(LOCKED, "account_locked", 423, 0) \
	X(CODE_WRONG, "code_wrong", 422, 1) \
	X(PROOF_WRONG, "proof_wrong", 422, 1) \
	X(PROVE_AGAIN, "prove_again", 403, 1) \
	X(FACTOR_NEEDED, "second_factor_needed", 403, 0) \
	X(LINK_EXPIRED, "link_expired", 410, 0) \
	X(PRACTICE_CLOSED, "practice_closed", 403, 0) \
	/* accounts */ \
	X(PASSWORD_SHORT, "password_short", 422, 0) \
	X(PASSWORD_COMMON, "password_common", 422, 0) \
	X(PASSWORD_USED, "password_used", 422, 0) \
	X(ACCOUNT_TAKEN, "account_taken", 409, 0) \
	X(COMPANY_NUMBER, "company_number", 422, 0) \
	X(COMPANY_TAKEN, "company_taken", 409, 0) \
	X(CARD_PROOF, "card_proof_needed", 403, 1) \
	X(LAST_ADMIN, "last_administrator", 409, 0) \
	/* contracts and signing */ \
	X(NUMBER_TAKEN, "number_taken", 409, 0) \
	X(STATE, "wrong_state", 409, 0) \
	X(FIXED, "fixed_after_sending", 409, 0) \
	X(RETURNED, "contract_returned", 409, 0) \
	X(VOIDED, "contract_voided", 409, 0) \
	X(EXPIRED, "contract_expired", 409, 0) \
	X(SECOND_PERSON, "second_person", 409, 0) \
	X(REMINDED, "reminded_already", 409, 0) \
	X(READ_ALREADY, "read_already", 409, 0) \
	X(NO_DOCUMENT, "no_document", 409, 0) \
	X(NO_VENDOR, "no_vendor", 409, 0) \
	X(VENDOR_NO_SIGNER, "vendor_no_signer", 409, 0) \
	X(NO_SEALER, "no_sealer", 409, 0) \
	X(ANCHOR_MISSING, "anchor_missing", 422, 0) \
	X(WITHHELD, "withheld", 409, 0) \
	X(TEXT_FIELD_EMPTY, "text_field_empty", 422, 0) \
	X(TEXT_FIELD_UNKNOWN, "text_field_unknown", 422, 0) \
	X(TASK_TAKEN, "task_taken", 409, 1) \
	X(SIGNING_EXPIRED, "signing_expired", 409, 1) \
	/* the wallet (個人證件包) */ \
	X(WALLET_NONE, "wallet_none", 409, 0) \
	X(WALLET_LOCKED, "wallet_locked", 423, 1) \
	X(WALLET_PASSPHRASE, "wallet_passphrase", 422, 1) \
	X(WALLET_CODE, "wallet_code", 422, 1) \
	X(WALLET_TRIES, "wallet_tries", 429, 1) \
	X(WALLET_FULL, "wallet_full", 409, 0) \
	X(WALLET_THERE, "wallet_there", 409, 0) \
	X(WALLET_DAMAGED, "wallet_damaged", 500, 0) \
	X(GRANT_OVER, "grant_over", 410, 0) \
	X(NO_RECIPIENT_WALLET, "no_recipient_wallet", 409, 0) \
	/* PDF */ \
	X(NOT_PDF, "not_pdf", 422, 0) \
	X(FILE_TYPE, "file_type", 422, 0) \
	X(PDF_BROKEN, "pdf_broken", 422, 0) \
	X(PDF_ENCRYPTED, "pdf_encrypted", 422, 0) \
	X(PDF_UNSUPPORTED, "pdf_unsupported", 422, 0) \
	X(PDF_DYNAMIC, "pdf_dynamic_form", 422, 0) \
	X(PDF_SIGNED, "pdf_signed", 422, 0) \
	X(PDF_LOCKED, "pdf_locked", 422, 0) \
	X(PDF_NORMALISABLE, "pdf_normalisable", 422, 0) \
	X(PDF_UNCLEAR, "pdf_unclear", 422, 0) \
	X(PDF_TOO_COMPLEX, "pdf_too_complex", 422, 0) \
	X(HOLE_TOO_SMALL, "hole_too_small", 500, 0) \
	/* certificates and signatures */ \
	X(CERT_BAD, "certificate_bad", 422, 0) \
	X(CERT_EXPIRED, "certificate_expired", 422, 0) \
	X(CERT_NOT_YET, "certificate_not_yet_valid", 422, 0) \
	X(CERT_REVOKED, "certificate_revoked", 422, 0) \
	X(CERT_UNTRUSTED, "certificate_untrusted", 422, 0) \
	X(CERT_USAGE, "certificate_usage", 422, 0) \
	X(CERT_WEAK, "certificate_weak", 422, 0) \
	X(CERT_NOT_REGISTERED, "certificate_not_registered", 422, 0) \
	X(CERT_DUPLICATE, "certificate_duplicate", 409, 0) \
	X(CERT_OF_OTHER, "certificate_of_other_party", 422, 0) \
	X(REVOCATION_UNKNOWN, "revocation_unknown", 503, 1) \
	X(SIGNATURE_BAD, "signature_bad", 422, 0) \
	X(TIMESTAMP_BAD, "timestamp_bad", 422, 0) \
	X(TIMESTAMP_UNAVAILABLE, "timestamp_unavailable", 503, 1) \
	X(CHALLENGE_EXPIRED, "challenge_expired", 409, 1) \
	/* native host and cards */ \
	X(NO_SERVICE, "no_card_service", 503, 1) \
	X(NO_READER, "no_reader", 503, 1) \
	X(NO_CARD, "no_card", 503, 1) \
	X(WRONG_CARD, "wrong_card", 422, 1) \
	X(CARD_REMOVED, "card_removed", 503, 1) \
	X(CARD_UNSUPPORTED, "card_unsupported", 422, 0) \
	X(CARD_BUSY, "card_busy", 503, 1) \
	X(CARD_TIMEOUT, "card_timeout", 504, 1) \
	X(CARD_PROTOCOL, "card_protocol", 502, 0) \
	X(PIN_WRONG, "pin_wrong", 422, 1) \
	X(PIN_FORMAT, "pin_format", 422, 1) \
	X(PIN_NEEDED, "pin_needed", 422, 1) \
	X(PIN_LAST_TRY, "pin_last_try", 422, 1) \
	X(MODULE_FAILED, "module_failed", 502, 1) \
	X(DIALOG_FAILED, "dialog_failed", 502, 1) \
	X(PIN_BLOCKED, "pin_blocked", 423, 0) \
	X(CANCELLED, "cancelled", 499, 1) \
	X(PROTOCOL, "protocol", 400, 0) \
	X(UNKNOWN_COMMAND, "unknown_command", 400, 0) \
	X(ORIGIN, "origin_refused", 403, 0) \
	X(ITEM_REFUSED, "item_refused", 422, 0) \
	/* said by pages and the extension only: no program of ours returns these */ \
	X(NETWORK, "network", 503, 1) \
	X(EXTENSION_MISSING, "extension_missing", 503, 0) \
	X(EXTENSION_GONE, "extension_gone", 503, 0) \
	X(HOST_MISSING, "host_missing", 503, 0) \
	X(HOST_FORBIDDEN, "host_forbidden", 403, 0) \
	X(HOST_OUTDATED, "host_outdated", 503, 0) \
	X(HOST_FAILED, "host_failed", 502, 1) \
	X(BUSY, "busy", 409, 1) \
	X(NO_USER_CLICK, "no_user_click", 403, 1) \
	X(DOCUMENT_UNREADABLE, "document_unreadable", 502, 1) \
	X(INTERRUPTED, "interrupted", 503, 1) \
	X(TOO_MANY_DOCUMENTS, "too_many_documents", 422, 0)

enum yx_err {
#define YX_ENUM(name, word, http, retriable) YX_##name,
	YX_ERRORS(YX_ENUM)
#undef YX_ENUM
	YX_ERR_COUNT
};

struct yx_err_row {
	const char *name;      /* "PIN_WRONG" */
	const char *word;      /* "pin_wrong": what goes over the wire */
	int         http;      /* HTTP status */
	int         retriable; /* 1: the same call may succeed later */
};

/* The row of a code; of YX_INTERNAL for a number that is no code. Static. */
const struct yx_err_row *yx_err_row(int code);
/* The word of a code: never NULL. */
const char *yx_err_word(int code);
/* What the user reads, UTF-8: English, or (english 0) Traditional Chinese. Static. */
const char *yx_err_text(int code, int english);
/* The code of a word, YX_INTERNAL if there is none. */
int yx_err_of_word(const char *word);

#endif
