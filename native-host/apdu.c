#include "native-host/apdu.h"

#include <string.h>

#define BODY_MAX   255
#define LE_MAX     256
#define ROUNDS_MAX 300 /* GET RESPONSE in a row: 256 bytes each make 75 KB */
#define CHAIN_BIT  0x10

enum { SW_OK = 0x9000, SW_MORE = 0x6100, SW_LE = 0x6c00 };

/* What a card answered; the data, `n` bytes, stay in a->answer. */
struct reply { size_t n; unsigned sw; };

/* One exchange; an answer of more than `most` bytes is none. */
static int
exchange(struct apdu *a, struct yx_bytes command, size_t most, struct reply *out)
{
	size_t n = sizeof(a->answer);
	int rc;

	if (a->cancelled != NULL && atomic_load(a->cancelled))
		return YX_CANCELLED;
	memset(a->answer, 0, sizeof(a->answer));
	if ((rc = a->transmit(a->ctx, command.p, command.n, a->answer, &n)) != YX_OK)
		return rc;
	if (n == 0)
		return YX_CARD_REMOVED;
	if (n < 2 || n > most + 2)
		return YX_CARD_PROTOCOL;
	out->n = n - 2;
	out->sw = (unsigned)a->answer[n - 2] << 8 | a->answer[n - 1];
	return YX_OK;
}

/* What of a command goes out in one APDU: at most 255 bytes body; le -1: none. */
struct part { uint8_t cla; const uint8_t *data; size_t len; int le; };

static int
send_short(struct apdu *a, const struct apdu_command *c, const struct part *part, struct reply *out)
{
	uint8_t command[5 + BODY_MAX + 1] = { part->cla, c->ins, c->p1, c->p2 };
	size_t n = 4;
	int rc;

	if (part->len > 0) {
		command[n++] = (uint8_t)part->len;
		memcpy(command + n, part->data, part->len);
		n += part->len;
	}
	if (part->le >= 0 && !(a->t0 && part->len > 0))
		command[n++] = (uint8_t)part->le;
	rc = exchange(a, (struct yx_bytes){ command, n }, part->le < 0 ? 0 : part->le == 0 ? LE_MAX : (size_t)part->le,
	    out);
	explicit_bzero(command, sizeof(command)); /* it may have carried the PIN */
	return rc;
}

/* Everything but the last part of a long body; each part must be taken. */
static int
send_chain(struct apdu *a, const struct apdu_command *c, struct part *last, struct reply *out)
{
	int rc;

	while (last->len > BODY_MAX) {
		const struct part part = { c->cla | CHAIN_BIT, last->data, BODY_MAX, -1 };

		if ((rc = send_short(a, c, &part, out)) != YX_OK || out->sw != SW_OK)
			return rc;
		last->data += BODY_MAX;
		last->len -= BODY_MAX;
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
fetch_rest(struct apdu *a, uint8_t cla, struct yx_buf *out, struct reply *reply)
{
	static const struct apdu_command get_response = { .ins = 0xc0 };
	int rc, rounds = 0, corrected = 0;

	while ((reply->sw & 0xff00) == SW_MORE || (reply->sw & 0xff00) == SW_LE) {
		const struct part part = { .cla = cla, .le = (int)(reply->sw & 0xff) };
		int le_wrong = (reply->sw & 0xff00) == SW_LE;

		if (++rounds > ROUNDS_MAX || (le_wrong && corrected++))
			return YX_CARD_PROTOCOL;
		rc = send_short(a, &get_response, &part, reply);
		if (rc != YX_OK || (rc = keep(a, out, reply->n)) != YX_OK)
			return rc;
		if (reply->n == 0 && (reply->sw & 0xff00) == SW_MORE)
			return YX_CARD_PROTOCOL;
	}
	return YX_OK;
}

/* The last part; once more with the length that the card names. */
static int
send_last(struct apdu *a, const struct apdu_command *c, struct part *part, struct reply *reply)
{
	int rc = send_short(a, c, part, reply);

	if (rc != YX_OK || (reply->sw & 0xff00) != SW_LE || reply->n != 0)
		return rc;
	if (!c->again)
		return YX_CARD_PROTOCOL;
	part->le = (int)(reply->sw & 0xff);
	rc = send_short(a, c, part, reply);
	return rc == YX_OK && (reply->sw & 0xff00) == SW_LE ? YX_CARD_PROTOCOL : rc;
}

static int
run(struct apdu *a, const struct apdu_command *c, struct yx_buf *out, struct reply *reply)
{
	struct part part = { c->cla, c->data, c->len, c->answers ? (int)(c->le & 0xff) : -1 };
	int rc = send_chain(a, c, &part, reply);

	if (rc != YX_OK || reply->sw != SW_OK)
		return rc;
	if ((rc = send_last(a, c, &part, reply)) != YX_OK || (rc = keep(a, out, reply->n)) != YX_OK)
		return rc;
	if ((reply->sw & 0xff00) != SW_MORE)
		return YX_OK;
	return out != NULL ? fetch_rest(a, c->cla, out, reply) : YX_CARD_PROTOCOL;
}

int
apdu_run(struct apdu *a, const struct apdu_command *c, struct yx_buf *out, unsigned *sw)
{
	struct reply reply = { 0, SW_OK };
	int rc = run(a, c, out, &reply);

	*sw = reply.sw;
	return rc;
}
