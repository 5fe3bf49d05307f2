/* signing.h - floor 4: a signature by card in two steps; the one writer of the tables
 * signing and signing_item.
 *
 * Prepare appends, for each task, the revision that fills the signer's field, with a
 * hole, and keeps it for ten minutes, pinned to its base. Complete takes the raw
 * signatures, verifies each, fills the holes and moves the workflow, all or nothing.
 * What is no PDF is signed apart (signing_file.h). */
#ifndef YX_SIGNING_H
#define YX_SIGNING_H

#include "backend/domain/card/certificate.h"
#include "backend/domain/message/message.h"
#include "backend/domain/seal/picture.h"
#include "backend/pades/pades.h"
#include "common/buf.h"

/* ---- what is asked (signing_open.c) ---- */
struct signing_asked {
	const char *message_id, *message_number, *subject;
	int64_t     sent_at;
	const char *contract_number, *contract_title, *contract_state;
	const char *task_id, *task_state, *kind;
	int64_t     signed_at;                 /* 0: not yet */
	const char *document_id, *document_number, *document_name;
	int64_t     size, revision;            /* of the newest revision, which is what will be signed */
};
/* My tasks that these messages ask for, in the order of the messages and of their
 * documents; a message that asks nothing of me has none. Nothing is marked as read. */
int signing_asked_list(struct act *act, const char *const *messages, size_t n, struct signing_asked **rows,
    size_t *rows_n) YX_MUST_USE;

/* ---- prepare (signing_prepare.c) ---- */
struct signing_item {
	const char *task_id, *document_id, *name, *number, *field, *kind;
	int         apart;                     /* no PDF: signing_file.h */
	int64_t     revision;                  /* the newest */
	uint8_t     base[32], digest[64];      /* SHA-256 of what is signed; digest over the ByteRange */
	size_t      digest_n;
	char        prepared_id[YX_ID_SIZE];   /* file in the store */
	char        token[YX_TOKEN_SIZE];      /* capability to read it */
	struct pades_hole hole;
	struct yx_buf attributes, partial;     /* signed attributes (DER), CMS without signature */
};
struct signing {
	char                   id[YX_ID_SIZE];
	struct certificate_row certificate;
	struct yx_cert         cert;
	const char            *md;             /* "SHA256" … */
	STACK_OF(X509)        *chain;          /* above the signer, without the anchor */
	int64_t                now, expires_at;
	struct picture_choice  seal;           /* id NULL: without a picture */
	struct signing_item   *items;
	size_t                 n;
};
/* Makes the prepared files for tasks of mine and one of my certificates; not in a
 * transaction. with->seal_id: the seal picture for places that the document has for me; NULL:
 * the fittest. Errors: YX_NOT_FOUND (a task is not mine), YX_STATE (not to be signed
 * now), those of certificate_get, certificate_judge, certificate_of_organization and
 * pades_append. */
struct signing_with { const char *certificate_id, *seal_id; };
int signing_prepare(struct act *act, const char *const *tasks, size_t n, const struct signing_with *with,
    struct signing *s) YX_MUST_USE;
/* Writes the preparation, in a transaction; an earlier one of mine for the same tasks is
 * given up. YX_TASK_TAKEN (another's lives), YX_CONFLICT, YX_STATE. */
int signing_put(struct act *act, struct signing *s) YX_MUST_USE;
/* Frees what signing_prepare filled; the prepared files go unless `kept`. */
void signing_close(struct act *act, struct signing *s, int kept);

/* ---- complete (signing_complete.c) ---- */
struct signing_signature { const uint8_t *p; size_t n; };
struct signing_reply {
	const char *id;                        /* of the preparation */
	const struct signing_signature *signatures; /* one an item, in their order */
	size_t      n;
	const char *body;                      /* the reply's text; NULL: a writer signs before sending */
};
struct signing_done;
/* Verifies the raw signatures of a preparation of mine and puts the signed files into
 * the store; not in a transaction. *out lives in the arena. YX_SIGNING_EXPIRED,
 * YX_SIGNATURE_BAD. */
int signing_embed(struct act *act, const struct signing_reply *reply, struct signing_done **out) YX_MUST_USE;
/* What it came to. Every completed preparation is told by a message, a part as well, but for a
 * letter's that is not sent yet; contract_state is NULL for a letter. */
struct signing_result { struct message_sent message; const char *contract_state; int64_t left; };
/* Revisions, history, tasks, state, messages, mail, audit row: in a transaction.
 * YX_CONFLICT (the base is not the newest revision any more). */
int signing_commit(struct act *act, struct signing_done *d, struct signing_result *out) YX_MUST_USE;
/* Frees; removes the prepared files if `done`. */
void signing_done_close(struct act *act, struct signing_done *d, int done);

/* ---- both (signing.c) ---- */
#define SIGNING_MS (10 * 60 * 1000)
/* Gives a preparation of mine up; its tasks are open again. In a transaction. */
int signing_cancel(struct act *act, const char *id) YX_MUST_USE;
/* The file behind a capability (64 hex digits) while its preparation lives. */
struct signing_prepared {
	const char *id;                        /* of a prepared file; NULL: the object is signed as it is */
	uint8_t     object[32];
};
int signing_prepared_file(struct act *act, const char *token, struct signing_prepared *out) YX_MUST_USE;
/* Worker: expired preparations are given up and their files removed. */
int signing_sweep(struct yx_db *db, struct yx_store *store, int64_t now_ms) YX_MUST_USE;
/* For the files of this folder, in a transaction. */
int signing_add(struct act *act, const struct signing *s) YX_MUST_USE;
int signing_add_item(struct act *act, const struct signing *s, size_t i) YX_MUST_USE;
int signing_give_up(struct yx_db *db, const char *id) YX_MUST_USE;
int signing_mark_done(struct yx_db *db, const char *id) YX_MUST_USE;

#endif
