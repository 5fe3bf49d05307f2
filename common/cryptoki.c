#include "common/cryptoki.h"

#include <dlfcn.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

int
yx_p11_error(CK_RV rv)
{
	switch ((uint32_t)rv) {
	case CKR_OK: return YX_OK;
	case YX_P11_ONE_LEFT: case YX_P11_TWO_LEFT:
	case CKR_PIN_INCORRECT: return YX_PIN_WRONG;
	case CKR_PIN_INVALID: case CKR_PIN_LEN_RANGE: return YX_PIN_FORMAT;
	case CKR_PIN_LOCKED: case CKR_PIN_EXPIRED: return YX_PIN_BLOCKED;
	case CKR_CANCEL: case CKR_FUNCTION_CANCELED: return YX_CANCELLED; /* by the reader's key */
	case CKR_USER_NOT_LOGGED_IN: return YX_PIN_NEEDED;
	case CKR_TOKEN_NOT_PRESENT: case CKR_DEVICE_REMOVED: return YX_CARD_REMOVED;
	case CKR_HOST_MEMORY: case CKR_DEVICE_MEMORY: return YX_NO_MEMORY;
	case CKR_MECHANISM_INVALID: case CKR_KEY_TYPE_INCONSISTENT: case CKR_KEY_FUNCTION_NOT_PERMITTED:
	case CKR_KEY_SIZE_RANGE: return YX_CARD_UNSUPPORTED;
	default: return YX_MODULE_FAILED;
	}
}

int
yx_p11_load(const char *path, CK_FUNCTION_LIST_PTR *out)
{
	CK_C_GetFunctionList get = NULL;
	struct stat st;
	void *module;
	CK_RV rv;

	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || (st.st_mode & 022) != 0 ||
	    (st.st_uid != 0 && st.st_uid != getuid()))
		return YX_CONFIG;
	if ((module = dlopen(path, RTLD_NOW | RTLD_LOCAL)) == NULL)
		return YX_MODULE_FAILED;
	*(void **)(&get) = dlsym(module, "C_GetFunctionList");
	if (get == NULL || get(out) != CKR_OK || *out == NULL)
		return YX_MODULE_FAILED;
	rv = (*out)->C_Initialize(NULL);
	return rv == CKR_CRYPTOKI_ALREADY_INITIALIZED ? YX_OK : yx_p11_error(rv);
}

size_t
yx_p11_trimmed(const unsigned char *p, size_t n)
{
	while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\0' || p[n - 1] == '\t'))
		n--;
	return n;
}

CK_ULONG
yx_p11_attribute(const struct yx_p11 *c, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *want)
{
	const CK_ULONG room = want->ulValueLen;

	if (c->f->C_GetAttributeValue(c->session, object, want, 1) != CKR_OK || want->ulValueLen > room)
		return 0;
	return want->ulValueLen;
}

CK_ULONG
yx_p11_find(const struct yx_p11 *c, CK_ATTRIBUTE *like, CK_ULONG n, CK_OBJECT_HANDLE *out)
{
	CK_ULONG found = 0;

	if (c->f->C_FindObjectsInit(c->session, like, n) != CKR_OK)
		return 0;
	if (c->f->C_FindObjects(c->session, out, YX_P11_OBJECTS_MAX, &found) != CKR_OK)
		found = 0;
	(void)c->f->C_FindObjectsFinal(c->session);
	return found > YX_P11_OBJECTS_MAX ? YX_P11_OBJECTS_MAX : found;
}
