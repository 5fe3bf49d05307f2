/* form_data.h - floor 3: the parts of a multipart/form-data body (RFC 7578; RFC 2046, 5.1), which
 * stay where they are: what is told is where each begins and how long it is. */
#ifndef YX_HTTP_FORM_DATA_H
#define YX_HTTP_FORM_DATA_H

#include <stddef.h>
#include <stdint.h>
#include "common/error.h"

#define HTTP_PARTS_MAX 4

struct http_part {
	char   name[32];      /* as the form says: "file" */
	size_t from, size;    /* bytes */
};

/* Of a body in memory, with the Content-Type of the request. Strict: nothing before the first
 * delimiter, nothing but an end of line behind the last, each part with a name of
 * its own. YX_BAD_REQUEST: not so; YX_TOO_LARGE: more than HTTP_PARTS_MAX parts. */
int http_form_data(const char *content_type, const void *body, size_t n, struct http_part part[HTTP_PARTS_MAX],
    size_t *count) YX_MUST_USE;
/* The same of a file, at least one byte. YX_IO. */
int http_form_file(const char *content_type, const char *path, struct http_part part[HTTP_PARTS_MAX],
    size_t *count) YX_MUST_USE;

#endif
