/* signing.h - what prove and sign have in common: messages go to the card of a
 * certificate, signatures come back. */
#ifndef YX_HOST_SIGNING_H
#define YX_HOST_SIGNING_H

#include "native-host/keyring.h"
#include "native-host/request.h"

/* Signs `count` messages (in the job's arena) with the key of the certificate and
 * the request's PIN. *signatures: count of them, in the job's arena. Takes over
 * key->cert: a worker may still use it when the caller has gone on. */
int signing_run(struct request *r, struct request_key *key, const struct keyring_bytes *messages,
    size_t count, const struct keyring_bytes **signatures) YX_MUST_USE;

#endif
