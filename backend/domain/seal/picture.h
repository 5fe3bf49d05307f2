/* picture.h - floor 4: seal pictures (電子圖章): versions, a second person's consent, where
 * they were used; the one writer of the tables seal_picture, seal_version and seal_use.
 *
 * A picture belongs to an organization. Its administrators, sealers and signers propose
 * versions; another of them consents (four eyes), and from then on that version is in
 * force. What is not one's own organization's is not found. */
#ifndef YX_PICTURE_H
#define YX_PICTURE_H

#include "backend/domain/base/domain.h"
#include "backend/domain/people/organization.h"
#include "backend/pades/pades.h"
#include "common/cert.h"

#define PICTURE_ROLES (ROLE_SEALER | ROLE_AGENCY_ADMIN | ROLE_VENDOR_SIGNER | ROLE_VENDOR_ADMIN)
#define PICTURE_BYTES (180 * 1024) /* of a PNG that comes with a request */
#define PICTURE_MM    400          /* tenths of a millimetre: 40 mm each way */

struct picture_new {
	const char    *id;               /* NULL: a new picture; else its next version */
	const char    *name, *kind;      /* "official", "title", "company"; of a new picture */
	const char    *unit_id;          /* NULL: the whole organization */
	const uint8_t *png;
	size_t         n;
	int64_t        width, height;    /* tenths of a millimetre */
	const char    *from, *until;     /* YYYY-MM-DD; from NULL: today; until NULL: no end */
	const char    *certificate_id;   /* NULL: any; else one of mine */
	uint8_t        sha256[32];       /* of the file, by picture_take */
	int64_t        size;
	double         clear;            /* part of it that is see-through, 0 to 1 */
	int            dots;             /* dots an inch at that size */
};
/* Looks at the picture and takes it into the store; not in a transaction.
 * YX_BAD_FIELD with the field: "picture", "width", "height". */
int picture_take(struct act *act, struct picture_new *p) YX_MUST_USE;
/* In a transaction: the rows; id and version out. YX_STATE (one waits already, or it is
 * out of use), YX_BAD_FIELD with the field. */
int picture_propose(struct act *act, const struct picture_new *p, char id[YX_ID_SIZE], int64_t *version) YX_MUST_USE;
/* In a transaction: consent (reason NULL) or refusal of the version that waits, by another
 * than who proposed it: YX_SECOND_PERSON. YX_STATE: that version does not wait. */
int picture_decide(struct act *act, const char *id, int64_t version, const char *reason) YX_MUST_USE;
/* In a transaction: takes it out of use for good. */
int picture_disable(struct act *act, const char *id, const char *reason) YX_MUST_USE;

struct picture_row {
	const char *id, *name, *kind, *state;  /* state: see picture.c */
	int64_t     version, waiting;          /* in force; waiting for consent; 0: none */
	int64_t     width, height, created_at; /* of the version in force, else the newest */
	const char *from, *until, *certificate, *disabled_reason;
	struct unit unit;
	int64_t     uses, shown;               /* shown: the version that these are of */
};
/* Of my organization, newest first. */
int picture_list(struct act *act, struct page *page, struct picture_row **rows, size_t *n) YX_MUST_USE;
int picture_get(struct act *act, const char *id, struct picture_row *out) YX_MUST_USE;
struct picture_version {
	int64_t     version, width, height, proposed_at, decided_at;
	const char *state, *from, *until, *certificate, *proposed_by, *decided_by, *reason; /* names masked */
	int         mine;                      /* I proposed it, so another must consent */
};
/* Newest first. */
int picture_versions(struct act *act, const char *id, struct picture_version **rows, size_t *n) YX_MUST_USE;
/* The PNG of a version, for its organization and for who signs with it. */
int picture_object(struct act *act, const char *id, int64_t version, uint8_t sha256[32]) YX_MUST_USE;

struct picture_use { const char *contract_number, *contract_title, *document_number, *document_name, *by;
	int64_t at, version, revision; };
/* Register of use, newest first. */
int picture_uses(struct act *act, const char *id, struct page *page, struct picture_use **rows, size_t *n) YX_MUST_USE;

/* What I may sign with now, the fittest first: bound to the certificate, to my unit, the newest. */
struct picture_usable { const char *id, *name, *kind; int64_t version; uint8_t sha256[32]; };
/* sha256: of the certificate, NULL: those that are bound to none. */
int picture_usable(struct act *act, const uint8_t *sha256, struct picture_usable **rows, size_t *n) YX_MUST_USE;
/* The same, by the id of a certificate of mine; NULL: none. YX_CERT_NOT_REGISTERED. */
int picture_usable_with(struct act *act, const char *certificate_id, struct picture_usable **rows, size_t *n)
    YX_MUST_USE;
/* Chooses one of those (id NULL: the first; none: *out zero) and reads it into the arena.
 * YX_BAD_FIELD "sealId". */
struct picture_choice { const char *id; int64_t version; struct pades_blob png; };
int picture_choose(struct act *act, const char *id, const struct yx_cert *cert, struct picture_choice *out) YX_MUST_USE;
/* In a transaction: the signing that is being completed used its picture wherever the
 * document has a place for the party. */
int picture_used(struct act *act, const char *signing_id, int64_t at) YX_MUST_USE;

/* In a merger: the pictures of the agency's seals, with their register of use. None is drawn any more: that seal is
 * handed in. by: who agreed to the merger. */
int picture_succeed(struct act *act, const struct organization_pair *p, const char *by) YX_MUST_USE;

#endif
