#include "backend/api/api.h"

#include "backend/domain/card/certificate.h"
#include "backend/domain/home/home.h"

static int
write_certificates(struct http_request *rq)
{
	struct certificate_row *c = NULL;
	size_t n = 0;
	int rc = certificate_list(rq, NULL, &c, &n);
	int64_t now = yx_now_ms(), day = 86400000;

	yx_jw_array(&rq->json, "certificates");
	for (size_t i = 0; i < n; i++) {
		int64_t left = c[i].not_after - now;

		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "id", c[i].id);
		yx_jw_str(&rq->json, "purpose", c[i].purpose);
		http_time(rq, "notAfter", c[i].not_after);
		yx_jw_int(&rq->json, "daysLeft", left < 0 ? -1 : left / day);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return rc;
}

int
api_home(struct http_request *rq)
{
	struct home_tile tiles[8];
	struct home_event *events = NULL;
	size_t n = 0, k = 0;
	int rc = home_tiles(rq, tiles, &n);

	if (rc != YX_OK || (rc = home_recent(rq, &events, &k)) != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "tiles");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "code", tiles[i].code);
		yx_jw_int(&rq->json, "count", tiles[i].count);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	yx_jw_array(&rq->json, "recent");
	for (size_t i = 0; i < k; i++) {
		yx_jw_object(&rq->json, NULL);
		http_time(rq, "at", events[i].at);
		yx_jw_str(&rq->json, "action", events[i].action);
		yx_jw_str(&rq->json, "objectKind", events[i].object_kind);
		yx_jw_str(&rq->json, "objectId", events[i].object_id);
		yx_jw_str(&rq->json, "text", events[i].text);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return write_certificates(rq);
}
