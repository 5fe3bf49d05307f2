/* contract_send.h - floor 4: sealing and sending a draft, in steps that can be told
 * apart: begin (a transaction: claims the contract), seal (files only, may take long),
 * commit (a transaction: everything that makes it sent) or abort (a transaction: seal
 * failed, may be sent again). If the program dies in between, contract_recover takes
 * the claim back; nothing was numbered or sent. */
#ifndef YX_CONTRACT_SEND_H
#define YX_CONTRACT_SEND_H

#include "backend/domain/base/number.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/document/seal.h"
#include "backend/domain/message/message.h"

struct contract_sealed { struct seal_object object; int64_t stamped_at; char number[NUMBER_SIZE]; };

struct contract_sending {
	struct contract         c;
	struct contract_sealed *sealed;  /* one a document of c */
	struct seal_signer      signer;  /* with one key, whatever takes over meanwhile */
	int64_t                 now;     /* one moment for seal, history and message */
	struct message_sent     message;  /* the notice */
	const char             *deadline; /* the last day from now on, or NULL */
};

/* Reads and checks a draft of mine and claims it. Fills *s, in the act's arena. Errors:
 * YX_STATE, YX_NO_DOCUMENT, YX_NO_VENDOR, YX_NO_SEALER, YX_VENDOR_NO_SIGNER, YX_TEXT_FIELD_EMPTY. */
int contract_send_begin(struct act *act, const char *id, struct contract_sending *s) YX_MUST_USE;
/* Puts a sealed revision of each document into the store. Errors of pades_append. */
int contract_send_seal(struct act *act, struct contract_sending *s) YX_MUST_USE;
/* State, revisions, numbers, history, message, mail, tasks, audit row. */
int contract_send_commit(struct act *act, struct contract_sending *s) YX_MUST_USE;
int contract_send_abort(struct act *act, const struct contract_sending *s) YX_MUST_USE;

/* ---- contract_summary.c: what sending a draft of mine would do, before it is done ---- */
struct contract_summary_vendor { const struct contract_party *party; const char **emails; /* masked */ size_t n; };
struct contract_summary {
	struct contract c;
	struct contract_summary_vendor *vendors;   /* one a vendor of c: who gets the mail */
	const char *deadline;                      /* the last day if it is sent now, or NULL */
	const char *empty;                         /* "subject" or "body" has a field without a value; else NULL */
};
/* YX_STATE if it has been sent; a draft that can't be sent yet is summed up as well. */
int contract_summary(struct act *act, const char *id, struct contract_summary *out) YX_MUST_USE;

#endif
