/* 稽核: the audit trail to read, to take along and to verify. */
#include <stdio.h>
#include <time.h>

#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/domain/base/audit_list.h"
#include "common/csv.h"

static struct audit_filter
filter_of(struct http_request *rq)
{
	return (struct audit_filter){ .from = http_str(rq, "from"), .to = http_str(rq, "to"),
		.group = http_str(rq, "group"), .account = http_str(rq, "account"), .object_id = http_str(rq, "object"),
		.q = http_str(rq, "q"), .before = http_int(rq, "before", 0), .most = http_int(rq, "size", 50) };
}

static void
write_line(struct http_request *rq, const struct audit_line *l)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, NULL);
	yx_jw_int(w, "seq", l->seq);
	http_time(rq, "at", l->at);
	yx_jw_str(w, "account", l->account);
	yx_jw_str(w, "name", l->name);
	yx_jw_str(w, "organization", l->organization);
	yx_jw_str(w, "ip", l->ip);
	yx_jw_str(w, "action", l->action);
	yx_jw_str(w, "objectKind", l->object_kind);
	yx_jw_str(w, "objectId", l->object_id);
	yx_jw_str(w, "detail", l->detail);
	yx_jw_bool(w, "chained", l->chained);
	yx_jw_end_object(w);
}

static int
lines(struct http_request *rq)
{
	struct audit_filter f = filter_of(rq);
	struct audit_line *l = NULL;
	int64_t next = 0;
	size_t n = 0;
	int rc = audit_list(&rq->act, &f, &l, &n, &next);

	if (rc != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++)
		write_line(rq, &l[i]);
	yx_jw_end_array(&rq->json);
	if (next != 0)
		yx_jw_int(&rq->json, "next", next);
	else
		yx_jw_null(&rq->json, "next");
	return YX_OK;
}

/* ---- export ---- */

#define EXPORT_PAGE 1000
#define EXPORT_MAX  5000

static void
csv_line(struct yx_buf *b, const struct audit_line *l)
{
	time_t s = (time_t)(l->at / 1000);
	char seq[24], at[40];
	size_t n;
	struct tm tm;

	snprintf(seq, sizeof(seq), "%lld", (long long)l->seq);
	gmtime_r(&s, &tm);
	n = strftime(at, sizeof(at), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(at + n, sizeof(at) - n, ".%03dZ", (int)(l->at % 1000));
	yx_csv_cell(b, seq, 0);
	yx_csv_cell(b, at, 0);
	yx_csv_cell(b, l->account, 0);
	yx_csv_cell(b, l->name, 0);
	yx_csv_cell(b, l->organization, 0);
	yx_csv_cell(b, l->ip, 0);
	yx_csv_cell(b, l->action, 0);
	yx_csv_cell(b, l->object_kind, 0);
	yx_csv_cell(b, l->object_id, 0);
	yx_csv_cell(b, l->detail, 1);
}

/* All rows that the filter finds, at most EXPORT_MAX: who wants more takes a shorter period. */
static int
export(struct http_request *rq)
{
	struct audit_filter f = filter_of(rq);
	struct audit_line *l = NULL;
	int64_t next = 0, total = 0;
	size_t n = 0;
	int rc;

	http_text(rq, "text/csv; charset=utf-8", "audit.csv");
	yx_buf_adds(&rq->out, "\xef\xbb\xbfseq,at,account,name,organization,ip,action,objectKind,objectId,detail\r\n");
	f.most = EXPORT_PAGE;
	do {
		if ((rc = audit_list(&rq->act, &f, &l, &n, &next)) != YX_OK)
			return rc;
		for (size_t i = 0; i < n; i++)
			csv_line(&rq->out, &l[i]);
		total += (int64_t)n;
		f.before = next;
	} while (next != 0 && total < EXPORT_MAX);
	if (next != 0 || yx_buf_status(&rq->out) != YX_OK)
		return act_field(&rq->act, "from", YX_TOO_LARGE);
	return audit_note_export(&rq->act, total);
}

/* ---- the chain ---- */

static void
write_check(struct http_request *rq, const char *key, const struct audit_check *c)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, key);
	http_time(rq, "at", c->at);
	yx_jw_str(w, "by", c->by);
	yx_jw_int(w, "rows", c->rows);
	yx_jw_int(w, "blocks", c->blocks);
	yx_jw_int(w, "pending", c->pending);
	yx_jw_bool(w, "intact", *c->finding == '\0');
	yx_jw_str(w, "finding", c->finding);
	yx_jw_end_object(w);
}

static int
write_checks(struct http_request *rq)
{
	struct audit_check *c = NULL;
	size_t n = 0;
	int rc = audit_checks(&rq->act, &c, &n);

	yx_jw_array(&rq->json, "checks");
	for (size_t i = 0; rc == YX_OK && i < n; i++)
		write_check(rq, NULL, &c[i]);
	yx_jw_end_array(&rq->json);
	return rc;
}

static int
write_published(struct http_request *rq)
{
	struct audit_publication *p = NULL;
	size_t n = 0;
	int rc = audit_publications(&rq->act, &p, &n);

	yx_jw_array(&rq->json, "published");
	for (size_t i = 0; rc == YX_OK && i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_int(&rq->json, "number", p[i].number);
		http_time(rq, "at", p[i].at);
		yx_jw_str(&rq->json, "hash", p[i].hash);
		yx_jw_str(&rq->json, "file", p[i].file);
		yx_jw_str(&rq->json, "mailedTo", p[i].mailed_to);
		http_time(rq, "stampedAt", p[i].stamped_at);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return rc;
}

static int
chain(struct http_request *rq)
{
	struct audit_state s;
	int rc = audit_state(&rq->act, &s);

	if (rc != YX_OK)
		return rc;
	yx_jw_int(&rq->json, "blocks", s.blocks);
	yx_jw_int(&rq->json, "pending", s.pending);
	http_time(rq, "at", s.at);
	yx_jw_str(&rq->json, "hash", s.hash);
	rc = write_checks(rq);
	return rc != YX_OK ? rc : write_published(rq);
}

static int
verify(struct http_request *rq)
{
	struct audit_check c = { .at = 0 };
	int rc = audit_check_now(&rq->act, &c);

	if (rc == YX_OK)
		write_check(rq, "check", &c);
	return rc;
}

#define FILTER \
	{ "from", IN_QUERY, T_DATE, OPTIONAL, 0, 0, NULL }, \
	{ "to", IN_QUERY, T_DATE, OPTIONAL, 0, 0, NULL }, \
	{ "group", IN_QUERY, T_WORD, OPTIONAL, 0, 0, GROUPS }, \
	{ "account", IN_QUERY, T_STRING, OPTIONAL, 1, 64, NULL }, \
	{ "object", IN_QUERY, T_STRING, OPTIONAL, 1, 64, NULL }, \
	{ "q", IN_QUERY, T_STRING, OPTIONAL, 0, 100, NULL }
#define GROUPS "session|access|role|member|agency|unit|factor|certificate|contract|document|message|signing|audit|" \
	"platform|parameter|wording|glass|client|hook"
static const struct http_param P_LINES[] = { FILTER,
	{ "before", IN_QUERY, T_INT, OPTIONAL, 1, INT64_MAX, NULL },
	{ "size", IN_QUERY, T_INT, OPTIONAL, 1, 200, NULL }, END };
static const struct http_param P_EXPORT[] = { FILTER, END };

#define READERS (ROLE_AUDITOR | ROLE_AGENCY_ADMIN | ROLE_REGISTRY | ROLE_PLATFORM_ADMIN)

const struct http_route AUDIT_ROUTES[] = {
	{ "GET", V1 "/audit", READERS, 0, P_LINES, lines, "The audit trail, the newest first" },
	{ "GET", V1 "/audit/export", READERS, F_SLOW, P_EXPORT, export, "The same as CSV" },
	{ "GET", V1 "/audit/chain", ROLE_AUDITOR | ROLE_PLATFORM_ADMIN, 0, NULL, chain, "How the trail's chain stands" },
	{ "POST", V1 "/audit/verify", ROLE_AUDITOR | ROLE_PLATFORM_ADMIN, F_SLOW, NULL, verify, "Look at the whole trail" },
	LAST_ROW,
};
