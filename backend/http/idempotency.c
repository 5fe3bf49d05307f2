#include "backend/http/internal.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define CLIENT_KEEPS_MS ((int64_t)24 * 3600 * 1000)

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

static int
hash_file(const char *path, EVP_MD_CTX *c)
{
	uint8_t block[65536];
	FILE *f = fopen(path, "rb");
	size_t n;
	int ok = f != NULL, rc;

	while (ok && (n = fread(block, 1, sizeof(block), f)) > 0)
		ok = EVP_DigestUpdate(c, block, n) == 1;
	rc = !ok || ferror(f) ? YX_IO : YX_OK;
	if (f != NULL)
		fclose(f);
	return rc;
}

/* What a client sent with its key: the body, whether as text or as a file, and the query. */
static int
hash_body(struct http_request *rq, uint8_t out[32])
{
	const char *query = rq->in->io->param(rq->in->io->ctx, "QUERY_STRING");
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	int rc = YX_INTERNAL;

	if (query == NULL)
		query = "";
	if (c == NULL || EVP_DigestInit_ex(c, EVP_sha256(), NULL) != 1 ||
	    EVP_DigestUpdate(c, query, strlen(query) + 1) != 1 ||
	    (rq->in->body_n > 0 && EVP_DigestUpdate(c, rq->in->body, rq->in->body_n) != 1))
		goto out;
	rc = rq->route->flags & F_BODY_FILE ? hash_file(http_body_file(rq), c) : YX_OK;
	if (rc == YX_OK && EVP_DigestFinal_ex(c, out, NULL) != 1)
		rc = YX_INTERNAL;
out:
	EVP_MD_CTX_free(c);
	return rc;
}

/* A client's key is for one body; made once a request. */
static int
note_body(struct http_request *rq)
{
	/* An upload that nginx has not taken, for instance because its draft is sent by now, has no bytes. */
	int no_file = (rq->route->flags & F_BODY_FILE) && http_body_file(rq) == NULL, rc;

	if (rq->act.who.scopes == 0 || rq->in->hashed || no_file)
		return YX_OK;
	if ((rc = hash_body(rq, rq->in->body_sha256)) == YX_OK)
		rq->in->hashed = 1;
	return rc;
}

static int
same_request(struct http_request *rq, const struct yx_rows *r)
{
	size_t n;
	const void *body = yx_row_bytes(r, 3, &n);

	if (strcmp(yx_row_str(r, 0), route_of(rq)) != 0)
		return 0;
	return !rq->in->hashed || (body != NULL && n == 32 && memcmp(body, rq->in->body_sha256, 32) == 0);
}

int
http_replay(struct http_request *rq, int *found)
{
	struct yx_rows *rows = NULL;
	int rc;

	*found = 0;
	if (rq->in->idempotency_key == NULL || rq->act.who.member_id[0] == '\0')
		return YX_OK;
	if ((rc = note_body(rq)) != YX_OK)
		return rc;
	rc = yx_db_query(rq->act.db, rq->act.arena,
	    "SELECT route, status, answer, body_sha256 FROM idempotency WHERE member_id = ? AND request = ?",
	    YX_P(yx_p_str(rq->act.who.member_id), yx_p_str(rq->in->idempotency_key)), &rows);
	if (rc != YX_OK || !yx_rows_next(rows))
		return rc;
	/* The same key for something else is a mistake of the client. */
	if (!same_request(rq, rows))
		return rq->act.who.scopes != 0 ? YX_KEY_USED : YX_BAD_REQUEST;
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
	int64_t now = yx_now_ms();
	int rc;

	yx_jw_end_object(&rq->json);
	if ((rc = yx_jw_close(&rq->json)) != YX_OK)
		return rc;
	if (rq->in->idempotency_key == NULL)
		return YX_OK;
	return yx_db_exec(db,
	    "INSERT INTO idempotency (member_id, request, route, status, answer, created_at, body_sha256, until)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(rq->act.who.member_id), yx_p_str(rq->in->idempotency_key), yx_p_str(route_of(rq)),
	    yx_p_int(rq->status), yx_p_str(yx_buf_str(&rq->out)), yx_p_time(now),
	    yx_p_bytes(rq->in->hashed ? rq->in->body_sha256 : NULL, 32),
	    rq->in->hashed ? yx_p_time(now + CLIENT_KEEPS_MS) : yx_p_null()), NULL);
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
	int rc = yx_db_exec(db, "DELETE FROM idempotency WHERE created_at < ? LIMIT 5000",
	    YX_P(yx_p_time(now_ms - 7 * 24 * 3600 * (int64_t)1000)), NULL);

	return rc != YX_OK ? rc
	    : yx_db_exec(db, "DELETE FROM idempotency WHERE until < ? LIMIT 5000", YX_P(yx_p_time(now_ms)), NULL);
}
