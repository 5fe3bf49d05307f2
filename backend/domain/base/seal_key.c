#include "backend/domain/base/seal_key.h"

#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#include "backend/pki/token_uri.h"
#include "common/log.h"

/* ---- keys that were opened ---- */

struct seal_ring {
	struct seal_ring  *next;
	char               id[YX_ID_SIZE];
	struct pki_key    *key;
	struct seal_signer signer;
};

static void
free_one(struct seal_ring *r)
{
	if (r == NULL)
		return;
	pki_key_free(&r->key);
	X509_free(r->signer.cert);
	sk_X509_pop_free(r->signer.chain, X509_free);
	free(r);
}

void
seal_ring_free(struct seal_ring **ring)
{
	while (*ring != NULL) {
		struct seal_ring *next = (*ring)->next;

		free_one(*ring);
		*ring = next;
	}
}

int
seal_chain_read(const uint8_t *p, size_t n, STACK_OF(X509) **out)
{
	STACK_OF(X509) *all = sk_X509_new_null();
	const uint8_t *end = p + n;
	int rc = all == NULL ? YX_NO_MEMORY : YX_OK;

	while (rc == YX_OK && p < end) {
		X509 *x = d2i_X509(NULL, &p, end - p);

		rc = x == NULL ? YX_CERT_BAD : sk_X509_push(all, x) <= 0 ? YX_NO_MEMORY : YX_OK;
		if (rc == YX_NO_MEMORY)
			X509_free(x);
	}
	*out = rc == YX_OK ? all : NULL;
	if (rc != YX_OK)
		sk_X509_pop_free(all, X509_free);
	ERR_clear_error();
	return rc;
}

/* ---- places ---- */

#define NAME_SIGNS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"

const char *
seal_key_path(struct yx_arena *a, const struct yx_conf *conf, const char *name)
{
	const size_t n = strlen(name);

	if (n == 0 || n > 100 || *name == '.' || strspn(name, NAME_SIGNS) != n)
		return NULL;
	return yx_arena_printf(a, "%s/%s", conf->key_dir, name);
}

int
seal_key_try(struct domain *d, const char *place, struct pki_key **out)
{
	struct yx_arena *a = yx_arena_new(8192);
	const char *path = a == NULL || token_uri_is(place) ? place : seal_key_path(a, d->conf, place);
	int rc = a == NULL ? YX_NO_MEMORY : path == NULL ? YX_BAD_FIELD : pki_key_open(d->hsm, path, out);

	if (rc == YX_OK)
		pki_key_wish_pss(*out, d->conf->seal_pss);
	yx_arena_free(&a);
	return rc;
}

/* Rows of the settings' own key have its path as it stands there. */
static int
open_place(struct domain *d, const char *place, struct pki_key **out)
{
	int rc;

	if (*place != '/' && !token_uri_is(place))
		return seal_key_try(d, place, out);
	if ((rc = pki_key_open(d->hsm, place, out)) == YX_OK)
		pki_key_wish_pss(*out, d->conf->seal_pss);
	return rc;
}

static int
open_one(struct domain *d, const struct seal_key_row *row, struct seal_ring **out)
{
	struct seal_ring *r = *out = calloc(1, sizeof(*r));
	const unsigned char *p = row->cert;
	int rc = r == NULL ? YX_NO_MEMORY : seal_chain_read(row->chain, row->chain_n, &r->signer.chain);

	if (rc == YX_OK && (r->signer.cert = d2i_X509(NULL, &p, (long)row->cert_n)) == NULL)
		rc = YX_CERT_BAD;
	if (rc == YX_OK && (rc = open_place(d, row->place, &r->key)) == YX_OK) {
		r->signer.key = r->key;
		memcpy(r->id, row->id, YX_ID_SIZE);
		return YX_OK;
	}
	free_one(r);
	*out = NULL;
	return rc;
}

int
seal_key_open(struct domain *d, const struct seal_key_row *row, struct seal_signer *out)
{
	struct seal_ring *r;
	int rc = YX_OK;

	pthread_mutex_lock(&d->ring_lock);
	for (r = d->ring; r != NULL && strcmp(r->id, row->id) != 0;)
		r = r->next;
	if (r == NULL && (rc = open_one(d, row, &r)) == YX_OK) {
		r->next = d->ring;
		d->ring = r;
	}
	if (rc == YX_OK)
		*out = r->signer;
	pthread_mutex_unlock(&d->ring_lock);
	return rc;
}

/* ---- which one ---- */

static int
read_row(struct act *act, struct seal_key_row *row)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT id, place, certificate, chain FROM platform_key WHERE state IN ('planned', 'active', 'retiring')"
	    " AND from_at <= ? ORDER BY from_at DESC, state = 'active' DESC LIMIT 1", YX_P(yx_p_time(yx_now_ms())), &r);

	if (rc != YX_OK)
		return rc;
	*row = (struct seal_key_row){ .id = yx_row_str(r, 0), .place = yx_row_str(r, 1) };
	row->cert = yx_row_bytes(r, 2, &row->cert_n);
	row->chain = yx_row_bytes(r, 3, &row->chain_n);
	return YX_OK;
}

static int
settings_key(const struct domain *d, struct seal_signer *out)
{
	*out = (struct seal_signer){ d->seal_key, d->seal_cert, d->seal_chain };
	return d->seal_key == NULL ? YX_CONFIG : YX_OK;
}

int
seal_key_now(struct act *act, struct seal_signer *out)
{
	struct seal_key_row row;
	int rc = act->domain->practises ? YX_NOT_FOUND : read_row(act, &row);

	if (rc == YX_NOT_FOUND)
		return settings_key(act->domain, out);
	if (rc != YX_OK || (rc = seal_key_open(act->domain, &row, out)) == YX_OK || rc == YX_NO_MEMORY)
		return rc;
	/* Who seals can do nothing about it. */
	yx_error("the platform's key at %s: %s", row.place, yx_err_word(rc));
	return YX_UNAVAILABLE;
}

int
seal_key_certificate(struct act *act, X509 **out)
{
	struct seal_key_row row;
	int rc = act->domain->practises ? YX_NOT_FOUND : read_row(act, &row);

	*out = NULL;
	if (rc == YX_OK) {
		const unsigned char *p = row.cert;

		*out = d2i_X509(NULL, &p, (long)row.cert_n);
		return *out == NULL ? YX_CERT_BAD : YX_OK;
	}
	if (rc != YX_NOT_FOUND || (*out = act->domain->seal_cert) == NULL)
		return rc != YX_NOT_FOUND ? rc : YX_CONFIG;
	return X509_up_ref(*out) == 1 ? YX_OK : YX_NO_MEMORY;
}
