#include "native-host/card.h"

int
card_pin_result(unsigned sw, int *left)
{
	*left = TOKEN_TRIES_UNKNOWN;
	if (sw == 0x9000)
		return YX_OK;
	if ((sw & 0xfff0) == 0x63c0)
		*left = (int)(sw & 0xf);
	if (sw == 0x6983 || sw == 0x6984)   /* blocked, or not usable */
		*left = 0;
	if (*left == 0)
		return YX_PIN_BLOCKED;
	if (*left > 0 || sw == 0x6300)
		return YX_PIN_WRONG;
	return sw == 0x6700 || sw == 0x6a80 ? YX_PIN_FORMAT : YX_CARD_PROTOCOL;
}
