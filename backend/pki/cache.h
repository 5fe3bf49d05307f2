/* cache.h - floor 2: what was fetched a moment ago, kept in the process: CRLs and
 * certificates of CAs, which many ask for and which change seldom. */
#ifndef YX_PKI_CACHE_H
#define YX_PKI_CACHE_H

#include "backend/pki/fetch.h"

#define PKI_CACHE_FRESH_MS 60000            /* younger: the server is not asked */
#define PKI_CACHE_MAX      ((size_t)64 << 20) /* bytes of all that is kept */

/* Like pki_fetch for a GET; what is older than PKI_CACHE_FRESH_MS is asked for with its
 * entity tag, so that an unchanged CRL crosses the net once. Any thread. */
int pki_fetch_cached(const char *url, const char *allow_hosts, struct yx_buf *out) YX_MUST_USE;
/* Forgets everything, for a test or at the end of a program. */
void pki_cache_clear(void);

#endif
