/* client_inbox.h - floor 4: messages and certificates as a client reads them. Reading by a client
 * marks nothing as read: it is not a person who has taken note. */
#ifndef YX_CLIENT_INBOX_H
#define YX_CLIENT_INBOX_H

#include "backend/act.h"

struct client_message {
	const char *id, *number, *kind, *sender, *subject;
	const char *body;                 /* client_message_get only */
	const char *contract_id;          /* NULL: of none */
	int64_t     sent_at;
	int         read;                 /* by a person */
};
/* What was sent to the client's company, or (an agency's client) to the client as the handler of its
 * contracts: by id, behind `after` ("": from the beginning). */
int client_message_list(struct act *act, const char *after, int64_t most, struct client_message **list,
    size_t *n) YX_MUST_USE;
struct client_attachment { const char *id, *number, *name; int64_t size, revision; };
/* YX_NOT_FOUND. */
int client_message_get(struct act *act, const char *id, struct client_message *out, struct client_attachment **files,
    size_t *n) YX_MUST_USE;

struct client_certificate {
	const char *id, *purpose, *subject, *issuer, *serial, *key_type;
	int64_t     not_before, not_after, registered_at;
};
/* Certificates in use that people of the client's organization have registered: by id, behind `after`. */
int client_certificate_list(struct act *act, const char *after, int64_t most, struct client_certificate **list,
    size_t *n) YX_MUST_USE;

#endif
