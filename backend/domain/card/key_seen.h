/* key_seen.h - floor 4: RSA keys that share a prime (docs/decisions/timestamps.md); the one
 * writer of the tables key_seen and key_block. */
#ifndef YX_KEY_SEEN_H
#define YX_KEY_SEEN_H

#include "backend/act.h"
#include "common/cert.h"

/* Compares an RSA key with every one that the platform has seen and keeps it; in a
 * transaction of its own unless one is open. The price is a division for each five hundred
 * keys. YX_CERT_WEAK: it shares a prime with another key, now or since; both are marked.
 * Keys that are not RSA are always good. */
int key_seen_judge(struct act *act, X509 *x) YX_MUST_USE;

#endif
