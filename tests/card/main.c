/* test-card: a PIV card in software, in a virtual reader (vpcd). For tests and
 * for `make run`; its keys lie in files, so it protects nothing. */
#include <getopt.h>
#include <openssl/sha.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/codec.h"
#include "tests/card/card.h"
#include "tests/card/control.h"
#include "tests/card/crypto.h"
#include "tests/card/evil.h"
#include "tests/card/p15.h"
#include "tests/card/vpcd.h"

#define CHAIN_MAX 4096

static const struct option options[] = {
	{ "port", required_argument, NULL, 'p' },
	{ "slot", required_argument, NULL, 's' },
	{ "key", required_argument, NULL, 'k' },
	{ "cert", required_argument, NULL, 'c' },
	{ "pin", required_argument, NULL, 'P' },
	{ "puk", required_argument, NULL, 'U' },
	{ "tries", required_argument, NULL, 't' },
	{ "guid", required_argument, NULL, 'g' },
	{ "control", required_argument, NULL, 'C' },
	{ "evil", required_argument, NULL, 'e' },
	{ "retry", no_argument, NULL, 'r' },
	{ "kind", required_argument, NULL, 'K' },
	{ "atr", required_argument, NULL, 'A' },
	{ "consent", no_argument, NULL, 'n' },
	{ NULL, 0, NULL, 0 },
};

/* What the options say about the key that comes next. */
struct pending {
	uint8_t     ref;
	const char *key;
	const char *control;
};

static int
usage(void)
{
	fprintf(stderr,
	    "usage: test-card --port PORT [--slot 9A|9C|9D|9E|82..95] --key KEY.pem --cert "
	    "CERT.pem\n"
	    "         [--slot ... --key ... --cert ...] --pin PIN [--puk PUK] [--tries N]\n"
	    "         [--guid HEX32] [--control SOCKET] [--evil MODE[=N][@INS]] [--retry]\n"
	    "         [--kind piv|generic|myeid|iso|bare|cht] [--atr HEX] [--consent]\n"
	    "  the slot is 9C if none is given; evil modes:\n");
	tc_evil_help();
	return 2;
}

static int
add_slot(struct tc_card *card, struct pending *next, const char *cert)
{
	struct tc_slot *slot = &card->slot[card->slots];

	if (next->key == NULL || card->slots == TC_SLOTS_MAX)
		return -1;
	slot->ref = next->ref;
	if (tc_slot_load(slot, next->key, cert) != 0)
		return -1;
	card->slots++;
	next->key = NULL;
	next->ref = 0x9c;
	return 0;
}

static int
set_option(struct tc_wire *w, struct pending *next, int which, const char *value)
{
	struct tc_card *card = w->card;

	switch (which) {
	case 'p': w->port = (int)strtol(value, NULL, 10); return 0;
	case 's': return yx_unhex(&next->ref, 1, value) == YX_OK ? 0 : -1;
	case 'k': next->key = value; return 0;
	case 'c': return add_slot(card, next, value);
	case 'P': card->pin = value; return 0;
	case 'U': card->puk = value; return 0;
	case 't': card->tries_max = (int)strtol(value, NULL, 10); return 0;
	case 'g': return yx_unhex(card->guid, sizeof(card->guid), value) == YX_OK ? 0 : -1;
	case 'C': next->control = value; return 0;
	case 'e': return tc_evil_parse(&card->evil, value);
	case 'r': w->keep_trying = 1; return 0;
	case 'K': card->kind = tc_p15_kind(value); return card->kind != NULL || strcmp(value, "piv") == 0 ? 0 : -1;
	case 'A': card->atr = value; return 0;
	case 'n': card->consent = 1; return 0;
	default: return -1;
	}
}

/* A card's GUID follows from its first certificate, so it is the same next time. */
static void
make_guid(struct tc_card *card)
{
	static const uint8_t none[TC_GUID_SIZE];
	uint8_t hash[SHA256_DIGEST_LENGTH];

	if (memcmp(card->guid, none, sizeof(none)) != 0)
		return;
	SHA256(card->slot[0].cert, card->slot[0].cert_len, hash);
	memcpy(card->guid, hash, sizeof(card->guid));
}

static int
configure(struct tc_wire *w, int argc, char **argv)
{
	struct pending next = { .ref = 0x9c };
	struct tc_card *card = w->card;
	int which;

	while ((which = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (set_option(w, &next, which, optarg) != 0)
			return -1;
	if (w->port <= 0 || card->slots == 0 || card->pin == NULL || card->tries_max < 1 ||
	    optind != argc)
		return -1;
	card->tries = card->puk_tries = card->tries_max;
	make_guid(card);
	if (card->kind != NULL && tc_p15_make(card) != 0)
		return -1;
	if (next.control != NULL && (w->control = tc_control_listen(next.control)) < 0) {
		perror(next.control);
		return -1;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	struct tc_card card = { .pin = NULL, .puk = "12345678", .tries_max = 3, .chain_ins = -1,
		.evil = { .name = "none", .ins = -1 } };
	struct tc_wire wire = { .card = &card, .fd = -1, .control = -1 };
	int status = 2;

	signal(SIGPIPE, SIG_IGN);
	yx_buf_init(&card.chain, CHAIN_MAX);
	yx_buf_init(&card.rest, 2 * TC_OBJECT_MAX);
	if (configure(&wire, argc, argv) == 0)
		status = tc_serve(&wire);
	else
		usage();
	tc_p15_free(&card);
	for (size_t i = 0; i < card.slots; i++)
		tc_slot_free(&card.slot[i]);
	yx_buf_free(&card.chain);
	yx_buf_free(&card.rest);
	return status;
}
