/* signing_done.h - floor 4: what signing_complete.c hands to signing_commit.c. */
#ifndef YX_SIGNING_DONE_H
#define YX_SIGNING_DONE_H

#include "backend/domain/signing/signing.h"

struct signed_item {
	const char *task_id, *document_id, *kind, *prepared_id, *md;
	const char *owner_id;                 /* the contract, or of kind "letter" the letter */
	const char *for_id, *for_name;        /* whose deputy I am, or NULL */
	int64_t     base_revision;
	struct pades_hole hole;
	const void *partial, *digest;
	size_t      partial_n, digest_n;
	const uint8_t *base;                  /* SHA-256 of what was prepared from */
	uint8_t     sha256[32];               /* of the signed file, or of the signature apart */
	int64_t     size, stamped_at;         /* stamped_at: 0 if no timestamp could be had */
};

struct signing_done {
	const char             *id, *body;
	struct certificate_row  certificate;
	struct yx_cert          cert;
	struct signed_item     *items;
	size_t                  n;
	int64_t                 now;
	/* the contract that the reply is about; of a letter: its id and, once it was sent, asked_by */
	const char *contract_id, *subject, *notice_body, *agency_id, *handler_id, *state;
	int         in_order;                 /* vendors sign one after the other */
	const char *notice_id, *asked_by;     /* the first notice; the message that asked me */
};

#endif
