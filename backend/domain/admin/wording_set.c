#include "backend/domain/admin/wording_set.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/outbox.h"

/* Set by a fill: the row's texts, by name. */
struct kept { const char *name, *by, *from; struct wording_texts texts; int64_t at; int own; };

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct kept *)item = (struct kept){ yx_row_str(r, 0), yx_row_str(r, 5), yx_row_str(r, 8),
		{ yx_row_str(r, 1), yx_row_str(r, 2), yx_row_str(r, 3), yx_row_str(r, 4) }, yx_row_time(r, 6),
		yx_row_int(r, 7) != 0 };
}

int
wording_rows(struct act *act, const struct setting_place *at, struct wording_row **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(struct kept), .fill = fill };
	const struct kept *k;
	int rc;

	*n = 0;
	if (at->level > LEVEL_AGENCY)
		return YX_NOT_FOUND;
	/* The platform's first, then those of agencies above, the nearest last: the agency's own come after and count. */
	rc = yx_db_list(act->db, act->arena,
	    "SELECT w.name, w.zh_subject, w.en_subject, w.zh_body, w.en_body, m.name, w.changed_at, w.scope = ?,"
	    " COALESCE(o.name, '') FROM mail_wording w JOIN member m ON m.id = w.member_id"
	    " LEFT JOIN organization_above x ON x.organization_id = ? AND x.above_id = w.scope"
	    " LEFT JOIN organization o ON o.id = w.scope WHERE w.scope IN ('', ?) OR x.above_id IS NOT NULL"
	    " ORDER BY w.scope <> '', COALESCE(x.distance, 0) DESC",
	    YX_P(yx_p_str(at->scope), yx_p_str(at->scope), yx_p_str(at->scope)), &l);
	if (rc == YX_OK && (*list = yx_arena_alloc(act->arena, WORDINGS * sizeof(**list))) == NULL)
		rc = YX_NO_MEMORY;
	k = l.items;
	for (; rc == YX_OK && *n < WORDINGS; (*n)++) {
		struct wording_row *row = *list + *n;

		*row = (struct wording_row){ .wording = &WORDING[*n], .texts = WORDING[*n].texts };
		for (size_t i = 0; i < l.count; i++)
			if (strcmp(k[i].name, row->wording->name) == 0) {
				row->texts = k[i].texts;
				row->own = k[i].own;
				row->from = k[i].own ? NULL : k[i].from;
				row->by = k[i].own ? k[i].by : NULL;
				row->at = k[i].own ? k[i].at : 0;
			}
	}
	return rc;
}

static int
check_one(struct act *act, const char *text, const struct wording *w, const char *field)
{
	int rc = wording_check(text, w->fields, NULL);

	return rc == YX_OK ? YX_OK : act_field(act, field, rc);
}

static int
check(struct act *act, const char *name, const struct wording_texts *t, const struct wording **out)
{
	const struct wording *w = wording_named(name);
	unsigned used = 0;
	int rc;

	*out = w;
	if (w == NULL)
		return YX_NOT_FOUND;
	if ((rc = check_one(act, t->zh_subject, w, "zhSubject")) != YX_OK ||
	    (rc = check_one(act, t->en_subject, w, "enSubject")) != YX_OK ||
	    (rc = check_one(act, t->en_body, w, "enBody")) != YX_OK)
		return rc;
	if ((rc = wording_check(t->zh_body, w->fields, &used)) != YX_OK)
		return act_field(act, "zhBody", rc);
	return (used & w->needed) != w->needed ? act_field(act, "zhBody", YX_FIELD_REQUIRED) : YX_OK;
}

int
wording_put(struct act *act, const struct setting_place *at, const char *name, const struct wording_texts *t)
{
	const struct wording *w;
	int rc = at->level > LEVEL_AGENCY ? YX_NOT_FOUND : check(act, name, t, &w);

	if (rc != YX_OK)
		return rc;
	rc = yx_db_exec(act->db,
	    "INSERT INTO mail_wording (name, scope, organization_id, zh_subject, en_subject, zh_body, en_body, changed_at,"
	    " member_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE zh_subject = VALUES(zh_subject),"
	    " en_subject = VALUES(en_subject), zh_body = VALUES(zh_body), en_body = VALUES(en_body),"
	    " changed_at = VALUES(changed_at), member_id = VALUES(member_id)",
	    YX_P(yx_p_str(name), yx_p_str(at->scope), yx_p_str(at->at.organization_id), yx_p_str(t->zh_subject),
	        yx_p_str(t->en_subject), yx_p_str(t->zh_body), yx_p_str(t->en_body), yx_p_time(act_now(act)),
	        yx_p_str(act->who.member_id)), NULL);
	return rc != YX_OK ? rc : audit_act(act, "wording.set", *at->scope != '\0' ? at->scope : "platform", "name", name);
}

int
wording_reset(struct act *act, const struct setting_place *at, const char *name)
{
	int rc = yx_db_change(act->db, "DELETE FROM mail_wording WHERE name = ? AND scope = ?",
	    YX_P(yx_p_str(name), yx_p_str(at->scope)), YX_NOT_FOUND);

	return rc != YX_OK ? rc : audit_act(act, "wording.reset", *at->scope != '\0' ? at->scope : "platform", "name",
	    name);
}

int
wording_preview(struct act *act, const char *name, const struct wording_texts *t, struct wording_out *out)
{
	struct wording_values v;
	const struct wording *w;
	int rc = check(act, name, t, &w);

	for (size_t i = 0; i < WORDING_FIELDS; i++)
		v.of[i] = WORDING_FIELD[i].sample;
	return rc != YX_OK ? rc : wording_make(act, t, &v, out);
}

int
wording_try(struct act *act, const char *name, const struct wording_texts *t)
{
	struct outbox_new mail = { .at = act_now(act) };
	struct wording_out out = { NULL, NULL };
	struct yx_rows *r = NULL;
	int rc = wording_preview(act, name, t, &out);

	if (rc != YX_OK || (rc = yx_db_one(act->db, act->arena, "SELECT email FROM member WHERE id = ?",
	    YX_P(yx_p_str(act->who.member_id)), &r)) != YX_OK)
		return rc;
	mail.recipient = yx_row_str(r, 0);
	mail.subject = yx_arena_printf(act->arena, "【試寄】%s", out.subject);
	mail.body = out.body;
	if (mail.subject == NULL)
		return YX_NO_MEMORY;
	return (rc = outbox_add(act->db, &mail)) != YX_OK ? rc : audit_act(act, "wording.try", name, NULL, NULL);
}

int
wording_succeed(struct act *act, const struct organization_pair *p)
{
	return yx_db_exec(act->db, "DELETE FROM mail_wording WHERE organization_id = ?", YX_P(yx_p_str(p->from)), NULL);
}
