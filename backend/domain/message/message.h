/* message.h - floor 4: messages: numbered, kept for ever, seen by sender and
 * recipients only. A recipient is a person, or a whole vendor (every signer of it). */
#ifndef YX_MESSAGE_H
#define YX_MESSAGE_H

#include "backend/domain/base/domain.h"
#include "backend/domain/base/number.h"
#include "backend/domain/people/organization.h"

struct message_recipient { const char *organization_id, *member_id; /* NULL: all of it */ };
struct message_document { const char *document_id; int64_t revision; };
struct message_new {
	const char *id;                   /* NULL: a new one */
	const char *kind;                 /* "notice", "reply", "sealing", "completed", "letter" … */
	const char *contract_id;
	const char *sender_id;            /* person */
	const char *sender_organization_id;
	const char *subject, *body;
	const char *original_id;          /* or NULL */
	const struct message_recipient *recipients;
	size_t      recipients_n;
	const struct message_document *documents;
	size_t      documents_n;
	const char *const *emails;        /* further addresses that get the notice */
	size_t      emails_n;
	int64_t     now_ms;
};
/* In a transaction: number, message, recipients, attachments, and (unless act->no_mail) a
 * mail to every recipient and further address. */
struct message_sent { char id[YX_ID_SIZE], number[NUMBER_SIZE]; };
int message_send(struct act *act, const struct message_new *m, struct message_sent *out) YX_MUST_USE;
/* In a transaction: the mail of the contract's newest notice once more, to that address. */
int message_mail_again(struct act *act, const char *contract_id, const char *email) YX_MUST_USE;
/* In a transaction: marks it read by me, if I am a recipient and nobody of my row read it
 * before (*first). */
int message_mark_read(struct act *act, const char *id, int *first) YX_MUST_USE;
/* In a transaction: what the messages of a contract that is destroyed said; numbers and subjects stay. */
int message_wipe(struct yx_db *db, const char *contract_id) YX_MUST_USE;
/* In a transaction: I have answered it. */
int message_replied(struct act *act, const char *id) YX_MUST_USE;

/* In a transaction: nobody has received it, and no list shows it any more. YX_READ_ALREADY if
 * somebody has read it. */
int message_recall(struct act *act, const char *id) YX_MUST_USE;
/* In a transaction: a mail to those recipients who have not answered; copies of a letter need not. */
int message_mail_owing(struct act *act, const char *id, const char *subject, const char *body) YX_MUST_USE;

/* In a merger: what the agency sent and received; each remembers the name that it went under. The lists are told
 * by list_succeed. */
int message_succeed(struct act *act, const struct organization_pair *p) YX_MUST_USE;

/* ---- lists (message_list.c) ---- */
struct message_filter {
	const char *tab;                  /* received: "all", "to_sign", "unread", "read" */
	const char *from, *to;            /* YYYY-MM-DD, days in Taipei; or NULL */
	const char *organization_id;      /* of the sender, or (sent) of the recipient */
	const char *q;                    /* in any field (docs/decisions/lists.md) */
	const char *sort;                 /* "newest" (or NULL), "oldest", "subject", "party", "state", "due" */
};
/* By anything but time up to so many hits: YX_BAD_FIELD "sort" beyond. */
#define MESSAGE_SORT_MAX 2000
struct message_row {
	const char *id, *number, *subject, *other; /* 機關(人) of the other side */
	int64_t     sent_at;
	const char *due_on;               /* YYYY-MM-DD: the letter's day, or its contract's while that waits; NULL */
	int         read, replied, to_sign;
	const char *state;                /* sealing list: "pending", "sealed", "other" */
	const char *kind;                 /* received */
};
struct message_choice { const char *id, *name; };
struct message_counters { int64_t all, a, b, c; }; /* received: to_sign, unread, read;
                                                    * sealing: pending, sealed, other */
/* A page of a list, and what all of it comes to. */
struct message_page { struct message_row *rows; size_t n; struct message_counters counters; };
int message_received(struct act *act, const struct message_filter *f, struct page *page,
    struct message_page *out) YX_MUST_USE;
int message_sent(struct act *act, const struct message_filter *f, struct page *page,
    struct message_page *out) YX_MUST_USE;
int message_sealing(struct act *act, const struct message_filter *f, struct page *page,
    struct message_page *out) YX_MUST_USE;
/* Organizations that a filter can name: which = "received", "sent" or "sealing". */
int message_choices(struct act *act, const char *which, struct message_choice **list, size_t *n) YX_MUST_USE;

/* ---- one message (message_read.c) ---- */
struct message_task { const char *id, *document_id, *state, *kind; int64_t signed_at; };
struct message_file { const char *id, *number, *name; int64_t size, revision; const char *format; };
struct message {
	const char *id, *number, *kind, *sender, *subject, *body;
	int64_t     sent_at;
	const char *contract_id, *contract_number, *contract_title; /* contract_id NULL unless mine */
	const char *contract_state;
	const char *original_id, *original_number;
	int64_t     original_at;
	const char **recipients;
	struct message_file *files;
	struct message_task *tasks;       /* what it asks of me */
	size_t      recipients_n, files_n, tasks_n;
	int         can_reply;
};
/* In a transaction: I, a recipient, have opened it: the first time it is marked read with
 * its tasks. Nothing happens for who is none. */
int message_open(struct act *act, const char *id) YX_MUST_USE;
/* Reads a message that I sent or received, and opens it, in a transaction of its own. */
int message_read(struct act *act, const char *id, struct message *out) YX_MUST_USE;

#endif
