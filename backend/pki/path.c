#include "backend/pki/path.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "backend/pki/trust.h"

/* Signature checks for one search: a pool full of certificates with one name and no key
 * identifiers costs time, never more than this much. */
#define VERIFICATIONS 100

struct search {
	const struct pki_trust *t;
	STACK_OF(X509)         *extra;
	X509                   *path[PKI_PATH_DEPTH];
	int                     n;      /* certificates in path */
	int                     left;   /* signature checks that remain */
	time_t                  at;
	int                     rc;     /* of the first complete path */
	STACK_OF(X509)        **chain;
};

int
pki_path_error(int x509_error)
{
	switch (x509_error) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return YX_CERT_EXPIRED;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return YX_CERT_NOT_YET;
	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
	case X509_V_ERR_CA_MD_TOO_WEAK:
		return YX_CERT_WEAK;
	case X509_V_ERR_OUT_OF_MEM:
		return YX_NO_MEMORY;
	default:
		return YX_CERT_UNTRUSTED;
	}
}

static int
holds(STACK_OF(X509) *set, const X509 *x)
{
	for (int i = 0; i < sk_X509_num(set); i++)
		if (X509_cmp(sk_X509_value(set, i), x) == 0)
			return 1;
	return 0;
}

/* Everything that RFC 5280 asks of this one path, by OpenSSL, which gets no choice: its
 * store holds the one anchor, its helpers are the certificates between. */
static int
check_path(struct search *s)
{
	X509_STORE *store = X509_STORE_new();
	STACK_OF(X509) *between = sk_X509_new_null();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;
	int rc = YX_NO_MEMORY;

	if (store == NULL || between == NULL || ctx == NULL || X509_STORE_add_cert(store, s->path[s->n - 1]) != 1)
		goto out;
	for (int i = 1; i < s->n - 1; i++)
		if (sk_X509_push(between, s->path[i]) <= 0)
			goto out;
	if (X509_STORE_CTX_init(ctx, store, s->path[0], between) != 1)
		goto out;
	param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	X509_VERIFY_PARAM_set_time(param, s->at);
	X509_VERIFY_PARAM_set_depth(param, PKI_PATH_DEPTH);
	X509_VERIFY_PARAM_set_auth_level(param, PKI_SECURITY_LEVEL);
	if (X509_verify_cert(ctx) != 1) {
		rc = pki_path_error(X509_STORE_CTX_get_error(ctx));
		goto out;
	}
	rc = s->chain == NULL || (*s->chain = X509_STORE_CTX_get1_chain(ctx)) != NULL ? YX_OK : YX_NO_MEMORY;
out:
	X509_STORE_CTX_free(ctx);
	sk_X509_free(between);
	X509_STORE_free(store);
	ERR_clear_error();
	return rc;
}

static int
is_issuer(struct search *s, X509 *candidate, X509 *x)
{
	EVP_PKEY *key = X509_get0_pubkey(candidate);

	for (int i = 0; i < s->n; i++)
		if (X509_cmp(s->path[i], candidate) == 0)
			return 0;
	if (key == NULL || X509_check_issued(candidate, x) != X509_V_OK || s->left <= 0)
		return 0;
	s->left--;
	return X509_verify(x, key) == 1;
}

static int extend(struct search *s);

/* 1 if a path that passes goes through one of `candidates`. */
static int
extend_by(struct search *s, STACK_OF(X509) *candidates)
{
	for (int i = 0; i < sk_X509_num(candidates); i++) {
		X509 *x = sk_X509_value(candidates, i);

		if (!is_issuer(s, x, s->path[s->n - 1]))
			continue;
		s->path[s->n++] = x;
		if (extend(s))
			return 1;
		s->n--;
	}
	return 0;
}

static int
extend(struct search *s)
{
	if (holds(s->t->anchors, s->path[s->n - 1])) {
		int rc = check_path(s);

		if (rc == YX_OK || s->rc == YX_CERT_UNTRUSTED)
			s->rc = rc;
		return rc == YX_OK;
	}
	if (s->n == PKI_PATH_DEPTH)
		return 0;
	return extend_by(s, s->t->anchors) || extend_by(s, s->t->intermediates) || extend_by(s, s->extra);
}

int
pki_path(const struct pki_trust *t, X509 *leaf, STACK_OF(X509) *extra, time_t at, STACK_OF(X509) **chain)
{
	struct search s = { .t = t, .extra = extra, .path = { leaf }, .n = 1, .left = VERIFICATIONS, .at = at,
		.rc = YX_CERT_UNTRUSTED, .chain = chain };

	if (chain != NULL)
		*chain = NULL;
	(void)extend(&s);
	ERR_clear_error();
	return s.rc;
}
