#include "backend/domain/practice/practice.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/people/member.h"
#include "backend/domain/people/session.h"
#include "backend/domain/practice/practice_card.h"

#define UNUSED_MS (90 * 86400000LL)
#define WIPED_AT_ONCE 50
#define AGENCY    "演練機關"
#define VENDOR    "演練廠商股份有限公司"

static const char *
owner(const struct act *act)
{
	return act_practises(act) ? act->who.player_id : act->who.member_id;
}

/* ---- beginning ---- */

/* T and digits: as long as a real code, and never one. */
static const char *
code_of(struct yx_arena *a, size_t digits)
{
	uint8_t bytes[16];
	char text[17];

	yx_random(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		text[i] = (char)('0' + bytes[i] % 10);
	return yx_arena_printf(a, "T%.*s", (int)digits, text);
}

struct world {
	struct act *act;
	struct domain *domain;
	char        id[YX_ID_SIZE], agency[YX_ID_SIZE], vendor[YX_ID_SIZE], unit[YX_ID_SIZE];
	const char *vendor_code;
};

static int
put_organizations(struct world *w)
{
	struct organization_new agency = { "agency", code_of(w->act->arena, 9), AGENCY, "本機關", AGENCY };
	struct organization_new vendor = { "vendor", code_of(w->act->arena, 7), VENDOR, "本公司", NULL };
	int rc;

	if (agency.code == NULL || vendor.code == NULL)
		return YX_NO_MEMORY;
	w->vendor_code = vendor.card_identity = vendor.code;
	if ((rc = organization_practise(w->act, &agency, w->id, w->agency)) != YX_OK ||
	    (rc = organization_practise(w->act, &vendor, w->id, w->vendor)) != YX_OK)
		return rc;
	return unit_create(w->act, w->agency, "0001", AGENCY "業務組", w->unit);
}

static int
make_card(struct world *w, int vendor, struct practice_card *card)
{
	const struct practice_subject agency = { "演練用印人員", AGENCY, NULL };
	const struct practice_subject company = { VENDOR, VENDOR, w->vendor_code };

	return practice_card_make(w->act, w->domain, vendor ? &company : &agency, card);
}

static int
put_person(struct world *w, const char *role, const char *name, const char *roles)
{
	const int vendor = strcmp(role, "vendor") == 0, has_card = strcmp(role, "officer") != 0;
	struct yx_arena *a = w->act->arena;
	struct practice_card card = { 0 };
	struct member_new m = { .organization_id = vendor ? w->vendor : w->agency, .unit_id = vendor ? NULL : w->unit,
		.account = yx_arena_printf(a, "practice-%.16s-%s", w->id, role), .name = name,
		.email = yx_arena_printf(a, "%s@practice.invalid", role), .roles = roles };
	struct practice_person_new p = { .practice_id = w->id, .role = role, .card = has_card ? &card : NULL };
	char id[YX_ID_SIZE];
	int rc = m.account == NULL || m.email == NULL ? YX_NO_MEMORY : YX_OK;

	p.member_id = id;
	if (rc != YX_OK || (rc = member_create(w->act, &m, id)) != YX_OK ||
	    (has_card && (rc = make_card(w, vendor, &card)) != YX_OK))
		return rc;
	return practice_person_add(w->act, &p);
}

static int
begin(struct act *act)
{
	struct world w = { .act = act };
	int rc = practice_domain(act, &w.domain);

	yx_random_id(w.id);
	if (rc == YX_OK)
		rc = yx_db_exec(act->db, "INSERT INTO practice (id, owner_id, started_at, used_at) VALUES (?, ?, ?, ?)",
		    YX_P(yx_p_str(w.id), yx_p_str(owner(act)), yx_p_time(act_now(act)), yx_p_time(act_now(act))), NULL);
	if (rc != YX_OK || (rc = put_organizations(&w)) != YX_OK ||
	    (rc = put_person(&w, "officer", "演練承辦人", "officer")) != YX_OK ||
	    (rc = put_person(&w, "vendor", "演練廠商簽署人", "vendor_signer")) != YX_OK)
		return rc;
	return put_person(&w, "sealer", "演練用印人員", "sealer");
}

/* ---- reading ---- */

static void
fill_person(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct practice_person *)item = (struct practice_person){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_str(r, 3), (int)yx_row_int(r, 4), yx_row_int(r, 5) };
}

static int
read_people(struct act *act, struct practice *out)
{
	struct yx_db_items l = { .size = sizeof(struct practice_person), .fill = fill_person };
	const struct practice_person *p;
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT x.role, m.id, m.name, o.name, x.card_cert IS NOT NULL, x.tries FROM practice p"
	    " JOIN practice_person x ON x.practice_id = p.id JOIN member m ON m.id = x.member_id"
	    " JOIN organization o ON o.id = m.organization_id WHERE p.owner_id = ? ORDER BY x.role",
	    YX_P(yx_p_str(owner(act))), &l);

	p = l.items;
	for (size_t i = 0; rc == YX_OK && i < l.count && i < PRACTICE_PEOPLE; i++) {
		out->people[out->n++] = p[i];
		if (strcmp(p[i].member_id, act->who.member_id) == 0)
			out->plays = p[i].role;
	}
	return rc;
}

/* What the list of steps ticks: seen in the practice's own rows. */
static int
read_steps(struct act *act, struct practice_steps *s)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT MAX(x.role = 'vendor' AND x.certificate), MAX(x.role = 'sealer' AND x.certificate),"
	    " MAX(x.role = 'vendor' AND x.signature), MAX(c.id IS NOT NULL), MAX(c.file), MAX(c.sent_at IS NOT NULL),"
	    " MAX(c.completed_at IS NOT NULL) FROM (SELECT p.practice_id, p.role,"
	    " EXISTS (SELECT 1 FROM certificate k WHERE k.member_id = p.member_id AND k.disabled_at IS NULL)"
	    " AS certificate, EXISTS (SELECT 1 FROM certificate k"
	    " JOIN sign_history h ON h.member_id = k.member_id AND h.certificate_id = k.id"
	    " WHERE k.member_id = p.member_id) AS signature"
	    " FROM practice_person p JOIN practice a ON a.id = p.practice_id WHERE a.owner_id = ?) x"
	    " LEFT JOIN (SELECT o.practice_id, d.id, d.sent_at, d.completed_at, EXISTS (SELECT 1 FROM document f"
	    " WHERE f.contract_id = d.id) AS file FROM practice a JOIN organization o ON o.practice_id = a.id"
	    " JOIN contract d ON d.organization_id = o.id WHERE a.owner_id = ?) c ON c.practice_id = x.practice_id",
	    YX_P(yx_p_str(owner(act)), yx_p_str(owner(act))), &r);

	if (rc == YX_OK)
		*s = (struct practice_steps){ .vendor_certificate = (int)yx_row_int(r, 0),
			.sealer_certificate = (int)yx_row_int(r, 1), .signed_ = (int)yx_row_int(r, 2),
			.contract = (int)yx_row_int(r, 3), .file = (int)yx_row_int(r, 4), .sent = (int)yx_row_int(r, 5),
			.completed = (int)yx_row_int(r, 6) };
	return rc;
}

int
practice_get(struct act *act, struct practice *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT started_at FROM practice WHERE owner_id = ?",
	    YX_P(yx_p_str(owner(act))), &r);

	memset(out, 0, sizeof(*out));
	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_OK : rc;
	out->started_at = yx_row_time(r, 0);
	if ((rc = read_people(act, out)) != YX_OK)
		return rc;
	return read_steps(act, &out->steps);
}

/* ---- coming and going ---- */

static int
person_of(struct act *act, const char *role, const char **id)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT x.member_id FROM practice p JOIN practice_person x ON x.practice_id = p.id"
	    " WHERE p.owner_id = ? AND x.role = ?", YX_P(yx_p_str(owner(act)), yx_p_str(role)), &r);

	*id = rc == YX_OK ? yx_row_str(r, 0) : NULL;
	return rc;
}

int
practice_enter(struct act *act, const char *role)
{
	const char *id;
	int rc = person_of(act, role, &id);

	if (rc == YX_NOT_FOUND && (rc = begin(act)) == YX_OK)
		rc = person_of(act, role, &id);
	if (rc != YX_OK || (rc = yx_db_exec(act->db, "UPDATE practice SET used_at = ? WHERE owner_id = ?",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(owner(act))), NULL)) != YX_OK ||
	    (rc = session_plays(act, id)) != YX_OK)
		return rc;
	return audit_act(act, "practice.enter", owner(act), NULL, NULL);
}

int
practice_leave(struct act *act)
{
	return act_practises(act) ? session_plays(act, NULL) : YX_OK;
}

int
practice_reset(struct act *act)
{
	int rc = yx_db_change(act->db, "UPDATE practice SET owner_id = NULL, used_at = ? WHERE owner_id = ?",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(owner(act))), YX_NOT_FOUND);

	return rc != YX_OK || !act_practises(act) ? rc : practice_enter(act, "officer");
}

static int
wipe_one(struct yx_db *db, struct yx_arena *a, int64_t now_ms)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(db, a, "SELECT id FROM practice WHERE owner_id IS NULL OR used_at < ? ORDER BY used_at LIMIT 1",
	    YX_P(yx_p_time(now_ms - UNUSED_MS)), &r);

	return rc != YX_OK ? rc : yx_db_exec(db, "DELETE FROM practice WHERE id = ?", YX_P(yx_p_str(yx_row_str(r, 0))),
	    NULL);
}

int
practice_wipe(struct yx_db *db, int64_t now_ms)
{
	struct yx_arena *a = yx_arena_new(64 * 1024);
	int rc = a == NULL ? YX_NO_MEMORY : YX_OK;

	for (int i = 0; rc == YX_OK && i < WIPED_AT_ONCE; i++)
		rc = wipe_one(db, a, now_ms);
	yx_arena_free(&a);
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}
