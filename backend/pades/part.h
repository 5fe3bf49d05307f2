/* part.h - floor 3: the parts of an appended revision; for the files of pades/ only.
 * append.c opens the file, lets each part add its objects to the update, and
 * writes it. A part knows nothing of the others but what stands in the job. */
#ifndef YX_PADES_PART_H
#define YX_PADES_PART_H

#include "backend/pades/form.h"
#include "backend/pades/pades.h"
#include "backend/pades/update.h"

#define PDF_TEXT_MAX 1024        /* bytes of /Name, /Reason, field names */
#define PDF_REF_SIZE 40
/* What a hole's dictionary is written with; each number has room for ten digits. */
#define PDF_BYTE_RANGE "/ByteRange [0 0000000000 0000000000 0000000000]"

struct pdf_created {             /* a field that a part made */
	const char *name;
	int64_t     id;
};
struct pdf_job {
	const struct pades_change *change;
	struct pdf_doc     d;
	struct pdf_form    form;
	struct pdf_update  u;
	struct pdf_created *created;
	size_t      created_n, seams_n; /* of them, those that are no signature fields */
	int         pages;           /* of the file */
	struct yx_buf refs;          /* of the created fields, for /Fields */
	int64_t     catalog_id;      /* nonzero: it is rewritten */
	int64_t     hole_id;         /* the object with the hole */
	size_t      room;            /* bytes of DER in it */
};

/* part.c: what the parts share */
void pdf_ref_text(char out[PDF_REF_SIZE], int64_t id, int64_t gen);
/* The object of the update with that number; it has one. */
struct pdf_change *pdf_job_change(struct pdf_job *j, int64_t id);
/* Sets a key of the catalog. */
int pdf_job_catalog(struct pdf_job *j, const char *key, const char *value) YX_MUST_USE;
/* A new dictionary with a hole: the start of its body is written, its end is for
 * the caller. `head` is what comes before /ByteRange. */
int pdf_job_hole(struct pdf_job *j, const char *head, size_t room, struct pdf_change **out) YX_MUST_USE;

/* field.c */
/* Adds an annotation, by its reference with a blank before it, to those of the page. */
int pdf_annotate(struct pdf_job *j, const struct pdf_object *page, const char *widget) YX_MUST_USE;
int pdf_part_field(struct pdf_job *j, const struct pades_field *f) YX_MUST_USE;
/* Gives the signature to the field of that name, created or empty. */
int pdf_fill_field(struct pdf_job *j, const char *name, int64_t signature, struct pdf_object *lock) YX_MUST_USE;
/* After all parts: /Fields and /SigFlags. */
int pdf_finish_form(struct pdf_job *j) YX_MUST_USE;
/* part_dss.c */
int pdf_part_dss(struct pdf_job *j, const struct pades_dss *dss) YX_MUST_USE;
/* signing.c */
int pdf_part_timestamp(struct pdf_job *j, const struct pades_signing *s) YX_MUST_USE;
int pdf_part_sign(struct pdf_job *j, const struct pades_signing *s) YX_MUST_USE;

#endif
