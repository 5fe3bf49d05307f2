#include "backend/domain/base/mine.h"
#include "backend/domain/signing/signing.h"

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct signing_asked *)item = (struct signing_asked){ .message_id = yx_row_str(r, 0),
		.message_number = yx_row_str(r, 1), .subject = yx_row_str(r, 2), .sent_at = yx_row_time(r, 3),
		.contract_number = yx_row_str(r, 4), .contract_title = yx_row_str(r, 5), .contract_state = yx_row_str(r, 6),
		.task_id = yx_row_str(r, 7), .task_state = yx_row_str(r, 8), .kind = yx_row_str(r, 9),
		.signed_at = yx_row_time(r, 10), .document_id = yx_row_str(r, 11), .document_number = yx_row_str(r, 12),
		.document_name = yx_row_str(r, 13), .size = yx_row_int(r, 14), .revision = yx_row_int(r, 15) };
}

int
signing_asked_list(
    struct act *act, const char *const *messages, size_t n, struct signing_asked **rows, size_t *rows_n)
{
	struct yx_db_items l = { .size = sizeof(**rows), .fill = fill };
	struct yx_buf json;
	int rc;

	*rows_n = 0;
	yx_buf_init(&json, 64 + n * (YX_ID_SIZE + 3));
	yx_buf_adds(&json, "[");
	for (size_t i = 0; i < n; i++)
		yx_buf_addf(&json, "%s\"%s\"", i > 0 ? "," : "", messages[i]);
	yx_buf_adds(&json, "]");
	rc = yx_buf_status(&json);
	if (rc == YX_OK)
		rc = yx_db_list(act->db, act->arena,
		    "SELECT m.id, m.number, m.subject, m.sent_at, c.number, c.title, c.state, t.id, t.state, t.kind,"
		    " t.signed_at, d.id, d.number, d.name, x.size, d.revision"
		    " FROM JSON_TABLE(?, '$[*]' COLUMNS (turn FOR ORDINALITY, id CHAR(32) CHARACTER SET ascii PATH '$')) j"
		    " STRAIGHT_JOIN sign_task t ON t.message_id = j.id JOIN message m ON m.id = t.message_id"
		    " JOIN document d ON d.id = t.document_id JOIN contract c ON c.id = d.contract_id"
		    " JOIN document_revision v ON v.document_id = d.id AND v.revision = d.revision"
		    " JOIN object x ON x.sha256 = COALESCE(v.kept, v.sha256) WHERE" TASK_MINE
		    " ORDER BY j.turn, d.position, d.number",
		    YX_P(yx_p_str(yx_buf_str(&json)), MINE_P(act)), &l);
	yx_buf_free(&json);
	*rows = l.items;
	*rows_n = l.count;
	return rc;
}
