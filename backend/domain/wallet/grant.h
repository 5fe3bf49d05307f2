/* grant.h - floor 4: 授權: somebody may read one document of a wallet, for one purpose, until a day;
 * the one writer of the tables wallet_grant and wallet_use.
 *
 * A grant has the file's key, sealed to the recipient's wallet, or under a key that only the link has.
 * Revoking wipes it, in the transaction that revokes. */
#ifndef YX_WALLET_GRANT_H
#define YX_WALLET_GRANT_H

#include "backend/domain/wallet/item.h"

#define GRANT_DAYS 90                      /* at most */
#define GRANT_OF_ITEM 50                   /* in force at once, of one document */

struct grant_new {
	const char *item_id, *recipient_id;    /* recipient NULL: a link */
	const char *to_name;                   /* of a link: whom the owner gives it to */
	const char *purpose;
	int64_t     days;
	int         original;                  /* the file itself, without a mark, as well */
	char        id[YX_ID_SIZE];            /* out */
	char        code[YX_TOKEN_SIZE];       /* out: of a link, told this once; "" otherwise */
};
/* In a transaction; the wallet is unlocked. The recipient is told. YX_NOT_FOUND (document, person),
 * YX_NO_RECIPIENT_WALLET, YX_TOO_LARGE (too many), YX_BAD_FIELD "recipientId" (nobody of
 * another organization), "original" (what is no PDF has no marked copy). */
int grant_add(struct act *act, const uint8_t secret[WALLET_KEY], struct grant_new *g) YX_MUST_USE;
/* In a transaction, mine: nobody can use it any more. YX_NOT_FOUND. */
int grant_revoke(struct act *act, const char *id) YX_MUST_USE;
/* In a transaction: all of act->who's. */
int grant_end_all(struct act *act) YX_MUST_USE;
/* Wipes the keys of what is over (worker). */
int grant_sweep(struct act *act) YX_MUST_USE;

struct grant {
	const char *id, *item_id;              /* item_id NULL: the document is gone */
	const char *item_name, *other, *purpose; /* other: the recipient, or the owner, with organization */
	int         link, original;
	const char *state;                     /* "open", "over", "revoked", "gone" */
	const char *format, *verdict;          /* NULL: gone */
	int64_t     size, signatures;
	int64_t     created_at, until, revoked_at, uses, used_at;
};
struct grant_page { struct grant *grants; size_t n; const char *next; };
/* Those that I gave (item_id: of one document, or NULL), or (received) got; the newest first.
 * YX_BAD_FIELD "after". */
struct grant_filter { int received; const char *item_id, *after; int64_t size; };
int grant_list(struct act *act, const struct grant_filter *f, struct grant_page *out) YX_MUST_USE;

struct grant_use { int64_t at; const char *who, *what, *ip, *agent; };
/* The newest 200 of a grant of mine. YX_NOT_FOUND. */
int grant_uses(struct act *act, const char *id, struct grant_use **list, size_t *n) YX_MUST_USE;

/* Whom one can name: members of other organizations who have a wallet, by name, unit or
 * organization; the first 20. */
struct grant_choice { const char *id, *name, *organization, *unit; };
int grant_choices(struct act *act, const char *q, struct grant_choice **list, size_t *n) YX_MUST_USE;

/* ---- use ---- */
struct grant_opened {
	struct grant grant;
	char         item_id[YX_ID_SIZE];
	uint8_t      key[WALLET_KEY];          /* of the file; the caller wipes it */
	const char  *reader;                   /* as the mark names it */
};
/* Was it given to act->who? YX_NOT_FOUND. */
int grant_look(struct act *act, const char *id) YX_MUST_USE;
/* By the recipient, whose wallet is unlocked, or by whoever has the link's code. Nothing is noted.
 * YX_NOT_FOUND: none of mine, or a wrong code; YX_GRANT_OVER. */
int grant_open(struct act *act, const uint8_t secret[WALLET_KEY], const char *id, struct grant_opened *out) YX_MUST_USE;
int grant_open_link(struct act *act, const char *id, const char *code, struct grant_opened *out) YX_MUST_USE;
/* In a transaction, before a byte is given: the receipt. YX_GRANT_OVER: it was revoked meanwhile;
 * YX_NOT_FOUND: the original was not granted. */
int grant_note(struct act *act, const struct grant_opened *g, int original) YX_MUST_USE;

#endif
