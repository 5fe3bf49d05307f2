#include "backend/domain/template/template.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/contract/contract_parties.h"
#include "backend/domain/seal/place.h"
#include "backend/domain/template/template_text.h"

static int
check_texts(struct act *act, const struct template_content *c)
{
	const char *const texts[] = { c->title, c->subject, c->body };
	static const char *const fields[] = { "title", "subject", "body" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (template_check(texts[i]) != YX_OK)
			return act_field(act, fields[i], YX_TEXT_FIELD_UNKNOWN);
	return YX_OK;
}

static int
check_rules(struct act *act, const struct template_content *c)
{
	if (c->deadline_days < 0 || c->deadline_days > TEMPLATE_DAYS_MAX)
		return act_field(act, "deadlineDays", YX_BAD_FIELD);
	if (strcmp(c->rules.seal, "some") == 0 && c->sealers_n > 0 && c->rules.needed > (int64_t)c->sealers_n)
		return act_field(act, "sealNeeded", YX_BAD_FIELD);
	for (size_t i = 0; i < c->vendors_n; i++)
		if (c->rules.representative != NULL && strcmp(c->vendors[i], c->rules.representative) == 0)
			return YX_OK;
	return c->rules.representative == NULL ? YX_OK : act_field(act, "representative", YX_BAD_FIELD);
}

static int
put_version(struct act *act, const char *id, int64_t version, const struct template_content *c)
{
	int rc = check_texts(act, c);

	if (rc != YX_OK || (rc = check_rules(act, c)) != YX_OK)
		return rc;
	return yx_db_exec(act->db,
	    "INSERT INTO template_version (template_id, version, name, note, title, subject, body, deadline_days,"
	    " deadline_hard, vendors_in_order, seal_rule, seal_needed, by_id, at)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_int(version), yx_p_str(c->name), yx_p_str(c->note), yx_p_str(c->title),
	    yx_p_str(c->subject), yx_p_str(c->body), c->deadline_days > 0 ? yx_p_int(c->deadline_days) : yx_p_null(),
	    yx_p_int(c->deadline_hard), yx_p_int(c->rules.in_order), yx_p_str(c->rules.seal),
	    yx_p_int(c->rules.needed), yx_p_str(act->who.member_id), yx_p_time(act_now(act))), NULL);
}

static int
put_vendors(struct act *act, const char *id, int64_t version, const struct template_content *c)
{
	int rc = YX_OK;

	for (size_t i = 0; rc == YX_OK && i < c->vendors_n; i++) {
		const char *r = c->rules.representative;

		for (size_t k = 0; k < i; k++)
			if (strcmp(c->vendors[k], c->vendors[i]) == 0)
				return act_field(act, "vendors", YX_BAD_FIELD);
		rc = yx_db_change(act->db,
		    "INSERT INTO template_party (template_id, version, position, organization_id, representative)"
		    " SELECT ?, ?, ?, id, ? FROM organization WHERE id = ? AND kind <> 'platform' AND id <> ?",
		    YX_P(yx_p_str(id), yx_p_int(version), yx_p_int((int64_t)i + 1),
		    yx_p_int(r != NULL && strcmp(r, c->vendors[i]) == 0), yx_p_str(c->vendors[i]),
		    yx_p_str(act->who.organization_id)), YX_BAD_FIELD);
	}
	return rc == YX_BAD_FIELD ? act_field(act, "vendors", rc) : rc;
}

static int
put_sealers(struct act *act, const char *id, int64_t version, const struct template_content *c)
{
	int rc = YX_OK;

	for (size_t i = 0; rc == YX_OK && i < c->sealers_n; i++) {
		for (size_t k = 0; k < i; k++)
			if (strcmp(c->sealers[k], c->sealers[i]) == 0)
				return act_field(act, "sealers", YX_BAD_FIELD);
		if ((rc = contract_is_sealer(act, c->sealers[i], "sealers")) == YX_OK)
			rc = yx_db_exec(act->db,
			    "INSERT INTO template_party (template_id, version, position, member_id) VALUES (?, ?, ?, ?)",
			    YX_P(yx_p_str(id), yx_p_int(version), yx_p_int((int64_t)(TEMPLATE_VENDORS + i) + 1),
			    yx_p_str(c->sealers[i])), NULL);
	}
	return rc;
}

static int
is_sound(const struct template_place *p)
{
	const int vendor = strcmp(p->party, "vendor") == 0;
	const int known = vendor || strcmp(p->party, "platform") == 0 || strcmp(p->party, "sealer") == 0;

	if (p->nth < 1 || p->nth > (strcmp(p->party, "sealer") == 0 ? PLACE_NTH : 1))
		return 0;
	if (!known || vendor != (p->vendor > 0) || p->vendor > TEMPLATE_VENDORS || p->rise < 0 || p->rise > 100)
		return 0;
	if (p->seam)
		return 1;
	/* (the page's own bounds are known when there is one) */
	return p->w >= 2000 && p->w <= 100000 && p->h >= 2000 && p->h <= 100000 && p->x >= 0 && p->x <= 2000000 &&
	    p->y >= 0 && p->y <= 2000000 &&
	    (p->anchor[0] != '\0' || (p->page != 0 && p->page >= -1000 && p->page <= 100000));
}

static int
put_places(struct act *act, const char *id, int64_t version, const struct template_content *c)
{
	int rc = c->places_n > TEMPLATE_PLACES_MAX ? YX_BAD_FIELD : YX_OK;

	for (size_t i = 0; rc == YX_OK && i < c->places_n; i++) {
		const struct template_place *p = &c->places[i];

		rc = !is_sound(p) ? YX_BAD_FIELD : yx_db_exec(act->db,
		    "INSERT INTO template_place (template_id, version, position, party, vendor, nth, seam, page, x, y, w, h,"
		    " rise, anchor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		    YX_P(yx_p_str(id), yx_p_int(version), yx_p_int((int64_t)i + 1), yx_p_str(p->party), yx_p_int(p->vendor),
		    yx_p_int(p->nth), yx_p_int(p->seam), yx_p_int(p->seam || p->anchor[0] != '\0' ? 0 : p->page),
		    yx_p_int(p->x), yx_p_int(p->y), yx_p_int(p->w), yx_p_int(p->h), yx_p_int(p->rise), yx_p_str(p->anchor)),
		    NULL);
	}
	return rc == YX_BAD_FIELD || rc == YX_CONFLICT ? act_field(act, "places", YX_BAD_FIELD) : rc;
}

static int
put_all(struct act *act, const char *id, int64_t version, const struct template_content *c)
{
	int rc = put_version(act, id, version, c);

	if (rc != YX_OK || (rc = put_vendors(act, id, version, c)) != YX_OK ||
	    (rc = put_sealers(act, id, version, c)) != YX_OK)
		return rc;
	return put_places(act, id, version, c);
}

int
template_add(struct act *act, const char *kind, const struct template_content *c, char id[YX_ID_SIZE])
{
	int rc;

	yx_random_id(id);
	rc = yx_db_change(act->db,
	    "INSERT INTO template (id, organization_id, kind, version, name, owner_id, changed_at)"
	    " SELECT ?, ?, ?, 1, ?, ?, ? FROM DUAL WHERE (SELECT COUNT(*) FROM template t WHERE t.organization_id = ?) < ?",
	    YX_P(yx_p_str(id), yx_p_str(act->who.organization_id), yx_p_str(kind), yx_p_str(c->name),
	    yx_p_str(act->who.member_id), yx_p_time(act_now(act)), yx_p_str(act->who.organization_id),
	    yx_p_int(TEMPLATES_MAX)), YX_TOO_LARGE);
	if (rc != YX_OK || (rc = put_all(act, id, 1, c)) != YX_OK)
		return rc;
	return audit_act(act, "template.add", id, "name", c->name);
}

/* Holds the row; *version is the newest, *retired whether it is. */
static int
take(struct act *act, const char *id, int64_t *version, int *retired)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT t.version, t.retired_at IS NOT NULL FROM template t WHERE t.id = ?"
	    " AND" TEMPLATE_MINE " FOR UPDATE", YX_P(yx_p_str(id), TEMPLATE_MINE_P(act)), &r);

	if (rc == YX_OK) {
		*version = yx_row_int(r, 0);
		*retired = yx_row_int(r, 1) != 0;
	}
	return rc;
}

int
template_change(struct act *act, const char *id, int64_t seen, const struct template_content *c, int64_t *version)
{
	int retired = 0;
	int rc = take(act, id, version, &retired);

	if (rc != YX_OK)
		return rc;
	if (retired)
		return YX_STATE;
	if (*version != seen)
		return YX_CONFLICT;
	++*version;
	rc = yx_db_exec(act->db, "UPDATE template SET version = ?, name = ?, changed_at = ? WHERE id = ?",
	    YX_P(yx_p_int(*version), yx_p_str(c->name), yx_p_time(act_now(act)), yx_p_str(id)), NULL);
	if (rc != YX_OK || (rc = put_all(act, id, *version, c)) != YX_OK)
		return rc;
	return audit_act(act, "template.change", id, "name", c->name);
}

int
template_retire(struct act *act, const char *id, int yes)
{
	int64_t version = 0;
	int retired = 0;
	int rc = take(act, id, &version, &retired);

	if (rc != YX_OK)
		return rc;
	if (retired == yes)
		return YX_STATE;
	rc = yx_db_exec(act->db, "UPDATE template SET retired_at = ?, changed_at = ? WHERE id = ?",
	    YX_P(yes ? yx_p_time(act_now(act)) : yx_p_null(), yx_p_time(act_now(act)), yx_p_str(id)), NULL);
	return rc != YX_OK ? rc : audit_act(act, yes ? "template.retire" : "template.reinstate", id, NULL, NULL);
}

int
template_succeed(struct act *act, const struct organization_pair *p)
{
	return yx_db_exec(act->db,
	    "UPDATE template SET organization_id = ? WHERE organization_id = ?",
	    YX_P(yx_p_str(p->into), yx_p_str(p->from)), NULL);
}
