/* assuan.h - the lines that a pinentry program speaks ("Developing with Assuan", 1.2): text
 * ended by LF, at most 1000 bytes, with %XX for what a line cannot hold. */
#ifndef YX_HOST_ASSUAN_H
#define YX_HOST_ASSUAN_H

#include "common/buf.h"
#include "common/error.h"

#define ASSUAN_LINE_MAX 1000

enum assuan_kind { ASSUAN_OK, ASSUAN_ERR, ASSUAN_DATA, ASSUAN_OTHER /* status, comment */ };

struct assuan {
	enum assuan_kind kind;
	unsigned         code; /* of an error, as libgpg-error has it */
	char            *data; /* decoded where it stood, with a NUL behind it; n bytes */
	size_t           n;
};

/* Reads a line without its LF; line[n] must be writable. YX_PROTOCOL: it is none, or it asks
 * us for something. */
int assuan_line(char *line, size_t n, struct assuan *out) YX_MUST_USE;

/* What an error of GETPIN says: YX_CANCELLED (by the user, or he did not come) or
 * YX_DIALOG_FAILED. */
int assuan_refusal(unsigned code) YX_MUST_USE;

/* Appends text for people, at most `max` bytes of it: controls and what turns the direction of
 * writing become blanks. */
void assuan_escape(struct yx_buf *out, const char *text, size_t max);

#endif
