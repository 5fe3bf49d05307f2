/* document.h - floor 4: uploads, revisions, and who may read a document's bytes. */
#ifndef YX_DOCUMENT_H
#define YX_DOCUMENT_H

#include "backend/domain/base/domain.h"

struct document_name {
	const char *id, *name, *number;
	const char *contract_state;      /* of its contract, "" of a letter; filled by document_visible */
	int         retired;             /* of an earlier round */
	int         withheld;            /* enum document_withheld; filled by document_visible */
	const char *format;              /* "pdf" or a word of format.h; filled by document_visible */
	int64_t     destroyed_at;        /* ms UTC; 0: its files are there; filled by document_visible */
};
/* An agency may keep what not everybody has signed from the other parties (document.withhold_unfinished):
 * who has to sign it now reads it in the viewer, which marks it; nobody gets it as a file. */
enum document_withheld { DOCUMENT_FREE, DOCUMENT_TO_SIGN, DOCUMENT_WITHHELD };
/* What a file's name says behind it: "" for a draft's and a completed contract's,
 * （未完成用印）, （已作廢） or （已退回）. */
const char *document_name_note(const struct document_name *d);
/* In a transaction: the object's row, the next revision, and the document's newest
 * revision. The revision must be the successor of what is there: of two rivals one
 * gets YX_CONFLICT. */
struct document_revision {
	const char    *document_id;
	int64_t        revision;
	const uint8_t *sha256;           /* 32 bytes: the object in the store */
	int64_t        size, at;         /* bytes; ms UTC */
};
int document_add_revision(struct yx_db *db, const struct document_revision *r) YX_MUST_USE;
/* In a transaction: the row of an object that was put into the store; harmless if it is there. */
int document_add_object(struct yx_db *db, const uint8_t *sha256, int64_t size, int64_t at) YX_MUST_USE;
/* In a transaction: the same revision with newer timestamps is what readers get from now
 * on. YX_CONFLICT: the document has a newer revision. */
int document_keep(struct yx_db *db, const struct document_revision *r) YX_MUST_USE;
/* In a transaction: every document of the contract is retired, and a successor begins
 * with the same upload. */
int document_restart(struct act *act, const char *contract_id) YX_MUST_USE;
/* In a transaction: the uploads of one contract as documents of another, a draft. */
int document_copy(struct act *act, const char *from_contract_id, const char *to_contract_id) YX_MUST_USE;
/* In a transaction: the upload of a document once more as the attachment of another letter. */
int document_attach_copy(struct act *act, const char *document_id, const char *letter_id,
    char id[YX_ID_SIZE]) YX_MUST_USE;
/* In a transaction: takes an attachment out of a letter, a draft that the caller holds. What was
 * signed stays kept. YX_NOT_FOUND. */
int document_detach(struct act *act, const char *letter_id, const char *document_id) YX_MUST_USE;
/* In a transaction: the D number that it gets when it is sent. */
int document_set_number(struct yx_db *db, const char *document_id, const char *number) YX_MUST_USE;
/* In a transaction: holds the document against rivals who want to sign the same revision;
 * YX_CONFLICT if that is not the newest any more. */
int document_hold(struct yx_db *db, const char *document_id, int64_t revision) YX_MUST_USE;

/* YX_OK if the asking member may see the document: handler and officers always; a
 * vendor's signers once it was sent; sealers once their task was woken; of a letter its
 * writer, whoever may see what that writer's vendor sent, and who received it. *out (may
 * be NULL) tells its name. YX_NOT_FOUND otherwise. */
int document_visible(struct act *act, const char *document_id, struct document_name *out) YX_MUST_USE;

/* An upload on its way into a draft. Strings are borrowed or in the arena. */
struct document_upload {
	const char *contract_id, *letter_id;   /* of one of them: the other is NULL */
	const char *replaces;            /* a letter's attachment whose place it takes; NULL: none */
	int         unsigned_now;        /* that one was signed, this one is not; set by letter_attach */
	const char *name;
	int         normalise;           /* 1: if need be a tidied copy is taken instead */
	char        id[YX_ID_SIZE];
	const char *format;              /* "pdf" or, of a letter's attachments, a word of format.h */
	int64_t     size, pages;         /* pages: 0 of what is no PDF */
	uint8_t     sha256[32];
	int         normalised;          /* 1: sha256 is the copy, original the file as uploaded */
	uint8_t     original[32];
	int64_t     original_size;
};
/* Looks at the uploaded file at `path` (nginx's; it stays) and takes its bytes into the
 * store, for a draft of mine. up->contract_id or letter_id, name (as the browser gave it) and
 * normalise are the caller's, the rest is set. Errors: YX_TOO_LARGE, those of pades_inspect,
 * YX_FILE_TYPE (a letter may carry more than PDF: format.h),
 * YX_PDF_SIGNED (a letter may carry what is signed already), YX_STATE, YX_PDF_NORMALISABLE
 * (with normalise = 1 it would be taken). */
int document_take(struct act *act, const char *path, struct document_upload *up) YX_MUST_USE;
/* In a transaction: the document's rows; up->id is its new id. */
int document_put(struct act *act, struct document_upload *up) YX_MUST_USE;
/* In a transaction: of a letter's two documents the one takes the place of the other, which is taken out.
 * *was_signed: that had a signature, which is of no use for this one. YX_NOT_FOUND. */
int document_supersede(struct act *act, const struct document_upload *up, int *was_signed) YX_MUST_USE;
/* Removes an upload from a draft of mine, in a transaction. YX_HELD. */
int document_remove(struct act *act, const char *contract_id, const char *document_id) YX_MUST_USE;
/* The object of a revision (-1: the newest; of what is no PDF the file, whatever the revision), with the
 * timestamps that it has got since, of a document that I may see. A reader who sees a contract sees every
 * revision from the platform's seal on; the unsealed upload only while it is a draft. YX_WITHHELD, YX_DESTROYED. */
int document_object(struct act *act, const char *document_id, int64_t revision, uint8_t sha256[32],
    struct document_name *out) YX_MUST_USE;
/* Of a document that is no PDF: its file, and the signature that stands apart from it (its
 * newest revision, CAdES). YX_NOT_FOUND: there is none; those of document_object. */
struct document_apart { struct document_name document; uint8_t file[32], signature[32]; };
int document_apart(struct act *act, const char *document_id, struct document_apart *out) YX_MUST_USE;
/* The file as it was uploaded, if a tidied copy was taken in its place; YX_NOT_FOUND, YX_WITHHELD. */
int document_original(struct act *act, const char *document_id, uint8_t sha256[32],
    struct document_name *out) YX_MUST_USE;
/* In a transaction: the files of the contract's documents are nobody's any more; the rows stay. */
int document_destroyed(struct yx_db *db, const char *contract_id, int64_t at) YX_MUST_USE;

#endif
