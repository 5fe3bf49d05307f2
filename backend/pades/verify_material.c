#include "backend/pades/verify_material.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "backend/pades/cms_material.h"

#define CERTS_MAX   1024
#define SKEW        300
#define UNCONST(g)  ((GENERAL_NAME *)(uintptr_t)(g)) /* OpenSSL compares without changing */
#define ADOBE_REVOCATION "1.2.840.113583.1.1.8"

int
pades_material_open(struct pades_material *m)
{
	memset(m, 0, sizeof(*m));
	return (m->certs = sk_X509_new_null()) == NULL ? YX_NO_MEMORY : YX_OK;
}

void
pades_material_free(struct pades_material *m)
{
	sk_X509_pop_free(m->certs, X509_free);
	for (size_t i = 0; i < m->ocsp_n; i++)
		OCSP_BASICRESP_free(m->ocsp[i].answer);
	for (size_t i = 0; i < m->crl_n; i++)
		X509_CRL_free(m->crl[i].list);
	memset(m, 0, sizeof(*m));
}

/* ---- one thing more ---- */

static void
add_cert(struct pades_material *m, const uint8_t *p, size_t n, const char *found)
{
	const unsigned char *at = p;
	X509 *x = d2i_X509(NULL, &at, (long)n);

	(void)found;
	if (x != NULL && at == p + n && sk_X509_num(m->certs) < CERTS_MAX)
		(void)X509_add_cert(m->certs, x, X509_ADD_FLAG_UP_REF | X509_ADD_FLAG_NO_DUP);
	X509_free(x);
}

static void
add_ocsp(struct pades_material *m, const uint8_t *p, size_t n, const char *found)
{
	const unsigned char *at = p;
	OCSP_RESPONSE *r = d2i_OCSP_RESPONSE(NULL, &at, (long)n);
	OCSP_BASICRESP *basic = NULL;

	if (r != NULL && at == p + n && OCSP_response_status(r) == OCSP_RESPONSE_STATUS_SUCCESSFUL)
		basic = OCSP_response_get1_basic(r);
	if (basic != NULL && m->ocsp_n < PADES_PROOFS_MAX)
		m->ocsp[m->ocsp_n++] = (struct pades_ocsp){ basic, found };
	else
		OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(r);
}

static void
add_crl(struct pades_material *m, const uint8_t *p, size_t n, const char *found)
{
	const unsigned char *at = p;
	X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)n);

	if (crl != NULL && at == p + n && m->crl_n < PADES_PROOFS_MAX)
		m->crl[m->crl_n++] = (struct pades_crl){ crl, found };
	else
		X509_CRL_free(crl);
}

/* From `crls` of a CMS. */
static void
add_inner_ocsp(void *ctx, const uint8_t *p, size_t n, int basic)
{
	struct pades_material *m = ctx;
	const unsigned char *at = p;
	OCSP_BASICRESP *answer;

	if (!basic) {
		add_ocsp(m, p, n, "cms");
		return;
	}
	answer = d2i_OCSP_BASICRESP(NULL, &at, (long)n);
	if (answer != NULL && at == p + n && m->ocsp_n < PADES_PROOFS_MAX)
		m->ocsp[m->ocsp_n++] = (struct pades_ocsp){ answer, "cms" };
	else
		OCSP_BASICRESP_free(answer);
}

typedef void (*adder)(struct pades_material *m, const uint8_t *p, size_t n, const char *found);

/* ---- the store ---- */

static int
is_fatal(int rc)
{
	return rc == YX_NO_MEMORY || rc == YX_IO;
}

static int
read_item(struct pades_material *m, struct pdf_doc *d, struct pdf_span ref, adder add)
{
	struct pdf_object o;
	struct pdf_span der;
	int64_t length;
	int rc = pdf_resolve(d, 0, ref, &o);

	if (rc == YX_OK && o.stream && pdf_get_int(o.value, "Length", -1, &length) == YX_OK && length > 0 &&
	    (rc = pdf_unpack_at(&d->in, &o, length, &der)) == YX_OK)
		add(m, der.p, der.n, "dss");
	ERR_clear_error();
	return is_fatal(rc) ? rc : YX_OK;
}

static int
read_list(struct pades_material *m, struct pdf_doc *d, struct pdf_object *dss, const char *key, adder add)
{
	struct pdf_object list;
	struct pdf_span item;
	struct pdf_cur c;
	int more = 0, rc = pdf_follow(d, 0, dss->value, key, &list);

	if (rc != YX_OK || list.value.p == NULL || pdf_inside(list.value, PDF_ARRAY, &c) != YX_OK)
		return is_fatal(rc) ? rc : YX_OK;
	for (int i = 0; i < PADES_PROOFS_MAX && pdf_next_item(&c, &item, &more) == YX_OK && more; i++)
		if ((rc = read_item(m, d, item, add)) != YX_OK)
			return rc;
	return YX_OK;
}

static int
has_store(struct pdf_doc *d, size_t view)
{
	struct pdf_object root, dss;

	return pdf_root(d, view, &root) == YX_OK && pdf_follow(d, view, root.value, "DSS", &dss) == YX_OK &&
	    pdf_type(dss.value) == PDF_DICT;
}

int
pades_material_store(struct pades_material *m, struct pdf_doc *d, struct pdf_span catalog)
{
	static const struct { const char *key; adder add; } lists[] = { { "Certs", add_cert }, { "OCSPs", add_ocsp },
		{ "CRLs", add_crl } };
	struct pdf_object dss;
	int rc = pdf_follow(d, 0, catalog, "DSS", &dss);

	if (rc != YX_OK || pdf_type(dss.value) != PDF_DICT)
		return is_fatal(rc) ? rc : YX_OK;
	m->store = 1;
	while (m->first_store + 1 < d->n && has_store(d, m->first_store + 1))
		m->first_store++;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if ((rc = read_list(m, d, &dss, lists[i].key, lists[i].add)) != YX_OK)
			return rc;
	return YX_OK;
}

/* ---- a CMS ---- */

static void
add_basic(struct pades_material *m, const uint8_t *p, size_t n, const char *found)
{
	(void)found;
	add_inner_ocsp(m, p, n, 1);
}

/* SEQUENCE { [0] SEQUENCE OF CRL, [1] SEQUENCE OF an answer by OCSP, … }: each value inside the two lists. */
static void
read_archival(struct pades_material *m, const unsigned char *p, long n, const adder adders[2])
{
	const unsigned char *end = p + n;
	long length;
	int tag, class;

	if (ASN1_get_object(&p, &length, &tag, &class, n) & 0x80 || tag != V_ASN1_SEQUENCE || p + length != end)
		return;
	while (p < end) {
		const unsigned char *inner, *stop;

		if ((ASN1_get_object(&p, &length, &tag, &class, end - p) & 0x80) || class != V_ASN1_CONTEXT_SPECIFIC)
			return;
		inner = p;
		stop = p += length;
		if (tag > 1 || (ASN1_get_object(&inner, &length, &class, &class, stop - inner) & 0x80) ||
		    inner + length != stop)
			continue;
		while (inner < stop) {
			const unsigned char *value = inner;
			int t, c;

			if (ASN1_get_object(&inner, &length, &t, &c, stop - inner) & 0x80)
				return;
			inner += length;
			adders[tag](m, value, (size_t)(inner - value), "cms");
		}
	}
}

/* SEQUENCE OF Certificate */
static void
read_certificates(struct pades_material *m, const unsigned char *p, long n)
{
	const unsigned char *end = p + n;
	long length;
	int tag, class;

	if (ASN1_get_object(&p, &length, &tag, &class, n) & 0x80 || tag != V_ASN1_SEQUENCE || p + length != end)
		return;
	while (p < end) {
		const unsigned char *value = p;

		if (ASN1_get_object(&p, &length, &tag, &class, end - p) & 0x80)
			return;
		p += length;
		add_cert(m, value, (size_t)(p - value), "cms");
	}
}

/* What the signer signed (RevocationInfoArchival: ISO 32000-2, 12.8.3.3.2), and what older forms of CAdES put
 * beside (certificate-values, revocation-values: EN 319 122-2, 5.3). */
static int
read_attributes(struct pades_material *m, CMS_SignerInfo *si)
{
	static const adder whole[2] = { add_crl, add_ocsp }, basic[2] = { add_crl, add_basic };
	ASN1_OBJECT *adobe = OBJ_txt2obj(ADOBE_REVOCATION, 1);
	const ASN1_STRING *v;

	if (adobe == NULL)
		return YX_NO_MEMORY;
	if ((v = CMS_signed_get0_data_by_OBJ(si, adobe, -3, V_ASN1_SEQUENCE)) != NULL)
		read_archival(m, ASN1_STRING_get0_data(v), ASN1_STRING_length(v), whole);
	v = CMS_unsigned_get0_data_by_OBJ(si, OBJ_nid2obj(NID_id_smime_aa_ets_certValues), -3, V_ASN1_SEQUENCE);
	if (v != NULL)
		read_certificates(m, ASN1_STRING_get0_data(v), ASN1_STRING_length(v));
	v = CMS_unsigned_get0_data_by_OBJ(si, OBJ_nid2obj(NID_id_smime_aa_ets_revocationValues), -3, V_ASN1_SEQUENCE);
	if (v != NULL)
		read_archival(m, ASN1_STRING_get0_data(v), ASN1_STRING_length(v), basic);
	ASN1_OBJECT_free(adobe);
	return YX_OK;
}

int
pades_material_cms(struct pades_material *m, const struct cms_parts *c)
{
	STACK_OF(X509_CRL) *crls = CMS_get1_crls(c->cms);
	int rc = YX_OK;

	if (X509_add_certs(m->certs, c->certs, X509_ADD_FLAG_UP_REF | X509_ADD_FLAG_NO_DUP) != 1) {
		sk_X509_CRL_pop_free(crls, X509_CRL_free);
		return YX_NO_MEMORY;
	}
	for (int i = 0; i < sk_X509_CRL_num(crls) && m->crl_n < PADES_PROOFS_MAX; i++)
		if (X509_CRL_up_ref(sk_X509_CRL_value(crls, i)) == 1)
			m->crl[m->crl_n++] = (struct pades_crl){ sk_X509_CRL_value(crls, i), "cms" };
	cms_material_ocsp(c->cms, add_inner_ocsp, m);
	if (c->si != NULL)
		rc = read_attributes(m, c->si);
	sk_X509_CRL_pop_free(crls, X509_CRL_free);
	ERR_clear_error();
	return rc;
}

/* ---- what it proves ---- */

static time_t
seconds(const ASN1_TIME *t)
{
	struct tm tm;

	return t != NULL && ASN1_TIME_to_tm(t, &tm) == 1 ? timegm(&tm) : 0;
}

/* A proof of the time that is asked for: not from the future, and good for `since` or
 * later (an answer that ran out before says nothing of it). */
static int
is_timely(time_t this_update, time_t next_update, const struct pades_question *q)
{
	return this_update != 0 && this_update <= q->now + SKEW &&
	    (this_update + SKEW >= q->since || (next_update != 0 && next_update + SKEW >= q->since));
}

/* The newest proof counts: a suspension that was lifted, a good answer before a loss. */
static void
take(struct pades_revocation *out, const struct pades_revocation *proof)
{
	if (out->state == PKI_UNKNOWN || proof->this_update > out->this_update ||
	    (proof->this_update == out->this_update && proof->state == PKI_REVOKED))
		*out = *proof;
}

/* The issuer itself, or who has a certificate from it for that (RFC 6960, 4.2.2.2); the path
 * above is the certificate's own. */
static int
may_answer(X509 *responder, X509 *issuer, time_t at)
{
	if (X509_cmp(responder, issuer) == 0)
		return 1;
	return X509_check_issued(issuer, responder) == X509_V_OK &&
	    (X509_get_extension_flags(responder) & EXFLAG_XKUSAGE) != 0 &&
	    (X509_get_extended_key_usage(responder) & XKU_OCSP_SIGN) != 0 &&
	    X509_cmp_time(X509_get0_notBefore(responder), &at) < 0 &&
	    X509_cmp_time(X509_get0_notAfter(responder), &at) > 0 &&
	    X509_verify(responder, X509_get0_pubkey(issuer)) == 1;
}

/* Only those who may answer are offered: responders of two authorities can share a name. */
static STACK_OF(X509) *
responders(const struct pades_material *m, X509 *issuer, time_t at)
{
	STACK_OF(X509) *out = sk_X509_new_null();
	int ok = out != NULL && sk_X509_push(out, issuer) > 0;

	for (int i = 0; ok && i < sk_X509_num(m->certs); i++)
		if (may_answer(sk_X509_value(m->certs, i), issuer, at))
			ok = sk_X509_push(out, sk_X509_value(m->certs, i)) > 0;
	if (ok)
		return out;
	sk_X509_free(out);
	return NULL;
}

static int
ocsp_genuine(OCSP_BASICRESP *answer, const struct pades_material *m, const struct pades_question *q, time_t at)
{
	STACK_OF(X509) *help = responders(m, q->issuer, at);
	X509 *responder = NULL;
	int ok = help != NULL && OCSP_resp_get0_signer(answer, &responder, help) == 1 &&
	    may_answer(responder, q->issuer, at) && OCSP_basic_verify(answer, help, NULL, OCSP_NOVERIFY) == 1;

	sk_X509_free(help);
	return ok;
}

/* What one answer says of the certificate with this id. */
static int
read_answer(OCSP_BASICRESP *answer, OCSP_CERTID *id, const struct pades_question *q, struct pades_revocation *proof)
{
	ASN1_GENERALIZEDTIME *revoked = NULL, *from = NULL, *to = NULL;
	int status = -1;

	if (OCSP_resp_find_status(answer, id, &status, &proof->reason, &revoked, &from, &to) != 1 ||
	    (status != V_OCSP_CERTSTATUS_GOOD && status != V_OCSP_CERTSTATUS_REVOKED))
		return 0;
	proof->state = status == V_OCSP_CERTSTATUS_GOOD ? PKI_GOOD : PKI_REVOKED;
	proof->this_update = seconds(from);
	proof->revoked_at = seconds(revoked);
	return is_timely(proof->this_update, seconds(to), q);
}

static void
ask_ocsp(const struct pades_material *m, const struct pades_question *q, struct pades_revocation *out)
{
	static const EVP_MD *(*const mds[])(void) = { EVP_sha1, EVP_sha256 };

	for (size_t k = 0; k < sizeof(mds) / sizeof(mds[0]); k++) {
		OCSP_CERTID *id = OCSP_cert_to_id(mds[k](), q->leaf, q->issuer);

		for (size_t i = 0; id != NULL && i < m->ocsp_n; i++) {
			struct pades_revocation proof = { .source = "ocsp", .found = m->ocsp[i].found, .reason = -1 };

			if (read_answer(m->ocsp[i].answer, id, q, &proof) &&
			    ocsp_genuine(m->ocsp[i].answer, m, q, proof.this_update))
				take(out, &proof);
		}
		OCSP_CERTID_free(id);
	}
}

static const GENERAL_NAME *
first_name(const DIST_POINT_NAME *n)
{
	return n != NULL && n->type == 0 ? sk_GENERAL_NAME_value(n->name.fullname, 0) : NULL;
}

/* A list in parts answers for those whose certificates name that part. */
static int
names_part(X509 *leaf, const DIST_POINT_NAME *part)
{
	STACK_OF(DIST_POINT) *points = X509_get_ext_d2i(leaf, NID_crl_distribution_points, NULL, NULL);
	const GENERAL_NAME *own = first_name(part), *g;
	int named = 0;

	for (int i = 0; own != NULL && i < sk_DIST_POINT_num(points); i++)
		if ((g = first_name(sk_DIST_POINT_value(points, i)->distpoint)) != NULL)
			named |= GENERAL_NAME_cmp(UNCONST(g), UNCONST(own)) == 0;
	CRL_DIST_POINTS_free(points);
	return named;
}

/* Does it answer for this certificate, and for all reasons (RFC 5280, 5.2.5)? */
static int
is_whole_for(X509_CRL *crl, X509 *leaf)
{
	int critical = -1, whole;
	ISSUING_DIST_POINT *idp = X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, &critical, NULL);

	if (idp == NULL)
		return critical == -1;
	whole = idp->onlysomereasons == NULL && idp->onlyattr <= 0 && idp->indirectCRL <= 0 &&
	    (X509_check_ca(leaf) != 0 ? idp->onlyuser <= 0 : idp->onlyCA <= 0) &&
	    (idp->distpoint == NULL || names_part(leaf, idp->distpoint));
	ISSUING_DIST_POINT_free(idp);
	return whole;
}

/* By the issuer itself, who may, and no list of differences only. */
static int
crl_genuine(X509_CRL *crl, const struct pades_question *q)
{
	return X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(q->issuer)) == 0 &&
	    (X509_get_key_usage(q->issuer) & KU_CRL_SIGN) != 0 && X509_CRL_get_ext_by_NID(crl, NID_delta_crl, -1) < 0 &&
	    X509_CRL_verify(crl, X509_get0_pubkey(q->issuer)) == 1;
}

static void
ask_crl(const struct pades_material *m, const struct pades_question *q, struct pades_revocation *out)
{
	for (size_t i = 0; i < m->crl_n; i++) {
		X509_CRL *crl = m->crl[i].list;
		struct pades_revocation proof = { .source = "crl", .found = m->crl[i].found, .reason = -1, .state = PKI_GOOD,
			.this_update = seconds(X509_CRL_get0_lastUpdate(crl)) };
		X509_REVOKED *entry = NULL;
		ASN1_ENUMERATED *reason;
		int named;

		if (!is_timely(proof.this_update, seconds(X509_CRL_get0_nextUpdate(crl)), q) || !crl_genuine(crl, q))
			continue;
		/* (what a list of some names counts; whom it does not name it need not vouch for) */
		named = X509_CRL_get0_by_cert(crl, &entry, q->leaf) == 1;
		if (!named && !is_whole_for(crl, q->leaf))
			continue;
		if (named) {
			proof.state = PKI_REVOKED;
			proof.revoked_at = seconds(X509_REVOKED_get0_revocationDate(entry));
			if ((reason = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL)) != NULL)
				proof.reason = (int)ASN1_ENUMERATED_get(reason);
			ASN1_ENUMERATED_free(reason);
		}
		take(out, &proof);
	}
}

void
pades_revocation_of(const struct pades_material *m, const struct pades_question *q, struct pades_revocation *out)
{
	*out = (struct pades_revocation){ .source = "", .found = "", .reason = -1 };
	if (q->issuer == NULL)
		return;
	ask_ocsp(m, q, out);
	ask_crl(m, q, out);
	ERR_clear_error();
}
