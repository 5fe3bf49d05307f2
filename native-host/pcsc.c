#include "native-host/pcsc.h"

#include <stdlib.h>
#include <string.h>
#include <winscard.h>

#include "common/codec.h"
#include "common/log.h"
#include "native-host/card.h"

#define READERS_MAX 16 /* what pcscd can serve */
#define NAMES_MAX   8192

/* Tried in this order. */
static const struct card_driver *const drivers[] = { &card_piv };

static const struct { long rv; int code; } errors[] = {
	{ SCARD_S_SUCCESS, YX_OK },
	{ SCARD_E_NO_SERVICE, YX_NO_SERVICE },
	{ SCARD_E_SERVICE_STOPPED, YX_NO_SERVICE },
	{ SCARD_E_SERVER_TOO_BUSY, YX_NO_SERVICE },
	{ SCARD_F_COMM_ERROR, YX_NO_SERVICE },
	{ SCARD_E_INVALID_HANDLE, YX_NO_SERVICE },
	{ SCARD_E_NO_READERS_AVAILABLE, YX_NO_READER },
	{ SCARD_E_UNKNOWN_READER, YX_NO_READER },
	{ SCARD_E_READER_UNAVAILABLE, YX_NO_READER },
	{ SCARD_E_NO_SMARTCARD, YX_CARD_REMOVED },
	{ SCARD_W_REMOVED_CARD, YX_CARD_REMOVED },
	/* What the first command after a pull gets. */
	{ SCARD_E_NOT_TRANSACTED, YX_CARD_REMOVED },
	{ SCARD_E_SHARING_VIOLATION, YX_CARD_BUSY },
	{ SCARD_W_RESET_CARD, YX_CARD_BUSY },
	{ SCARD_W_UNRESPONSIVE_CARD, YX_CARD_UNSUPPORTED },
	{ SCARD_W_UNPOWERED_CARD, YX_CARD_UNSUPPORTED },
	{ SCARD_W_UNSUPPORTED_CARD, YX_CARD_UNSUPPORTED },
	{ SCARD_E_PROTO_MISMATCH, YX_CARD_UNSUPPORTED },
	{ SCARD_E_TIMEOUT, YX_CARD_TIMEOUT },
	{ SCARD_E_NO_MEMORY, YX_NO_MEMORY },
};

int
pcsc_error(long rv)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].rv == rv)
			return errors[i].code;
	/* pcsc-lite declares its codes as LONG, but some come back sign-extended. */
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if ((uint32_t)errors[i].rv == (uint32_t)rv)
			return errors[i].code;
	return YX_CARD_PROTOCOL;
}

struct readers {
	char              names[NAMES_MAX]; /* as PC/SC gives them: strings, then an empty one */
	SCARD_READERSTATE state[READERS_MAX];
	size_t            n;
};

/* The readers and whether a card is in them. */
static int
list(SCARDCONTEXT ctx, struct readers *out)
{
	DWORD size = sizeof(out->names) - 2;
	LONG rv;

	memset(out, 0, sizeof(*out));
	rv = SCardListReaders(ctx, NULL, out->names, &size);
	if (rv != SCARD_S_SUCCESS)
		return pcsc_error(rv);
	for (const char *p = out->names; *p != '\0' && out->n < READERS_MAX; p += strlen(p) + 1)
		out->state[out->n++].szReader = p;
	if (out->n == 0)
		return YX_NO_READER;
	return pcsc_error(SCardGetStatusChange(ctx, 0, out->state, (DWORD)out->n));
}

static int
has_card(const SCARD_READERSTATE *s)
{
	return (s->dwEventState & SCARD_STATE_PRESENT) != 0;
}

int
pcsc_count(struct yx_arena *a, struct pcsc_count *out)
{
	struct readers *readers = yx_arena_alloc(a, sizeof(*readers));
	SCARDCONTEXT ctx = 0;
	LONG rv;
	int rc;

	memset(out, 0, sizeof(*out));
	if (readers == NULL)
		return YX_NO_MEMORY;
	rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx);
	if (rv != SCARD_S_SUCCESS)
		return pcsc_error(rv) == YX_NO_SERVICE ? YX_OK : pcsc_error(rv);
	rc = list(ctx, readers);
	out->service = rc != YX_NO_SERVICE;
	for (size_t i = 0; rc == YX_OK && i < readers->n; i++)
		out->cards += has_card(&readers->state[i]);
	out->readers = (int)readers->n;
	SCardReleaseContext(ctx);
	return rc == YX_NO_SERVICE || rc == YX_NO_READER ? YX_OK : rc;
}

/* One card while it is ours. */
struct connection {
	SCARDHANDLE        handle;
	DWORD              protocol;
	struct token_watch *watch;
};

static int
transmit(void *ctx, const uint8_t *command, size_t len, uint8_t *answer, size_t *n)
{
	struct connection *c = ctx;
	const SCARD_IO_REQUEST *pci =
	    c->protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
	DWORD got = (DWORD)*n;
	LONG rv = SCardTransmit(c->handle, pci, command, (DWORD)len, NULL, answer, &got);

	atomic_fetch_add(&c->watch->heartbeat, 1);
	*n = rv == SCARD_S_SUCCESS ? got : 0;
	if (rv == SCARD_E_INSUFFICIENT_BUFFER)
		return YX_CARD_PROTOCOL; /* it was executed: never send it again */
	return pcsc_error(rv);
}

/* Connects and takes the card for itself; somebody's reset in between is cured once. */
static int
grab(SCARDCONTEXT ctx, const char *reader, struct connection *c)
{
	const DWORD protocols = SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1;
	LONG rv;

	atomic_store(&c->watch->waiting, 1);
	rv = SCardConnect(ctx, reader, SCARD_SHARE_SHARED, protocols, &c->handle, &c->protocol);
	if (rv == SCARD_S_SUCCESS) {
		rv = SCardBeginTransaction(c->handle);
		if (rv == SCARD_W_RESET_CARD) {
			rv = SCardReconnect(c->handle, SCARD_SHARE_SHARED, protocols,
			    SCARD_LEAVE_CARD, &c->protocol);
			if (rv == SCARD_S_SUCCESS)
				rv = SCardBeginTransaction(c->handle);
		}
		if (rv != SCARD_S_SUCCESS)
			SCardDisconnect(c->handle, SCARD_LEAVE_CARD);
	}
	atomic_store(&c->watch->waiting, 0);
	atomic_fetch_add(&c->watch->heartbeat, 1);
	return pcsc_error(rv);
}

/* The reader's name comes from a driver: only UTF-8 goes on. */
static const char *
clean_name(struct yx_arena *a, const char *name)
{
	return yx_arena_strdup(a, yx_utf8_valid(name, strlen(name)) ? name : "?");
}

/* Finds the driver of a card; selects its applet. */
static int
probe(struct token *t)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		int rc = drivers[i]->probe(t->state);

		t->ops = &drivers[i]->ops;
		if (rc != YX_CARD_UNSUPPORTED)
			return rc;
	}
	return YX_CARD_UNSUPPORTED;
}

static int
visit(SCARDCONTEXT ctx, const char *reader, struct apdu *apdu, struct token_round *round)
{
	struct connection c = { .watch = round->watch };
	struct card card = { .apdu = apdu, .arena = round->arena };
	struct token token = { .arena = round->arena, .state = &card };
	int rc = YX_NO_MEMORY;

	if ((token.reader = clean_name(round->arena, reader)) == NULL)
		return rc;
	if ((rc = grab(ctx, reader, &c)) != YX_OK)
		return rc;
	apdu->ctx = &c;
	apdu->t0 = c.protocol == SCARD_PROTOCOL_T0;
	rc = probe(&token);
	if (rc == YX_OK)
		rc = round->fn(&token, round->ctx, &round->stop);
	/* A reset inside the transaction: nobody gets hold of an open PIN. */
	SCardEndTransaction(c.handle, token.used ? SCARD_RESET_CARD : SCARD_LEAVE_CARD);
	SCardDisconnect(c.handle, SCARD_LEAVE_CARD);
	explicit_bzero(apdu->answer, sizeof(apdu->answer));
	return rc;
}

/* What the user should hear of when several cards failed: a card that may be the
 * right one before a card of another kind. */
static int
worse(int before, int now)
{
	return before == YX_OK || before == YX_CARD_UNSUPPORTED ? now : before;
}

static int
visit_all(SCARDCONTEXT ctx, struct readers *readers, struct apdu *apdu, struct token_round *round)
{
	int cards = 0, answered = 0, failed = YX_OK;

	for (size_t i = 0; i < readers->n; i++) {
		int rc;

		if (!has_card(&readers->state[i]))
			continue;
		cards++;
		rc = visit(ctx, readers->state[i].szReader, apdu, round);
		if (round->stop || rc == YX_CANCELLED || rc == YX_NO_SERVICE)
			return rc;
		if (rc == YX_OK)
			answered++;
		else
			failed = worse(failed, rc);
	}
	if (cards == 0)
		return YX_NO_CARD;
	return failed == YX_CARD_UNSUPPORTED && answered > 0 ? YX_OK : failed;
}

static int
each(struct token_round *round)
{
	struct readers *readers = yx_arena_alloc(round->arena, sizeof(*readers));
	struct apdu *apdu = NULL;
	SCARDCONTEXT context = 0;
	int rc = YX_NO_MEMORY;

	if (readers == NULL || (apdu = calloc(1, sizeof(*apdu))) == NULL)
		return rc;
	apdu->transmit = transmit;
	apdu->cancelled = &round->watch->cancelled;
	rc = pcsc_error(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context));
	if (rc == YX_OK) {
		if ((rc = list(context, readers)) == YX_OK)
			rc = visit_all(context, readers, apdu, round);
		SCardReleaseContext(context);
	}
	free(apdu);
	return rc;
}

const struct token_source pcsc_source = { .name = "PC/SC", .each = each };
