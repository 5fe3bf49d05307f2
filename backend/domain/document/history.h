/* history.h - floor 4: who signed which revision of a document (簽章歷程). */
#ifndef YX_HISTORY_H
#define YX_HISTORY_H

#include "backend/domain/document/document.h"
#include "common/cert.h"

struct history_entry {
	const char *document_id;
	int64_t     revision;        /* 項次 */
	int64_t     signed_at;
	const char *signed_by;       /* 簽章單位 as shown */
	const char *label;           /* 使用憑證: the purpose note */
	int64_t     stamped_at;      /* of its timestamp; 0: it has none of its own */
	const struct yx_cert *cert;
	const char *member_id, *certificate_id; /* NULL: the platform */
};
int history_add(struct yx_db *db, const struct history_entry *e) YX_MUST_USE;

struct history_row {
	int64_t     item, signed_at, stamped_at;
	const char *signed_by, *label, *subject, *issuer, *serial;
};
/* Newest first, for whoever may see the document (document_visible). */
struct history_list { struct document_name document; struct history_row *rows; size_t n; };
int history_list(struct act *act, const char *document_id, struct page *page, struct history_list *out) YX_MUST_USE;

#endif
