/* handlers.h - floor 5: handlers that the rows of the public API share with the pages'. */
#ifndef YX_API_HANDLERS_H
#define YX_API_HANDLERS_H

#include "backend/http/http.h"

int contract_send_it(struct http_request *rq);      /* contracts.c */
int contract_discard_it(struct http_request *rq);
int document_upload_it(struct http_request *rq);    /* documents.c */
int document_file_it(struct http_request *rq);
int evidence_make_it(struct http_request *rq);      /* evidence.c */
int evidence_package_it(struct http_request *rq);

#endif
