/* platform.h - floor 4: how the platform's parts stand, for those who run it: numbers, never
 * contents. */
#ifndef YX_PLATFORM_H
#define YX_PLATFORM_H

#include "backend/act.h"

struct platform_health {
	int64_t     worker_at;            /* when the worker last did something; 0: never */
	int64_t     jobs_failing;
	int64_t     mails_waiting, mails_late, mails_failed; /* late: due for ten minutes */
	int64_t     seals_stuck, seals_failed;               /* sendings under way for two minutes; given up */
	int64_t     audit_pending, audit_checked_at, audit_published_at;
	const char *audit_finding;        /* of the last look; NULL: there was none; "": intact */
	int64_t     free_bytes, total_bytes; /* where documents are kept */
	int64_t     cert_until;           /* end of the platform's certificate */
	const char *cert_subject, *cert_issuer, *cert_serial, *cert_key;
	int64_t     anchors, intermediates;
};
int platform_health(struct act *act, struct platform_health *out) YX_MUST_USE;

/* Whom we trust, as loaded at start: the anchors, then the authorities between, and what the
 * competent authority says of each (approved.json in trust_dir). */
struct platform_authority {
	const char *name, *subject, *issuer, *serial, *key_type;
	int         anchor;
	int64_t     not_before, not_after;
	const char *sha256;               /* hex */
	const char *approved_zh, *approved_en, *approval, *statement; /* NULL: no row */
	const char *approved_from, *approved_until;
	int         in_force;
};
/* *table 0: there is no approved.json. */
int platform_trust(struct act *act, struct platform_authority **list, size_t *n, int *table) YX_MUST_USE;

/* Signs random bytes with the platform's key and verifies them with its certificate, and
 * writes the audit row. YX_SIGNATURE_BAD, YX_CERT_EXPIRED. Runs its own transaction. */
int platform_test_seal(struct act *act, int64_t *millis) YX_MUST_USE;

/* The outgoing mails: to whom and how it went; of what is about contracts not the subject. */
struct platform_mail {
	const char *id, *recipient, *subject, *state, *last_error;
	int64_t     attempts, created_at, next_at, sent_at;
};
struct platform_mail_filter {
	const char *state;                /* NULL: any */
	const char *q;                    /* address contains; NULL: all */
	int64_t     before;               /* created before (ms UTC); 0: from the newest */
	int64_t     most;
};
int platform_mails(struct act *act, const struct platform_mail_filter *f, struct platform_mail **list,
    size_t *n) YX_MUST_USE;
/* In a transaction: it goes out again, now. YX_NOT_FOUND, YX_STATE (is on its way). */
int platform_mail_again(struct act *act, const char *id) YX_MUST_USE;

#endif
