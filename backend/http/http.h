/* http.h - floor 3: a request, its answer, and the table of routes.
 *
 * The router checks everything that a row can tell (method, session, role, CSRF,
 * parameters, idempotency) before the handler runs; opting out is a visible flag.
 * A handler takes typed parameters, calls the domain and writes JSON. */
#ifndef YX_HTTP_H
#define YX_HTTP_H

#include "backend/act.h"
#include "backend/conf.h"
#include "backend/store/store.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/error.h"
#include "common/json.h"
#include "common/random.h"

#define WHO_ANYONE  0u          /* no session needed */
#define WHO_MEMBER  0xffffu     /* any logged-in member */
#define WHO_CLIENT  0x7fff0000u /* any client of the public API, by a bearer token (RFC 6750); a row names scopes */

/* The session's cookie: __Host- binds it to this host, https and the path /. */
#define HTTP_SESSION_COOKIE "__Host-yinxin"

enum http_where { IN_PATH, IN_QUERY, IN_BODY };
enum http_type {
	T_STRING,   /* min..max characters; body: a JSON string */
	T_TEXT,     /* as T_STRING, line breaks allowed */
	T_INT,      /* min..max */
	T_BOOL,
	T_ID,       /* 32 hex digits */
	T_EMAIL,
	T_DATE,     /* YYYY-MM-DD */
	T_BASE64,   /* min..max bytes when decoded */
	T_WORD,     /* one of the words in `words` ("a|b|c") */
	T_IDS,      /* body: array of ids, min..max of them */
	T_EMAILS,   /* body: array of e-mail addresses, min..max */
	T_STRINGS,  /* body: array of strings of one line, 1..100 characters each, min..max */
	T_JSON,     /* body: anything; the handler looks at it itself */
};
#define OPTIONAL 1u
struct http_param {
	const char     *name;
	enum http_where where;
	enum http_type  type;
	unsigned        flags;
	int64_t         min, max;
	const char     *words;
};

struct http_request {
	struct act         act;         /* db, arena (until the answer is out), who, ip: what the rules take */
	struct http_app   *app;
	const struct http_route *route;
	const char        *method, *path;
	int                english;     /* Accept-Language prefers English */
	const struct yx_json *body;     /* object, or NULL */
	/* answer */
	int                status;      /* 200 unless the handler says otherwise */
	struct yx_buf      out;         /* JSON text */
	struct yx_jw       json;        /* open writer: one object, already begun */
	const char        *accel;       /* X-Accel-Redirect target instead of JSON */
	const char        *content_type, *file_name; /* with accel; NULL: octet-stream, inline */
	int                download;    /* with accel: attachment instead of inline */
	int              (*stream)(struct http_request *rq); /* instead of JSON: writes the body by http_write() */
	void              *stream_ctx;
	int64_t            stream_size; /* bytes that it will write; -1: it knows at the end */
	const char        *text_type;   /* http_text was called: out is of this type */
	const char        *set_cookie;  /* or NULL */
	const char        *headers;     /* further lines of the answer's head, each ended by CR LF; or NULL */
	struct http_internal *in;          /* the router's own notes */
};

typedef int (*http_handler)(struct http_request *rq);

enum http_flag {
	F_NO_CSRF   = 1 << 0,  /* opting out; the reason stands beside the row */
	F_BODY_FILE = 1 << 1,  /* the body is a file that nginx wrote: http_body_file() */
	F_SLOW      = 1 << 2,  /* runs in the slow pool (argon2, hashing, network) */
	F_NO_TOUCH  = 1 << 3,  /* does not prolong the session */
	F_PROVED    = 1 << 4,  /* dangerous: who one is was proved in the last minutes (YX_PROVE_AGAIN) */
	F_BARE      = 1 << 5,  /* open to who still has to set up the second factor that the role needs */
	F_TX        = 1 << 6,  /* the handler runs in http_tx: may run several times, and has no effect but rows */
	F_FORM      = 1 << 7,  /* the body is an HTML form, up to 8 KB: http_form() */
	F_ABOUT     = 1 << 8,  /* asks about another request: its Idempotency-Key is that one's, and is not looked up */
};

struct http_route {
	const char              *method, *path;  /* "/api/v1/contracts/{id}" */
	unsigned                 who;            /* WHO_ANYONE, WHO_MEMBER or role bits: any of them */
	unsigned                 flags;
	const struct http_param *params;         /* ends with a NULL name; may be NULL */
	http_handler             handler;
	const char              *summary;        /* one line, English */
};

/* How much a client may still ask; limit 0: nobody counts. */
struct http_quota { int64_t limit, left, seconds /* until it is full again */; };

/* What lives as long as the server; made in main.c, read-only for handlers. */
struct http_app {
	const struct http_route *const *routes; /* tables; ends with NULL, each with a NULL method */
	struct yx_store         *store;
	const struct yx_conf  *conf;
	/* Hook of the domain: YX_OK and rq->act.who filled, or YX_NOT_LOGGED_IN. */
	int (*authenticate)(struct act *act, const char *session_token, int touch);
	/* Hook of the domain: who a bearer token stands for, with one request less left (count 1): YX_OK and
	 * act.who with its scopes, YX_TOKEN, or YX_RATE. */
	int (*bearer)(struct act *act, const char *token, int count, struct http_quota *quota);
	/* Hook of the domain: 1 if the member's session may go to that path of the table; NULL: to all. */
	int (*reaches)(const struct act *act, const char *path);
	int64_t proof_ms;                       /* for so long a proof is good for rows with F_PROVED */
	/* Hook of the domain: a logged-in member asked for a row that no role of theirs reaches. */
	void (*refused)(struct act *act, const char *method, const char *path);
	struct domain           *domain;        /* handed on to the rules */
};

/* ---- for handlers ---- */
/* Parameters, already checked against the row. Absent: NULL, or the default. */
const char *http_str(struct http_request *rq, const char *name);
int64_t     http_int(struct http_request *rq, const char *name, int64_t absent);
int         http_bool(struct http_request *rq, const char *name, int absent);
/* Decoded bytes of a T_BASE64 (in the arena); NULL if absent. */
const uint8_t *http_bytes(struct http_request *rq, const char *name, size_t *n);
/* Strings of a T_IDS, T_EMAILS or T_STRINGS; *n 0 and NULL if absent. */
const char *const *http_list(struct http_request *rq, const char *name, size_t *n);
/* Path of the file with the body (F_BODY_FILE), checked to lie in incoming_dir
 * and to be a plain file; NULL if there is none. */
const char *http_body_file(struct http_request *rq);
/* A request header ("X-File-Name"), or NULL. In the arena. */
const char *http_header(struct http_request *rq, const char *name);

/* A field of a body that came as a form (F_FORM). YX_NOT_FOUND, and *value NULL: it is not there, or
 * empty; YX_BAD_REQUEST: there twice, or malformed. */
int http_form(struct http_request *rq, const char *name, const char **value) YX_MUST_USE;

/* Runs fn in one transaction together with the idempotency row of the request's
 * Idempotency-Key header: the answer that fn writes into rq->json is stored with
 * it and given again, without running anything, when the same member repeats the
 * key. fn may run several times; rq->json is restarted each time. ctx is handed on. */
int http_tx(struct http_request *rq, int (*fn)(struct http_request *rq, void *ctx), void *ctx) YX_MUST_USE;

/* Begins the answer anew: what a handler calls first in a transaction of its own, which may run twice. */
void http_restart(struct http_request *rq);

/* Paging: page from the query (1 if absent), size 10 unless the query says so.
 * http_page_write writes "page","pages","size","total" into the open object. */
struct page http_page_of(struct http_request *rq);
void http_page_write(struct http_request *rq, const struct page *p);
#define HTTP_PAGE_PARAMS \
	{ "page", IN_QUERY, T_INT, OPTIONAL, 1, 1000000, NULL }, \
	{ "size", IN_QUERY, T_INT, OPTIONAL, 1, 100, NULL }

/* The answer becomes a file of that type instead of JSON: append its bytes to rq->out.
 * name: ASCII. */
void http_text(struct http_request *rq, const char *type, const char *name);

/* For rq->stream, which the router calls once the head is out: the body, piece by piece, straight to
 * the client. What fails then is logged, and told by a body that is too short. content_type,
 * file_name and download are as with accel; what stream_ctx holds the stream gives back. */
void http_write(struct http_request *rq, const void *p, size_t n);
/* The same as a sink of what makes a body; always YX_OK. */
int http_give(void *rq, const void *p, size_t n);

/* Value of a cookie, in the arena; NULL if absent. */
const char *http_cookie_of(struct http_request *rq, const char *name);

/* UTC as "2021-09-22T08:09:42Z"; ms 0 is written as null. */
void http_time(struct http_request *rq, const char *key, int64_t ms);

/* The answer where something was made: 201 and its id, if rc is YX_OK. Returns rc. */
int http_made(struct http_request *rq, int rc, const char *id) YX_MUST_USE;

/* Removes the answers of requests that are a week old (worker). */
int http_sweep(struct yx_db *db, int64_t now_ms) YX_MUST_USE;

/* The one function that main.c needs: routes, checks, runs, answers. `params`
 * access goes through callbacks so tests can drive it without FastCGI. */
struct http_io {
	const char *(*param)(void *ctx, const char *name);      /* CGI variable or NULL */
	int         (*read)(void *ctx, void *p, size_t n);      /* body; bytes or 0 at its end */
	void        (*write)(void *ctx, const void *p, size_t n);
	void        *ctx;
	struct yx_arena *arena;                                 /* lent: empty before and after */
};
/* An arena for http_io, of the size that a request may use; NULL without memory. */
struct yx_arena *http_arena_new(void);

/* The row of a request, looked up once: rc YX_NOT_FOUND, or YX_METHOD when the path is
 * known with another method. Allocates nothing. */
struct http_found { const struct http_route *route; int rc; };
struct http_found http_find(const struct http_app *app, const char *method, const char *uri);
void http_serve(struct http_app *app, struct yx_db *db, const struct http_found *found, const struct http_io *io);

#endif
