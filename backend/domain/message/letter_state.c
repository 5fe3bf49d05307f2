#include "backend/domain/message/letter.h"

#include <string.h>

#include "backend/domain/base/mine.h"

int
letter_state_is_draft(const char *state)
{
	return strcmp(state, "draft") == 0;
}

int
letter_state_is_sent(const char *state)
{
	return strcmp(state, "sent") == 0;
}

int
letter_take(struct act *act, const char *id, const char **state, int64_t *version)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_change(act->db, "UPDATE letter SET version = version + 1 WHERE id = ? AND member_id = ?",
	    YX_P(yx_p_str(id), yx_p_str(act->who.member_id)), YX_NOT_FOUND);

	if (rc != YX_OK || (rc = yx_db_one(act->db, act->arena, "SELECT state, version - 1 FROM letter WHERE id = ?",
	    YX_P(yx_p_str(id)), &r)) != YX_OK)
		return rc;
	*state = yx_row_str(r, 0);
	if (version != NULL)
		*version = yx_row_int(r, 1);
	return strcmp(*state, "discarded") == 0 ? YX_NOT_FOUND : YX_OK;
}

int
letter_is_my_draft(struct act *act, const char *id)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT state FROM letter WHERE id = ? AND member_id = ? AND state <> 'discarded'",
	    YX_P(yx_p_str(id), yx_p_str(act->who.member_id)), &r);

	return rc != YX_OK ? rc : letter_state_is_draft(yx_row_str(r, 0)) ? YX_OK : YX_STATE;
}

int
letter_draft_touch(struct act *act, const char *id)
{
	const char *state = NULL;
	int rc = letter_take(act, id, &state, NULL);

	return rc != YX_OK ? rc : letter_state_is_draft(state) ? YX_OK : YX_STATE;
}

int
letter_hold_sent(struct act *act, const char *id)
{
	return yx_db_change(act->db, "UPDATE letter SET version = version + 1 WHERE id = ? AND state = 'sent'",
	    YX_P(yx_p_str(id)), YX_STATE);
}

int
letter_row_add(struct act *act, const struct letter *l)
{
	return yx_db_exec(act->db,
	    "INSERT INTO letter (id, member_id, organization_id, state, subject, body, contract_id, original_id, thread_id,"
	    " created_at, changed_at, sent_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(l->id), yx_p_str(act->who.member_id), yx_p_str(act->who.organization_id),
	    yx_p_str(l->sent_at != 0 ? "sent" : "draft"), yx_p_str(l->subject), yx_p_str(l->body),
	    yx_p_str(l->contract_id), yx_p_str(l->original_id), yx_p_str(l->thread_id), yx_p_time(act_now(act)),
	    yx_p_time(act_now(act)), l->sent_at != 0 ? yx_p_time(l->sent_at) : yx_p_null()), NULL);
}

int
letter_row_put(struct act *act, const struct letter *l)
{
	return yx_db_exec(act->db,
	    "UPDATE letter SET subject = ?, body = ?, contract_id = ?, reply_by = ?, needs_reply = ?, needs_signature = ?,"
	    " receipt = ?, changed_at = ? WHERE id = ?",
	    YX_P(yx_p_str(l->subject), yx_p_str(l->body), yx_p_str(l->contract_id), yx_p_str(l->reply_by),
	    yx_p_int(l->needs_reply), yx_p_int(l->needs_signature), yx_p_int(l->receipt), yx_p_time(act_now(act)),
	    yx_p_str(l->id)), NULL);
}

int
letter_row_sent(struct act *act, const char *id)
{
	return yx_db_change(act->db,
	    "UPDATE letter SET state = 'sent', sent_at = ?, changed_at = ? WHERE id = ? AND state = 'draft'",
	    YX_P(yx_p_time(act_now(act)), yx_p_time(act_now(act)), yx_p_str(id)), YX_STATE);
}

int
letter_row_recalled(struct act *act, const char *id)
{
	return yx_db_change(act->db,
	    "UPDATE letter SET state = 'recalled', recalled_at = ?, changed_at = ? WHERE id = ? AND state = 'sent'",
	    YX_P(yx_p_time(act_now(act)), yx_p_time(act_now(act)), yx_p_str(id)), YX_STATE);
}

int
letter_row_discarded(struct act *act, const char *id)
{
	return yx_db_change(act->db, "UPDATE letter SET state = 'discarded', changed_at = ? WHERE id = ?"
	    " AND state = 'draft'", YX_P(yx_p_time(act_now(act)), yx_p_str(id)), YX_STATE);
}

int
letter_row_reminded(struct act *act, const char *id, const char *day)
{
	return yx_db_change(act->db,
	    "UPDATE letter SET reminded_on = CAST(? AS DATE), version = version + 1 WHERE id = ? AND state = 'sent'"
	    " AND (reminded_on IS NULL OR reminded_on < CAST(? AS DATE))",
	    YX_P(yx_p_str(day), yx_p_str(id), yx_p_str(day)), YX_STATE);
}

int
letter_drop_parties(struct act *act, const char *id)
{
	return yx_db_exec(act->db, "DELETE FROM letter_recipient WHERE letter_id = ?", YX_P(yx_p_str(id)), NULL);
}

/* Members of agencies that take letters: whoever handles cases there, and the registry. */
#define TAKES_LETTERS \
	" o.kind = 'agency' AND NOT m.disabled AND EXISTS (SELECT 1 FROM member_role x WHERE x.member_id = m.id" \
	" AND x.role IN ('officer', 'registry'))"

int
letter_add_party(struct act *act, const char *id, const struct message_recipient *to)
{
	return yx_db_exec(act->db,
	    "INSERT INTO letter_recipient (letter_id, position, organization_id, member_id, copy)"
	    " VALUES (?, 1, ?, ?, FALSE)",
	    YX_P(yx_p_str(id), yx_p_str(to->organization_id), yx_p_str(to->member_id)), NULL);
}

/* Whom an id means: a vendor as a whole (vendors do not write to vendors), or a member. */
static int
find_party(struct act *act, const char *id, const char **organization_id, const char **member_id)
{
	struct yx_rows *r = NULL;
	int vendor = strcmp(act->who.organization_kind, "vendor") == 0;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT o.id, NULL FROM organization o WHERE o.id = ? AND o.kind = 'vendor' AND NOT ? AND" SAME_WORLD("o")
	    " UNION ALL"
	    " SELECT o.id, m.id FROM member m JOIN organization o ON o.id = m.organization_id WHERE m.id = ? AND"
	    TAKES_LETTERS " AND" SAME_WORLD("o"), YX_P(yx_p_str(id), yx_p_int(vendor), SAME_WORLD_P(act), yx_p_str(id),
	    SAME_WORLD_P(act)), &r);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_BAD_FIELD : rc;
	*organization_id = yx_row_str(r, 0);
	*member_id = yx_row_str(r, 1);
	return YX_OK;
}

int
letter_put_parties(struct act *act, const char *id, const char *const *ids, size_t n, int copies)
{
	const char *organization_id = NULL, *member_id = NULL;
	int rc = YX_OK;

	for (size_t i = 0; rc == YX_OK && i < n; i++) {
		if ((rc = find_party(act, ids[i], &organization_id, &member_id)) != YX_OK)
			break;
		rc = yx_db_exec(act->db,
		    "INSERT INTO letter_recipient (letter_id, position, organization_id, member_id, copy)"
		    " SELECT ?, COALESCE(MAX(position), 0) + 1, ?, ?, ? FROM letter_recipient WHERE letter_id = ?"
		    " HAVING NOT COALESCE(MAX(organization_id = ? AND member_id <=> ?), 0)",
		    YX_P(yx_p_str(id), yx_p_str(organization_id), yx_p_str(member_id), yx_p_int(copies), yx_p_str(id),
		    yx_p_str(organization_id), yx_p_str(member_id)), NULL);
	}
	return rc == YX_BAD_FIELD ? act_field(act, copies ? "copies" : "to", rc) : rc;
}

int
letter_copy_parties(struct act *act, const char *from, const char *to)
{
	return yx_db_exec(act->db,
	    "INSERT INTO letter_recipient (letter_id, position, organization_id, member_id, copy)"
	    " SELECT ?, r.position, r.organization_id, r.member_id, r.copy FROM letter_recipient r"
	    " LEFT JOIN member m ON m.id = r.member_id LEFT JOIN organization o ON o.id = m.organization_id"
	    " WHERE r.letter_id = ? AND (m.id IS NULL OR (" TAKES_LETTERS "))",
	    YX_P(yx_p_str(to), yx_p_str(from)), NULL);
}

int
letter_succeed(struct act *act, const struct organization_pair *p)
{
	int rc = yx_db_exec(act->db, "UPDATE letter SET organization_id = ? WHERE organization_id = ?",
	    YX_P(yx_p_str(p->into), yx_p_str(p->from)), NULL);

	return rc != YX_OK ? rc : yx_db_exec(act->db,
	    "UPDATE letter_recipient SET organization_id = ? WHERE organization_id = ?",
	    YX_P(yx_p_str(p->into), yx_p_str(p->from)), NULL);
}
