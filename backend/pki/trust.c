#include "backend/pki/pki.h"
#include "backend/pki/trust.h"

#include <dirent.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"

#define PATH_LENGTH 4096

enum role { ANCHOR, INTERMEDIATE };

/* An anchor is marked as trusted by itself, so that it need not be self-signed;
 * an intermediate only helps to build a path. */
static int
add_cert(struct pki_trust *t, X509 *x, enum role role)
{
	int ok;

	if (role == INTERMEDIATE) {
		/* In the store it is found by whoever has only the store, but a path
		 * does not end there; a self-signed one would end it. */
		if ((X509_get_extension_flags(x) & EXFLAG_SS) == 0 && X509_STORE_add_cert(t->store, x) != 1)
			return YX_NO_MEMORY;
		return X509_add_cert(t->intermediates, x,
		    X509_ADD_FLAG_UP_REF | X509_ADD_FLAG_NO_DUP) == 1 ? YX_OK : YX_NO_MEMORY;
	}
	ok = X509_add1_trust_object(x, OBJ_nid2obj(NID_anyExtendedKeyUsage)) == 1 &&
	    X509_STORE_add_cert(t->store, x) == 1 &&
	    X509_add_cert(t->anchors, x, X509_ADD_FLAG_UP_REF | X509_ADD_FLAG_NO_DUP) == 1;
	return ok ? YX_OK : YX_NO_MEMORY;
}

static int
add_file(struct pki_trust *t, const char *path, enum role role)
{
	STACK_OF(X509) *certs = NULL;
	int rc = pki_load_chain(path, &certs);

	if (rc != YX_OK)
		yx_error("%s holds no readable certificate", path);
	for (int i = 0; rc == YX_OK && i < sk_X509_num(certs); i++)
		rc = add_cert(t, sk_X509_value(certs, i), role);
	sk_X509_pop_free(certs, X509_free);
	return rc == YX_OK || rc == YX_NO_MEMORY ? rc : YX_CONFIG;
}

static int
is_pem(const struct dirent *e)
{
	const char *dot = strrchr(e->d_name, '.');

	return e->d_name[0] != '.' && dot != NULL &&
	    (strcmp(dot, ".pem") == 0 || strcmp(dot, ".crt") == 0);
}

/* Sorted, so that the same directory always gives the same paths. */
static int
add_directory(struct pki_trust *t, const char *dir, enum role role)
{
	struct dirent **names = NULL;
	int n = scandir(dir, &names, is_pem, alphasort), rc = YX_OK;

	if (n < 0)
		return YX_NOT_FOUND;
	for (int i = 0; i < n; i++) {
		char path[PATH_LENGTH];

		if (rc == YX_OK && snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name) <
		    (int)sizeof(path))
			rc = add_file(t, path, role);
		free(names[i]);
	}
	free(names);
	return rc;
}

static int
load(struct pki_trust *t, const char *dir)
{
	char anchors[PATH_LENGTH], intermediates[PATH_LENGTH];
	int rc;

	if (snprintf(anchors, sizeof(anchors), "%s/anchors", dir) >= (int)sizeof(anchors) ||
	    snprintf(intermediates, sizeof(intermediates), "%s/intermediates", dir) >=
	    (int)sizeof(intermediates))
		return YX_CONFIG;
	/* A directory of nothing but anchors will do as well. */
	if ((rc = add_directory(t, anchors, ANCHOR)) == YX_NOT_FOUND)
		rc = add_directory(t, dir, ANCHOR);
	if (rc != YX_OK || sk_X509_num(t->anchors) == 0) {
		yx_error("no trust anchor in %s", dir);
		return rc == YX_NO_MEMORY ? rc : YX_CONFIG;
	}
	rc = add_directory(t, intermediates, INTERMEDIATE);
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}

/* Without anchors yet; NULL without memory. */
static struct pki_trust *
empty(const char *allow_hosts)
{
	struct pki_trust *t = calloc(1, sizeof(*t));

	if (t == NULL || (t->store = X509_STORE_new()) == NULL ||
	    (t->anchors = sk_X509_new_null()) == NULL || (t->intermediates = sk_X509_new_null()) == NULL ||
	    (t->allow_hosts = strdup(allow_hosts == NULL ? "" : allow_hosts)) == NULL)
		pki_trust_free(&t);
	return t;
}

int
pki_trust_open(const char *dir, const char *allow_hosts, struct pki_trust **out)
{
	struct pki_trust *t = empty(allow_hosts);
	int rc = t == NULL ? YX_NO_MEMORY : load(t, dir);

	*out = NULL;
	if (rc == YX_OK) {
		*out = t;
		t = NULL;
	}
	pki_trust_free(&t);
	return rc;
}

int
pki_trust_of(X509 *anchor, struct pki_trust **out)
{
	struct pki_trust *t = empty(NULL);
	int rc = t == NULL ? YX_NO_MEMORY : add_cert(t, anchor, ANCHOR);

	*out = NULL;
	if (rc == YX_OK) {
		*out = t;
		t = NULL;
	}
	pki_trust_free(&t);
	return rc;
}

void
pki_trust_free(struct pki_trust **t)
{
	if (*t == NULL)
		return;
	X509_STORE_free((*t)->store);
	sk_X509_pop_free((*t)->anchors, X509_free);
	sk_X509_pop_free((*t)->intermediates, X509_free);
	free((*t)->allow_hosts);
	free(*t);
	*t = NULL;
}

X509_STORE *
pki_trust_store(const struct pki_trust *t)
{
	return t->store;
}

STACK_OF(X509) *
pki_trust_intermediates(const struct pki_trust *t)
{
	return t->intermediates;
}
