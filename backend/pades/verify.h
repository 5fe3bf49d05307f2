/* verify.h - floor 3: what a signed PDF is worth (ETSI EN 319 102-1, EN 319 142-1): of each
 * signature whether it holds, what it covers, what came after it, since when it is proven
 * to exist, and what the Electronic Signatures Act makes of it. No network: all proof
 * comes from the file itself and from the anchors that one trusts. */
#ifndef YX_PADES_VERIFY_H
#define YX_PADES_VERIFY_H

#include "backend/pades/pades.h"
#include "backend/pki/approved.h"
#include "backend/pki/pki.h"
#include "common/gpki.h"

enum pades_verdict { PADES_VALID, PADES_INVALID, PADES_INDETERMINATE };

/* What the file shows of a certificate's standing. */
struct pades_revocation {
	enum pki_state state;     /* PKI_UNKNOWN: the file has no proof */
	const char *source;       /* "ocsp", "crl" or "" */
	const char *found;        /* "dss", "cms" or "" */
	time_t      this_update;  /* of the proof; 0: none */
	time_t      revoked_at;   /* PKI_REVOKED: since when */
	int         reason;       /* PKI_REVOKED: RFC 5280, 5.3.1; -1: not given */
};
struct pades_timestamp {      /* a signature timestamp, inside the CMS */
	time_t      time;         /* as the authority says; 0: unreadable */
	const char *md;           /* of what it covers: "SHA-256", ""  */
	X509       *tsa;          /* owned by the report; NULL if not found */
	int         valid;        /* a proof of its time */
	const char *why;          /* "" or a stable word */
};
/* Algorithms by date (ETSI TS 119 312, tables of 2024-10). */
struct pades_algorithm {
	const char *signature;    /* "RSA PKCS #1 v1.5", "RSASSA-PSS", "ECDSA" or "" */
	const char *md;           /* "SHA-256" or "" */
	int         bits;         /* of the key */
	int         acceptable;   /* at the time that counts */
	time_t      until;        /* last day of the weakest part; 0: no end is set */
};
/* The presumption of Art. 6 of the Electronic Signatures Act: a certificate of an approved
 * authority, within its validity and its scope. */
struct pades_presumption {
	const char *result;       /* "presumed", "not_presumed", "not_checked" */
	const char *why;          /* "" or a stable word: "ca_not_approved", … */
	const struct pki_approved_row *row; /* the table's; NULL: not in it */
};
#define PADES_STAMPS_MAX   4
#define PADES_WARNINGS_MAX 8
struct pades_signature {
	const char *field;        /* fully qualified name; of a detached signature "" */
	const char *sub_filter;
	const char *reason, *name, *location; /* as in the dictionary, or NULL */
	const char *md;           /* "SHA-256" */
	int         timestamp;    /* 1: a document timestamp */
	time_t      claimed_time; /* /M, 0 if absent; of a timestamp: its own */
	int         revision;     /* 1 is the first signature's */
	int64_t     covers;       /* bytes from 0 that it covers, the hole aside */
	int         covers_all;   /* 1: nothing comes after */
	int         certification; /* DocMDP permission of this signature, else 0 */
	int         structure_ok; /* ByteRange, hole and tail are as they must be */
	int         digest_ok, signature_ok;
	int         chain_ok;     /* chain leads to a trust anchor (at the time that counts) */
	int         changes_ok;   /* later revisions only added what is allowed */
	X509       *signer;       /* owned by the report; NULL if not found */
	enum pades_verdict verdict;
	const char *why;          /* stable words, "" if valid: "digest_mismatch", … */
	/* EN 319 102-1, 5.1.3: "TOTAL-PASSED", "TOTAL-FAILED", "INDETERMINATE", and the
	 * sub-indication or "". */
	const char *indication, *sub_indication;
	const char *level;        /* "B-B", "B-T", "B-LT", "B-LTA"; "": none of them */
	time_t      proven;       /* it existed then: by a valid timestamp; 0: nothing proves it */
	struct pades_timestamp stamps[PADES_STAMPS_MAX];
	size_t      stamps_n;
	STACK_OF(X509) *chain;    /* signer first, anchor last; NULL unless trusted; owned */
	struct pades_revocation revocation;
	struct pades_algorithm algorithm;
	struct pades_presumption presumption;
	const char *warnings[PADES_WARNINGS_MAX]; /* stable words */
	size_t      warnings_n;
};
/* X(NAME, word); what a person reads stands in texts/verify.*.json as class.WORD */
#define PADES_CLASSES(X) \
	X(SIGNATURE, "signature") \
	X(SIGNATURE_FIELD, "signature_field") \
	X(TIMESTAMP, "timestamp") \
	X(VALIDATION, "validation_data") \
	X(FORM, "form") \
	X(FORM_VALUE, "form_value") \
	X(ANNOTATION, "annotation") \
	X(APPEARANCE, "appearance") \
	X(CONTENT, "content") \
	X(PAGE, "page") \
	X(PAGE_ORDER, "page_order") \
	X(SCRIPT, "script") \
	X(ATTACHMENT, "attachment") \
	X(METADATA, "metadata") \
	X(CATALOG, "catalog") \
	X(OTHER, "other") \
	X(MALFORMED, "malformed")
enum pades_class {
#define PADES_CLASS(name, word) PADES_C_##name,
	PADES_CLASSES(PADES_CLASS)
#undef PADES_CLASS
};
const char *pades_class_word(enum pades_class c);
struct pades_difference {     /* one object of a revision behind a signature */
	int     after;            /* the revision follows this signature (1 is the first) */
	int64_t object;           /* its number; 0: the revision as a whole */
	int     page;             /* 1 is the first; 0: of no page, or not known */
	int     added;            /* 1: new; 0: took the place of an older one */
	int     allowed;          /* 1: on the list of what may follow a signature */
	enum pades_class class;
};
#define PADES_DIFFERENCES_MAX 1000 /* further ones are left out */
struct pades_report {
	size_t n;
	size_t differences_n;
	struct pades_difference *differences; /* in the order of the revisions */
	struct pades_signature *sig; /* in the order of their revisions */
	int valid;                   /* every signature valid, n > 0 */
	const char *why;             /* "" or what is wrong with the file as a whole:
	                              * a signed file that is damaged beyond reading */
};

struct pades_policy {         /* by what is judged; all may be NULL or 0 */
	const struct pki_trust    *trust;    /* anchors; NULL: chains are not judged and chain_ok is
	                                      * 0, so that nothing is valid */
	const struct pki_trust    *tsa_trust; /* of timestamps; NULL: trust */
	const struct pki_approved *approved; /* whom the act's presumption is for */
	time_t                     now;      /* UTC; 0: by the clock */
};
/* Strings live in the arena; the caller frees the report. Errors: those of pades_inspect,
 * when the file can't be read at all and shows no trace of a signature. */
int pades_verify(struct yx_arena *a, const char *path, const struct pades_policy *policy,
    struct pades_report *out) YX_MUST_USE;
/* The same of an open file; nothing is opened by name. */
int pades_verify_fd(struct yx_arena *a, int fd, const struct pades_policy *policy,
    struct pades_report *out) YX_MUST_USE;
void pades_report_free(struct pades_report *r);

#endif
