/* retention.h - floor 5: how long a contract is kept, for the pages that show one. */
#ifndef YX_API_RETENTION_H
#define YX_API_RETENTION_H

#include "backend/http/http.h"

/* "retention" of the open object: period, last day, holds. The caller has looked whether it may be seen. */
int write_retention(struct http_request *rq, const char *contract_id) YX_MUST_USE;

#endif
