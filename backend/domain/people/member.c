#include "backend/domain/people/member.h"

#include <stdio.h>
#include <string.h>

#include "backend/domain/base/domain.h"
#include "backend/domain/base/parameter.h"
#include "backend/domain/base/like.h"
#include "backend/domain/list/list.h"
#include "common/buf.h"

/* Bytes of the character at p with the combining marks (U+0300 to U+036F) behind it. */
static size_t
char_bytes(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t n = 1;

	while ((u[n] & 0xc0) == 0x80)
		n++;
	while (u[n] == 0xcc || (u[n] == 0xcd && u[n + 1] < 0xb0))
		n += 2;
	return n;
}

/* Bytes of a divider between two parts of a name at p, 0 if there is none: blank, hyphen,
 * and the middle dots of indigenous and foreign names (· ‧ ・ ．). */
static size_t
divider_bytes(const char *p)
{
	static const char *const dividers[] = { " ", "-", "\u00b7", "\u2027", "\u30fb", "\uff0e" };

	for (size_t i = 0; i < sizeof(dividers) / sizeof(dividers[0]); i++)
		if (strncmp(p, dividers[i], strlen(dividers[i])) == 0)
			return strlen(dividers[i]);
	return 0;
}

/* 李**, 陳00, 王○○: no real name has these. */
static int
is_masked(const char *name)
{
	return strpbrk(name, "*0") != NULL || strstr(name, "\u25cb") != NULL;
}

/* One part, up to a divider or the end; returns where it ends. */
static const char *
mask_part(struct yx_buf *b, const char *p, int keep_last)
{
	const char *last = p;
	size_t n = 0;

	yx_buf_add(b, p, char_bytes(p));
	for (p += char_bytes(p); *p != '\0' && divider_bytes(p) == 0; p += char_bytes(p)) {
		last = p;
		n++;
	}
	for (size_t i = 0; i < (keep_last && n > 1 ? n - 1 : n); i++)
		yx_buf_adds(b, "*");
	if (keep_last && n > 1)
		yx_buf_add(b, last, char_bytes(last));
	return p;
}

/* The rule of who looks. If it can't be read, as little is shown as can be. */
static const char *
mask_rule(struct act *act)
{
	struct parameter_place mine = parameter_mine(act);

	if (act->name_mask == NULL && parameter_text(act, NAME_MASK, &mine, &act->name_mask) != YX_OK)
		act->name_mask = "first";
	return act->name_mask;
}

const char *
member_mask(struct act *act, const char *name)
{
	const char *rule = mask_rule(act), *p = name, *out;
	struct yx_buf b;

	if (name == NULL || *name == '\0' || strcmp(rule, "none") == 0 || is_masked(name) ||
	    strncmp(name, MEMBER_SERVICE, sizeof(MEMBER_SERVICE) - 1) == 0)
		return name;
	yx_buf_init(&b, 1024);
	while (*p != '\0') {
		size_t n = divider_bytes(p);

		if (n > 0) {
			yx_buf_add(&b, p, n);
			p += n;
		} else {
			p = mask_part(&b, p, strcmp(rule, "first") != 0);
		}
	}
	out = yx_buf_status(&b) == YX_OK ? yx_arena_strdup(act->arena, yx_buf_str(&b)) : NULL;
	yx_buf_free(&b);
	return out != NULL ? out : "*";
}

const char *
member_mask_email(struct act *act, const char *email)
{
	const char *at = strrchr(email, '@');
	const char *out = yx_arena_printf(act->arena, "%.*s***%s", (int)char_bytes(email), email, at != NULL ? at : "");

	return out != NULL ? out : "*";
}

/* Word and bit of each role; the words stand in member_role as well. */
static const struct { const char *word; unsigned bit; } ROLES[] = {
	{ "officer", ROLE_OFFICER }, { "sealer", ROLE_SEALER }, { "vendor_signer", ROLE_VENDOR_SIGNER },
	{ "agency_admin", ROLE_AGENCY_ADMIN }, { "platform_admin", ROLE_PLATFORM_ADMIN },
	{ "vendor_admin", ROLE_VENDOR_ADMIN },
	{ "auditor", ROLE_AUDITOR }, { "registry", ROLE_REGISTRY },
};
#define ROLES_N (sizeof(ROLES) / sizeof(ROLES[0]))

unsigned
member_role_bits(const char *list)
{
	unsigned bits = 0;

	while (list != NULL && *list != '\0') {
		size_t n = strcspn(list, ",");

		for (size_t i = 0; i < ROLES_N; i++)
			if (strlen(ROLES[i].word) == n && memcmp(ROLES[i].word, list, n) == 0)
				bits |= ROLES[i].bit;
		list += n + (list[n] == ',');
	}
	return bits;
}

const char *
member_role(unsigned bits, size_t i)
{
	for (size_t k = 0; k < ROLES_N; k++)
		if ((bits & ROLES[k].bit) && i-- == 0)
			return ROLES[k].word;
	return NULL;
}

int
member_act(struct act *act, const char *member_id)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT m.id, m.organization_id, m.unit_id, m.name, o.name, o.kind, m.roles"
	    " FROM member m JOIN organization o ON o.id = m.organization_id WHERE m.id = ? AND NOT m.disabled",
	    YX_P(yx_p_str(member_id)), &r);

	if (rc != YX_OK)
		return rc;
	memset(&act->who, 0, sizeof(act->who));
	member_fill_who(&act->who, r);
	return YX_OK;
}

void
member_fill_who(struct who *w, const struct yx_rows *r)
{
	memcpy(w->member_id, yx_row_str(r, 0), YX_ID_SIZE);
	memcpy(w->organization_id, yx_row_str(r, 1), YX_ID_SIZE);
	if (!yx_row_is_null(r, 2))
		memcpy(w->unit_id, yx_row_str(r, 2), YX_ID_SIZE);
	w->name = yx_row_str(r, 3);
	w->organization_name = yx_row_str(r, 4);
	w->organization_kind = yx_row_str(r, 5);
	w->roles = member_role_bits(yx_row_str(r, 6));
}

static int
put_roles(struct yx_db *db, const char *id, const char *roles)
{
	char word[32];
	int rc = YX_OK;

	while (rc == YX_OK && *roles != '\0') {
		size_t n = strcspn(roles, " ");

		snprintf(word, sizeof(word), "%.*s", (int)n, roles);
		rc = yx_db_exec(db, "INSERT INTO member_role (member_id, role) VALUES (?, ?)",
		    YX_P(yx_p_str(id), yx_p_str(word)), NULL);
		roles += n + (roles[n] == ' ');
	}
	return rc;
}

int
member_account_fits(const char *account)
{
	size_t n = strspn(account, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");

	return n >= 1 && n <= 64 && account[n] == '\0';
}

int
member_create(struct act *act, const struct member_new *m, char id[YX_ID_SIZE])
{
	int rc;

	yx_random_id(id);
	rc = yx_db_exec(act->db,
	    "INSERT INTO member (id, organization_id, unit_id, account, name, email, password_hash, created_at)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(m->organization_id), yx_p_str(m->unit_id), yx_p_str(m->account), yx_p_str(m->name),
	    yx_p_str(m->email), yx_p_str(m->password_hash), yx_p_time(act_now(act))), NULL);
	return rc != YX_OK ? rc : put_roles(act->db, id, m->roles);
}

int
member_create_service(struct act *act, const char *organization_id, const char *name, const char *email,
    char id[YX_ID_SIZE])
{
	const char *account;

	yx_random_id(id);
	if ((account = yx_arena_printf(act->arena, "client-%s", id)) == NULL)
		return YX_NO_MEMORY;
	/* Disabled from the first: whatever asks for people who work here does not find it. */
	return yx_db_exec(act->db,
	    "INSERT INTO member (id, organization_id, account, name, email, created_at, disabled, service)"
	    " VALUES (?, ?, ?, CONCAT('" MEMBER_SERVICE "', ?), ?, ?, TRUE, TRUE)",
	    YX_P(yx_p_str(id), yx_p_str(organization_id), yx_p_str(account), yx_p_str(name), yx_p_str(email),
	    yx_p_time(act_now(act))), NULL);
}

int
member_put_service(struct act *act, const char *id, const char *name, const char *email)
{
	return yx_db_change(act->db,
	    "UPDATE member SET name = CONCAT('" MEMBER_SERVICE "', ?), email = ?, version = version + 1"
	    " WHERE id = ? AND service", YX_P(yx_p_str(name), yx_p_str(email), yx_p_str(id)), YX_NOT_FOUND);
}

/* Sessions that began before this are over; gives YX_NOT_FOUND for who is not there. */
static int
change_rights(struct act *act, const struct member_key *m)
{
	return yx_db_change(act->db,
	    "UPDATE member SET rights_at = ?, version = version + 1 WHERE id = ? AND organization_id = ? AND NOT disabled",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(m->id), yx_p_str(m->organization_id)), YX_NOT_FOUND);
}

int
member_set_roles(struct act *act, const struct member_key *m, const char *roles)
{
	int rc = change_rights(act, m);

	if (rc == YX_OK)
		rc = yx_db_exec(act->db, "DELETE FROM member_role WHERE member_id = ?", YX_P(yx_p_str(m->id)), NULL);
	return rc != YX_OK ? rc : put_roles(act->db, m->id, roles);
}

int
member_move(struct act *act, const struct member_key *m, const char *unit_id)
{
	int rc = change_rights(act, m);

	if (rc == YX_OK)
		rc = yx_db_change(act->db, "UPDATE member SET unit_id = ? WHERE id = ?",
		    YX_P(yx_p_str(unit_id), yx_p_str(m->id)), YX_NOT_FOUND);
	return rc == YX_BAD_FIELD ? act_field(act, "unitId", rc) : rc;
}

int
member_deactivate(struct act *act, const struct member_key *m)
{
	int rc = change_rights(act, m);

	return rc != YX_OK ? rc : yx_db_change(act->db, "UPDATE member SET disabled = TRUE, left_at = ? WHERE id = ?",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(m->id)), YX_NOT_FOUND);
}

int
member_succeed(struct act *act, const struct organization_pair *p)
{
	return yx_db_exec(act->db,
	    "UPDATE member m LEFT JOIN unit u ON u.id = m.unit_id SET m.organization_id = ?, m.unit_id = u.successor_id,"
	    " m.rights_at = ?, m.version = m.version + 1 WHERE m.organization_id = ?",
	    YX_P(yx_p_str(p->into), yx_p_time(act_now(act)), yx_p_str(p->from)), NULL);
}

int
member_return(struct act *act, const struct member_key *m)
{
	int rc = yx_db_change(act->db,
	    "UPDATE member SET disabled = FALSE, left_at = NULL, rights_at = ?, version = version + 1"
	    " WHERE id = ? AND organization_id = ? AND disabled AND NOT service",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(m->id), yx_p_str(m->organization_id)), YX_NOT_FOUND);

	return rc != YX_OK ? rc
	    : yx_db_exec(act->db, "DELETE FROM member_role WHERE member_id = ?", YX_P(yx_p_str(m->id)), NULL);
}

int
member_profile(struct act *act, struct member_profile *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT account, name, email, phone, language, years, COALESCE(quiet_from, -1), COALESCE(quiet_to, -1),"
	    " password_at, version, password_hash IS NOT NULL FROM member WHERE id = ?",
	    YX_P(yx_p_str(act->who.member_id)), &r);

	if (rc != YX_OK)
		return rc;
	*out = (struct member_profile){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2), yx_row_str(r, 3),
		yx_row_str(r, 4), yx_row_str(r, 5), yx_row_int(r, 6), yx_row_int(r, 7), yx_row_time(r, 8), yx_row_int(r, 9),
		(int)yx_row_int(r, 10) };
	return YX_OK;
}

static int
tell_lists(struct act *act, const struct member_profile *p)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT BINARY name = BINARY ? FROM member WHERE id = ?",
	    YX_P(yx_p_str(p->name), yx_p_str(act->who.member_id)), &r);

	if (rc != YX_OK || yx_row_int(r, 0) != 0)
		return rc;
	return list_renamed(act->db, act->who.organization_id);
}

int
member_put_profile(struct act *act, const struct member_profile *p)
{
	int rc = tell_lists(act, p);

	return rc != YX_OK ? rc : yx_db_change(act->db,
	    "UPDATE member SET name = ?, phone = ?, language = ?, years = ?, version = version + 1"
	    " WHERE id = ? AND version = ?",
	    YX_P(yx_p_str(p->name), yx_p_str(p->phone), yx_p_str(p->language), yx_p_str(p->years),
	    yx_p_str(act->who.member_id), yx_p_int(p->version)), YX_CONFLICT);
}

int
member_put_quiet(struct act *act, int64_t from, int64_t to)
{
	return yx_db_change(act->db,
	    "UPDATE member SET quiet_from = NULLIF(?, -1), quiet_to = NULLIF(?, -1), version = version + 1 WHERE id = ?",
	    YX_P(yx_p_int(from), yx_p_int(to), yx_p_str(act->who.member_id)), YX_NOT_FOUND);
}

int
member_put_email(struct act *act, const char *id, const char *email)
{
	return yx_db_change(act->db, "UPDATE member SET email = ?, version = version + 1 WHERE id = ? AND NOT disabled",
	    YX_P(yx_p_str(email), yx_p_str(id)), YX_NOT_FOUND);
}

int
member_put_password(struct act *act, const char *id, const char *hash)
{
	return yx_db_change(act->db,
	    "UPDATE member SET password_hash = ?, password_at = ?, rights_at = ?, version = version + 1"
	    " WHERE id = ? AND NOT disabled",
	    YX_P(yx_p_str(hash), yx_p_time(act_now(act)), yx_p_time(act_now(act)), yx_p_str(id)), YX_NOT_FOUND);
}

/* List and counter share these. Parameters: organization, role or NULL twice, like three times. */
#define PEOPLE_FROM \
	" FROM member m JOIN organization o ON o.id = m.organization_id LEFT JOIN unit u ON u.id = m.unit_id" \
	" WHERE m.organization_id = ? AND NOT m.disabled" \
	" AND (? IS NULL OR EXISTS (SELECT 1 FROM member_role x WHERE x.member_id = m.id AND x.role = ?))" \
	" AND (REPLACE(m.name, '台', '臺') LIKE ? OR REPLACE(COALESCE(u.name, ''), '台', '臺') LIKE ?" \
	" OR CONVERT(m.account USING utf8mb4) LIKE ?)"
#define PEOPLE_P(act, role, like) \
	yx_p_str((act)->who.organization_id), yx_p_str(role), yx_p_str(role), yx_p_str(like), yx_p_str(like), yx_p_str(like)

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	*(struct member_person *)item = (struct member_person){ .id = yx_row_str(r, 0),
		.name = member_mask(ctx, yx_row_str(r, 1)), .unit_name = yx_row_str(r, 4), .account = yx_row_str(r, 5),
		.unit = { yx_row_str(r, 2), yx_row_str(r, 3), yx_row_str(r, 4) } };
}

int
member_list(struct act *act, const struct member_filter *f, struct page *page, struct member_person **people,
    size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**people), .fill = fill, .ctx = act };
	const char *like = like_text(act->arena, f->q);
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT COUNT(*)" PEOPLE_FROM, YX_P(PEOPLE_P(act, f->role, like)), &r);

	*n = 0;
	if (rc != YX_OK)
		return rc;
	page->total = yx_row_int(r, 0);
	rc = yx_db_list(act->db, act->arena,
	    "SELECT m.id, m.name, u.id, CONCAT(o.code, u.code), u.name, m.account" PEOPLE_FROM
	    " ORDER BY m.created_at, m.id LIMIT ? OFFSET ?",
	    YX_P(PEOPLE_P(act, f->role, like), yx_p_int(page->size), yx_p_int(page->offset)), &l);
	*people = l.items;
	*n = l.count;
	return rc;
}
