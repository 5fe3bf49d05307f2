/* fetch.h - floor 2: bytes from a URL that a certificate or the administrator names.
 * http and https only, hosts as hosts.h judges them (the address that is really
 * connected to is looked at, so a name that points inside does not help), no
 * redirects, no proxy of the environment, bounded in time and size. */
#ifndef YX_PKI_FETCH_H
#define YX_PKI_FETCH_H

#include <stdint.h>
#include "common/buf.h"
#include "common/error.h"

struct pki_fetch {
	const char          *url;
	const char          *allow_hosts;  /* see hosts.h */
	const char          *tls_ca;       /* PEM file of TLS roots; NULL or "": the system's */
	const char          *content_type; /* of the body */
	const struct yx_buf *body;         /* POST it; NULL: GET */
	int64_t              timeout_ms;   /* for all of it; 0: 8 s. Connecting gets 3 s at most */
	const char          *etag;         /* "answer only if it is not this one"; NULL or "": none */
	char                 new_etag[128]; /* out: of the answer, "" if it has none */
	int                  unchanged;    /* out: 1: the server has nothing newer than `etag` */
};

/* Appends the answer (status 200) to `out`, whose limit bounds it; nothing if
 * f->unchanged. YX_UNAVAILABLE: anything else, and logged; YX_NO_MEMORY. */
int pki_fetch(struct pki_fetch *f, struct yx_buf *out) YX_MUST_USE;

#endif
