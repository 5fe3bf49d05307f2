#include "backend/http/internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "backend/http/credentials.h"
#include "common/codec.h"

static const char *
cgi(struct http_request *rq, const char *name)
{
	return rq->in->io->param(rq->in->io->ctx, name);
}

const char *
http_header(struct http_request *rq, const char *name)
{
	char var[80] = "HTTP_";
	size_t n = strlen(var);
	const char *v;

	for (; *name != '\0' && n + 1 < sizeof(var); name++)
		var[n++] = *name == '-' ? '_' : (char)toupper((unsigned char)*name);
	var[n] = '\0';
	v = cgi(rq, var);
	return v == NULL ? NULL : yx_arena_strdup(rq->act.arena, v);
}

const char *
http_cookie(struct yx_arena *a, const char *header, const char *name)
{
	size_t want = strlen(name);

	while (header != NULL && *header != '\0') {
		size_t n, k;

		header += strspn(header, " ;");
		n = strcspn(header, ";");
		k = strcspn(header, "=;");
		if (k == want && k < n && memcmp(header, name, k) == 0)
			return yx_arena_strndup(a, header + k + 1, n - k - 1);
		header += n;
	}
	return NULL;
}

const char *
http_cookie_of(struct http_request *rq, const char *name)
{
	return http_cookie(rq->act.arena, http_header(rq, "Cookie"), name);
}

/* The body as one JSON object, or as a form; capped before it is read. */
static int
read_body(struct http_request *rq)
{
	const char *length = cgi(rq, "CONTENT_LENGTH");
	const char *type = cgi(rq, "CONTENT_TYPE");
	int form = (rq->route->flags & F_FORM) != 0;
	const char *wanted = form ? "application/x-www-form-urlencoded" : "application/json";
	long n = length == NULL ? 0 : strtol(length, NULL, 10);
	char *text;
	long got = 0;

	if (n <= 0 || (rq->route->flags & F_BODY_FILE))
		return YX_OK;
	if (n > (form ? HTTP_FORM_MAX : HTTP_BODY_MAX))
		return YX_TOO_LARGE;
	/* A form of another site cannot send JSON without asking first. */
	if (type == NULL || strncasecmp(type, wanted, strlen(wanted)) != 0)
		return YX_BAD_REQUEST;
	if ((text = yx_arena_alloc(rq->act.arena, (size_t)n + 1)) == NULL)
		return YX_NO_MEMORY;
	while (got < n) {
		int k = rq->in->io->read(rq->in->io->ctx, text + got, (size_t)(n - got));

		if (k <= 0)
			return YX_BAD_REQUEST;
		got += k;
	}
	rq->in->body = text;
	rq->in->body_n = (size_t)n;
	if (form)
		return YX_OK;
	if (yx_json_parse(rq->act.arena, text, (size_t)n, &rq->body) != YX_OK ||
	    rq->body->type != YX_JSON_OBJECT)
		return YX_BAD_REQUEST;
	return YX_OK;
}

int
http_form(struct http_request *rq, const char *name, const char **value)
{
	*value = NULL;
	return rq->in->body == NULL ? YX_NOT_FOUND : http_form_get(rq->act.arena, rq->in->body, name, value);
}

static int
good_key(const char *s)
{
	size_t n = strlen(s);

	return n >= 16 && n <= 64 &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == n;
}

int
http_read(struct http_request *rq)
{
	rq->in->idempotency_key = http_header(rq, "Idempotency-Key");
	if (rq->in->idempotency_key != NULL && !good_key(rq->in->idempotency_key))
		return YX_BAD_REQUEST;
	return read_body(rq);
}

const char *
http_body_file(struct http_request *rq)
{
	const char *path = cgi(rq, "REQUEST_BODY_FILE");
	const char *dir = rq->app->conf->incoming_dir;
	size_t n = strlen(dir);

	if (path == NULL || strncmp(path, dir, n) != 0 || path[n] != '/' || strstr(path, "/../") != NULL)
		return NULL;
	return yx_arena_strdup(rq->act.arena, path);
}
