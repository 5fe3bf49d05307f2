#include "native-host/pkcs11.h"

#include <limits.h>
#include <p11-kit/pkcs11.h>
#include <poll.h>
#include <string.h>

#include "common/digest_info.h"
#include "common/codec.h"
#include "common/frame.h"
#include "common/helper.h"
#include "common/log.h"
#include "native-host/config.h"
#include "native-host/module.h"
#include "native-host/pinpad.h"
#include "native-host/secret.h"

#define STEP_MS        100
#define TRIES_NOT_TOLD 0xffu

/* A module's process, and the talk with it. */
struct module {
	struct yx_helper    helper;
	int                 silent_ms;
	int                 pin_pads;
	struct token_watch *watch;
	struct yx_buf       question, answer;
	struct yx_reader    r; /* over the answer, behind its code */
};

struct certificate {
	const uint8_t *id, *der;
	size_t         id_n, der_n;
	char           name[2 * 8 + 1]; /* the id, for people */
};

/* What one token is: a token's state. */
struct module_token {
	struct module     *module;
	unsigned           number;
	int                own_keys; /* its PIN is typed on the reader and nowhere else */
	uint32_t           flags;
	unsigned           pin_min, pin_max;
	struct certificate cert[MODULE_CERTS_MAX];
	unsigned           certs;
};

/* ---- the process ---- */

/* Waits for an answer, not longer than a module (or who types on its reader) may be silent,
 * and not once nobody wants it any more. */
static int
wait_for(struct module *m)
{
	struct pollfd p = { .fd = m->helper.fd, .events = POLLIN };
	const int typing = atomic_load(&m->watch->typing);
	const long until = watch_us() + 1000L * (typing ? PINPAD_TOTAL_MS : m->silent_ms);

	for (;;) {
		if (atomic_load(&m->watch->cancelled))
			return YX_CANCELLED;
		if (poll(&p, 1, STEP_MS) > 0)
			return YX_OK;
		if (watch_us() >= until)
			return typing ? YX_PIN_NEEDED : YX_CARD_TIMEOUT;
	}
}

/* Sends m->question (and wipes it); the answer's code, m->r stands behind it. A module
 * that fails is asked nothing more. */
static int
ask(struct module *m)
{
	unsigned code = YX_MODULE_FAILED;
	int eof = 0, rc = m->helper.fd < 0 ? YX_MODULE_FAILED : yx_buf_status(&m->question);
	long from;

	if (rc == YX_OK && atomic_load(&m->watch->cancelled))
		rc = YX_CANCELLED;
	from = watch_us();
	if (rc == YX_OK)
		rc = yx_frame_write(m->helper.fd, m->question.data, m->question.len);
	yx_buf_reset(&m->question);
	if (rc == YX_OK && (rc = wait_for(m)) == YX_OK) {
		rc = yx_frame_read(m->helper.fd, &m->answer, &eof);
		yx_reader_init(&m->r, m->answer.data, m->answer.len);
		if (rc == YX_OK && !eof)
			rc = yx_read16be(&m->r, &code);
		if (rc != YX_OK || eof || code >= YX_ERR_COUNT)
			rc = YX_MODULE_FAILED;
	}
	atomic_fetch_add(&m->watch->token_us, watch_us() - from);
	atomic_fetch_add(&m->watch->heartbeat, 1);
	if (rc == YX_IO)
		rc = YX_MODULE_FAILED;
	if (rc != YX_OK)
		yx_helper_end(&m->helper);
	return rc != YX_OK ? rc : (int)code;
}

/* ---- tokens ---- */

/* "SIGN" for what is written in letters, else hex digits. */
static void
name_of(struct certificate *c)
{
	size_t n = c->id_n < 8 ? c->id_n : 8;
	int letters = 1;

	for (size_t i = 0; i < n; i++)
		letters &= c->id[i] > 0x20 && c->id[i] < 0x7f;
	if (letters)
		memcpy(c->name, c->id, n);
	else
		yx_hex_upper(c->name, c->id, n);
}

/* Copies out of the answer, which the next question overwrites. */
static int
take(struct yx_arena *a, struct yx_reader *r, size_t max, const uint8_t **p, size_t *n)
{
	const uint8_t *from = NULL;
	int rc = yx_read_sized(r, max, &from, n);

	if (rc != YX_OK)
		return rc;
	*p = (const uint8_t *)yx_arena_strndup(a, from, *n);
	return *p != NULL ? YX_OK : YX_NO_MEMORY;
}

static int
read_token(struct token *t, struct module_token *own, struct yx_reader *r)
{
	const uint8_t *reader = NULL;
	unsigned certs = 0;
	size_t n = 0;
	int rc = YX_OK;

	if (yx_read32be(r, &own->flags) != YX_OK || yx_read16be(r, &own->pin_min) != YX_OK ||
	    yx_read16be(r, &own->pin_max) != YX_OK || take(t->arena, r, 64, &reader, &n) != YX_OK ||
	    yx_read16be(r, &certs) != YX_OK || certs > MODULE_CERTS_MAX)
		return YX_MODULE_FAILED;
	t->reader = yx_utf8_valid((const char *)reader, n) && memchr(reader, 0, n) == NULL ? (const char *)reader : "?";
	if (own->pin_max < 1 || own->pin_max > SECRET_PIN_MAX)
		own->pin_max = SECRET_PIN_MAX;
	if (own->pin_min < 1 || own->pin_min > own->pin_max)
		own->pin_min = 1;
	own->own_keys = (own->flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0 && own->module->pin_pads;
	for (unsigned i = 0; rc == YX_OK && i < certs; i++) {
		struct certificate *c = &own->cert[i];

		if ((rc = take(t->arena, r, MODULE_ID_MAX, &c->id, &c->id_n)) == YX_OK)
			rc = take(t->arena, r, MODULE_CERT_MAX, &c->der, &c->der_n);
		name_of(c);
		own->certs = i + 1;
	}
	return rc;
}

static int
keys(struct token *t, token_key_fn each, void *ctx)
{
	struct module_token *own = t->state;

	for (unsigned i = 0; i < own->certs; i++) {
		const struct certificate *c = &own->cert[i];
		const struct token_key key = { .ref = i, .slot = c->name, .cert = c->der, .cert_len = c->der_n,
			.pin_min = own->pin_min, .pin_max = own->pin_max, .on_pad = own->own_keys };

		if (each(t, &key, ctx))
			break;
	}
	return YX_OK;
}

static int
tries(struct token *t, const struct token_key *key, int *left)
{
	const struct module_token *own = t->state;

	(void)key;
	*left = TOKEN_TRIES_UNKNOWN;
	if ((own->flags & CKF_USER_PIN_LOCKED) != 0) {
		*left = 0;
		return YX_PIN_BLOCKED;
	}
	if ((own->flags & CKF_USER_PIN_FINAL_TRY) != 0)
		*left = 1;
	return YX_OK;
}

static struct yx_buf *
question(struct module_token *own, enum module_op op)
{
	struct yx_buf *q = &own->module->question;

	yx_buf_reset(q);
	yx_buf_add8(q, op);
	yx_buf_add16be(q, own->number);
	return q;
}

/* One LOGIN; an empty PIN is one that is typed on the reader. */
static int
login(struct module_token *own, const char *pin, int *left)
{
	struct yx_buf *q = question(own, MODULE_LOGIN);
	unsigned told = TRIES_NOT_TOLD;
	int rc;

	yx_buf_add_sized(q, pin, strlen(pin));
	rc = ask(own->module);
	*left = TOKEN_TRIES_UNKNOWN;
	if ((rc == YX_PIN_WRONG || rc == YX_PIN_BLOCKED) && yx_read8(&own->module->r, &told) == YX_OK && told <= 15)
		*left = (int)told;
	return rc;
}

static int
verify_on_pad(struct token *t, const struct token_key *key, int *left)
{
	struct module_token *own = t->state;
	int rc;

	(void)key;
	atomic_store(&own->module->watch->typing, 1);
	rc = login(own, "", left);
	atomic_store(&own->module->watch->typing, 0);
	return rc;
}

/* Such a token wants to hear no PIN from us (PKCS #11, 5.6.8: pPin shall be NULL_PTR). */
static int
verify(struct token *t, const struct token_key *key, const char *pin, int *left)
{
	struct module_token *own = t->state;

	return own->own_keys ? verify_on_pad(t, key, left) : login(own, pin, left);
}

static int
sign(struct token *t, const struct token_key *key, const struct sign_hash *hash, struct yx_buf *out)
{
	struct module_token *own = t->state;
	const struct certificate *c = &own->cert[key->ref];
	const int rsa = EVP_PKEY_is_a(hash->key, "RSA");
	struct yx_buf *q = question(own, MODULE_SIGN), input, block;
	const uint8_t *signature = NULL;
	size_t n = 0;
	int rc = YX_OK;

	yx_buf_init(&input, MODULE_INPUT_MAX);
	yx_buf_init(&block, MODULE_INPUT_MAX);
	if (!rsa)
		yx_buf_add(&input, hash->bytes, (size_t)EVP_MD_get_size(hash->md));
	else if ((rc = yx_digest_info_of(hash->md, hash->bytes, &input)) == YX_OK)
		rc = sign_rsa_block(hash->md, hash->bytes, (size_t)EVP_PKEY_get_size(hash->key), &block);
	yx_buf_add8(q, rsa ? MODULE_RSA : MODULE_EC);
	yx_buf_add_sized(q, c->id, c->id_n);
	yx_buf_add_sized(q, input.data, input.len);
	yx_buf_add_sized(q, block.data, block.len);
	if (rc == YX_OK && (rc = ask(own->module)) == YX_OK)
		rc = yx_read_sized(&own->module->r, MODULE_INPUT_MAX, &signature, &n) == YX_OK ?
		    sign_take(hash, signature, n, out) : YX_MODULE_FAILED;
	yx_buf_free(&input);
	yx_buf_free(&block);
	return rc;
}

static const struct token_ops ops = {
	.name = "PKCS#11", .keys = keys, .tries = tries, .verify = verify, .verify_on_pad = verify_on_pad, .sign = sign
};

/* ---- the source ---- */

/* All tokens are read first: a token's own work asks new questions. */
static int
read_tokens(struct token_round *round, struct module *m, struct token **out, unsigned *n)
{
	struct module_token *own;
	int rc;

	yx_buf_reset(&m->question);
	yx_buf_add8(&m->question, MODULE_LIST);
	*n = 0;
	if ((rc = ask(m)) != YX_OK)
		return rc;
	if (yx_read16be(&m->r, n) != YX_OK || *n > MODULE_TOKENS_MAX)
		return YX_MODULE_FAILED;
	*out = yx_arena_alloc(round->arena, (*n + 1) * sizeof(**out));
	own = yx_arena_alloc(round->arena, (*n + 1) * sizeof(*own));
	if (*out == NULL || own == NULL)
		return YX_NO_MEMORY;
	for (unsigned i = 0; rc == YX_OK && i < *n; i++) {
		own[i].module = m;
		own[i].number = i;
		(*out)[i] = (struct token){ .ops = &ops, .arena = round->arena, .state = &own[i] };
		rc = read_token(&(*out)[i], &own[i], &m->r);
	}
	return rc;
}

static int
visit(struct token_round *round, const char *path)
{
	struct module m = { .silent_ms = round->silent_ms, .pin_pads = round->pin_pads, .watch = round->watch };
	struct token *token = NULL;
	unsigned n = 0;
	int rc;

	yx_buf_init_secret(&m.question, 8192);
	yx_buf_init(&m.answer, YX_FRAME_MAX);
	if ((rc = yx_helper_start(&m.helper, MODULE_OPTION, path, m.silent_ms)) == YX_OK &&
	    (rc = read_tokens(round, &m, &token, &n)) == YX_OK && n == 0)
		rc = YX_NO_CARD;
	for (unsigned i = 0; rc == YX_OK && i < n && !round->stop; i++)
		rc = round->fn(&token[i], round->ctx, &round->stop);
	if (rc == YX_MODULE_FAILED || rc == YX_CARD_TIMEOUT || rc == YX_CONFIG)
		yx_warn("module %s: %s", path, yx_err_word(rc));
	yx_helper_end(&m.helper);
	yx_buf_free(&m.question);
	yx_buf_free(&m.answer);
	return rc == YX_CONFIG ? YX_MODULE_FAILED : rc;
}

static int
each(struct token_round *round)
{
	char path[PATH_MAX];
	int result = YX_NOT_FOUND;

	for (const char *list = round->modules; list != NULL && *list != '\0';) {
		int rc;

		list = config_next(list, path, sizeof(path));
		rc = visit(round, path);
		if (round->stop || rc == YX_CANCELLED || rc == YX_NO_MEMORY)
			return rc;
		if (result == YX_NOT_FOUND || result == YX_NO_CARD || (result == YX_OK && rc != YX_NO_CARD))
			result = rc;
	}
	return result;
}

const struct token_source pkcs11_source = { .name = "PKCS#11", .each = each };
