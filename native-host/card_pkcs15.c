/* The driver for cards that describe themselves: ISO/IEC 7816-15 (PKCS #15) on
 * ISO/IEC 7816-4 files and 7816-8 signatures.
 *
 * The standard leaves open how a card wants an RSA hash (padded block, DigestInfo or
 * bare) and what MSE SET wants to hear. The card's own TokenInfo is asked first; after
 * it come the ways that are in use, and a way is only believed when the signature
 * verifies. None of that costs a try of the PIN. */
#include <string.h>

#include "common/digest_info.h"
#include "common/codec.h"
#include "native-host/card.h"
#include "native-host/pkcs15.h"
#include "native-host/sign_verify.h"
#include "native-host/tlv.h"

#define FILE_MAX  (64 * 1024)
#define CERT_MAX  (32 * 1024)
#define READ_MAX  256
#define OFFSET_MAX 0x7fff
#define RECORDS_MAX 16

enum {
	SW_OK = 0x9000, SW_END = 0x6282, SW_NO_PIN = 0x6982, SW_BLOCKED = 0x6983, SW_UNUSABLE = 0x6984,
	SW_LENGTH = 0x6700, SW_DATA = 0x6a80, SW_NO_REF = 0x6a88, SW_NO_FILE_KIND = 0x6981, SW_BAD_P = 0x6a86,
	SW_RECORD_END = 0x6a83,
};
enum { CKM_RSA_PKCS = 0x01, CKM_RSA_RAW = 0x03, CKM_ECDSA = 0x1041 };

static const uint8_t aid[] = { 0xa0, 0, 0, 0, 0x63, 'P', 'K', 'C', 'S', '-', '1', '5' };
static const uint8_t iso_aid[] = { 0xe8, 0x28, 0xbd, 0x08, 0x0f }; /* ISO/IEC 7816-15, 6.2 */
static const uint8_t mf[] = { 0x3f, 0x00 };
static const uint8_t usual_path[] = { 0x3f, 0x00, 0x50, 0x15 };

/* One way to have a hash signed. */
enum form { FORM_BLOCK, FORM_INFO, FORM_HASH };

struct way {
	enum form form;
	int       alg;      /* what 80 carries; -1: no 80 */
	int       key_file; /* 1: the key's own file is selected and named by 81; 0: the application's */
	int       key_ref;  /* 1: the key's reference; 0: 00 */
};

/* All that is known of one card; in the token's arena. */
struct p15 {
	struct p15_app  app;
	struct p15_odf  odf;
	struct p15_key  key[P15_KEYS_MAX];
	struct p15_cert cert[P15_CERTS_MAX];
	struct p15_pin  pin[P15_PINS_MAX];
	struct p15_alg  alg[P15_ALGS_MAX];
	size_t          keys, certs, pins, algs;
	char            name[P15_KEYS_MAX][2 * 8 + 1]; /* the keys' ids, for people */
	int             way; /* of the last signature that verified; -1: none yet */
	unsigned        way_key; /* the key it is for, plus one */
	int             worked;  /* 1: the way is known to be right */
};

static int
run(struct card *card, struct apdu_command c, struct yx_buf *out, unsigned *sw)
{
	return apdu_run(card->apdu, &c, out, sw);
}

/* How a file is named in SELECT: P1 (ISO/IEC 7816-4, 11.2.2), and the name. */
struct by {
	uint8_t     p1;
	const void *id;
	size_t      n;
};

static int
select_file(struct card *card, struct by by, struct yx_buf *fci, unsigned *sw)
{
	struct apdu_command c = { .ins = 0xa4, .p1 = by.p1, .data = by.id, .len = by.n, .answers = 1, .again = 1 };
	int rc;

	yx_buf_reset(fci);
	rc = run(card, c, fci, sw);
	if (rc != YX_OK || *sw != SW_BAD_P)
		return rc;
	/* Some cards only select when nothing is asked back. */
	c.p2 = 0x0c;
	c.answers = 0;
	return run(card, c, NULL, sw);
}

/* Goes to a file by its path from the root; step by step where the card knows no paths. */
static int
select_path(struct card *card, const struct p15_path *path, struct yx_buf *fci, unsigned *sw)
{
	size_t from = path->n > 2 && memcmp(path->bytes, mf, 2) == 0 ? 2 : 0;
	int rc = select_file(card, (struct by){ 0x08, path->bytes + from, path->n - from }, fci, sw);

	if (rc != YX_OK || *sw == SW_OK)
		return rc;
	rc = select_file(card, (struct by){ 0, mf, sizeof(mf) }, fci, sw);
	for (size_t i = from; rc == YX_OK && *sw == SW_OK && i < path->n; i += 2)
		rc = select_file(card, (struct by){ 0, path->bytes + i, 2 }, fci, sw);
	return rc;
}

/* Goes to a file of the application; a path that does not begin at the root begins
 * there. */
static int
select_in_app(struct card *card, const struct p15_app *app, const struct p15_path *path, struct yx_buf *fci,
    unsigned *sw)
{
	struct p15_path whole = *path;
	int rc;

	if (path->n > 2 && memcmp(path->bytes, mf, 2) == 0)
		return select_path(card, path, fci, sw);
	if (app->path.n > 0 && app->path.n + path->n <= sizeof(whole.bytes)) {
		memcpy(whole.bytes, app->path.bytes, app->path.n);
		memcpy(whole.bytes + app->path.n, path->bytes, path->n);
		whole.n = app->path.n + path->n;
		return select_path(card, &whole, fci, sw);
	}
	/* Known by its name only: select it, then the file below it. */
	rc = select_file(card, (struct by){ 0x04, app->aid, app->aid_n }, fci, sw);
	for (size_t i = 0; rc == YX_OK && *sw == SW_OK && i < path->n; i += 2) {
		rc = select_file(card, (struct by){ 0x02, path->bytes + i, 2 }, fci, sw);
		if (rc == YX_OK && *sw != SW_OK)
			rc = select_file(card, (struct by){ 0, path->bytes + i, 2 }, fci, sw);
	}
	return rc;
}

/* What the file's control parameters say of its size; 0: nothing. */
static size_t
size_of(const struct yx_buf *fci)
{
	struct yx_reader r, in;
	struct tlv outer, v;

	yx_reader_init(&r, fci->data, fci->len);
	if (tlv_next(&r, TLV_BER, &outer) != YX_OK || (outer.tag != 0x6f && outer.tag != 0x62))
		return 0;
	in = tlv_inside(&outer);
	if ((tlv_find(&in, TLV_BER, 0x80, &v) != YX_OK && tlv_find(&in, TLV_BER, 0x81, &v) != YX_OK) || v.len != 2)
		return 0;
	return (size_t)v.value[0] << 8 | v.value[1];
}

/* Reads the selected file from `at` on, at most n bytes, until it ends. */
static int
read_binary(struct card *card, size_t at, size_t n, struct yx_buf *out, unsigned *sw)
{
	const size_t end = at + n;
	int rc = YX_OK;

	*sw = SW_OK;
	while (rc == YX_OK && *sw == SW_OK && at < end && at <= OFFSET_MAX) {
		size_t before = out->len, want = end - at < READ_MAX ? end - at : READ_MAX;
		struct apdu_command c = { .ins = 0xb0,
			.p1 = (uint8_t)(at >> 8),
			.p2 = (uint8_t)at,
			.answers = 1,
			.le = (unsigned)want,
			.again = 1 };

		rc = run(card, c, out, sw);
		if (rc != YX_OK || out->len == before)
			break; /* a round that brings nothing is the last */
		at += out->len - before;
		if (*sw == SW_END)
			return YX_OK;
		if (out->len - before < want)
			break;
	}
	if (rc == YX_OK && out->len > 0)
		*sw = SW_OK; /* beyond its end some cards answer an error */
	return rc;
}

static int
read_records(struct card *card, struct yx_buf *out, unsigned *sw)
{
	int rc = YX_OK;

	*sw = SW_OK;
	for (uint8_t i = 1; rc == YX_OK && *sw == SW_OK && i <= RECORDS_MAX; i++) {
		struct apdu_command c = { .ins = 0xb2, .p1 = i, .p2 = 0x04, .answers = 1, .again = 1 };

		rc = run(card, c, out, sw);
	}
	if (rc == YX_OK && *sw == SW_RECORD_END)
		*sw = SW_OK;
	return rc;
}

/* A file of the application, or the part of it that the path names. Whatever is not
 * there is empty. */
static int
read_file(struct card *card, const struct p15_app *app, const struct p15_path *path, struct yx_buf *out)
{
	struct yx_buf fci;
	unsigned sw = 0;
	size_t size;
	int rc;

	yx_buf_reset(out);
	yx_buf_init(&fci, 1024);
	rc = select_in_app(card, app, path, &fci, &sw);
	if (rc == YX_OK && sw == SW_OK) {
		size = size_of(&fci);
		size = path->length > 0 ? path->length : size > path->index ? size - path->index : FILE_MAX;
		if (size > FILE_MAX)
			size = FILE_MAX;
		rc = read_binary(card, path->index, size, out, &sw);
		if (rc == YX_OK && sw == SW_NO_FILE_KIND && out->len == 0)
			rc = read_records(card, out, &sw);
	}
	yx_buf_free(&fci);
	return rc;
}

/* Is this the application that we look for? */
static int
is_ours(const struct p15_app *app)
{
	return (app->aid_n == sizeof(aid) && memcmp(app->aid, aid, sizeof(aid)) == 0) ||
	    (app->aid_n >= sizeof(iso_aid) && memcmp(app->aid, iso_aid, sizeof(iso_aid)) == 0);
}

/* Looks for the object directory in one application; 1 if it names private keys. */
static int
try_app(struct card *card, const struct p15_app *app, struct p15_odf *odf, struct yx_buf *file, int *rc)
{
	static const struct p15_path path = { .bytes = { 0x50, 0x31 }, .n = 2 };

	memset(odf, 0, sizeof(*odf));
	*rc = read_file(card, app, &path, file);
	if (*rc != YX_OK)
		return 0;
	p15_parse_odf(file->data, file->len, odf);
	return odf->n[P15_PRIVATE_KEYS] > 0;
}

/* Finds the application: as EF.DIR says, by its name, or where it usually lies. */
static int
find_app(struct card *card, struct p15 *p, struct yx_buf *file)
{
	static const struct p15_app root = { .path = { .bytes = { 0x3f, 0x00 }, .n = 2 } };
	static const struct p15_path ef_dir = { .bytes = { 0x2f, 0x00 }, .n = 2 };
	struct p15_app apps[P15_PINS_MAX];
	size_t n;
	int rc = read_file(card, &root, &ef_dir, file);

	if (rc != YX_OK)
		return rc;
	n = p15_parse_dir(file->data, file->len, apps, P15_PINS_MAX);
	for (size_t i = 0; i < n; i++) {
		p->app = apps[i];
		if (is_ours(&apps[i]) && (try_app(card, &p->app, &p->odf, file, &rc) || rc != YX_OK))
			return rc;
	}
	p->app = (struct p15_app){ .aid_n = sizeof(aid) };
	memcpy(p->app.aid, aid, sizeof(aid));
	if (try_app(card, &p->app, &p->odf, file, &rc) || rc != YX_OK)
		return rc;
	p->app = (struct p15_app){ .path = { .n = sizeof(usual_path) } };
	memcpy(p->app.path.bytes, usual_path, sizeof(usual_path));
	if (try_app(card, &p->app, &p->odf, file, &rc) || rc != YX_OK)
		return rc;
	return YX_CARD_UNSUPPORTED;
}

/* Reads the directory files of one kind and hands each to its parser. */
static int
read_kind(struct card *card, struct p15 *p, enum p15_kind kind, struct yx_buf *file)
{
	const struct p15_odf *odf = &p->odf;
	int rc = YX_OK;

	for (size_t i = 0; rc == YX_OK && i < odf->n[kind]; i++) {
		rc = read_file(card, &p->app, &odf->file[kind][i], file);
		if (rc != YX_OK)
			break;
		if (kind == P15_PRIVATE_KEYS)
			p->keys = p15_parse_keys(file->data, file->len, p->key, p->keys, P15_KEYS_MAX);
		else if (kind == P15_PINS)
			p->pins = p15_parse_pins(file->data, file->len, p->pin, p->pins, P15_PINS_MAX);
	}
	return rc;
}

static int
probe(struct card *card)
{
	static const struct p15_path token_info = { .bytes = { 0x50, 0x32 }, .n = 2 };
	struct p15 *p = yx_arena_alloc(card->arena, sizeof(*p));
	struct yx_buf file;
	int rc;

	if (p == NULL)
		return YX_NO_MEMORY;
	p->way = -1;
	card->state = p;
	yx_buf_init(&file, FILE_MAX + READ_MAX);
	if ((rc = find_app(card, p, &file)) == YX_OK &&
	    (rc = read_kind(card, p, P15_PRIVATE_KEYS, &file)) == YX_OK &&
	    (rc = read_kind(card, p, P15_PINS, &file)) == YX_OK &&
	    (rc = read_file(card, &p->app, &token_info, &file)) == YX_OK)
		p->algs = p15_parse_algorithms(file.data, file.len, p->alg, P15_ALGS_MAX);
	yx_buf_free(&file);
	return rc;
}

/* The PIN of a key: the one it names; a key that names none has the only one there is.
 * NULL: no PIN would guard it, so it is no key for signatures. */
static const struct p15_pin *
pin_of(const struct p15 *p, const struct p15_key *key)
{
	const struct p15_pin *only = NULL;
	size_t users = 0;

	for (size_t i = 0; i < p->pins; i++) {
		if (!p->pin[i].user)
			continue;
		if (p15_id_is(&p->pin[i].auth_id, &key->auth_id))
			return &p->pin[i];
		only = &p->pin[i];
		users++;
	}
	return key->auth_id.n == 0 && users == 1 ? only : NULL;
}

/* The certificate itself: the first DER object, without what a file is filled up with. */
static int
take_cert(struct card *card, const uint8_t *p, size_t n, struct token_key *key)
{
	struct yx_reader r;
	struct tlv t;

	yx_reader_init(&r, p, n);
	if (tlv_expect(&r, TLV_DER, 0x30, &t) != YX_OK || t.whole_len > CERT_MAX)
		return YX_CARD_PROTOCOL;
	key->cert = (const uint8_t *)yx_arena_strndup(card->arena, t.whole, t.whole_len);
	key->cert_len = t.whole_len;
	return key->cert != NULL ? YX_OK : YX_NO_MEMORY;
}

static int
read_cert(struct card *card, const struct p15 *p, const struct p15_cert *cert, struct yx_buf *file,
    struct token_key *key)
{
	int rc;

	if (cert->path.n == 0)
		return take_cert(card, cert->direct, cert->direct_n, key);
	if ((rc = read_file(card, &p->app, &cert->path, file)) != YX_OK)
		return rc;
	return take_cert(card, file->data, file->len, key);
}

/* A walk over the certificates. */
struct visit {
	token_key_fn  each;
	void         *ctx;
	struct yx_buf file; /* the certificate's */
	int           rc;
};

/* One certificate: its key is the one with the same id. 1: the search is over. */
static int
visit_cert(struct token *t, const struct p15_cert *cert, struct visit *v)
{
	struct card *card = t->state;
	struct p15 *p = card->state;

	for (size_t i = 0; i < p->keys; i++) {
		const struct p15_key *k = &p->key[i];
		const struct p15_pin *pin = pin_of(p, k);
		struct pinpad_ask ask;
		struct token_key key = { .ref = (unsigned)i, .slot = p->name[i], .pin_each = k->consent };

		if (!k->signs || pin == NULL || !p15_id_is(&k->id, &cert->id))
			continue;
		if ((v->rc = read_cert(card, p, cert, &v->file, &key)) != YX_OK)
			return v->rc != YX_CARD_PROTOCOL;
		yx_hex_upper(p->name[i], k->id.bytes, k->id.n < 8 ? k->id.n : 8);
		key.pin_min = pin->min;
		key.pin_max = pin->max;
		key.on_pad = card->pad != NULL && p15_pin_on_pad(pin, &ask) == YX_OK;
		if (v->each(t, &key, v->ctx))
			return 1;
	}
	return 0;
}

static int
keys(struct token *t, token_key_fn each, void *ctx)
{
	struct card *card = t->state;
	struct p15 *p = card->state;
	const struct p15_odf *odf = &p->odf;
	struct visit v = { .each = each, .ctx = ctx };
	struct yx_buf list;
	int over = 0;

	yx_buf_init(&list, FILE_MAX + READ_MAX);
	yx_buf_init(&v.file, FILE_MAX + READ_MAX);
	for (size_t i = 0; !over && i < odf->n[P15_CERTIFICATES]; i++) {
		if ((v.rc = read_file(card, &p->app, &odf->file[P15_CERTIFICATES][i], &list)) != YX_OK)
			break;
		p->certs = p15_parse_certs(list.data, list.len, p->cert, 0, P15_CERTS_MAX);
		for (size_t k = 0; !over && k < p->certs; k++)
			over = visit_cert(t, &p->cert[k], &v);
	}
	yx_buf_free(&list);
	yx_buf_free(&v.file);
	return v.rc == YX_CARD_PROTOCOL ? YX_OK : v.rc;
}

/* Goes where the PIN lives. */
static int
select_pin(struct card *card, const struct p15_pin *pin, unsigned *sw)
{
	const struct p15 *p = card->state;
	struct yx_buf fci;
	int rc = YX_OK;

	yx_buf_init(&fci, 1024);
	*sw = SW_OK;
	if (pin->path.n > 0)
		rc = select_in_app(card, &p->app, &pin->path, &fci, sw);
	yx_buf_free(&fci);
	return rc;
}

/* VERIFY; field NULL asks for the tries that are left. */
static int
send_verify(struct token *t, const struct token_key *key, const struct yx_buf *field, unsigned *sw)
{
	struct card *card = t->state;
	const struct p15 *p = card->state;
	const struct p15_pin *pin = pin_of(p, &p->key[key->ref]);
	struct apdu_command c = { .ins = 0x20, .p2 = (uint8_t)pin->ref };
	int rc = select_pin(card, pin, sw);

	if (rc != YX_OK)
		return rc;
	if (field != NULL) {
		c.data = field->data;
		c.len = field->len;
	}
	return run(card, c, NULL, sw);
}

static int
tries(struct token *t, const struct token_key *key, int *left)
{
	unsigned sw = 0;
	int rc = send_verify(t, key, NULL, &sw);

	*left = TOKEN_TRIES_UNKNOWN;
	if (rc != YX_OK)
		return rc;
	return card_pin_result(sw, left) == YX_PIN_BLOCKED ? YX_PIN_BLOCKED : YX_OK;
}

static int
verify(struct token *t, const struct token_key *key, const char *text, int *left)
{
	struct card *card = t->state;
	const struct p15 *p = card->state;
	struct yx_buf field;
	unsigned sw = 0;
	int rc;

	*left = TOKEN_TRIES_UNKNOWN;
	yx_buf_init_secret(&field, 255);
	if ((rc = p15_pin_field(pin_of(p, &p->key[key->ref]), text, &field)) == YX_OK &&
	    (rc = send_verify(t, key, &field, &sw)) == YX_OK)
		rc = card_pin_result(sw, left);
	yx_buf_free(&field);
	return rc;
}

static int
verify_on_pad(struct token *t, const struct token_key *key, int *left)
{
	struct card *card = t->state;
	const struct p15 *p = card->state;
	const struct p15_pin *pin = pin_of(p, &p->key[key->ref]);
	struct pinpad_ask ask;
	unsigned sw = 0;
	int rc;

	*left = TOKEN_TRIES_UNKNOWN;
	if (pin == NULL) /* a key without one is not shown */
		return YX_CARD_UNSUPPORTED;
	if ((rc = p15_pin_on_pad(pin, &ask)) != YX_OK)
		return rc;
	rc = select_pin(card, pin, &sw);
	return rc != YX_OK ? rc : card_verify_on_pad(card, &ask, left);
}

/* 1 if the key lies in a file of its own: then its reference says nothing. */
static int
has_file(const struct p15 *p, const struct p15_key *key)
{
	const struct p15_path *app = &p->app.path;
	const uint8_t *where = app->n > 0 ? app->bytes : usual_path;
	size_t n = app->n > 0 ? app->n : sizeof(usual_path);

	return key->path.n >= 2 && (key->path.n != n || memcmp(key->path.bytes, where, n) != 0);
}

/* What TokenInfo says of one algorithm, if it is for this kind of key; 0: it is not. */
static int
own_way(const struct p15_key *key, const struct p15_alg *a, int in_file, struct way *out)
{
	int named = key->algs == 0;

	for (size_t i = 0; i < key->algs; i++)
		named |= key->alg[i] == a->ref;
	*out = (struct way){ FORM_HASH, (int)a->card_ref, in_file, !in_file };
	if (!named || !a->has_card_ref)
		return 0;
	if (!key->rsa)
		return a->mechanism == CKM_ECDSA;
	out->form = a->mechanism == CKM_RSA_PKCS ? FORM_INFO : FORM_BLOCK;
	return a->mechanism == CKM_RSA_PKCS || a->mechanism == CKM_RSA_RAW;
}

/* The ways to try for a key, the card's own first. Returns how many. */
static size_t
ways_of(const struct p15 *p, const struct p15_key *key, struct way *out, size_t max)
{
	static const struct way rsa[] = {
		{ FORM_INFO, 0x11, 0, 1 }, { FORM_INFO, 0x02, 0, 1 }, { FORM_INFO, -1, 0, 1 },
		{ FORM_INFO, 0x02, 1, 0 }, { FORM_BLOCK, 0x00, 1, 0 }, { FORM_INFO, -1, 1, 0 },
		{ FORM_BLOCK, -1, 0, 1 },
	};
	static const struct way ec[] = {
		{ FORM_HASH, 0x21, 0, 1 }, { FORM_HASH, 0x04, 1, 0 }, { FORM_HASH, -1, 0, 1 }, { FORM_HASH, -1, 1, 0 },
	};
	const struct way *usual = key->rsa ? rsa : ec;
	size_t n = 0, usuals = key->rsa ? sizeof(rsa) / sizeof(rsa[0]) : sizeof(ec) / sizeof(ec[0]);
	const int guess = has_file(p, key);

	for (int round = 0; round < 2; round++) {
		int in_file = round == 0 ? guess : !guess;

		for (size_t i = 0; i < p->algs && n < max; i++)
			n += (size_t)own_way(key, &p->alg[i], in_file, &out[n]);
	}
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < usuals && n < max; i++)
			if (usual[i].key_file == (round == 0 ? guess : !guess))
				out[n++] = usual[i];
	return n;
}

/* MANAGE SECURITY ENVIRONMENT, SET for computing a signature (ISO/IEC 7816-4, 11.6.11). */
static int
set_environment(
    struct card *card, const struct p15 *p, const struct p15_key *key, const struct way *way, unsigned *sw)
{
	const struct p15_path *path = way->key_file && key->path.n >= 2 ? &key->path : &p->app.path;
	const uint8_t alg = (uint8_t)way->alg, ref = way->key_ref ? (uint8_t)key->ref : 0;
	struct apdu_command c = { .ins = 0x22, .p1 = 0x41, .p2 = 0xb6 };
	struct yx_buf body, fci;
	int rc = YX_OK;

	yx_buf_init(&body, 64);
	yx_buf_init(&fci, 1024);
	*sw = SW_OK;
	if (way->key_file && path->n >= 2)
		rc = select_in_app(card, &p->app, path, &fci, sw);
	if (way->alg >= 0)
		tlv_put(&body, 0x80, &alg, 1);
	if (path->n >= 2)
		tlv_put(&body, 0x81, path->bytes + path->n - 2, 2);
	tlv_put(&body, 0x84, &ref, 1);
	if (rc == YX_OK)
		rc = yx_buf_status(&body);
	if (rc == YX_OK && *sw == SW_OK) {
		c.data = body.data;
		c.len = body.len;
		rc = run(card, c, NULL, sw);
	}
	yx_buf_free(&body);
	yx_buf_free(&fci);
	return rc;
}

static int
put_input(const struct sign_hash *hash, enum form form, struct yx_buf *out)
{
	if (form == FORM_BLOCK)
		return sign_rsa_block(hash->md, hash->bytes, (size_t)EVP_PKEY_get_size(hash->key), out);
	if (form == FORM_INFO)
		return yx_digest_info_of(hash->md, hash->bytes, out);
	yx_buf_add(out, hash->bytes, (size_t)EVP_MD_get_size(hash->md));
	return yx_buf_status(out);
}

/* Tries one way. YX_CARD_UNSUPPORTED: the card does not take it, or what came is no
 * signature of the hash. YX_PIN_NEEDED: the card wants the PIN again. */
static int
sign_by(struct card *card, const struct p15_key *key, const struct way *way, const struct sign_hash *hash,
    struct yx_buf *out)
{
	struct apdu_command c = { .ins = 0x2a, .p1 = 0x9e, .p2 = 0x9a, .answers = 1 };
	struct yx_buf in, answer;
	unsigned sw = 0;
	int rc;

	yx_buf_init(&in, 1024);
	yx_buf_init(&answer, 2048);
	if ((rc = set_environment(card, card->state, key, way, &sw)) != YX_OK)
		goto out;
	rc = sw == SW_OK ? put_input(hash, way->form, &in) : YX_CARD_UNSUPPORTED;
	if (rc != YX_OK)
		goto out;
	c.data = in.data;
	c.len = in.len;
	if ((rc = run(card, c, &answer, &sw)) != YX_OK)
		goto out;
	if (sw == SW_OK)
		rc = sign_take(hash, answer.data, answer.len, out);
	else
		rc = sw == SW_NO_PIN ? YX_PIN_NEEDED : sw == SW_BLOCKED ? YX_PIN_BLOCKED : YX_CARD_UNSUPPORTED;
	if (rc == YX_CARD_PROTOCOL)
		rc = YX_CARD_UNSUPPORTED; /* no signature of this hash by this key */
out:
	yx_buf_free(&in);
	yx_buf_free(&answer);
	return rc;
}

static int
sign(struct token *t, const struct token_key *key, const struct sign_hash *hash, struct yx_buf *out)
{
	struct card *card = t->state;
	struct p15 *p = card->state;
	const struct p15_key *k = &p->key[key->ref];
	struct way ways[2 * P15_ALGS_MAX + 8];
	size_t n = ways_of(p, k, ways, sizeof(ways) / sizeof(ways[0]));
	int rc = YX_CARD_UNSUPPORTED;

	if (p->way_key != key->ref + 1)
		p->way = -1;
	p->way_key = key->ref + 1;
	if (p->way >= 0 && p->worked)
		return sign_by(card, k, &ways[p->way], hash, out);
	/* A try that failed may have used up the PIN: then go on with the next one when
	 * the PIN was given again. */
	for (size_t i = (size_t)(p->way + 1); rc == YX_CARD_UNSUPPORTED && i < n; i++) {
		p->way = (int)i;
		rc = sign_by(card, k, &ways[i], hash, out);
		if (rc == YX_PIN_NEEDED)
			p->way--;
	}
	p->worked = rc == YX_OK;
	return rc == YX_CARD_UNSUPPORTED ? YX_CARD_PROTOCOL : rc;
}

const struct card_driver card_pkcs15 = {
	.ops = { .name = "PKCS#15", .keys = keys, .tries = tries, .verify = verify,
	    .verify_on_pad = verify_on_pad, .sign = sign },
	.probe = probe,
};
