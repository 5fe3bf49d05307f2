/* company.h - floor 4: vendors look after themselves: who belongs to a company, who comes
 * and goes, and how a company comes in by its own card. All that change something run in
 * the caller's transaction and write the audit row, unless they say otherwise. */
#ifndef YX_COMPANY_H
#define YX_COMPANY_H

#include "backend/domain/people/card_login.h"

/* 1 if it is a 統一編號: eight digits whose weighted sum fits the rule of the Ministry of
 * Finance (weights 1 2 1 2 1 2 4 1, digits of the products added up, divisible by five;
 * where the seventh digit is 7, one more may be added). */
int company_number_fits(const char *number);

struct company_member {
	const char *id, *account, *name, *email, *phone;
	unsigned    roles;
	const char *state;                  /* "active", "invited" (no password yet), "left" */
	int64_t     since, seen_at, left_at; /* seen_at: came in last; 0: never */
	int         me;
};
/* Everybody of act->who's company, those who left at the end. page->total is filled. */
int company_members(struct act *act, struct page *page, struct company_member **list, size_t *n) YX_MUST_USE;
/* How many may sign for it, and how many signatures it is asked for. */
struct company_work { int64_t signers, open; };
int company_work(struct act *act, struct company_work *out) YX_MUST_USE;

struct company_invitation {
	const char *account, *name, *email;
	int         signer, admin;          /* the roles */
};
/* A member without a password, and a mail with a link to set it. YX_ACCOUNT_TAKEN, YX_BAD_FIELD. */
int company_invite(struct act *act, const struct company_invitation *i, char id[YX_ID_SIZE]) YX_MUST_USE;
/* The mail once more. YX_NOT_FOUND; YX_STATE: came in already. */
int company_invite_again(struct act *act, const char *id) YX_MUST_USE;
/* YX_NOT_FOUND; YX_LAST_ADMIN: nobody would be left to look after the company. */
int company_set_roles(struct act *act, const char *id, int signer, int admin) YX_MUST_USE;
/* A member leaves: sessions end, letters of authority are over; the company's signatures
 * stay with its other signers, and its administrators are told how many wait. Errors as above. */
int company_dismiss(struct act *act, const char *id) YX_MUST_USE;

/* A company that nobody registered comes in by its own card. */
struct company_registration {
	struct card_login card;             /* what the card signed, as for a login */
	const char *account, *name, *email; /* of its first member, who looks after it and signs for it */
};
/* Runs its own transactions. The company is named as its certificate says; its first member
 * is in by card (session), and sets a password by a link in a mail. Errors: those of
 * card_login_proof(), YX_COMPANY_NUMBER (no company's certificate), YX_COMPANY_TAKEN,
 * YX_ACCOUNT_TAKEN. */
int company_register(struct act *act, const struct company_registration *r, char token[YX_TOKEN_SIZE]) YX_MUST_USE;

#endif
