#include "backend/pki/hsm.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "backend/pki/token_uri.h"
#include "common/frame.h"
#include "common/helper.h"
#include "common/log.h"

#define SILENT_MS 20000 /* an HSM behind a network may take its time */
#define MAKE_MS   90000 /* a card looks long for primes */

struct hsm {
	pthread_mutex_t  one;
	char            *module, *pin_file;
	struct yx_helper helper;
	struct yx_buf    question, answer;
	int              said; /* how the last question went */
	struct yx_reader r; /* over the answer, behind its code */
};

int
hsm_open(const char *module, const char *pin_file, struct hsm **out)
{
	struct hsm *h = *out = calloc(1, sizeof(*h));

	if (h == NULL)
		return YX_NO_MEMORY;
	h->helper.fd = -1;
	h->module = strdup(module);
	h->pin_file = strdup(pin_file);
	yx_buf_init(&h->question, 8192);
	yx_buf_init(&h->answer, 8192);
	pthread_mutex_init(&h->one, NULL);
	if (h->module != NULL && h->pin_file != NULL)
		return YX_OK;
	hsm_close(out);
	return YX_NO_MEMORY;
}

void
hsm_close(struct hsm **out)
{
	struct hsm *h = *out;

	*out = NULL;
	if (h == NULL)
		return;
	yx_helper_end(&h->helper);
	yx_buf_free(&h->question);
	yx_buf_free(&h->answer);
	pthread_mutex_destroy(&h->one);
	free(h->module);
	free(h->pin_file);
	free(h);
}

static int
start(struct hsm *h)
{
	int rc = yx_helper_start(&h->helper, HSM_OPTION, h->module, SILENT_MS);

	if (rc == YX_OK && yx_frame_write(h->helper.fd, h->pin_file, strlen(h->pin_file) + 1) != YX_OK)
		rc = YX_MODULE_FAILED;
	return rc;
}

/* The code of the answer; h->r stands behind it. What can't be talked with any more is ended. */
static int
talk(struct hsm *h)
{
	const int patience = h->question.len > 0 && h->question.data[0] == HSM_MAKE ? MAKE_MS : SILENT_MS;
	struct pollfd p = { .fd = h->helper.fd, .events = POLLIN };
	unsigned code = YX_MODULE_FAILED;
	int eof = 0, rc = yx_frame_write(h->helper.fd, h->question.data, h->question.len);

	if (rc == YX_OK && poll(&p, 1, patience) <= 0)
		rc = YX_TIMEOUT;
	if (rc == YX_OK && (rc = yx_frame_read(h->helper.fd, &h->answer, &eof)) == YX_OK) {
		yx_reader_init(&h->r, h->answer.data, h->answer.len);
		rc = !eof && yx_read16be(&h->r, &code) == YX_OK && code < YX_ERR_COUNT ? YX_OK : YX_MODULE_FAILED;
	}
	if (rc == YX_OK)
		return (int)code;
	yx_helper_end(&h->helper);
	return rc == YX_TIMEOUT ? rc : YX_MODULE_FAILED;
}

/* A process that died since the last question is started again, once. */
static int
ask(struct hsm *h)
{
	const int fresh = h->helper.fd < 0;
	int rc = yx_buf_status(&h->question);

	if (rc == YX_OK && fresh)
		rc = start(h);
	if (rc == YX_OK && (rc = talk(h)) == YX_MODULE_FAILED && h->helper.fd < 0 && !fresh && (rc = start(h)) == YX_OK)
		rc = talk(h);
	/* (once: who asks may ask twice a second) */
	if (rc != YX_OK && rc != h->said)
		yx_warn("module %s: %s", h->module, yx_err_word(rc));
	h->said = rc;
	return rc;
}

static void
begin(struct hsm *h, enum hsm_op op, const char *uri)
{
	yx_buf_reset(&h->question);
	yx_buf_add8(&h->question, op);
	yx_buf_add_sized(&h->question, uri, strlen(uri));
}

int
hsm_sign(struct hsm *h, const char *uri, const struct pki_method *how, const uint8_t *hash, struct yx_buf *out)
{
	const uint8_t *signature = NULL;
	struct token_uri u;
	size_t n = 0;
	int rc = token_uri_parse(uri, &u);

	if (rc != YX_OK)
		return rc;
	pthread_mutex_lock(&h->one);
	begin(h, HSM_SIGN, uri);
	yx_buf_add_sized(&h->question, how->md, strlen(how->md));
	yx_buf_add_sized(&h->question, hash, (size_t)EVP_MD_get_size(pki_md(how->md)));
	yx_buf_add_sized(&h->question, pki_method_mask(how), how->pss ? strlen(pki_method_mask(how)) : 0);
	yx_buf_add16be(&h->question, how->pss ? (unsigned)pki_method_salt(how) : 0);
	if ((rc = ask(h)) == YX_OK && (rc = yx_read_sized(&h->r, HSM_INPUT_MAX, &signature, &n)) == YX_OK) {
		yx_buf_add(out, signature, n);
		rc = yx_buf_status(out);
	}
	pthread_mutex_unlock(&h->one);
	return rc;
}

int
hsm_public(struct hsm *h, const char *uri, EVP_PKEY **out)
{
	const uint8_t *der = NULL;
	struct token_uri u;
	size_t n = 0;
	int rc = token_uri_parse(uri, &u);

	*out = NULL;
	if (rc != YX_OK)
		return rc;
	pthread_mutex_lock(&h->one);
	begin(h, HSM_PUBLIC, uri);
	if ((rc = ask(h)) == YX_OK && (rc = yx_read_sized(&h->r, HSM_KEY_MAX, &der, &n)) == YX_OK &&
	    (*out = d2i_PUBKEY(NULL, &der, (long)n)) == NULL)
		rc = YX_MODULE_FAILED;
	pthread_mutex_unlock(&h->one);
	ERR_clear_error();
	return rc;
}

int
hsm_make(struct hsm *h, const char *uri, const char *kind)
{
	struct token_uri u;
	int rc = token_uri_parse(uri, &u);

	if (rc != YX_OK)
		return rc;
	if (strcmp(kind, "rsa3072") != 0 && strcmp(kind, "p256") != 0 && strcmp(kind, "p384") != 0)
		return YX_BAD_FIELD;
	pthread_mutex_lock(&h->one);
	begin(h, HSM_MAKE, uri);
	yx_buf_add_sized(&h->question, kind, strlen(kind));
	rc = ask(h);
	pthread_mutex_unlock(&h->one);
	return rc;
}
