#include "backend/domain/base/audit.h"

#include <openssl/evp.h>
#include <string.h>

#include "common/json.h"

#define WALK 500

static void
add_part(EVP_MD_CTX *md, const void *p, size_t n)
{
	uint8_t head[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };

	EVP_DigestUpdate(md, head, sizeof(head));
	EVP_DigestUpdate(md, p, n);
}

static void
add_text(EVP_MD_CTX *md, const char *s)
{
	add_part(md, s == NULL ? "" : s, s == NULL ? 0 : strlen(s));
}

static void
add_number(EVP_MD_CTX *md, int64_t v)
{
	uint8_t be[8];

	for (int i = 0; i < 8; i++)
		be[i] = (uint8_t)((uint64_t)v >> (56 - 8 * i));
	add_part(md, be, sizeof(be));
}

static int
chain_hash(const uint8_t previous[32], int64_t seq, const struct audit_event *e, uint8_t out[32])
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	int rc = YX_NO_MEMORY;

	if (md == NULL || EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1)
		goto out;
	add_part(md, previous, 32);
	add_number(md, seq);
	add_number(md, e->at);
	add_text(md, e->member_id);
	add_text(md, e->ip);
	add_text(md, e->action);
	add_text(md, e->object_kind);
	add_text(md, e->object_id);
	add_text(md, e->detail);
	rc = EVP_DigestFinal_ex(md, out, NULL) == 1 ? YX_OK : YX_INTERNAL;
out:
	EVP_MD_CTX_free(md);
	return rc;
}

/* Raises the head, which locks it, and reads what it was. */
static int
take_head(struct yx_db *db, struct yx_arena *a, int64_t *seq, uint8_t hash[32])
{
	struct yx_rows *rows = NULL;
	const void *p;
	size_t n;
	int rc = yx_db_exec(db, "UPDATE audit_head SET seq = seq + 1 WHERE one = 1", YX_P_NONE, NULL);

	if (rc == YX_OK)
		rc = yx_db_query(db, a, "SELECT seq, hash FROM audit_head WHERE one = 1", YX_P_NONE, &rows);
	if (rc != YX_OK)
		return rc;
	if (!yx_rows_next(rows) || (p = yx_row_bytes(rows, 1, &n)) == NULL || n != 32)
		return YX_INTERNAL;
	*seq = yx_row_int(rows, 0);
	memcpy(hash, p, 32);
	return YX_OK;
}

int
audit_add(struct yx_db *db, struct yx_arena *a, const struct audit_event *event)
{
	struct audit_event e = *event;
	uint8_t previous[32], hash[32];
	int64_t seq = 0;
	int rc;

	if (e.at == 0)
		e.at = yx_now_ms();
	if (e.ip == NULL)
		e.ip = "";
	if (e.detail == NULL)
		e.detail = "{}";
	if ((rc = take_head(db, a, &seq, previous)) != YX_OK ||
	    (rc = chain_hash(previous, seq, &e, hash)) != YX_OK)
		return rc;
	rc = yx_db_exec(db,
	    "INSERT INTO audit (seq, at, member_id, ip, action, object_kind, object_id, detail, previous, hash)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_int(seq), yx_p_time(e.at), yx_p_str(e.member_id), yx_p_str(e.ip), yx_p_str(e.action),
	    yx_p_str(e.object_kind), yx_p_str(e.object_id), yx_p_str(e.detail),
	    yx_p_bytes(previous, 32), yx_p_bytes(hash, 32)), NULL);
	if (rc != YX_OK)
		return rc;
	return yx_db_exec(db, "UPDATE audit_head SET hash = ? WHERE one = 1", YX_P(yx_p_bytes(hash, 32)), NULL);
}

int
audit_act(struct act *act, const char *action, const char *object_id, const char *key, const char *value)
{
	struct audit_event e = { .member_id = act->who.member_id[0] != '\0' ? act->who.member_id : NULL,
		.ip = act->ip, .action = action, .object_id = object_id, .at = act_now(act) };
	struct yx_buf b;
	int rc;

	if ((e.object_kind = yx_arena_strndup(act->arena, action, strcspn(action, "."))) == NULL)
		return YX_NO_MEMORY;
	yx_buf_init(&b, 8192);
	if ((rc = yx_json_pair(&b, key, value)) == YX_OK) {
		e.detail = yx_buf_str(&b);
		rc = audit_add(act->db, act->arena, &e);
	}
	yx_buf_free(&b);
	return rc;
}

static int
row_fits(const struct yx_rows *r, int64_t expected, uint8_t previous[32])
{
	struct audit_event e = { .at = yx_row_time(r, 1), .member_id = yx_row_str(r, 2), .ip = yx_row_str(r, 3),
		.action = yx_row_str(r, 4), .object_kind = yx_row_str(r, 5), .object_id = yx_row_str(r, 6),
		.detail = yx_row_str(r, 7) };
	uint8_t hash[32];
	const void *was, *is;
	size_t was_n, is_n;

	was = yx_row_bytes(r, 8, &was_n);
	is = yx_row_bytes(r, 9, &is_n);
	if (yx_row_int(r, 0) != expected || was_n != 32 || is_n != 32 || memcmp(was, previous, 32) != 0)
		return 0;
	if (chain_hash(previous, expected, &e, hash) != YX_OK || memcmp(is, hash, 32) != 0)
		return 0;
	memcpy(previous, hash, 32);
	return 1;
}

static int
head_fits(struct yx_db *db, struct yx_arena *a, int64_t rows, const uint8_t last[32], int *fits)
{
	struct yx_rows *r = NULL;
	const void *p;
	size_t n;
	int rc = yx_db_query(db, a, "SELECT seq, hash FROM audit_head WHERE one = 1", YX_P_NONE, &r);

	if (rc != YX_OK)
		return rc;
	*fits = 0;
	if (yx_rows_next(r) && (p = yx_row_bytes(r, 1, &n)) != NULL && n == 32)
		*fits = yx_row_int(r, 0) == rows && memcmp(p, last, 32) == 0;
	return YX_OK;
}

int
audit_verify(struct yx_db *db, int64_t *rows, int64_t *bad)
{
	uint8_t previous[32] = { 0 };
	int rc = YX_OK, more = 1, fits = 0;

	*rows = *bad = 0;
	while (rc == YX_OK && more && *bad == 0) {
		struct yx_arena *a = yx_arena_new(32 << 20);
		struct yx_rows *r = NULL;

		if (a == NULL)
			return YX_NO_MEMORY;
		rc = yx_db_query(db, a,
		    "SELECT seq, at, member_id, ip, action, object_kind, object_id, detail, previous, hash"
		    " FROM audit WHERE seq > ? ORDER BY seq LIMIT ?",
		    YX_P(yx_p_int(*rows), yx_p_int(WALK)), &r);
		more = rc == YX_OK && yx_rows_count(r) == WALK;
		while (rc == YX_OK && *bad == 0 && yx_rows_next(r)) {
			if (row_fits(r, *rows + 1, previous))
				++*rows;
			else
				*bad = *rows + 1;
		}
		if (rc == YX_OK && !more && *bad == 0 && (rc = head_fits(db, a, *rows, previous, &fits)) == YX_OK && !fits)
			*bad = *rows + 1;
		yx_arena_free(&a);
	}
	return rc;
}
