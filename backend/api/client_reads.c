/* The public API: who one is, documents, messages, certificates, events. */
#include "backend/api/api.h"
#include "backend/api/client_api.h"
#include "backend/api/handlers.h"
#include "backend/api/write.h"
#include "backend/domain/client/client_inbox.h"
#include "backend/domain/client/client_scope.h"

static int
me(struct http_request *rq)
{
	struct yx_jw *w = &rq->json;
	const struct who *who = &rq->act.who;
	const char *word;

	yx_jw_str(w, "clientId", who->member_id);
	yx_jw_object(w, "organization");
	yx_jw_str(w, "name", who->organization_name);
	yx_jw_str(w, "kind", who->organization_kind);
	yx_jw_end_object(w);
	yx_jw_array(w, "scopes");
	for (size_t i = 0; (word = client_scope(i)) != NULL; i++)
		if (client_scope_bits(word, NULL) & who->scopes)
			yx_jw_str(w, NULL, word);
	yx_jw_end_array(w);
	return YX_OK;
}

/* Members of the open object, without the text. */
static void
write_message(struct http_request *rq, const struct client_message *m)
{
	yx_jw_str(&rq->json, "id", m->id);
	yx_jw_str(&rq->json, "number", m->number);
	yx_jw_str(&rq->json, "kind", m->kind);
	yx_jw_str(&rq->json, "sender", m->sender);
	yx_jw_str(&rq->json, "subject", m->subject);
	yx_jw_str(&rq->json, "contractId", m->contract_id);
	http_time(rq, "sentAt", m->sent_at);
	yx_jw_bool(&rq->json, "read", m->read);
}

static int
messages(struct http_request *rq)
{
	int64_t most = http_int(rq, "limit", CURSOR_LIMIT);
	struct client_cursor from;
	struct client_message *m = NULL;
	size_t n = 0;
	int rc = client_cursor_of(rq, &from);

	if (rc != YX_OK || (rc = client_message_list(&rq->act, from.id, most, &m, &n)) != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		write_message(rq, &m[i]);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return client_cursor_write(rq, 0, (int64_t)n == most ? m[n - 1].id : NULL);
}

static int
message(struct http_request *rq)
{
	struct client_attachment *f = NULL;
	struct client_message m;
	size_t n = 0;
	int rc = client_message_get(&rq->act, http_str(rq, "id"), &m, &f, &n);

	if (rc != YX_OK)
		return rc;
	write_message(rq, &m);
	yx_jw_str(&rq->json, "body", m.body);
	yx_jw_array(&rq->json, "documents");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		write_document_name(rq, f[i].id, f[i].number, f[i].name);
		yx_jw_int(&rq->json, "size", f[i].size);
		yx_jw_int(&rq->json, "revision", f[i].revision);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static int
certificates(struct http_request *rq)
{
	int64_t most = http_int(rq, "limit", CURSOR_LIMIT);
	struct client_cursor from;
	struct client_certificate *c = NULL;
	struct yx_jw *w = &rq->json;
	size_t n = 0;
	int rc = client_cursor_of(rq, &from);

	if (rc != YX_OK || (rc = client_certificate_list(&rq->act, from.id, most, &c, &n)) != YX_OK)
		return rc;
	yx_jw_array(w, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "id", c[i].id);
		yx_jw_str(w, "purpose", c[i].purpose);
		yx_jw_str(w, "subject", c[i].subject);
		yx_jw_str(w, "issuer", c[i].issuer);
		yx_jw_str(w, "serial", c[i].serial);
		yx_jw_str(w, "keyType", c[i].key_type);
		http_time(rq, "notBefore", c[i].not_before);
		http_time(rq, "notAfter", c[i].not_after);
		http_time(rq, "registeredAt", c[i].registered_at);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
	return client_cursor_write(rq, 0, (int64_t)n == most ? c[n - 1].id : NULL);
}

/* Here the cursor is a place, which grows; it is always given, so that one asks again later. */
static int
events(struct http_request *rq)
{
	struct client_event_page page = { .most = http_int(rq, "limit", CURSOR_LIMIT) };
	struct client_event *e = NULL;
	struct client_cursor from;
	size_t n = 0;
	int rc = client_cursor_of(rq, &from);

	if (rc != YX_OK)
		return rc;
	page.after = from.at;
	if ((rc = client_event_list(&rq->act, &page, &e, &n)) != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		client_event_json(&rq->json, &e[i]);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return client_cursor_write(rq, page.next, rq->act.who.member_id);
}

static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_PAGE[] = { CURSOR_PARAMS, END };
static const struct http_param P_FILE[] = { ID("id"),
	{ "revision", IN_QUERY, T_INT, OPTIONAL, 0, 1000, NULL }, END };

const struct http_route PUBLIC_READ_ROUTES[] = {
	{ "GET", PUBLIC "/me", WHO_CLIENT, 0, NULL, me, "Who the client is, and its scopes" },
	{ "GET", PUBLIC "/documents/{id}/file", SCOPE_DOCUMENTS_READ, 0, P_FILE, document_file_it, "The PDF" },
	{ "POST", PUBLIC "/documents/{id}/proof", SCOPE_DOCUMENTS_READ, F_SLOW, P_ID, evidence_make_it,
	    "Make the sealed evidence sheet, once" },
	{ "GET", PUBLIC "/documents/{id}/proof", SCOPE_DOCUMENTS_READ, F_SLOW, P_ID, evidence_package_it,
	    "The evidence package" },
	{ "GET", PUBLIC "/messages", SCOPE_MESSAGES_READ, 0, P_PAGE, messages, "Messages to the client's company" },
	{ "GET", PUBLIC "/messages/{id}", SCOPE_MESSAGES_READ, 0, P_ID, message, "One message" },
	{ "GET", PUBLIC "/certificates", SCOPE_CERTIFICATES_READ, 0, P_PAGE, certificates,
	    "Registered certificates of the organization" },
	{ "GET", PUBLIC "/events", SCOPE_EVENTS_READ, 0, P_PAGE, events, "What happened, in order" },
	LAST_ROW,
};
