#include "backend/domain/base/job_run.h"

int
job_run_note(struct yx_db *db, const char *name, int64_t now_ms, int rc)
{
	const char *word = rc == YX_OK ? "" : yx_err_word(rc);

	return yx_db_exec(db,
	    "INSERT INTO job_run (name, at, ok_at, last_error) VALUES (?, ?, IF(? = '', ?, NULL), ?)"
	    " ON DUPLICATE KEY UPDATE at = VALUES(at), ok_at = COALESCE(VALUES(ok_at), ok_at),"
	    " last_error = VALUES(last_error)",
	    YX_P(yx_p_str(name), yx_p_time(now_ms), yx_p_str(word), yx_p_time(now_ms), yx_p_str(word)), NULL);
}

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct job_run *)item = (struct job_run){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_time(r, 2),
		yx_row_time(r, 3) };
}

int
job_run_list(struct act *act, struct job_run **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill };
	int rc = yx_db_list(act->db, act->arena, "SELECT name, last_error, at, ok_at FROM job_run ORDER BY name", YX_P_NONE,
	    &l);

	*list = l.items;
	*n = l.count;
	return rc;
}
