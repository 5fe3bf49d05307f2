/* attributes.h - judges the CMS signed attributes that a page wants signed
 * (RFC 5652, 5.4 and 11; RFC 5035; RFC 6211). The host signs nothing else, so a
 * page cannot have a login token, another document's hash or raw bytes signed. */
#ifndef YX_HOST_ATTRIBUTES_H
#define YX_HOST_ATTRIBUTES_H

#include "common/cert.h"
#include "common/error.h"

struct attributes_item {
	const uint8_t *der;        /* the DER SET OF that is signed */
	size_t         der_len;
	const uint8_t *digest;     /* announced message digest */
	size_t         digest_len;
	const char    *algorithm;  /* announced: "SHA-256" or "SHA-384" */
};

/* YX_OK or YX_ITEM_REFUSED; *why then says in a word what is wrong (static). */
int attributes_check(const struct attributes_item *item, const struct yx_cert *cert, const char **why)
    YX_MUST_USE;

#endif
