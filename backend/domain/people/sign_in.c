#include "backend/domain/people/sign_in.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

void
sign_in_place(const char *ip, char out[SIGN_IN_PLACE])
{
	uint8_t v6[16];
	struct in_addr v4;

	out[0] = '\0';
	if (inet_pton(AF_INET, ip, &v4) == 1) {
		snprintf(out, SIGN_IN_PLACE, "%s", ip);
	} else if (inet_pton(AF_INET6, ip, v6) == 1) {
		memset(v6 + 8, 0, 8);
		if (inet_ntop(AF_INET6, v6, out, SIGN_IN_PLACE) == NULL)
			out[0] = '\0';
	}
}

/* Accounts are compared without case; longer ones than any that exist are all one. */
static void
hash_account(const char *account, uint8_t out[32])
{
	uint8_t low[256];
	size_t n = 0;

	for (; account[n] != '\0' && n < sizeof(low); n++)
		low[n] = (uint8_t)tolower((unsigned char)account[n]);
	SHA256(low, n, out);
}

/* How often a name failed here, anywhere, and how often this place failed; whether the
 * member is known here. As many rows as decide are looked at, not all. */
struct standing { int64_t here, of_name, of_place; int known; };

static int
read_standing(struct act *act, const struct sign_in *s, struct standing *out)
{
	int64_t now = act_now(act), from = now - SIGN_IN_WINDOW_MS;
	char place[SIGN_IN_PLACE];
	struct yx_rows *r = NULL;
	uint8_t name[32];
	int rc;

	hash_account(s->account, name);
	sign_in_place(act->ip, place);
	rc = yx_db_one(act->db, act->arena,
	    "SELECT COALESCE((SELECT failures FROM login_failure"
	    " WHERE account_sha256 = ? AND place = ? AND last_at > ?), 0),"
	    " COALESCE((SELECT SUM(a.failures) FROM (SELECT failures FROM login_failure"
	    " WHERE account_sha256 = ? AND last_at > ? LIMIT 30) a), 0),"
	    " COALESCE((SELECT SUM(p.failures) FROM (SELECT failures FROM login_failure"
	    " WHERE place = ? AND last_at > ? LIMIT 100) p), 0),"
	    " EXISTS (SELECT 1 FROM sign_in WHERE member_id = ? AND place = ? AND fits AND at > ?)",
	    YX_P(yx_p_bytes(name, 32), yx_p_str(place), yx_p_time(from), yx_p_bytes(name, 32), yx_p_time(from),
	    yx_p_str(place), yx_p_time(from), yx_p_str(s->member_id), yx_p_str(place),
	    yx_p_time(now - SIGN_IN_KNOWN_MS)), &r);
	if (rc == YX_OK)
		*out = (struct standing){ yx_row_int(r, 0), yx_row_int(r, 1), yx_row_int(r, 2), (int)yx_row_int(r, 3) };
	return rc;
}

int
sign_in_allowed(struct act *act, const struct sign_in *s)
{
	struct standing st;
	int rc = read_standing(act, s, &st);

	if (rc != YX_OK)
		return rc;
	if (st.here >= SIGN_IN_FAILURES || (st.of_name >= SIGN_IN_OF_NAME && !st.known))
		return YX_LOCKED;
	return st.of_place >= SIGN_IN_OF_PLACE && !st.known ? YX_RATE : YX_OK;
}

/* For an unknown name: the same statement, and no row. */
static int
put_row(struct act *act, const struct sign_in *s, const char *place, int fits)
{
	char id[YX_ID_SIZE];

	yx_random_id(id);
	return yx_db_exec(act->db,
	    "INSERT INTO sign_in (id, member_id, at, ip, place, agent, method, fits)"
	    " SELECT ?, id, ?, ?, ?, LEFT(?, 300), ?, ? FROM member WHERE id = ?",
	    YX_P(yx_p_str(id), yx_p_time(act_now(act)), yx_p_str(act->ip), yx_p_str(place),
	    yx_p_str(act->agent != NULL ? act->agent : ""), yx_p_str(s->method), yx_p_int(fits), yx_p_str(s->member_id)),
	    NULL);
}

/* An unknown name costs the same statements. */
int
sign_in_failed(struct act *act, const struct sign_in *s, int *locked)
{
	int64_t now = act_now(act);
	char place[SIGN_IN_PLACE];
	struct standing st;
	uint8_t name[32];
	int rc;

	hash_account(s->account, name);
	sign_in_place(act->ip, place);
	rc = yx_db_exec(act->db,
	    "INSERT INTO login_failure (account_sha256, place, failures, last_at) VALUES (?, ?, 1, ?)"
	    " ON DUPLICATE KEY UPDATE failures = IF(last_at <= ?, 1, failures + 1), last_at = VALUES(last_at)",
	    YX_P(yx_p_bytes(name, 32), yx_p_str(place), yx_p_time(now), yx_p_time(now - SIGN_IN_WINDOW_MS)), NULL);
	if (rc != YX_OK || (rc = read_standing(act, s, &st)) != YX_OK)
		return rc;
	*locked = st.here >= SIGN_IN_FAILURES;
	return put_row(act, s, place, 0);
}

int
sign_in_done(struct act *act, const struct sign_in *s)
{
	char place[SIGN_IN_PLACE];
	uint8_t name[32];
	int rc;

	hash_account(s->account, name);
	sign_in_place(act->ip, place);
	rc = yx_db_exec(act->db, "DELETE FROM login_failure WHERE account_sha256 = ? AND place = ?",
	    YX_P(yx_p_bytes(name, 32), yx_p_str(place)), NULL);
	return rc != YX_OK ? rc : put_row(act, s, place, 1);
}

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct sign_in_row *)item = (struct sign_in_row){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_time(r, 3), (int)yx_row_int(r, 4) };
}

int
sign_in_list(struct act *act, struct page *page, struct sign_in_row **rows, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**rows), .fill = fill };
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT COUNT(*) FROM sign_in WHERE member_id = ?",
	    YX_P(yx_p_str(act->who.member_id)), &r);

	*n = 0;
	if (rc != YX_OK)
		return rc;
	page->total = yx_row_int(r, 0);
	rc = yx_db_list(act->db, act->arena,
	    "SELECT ip, agent, method, at, fits FROM sign_in WHERE member_id = ? ORDER BY at DESC, id LIMIT ? OFFSET ?",
	    YX_P(yx_p_str(act->who.member_id), yx_p_int(page->size), yx_p_int(page->offset)), &l);
	*rows = l.items;
	*n = l.count;
	return rc;
}

int
sign_in_sweep(struct yx_db *db, int64_t before_ms, int64_t now_ms)
{
	int rc = yx_db_exec(db, "DELETE FROM login_failure WHERE last_at <= ? LIMIT 5000",
	    YX_P(yx_p_time(now_ms - SIGN_IN_WINDOW_MS)), NULL);

	return rc != YX_OK ? rc : yx_db_exec(db, "DELETE FROM sign_in WHERE at < ? LIMIT 5000",
	    YX_P(yx_p_time(before_ms)), NULL);
}
