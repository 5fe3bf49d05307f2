/* handlers.h - floor 5: what files of routes share: handlers of pages and of the public API. */
#ifndef YX_API_HANDLERS_H
#define YX_API_HANDLERS_H

#include "backend/http/http.h"

int contract_send_it(struct http_request *rq);      /* contracts.c */
int contract_discard_it(struct http_request *rq);
int document_upload_it(struct http_request *rq);    /* documents.c */
int document_file_it(struct http_request *rq);
/* The report of a confined process on it, as members of the answer; verify.c. */
struct pades_exhibit;
int examined_write(struct http_request *rq, const struct pades_exhibit *x) YX_MUST_USE;
int evidence_make_it(struct http_request *rq);      /* evidence.c */
int evidence_package_it(struct http_request *rq);

#endif
