/* signing.h - floor 4: a signature by card in two steps.
 *
 * Prepare appends, for each task, the revision that fills the signer's field, with a
 * hole, and keeps it for ten minutes, pinned to its base. Complete takes the raw
 * signatures, verifies each, fills the holes and moves the workflow, all or nothing. */
#ifndef YX_SIGNING_H
#define YX_SIGNING_H

#include "backend/domain/base/domain.h"

/* Prepares tasks of mine with one of my certificates; writes the answer. An earlier
 * preparation of mine for the same tasks is given up. Errors: YX_NOT_FOUND (a task is
 * not mine), YX_STATE (not to be signed now), YX_TASK_TAKEN, those of certificate_get,
 * certificate_judge, certificate_of_organization and pades_append. */
int signing_prepare(struct http_request *rq, const char *const *tasks, size_t n, const char *certificate_id) YX_MUST_USE;

struct signing_signature { const uint8_t *p; size_t n; };
/* Completes a preparation of mine; body is the reply's text. Writes messageNumber and
 * contractState. YX_SIGNING_EXPIRED, YX_SIGNATURE_BAD, YX_CONFLICT (the base is not
 * the newest revision any more). */
int signing_complete(struct http_request *rq, const char *id, const struct signing_signature *signatures,
    size_t n, const char *body) YX_MUST_USE;
/* Gives a preparation of mine up; its tasks are open again. In http_tx. */
int signing_cancel(struct http_request *rq, const char *id) YX_MUST_USE;
/* The file behind a capability (64 hex digits) while its preparation lives. */
int signing_prepared_file(struct http_request *rq, const char *token, const char **prepared_id) YX_MUST_USE;
/* Worker: expired preparations are given up and their files removed. */
int signing_sweep(struct yx_db *db, struct yx_store *store, int64_t now_ms) YX_MUST_USE;

#define SIGNING_MS (10 * 60 * 1000)

/* Shared by the files of signing: gives up a living preparation (in a transaction). */
int signing_give_up(struct yx_db *db, const char *id) YX_MUST_USE;

#endif
