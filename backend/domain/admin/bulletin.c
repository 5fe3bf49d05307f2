#include "backend/domain/admin/bulletin.h"

#include "backend/domain/base/audit.h"

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct bulletin *)item = (struct bulletin){ .id = yx_row_str(r, 0), .title = yx_row_str(r, 1),
		.body = yx_row_str(r, 2), .urgent = yx_row_int(r, 3) != 0, .first_day = yx_row_str(r, 4),
		.last_day = yx_row_str(r, 5), .by = yx_row_str(r, 6), .created_at = yx_row_time(r, 7) };
}

#define BULLETIN \
	"SELECT b.id, b.title, b.body, b.urgent, DATE_FORMAT(b.first_day, '%Y-%m-%d')," \
	" DATE_FORMAT(b.last_day, '%Y-%m-%d'), m.name, b.created_at FROM bulletin b JOIN member m ON m.id = b.member_id"
/* Today in Taipei, of a moment in UTC. */
#define TODAY "DATE(? + INTERVAL 8 HOUR)"

int
bulletin_list(struct act *act, int all, struct bulletin **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill };
	int64_t now = act_now(act);
	int rc = all
	    ? yx_db_list(act->db, act->arena, BULLETIN " ORDER BY b.created_at DESC, b.id LIMIT 100", YX_P_NONE, &l)
	    : yx_db_list(act->db, act->arena, BULLETIN " WHERE b.last_day >= " TODAY " AND b.first_day <= " TODAY
	      " ORDER BY b.urgent DESC, b.created_at DESC, b.id LIMIT 10", YX_P(yx_p_time(now), yx_p_time(now)), &l);

	*list = l.items;
	*n = l.count;
	return rc;
}

int
bulletin_add(struct act *act, const struct bulletin *b, char id[YX_ID_SIZE])
{
	int rc;

	yx_random_id(id);
	rc = yx_db_exec(act->db,
	    "INSERT INTO bulletin (id, title, body, urgent, first_day, last_day, member_id, created_at)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(b->title), yx_p_str(b->body), yx_p_int(b->urgent), yx_p_str(b->first_day),
	        yx_p_str(b->last_day), yx_p_str(act->who.member_id), yx_p_time(act_now(act))), NULL);
	if (rc != YX_OK)
		return rc == YX_BAD_FIELD ? act_field(act, "lastDay", rc) : rc;
	return audit_act(act, "platform.announce", id, "title", b->title);
}

int
bulletin_remove(struct act *act, const char *id)
{
	int rc = yx_db_change(act->db, "DELETE FROM bulletin WHERE id = ?", YX_P(yx_p_str(id)), YX_NOT_FOUND);

	return rc != YX_OK ? rc : audit_act(act, "platform.withdraw", id, NULL, NULL);
}
