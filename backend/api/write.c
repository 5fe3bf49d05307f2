#include "backend/api/write.h"

#include "backend/domain/document/document.h"

void
write_unit(struct http_request *rq, const char *key, const struct unit *u)
{
	struct yx_jw *w = &rq->json;

	if (u->id == NULL) {
		yx_jw_null(w, key);
		return;
	}
	yx_jw_object(w, key);
	yx_jw_str(w, "id", u->id);
	yx_jw_str(w, "code", u->code);
	yx_jw_str(w, "name", u->name);
	yx_jw_end_object(w);
}

void
write_person(struct http_request *rq, const char *key, const struct member_person *p)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, key);
	yx_jw_str(w, "id", p->id);
	yx_jw_str(w, "name", p->name);
	yx_jw_str(w, "account", p->account);
	yx_jw_str(w, "unit", p->unit_name);
	yx_jw_end_object(w);
}

void
write_named(struct http_request *rq, const char *id, const char *name, const char *code)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, NULL);
	yx_jw_str(w, "id", id);
	yx_jw_str(w, "name", name);
	if (code != NULL)
		yx_jw_str(w, "code", code);
	yx_jw_end_object(w);
}

void
write_certificate(struct http_request *rq, const char *key, const struct certificate_row *c)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, key);
	if (c->id != NULL) {
		yx_jw_str(w, "id", c->id);
		yx_jw_str(w, "purpose", c->purpose);
		yx_jw_base64(w, "certificate", c->der, c->der_n);
		http_time(rq, "registeredAt", c->registered_at);
	}
	yx_jw_str(w, "issuer", c->issuer);
	yx_jw_str(w, "issuerName", c->issuer_name);
	yx_jw_str(w, "subject", c->subject);
	yx_jw_str(w, "subjectName", c->subject_name);
	yx_jw_str(w, "serial", c->serial);
	yx_jw_str(w, "keyType", c->key_type);
	http_time(rq, "notBefore", c->not_before);
	http_time(rq, "notAfter", c->not_after);
	yx_jw_str(w, "state", c->state);
	yx_jw_end_object(w);
}

void
write_document_name(struct http_request *rq, const char *id, const char *number, const char *name)
{
	struct yx_jw *w = &rq->json;

	yx_jw_str(w, "id", id);
	yx_jw_str(w, "number", number);
	yx_jw_str(w, "name", name);
}

void
write_signing_rules(struct http_request *rq, const struct contract *c)
{
	struct yx_jw *w = &rq->json;

	yx_jw_array(w, "vendors");
	for (size_t i = 0; i < c->vendors_n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "id", c->vendors[i].id);
		yx_jw_str(w, "name", c->vendors[i].name);
		yx_jw_str(w, "code", c->vendors[i].code);
		yx_jw_bool(w, "representative", c->vendors[i].representative);
		yx_jw_bool(w, "signed", c->vendors[i].signed_all);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
	yx_jw_bool(w, "vendorsInOrder", c->rules.in_order);
	yx_jw_str(w, "sealRule", c->rules.seal);
	yx_jw_int(w, "sealNeeded", c->rules.needed);
}

void
write_void(struct http_request *rq, const struct contract_void_row *v)
{
	yx_jw_str(&rq->json, "by", v->by);
	yx_jw_str(&rq->json, "reason", v->reason);
	http_time(rq, "at", v->at);
	yx_jw_bool(&rq->json, "mine", v->mine);
}

void
write_events(struct http_request *rq, const struct contract_event_row *e, size_t n)
{
	yx_jw_array(&rq->json, "events");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		http_time(rq, "at", e[i].at);
		yx_jw_str(&rq->json, "by", e[i].by);
		yx_jw_str(&rq->json, "kind", e[i].kind);
		yx_jw_str(&rq->json, "reason", e[i].reason);
		yx_jw_str(&rq->json, "text", e[i].text);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
}

void
write_proof(struct http_request *rq, const char *key, const struct proof_row *p)
{
	struct yx_jw *w = &rq->json;

	if (p->state == NULL || !proof_possible(rq->act.domain)) {
		yx_jw_null(w, key);
		return;
	}
	yx_jw_object(w, key);
	yx_jw_str(w, "state", p->state);
	yx_jw_str(w, "level", p->level);
	yx_jw_str(w, "why", *p->why == '\0' ? NULL : p->why);
	http_time(rq, "stampedAt", p->stamped_at);
	http_time(rq, "goodUntil", p->good_until);
	yx_jw_end_object(w);
}

void
write_tree(struct yx_jw *w, const char *key, const struct yx_json *v)
{
	switch (v->type) {
	case YX_JSON_NULL: yx_jw_null(w, key); return;
	case YX_JSON_BOOL: yx_jw_bool(w, key, v->num != 0); return;
	case YX_JSON_INT: yx_jw_int(w, key, v->num); return;
	case YX_JSON_STRING: yx_jw_str(w, key, v->str); return;
	case YX_JSON_ARRAY:
		yx_jw_array(w, key);
		for (const struct yx_json *m = v->child; m != NULL; m = m->next)
			write_tree(w, NULL, m);
		yx_jw_end_array(w);
		return;
	case YX_JSON_OBJECT:
		yx_jw_object(w, key);
		for (const struct yx_json *m = v->child; m != NULL; m = m->next)
			write_tree(w, m->key, m);
		yx_jw_end_object(w);
		return;
	}
}

int
write_withheld(struct http_request *rq, const char *document_id)
{
	static const char *const words[] = { [DOCUMENT_FREE] = NULL, [DOCUMENT_TO_SIGN] = "to_sign",
		[DOCUMENT_WITHHELD] = "all" };
	struct document_name d;
	int rc = document_visible(&rq->act, document_id, &d);

	/* (a letter that was recalled meanwhile) */
	yx_jw_str(&rq->json, "withheld", rc == YX_OK ? words[d.withheld] : NULL);
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}
