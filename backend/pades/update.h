/* update.h - floor 3: one incremental update (ISO 32000-2, 7.5.6): changed and
 * new objects, a cross-reference section of the newest one's kind, a trailer.
 * Earlier bytes stay; objects are always written plainly. */
#ifndef YX_PADES_UPDATE_H
#define YX_PADES_UPDATE_H

#include "backend/pades/doc.h"

struct pdf_change {            /* one object of the update */
	int64_t id, gen;
	int64_t offset;            /* where it was written */
	struct yx_buf body;
};

struct pdf_update {
	struct pdf_doc *d;         /* borrowed; sec[0] is what we build on */
	struct pdf_change *items;  /* in the arena */
	size_t  n, cap;
	int64_t next_id;
	struct yx_buf out;         /* what is appended */
};

/* At most `cap` objects. */
int pdf_update_open(struct pdf_update *u, struct pdf_doc *d, size_t cap) YX_MUST_USE;
void pdf_update_free(struct pdf_update *u);
/* A new object; its body is for the caller to fill. NULL: too many. */
struct pdf_change *pdf_update_new(struct pdf_update *u);
/* The object with its present body; the same again if it was changed before. */
int pdf_update_edit(struct pdf_update *u, const struct pdf_object *o, struct pdf_change **out) YX_MUST_USE;
/* Sets a key of a dictionary body. */
int pdf_change_set(struct pdf_change *c, const char *key, const char *value) YX_MUST_USE;
struct pdf_span pdf_change_span(const struct pdf_change *c);

/* Renders everything to u->out, as it will stand at file offset `base`. */
int pdf_update_render(struct pdf_update *u, int64_t base) YX_MUST_USE;

#endif
