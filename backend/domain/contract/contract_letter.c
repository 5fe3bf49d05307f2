#include "backend/domain/contract/contract_letter.h"

#include <string.h>

static void
fill_document(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct message_document *)item = (struct message_document){ yx_row_str(r, 0), yx_row_int(r, 1) };
}

static void
fill_recipient(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct message_recipient *)item = (struct message_recipient){ yx_row_str(r, 0), yx_row_str(r, 1) };
}

/* Organization and member (NULL: all of it). Parameters: contract and yes or no, five times. */
#define ADDRESSEES \
	"SELECT v.organization_id AS org, NULL AS id, 0 AS part, v.position AS other, NULL AS since" \
	" FROM contract_vendor v WHERE v.contract_id = ? AND ?" \
	" UNION ALL SELECT m.organization_id, m.id, 1, m.id <> c.handler_id, m.created_at FROM contract c" \
	" JOIN member m ON m.id = c.handler_id OR m.id IN" \
	" (SELECT o.member_id FROM contract_officer o WHERE o.contract_id = c.id) WHERE c.id = ? AND ?" \
	" UNION ALL SELECT m.organization_id, m.id, 2, 0, m.created_at FROM contract_sealer s" \
	" JOIN member m ON m.id = s.member_id WHERE s.contract_id = ? AND ?" \
	" UNION ALL SELECT m.organization_id, m.id, 2, 0, m.created_at FROM document d" \
	" JOIN sign_task t ON t.document_id = d.id AND t.kind = 'sealer' AND t.message_id IS NOT NULL" \
	" JOIN member m ON m.id = t.member_id WHERE d.contract_id = ? AND d.retired_at IS NULL AND ?" \
	" UNION ALL SELECT m.organization_id, m.id, 3, 0, m.created_at FROM contract c" \
	" JOIN member m ON m.organization_id = c.organization_id AND NOT m.disabled" \
	" JOIN member_role x ON x.member_id = m.id AND x.role = 'agency_admin' WHERE c.id = ? AND ?"

static int
addressees(struct act *act, const struct contract_letter *l, struct message_new *m)
{
	struct yx_db_items people = { .size = sizeof(*m->recipients), .fill = fill_recipient };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT a.org, a.id FROM (" ADDRESSEES ") a WHERE NOT (? AND COALESCE(a.id = ?, a.org = ?))"
	    " GROUP BY a.org, a.id ORDER BY MIN(a.part), MIN(a.other), MIN(a.since), a.id",
	    YX_P(yx_p_str(l->contract_id), yx_p_int((l->to & LETTER_VENDORS) != 0), yx_p_str(l->contract_id),
	    yx_p_int((l->to & LETTER_OFFICERS) != 0), yx_p_str(l->contract_id), yx_p_int((l->to & LETTER_SEALERS) != 0),
	    yx_p_str(l->contract_id), yx_p_int((l->to & LETTER_ASKED) != 0), yx_p_str(l->contract_id),
	    yx_p_int((l->to & LETTER_ADMINS) != 0), yx_p_int(l->not_sender), yx_p_str(l->sender_id),
	    yx_p_str(l->sender_organization_id)), &people);

	m->recipients = people.items;
	m->recipients_n = people.count;
	return rc;
}

int
contract_letter_send(struct act *act, const struct contract_letter *l, struct message_sent *out)
{
	struct message_new m = { .kind = l->kind, .contract_id = l->contract_id, .sender_id = l->sender_id,
		.sender_organization_id = l->sender_organization_id, .subject = l->subject, .body = l->body,
		.original_id = l->original_id, .now_ms = l->at };
	struct yx_db_items documents = { .size = sizeof(*m.documents), .fill = fill_document };
	int rc = YX_OK;

	memset(out, 0, sizeof(*out));
	if (l->only != NULL) {
		m.recipients = l->only;
		m.recipients_n = l->only_n;
	} else {
		rc = addressees(act, l, &m);
	}
	if (rc != YX_OK || m.recipients_n == 0)
		return rc;
	rc = yx_db_list(act->db, act->arena,
	    "SELECT id, revision FROM document WHERE contract_id = ? AND retired_at IS NULL AND revision > 0"
	    " ORDER BY position",
	    YX_P(yx_p_str(l->contract_id)), &documents);
	m.documents = documents.items;
	m.documents_n = documents.count;
	return rc != YX_OK ? rc : message_send(act, &m, out);
}
