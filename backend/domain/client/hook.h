/* hook.h - floor 4: webhooks: addresses where a client is told what happened. Who looks after the
 * client looks after them; the platform's administrators see them. The one writer of the table hook. */
#ifndef YX_HOOK_H
#define YX_HOOK_H

#include "backend/act.h"
#include "backend/domain/client/hook_secret.h"

struct hook {
	const char *id, *client_id, *url;
	const char *kinds;                /* of events, blanks between; "*": all */
	const char *state;                /* "active", "paused", "disabled" */
	int64_t     failing_since;        /* ms; 0: what was sent last arrived */
	int64_t     told_at;              /* something arrived last; 0: never */
	int64_t     before_until;         /* so long the secret before signs as well; 0: there is none */
	int64_t     created_at, version;
	int         mine;                 /* act->who looks after it */
};
/* Those of a client, oldest first. YX_NOT_FOUND: no client that act->who sees. */
int hook_list(struct act *act, const char *client_id, struct hook **list, size_t *n) YX_MUST_USE;
/* YX_NOT_FOUND: none of that client. */
struct hook_key { const char *client_id, *id; };
int hook_get(struct act *act, const struct hook_key *k, struct hook *out) YX_MUST_USE;

/* All that follow run in the caller's transaction, write the audit row, and answer YX_NOT_FOUND to who
 * does not look after the client. */

/* "whsec_" and base64, as Standard Webhooks has it. */
#define HOOK_SECRET_SIZE 56
struct hook_new { const char *url, *kinds; };
#define HOOKS_MAX 10
/* YX_HOOK_URL: an address that we do not go to; YX_BAD_FIELD "kinds"; YX_CONFLICT: HOOKS_MAX are there. */
int hook_add(struct act *act, const char *client_id, const struct hook_new *n, char id[YX_ID_SIZE],
    char secret[HOOK_SECRET_SIZE]) YX_MUST_USE;
/* YX_CONFLICT: version. */
int hook_change(struct act *act, const struct hook_key *k, const struct hook_new *n, int64_t version) YX_MUST_USE;
/* A new secret; the one before signs as well for a day more. */
int hook_rotate(struct act *act, const struct hook_key *k, char secret[HOOK_SECRET_SIZE]) YX_MUST_USE;
/* Waits with what comes (on 0), or goes on, after a failure as well. YX_STATE. */
int hook_switch(struct act *act, const struct hook_key *k, int on) YX_MUST_USE;
int hook_remove(struct act *act, const struct hook_key *k) YX_MUST_USE;

/* ---- for the worker ---- */

struct hook_lease { const char *owner; int64_t now_ms; };
#define HOOK_LEASE_MS 60000
struct hook_target {
	const char *id, *url, *contact, *client_name;
	uint8_t     secret[2][HOOK_SECRET_BYTES];
	size_t      secrets_n;            /* 1; during a rotation 2, the new one first */
};
/* One that has something to send, for the lease's time; of several workers one has it, so that one
 * delivery is on its way at a time. YX_NOT_FOUND: none. */
int hook_claim(struct yx_db *db, struct yx_arena *a, const struct hook_lease *by, struct hook_target *out) YX_MUST_USE;
/* In a transaction: how it went; next_ms: when the failed delivery comes again, 0: it arrived; gone:
 * its owner wants no more (410). *disabled: nothing has arrived for HOOK_PATIENCE_MS, or gone. */
#define HOOK_PATIENCE_MS ((int64_t)3 * 86400000)
struct hook_result { int64_t next_ms; int arrived, gone; };
int hook_note(struct yx_db *db, const struct hook_lease *by, const char *id, const struct hook_result *r,
    int *disabled) YX_MUST_USE;

#endif
