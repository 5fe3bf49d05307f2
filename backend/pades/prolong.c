#include <fcntl.h>
#include <openssl/err.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/pades/cms_verify.h"
#include "backend/pades/file.h"
#include "backend/pades/prolong.h"
#include "backend/pki/tsa.h"

#define LIMIT_MS   60000
#define FIELDS_MAX 1000
#define PATH_SIZE  64

/* ---- what proves them ---- */

/* Every token that stands on it, and its authority's path. *at: the earliest time. */
static int
prove_tokens(const struct pades_prolong *how, const struct evidence_list *l, const struct evidence *e,
    struct pki_proofs *p, time_t *at)
{
	const struct pki_trust *trust = how->stamp == NULL ? how->trust : how->stamp->trust;
	struct pki_tst tst;
	int rc = YX_OK, got = YX_OK;

	for (int i = 0; rc == YX_OK && got != YX_NOT_FOUND; i++) {
		got = evidence_token(l, e, i, trust, &tst);
		if (got == YX_OK || tst.intact) {
			rc = pki_proofs_add(p, trust, tst.signer, tst.certs, tst.time);
			if (got == YX_OK && (*at == 0 || tst.time < *at))
				*at = tst.time;
		} else if (got == YX_NO_MEMORY) {
			rc = got;
		}
		pki_tst_free(&tst);
	}
	return rc;
}

/* The time of the first document timestamp behind it. */
static time_t
covered_at(const struct pades_prolong *how, const struct evidence_list *l, size_t i)
{
	struct pki_tst tst;
	time_t at = 0;

	for (i++; at == 0 && i < l->n; i++) {
		if (!l->item[i].timestamp)
			continue;
		if (evidence_token(l, &l->item[i], 0, how->stamp == NULL ? how->trust : how->stamp->trust, &tst) == YX_OK)
			at = tst.time;
		pki_tst_free(&tst);
	}
	return at;
}

static int
prove_signer(const struct pades_prolong *how, const struct evidence *e, time_t at, struct pki_proofs *p)
{
	struct cms_parts c;
	const char *why;
	int rc = cms_parts_open(e->der.data, e->der.len, &c, &why);

	if (rc == YX_OK) {
		rc = pki_proofs_add(p, how->trust, c.signer, c.certs, at);
	} else {
		p->missing++;
		rc = YX_OK;
	}
	cms_parts_free(&c);
	return rc;
}

static int
collect(const struct pades_prolong *how, const struct evidence_list *l, struct pki_proofs *p)
{
	int rc = l->n == 0 ? YX_STATE : YX_OK;

	for (size_t i = 0; rc == YX_OK && i < l->n; i++) {
		time_t at = 0;

		rc = prove_tokens(how, l, &l->item[i], p, &at);
		if (rc != YX_OK || l->item[i].timestamp)
			continue;
		if (at == 0)
			at = covered_at(how, l, i);
		rc = prove_signer(how, &l->item[i], at == 0 ? time(NULL) : at, p);
	}
	return rc;
}

int
pades_prove(const struct pades_prolong *how, const struct evidence_list *l, struct pades_prolonged *out,
    struct pki_proofs *p)
{
	int rc;

	pki_proofs_init(p, how->limit_ms > 0 ? how->limit_ms : LIMIT_MS);
	rc = collect(how, l, p);
	out->missing = p->missing;
	out->on_hold = p->on_hold;
	out->revoked = p->revoked;
	out->revoked_at = p->revoked_at;
	if (rc == YX_OK && !how->partial && (p->missing > 0 || p->on_hold))
		rc = YX_REVOCATION_UNKNOWN;
	return rc;
}

/* ---- the security store ---- */

struct blobs {
	struct pades_blob certs[PKI_PROOFS_MAX], ocsps[PKI_PROOFS_MAX], crls[PKI_PROOFS_MAX];
	struct yx_buf     der[PKI_PROOFS_MAX];
	struct pades_dss  dss;
};

static int
fill_blobs(const struct pki_proofs *p, struct blobs *b)
{
	int rc = YX_OK;

	b->dss = (struct pades_dss){ .certs = b->certs, .ocsps = b->ocsps, .crls = b->crls };
	for (int i = 0; rc == YX_OK && i < sk_X509_num(p->certs); i++) {
		unsigned char *der = NULL;
		int n = i == PKI_PROOFS_MAX ? -1 : i2d_X509(sk_X509_value(p->certs, i), &der);

		if (n <= 0)
			return i == PKI_PROOFS_MAX ? YX_TOO_LARGE : YX_NO_MEMORY;
		yx_buf_init(&b->der[i], (size_t)n + 1);
		yx_buf_add(&b->der[i], der, (size_t)n);
		OPENSSL_free(der);
		b->certs[b->dss.certs_n++] = (struct pades_blob){ b->der[i].data, b->der[i].len };
		rc = yx_buf_status(&b->der[i]);
	}
	for (size_t i = 0; i < p->answer_n; i++) {
		struct pades_blob one = { p->answer[i].der.data, p->answer[i].der.len };

		if (p->answer[i].ocsp)
			b->ocsps[b->dss.ocsps_n++] = one;
		else
			b->crls[b->dss.crls_n++] = one;
	}
	return rc;
}

/* YX_STATE: everything is there already. */
static int
add_store(const char *in_path, int fd, const struct pki_proofs *p)
{
	struct blobs b;
	struct pades_part part = { .kind = PADES_DSS };
	struct pades_change change = { &part, 1, NULL };
	struct pades_appended made;
	int rc;

	memset(&b, 0, sizeof(b));
	rc = fill_blobs(p, &b);
	part.dss = b.dss;
	if (rc == YX_OK)
		rc = pades_append(in_path, fd, &change, &made);
	for (size_t i = 0; i < b.dss.certs_n; i++)
		yx_buf_free(&b.der[i]);
	return rc;
}

/* ---- the document timestamp ---- */

/* The first free name of a field for it. */
static int
append_hole(const char *path, int fd, struct pades_appended *made)
{
	char name[32];
	struct pades_part parts[2] = { { .kind = PADES_FIELD, .field = { .name = name } },
		{ .kind = PADES_TIMESTAMP, .sign = { .field = name, .room = PADES_TOKEN_ROOM } } };
	struct pades_change change = { parts, 2, "SHA-256" };
	int rc = YX_CONFLICT;

	for (int i = 1; rc == YX_CONFLICT && i <= FIELDS_MAX; i++) {
		snprintf(name, sizeof(name), "Timestamp%d", i);
		rc = pades_append(path, fd, &change, made);
	}
	return rc;
}

static int
add_timestamp(const char *path, int fd, struct pades_stamp *stamp)
{
	struct pki_digest digest = { .md = "SHA-256" };
	struct pades_appended made;
	struct pki_tst tst = { 0 };
	struct yx_buf token;
	int rc = append_hole(path, fd, &made);

	yx_buf_init(&token, PKI_TSA_TOKEN_MAX);
	stamp->time = 0;
	if (rc == YX_OK) {
		memcpy(digest.bytes, made.digest, made.digest_n);
		digest.n = made.digest_n;
		rc = pki_tsa_stamp(stamp->trust, stamp->tsa, &digest, &token, &tst);
	}
	if (rc == YX_OK && (rc = pades_embed(fd, &made.hole, token.data, token.len)) == YX_OK)
		stamp->time = tst.time;
	pki_tst_free(&tst);
	yx_buf_free(&token);
	return rc;
}

/* ---- both ---- */

static int
finish(int fd, struct pades_prolonged *out)
{
	if (fsync(fd) != 0)
		return YX_IO;
	return pdf_file_size(fd, &out->size);
}

/* Collects and appends to `fd`. */
static int
store_step(const char *in_path, int fd, const struct pades_prolong *how, struct pades_prolonged *out)
{
	struct pki_proofs *p = OPENSSL_zalloc(sizeof(*p));
	struct evidence_list l;
	int rc;

	if (p == NULL)
		return YX_NO_MEMORY;
	if ((rc = evidence_open(in_path, &l)) == YX_OK && (rc = pades_prove(how, &l, out, p)) == YX_OK)
		rc = add_store(in_path, fd, p);
	evidence_free(&l);
	pki_proofs_free(p);
	OPENSSL_free(p);
	ERR_clear_error();
	return rc;
}

int
pades_prolong(const char *in_path, int mid_fd, int out_fd, const struct pades_prolong *how, struct pades_prolonged *out)
{
	char mid[PATH_SIZE];
	int store_fd = how->stamp == NULL ? out_fd : mid_fd, rc = YX_STATE;

	memset(out, 0, sizeof(*out));
	if (!how->no_store)
		rc = store_step(in_path, store_fd, how, out);
	if (how->stamp == NULL)
		return rc == YX_OK ? finish(out_fd, out) : rc;
	if (rc != YX_OK && rc != YX_STATE)
		return rc;
	/* (libqpdf wants a name: this one is the descriptor's) */
	snprintf(mid, sizeof(mid), "/proc/self/fd/%d", mid_fd);
	if ((rc = add_timestamp(rc == YX_OK ? mid : in_path, out_fd, how->stamp)) != YX_OK)
		return rc;
	return finish(out_fd, out);
}
