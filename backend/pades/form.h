/* form.h - floor 3: the interactive form of one revision: its signature fields
 * (ISO 32000-2, 12.7.5.5), and the pages they stand on. */
#ifndef YX_PADES_FORM_H
#define YX_PADES_FORM_H

#include "backend/pades/doc.h"

struct pdf_sigfield {
	int64_t     id, gen;
	const char *name;        /* fully qualified, UTF-8 */
	struct pdf_span value;   /* the field's dictionary */
	int64_t     v_id, v_gen; /* object of the signature; 0: empty field */
	int         kids;        /* 1: has several widgets: we do not sign it */
};

struct pdf_form {
	struct pdf_object root;      /* catalog */
	struct pdf_object acroform;  /* value.p NULL: none; id 0: direct in the catalog */
	struct pdf_object fields;    /* the array; id 0: direct in the AcroForm */
	struct pdf_sigfield *sig;
	size_t       sig_n;
	const char **top;            /* partial names of the top fields */
	size_t       top_n;
	uint8_t     *seen;           /* bitmap by object number: cycles */
	int          nodes;
	int          leaves;         /* fields and widgets at the ends, signatures aside */
	int          xfa;            /* 1: an XFA form is described beside it, which a reader may show instead */
};

/* Errors: YX_PDF_BROKEN (cycle, field that is no object, …), YX_PDF_TOO_COMPLEX. */
int pdf_form_read(struct pdf_doc *d, size_t view, struct pdf_form *out) YX_MUST_USE;

/* The n-th page (1 is the first). YX_BAD_FIELD if there is none. */
int pdf_page(struct pdf_doc *d, size_t view, struct pdf_span catalog, int n,
    struct pdf_object *out) YX_MUST_USE;

#endif
