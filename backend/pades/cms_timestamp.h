/* cms_timestamp.h - floor 3: the token of a document timestamp (RFC 3161; EN 319 142-1, 5.4.3). */
#ifndef YX_PADES_CMS_TIMESTAMP_H
#define YX_PADES_CMS_TIMESTAMP_H

#include "backend/pades/cms.h"

struct cms_timestamp {
	time_t      time;        /* as the authority says, UTC */
	const char *md;          /* "SHA-256" …: of the bytes that it covers; "" */
	X509       *signer;      /* the authority; the caller frees */
	int         digest_ok, signature_ok, chain_ok;
};

/* Is it a token over the bytes around the hole, signed as it says, by an authority whose
 * chain leads to an anchor at the token's own time (trust NULL: not judged)? Returns NULL
 * or a stable word. */
const char *cms_timestamp_flaw(const struct yx_buf *token, int fd, const struct pades_hole *hole,
    X509_STORE *trust, struct cms_timestamp *out);

#endif
