#include "backend/pki/tsa.h"

#include <openssl/err.h>
#include <string.h>

#include "backend/pki/fetch.h"
#include "backend/pki/trust.h"
#include "backend/pki/window.h"
#include "common/log.h"
#include "common/random.h"

#define DEADLINE_MS   10000
#define URL_MAX       1024
#define NONCE_BYTES   16
#define GRANTED       0 /* RFC 3161, 2.4.2 */
#define GRANTED_MODS  1

static const char SEPARATORS[] = ", \t";

struct question {
	const struct pki_trust  *trust;
	const struct pki_tsa    *tsa;
	const struct pki_digest *digest;
	ASN1_INTEGER            *nonce;
	struct yx_buf            der;
	int64_t                  until_ms; /* monotonic clock */
};

static int64_t
clock_ms(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- the question ---- */

static ASN1_INTEGER *
new_nonce(void)
{
	unsigned char bytes[NONCE_BYTES];
	BIGNUM *n = NULL;
	ASN1_INTEGER *out = NULL;

	yx_random(bytes, sizeof(bytes));
	bytes[0] &= 0x7f;
	if ((n = BN_bin2bn(bytes, sizeof(bytes), NULL)) != NULL)
		out = BN_to_ASN1_INTEGER(n, NULL);
	BN_free(n);
	return out;
}

static int
set_imprint(TS_REQ *request, const struct pki_digest *d)
{
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	EVP_MD *known = strcmp(d->md, "SHA-1") == 0 ? NULL : EVP_MD_fetch(NULL, d->md, NULL);
	int ok = imprint != NULL && algorithm != NULL && known != NULL && (size_t)EVP_MD_get_size(known) == d->n;

	/* Older authorities refuse an imprint whose algorithm has no NULL beside it. */
	if (ok)
		ok = X509_ALGOR_set0(algorithm, OBJ_nid2obj(EVP_MD_get_type(known)), V_ASN1_NULL, NULL) == 1 &&
		    TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
		    TS_MSG_IMPRINT_set_msg(imprint, (unsigned char *)(uintptr_t)d->bytes, (int)d->n) == 1 &&
		    TS_REQ_set_msg_imprint(request, imprint) == 1;
	EVP_MD_free(known);
	X509_ALGOR_free(algorithm);
	TS_MSG_IMPRINT_free(imprint);
	return ok;
}

static int
set_policy(TS_REQ *request, const char *policy)
{
	ASN1_OBJECT *o;
	int ok;

	if (policy == NULL || *policy == '\0')
		return 1;
	o = OBJ_txt2obj(policy, 1);
	ok = o != NULL && TS_REQ_set_policy_id(request, o) == 1;
	ASN1_OBJECT_free(o);
	return ok;
}

static int
write_question(struct question *q)
{
	TS_REQ *request = TS_REQ_new();
	unsigned char *der = NULL;
	int n, rc = YX_NO_MEMORY;

	q->nonce = new_nonce();
	if (request == NULL || q->nonce == NULL)
		goto out;
	rc = YX_TIMESTAMP_UNAVAILABLE; /* a digest or a policy that is none */
	if (TS_REQ_set_version(request, 1) != 1 || !set_imprint(request, q->digest) ||
	    !set_policy(request, q->tsa->policy) || TS_REQ_set_nonce(request, q->nonce) != 1 ||
	    TS_REQ_set_cert_req(request, 1) != 1 || (n = i2d_TS_REQ(request, &der)) <= 0)
		goto out;
	yx_buf_add(&q->der, der, (size_t)n);
	rc = yx_buf_status(&q->der);
out:
	OPENSSL_free(der);
	TS_REQ_free(request);
	ERR_clear_error();
	return rc;
}

/* ---- the answer ---- */

/* Enters the SEQUENCE at *p, which has `left` bytes; *len: of its contents. */
static int
enter_sequence(const unsigned char **p, size_t left, size_t *len)
{
	int tag = 0, class = 0, flags;
	long n = 0;

	flags = ASN1_get_object(p, &n, &tag, &class, (long)left);
	if ((flags & (0x80 | 1)) != 0 || tag != V_ASN1_SEQUENCE || class != V_ASN1_UNIVERSAL)
		return YX_TIMESTAMP_BAD; /* malformed, or of indefinite length, or something else */
	*len = (size_t)n;
	return YX_OK;
}

static int
is_granted(const void *der, size_t n)
{
	const unsigned char *p = der;
	TS_RESP *response = d2i_TS_RESP(NULL, &p, (long)n);
	const TS_STATUS_INFO *info = response == NULL ? NULL : TS_RESP_get_status_info(response);
	long status = info == NULL ? -1 : ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(info));
	int whole = p == (const unsigned char *)der + n;

	if (info != NULL && status != GRANTED && status != GRANTED_MODS)
		yx_warn("a timestamp authority refuses: status %ld", status);
	TS_RESP_free(response);
	return whole && (status == GRANTED || status == GRANTED_MODS);
}

int
pki_tsa_token(const void *der, size_t n, size_t *at, size_t *len)
{
	const unsigned char *begin = der, *p = der, *status;
	size_t body = 0, skip = 0, token = 0;
	int rc = YX_TIMESTAMP_BAD;

	*at = *len = 0;
	if (n == 0 || n > PKI_TSA_TOKEN_MAX || !is_granted(der, n) ||
	    enter_sequence(&p, n, &body) != YX_OK || p + body != begin + n)
		goto out;
	status = p;
	if (enter_sequence(&p, body, &skip) != YX_OK)
		goto out;
	p += skip;
	body -= (size_t)(p - status);
	*at = (size_t)(p - begin);
	*len = body;
	if (body > 0 && enter_sequence(&p, body, &token) == YX_OK && (size_t)(p - begin) + token == n)
		rc = YX_OK;
out:
	ERR_clear_error();
	return rc;
}

static int
says_what_was_asked(const struct question *q, const struct pki_tst *tst)
{
	const ASN1_INTEGER *nonce = TS_TST_INFO_get_nonce(tst->info);
	int64_t off = (int64_t)time(NULL) - tst->time;

	if (nonce == NULL || ASN1_INTEGER_cmp(nonce, q->nonce) != 0)
		return 0;
	if (q->tsa->policy != NULL && *q->tsa->policy != '\0' && strcmp(q->tsa->policy, tst->policy) != 0)
		return 0;
	return off <= PKI_SKEW && off >= -PKI_SKEW;
}

static int
read_answer(const struct question *q, const struct yx_buf *answer, struct yx_buf *token, struct pki_tst *tst)
{
	size_t at = 0, len = 0;
	int rc;

	memset(tst, 0, sizeof(*tst));
	if ((rc = pki_tsa_token(answer->data, answer->len, &at, &len)) != YX_OK ||
	    (rc = pki_tst_read(answer->data + at, len, tst)) != YX_OK)
		return rc;
	if (!says_what_was_asked(q, tst))
		return YX_TIMESTAMP_BAD;
	rc = pki_tst_check(q->trust, tst, q->digest, 0, NULL);
	if (rc != YX_OK && !(q->trust == NULL && tst->intact && rc == YX_CERT_UNTRUSTED))
		return rc;
	yx_buf_add(token, answer->data + at, len);
	return yx_buf_status(token);
}

/* Host and port of a URL, as a list of hosts has them. */
static void
own_host(const char *url, char out[URL_MAX])
{
	const char *at = strstr(url, "://");
	size_t n;

	at = at == NULL ? url : at + 3;
	n = strcspn(at, "/?#");
	memcpy(out, at, n);
	out[n] = '\0';
}

/* Asks one of those that are left, which share what is left of the time. */
static int
ask(const struct question *q, const char *url, int servers, struct yx_buf *token, struct pki_tst *tst)
{
	struct pki_fetch f = { .url = url, .content_type = "application/timestamp-query", .body = &q->der,
		.tls_ca = q->tsa->tls_ca, .timeout_ms = (q->until_ms - clock_ms()) / servers };
	struct yx_buf answer;
	char own[URL_MAX];
	int rc;

	own_host(url, own);
	f.allow_hosts = q->tsa->allow_hosts == NULL ? own : q->tsa->allow_hosts;
	if (f.timeout_ms <= 0)
		return YX_TIMESTAMP_UNAVAILABLE;
	yx_buf_init(&answer, PKI_TSA_TOKEN_MAX);
	if ((rc = pki_fetch(&f, &answer)) == YX_OK && (rc = read_answer(q, &answer, token, tst)) != YX_OK) {
		yx_warn("%s: the answer does not hold: %s", url, yx_err_word(rc));
		pki_tst_free(tst);
	}
	yx_buf_free(&answer);
	return rc;
}

static int
count(const char *urls)
{
	int n = 0;

	for (urls += strspn(urls, SEPARATORS); *urls != '\0'; n++) {
		urls += strcspn(urls, SEPARATORS);
		urls += strspn(urls, SEPARATORS);
	}
	return n;
}

static int
ask_all(const struct question *q, struct yx_buf *token, struct pki_tst *tst)
{
	const char *at = q->tsa->urls + strspn(q->tsa->urls, SEPARATORS);
	int left = count(at), rc = YX_TIMESTAMP_UNAVAILABLE;

	for (; *at != '\0' && rc != YX_OK && rc != YX_NO_MEMORY; left--) {
		size_t n = strcspn(at, SEPARATORS);
		char url[URL_MAX];

		if (n < sizeof(url)) {
			memcpy(url, at, n);
			url[n] = '\0';
			rc = ask(q, url, left, token, tst);
		}
		at += n;
		at += strspn(at, SEPARATORS);
	}
	return rc == YX_OK || rc == YX_NO_MEMORY ? rc : YX_TIMESTAMP_UNAVAILABLE;
}

int
pki_tsa_stamp(const struct pki_trust *trust, const struct pki_tsa *tsa, const struct pki_digest *digest,
    struct yx_buf *token, struct pki_tst *tst)
{
	struct question q = { .trust = trust, .tsa = tsa, .digest = digest };
	struct pki_tst mine;
	int rc;

	memset(&mine, 0, sizeof(mine));
	yx_buf_init(&q.der, PKI_TSA_TOKEN_MAX);
	q.until_ms = clock_ms() + (tsa->deadline_ms > 0 ? tsa->deadline_ms : DEADLINE_MS);
	if ((rc = write_question(&q)) == YX_OK)
		rc = ask_all(&q, token, &mine);
	if (tst != NULL)
		*tst = mine;
	else
		pki_tst_free(&mine);
	ASN1_INTEGER_free(q.nonce);
	yx_buf_free(&q.der);
	return rc;
}
