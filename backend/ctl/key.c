/* yinxinctl key-csr: the request for the certificate of a key that the platform will seal with. */
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/conf.h"
#include "backend/ctl/ctl.h"
#include "backend/domain/base/seal_key.h"
#include "backend/pki/csr.h"
#include "backend/pki/token_uri.h"

#define PEM_MAX 16384

struct asking {
	struct yx_arena *arena;
	struct yx_conf   conf;
	const char      *path, *place, *kind, *subject;
};

static int
open_asking(int argc, char **argv, struct asking *q)
{
	const struct ctl_option options[] = {
		{ "--conf", &q->path, NULL, NULL, NULL }, { "--key", &q->place, NULL, NULL, NULL },
		{ "--new", &q->kind, NULL, NULL, NULL }, { "--subject", &q->subject, NULL, NULL, NULL },
		{ NULL, NULL, NULL, NULL, NULL }
	};
	const char *why = "";
	int rc = ctl_parse(argc, argv, options, NULL, 0);

	if (rc != YX_OK)
		return rc;
	if (q->path == NULL || q->place == NULL) {
		fprintf(stderr, "yinxinctl: %s needs --conf FILE and --key PLACE\n", argv[0]);
		return YX_USAGE;
	}
	if ((q->arena = yx_arena_new(4 << 20)) == NULL)
		return YX_NO_MEMORY;
	if ((rc = conf_load(q->arena, q->path, &q->conf, &why)) != YX_OK)
		fprintf(stderr, "yinxinctl: %s\n", why);
	return rc;
}

/* Made by root it is the directory's owner's: the server has to read it. */
static int
make(const char *file, const char *kind)
{
	char dir[4096];
	struct stat st;
	int rc = strlen(file) < sizeof(dir) ? pki_key_make(file, kind) : YX_BAD_FIELD;

	if (rc != YX_OK || geteuid() != 0)
		return rc;
	memcpy(dir, file, strlen(file) + 1);
	return stat(dirname(dir), &st) == 0 && chown(file, st.st_uid, st.st_gid) == 0 ? YX_OK : YX_IO;
}

static int
subject_of(const struct asking *q, X509_NAME **out)
{
	X509 *cert = NULL;
	int rc;

	if (q->subject != NULL)
		return pki_name_read(q->subject, out);
	if ((rc = pki_load_cert(q->conf.seal_cert, &cert)) == YX_OK &&
	    (*out = X509_NAME_dup(X509_get_subject_name(cert))) == NULL)
		rc = YX_NO_MEMORY;
	X509_free(cert);
	return rc;
}

static int
request(struct asking *q, struct hsm *h, struct yx_buf *pem)
{
	const char *place = *q->place == '/' || token_uri_is(q->place) ? q->place
	    : seal_key_path(q->arena, &q->conf, q->place);
	struct pki_key *key = NULL;
	X509_NAME *subject = NULL;
	int rc = place == NULL ? YX_BAD_FIELD : subject_of(q, &subject);

	if (rc == YX_OK && q->kind != NULL)
		rc = !token_uri_is(place) ? make(place, q->kind) : h == NULL ? YX_CONFIG : hsm_make(h, place, q->kind);
	if (rc == YX_OK && (rc = pki_key_open(h, place, &key)) == YX_OK)
		rc = pki_csr(key, subject, pem);
	pki_key_free(&key);
	X509_NAME_free(subject);
	return rc;
}

int
ctl_key_csr(int argc, char **argv)
{
	struct asking q = { .arena = NULL };
	struct hsm *h = NULL;
	struct yx_buf pem;
	int rc = open_asking(argc, argv, &q);

	yx_buf_init(&pem, PEM_MAX);
	if (rc == YX_OK && *q.conf.pkcs11_module != '\0')
		rc = hsm_open(q.conf.pkcs11_module, q.conf.pkcs11_pin_file, &h);
	if (rc == YX_OK && (rc = request(&q, h, &pem)) == YX_OK)
		fputs(yx_buf_str(&pem), stdout);
	yx_buf_free(&pem);
	hsm_close(&h);
	yx_arena_free(&q.arena);
	return rc == YX_OK ? CTL_OK : ctl_fail(q.place != NULL ? q.place : "key-csr", rc);
}
