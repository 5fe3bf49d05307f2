/* internal.h - floor 3: what the files of this folder share. */
#ifndef YX_HTTP_INTERNAL_H
#define YX_HTTP_INTERNAL_H

#include "backend/http/http.h"

#define HTTP_BODY_MAX   (256 * 1024)
#define HTTP_FORM_MAX   (8 * 1024)
#define HTTP_OUT_MAX    (4 * 1024 * 1024)
#define HTTP_ARENA_MAX  (16 * 1024 * 1024)
#define HTTP_PARAMS_MAX 24
#define HTTP_SEGMENTS   12

/* One checked parameter. */
struct http_value {
	const char        *name;
	const char        *str;      /* STRING, TEXT, ID, EMAIL, DATE, WORD */
	int64_t            num;      /* INT, BOOL */
	const uint8_t     *bytes;    /* BASE64 */
	const char *const *list;     /* IDS, EMAILS */
	const struct yx_json *json;  /* JSON */
	size_t             n;
};

struct http_internal {
	const struct http_io *io;
	struct http_value     values[HTTP_PARAMS_MAX];
	size_t                n;
	const char           *idempotency_key;
	const char           *body;         /* as it came; NULL: none, or a file */
	size_t                body_n;
	const char           *cookie;       /* session token or NULL */
	const char           *path_names[HTTP_SEGMENTS], *path_values[HTTP_SEGMENTS];
	size_t                path_n;
	uint8_t               body_sha256[32]; /* of a client's request */
	int                   hashed;
	int                   answered;     /* the stored answer is in rq->out */
};

/* request.c: reads CGI variables, cookie, body. */
int http_read(struct http_request *rq) YX_MUST_USE;
/* Value of one cookie, compared exactly; NULL if absent. In the arena. */
const char *http_cookie(struct yx_arena *a, const char *header, const char *name);
/* params.c: checks every parameter of the row and refuses others. */
int http_params(struct http_request *rq) YX_MUST_USE;
/* response.c */
void http_json_begin(struct http_request *rq);
void http_answer(struct http_request *rq, int code);
/* idempotency.c: 1 if the key has an answer already (then it is in rq->out). */
int http_replay(struct http_request *rq, int *found) YX_MUST_USE;

#endif
