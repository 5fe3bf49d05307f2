/* client_grant.h - floor 4: the token endpoint: a client shows its secret and gets an access token. */
#ifndef YX_CLIENT_GRANT_H
#define YX_CLIENT_GRANT_H

#include "backend/act.h"

struct client_token { char token[YX_TOKEN_SIZE]; const char *scopes; };
/* A token for a client that shows its secret (RFC 6749, 4.4). scopes: words with blanks between,
 * NULL: all that are in force. Runs its own transaction. YX_CLIENT_WRONG; YX_SCOPE: one of them is
 * unknown or not granted, or nothing is. */
struct client_grant { const char *id, *secret, *scopes; };
int client_token_issue(struct act *act, const struct client_grant *g, struct client_token *out) YX_MUST_USE;

/* A client's own token ends (RFC 7009); an unknown one is none already. YX_CLIENT_WRONG. Runs its
 * own transaction. */
int client_token_revoke(struct act *act, const struct client_grant *g, const char *token) YX_MUST_USE;

#endif
