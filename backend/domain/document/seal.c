#include "backend/domain/document/seal.h"

#include <unistd.h>

#include "backend/domain/contract/contract.h"
#include "common/log.h"

struct pades_part *
seal_parts(struct yx_arena *a, const struct seal_fields *fields, const struct pades_signing *sign, size_t *count)
{
	struct pades_part *p = yx_arena_alloc(a, (fields->vendors + fields->seals + 2) * sizeof(*p));
	size_t n = 0;

	if (p == NULL)
		return NULL;
	p[n++].field.name = FIELD_PLATFORM;
	for (size_t i = 0; i < fields->vendors; i++)
		if ((p[n++].field.name = yx_arena_printf(a, FIELD_VENDOR, (int)i + 1)) == NULL)
			return NULL;
	for (size_t i = 0; i < fields->seals; i++)
		if ((p[n++].field.name = yx_arena_printf(a, FIELD_AGENCY, (int)i + 1)) == NULL)
			return NULL;
	for (size_t i = 0; i < n; i++)
		p[i].kind = PADES_FIELD;
	p[n++] = (struct pades_part){ .kind = PADES_SIGN, .sign = *sign };
	*count = n;
	return p;
}

/* What a token says of its PIN is for the log and the administrators (seal_key.h), not for an officer who
 * would take it for the own card's. */
static int
for_officers(int rc)
{
	switch (rc) {
	case YX_NOT_FOUND: case YX_PIN_WRONG: case YX_PIN_FORMAT: case YX_PIN_NEEDED: case YX_PIN_BLOCKED:
	case YX_PIN_LAST_TRY: case YX_CARD_REMOVED: case YX_CARD_UNSUPPORTED: case YX_MODULE_FAILED: case YX_TIMEOUT:
	case YX_CONFIG:
		yx_error("the platform's key does not seal: %s", yx_err_word(rc));
		return YX_UNAVAILABLE;
	default: return rc;
	}
}

/* The sealed file, still a temporary one. */
static int
seal_temp(struct yx_store *store, struct yx_arena *a, const struct seal_work *w, const char **temp)
{
	struct pades_signer key = { .key = w->signer.key, .cert = w->signer.cert, .chain = w->signer.chain,
		.stamp = w->stamp };
	struct pades_hole hole;
	int fd = -1, rc;

	if ((rc = pki_key_method(key.key, key.cert, &key.how)) == YX_OK &&
	    (rc = yx_store_temp(store, a, temp, &fd)) == YX_OK)
		rc = for_officers(pades_seal(w->in_path, fd, w->change, &key, &hole));
	if (fd >= 0)
		close(fd);
	return rc;
}

int
seal_pdf(struct yx_store *store, struct yx_arena *a, const struct seal_work *w, struct seal_object *out)
{
	const char *temp = NULL;
	int rc = seal_temp(store, a, w, &temp);

	if (rc == YX_OK)
		rc = yx_store_put(store, temp, out->sha256, &out->size);
	if (temp != NULL)
		unlink(temp);
	return rc;
}

int
seal_prepared(struct yx_store *store, struct yx_arena *a, const struct seal_work *w, char id[YX_ID_SIZE])
{
	const char *temp = NULL, *kept = NULL;
	int rc = seal_temp(store, a, w, &temp);

	yx_random_id(id);
	if (rc == YX_OK)
		rc = yx_store_keep_prepared(store, a, temp, id, &kept);
	if (rc != YX_OK && temp != NULL)
		unlink(temp);
	return rc;
}
