/* pades.h - floor 3: PDF signatures (ISO 32000-2 12.8, ETSI EN 319 142-1).
 *
 * A signature is made in two phases, so that a card (or another day) can come
 * between:  pades_append() adds one revision with a hole for the signature,
 * pades_digest() hashes around the hole, pades_cms_begin() builds what is
 * signed; then pades_cms_finish() takes the raw signature and pades_embed()
 * fills the hole. Earlier bytes of a file are never touched. This floor knows
 * no database and no HTTP. Files are named by open descriptors where possible;
 * the reading of structure goes through libqpdf, which wants a path. */
#ifndef YX_PADES_H
#define YX_PADES_H

#include <openssl/x509.h>
#include <stdint.h>
#include <time.h>
#include "backend/pki/method.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/error.h"

struct pki_key;
struct pki_trust;
struct pki_tsa;

/* Bytes of DER that a hole holds (twice as many hex digits) if nobody says, and at
 * most. */
#define PADES_HOLE_DER 16384
#define PADES_HOLE_MAX 262144

/* ---- what a file is (inspect.c) ---- */
struct pades_facts {
	int     pages;
	int     signatures;   /* signature fields that hold a signature */
	int     empty_fields; /* signature fields that do not */
	int     certified;    /* DocMDP permission 1..3, 0: none */
	int64_t size;         /* bytes */
	int     liftable;     /* with YX_PDF_ENCRYPTED, 1: it opens without a password, and its owner allows
	                       * to change and to extract (ISO 32000-2, 7.6.4.2); with YX_PDF_UNSUPPORTED, 1: it
	                       * is only that its form is described a second time, as static XFA (xfa.h) */
};
/* Reads a PDF strictly, without repair. Errors: YX_NOT_PDF, YX_PDF_BROKEN,
 * YX_PDF_ENCRYPTED, YX_PDF_UNSUPPORTED, YX_PDF_DYNAMIC (a form that programs show differently: XFA),
 * YX_PDF_TOO_COMPLEX, YX_IO. */
int pades_inspect(const char *path, struct pades_facts *out) YX_MUST_USE;
int pades_inspect_fd(int fd, struct pades_facts *out) YX_MUST_USE;
/* What a confined process may use to read a file (confine.h). */
struct pades_limits {
	int64_t memory;           /* bytes */
	int64_t seconds;          /* of CPU; 0: no process of its own, the file is the operator's */
};
/* The same in a confined process of its own (examine.h), for files of strangers: what they do to
 * a reader, they do there. YX_PDF_TOO_COMPLEX: it ran into a limit or died. */
int pades_inspect_apart(const char *path, const struct pades_limits *limits, struct pades_facts *out) YX_MUST_USE;
/* Name of the first empty signature field, in the arena; YX_NOT_FOUND. */
int pades_empty_field(struct yx_arena *a, const char *path, const char **name) YX_MUST_USE;

/* ---- a copy that can be signed (normalise.c) ---- */
/* Writes an equivalent file, with its structure in order, over the file at out_path,
 * for an unsigned file that pades_inspect refuses: damaged but recoverable, protected
 * without a password and without prohibitions, with bytes before its header, or with a static
 * XFA form, which is left out. The
 * original is not touched and is for the caller to keep. Both are looked at as by
 * pades_inspect_apart, each within `limits`; qpdf between them within its own.
 * Errors: YX_STATE (nothing to mend), YX_PDF_SIGNED (a trace of a signature),
 * YX_UNAVAILABLE (the program qpdf is missing), those of pades_inspect. */
int pades_normalise(const char *in_path, const char *out_path, const struct pades_limits *limits) YX_MUST_USE;

/* ---- one appended revision (append.c) ---- */
struct pades_blob { const void *p; size_t n; };
struct pades_field {          /* PADES_FIELD: a signature field to create */
	const char *name;         /* unique in the document, UTF-8, without a dot */
	int         page;         /* 1 is the first; 0: invisible, on the first page */
	double      rect[4];      /* x, y, width, height in points from the lower left corner
	                           * of the page as it is seen; all 0: invisible */
	int         seam;         /* (for the files of pades/: one edge of a pades_seam) */
};
struct pades_seam {           /* PADES_SEAM: a 騎縫章: a strip of the seal on the right edge of
	                           * every page, seen once `field` is signed with a look */
	const char *field;        /* a signature field of this change */
	double      side;         /* of the whole seal, points, 20 to 300 */
	double      height;       /* 0: at the foot, 1: at the head of the page */
};
#define PADES_LOOK_LINES 5
struct pades_look {           /* what a signature shows on the page, in its field's place */
	struct pades_blob png;    /* a seal picture (png.h); p NULL: none */
	const char *text;         /* the characters of a drawn seal, at most 36; used without a picture */
	const char *line[PADES_LOOK_LINES]; /* beside or below it; NULL ends them */
};
struct pades_signing {        /* PADES_SIGN: a signature with its hole */
	const char *field;        /* that this revision signs: created by an earlier part
	                           * of the same change, or an empty field of the file */
	int         certify;      /* 1: certification signature, DocMDP P=2 (form
	                           * filling and signing); first signature only */
	const char *name;         /* /Name or NULL */
	const char *reason;       /* /Reason or NULL */
	const char *location;     /* /Location or NULL */
	time_t      when;         /* /M */
	size_t      room;         /* bytes of DER that the hole holds, see pades_room;
	                           * 0: PADES_HOLE_DER */
	const struct pades_look *look; /* NULL: nothing is seen */
};
/* PADES_TIMESTAMP: a document timestamp (EN 319 142-1, 5.4.3) with its hole; of the
 * struct above only field and room count. The digest goes to a timestamp authority, and
 * pades_embed takes its token. Allowed whatever an earlier certification forbids. */
struct pades_dss {            /* PADES_DSS: data to check signatures with, each whole and
	                           * in DER; what the file has already is not added again */
	const struct pades_blob *certs, *ocsps, *crls; /* an OCSPResponse each, not its inside */
	size_t certs_n, ocsps_n, crls_n;
};
/* The lines that a seal is explained with: name, time (Taipei), reason, certificate's tail;
 * in the arena. `serial` is the certificate's, in hex. */
int pades_look_lines(struct yx_arena *a, const struct pades_signing *s, const char *serial,
    struct pades_look *look) YX_MUST_USE;
struct pades_anchor { int page; double x, y, w, h; }; /* a text on the page, as a field's rect */
/* The last place that shows the text, on one page (1 is the first) or, 0, on any.
 * The program pdftotext looks for it, in a process that is limited.
 * YX_NOT_FOUND, YX_UNAVAILABLE (no such program), YX_PDF_TOO_COMPLEX. */
int pades_find_text(const char *path, const char *text, int page, struct pades_anchor *out) YX_MUST_USE;
/* Moves a place of width rect[2] and height rect[3] to the right of the text, in its middle. */
void pades_beside(const struct pades_anchor *at, double rect[4]);
enum pades_part_kind { PADES_FIELD, PADES_SIGN, PADES_TIMESTAMP, PADES_DSS, PADES_SEAM };
struct pades_part {
	enum pades_part_kind kind;
	union {
		struct pades_field   field;
		struct pades_signing sign;  /* of PADES_TIMESTAMP too */
		struct pades_dss     dss;
		struct pades_seam    seam;
	};
};
/* A revision: its parts in their order, exactly one of them with a hole; with a
 * PADES_DSS there may be none. */
struct pades_change {
	const struct pades_part *parts;
	size_t      n;
	const char *md;           /* digest to take while the file is written:
	                           * "SHA-256" …; NULL: none */
};
struct pades_hole {           /* ByteRange [0 start end total-end] */
	int64_t start;            /* offset of '<' */
	int64_t end;              /* offset behind '>' */
	int64_t total;            /* size of the file */
};
#define PADES_DIGEST_MAX 64
struct pades_appended {
	struct pades_hole hole;
	uint8_t digest[PADES_DIGEST_MAX]; /* over the file without the hole (all 0: there is none) */
	size_t  digest_n;         /* 0: change->md was NULL */
};
/* Writes in_path plus one revision to out_fd (an empty file, open for reading
 * and writing), and reads back what other readers will see of it. in_path is not
 * changed; its bytes are read once. Does not sync. Errors: those of pades_inspect,
 * YX_PDF_LOCKED (an earlier signature forbids it), YX_PDF_UNCLEAR (an earlier
 * signature can't be read well enough to tell), YX_PDF_SIGNED (certify, and there
 * is a signature), YX_CONFLICT (a name to create exists already), YX_NOT_FOUND (no
 * empty field of that name), YX_BAD_FIELD (a name with a dot, a page that is not
 * there, no part with a hole, …), YX_IO. */
int pades_append(const char *in_path, int out_fd, const struct pades_change *change,
    struct pades_appended *out) YX_MUST_USE;
/* Room for the CMS of this signer, with a margin: certificates, attributes, the
 * signature, and `timestamp` bytes of tokens that will be added. */
struct pades_cms_signer;
size_t pades_room(const struct pades_cms_signer *by, size_t timestamp);
/* Digest over the file without the hole; md is "SHA-256", "SHA-384" or "SHA-512".
 * *len in: size of out, out: bytes written. */
int pades_digest(int fd, const struct pades_hole *hole, const char *md, uint8_t *out,
    size_t *len) YX_MUST_USE;

/* ---- CMS in two phases (cms.c; RFC 5652, RFC 5035, EN 319 122-1) ---- */
/* From the signer's certificate (public key only), further certificates to put
 * in (may be NULL) and the digest: the DER SET OF signed attributes that must be
 * signed, and the unfinished CMS to keep until then. */
struct pades_cms_signer {
	X509           *cert;
	STACK_OF(X509) *chain;
	struct pki_method how;    /* see pki_method_of */
	int             timed;    /* 1: it says when it was made, as CAdES wants and PAdES forbids */
};
int pades_cms_begin(const struct pades_cms_signer *by, struct yx_bytes digest, struct yx_buf *signed_attributes,
    struct yx_buf *partial) YX_MUST_USE;
/* Puts in the raw signature over the signed attributes (RSA of the modulus' length, padded
 * as was said at the beginning; ECDSA as DER or r‖s) and verifies it with the certificate.
 * YX_SIGNATURE_BAD if it does not verify. */
int pades_cms_finish(struct yx_bytes partial, X509 *signer, struct yx_bytes signature, struct yx_buf *cms)
    YX_MUST_USE;
/* Signs DER signed attributes with a software key: RSA PKCS #1 v1.5 or ECDSA. */
int pades_sign_key(EVP_PKEY *key, const char *md, const void *signed_attributes, size_t n,
    struct yx_buf *signature) YX_MUST_USE;

/* ---- the time of a signature (stamp.c; RFC 3161; EN 319 122-1, 5.3) ---- */
/* Room for a token with the certificates of its authority; more than most need. */
#define PADES_TOKEN_ROOM 8192
struct pades_stamp {          /* whom to ask */
	const struct pki_trust *trust; /* of timestamp authorities */
	const struct pki_tsa   *tsa;
	time_t      time;         /* out: as the authority says, UTC; 0: none */
};
/* Gives the signature in `cms` a timestamp, as an unsigned attribute; the result has at
 * most `room` bytes. On an error `cms` is as it was. YX_TIMESTAMP_UNAVAILABLE,
 * YX_HOLE_TOO_SMALL, YX_SIGNATURE_BAD (no CMS with one signer). */
int pades_cms_stamp(struct yx_buf *cms, size_t room, struct pades_stamp *stamp) YX_MUST_USE;

/* ---- all at once, with a key at hand (seal.c) ---- */
struct pades_signer {
	const struct pki_key *key; /* key.h of pki/ */
	X509           *cert;
	STACK_OF(X509) *chain;    /* may be NULL */
	struct pki_method how;    /* see pki_method_of */
	struct pades_stamp *stamp; /* NULL: no timestamp. If none can be had the signature
	                           * stands without; stamp->time tells */
};
/* pades_append, the signature, pades_embed: in_path plus the signed revision stands
 * in out_fd, synced. change->md is not looked at; room 0 becomes pades_room(). */
int pades_seal(const char *in_path, int out_fd, const struct pades_change *change,
    const struct pades_signer *signer, struct pades_hole *hole) YX_MUST_USE;

/* Finds the hole of the newest signature in a prepared file by reading its last
 * revision. For tools that were not handed it. */
int pades_find_hole(int fd, struct pades_hole *hole) YX_MUST_USE;
/* Fills the hole and syncs. YX_HOLE_TOO_SMALL; YX_STATE if it is filled. */
int pades_embed(int fd, const struct pades_hole *hole, const void *cms, size_t n) YX_MUST_USE;

/* ---- proof for decades (standing.c, prolong.c; EN 319 142-1, 5.4 and 5.5) ---- */
enum pades_level { PADES_NONE, PADES_B, PADES_T, PADES_LT, PADES_LTA };
const char *pades_level_word(enum pades_level level); /* "none", "B-B", "B-T", "B-LT", "B-LTA" */
/* What a file has; its signatures are not judged. */
struct pades_standing {
	int         signatures;   /* document timestamps aside */
	int         unstamped;    /* of these have neither a timestamp of their own nor one behind them */
	int         timestamps;   /* document timestamps that fit the file */
	int         dss;          /* 1: it has a security store */
	int         closed;       /* 1: the file ends with a document timestamp */
	time_t      stamped_at;   /* of the newest document timestamp, UTC; 0: none */
	time_t      good_until;   /* it is to be renewed before: the authority's certificate or an
	                           * algorithm ends; 0: none */
	enum pades_level level;
};
int pades_standing(const char *path, const struct pki_trust *tsa_trust, struct pades_standing *out) YX_MUST_USE;

struct pades_prolong {
	const struct pki_trust *trust;      /* of signers */
	struct pades_stamp     *stamp;      /* NULL: no document timestamp is made */
	int         no_store;     /* 1: only the timestamp */
	int         partial;      /* 1: what is missing does not matter */
	int64_t     limit_ms;     /* to collect validation data; 0: 60 s */
};
struct pades_prolonged {
	size_t      missing;      /* certificates of which nobody answers whether they are good */
	int         on_hold;      /* 1: one is suspended */
	int         revoked;      /* 1: one is revoked, since revoked_at */
	time_t      revoked_at;
	int64_t     size;         /* of the new file */
};
/* in_path plus what keeps its signatures provable: a revision with the certificates and the
 * revocation data of every signature and timestamp in it, then one with a document timestamp
 * over all that, in out_fd, synced. Old bytes stay. mid_fd is scratch; both are empty
 * files. Done again later it is the renewal: the older timestamp gets its data, and
 * a newer one is put over it. YX_REVOCATION_UNKNOWN: something is missing or on
 * hold (nothing was written, out says what); YX_STATE: nothing to add;
 * YX_TIMESTAMP_UNAVAILABLE; those of pades_append. */
int pades_prolong(const char *in_path, int mid_fd, int out_fd, const struct pades_prolong *how,
    struct pades_prolonged *out) YX_MUST_USE;

#endif
