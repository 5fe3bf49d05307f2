#include "backend/http/internal.h"

#include <string.h>

struct tx {
	struct http_request *rq;
	int (*fn)(struct http_request *rq, void *ctx);
	void *ctx;
};

static const char *
route_of(struct http_request *rq)
{
	return yx_arena_printf(rq->act.arena, "%s %.180s", rq->method, rq->path);
}

int
http_replay(struct http_request *rq, int *found)
{
	struct yx_rows *rows = NULL;
	int rc;

	*found = 0;
	if (rq->in->idempotency_key == NULL || rq->act.who.member_id[0] == '\0')
		return YX_OK;
	rc = yx_db_query(rq->act.db, rq->act.arena,
	    "SELECT route, status, answer FROM idempotency WHERE member_id = ? AND request = ?",
	    YX_P(yx_p_str(rq->act.who.member_id), yx_p_str(rq->in->idempotency_key)), &rows);
	if (rc != YX_OK || !yx_rows_next(rows))
		return rc;
	/* The same key for something else is a mistake of the client. */
	if (strcmp(yx_row_str(rows, 0), route_of(rq)) != 0)
		return YX_BAD_REQUEST;
	if (rq->json.gen != NULL && yx_jw_close(&rq->json) != YX_OK)
		yx_buf_reset(&rq->out);
	rq->status = (int)yx_row_int(rows, 1);
	yx_buf_reset(&rq->out);
	yx_buf_adds(&rq->out, yx_row_str(rows, 2));
	*found = 1;
	return YX_OK;
}

/* Ends the answer that fn wrote and keeps it with the event. */
static int
keep_answer(struct yx_db *db, struct http_request *rq)
{
	int rc;

	yx_jw_end_object(&rq->json);
	if ((rc = yx_jw_close(&rq->json)) != YX_OK)
		return rc;
	if (rq->in->idempotency_key == NULL)
		return YX_OK;
	return yx_db_exec(db,
	    "INSERT INTO idempotency (member_id, request, route, status, answer, created_at)"
	    " VALUES (?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(rq->act.who.member_id), yx_p_str(rq->in->idempotency_key), yx_p_str(route_of(rq)),
	    yx_p_int(rq->status), yx_p_str(yx_buf_str(&rq->out)), yx_p_time(yx_now_ms())), NULL);
}

static int
run(struct yx_db *db, void *ctx)
{
	struct tx *t = ctx;
	int rc;

	http_json_begin(t->rq);
	rc = t->fn(t->rq, t->ctx);
	return rc != YX_OK ? rc : keep_answer(db, t->rq);
}

int
http_tx(struct http_request *rq, int (*fn)(struct http_request *rq, void *ctx), void *ctx)
{
	struct tx t = { rq, fn, ctx };
	int found = 0, rc = yx_db_tx(rq->act.db, run, &t);

	/* Twice at the same moment: the other one won (and we failed on what it did), or
	 * our own commit was cut off but happened. Either way its answer is ours. */
	if (rc != YX_OK && http_replay(rq, &found) == YX_OK && found) {
		rq->act.bad_field = NULL;
		rc = YX_OK;
	}
	return rc;
}

int
http_sweep(struct yx_db *db, int64_t now_ms)
{
	return yx_db_exec(db, "DELETE FROM idempotency WHERE created_at < ?",
	    YX_P(yx_p_time(now_ms - 7 * 24 * 3600 * (int64_t)1000)), NULL);
}
