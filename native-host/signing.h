/* signing.h - what prove, sign and authenticate have in common: messages go to the
 * token of a certificate, signatures come back, and the journal hears of it. */
#ifndef YX_HOST_SIGNING_H
#define YX_HOST_SIGNING_H

#include "native-host/journal.h"
#include "native-host/keyring.h"
#include "native-host/request.h"

/* The members that a request for signatures has, besides its own. */
#define SIGNING_MEMBERS \
	{ "id", YX_JSON_INT, 0 }, { "command", YX_JSON_STRING, 0 }, { "origin", YX_JSON_STRING, 0 }, \
	{ "topOrigin", YX_JSON_STRING, 1 }, { "certificate", YX_JSON_STRING, 0 }, { "pin", YX_JSON_STRING, 1 }, \
	{ "remember", YX_JSON_BOOL, 1 }, { "lastTry", YX_JSON_BOOL, 1 }, { "onReader", YX_JSON_BOOL, 1 }

struct signing {
	const char                  *command;   /* for the journal */
	struct request_key           key;       /* signing_free() frees it */
	const struct yx_bytes  *messages;  /* in the request's arena */
	const struct yx_bytes *documents; /* `count` of them, or NULL */
	size_t                       count;
	int                          progress;  /* 1: the caller wants to hear how far it is */
	/* out */
	const struct yx_bytes  *signatures; /* `count`, valid as long as the request */
	int                          typed;      /* for this request; 0: it was remembered */
	size_t                       done;       /* how many there are, from the first on */
	int                          remembered; /* seconds for which the PIN is remembered */
};

/* Signs with the key of s->key and the request's PIN, or with one that is typed on the reader,
 * or with the one that is remembered, or with what the host's own window is told (else
 * YX_PIN_NEEDED). Where that window is demanded a PIN of the browser is YX_PROTOCOL. On an error s->done
 * tells how far it came; the signatures up to there are good. */
int signing_run(struct request *r, struct signing *s) YX_MUST_USE;
void signing_free(struct signing *s);

#endif
