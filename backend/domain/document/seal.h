/* seal.h - floor 4: signs a PDF with a key at hand in one go: the platform's seal. */
#ifndef YX_SEAL_H
#define YX_SEAL_H

#include "backend/domain/base/seal_key.h"
#include "backend/pades/pades.h"

/* Appends `change` to the PDF at in_path, signs it, and puts the result into the
 * store as a new object. The input stays. Errors: those of pades_append and the
 * store. */
struct seal_work {
	struct seal_signer         signer;
	const char                *in_path;
	const struct pades_change *change;
	struct pades_stamp        *stamp;   /* NULL: without a timestamp; see pades_seal */
};
struct seal_object { uint8_t sha256[32]; int64_t size; };
int seal_pdf(struct yx_store *store, struct yx_arena *a, const struct seal_work *w,
    struct seal_object *out) YX_MUST_USE;
/* The same as a prepared file, which nobody has to remove. */
int seal_prepared(struct yx_store *store, struct yx_arena *a, const struct seal_work *w,
    char id[YX_ID_SIZE]) YX_MUST_USE;

/* The parts of the platform's revision: its own field, one a vendor, one a seal of the
 * agency, and its signature as `sign` says. In the arena. NULL without memory. */
struct seal_fields { size_t vendors, seals; };
struct pades_part *seal_parts(struct yx_arena *a, const struct seal_fields *fields, const struct pades_signing *sign,
    size_t *count);

#endif
