/* The token endpoint of the public API: OAuth 2.0 client credentials (RFC 6749, 4.4), token
 * revocation (RFC 7009), and what a client may find out of both by itself (RFC 8414). Answers and
 * errors have the form that those demand. */
#include <string.h>

#include "backend/api/api.h"
#include "backend/api/client_api.h"
#include "backend/domain/client/client_grant.h"
#include "backend/domain/client/client_scope.h"
#include "backend/domain/client/client_token.h"
#include "backend/http/credentials.h"

/* An error of the standard's (RFC 6749, 5.2) in place of the answer. */
static int
refuse(struct http_request *rq, const char *error, const char *why)
{
	int wrong = strcmp(error, "invalid_client") == 0;

	rq->status = wrong ? 401 : 400;
	rq->headers = wrong ? "WWW-Authenticate: Basic realm=\"yinxin\"\r\nPragma: no-cache\r\n" : "Pragma: no-cache\r\n";
	yx_jw_str(&rq->json, "error", error);
	yx_jw_str(&rq->json, "error_description", why);
	return YX_OK;
}

/* The header says who asks: the body must not say it again, but for the same name. */
static int
only_once(struct http_request *rq, const struct client_grant *g)
{
	const char *value = NULL;
	int rc = http_form(rq, "client_secret", &value);

	if (rc != YX_NOT_FOUND)
		return YX_BAD_REQUEST;
	if ((rc = http_form(rq, "client_id", &value)) == YX_NOT_FOUND)
		return YX_OK;
	return rc == YX_OK && strcmp(value, g->id) == 0 ? YX_OK : YX_BAD_REQUEST;
}

/* Who asks: client_secret_basic or client_secret_post. YX_NOT_FOUND: nobody says. */
static int
credentials(struct http_request *rq, struct client_grant *g)
{
	int rc = http_basic(rq->act.arena, http_header(rq, "Authorization"), &g->id, &g->secret);

	if (rc == YX_OK)
		return only_once(rq, g);
	if (rc != YX_NOT_FOUND || (rc = http_form(rq, "client_secret", &g->secret)) != YX_OK)
		return rc;
	return http_form(rq, "client_id", &g->id);
}

/* The standard's answer to what went wrong; other failures are the server's. */
static int
explain(struct http_request *rq, int rc)
{
	switch (rc) {
	case YX_NOT_FOUND:
	case YX_CLIENT_WRONG: return refuse(rq, "invalid_client", "client authentication failed");
	case YX_BAD_REQUEST: return refuse(rq, "invalid_request", "a parameter is malformed or given twice");
	case YX_SCOPE: return refuse(rq, "invalid_scope", "a scope is unknown or was not granted");
	default: return rc;
	}
}

static void
write_token(struct http_request *rq, struct client_token *t)
{
	rq->headers = "Pragma: no-cache\r\n";
	yx_jw_str(&rq->json, "access_token", t->token);
	yx_jw_str(&rq->json, "token_type", "Bearer");
	yx_jw_int(&rq->json, "expires_in", CLIENT_TOKEN_SECONDS);
	yx_jw_str(&rq->json, "scope", t->scopes);
	explicit_bzero(t->token, sizeof(t->token));
}

static int
token(struct http_request *rq)
{
	struct client_grant g = { .scopes = NULL };
	struct client_token t;
	const char *type = NULL;
	int rc = http_form(rq, "grant_type", &type);

	if (rc != YX_OK)
		return refuse(rq, "invalid_request", "grant_type is missing or given twice");
	if (strcmp(type, "client_credentials") != 0)
		return refuse(rq, "unsupported_grant_type", "this server grants client_credentials");
	if ((rc = http_form(rq, "scope", &g.scopes)) == YX_BAD_REQUEST)
		return explain(rq, rc);
	if ((rc = credentials(rq, &g)) != YX_OK || (rc = client_token_issue(&rq->act, &g, &t)) != YX_OK)
		return explain(rq, rc);
	write_token(rq, &t);
	return YX_OK;
}

static int
revoke(struct http_request *rq)
{
	struct client_grant g = { .scopes = NULL };
	const char *which = NULL;
	int rc = http_form(rq, "token", &which);

	if (rc != YX_OK)
		return refuse(rq, "invalid_request", "token is missing or given twice");
	if ((rc = credentials(rq, &g)) != YX_OK || (rc = client_token_revoke(&rq->act, &g, which)) != YX_OK)
		return explain(rq, rc);
	return YX_OK;
}

static void
write_list(struct http_request *rq, const char *key, const char *const *words)
{
	yx_jw_array(&rq->json, key);
	for (; *words != NULL; words++)
		yx_jw_str(&rq->json, NULL, *words);
	yx_jw_end_array(&rq->json);
}

/* RFC 8414, 2. No authorization endpoint: its response types are an empty list. */
static int
metadata(struct http_request *rq)
{
	static const char *const none[] = { NULL }, *const grants[] = { "client_credentials", NULL },
	    *const methods[] = { "client_secret_basic", "client_secret_post", NULL };
	const char *origin = rq->app->conf->origin;
	const struct { const char *name, *path; } places[] = { { "issuer", "" },
		{ "token_endpoint", PUBLIC "/oauth/token" },
		{ "revocation_endpoint", PUBLIC "/oauth/revoke" }, { "service_documentation", PUBLIC "/openapi.json" } };
	const char *scope;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const char *url = yx_arena_printf(rq->act.arena, "%s%s", origin, places[i].path);

		if (url == NULL)
			return YX_NO_MEMORY;
		yx_jw_str(&rq->json, places[i].name, url);
	}
	yx_jw_array(&rq->json, "scopes_supported");
	for (size_t i = 0; (scope = client_scope(i)) != NULL; i++)
		yx_jw_str(&rq->json, NULL, scope);
	yx_jw_end_array(&rq->json);
	write_list(rq, "response_types_supported", none);
	write_list(rq, "grant_types_supported", grants);
	write_list(rq, "token_endpoint_auth_methods_supported", methods);
	write_list(rq, "revocation_endpoint_auth_methods_supported", methods);
	return YX_OK;
}

/* Who has no session yet has no CSRF token; a cookie of a browser is worth nothing here. */
const struct http_route OAUTH_ROUTES[] = {
	{ "POST", PUBLIC "/oauth/token", WHO_ANYONE, F_NO_CSRF | F_FORM, NULL, token, "An access token for a client" },
	{ "POST", PUBLIC "/oauth/revoke", WHO_ANYONE, F_NO_CSRF | F_FORM, NULL, revoke, "An access token ends" },
	{ "GET", "/.well-known/oauth-authorization-server", WHO_ANYONE, 0, NULL, metadata,
	    "What this authorization server can do" },
	LAST_ROW,
};
