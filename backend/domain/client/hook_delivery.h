/* hook_delivery.h - floor 4: what is sent to an address, each try of it, and again. The one writer of
 * hook_delivery and hook_attempt. Who may see a hook (hook_get) was asked before. */
#ifndef YX_HOOK_DELIVERY_H
#define YX_HOOK_DELIVERY_H

#include "backend/act.h"

struct hook_delivery {
	const char *id, *hook_id, *event_id; /* event_id NULL: a test */
	const char *kind, *state;         /* "pending", "delivered", "failed" */
	const char *error;                /* of the last try; "" none */
	int64_t     status;               /* HTTP's, of the last try; 0: no answer */
	int64_t     attempts, place, created_at, next_at, done_at;
};
/* The newest first; before (ms UTC): older than that, 0: from the newest. */
struct delivery_page { int64_t before, most; };
int delivery_list(struct act *act, const char *hook_id, const struct delivery_page *page, struct hook_delivery **list,
    size_t *n) YX_MUST_USE;
/* One of a hook. YX_NOT_FOUND. */
int delivery_get(struct act *act, const char *hook_id, const char *id, struct hook_delivery *out) YX_MUST_USE;
/* Its tries, the newest first. */
struct hook_attempt { int64_t at, millis, status; const char *error; };
int delivery_tries(struct act *act, const char *id, struct hook_attempt **tries, size_t *n) YX_MUST_USE;
/* In a transaction: it goes out again at once, under the same id. YX_NOT_FOUND; YX_STATE: it waits. */
int delivery_again(struct act *act, const char *hook_id, const char *id) YX_MUST_USE;
/* In a transaction: an event of the kind "test". */
int delivery_test(struct act *act, const char *hook_id, char id[YX_ID_SIZE]) YX_MUST_USE;

/* ---- for the worker ---- */

/* In a transaction: a delivery for each address of each client that may know an event of those places. */
int hook_spread(struct yx_db *db, int64_t first, int64_t last, int64_t now_ms) YX_MUST_USE;
/* The one of a hook that is due first. YX_NOT_FOUND. */
int delivery_first(struct yx_db *db, struct yx_arena *a, const char *hook_id, int64_t now_ms,
    struct hook_delivery *out) YX_MUST_USE;
/* In a transaction: a try and what comes of it: again after 5 s, 1 m, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h,
 * 20 h, and then no more: three days. *next_ms: when; 0: never. What has arrived lets the hook's other failed
 * ones go at once. */
struct delivery_try { int64_t now_ms, millis, status; const char *error; int arrived, gone; };
int delivery_note(struct yx_db *db, const struct hook_delivery *d, const struct delivery_try *t,
    int64_t *next_ms) YX_MUST_USE;
/* Removes those that are older than the events that they tell of (worker). */
int delivery_sweep(struct yx_db *db, int64_t before_ms) YX_MUST_USE;

#endif
