/* The router without FastCGI: which row a request reaches, what the row's checks refuse before its
 * handler, and how the answer is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "backend/http/http.h"

#define ORIGIN "https://a.example"
#define ONE    "0123456789abcdef0123456789abcdef"
#define TWO    "fedcba9876543210fedcba9876543210"

static int handled;
static struct yx_arena *arena;
static const char *known_tag;   /* If-None-Match */

static int
echo(struct http_request *rq)
{
	static const char *const names[] = { "id", "file", "from", "tab", "name" };

	handled++;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (http_str(rq, names[i]) != NULL)
			yx_jw_str(&rq->json, names[i], http_str(rq, names[i]));
	return YX_OK;
}

static const struct http_param P_FILE[] = {
	{ "id", IN_PATH, T_ID, 0, 0, 0, NULL }, { "file", IN_PATH, T_ID, 0, 0, 0, NULL },
	{ NULL, IN_PATH, T_ID, 0, 0, 0, NULL },
};
static const struct http_param P_LIST[] = {
	{ "from", IN_QUERY, T_DATE, OPTIONAL, 0, 0, NULL }, { "tab", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "all|unread" },
	{ NULL, IN_PATH, T_ID, 0, 0, 0, NULL },
};
static const struct http_param P_NAME[] = {
	{ "name", IN_BODY, T_STRING, 0, 1, 8, NULL }, { NULL, IN_PATH, T_ID, 0, 0, 0, NULL },
};
static const struct http_route FIRST[] = {
	{ "GET", "/things", WHO_ANYONE, 0, P_LIST, echo, "" },
	{ "POST", "/things", WHO_MEMBER, F_SLOW, P_NAME, echo, "" },
	{ NULL, NULL, 0, 0, NULL, NULL, NULL },
};
static const struct http_route SECOND[] = {
	{ "GET", "/things/{id}/files/{file}", WHO_ANYONE, F_SLOW, P_FILE, echo, "" },
	{ "GET", "/sealing", ROLE_SEALER, 0, NULL, echo, "" },
	{ NULL, NULL, 0, 0, NULL, NULL, NULL },
};
static const struct http_route *const TABLES[] = { FIRST, SECOND, NULL };

static int
officer(struct act *act, const char *token, int touch)
{
	(void)touch;
	if (token[0] != 'o')
		return YX_NOT_LOGGED_IN;
	act->who.roles = ROLE_OFFICER;
	memset(act->who.csrf, 'c', YX_TOKEN_SIZE - 1);
	return YX_OK;
}

static const struct yx_conf conf = { .origin = ORIGIN };
static struct http_app app = { .routes = TABLES, .conf = &conf, .authenticate = officer };

struct call { const char *method, *uri, *body, *csrf, *origin; int logged_in; };
struct call_state { const struct call *call; size_t read; char cookie[128], length[24], out[4096]; size_t out_n; };

static const char *
param(void *ctx, const char *name)
{
	struct call_state *s = ctx;
	const struct call *c = s->call;
	const struct { const char *name, *value; } given[] = {
		{ "REQUEST_METHOD", c->method }, { "REQUEST_URI", c->uri }, { "HTTP_X_CSRF_TOKEN", c->csrf },
		{ "HTTP_ORIGIN", c->origin }, { "HTTP_COOKIE", c->logged_in ? s->cookie : NULL },
		{ "QUERY_STRING", strchr(c->uri, '?') != NULL ? strchr(c->uri, '?') + 1 : "" },
		{ "HTTP_IF_NONE_MATCH", known_tag },
		{ "CONTENT_TYPE", c->body != NULL ? "application/json" : NULL },
		{ "CONTENT_LENGTH", c->body != NULL ? s->length : NULL },
	};

	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		if (strcmp(given[i].name, name) == 0)
			return given[i].value;
	return NULL;
}

static int
take(void *ctx, void *p, size_t n)
{
	struct call_state *s = ctx;
	size_t left = s->call->body == NULL ? 0 : strlen(s->call->body) - s->read;

	n = n < left ? n : left;
	if (n > 0)
		memcpy(p, s->call->body + s->read, n);
	s->read += n;
	return (int)n;
}

static void
put(void *ctx, const void *p, size_t n)
{
	struct call_state *s = ctx;

	assert_true(n < sizeof(s->out) - s->out_n);
	memcpy(s->out + s->out_n, p, n);
	s->out_n += n;
	s->out[s->out_n] = '\0';
}

/* The answer has this status and this text in it; the handler ran if it is 200, and only then. */
static void
answers(struct call call, int status, const char *text)
{
	struct call_state s = { .call = &call };
	struct http_io io = { param, take, put, &s, arena };
	struct http_found found = http_find(&app, call.method, call.uri);
	char first[32], token[YX_TOKEN_SIZE];
	int before = handled;

	memset(token, 'o', sizeof(token) - 1);
	token[sizeof(token) - 1] = '\0';
	snprintf(s.cookie, sizeof(s.cookie), HTTP_SESSION_COOKIE "=%s", token);
	snprintf(s.length, sizeof(s.length), "%zu", call.body != NULL ? strlen(call.body) : 0);
	http_serve(&app, NULL, &found, &io);
	snprintf(first, sizeof(first), "Status: %d\r\n", status);
	if (strncmp(s.out, first, strlen(first)) != 0 || strstr(s.out, text) == NULL)
		fail_msg("%s %s: %s", call.method, call.uri, s.out);
	assert_int_equal(handled - before, status == 200 || status == 304);
}

static void
test_rows_are_found(void **state)
{
	(void)state;
	answers((struct call){ "GET", "/things", NULL, NULL, NULL, 0 }, 200, "{}");
	answers((struct call){ "GET", "/things/" ONE "/files/" TWO, NULL, NULL, NULL, 0 }, 200,
	    "{\"id\":\"" ONE "\",\"file\":\"" TWO "\"}");
	answers((struct call){ "GET", "/things/" ONE "/files/" TWO "?", NULL, NULL, NULL, 0 }, 200, ONE);
	answers((struct call){ "GET", "/things/", NULL, NULL, NULL, 0 }, 404, "not_found");
	answers((struct call){ "GET", "/thing", NULL, NULL, NULL, 0 }, 404, "not_found");
	answers((struct call){ "GET", "/thingss", NULL, NULL, NULL, 0 }, 404, "not_found");
	answers((struct call){ "GET", "", NULL, NULL, NULL, 0 }, 404, "not_found");
	answers((struct call){ "GET", "/things//files/" TWO, NULL, NULL, NULL, 0 }, 404, "not_found");
	answers((struct call){ "GET", "/things/" ONE "/files/" TWO "/", NULL, NULL, NULL, 0 }, 404, "not_found");
	answers((struct call){ "DELETE", "/things", NULL, NULL, NULL, 1 }, 405, "error");
}

static void
test_parameters_are_checked_first(void **state)
{
	(void)state;
	answers((struct call){ "GET", "/things?from=2024-02-29&tab=unread", NULL, NULL, NULL, 0 }, 200,
	    "\"from\":\"2024-02-29\",\"tab\":\"unread\"");
	answers((struct call){ "GET", "/things?from=2021-02-31", NULL, NULL, NULL, 0 }, 400, "\"field\":\"from\"");
	answers((struct call){ "GET", "/things?from=2021-1--01", NULL, NULL, NULL, 0 }, 400, "\"field\":\"from\"");
	answers((struct call){ "GET", "/things?tab=unrea", NULL, NULL, NULL, 0 }, 400, "\"field\":\"tab\"");
	answers((struct call){ "GET", "/things?tab=all%7Cunread", NULL, NULL, NULL, 0 }, 400, "\"field\":\"tab\"");
	answers((struct call){ "GET", "/things?other=1", NULL, NULL, NULL, 0 }, 400, "\"field\":\"other\"");
	answers((struct call){ "GET", "/things/" ONE "x/files/" TWO, NULL, NULL, NULL, 0 }, 404, "not_found");
}

static void
test_who_may_call(void **state)
{
	char csrf[YX_TOKEN_SIZE] = "";
	const char *body = "{\"name\":\"印信\"}";

	(void)state;
	memset(csrf, 'c', sizeof(csrf) - 1);
	answers((struct call){ "POST", "/things", body, csrf, NULL, 0 }, 401, "error");
	answers((struct call){ "POST", "/things", body, NULL, NULL, 1 }, 403, "csrf");
	answers((struct call){ "POST", "/things", body, "c", NULL, 1 }, 403, "csrf");
	answers((struct call){ "POST", "/things", body, csrf, "https://b.example", 1 }, 403, "csrf");
	answers((struct call){ "POST", "/things", "{\"name\":\"\"}", csrf, ORIGIN, 1 }, 400, "\"field\":\"name\"");
	answers((struct call){ "POST", "/things", "{}", csrf, ORIGIN, 1 }, 400, "\"field\":\"name\"");
	answers((struct call){ "POST", "/things", body, csrf, ORIGIN, 1 }, 200, "印信");
	/* What a role does not reach is not there. */
	answers((struct call){ "GET", "/sealing", NULL, NULL, NULL, 1 }, 404, "not_found");
	answers((struct call){ "GET", "/sealing", NULL, NULL, NULL, 0 }, 401, "error");
}

static int
is_slow(const char *method, const char *uri)
{
	const struct http_route *route = http_find(&app, method, uri).route;

	return route != NULL && (route->flags & F_SLOW) != 0;
}

static void
test_slow_rows_are_told(void **state)
{
	(void)state;
	assert_true(is_slow("POST", "/things"));
	assert_true(is_slow("POST", "/things?x=/y"));
	assert_true(is_slow("GET", "/things/a/files/b"));
	assert_false(is_slow("GET", "/things"));
	assert_false(is_slow("GET", "/things/a/files/"));
	assert_false(is_slow("GET", "/things/a?/files/b"));
	assert_false(is_slow("PUT", "/things"));
	assert_false(is_slow(NULL, "/things"));
	assert_false(is_slow("GET", NULL));
}

/* What somebody holds already is not sent again; an error, or what was written, always is. */
static void
test_unchanged_is_told(void **state)
{
	const struct call list = { "GET", "/things?tab=all", NULL, NULL, NULL, 0 };
	const char *tag = "\"e8bdec7d25d13be6b61c54ca9ec34bfc\"";
	char csrf[YX_TOKEN_SIZE] = "", weak[64];

	(void)state;
	memset(csrf, 'c', sizeof(csrf) - 1);
	snprintf(weak, sizeof(weak), "W/%s", tag);
	answers(list, 200, tag);
	known_tag = tag;
	answers(list, 304, "ETag: ");
	known_tag = weak;
	answers(list, 304, "no-store");
	answers((struct call){ "GET", "/things?tab=unread", NULL, NULL, NULL, 0 }, 200, "unread");
	answers((struct call){ "POST", "/things", "{\"name\":\"a\"}", csrf, NULL, 1 }, 200, "a");
	answers((struct call){ "GET", "/nothing", NULL, NULL, NULL, 0 }, 404, "not_found");
	known_tag = NULL;
}

static void
test_arena_is_as_new(void **state)
{
	char *first, *again;

	(void)state;
	first = yx_arena_strdup(arena, "secret");
	assert_non_null(yx_arena_alloc(arena, 100000));
	yx_arena_reset(arena);
	again = yx_arena_alloc(arena, 16);
	assert_ptr_equal(first, again);
	assert_memory_equal(again, "\0\0\0\0\0\0\0", 7);
	yx_arena_reset(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_are_found), cmocka_unit_test(test_parameters_are_checked_first),
		cmocka_unit_test(test_who_may_call), cmocka_unit_test(test_slow_rows_are_told),
		cmocka_unit_test(test_unchanged_is_told), cmocka_unit_test(test_arena_is_as_new),
	};

	int failed;

	if ((arena = http_arena_new()) == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	yx_arena_free(&arena);
	return failed;
}
