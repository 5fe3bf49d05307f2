#include "backend/domain/practice/practice_card.h"

#include <openssl/evp.h>
#include <string.h>

#include "backend/pades/pades.h"

#define SIGNATURE_MAX 256

int
practice_person_add(struct act *act, const struct practice_person_new *p)
{
	const struct practice_card none = { .cert = NULL }, *c = p->card != NULL ? p->card : &none;

	return yx_db_exec(act->db,
	    "INSERT INTO practice_person (practice_id, role, member_id, card_cert, card_key) VALUES (?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(p->practice_id), yx_p_str(p->role), yx_p_str(p->member_id), yx_p_bytes(c->cert, c->cert_n),
	    yx_p_bytes(c->key, c->key_n)), NULL);
}

int
practice_card_get(struct act *act, struct practice_holder *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT card_cert, tries FROM practice_person WHERE member_id = ? AND practice_id = ?"
	    " AND card_cert IS NOT NULL",
	    YX_P(yx_p_str(act->who.member_id), yx_p_str(act->who.practice_id)), &r);

	if (rc != YX_OK)
		return rc;
	out->cert = yx_row_bytes(r, 0, &out->n);
	out->tries = yx_row_int(r, 1);
	return YX_OK;
}

static int
put_tries(struct act *act, int64_t tries)
{
	return yx_db_exec(act->db, "UPDATE practice_person SET tries = ? WHERE member_id = ?",
	    YX_P(yx_p_int(tries), yx_p_str(act->who.member_id)), NULL);
}

static int
sign_one(struct act *act, EVP_PKEY *key, const struct practice_bytes *message, struct practice_bytes *out)
{
	struct yx_buf b;
	int rc;

	yx_buf_init(&b, SIGNATURE_MAX);
	rc = pades_sign_key(key, "SHA-256", message->p, message->n, &b);
	out->n = b.len;
	if (rc == YX_OK && (out->p = (const uint8_t *)yx_arena_strndup(act->arena, b.data, b.len)) == NULL)
		rc = YX_NO_MEMORY;
	yx_buf_free(&b);
	return rc;
}

static int
sign_all(struct act *act, struct practice_use *u, const uint8_t *der, size_t n)
{
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &der, (long)n);
	int rc = key == NULL ? YX_INTERNAL : YX_OK;

	u->signatures = yx_arena_alloc(act->arena, (u->n + 1) * sizeof(*u->signatures));
	if (u->signatures == NULL)
		rc = YX_NO_MEMORY;
	for (size_t i = 0; rc == YX_OK && i < u->n; i++)
		rc = sign_one(act, key, &u->messages[i], &u->signatures[i]);
	EVP_PKEY_free(key);
	return rc;
}

int
practice_card_use(struct act *act, struct practice_use *u)
{
	struct yx_rows *r = NULL;
	const uint8_t *key;
	size_t n = 0;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT card_key, tries FROM practice_person WHERE member_id = ? AND practice_id = ? AND card_key IS NOT NULL"
	    " FOR UPDATE", YX_P(yx_p_str(act->who.member_id), yx_p_str(act->who.practice_id)), &r);

	if (rc != YX_OK)
		return rc;
	key = yx_row_bytes(r, 0, &n);
	u->tries = yx_row_int(r, 1);
	u->outcome = u->tries == 0 ? YX_PIN_BLOCKED : strcmp(u->pin, PRACTICE_PIN) == 0 ? YX_OK : YX_PIN_WRONG;
	if (u->outcome == YX_PIN_BLOCKED)
		return YX_OK;
	u->tries = u->outcome == YX_OK ? PRACTICE_TRIES : u->tries - 1;
	if (u->tries == 0)
		u->outcome = YX_PIN_BLOCKED;
	if ((rc = put_tries(act, u->tries)) != YX_OK)
		return rc;
	return u->outcome == YX_OK ? sign_all(act, u, key, n) : YX_OK;
}

int
practice_card_unblock(struct act *act)
{
	struct practice_holder h;
	int rc = practice_card_get(act, &h);

	return rc != YX_OK ? rc : put_tries(act, PRACTICE_TRIES);
}
