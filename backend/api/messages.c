#include "backend/api/api.h"

#include <string.h>

#include "backend/domain/message/message.h"

static struct message_filter
filter_of(struct http_request *rq, const char *other)
{
	return (struct message_filter){ .tab = http_str(rq, "tab"), .from = http_str(rq, "from"), .to = http_str(rq, "to"),
		.organization_id = http_str(rq, other), .q = http_str(rq, "q") };
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
	yx_jw_bool(&rq->json, "toSign", m->to_sign);
	if (m->state != NULL && *m->state != '\0')
		yx_jw_str(&rq->json, "state", m->state);
	yx_jw_end_object(&rq->json);
}

static void
write_list(struct http_request *rq, const struct http_page *page, const struct message_row *m, size_t n, const char *other)
{
	http_page_write(rq, page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++)
		write_row(rq, &m[i], other);
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

static int
write_choices(struct http_request *rq, const char *which, const char *key)
{
	struct message_choice *c = NULL;
	size_t n = 0;
	int rc = message_choices(rq, which, &c, &n);

	yx_jw_array(&rq->json, key);
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "id", c[i].id);
		yx_jw_str(&rq->json, "name", c[i].name);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return rc;
}

int
api_received(struct http_request *rq)
{
	struct message_filter f = filter_of(rq, "sender");
	struct http_page page = http_page_of(rq);
	struct message_counters c;
	struct message_row *m = NULL;
	size_t n = 0;
	int rc = message_received(rq, &f, &page, &m, &n, &c);

	if (rc != YX_OK)
		return rc;
	write_list(rq, &page, m, n, "sender");
	write_counters(rq, &c, "to_sign", "unread", "read");
	return write_choices(rq, "received", "senders");
}

int
api_sent(struct http_request *rq)
{
	struct message_filter f = filter_of(rq, "recipient");
	struct http_page page = http_page_of(rq);
	struct message_row *m = NULL;
	size_t n = 0;
	int rc = message_sent(rq, &f, &page, &m, &n);

	if (rc != YX_OK)
		return rc;
	write_list(rq, &page, m, n, "recipient");
	return write_choices(rq, "sent", "recipients");
}

int
api_sealing(struct http_request *rq)
{
	struct message_filter f = filter_of(rq, "sender");
	struct http_page page = http_page_of(rq);
	struct message_counters c;
	struct message_row *m = NULL;
	size_t n = 0;
	int rc = message_sealing(rq, &f, &page, &m, &n, &c);

	if (rc != YX_OK)
		return rc;
	write_list(rq, &page, m, n, "sender");
	write_counters(rq, &c, "pending", "sealed", "other");
	return write_choices(rq, "sealing", "senders");
}

static void
write_files(struct http_request *rq, const struct message *m)
{
	yx_jw_array(&rq->json, "documents");
	for (size_t i = 0; i < m->files_n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "id", m->files[i].id);
		yx_jw_str(&rq->json, "number", m->files[i].number);
		yx_jw_str(&rq->json, "name", m->files[i].name);
		yx_jw_int(&rq->json, "size", m->files[i].size);
		yx_jw_int(&rq->json, "revision", m->files[i].revision);
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

int
api_message(struct http_request *rq)
{
	struct message m;
	int rc = message_read(rq, http_str(rq, "id"), &m);

	if (rc != YX_OK)
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
	write_original(rq, &m);
	write_files(rq, &m);
	yx_jw_bool(&rq->json, "canReply", m.can_reply);
	return YX_OK;
}
