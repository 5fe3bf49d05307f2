#include "backend/http/internal.h"

#include <stdlib.h>
#include <string.h>

#include "backend/http/credentials.h"
#include "common/codec.h"
#include "common/log.h"

/* Does a path, or a URI up to its '?', fit "/a/{id}/b"? Allocates nothing: the loop asks too. */
static int
fits(const char *pattern, const char *path)
{
	while (*pattern != '\0') {
		size_t k;

		if (*pattern != '{') {
			if (*pattern++ != *path++)
				return 0;
			continue;
		}
		if ((k = strcspn(path, "/?")) == 0)
			return 0;
		pattern += strcspn(pattern, "}") + 1;
		path += k;
	}
	return *path == '\0' || *path == '?';
}

struct http_found
http_find(const struct http_app *app, const char *method, const char *uri)
{
	struct http_found found = { NULL, YX_NOT_FOUND };

	if (method == NULL || uri == NULL)
		return found;
	for (const struct http_route *const *table = app->routes; *table != NULL; table++) {
		for (const struct http_route *r = *table; r->method != NULL; r++) {
			if (!fits(r->path, uri))
				continue;
			if (strcmp(r->method, method) == 0)
				return (struct http_found){ r, YX_OK };
			found.rc = YX_METHOD;
		}
	}
	return found;
}

/* Notes what stands for the names in a path that fits its route. */
static int
note_segments(struct http_request *rq)
{
	struct http_internal *in = rq->in;
	const char *pattern = rq->route->path, *path = rq->path;

	for (in->path_n = 0; *pattern != '\0'; in->path_n++) {
		size_t same = strcspn(pattern, "{"), n, k;

		pattern += same;
		path += same;
		if (*pattern == '\0')
			break;
		n = strcspn(pattern, "}");
		k = strcspn(path, "/");
		if (in->path_n == HTTP_SEGMENTS)
			return YX_NOT_FOUND;
		in->path_names[in->path_n] = yx_arena_strndup(rq->act.arena, pattern + 1, n - 1);
		in->path_values[in->path_n] = yx_arena_strndup(rq->act.arena, path, k);
		if (in->path_names[in->path_n] == NULL || in->path_values[in->path_n] == NULL)
			return YX_NO_MEMORY;
		pattern += n + 1;
		path += k;
	}
	return YX_OK;
}

static int
check_csrf(struct http_request *rq)
{
	const char *token = http_header(rq, "X-CSRF-Token");
	const char *origin = http_header(rq, "Origin");

	if (origin != NULL && strcmp(origin, rq->app->conf->origin) != 0)
		return YX_CSRF;
	if (rq->route->flags & F_NO_CSRF)
		return YX_OK;
	if (token == NULL || strlen(token) != YX_TOKEN_SIZE - 1 ||
	    !yx_equal(token, rq->act.who.csrf, YX_TOKEN_SIZE - 1))
		return YX_CSRF;
	return YX_OK;
}

static const char *
quota_lines(struct yx_arena *a, const struct http_quota *q)
{
	return q->limit == 0 ? "" : yx_arena_printf(a, "RateLimit-Policy: \"client\";q=%lld;w=60\r\n"
	    "RateLimit: \"client\";r=%lld;t=%lld\r\n", (long long)q->limit, (long long)q->left, (long long)q->seconds);
}

/* Why a client is not let in (RFC 6750, 3), or when it may ask again. */
static const char *
refusal_lines(struct yx_arena *a, int rc, const char *token, const struct http_quota *q)
{
	static const char asks[] = "WWW-Authenticate: Bearer realm=\"yinxin\"";

	if (rc == YX_RATE)
		return yx_arena_printf(a, "Retry-After: %lld\r\n", (long long)q->seconds);
	if (rc == YX_TOKEN)
		return yx_arena_printf(a, "%s%s\r\n", asks, token != NULL ? ", error=\"invalid_token\"" : "");
	return rc == YX_SCOPE ? yx_arena_printf(a, "%s, error=\"insufficient_scope\"\r\n", asks) : "";
}

/* A client of the public API. It has no cookie, so nobody can make a browser ask in its name. */
static int
check_client(struct http_request *rq)
{
	const char *token = http_bearer(http_header(rq, "Authorization")), *quota, *refusal;
	struct http_quota q = { .limit = 0 };
	int rc = token == NULL || rq->app->bearer == NULL ? YX_TOKEN
	    : rq->app->bearer(&rq->act, token, !(rq->route->flags & F_NO_TOUCH), &q);

	if (rc == YX_OK && (rq->route->who & rq->act.who.scopes) == 0) {
		if (rq->app->refused != NULL)
			rq->app->refused(&rq->act, rq->method, rq->route->path);
		rc = YX_SCOPE;
	}
	quota = quota_lines(rq->act.arena, &q);
	refusal = refusal_lines(rq->act.arena, rc, token, &q);
	if (quota != NULL && refusal != NULL)
		rq->headers = yx_arena_printf(rq->act.arena, "%s%s", quota, refusal);
	return rq->headers == NULL ? YX_NO_MEMORY : rc;
}

static int
check_who(struct http_request *rq)
{
	int writes = strcmp(rq->method, "GET") != 0;
	int rc = YX_NOT_LOGGED_IN;

	if (rq->route->who & WHO_CLIENT)
		return check_client(rq);
	rq->in->cookie = http_cookie(rq->act.arena, http_header(rq, "Cookie"), HTTP_SESSION_COOKIE);
	if (rq->in->cookie != NULL && strlen(rq->in->cookie) == YX_TOKEN_SIZE - 1)
		rc = rq->app->authenticate(&rq->act, rq->in->cookie, !(rq->route->flags & F_NO_TOUCH));
	if (rq->route->who == WHO_ANYONE) {
		if (rc != YX_OK && rc != YX_NOT_LOGGED_IN)
			return rc;
		return writes ? check_csrf(rq) : YX_OK;
	}
	if (rc != YX_OK)
		return rc;
	/* What somebody's role does not reach is not there for them. */
	if (rq->route->who != WHO_MEMBER && (rq->route->who & rq->act.who.roles) == 0) {
		if (rq->app->refused != NULL)
			rq->app->refused(&rq->act, rq->method, rq->route->path);
		return YX_NOT_FOUND;
	}
	if (rq->app->reaches != NULL && !rq->app->reaches(&rq->act, rq->route->path))
		return YX_PRACTICE_CLOSED;
	if (rq->act.who.lacks_factor && !(rq->route->flags & F_BARE))
		return YX_FACTOR_NEEDED;
	if (writes && (rc = check_csrf(rq)) != YX_OK)
		return rc;
	if ((rq->route->flags & F_PROVED) && rq->act.who.proved_at < yx_now_ms() - rq->app->proof_ms)
		return YX_PROVE_AGAIN;
	return YX_OK;
}

static int
run_handler(struct http_request *rq, void *ctx)
{
	(void)ctx;
	return rq->route->handler(rq);
}

static int
handle(struct http_request *rq)
{
	int found = 0, rc;

	if ((rc = note_segments(rq)) != YX_OK || (rc = check_who(rq)) != YX_OK ||
	    (rc = http_read(rq)) != YX_OK || (rc = http_params(rq)) != YX_OK)
		return rc;
	if (strcmp(rq->method, "GET") != 0 && !(rq->route->flags & F_ABOUT) &&
	    ((rc = http_replay(rq, &found)) != YX_OK || found))
		return rc;
	if (rq->route->flags & F_TX)
		return http_tx(rq, run_handler, NULL);
	http_json_begin(rq);
	return rq->route->handler(rq);
}

static const char *
path_of(struct http_request *rq, const char *uri)
{
	return yx_arena_strndup(rq->act.arena, uri, strcspn(uri, "?"));
}

struct yx_arena *
http_arena_new(void)
{
	return yx_arena_new(HTTP_ARENA_MAX);
}

void
http_serve(struct http_app *app, struct yx_db *db, const struct http_found *found, const struct http_io *io)
{
	struct http_internal in = { .io = io };
	struct http_request rq = { .app = app, .act = { .db = db, .domain = app->domain, .arena = io->arena }, .in = &in,
		.route = found->route, .status = 200 };
	const char *language, *uri = io->param(io->ctx, "REQUEST_URI");
	int rc;

	yx_buf_init(&rq.out, HTTP_OUT_MAX);
	rq.method = io->param(io->ctx, "REQUEST_METHOD");
	rq.path = path_of(&rq, uri == NULL ? "" : uri);
	rq.act.ip = io->param(io->ctx, "REMOTE_ADDR");
	rq.act.agent = io->param(io->ctx, "HTTP_USER_AGENT");
	language = io->param(io->ctx, "HTTP_ACCEPT_LANGUAGE");
	rq.english = language != NULL && strncmp(language, "en", 2) == 0;
	if (rq.act.ip == NULL)
		rq.act.ip = "";
	rc = rq.method == NULL || rq.path == NULL ? YX_BAD_REQUEST : found->rc;
	if (rc == YX_OK)
		rc = handle(&rq);
	if (db != NULL && yx_db_in_tx(db)) {
		yx_error("%s %s left a transaction open", rq.method, rq.path);
		yx_db_abandon(db);
		rc = YX_INTERNAL;
	}
	if (rc == YX_INTERNAL || rc == YX_IO || rc == YX_NO_MEMORY)
		yx_error("%s %s: %s", rq.method, rq.path, yx_err_word(rc));
	http_answer(&rq, rc);
	yx_buf_free(&rq.out);
	yx_arena_reset(io->arena);
}
