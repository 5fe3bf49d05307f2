/* fetch.h - floor 2: bytes from a URL that a certificate names. The URL is
 * foreign input: http and https only, listed hosts only, no redirects, bounded in
 * time (connect 3 s, all 8 s) and size (that of the buffer). */
#ifndef YX_PKI_FETCH_H
#define YX_PKI_FETCH_H

#include "common/buf.h"
#include "common/error.h"

/* GET, or POST of `body` with its content type if body is not NULL. Appends the
 * answer to `out`; anything but status 200 is an error. YX_REVOCATION_UNKNOWN. */
int pki_fetch(const char *url, const char *allow_hosts, const char *content_type,
    const struct yx_buf *body, struct yx_buf *out) YX_MUST_USE;
/* 1 if the host (and port) of the URL is in the list, or the list is empty. */
int pki_host_allowed(const char *url, const char *allow_hosts);

#endif
