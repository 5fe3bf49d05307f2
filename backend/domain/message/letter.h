/* letter.h - floor 4: 傳送文件: messages that a member writes outside a contract, with
 * attachments that the member's card may sign first, and what they ask of whoever gets them.
 *
 * A letter is a draft of its writer's until it is sent: then a message with its id goes to
 * the recipients (message.h). It can be recalled until the first of them has read it. Each
 * of the events runs in the caller's transaction; the letter's row is the lock, so of two
 * that race one wins. Vendors write to people of agencies, agencies to anybody. Whoever is
 * not its writer, and no recipient, does not find it: YX_NOT_FOUND. */
#ifndef YX_LETTER_H
#define YX_LETTER_H

#include "backend/domain/base/domain.h"
#include "backend/domain/document/document.h"
#include "backend/domain/message/message.h"
#include "backend/domain/people/organization.h"

#define LETTER_PARTIES 100       /* recipients and copies together, at most */
#define LETTER_DOCUMENTS 20

struct letter_party {
	const char *id;              /* the member, or the vendor as a whole */
	const char *name;            /* 機關(人), masked; a vendor's name */
	const char *note;            /* unit or the vendor's number */
	const char *organization_id, *member_id;  /* member_id NULL: all of a vendor */
	int         copy;            /* 副本 */
	int64_t     read_at, replied_at;          /* 0: not yet */
};
struct letter_document {
	const char *id, *name;
	const char *format;              /* "pdf", or a word of document/format.h: that is signed apart */
	int64_t     size, pages;         /* of the file */
	int64_t     revision;            /* of what is no PDF: how many signatures of it there are */
	const char *task_id, *task_state;         /* of the writer's own signature */
	int64_t     signed_at;                    /* by the writer; 0 */
};
struct letter {
	const char *id, *number, *state, *subject, *body;
	const char *contract_id, *contract_number, *original_id, *original_subject, *thread_id;
	const char *to;              /* letter_list: names of the recipients' organizations, 、 between; or NULL */
	const char *reply_by;        /* YYYY-MM-DD, the last day in Taipei, or NULL */
	int         needs_reply, needs_signature, receipt;
	int64_t     version, changed_at, sent_at, recalled_at;
	struct letter_party *parties;
	struct letter_document *documents;
	size_t      parties_n, documents_n;
};

/* ---- the row and its states (letter_state.c: the one writer of letter and letter_recipient) ---- */
/* For SQL: those that its writer finds among the drafts. */
#define LETTER_MINE_STATES "'draft', 'recalled'"
int letter_state_is_draft(const char *state);
int letter_state_is_sent(const char *state);
/* Holds the row of a letter that I write. *state, *version (may be NULL): before the event. */
int letter_take(struct act *act, const char *id, const char **state, int64_t *version) YX_MUST_USE;
/* YX_OK if it is a draft of mine; YX_NOT_FOUND, YX_STATE. The second holds its row. */
int letter_is_my_draft(struct act *act, const char *id) YX_MUST_USE;
int letter_draft_touch(struct act *act, const char *id) YX_MUST_USE;
/* For a recipient's signature: holds the row; YX_STATE if it was recalled. */
int letter_hold_sent(struct act *act, const char *id) YX_MUST_USE;
int letter_row_add(struct act *act, const struct letter *l) YX_MUST_USE;
int letter_row_put(struct act *act, const struct letter *l) YX_MUST_USE;
int letter_row_sent(struct act *act, const char *id) YX_MUST_USE;
int letter_row_recalled(struct act *act, const char *id) YX_MUST_USE;
int letter_row_discarded(struct act *act, const char *id) YX_MUST_USE;
/* It was reminded of on that day (YYYYMMDD); YX_STATE if it was already, or is recalled. */
int letter_row_reminded(struct act *act, const char *id, const char *day) YX_MUST_USE;
/* Takes the recipients anew: members of agencies and vendors. YX_BAD_FIELD `field` for one
 * that may not be written to. A copy that is a recipient too is left out. */
int letter_put_parties(struct act *act, const char *id, const char *const *ids, size_t n, int copies) YX_MUST_USE;
int letter_drop_parties(struct act *act, const char *id) YX_MUST_USE;
/* The one recipient of an answer. */
int letter_add_party(struct act *act, const char *id, const struct message_recipient *to) YX_MUST_USE;
/* To the recipients of `from`, as far as they can still be written to. */
int letter_copy_parties(struct act *act, const char *from, const char *to) YX_MUST_USE;

/* ---- drafts (letter_draft.c) ---- */
/* What a new draft begins with: nothing; the answer to a letter that I received or sent; a
 * recalled letter of mine once more, with its attachments. */
struct letter_start { const char *answers, *again; };
int letter_create(struct act *act, const struct letter_start *s, char id[YX_ID_SIZE]) YX_MUST_USE;
struct letter_edit {
	const char *subject, *body, *contract_id, *reply_by;
	int         needs_reply, needs_signature, receipt;
	const char *const *to, *const *copies;
	size_t      to_n, copies_n;
	int64_t     version;         /* what the writer saw */
};
/* YX_CONFLICT if it was changed meanwhile (in another window). */
int letter_update(struct act *act, const char *id, const struct letter_edit *e, int64_t *version) YX_MUST_USE;
int letter_discard(struct act *act, const char *id) YX_MUST_USE;
/* An uploaded file (document_take) as an attachment of a draft, perhaps in the place of another
 * (up->replaces); the writer may sign it. At most LETTER_DOCUMENTS: YX_TOO_MANY_DOCUMENTS. */
int letter_attach(struct act *act, struct document_upload *up) YX_MUST_USE;
/* Takes an attachment out of a draft. */
int letter_detach(struct act *act, const char *id, const char *document_id) YX_MUST_USE;

/* ---- reading (letter_read.c) ---- */
/* A letter that I write or wrote. */
int letter_get(struct act *act, const char *id, struct letter *out) YX_MUST_USE;
/* My drafts and, behind them, what I recalled: the newest 200, without parties and documents. q (NULL: all): in
 * subject, text, number, the names of those to whom it goes and of what is attached. */
#define LETTER_LIST 200
int letter_list(struct act *act, const char *q, struct letter **list, size_t *n) YX_MUST_USE;
/* What a message that I see is as a letter. parties: who got it and copies; when they read
 * and answered only for its writer. YX_NOT_FOUND if it is none. */
struct letter_thread { const char *id, *number, *subject, *sender; int64_t sent_at; int mine; };
struct letter_view {
	struct letter letter;
	int           mine, can_recall, can_answer, asked;  /* asked: I am a recipient, not a copy */
	int64_t       replied_at;                           /* by me */
	struct letter_thread *thread;                       /* the exchange, oldest first */
	size_t        thread_n;
};
int letter_of_message(struct act *act, const char *message_id, struct letter_view *out) YX_MUST_USE;
/* Whom one can write to, by name, unit or number: people of agencies or vendors. */
struct letter_choice { const char *id, *name, *note, *organization; };
struct letter_search { const char *kind, *q; };   /* "agency" or "vendor"; q NULL: all */
int letter_choices(struct act *act, const struct letter_search *s, struct page *page, struct letter_choice **list,
    size_t *n) YX_MUST_USE;

/* ---- sending (letter_send.c) ---- */
/* YX_FIELD_REQUIRED and its kin with the field; YX_NO_DOCUMENT (signatures are wanted, of
 * nothing), YX_VENDOR_NO_SIGNER (nobody there would read it), YX_CONFLICT (version). */
int letter_send(struct act *act, const char *id, int64_t version, struct message_sent *out) YX_MUST_USE;
/* Until the first recipient has read it: YX_READ_ALREADY afterwards. */
int letter_recall(struct act *act, const char *id) YX_MUST_USE;
/* Worker: who has not answered yet is reminded the day before the last day, and on it. */
int letter_remind_due(struct act *act, size_t *done) YX_MUST_USE;

/* In a transaction: a recipient has read it for the first time; its writer hears of it if the
 * letter wants a receipt. Other messages: nothing. */
int letter_receipt(struct act *act, const char *message_id) YX_MUST_USE;

/* ---- signatures (letter_sign.c) ---- */
/* In a transaction: a recipient has signed attachments: the answer that tells the writer,
 * with the documents as they are now. */
int letter_signed(struct act *act, const char *id, const char *body, struct message_sent *out) YX_MUST_USE;

/* The name of the signature field, of the n-th recipient (0: the writer); ≤ 40 bytes. */
#define LETTER_FIELD "YinxinLetter%.12s_%d"

/* In a merger: letters and drafts of the agency, and those to it. */
int letter_succeed(struct act *act, const struct organization_pair *p) YX_MUST_USE;

#endif
