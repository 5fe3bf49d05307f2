#include "backend/ctl/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/pades/png.h"
#include "backend/pki/pki.h"

#define CMS_MAX   ((size_t)1 << 20)
#define ARENA_MAX ((size_t)8 << 20)

static int
parse(struct ctl_sign *s, int argc, char **argv)
{
	const struct ctl_option options[] = {
		{ "--cert", &s->cert_path, NULL, NULL, NULL },
		{ "--chain", &s->chain_path, NULL, NULL, NULL },
		{ "--key", &s->key_path, NULL, NULL, NULL },
		{ "--signature", &s->signature_path, NULL, NULL, NULL },
		{ "--field", &s->field, NULL, NULL, NULL },
		{ "--create", NULL, NULL, s->create, &s->create_n },
		{ "--certify", NULL, &s->certify, NULL, NULL },
		{ "--name", &s->name, NULL, NULL, NULL },
		{ "--reason", &s->reason, NULL, NULL, NULL },
		{ "--location", &s->location, NULL, NULL, NULL },
		{ "--time", &s->time, NULL, NULL, NULL },
		{ "--tsa", &s->tsa, NULL, NULL, NULL },
		{ "--tsa-trust", &s->tsa_trust, NULL, NULL, NULL },
		{ "--image", &s->image, NULL, NULL, NULL },
		{ "--page", &s->page, NULL, NULL, NULL },
		{ "--rect", &s->rect, NULL, NULL, NULL },
		{ "--seal-text", &s->seal_text, NULL, NULL, NULL },
		{ "--anchor", &s->anchor, NULL, NULL, NULL },
		{ "--seam", &s->seam, NULL, NULL, NULL },
		{ "--digest", &s->digest, NULL, NULL, NULL },
		{ "--pss", NULL, &s->pss, NULL, NULL },
		{ NULL, NULL, NULL, NULL, NULL },
	};
	const char *plain[2] = { NULL, NULL };
	int rc = ctl_parse(argc, argv, options, plain, 2);

	s->in = plain[0];
	s->out = plain[1];
	if (rc == YX_OK && s->cert_path == NULL) {
		fprintf(stderr, "yinxinctl: --cert is needed\n");
		return YX_USAGE;
	}
	return rc;
}

/* The digest that goes with the key, or the one that is asked for; with --pss an RSA key pads so. */
static int
choose_method(struct ctl_sign *s)
{
	int rc = pki_method_of(s->cert, s->digest, s->pss, &s->how);

	if (rc == YX_BAD_FIELD)
		fprintf(stderr, "yinxinctl: --digest is SHA-256, SHA-384 or SHA-512; --pss needs an RSA key\n");
	else if (rc == YX_CERT_USAGE)
		fprintf(stderr, "yinxinctl: %s: this key signs with another digest only\n", s->cert_path);
	else if (rc != YX_OK || (rc = pki_check_leaf(s->cert)) != YX_OK)
		ctl_fail(s->cert_path, rc);
	return rc;
}

static int
load_authority(struct ctl_sign *s)
{
	int rc;

	if (s->tsa_trust != NULL && (rc = pki_trust_open(s->tsa_trust, NULL, &s->stamp_trust)) != YX_OK) {
		ctl_fail(s->tsa_trust, rc);
		return rc;
	}
	s->authority.urls = s->tsa;
	s->stamp = (struct pades_stamp){ .trust = s->stamp_trust, .tsa = &s->authority };
	return YX_OK;
}

static int
load(struct ctl_sign *s, int want_key)
{
	int rc = load_authority(s);

	if (rc != YX_OK)
		return rc;
	if ((rc = pki_load_cert(s->cert_path, &s->cert)) != YX_OK) {
		ctl_fail(s->cert_path, rc);
		return rc;
	}
	if (s->chain_path != NULL && (rc = pki_load_chain(s->chain_path, &s->chain)) != YX_OK) {
		ctl_fail(s->chain_path, rc);
		return rc;
	}
	if (!want_key)
		return choose_method(s);
	if (s->key_path == NULL) {
		fprintf(stderr, "yinxinctl: --key is needed\n");
		return YX_USAGE;
	}
	if ((rc = pki_load_key(s->key_path, &s->key)) != YX_OK) {
		ctl_fail(s->key_path, rc);
		return rc;
	}
	if (X509_check_private_key(s->cert, s->key) != 1) {
		fprintf(stderr, "yinxinctl: the key does not belong to the certificate\n");
		return YX_USAGE;
	}
	return choose_method(s);
}

/* "2021-09-22T08:09:42Z" */
static int
read_time(const char *text, time_t *out)
{
	struct tm tm = { 0 };
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);

	if (end == NULL || *end != '\0') {
		fprintf(stderr, "yinxinctl: --time wants YYYY-MM-DDTHH:MM:SSZ\n");
		return YX_USAGE;
	}
	*out = timegm(&tm);
	return YX_OK;
}

int
ctl_sign_open(struct ctl_sign *s, int argc, char **argv, int want_key)
{
	int rc;

	memset(s, 0, sizeof(*s));
	s->fd = -1;
	yx_buf_init(&s->attributes, CMS_MAX);
	yx_buf_init(&s->partial, CMS_MAX);
	yx_buf_init(&s->cms, CMS_MAX);
	yx_buf_init(&s->png, PADES_PNG_BYTES);
	s->when = time(NULL);
	if ((rc = parse(s, argc, argv)) != YX_OK || (s->time != NULL && (rc = read_time(s->time, &s->when)) != YX_OK) ||
	    (rc = load(s, want_key)) != YX_OK)
		return rc;
	return ctl_sign_look(s);
}

void
ctl_sign_close(struct ctl_sign *s)
{
	if (s->fd >= 0)
		close(s->fd);
	if (s->tmp[0] != '\0')
		unlink(s->tmp);
	pki_trust_free(&s->stamp_trust);
	X509_free(s->cert);
	sk_X509_pop_free(s->chain, X509_free);
	EVP_PKEY_free(s->key);
	yx_buf_free(&s->attributes);
	yx_buf_free(&s->partial);
	yx_buf_free(&s->cms);
	yx_buf_free(&s->png);
	yx_arena_free(&s->arena);
}

int
ctl_sign_create(struct ctl_sign *s)
{
	if (snprintf(s->tmp, sizeof(s->tmp), "%s.XXXXXX", s->out) >= (int)sizeof(s->tmp) ||
	    (s->fd = mkostemp(s->tmp, O_CLOEXEC)) < 0) {
		fprintf(stderr, "yinxinctl: %s: %s\n", s->out, strerror(errno));
		s->tmp[0] = '\0';
		return YX_IO;
	}
	return YX_OK;
}

int
ctl_sign_commit(struct ctl_sign *s)
{
	mode_t mask = umask(0);

	umask(mask);
	if (fchmod(s->fd, 0666 & ~mask) != 0 || fsync(s->fd) != 0 || rename(s->tmp, s->out) != 0) {
		fprintf(stderr, "yinxinctl: %s: %s\n", s->out, strerror(errno));
		return YX_IO;
	}
	s->tmp[0] = '\0';
	return YX_OK;
}

/* The change with that field name; create: the field is new. */
static int
make_change(struct ctl_sign *s, const char *field, int create)
{
	const struct pades_cms_signer by = { .cert = s->cert, .chain = s->chain, .how = s->how };
	struct pades_signing sign = { .field = field, .certify = s->certify, .name = s->name,
		.reason = s->reason, .location = s->location, .when = s->when,
		.room = pades_room(&by, s->tsa == NULL ? 0 : PADES_TOKEN_ROOM),
		.look = s->look.line[0] != NULL ? &s->look : NULL };
	size_t n = 0;

	memset(s->parts, 0, sizeof(s->parts));
	if (create) {
		s->parts[n].field = s->place;
		s->parts[n++].field.name = field;
	}
	for (int i = 0; i < s->create_n; i++)
		s->parts[n++] = s->created[i]; /* (zero is PADES_FIELD) */
	if (create && s->seam != NULL)
		s->parts[n++] = (struct pades_part){ .kind = PADES_SEAM, .seam = { field, CTL_SEAM_SIDE, atof(s->seam) } };
	s->parts[n++] = (struct pades_part){ .kind = PADES_SIGN, .sign = sign };
	s->change = (struct pades_change){ s->parts, n, s->how.md };
	return YX_OK;
}

/* Tries the change with a field name until one fits: the file tells which names
 * it has. */
static int
append_as(struct ctl_sign *s, const char *field, int create)
{
	int rc = make_change(s, field, create);

	return rc == YX_OK ? pades_append(s->in, s->fd, &s->change, &s->made) : rc;
}

/* --field names an empty field of the file or, if there is none, a new one. */
static int
append_named(struct ctl_sign *s)
{
	int listed = 0, rc;

	for (int i = 0; i < s->create_n; i++)
		listed |= strcmp(s->created[i].field.name, s->field) == 0;
	rc = append_as(s, s->field, 0);
	return rc == YX_NOT_FOUND && !listed ? append_as(s, s->field, 1) : rc;
}

static int
append_default(struct ctl_sign *s)
{
	struct yx_arena *a = yx_arena_new(ARENA_MAX);
	const char *name = NULL;
	char fresh[32];
	int rc = a == NULL ? YX_NO_MEMORY : pades_empty_field(a, s->in, &name);

	if (rc == YX_OK) {
		rc = append_as(s, name, 0);
	} else if (rc == YX_NOT_FOUND) {
		rc = YX_CONFLICT;
		for (int i = 1; rc == YX_CONFLICT && i <= 1000; i++) {
			snprintf(fresh, sizeof(fresh), "Signature%d", i);
			rc = append_as(s, fresh, 1);
		}
	}
	yx_arena_free(&a);
	return rc;
}

int
ctl_sign_append(struct ctl_sign *s)
{
	int rc = s->field != NULL ? append_named(s) : append_default(s);

	if (rc != YX_OK && rc != YX_USAGE)
		ctl_fail(s->in, rc);
	return rc;
}

int
ctl_sign_begin(struct ctl_sign *s)
{
	const struct pades_cms_signer by = { .cert = s->cert, .chain = s->chain, .how = s->how };
	int rc = pades_cms_begin(&by, (struct yx_bytes){ s->made.digest, s->made.digest_n }, &s->attributes, &s->partial);

	if (rc != YX_OK)
		ctl_fail(s->in, rc);
	return rc;
}

int
ctl_sign_finish(struct ctl_sign *s, const void *signature, size_t n)
{
	const size_t room = (size_t)(s->made.hole.end - s->made.hole.start - 2) / 2;
	int rc = pades_cms_finish(yx_buf_bytes(&s->partial), s->cert, (struct yx_bytes){ signature, n }, &s->cms);

	if (rc == YX_OK && s->tsa != NULL && (rc = pades_cms_stamp(&s->cms, room, &s->stamp)) != YX_OK) {
		ctl_fail(s->tsa, rc);
		return rc;
	}
	if (rc != YX_OK ||
	    (rc = pades_embed(s->fd, &s->made.hole, s->cms.data, s->cms.len)) != YX_OK)
		ctl_fail(s->out, rc);
	return rc;
}
