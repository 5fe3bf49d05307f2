/* platform_key.h - floor 4: the platform's keys, one after the other: a new certificate is looked at, tried,
 * given a moment, agreed to by a second administrator; from that moment it seals, and for an overlap
 * the one before can come back. The one writer of the table platform_key; sql/0027_platform_keys.sql tells the
 * states. */
#ifndef YX_PLATFORM_KEY_H
#define YX_PLATFORM_KEY_H

#include "backend/domain/admin/key_trial.h"

/* Once a process, before the first seal. A certificate of the settings that has no row gets one: the first
 * of all seals from now on; a later one is the operator's word and takes over at once, with an
 * overlap. What then is to seal is tried. YX_CONFIG with a log line: it can't. */
int platform_key_begin(struct act *act) YX_MUST_USE;
/* For the worker, a transaction of its own: writes down who took over and whose overlap is over, and tells
 * the administrators, also 90, 30 and 7 days before a certificate's end. */
int platform_key_settle(struct act *act) YX_MUST_USE;

/* For the worker: do the key that seals and the one that is to take over still sign? The first error. */
int platform_key_look(struct act *act) YX_MUST_USE;

struct platform_key {
	const char *id, *state, *place, *reason;
	const char *subject, *issuer, *serial, *key_type, *sha256; /* of the certificate */
	int64_t     not_before, not_after;
	const char *created_by, *asked_by, *decided_by;            /* names; NULL: nobody (the settings) */
	int64_t     created_at, tested_at, asked_at, decided_at, from_at, over_at, ended_at;
	int64_t     overlap_days;
	const char *sample;       /* the file of the last test seal; NULL: none */
	int         may;          /* 1: act->who may agree */
	int         sealing;      /* 1: seals now */
	const char *end_asked_by, *end_reason;                     /* who would end the overlap now; NULL: nobody */
	int64_t     end_asked_at;
	int         may_end;      /* 1: act->who may agree to that */
};
/* The newest first. */
int platform_key_list(struct act *act, struct platform_key **list, size_t *n) YX_MUST_USE;
int platform_key_get(struct act *act, const char *id, struct platform_key *out) YX_MUST_USE;

/* How many wait for act->who to agree; 0 for who is no administrator of the platform. */
int platform_key_count_asked(struct act *act, int64_t *n) YX_MUST_USE;

struct platform_key_new {
	const char *place;        /* a file's name below key_dir, or pkcs11:… */
	const char *pem;          /* the certificate, then those above it */
};
/* Looks at a new certificate and its key, and keeps them: does it verify what the key signs, may it
 * sign, is it valid, does it lead to an anchor, is its key strong, is it revoked? Then a transaction of its own.
 * YX_BAD_FIELD (place, certificate), YX_CERT_…, YX_SIGNATURE_BAD, and those of hsm_sign. */
int platform_key_add(struct act *act, const struct platform_key_new *k, char id[YX_ID_SIZE]) YX_MUST_USE;

/* Seals a page with it and verifies that as anybody would; the file can be had for an hour or longer.
 * Transactions of its own. */
int platform_key_test(struct act *act, const char *id, struct platform_key_trial *out) YX_MUST_USE;

struct platform_key_change { const char *reason; int64_t from_at; int64_t overlap_days; };
/* In a transaction each. Asks to have one that was tried take over. YX_STATE, YX_ASKED_ALREADY (another one
 * is on its way), YX_BAD_FIELD (fromAt: is past, or outside of the certificate's validity). */
int platform_key_ask(struct act *act, const char *id, const struct platform_key_change *c) YX_MUST_USE;
/* The second administrator agrees; a moment that has passed becomes now. YX_SECOND_APPROVER; errors of the key: it
 * must still sign. */
int platform_key_approve(struct act *act, const char *id) YX_MUST_USE;
/* It does not come: what was uploaded, or what was asked or planned and has not taken over. */
int platform_key_drop(struct act *act, const char *id) YX_MUST_USE;
/* The one before comes back at once, while the overlap lasts: one administrator, with a reason, the others are told.
 * id: of the one that seals now. YX_STATE: there is none before. */
int platform_key_back(struct act *act, const char *id, const char *reason) YX_MUST_USE;

/* In a transaction each; id: of one that has been taken over from and could come back. It is retired at once, which
 * can't be undone: one asks, another one agrees; either takes the question back. YX_STATE, YX_ASKED_ALREADY,
 * YX_SECOND_APPROVER. */
int platform_key_end_ask(struct act *act, const char *id, const char *reason) YX_MUST_USE;
int platform_key_end_approve(struct act *act, const char *id) YX_MUST_USE;
int platform_key_end_drop(struct act *act, const char *id) YX_MUST_USE;

#endif
