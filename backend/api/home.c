#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/domain/card/certificate.h"
#include "backend/domain/home/home.h"

/* Certificates that end, or ended, within so many days; the others are no news. */
#define NEWS_DAYS 90

static void
write_certificates(struct http_request *rq, const struct certificate_row *c, size_t n)
{
	const int64_t now = act_now(&rq->act), day = 86400000;

	yx_jw_array(&rq->json, "certificates");
	for (size_t i = 0; i < n; i++) {
		int64_t left = c[i].not_after - now;

		if (left > NEWS_DAYS * day || left < -NEWS_DAYS * day)
			continue;
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "id", c[i].id);
		yx_jw_str(&rq->json, "purpose", c[i].purpose);
		http_time(rq, "notAfter", c[i].not_after);
		yx_jw_int(&rq->json, "daysLeft", left < 0 ? -1 : left / day);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
}

static void
write_tiles(struct http_request *rq, const char *key, const struct home_counts *c)
{
	yx_jw_array(&rq->json, key);
	for (size_t i = 0; i < c->n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "code", c->tiles[i].code);
		yx_jw_int(&rq->json, "count", c->tiles[i].count);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
}

static void
write_events(struct http_request *rq, const struct home_event *e, size_t n)
{
	yx_jw_array(&rq->json, "recent");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		http_time(rq, "at", e[i].at);
		yx_jw_str(&rq->json, "action", e[i].action);
		yx_jw_str(&rq->json, "objectKind", e[i].object_kind);
		yx_jw_str(&rq->json, "objectId", e[i].object_id);
		yx_jw_str(&rq->json, "text", e[i].text);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
}

static void
write_due(struct http_request *rq, const struct home_due_row *d, size_t n)
{
	yx_jw_array(&rq->json, "due");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "role", d[i].role);
		yx_jw_str(&rq->json, "contractId", d[i].contract_id);
		yx_jw_str(&rq->json, "messageId", d[i].message_id);
		yx_jw_str(&rq->json, "number", d[i].number);
		yx_jw_str(&rq->json, "title", d[i].title);
		yx_jw_str(&rq->json, "deadline", d[i].deadline);
		yx_jw_bool(&rq->json, "hard", d[i].hard);
		yx_jw_bool(&rq->json, "overdue", d[i].overdue);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
}

static int
home(struct http_request *rq)
{
	struct home_counts mine, others;
	struct home_event *events = NULL;
	struct home_due_row *due = NULL;
	struct certificate_row *c = NULL;
	size_t events_n = 0, n = 0, due_n = 0;
	int rc = home_tiles(&rq->act, &mine, &others);

	if (rc != YX_OK || (rc = home_recent(&rq->act, &events, &events_n)) != YX_OK ||
	    (rc = certificate_list(&rq->act, NULL, &c, &n)) != YX_OK || (rc = home_due(&rq->act, &due, &due_n)) != YX_OK)
		return rc;
	write_due(rq, due, due_n);
	write_tiles(rq, "tiles", &mine);
	write_tiles(rq, "cases", &others);
	write_events(rq, events, events_n);
	write_certificates(rq, c, n);
	yx_jw_int(&rq->json, "certificatesTotal", (int64_t)n);
	return YX_OK;
}

const struct http_route HOME_ROUTES[] = {
	{ "GET", V1 "/home", WHO_MEMBER, 0, NULL, home, "What waits for me" },
	LAST_ROW,
};
