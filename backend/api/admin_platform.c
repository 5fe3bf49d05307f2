/* 平台: how its parts stand, outgoing mail, jobs, the platform's certificate. */
#include <string.h>

#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/domain/admin/bulletin.h"
#include "backend/domain/admin/platform.h"
#include "backend/domain/admin/service.h"
#include "backend/domain/base/job_run.h"

#define DAY_MS    86400000
#define WARN_DAYS 90
#define LATE_MS   180000   /* the worker comes by every minute */

/* One part: good, to be looked at, or broken; the page says what to do. */
static void
part(struct http_request *rq, const char *name, const char *state)
{
	yx_jw_object(&rq->json, NULL);
	yx_jw_str(&rq->json, "part", name);
	yx_jw_str(&rq->json, "state", state);
	yx_jw_end_object(&rq->json);
}

static const char *
grade(int bad, int warn)
{
	return bad ? "bad" : warn ? "warn" : "good";
}

static void
write_parts(struct http_request *rq, const struct platform_health *h)
{
	int64_t now = act_now(&rq->act), left = h->cert_until - now;

	part(rq, "database", "good");
	part(rq, "worker", grade(h->worker_at < now - LATE_MS, 0));
	part(rq, "jobs", grade(0, h->jobs_failing > 0));
	part(rq, "mail", grade(h->mails_late > 0, h->mails_failed > 0));
	part(rq, "seals", grade(h->seals_stuck > 0, h->seals_failed > 0));
	part(rq, "certificate", grade(left < 7 * (int64_t)DAY_MS, left < WARN_DAYS * (int64_t)DAY_MS));
	part(rq, "trust", grade(h->anchors < 1, 0));
	part(rq, "audit", grade(h->audit_finding != NULL && *h->audit_finding != '\0', h->audit_finding == NULL ||
	    h->audit_checked_at < now - 31 * (int64_t)DAY_MS));
	part(rq, "heads", grade(0, h->audit_published_at < now - 3 * (int64_t)DAY_MS));
	part(rq, "storage", grade(h->free_bytes < h->total_bytes / 50, h->free_bytes < h->total_bytes / 10));
}

/* Of one kind: "bad" if none of it is good, or a CRL is over; "warn" if not all are, or none was
 * asked yet. */
static void
trust_part(struct http_request *rq, const char *kind, const struct service *s, size_t n)
{
	int all = 0, good = 0, over = 0;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(s[i].kind, kind) != 0)
			continue;
		all++;
		good += strcmp(s[i].state, "good") == 0;
		over |= strcmp(kind, "crl") == 0 && strcmp(s[i].state, "bad") == 0;
	}
	part(rq, kind, grade(over || (all > 0 && good == 0), good < all || all == 0));
}

static void
write_trust_parts(struct http_request *rq, const struct service *s, size_t n)
{
	trust_part(rq, "crl", s, n);
	trust_part(rq, "ocsp", s, n);
	trust_part(rq, "tsa", s, n);
}

static void
write_numbers(struct http_request *rq, const struct platform_health *h)
{
	struct yx_jw *w = &rq->json;

	http_time(rq, "workerAt", h->worker_at);
	yx_jw_int(w, "jobsFailing", h->jobs_failing);
	yx_jw_int(w, "mailsWaiting", h->mails_waiting);
	yx_jw_int(w, "mailsLate", h->mails_late);
	yx_jw_int(w, "mailsFailed", h->mails_failed);
	yx_jw_int(w, "sealsStuck", h->seals_stuck);
	yx_jw_int(w, "sealsFailed", h->seals_failed);
	yx_jw_int(w, "auditPending", h->audit_pending);
	http_time(rq, "auditCheckedAt", h->audit_checked_at);
	http_time(rq, "auditPublishedAt", h->audit_published_at);
	yx_jw_str(w, "auditFinding", h->audit_finding);
	yx_jw_int(w, "freeBytes", h->free_bytes);
	yx_jw_int(w, "totalBytes", h->total_bytes);
	yx_jw_str(w, "tsaUrls", rq->app->conf->tsa_urls);
	yx_jw_int(w, "anchors", h->anchors);
	yx_jw_int(w, "intermediates", h->intermediates);
	yx_jw_object(w, "certificate");
	yx_jw_str(w, "subject", h->cert_subject);
	yx_jw_str(w, "issuer", h->cert_issuer);
	yx_jw_str(w, "serial", h->cert_serial);
	yx_jw_str(w, "keyType", h->cert_key);
	http_time(rq, "notAfter", h->cert_until);
	yx_jw_int(w, "daysLeft", (h->cert_until - act_now(&rq->act)) / DAY_MS);
	yx_jw_end_object(w);
}

static int
write_jobs(struct http_request *rq)
{
	struct job_run *j = NULL;
	size_t n = 0;
	int rc = job_run_list(&rq->act, &j, &n);

	yx_jw_array(&rq->json, "jobs");
	for (size_t i = 0; rc == YX_OK && i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "name", j[i].name);
		http_time(rq, "at", j[i].at);
		http_time(rq, "okAt", j[i].ok_at);
		yx_jw_str(&rq->json, "error", *j[i].last_error != '\0' ? j[i].last_error : NULL);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return rc;
}

static void
write_services(struct http_request *rq, const struct service *s, size_t n)
{
	struct yx_jw *w = &rq->json;

	yx_jw_array(w, "services");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "kind", s[i].kind);
		yx_jw_str(w, "state", s[i].state);
		yx_jw_str(w, "url", s[i].url);
		yx_jw_str(w, "authority", s[i].authority);
		yx_jw_int(w, "position", s[i].position);
		http_time(rq, "checkedAt", s[i].checked_at);
		http_time(rq, "okAt", s[i].ok_at);
		yx_jw_int(w, "millis", s[i].millis);
		http_time(rq, "thisUpdate", s[i].this_update);
		http_time(rq, "nextUpdate", s[i].next_update);
		if (s[i].entries >= 0)
			yx_jw_int(w, "entries", s[i].entries);
		else
			yx_jw_null(w, "entries");
		yx_jw_str(w, "error", *s[i].last_error != '\0' ? s[i].last_error : NULL);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
}

static int
health(struct http_request *rq)
{
	struct platform_health h;
	struct service *s = NULL;
	size_t n = 0;
	int rc = platform_health(&rq->act, &h);

	if (rc != YX_OK || (rc = service_list(&rq->act, &s, &n)) != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "parts");
	write_parts(rq, &h);
	write_trust_parts(rq, s, n);
	yx_jw_end_array(&rq->json);
	write_numbers(rq, &h);
	write_services(rq, s, n);
	return write_jobs(rq);
}

static int
check_services(struct http_request *rq)
{
	return service_again(&rq->act);
}

static void
write_authority(struct http_request *rq, const struct platform_authority *a)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, NULL);
	yx_jw_str(w, "kind", a->anchor ? "anchor" : "intermediate");
	yx_jw_str(w, "name", a->name);
	yx_jw_str(w, "subject", a->subject);
	yx_jw_str(w, "issuer", a->issuer);
	yx_jw_str(w, "serial", a->serial);
	yx_jw_str(w, "keyType", a->key_type);
	http_time(rq, "notBefore", a->not_before);
	http_time(rq, "notAfter", a->not_after);
	yx_jw_str(w, "sha256", a->sha256);
	if (a->approval != NULL) {
		yx_jw_object(w, "approved");
		yx_jw_str(w, "nameZh", a->approved_zh);
		yx_jw_str(w, "nameEn", a->approved_en);
		yx_jw_str(w, "number", a->approval);
		yx_jw_str(w, "statement", *a->statement != '\0' ? a->statement : NULL);
		yx_jw_str(w, "from", a->approved_from);
		yx_jw_str(w, "until", *a->approved_until != '\0' ? a->approved_until : NULL);
		yx_jw_bool(w, "inForce", a->in_force);
		yx_jw_end_object(w);
	} else {
		yx_jw_null(w, "approved");
	}
	yx_jw_end_object(w);
}

static int
trust(struct http_request *rq)
{
	struct platform_authority *a = NULL;
	size_t n = 0;
	int table = 0, rc = platform_trust(&rq->act, &a, &n, &table);

	if (rc != YX_OK)
		return rc;
	yx_jw_str(&rq->json, "source", rq->app->conf->trust_dir);
	yx_jw_bool(&rq->json, "table", table);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++)
		write_authority(rq, &a[i]);
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static int
test_seal(struct http_request *rq)
{
	int64_t millis = 0;
	int rc = platform_test_seal(&rq->act, &millis);

	if (rc == YX_OK)
		yx_jw_int(&rq->json, "millis", millis);
	return rc;
}

/* ---- mail ---- */

static int
mails(struct http_request *rq)
{
	struct platform_mail_filter f = { .state = http_str(rq, "state"), .q = http_str(rq, "q"),
		.before = http_int(rq, "before", 0), .most = http_int(rq, "size", 20) };
	struct platform_mail *m = NULL;
	struct yx_jw *w = &rq->json;
	size_t n = 0;
	int rc = platform_mails(&rq->act, &f, &m, &n);

	if (rc != YX_OK)
		return rc;
	yx_jw_array(w, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "id", m[i].id);
		yx_jw_str(w, "recipient", m[i].recipient);
		yx_jw_str(w, "subject", m[i].subject);
		yx_jw_str(w, "state", m[i].state);
		yx_jw_int(w, "attempts", m[i].attempts);
		yx_jw_str(w, "lastError", m[i].last_error);
		http_time(rq, "createdAt", m[i].created_at);
		http_time(rq, "nextAt", m[i].next_at);
		http_time(rq, "sentAt", m[i].sent_at);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
	if ((int64_t)n == f.most)
		yx_jw_int(w, "next", m[n - 1].created_at);
	else
		yx_jw_null(w, "next");
	return YX_OK;
}

static int
mail_again(struct http_request *rq)
{
	return platform_mail_again(&rq->act, http_str(rq, "id"));
}

/* ---- 公告 ---- */

static int
write_bulletins(struct http_request *rq, int all)
{
	struct bulletin *b = NULL;
	struct yx_jw *w = &rq->json;
	size_t n = 0;
	int rc = bulletin_list(&rq->act, all, &b, &n);

	yx_jw_array(w, "items");
	for (size_t i = 0; rc == YX_OK && i < n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "id", b[i].id);
		yx_jw_str(w, "title", b[i].title);
		yx_jw_str(w, "body", b[i].body);
		yx_jw_bool(w, "urgent", b[i].urgent);
		yx_jw_str(w, "firstDay", b[i].first_day);
		yx_jw_str(w, "lastDay", b[i].last_day);
		if (all)
			yx_jw_str(w, "by", b[i].by);
		http_time(rq, "createdAt", b[i].created_at);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
	return rc;
}

static int
bulletins(struct http_request *rq)
{
	return write_bulletins(rq, 0);
}

static int
all_bulletins(struct http_request *rq)
{
	return write_bulletins(rq, 1);
}

static int
announce(struct http_request *rq)
{
	struct bulletin b = { .title = http_str(rq, "title"), .body = http_str(rq, "body"),
		.urgent = http_bool(rq, "urgent", 0), .first_day = http_str(rq, "firstDay"),
		.last_day = http_str(rq, "lastDay") };
	char id[YX_ID_SIZE];
	int rc = bulletin_add(&rq->act, &b, id);

	return http_made(rq, rc, id);
}

static int
withdraw(struct http_request *rq)
{
	return bulletin_remove(&rq->act, http_str(rq, "id"));
}

static const struct http_param P_ANNOUNCE[] = {
	{ "title", IN_BODY, T_STRING, 0, 1, 100, NULL },
	{ "body", IN_BODY, T_TEXT, 0, 1, 2000, NULL },
	{ "urgent", IN_BODY, T_BOOL, OPTIONAL, 0, 0, NULL },
	{ "firstDay", IN_BODY, T_DATE, 0, 0, 0, NULL },
	{ "lastDay", IN_BODY, T_DATE, 0, 0, 0, NULL }, END };
static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_MAILS[] = {
	{ "state", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "pending|sending|sent|failed" },
	{ "q", IN_QUERY, T_STRING, OPTIONAL, 0, 100, NULL },
	{ "before", IN_QUERY, T_INT, OPTIONAL, 1, INT64_MAX / 2000, NULL },
	{ "size", IN_QUERY, T_INT, OPTIONAL, 1, 100, NULL }, END };

const struct http_route PLATFORM_ROUTES[] = {
	{ "GET", V1 "/admin/platform", ROLE_PLATFORM_ADMIN, 0, NULL, health, "How the platform's parts stand" },
	{ "POST", V1 "/admin/platform/test-seal", ROLE_PLATFORM_ADMIN, 0, NULL, test_seal, "Try the platform's key" },
	{ "POST", V1 "/admin/platform/services/check", ROLE_PLATFORM_ADMIN, F_TX, NULL, check_services,
	    "CRLs, OCSP responders and timestamp authorities are asked at once" },
	{ "GET", V1 "/admin/trust", ROLE_PLATFORM_ADMIN, 0, NULL, trust, "Whom the platform trusts" },
	{ "GET", V1 "/admin/mails", ROLE_PLATFORM_ADMIN, 0, P_MAILS, mails, "Outgoing mail" },
	{ "POST", V1 "/admin/mails/{id}/again", ROLE_PLATFORM_ADMIN, F_TX, P_ID, mail_again, "It goes out again" },
	{ "GET", V1 "/bulletins", WHO_MEMBER, 0, NULL, bulletins, "What the platform tells everybody today" },
	{ "GET", V1 "/admin/bulletins", ROLE_PLATFORM_ADMIN, 0, NULL, all_bulletins, "All announcements" },
	{ "POST", V1 "/admin/bulletins", ROLE_PLATFORM_ADMIN, F_TX, P_ANNOUNCE, announce, "Tell everybody" },
	{ "DELETE", V1 "/admin/bulletins/{id}", ROLE_PLATFORM_ADMIN, F_TX, P_ID, withdraw, "Tell it no more" },
	LAST_ROW,
};
