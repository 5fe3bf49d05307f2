/* document.h - floor 4: uploads, revisions, and who may read a document's bytes. */
#ifndef YX_DOCUMENT_H
#define YX_DOCUMENT_H

#include "backend/domain/base/domain.h"

struct document_name { const char *id, *name, *number; };
/* In a transaction: the object's row, the next revision, and the document's newest
 * revision. The revision must be the successor of what is there: of two rivals one
 * gets YX_CONFLICT. */
int document_add_revision(struct yx_db *db, const char *document_id, int64_t revision, const uint8_t sha256[32],
    int64_t size, int64_t now_ms) YX_MUST_USE;

/* YX_OK if the asking member may see the document: handler and officers always; a
 * vendor's signers once it was sent; sealers once their task was woken. *out (may be
 * NULL) tells its name. YX_NOT_FOUND otherwise. */
int document_visible(struct http_request *rq, const char *document_id, struct document_name *out) YX_MUST_USE;

struct document_upload { char id[YX_ID_SIZE]; const char *name; int64_t size, pages; uint8_t sha256[32]; };
/* Takes the uploaded file at `path` (nginx's; it stays) into a draft of mine. name: as
 * the browser gave it. Runs its own transaction and writes the answer. Errors:
 * YX_TOO_LARGE, those of pades_inspect, YX_PDF_SIGNED, YX_STATE. */
int document_upload(struct http_request *rq, const char *contract_id, const char *path, const char *name) YX_MUST_USE;
/* Removes an upload from a draft of mine, in a transaction. */
int document_remove(struct http_request *rq, const char *contract_id, const char *document_id) YX_MUST_USE;
/* The object of a revision (-1: the newest) of a document that I may see. A reader
 * who sees a contract sees every revision from the platform's seal on; the unsealed
 * upload only while it is a draft. */
int document_object(struct http_request *rq, const char *document_id, int64_t revision, uint8_t sha256[32],
    struct document_name *out) YX_MUST_USE;

#endif
