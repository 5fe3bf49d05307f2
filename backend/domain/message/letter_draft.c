#include "backend/domain/message/letter.h"

#include <stdio.h>
#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/mine.h"
#include "backend/domain/document/document.h"
#include "backend/domain/signing/task.h"

/* The answer goes to whom the letter came from; mine, once more to whom it went. */
static int
address_answer(struct act *act, const struct letter *of, const char *writer_id, const char *vendor_id)
{
	const char *ids[] = { vendor_id != NULL ? vendor_id : writer_id };

	if (strcmp(writer_id, act->who.member_id) == 0)
		return letter_copy_parties(act, of->original_id, of->id);
	return letter_put_parties(act, of->id, ids, 1, 0);
}

static int
start_answer(struct act *act, const char *answers, struct letter *l)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT l.thread_id, IF(l.subject LIKE 'RE:%', l.subject, LEFT(CONCAT('RE:', l.subject), 300)),"
	    " l.contract_id, l.member_id, IF(o.kind = 'vendor', o.id, NULL) FROM letter l"
	    " JOIN organization o ON o.id = l.organization_id WHERE l.id = ? AND l.sent_at IS NOT NULL"
	    " AND (l.member_id = ? OR EXISTS (SELECT 1 FROM message_recipient r WHERE r.message_id = l.id AND"
	    RECIPIENT_ME "))", YX_P(yx_p_str(answers), yx_p_str(act->who.member_id), MINE_P(act)), &r);

	if (rc != YX_OK)
		return rc;
	l->thread_id = yx_row_str(r, 0);
	l->contract_id = yx_row_str(r, 2);
	l->original_id = answers;
	l->subject = yx_row_str(r, 1);
	rc = letter_row_add(act, l);
	return rc != YX_OK ? rc : address_answer(act, l, yx_row_str(r, 3), yx_row_str(r, 4));
}

/* The writer may sign it before it goes out: a PDF inside, all else apart. */
static int
offer_signature(struct act *act, const char *letter_id, const char *document_id)
{
	char field[41];
	struct task_new t = { .document_id = document_id, .kind = "letter", .organization_id = act->who.organization_id,
		.member_id = act->who.member_id, .field = field, .now = 1 };

	snprintf(field, sizeof(field), LETTER_FIELD, letter_id, 0);
	return task_create(act->db, &t);
}

/* What was signed is taken out with its signature: the new file has none. */
static int
replace(struct act *act, struct document_upload *up)
{
	int rc = up->replaces == NULL ? YX_OK : document_supersede(act, up, &up->unsigned_now);

	return rc != YX_OK || up->replaces == NULL ? rc : task_document_end(act->db, up->replaces);
}

int
letter_attach(struct act *act, struct document_upload *up)
{
	struct yx_rows *r = NULL;
	int rc = document_put(act, up);

	if (rc != YX_OK || (rc = replace(act, up)) != YX_OK || (rc = yx_db_one(act->db, act->arena,
	    "SELECT COUNT(*) FROM document WHERE letter_id = ? AND retired_at IS NULL", YX_P(yx_p_str(up->letter_id)),
	    &r)) != YX_OK)
		return rc;
	return yx_row_int(r, 0) > LETTER_DOCUMENTS ? YX_TOO_MANY_DOCUMENTS
	    : offer_signature(act, up->letter_id, up->id);
}

/* A recalled letter (or a draft) once more; its attachments begin anew, without signatures. */
static int
start_again(struct act *act, const char *again, struct letter *l)
{
	char document_id[YX_ID_SIZE];
	struct letter of;
	int rc = letter_get(act, again, &of);

	if (rc != YX_OK)
		return rc;
	of.id = l->id;
	of.thread_id = of.original_id != NULL ? of.thread_id : l->id;
	of.sent_at = 0;
	if ((rc = letter_row_add(act, &of)) != YX_OK || (rc = letter_row_put(act, &of)) != YX_OK ||
	    (rc = letter_copy_parties(act, again, l->id)) != YX_OK)
		return rc;
	for (size_t i = 0; rc == YX_OK && i < of.documents_n; i++)
		if ((rc = document_attach_copy(act, of.documents[i].id, l->id, document_id)) == YX_OK)
			rc = offer_signature(act, l->id, document_id);
	return rc;
}

int
letter_create(struct act *act, const struct letter_start *s, char id[YX_ID_SIZE])
{
	struct letter l = { .id = id, .thread_id = id, .subject = "", .body = "" };
	int rc;

	yx_random_id(id);
	rc = s->answers != NULL ? start_answer(act, s->answers, &l) : s->again != NULL ? start_again(act, s->again, &l)
	    : letter_row_add(act, &l);
	return rc != YX_OK ? rc : audit_act(act, "letter.create", id, NULL, NULL);
}

/* A contract that I handle, or that my company signs. */
static int
contract_is_mine(struct act *act, const char *id)
{
	struct yx_rows *r = NULL;
	int rc = id == NULL ? YX_OK : yx_db_one(act->db, act->arena,
	    "SELECT c.id FROM contract c WHERE c.id = ? AND ((" CONTRACT_MINE ") OR (? AND c.sent_at IS NOT NULL AND EXISTS"
	    " (SELECT 1 FROM contract_vendor v WHERE v.contract_id = c.id AND v.organization_id = ?)))",
	    YX_P(yx_p_str(id), CONTRACT_MINE_P(act), yx_p_int((act->who.roles & ROLE_VENDOR_SIGNER) != 0),
	    yx_p_str(act->who.organization_id)), &r);

	return rc == YX_NOT_FOUND ? act_field(act, "contractId", YX_BAD_FIELD) : rc;
}

int
letter_update(struct act *act, const char *id, const struct letter_edit *e, int64_t *version)
{
	struct letter l = { .id = id, .subject = e->subject, .body = e->body, .contract_id = e->contract_id,
		.reply_by = e->reply_by, .needs_reply = e->needs_reply, .needs_signature = e->needs_signature,
		.receipt = e->receipt };
	const char *state = NULL;
	int64_t now = 0;
	int rc = letter_take(act, id, &state, &now);

	if (rc != YX_OK)
		return rc;
	if (!letter_state_is_draft(state))
		return YX_STATE;
	if (now != e->version)
		return YX_CONFLICT;
	if ((rc = contract_is_mine(act, e->contract_id)) != YX_OK || (rc = letter_row_put(act, &l)) != YX_OK ||
	    (rc = letter_drop_parties(act, id)) != YX_OK ||
	    (rc = letter_put_parties(act, id, e->to, e->to_n, 0)) != YX_OK)
		return rc;
	*version = now + 1;
	return letter_put_parties(act, id, e->copies, e->copies_n, 1);
}

int
letter_discard(struct act *act, const char *id)
{
	int rc = letter_draft_touch(act, id);

	if (rc != YX_OK || (rc = task_letter_end(act->db, id)) != YX_OK || (rc = letter_row_discarded(act, id)) != YX_OK)
		return rc;
	return audit_act(act, "letter.discard", id, NULL, NULL);
}

int
letter_detach(struct act *act, const char *id, const char *document_id)
{
	int rc = letter_draft_touch(act, id);

	if (rc != YX_OK || (rc = document_detach(act, id, document_id)) != YX_OK)
		return rc;
	return task_document_end(act->db, document_id);
}
