/* ctl_sign.h - floor 5: what seal, prepare and embed share. */
#ifndef YX_BACKEND_CTL_SIGN_H
#define YX_BACKEND_CTL_SIGN_H

#include <openssl/evp.h>
#include <time.h>
#include "backend/ctl/ctl.h"
#include "backend/pades/pades.h"
#include "backend/pki/tsa.h"

#define CTL_SEAM_SIDE 85.0 /* points: 30 mm */

struct ctl_sign {
	const char *in, *out;
	const char *cert_path, *chain_path, *key_path, *signature_path;
	const char *field, *create[CTL_LIST_MAX], *name, *reason, *location, *time;
	const char *tsa, *tsa_trust, *image, *page, *rect;
	const char *seal_text, *anchor, *seam, *digest;
	int create_n, certify, pss;
	struct pades_part created[CTL_LIST_MAX]; /* of --create */
	struct pades_look look;
	struct pades_field place;    /* page 0: nothing is seen */
	struct yx_buf png;
	struct yx_arena *arena;      /* of the lines */
	time_t when;

	X509 *cert;
	STACK_OF(X509) *chain;
	EVP_PKEY *key;
	struct pki_method how;       /* of the signature */
	int fd;                      /* of the file being made */
	char tmp[4096];              /* its name until it is complete; "" if none */
	struct pades_part parts[CTL_LIST_MAX + 3];
	struct pades_change change;
	struct pades_appended made;
	struct yx_buf attributes, partial, cms;
	struct pki_trust *stamp_trust;
	struct pki_tsa    authority;
	struct pades_stamp stamp;
};

/* Reads the arguments, the certificate, its chain and (if asked) the key. */
int ctl_sign_open(struct ctl_sign *s, int argc, char **argv, int want_key) YX_MUST_USE;
/* The seal: picture, place, lines of text; the places of --create (look.c). */
int ctl_sign_look(struct ctl_sign *s) YX_MUST_USE;
void ctl_sign_close(struct ctl_sign *s);

/* A new file beside s->out; ctl_sign_commit syncs it and gives it its name. */
int ctl_sign_create(struct ctl_sign *s) YX_MUST_USE;
int ctl_sign_commit(struct ctl_sign *s) YX_MUST_USE;

/* Appends the revision of s->in to the new file: fields, hole, digest. */
int ctl_sign_append(struct ctl_sign *s) YX_MUST_USE;
/* Signed attributes over the digest in s->made. */
int ctl_sign_begin(struct ctl_sign *s) YX_MUST_USE;
/* Verifies the raw signature, makes the CMS of it, with a timestamp if --tsa is given, and
 * fills the hole. */
int ctl_sign_finish(struct ctl_sign *s, const void *signature, size_t n) YX_MUST_USE;

#endif
