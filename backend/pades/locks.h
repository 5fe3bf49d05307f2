/* locks.h - floor 3: what signatures forbid from then on: the permission of a
 * certification (DocMDP) and fields that are locked (FieldMDP); ISO 32000-2, 12.8.2. */
#ifndef YX_PADES_LOCKS_H
#define YX_PADES_LOCKS_H

#include "backend/pades/doc.h"

enum pdf_lock_action { PDF_LOCK_ALL, PDF_LOCK_INCLUDE, PDF_LOCK_EXCLUDE };
struct pdf_lock {
	enum pdf_lock_action action;
	const char **names;          /* fully qualified, UTF-8 */
	size_t n;
};
struct pdf_locks {               /* of one or of several signatures; start with zeros */
	int docmdp;                  /* strictest permission 1..3, 0: none */
	int approved;                /* 1: one of them is neither a certification nor a timestamp */
	struct pdf_lock *lock;
	size_t n, cap;
};

/* Adds what the signature dictionary says. YX_PDF_BROKEN if it can't be understood. */
int pdf_locks_add(struct pdf_doc *d, size_t view, struct pdf_span signature, struct pdf_locks *l) YX_MUST_USE;
/* Adds all of `more`. */
int pdf_locks_join(struct yx_arena *a, struct pdf_locks *l, const struct pdf_locks *more) YX_MUST_USE;
/* 1 if a FieldMDP locks the field of that name. */
int pdf_locks_field(const struct pdf_locks *l, const char *name);

#endif
