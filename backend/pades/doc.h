/* doc.h - floor 3: a PDF file as its bytes say: the chain of cross-reference
 * sections (ISO 32000-2, 7.5.4 and 7.5.8) and the objects that they name.
 * Reads only what is asked for, so memory does not grow with the file. Strict:
 * what is not where the chain says does not exist, and nothing is rebuilt. */
#ifndef YX_PADES_DOC_H
#define YX_PADES_DOC_H

#include <sys/types.h>
#include "backend/pades/lex.h"
#include "common/arena.h"

#define PDF_ID_MAX 8388607      /* ISO 32000-1, annex C */

struct pdf_range {              /* object numbers first .. first + count - 1 */
	int64_t first, count;
	int64_t at;                 /* table: file offset of the first entry; stream: row */
};

struct pdf_section {
	int64_t offset;             /* of "xref" or "N G obj" */
	int64_t after;              /* offset behind the trailer or the stream object */
	int     stream;             /* 1: cross-reference stream */
	int     hidden;             /* 1: reached by /XRefStm of a hybrid file */
	int64_t id;                 /* stream: its own object number */
	struct pdf_span trailer;    /* dictionary */
	struct pdf_range *ranges;
	size_t  ranges_n;
	const uint8_t *rows;        /* stream: decoded */
	size_t  rows_n;             /* rows */
	int     w[3];               /* widths of a row's fields */
};

struct pdf_doc {
	int     fd;                 /* borrowed */
	int64_t size;
	struct yx_arena *a;         /* borrowed; everything lives here */
	struct pdf_section *sec;    /* newest first */
	size_t  n;
	int     hybrid;             /* 1: some section has /XRefStm */
	int64_t highest;            /* highest object number any section speaks of */
	/* the object stream that was read last */
	int64_t stream_id;
	struct pdf_span stream_body;
	int64_t stream_n, stream_first;
	int     nested;             /* guards lookups that lead to lookups */
};

/* Reads the chain. The file must begin with "%PDF-" and end in startxref and
 * %%EOF. Errors: YX_NOT_PDF, YX_PDF_BROKEN, YX_PDF_UNSUPPORTED (bytes before the
 * header), YX_PDF_TOO_COMPLEX, YX_NO_MEMORY, YX_IO. */
int pdf_doc_open(struct pdf_doc *d, struct yx_arena *a, int fd) YX_MUST_USE;

struct pdf_object {
	int64_t id, gen;
	struct pdf_span value;      /* in the arena; p NULL: free or absent */
	int64_t offset;             /* of "N G obj"; -1: inside an object stream */
	int64_t value_offset;       /* of the value's first byte */
	int64_t behind;             /* offset behind the value */
	int     stream;             /* 1: "stream" follows */
};
/* The object as seen by the revision whose newest section is sec[view]. */
int pdf_fetch(struct pdf_doc *d, size_t view, int64_t id, struct pdf_object *out) YX_MUST_USE;
/* A value, or what it refers to (once); out->id is 0 if it was direct. */
int pdf_resolve(struct pdf_doc *d, size_t view, struct pdf_span v, struct pdf_object *out) YX_MUST_USE;
/* pdf_get and pdf_resolve in one. */
int pdf_follow(struct pdf_doc *d, size_t view, struct pdf_span dict, const char *key,
    struct pdf_object *out) YX_MUST_USE;
/* The catalog. */
int pdf_root(struct pdf_doc *d, size_t view, struct pdf_object *out) YX_MUST_USE;

/* One row of a section, for those who check each: type 0 free, 1 at offset with
 * generation, 2 in object stream `offset`. */
struct pdf_entry {
	int64_t id, offset, gen;
	int     type;
};
int pdf_entry_at(struct pdf_doc *d, const struct pdf_section *s, const struct pdf_range *r,
    int64_t index, struct pdf_entry *out) YX_MUST_USE;

/* Bytes of the file into the arena; exactly n or YX_IO / YX_PDF_BROKEN. */
int pdf_read(struct pdf_doc *d, int64_t offset, size_t n, struct pdf_span *out) YX_MUST_USE;

#endif
