/* api.h - floor 5: the handlers, one file a group of screens. Each takes the
 * parameters that its row of routes.c has checked, calls the domain, writes JSON. */
#ifndef YX_API_H
#define YX_API_H

#include "backend/http/http.h"

extern const struct http_route API_ROUTES[];

/* session.c */
int api_login(struct http_request *rq);
int api_session(struct http_request *rq);
int api_logout(struct http_request *rq);
/* health.c */
int api_health(struct http_request *rq);
/* people.c */
int api_units(struct http_request *rq);
int api_members(struct http_request *rq);
int api_organizations(struct http_request *rq);
/* home.c */
int api_home(struct http_request *rq);
/* contracts.c */
int api_contracts(struct http_request *rq);
int api_contract_create(struct http_request *rq);
int api_contract(struct http_request *rq);
int api_contract_update(struct http_request *rq);
int api_contract_discard(struct http_request *rq);
int api_contract_signers(struct http_request *rq);
int api_contract_send(struct http_request *rq);
/* documents.c */
int api_upload_allowed(struct http_request *rq);
int api_document_upload(struct http_request *rq);
int api_document_remove(struct http_request *rq);
int api_document_history(struct http_request *rq);
int api_document_file(struct http_request *rq);
/* messages.c */
int api_received(struct http_request *rq);
int api_sent(struct http_request *rq);
int api_message(struct http_request *rq);
/* sealing.c */
int api_sealing(struct http_request *rq);
/* certificates.c */
int api_certificates(struct http_request *rq);
int api_certificate_challenge(struct http_request *rq);
int api_certificate_register(struct http_request *rq);
int api_certificate_disable(struct http_request *rq);
/* signings.c */
int api_signing_prepare(struct http_request *rq);
int api_signing_complete(struct http_request *rq);
int api_signing_cancel(struct http_request *rq);
int api_prepared(struct http_request *rq);

/* A unit as the API writes it; null if it has no id. */
struct member_unit;
void api_write_unit(struct http_request *rq, const char *key, const struct member_unit *u);

#endif
