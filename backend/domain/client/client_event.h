/* client_event.h - floor 4: what happened, as clients of the public API read it or are told it. An
 * event's own transaction writes a row for each organization that has clients and a part in it; the
 * worker gives places once the rows are committed, so that who reads on from a place misses none.
 * The one writer of client_event and client_event_last. */
#ifndef YX_CLIENT_EVENT_H
#define YX_CLIENT_EVENT_H

#include "backend/act.h"
#include "backend/domain/people/organization.h"

/* In a transaction: kind "contract.sent" and so on; state: the contract's, now (NULL: as its
 * row says). vendors: the companies of the contract are told as well. */
struct client_event_new { const char *contract_id, *kind, *state; int vendors; };
int client_event_contract(struct act *act, const struct client_event_new *e) YX_MUST_USE;
/* In a transaction: a message went out to its recipients. */
int client_event_message(struct act *act, const char *message_id, const char *contract_id) YX_MUST_USE;

struct client_event {
	const char *id, *kind, *contract_id, *message_id, *state;
	int64_t     place, at;
};
/* What the client act->who may read, behind the place `after`, the oldest first. One call looks at no
 * more than CLIENT_EVENT_LOOK rows, so a page may be shorter, or empty, before the end. *next: read
 * on from there. */
#define CLIENT_EVENT_LOOK 1000
struct client_event_page { int64_t after, most, next; };
int client_event_list(struct act *act, struct client_event_page *page, struct client_event **list,
    size_t *n) YX_MUST_USE;
/* One of them, whoever asks: for who has decided already that it may be told. */
int client_event_get(struct yx_db *db, struct yx_arena *a, const char *id, struct client_event *out) YX_MUST_USE;

/* Worker: gives places to committed rows, at most CLIENT_EVENT_BATCH, and hands each on to the
 * addresses of its clients, in one transaction. *done: how many. Several workers may run. */
#define CLIENT_EVENT_BATCH 200
int client_event_work(struct yx_db *db, int64_t now_ms, size_t *done) YX_MUST_USE;
/* Removes some thousands of those, and of their deliveries, that are older (ms UTC; worker). */
int client_event_sweep(struct yx_db *db, int64_t before_ms) YX_MUST_USE;

/* In a merger: what happened, for the clients of the other agency. */
int client_event_succeed(struct act *act, const struct organization_pair *p) YX_MUST_USE;

#endif
