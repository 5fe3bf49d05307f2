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

int
card_verify_on_pad(struct card *card, const struct pinpad_ask *ask, int *left)
{
	unsigned sw = 0;
	int rc = card->pad != NULL ? YX_OK : YX_CARD_UNSUPPORTED;

	*left = TOKEN_TRIES_UNKNOWN;
	if (rc == YX_OK && card->apdu->cancelled != NULL && atomic_load(card->apdu->cancelled))
		rc = YX_CANCELLED;
	if (rc == YX_OK)
		rc = card->pad(card->pad_ctx, ask, &sw);
	return rc != YX_OK ? rc : card_pin_result(sw, left);
}
