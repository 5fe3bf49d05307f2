/* Seal pictures (電子圖章), and the places for seals on a draft's pages. */
#include <string.h>

#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/api/write.h"
#include "backend/domain/seal/picture.h"
#include "backend/domain/seal/place.h"
#include "common/codec.h"
#include "common/crash.h"

/* ---- pictures ---- */

static void
write_picture(struct http_request *rq, const struct picture_row *p)
{
	struct yx_jw *w = &rq->json;

	yx_jw_str(w, "id", p->id);
	yx_jw_str(w, "name", p->name);
	yx_jw_str(w, "kind", p->kind);
	yx_jw_str(w, "state", p->state);
	yx_jw_int(w, "version", p->version);
	yx_jw_int(w, "proposed", p->waiting);
	yx_jw_int(w, "shown", p->shown);
	yx_jw_int(w, "width", p->width);
	yx_jw_int(w, "height", p->height);
	yx_jw_str(w, "from", p->from);
	yx_jw_str(w, "until", p->until);
	yx_jw_str(w, "certificate", p->certificate);
	yx_jw_str(w, "disabledReason", p->disabled_reason);
	yx_jw_int(w, "uses", p->uses);
	http_time(rq, "createdAt", p->created_at);
	write_unit(rq, "unit", &p->unit);
}

static int
pictures(struct http_request *rq)
{
	struct page page = http_page_of(rq);
	struct picture_row *p = NULL;
	size_t n = 0;
	int rc = picture_list(&rq->act, &page, &p, &n);

	if (rc != YX_OK)
		return rc;
	http_page_write(rq, &page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		write_picture(rq, &p[i]);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static void
write_version(struct http_request *rq, const struct picture_version *v)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, NULL);
	yx_jw_int(w, "version", v->version);
	yx_jw_str(w, "state", v->state);
	yx_jw_int(w, "width", v->width);
	yx_jw_int(w, "height", v->height);
	yx_jw_str(w, "from", v->from);
	yx_jw_str(w, "until", v->until);
	yx_jw_str(w, "certificate", v->certificate);
	yx_jw_str(w, "proposedBy", v->proposed_by);
	http_time(rq, "proposedAt", v->proposed_at);
	yx_jw_str(w, "decidedBy", v->decided_by);
	http_time(rq, "decidedAt", v->decided_at);
	yx_jw_str(w, "reason", v->reason);
	yx_jw_bool(w, "mine", v->mine);
	yx_jw_end_object(w);
}

static int
picture(struct http_request *rq)
{
	struct picture_version *v = NULL;
	struct picture_row p;
	size_t n = 0;
	int rc = picture_get(&rq->act, http_str(rq, "id"), &p);

	if (rc != YX_OK || (rc = picture_versions(&rq->act, p.id, &v, &n)) != YX_OK)
		return rc;
	write_picture(rq, &p);
	yx_jw_array(&rq->json, "versions");
	for (size_t i = 0; i < n; i++)
		write_version(rq, &v[i]);
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static int
propose(struct http_request *rq, void *ctx)
{
	const struct picture_new *p = ctx;
	char id[YX_ID_SIZE];
	int64_t version = 0;
	int rc = picture_propose(&rq->act, p, id, &version);

	if (rc != YX_OK)
		return rc;
	rq->status = 201;
	yx_jw_str(&rq->json, "id", id);
	yx_jw_int(&rq->json, "version", version);
	/* What a careful eye would see: a ground that covers the text, too few dots. */
	yx_jw_bool(&rq->json, "opaque", p->clear < 0.05);
	yx_jw_int(&rq->json, "dots", p->dots);
	yx_crash_point("seal.tx.before_commit");
	return YX_OK;
}

static int
propose_it(struct http_request *rq)
{
	struct picture_new p = { .id = http_str(rq, "id"), .name = http_str(rq, "name"), .kind = http_str(rq, "kind"),
		.unit_id = http_str(rq, "unitId"), .width = http_int(rq, "width", 0), .height = http_int(rq, "height", 0),
		.from = http_str(rq, "from"), .until = http_str(rq, "until"), .certificate_id = http_str(rq, "certificateId") };
	int rc;

	p.png = http_bytes(rq, "picture", &p.n);
	return (rc = picture_take(&rq->act, &p)) != YX_OK ? rc : http_tx(rq, propose, &p);
}

static int
approve(struct http_request *rq)
{
	return picture_decide(&rq->act, http_str(rq, "id"), http_int(rq, "version", 0), NULL);
}

static int
refuse(struct http_request *rq)
{
	return picture_decide(&rq->act, http_str(rq, "id"), http_int(rq, "version", 0), http_str(rq, "reason"));
}

static int
disable(struct http_request *rq)
{
	return picture_disable(&rq->act, http_str(rq, "id"), http_str(rq, "reason"));
}

static int
picture_file(struct http_request *rq)
{
	uint8_t sha256[32];
	struct picture_row p;
	int rc = picture_get(&rq->act, http_str(rq, "id"), &p);

	if (rc == YX_OK)
		rc = picture_object(&rq->act, p.id, http_int(rq, "version", p.shown), sha256);
	if (rc != YX_OK)
		return rc;
	rq->accel = yx_store_accel(rq->app->store, rq->act.arena, sha256);
	rq->content_type = "image/png";
	return rq->accel == NULL ? YX_NO_MEMORY : YX_OK;
}

static int
uses(struct http_request *rq)
{
	struct page page = http_page_of(rq);
	struct picture_use *u = NULL;
	size_t n = 0;
	int rc = picture_uses(&rq->act, http_str(rq, "id"), &page, &u, &n);

	if (rc != YX_OK)
		return rc;
	http_page_write(rq, &page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		http_time(rq, "at", u[i].at);
		yx_jw_str(&rq->json, "by", u[i].by);
		yx_jw_int(&rq->json, "version", u[i].version);
		yx_jw_int(&rq->json, "revision", u[i].revision);
		yx_jw_str(&rq->json, "contractNumber", u[i].contract_number);
		yx_jw_str(&rq->json, "contractTitle", u[i].contract_title);
		yx_jw_str(&rq->json, "documentNumber", u[i].document_number);
		yx_jw_str(&rq->json, "documentName", u[i].document_name);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

/* What I may sign with, with that certificate of mine. */
static int
usable(struct http_request *rq)
{
	struct picture_usable *u = NULL;
	size_t n = 0;
	int rc = picture_usable_with(&rq->act, http_str(rq, "certificateId"), &u, &n);

	if (rc != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "id", u[i].id);
		yx_jw_str(&rq->json, "name", u[i].name);
		yx_jw_str(&rq->json, "kind", u[i].kind);
		yx_jw_int(&rq->json, "version", u[i].version);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

/* ---- places ---- */

static int
places(struct http_request *rq)
{
	struct place *p = NULL;
	size_t n = 0;
	struct yx_jw *w = &rq->json;
	int rc = place_list(&rq->act, http_str(rq, "id"), &p, &n);

	if (rc != YX_OK)
		return rc;
	yx_jw_array(w, "places");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "documentId", p[i].document_id);
		yx_jw_str(w, "party", p[i].party);
		yx_jw_str(w, "organizationId", p[i].organization_id[0] != '\0' ? p[i].organization_id : NULL);
		yx_jw_int(w, "nth", p[i].nth);
		yx_jw_bool(w, "seam", p[i].seam);
		yx_jw_int(w, "page", p[i].page);
		yx_jw_int(w, "x", p[i].x);
		yx_jw_int(w, "y", p[i].y);
		yx_jw_int(w, "w", p[i].w);
		yx_jw_int(w, "h", p[i].h);
		yx_jw_int(w, "rise", p[i].rise);
		yx_jw_str(w, "anchor", p[i].anchor);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
	return YX_OK;
}

static int
is_id(const char *s)
{
	return strlen(s) == YX_ID_SIZE - 1 && strspn(s, "0123456789abcdef") == YX_ID_SIZE - 1;
}

/* One object of the list: all members are known ones of their type. */
static int
read_place(const struct yx_json *j, struct place *p)
{
	static const char *const names[] = { "documentId", "party", "organizationId", "nth", "seam", "page", "x", "y", "w",
		"h", "rise", "anchor", NULL };
	const struct yx_json *seam = yx_json_get(j, "seam");

	*p = (struct place){ .document_id = yx_json_str(j, "documentId", ""), .party = yx_json_str(j, "party", ""),
		.organization_id = yx_json_str(j, "organizationId", ""), .nth = yx_json_int(j, "nth", 1),
		.seam = seam != NULL && seam->num != 0,
		.page = yx_json_int(j, "page", 0), .x = yx_json_int(j, "x", 0), .y = yx_json_int(j, "y", 0),
		.w = yx_json_int(j, "w", 0), .h = yx_json_int(j, "h", 0), .rise = yx_json_int(j, "rise", 0),
		.anchor = yx_json_str(j, "anchor", "") };
	if (j->type != YX_JSON_OBJECT || !yx_json_only(j, names) || !is_id(p->document_id) ||
	    (seam != NULL && seam->type != YX_JSON_BOOL) || yx_utf8_length(p->anchor) > 100)
		return YX_BAD_FIELD;
	if (strcmp(p->party, "vendor") == 0)
		return is_id(p->organization_id) ? YX_OK : YX_BAD_FIELD;
	return p->organization_id[0] == '\0' && (strcmp(p->party, "platform") == 0 || strcmp(p->party, "sealer") == 0)
	    ? YX_OK : YX_BAD_FIELD;
}

struct place_input { struct place *p; size_t n; };

static int
put_places(struct http_request *rq, void *ctx)
{
	const struct place_input *in = ctx;
	int64_t version = 0;
	int rc = place_put(&rq->act, http_str(rq, "id"), in->p, in->n, &version);

	if (rc == YX_OK)
		yx_jw_int(&rq->json, "version", version);
	return rc;
}

static int
put_places_it(struct http_request *rq)
{
	const struct yx_json *list = yx_json_get(rq->body, "places");
	struct place_input in = { NULL, 0 };

	if (list == NULL || list->type != YX_JSON_ARRAY || list->len > PLACES_MAX)
		return act_field(&rq->act, "places", YX_BAD_FIELD);
	if ((in.p = yx_arena_alloc(rq->act.arena, (list->len + 1) * sizeof(*in.p))) == NULL)
		return YX_NO_MEMORY;
	for (const struct yx_json *j = list->child; j != NULL; j = j->next)
		if (read_place(j, &in.p[in.n++]) != YX_OK)
			return act_field(&rq->act, "places", YX_BAD_FIELD);
	return http_tx(rq, put_places, &in);
}

static int
find_place(struct http_request *rq)
{
	struct place at = { .document_id = http_str(rq, "documentId"), .anchor = http_str(rq, "anchor"),
		.w = http_int(rq, "w", 0), .h = http_int(rq, "h", 0) };
	int rc = place_find(&rq->act, http_str(rq, "id"), &at);

	if (rc != YX_OK)
		return rc;
	yx_jw_int(&rq->json, "page", at.page);
	yx_jw_int(&rq->json, "x", at.x);
	yx_jw_int(&rq->json, "y", at.y);
	return YX_OK;
}

#define PICTURE \
	{ "picture", IN_BODY, T_BASE64, 0, 1, PICTURE_BYTES, NULL }, \
	{ "width", IN_BODY, T_INT, 0, 50, PICTURE_MM, NULL }, \
	{ "height", IN_BODY, T_INT, 0, 50, PICTURE_MM, NULL }, \
	{ "from", IN_BODY, T_DATE, OPTIONAL, 0, 0, NULL }, \
	{ "until", IN_BODY, T_DATE, OPTIONAL, 0, 0, NULL }, \
	{ "certificateId", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL }
#define VERSION { "version", IN_BODY, T_INT, 0, 1, 1000000, NULL }
#define REASON  { "reason", IN_BODY, T_TEXT, 0, 1, 2000, NULL }
static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_PAGE[] = { HTTP_PAGE_PARAMS, END };
static const struct http_param P_CREATE[] = {
	{ "name", IN_BODY, T_STRING, 0, 1, 100, NULL },
	{ "kind", IN_BODY, T_WORD, 0, 0, 0, "official|title|company" },
	{ "unitId", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL }, PICTURE, END };
static const struct http_param P_PROPOSE[] = { ID("id"), PICTURE, END };
static const struct http_param P_APPROVE[] = { ID("id"), VERSION, END };
static const struct http_param P_REFUSE[] = { ID("id"), VERSION, REASON, END };
static const struct http_param P_DISABLE[] = { ID("id"), REASON, END };
static const struct http_param P_FILE[] = { ID("id"), { "version", IN_QUERY, T_INT, OPTIONAL, 1, 1000000, NULL }, END };
static const struct http_param P_USES[] = { ID("id"), HTTP_PAGE_PARAMS, END };
static const struct http_param P_USABLE[] = { { "certificateId", IN_QUERY, T_ID, OPTIONAL, 0, 0, NULL }, END };
static const struct http_param P_PLACES[] = { ID("id"), { "places", IN_BODY, T_JSON, 0, 0, 0, NULL }, END };
static const struct http_param P_FIND[] = { ID("id"),
	{ "documentId", IN_BODY, T_ID, 0, 0, 0, NULL },
	{ "anchor", IN_BODY, T_STRING, 0, 1, 100, NULL },
	{ "w", IN_BODY, T_INT, 0, 2000, 100000, NULL },
	{ "h", IN_BODY, T_INT, 0, 2000, 100000, NULL }, END };

const struct http_route SEAL_ROUTES[] = {
	{ "GET", V1 "/seals", PICTURE_ROLES, 0, P_PAGE, pictures, "Seal pictures of my organization" },
	{ "POST", V1 "/seals", PICTURE_ROLES, F_SLOW, P_CREATE, propose_it, "Propose a seal picture" },
	{ "GET", V1 "/seals/usable", ROLE_SEALER | ROLE_VENDOR_SIGNER, 0, P_USABLE, usable, "What I may sign with" },
	{ "GET", V1 "/seals/{id}", PICTURE_ROLES, 0, P_ID, picture, "One picture with its versions" },
	{ "POST", V1 "/seals/{id}/versions", PICTURE_ROLES, F_SLOW, P_PROPOSE, propose_it, "Propose a new version" },
	{ "POST", V1 "/seals/{id}/approve", PICTURE_ROLES, F_TX, P_APPROVE, approve, "The second person consents" },
	{ "POST", V1 "/seals/{id}/refuse", PICTURE_ROLES, F_TX, P_REFUSE, refuse, "The second person does not" },
	{ "POST", V1 "/seals/{id}/disable", PICTURE_ROLES, F_TX, P_DISABLE, disable, "Take out of use for good" },
	{ "GET", V1 "/seals/{id}/picture", PICTURE_ROLES, 0, P_FILE, picture_file, "The PNG of a version" },
	{ "GET", V1 "/seals/{id}/uses", PICTURE_ROLES, 0, P_USES, uses, "Register of its use" },
	{ "GET", V1 "/contracts/{id}/places", ROLE_OFFICER, 0, P_ID, places, "Where seals will stand" },
	{ "PUT", V1 "/contracts/{id}/places", ROLE_OFFICER, 0, P_PLACES, put_places_it, "All places of a draft anew" },
	{ "POST", V1 "/contracts/{id}/places/find", ROLE_OFFICER, F_SLOW, P_FIND, find_place, "Beside a text" },
	LAST_ROW,
};
