/* HTTP as a stranger sends it: method, path, query, cookie, headers and body, through the
 * router and the real table of routes, with nobody logged in and with a member. Handlers are
 * not reached: the rows are copied with one that only reads its parameters. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/api/api.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROWS_MAX 64
#define LINES    8

static struct http_route rows[ROWS_MAX];

/* Input: lines "METHOD", uri, cookie, csrf, file name, accept-language, content type,
 * idempotency key; the rest is the body. */
struct input { const char *line[LINES]; const uint8_t *body; size_t left, length; char count[24]; };

static int
read_parameters(struct http_request *rq)
{
	size_t n;

	for (const struct http_param *p = rq->route->params; p != NULL && p->name != NULL; p++) {
		if (http_str(rq, p->name) != NULL && strlen(http_str(rq, p->name)) > 1 << 20)
			abort();
		if (http_list(rq, p->name, &n) == NULL && n != 0)
			abort();
		if (http_bytes(rq, p->name, &n) == NULL && n != 0 && p->type == T_BASE64)
			abort();
	}
	return YX_OK;
}

static int
somebody(struct act *act, const char *token, int touch)
{
	(void)touch;
	if (token[0] != 'a')
		return YX_NOT_LOGGED_IN;
	act->who.roles = 0xff;
	memset(act->who.csrf, 'c', YX_TOKEN_SIZE - 1);
	return YX_OK;
}

static const char *
param(void *ctx, const char *name)
{
	static const char *const names[LINES] = { "REQUEST_METHOD", "REQUEST_URI", "HTTP_COOKIE", "HTTP_X_CSRF_TOKEN",
		"HTTP_X_FILE_NAME", "HTTP_ACCEPT_LANGUAGE", "CONTENT_TYPE", "HTTP_IDEMPOTENCY_KEY" };
	struct input *in = ctx;

	for (int i = 0; i < LINES; i++)
		if (strcmp(names[i], name) == 0)
			return in->line[i];
	if (strcmp(name, "QUERY_STRING") == 0)
		return strchr(in->line[1], '?') != NULL ? strchr(in->line[1], '?') + 1 : "";
	return strcmp(name, "CONTENT_LENGTH") == 0 ? in->count : NULL;
}

static int
take(void *ctx, void *p, size_t n)
{
	struct input *in = ctx;

	if (n > in->left)
		n = in->left;
	if (n > 0)
		memcpy(p, in->body, n);
	in->body += n;
	in->left -= n;
	return (int)n;
}

static void
drop(void *ctx, const void *p, size_t n)
{
	(void)ctx;
	(void)p;
	(void)n;
}

static void
copy_rows(void)
{
	size_t n = 0;

	if (rows[0].method != NULL)
		return;
	for (size_t t = 0; API_ROUTES[t] != NULL; t++) {
		for (const struct http_route *r = API_ROUTES[t]; r->method != NULL && n < ROWS_MAX - 1; r++) {
			rows[n] = *r;
			rows[n].flags &= ~(unsigned)F_TX;    /* there is no database */
			rows[n++].handler = read_parameters;
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct yx_conf conf = { .origin = "http://127.0.0.1", .incoming_dir = "/nowhere" };
	static const struct http_route *const tables[] = { rows, NULL };
	struct http_app app = { .routes = tables, .conf = &conf, .authenticate = somebody };
	char *text = malloc(size + 1), *at = text;
	struct input in = { .body = (const uint8_t *)"", .left = 0 };
	struct http_io io = { param, take, drop, &in, http_arena_new() };
	struct http_found found;

	if (text == NULL)
		return 0;
	copy_rows();
	memcpy(text, data, size);
	text[size] = '\0';
	for (int i = 0; i < LINES; i++) {
		size_t n = strcspn(at, "\n");

		in.line[i] = at;
		at += n;
		if (*at == '\n')
			*at++ = '\0';
	}
	in.body = (const uint8_t *)at;
	in.left = in.length = (size_t)(text + size - at);
	snprintf(in.count, sizeof(in.count), "%zu", in.length);
	found = http_find(&app, in.line[0], in.line[1]);
	if (io.arena != NULL)
		http_serve(&app, NULL, &found, &io);
	yx_arena_free(&io.arena);
	free(text);
	return 0;
}
