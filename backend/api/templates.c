/* 範本: templates of contracts and messages. */
#include <string.h>

#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/api/write.h"
#include "backend/domain/contract/contract_template.h"
#include "backend/domain/template/template.h"
#include "backend/domain/template/template_text.h"
#include "common/codec.h"

static void
write_row(struct http_request *rq, const struct template_row *t)
{
	struct yx_jw *w = &rq->json;

	yx_jw_str(w, "id", t->id);
	yx_jw_str(w, "kind", t->kind);
	yx_jw_str(w, "name", t->name);
	yx_jw_str(w, "owner", t->owner);
	yx_jw_int(w, "newest", t->version);
	yx_jw_bool(w, "retired", t->retired_at != 0);
	yx_jw_bool(w, "mine", t->mine);
	http_time(rq, "changedAt", t->changed_at);
}

static int
templates(struct http_request *rq)
{
	struct page page = http_page_of(rq);
	struct template_filter f = { .kind = http_str(rq, "kind"), .q = http_str(rq, "q"),
		.retired = http_bool(rq, "retired", 0) };
	struct template_row *t = NULL;
	size_t n = 0;
	int rc = template_list(&rq->act, &f, &page, &t, &n);

	if (rc != YX_OK)
		return rc;
	http_page_write(rq, &page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		write_row(rq, &t[i]);
		yx_jw_str(&rq->json, "subject", t[i].subject);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	yx_jw_array(&rq->json, "fields");
	for (enum template_field i = 0; i < TEXT_FIELDS; i++)
		yx_jw_str(&rq->json, NULL, template_field_word(i));
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static void
write_parties(struct http_request *rq, const struct template *t)
{
	struct yx_jw *w = &rq->json;

	yx_jw_array(w, "vendors");
	for (size_t i = 0; i < t->vendors_n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "id", t->vendors[i].id);
		yx_jw_str(w, "name", t->vendors[i].name);
		yx_jw_str(w, "code", t->vendors[i].code);
		yx_jw_bool(w, "representative", t->vendors[i].representative);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
	yx_jw_array(w, "sealers");
	for (size_t i = 0; i < t->sealers_n; i++)
		write_person(rq, NULL, &t->sealers[i]);
	yx_jw_end_array(w);
}

static void
write_places(struct http_request *rq, const struct template_content *c)
{
	struct yx_jw *w = &rq->json;

	yx_jw_array(w, "places");
	for (size_t i = 0; i < c->places_n; i++) {
		const struct template_place *p = &c->places[i];

		yx_jw_object(w, NULL);
		yx_jw_str(w, "party", p->party);
		yx_jw_int(w, "vendor", p->vendor);
		yx_jw_int(w, "nth", p->nth);
		yx_jw_bool(w, "seam", p->seam);
		yx_jw_int(w, "page", p->page);
		yx_jw_int(w, "x", p->x);
		yx_jw_int(w, "y", p->y);
		yx_jw_int(w, "w", p->w);
		yx_jw_int(w, "h", p->h);
		yx_jw_int(w, "rise", p->rise);
		yx_jw_str(w, "anchor", p->anchor);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
}

static void
write_content(struct http_request *rq, const struct template *t)
{
	const struct template_content *c = &t->content;
	struct yx_jw *w = &rq->json;

	yx_jw_int(w, "version", t->version);
	http_time(rq, "at", t->at);
	yx_jw_str(w, "by", t->by);
	yx_jw_str(w, "versionName", c->name);
	yx_jw_str(w, "note", c->note);
	yx_jw_str(w, "title", c->title);
	yx_jw_str(w, "subject", c->subject);
	yx_jw_str(w, "body", c->body);
	yx_jw_int(w, "deadlineDays", c->deadline_days);
	yx_jw_bool(w, "deadlineHard", c->deadline_hard);
	yx_jw_bool(w, "vendorsInOrder", c->rules.in_order);
	yx_jw_str(w, "sealRule", c->rules.seal);
	yx_jw_int(w, "sealNeeded", c->rules.needed);
	write_parties(rq, t);
	write_places(rq, c);
}

static int
template(struct http_request *rq)
{
	struct template_version *v = NULL;
	struct template t;
	size_t n = 0;
	int rc = template_get(&rq->act, http_str(rq, "id"), http_int(rq, "version", 0), &t);

	if (rc != YX_OK || (rc = template_versions(&rq->act, t.row.id, &v, &n)) != YX_OK)
		return rc;
	write_row(rq, &t.row);
	write_content(rq, &t);
	yx_jw_array(&rq->json, "versions");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_int(&rq->json, "version", v[i].version);
		http_time(rq, "at", v[i].at);
		yx_jw_str(&rq->json, "by", v[i].by);
		yx_jw_str(&rq->json, "name", v[i].name);
		yx_jw_str(&rq->json, "note", v[i].note);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

/* ---- what is written ---- */

/* One place of the list: all members are known ones of their type. */
static int
read_place(const struct yx_json *j, struct template_place *p)
{
	static const char *const names[] = { "party", "vendor", "nth", "seam", "page", "x", "y", "w", "h", "rise",
		"anchor", NULL };
	const struct yx_json *seam = yx_json_get(j, "seam");

	*p = (struct template_place){ .party = yx_json_str(j, "party", ""), .vendor = yx_json_int(j, "vendor", 0),
		.nth = yx_json_int(j, "nth", 1), .seam = seam != NULL && seam->num != 0,
		.page = yx_json_int(j, "page", 0), .x = yx_json_int(j, "x", 0),
		.y = yx_json_int(j, "y", 0), .w = yx_json_int(j, "w", 0), .h = yx_json_int(j, "h", 0),
		.rise = yx_json_int(j, "rise", 0), .anchor = yx_json_str(j, "anchor", "") };
	return j->type == YX_JSON_OBJECT && yx_json_only(j, names) && (seam == NULL || seam->type == YX_JSON_BOOL) &&
	    yx_utf8_length(p->anchor) <= 100 ? YX_OK : YX_BAD_FIELD;
}

static int
read_places(struct http_request *rq, struct template_content *c)
{
	const struct yx_json *list = yx_json_get(rq->body, "places");
	struct template_place *p;

	if (list == NULL)
		return YX_OK;
	if (list->type != YX_JSON_ARRAY || list->len > TEMPLATE_PLACES_MAX)
		return act_field(&rq->act, "places", YX_BAD_FIELD);
	if ((p = yx_arena_alloc(rq->act.arena, (list->len + 1) * sizeof(*p))) == NULL)
		return YX_NO_MEMORY;
	for (const struct yx_json *j = list->child; j != NULL; j = j->next)
		if (read_place(j, &p[c->places_n++]) != YX_OK)
			return act_field(&rq->act, "places", YX_BAD_FIELD);
	c->places = p;
	return YX_OK;
}

static const char *
text_or(const char *text, const char *absent)
{
	return text == NULL ? absent : text;
}

static int
read_content(struct http_request *rq, struct template_content *c)
{
	*c = (struct template_content){ .name = http_str(rq, "name"), .note = text_or(http_str(rq, "note"), ""),
		.title = text_or(http_str(rq, "title"), ""), .subject = http_str(rq, "subject"), .body = http_str(rq, "body"),
		.deadline_days = http_int(rq, "deadlineDays", 0), .deadline_hard = http_bool(rq, "deadlineHard", 0),
		.rules = { .in_order = http_bool(rq, "vendorsInOrder", 0), .representative = http_str(rq, "representative"),
		    .seal = text_or(http_str(rq, "sealRule"), "any"), .needed = http_int(rq, "sealNeeded", 1) } };
	c->vendors = http_list(rq, "vendors", &c->vendors_n);
	c->sealers = http_list(rq, "sealers", &c->sealers_n);
	return read_places(rq, c);
}

static int
add(struct http_request *rq)
{
	struct template_content c;
	char id[YX_ID_SIZE];
	int rc = read_content(rq, &c);

	if (rc != YX_OK || (rc = template_add(&rq->act, http_str(rq, "kind"), &c, id)) != YX_OK)
		return rc;
	rq->status = 201;
	yx_jw_str(&rq->json, "id", id);
	yx_jw_int(&rq->json, "version", 1);
	return YX_OK;
}

static int
change(struct http_request *rq)
{
	struct template_content c;
	int64_t version = 0;
	int rc = read_content(rq, &c);

	if (rc != YX_OK ||
	    (rc = template_change(&rq->act, http_str(rq, "id"), http_int(rq, "version", 0), &c, &version)) != YX_OK)
		return rc;
	yx_jw_int(&rq->json, "version", version);
	return YX_OK;
}

static int
retire(struct http_request *rq)
{
	return template_retire(&rq->act, http_str(rq, "id"), 1);
}

static int
reinstate(struct http_request *rq)
{
	return template_retire(&rq->act, http_str(rq, "id"), 0);
}

/* ---- contracts ---- */

static int
of_contract(struct http_request *rq)
{
	char id[YX_ID_SIZE];
	int rc = contract_to_template(&rq->act, http_str(rq, "id"), http_str(rq, "name"), id);

	return http_made(rq, rc, id);
}

struct found { struct place *p; size_t n, missed; };

static int
put_found(struct http_request *rq, void *ctx)
{
	const struct found *f = ctx;
	int64_t version = 0;
	int rc = place_put(&rq->act, http_str(rq, "id"), f->p, f->n, &version);

	if (rc != YX_OK)
		return rc;
	yx_jw_int(&rq->json, "version", version);
	yx_jw_int(&rq->json, "places", (int64_t)f->n);
	yx_jw_int(&rq->json, "missed", (int64_t)f->missed);
	return YX_OK;
}

/* The texts are looked for first: that takes processes, and a transaction waits for none. */
static int
places_it(struct http_request *rq)
{
	struct found f = { NULL, 0, 0 };
	int rc = contract_template_places(&rq->act, http_str(rq, "id"), &f.p, &f.n, &f.missed);

	return rc != YX_OK ? rc : http_tx(rq, put_found, &f);
}

#define KIND(flags) { "kind", (flags) ? IN_QUERY : IN_BODY, T_WORD, flags, 0, 0, "contract|message" }
#define CONTENT \
	{ "name", IN_BODY, T_STRING, 0, 1, 100, NULL }, \
	{ "note", IN_BODY, T_STRING, OPTIONAL, 0, 200, NULL }, \
	{ "title", IN_BODY, T_STRING, OPTIONAL, 0, 100, NULL }, \
	{ "subject", IN_BODY, T_STRING, 0, 1, 300, NULL }, \
	{ "body", IN_BODY, T_TEXT, 0, 1, 4000, NULL }, \
	{ "deadlineDays", IN_BODY, T_INT, OPTIONAL, 0, TEMPLATE_DAYS_MAX, NULL }, \
	{ "deadlineHard", IN_BODY, T_BOOL, OPTIONAL, 0, 0, NULL }, \
	{ "vendors", IN_BODY, T_IDS, OPTIONAL, 0, TEMPLATE_VENDORS, NULL }, \
	{ "sealers", IN_BODY, T_IDS, OPTIONAL, 0, TEMPLATE_SEALERS, NULL }, \
	{ "vendorsInOrder", IN_BODY, T_BOOL, OPTIONAL, 0, 0, NULL }, \
	{ "representative", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL }, \
	{ "sealRule", IN_BODY, T_WORD, OPTIONAL, 0, 0, "any|all|some" }, \
	{ "sealNeeded", IN_BODY, T_INT, OPTIONAL, 1, TEMPLATE_SEALERS, NULL }, \
	{ "places", IN_BODY, T_JSON, OPTIONAL, 0, 0, NULL }
static const struct http_param P_LIST[] = { KIND(OPTIONAL),
	{ "q", IN_QUERY, T_STRING, OPTIONAL, 0, 100, NULL },
	{ "retired", IN_QUERY, T_BOOL, OPTIONAL, 0, 0, NULL }, HTTP_PAGE_PARAMS, END };
static const struct http_param P_GET[] = { ID("id"),
	{ "version", IN_QUERY, T_INT, OPTIONAL, 1, 2147483647, NULL }, END };
static const struct http_param P_ADD[] = { KIND(0), CONTENT, END };
static const struct http_param P_CHANGE[] = { ID("id"),
	{ "version", IN_BODY, T_INT, 0, 1, 2147483647, NULL }, CONTENT, END };
static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_OF[] = { ID("id"), { "name", IN_BODY, T_STRING, 0, 1, 100, NULL }, END };

#define KEEPERS (ROLE_OFFICER | ROLE_AGENCY_ADMIN)
const struct http_route TEMPLATE_ROUTES[] = {
	{ "GET", V1 "/templates", KEEPERS | ROLE_REGISTRY, 0, P_LIST, templates, "Templates of my agency" },
	{ "POST", V1 "/templates", KEEPERS, F_TX, P_ADD, add, "A new template" },
	{ "GET", V1 "/templates/{id}", KEEPERS | ROLE_REGISTRY, 0, P_GET, template, "One template, in whatever version" },
	{ "PUT", V1 "/templates/{id}", KEEPERS, F_TX, P_CHANGE, change, "Its next version" },
	{ "POST", V1 "/templates/{id}/retire", KEEPERS, F_TX, P_ID, retire, "Nobody begins with it any more" },
	{ "POST", V1 "/templates/{id}/reinstate", KEEPERS, F_TX, P_ID, reinstate, "It is in use again" },
	{ "POST", V1 "/contracts/{id}/template", ROLE_OFFICER, F_TX, P_OF, of_contract, "A template like this contract" },
	{ "POST", V1 "/contracts/{id}/places/template", ROLE_OFFICER, F_SLOW, P_ID, places_it,
	    "The template's seals on a draft" },
	LAST_ROW,
};
