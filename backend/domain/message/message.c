#include "backend/domain/message/message.h"

#include "backend/domain/base/outbox.h"

static int
put_message(struct yx_db *db, const struct message_new *m, const char *id, const char *number)
{
	return yx_db_exec(db,
	    "INSERT INTO message (id, number, kind, contract_id, sender_id, sender_organization_id, subject, body,"
	    " original_id, sent_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(number), yx_p_str(m->kind), yx_p_str(m->contract_id), yx_p_str(m->sender_id),
	    yx_p_str(m->sender_organization_id), yx_p_str(m->subject), yx_p_str(m->body), yx_p_str(m->original_id),
	    yx_p_time(m->now_ms)), NULL);
}

static int
put_rows(struct yx_db *db, const struct message_new *m, const char *id)
{
	int rc = YX_OK;

	for (size_t i = 0; rc == YX_OK && i < m->recipients_n; i++)
		rc = yx_db_exec(db,
		    "INSERT INTO message_recipient (message_id, position, organization_id, member_id) VALUES (?, ?, ?, ?)",
		    YX_P(yx_p_str(id), yx_p_int((int64_t)i + 1), yx_p_str(m->recipients[i].organization_id),
		    yx_p_str(m->recipients[i].member_id)), NULL);
	for (size_t i = 0; rc == YX_OK && i < m->documents_n; i++)
		rc = yx_db_exec(db,
		    "INSERT INTO message_document (message_id, document_id, revision) VALUES (?, ?, ?)",
		    YX_P(yx_p_str(id), yx_p_str(m->documents[i].document_id), yx_p_int(m->documents[i].revision)), NULL);
	return rc;
}

/* What a mail says: where to look. The contract itself never leaves by mail. */
static const char *
mail_body(struct yx_arena *a, const struct yx_conf *conf, const struct message_new *m, const char *number)
{
	return yx_arena_printf(a,
	    "%s\n\n郵件編號：%s\n請登入%s查看：%s/\n\n"
	    "（本信由系統自動寄發，請勿直接回覆。This is an automatic notice; please sign in at %s/ to read the message.）\n",
	    m->body, number, conf->platform_name, conf->origin, conf->origin);
}

/* A person's address, or those of all who may sign for the organization. */
static int
mail_recipients(struct yx_db *db, struct yx_arena *a, const struct message_new *m, const char *id, const char *body)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(db, a,
	    "SELECT DISTINCT p.email FROM message_recipient r JOIN member p ON p.id = r.member_id"
	    " OR (r.member_id IS NULL AND p.organization_id = r.organization_id AND EXISTS"
	    " (SELECT 1 FROM member_role x WHERE x.member_id = p.id AND x.role = 'vendor_signer'))"
	    " WHERE r.message_id = ? AND NOT p.disabled", YX_P(yx_p_str(id)), &r);

	while (rc == YX_OK && yx_rows_next(r))
		rc = outbox_add(db, yx_row_str(r, 0), m->subject, body, id, m->now_ms);
	return rc;
}

int
message_send(struct yx_db *db, struct yx_arena *a, const struct yx_conf *conf, const struct message_new *m,
    char id[YX_ID_SIZE], char number[NUMBER_SIZE])
{
	const char *body;
	int rc;

	yx_random_id(id);
	if ((rc = number_next(db, 'M', m->now_ms, number)) != YX_OK || (rc = put_message(db, m, id, number)) != YX_OK ||
	    (rc = put_rows(db, m, id)) != YX_OK)
		return rc;
	if ((body = mail_body(a, conf, m, number)) == NULL)
		return YX_NO_MEMORY;
	rc = mail_recipients(db, a, m, id, body);
	for (size_t i = 0; rc == YX_OK && i < m->emails_n; i++)
		rc = outbox_add(db, m->emails[i], m->subject, body, id, m->now_ms);
	return rc;
}
