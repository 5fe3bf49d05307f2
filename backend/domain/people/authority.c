#include "backend/domain/people/authority.h"

#include <string.h>
#include <sys/stat.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/day.h"
#include "backend/domain/base/domain.h"
#include "backend/domain/document/document.h"
#include "backend/domain/people/member.h"
#include "backend/domain/people/notice.h"
#include "backend/pades/pades.h"

#define LETTER_MAX (20 << 20) /* bytes: a few scanned pages */

/* The state of row a at a moment. Parameters: the moment twice. */
#define STATE \
	" CASE WHEN a.revoked_at IS NOT NULL THEN 'revoked' WHEN DATE(? + INTERVAL 8 HOUR) < a.first_day THEN 'coming'" \
	" WHEN DATE(? + INTERVAL 8 HOUR) > a.last_day THEN 'over' ELSE 'active' END"

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct authority *)item = (struct authority){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_str(r, 3), yx_row_str(r, 4), yx_row_str(r, 5), yx_row_str(r, 6), yx_row_str(r, 7), yx_row_str(r, 8),
		yx_row_int(r, 9), yx_row_time(r, 10), yx_row_time(r, 11), yx_row_str(r, 12) };
}

int
authority_list(struct act *act, struct page *page, struct authority **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill };
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT COUNT(*) FROM signing_authority WHERE organization_id = ?",
	    YX_P(yx_p_str(act->who.organization_id)), &r);

	*n = 0;
	if (rc != YX_OK)
		return rc;
	page->total = yx_row_int(r, 0);
	rc = yx_db_list(act->db, act->arena,
	    "SELECT a.id, m.id, m.name, m.account, a.letter_name, CAST(a.first_day AS CHAR), CAST(a.last_day AS CHAR),"
	    " g.name, v.name, a.letter_bytes, a.granted_at, a.revoked_at," STATE
	    " FROM signing_authority a JOIN member m ON m.id = a.member_id JOIN member g ON g.id = a.granted_by"
	    " LEFT JOIN member v ON v.id = a.revoked_by WHERE a.organization_id = ?"
	    " ORDER BY a.granted_at DESC, a.id LIMIT ? OFFSET ?",
	    YX_P(yx_p_time(act_now(act)), yx_p_time(act_now(act)), yx_p_str(act->who.organization_id), yx_p_int(page->size),
	    yx_p_int(page->offset)), &l);
	*list = l.items;
	*n = l.count;
	return rc;
}

int
authority_take(struct act *act, const char *path, struct authority_new *a)
{
	const struct pades_limits limits = domain_pdf_limits(act->domain);
	struct pades_facts facts;
	struct stat st;
	int rc;

	if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return YX_BAD_REQUEST;
	if (st.st_size > LETTER_MAX)
		return YX_TOO_LARGE;
	if ((rc = pades_inspect_apart(path, &limits, &facts)) != YX_OK)
		return rc;
	return yx_store_put(act->domain->store, path, a->sha256, &a->bytes);
}

static int
tell(struct act *act, const struct authority_new *a)
{
	struct notice n = { .member_id = a->member_id, .event = "security", .at = act_now(act),
		.subject = "您已獲授權簽署 You may sign for your company" };

	n.body = yx_arena_printf(act->arena,
	    "%s 授權您自 %s 至 %s 以本人的憑證卡片代表公司簽署。\n"
	    "%s lets you sign for the company with your own card from %s to %s.\n\n%s/#/certificates\n", act->who.name,
	    a->first_day, a->last_day, act->who.name, a->first_day, a->last_day, act->domain->conf->origin);
	return n.body == NULL ? YX_NO_MEMORY : notice_send(act, &n);
}

int
authority_grant(struct act *act, const struct authority_new *a, char id[YX_ID_SIZE])
{
	struct yx_rows *r = NULL;
	int rc;

	if (!act->who.by_card)
		return YX_CARD_PROOF;
	if (strcmp(a->first_day, a->last_day) > 0 || day_ms(a->last_day, 1) <= act_now(act))
		return act_field(act, "lastDay", YX_BAD_FIELD);
	if ((rc = yx_db_one(act->db, act->arena,
	    "SELECT id FROM member WHERE id = ? AND organization_id = ? AND NOT disabled",
	    YX_P(yx_p_str(a->member_id), yx_p_str(act->who.organization_id)), &r)) != YX_OK ||
	    (rc = document_add_object(act->db, a->sha256, a->bytes, act_now(act))) != YX_OK)
		return rc;
	yx_random_id(id);
	rc = yx_db_exec(act->db,
	    "INSERT INTO signing_authority (id, organization_id, member_id, letter_sha256, letter_name, letter_bytes,"
	    " first_day, last_day, granted_by, granted_at) VALUES (?, ?, ?, ?, LEFT(?, 200), ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(act->who.organization_id), yx_p_str(a->member_id), yx_p_bytes(a->sha256, 32),
	    yx_p_str(a->letter_name), yx_p_int(a->bytes), yx_p_str(a->first_day), yx_p_str(a->last_day),
	    yx_p_str(act->who.member_id), yx_p_time(act_now(act))), NULL);
	if (rc != YX_OK || (rc = tell(act, a)) != YX_OK)
		return rc;
	return audit_act(act, "authority.grant", id, "member", a->member_id);
}

int
authority_revoke(struct act *act, const char *id)
{
	int rc = yx_db_change(act->db,
	    "UPDATE signing_authority SET revoked_at = ?, revoked_by = ?"
	    " WHERE id = ? AND organization_id = ? AND revoked_at IS NULL",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(act->who.member_id), yx_p_str(id), yx_p_str(act->who.organization_id)),
	    YX_NOT_FOUND);

	return rc != YX_OK ? rc : audit_act(act, "authority.revoke", id, NULL, NULL);
}

int
authority_end_all(struct act *act, const char *member_id)
{
	return yx_db_exec(act->db,
	    "UPDATE signing_authority SET revoked_at = ?, revoked_by = ? WHERE member_id = ? AND revoked_at IS NULL",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(act->who.member_id), yx_p_str(member_id)), NULL);
}

int
authority_letter(struct act *act, const char *id, uint8_t sha256[32], const char **name)
{
	const uint8_t *hash;
	struct yx_rows *r = NULL;
	size_t n = 0;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT letter_sha256, letter_name FROM signing_authority WHERE id = ? AND organization_id = ?",
	    YX_P(yx_p_str(id), yx_p_str(act->who.organization_id)), &r);

	if (rc != YX_OK)
		return rc;
	hash = yx_row_bytes(r, 0, &n);
	if (n != 32)
		return YX_INTERNAL;
	memcpy(sha256, hash, 32);
	*name = yx_row_str(r, 1);
	return YX_OK;
}
