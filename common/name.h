/* name.h - floor 1: X.501 names (RFC 5280, 4.1.2.4) as text that cannot lie. Whoever
 * made the name chose every byte of it, so nothing in a value may look like another
 * attribute, hide, or turn the direction of the text around it. */
#ifndef YX_COMMON_NAME_H
#define YX_COMMON_NAME_H

#include <openssl/x509.h>
#include "common/arena.h"
#include "common/error.h"

/* The whole name in the order of the certificate: RDNs parted by a space, the
 * attributes of one RDN by '+', each as TYPE=value:
 *   C=TW O=測試公司1 SERIALNUMBER=97162640
 * In a value the specials of RFC 4514, 2.4 ( " + , ; < > \ and a leading # ) and '='
 * have a backslash before them, so has a blank at either end; control characters,
 * direction marks, invisible characters and odd blanks stand as \XX for each byte of
 * their UTF-8. A value that is no text is '#' and the hex of its DER. So a '=' without
 * a backslash always ends the name of a type, and different names have different texts.
 * NULL without memory, or if the text has more than 4 KB. */
char *yx_dn(struct yx_arena *a, const X509_NAME *name);

/* The last attribute of that kind (NID_organizationName, say), as a list shows it:
 * only the backslash (as \\) and what cannot be seen (as \XX) are escaped. "" if there
 * is none, NULL without memory. */
char *yx_name_value(struct yx_arena *a, const X509_NAME *name, int nid);

/* What a person calls it: CN, else the last OU, else the last O, else the whole. */
char *yx_name_shown(struct yx_arena *a, const X509_NAME *name);

#endif
