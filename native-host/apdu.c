#include "native-host/apdu.h"

#include <string.h>

#define BODY_MAX   255
#define LE_MAX     256
#define ROUNDS_MAX 300 /* GET RESPONSE in a row: 256 bytes each make 75 KB */
#define CHAIN_BIT  0x10

enum { SW_OK = 0x9000, SW_MORE = 0x6100, SW_LE = 0x6c00 };

/* One exchange. The answer's data and status word; the data stay in a->answer. */
static int
exchange(struct apdu *a, const uint8_t *command, size_t len, size_t most, size_t *got, unsigned *sw)
{
	size_t n = sizeof(a->answer);
	int rc;

	if (a->cancelled != NULL && atomic_load(a->cancelled))
		return YX_CANCELLED;
	memset(a->answer, 0, sizeof(a->answer));
	if ((rc = a->transmit(a->ctx, command, len, a->answer, &n)) != YX_OK)
		return rc;
	if (n == 0)
		return YX_CARD_REMOVED;
	if (n < 2 || n > most + 2)
		return YX_CARD_PROTOCOL;
	*got = n - 2;
	*sw = (unsigned)a->answer[n - 2] << 8 | a->answer[n - 1];
	return YX_OK;
}

/* One command APDU of at most 255 bytes body; le -1: none. */
static int
send_short(struct apdu *a, const struct apdu_command *c, uint8_t cla, const uint8_t *data,
    size_t len, int le, size_t *got, unsigned *sw)
{
	uint8_t command[5 + BODY_MAX + 1] = { cla, c->ins, c->p1, c->p2 };
	size_t n = 4;
	int rc;

	if (len > 0) {
		command[n++] = (uint8_t)len;
		memcpy(command + n, data, len);
		n += len;
	}
	if (le >= 0 && !(a->t0 && len > 0))
		command[n++] = (uint8_t)le;
	rc = exchange(a, command, n, le < 0 ? 0 : le == 0 ? LE_MAX : (size_t)le, got, sw);
	explicit_bzero(command, sizeof(command)); /* it may have carried the PIN */
	return rc;
}

/* Everything but the last part of a long body; each part must be taken. */
static int
send_chain(
    struct apdu *a, const struct apdu_command *c, const uint8_t **data, size_t *len, unsigned *sw)
{
	size_t got;
	int rc;

	while (*len > BODY_MAX) {
		rc = send_short(a, c, c->cla | CHAIN_BIT, *data, BODY_MAX, -1, &got, sw);
		if (rc != YX_OK || *sw != SW_OK)
			return rc;
		*data += BODY_MAX;
		*len -= BODY_MAX;
	}
	return YX_OK;
}

static int
keep(struct apdu *a, struct yx_buf *out, size_t got)
{
	if (got == 0)
		return YX_OK;
	if (out == NULL)
		return YX_CARD_PROTOCOL;
	yx_buf_add(out, a->answer, got);
	return yx_buf_status(out) == YX_TOO_LARGE ? YX_CARD_PROTOCOL : yx_buf_status(out);
}

/* Fetches what 61xx announces. A round that brings nothing ends it. */
static int
fetch_rest(struct apdu *a, uint8_t cla, struct yx_buf *out, unsigned *sw)
{
	static const struct apdu_command get_response = { .ins = 0xc0 };
	size_t got;
	int rc, rounds = 0, corrected = 0;

	while ((*sw & 0xff00) == SW_MORE || (*sw & 0xff00) == SW_LE) {
		int le_wrong = (*sw & 0xff00) == SW_LE;

		if (++rounds > ROUNDS_MAX || (le_wrong && corrected++))
			return YX_CARD_PROTOCOL;
		rc = send_short(a, &get_response, cla, NULL, 0, (int)(*sw & 0xff), &got, sw);
		if (rc != YX_OK || (rc = keep(a, out, got)) != YX_OK)
			return rc;
		if (got == 0 && (*sw & 0xff00) == SW_MORE)
			return YX_CARD_PROTOCOL;
	}
	return YX_OK;
}

int
apdu_run(struct apdu *a, const struct apdu_command *c, struct yx_buf *out, unsigned *sw)
{
	const uint8_t *data = c->data;
	size_t len = c->len, got = 0;
	int rc, le = c->answers ? (int)(c->le & 0xff) : -1;

	*sw = SW_OK;
	rc = send_chain(a, c, &data, &len, sw);
	if (rc != YX_OK || *sw != SW_OK)
		return rc;
	rc = send_short(a, c, c->cla, data, len, le, &got, sw);
	if (rc == YX_OK && (*sw & 0xff00) == SW_LE && got == 0) {
		if (!c->again)
			return YX_CARD_PROTOCOL;
		rc = send_short(a, c, c->cla, data, len, (int)(*sw & 0xff), &got, sw);
		if (rc == YX_OK && (*sw & 0xff00) == SW_LE)
			return YX_CARD_PROTOCOL;
	}
	if (rc != YX_OK || (rc = keep(a, out, got)) != YX_OK)
		return rc;
	if ((*sw & 0xff00) != SW_MORE)
		return YX_OK;
	return out != NULL ? fetch_rest(a, c->cla, out, sw) : YX_CARD_PROTOCOL;
}
