/* The process in which the module of the platform's key runs. It reads the PIN when it logs in
 * and keeps none of it. */
#include <fcntl.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "backend/pki/hsm.h"
#include "backend/pki/token_uri.h"
#include "common/cryptoki.h"
#include "common/digest_info.h"
#include "common/frame.h"
#include "common/helper.h"
#include "common/io.h"
#include "common/random.h"
#include "common/sandbox.h"

#define SLOTS_MAX 64
#define OPEN_MAX  4    /* keys of an overlap, and one to spare */
#define PIN_MAX   255
#define ID_BYTES  16   /* of a new key's CKA_ID */
#define ANEW_S    10   /* a module is begun anew so often at the most */

/* A key with its session; uri "": free. */
struct opened {
	char             uri[TOKEN_URI_MAX + 1];
	struct yx_p11    p;
	CK_OBJECT_HANDLE key;
	CK_KEY_TYPE      type;
};

/* What is made. bits: of RSA; 0: of the curve. */
struct kind { const char *name; CK_ULONG bits; const uint8_t *curve; size_t curve_n; };
struct pair { CK_OBJECT_HANDLE public, private; };

struct child {
	CK_FUNCTION_LIST_PTR f;
	const char     *module;
	int             loaded;       /* how that went */
	const char     *pin_file;
	struct stat     wrong;        /* the PIN's file when its PIN was refused; st_ino 0: it was not */
	struct opened   open[OPEN_MAX];
	unsigned        next;         /* which goes when there is no room */
	time_t          begun;        /* when the module was begun anew last; 0: not yet */
};

/* ---- the token ---- */

/* Is a blank-filled field what the URI names? */
static int
is(const unsigned char *field, size_t n, const char *named)
{
	n = yx_p11_trimmed(field, n);
	return *named == '\0' || (strlen(named) == n && memcmp(field, named, n) == 0);
}

static int
find_slot(struct child *c, const struct token_uri *u, CK_SLOT_ID *out, CK_TOKEN_INFO *info)
{
	CK_SLOT_ID slot[SLOTS_MAX];
	CK_ULONG n = SLOTS_MAX;
	unsigned found = 0;
	int rc = yx_p11_error(c->f->C_GetSlotList(CK_TRUE, slot, &n));

	for (CK_ULONG i = 0; rc == YX_OK && i < n; i++) {
		CK_TOKEN_INFO t;

		if ((u->slot >= 0 && slot[i] != (CK_SLOT_ID)u->slot) || c->f->C_GetTokenInfo(slot[i], &t) != CKR_OK ||
		    !is(t.label, sizeof(t.label), u->token) || !is(t.serialNumber, sizeof(t.serialNumber), u->serial) ||
		    !is(t.manufacturerID, sizeof(t.manufacturerID), u->manufacturer) || !is(t.model, sizeof(t.model), u->model))
			continue;
		*out = slot[i];
		*info = t;
		found++;
	}
	return rc != YX_OK ? rc : found == 1 ? YX_OK : YX_NOT_FOUND;
}

/* ---- the PIN ---- */

static int
read_pin(struct child *c, char pin[PIN_MAX + 1], size_t *n, struct stat *st)
{
	int fd = open(c->pin_file, O_RDONLY | O_CLOEXEC), rc = YX_PIN_NEEDED;

	*n = 0;
	if (fd < 0)
		return rc;
	if (fstat(fd, st) == 0 && S_ISREG(st->st_mode) && (st->st_mode & 027) == 0)
		rc = yx_read_all(fd, pin, PIN_MAX, n);
	close(fd);
	while (*n > 0 && (pin[*n - 1] == '\n' || pin[*n - 1] == '\r'))
		(*n)--;
	return rc != YX_OK ? rc : *n > 0 ? YX_OK : YX_PIN_NEEDED;
}

/* A PIN that was refused is never tried twice, and the last try is left to a person: a token
 * that counts to three must not be blocked by a program. */
static int
log_in(struct child *c, struct opened *o, const CK_TOKEN_INFO *info)
{
	char pin[PIN_MAX + 1];
	struct stat st = { 0 };
	size_t n = 0;
	int rc;

	if ((info->flags & CKF_LOGIN_REQUIRED) == 0)
		return YX_OK;
	if ((info->flags & CKF_USER_PIN_LOCKED) != 0)
		return YX_PIN_BLOCKED;
	if ((info->flags & CKF_USER_PIN_FINAL_TRY) != 0)
		return YX_PIN_LAST_TRY;
	if ((rc = read_pin(c, pin, &n, &st)) == YX_OK) {
		if (c->wrong.st_ino != 0 && st.st_ino == c->wrong.st_ino && st.st_mtim.tv_sec == c->wrong.st_mtim.tv_sec &&
		    st.st_mtim.tv_nsec == c->wrong.st_mtim.tv_nsec) {
			rc = YX_PIN_WRONG;
		} else {
			CK_RV rv = o->p.f->C_Login(o->p.session, CKU_USER, (CK_UTF8CHAR *)pin, n);

			rc = rv == CKR_USER_ALREADY_LOGGED_IN ? YX_OK : yx_p11_error(rv);
			if (rc == YX_PIN_WRONG || rc == YX_PIN_FORMAT || rc == YX_PIN_BLOCKED)
				c->wrong = st;
			else
				c->wrong.st_ino = 0;
		}
	}
	OPENSSL_cleanse(pin, sizeof(pin));
	return rc;
}

/* ---- the key ---- */

static CK_ULONG
find_objects(struct opened *o, const struct token_uri *u, CK_OBJECT_CLASS class, CK_OBJECT_HANDLE *out)
{
	CK_ATTRIBUTE like[3] = { { CKA_CLASS, &class, sizeof(class) } };
	CK_ULONG n = 1;

	if (u->object[0] != '\0')
		like[n++] = (CK_ATTRIBUTE){ CKA_LABEL, (void *)(uintptr_t)u->object, strlen(u->object) };
	if (u->id_n > 0)
		like[n++] = (CK_ATTRIBUTE){ CKA_ID, (void *)(uintptr_t)u->id, u->id_n };
	return yx_p11_find(&o->p, like, n, out);
}

static void
forget(struct opened *o)
{
	if (o->uri[0] != '\0')
		(void)o->p.f->C_CloseSession(o->p.session);
	memset(o, 0, sizeof(*o));
}

/* A session with its token, logged in; flags: CKF_RW_SESSION, or 0. */
static int
open_session(struct child *c, struct opened *o, const struct token_uri *u, CK_FLAGS flags)
{
	CK_TOKEN_INFO info;
	CK_SLOT_ID slot = 0;
	int rc = find_slot(c, u, &slot, &info);

	o->p.f = c->f;
	if (rc != YX_OK || (rc = yx_p11_error(c->f->C_OpenSession(slot, CKF_SERIAL_SESSION | flags, NULL, NULL,
	    &o->p.session))) != YX_OK)
		return rc;
	if ((rc = log_in(c, o, &info)) != YX_OK)
		(void)c->f->C_CloseSession(o->p.session);
	return rc;
}

static int
open_key(struct child *c, struct opened *o, const struct token_uri *u)
{
	CK_OBJECT_HANDLE found[YX_P11_OBJECTS_MAX] = { 0 };
	CK_ATTRIBUTE type = { CKA_KEY_TYPE, &o->type, sizeof(o->type) };
	int rc = open_session(c, o, u, 0);

	if (rc != YX_OK)
		return rc;
	rc = find_objects(o, u, CKO_PRIVATE_KEY, found) == 1 ? YX_OK : YX_NOT_FOUND;
	o->key = found[0];
	if (rc == YX_OK && yx_p11_attribute(&o->p, o->key, &type) == 0)
		rc = YX_MODULE_FAILED;
	if (rc != YX_OK)
		(void)c->f->C_CloseSession(o->p.session);
	return rc;
}

static int
get_key(struct child *c, const char *uri, const struct token_uri *u, struct opened **out)
{
	struct opened *o = &c->open[c->next];
	int rc;

	for (unsigned i = 0; i < OPEN_MAX; i++)
		if (strcmp(c->open[i].uri, uri) == 0) {
			*out = &c->open[i];
			return YX_OK;
		}
	c->next = (c->next + 1) % OPEN_MAX;
	forget(o);
	if ((rc = open_key(c, o, u)) == YX_OK)
		memcpy(o->uri, uri, strlen(uri) + 1);
	*out = o;
	return rc;
}

/* ---- SIGN ---- */

/* r and s side by side become DER (RFC 3279, 2.2.3). */
static int
put_ecdsa(const uint8_t *raw, CK_ULONG n, struct yx_buf *out)
{
	BIGNUM *r = BN_bin2bn(raw, (int)n / 2, NULL), *s = BN_bin2bn(raw + n / 2, (int)n / 2, NULL);
	ECDSA_SIG *sig = ECDSA_SIG_new();
	unsigned char *der = NULL;
	int len = -1;

	if (n > 0 && n % 2 == 0 && sig != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(sig, r, s) == 1) {
		r = s = NULL; /* the signature's now */
		if ((len = i2d_ECDSA_SIG(sig, &der)) > 0)
			yx_buf_add_sized(out, der, (size_t)len);
	}
	OPENSSL_free(der);
	ECDSA_SIG_free(sig);
	BN_free(r);
	BN_free(s);
	return len > 0 ? YX_OK : YX_MODULE_FAILED;
}

/* How it signs, as the question says. */
struct asked {
	const EVP_MD  *md;
	const uint8_t *hash;
	CK_RSA_PKCS_PSS_PARAMS pss; /* mgf 0: PKCS #1 v1.5, or no RSA key */
};

static int
sign_input(struct opened *o, const struct asked *q, const struct yx_buf *input, struct yx_buf *out)
{
	CK_RSA_PKCS_PSS_PARAMS pss = q->pss;
	CK_MECHANISM m = { o->type == CKK_EC ? CKM_ECDSA : CKM_RSA_PKCS, NULL, 0 };
	uint8_t signature[HSM_INPUT_MAX];
	CK_ULONG n = sizeof(signature);
	CK_RV rv;

	if (pss.mgf != 0)
		m = (CK_MECHANISM){ CKM_RSA_PKCS_PSS, &pss, sizeof(pss) };
	rv = o->type != CKK_EC && o->type != CKK_RSA ? CKR_KEY_TYPE_INCONSISTENT
	    : o->p.f->C_SignInit(o->p.session, &m, o->key);
	if (rv == CKR_OK)
		rv = o->p.f->C_Sign(o->p.session, input->data, input->len, signature, &n);
	if (rv != CKR_OK || n > sizeof(signature))
		return rv != CKR_OK ? yx_p11_error(rv) : YX_MODULE_FAILED;
	if (o->type == CKK_EC)
		return put_ecdsa(signature, n, out);
	yx_buf_add_sized(out, signature, n);
	return YX_OK;
}

static const struct digest { const char *name; CK_MECHANISM_TYPE hash; CK_RSA_PKCS_MGF_TYPE mask; } DIGESTS[] = {
	{ "SHA-256", CKM_SHA256, CKG_MGF1_SHA256 },
	{ "SHA-384", CKM_SHA384, CKG_MGF1_SHA384 },
	{ "SHA-512", CKM_SHA512, CKG_MGF1_SHA512 },
};

static const struct digest *
digest_of(const uint8_t *name, size_t n)
{
	for (size_t i = 0; i < sizeof(DIGESTS) / sizeof(DIGESTS[0]); i++)
		if (strlen(DIGESTS[i].name) == n && memcmp(DIGESTS[i].name, name, n) == 0)
			return &DIGESTS[i];
	return NULL;
}

/* Digest, hash, then the digest of the mask ("": no PSS) and the salt's length. */
static int
read_asked(struct yx_reader *in, struct asked *q)
{
	const uint8_t *name = NULL, *mask = NULL;
	size_t name_n = 0, hash_n = 0, mask_n = 0;
	const struct digest *d, *m;
	unsigned salt = 0;

	if (yx_read_sized(in, 16, &name, &name_n) != YX_OK || yx_read_sized(in, 64, &q->hash, &hash_n) != YX_OK ||
	    yx_read_sized(in, 16, &mask, &mask_n) != YX_OK || yx_read16be(in, &salt) != YX_OK ||
	    (d = digest_of(name, name_n)) == NULL || (size_t)EVP_MD_get_size(q->md = pki_md(d->name)) != hash_n)
		return YX_PROTOCOL;
	if (mask_n == 0)
		return YX_OK;
	if ((m = digest_of(mask, mask_n)) == NULL)
		return YX_PROTOCOL;
	q->pss = (CK_RSA_PKCS_PSS_PARAMS){ d->hash, m->mask, salt };
	return YX_OK;
}

static int
sign(struct opened *o, struct yx_reader *in, struct yx_buf *out)
{
	struct asked q = { .md = NULL };
	struct yx_buf input;
	int rc = read_asked(in, &q);

	if (rc != YX_OK)
		return rc;
	if (q.pss.mgf != 0 && o->type != CKK_RSA)
		return YX_CARD_UNSUPPORTED;
	yx_buf_init(&input, 256);
	if (o->type == CKK_RSA && q.pss.mgf == 0)
		rc = yx_digest_info_of(q.md, q.hash, &input);
	else
		yx_buf_add(&input, q.hash, (size_t)EVP_MD_get_size(q.md));
	if (rc == YX_OK)
		rc = sign_input(o, &q, &input, out);
	yx_buf_free(&input);
	return rc;
}

/* ---- PUBLIC ---- */

static EVP_PKEY *
make_key(const char *type, OSSL_PARAM_BLD *b)
{
	OSSL_PARAM *params = b == NULL ? NULL : OSSL_PARAM_BLD_to_param(b);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	if (params == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	OSSL_PARAM_free(params);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

/* The private key itself tells its modulus. */
static EVP_PKEY *
public_rsa(struct opened *o)
{
	uint8_t n[1024], e[64];
	CK_ULONG n_n = yx_p11_attribute(&o->p, o->key, &(CK_ATTRIBUTE){ CKA_MODULUS, n, sizeof(n) });
	CK_ULONG e_n = yx_p11_attribute(&o->p, o->key, &(CK_ATTRIBUTE){ CKA_PUBLIC_EXPONENT, e, sizeof(e) });
	BIGNUM *bn = n_n > 0 ? BN_bin2bn(n, (int)n_n, NULL) : NULL, *be = e_n > 0 ? BN_bin2bn(e, (int)e_n, NULL) : NULL;
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;

	if (b != NULL && bn != NULL && be != NULL && OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, bn) == 1 &&
	    OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, be) == 1)
		key = make_key("RSA", b);
	OSSL_PARAM_BLD_free(b);
	BN_free(bn);
	BN_free(be);
	return key;
}

/* The point stands in the public object only: an OCTET STRING around it, or (some tokens) bare. */
static EVP_PKEY *
public_ec(struct opened *o, CK_OBJECT_HANDLE object)
{
	uint8_t params[64], point[256];
	const unsigned char *p = params, *q = point;
	CK_ULONG params_n = yx_p11_attribute(&o->p, object, &(CK_ATTRIBUTE){ CKA_EC_PARAMS, params, sizeof(params) });
	CK_ULONG point_n = yx_p11_attribute(&o->p, object, &(CK_ATTRIBUTE){ CKA_EC_POINT, point, sizeof(point) });
	ASN1_OBJECT *curve = params_n > 0 ? d2i_ASN1_OBJECT(NULL, &p, (long)params_n) : NULL;
	ASN1_OCTET_STRING *inner = point_n > 0 ? d2i_ASN1_OCTET_STRING(NULL, &q, (long)point_n) : NULL;
	const char *name = curve == NULL ? NULL : OBJ_nid2sn(OBJ_obj2nid(curve));
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;

	if (b != NULL && name != NULL && point_n > 0 &&
	    OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME, name, 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY,
	        inner != NULL ? ASN1_STRING_get0_data(inner) : point,
	        inner != NULL ? (size_t)ASN1_STRING_length(inner) : point_n) == 1)
		key = make_key("EC", b);
	OSSL_PARAM_BLD_free(b);
	ASN1_OCTET_STRING_free(inner);
	ASN1_OBJECT_free(curve);
	return key;
}

static int
tell_public(struct opened *o, const struct token_uri *u, struct yx_buf *out)
{
	CK_OBJECT_HANDLE found[YX_P11_OBJECTS_MAX] = { 0 };
	EVP_PKEY *key = NULL;
	unsigned char *der = NULL;
	int n = 0;

	if (o->type == CKK_RSA)
		key = public_rsa(o);
	else if (o->type == CKK_EC && find_objects(o, u, CKO_PUBLIC_KEY, found) == 1)
		key = public_ec(o, found[0]);
	if (key != NULL && (n = i2d_PUBKEY(key, &der)) > 0)
		yx_buf_add_sized(out, der, (size_t)n);
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return n > 0 ? YX_OK : YX_NOT_FOUND;
}

/* ---- MAKE ---- */

/* What the URI names, as attributes that both halves have. */
static CK_ULONG
name_pair(const struct token_uri *u, CK_ATTRIBUTE *out)
{
	out[0] = (CK_ATTRIBUTE){ CKA_LABEL, (void *)(uintptr_t)u->object, strlen(u->object) };
	out[1] = (CK_ATTRIBUTE){ CKA_ID, (void *)(uintptr_t)u->id, u->id_n };
	return 2;
}

/* Never to be seen outside, and for signatures alone. */
static CK_RV
generate(struct opened *o, const struct token_uri *u, const struct kind *kind, struct pair *out)
{
	CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	CK_ULONG bits = kind->bits;
	CK_BYTE exponent[] = { 1, 0, 1 };
	CK_MECHANISM m = { bits != 0 ? CKM_RSA_PKCS_KEY_PAIR_GEN : CKM_EC_KEY_PAIR_GEN, NULL, 0 };
	CK_ATTRIBUTE private[10] = { { CKA_TOKEN, &yes, sizeof(yes) }, { CKA_PRIVATE, &yes, sizeof(yes) },
		{ CKA_SENSITIVE, &yes, sizeof(yes) }, { CKA_EXTRACTABLE, &no, sizeof(no) }, { CKA_SIGN, &yes, sizeof(yes) },
		{ CKA_DECRYPT, &no, sizeof(no) }, { CKA_DERIVE, &no, sizeof(no) }, { CKA_UNWRAP, &no, sizeof(no) } };
	CK_ATTRIBUTE public[6] = { { CKA_TOKEN, &yes, sizeof(yes) }, { CKA_VERIFY, &yes, sizeof(yes) },
		{ CKA_EC_PARAMS, (void *)(uintptr_t)kind->curve, kind->curve_n } };
	CK_ULONG private_n = 8, public_n = 3;

	if (bits != 0) {
		public[2] = (CK_ATTRIBUTE){ CKA_MODULUS_BITS, &bits, sizeof(bits) };
		public[public_n++] = (CK_ATTRIBUTE){ CKA_PUBLIC_EXPONENT, exponent, sizeof(exponent) };
	}
	private_n += name_pair(u, private + private_n);
	public_n += name_pair(u, public + public_n);
	return o->p.f->C_GenerateKeyPair(o->p.session, &m, public, public_n, private, private_n, &out->public,
	    &out->private);
}

static int
is_set(struct opened *o, CK_OBJECT_HANDLE key, CK_ATTRIBUTE_TYPE type, CK_BBOOL wanted)
{
	CK_BBOOL value = (CK_BBOOL)!wanted;

	return yx_p11_attribute(&o->p, key, &(CK_ATTRIBUTE){ type, &value, sizeof(value) }) == sizeof(value) &&
	    value == wanted;
}

/* A token may take attributes and not heed them; and another process may have made one of that name meanwhile. */
static int
look_at_pair(struct opened *o, const struct token_uri *u, const struct pair *p)
{
	CK_OBJECT_HANDLE found[YX_P11_OBJECTS_MAX];
	struct token_uri label = *u;

	label.id_n = 0;
	if (find_objects(o, &label, CKO_PRIVATE_KEY, found) != 1)
		return YX_CONFLICT;
	return is_set(o, p->private, CKA_SENSITIVE, CK_TRUE) && is_set(o, p->private, CKA_EXTRACTABLE, CK_FALSE)
	    ? YX_OK : YX_CARD_UNSUPPORTED;
}

static int
make_pair(struct opened *o, const struct token_uri *u, const struct kind *kind)
{
	CK_OBJECT_HANDLE found[YX_P11_OBJECTS_MAX];
	struct token_uri label = *u;
	struct pair p = { 0, 0 };
	int rc;

	label.id_n = 0;
	if (find_objects(o, &label, CKO_PRIVATE_KEY, found) > 0 || find_objects(o, &label, CKO_PUBLIC_KEY, found) > 0)
		return YX_CONFLICT;
	if ((rc = yx_p11_error(generate(o, u, kind, &p))) == YX_OK && (rc = look_at_pair(o, u, &p)) != YX_OK) {
		(void)o->p.f->C_DestroyObject(o->p.session, p.private);
		(void)o->p.f->C_DestroyObject(o->p.session, p.public);
	}
	return rc;
}

static const struct kind *
kind_of(const uint8_t *name, size_t n)
{
	/* prime256v1 and secp384r1, as DER (RFC 5480, 2.1.1.1) */
	static const uint8_t p256[] = { 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7 };
	static const uint8_t p384[] = { 6, 5, 0x2b, 0x81, 4, 0, 34 };
	static const struct kind all[] = { { "rsa3072", 3072, NULL, 0 }, { "p256", 0, p256, sizeof(p256) },
		{ "p384", 0, p384, sizeof(p384) } };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strlen(all[i].name) == n && memcmp(all[i].name, name, n) == 0)
			return &all[i];
	return NULL;
}

/* ---- questions ---- */

struct question { unsigned op; char uri[TOKEN_URI_MAX + 1]; struct token_uri u; struct yx_reader in; };

/* Once only: who asks again is told that it is there. */
static int
make(struct child *c, struct question *q)
{
	struct opened o = { .key = 0 };
	const struct kind *kind;
	const uint8_t *name = NULL;
	size_t n = 0;
	int rc = token_uri_parse(q->uri, &q->u);

	if (rc != YX_OK)
		return rc;
	if (q->u.object[0] == '\0')
		return YX_BAD_FIELD;
	if (yx_read_sized(&q->in, 16, &name, &n) != YX_OK || (kind = kind_of(name, n)) == NULL)
		return YX_PROTOCOL;
	if (q->u.id_n == 0)
		yx_random(q->u.id, q->u.id_n = ID_BYTES);
	if ((rc = open_session(c, &o, &q->u, CKF_RW_SESSION)) == YX_OK) {
		rc = make_pair(&o, &q->u, kind);
		(void)c->f->C_CloseSession(o.p.session);
	}
	return rc;
}

/* Not a PIN that was refused or is missing, and not a wrong question: another time may help. */
static int
may_pass(int rc)
{
	return rc == YX_NOT_FOUND || rc == YX_MODULE_FAILED || rc == YX_CARD_REMOVED || rc == YX_PIN_NEEDED;
}

/* Some modules look for tokens when they begin and never again: what was away, or written to by another process
 * just then, stays away for them (PKCS #11, 5.4: C_Finalize and C_Initialize once more). What was learned of the
 * PIN is kept. 0: it was done a moment ago. */
static int
begin_anew(struct child *c)
{
	const time_t now = time(NULL);

	if (c->begun != 0 && now - c->begun < ANEW_S && now >= c->begun)
		return 0;
	c->begun = now;
	for (unsigned i = 0; i < OPEN_MAX; i++)
		forget(&c->open[i]);
	(void)c->f->C_Finalize(NULL);
	return c->f->C_Initialize(NULL) == CKR_OK;
}

/* What would not load or begin may do so later: a process that never tried again would say so for ever. */
static int
load_again(struct child *c)
{
	const time_t now = time(NULL);

	if (c->loaded != YX_OK && (now - c->begun >= ANEW_S || now < c->begun)) {
		c->begun = now;
		c->loaded = yx_p11_load(c->module, &c->f);
	}
	return c->loaded;
}

static int
do_once(struct child *c, struct question *q, struct yx_buf *out)
{
	struct yx_reader in = q->in;
	struct opened *o = NULL;
	int rc = get_key(c, q->uri, &q->u, &o);

	if (rc != YX_OK)
		return rc;
	rc = q->op == HSM_SIGN ? sign(o, &in, out) : tell_public(o, &q->u, out);
	if (rc != YX_OK && rc != YX_PROTOCOL)
		forget(o);
	return rc;
}

/* A session dies with a token that was taken out and put back: once more, from the beginning; and if that does
 * not help, with the module begun anew. */
static int
work(struct child *c, struct question *q, struct yx_buf *out)
{
	const size_t from = out->len;
	int rc = token_uri_parse(q->uri, &q->u);

	if (rc != YX_OK || (rc = do_once(c, q, out)) == YX_OK)
		return rc;
	out->len = from;
	if (may_pass(rc) && (rc = do_once(c, q, out)) != YX_OK)
		out->len = from;
	if (may_pass(rc) && begin_anew(c))
		rc = do_once(c, q, out);
	return rc;
}

static int
answer(void *ctx, const struct yx_buf *asked, struct yx_buf *out)
{
	struct child *c = ctx;
	struct question q = { .op = 0 };
	const uint8_t *p = NULL;
	size_t n = 0;
	int rc = YX_PROTOCOL;

	yx_reader_init(&q.in, asked->data, asked->len);
	yx_buf_add16be(out, 0);
	if (yx_read8(&q.in, &q.op) == YX_OK && (q.op == HSM_SIGN || q.op == HSM_PUBLIC || q.op == HSM_MAKE) &&
	    yx_read_sized(&q.in, TOKEN_URI_MAX, &p, &n) == YX_OK) {
		memcpy(q.uri, p, n);
		if ((rc = load_again(c)) == YX_OK)
			rc = q.op == HSM_MAKE ? make(c, &q) : work(c, &q, out);
	}
	if (yx_buf_status(out) != YX_OK)
		return YX_NO_MEMORY;
	out->data[0] = (uint8_t)(rc >> 8);
	out->data[1] = (uint8_t)rc;
	return YX_OK;
}

__attribute__((noreturn)) static void
serve(const char *module)
{
	struct child c = { .module = module, .begun = time(NULL) };
	struct yx_buf first, question;
	int eof = 0, rc;

	yx_buf_init(&first, 4096);
	yx_buf_init(&question, 8192);
	if ((rc = yx_sandbox_enter(1)) == YX_OK)
		c.loaded = yx_p11_load(module, &c.f);
	if (yx_frame_read(YX_HELPER_FD, &first, &eof) != YX_OK || eof)
		_exit(1);
	c.pin_file = yx_buf_str(&first);
	yx_helper_serve(rc, answer, &c, &question, 8192);
	for (unsigned i = 0; i < OPEN_MAX; i++)
		forget(&c.open[i]);
	yx_buf_free(&first);
	yx_buf_free(&question);
	/* Nothing of the module runs any more, no destructor either. */
	_exit(0);
}

void
hsm_main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], HSM_OPTION) == 0)
		serve(argv[2]);
}
