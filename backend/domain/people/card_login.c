#include "backend/domain/people/card_login.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/domain.h"
#include "backend/domain/card/certificate.h"
#include "backend/domain/people/session.h"
#include "common/login_proof.h"

int
card_login_challenge(struct act *act, struct card_login_challenge *out)
{
	yx_random_id(out->id);
	yx_random(out->nonce, sizeof(out->nonce));
	return yx_db_exec(act->db, "INSERT INTO login_challenge (id, nonce, expires_at) VALUES (?, ?, ?)",
	    YX_P(yx_p_str(out->id), yx_p_bytes(out->nonce, sizeof(out->nonce)),
	        yx_p_time(act_now(act) + 1000 * CARD_LOGIN_SECONDS)),
	    NULL);
}

/* Uses the challenge up, on its own: a login that fails must not bring it back. */
static int
take_challenge(struct act *act, const char *id, struct yx_login *login)
{
	int64_t now = act_now(act);
	struct yx_rows *r = NULL;
	int rc = yx_db_change(act->db,
	    "UPDATE login_challenge SET used_at = ? WHERE id = ? AND used_at IS NULL AND expires_at > ?",
	    YX_P(yx_p_time(now), yx_p_str(id), yx_p_time(now)), YX_CHALLENGE_EXPIRED);

	if (rc == YX_OK)
		rc = yx_db_one(
		    act->db, act->arena, "SELECT nonce FROM login_challenge WHERE id = ?", YX_P(yx_p_str(id)), &r);
	if (rc == YX_OK)
		login->nonce = yx_row_bytes(r, 0, &login->nonce_n);
	return rc;
}

/* The signature first: who cannot sign learns nothing about the certificate. */
static int
check(struct act *act, const struct yx_cert *cert, const struct yx_login *login, const struct card_login *in)
{
	int rc = yx_login_check(cert, login, yx_now_ms() / 1000, in->signature, in->signature_n);

	if (rc != YX_OK)
		return rc;
	return cert->digital_signature ? certificate_judge(act->domain, cert) : YX_CERT_USAGE;
}

/* Whose certificate it is; the account decides where several members share a card. */
static int
find_member(struct act *act, const uint8_t sha256[32], const char *account, char id[YX_ID_SIZE])
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(act->db, act->arena,
	    "SELECT m.id FROM certificate c JOIN member m ON m.id = c.member_id"
	    " WHERE c.sha256 = ? AND c.disabled_at IS NULL AND NOT m.disabled AND (? IS NULL OR m.account = ?) LIMIT 2",
	    YX_P(yx_p_bytes(sha256, 32), yx_p_str(account), yx_p_str(account)), &r);

	if (rc != YX_OK)
		return rc;
	if (!yx_rows_next(r))
		return YX_CERT_NOT_REGISTERED;
	memcpy(id, yx_row_str(r, 0), YX_ID_SIZE);
	if (!yx_rows_next(r))
		return YX_OK;
	return act_field(act, "account", YX_FIELD_REQUIRED);
}

/* A login that failed, for the audit trail. */
struct failure {
	struct act *act;
	int         why;
};

static int
note_failure(struct yx_db *db, void *ctx)
{
	const struct failure *f = ctx;
	struct audit_event e = { .ip = f->act->ip, .action = "session.failed", .object_kind = "card", .object_id = "",
		.at = act_now(f->act) };

	e.detail = yx_arena_printf(f->act->arena, "{\"why\":\"%s\"}", yx_err_word(f->why));
	return audit_add(db, f->act->arena, &e);
}

static int
fail(struct act *act, int why)
{
	struct failure failure = { .act = act, .why = why };
	int rc = yx_db_tx(act->db, note_failure, &failure);

	return rc != YX_OK ? rc : why;
}

int
card_login_proof(struct act *act, const struct card_login *in, struct yx_cert *cert)
{
	const char *origin = act->domain->conf->origin;
	struct yx_login login = { .origin = origin, .top_origin = origin, .time = in->time };
	int rc = take_challenge(act, in->challenge_id, &login);

	if (rc != YX_OK || (rc = yx_cert_parse(act->arena, in->der, in->der_n, cert)) != YX_OK)
		return rc;
	if ((rc = check(act, cert, &login, in)) == YX_OK)
		return YX_OK;
	yx_cert_free(cert);
	return fail(act, rc);
}

/* Who holds the card; the account decides where several members share one. */
static int
read_holder(struct act *act, const struct card_login *in, const char *account, char member_id[YX_ID_SIZE])
{
	struct yx_cert cert;
	int rc = card_login_proof(act, in, &cert);

	if (rc != YX_OK)
		return rc;
	rc = find_member(act, cert.sha256, account, member_id);
	yx_cert_free(&cert);
	return rc == YX_OK ? YX_OK : fail(act, rc);
}

int
card_login(struct act *act, const struct card_login *in, char token[YX_TOKEN_SIZE])
{
	char member_id[YX_ID_SIZE] = "";
	struct session_new session = { .member_id = member_id, .method = "card", .action = "session.card" };
	int rc = read_holder(act, in, in->account, member_id);

	return rc != YX_OK ? rc : session_open(act, &session, token);
}

struct renewal { struct act *act; char *token; };

static int
renew(struct yx_db *db, void *ctx)
{
	const struct renewal *r = ctx;

	(void)db;
	return session_renew(r->act, "card", r->token);
}

int
card_prove(struct act *act, const struct card_login *in, char token[YX_TOKEN_SIZE])
{
	struct renewal r = { act, token };
	char member_id[YX_ID_SIZE] = "";
	struct yx_rows *row = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT account FROM member WHERE id = ?",
	    YX_P(yx_p_str(act->who.member_id)), &row);

	if (rc != YX_OK || (rc = read_holder(act, in, yx_row_str(row, 0), member_id)) != YX_OK ||
	    (rc = yx_db_tx(act->db, renew, &r)) != YX_OK)
		return rc;
	return session_authenticate(act, token, 0);
}

int
card_login_sweep(struct yx_db *db, int64_t now_ms)
{
	return yx_db_exec(db, "DELETE FROM login_challenge WHERE expires_at < ? LIMIT 5000", YX_P(yx_p_time(now_ms)), NULL);
}
