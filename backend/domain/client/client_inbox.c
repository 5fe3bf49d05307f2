#include "backend/domain/client/client_inbox.h"

#include "backend/domain/base/mine.h"

#define COLUMNS \
	"SELECT m.id, m.number, m.kind, o.name, m.subject, m.body, m.contract_id, m.sent_at, r.read_at IS NOT NULL" \
	" FROM message_recipient r JOIN message m ON m.id = r.message_id" \
	" JOIN organization o ON o.id = m.sender_organization_id WHERE"

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct client_message *)item = (struct client_message){ .id = yx_row_str(r, 0), .number = yx_row_str(r, 1),
		.kind = yx_row_str(r, 2), .sender = yx_row_str(r, 3), .subject = yx_row_str(r, 4), .body = yx_row_str(r, 5),
		.contract_id = yx_row_str(r, 6), .sent_at = yx_row_time(r, 7), .read = yx_row_int(r, 8) != 0 };
}

int
client_message_list(struct act *act, const char *after, int64_t most, struct client_message **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill };
	/* Two questions, so that each walks along its index. */
	int rc = act->who.roles & ROLE_VENDOR_SIGNER
	    ? yx_db_list(act->db, act->arena, COLUMNS " r.organization_id = ? AND r.member_id IS NULL AND r.message_id > ?"
	      " ORDER BY r.message_id LIMIT ?",
	      YX_P(yx_p_str(act->who.organization_id), yx_p_str(after), yx_p_int(most)), &l)
	    : yx_db_list(act->db, act->arena, COLUMNS " r.member_id = ? AND r.message_id > ? ORDER BY r.message_id LIMIT ?",
	      YX_P(yx_p_str(act->who.member_id), yx_p_str(after), yx_p_int(most)), &l);

	*list = l.items;
	*n = l.count;
	return rc;
}

static void
fill_file(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct client_attachment *)item = (struct client_attachment){ yx_row_str(r, 0), yx_row_str(r, 1),
		yx_row_str(r, 2), yx_row_int(r, 3), yx_row_int(r, 4) };
}

int
client_message_get(struct act *act, const char *id, struct client_message *out, struct client_attachment **files,
    size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**files), .fill = fill_file };
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, COLUMNS " r.message_id = ? AND" RECIPIENT_ME " LIMIT 1",
	    YX_P(yx_p_str(id), MINE_P(act)), &r);

	if (rc != YX_OK)
		return rc;
	fill(out, r, NULL);
	rc = yx_db_list(act->db, act->arena,
	    "SELECT d.id, d.number, d.name, x.size, a.revision FROM message_document a"
	    " JOIN document d ON d.id = a.document_id"
	    " JOIN document_revision v ON v.document_id = d.id AND v.revision = IF(d.format = 'pdf', a.revision, 0)"
	    " JOIN object x ON x.sha256 = COALESCE(v.kept, v.sha256) WHERE a.message_id = ? ORDER BY d.position, d.number",
	    YX_P(yx_p_str(id)), &l);
	*files = l.items;
	*n = l.count;
	return rc;
}

static void
fill_certificate(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct client_certificate *)item = (struct client_certificate){ yx_row_str(r, 0), yx_row_str(r, 1),
		yx_row_str(r, 2), yx_row_str(r, 3), yx_row_str(r, 4), yx_row_str(r, 5), yx_row_time(r, 6), yx_row_time(r, 7),
		yx_row_time(r, 8) };
}

int
client_certificate_list(struct act *act, const char *after, int64_t most, struct client_certificate **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill_certificate };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT x.id, x.purpose, x.subject, x.issuer, x.serial, x.key_type, x.not_before, x.not_after, x.registered_at"
	    " FROM member m JOIN certificate x ON x.member_id = m.id AND x.disabled_at IS NULL"
	    " WHERE m.organization_id = ? AND NOT m.disabled AND x.id > ? ORDER BY x.id LIMIT ?",
	    YX_P(yx_p_str(act->who.organization_id), yx_p_str(after), yx_p_int(most)), &l);

	*list = l.items;
	*n = l.count;
	return rc;
}
