#include "backend/domain/card/certificate.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/card/key_seen.h"
#include "common/proof.h"

#define CHALLENGE_MS (10 * 60 * 1000)
#define EXPIRING_MS  (60 * (int64_t)86400000)
#define LOOK_MS      ((int64_t)86400000)

int
certificate_judge(struct domain *d, const struct yx_cert *c)
{
	STACK_OF(X509) *chain = NULL;
	struct pki_status status;
	time_t now = (time_t)(yx_now_ms() / 1000);
	int rc = pki_check(d->trust, c->x509, NULL, now, &chain);

	/* A practice's CA revokes nothing. */
	if (rc == YX_OK && sk_X509_num(chain) > 1 && !d->practises) {
		rc = pki_revocation(d->trust, c->x509, sk_X509_value(chain, 1), now, &status);
		pki_status_free(&status);
	}
	sk_X509_pop_free(chain, X509_free);
	return rc;
}

/* A citizen's card has a name and no organization: its holder may register it. */
static int
is_persons(const struct yx_cert *c)
{
	return *c->common_name != '\0' && *c->organization == '\0';
}

/* A letter of authority of the company is in force today, in Taipei. */
static int
is_authorised(struct act *act)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT id FROM signing_authority WHERE member_id = ? AND organization_id = ? AND revoked_at IS NULL"
	    " AND DATE(? + INTERVAL 8 HOUR) BETWEEN first_day AND last_day LIMIT 1",
	    YX_P(yx_p_str(act->who.member_id), yx_p_str(act->who.organization_id), yx_p_time(act_now(act))), &r);

	return rc == YX_NOT_FOUND ? YX_CERT_OF_OTHER : rc;
}

int
certificate_judge_all(struct act *act, const struct yx_cert *c)
{
	int rc = certificate_judge(act->domain, c);

	return rc != YX_OK ? rc : key_seen_judge(act, c->x509);
}

int
certificate_of_organization(struct act *act, const struct yx_cert *c)
{
	int vendor = strcmp(act->who.organization_kind, "vendor") == 0;
	const char *says = vendor ? c->subject_serial : c->organization;
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT card_identity FROM organization WHERE id = ?",
	    YX_P(yx_p_str(act->who.organization_id)), &r);

	if (rc != YX_OK)
		return rc;
	if (*says != '\0' && strcmp(says, yx_row_str(r, 0)) == 0)
		return YX_OK;
	return vendor && is_persons(c) ? is_authorised(act) : YX_CERT_OF_OTHER;
}

static int
is_registered(struct act *act, const uint8_t sha256[32])
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT id FROM certificate WHERE member_id = ? AND sha256 = ? AND disabled_at IS NULL",
	    YX_P(yx_p_str(act->who.member_id), yx_p_bytes(sha256, 32)), &r);

	return rc == YX_OK ? YX_CERT_DUPLICATE : rc == YX_NOT_FOUND ? YX_OK : rc;
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

int
certificate_challenge(struct act *act, const uint8_t *der, size_t n, struct certificate_challenge *out)
{
	struct yx_cert cert;
	int rc = yx_cert_parse(act->arena, der, n, &cert);

	if (rc != YX_OK)
		return rc;
	if ((rc = certificate_judge_all(act, &cert)) == YX_OK && !is_persons(&cert))
		rc = certificate_of_organization(act, &cert);
	if (rc == YX_OK)
		rc = is_registered(act, cert.sha256);
	from_cert(&cert, &out->certificate);
	yx_cert_free(&cert);
	if (rc != YX_OK)
		return rc;
	yx_random_id(out->id);
	yx_random(out->nonce, sizeof(out->nonce));
	return yx_db_exec(act->db,
	    "INSERT INTO certificate_challenge (id, member_id, der, nonce, expires_at) VALUES (?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(out->id), yx_p_str(act->who.member_id), yx_p_bytes(der, n),
	        yx_p_bytes(out->nonce, sizeof(out->nonce)), yx_p_time(act_now(act) + CHALLENGE_MS)),
	    NULL);
}

int
certificate_put(
    struct act *act, const char *member_id, const char *purpose, const struct yx_cert *c, char id[YX_ID_SIZE])
{
	struct certificate_row row;
	unsigned char *der = NULL;
	int n = i2d_X509(c->x509, &der), rc;

	if (n <= 0)
		return YX_CERT_BAD;
	from_cert(c, &row);
	yx_random_id(id);
	rc = yx_db_exec(act->db,
	    "INSERT INTO certificate (id, member_id, purpose, der, sha256, subject, issuer, subject_name,"
	    " issuer_name, serial,"
	    " key_type, not_before, not_after, registered_at)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, LEFT(?, 200), LEFT(?, 200), ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(member_id), yx_p_str(purpose), yx_p_bytes(der, (size_t)n),
	        yx_p_bytes(c->sha256, 32), yx_p_str(c->subject), yx_p_str(c->issuer), yx_p_str(row.subject_name),
	        yx_p_str(row.issuer_name), yx_p_str(c->serial), yx_p_str(c->key_type), yx_p_time(row.not_before),
	        yx_p_time(row.not_after), yx_p_time(act_now(act))),
	    NULL);
	OPENSSL_free(der);
	return rc == YX_CONFLICT ? YX_CERT_DUPLICATE : rc;
}

/* Uses up the challenge (once, in time, mine) and reads it. */
static int
take_challenge(struct act *act, const char *id, struct yx_rows **r)
{
	int64_t now = act_now(act);
	int rc = yx_db_change(act->db,
	    "UPDATE certificate_challenge SET used_at = ?"
	    " WHERE id = ? AND member_id = ? AND used_at IS NULL AND expires_at > ?",
	    YX_P(yx_p_time(now), yx_p_str(id), yx_p_str(act->who.member_id), yx_p_time(now)), YX_CHALLENGE_EXPIRED);

	return rc != YX_OK ? rc
	                   : yx_db_one(act->db, act->arena, "SELECT der, nonce FROM certificate_challenge WHERE id = ?",
	                         YX_P(yx_p_str(id)), r);
}

int
certificate_register(struct act *act, const struct certificate_proof *proof, char id[YX_ID_SIZE])
{
	struct yx_rows *r = NULL;
	struct yx_cert cert;
	struct yx_bytes nonce;
	const void *der;
	size_t der_n;
	int rc = take_challenge(act, proof->challenge_id, &r);

	if (rc != YX_OK)
		return rc;
	der = yx_row_bytes(r, 0, &der_n);
	nonce.p = yx_row_bytes(r, 1, &nonce.n);
	if ((rc = yx_cert_parse(act->arena, der, der_n, &cert)) != YX_OK)
		return rc;
	if ((rc = yx_proof_check(&cert, act->domain->conf->origin, nonce,
	    (struct yx_bytes){ proof->signature, proof->n })) == YX_OK)
		rc = certificate_put(act, act->who.member_id, proof->purpose, &cert, id);
	if (rc == YX_OK)
		rc = audit_act(act, "certificate.register", id, "serial", cert.serial);
	yx_cert_free(&cert);
	return rc;
}

int
certificate_disable(struct act *act, const char *id)
{
	int rc = yx_db_change(act->db,
	    "UPDATE certificate SET disabled_at = ? WHERE id = ? AND member_id = ? AND disabled_at IS NULL",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(id), yx_p_str(act->who.member_id)), YX_NOT_FOUND);

	return rc != YX_OK ? rc : audit_act(act, "certificate.disable", id, NULL, NULL);
}

#define COLUMNS \
	"SELECT id, purpose, subject, issuer, serial, key_type, der, not_before, not_after, registered_at, subject_name," \
	" issuer_name, verdict FROM certificate"

/* What the daily look found counts while the certificate is valid. */
static const char *
judged_state(const char *by_time, const char *verdict)
{
	if (*verdict == '\0' || strcmp(by_time, "expired") == 0)
		return by_time;
	return strcmp(verdict, yx_err_word(YX_CERT_REVOKED)) == 0 ? "revoked" : "unfit";
}

static void
from_row(void *item, const struct yx_rows *r, void *ctx)
{
	struct certificate_row *c = item;

	(void)ctx;
	*c = (struct certificate_row){ .id = yx_row_str(r, 0), .purpose = yx_row_str(r, 1), .subject = yx_row_str(r, 2),
		.issuer = yx_row_str(r, 3), .serial = yx_row_str(r, 4), .key_type = yx_row_str(r, 5),
		.not_before = yx_row_time(r, 7), .not_after = yx_row_time(r, 8), .registered_at = yx_row_time(r, 9),
		.subject_name = yx_row_str(r, 10), .issuer_name = yx_row_str(r, 11) };
	c->der = yx_row_bytes(r, 6, &c->der_n);
	c->state = judged_state(state_of(c->not_before, c->not_after), yx_row_str(r, 12));
}

int
certificate_list(struct act *act, struct page *page, struct certificate_row **rows, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**rows), .fill = from_row };
	struct page all = { .page = 1, .size = 1000 };
	struct yx_rows *r = NULL;
	int rc =
	    yx_db_one(act->db, act->arena, "SELECT COUNT(*) FROM certificate WHERE member_id = ? AND disabled_at IS NULL",
	        YX_P(yx_p_str(act->who.member_id)), &r);

	*n = 0;
	if (rc != YX_OK)
		return rc;
	if (page == NULL)
		page = &all;
	page->total = yx_row_int(r, 0);
	rc = yx_db_list(act->db, act->arena, COLUMNS
	    " WHERE member_id = ? AND disabled_at IS NULL ORDER BY registered_at DESC, id LIMIT ? OFFSET ?",
	    YX_P(yx_p_str(act->who.member_id), yx_p_int(page->size), yx_p_int(page->offset)), &l);
	*rows = l.items;
	*n = l.count;
	return rc;
}

int
certificate_get(struct act *act, const char *id, struct certificate_row *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, COLUMNS " WHERE id = ? AND member_id = ? AND disabled_at IS NULL",
	    YX_P(yx_p_str(id), yx_p_str(act->who.member_id)), &r);

	if (rc == YX_OK)
		from_row(out, r, NULL);
	return rc == YX_NOT_FOUND ? YX_CERT_NOT_REGISTERED : rc;
}

int
certificate_sweep(struct yx_db *db, int64_t now_ms)
{
	return yx_db_exec(db, "DELETE FROM certificate_challenge WHERE expires_at < ? LIMIT 5000",
	    YX_P(yx_p_time(now_ms - 24 * 3600 * (int64_t)1000)), NULL);
}

static int
note_verdict(struct act *act, const char *id, const char *was, const char *verdict)
{
	int rc = yx_db_exec(act->db, "UPDATE certificate SET judged_at = ?, verdict = ? WHERE id = ?",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(verdict), yx_p_str(id)), NULL);

	if (rc != YX_OK || strcmp(was, verdict) == 0)
		return rc;
	return audit_act(act, *verdict == '\0' ? "certificate.fit" : "certificate.unfit", id, "why", verdict);
}

struct look { struct act *act; const char *id, *was, *verdict; };

static int
note_look(struct yx_db *db, void *ctx)
{
	struct look *l = ctx;

	(void)db;
	return note_verdict(l->act, l->id, l->was, l->verdict);
}

int
certificate_look(struct act *act, int *done)
{
	struct yx_rows *r = NULL;
	struct look l = { .act = act };
	struct yx_cert cert;
	const void *der;
	size_t n = 0;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT c.id, c.verdict, c.der FROM certificate c JOIN member m ON m.id = c.member_id"
	    " JOIN organization o ON o.id = m.organization_id WHERE c.disabled_at IS NULL AND o.practice_id IS NULL"
	    " AND (c.judged_at IS NULL OR c.judged_at < ?) AND c.not_after > ? ORDER BY c.judged_at LIMIT 1",
	    YX_P(yx_p_time(act_now(act) - LOOK_MS), yx_p_time(act_now(act))), &r);

	*done = rc == YX_OK;
	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_OK : rc;
	l.id = yx_row_str(r, 0);
	l.was = l.verdict = yx_row_str(r, 1);
	der = yx_row_bytes(r, 2, &n);
	if ((rc = yx_cert_parse(act->arena, der, n, &cert)) == YX_OK) {
		rc = certificate_judge_all(act, &cert);
		yx_cert_free(&cert);
	}
	/* Where nobody answers, what was found before stands. */
	if (rc != YX_REVOCATION_UNKNOWN && rc != YX_UNAVAILABLE && rc != YX_NO_MEMORY && rc != YX_INTERNAL)
		l.verdict = rc == YX_OK ? "" : yx_err_word(rc);
	return yx_db_tx(act->db, note_look, &l);
}
