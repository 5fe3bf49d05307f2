/* client_api.h - floor 5: what the files of the public API share. Its rows name scopes, and their
 * paths begin with PUBLIC; backend/api/public.yaml describes them to others. */
#ifndef YX_CLIENT_API_H
#define YX_CLIENT_API_H

#include "backend/api/rows.h"
#include "backend/api/client_json.h"
#include "backend/domain/client/client_contract.h"

#define PUBLIC "/api/public/v1"

/* Which rows: after `cursor`, at most `limit` of them. */
#define CURSOR_PARAMS \
	{ "cursor", IN_QUERY, T_STRING, OPTIONAL, 1, 80, NULL }, \
	{ "limit", IN_QUERY, T_INT, OPTIONAL, 1, 100, NULL }
#define CURSOR_LIMIT 50

/* The cursor of the query; id "" if there is none. YX_BAD_FIELD "cursor". */
int client_cursor_of(struct http_request *rq, struct client_cursor *out) YX_MUST_USE;
/* "nextCursor" of the open object: text that gives the same place again, or (id NULL: that was all)
 * null. YX_NO_MEMORY. */
int client_cursor_write(struct http_request *rq, int64_t at, const char *id) YX_MUST_USE;

#endif
