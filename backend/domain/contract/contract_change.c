#include "backend/domain/contract/contract_change.h"

#include <string.h>

#include "common/buf.h"

#define TEXT_MAX_BYTES 8192

static int
add(struct act *act, const char *id, const char *field, const char *before, const char *after)
{
	return yx_db_exec(act->db,
	    "INSERT INTO contract_change (contract_id, position, at, member_id, field, before_text, after_text)"
	    " SELECT ?, COALESCE(MAX(position), 0) + 1, ?, ?, ?, LEFT(?, 2000), LEFT(?, 2000)"
	    " FROM contract_change WHERE contract_id = ?",
	    YX_P(yx_p_str(id), yx_p_time(act_now(act)), yx_p_str(act->who.member_id), yx_p_str(field),
	    yx_p_str(before), yx_p_str(after), yx_p_str(id)), NULL);
}

static int
note(struct act *act, const char *id, const char *field, const char *before, const char *after)
{
	if (before == NULL)
		before = "";
	if (after == NULL)
		after = "";
	return strcmp(before, after) == 0 ? YX_OK : add(act, id, field, before, after);
}

static const char *
joined(struct yx_arena *a, struct yx_buf *b)
{
	const char *text = yx_buf_status(b) == YX_OK ? yx_arena_strdup(a, yx_buf_str(b)) : NULL;

	yx_buf_free(b);
	return text;
}

static int
same_people(const struct contract *x, const struct contract *y)
{
	if (x->officers_n != y->officers_n)
		return 0;
	for (size_t i = 0; i < x->officers_n; i++)
		if (strcmp(x->officers[i].id, y->officers[i].id) != 0)
			return 0;
	return 1;
}

static const char *
officers_of(struct yx_arena *a, const struct contract *c)
{
	struct yx_buf b;

	yx_buf_init(&b, TEXT_MAX_BYTES);
	for (size_t i = 0; i < c->officers_n; i++)
		yx_buf_addf(&b, "%s%s", i == 0 ? "" : "、", c->officers[i].name);
	return joined(a, &b);
}

static const char *
emails_of(struct yx_arena *a, const struct contract *c)
{
	struct yx_buf b;

	yx_buf_init(&b, TEXT_MAX_BYTES);
	for (size_t i = 0; i < c->emails_n; i++)
		yx_buf_addf(&b, "%s%s", i == 0 ? "" : "、", c->emails[i]);
	return joined(a, &b);
}

int
contract_change_note(struct act *act, const struct contract *was, const struct contract *is)
{
	const char *id = was->id, *officers[] = { officers_of(act->arena, was), officers_of(act->arena, is) };
	const char *emails[] = { emails_of(act->arena, was), emails_of(act->arena, is) };
	int rc = YX_OK;

	if (strcmp(was->number, is->number) != 0)
		return act_field(act, "number", YX_FIXED);
	if (strcmp(was->title, is->title) != 0)
		return act_field(act, "title", YX_FIXED);
	if (officers[0] == NULL || officers[1] == NULL || emails[0] == NULL || emails[1] == NULL)
		return YX_NO_MEMORY;
	if ((rc = note(act, id, "case_number", was->case_number, is->case_number)) != YX_OK ||
	    (rc = note(act, id, "unit", was->unit.name, is->unit.name)) != YX_OK)
		return rc;
	/* Two people may be shown by the same masked name: the ids decide. */
	if (strcmp(was->handler.id, is->handler.id) != 0 &&
	    (rc = add(act, id, "handler", was->handler.name, is->handler.name)) != YX_OK)
		return rc;
	if (!same_people(was, is) && (rc = add(act, id, "officers", officers[0], officers[1])) != YX_OK)
		return rc;
	return note(act, id, "emails", emails[0], emails[1]);
}

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	struct act *act = ctx;
	struct contract_change *x = item;

	*x = (struct contract_change){ yx_row_time(r, 0), member_mask(act, yx_row_str(r, 1)), yx_row_str(r, 2),
		yx_row_str(r, 3), yx_row_str(r, 4) };
	/* Private addresses of the agency's people are none of the other side's business. */
	if (strcmp(x->field, "emails") == 0 && strcmp(act->who.organization_id, yx_row_str(r, 5)) != 0)
		x->before = x->after = NULL;
}

int
contract_change_list(struct act *act, const char *document_id, struct contract_change **rows, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**rows), .fill = fill, .ctx = act };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT x.at, m.name, x.field, x.before_text, x.after_text, m.organization_id FROM document d"
	    " JOIN contract_change x ON x.contract_id = d.contract_id JOIN member m ON m.id = x.member_id"
	    " WHERE d.id = ? ORDER BY x.position", YX_P(yx_p_str(document_id)), &l);

	*rows = l.items;
	*n = l.count;
	return rc;
}
