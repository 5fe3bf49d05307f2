#include "backend/domain/card/key_seen.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/pki/weak.h"
#include "common/buf.h"
#include "common/log.h"

#define BLOCK_KEYS  500
#define MODULUS_MAX 2048
#define PRODUCT_MAX ((size_t)BLOCK_KEYS * MODULUS_MAX)

struct seen {
	struct act *act;
	BIGNUM     *n;
	uint8_t     bytes[MODULUS_MAX], sha256[32];
	size_t      len;
	int         shared;      /* out */
	int64_t     last, last_n; /* the newest block and how many keys are in it */
	BIGNUM     *last_product;
};

static int
read_modulus(struct seen *s, X509 *x)
{
	EVP_PKEY *key = X509_get0_pubkey(x);

	if (key == NULL || EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &s->n) != 1)
		return YX_CERT_BAD;
	s->len = (size_t)BN_num_bytes(s->n);
	if (s->len > MODULUS_MAX)
		return YX_CERT_WEAK;
	BN_bn2bin(s->n, s->bytes);
	SHA256(s->bytes, s->len, s->sha256);
	return YX_OK;
}

static BIGNUM *
number(const struct yx_rows *r, unsigned column)
{
	size_t n = 0;
	const void *p = yx_row_bytes(r, column, &n);

	return BN_bin2bn(p, (int)n, NULL);
}

/* Those of a block that have a prime in common with it. */
static int
mark_partners(struct seen *s, int64_t block)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(s->act->db, s->act->arena, "SELECT modulus, sha256 FROM key_seen WHERE block = ?",
	    YX_P(yx_p_int(block)), &r);

	while (rc == YX_OK && yx_rows_next(r)) {
		BIGNUM *other = number(r, 0);
		int shares = other == NULL ? -1 : pki_rsa_shares(s->n, other);
		size_t n = 0;
		const void *sha256 = yx_row_bytes(r, 1, &n);

		BN_free(other);
		if (shares < 0)
			rc = YX_NO_MEMORY;
		else if (shares)
			rc = yx_db_exec(s->act->db, "UPDATE key_seen SET shared = TRUE WHERE sha256 = ?",
			    YX_P(yx_p_bytes(sha256, n)), NULL);
	}
	return rc;
}

/* The newest block comes first, and holds off others who add. */
static int
compare(struct seen *s)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(s->act->db, s->act->arena,
	    "SELECT block, n, product FROM key_block ORDER BY block DESC FOR UPDATE", YX_P_NONE, &r);

	while (rc == YX_OK && yx_rows_next(r)) {
		BIGNUM *product = number(r, 2);
		int shares = product == NULL ? -1 : pki_rsa_shares(s->n, product);

		if (s->last_product == NULL) {
			s->last = yx_row_int(r, 0);
			s->last_n = yx_row_int(r, 1);
			s->last_product = product;
		} else {
			BN_free(product);
		}
		if (shares < 0)
			return YX_NO_MEMORY;
		s->shared = s->shared || shares;
		if (shares)
			rc = mark_partners(s, yx_row_int(r, 0));
	}
	return rc;
}

static int
put_block(struct seen *s, const BIGNUM *product)
{
	struct yx_buf b;
	size_t n = (size_t)BN_num_bytes(product);
	uint8_t *room;
	int rc;

	yx_buf_init(&b, PRODUCT_MAX);
	if ((room = yx_buf_room(&b, n)) == NULL)
		return YX_NO_MEMORY;
	BN_bn2bin(product, room);
	rc = yx_db_exec(s->act->db, "REPLACE INTO key_block (block, n, product) VALUES (?, ?, ?)",
	    YX_P(yx_p_int(s->last), yx_p_int(s->last_n), yx_p_bytes(room, n)), NULL);
	yx_buf_free(&b);
	return rc;
}

static int
keep(struct seen *s)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *product = BN_new();
	int fresh = s->last_product == NULL || s->last_n >= BLOCK_KEYS, rc = YX_NO_MEMORY;

	if (ctx == NULL || product == NULL || (fresh ? BN_copy(product, s->n) == NULL
	    : BN_mul(product, s->last_product, s->n, ctx) != 1))
		goto out;
	s->last += fresh;
	s->last_n = fresh ? 1 : s->last_n + 1;
	if ((rc = yx_db_exec(s->act->db,
	    "INSERT INTO key_seen (sha256, modulus, block, shared, seen_at) VALUES (?, ?, ?, ?, ?)",
	    YX_P(yx_p_bytes(s->sha256, 32), yx_p_bytes(s->bytes, s->len), yx_p_int(s->last), yx_p_int(s->shared),
	    yx_p_time(act_now(s->act))), NULL)) == YX_OK)
		rc = put_block(s, product);
out:
	BN_free(product);
	BN_CTX_free(ctx);
	return rc;
}

static int
judge(struct yx_db *db, void *ctx)
{
	struct seen *s = ctx;
	struct yx_rows *r = NULL;
	int rc = yx_db_one(db, s->act->arena, "SELECT shared FROM key_seen WHERE sha256 = ?",
	    YX_P(yx_p_bytes(s->sha256, 32)), &r);

	s->shared = rc == YX_OK && yx_row_int(r, 0) != 0;
	if (rc != YX_NOT_FOUND)
		return rc;
	BN_free(s->last_product); /* (of an attempt before) */
	s->last_product = NULL;
	if ((rc = compare(s)) != YX_OK || (rc = keep(s)) != YX_OK || !s->shared)
		return rc;
	yx_error("an RSA key shares a prime with another one that was seen before");
	return audit_act(s->act, "certificate.shared_prime", "", NULL, NULL);
}

int
key_seen_judge(struct act *act, X509 *x)
{
	struct seen *s;
	int rc;

	if (X509_get0_pubkey(x) == NULL || EVP_PKEY_get_base_id(X509_get0_pubkey(x)) != EVP_PKEY_RSA)
		return YX_OK;
	if ((s = yx_arena_alloc(act->arena, sizeof(*s))) == NULL)
		return YX_NO_MEMORY;
	memset(s, 0, sizeof(*s));
	s->act = act;
	if ((rc = read_modulus(s, x)) == YX_OK)
		rc = yx_db_in_tx(act->db) ? judge(act->db, s) : yx_db_tx(act->db, judge, s);
	BN_free(s->last_product);
	BN_free(s->n);
	return rc == YX_OK && s->shared ? YX_CERT_WEAK : rc;
}
