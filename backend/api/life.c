/* The other ways that a contract can go. */
#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/api/write.h"
#include "backend/domain/contract/contract_life.h"
#include "backend/domain/contract/contract_links.h"
#include "common/crash.h"

static void
write_outcome(struct http_request *rq, const struct contract_outcome *out)
{
	yx_jw_str(&rq->json, "contractState", out->state);
	yx_jw_str(&rq->json, "messageNumber", out->message.number[0] != '\0' ? out->message.number : NULL);
	yx_jw_bool(&rq->json, "asked", out->asked);
	yx_crash_point("life.tx.before_commit");
}

/* All of these take one contract, and answer with what became of it. */
typedef int (*life_rule)(struct http_request *rq, struct contract_outcome *out);

static int
apply(struct http_request *rq, void *ctx)
{
	struct contract_outcome out = { .state = NULL };
	int rc = (*(const life_rule *)ctx)(rq, &out);

	if (rc == YX_OK)
		write_outcome(rq, &out);
	return rc;
}

static int
live(struct http_request *rq, life_rule rule)
{
	int rc = http_tx(rq, apply, &rule);

	if (rc == YX_OK)
		yx_crash_point("life.committed");
	return rc;
}

static int
give_back(struct http_request *rq, struct contract_outcome *out)
{
	struct contract_return in = { .message_id = http_str(rq, "id"), .reason = http_str(rq, "reason"),
		.text = http_str(rq, "text") };

	return contract_return(&rq->act, &in, out);
}

static int
give_back_it(struct http_request *rq)
{
	return live(rq, give_back);
}

static int
revise(struct http_request *rq, struct contract_outcome *out)
{
	return contract_revise(&rq->act, http_str(rq, "id"), out);
}

static int
revise_it(struct http_request *rq)
{
	return live(rq, revise);
}

static int
make_void(struct http_request *rq, struct contract_outcome *out)
{
	return contract_void(&rq->act, http_str(rq, "id"), http_str(rq, "reason"), out);
}

static int
make_void_it(struct http_request *rq)
{
	return live(rq, make_void);
}

static int
confirm_void(struct http_request *rq, struct contract_outcome *out)
{
	return contract_void_confirm(&rq->act, http_str(rq, "id"), out);
}

static int
confirm_void_it(struct http_request *rq)
{
	return live(rq, confirm_void);
}

static int
withdraw_void(struct http_request *rq, struct contract_outcome *out)
{
	(void)out;
	return contract_void_withdraw(&rq->act, http_str(rq, "id"));
}

static int
withdraw_void_it(struct http_request *rq)
{
	return live(rq, withdraw_void);
}

static int
deadline(struct http_request *rq, struct contract_outcome *out)
{
	return contract_deadline(&rq->act, http_str(rq, "id"), http_str(rq, "date"), http_bool(rq, "hard", 0), out);
}

static int
deadline_it(struct http_request *rq)
{
	return live(rq, deadline);
}

static int
resend(struct http_request *rq, struct contract_outcome *out)
{
	(void)out;
	return contract_resend(&rq->act, http_str(rq, "id"), http_str(rq, "email"), http_str(rq, "instead"));
}

static int
resend_it(struct http_request *rq)
{
	return live(rq, resend);
}

static int
remind(struct http_request *rq)
{
	size_t mails = 0;
	int64_t when = 0;
	int rc = contract_remind(&rq->act, http_str(rq, "id"), &mails, &when);

	if (rc != YX_OK)
		return rc;
	yx_jw_int(&rq->json, "mails", (int64_t)mails);
	http_time(rq, "at", when);
	return YX_OK;
}

static int
copy(struct http_request *rq)
{
	struct contract_copy in = { .id = http_str(rq, "id"), .number = http_str(rq, "number"),
		.title = http_str(rq, "title"), .amend = http_bool(rq, "amend", 0) };
	char id[YX_ID_SIZE];
	int rc = contract_copy(&rq->act, &in, id);

	return http_made(rq, rc, id);
}

static int
voids(struct http_request *rq)
{
	struct contract_void_row *v = NULL;
	size_t n = 0;
	int rc = contract_void_list(&rq->act, &v, &n);

	if (rc != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "id", v[i].id);
		yx_jw_str(&rq->json, "number", v[i].number);
		yx_jw_str(&rq->json, "title", v[i].title);
		write_void(rq, &v[i]);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static int
write_links(struct http_request *rq, int rc, const struct contract_link *l, size_t n)
{
	if (rc != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "relation", l[i].relation);
		yx_jw_str(&rq->json, "number", l[i].number);
		yx_jw_str(&rq->json, "title", l[i].title);
		yx_jw_str(&rq->json, "state", l[i].state);
		yx_jw_int(&rq->json, "amendment", l[i].amendment);
		yx_jw_str(&rq->json, "contractId", l[i].contract_id);
		yx_jw_str(&rq->json, "messageId", l[i].message_id);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static int
links(struct http_request *rq)
{
	struct contract_link *l = NULL;
	size_t n = 0;
	int rc = contract_links(&rq->act, http_str(rq, "id"), &l, &n);

	return write_links(rq, rc, l, n);
}

static int
message_links(struct http_request *rq)
{
	struct contract_link *l = NULL;
	size_t n = 0;
	int rc = contract_links_of_message(&rq->act, http_str(rq, "id"), &l, &n);

	return write_links(rq, rc, l, n);
}

#define REASON { "reason", IN_BODY, T_TEXT, 0, 1, 2000, NULL }
static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_RETURN[] = { ID("id"),
	{ "reason", IN_BODY, T_WORD, 0, 0, 0, "content|amount|party|attachment|authority|other" },
	{ "text", IN_BODY, T_TEXT, OPTIONAL, 0, 2000, NULL }, END };
static const struct http_param P_VOID[] = { ID("id"), REASON, END };
static const struct http_param P_DEADLINE[] = { ID("id"),
	{ "date", IN_BODY, T_DATE, OPTIONAL, 0, 0, NULL },
	{ "hard", IN_BODY, T_BOOL, OPTIONAL, 0, 0, NULL }, END };
static const struct http_param P_RESEND[] = { ID("id"),
	{ "email", IN_BODY, T_EMAIL, 0, 0, 0, NULL },
	{ "instead", IN_BODY, T_EMAIL, OPTIONAL, 0, 0, NULL }, END };
static const struct http_param P_COPY[] = { ID("id"),
	{ "number", IN_BODY, T_STRING, 0, 1, 50, NULL },
	{ "title", IN_BODY, T_STRING, 0, 1, 100, NULL },
	{ "amend", IN_BODY, T_BOOL, OPTIONAL, 0, 0, NULL }, END };

const struct http_route LIFE_ROUTES[] = {
	{ "POST", V1 "/messages/{id}/return", ROLE_VENDOR_SIGNER | ROLE_SEALER | ROLE_REGISTRY, 0, P_RETURN, give_back_it,
	    "Give the contract back instead of signing" },
	{ "POST", V1 "/contracts/{id}/revise", ROLE_OFFICER, 0, P_ID, revise_it, "A returned contract becomes a draft" },
	{ "POST", V1 "/contracts/{id}/void", ROLE_OFFICER, 0, P_VOID, make_void_it, "Void, or ask for it" },
	{ "DELETE", V1 "/contracts/{id}/void", ROLE_OFFICER | ROLE_AGENCY_ADMIN, 0, P_ID, withdraw_void_it,
	    "It shall not be voided after all" },
	{ "POST", V1 "/contracts/{id}/void/confirm", ROLE_OFFICER | ROLE_AGENCY_ADMIN, 0, P_ID, confirm_void_it,
	    "The second person agrees" },
	{ "GET", V1 "/voids", ROLE_OFFICER | ROLE_AGENCY_ADMIN, 0, NULL, voids, "What waits for a second person" },
	{ "PUT", V1 "/contracts/{id}/deadline", ROLE_OFFICER, 0, P_DEADLINE, deadline_it, "Last day to sign" },
	{ "POST", V1 "/contracts/{id}/remind", ROLE_OFFICER, F_TX, P_ID, remind, "Remind whoever has to sign" },
	{ "POST", V1 "/contracts/{id}/resend", ROLE_OFFICER, 0, P_RESEND, resend_it, "The notice to another address" },
	{ "GET", V1 "/contracts/{id}/links", ROLE_OFFICER, 0, P_ID, links, "Related contracts" },
	{ "GET", V1 "/messages/{id}/links", WHO_MEMBER, 0, P_ID, message_links, "Contracts related to a message's" },
	{ "POST", V1 "/contracts/{id}/copy", ROLE_OFFICER, F_TX, P_COPY, copy, "A new draft like it, or an amendment" },
	LAST_ROW,
};
