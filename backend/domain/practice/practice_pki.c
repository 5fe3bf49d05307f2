#include "backend/domain/practice/practice_pki.h"

#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>


#define DAY_SECONDS 86400L
#define CA_DAYS     (20 * 365)
#define CARD_DAYS   (3 * 365)

static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

/* ---- certificates ---- */

/* Who issues; cert NULL: itself. */
struct issuer { X509 *cert; EVP_PKEY *key; };

static int
add_name(X509_NAME *name, int nid, const char *text)
{
	return text == NULL || X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8, (const unsigned char *)text, -1, -1,
	    0) == 1;
}

static int
put_names(X509 *x, const struct issuer *by, const struct practice_subject *s)
{
	X509_NAME *name = X509_get_subject_name(x);

	return add_name(name, NID_countryName, "TW") && add_name(name, NID_organizationName, s->organization) &&
	    add_name(name, NID_commonName, s->common_name) && add_name(name, NID_serialNumber, s->serial) &&
	    X509_set_issuer_name(x, by->cert != NULL ? X509_get_subject_name(by->cert) : name) == 1;
}

static int
add_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *e;
	X509V3_CTX ctx;
	int ok;

	X509V3_set_ctx(&ctx, issuer != NULL ? issuer : x, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	ok = e != NULL && X509_add_ext(x, e, -1) == 1;
	X509_EXTENSION_free(e);
	return ok;
}

static int
put_extensions(X509 *x, X509 *issuer)
{
	int ca = issuer == NULL;

	return add_extension(x, issuer, NID_basic_constraints, ca ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE") &&
	    add_extension(x, issuer, NID_key_usage, ca ? "critical,keyCertSign" :
	    "critical,digitalSignature,nonRepudiation") &&
	    add_extension(x, issuer, NID_subject_key_identifier, "hash") &&
	    (ca || add_extension(x, issuer, NID_authority_key_identifier, "keyid:always"));
}

static int
put_serial(X509 *x)
{
	uint8_t bytes[16];
	BIGNUM *n;
	int ok;

	yx_random(bytes, sizeof(bytes));
	bytes[0] = (uint8_t)((bytes[0] & 0x7f) | 0x40); /* positive, and always as long */
	n = BN_bin2bn(bytes, sizeof(bytes), NULL);
	ok = n != NULL && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)) != NULL;
	BN_free(n);
	return ok;
}

/* The caller frees both. */
static int
make(const struct issuer *by, const struct practice_subject *s, EVP_PKEY **key, X509 **cert)
{
	const long days = by == NULL ? CA_DAYS : CARD_DAYS;
	const struct issuer self = { .cert = NULL };
	int ok;

	*cert = X509_new();
	*key = EVP_EC_gen("P-256");
	ok = *cert != NULL && *key != NULL && X509_set_version(*cert, X509_VERSION_3) == 1 && put_serial(*cert) &&
	    X509_gmtime_adj(X509_getm_notBefore(*cert), -DAY_SECONDS) != NULL &&
	    X509_gmtime_adj(X509_getm_notAfter(*cert), days * DAY_SECONDS) != NULL &&
	    put_names(*cert, by != NULL ? by : &self, s) && X509_set_pubkey(*cert, *key) == 1 &&
	    put_extensions(*cert, by != NULL ? by->cert : NULL) &&
	    X509_sign(*cert, by != NULL ? by->key : *key, EVP_sha256()) > 0;
	return ok ? YX_OK : YX_NO_MEMORY;
}

/* As DER in the arena. */
static int
to_card(struct yx_arena *a, EVP_PKEY *key, X509 *cert, struct practice_card *out)
{
	unsigned char *c = NULL, *k = NULL;
	const int cn = i2d_X509(cert, &c), kn = i2d_PrivateKey(key, &k);

	out->cert_n = cn > 0 ? (size_t)cn : 0;
	out->key_n = kn > 0 ? (size_t)kn : 0;
	out->cert = cn > 0 ? (const uint8_t *)yx_arena_strndup(a, (const char *)c, out->cert_n) : NULL;
	out->key = kn > 0 ? (const uint8_t *)yx_arena_strndup(a, (const char *)k, out->key_n) : NULL;
	OPENSSL_free(c);
	OPENSSL_clear_free(k, out->key_n);
	return out->cert != NULL && out->key != NULL ? YX_OK : YX_NO_MEMORY;
}

static int
make_card(struct yx_arena *a, const struct issuer *by, const struct practice_subject *s, struct practice_card *out)
{
	EVP_PKEY *key = NULL;
	X509 *cert = NULL;
	int rc = make(by, s, &key, &cert);

	if (rc == YX_OK)
		rc = to_card(a, key, cert, out);
	EVP_PKEY_free(key);
	X509_free(cert);
	return rc;
}

/* ---- the row ---- */

/* Of several servers that start at once one wins: all read what stands there then. */
static int
put_row(struct act *act)
{
	const struct practice_subject ca = { .common_name = PRACTICE_CA_NAME, .organization = "演練" },
		seal = { .common_name = "演練平台", .organization = "演練" };
	struct practice_card c, s;
	struct issuer by = { .cert = NULL };
	int rc = make(NULL, &ca, &by.key, &by.cert);

	if (rc == YX_OK && (rc = to_card(act->arena, by.key, by.cert, &c)) == YX_OK &&
	    (rc = make_card(act->arena, &by, &seal, &s)) == YX_OK)
		rc = yx_db_exec(act->db, "INSERT IGNORE INTO practice_pki (one, ca_cert, ca_key, seal_cert, seal_key, made_at)"
		    " VALUES (1, ?, ?, ?, ?, ?)", YX_P(yx_p_bytes(c.cert, c.cert_n), yx_p_bytes(c.key, c.key_n),
		    yx_p_bytes(s.cert, s.cert_n), yx_p_bytes(s.key, s.key_n), yx_p_time(act_now(act))), NULL);
	EVP_PKEY_free(by.key);
	X509_free(by.cert);
	return rc;
}

static int
read_row(struct act *act, struct yx_rows **r)
{
	return yx_db_one(act->db, act->arena, "SELECT ca_cert, ca_key, seal_cert, seal_key FROM practice_pki WHERE one = 1",
	    YX_P_NONE, r);
}

static X509 *
cert_in(const struct yx_rows *r, unsigned column)
{
	size_t n = 0;
	const unsigned char *p = yx_row_bytes(r, column, &n);

	return p == NULL ? NULL : d2i_X509(NULL, &p, (long)n);
}

static EVP_PKEY *
key_in(const struct yx_rows *r, unsigned column)
{
	size_t n = 0;
	const unsigned char *p = yx_row_bytes(r, column, &n);

	return p == NULL ? NULL : d2i_AutoPrivateKey(NULL, &p, (long)n);
}

static struct pki_key *
signing_key_in(const struct yx_rows *r, unsigned column)
{
	EVP_PKEY *key = key_in(r, column);
	struct pki_key *out = NULL;

	if (key != NULL && pki_key_of(key, &out) != YX_OK)
		out = NULL;
	EVP_PKEY_free(key);
	return out;
}

/* ---- the domain ---- */

/* What the practice's domain owns besides. */
struct world {
	struct domain   domain;
	struct yx_conf  conf;
	struct yx_arena *arena;
	EVP_PKEY        *ca_key;
	X509            *ca;
};

void
practice_domain_free(struct domain **d)
{
	struct world *w = (struct world *)(void *)*d;

	*d = NULL;
	if (w == NULL)
		return;
	EVP_PKEY_free(w->ca_key);
	X509_free(w->ca);
	domain_close(&w->domain);
	yx_arena_free(&w->arena);
	free(w);
}

static int
fill_domain(struct world *w, const struct domain *real, const struct yx_rows *r)
{
	struct domain *d = &w->domain;

	w->conf = *real->conf;
	w->conf.tsa_urls = "";
	w->conf.name_mask = "none";
	w->conf.platform_name = yx_arena_printf(w->arena, "演練：%s", real->conf->platform_name);
	w->ca = cert_in(r, 0);
	w->ca_key = key_in(r, 1);
	*d = (struct domain){ .conf = &w->conf, .store = real->store, .seal_cert = cert_in(r, 2),
		.seal_key = signing_key_in(r, 3),
		.seal_chain = sk_X509_new_null(), .practises = 1 };
	if (w->conf.platform_name == NULL || w->ca == NULL || w->ca_key == NULL || d->seal_cert == NULL ||
	    d->seal_key == NULL || d->seal_chain == NULL || X509_up_ref(w->ca) != 1)
		return YX_NO_MEMORY;
	if (sk_X509_push(d->seal_chain, w->ca) <= 0) {
		X509_free(w->ca);
		return YX_NO_MEMORY;
	}
	if (pki_trust_of(w->ca, &d->trust) != YX_OK)
		return YX_NO_MEMORY;
	d->tsa_trust = d->trust;
	return YX_OK;
}

static int
make_domain(struct act *act, struct domain *real)
{
	struct world *w = calloc(1, sizeof(*w));
	struct domain *d = w != NULL ? &w->domain : NULL;
	struct yx_rows *r = NULL;
	int rc = w != NULL && (w->arena = yx_arena_new(8192)) != NULL ? read_row(act, &r) : YX_NO_MEMORY;

	if (rc == YX_NOT_FOUND && (rc = put_row(act)) == YX_OK)
		rc = read_row(act, &r);
	if (rc == YX_OK)
		rc = fill_domain(w, real, r);
	if (rc == YX_OK)
		real->practice = d;
	else
		practice_domain_free(&d);
	return rc;
}

int
practice_domain(struct act *act, struct domain **out)
{
	struct domain *real = act->domain;
	int rc = YX_OK;

	*out = real;
	if (real->practises)
		return YX_OK;
	pthread_mutex_lock(&making);
	if (real->practice == NULL)
		rc = make_domain(act, real);
	*out = real->practice;
	pthread_mutex_unlock(&making);
	return rc;
}

int
practice_card_make(struct act *act, const struct domain *d, const struct practice_subject *s, struct practice_card *out)
{
	const struct world *w = (const struct world *)(const void *)d;
	const struct issuer by = { w->ca, w->ca_key };

	return d->practises ? make_card(act->arena, &by, s, out) : YX_INTERNAL;
}
