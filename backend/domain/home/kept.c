#include "backend/domain/home/kept.h"

int
kept_form_put(struct act *act, const char *form, const char *content)
{
	return yx_db_exec(act->db, "INSERT INTO form_draft (member_id, form, content, saved_at) VALUES (?, ?, ?, ?)"
	    " ON DUPLICATE KEY UPDATE content = VALUES(content), saved_at = VALUES(saved_at)",
	    YX_P(yx_p_str(act->who.member_id), yx_p_str(form), yx_p_str(content), yx_p_time(act_now(act))), NULL);
}

int
kept_form_get(struct act *act, const char *form, const char **content, int64_t *saved_at)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT content, saved_at FROM form_draft WHERE member_id = ? AND form = ?",
	    YX_P(yx_p_str(act->who.member_id), yx_p_str(form)), &r);

	if (rc == YX_OK) {
		*content = yx_row_str(r, 0);
		*saved_at = yx_row_time(r, 1);
	}
	return rc;
}

int
kept_form_drop(struct act *act, const char *form)
{
	return yx_db_exec(act->db, "DELETE FROM form_draft WHERE member_id = ? AND form = ?",
	    YX_P(yx_p_str(act->who.member_id), yx_p_str(form)), NULL);
}

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct kept_filter *)item = (struct kept_filter){ yx_row_str(r, 0), yx_row_str(r, 1) };
}

int
kept_filter_list(struct act *act, const char *list, struct kept_filter **filters, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**filters), .fill = fill };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT name, query FROM saved_filter WHERE member_id = ? AND list = ? ORDER BY name",
	    YX_P(yx_p_str(act->who.member_id), yx_p_str(list)), &l);

	*filters = l.items;
	*n = l.count;
	return rc;
}

int
kept_filter_put(struct act *act, const char *list, const struct kept_filter *f)
{
	struct kept_filter *others = NULL;
	size_t n = 0;
	int rc = yx_db_exec(act->db,
	    "INSERT INTO saved_filter (member_id, list, name, query, saved_at) VALUES (?, ?, ?, ?, ?)"
	    " ON DUPLICATE KEY UPDATE query = VALUES(query), saved_at = VALUES(saved_at)",
	    YX_P(yx_p_str(act->who.member_id), yx_p_str(list), yx_p_str(f->name), yx_p_str(f->query),
	    yx_p_time(act_now(act))), NULL);

	if (rc != YX_OK || (rc = kept_filter_list(act, list, &others, &n)) != YX_OK)
		return rc;
	return n > KEPT_FILTERS ? act_field(act, "name", YX_TOO_LARGE) : YX_OK;
}

int
kept_filter_drop(struct act *act, const char *list, const char *name)
{
	return yx_db_change(act->db, "DELETE FROM saved_filter WHERE member_id = ? AND list = ? AND name = ?",
	    YX_P(yx_p_str(act->who.member_id), yx_p_str(list), yx_p_str(name)), YX_NOT_FOUND);
}

int
kept_succeed(struct act *act, const struct organization_pair *p)
{
	return yx_db_exec(act->db,
	    "UPDATE saved_filter SET query = REPLACE(query, ?, ?) WHERE INSTR(query, ?) > 0",
	    YX_P(yx_p_str(p->from), yx_p_str(p->into), yx_p_str(p->from)), NULL);
}
