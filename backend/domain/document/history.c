#include "backend/domain/document/history.h"

int
history_add(struct yx_db *db, const struct history_entry *e)
{
	return yx_db_exec(db,
	    "INSERT INTO sign_history (document_id, revision, signed_at, signed_by, certificate, subject, issuer, serial,"
	    " member_id, certificate_id, stamped_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(e->document_id), yx_p_int(e->revision), yx_p_time(e->signed_at), yx_p_str(e->signed_by),
	    yx_p_str(e->label), yx_p_str(e->cert->subject), yx_p_str(e->cert->issuer), yx_p_str(e->cert->serial),
	    yx_p_str(e->member_id), yx_p_str(e->certificate_id),
	    e->stamped_at == 0 ? yx_p_null() : yx_p_time(e->stamped_at)), NULL);
}

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct history_row *)item = (struct history_row){ yx_row_int(r, 0), yx_row_time(r, 1), yx_row_time(r, 7),
		yx_row_str(r, 2), yx_row_str(r, 3), yx_row_str(r, 4), yx_row_str(r, 5), yx_row_str(r, 6) };
}

int
history_list(struct act *act, const char *document_id, struct page *page, struct history_list *out)
{
	struct yx_db_items l = { .size = sizeof(*out->rows), .fill = fill };
	struct yx_rows *r = NULL;
	int rc = document_visible(act, document_id, &out->document);

	out->n = 0;
	if (rc != YX_OK || (rc = yx_db_one(act->db, act->arena, "SELECT COUNT(*) FROM sign_history WHERE document_id = ?",
	    YX_P(yx_p_str(document_id)), &r)) != YX_OK)
		return rc;
	page->total = yx_row_int(r, 0);
	rc = yx_db_list(act->db, act->arena,
	    "SELECT revision, signed_at, signed_by, certificate, subject, issuer, serial, stamped_at FROM sign_history"
	    " WHERE document_id = ? ORDER BY revision DESC LIMIT ? OFFSET ?",
	    YX_P(yx_p_str(document_id), yx_p_int(page->size), yx_p_int(page->offset)), &l);
	out->rows = l.items;
	out->n = l.count;
	return rc;
}
