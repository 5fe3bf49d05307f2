#include "backend/pki/pki.h"

#include <openssl/err.h>
#include <openssl/pem.h>

/* A missing password is an error, never a question on the terminal. */
static int
no_password(char *buf, int size, int rw, void *arg)
{
	(void)buf, (void)size, (void)rw, (void)arg;
	return -1;
}

int
pki_load_cert(const char *path, X509 **out)
{
	BIO *in = BIO_new_file(path, "r");

	*out = NULL;
	if (in == NULL)
		return YX_IO;
	if ((*out = PEM_read_bio_X509(in, NULL, no_password, NULL)) == NULL && BIO_reset(in) == 0)
		*out = d2i_X509_bio(in, NULL);
	BIO_free(in);
	ERR_clear_error();
	return *out == NULL ? YX_CERT_BAD : YX_OK;
}

static int
read_all(BIO *in, STACK_OF(X509) *certs)
{
	X509 *x;

	while ((x = PEM_read_bio_X509(in, NULL, no_password, NULL)) != NULL) {
		if (sk_X509_push(certs, x) <= 0) {
			X509_free(x);
			return YX_NO_MEMORY;
		}
	}
	/* The end of the file shows as "no start line"; anything else is damage. */
	if (sk_X509_num(certs) == 0 ||
	    ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		return YX_CERT_BAD;
	return YX_OK;
}

int
pki_load_chain(const char *path, STACK_OF(X509) **out)
{
	BIO *in = BIO_new_file(path, "r");
	STACK_OF(X509) *certs = sk_X509_new_null();
	int rc = in == NULL ? YX_IO : certs == NULL ? YX_NO_MEMORY : YX_OK;

	*out = NULL;
	ERR_clear_error();
	if (rc == YX_OK)
		rc = read_all(in, certs);
	if (rc == YX_OK)
		*out = certs;
	else
		sk_X509_pop_free(certs, X509_free);
	BIO_free(in);
	ERR_clear_error();
	return rc;
}

int
pki_load_key(const char *path, EVP_PKEY **out)
{
	BIO *in = BIO_new_file(path, "r");

	*out = NULL;
	if (in == NULL)
		return YX_IO;
	*out = PEM_read_bio_PrivateKey(in, NULL, no_password, NULL);
	BIO_free(in);
	ERR_clear_error();
	return *out == NULL ? YX_CERT_BAD : YX_OK;
}
