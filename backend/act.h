/* act.h - floor 2: who does something, and with what: the first parameter of the
 * rules. The HTTP floor makes one a request, the worker and yinxinctl make their own;
 * the rules in domain/ know nothing else of their caller. */
#ifndef YX_ACT_H
#define YX_ACT_H

#include "backend/db/db.h"
#include "common/arena.h"
#include "common/error.h"
#include "common/random.h"

struct domain;

/* Roles are bits; a member may have several. */
enum role {
	ROLE_OFFICER        = 1 << 0,
	ROLE_SEALER         = 1 << 1,
	ROLE_VENDOR_SIGNER  = 1 << 2,
	ROLE_AGENCY_ADMIN   = 1 << 3,
	ROLE_PLATFORM_ADMIN = 1 << 4,
	ROLE_VENDOR_ADMIN   = 1 << 5,
	ROLE_AUDITOR        = 1 << 6,
	ROLE_REGISTRY       = 1 << 7,  /* 總收發 */
};

/* What a client of the public API may do: bits beside those of roles. */
enum scope {
	SCOPE_CONTRACTS_READ    = 1 << 16,
	SCOPE_CONTRACTS_ALL     = 1 << 17,  /* read whatever the agency has sent, not only its own */
	SCOPE_CONTRACTS_WRITE   = 1 << 18,
	SCOPE_DOCUMENTS_READ    = 1 << 19,
	SCOPE_MESSAGES_READ     = 1 << 20,
	SCOPE_CERTIFICATES_READ = 1 << 21,
	SCOPE_EVENTS_READ       = 1 << 22,
};

/* A member who acts; member_id "" if nobody is logged in. */
struct who {
	char        member_id[YX_ID_SIZE];
	char        organization_id[YX_ID_SIZE];
	char        unit_id[YX_ID_SIZE];   /* "" if none */
	char        practice_id[YX_ID_SIZE]; /* 實機演練 in which the member is played; "" for a real one */
	char        player_id[YX_ID_SIZE]; /* the real member who plays; "" if practice_id is */
	const char *name;                  /* person */
	const char *organization_name;
	const char *organization_kind;     /* "agency", "vendor" or "platform" */
	unsigned    roles;                 /* bits of enum role */
	unsigned    scopes;                /* bits of enum scope: a client of the public API; 0: a person */
	char        csrf[YX_TOKEN_SIZE];
	uint8_t     session_hash[32];      /* key of the session row */
	int64_t     proved_at;             /* ms UTC: when this session last proved who it is */
	int         by_card;               /* the last proof was a card's */
	int         lacks_factor;          /* the roles want a second factor, and none is set up yet */
};

struct act {
	struct yx_db    *db;
	struct yx_arena *arena;     /* lives until the act is over; rows are read into it */
	struct domain   *domain;    /* settings, store, trust, the platform's seal */
	struct who       who;
	const char      *ip;        /* of the client; "" if none */
	const char      *agent;     /* the client as it calls itself; NULL if none */
	int64_t          at;        /* ms UTC: the moment of the act; 0: now, by the clock */
	int              no_mail;   /* what happened elsewhere, long ago, is not announced */
	const char *name_mask;      /* rule of names for who, once it was looked up; else NULL */
	const char *bad_field; /* out: the parameter that a YX_BAD_FIELD and its kin mean */
};

/* The moment of the act in ms UTC. */
static inline int64_t
act_now(const struct act *act)
{
	return act->at != 0 ? act->at : yx_now_ms();
}

/* 1: what happens is practice (實機演練) and touches nothing real. */
static inline int
act_practises(const struct act *act)
{
	return act->who.practice_id[0] != '\0';
}

/* SQL: the organization `o` is of the world that act is in: real ones see real ones, those of a practice
 * those of the same. With SAME_WORLD_P(act) among the parameters. */
#define SAME_WORLD(o) " " o ".practice_id <=> ?"
#define SAME_WORLD_P(act) yx_p_str(act_practises(act) ? (act)->who.practice_id : NULL)

/* Fails with the field's name: return act_field(act, "number", YX_NUMBER_TAKEN); */
static inline int
act_field(struct act *act, const char *field, int code)
{
	act->bad_field = field;
	return code;
}

/* One page of a list, from 1; the list fills total, the rows of all pages. */
struct page {
	int64_t page, size, offset, total;
};

#endif
