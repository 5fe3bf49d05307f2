/* credentials.h - floor 3: what comes as an HTML form, and credentials of an Authorization header. */
#ifndef YX_HTTP_CREDENTIALS_H
#define YX_HTTP_CREDENTIALS_H

#include "common/arena.h"
#include "common/error.h"

/* The value of a field of an application/x-www-form-urlencoded text (WHATWG URL, 5.1), decoded, in
 * the arena. A field without a value counts as left out (RFC 6749, 3.2). YX_NOT_FOUND: it is not
 * there; YX_BAD_REQUEST: there twice, not UTF-8, or with control bytes. */
int http_form_get(struct yx_arena *a, const char *text, const char *name, const char **value) YX_MUST_USE;

/* User and password of "Basic …" (RFC 7617), each form-encoded as RFC 6749, 2.3.1, wants it.
 * YX_NOT_FOUND: no header, or of another scheme; YX_BAD_REQUEST: malformed. */
int http_basic(struct yx_arena *a, const char *header, const char **user, const char **password) YX_MUST_USE;

/* The token of "Bearer …" (RFC 6750, 2.1), inside the header; NULL if there is none. */
const char *http_bearer(const char *header);

#endif
