#include "backend/domain/card/certificate.h"

#include <openssl/x509v3.h>
#include <string.h>

#include "backend/domain/base/audit.h"
#include "common/proof.h"

#define CHALLENGE_MS (10 * 60 * 1000)
#define EXPIRING_MS  (60 * (int64_t)86400000)

int
certificate_judge(struct domain *d, const struct yx_cert *c)
{
	STACK_OF(X509) *chain = NULL;
	struct pki_status status;
	time_t now = (time_t)(yx_now_ms() / 1000);
	int rc = pki_check(d->trust, c->x509, NULL, now, &chain);

	if (rc == YX_OK && sk_X509_num(chain) > 1) {
		rc = pki_revocation(d->trust, c->x509, sk_X509_value(chain, 1), now, &status);
		pki_status_free(&status);
	}
	sk_X509_pop_free(chain, X509_free);
	return rc;
}

int
certificate_of_organization(struct http_request *rq, const struct yx_cert *c)
{
	const char *says = strcmp(rq->who.organization_kind, "vendor") == 0 ? c->subject_serial : c->organization;
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena, "SELECT card_identity FROM organization WHERE id = ?",
	    YX_P(yx_p_str(rq->who.organization_id)), &r);

	if (rc != YX_OK || !yx_rows_next(r))
		return rc != YX_OK ? rc : YX_NOT_FOUND;
	return *says != '\0' && strcmp(says, yx_row_str(r, 0)) == 0 ? YX_OK : YX_CERT_OF_OTHER;
}

/* A citizen's card has a name and no organization: its holder may register it. */
static int
is_persons(const struct yx_cert *c)
{
	return *c->common_name != '\0' && *c->organization == '\0';
}

static int
is_registered(struct http_request *rq, const uint8_t sha256[32])
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena,
	    "SELECT id FROM certificate WHERE member_id = ? AND sha256 = ? AND disabled_at IS NULL",
	    YX_P(yx_p_str(rq->who.member_id), yx_p_bytes(sha256, 32)), &r);

	return rc != YX_OK ? rc : yx_rows_next(r) ? YX_CERT_DUPLICATE : YX_OK;
}

static const char *
state_of(int64_t not_before, int64_t not_after)
{
	int64_t now = yx_now_ms();

	if (now < not_before)
		return "not_yet_valid";
	if (now >= not_after)
		return "expired";
	return now + EXPIRING_MS >= not_after ? "expiring" : "active";
}

/* The last RDN's value of a DN in our form: what a list shows as its name. Values
 * may hold spaces, so it is found by the last " NAME=". */
static const char *
short_name(const char *dn)
{
	static const char *const wanted[] = { "OU=", "CN=", "O=" };

	for (size_t i = 0; i < 3; i++) {
		const char *at = dn, *last = NULL;

		while ((at = strstr(at, wanted[i])) != NULL) {
			if (at == dn || at[-1] == ' ')
				last = at + strlen(wanted[i]);
			at++;
		}
		if (last != NULL)
			return last;
	}
	return dn;
}

/* Cuts the value before the next RDN (" XYZ=…"). */
static const char *
value_only(struct yx_arena *a, const char *s)
{
	size_t n = 0;

	for (; s[n] != '\0'; n++) {
		size_t k = s[n] == ' ' ? strspn(s + n + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.") : 0;

		if (k > 0 && s[n + 1 + k] == '=')
			break;
	}
	return yx_arena_strndup(a, s, n);
}

static void
from_cert(const struct yx_cert *c, struct certificate_row *out)
{
	memset(out, 0, sizeof(*out));
	out->subject = c->subject;
	out->issuer = c->issuer;
	out->serial = c->serial;
	out->key_type = c->key_type;
	out->not_before = (int64_t)c->not_before * 1000;
	out->not_after = (int64_t)c->not_after * 1000;
	out->state = state_of(out->not_before, out->not_after);
	out->subject_name = c->subject_name;
	out->issuer_name = c->issuer_name;
}

void
certificate_write(struct http_request *rq, const char *key, const struct certificate_row *c)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, key);
	if (c->id != NULL) {
		yx_jw_str(w, "id", c->id);
		yx_jw_str(w, "purpose", c->purpose);
		yx_jw_base64(w, "certificate", c->der, c->der_n);
		http_time(rq, "registeredAt", c->registered_at);
	}
	yx_jw_str(w, "issuer", c->issuer);
	yx_jw_str(w, "issuerName", c->issuer_name);
	yx_jw_str(w, "subject", c->subject);
	yx_jw_str(w, "subjectName", c->subject_name);
	yx_jw_str(w, "serial", c->serial);
	yx_jw_str(w, "keyType", c->key_type);
	http_time(rq, "notBefore", c->not_before);
	http_time(rq, "notAfter", c->not_after);
	yx_jw_str(w, "state", c->state);
	yx_jw_end_object(w);
}

int
certificate_challenge(struct http_request *rq, const uint8_t *der, size_t n)
{
	struct certificate_row row;
	struct yx_cert cert;
	char id[YX_ID_SIZE];
	uint8_t nonce[32];
	int rc = yx_cert_parse(rq->arena, der, n, &cert);

	if (rc != YX_OK)
		return rc;
	if ((rc = certificate_judge(DOMAIN_OF(rq), &cert)) == YX_OK && !is_persons(&cert))
		rc = certificate_of_organization(rq, &cert);
	if (rc == YX_OK)
		rc = is_registered(rq, cert.sha256);
	from_cert(&cert, &row);
	yx_cert_free(&cert);
	if (rc != YX_OK)
		return rc;
	yx_random_id(id);
	yx_random(nonce, sizeof(nonce));
	rc = yx_db_exec(rq->db,
	    "INSERT INTO certificate_challenge (id, member_id, der, nonce, expires_at) VALUES (?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(rq->who.member_id), yx_p_bytes(der, n), yx_p_bytes(nonce, 32),
	    yx_p_time(yx_now_ms() + CHALLENGE_MS)), NULL);
	yx_jw_str(&rq->json, "challengeId", id);
	yx_jw_base64(&rq->json, "nonce", nonce, sizeof(nonce));
	certificate_write(rq, "certificate", &row);
	return rc;
}

int
certificate_put(struct yx_db *db, const char *member_id, const char *purpose, const struct yx_cert *c,
    int64_t now_ms, char id[YX_ID_SIZE])
{
	unsigned char *der = NULL;
	int n = i2d_X509(c->x509, &der), rc;

	if (n <= 0)
		return YX_CERT_BAD;
	yx_random_id(id);
	rc = yx_db_exec(db,
	    "INSERT INTO certificate (id, member_id, purpose, der, sha256, subject, issuer, serial, key_type,"
	    " not_before, not_after, registered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(member_id), yx_p_str(purpose), yx_p_bytes(der, (size_t)n),
	    yx_p_bytes(c->sha256, 32), yx_p_str(c->subject), yx_p_str(c->issuer), yx_p_str(c->serial),
	    yx_p_str(c->key_type), yx_p_time((int64_t)c->not_before * 1000), yx_p_time((int64_t)c->not_after * 1000),
	    yx_p_time(now_ms)), NULL);
	OPENSSL_free(der);
	return rc == YX_CONFLICT ? YX_CERT_DUPLICATE : rc;
}

/* Uses up the challenge (once, in time, mine) and reads it. */
static int
take_challenge(struct http_request *rq, const char *id, struct yx_rows **r)
{
	int64_t now = yx_now_ms();
	uint64_t changed = 0;
	int rc = yx_db_exec(rq->db,
	    "UPDATE certificate_challenge SET used_at = ? WHERE id = ? AND member_id = ? AND used_at IS NULL AND expires_at > ?",
	    YX_P(yx_p_time(now), yx_p_str(id), yx_p_str(rq->who.member_id), yx_p_time(now)), &changed);

	if (rc != YX_OK || changed != 1)
		return rc != YX_OK ? rc : YX_CHALLENGE_EXPIRED;
	rc = yx_db_query(rq->db, rq->arena, "SELECT der, nonce FROM certificate_challenge WHERE id = ?", YX_P(yx_p_str(id)), r);
	return rc != YX_OK ? rc : yx_rows_next(*r) ? YX_OK : YX_CHALLENGE_EXPIRED;
}

int
certificate_register(struct http_request *rq, const char *challenge_id, const char *purpose,
    const uint8_t *signature, size_t n)
{
	struct yx_rows *r = NULL;
	struct yx_cert cert;
	const void *der, *nonce;
	size_t der_n, nonce_n;
	char id[YX_ID_SIZE];
	int rc = take_challenge(rq, challenge_id, &r);

	if (rc != YX_OK)
		return rc;
	der = yx_row_bytes(r, 0, &der_n);
	nonce = yx_row_bytes(r, 1, &nonce_n);
	if ((rc = yx_cert_parse(rq->arena, der, der_n, &cert)) != YX_OK)
		return rc;
	if ((rc = yx_proof_check(&cert, rq->app->conf->origin, nonce, nonce_n, signature, n)) == YX_OK)
		rc = certificate_put(rq->db, rq->who.member_id, purpose, &cert, yx_now_ms(), id);
	if (rc == YX_OK)
		rc = audit_request(rq, "certificate.register", "certificate", id, "serial", cert.serial);
	yx_cert_free(&cert);
	if (rc == YX_OK) {
		rq->status = 201;
		yx_jw_str(&rq->json, "id", id);
	}
	return rc;
}

int
certificate_disable(struct http_request *rq, const char *id)
{
	uint64_t changed = 0;
	int rc = yx_db_exec(rq->db,
	    "UPDATE certificate SET disabled_at = ? WHERE id = ? AND member_id = ? AND disabled_at IS NULL",
	    YX_P(yx_p_time(yx_now_ms()), yx_p_str(id), yx_p_str(rq->who.member_id)), &changed);

	if (rc != YX_OK || changed == 0)
		return rc != YX_OK ? rc : YX_NOT_FOUND;
	return audit_request(rq, "certificate.disable", "certificate", id, NULL, NULL);
}

static void
from_row(struct yx_arena *a, const struct yx_rows *r, struct certificate_row *c)
{
	*c = (struct certificate_row){ .id = yx_row_str(r, 0), .purpose = yx_row_str(r, 1), .subject = yx_row_str(r, 2),
		.issuer = yx_row_str(r, 3), .serial = yx_row_str(r, 4), .key_type = yx_row_str(r, 5),
		.not_before = yx_row_time(r, 7), .not_after = yx_row_time(r, 8), .registered_at = yx_row_time(r, 9) };
	c->der = yx_row_bytes(r, 6, &c->der_n);
	c->state = state_of(c->not_before, c->not_after);
	c->issuer_name = value_only(a, short_name(c->issuer));
	c->subject_name = value_only(a, short_name(c->subject));
}

#define COLUMNS \
	"SELECT id, purpose, subject, issuer, serial, key_type, der, not_before, not_after, registered_at FROM certificate"

int
certificate_list(struct http_request *rq, struct http_page *page, struct certificate_row **rows, size_t *n)
{
	struct http_page all = { .page = 1, .size = 1000 };
	struct yx_rows *r = NULL;
	struct certificate_row *c;
	int rc = yx_db_query(rq->db, rq->arena, "SELECT COUNT(*) FROM certificate WHERE member_id = ? AND disabled_at IS NULL",
	    YX_P(yx_p_str(rq->who.member_id)), &r);

	*n = 0;
	if (page == NULL)
		page = &all;
	if (rc != YX_OK || !yx_rows_next(r))
		return rc;
	page->total = yx_row_int(r, 0);
	rc = yx_db_query(rq->db, rq->arena, COLUMNS
	    " WHERE member_id = ? AND disabled_at IS NULL ORDER BY registered_at DESC, id LIMIT ? OFFSET ?",
	    YX_P(yx_p_str(rq->who.member_id), yx_p_int(page->size), yx_p_int(page->offset)), &r);
	if (rc != YX_OK)
		return rc;
	if ((*rows = c = yx_arena_alloc(rq->arena, (yx_rows_count(r) + 1) * sizeof(*c))) == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(r))
		from_row(rq->arena, r, &c[(*n)++]);
	return YX_OK;
}

int
certificate_get(struct http_request *rq, const char *id, struct certificate_row *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena, COLUMNS " WHERE id = ? AND member_id = ? AND disabled_at IS NULL",
	    YX_P(yx_p_str(id), yx_p_str(rq->who.member_id)), &r);

	if (rc != YX_OK || !yx_rows_next(r))
		return rc != YX_OK ? rc : YX_CERT_NOT_REGISTERED;
	from_row(rq->arena, r, out);
	return YX_OK;
}
