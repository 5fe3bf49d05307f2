/* xref.h - floor 3: the chain of cross-reference sections of a file (ISO 32000-2,
 * 7.5.4 and 7.5.8) and where it says that an object is. Reads only what is asked
 * for, so memory does not grow with the file. Strict: what is not where the chain
 * says does not exist, and nothing is rebuilt. */
#ifndef YX_PADES_XREF_H
#define YX_PADES_XREF_H

#include "backend/pades/object.h"

#define PDF_ID_MAX 8388607      /* ISO 32000-1, annex C */

struct pdf_range {              /* object numbers first .. first + count - 1 */
	int64_t first, count;
	int64_t at;                 /* table: file offset of the first entry; stream: row */
	int     row;                /* table: bytes of an entry, 20 or 19 */
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
	struct pdf_input in;
	struct pdf_section *sec;    /* newest first */
	size_t  n;
	int     hybrid;             /* 1: some section has /XRefStm */
	int64_t highest;            /* highest object number any section speaks of */
	/* the object stream that was read last (doc.c) */
	int64_t stream_id;
	struct pdf_span stream_body;
	int64_t stream_n, stream_first;
	int     nested;             /* guards lookups that lead to lookups */
};

/* Reads the chain. The file must begin with "%PDF-" and end in startxref and
 * %%EOF. Errors: YX_NOT_PDF, YX_PDF_BROKEN, YX_PDF_UNSUPPORTED (bytes before the
 * header), YX_PDF_TOO_COMPLEX, YX_NO_MEMORY, YX_IO. */
int pdf_doc_open(struct pdf_doc *d, struct yx_arena *a, int fd) YX_MUST_USE;

/* One row of a section: type 0 free (or of a kind that nobody knows, which is a
 * reference to nothing), 1 at offset with generation, 2 in object stream `offset`. */
struct pdf_entry {
	int64_t id, offset, gen;
	int     type;
};
int pdf_entry_at(struct pdf_doc *d, const struct pdf_section *s, const struct pdf_range *r,
    int64_t index, struct pdf_entry *out) YX_MUST_USE;
/* Where the revision with sec[view] on top has the object; type 0 if nowhere. */
int pdf_lookup(struct pdf_doc *d, size_t view, int64_t id, struct pdf_entry *out) YX_MUST_USE;

#endif
