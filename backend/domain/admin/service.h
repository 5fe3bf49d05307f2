/* service.h - floor 4: what others have to answer so that signatures can be trusted: CRLs and OCSP
 * responders of the authorities whose certificates are used here, timestamp authorities. The
 * worker asks them at intervals and notes how they answered; the one writer of the table
 * trust_service. */
#ifndef YX_SERVICE_H
#define YX_SERVICE_H

#include "backend/act.h"

#define SERVICE_MINUTES 15

struct service {
	const char *kind;                 /* "crl", "ocsp" or "tsa" */
	const char *url, *authority;
	int64_t     position;             /* of a TSA: 1 is asked first */
	int64_t     checked_at, ok_at;    /* ok_at 0: never */
	int64_t     millis;
	int64_t     this_update, next_update; /* of the last good answer; 0: not said */
	int64_t     entries;              /* of a CRL; -1: unknown */
	const char *last_error;           /* word of common/error.h; "": it answered */
	const char *state;                /* "good", "warn" (no answer now), "bad" (none for an hour; a CRL that is over) */
};
int service_list(struct act *act, struct service **list, size_t *n) YX_MUST_USE;
/* For the worker: asks all of them if it is time; *done 0: it is not. Waits for the network;
 * its transactions are its own. */
int service_work(struct act *act, int *done) YX_MUST_USE;
/* In a transaction: the worker asks them all at once. */
int service_again(struct act *act) YX_MUST_USE;

#endif
