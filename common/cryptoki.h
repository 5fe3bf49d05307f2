/* cryptoki.h - floor 1: what the two processes that run PKCS #11 modules (2.40, OASIS) share:
 * the user's cards in native-host/, the platform's key in backend/pki/. */
#ifndef YX_COMMON_CRYPTOKI_H
#define YX_COMMON_CRYPTOKI_H

#include <p11-kit/pkcs11.h>
#include <stddef.h>

#include "common/error.h"

#define YX_P11_OBJECTS_MAX 64

/* Chunghwa's module: one or two tries are left. Some builds give them sign-extended. */
enum { YX_P11_ONE_LEFT = 0x80000001u, YX_P11_TWO_LEFT = 0x80000002u };

/* Loads and initialises a module: a plain file that nobody else can write (YX_CONFIG).
 * YX_MODULE_FAILED: it is none, or would not. */
int yx_p11_load(const char *path, CK_FUNCTION_LIST_PTR *out) YX_MUST_USE;
/* What an answer means here; YX_MODULE_FAILED for most. */
int yx_p11_error(CK_RV rv);
/* Fixed fields of PKCS #11 are filled up with blanks, some with NUL: the length without. */
size_t yx_p11_trimmed(const unsigned char *p, size_t n);

struct yx_p11 { CK_FUNCTION_LIST_PTR f; CK_SESSION_HANDLE session; };
/* An attribute's bytes; 0: it is not there, or longer than there is room. */
CK_ULONG yx_p11_attribute(const struct yx_p11 *c, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *want);
/* Objects like that, YX_P11_OBJECTS_MAX at most; how many. */
CK_ULONG yx_p11_find(const struct yx_p11 *c, CK_ATTRIBUTE *like, CK_ULONG n, CK_OBJECT_HANDLE *out);

#endif
