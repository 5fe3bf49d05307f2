#include "backend/domain/contract/contract_template.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/day.h"
#include "backend/domain/contract/contract_parties.h"
#include "backend/domain/contract/contract_row.h"
#include "backend/domain/template/template.h"
#include "backend/domain/template/template_text.h"

#define DAY_MS 86400000

/* ---- a contract begins ---- */

/* A vendor that was closed is left out as a sealer who has left is. */
static int
put_parties(struct act *act, const char *id, const struct template *t)
{
	struct contract_rules rules = t->content.rules;
	int rc;

	if (strcmp(rules.seal, "some") == 0 && t->sealers_n > 0 && rules.needed > (int64_t)t->sealers_n)
		rules.needed = (int64_t)t->sealers_n;
	if ((rc = contract_put_vendors(act, id, t->content.vendors, t->content.vendors_n)) != YX_OK ||
	    (rc = contract_put_representative(act, id, rules.representative)) != YX_OK ||
	    (rc = contract_put_sealers(act, id, t->content.sealers, t->content.sealers_n)) != YX_OK)
		return rc;
	return contract_row_rules(act->db, id, &rules);
}

static int
apply(struct act *act, const char *id, const struct template *t)
{
	int rc = contract_row_template(act->db, id, t->row.id, t->version);

	if (rc != YX_OK || (rc = contract_row_notice(act->db, id, t->content.subject, t->content.body)) != YX_OK ||
	    (rc = put_parties(act, id, t)) != YX_OK ||
	    (rc = contract_row_deadline_days(act->db, id, t->content.deadline_days, t->content.deadline_hard)) != YX_OK)
		return rc;
	return audit_act(act, "contract.begin", id, "template", t->row.id);
}

int
contract_begin(struct act *act, const struct contract_basics *b, const char *template_id, char id[YX_ID_SIZE])
{
	struct template t;
	int rc;

	if (template_id == NULL)
		return contract_create(act, b, id);
	rc = template_get(act, template_id, 0, &t);
	if (rc == YX_NOT_FOUND || (rc == YX_OK && (t.row.retired_at != 0 || strcmp(t.row.kind, "contract") != 0)))
		return act_field(act, "templateId", YX_BAD_FIELD);
	if (rc != YX_OK || (rc = contract_create(act, b, id)) != YX_OK)
		return rc;
	return apply(act, id, &t);
}

/* ---- a contract becomes a template ---- */

static int64_t
vendor_number(const struct contract *c, const char *organization_id)
{
	for (size_t i = 0; i < c->vendors_n; i++)
		if (strcmp(c->vendors[i].id, organization_id) == 0)
			return (int64_t)i + 1;
	return 0;
}

/* The places on its first document; on the last page: counted from the back. */
static int
lift_places(struct act *act, const struct contract *c, struct template_content *t)
{
	struct template_place *out;
	struct place *p = NULL;
	size_t n = 0;
	int rc = place_list(act, c->id, &p, &n);

	if (rc != YX_OK || n == 0 || c->documents_n == 0)
		return rc;
	if ((out = yx_arena_alloc(act->arena, n * sizeof(*out))) == NULL)
		return YX_NO_MEMORY;
	for (size_t i = 0; i < n && t->places_n < TEMPLATE_PLACES_MAX; i++) {
		const int64_t vendor = vendor_number(c, p[i].organization_id);

		if (strcmp(p[i].document_id, c->documents[0].id) != 0 ||
		    (strcmp(p[i].party, "vendor") == 0 && vendor == 0))
			continue;
		out[t->places_n++] = (struct template_place){ .party = p[i].party, .vendor = vendor, .nth = p[i].nth,
			.seam = p[i].seam, .page = p[i].page == c->documents[0].pages ? -1 : p[i].page, .x = p[i].x, .y = p[i].y,
			.w = p[i].w, .h = p[i].h, .rise = p[i].rise, .anchor = p[i].anchor };
	}
	t->places = out;
	return YX_OK;
}

/* How many days it had: as its draft says, or from its sending to its last day. */
static int64_t
days_of(const struct contract *c)
{
	int64_t days = c->deadline_days;

	if (c->deadline != NULL && c->sent_at != 0)
		days = (day_ms(c->deadline, 1) - c->sent_at - 1) / DAY_MS;
	return days > TEMPLATE_DAYS_MAX ? TEMPLATE_DAYS_MAX : days > 0 ? days : 0;
}

static int
lift_texts(struct act *act, const struct contract *c, struct template_content *t)
{
	struct template_values v;
	int rc = contract_fields(act, c, c->sent_at != 0 ? c->sent_at : act_now(act), &v);

	if (rc != YX_OK)
		return rc;
	t->subject = template_lift(act->arena, c->subject, &v);
	t->body = template_lift(act->arena, c->body, &v);
	return t->subject == NULL || t->body == NULL ? YX_NO_MEMORY : YX_OK;
}

int
contract_to_template(struct act *act, const char *id, const char *name, char template_id[YX_ID_SIZE])
{
	struct template_content t = { .name = name, .note = "", .title = "" };
	const char **sealers;
	struct contract c;
	int rc = contract_get(act, id, &c);

	if (rc != YX_OK)
		return rc;
	if ((sealers = yx_arena_alloc(act->arena, (c.sealers_n + 1) * sizeof(*sealers))) == NULL)
		return YX_NO_MEMORY;
	for (size_t i = 0; i < c.sealers_n; i++)
		/* (one who has left since is left out) */
		if (contract_is_sealer(act, c.sealers[i].id, "sealers") == YX_OK)
			sealers[t.sealers_n++] = c.sealers[i].id;
	t.sealers = sealers;
	t.rules = c.rules;
	t.rules.representative = NULL;
	if (t.sealers_n > 0 && t.rules.needed > (int64_t)t.sealers_n)
		t.rules.needed = (int64_t)t.sealers_n;
	t.deadline_days = days_of(&c);
	t.deadline_hard = c.deadline_hard;
	t.title = c.title;
	if ((rc = lift_texts(act, &c, &t)) != YX_OK || (rc = lift_places(act, &c, &t)) != YX_OK)
		return rc;
	return template_add(act, "contract", &t, template_id);
}

/* ---- its seals on the documents ---- */

/* Puts one place on one document: YX_OK, or YX_NOT_FOUND if that has not the page or text. */
static int
put_one(struct act *act, const struct contract *c, const struct template_place *t, size_t document, struct place *out)
{
	const struct contract_document *d = &c->documents[document];
	int64_t page = t->page < 0 ? d->pages + 1 + t->page : t->page;
	int rc;

	if (t->vendor > (int64_t)c->vendors_n || t->nth > contract_seals(&c->rules, c->sealers_n))
		return YX_NOT_FOUND;
	*out = (struct place){ .document_id = d->id, .party = t->party,
		.organization_id = t->vendor > 0 ? c->vendors[t->vendor - 1].id : "", .nth = t->nth, .seam = t->seam,
		.page = page, .x = t->x, .y = t->y, .w = t->w, .h = t->h, .rise = t->rise, .anchor = t->anchor };
	if (t->seam)
		return d->pages >= 2 ? YX_OK : YX_NOT_FOUND;
	if (t->anchor[0] == '\0')
		return page >= 1 && page <= d->pages ? YX_OK : YX_NOT_FOUND;
	rc = place_find(act, c->id, out);
	return rc == YX_ANCHOR_MISSING ? YX_NOT_FOUND : rc;
}

/* Puts it on each document that has the page or text, at out[*n] and on. */
static int
put_each(struct act *act, const struct contract *c, const struct template_place *t, struct place *out, size_t *n)
{
	for (size_t k = 0; k < c->documents_n && *n < PLACES_MAX; k++) {
		int rc = put_one(act, c, t, k, &out[*n]);

		if (rc != YX_OK && rc != YX_NOT_FOUND)
			return rc;
		*n += rc == YX_OK;
	}
	return YX_OK;
}

int
contract_template_places(struct act *act, const char *id, struct place **places, size_t *n, size_t *missed)
{
	struct contract c;
	struct template t;
	int rc = contract_get(act, id, &c);

	*n = *missed = 0;
	if (rc != YX_OK)
		return rc;
	if (!contract_state_is_draft(c.state))
		return YX_STATE;
	if (c.template_id == NULL)
		return YX_NOT_FOUND;
	if (c.documents_n == 0)
		return YX_NO_DOCUMENT;
	if ((rc = template_get(act, c.template_id, c.template_version, &t)) != YX_OK)
		return rc;
	if ((*places = yx_arena_alloc(act->arena, (PLACES_MAX + 1) * sizeof(**places))) == NULL)
		return YX_NO_MEMORY;
	for (size_t i = 0; rc == YX_OK && i < t.content.places_n; i++) {
		const size_t before = *n;

		rc = put_each(act, &c, &t.content.places[i], *places, n);
		*missed += rc == YX_OK && *n == before;
	}
	act->bad_field = NULL;
	return rc;
}
