/* The process in which a module runs: it may crash, hang, print or leak without harm to
 * the host. It knows the PIN only while it is at work. */
#include <string.h>
#include <unistd.h>

#include "common/cryptoki.h"
#include "common/frame.h"
#include "common/helper.h"
#include "common/sandbox.h"
#include "native-host/module.h"
#include "native-host/secret.h"

#define LIST_MAX    (YX_FRAME_MAX - 64 * 1024)
#define TRIES_NOT_TOLD 0xffu

struct child {
	struct yx_p11     p;
	CK_SLOT_ID        slot[MODULE_TOKENS_MAX];
	CK_ULONG          slots;
	CK_ULONG          session_slot; /* index, plus one; 0: there is no session */
	int               pending;      /* a signature was begun */
	int               raw;          /* … of a padded block */
	int               authed;       /* … and the PIN was given for it */
};

static void
close_session(struct child *c)
{
	if (c->session_slot != 0)
		(void)c->p.f->C_CloseSession(c->p.session);
	c->session_slot = 0;
	c->pending = 0;
}

static int
open_session(struct child *c, CK_ULONG slot)
{
	CK_RV rv;

	if (c->session_slot == slot + 1)
		return YX_OK;
	close_session(c);
	rv = c->p.f->C_OpenSession(c->slot[slot], CKF_SERIAL_SESSION, NULL, NULL, &c->p.session);
	if (rv == CKR_OK)
		c->session_slot = slot + 1;
	return yx_p11_error(rv);
}

/* ---- LIST ---- */

static void
put_certificates(struct child *c, struct yx_buf *out)
{
	static uint8_t der[MODULE_CERT_MAX];
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_ATTRIBUTE like = { CKA_CLASS, &class, sizeof(class) };
	CK_OBJECT_HANDLE object[YX_P11_OBJECTS_MAX] = { 0 };
	CK_ULONG n = yx_p11_find(&c->p, &like, 1, object);
	size_t at = out->len;
	unsigned count = 0;

	yx_buf_add16be(out, 0);
	for (CK_ULONG i = 0; i < n && count < MODULE_CERTS_MAX && out->len < LIST_MAX; i++) {
		uint8_t id[MODULE_ID_MAX];
		CK_ULONG id_n = yx_p11_attribute(&c->p, object[i], &(CK_ATTRIBUTE){ CKA_ID, id, sizeof(id) });
		CK_ULONG der_n = yx_p11_attribute(&c->p, object[i], &(CK_ATTRIBUTE){ CKA_VALUE, der, sizeof(der) });

		if (id_n == 0 || der_n == 0)
			continue;
		yx_buf_add_sized(out, id, id_n);
		yx_buf_add_sized(out, der, der_n);
		count++;
	}
	if (yx_buf_status(out) == YX_OK)
		out->data[at + 1] = (uint8_t)count; /* MODULE_CERTS_MAX fits */
}

static int
put_token(struct child *c, CK_ULONG i, struct yx_buf *out)
{
	CK_TOKEN_INFO token;
	CK_SLOT_INFO slot;
	int rc;

	memset(&token, 0, sizeof(token));
	memset(&slot, 0, sizeof(slot));
	if ((rc = yx_p11_error(c->p.f->C_GetSlotInfo(c->slot[i], &slot))) != YX_OK ||
	    (rc = yx_p11_error(c->p.f->C_GetTokenInfo(c->slot[i], &token))) != YX_OK ||
	    (rc = open_session(c, i)) != YX_OK)
		return rc;
	yx_buf_add32be(out, (uint32_t)token.flags);
	yx_buf_add16be(out, token.ulMinPinLen <= 255 ? (unsigned)token.ulMinPinLen : 1);
	yx_buf_add16be(out, token.ulMaxPinLen <= 255 ? (unsigned)token.ulMaxPinLen : 255);
	yx_buf_add_sized(out, slot.slotDescription, yx_p11_trimmed(slot.slotDescription, sizeof(slot.slotDescription)));
	put_certificates(c, out);
	close_session(c);
	return YX_OK;
}

static int
list(struct child *c, struct yx_buf *out)
{
	const size_t at = out->len;
	CK_ULONG n = MODULE_TOKENS_MAX, good = 0;
	int rc = yx_p11_error(c->p.f->C_GetSlotList(CK_TRUE, c->slot, &n));

	yx_buf_add16be(out, 0);
	if (rc != YX_OK || n > MODULE_TOKENS_MAX)
		return rc != YX_OK ? rc : YX_MODULE_FAILED;
	for (CK_ULONG i = 0; i < n && out->len < LIST_MAX; i++) {
		const size_t before = out->len;

		c->slot[good] = c->slot[i];
		if (put_token(c, good, out) == YX_OK)
			good++;
		else
			out->len = before;
	}
	c->slots = good;
	if (yx_buf_status(out) == YX_OK)
		out->data[at + 1] = (uint8_t)good;
	return YX_OK;
}

/* ---- LOGIN ---- */

/* What the token says of its PIN after a wrong one. */
static unsigned
tries_left(struct child *c, CK_ULONG slot, CK_RV rv)
{
	CK_TOKEN_INFO token;

	if ((uint32_t)rv == YX_P11_ONE_LEFT || (uint32_t)rv == YX_P11_TWO_LEFT)
		return (uint32_t)rv == YX_P11_ONE_LEFT ? 1 : 2;
	memset(&token, 0, sizeof(token));
	if (c->p.f->C_GetTokenInfo(c->slot[slot], &token) != CKR_OK)
		return TRIES_NOT_TOLD;
	if ((token.flags & CKF_USER_PIN_LOCKED) != 0)
		return 0;
	return (token.flags & CKF_USER_PIN_FINAL_TRY) != 0 ? 1 : TRIES_NOT_TOLD;
}

/* Without a PIN it is typed on the reader: NULL_PTR says so. */
static CK_RV
log_in(struct child *c, const uint8_t *pin, size_t n)
{
	CK_UTF8CHAR *text = n > 0 ? (CK_UTF8CHAR *)(uintptr_t)pin : NULL;
	CK_RV rv = c->p.f->C_Login(c->p.session, c->pending ? CKU_CONTEXT_SPECIFIC : CKU_USER, text, n);

	if (rv != CKR_USER_ALREADY_LOGGED_IN || c->pending)
		return rv;
	/* By whom? This PIN has to be the right one. */
	(void)c->p.f->C_Logout(c->p.session);
	return c->p.f->C_Login(c->p.session, CKU_USER, text, n);
}

static int
login(struct child *c, struct yx_reader *in, struct yx_buf *out)
{
	const uint8_t *pin = NULL;
	unsigned slot = 0, tries = TRIES_NOT_TOLD;
	size_t n = 0;
	CK_RV rv;
	int rc;

	if (yx_read16be(in, &slot) != YX_OK || slot >= c->slots ||
	    yx_read_sized(in, SECRET_PIN_MAX, &pin, &n) != YX_OK)
		return YX_PROTOCOL;
	if ((rc = open_session(c, slot)) != YX_OK)
		return rc;
	rv = log_in(c, pin, n);
	if ((rc = yx_p11_error(rv)) == YX_OK)
		c->authed = c->pending;
	else if (rc == YX_PIN_WRONG && (tries = tries_left(c, slot, rv)) == 0)
		rc = YX_PIN_BLOCKED;
	if (rc == YX_PIN_BLOCKED)
		tries = 0;
	yx_buf_add8(out, tries);
	return rc;
}

/* ---- SIGN ---- */

/* The private key with this id that may sign. */
static int
find_key(struct child *c, const uint8_t *id, size_t n, CK_OBJECT_HANDLE *out)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE like[] = { { CKA_CLASS, &class, sizeof(class) }, { CKA_ID, (void *)(uintptr_t)id, n } };
	CK_OBJECT_HANDLE object[YX_P11_OBJECTS_MAX] = { 0 };
	CK_ULONG found = yx_p11_find(&c->p, like, 2, object);

	for (CK_ULONG i = 0; i < found; i++) {
		CK_BBOOL may = CK_TRUE;

		if (yx_p11_attribute(&c->p, object[i], &(CK_ATTRIBUTE){ CKA_SIGN, &may, sizeof(may) }) == 0 ||
		    may != CK_FALSE) {
			*out = object[i];
			return YX_OK;
		}
	}
	return YX_CARD_UNSUPPORTED;
}

static int
begin(struct child *c, CK_OBJECT_HANDLE key, enum module_kind kind)
{
	CK_MECHANISM m = { kind == MODULE_EC ? CKM_ECDSA : CKM_RSA_PKCS, NULL, 0 };
	CK_RV rv = c->p.f->C_SignInit(c->p.session, &m, key);

	c->raw = 0;
	if (rv == CKR_MECHANISM_INVALID && kind == MODULE_RSA) {
		m.mechanism = CKM_RSA_X_509;
		rv = c->p.f->C_SignInit(c->p.session, &m, key);
		c->raw = 1;
	}
	c->pending = rv == CKR_OK;
	c->authed = 0;
	return yx_p11_error(rv);
}

struct question {
	enum module_kind kind;
	const uint8_t   *id, *input, *block;
	size_t           id_n, input_n, block_n;
};

/* Begins a signature; YX_PIN_NEEDED if the key wants the PIN for each. */
static int
prepare(struct child *c, const struct question *q)
{
	CK_OBJECT_HANDLE key = 0;
	CK_BBOOL always = CK_FALSE;
	int rc = find_key(c, q->id, q->id_n, &key);

	if (rc != YX_OK || (rc = begin(c, key, q->kind)) != YX_OK)
		return rc;
	(void)yx_p11_attribute(&c->p, key, &(CK_ATTRIBUTE){ CKA_ALWAYS_AUTHENTICATE, &always, sizeof(always) });
	return always != CK_FALSE ? YX_PIN_NEEDED : YX_OK;
}

static int
finish(struct child *c, const struct question *q, struct yx_buf *out)
{
	uint8_t signature[MODULE_INPUT_MAX];
	CK_ULONG n = sizeof(signature);
	CK_BYTE_PTR input = (CK_BYTE_PTR)(uintptr_t)(c->raw ? q->block : q->input);
	CK_RV rv = c->p.f->C_Sign(c->p.session, input, c->raw ? q->block_n : q->input_n, signature, &n);

	c->pending = 0;
	if (rv == CKR_OK && n <= sizeof(signature))
		yx_buf_add_sized(out, signature, n);
	return rv == CKR_OK && n > sizeof(signature) ? YX_MODULE_FAILED : yx_p11_error(rv);
}

static int
sign(struct child *c, struct yx_reader *in, struct yx_buf *out)
{
	struct question q = { .id = NULL };
	unsigned slot = 0, kind = 0;
	int rc, authed;

	if (yx_read16be(in, &slot) != YX_OK || slot + 1 != c->session_slot || yx_read8(in, &kind) != YX_OK ||
	    kind > MODULE_EC || yx_read_sized(in, MODULE_ID_MAX, &q.id, &q.id_n) != YX_OK ||
	    yx_read_sized(in, MODULE_INPUT_MAX, &q.input, &q.input_n) != YX_OK ||
	    yx_read_sized(in, MODULE_INPUT_MAX, &q.block, &q.block_n) != YX_OK)
		return YX_PROTOCOL;
	q.kind = (enum module_kind)kind;
	authed = c->pending && c->authed;
	if (!c->pending && (rc = prepare(c, &q)) != YX_OK)
		return rc;
	rc = finish(c, &q, out);
	if (rc != YX_PIN_NEEDED)
		return rc;
	/* A key that wants the PIN each time and did not say so: begin again, for it. */
	if (authed)
		return YX_MODULE_FAILED;
	return (rc = prepare(c, &q)) == YX_OK ? YX_PIN_NEEDED : rc;
}

static int
answer(void *ctx, const struct yx_buf *question, struct yx_buf *out)
{
	struct child *c = ctx;
	struct yx_reader in;
	unsigned op = 0;
	int rc;

	yx_reader_init(&in, question->data, question->len);
	yx_buf_add16be(out, 0);
	if (yx_read8(&in, &op) != YX_OK)
		rc = YX_PROTOCOL;
	else if (op == MODULE_LIST)
		rc = list(c, out);
	else if (op == MODULE_LOGIN)
		rc = login(c, &in, out);
	else
		rc = op == MODULE_SIGN ? sign(c, &in, out) : YX_PROTOCOL;
	if (yx_buf_status(out) != YX_OK)
		return YX_NO_MEMORY;
	out->data[0] = (uint8_t)(rc >> 8);
	out->data[1] = (uint8_t)rc;
	return YX_OK;
}

void
module_main(const char *path)
{
	struct child c = { .p = { .f = NULL } };
	struct yx_buf question;
	int rc;

	yx_buf_init_secret(&question, 8192);
	if ((rc = yx_sandbox_enter(0)) == YX_OK)
		rc = yx_p11_load(path, &c.p.f);
	yx_helper_serve(rc, answer, &c, &question, YX_FRAME_MAX);
	yx_buf_free(&question);
	if (c.p.f != NULL && rc == YX_OK)
		close_session(&c);
	/* Nothing of the module runs any more, no destructor either. */
	_exit(0);
}
