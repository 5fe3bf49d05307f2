/* write.h - floor 5: the JSON that several groups of screens share. */
#ifndef YX_API_WRITE_H
#define YX_API_WRITE_H

#include "backend/domain/card/certificate.h"
#include "backend/domain/contract/contract_event.h"
#include "backend/domain/contract/contract_life.h"
#include "backend/domain/people/member.h"
#include "backend/domain/proof/proof.h"
#include "backend/http/http.h"

/* `key` is NULL inside an array. A unit without id is null. */
void write_unit(struct http_request *rq, const char *key, const struct unit *u);
void write_person(struct http_request *rq, const char *key, const struct member_person *p);
void write_named(struct http_request *rq, const char *id, const char *name, const char *code);
void write_certificate(struct http_request *rq, const char *key, const struct certificate_row *c);
/* Members of the open object: who asked for a void, when and why. */
void write_void(struct http_request *rq, const struct contract_void_row *v);
/* What happened to a contract. */
void write_events(struct http_request *rq, const struct contract_event_row *e, size_t n);
/* Members of the open object: vendors in their order with what each has done, and rules. */
void write_signing_rules(struct http_request *rq, const struct contract *c);
/* How long a document's signatures stay provable; null: nothing to say of it. */
void write_proof(struct http_request *rq, const char *key, const struct proof_row *p);
/* Members of the open object: a document's id, number, name. */
void write_document_name(struct http_request *rq, const char *id, const char *number, const char *name);
/* What a confined process answered, piece by piece: what is copied is what we can read ourselves. */
void write_tree(struct yx_jw *w, const char *key, const struct yx_json *v);
/* Member of the open object: may I have the document's file (null), only read it here ("to_sign"), or
 * neither ("all"); see document.h. */
int write_withheld(struct http_request *rq, const char *document_id) YX_MUST_USE;

#endif
