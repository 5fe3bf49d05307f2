/* upload.h - floor 5: what every upload of a file has in common. */
#ifndef YX_API_UPLOAD_H
#define YX_API_UPLOAD_H

#include "backend/domain/document/document.h"
#include "backend/http/http.h"

/* The file that nginx wrote and the name that the browser gave it (header X-File-Name,
 * percent-encoded UTF-8); in the arena. YX_NOT_PDF (no file), YX_BAD_FIELD "name". */
int upload_of(struct http_request *rq, const char **path, const char **name) YX_MUST_USE;
/* In the transaction that keeps it: the answer, 201 with what the file is. */
void upload_write(struct http_request *rq, const struct document_upload *up);

#endif
