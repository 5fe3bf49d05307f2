#include "backend/domain/message/letter.h"

static void
fill_document(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct message_document *)item = (struct message_document){ yx_row_str(r, 0), yx_row_int(r, 1) };
}

/* Writer, subject and thread of the letter that was signed. */
static int
about(struct act *act, const char *id, struct letter *answer, struct message_recipient *writer)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT l.thread_id, IF(l.subject LIKE 'RE:%', l.subject, LEFT(CONCAT('RE:', l.subject), 300)), l.contract_id,"
	    " l.organization_id, IF(o.kind = 'vendor', NULL, l.member_id) FROM letter l"
	    " JOIN organization o ON o.id = l.organization_id WHERE l.id = ?", YX_P(yx_p_str(id)), &r);

	if (rc != YX_OK)
		return rc;
	answer->thread_id = yx_row_str(r, 0);
	answer->subject = yx_row_str(r, 1);
	answer->contract_id = yx_row_str(r, 2);
	answer->original_id = id;
	*writer = (struct message_recipient){ yx_row_str(r, 3), yx_row_str(r, 4) };
	return YX_OK;
}

static int
documents(struct act *act, const char *id, struct yx_db_items *l)
{
	*l = (struct yx_db_items){ .size = sizeof(struct message_document), .fill = fill_document };
	return yx_db_list(act->db, act->arena,
	    "SELECT id, revision FROM document WHERE letter_id = ? AND retired_at IS NULL ORDER BY position",
	    YX_P(yx_p_str(id)), l);
}

int
letter_signed(struct act *act, const char *id, const char *body, struct message_sent *out)
{
	char answer_id[YX_ID_SIZE];
	struct letter answer = { .id = answer_id, .body = body, .sent_at = act_now(act) };
	struct message_recipient writer;
	struct yx_db_items with;
	int rc = about(act, id, &answer, &writer);
	struct message_new m;

	yx_random_id(answer_id);
	if (rc != YX_OK || (rc = documents(act, id, &with)) != YX_OK || (rc = letter_row_add(act, &answer)) != YX_OK ||
	    (rc = letter_add_party(act, answer_id, &writer)) != YX_OK)
		return rc;
	m = (struct message_new){ .id = answer_id, .kind = "letter", .contract_id = answer.contract_id,
		.sender_id = act->who.member_id, .sender_organization_id = act->who.organization_id,
		.subject = answer.subject, .body = body, .original_id = id, .recipients = &writer, .recipients_n = 1,
		.documents = with.items, .documents_n = with.count, .now_ms = answer.sent_at };

	return message_send(act, &m, out);
}
