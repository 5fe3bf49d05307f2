#include "native-host/pcsc.h"

#include <openssl/sha.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <winscard.h>
#include <reader.h>

#include "common/codec.h"
#include "common/log.h"
#include "native-host/card.h"
#include "native-host/wedged.h"

#define READERS_MAX 16 /* what pcscd can serve */
#define NAMES_MAX   8192
#define WAKE_MS     30000 /* should a wake-up ever get lost */
#define RETRY_MS    1000
#define COMM_MS     200
#define PAD_ANSWER_MAX   264
#define PAD_FEATURES_MAX 264

/* Tried in this order. */
static const struct card_driver *const drivers[] = { &card_piv, &card_pkcs15 };

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

/* ---- waiting ---- */

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Which readers there are, and in each whether and how often a card came and went:
 * the upper half of the state counts that. */
static void
digest(const struct readers *readers, int service, char out[PCSC_DIGEST_SIZE])
{
	uint8_t hash[SHA256_DIGEST_LENGTH];
	struct yx_buf b;

	yx_buf_init(&b, 2 * NAMES_MAX);
	yx_buf_add8(&b, service != 0);
	for (size_t i = 0; i < readers->n; i++) {
		const SCARD_READERSTATE *s = &readers->state[i];

		yx_buf_add(&b, s->szReader, strlen(s->szReader) + 1);
		yx_buf_add8(&b, has_card(s) ? 1 : 0);
		yx_buf_add16be(&b, (unsigned)(s->dwEventState >> 16) & 0xffff);
	}
	SHA256(b.len > 0 ? b.data : (const uint8_t *)"", b.len, hash);
	yx_hex(out, hash, (PCSC_DIGEST_SIZE - 1) / 2);
	yx_buf_free(&b);
}

/* The state now; a service or a reader that is missing is no error. */
static int
look(SCARDCONTEXT ctx, struct readers *readers, struct pcsc_state *out)
{
	int rc = ctx == 0 ? YX_NO_SERVICE : list(ctx, readers);

	memset(out, 0, sizeof(*out));
	out->count.service = rc != YX_NO_SERVICE;
	out->count.readers = rc == YX_OK ? (int)readers->n : 0;
	if (rc != YX_OK)
		readers->n = 0;
	for (size_t i = 0; i < readers->n; i++)
		out->count.cards += has_card(&readers->state[i]);
	digest(readers, out->count.service, out->digest);
	return rc == YX_NO_SERVICE || rc == YX_NO_READER ? YX_OK : rc;
}

static void
interrupt(long ctx)
{
	SCardCancel(ctx);
}

/* Sleeps until PC/SC wakes us. Without a service there is nobody who could: then one
 * looks again after a second. */
static void
sleep_on(SCARDCONTEXT ctx, struct readers *readers, struct token_watch *watch, long ms)
{
	SCARD_READERSTATE states[READERS_MAX + 1];
	const long most = ctx != 0 ? WAKE_MS : RETRY_MS;

	ms = ms < most ? ms : most;
	if (ctx == 0) {
		poll(NULL, 0, (int)ms);
		return;
	}
	memset(states, 0, sizeof(states));
	for (size_t i = 0; i < readers->n; i++) {
		states[i].szReader = readers->state[i].szReader;
		states[i].dwCurrentState = readers->state[i].dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
	}
	states[readers->n].szReader = "\\\\?PnP?\\Notification";
	atomic_store(&watch->interrupt_arg, ctx);
	atomic_store(&watch->interrupt, interrupt);
	if (!atomic_load(&watch->cancelled) &&
	    SCardGetStatusChange(ctx, (DWORD)ms, states, (DWORD)readers->n + 1) == SCARD_F_COMM_ERROR)
		poll(NULL, 0, COMM_MS); /* the service is going: it may still be seen for a moment */
	atomic_store(&watch->interrupt, NULL);
}

int
pcsc_wait(struct yx_arena *a, struct token_watch *watch, const char *seen, int ms, struct pcsc_state *out)
{
	struct readers *readers = yx_arena_alloc(a, sizeof(*readers));
	const long end = now_ms() + ms;
	SCARDCONTEXT ctx = 0;
	int rc = YX_NO_MEMORY;
	long left = ms;

	while (readers != NULL && left >= 0) {
		/* A context does not outlive its service: each look has its own. */
		if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx) != SCARD_S_SUCCESS)
			ctx = 0;
		rc = look(ctx, readers, out);
		left = end - now_ms();
		if (rc == YX_OK && strcmp(out->digest, seen) == 0 && left > 0 && !atomic_load(&watch->cancelled))
			sleep_on(ctx, readers, watch, left);
		else
			left = -1;
		if (ctx != 0)
			SCardReleaseContext(ctx);
	}
	return rc;
}

int
pcsc_watch(int ms)
{
	struct yx_arena *a = yx_arena_new(256 * 1024);
	struct token_watch watch = { 0 };
	struct pcsc_state first, last;
	int changed = 1;

	if (a != NULL && pcsc_wait(a, &watch, "", 0, &first) == YX_OK &&
	    pcsc_wait(a, &watch, first.digest, ms, &last) == YX_OK)
		changed = strcmp(first.digest, last.digest) != 0;
	yx_arena_free(&a);
	return changed;
}

/* One card while it is ours. */
struct connection {
	SCARDHANDLE        handle;
	DWORD              protocol;
	struct token_watch *watch;
	struct pinpad       pad;
};

static int
transmit(void *ctx, const uint8_t *command, size_t len, uint8_t *answer, size_t *n)
{
	struct connection *c = ctx;
	const SCARD_IO_REQUEST *pci =
	    c->protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
	DWORD got = (DWORD)*n;
	const long from = watch_us();
	LONG rv = SCardTransmit(c->handle, pci, command, (DWORD)len, NULL, answer, &got);

	atomic_fetch_add(&c->watch->token_us, watch_us() - from);
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
	const long from = watch_us();
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
	atomic_fetch_add(&c->watch->token_us, watch_us() - from);
	return pcsc_error(rv);
}

/* ---- the reader's own keys ---- */

/* *n: room at `out`, then what came; 0 on an error. */
static int
control(const struct connection *c, uint32_t code, const struct yx_buf *in, uint8_t *out, size_t *n)
{
	DWORD got = 0;
	LONG rv = SCardControl(c->handle, code, in != NULL ? in->data : NULL, in != NULL ? (DWORD)in->len : 0, out,
	    (DWORD)*n, &got);

	*n = rv == SCARD_S_SUCCESS && got <= *n ? got : 0;
	return pcsc_error(rv);
}

static int
type_on_pad(struct connection *c, const struct yx_buf *question, unsigned *sw)
{
	uint8_t answer[PAD_ANSWER_MAX] = { 0 };
	size_t n = sizeof(answer);
	int rc;

	if (c->pad.direct != 0) {
		rc = control(c, c->pad.direct, question, answer, &n);
	} else {
		if ((rc = control(c, c->pad.start, question, answer, &n)) != YX_OK)
			return rc;
		n = sizeof(answer);
		rc = control(c, c->pad.finish, NULL, answer, &n);
	}
	return rc != YX_OK ? rc : pinpad_result(answer, n, sw);
}

static int
verify_on_pad(void *ctx, const struct pinpad_ask *ask, unsigned *sw)
{
	struct connection *c = ctx;
	uint8_t properties[PAD_ANSWER_MAX] = { 0 };
	size_t n = sizeof(properties);
	struct yx_buf question;
	int rc;

	if (c->pad.properties == 0 || control(c, c->pad.properties, NULL, properties, &n) != YX_OK)
		n = 0;
	yx_buf_init(&question, 256);
	rc = pinpad_verify(ask, pinpad_has_display(properties, n), &question);
	atomic_store(&c->watch->typing, 1);
	if (rc == YX_OK)
		rc = type_on_pad(c, &question, sw);
	atomic_store(&c->watch->typing, 0);
	atomic_fetch_add(&c->watch->heartbeat, 1);
	yx_buf_free(&question);
	return rc;
}

/* A reader that has no such thing refuses the question, and that is no error. */
static void
find_pad(struct connection *c, struct card *card)
{
	uint8_t features[PAD_FEATURES_MAX] = { 0 };
	size_t n = sizeof(features);

	if (control(c, CM_IOCTL_GET_FEATURE_REQUEST, NULL, features, &n) == YX_OK)
		pinpad_features(features, n, &c->pad);
	if (pinpad_works(&c->pad)) {
		card->pad = verify_on_pad;
		card->pad_ctx = c;
	}
}

/* The reader's name comes from a driver: only UTF-8 goes on. */
static const char *
clean_name(struct yx_arena *a, const char *name)
{
	return yx_arena_strdup(a, yx_utf8_valid(name, strlen(name)) ? name : "?");
}

/* The kinds of card that it may be, one after the other, until one of them has keys: a
 * card may have several applets, and the first need not be the one in use. */
static int
visit_drivers(struct token *t, struct token_round *round)
{
	int result = YX_CARD_UNSUPPORTED;

	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]) && t->keys == 0; i++) {
		int rc = drivers[i]->probe(t->state);

		if (rc == YX_CARD_UNSUPPORTED)
			continue;
		t->ops = &drivers[i]->ops;
		if (rc == YX_OK)
			rc = round->fn(t, round->ctx, &round->stop);
		if (rc != YX_OK || round->stop)
			return rc;
		result = YX_OK;
	}
	return result;
}

static int
visit(SCARDCONTEXT ctx, const char *reader, struct apdu *apdu, struct token_round *round)
{
	const int wedged = wedged_code(reader);
	struct connection c = { .watch = round->watch };
	struct card card = { .apdu = apdu, .arena = round->arena };
	struct token token = { .arena = round->arena, .state = &card };
	int rc = YX_NO_MEMORY;
	long from;

	if ((token.reader = clean_name(round->arena, reader)) == NULL)
		return rc;
	if (wedged != YX_OK)
		return wedged;
	atomic_store(&round->watch->reader, reader);
	if ((rc = grab(ctx, reader, &c)) != YX_OK)
		return rc;
	apdu->ctx = &c;
	apdu->t0 = c.protocol == SCARD_PROTOCOL_T0;
	if (round->pin_pads)
		find_pad(&c, &card);
	rc = visit_drivers(&token, round);
	from = watch_us();
	/* A reset inside the transaction: nobody gets hold of an open PIN. */
	SCardEndTransaction(c.handle, token.used ? SCARD_RESET_CARD : SCARD_LEAVE_CARD);
	SCardDisconnect(c.handle, SCARD_LEAVE_CARD);
	atomic_fetch_add(&round->watch->token_us, watch_us() - from);
	explicit_bzero(apdu->answer, sizeof(apdu->answer));
	apdu->ctx = NULL;
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
	long from;

	if (readers == NULL || (apdu = calloc(1, sizeof(*apdu))) == NULL)
		return rc;
	apdu->transmit = transmit;
	apdu->cancelled = &round->watch->cancelled;
	from = watch_us();
	rc = pcsc_error(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context));
	if (rc == YX_OK) {
		rc = list(context, readers);
		atomic_fetch_add(&round->watch->token_us, watch_us() - from);
		if (rc == YX_OK)
			rc = visit_all(context, readers, apdu, round);
		SCardReleaseContext(context);
	}
	free(apdu);
	return rc;
}

const struct token_source pcsc_source = { .name = "PC/SC", .each = each };
