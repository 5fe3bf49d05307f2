/* The documents of a wallet. */
#include <string.h>

#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/api/upload.h"
#include "backend/api/wallet.h"
#include "backend/api/write.h"
#include "backend/domain/wallet/export.h"
#include "backend/domain/wallet/wallet.h"
#include "common/codec.h"
#include "common/crash.h"
#include "common/log.h"

static void
write_item(struct http_request *rq, const struct item *i)
{
	struct yx_jw *w = &rq->json;

	yx_jw_str(w, "id", i->id);
	yx_jw_str(w, "state", i->state);
	yx_jw_str(w, "kind", i->labels.kind);
	yx_jw_str(w, "name", i->labels.name);
	yx_jw_str(w, "issuer", i->labels.issuer);
	yx_jw_str(w, "note", i->labels.note);
	yx_jw_str(w, "issuedOn", i->labels.issued_on);
	yx_jw_str(w, "expiresOn", i->labels.expires_on);
	if (i->labels.expires_on != NULL)
		yx_jw_int(w, "daysLeft", i->days_left);
	else
		yx_jw_null(w, "daysLeft");
	yx_jw_str(w, "format", i->format);
	yx_jw_str(w, "verdict", i->verdict);
	yx_jw_int(w, "signatures", i->signatures);
	yx_jw_int(w, "size", i->size);
	yx_jw_str(w, "documentId", i->document_id);
	http_time(rq, "createdAt", i->created_at);
	http_time(rq, "deletedAt", i->deleted_at);
	yx_jw_int(w, "version", i->version);
}

static int
items(struct http_request *rq)
{
	struct item_filter f = { .tab = http_str(rq, "tab"), .kind = http_str(rq, "kind"), .q = http_str(rq, "q"),
		.after = http_str(rq, "after"), .size = http_int(rq, "size", 20) };
	struct item_page page;
	struct yx_jw *w = &rq->json;
	int rc;

	if (f.tab == NULL)
		f.tab = "all";
	if ((rc = item_list(&rq->act, &f, &page)) != YX_OK)
		return rc;
	yx_jw_array(w, "items");
	for (size_t i = 0; i < page.n; i++) {
		yx_jw_object(w, NULL);
		write_item(rq, &page.items[i]);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
	yx_jw_str(w, "next", page.next);
	yx_jw_int(w, "expiring", page.expiring);
	yx_jw_int(w, "deleted", page.deleted);
	return YX_OK;
}

static int
item(struct http_request *rq)
{
	struct item i;
	int rc = item_get(&rq->act, http_str(rq, "id"), &i);

	if (rc != YX_OK)
		return rc;
	write_item(rq, &i);
	yx_jw_int(&rq->json, "grants", i.grants);
	return YX_OK;
}

/* ---- coming in ---- */

static const char *
or_empty(const char *s)
{
	return s != NULL ? s : "";
}

static struct item_labels
labels_of(struct http_request *rq)
{
	return (struct item_labels){ .kind = http_str(rq, "kind"), .name = http_str(rq, "name"),
		.issuer = or_empty(http_str(rq, "issuer")), .note = or_empty(http_str(rq, "note")),
		.issued_on = http_str(rq, "issuedOn"), .expires_on = http_str(rq, "expiresOn") };
}

/* (Not the digest: the answer is kept for who asks again, and the digest tells the content to who
 * has it.) */
static int
put(struct http_request *rq, void *ctx)
{
	const struct item_new *n = ctx;
	int rc = item_put(&rq->act, n);

	if (rc != YX_OK)
		return rc;
	rq->status = 201;
	yx_jw_str(&rq->json, "id", n->id);
	yx_jw_str(&rq->json, "name", n->labels.name);
	yx_jw_str(&rq->json, "verdict", n->verdict);
	yx_jw_int(&rq->json, "signatures", n->signatures);
	yx_jw_int(&rq->json, "size", n->size);
	yx_crash_point("wallet.tx.before_commit");
	return YX_OK;
}

struct forgetting { struct act *act; const char *id; };

/* A row that was begun and is not wanted goes at once; a power cut leaves it to the worker. */
static int
forget(struct yx_db *db, void *ctx)
{
	struct forgetting *f = ctx;

	(void)db;
	return item_abandon(f->act, f->id);
}

static int
store(struct http_request *rq, struct item_new *n)
{
	struct forgetting f = { &rq->act, n->id };
	int rc = item_store(&rq->act, n);

	if (rc != YX_OK)
		return rc;
	if ((rc = http_tx(rq, put, n)) == YX_OK) {
		yx_crash_point("wallet.committed");
		return YX_OK;
	}
	if (yx_db_tx(rq->act.db, forget, &f) != YX_OK)
		yx_warn("wallet: %s is left for the worker", n->id);
	return rc;
}

/* What the file is called, without the folder that some browsers send, and on one line. */
static const char *
clean_name(struct http_request *rq, const char *name)
{
	const char *base = name;
	char *out;

	for (const char *p = name; *p != '\0'; p++)
		if (*p == '/' || *p == '\\')
			base = p + 1;
	out = yx_arena_strdup(rq->act.arena, base);
	for (char *p = out; p != NULL && *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '_';
	return out;
}

static int
upload(struct http_request *rq)
{
	struct item_new n = { .labels = labels_of(rq) };
	struct wallet_state s;
	int rc = wallet_state(&rq->act, NULL, &s);

	if (rc != YX_OK || !s.there)
		return rc != YX_OK ? rc : YX_WALLET_NONE;
	if ((rc = upload_of(rq, &n.path, &n.file_name)) != YX_OK)
		return rc == YX_NOT_PDF ? YX_NO_DOCUMENT : rc;
	n.file_name = clean_name(rq, n.file_name);
	return n.file_name == NULL ? YX_NO_MEMORY : store(rq, &n);
}

static int
take_document(struct http_request *rq)
{
	struct item_new n = { .labels = { .issuer = "", .note = "", .name = http_str(rq, "name") } };
	int rc = item_of_document(&rq->act, http_str(rq, "documentId"), &n);

	return rc != YX_OK ? rc : store(rq, &n);
}

/* ---- changes ---- */

static int
edit(struct http_request *rq)
{
	const struct item_labels l = labels_of(rq);

	return item_edit(&rq->act, http_str(rq, "id"), &l, http_int(rq, "version", 0));
}

static int
remove_it(struct http_request *rq)
{
	return item_delete(&rq->act, http_str(rq, "id"));
}

static int
restore(struct http_request *rq)
{
	return item_restore(&rq->act, http_str(rq, "id"));
}

static int
purge(struct http_request *rq)
{
	return item_purge(&rq->act, http_str(rq, "id"));
}

/* ---- what is in it ---- */

static int
write_facts(struct http_request *rq, const struct item_facts *f)
{
	const struct yx_json *report = NULL;
	char hex[65];

	yx_hex(hex, f->sha256, 32);
	yx_jw_str(&rq->json, "fileName", f->file_name);
	yx_jw_str(&rq->json, "sha256", hex);
	if (f->report == NULL) {
		yx_jw_null(&rq->json, "report");
		return YX_OK;
	}
	if (yx_json_parse(rq->act.arena, f->report, f->report_n, &report) != YX_OK)
		return YX_WALLET_DAMAGED;
	write_tree(&rq->json, "report", report);
	return YX_OK;
}

/* The document's content, and its facts: to show them, or to send the content with its name. */
static int
with_facts(struct http_request *rq, struct item_content *c, struct item_facts *f)
{
	uint8_t secret[WALLET_KEY];
	struct item i;
	int rc = item_get(&rq->act, http_str(rq, "id"), &i);

	/* (what is another's is not there, whether one's own wallet is open or not) */
	if (rc == YX_OK && (rc = wallet_key_of(rq, secret)) == YX_OK)
		rc = item_open(&rq->act, secret, http_str(rq, "id"), c);
	explicit_bzero(secret, sizeof(secret));
	if (rc == YX_OK && (rc = item_facts(&rq->act, http_str(rq, "id"), c->key, f)) != YX_OK)
		item_close(c);
	return rc;
}

static int
facts(struct http_request *rq)
{
	struct item_content c;
	struct item_facts f;
	int rc = with_facts(rq, &c, &f);

	if (rc != YX_OK)
		return rc;
	item_close(&c);
	return write_facts(rq, &f);
}

static int
content(struct http_request *rq)
{
	struct item_content c;
	struct item_facts f;
	int rc = with_facts(rq, &c, &f);

	return rc != YX_OK ? rc : wallet_send(rq, &c, f.file_name);
}

/* ---- everything as one ZIP ---- */

static int
stream_export(struct http_request *rq)
{
	struct wallet_export *x = rq->stream_ctx;
	int rc = wallet_export_write(&rq->act, x, http_give, rq);

	explicit_bzero(x->secret, sizeof(x->secret));
	return rc;
}

static int
export_all(struct http_request *rq)
{
	struct wallet_export *x = yx_arena_alloc(rq->act.arena, sizeof(*x));
	int rc = x == NULL ? YX_NO_MEMORY : wallet_key_of(rq, x->secret);

	if (rc != YX_OK || (rc = wallet_export_begin(&rq->act)) != YX_OK)
		return rc;
	rq->stream = stream_export;
	rq->stream_ctx = x;
	rq->stream_size = -1;
	rq->content_type = "application/zip";
	rq->file_name = "個人證件包.zip";
	rq->download = 1;
	return YX_OK;
}

#define LABELS(where) \
	{ "kind", where, T_WORD, 0, 0, 0, ITEM_KINDS }, \
	{ "name", where, T_STRING, 0, 1, 200, NULL }, \
	{ "issuer", where, T_STRING, OPTIONAL, 0, 200, NULL }, \
	{ "note", where, T_STRING, OPTIONAL, 0, 500, NULL }, \
	{ "issuedOn", where, T_DATE, OPTIONAL, 0, 0, NULL }, \
	{ "expiresOn", where, T_DATE, OPTIONAL, 0, 0, NULL }
static const struct http_param P_ITEMS[] = {
	{ "tab", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "all|expiring|deleted" },
	{ "kind", IN_QUERY, T_WORD, OPTIONAL, 0, 0, ITEM_KINDS },
	{ "q", IN_QUERY, T_STRING, OPTIONAL, 0, 100, NULL },
	{ "after", IN_QUERY, T_STRING, OPTIONAL, 0, 40, NULL },
	{ "size", IN_QUERY, T_INT, OPTIONAL, 1, 100, NULL }, END };
static const struct http_param P_UPLOAD[] = { LABELS(IN_QUERY), END };
static const struct http_param P_DOCUMENT[] = { { "documentId", IN_BODY, T_ID, 0, 0, 0, NULL },
	{ "name", IN_BODY, T_STRING, OPTIONAL, 1, 200, NULL }, END };
static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_EDIT[] = { ID("id"), LABELS(IN_BODY),
	{ "version", IN_BODY, T_INT, 0, 1, INT32_MAX, NULL }, END };

const struct http_route WALLET_ITEM_ROUTES[] = {
	{ "GET", V1 "/wallet/items", WHO_MEMBER, 0, P_ITEMS, items, "My documents" },
	{ "POST", V1 "/wallet/uploads", WHO_MEMBER, F_BODY_FILE | F_SLOW, P_UPLOAD, upload, "Put a file into it" },
	{ "POST", V1 "/wallet/items", WHO_MEMBER, F_SLOW, P_DOCUMENT, take_document, "Put a completed contract into it" },
	{ "GET", V1 "/wallet/items/{id}", WHO_MEMBER, 0, P_ID, item, "A document" },
	{ "PUT", V1 "/wallet/items/{id}", WHO_MEMBER, F_TX, P_EDIT, edit, "Its labels" },
	{ "DELETE", V1 "/wallet/items/{id}", WHO_MEMBER, F_TX, P_ID, remove_it, "Delete it; it can come back" },
	{ "POST", V1 "/wallet/items/{id}/restore", WHO_MEMBER, F_TX, P_ID, restore, "Take it back" },
	{ "DELETE", V1 "/wallet/items/{id}/file", WHO_MEMBER, F_TX, P_ID, purge, "Delete it for good" },
	{ "GET", V1 "/wallet/items/{id}/facts", WHO_MEMBER, F_SLOW, P_ID, facts, "Its digest and verification" },
	{ "GET", V1 "/wallet/items/{id}/content", WHO_MEMBER, F_SLOW, P_ID, content, "Its file" },
	{ "GET", V1 "/wallet/export", WHO_MEMBER, F_SLOW, NULL, export_all, "All of it as a ZIP" },
	LAST_ROW,
};
