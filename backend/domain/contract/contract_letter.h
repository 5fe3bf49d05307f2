/* contract_letter.h - floor 4: a message about a contract to those who have to do with it. */
#ifndef YX_CONTRACT_LETTER_H
#define YX_CONTRACT_LETTER_H

#include "backend/domain/message/message.h"

enum {
	LETTER_VENDORS  = 1,   /* the companies */
	LETTER_OFFICERS = 2,   /* handler first */
	LETTER_SEALERS  = 4,   /* who were chosen */
	LETTER_ASKED    = 8,   /* of them, those whose turn it was */
	LETTER_ADMINS   = 16,  /* who administrate the agency */
};

struct contract_letter {
	const char *contract_id, *kind, *subject, *body, *original_id;
	const char *sender_id, *sender_organization_id;
	unsigned    to;
	const struct message_recipient *only; /* these and nobody else, if not NULL */
	size_t      only_n;
	int         not_sender;   /* who sends it, and (a vendor) its company, need not be told */
	int64_t     at;
};
/* In a transaction. The documents of the contract go along at their newest revisions.
 * Nobody is addressed twice; nobody at all: nothing is sent, out->number is "". */
int contract_letter_send(struct act *act, const struct contract_letter *l, struct message_sent *out) YX_MUST_USE;

#endif
