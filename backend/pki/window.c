#include "backend/pki/window.h"

int
pki_time(const ASN1_TIME *t, time_t *out)
{
	struct tm tm;

	if (t == NULL || ASN1_TIME_to_tm(t, &tm) != 1)
		return YX_REVOCATION_UNKNOWN;
	*out = timegm(&tm);
	return YX_OK;
}

int
pki_window(const ASN1_TIME *from, const ASN1_TIME *to, time_t now)
{
	time_t begin = 0, end = 0;

	if (pki_time(from, &begin) != YX_OK || pki_time(to, &end) != YX_OK)
		return YX_REVOCATION_UNKNOWN;
	if (begin > now + PKI_SKEW || end < now - PKI_SKEW)
		return YX_REVOCATION_UNKNOWN;
	return YX_OK;
}
