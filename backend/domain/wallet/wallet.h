/* wallet.h - floor 4: 個人證件包 (docs/decisions/wallet.md): whose it is, how it is unlocked, how
 * much it holds; the one writer of the tables wallet and wallet_unlock.
 *
 * All functions speak of act->who's own wallet. YX_WALLET_NONE: there is none. */
#ifndef YX_WALLET_H
#define YX_WALLET_H

#include "backend/domain/base/domain.h"
#include "backend/domain/wallet/keys.h"

#define WALLET_ITEMS  10000              /* documents of one wallet; an export is one ZIP of 4 GiB at most */
#define WALLET_TRIES  5                  /* wrong passphrases or codes, then it waits */
#define WALLET_WAIT_MS (15 * 60 * (int64_t)1000)

struct wallet_state {
	int     there;
	int64_t created_at, passphrase_at;   /* ms UTC */
	int64_t used, quota, items;          /* bytes; documents, the deleted among them */
	int64_t remind_days;                 /* before an expiry date; 0: never */
	int64_t unlocked_until;              /* ms UTC; 0: locked */
};
/* YX_OK in either case. */
int wallet_state(struct act *act, const char *token, struct wallet_state *out) YX_MUST_USE;

/* A new wallet, unlocked for nobody yet; its recovery code is told this once. Takes as long as
 * argon2id does. YX_PASSWORD_SHORT, YX_PASSWORD_COMMON, YX_STATE (there is one). */
int wallet_create(struct act *act, const char *passphrase, char code[WALLET_CODE_SIZE]) YX_MUST_USE;

/* Unlocks it for the session, until it was not used for wallet_unlocked_minutes: token is
 * for the browser alone, and what the database keeps is worth nothing without it.
 * YX_WALLET_PASSPHRASE, YX_WALLET_TRIES (after WALLET_TRIES wrong ones, for WALLET_WAIT_MS). */
int wallet_unlock(struct act *act, const char *passphrase, char token[YX_TOKEN_SIZE]) YX_MUST_USE;
/* In a transaction: locks it, in this session. */
int wallet_lock(struct act *act) YX_MUST_USE;
/* The secret key, by the session's token. The caller wipes it. YX_WALLET_LOCKED (also when token
 * is NULL). */
int wallet_secret(struct act *act, const char *token, uint8_t secret[WALLET_KEY]) YX_MUST_USE;

/* Another passphrase for who knows the present one, or has the recovery code (which is used up:
 * another one is told); it is locked in all sessions. */
int wallet_change(struct act *act, const char *passphrase, const char *new_passphrase) YX_MUST_USE;
int wallet_recover(struct act *act, const char *code, const char *new_passphrase,
    char new_code[WALLET_CODE_SIZE]) YX_MUST_USE;
/* Another recovery code. */
int wallet_new_code(struct act *act, const char *passphrase, char code[WALLET_CODE_SIZE]) YX_MUST_USE;

/* wallet_end.c, both in a transaction: on which day before an expiry date one is reminded (0: none);
 * and everything in the wallet is lost, at once. */
int wallet_remind_days(struct act *act, int64_t days) YX_MUST_USE;
int wallet_destroy(struct act *act) YX_MUST_USE;

/* ---- for the other files of this folder ---- */
/* Anybody's public key. YX_WALLET_NONE. */
int wallet_public_key(struct act *act, const char *member_id, uint8_t key[WALLET_KEY]) YX_MUST_USE;
/* In a transaction: room for one more document; its position in the list. YX_WALLET_FULL. */
int wallet_reserve(struct act *act, int64_t bytes, int64_t *position) YX_MUST_USE;
/* In a transaction: a file that was kept since then (ms UTC) is gone. */
int wallet_release(struct act *act, const char *member_id, int64_t bytes, int64_t since) YX_MUST_USE;
/* In a transaction: the row, with what unlocks it; its number of days. */
int wallet_drop(struct act *act) YX_MUST_USE;
int wallet_put_remind_days(struct act *act, int64_t days) YX_MUST_USE;
/* Removes what has locked itself (worker). */
int wallet_sweep(struct act *act) YX_MUST_USE;

#endif
