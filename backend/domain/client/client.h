/* client.h - floor 4: other systems that may use the public API: who they are, what they may do,
 * their secrets. A client belongs to an agency or a company, whose administrators look after it;
 * the platform's administrators see every client, agree to what an agency's asks for, and may stop
 * it, but get no secret of it. The one writer of the tables client and client_secret. */
#ifndef YX_CLIENT_H
#define YX_CLIENT_H

#include "backend/domain/client/client_scope.h"
#include "backend/domain/people/organization.h"

struct client_secret {
	const char *id, *tail;            /* its last four characters */
	const char *by;
	int64_t     created_at, used_at;  /* used_at 0: never */
};
#define CLIENT_SECRETS 2
struct client {
	const char *id, *name, *purpose, *contact;
	const char *organization_id, *organization_name, *organization_kind;
	const char *scopes;               /* in force; "" none */
	const char *asked_scopes, *asked_by; /* NULL: nothing waits */
	const char *created_by;
	int64_t     asked_at, created_at, disabled_at, seen_at, per_minute, version;
	int         mine;                 /* act->who looks after it */
	int         may_agree;            /* act->who may be the second person */
	struct client_secret secrets[CLIENT_SECRETS]; /* the good ones, oldest first; client_get only */
	size_t      secrets_n;
};
/* Those that act->who sees, by name; organization_id NULL: of all. after: those behind that client (an id), NULL:
 * from the first. asked 1: only those that wait for a second person. YX_NOT_FOUND: no such client. */
struct client_filter { const char *organization_id, *after; int asked; int64_t most; };
int client_list(struct act *act, const struct client_filter *f, struct client **list, size_t *n) YX_MUST_USE;
/* How many wait for act->who to agree. */
int client_count_asked(struct act *act, int64_t *n) YX_MUST_USE;
/* YX_NOT_FOUND: none that act->who sees. */
int client_get(struct act *act, const char *id, struct client *out) YX_MUST_USE;

/* All that follow run in the caller's transaction and write the audit row. */

struct client_new {
	const char *name, *purpose, *contact;
	const char *scopes;               /* words with blanks between */
};
/* A client of the organization of act->who. What an agency's may write, or read of others, waits
 * for a second person; the rest is in force at once. YX_BAD_FIELD "scopes": unknown, or not for
 * such an organization. */
int client_create(struct act *act, const struct client_new *n, char id[YX_ID_SIZE]) YX_MUST_USE;
/* What is less is in force at once, what is more as in client_create. YX_CONFLICT: version. */
int client_change(struct act *act, const char *id, const struct client_new *n, int64_t version) YX_MUST_USE;
/* The second person agrees, or refuses (who asked: takes it back). YX_SECOND_APPROVER. */
int client_agree(struct act *act, const char *id) YX_MUST_USE;
int client_refuse(struct act *act, const char *id) YX_MUST_USE;
/* Nothing of it is let in any more, or (on 1) it is again. Its tokens are gone. */
int client_switch(struct act *act, const char *id, int on) YX_MUST_USE;
/* How many requests a minute are answered. */
int client_put_rate(struct act *act, const char *id, int64_t per_minute) YX_MUST_USE;
/* A further secret, shown this once. YX_SECRETS_TWO. */
int client_secret_add(struct act *act, const char *id, char secret[YX_TOKEN_SIZE]) YX_MUST_USE;
/* It is good no more, nor are its tokens. */
int client_secret_revoke(struct act *act, const char *id, const char *secret_id) YX_MUST_USE;

/* ---- for client_grant.c ---- */
struct client_known { const char *id, *secret_id; unsigned scopes; };
/* The client with that secret. YX_CLIENT_WRONG: there is none, or it is stopped; asked with the
 * same effort whether or not the client exists. */
int client_of_secret(struct act *act, const char *id, const char *secret, struct client_known *out) YX_MUST_USE;
/* In a transaction: it has just come in with that secret. */
int client_seen(struct act *act, const struct client_known *k) YX_MUST_USE;

/* In a merger: clients of the agency are the other one's, off and without scopes: what they might see is more
 * now, so two of its administrators give it anew. by: who agreed to the merger. */
int client_succeed(struct act *act, const struct organization_pair *p, const char *by) YX_MUST_USE;

#endif
