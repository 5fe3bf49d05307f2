/* client_token.h - floor 4: access tokens of clients: short-lived, without a meaning, kept as
 * hashes; and how often a client may ask. The one writer of client_token and client_rate. */
#ifndef YX_CLIENT_TOKEN_H
#define YX_CLIENT_TOKEN_H

#include "backend/act.h"
#include "backend/domain/people/organization.h"

#define CLIENT_TOKEN_SECONDS 900

/* In a transaction: a new token. */
struct client_token_new { const char *client_id, *secret_id, *scopes; };
int client_token_add(struct act *act, const struct client_token_new *n, char token[YX_TOKEN_SIZE]) YX_MUST_USE;
/* In a transaction: that token of that client ends, if there is one. */
int client_token_drop(struct act *act, const char *client_id, const char *token) YX_MUST_USE;

/* act->who becomes the client that the token was given to, with the roles that its scopes need.
 * YX_TOKEN: unknown, over, or its client is stopped. */
int client_authenticate(struct act *act, const char *token, int64_t *per_minute) YX_MUST_USE;

/* One request more of this minute (per client, whatever the server). left: how many remain, below
 * zero when it was one too many; seconds until the next minute. */
struct client_rate { int64_t left, seconds; };
int client_rate_take(struct act *act, int64_t per_minute, struct client_rate *out) YX_MUST_USE;
/* The same without taking. */
int client_rate_look(struct act *act, int64_t per_minute, struct client_rate *out) YX_MUST_USE;

/* For client.c, in a transaction: all tokens of a client, or (secret_id) of one secret, end. */
int client_token_end(struct act *act, const char *client_id, const char *secret_id) YX_MUST_USE;
/* Removes those that are over (worker). */
int client_token_sweep(struct yx_db *db, int64_t now_ms) YX_MUST_USE;

/* In a merger: no token of the agency's clients is good any more. */
int client_token_succeed(struct act *act, const struct organization_pair *p) YX_MUST_USE;

#endif
