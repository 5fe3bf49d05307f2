/* 傳送文件: letters that one writes, with attachments, and sends. */
#include <string.h>

#include "backend/api/api.h"
#include "backend/api/letters.h"
#include "backend/api/rows.h"
#include "backend/api/upload.h"
#include "backend/domain/message/letter.h"
#include "common/crash.h"

static void
write_party(struct http_request *rq, const struct letter_party *p)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, NULL);
	yx_jw_str(w, "id", p->id);
	yx_jw_str(w, "name", p->name);
	yx_jw_str(w, "note", p->note);
	yx_jw_bool(w, "person", p->member_id != NULL);
	http_time(rq, "readAt", p->read_at);
	http_time(rq, "repliedAt", p->replied_at);
	yx_jw_end_object(w);
}

static void
write_parties(struct http_request *rq, const struct letter *l, const char *key, int copies)
{
	yx_jw_array(&rq->json, key);
	for (size_t i = 0; i < l->parties_n; i++)
		if (l->parties[i].copy == copies)
			write_party(rq, &l->parties[i]);
	yx_jw_end_array(&rq->json);
}

static void
write_wishes(struct http_request *rq, const struct letter *l)
{
	struct yx_jw *w = &rq->json;

	yx_jw_str(w, "state", l->state);
	yx_jw_bool(w, "needsReply", l->needs_reply);
	yx_jw_bool(w, "needsSignature", l->needs_signature);
	yx_jw_bool(w, "receipt", l->receipt);
	yx_jw_str(w, "replyBy", l->reply_by);
	write_parties(rq, l, "to", 0);
	write_parties(rq, l, "copies", 1);
}

void
write_letter_view(struct http_request *rq, const struct letter_view *v)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, "letter");
	write_wishes(rq, &v->letter);
	yx_jw_bool(w, "mine", v->mine);
	yx_jw_bool(w, "asked", v->asked);
	yx_jw_bool(w, "canRecall", v->can_recall);
	yx_jw_bool(w, "canAnswer", v->can_answer);
	http_time(rq, "repliedAt", v->replied_at);
	http_time(rq, "recalledAt", v->letter.recalled_at);
	yx_jw_array(w, "thread");
	for (size_t i = 0; i < v->thread_n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "id", v->thread[i].id);
		yx_jw_str(w, "number", v->thread[i].number);
		yx_jw_str(w, "subject", v->thread[i].subject);
		yx_jw_str(w, "sender", v->thread[i].sender);
		http_time(rq, "sentAt", v->thread[i].sent_at);
		yx_jw_bool(w, "mine", v->thread[i].mine);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
	yx_jw_end_object(w);
}

static void
write_documents(struct http_request *rq, const struct letter *l)
{
	struct yx_jw *w = &rq->json;

	yx_jw_array(w, "documents");
	for (size_t i = 0; i < l->documents_n; i++) {
		const struct letter_document *d = &l->documents[i];

		yx_jw_object(w, NULL);
		yx_jw_str(w, "id", d->id);
		yx_jw_str(w, "name", d->name);
		yx_jw_int(w, "size", d->size);
		yx_jw_int(w, "pages", d->pages);
		yx_jw_str(w, "format", d->format);
		yx_jw_int(w, "revision", d->revision);
		yx_jw_str(w, "taskId", d->task_id);
		http_time(rq, "signedAt", d->signed_at);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
}

static void
write_head(struct http_request *rq, const struct letter *l)
{
	struct yx_jw *w = &rq->json;

	yx_jw_str(w, "id", l->id);
	yx_jw_int(w, "version", l->version);
	yx_jw_str(w, "number", l->number);
	yx_jw_str(w, "subject", l->subject);
	http_time(rq, "changedAt", l->changed_at);
	http_time(rq, "sentAt", l->sent_at);
	http_time(rq, "recalledAt", l->recalled_at);
}

static int
letter(struct http_request *rq)
{
	struct letter l;
	int rc = letter_get(&rq->act, http_str(rq, "id"), &l);

	if (rc != YX_OK)
		return rc;
	write_head(rq, &l);
	yx_jw_str(&rq->json, "body", l.body);
	yx_jw_str(&rq->json, "contractId", l.contract_id);
	yx_jw_str(&rq->json, "contractNumber", l.contract_number);
	yx_jw_str(&rq->json, "originalId", l.original_id);
	yx_jw_str(&rq->json, "originalSubject", l.original_subject);
	write_wishes(rq, &l);
	write_documents(rq, &l);
	return YX_OK;
}

static int
letters(struct http_request *rq)
{
	struct letter *l = NULL;
	size_t n = 0;
	int rc = letter_list(&rq->act, http_str(rq, "q"), &l, &n);

	if (rc != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		write_head(rq, &l[i]);
		yx_jw_str(&rq->json, "state", l[i].state);
		yx_jw_str(&rq->json, "to", l[i].to);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static int
choices(struct http_request *rq)
{
	struct page page = http_page_of(rq);
	struct letter_choice *c = NULL;
	size_t n = 0;
	struct letter_search s = { http_str(rq, "kind"), http_str(rq, "q") };
	int rc = letter_choices(&rq->act, &s, &page, &c, &n);

	if (rc != YX_OK)
		return rc;
	http_page_write(rq, &page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "id", c[i].id);
		yx_jw_str(&rq->json, "name", c[i].name);
		yx_jw_str(&rq->json, "note", c[i].note);
		yx_jw_str(&rq->json, "organization", c[i].organization);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static int
create(struct http_request *rq)
{
	struct letter_start s = { .answers = http_str(rq, "answers"), .again = http_str(rq, "again") };
	char id[YX_ID_SIZE];
	int rc = letter_create(&rq->act, &s, id);

	return http_made(rq, rc, id);
}

static int
update(struct http_request *rq)
{
	struct letter_edit e = { .subject = http_str(rq, "subject"), .body = http_str(rq, "body"),
		.contract_id = http_str(rq, "contractId"), .reply_by = http_str(rq, "replyBy"),
		.needs_reply = http_bool(rq, "needsReply", 0), .needs_signature = http_bool(rq, "needsSignature", 0),
		.receipt = http_bool(rq, "receipt", 0), .version = http_int(rq, "version", 0) };
	int64_t version = 0;
	int rc;

	e.to = http_list(rq, "to", &e.to_n);
	e.copies = http_list(rq, "copies", &e.copies_n);
	if ((rc = letter_update(&rq->act, http_str(rq, "id"), &e, &version)) != YX_OK)
		return rc;
	yx_jw_int(&rq->json, "version", version);
	return YX_OK;
}

static int
discard(struct http_request *rq)
{
	return letter_discard(&rq->act, http_str(rq, "id"));
}

static int
attach(struct http_request *rq, void *ctx)
{
	struct document_upload *up = ctx;
	int rc = letter_attach(&rq->act, up);

	if (rc != YX_OK)
		return rc;
	upload_write(rq, up);
	yx_jw_bool(&rq->json, "signatureDropped", up->unsigned_now);
	return YX_OK;
}

static int
attach_it(struct http_request *rq)
{
	struct document_upload up = { .letter_id = http_str(rq, "id"), .replaces = http_str(rq, "replaces"),
		.normalise = http_str(rq, "normalise") != NULL };
	const char *path = NULL;
	int rc = letter_is_my_draft(&rq->act, up.letter_id);

	if (rc != YX_OK || (rc = upload_of(rq, &path, &up.name)) != YX_OK ||
	    (rc = document_take(&rq->act, path, &up)) != YX_OK)
		return rc;
	return http_tx(rq, attach, &up);
}

static int
detach(struct http_request *rq)
{
	return letter_detach(&rq->act, http_str(rq, "id"), http_str(rq, "documentId"));
}

static int
send(struct http_request *rq, void *ctx)
{
	struct message_sent sent;
	int rc = letter_send(&rq->act, http_str(rq, "id"), http_int(rq, "version", 0), &sent);

	(void)ctx;
	if (rc != YX_OK)
		return rc;
	yx_jw_str(&rq->json, "messageNumber", sent.number);
	yx_crash_point("letter.tx.before_commit");
	return YX_OK;
}

static int
send_it(struct http_request *rq)
{
	int rc = http_tx(rq, send, NULL);

	if (rc == YX_OK)
		yx_crash_point("letter.committed");
	return rc;
}

static int
recall(struct http_request *rq, void *ctx)
{
	int rc = letter_recall(&rq->act, http_str(rq, "id"));

	(void)ctx;
	if (rc == YX_OK)
		yx_crash_point("letter.recall.before_commit");
	return rc;
}

static int
recall_it(struct http_request *rq)
{
	int rc = http_tx(rq, recall, NULL);

	if (rc == YX_OK)
		yx_crash_point("letter.recall.committed");
	return rc;
}

static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_LETTERS[] = { { "q", IN_QUERY, T_STRING, OPTIONAL, 0, 100, NULL }, END };
static const struct http_param P_CHOICES[] = {
	{ "kind", IN_QUERY, T_WORD, 0, 0, 0, "agency|vendor" },
	{ "q", IN_QUERY, T_STRING, OPTIONAL, 0, 100, NULL }, HTTP_PAGE_PARAMS, END };
static const struct http_param P_CREATE[] = {
	{ "answers", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL },
	{ "again", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL }, END };
static const struct http_param P_UPDATE[] = { ID("id"),
	{ "version", IN_BODY, T_INT, 0, 1, 1000000000, NULL },
	{ "subject", IN_BODY, T_STRING, 0, 0, 300, NULL },
	{ "body", IN_BODY, T_TEXT, 0, 0, 4000, NULL },
	{ "to", IN_BODY, T_IDS, 0, 0, LETTER_PARTIES, NULL },
	{ "copies", IN_BODY, T_IDS, 0, 0, LETTER_PARTIES, NULL },
	{ "needsReply", IN_BODY, T_BOOL, OPTIONAL, 0, 0, NULL },
	{ "needsSignature", IN_BODY, T_BOOL, OPTIONAL, 0, 0, NULL },
	{ "receipt", IN_BODY, T_BOOL, OPTIONAL, 0, 0, NULL },
	{ "replyBy", IN_BODY, T_DATE, OPTIONAL, 0, 0, NULL },
	{ "contractId", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL }, END };
static const struct http_param P_UPLOAD[] = { ID("id"),
	{ "replaces", IN_QUERY, T_ID, OPTIONAL, 0, 0, NULL },
	{ "normalise", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "true" }, END };
static const struct http_param P_DOCUMENT[] = { ID("id"), ID("documentId"), END };
static const struct http_param P_SEND[] = { ID("id"),
	{ "version", IN_BODY, T_INT, 0, 1, 1000000000, NULL }, END };

#define WRITERS (ROLE_OFFICER | ROLE_REGISTRY | ROLE_VENDOR_SIGNER)

const struct http_route LETTER_ROUTES[] = {
	{ "GET", V1 "/letters", WRITERS, 0, P_LETTERS, letters, "My drafts, and what I recalled" },
	{ "POST", V1 "/letters", WRITERS, F_TX, P_CREATE, create, "A new draft, an answer, or a recalled letter again" },
	{ "GET", V1 "/letters/recipients", WRITERS, 0, P_CHOICES, choices, "Whom one can write to" },
	{ "GET", V1 "/letters/{id}", WRITERS, 0, P_ID, letter, "A letter of mine" },
	{ "PUT", V1 "/letters/{id}", WRITERS, F_TX, P_UPDATE, update, "What the draft says and asks" },
	{ "DELETE", V1 "/letters/{id}", WRITERS, F_TX, P_ID, discard, "Throw the draft away" },
	{ "POST", V1 "/letters/{id}/documents", WRITERS, F_BODY_FILE | F_SLOW, P_UPLOAD, attach_it, "Attach a file" },
	{ "DELETE", V1 "/letters/{id}/documents/{documentId}", WRITERS, F_TX, P_DOCUMENT, detach, "Take it out" },
	{ "POST", V1 "/letters/{id}/send", WRITERS, 0, P_SEND, send_it, "Send it" },
	{ "POST", V1 "/letters/{id}/recall", WRITERS, 0, P_ID, recall_it, "Recall it before anybody has read it" },
	LAST_ROW,
};
