#include <string.h>

#include "backend/api/api.h"
#include "backend/api/letters.h"
#include "backend/api/rows.h"
#include "backend/api/write.h"
#include "backend/domain/message/message.h"

static struct message_filter
filter_of(struct http_request *rq, const char *other)
{
	return (struct message_filter){ .tab = http_str(rq, "tab"), .from = http_str(rq, "from"), .to = http_str(rq, "to"),
		.organization_id = http_str(rq, other), .q = http_str(rq, "q"),
		.sort = http_str(rq, "sort") };
}

static void
write_row(struct http_request *rq, const struct message_row *m, const char *other)
{
	yx_jw_object(&rq->json, NULL);
	yx_jw_str(&rq->json, "id", m->id);
	yx_jw_str(&rq->json, "number", m->number);
	yx_jw_str(&rq->json, "subject", m->subject);
	http_time(rq, "sentAt", m->sent_at);
	yx_jw_str(&rq->json, other, m->other);
	yx_jw_bool(&rq->json, "read", m->read);
	yx_jw_bool(&rq->json, "replied", m->replied);
	yx_jw_bool(&rq->json, "toSign", m->to_sign);
	yx_jw_str(&rq->json, "dueOn", m->due_on);
	if (m->state != NULL && *m->state != '\0')
		yx_jw_str(&rq->json, "state", m->state);
	yx_jw_end_object(&rq->json);
}

static void
write_list(struct http_request *rq, const struct page *page, const struct message_page *l, const char *other)
{
	http_page_write(rq, page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < l->n; i++)
		write_row(rq, &l->rows[i], other);
	yx_jw_end_array(&rq->json);
}

static void
write_counters(struct http_request *rq, const struct message_counters *c, const char *a, const char *b, const char *d)
{
	yx_jw_object(&rq->json, "counters");
	yx_jw_int(&rq->json, "all", c->all);
	yx_jw_int(&rq->json, a, c->a);
	yx_jw_int(&rq->json, b, c->b);
	yx_jw_int(&rq->json, d, c->c);
	yx_jw_end_object(&rq->json);
}

static void
write_choices(struct http_request *rq, const char *key, const struct message_choice *c, size_t n)
{
	yx_jw_array(&rq->json, key);
	for (size_t i = 0; i < n; i++)
		write_named(rq, c[i].id, c[i].name, NULL);
	yx_jw_end_array(&rq->json);
}

static int
received(struct http_request *rq)
{
	struct message_filter f = filter_of(rq, "sender");
	struct page page = http_page_of(rq);
	struct message_choice *senders = NULL;
	struct message_page l;
	size_t k = 0;
	int rc = message_received(&rq->act, &f, &page, &l);

	if (rc != YX_OK || (rc = message_choices(&rq->act, "received", &senders, &k)) != YX_OK)
		return rc;
	write_list(rq, &page, &l, "sender");
	write_counters(rq, &l.counters, "to_sign", "unread", "read");
	write_choices(rq, "senders", senders, k);
	return YX_OK;
}

static int
sent(struct http_request *rq)
{
	struct message_filter f = filter_of(rq, "recipient");
	struct page page = http_page_of(rq);
	struct message_choice *recipients = NULL;
	struct message_page l;
	size_t k = 0;
	int rc = message_sent(&rq->act, &f, &page, &l);

	if (rc != YX_OK || (rc = message_choices(&rq->act, "sent", &recipients, &k)) != YX_OK)
		return rc;
	write_list(rq, &page, &l, "recipient");
	write_choices(rq, "recipients", recipients, k);
	return YX_OK;
}

static int
sealing(struct http_request *rq)
{
	struct message_filter f = filter_of(rq, "sender");
	struct page page = http_page_of(rq);
	struct message_choice *senders = NULL;
	struct message_page l;
	size_t k = 0;
	int rc = message_sealing(&rq->act, &f, &page, &l);

	if (rc != YX_OK || (rc = message_choices(&rq->act, "sealing", &senders, &k)) != YX_OK)
		return rc;
	write_list(rq, &page, &l, "sender");
	write_counters(rq, &l.counters, "pending", "sealed", "other");
	write_choices(rq, "senders", senders, k);
	return YX_OK;
}

static int
write_files(struct http_request *rq, const struct message *m)
{
	int rc = YX_OK;

	yx_jw_array(&rq->json, "documents");
	for (size_t i = 0; rc == YX_OK && i < m->files_n; i++) {
		yx_jw_object(&rq->json, NULL);
		rc = write_withheld(rq, m->files[i].id);
		write_document_name(rq, m->files[i].id, m->files[i].number, m->files[i].name);
		yx_jw_int(&rq->json, "size", m->files[i].size);
		yx_jw_int(&rq->json, "revision", m->files[i].revision);
		yx_jw_str(&rq->json, "format", m->files[i].format);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	yx_jw_array(&rq->json, "tasks");
	for (size_t i = 0; i < m->tasks_n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "id", m->tasks[i].id);
		yx_jw_str(&rq->json, "documentId", m->tasks[i].document_id);
		yx_jw_str(&rq->json, "state", m->tasks[i].state);
		yx_jw_str(&rq->json, "kind", m->tasks[i].kind);
		http_time(rq, "signedAt", m->tasks[i].signed_at);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return rc;
}

static void
write_original(struct http_request *rq, const struct message *m)
{
	if (m->original_id == NULL) {
		yx_jw_null(&rq->json, "original");
		return;
	}
	yx_jw_object(&rq->json, "original");
	yx_jw_str(&rq->json, "id", m->original_id);
	yx_jw_str(&rq->json, "number", m->original_number);
	http_time(rq, "sentAt", m->original_at);
	yx_jw_end_object(&rq->json);
}

/* Only of a letter. */
static int
letter_part(struct http_request *rq, const struct message *m, struct letter_view *v)
{
	return strcmp(m->kind, "letter") == 0 ? letter_of_message(&rq->act, m->id, v) : YX_OK;
}

static int
message(struct http_request *rq)
{
	struct letter_view letter = { .mine = 0 };
	struct message m;
	int rc = message_read(&rq->act, http_str(rq, "id"), &m);

	if (rc != YX_OK || (rc = letter_part(rq, &m, &letter)) != YX_OK)
		return rc;
	yx_jw_str(&rq->json, "id", m.id);
	yx_jw_str(&rq->json, "number", m.number);
	yx_jw_str(&rq->json, "kind", m.kind);
	yx_jw_str(&rq->json, "sender", m.sender);
	yx_jw_array(&rq->json, "recipients");
	for (size_t i = 0; i < m.recipients_n; i++)
		yx_jw_str(&rq->json, NULL, m.recipients[i]);
	yx_jw_end_array(&rq->json);
	yx_jw_str(&rq->json, "subject", m.subject);
	yx_jw_str(&rq->json, "body", m.body);
	http_time(rq, "sentAt", m.sent_at);
	yx_jw_str(&rq->json, "contractId", m.contract_id);
	yx_jw_str(&rq->json, "contractNumber", m.contract_number);
	yx_jw_str(&rq->json, "contractTitle", m.contract_title);
	yx_jw_str(&rq->json, "contractState", m.contract_state);
	write_original(rq, &m);
	if ((rc = write_files(rq, &m)) != YX_OK)
		return rc;
	yx_jw_bool(&rq->json, "canReply", m.can_reply);
	if (letter.letter.id != NULL)
		write_letter_view(rq, &letter);
	else
		yx_jw_null(&rq->json, "letter");
	return YX_OK;
}

static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_RECEIVED[] = {
	{ "tab", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "all|to_sign|unread|read" }, LIST_FILTER("sender"), END };
static const struct http_param P_SENT[] = { LIST_FILTER("recipient"), END };
static const struct http_param P_SEALING[] = {
	{ "tab", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "all|pending|sealed|other" }, LIST_FILTER("sender"), END };

const struct http_route MESSAGE_ROUTES[] = {
	{ "GET", V1 "/messages/received", WHO_MEMBER, 0, P_RECEIVED, received, "Inbox" },
	{ "GET", V1 "/messages/sent", WHO_MEMBER, 0, P_SENT, sent, "Sent messages" },
	{ "GET", V1 "/messages/{id}", WHO_MEMBER, 0, P_ID, message, "One message" },
	{ "GET", V1 "/sealing", ROLE_SEALER | ROLE_REGISTRY, 0, P_SEALING, sealing, "My sealing tasks" },
	LAST_ROW,
};
