/* place.h - floor 4: where the parties' seals will stand on a draft's pages; the one writer
 * of the table seal_place. A place is a field of the platform's revision, and shows
 * something once its party has signed. */
#ifndef YX_PLACE_H
#define YX_PLACE_H

#include "backend/domain/base/domain.h"
#include "backend/pades/pades.h"

#define PLACES_MAX 100  /* of one contract */
#define PLACE_NTH  20   /* seals of the agency that have places */
#define PLACE_SIDE 8500 /* of the whole seal of a 騎縫章: 30 mm in hundredths of a point */

struct place {
	const char *document_id, *party;   /* "platform", "vendor", "sealer" */
	const char *organization_id;       /* the vendor's; "" for the others */
	int64_t     nth;                   /* of the agency's seals, in the order in which they seal: 1 is
	                                    * the first; of the others 1 */
	int         seam;                  /* 1: a 騎縫章 over all pages */
	int64_t     page, x, y, w, h;      /* 1 is the first; hundredths of a point from the lower
	                                    * left corner of the page as it is seen; not of a seam */
	int64_t     rise;                  /* of a seam: 0 the foot of the page to 100 its head */
	const char *anchor;                /* "" or the text beside which it was put */
};
/* Of a contract of mine. */
int place_list(struct act *act, const char *contract_id, struct place **rows, size_t *n) YX_MUST_USE;
/* Looks for the text in a document of a draft of mine; *at gets page, x and y for its w and
 * h. Not in a transaction. YX_ANCHOR_MISSING. */
int place_find(struct act *act, const char *contract_id, struct place *at) YX_MUST_USE;
/* In a transaction: all places of a draft of mine anew; *version is the contract's. Errors:
 * YX_STATE, YX_BAD_FIELD "places" (a page or a document that is not there, …). */
int place_put(struct act *act, const char *contract_id, const struct place *p, size_t n, int64_t *version) YX_MUST_USE;
/* In a transaction: those of one contract's documents to the same documents of another
 * (or of the next round). */
int place_carry(struct act *act, const char *from_contract_id, const char *to_contract_id) YX_MUST_USE;

/* Gives the fields of a document's revision their places, and adds the edges. */
struct place_field { const char *party, *organization_id, *field; int64_t nth; };
struct place_fields { const struct place_field *items; size_t n; };
int place_apply(struct act *act, const char *document_id, const struct place_fields *fields,
    struct pades_change *change) YX_MUST_USE;

#endif
