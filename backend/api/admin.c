/* The agencies that one administrates: agencies, units, people, roles, what waits for a
 * second person. */
#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/api/write.h"
#include "backend/domain/admin/agency.h"
#include "backend/domain/admin/import.h"
#include "backend/domain/admin/role_request.h"
#include "backend/domain/admin/staff.h"
#include "backend/domain/people/member.h"

/* ---- agencies ---- */

static void
write_agency(struct http_request *rq, const char *key, const struct agency *a)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, key);
	yx_jw_str(w, "id", a->id);
	yx_jw_str(w, "kind", a->kind);
	yx_jw_str(w, "code", a->code);
	yx_jw_str(w, "name", a->name);
	yx_jw_str(w, "shortName", a->short_name);
	yx_jw_str(w, "cardIdentity", a->card_identity);
	yx_jw_str(w, "parentId", a->parent_id);
	yx_jw_str(w, "parentName", a->parent_name);
	yx_jw_str(w, "parentCode", a->parent_code);
	yx_jw_int(w, "version", a->version);
	yx_jw_int(w, "below", a->below);
	yx_jw_int(w, "units", a->units);
	http_time(rq, "closedAt", a->closed_at);
	yx_jw_str(w, "successorId", a->successor_id);
	yx_jw_str(w, "successorName", a->successor_name);
	yx_jw_str(w, "successorCode", a->successor_code);
	yx_jw_end_object(w);
}

static int
agencies(struct http_request *rq)
{
	struct agency_filter f = { .under = http_str(rq, "under"), .q = http_str(rq, "q") };
	struct page page = http_page_of(rq);
	struct agency *a = NULL;
	size_t n = 0;
	int rc = agency_list(&rq->act, &f, &page, &a, &n);

	if (rc != YX_OK)
		return rc;
	http_page_write(rq, &page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++)
		write_agency(rq, NULL, &a[i]);
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static void
write_units(struct http_request *rq, const struct agency_unit *u, size_t n)
{
	struct yx_jw *w = &rq->json;

	yx_jw_array(w, "units");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "id", u[i].id);
		yx_jw_str(w, "code", u[i].code);
		yx_jw_str(w, "fullCode", u[i].full_code);
		yx_jw_str(w, "name", u[i].name);
		yx_jw_int(w, "people", u[i].people);
		http_time(rq, "closedAt", u[i].closed_at);
		yx_jw_str(w, "mergedInto", u[i].merged_into);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
}

static void
write_history(struct http_request *rq, const struct agency_event *e, size_t n)
{
	struct yx_jw *w = &rq->json;

	yx_jw_array(w, "events");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(w, NULL);
		http_time(rq, "at", e[i].at);
		yx_jw_str(w, "by", e[i].by);
		yx_jw_str(w, "unit", e[i].unit);
		yx_jw_str(w, "kind", e[i].kind);
		yx_jw_str(w, "before", e[i].before);
		yx_jw_str(w, "after", e[i].after);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
}

static int
agency(struct http_request *rq)
{
	struct agency_unit *units = NULL;
	struct agency_event *events = NULL;
	struct agency a;
	size_t units_n = 0, events_n = 0;
	int rc = agency_get(&rq->act, http_str(rq, "id"), &a);

	if (rc != YX_OK || (rc = agency_units(&rq->act, a.id, &units, &units_n)) != YX_OK ||
	    (rc = agency_events(&rq->act, a.id, &events, &events_n)) != YX_OK)
		return rc;
	write_agency(rq, "agency", &a);
	write_units(rq, units, units_n);
	write_history(rq, events, events_n);
	return YX_OK;
}

static int
create_agency(struct http_request *rq)
{
	struct organization_new o = { .kind = "agency", .code = http_str(rq, "code"), .name = http_str(rq, "name"),
		.short_name = http_str(rq, "shortName"), .card_identity = http_str(rq, "cardIdentity") };
	char id[YX_ID_SIZE];
	int rc = agency_create(&rq->act, &o, http_str(rq, "parentId"), id);

	return http_made(rq, rc, id);
}

static int
change_agency(struct http_request *rq)
{
	struct organization_change c = { .id = http_str(rq, "id"), .name = http_str(rq, "name"),
		.short_name = http_str(rq, "shortName"), .card_identity = http_str(rq, "cardIdentity"),
		.parent_id = http_str(rq, "parentId"), .version = http_int(rq, "version", 0) };

	return agency_change(&rq->act, &c);
}

/* ---- units ---- */

static int
add_unit(struct http_request *rq)
{
	char id[YX_ID_SIZE];
	int rc = agency_unit_add(&rq->act, http_str(rq, "id"), http_str(rq, "code"), http_str(rq, "name"), id);

	return http_made(rq, rc, id);
}

static int
rename_unit(struct http_request *rq, void *ctx)
{
	(void)ctx;
	return agency_unit_rename(&rq->act, http_str(rq, "id"), http_str(rq, "unitId"), http_str(rq, "name"));
}

static int
rename_unit_it(struct http_request *rq)
{
	return http_tx(rq, rename_unit, NULL);
}

static int
close_unit(struct http_request *rq, void *ctx)
{
	int64_t moved = 0;
	int rc = agency_unit_close(&rq->act, http_str(rq, "id"), http_str(rq, "unitId"), http_str(rq, "into"), &moved);

	(void)ctx;
	yx_jw_int(&rq->json, "moved", moved);
	return rc;
}

static int
close_unit_it(struct http_request *rq)
{
	return http_tx(rq, close_unit, NULL);
}

static int
reopen_unit(struct http_request *rq, void *ctx)
{
	(void)ctx;
	return agency_unit_reopen(&rq->act, http_str(rq, "id"), http_str(rq, "unitId"));
}

static int
reopen_unit_it(struct http_request *rq)
{
	return http_tx(rq, reopen_unit, NULL);
}

/* ---- people ---- */

static void
write_roles(struct http_request *rq, unsigned roles)
{
	const char *role;

	yx_jw_array(&rq->json, "roles");
	for (size_t i = 0; (role = member_role(roles, i)) != NULL; i++)
		yx_jw_str(&rq->json, NULL, role);
	yx_jw_end_array(&rq->json);
}

static void
write_staff(struct http_request *rq, const char *key, const struct staff *s)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, key);
	yx_jw_str(w, "id", s->id);
	yx_jw_str(w, "account", s->account);
	yx_jw_str(w, "name", s->name);
	yx_jw_str(w, "email", s->email);
	yx_jw_str(w, "organizationId", s->organization_id);
	yx_jw_str(w, "organization", s->organization_name);
	yx_jw_str(w, "organizationKind", s->organization_kind);
	write_unit(rq, "unit", &s->unit);
	write_roles(rq, s->roles);
	yx_jw_bool(w, "away", s->away);
	yx_jw_bool(w, "invited", s->invited);
	http_time(rq, "createdAt", s->created_at);
	http_time(rq, "seenAt", s->seen_at);
	yx_jw_end_object(w);
}

static int
people(struct http_request *rq)
{
	struct staff_filter f = { .organization_id = http_str(rq, "organizationId"), .unit_id = http_str(rq, "unitId"),
		.role = http_str(rq, "role"), .q = http_str(rq, "q"), .away = http_bool(rq, "away", 0) };
	struct page page = http_page_of(rq);
	struct staff *s = NULL;
	size_t n = 0;
	int rc = staff_list(&rq->act, &f, &page, &s, &n);

	if (rc != YX_OK)
		return rc;
	http_page_write(rq, &page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++)
		write_staff(rq, NULL, &s[i]);
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static void
write_work(struct http_request *rq, const struct staff_work *work)
{
	yx_jw_object(&rq->json, "work");
	yx_jw_int(&rq->json, "handles", work->handles);
	yx_jw_int(&rq->json, "officer", work->officer);
	yx_jw_int(&rq->json, "seals", work->seals);
	yx_jw_end_object(&rq->json);
}

static int
person(struct http_request *rq)
{
	struct staff s;
	struct staff_work work;
	int rc = staff_get(&rq->act, http_str(rq, "id"), &s);

	if (rc != YX_OK || (rc = staff_work(&rq->act, s.id, &work)) != YX_OK)
		return rc;
	write_staff(rq, "member", &s);
	write_work(rq, &work);
	return YX_OK;
}

static int
invite(struct http_request *rq)
{
	struct staff_new n = { .organization_id = http_str(rq, "organizationId"), .unit_id = http_str(rq, "unitId"),
		.account = http_str(rq, "account"), .name = http_str(rq, "name"), .email = http_str(rq, "email") };
	char id[YX_ID_SIZE];
	int rc = staff_invite(&rq->act, &n, id);

	return http_made(rq, rc, id);
}

static int
invite_again(struct http_request *rq)
{
	return staff_invite_again(&rq->act, http_str(rq, "id"));
}

static int
move(struct http_request *rq)
{
	return staff_move(&rq->act, http_str(rq, "id"), http_str(rq, "unitId"));
}

static int
leave(struct http_request *rq)
{
	struct staff_work done = { 0, 0, 0 };
	int rc = staff_leave(&rq->act, http_str(rq, "id"), http_str(rq, "to"), &done);

	write_work(rq, &done);
	return rc;
}

static int
come_back(struct http_request *rq)
{
	return staff_return(&rq->act, http_str(rq, "id"));
}

/* ---- roles ---- */

static int
give_role(struct http_request *rq)
{
	int asked = 0;
	int rc = role_give(&rq->act, http_str(rq, "id"), http_str(rq, "role"), http_str(rq, "reason"), &asked);

	yx_jw_bool(&rq->json, "asked", asked);
	return rc;
}

static int
take_role(struct http_request *rq)
{
	return role_take(&rq->act, http_str(rq, "id"), http_str(rq, "role"));
}

static void
write_request(struct http_request *rq, const struct role_request *q)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, NULL);
	yx_jw_str(w, "id", q->id);
	yx_jw_str(w, "role", q->role);
	yx_jw_str(w, "reason", q->reason);
	yx_jw_str(w, "state", q->state);
	yx_jw_str(w, "memberId", q->member_id);
	yx_jw_str(w, "member", q->member);
	yx_jw_str(w, "account", q->account);
	yx_jw_str(w, "organization", q->organization);
	yx_jw_str(w, "unit", q->unit);
	yx_jw_str(w, "askedBy", q->asked_by);
	http_time(rq, "askedAt", q->asked_at);
	yx_jw_str(w, "decidedBy", q->decided_by);
	http_time(rq, "decidedAt", q->decided_at);
	yx_jw_bool(w, "mine", q->mine);
	yx_jw_bool(w, "may", q->may);
	yx_jw_end_object(w);
}

static int
approvals(struct http_request *rq)
{
	struct role_request *q = NULL;
	size_t n = 0;
	int rc = role_request_list(&rq->act, http_bool(rq, "closed", 0), &q, &n);

	if (rc != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++)
		write_request(rq, &q[i]);
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static int
approve(struct http_request *rq)
{
	return role_approve(&rq->act, http_str(rq, "id"));
}

static int
refuse(struct http_request *rq, void *ctx)
{
	(void)ctx;
	return role_refuse(&rq->act, http_str(rq, "id"));
}

static int
refuse_it(struct http_request *rq)
{
	return http_tx(rq, refuse, NULL);
}

/* ---- import ---- */

typedef int (*import_rule)(struct act *act, const struct import_file *f, struct import_row **rows, size_t *n);

static void
write_import(struct http_request *rq, const struct import_row *r)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, NULL);
	yx_jw_int(w, "line", r->line);
	yx_jw_str(w, "key", r->key);
	yx_jw_str(w, "name", r->name);
	yx_jw_str(w, "email", r->email);
	yx_jw_str(w, "unit", r->unit);
	yx_jw_str(w, "action", r->action);
	yx_jw_str(w, "before", r->before);
	yx_jw_str(w, "error", r->error);
	yx_jw_end_object(w);
}

static int
import(struct http_request *rq, void *ctx)
{
	struct import_row *rows = NULL;
	size_t n = 0;
	struct import_file f = { .agency_id = http_str(rq, "id"), .csv = http_str(rq, "csv"),
		.apply = http_bool(rq, "apply", 0) };
	int rc = (*(const import_rule *)ctx)(&rq->act, &f, &rows, &n);

	if (rc != YX_OK)
		return rc;
	yx_jw_bool(&rq->json, "applied", f.apply);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++)
		write_import(rq, &rows[i]);
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static int
import_units_it(struct http_request *rq)
{
	import_rule rule = import_units;

	return http_tx(rq, import, &rule);
}

static int
import_people_it(struct http_request *rq)
{
	import_rule rule = import_people;

	return http_tx(rq, import, &rule);
}

/* ---- rows ---- */

#define ROLE_WORDS "officer|sealer|registry|agency_admin|platform_admin|auditor"
#define NAME(max) { "name", IN_BODY, T_STRING, 0, 1, max, NULL }
#define AGENCY_FIELDS NAME(100), \
	{ "shortName", IN_BODY, T_STRING, 0, 1, 20, NULL }, \
	{ "cardIdentity", IN_BODY, T_STRING, 0, 1, 100, NULL }, \
	{ "parentId", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL }
static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_AGENCIES[] = {
	{ "under", IN_QUERY, T_ID, OPTIONAL, 0, 0, NULL },
	{ "q", IN_QUERY, T_STRING, OPTIONAL, 0, 100, NULL }, HTTP_PAGE_PARAMS, END };
static const struct http_param P_AGENCY_NEW[] = {
	{ "code", IN_BODY, T_STRING, 0, 10, 10, NULL }, AGENCY_FIELDS, END };
static const struct http_param P_AGENCY[] = { ID("id"), AGENCY_FIELDS,
	{ "version", IN_BODY, T_INT, 0, 1, INT32_MAX, NULL }, END };
static const struct http_param P_UNIT_NEW[] = { ID("id"),
	{ "code", IN_BODY, T_STRING, 0, 4, 4, NULL }, NAME(100), END };
static const struct http_param P_UNIT[] = { ID("id"), ID("unitId"), NAME(100), END };
static const struct http_param P_UNIT_CLOSE[] = { ID("id"), ID("unitId"),
	{ "into", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL }, END };
static const struct http_param P_UNIT_ID[] = { ID("id"), ID("unitId"), END };
static const struct http_param P_IMPORT[] = { ID("id"),
	{ "csv", IN_BODY, T_TEXT, 0, 1, 100000, NULL },
	{ "apply", IN_BODY, T_BOOL, OPTIONAL, 0, 0, NULL }, END };
static const struct http_param P_PEOPLE[] = {
	{ "organizationId", IN_QUERY, T_ID, OPTIONAL, 0, 0, NULL },
	{ "unitId", IN_QUERY, T_ID, OPTIONAL, 0, 0, NULL },
	{ "role", IN_QUERY, T_WORD, OPTIONAL, 0, 0, ROLE_WORDS },
	{ "away", IN_QUERY, T_BOOL, OPTIONAL, 0, 0, NULL },
	{ "q", IN_QUERY, T_STRING, OPTIONAL, 0, 100, NULL }, HTTP_PAGE_PARAMS, END };
/* Accounts are typed often: letters, digits, dot, hyphen, underscore. */
static const struct http_param P_INVITE[] = {
	{ "organizationId", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL },
	{ "unitId", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL },
	{ "account", IN_BODY, T_STRING, 0, 3, 64, NULL }, NAME(50),
	{ "email", IN_BODY, T_EMAIL, 0, 0, 0, NULL }, END };
static const struct http_param P_MOVE[] = { ID("id"), { "unitId", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL }, END };
static const struct http_param P_LEAVE[] = { ID("id"), { "to", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL }, END };
static const struct http_param P_ROLE_GIVE[] = { ID("id"),
	{ "role", IN_BODY, T_WORD, 0, 0, 0, ROLE_WORDS },
	{ "reason", IN_BODY, T_TEXT, OPTIONAL, 1, 500, NULL }, END };
static const struct http_param P_ROLE_TAKE[] = { ID("id"), { "role", IN_PATH, T_WORD, 0, 0, 0, ROLE_WORDS }, END };
static const struct http_param P_APPROVALS[] = { { "closed", IN_QUERY, T_BOOL, OPTIONAL, 0, 0, NULL }, END };

#define ADMINS (ROLE_AGENCY_ADMIN | ROLE_PLATFORM_ADMIN)
#define ONE_UNIT V1 "/admin/agencies/{id}/units/{unitId}"

const struct http_route ADMIN_ROUTES[] = {
	{ "GET", V1 "/admin/agencies", ADMINS, 0, P_AGENCIES, agencies, "Agencies that I administrate" },
	{ "POST", V1 "/admin/agencies", ROLE_PLATFORM_ADMIN, F_TX, P_AGENCY_NEW, create_agency, "A new agency" },
	{ "GET", V1 "/admin/agencies/{id}", ADMINS, 0, P_ID, agency, "One agency, its units and history" },
	{ "PUT", V1 "/admin/agencies/{id}", ROLE_PLATFORM_ADMIN, F_TX, P_AGENCY, change_agency,
	    "Rename or move an agency" },
	{ "POST", V1 "/admin/agencies/{id}/units", ADMINS, F_TX, P_UNIT_NEW, add_unit, "A new unit" },
	{ "PUT", ONE_UNIT, ADMINS, 0, P_UNIT, rename_unit_it, "Rename a unit" },
	{ "POST", ONE_UNIT "/close", ADMINS, 0, P_UNIT_CLOSE, close_unit_it, "Close a unit, or merge it into another" },
	{ "POST", ONE_UNIT "/reopen", ADMINS, 0, P_UNIT_ID, reopen_unit_it, "Open a closed unit again" },
	{ "POST", V1 "/admin/agencies/{id}/units/import", ADMINS, 0, P_IMPORT, import_units_it, "Units from CSV" },
	{ "POST", V1 "/admin/agencies/{id}/members/import", ADMINS, 0, P_IMPORT, import_people_it, "People from CSV" },
	{ "GET", V1 "/admin/members", ADMINS, 0, P_PEOPLE, people, "People of an agency" },
	{ "GET", V1 "/admin/members/{id}", ADMINS, 0, P_ID, person, "One of them, and what waits for them" },
	{ "POST", V1 "/admin/members", ADMINS, F_TX, P_INVITE, invite, "A new member, invited by mail" },
	{ "POST", V1 "/admin/members/{id}/invite", ADMINS, F_TX, P_ID, invite_again, "The invitation again" },
	{ "PUT", V1 "/admin/members/{id}/unit", ADMINS, F_TX, P_MOVE, move, "Another unit" },
	{ "POST", V1 "/admin/members/{id}/leave", ADMINS, F_PROVED | F_TX, P_LEAVE, leave,
	    "Leaves; somebody else takes over" },
	{ "POST", V1 "/admin/members/{id}/return", ADMINS, F_TX, P_ID, come_back, "Comes back" },
	{ "POST", V1 "/admin/members/{id}/roles", ADMINS, F_PROVED | F_TX, P_ROLE_GIVE, give_role,
	    "Give a role, or ask for it" },
	{ "DELETE", V1 "/admin/members/{id}/roles/{role}", ADMINS, F_TX, P_ROLE_TAKE, take_role, "Take a role away" },
	{ "GET", V1 "/admin/approvals", ADMINS, 0, P_APPROVALS, approvals, "Roles that wait for a second person" },
	{ "POST", V1 "/admin/approvals/{id}/approve", ADMINS, F_PROVED | F_TX, P_ID, approve, "The second person agrees" },
	{ "POST", V1 "/admin/approvals/{id}/refuse", ADMINS, 0, P_ID, refuse_it, "The second person refuses, or who asked"
	    " takes it back" },
	LAST_ROW,
};
