#include "backend/domain/base/audit_internal.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "backend/domain/base/audit.h"
#include "common/buf.h"

#define ROW_MAX (1u << 20)

static void
add_part(struct yx_buf *b, const void *p, size_t n)
{
	yx_buf_add32be(b, (uint32_t)n);
	yx_buf_add(b, p, n);
}

/* NULL is not the empty text: a length that no text has stands for it. */
static void
add_text(struct yx_buf *b, const char *s)
{
	if (s == NULL)
		yx_buf_add32be(b, UINT32_MAX);
	else
		add_part(b, s, strlen(s));
}

static void
add_number(struct yx_buf *b, int64_t v)
{
	yx_buf_add32be(b, (uint32_t)((uint64_t)v >> 32));
	yx_buf_add32be(b, (uint32_t)((uint64_t)v & 0xffffffff));
}

/* Every column with its length in front, so no two different rows give the same bytes. */
static void
add_row(struct yx_buf *b, const struct audit_row *r)
{
	add_text(b, r->stream);
	add_number(b, r->turn);
	add_number(b, r->at);
	add_text(b, r->member_id);
	add_text(b, r->ip);
	add_text(b, r->action);
	add_text(b, r->object_kind);
	add_text(b, r->object_id);
	add_text(b, r->detail);
}

static int
sha256_of(const struct yx_buf *b, uint8_t out[AUDIT_HASH])
{
	int rc = yx_buf_status(b);

	if (rc != YX_OK)
		return rc;
	return EVP_Digest(b->data, b->len, out, NULL, EVP_sha256(), NULL) == 1 ? YX_OK : YX_INTERNAL;
}

int
audit_mac(const struct audit_row *r, uint8_t out[AUDIT_HASH])
{
	unsigned n = AUDIT_HASH;
	struct yx_buf b;
	int rc;

	yx_buf_init(&b, ROW_MAX);
	add_row(&b, r);
	rc = yx_buf_status(&b);
	if (rc == YX_OK && HMAC(EVP_sha256(), audit_key(), AUDIT_HASH, b.data, b.len, out, &n) == NULL)
		rc = YX_INTERNAL;
	yx_buf_free(&b);
	return rc;
}

int
audit_leaf(const struct audit_row *r, uint8_t out[AUDIT_HASH])
{
	struct yx_buf b;
	int rc;

	yx_buf_init(&b, ROW_MAX);
	yx_buf_add8(&b, 0);
	add_number(&b, r->seq);
	add_row(&b, r);
	add_part(&b, r->mac, r->mac == NULL ? 0 : AUDIT_HASH);
	rc = sha256_of(&b, out);
	yx_buf_free(&b);
	return rc;
}

/* Level by level; the odd one out moves up as it is, which gives the same tree as
 * splitting at the largest power of two. */
int
audit_root(uint8_t (*leaves)[AUDIT_HASH], size_t n, uint8_t out[AUDIT_HASH])
{
	uint8_t pair[1 + 2 * AUDIT_HASH] = { 1 };

	while (n > 1) {
		size_t up = 0;

		for (size_t i = 0; i < n; i += 2, up++) {
			if (i + 1 == n) {
				memmove(leaves[up], leaves[i], AUDIT_HASH);
				continue;
			}
			memcpy(pair + 1, leaves[i], AUDIT_HASH);
			memcpy(pair + 1 + AUDIT_HASH, leaves[i + 1], AUDIT_HASH);
			if (EVP_Digest(pair, sizeof(pair), leaves[up], NULL, EVP_sha256(), NULL) != 1)
				return YX_INTERNAL;
		}
		n = up;
	}
	memcpy(out, leaves[0], AUDIT_HASH);
	return YX_OK;
}

int
audit_block_hash(const struct audit_block *k, uint8_t out[AUDIT_HASH])
{
	struct yx_buf b;
	int rc;

	yx_buf_init(&b, ROW_MAX);
	add_text(&b, AUDIT_LABEL);
	add_number(&b, k->number);
	add_number(&b, k->at);
	add_part(&b, k->members, k->rows * 8);
	add_part(&b, k->root, AUDIT_HASH);
	add_part(&b, k->previous, AUDIT_HASH);
	rc = sha256_of(&b, out);
	yx_buf_free(&b);
	return rc;
}

const uint8_t *
audit_signed(const uint8_t hash[AUDIT_HASH], uint8_t out[AUDIT_SIGNED])
{
	memcpy(out, AUDIT_LABEL, sizeof(AUDIT_LABEL));
	memcpy(out + sizeof(AUDIT_LABEL), hash, AUDIT_HASH);
	return out;
}

int64_t
audit_member(const uint8_t *members, size_t i)
{
	uint64_t v = 0;

	for (size_t k = 0; k < 8; k++)
		v = v << 8 | members[i * 8 + k];
	return (int64_t)v;
}

void
audit_row_of(const struct yx_rows *r, struct audit_row *out)
{
	size_t n = 0;
	const void *mac = yx_row_bytes(r, 10, &n);

	*out = (struct audit_row){ .seq = yx_row_int(r, 0), .at = yx_row_time(r, 1), .member_id = yx_row_str(r, 2),
		.ip = yx_row_str(r, 3), .action = yx_row_str(r, 4), .object_kind = yx_row_str(r, 5),
		.object_id = yx_row_str(r, 6), .detail = yx_row_str(r, 7), .stream = yx_row_str(r, 8),
		.turn = yx_row_int(r, 9), .mac = n == AUDIT_HASH ? mac : NULL };
}

const char *
audit_members_json(struct yx_arena *a, const uint8_t *members, size_t n)
{
	const char *text;
	struct yx_buf b;

	yx_buf_init(&b, ROW_MAX);
	yx_buf_adds(&b, "[");
	for (size_t i = 0; i < n; i++)
		yx_buf_addf(&b, "%s%lld", i > 0 ? "," : "", (long long)audit_member(members, i));
	yx_buf_adds(&b, "]");
	text = yx_buf_status(&b) == YX_OK ? yx_arena_strdup(a, yx_buf_str(&b)) : NULL;
	yx_buf_free(&b);
	return text;
}
