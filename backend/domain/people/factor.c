#include "backend/domain/people/factor.h"

#include <ctype.h>
#include <liboath/oath.h>
#include <openssl/sha.h>
#include <qrencode.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/domain.h"
#include "backend/domain/base/keyfile.h"
#include "common/buf.h"

#define SECRET_BYTES  20   /* RFC 4226 4, R6 */
#define STEP_S        30
#define WINDOW        1    /* steps before and after: clocks that are a little off */
#define NONCE_BYTES   crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES     crypto_aead_xchacha20poly1305_ietf_ABYTES
#define SEALED_BYTES  (NONCE_BYTES + SECRET_BYTES + TAG_BYTES)

_Static_assert(KEYFILE_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "the key's size");

static struct { uint8_t key[KEYFILE_BYTES]; int open; } safe;

int
factor_open(const struct yx_conf *conf)
{
	char path[4096];
	int n = *conf->account_key != '\0' ? snprintf(path, sizeof(path), "%s", conf->account_key)
	    : *conf->audit_dir != '\0' ? snprintf(path, sizeof(path), "%s/account.key", conf->audit_dir)
	    : snprintf(path, sizeof(path), "%s/audit/account.key", conf->store_dir);
	int rc = n < 0 || (size_t)n >= sizeof(path) || sodium_init() < 0 ? YX_CONFIG : keyfile_open(path, safe.key);

	safe.open = rc == YX_OK;
	return rc;
}

/* ---- secrets at rest ---- */

static int
seal_secret(const char *member_id, const uint8_t secret[SECRET_BYTES], uint8_t out[SEALED_BYTES])
{
	unsigned long long n = 0;

	if (!safe.open)
		return YX_CONFIG;
	yx_random(out, NONCE_BYTES);
	if (crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_BYTES, &n, secret, SECRET_BYTES,
	    (const uint8_t *)member_id, strlen(member_id), NULL, out, safe.key) != 0)
		return YX_INTERNAL;
	return YX_OK;
}

/* Of another member, or changed: YX_CONFIG, as the key may be another one. */
static int
open_secret(const char *member_id, const uint8_t *sealed, size_t n, uint8_t out[SECRET_BYTES])
{
	unsigned long long got = 0;

	if (!safe.open || n != SEALED_BYTES || crypto_aead_xchacha20poly1305_ietf_decrypt(out, &got, NULL,
	    sealed + NONCE_BYTES, n - NONCE_BYTES, (const uint8_t *)member_id, strlen(member_id), sealed, safe.key) != 0)
		return YX_CONFIG;
	return YX_OK;
}

/* ---- the offer ---- */

/* Dark modules, a run of them a rectangle. */
static const char *
draw(struct yx_arena *a, const QRcode *qr)
{
	const char *out = NULL;
	struct yx_buf b;

	yx_buf_init(&b, 1 << 18);
	for (int y = 0; y < qr->width; y++) {
		for (int x = 0; x < qr->width; x++) {
			int from = x;

			while (x < qr->width && (qr->data[y * qr->width + x] & 1))
				x++;
			if (x > from)
				yx_buf_addf(&b, "M%d %dh%dv1h-%dz", from, y, x - from, x - from);
		}
	}
	if (yx_buf_status(&b) == YX_OK)
		out = yx_arena_strdup(a, yx_buf_str(&b));
	yx_buf_free(&b);
	return out;
}

static int
describe(struct act *act, const uint8_t secret[SECRET_BYTES], struct factor_offer *out)
{
	const char *account = NULL;
	struct yx_rows *r = NULL;
	size_t n = 0;
	char *text = NULL;
	QRcode *qr = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT account FROM member WHERE id = ?",
	    YX_P(yx_p_str(act->who.member_id)), &r);

	if (rc != YX_OK)
		return rc;
	account = yx_row_str(r, 0);
	if (oath_base32_encode((const char *)secret, SECRET_BYTES, &text, &n) != OATH_OK || n >= FACTOR_SECRET_SIZE) {
		free(text);
		return YX_INTERNAL;
	}
	snprintf(out->secret, sizeof(out->secret), "%s", text);
	free(text);
	out->uri = yx_arena_printf(act->arena, "otpauth://totp/Yinxin:%s?secret=%s&issuer=Yinxin&digits=6&period=%d",
	    account, out->secret, STEP_S);
	if (out->uri == NULL || (qr = QRcode_encodeString8bit(out->uri, 0, QR_ECLEVEL_M)) == NULL)
		return YX_NO_MEMORY;
	out->size = qr->width;
	out->path = draw(act->arena, qr);
	QRcode_free(qr);
	return out->path == NULL ? YX_NO_MEMORY : YX_OK;
}

int
factor_begin(struct act *act, struct factor_offer *out)
{
	uint8_t secret[SECRET_BYTES], sealed[SEALED_BYTES];
	int rc = yx_db_change(act->db, "DELETE FROM second_factor WHERE member_id = ? AND confirmed_at IS NULL",
	    YX_P(yx_p_str(act->who.member_id)), YX_OK);

	yx_random(secret, sizeof(secret));
	if (rc == YX_OK && (rc = seal_secret(act->who.member_id, secret, sealed)) == YX_OK) {
		rc = yx_db_exec(act->db, "INSERT INTO second_factor (member_id, secret) VALUES (?, ?)",
		    YX_P(yx_p_str(act->who.member_id), yx_p_bytes(sealed, sizeof(sealed))), NULL);
		rc = rc == YX_CONFLICT ? YX_STATE : rc;
	}
	if (rc == YX_OK)
		rc = describe(act, secret, out);
	explicit_bzero(secret, sizeof(secret));
	return rc;
}

/* ---- codes ---- */

/* Letters and digits that nobody takes for one another; 16 of 32 are 80 bits. */
static void
make_code(char out[FACTOR_RECOVERY_SIZE])
{
	static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
	uint8_t random[16];
	size_t at = 0;

	yx_random(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++) {
		if (i > 0 && i % 4 == 0)
			out[at++] = '-';
		out[at++] = letters[random[i] % 32];
	}
	out[at] = '\0';
}

/* As it is kept: without what people put between, in capitals. YX_CODE_WRONG: no such code. */
static int
hash_code(const char *code, uint8_t out[32])
{
	char plain[16] = { 0 };
	size_t n = 0;

	for (; *code != '\0'; code++) {
		if (*code == '-' || *code == ' ')
			continue;
		if (n == 16)
			return YX_CODE_WRONG;
		plain[n++] = (char)toupper((unsigned char)*code);
	}
	SHA256((const uint8_t *)plain, n, out);
	return n == 16 ? YX_OK : YX_CODE_WRONG;
}

static int
put_codes(struct act *act, factor_codes out)
{
	int rc = yx_db_exec(act->db, "DELETE FROM recovery_code WHERE member_id = ?",
	    YX_P(yx_p_str(act->who.member_id)), NULL);

	for (size_t i = 0; rc == YX_OK && i < FACTOR_RECOVERY_CODES; i++) {
		uint8_t hash[32];

		make_code(out[i]);
		if ((rc = hash_code(out[i], hash)) == YX_OK)
			rc = yx_db_exec(act->db, "INSERT INTO recovery_code (member_id, sha256) VALUES (?, ?)",
			    YX_P(yx_p_str(act->who.member_id), yx_p_bytes(hash, 32)), NULL);
	}
	return rc;
}

/* The step of a code that fits now; 0: none does. */
static int64_t
step_of(const uint8_t secret[SECRET_BYTES], const char *code, int64_t now_ms)
{
	uint64_t step = 0;
	int at = 0;

	if (strlen(code) != 6 || strspn(code, "0123456789") != 6 ||
	    oath_totp_validate3((const char *)secret, SECRET_BYTES, (time_t)(now_ms / 1000), STEP_S, 0, WINDOW, &at, &step,
	    code) < 0)
		return 0;
	return (int64_t)step;
}

/* Uses up the step of a code; confirmed: of a secret that is in force, or of one on offer. */
static int
use_step(struct act *act, const char *member_id, const char *code, int confirmed)
{
	uint8_t secret[SECRET_BYTES];
	struct yx_rows *r = NULL;
	const void *sealed;
	int64_t step;
	size_t n;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT secret FROM second_factor WHERE member_id = ? AND (confirmed_at IS NOT NULL) = ?",
	    YX_P(yx_p_str(member_id), yx_p_int(confirmed)), &r);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_STATE : rc;
	sealed = yx_row_bytes(r, 0, &n);
	if ((rc = open_secret(member_id, sealed, n, secret)) != YX_OK)
		return rc;
	step = step_of(secret, code, act_now(act));
	explicit_bzero(secret, sizeof(secret));
	if (step == 0)
		return YX_CODE_WRONG;
	return yx_db_change(act->db,
	    "UPDATE second_factor SET last_step = ?, confirmed_at = COALESCE(confirmed_at, ?)"
	    " WHERE member_id = ? AND last_step < ?",
	    YX_P(yx_p_int(step), yx_p_time(act_now(act)), yx_p_str(member_id), yx_p_int(step)), YX_CODE_WRONG);
}

int
factor_confirm(struct act *act, const char *code, factor_codes out)
{
	int rc = use_step(act, act->who.member_id, code, 0);

	if (rc != YX_OK || (rc = put_codes(act, out)) != YX_OK)
		return rc;
	return audit_act(act, "factor.on", act->who.member_id, NULL, NULL);
}

int
factor_renew_codes(struct act *act, factor_codes out)
{
	struct factor_state st;
	int rc = factor_state(act, act->who.member_id, &st);

	if (rc != YX_OK || !st.on)
		return rc != YX_OK ? rc : YX_STATE;
	if ((rc = put_codes(act, out)) != YX_OK)
		return rc;
	return audit_act(act, "factor.codes", act->who.member_id, NULL, NULL);
}

int
factor_remove(struct act *act, const char *member_id)
{
	int rc = yx_db_change(act->db, "DELETE FROM second_factor WHERE member_id = ?",
	    YX_P(yx_p_str(member_id)), YX_STATE);

	if (rc == YX_OK)
		rc = yx_db_exec(act->db, "DELETE FROM recovery_code WHERE member_id = ?", YX_P(yx_p_str(member_id)), NULL);
	return rc != YX_OK ? rc : audit_act(act, "factor.off", member_id, NULL, NULL);
}

int
factor_use(struct act *act, const char *member_id, const char *code, const char **method)
{
	uint8_t hash[32];
	int rc;

	if (strlen(code) == 6) {
		*method = "totp";
		rc = use_step(act, member_id, code, 1);
		return rc == YX_STATE ? YX_CODE_WRONG : rc;
	}
	*method = "recovery";
	if ((rc = hash_code(code, hash)) != YX_OK)
		return rc;
	return yx_db_change(act->db,
	    "UPDATE recovery_code SET used_at = ? WHERE member_id = ? AND sha256 = ? AND used_at IS NULL",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(member_id), yx_p_bytes(hash, 32)), YX_CODE_WRONG);
}

int
factor_state(struct act *act, const char *member_id, struct factor_state *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT (SELECT confirmed_at FROM second_factor WHERE member_id = ?),"
	    " (SELECT COUNT(*) FROM recovery_code WHERE member_id = ? AND used_at IS NULL)",
	    YX_P(yx_p_str(member_id), yx_p_str(member_id)), &r);

	if (rc == YX_OK)
		*out = (struct factor_state){ !yx_row_is_null(r, 0), yx_row_time(r, 0), yx_row_int(r, 1) };
	return rc;
}
