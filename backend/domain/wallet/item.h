/* item.h - floor 4: the documents of a wallet; item.c is the one writer of the tables
 * wallet_item and wallet_word.
 *
 * A document's labels (kind, name, issuer, dates, note) can be read by whoever reads the
 * database: lists, searches and reminders need them while the wallet is locked. Content, name of
 * the file, digest and report of the verification are encrypted. */
#ifndef YX_WALLET_ITEM_H
#define YX_WALLET_ITEM_H

#include "backend/domain/base/domain.h"
#include "backend/domain/wallet/envelope.h"
#include "backend/domain/wallet/keys.h"
#include "common/buf.h"

#define ITEM_FACTS_MAX ((size_t)3 << 20)   /* name, digest, report */
#define ITEM_KINDS "contract|licence|registration|tax|insurance|identity|certificate|other"

struct item_labels {
	const char *kind, *name, *issuer, *note;
	const char *issued_on, *expires_on;    /* YYYY-MM-DD or NULL */
};

/* ---- a document comes in (item_store.c), in three steps, so that a power cut between any two
 * leaves nothing that is not collected: a row that waits and counts for the quota; the encrypted
 * file, synced; the row in force. ---- */
struct item_new {
	struct item_labels labels;
	const char *file_name;                 /* as the browser, or the platform, calls it */
	const char *path;                      /* the content in the clear; it is not changed */
	const char *document_id;               /* stored from the platform, or NULL */
	int64_t     revision;
	/* out */
	char        id[YX_ID_SIZE];
	int64_t     size, position, signatures;
	const char *format, *verdict;
	uint8_t     sha256[32];
	uint8_t     sealed_key[WALLET_SEALED];
	const void *sealed_facts;              /* in the arena */
	size_t      sealed_facts_n;
};
/* Steps one and two: takes as long as verifying takes; no transaction. On an error nothing is left
 * but a row that the worker collects. YX_WALLET_NONE, YX_WALLET_FULL, YX_TOO_LARGE, YX_NO_DOCUMENT
 * (an empty file). The wallet may be locked. */
int item_store(struct act *act, struct item_new *n) YX_MUST_USE;
/* Step three, in a transaction. YX_WALLET_THERE: that revision is in the wallet already. */
int item_put(struct act *act, const struct item_new *n) YX_MUST_USE;
/* What is completed on the platform, for who may see it: path, name, and labels that were not
 * given. YX_NOT_FOUND, YX_STATE: not everybody has signed. */
int item_of_document(struct act *act, const char *document_id, struct item_new *n) YX_MUST_USE;

/* ---- lists (item_list.c) ---- */
struct item {
	const char *id, *state;
	struct item_labels labels;
	const char *format, *verdict;
	int64_t     signatures, size, position, created_at, deleted_at, version;
	int64_t     days_left;                 /* until the last day, which is 0; meaningless without expires_on */
	const char *document_id;
	int64_t     grants;                    /* in force now; item_get only */
};
struct item_filter {
	const char *tab;                       /* "all", "expiring", "deleted" */
	const char *kind;                      /* NULL: any */
	const char *q;                         /* in name, issuer, note; NULL: all */
	const char *after;                     /* where the page before ended, or NULL */
	int64_t     size;
};
struct item_page {
	struct item *items;
	size_t       n;
	const char  *next;                     /* NULL: that was all */
	int64_t      expiring, deleted;        /* of the whole wallet, counted up to 100 */
};
/* The newest first; "expiring": what ends first first. YX_BAD_FIELD "after". */
int item_list(struct act *act, const struct item_filter *f, struct item_page *out) YX_MUST_USE;
int item_get(struct act *act, const char *id, struct item *out) YX_MUST_USE;

/* ---- changes (item.c), in a transaction; YX_NOT_FOUND ---- */
/* YX_CONFLICT: version. YX_BAD_FIELD: ends before it begins. */
int item_edit(struct act *act, const char *id, const struct item_labels *l, int64_t version) YX_MUST_USE;
int item_delete(struct act *act, const char *id) YX_MUST_USE;
int item_restore(struct act *act, const char *id) YX_MUST_USE;
/* It does not wait for its day. */
int item_purge(struct act *act, const char *id) YX_MUST_USE;

/* ---- what is in it (item_open.c) ---- */
/* Of a document of mine that is kept; the file is open. The caller wipes and closes: item_close. */
struct item_content {
	const char *name, *format;             /* of the item */
	int64_t     size;
	uint8_t     key[WALLET_KEY];
	int         fd;
};
int item_open(struct act *act, const uint8_t secret[WALLET_KEY], const char *id, struct item_content *out) YX_MUST_USE;
/* The same by the file's key, for a grant; whose it is does not matter. */
int item_open_key(struct act *act, const char *id, const uint8_t key[WALLET_KEY],
    struct item_content *out) YX_MUST_USE;
void item_close(struct item_content *c);

struct item_facts {
	const char *file_name;                 /* strings in the arena */
	uint8_t     sha256[32];
	const char *report;                    /* JSON as pades_examine answered it; NULL: not verified */
	size_t      report_n;
};
int item_facts(struct act *act, const char *id, const uint8_t key[WALLET_KEY], struct item_facts *out) YX_MUST_USE;

/* ---- for the other files of this folder; all but item_drop in a transaction ---- */
int item_begin(struct act *act, struct item_new *n) YX_MUST_USE;
int item_abandon(struct act *act, const char *id) YX_MUST_USE;
/* When to remind of one (id) or of all (NULL) of a member's, from tomorrow on. */
int item_remind(struct act *act, const char *member_id, const char *id) YX_MUST_USE;
/* Everything of act->who goes. */
int item_end_all(struct act *act) YX_MUST_USE;
/* A file that was dropped: its row goes, and its room is free. */
struct item_dead { const char *id, *member_id; int64_t size, created_at; };
int item_drop(struct act *act, const struct item_dead *d) YX_MUST_USE;
/* What began an hour ago and never came to its end, and what was deleted long ago, is gone now. */
int item_expire(struct act *act) YX_MUST_USE;
/* 1 if this transaction took over the reminder of today: the next one is set. */
int item_take_reminder(struct act *act, const char *member_id, const char *id, int *taken) YX_MUST_USE;

/* ---- for the worker (item_work.c) ---- */
/* Files and rows that are gone, a hundred at most; *done: how many. */
int item_collect(struct act *act, size_t *done) YX_MUST_USE;
/* Mails about documents that end, by day only, a hundred at most. */
int item_remind_due(struct act *act, size_t *done) YX_MUST_USE;

#endif
