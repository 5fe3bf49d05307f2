#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/api/write.h"

static int
certificates(struct http_request *rq)
{
	struct page page = http_page_of(rq);
	struct certificate_row *c = NULL;
	size_t n = 0;
	int rc = certificate_list(&rq->act, &page, &c, &n);

	if (rc != YX_OK)
		return rc;
	http_page_write(rq, &page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++)
		write_certificate(rq, NULL, &c[i]);
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static int
challenge(struct http_request *rq)
{
	size_t n;
	const uint8_t *der = http_bytes(rq, "certificate", &n);
	struct certificate_challenge c;
	int rc = certificate_challenge(&rq->act, der, n, &c);

	if (rc != YX_OK)
		return rc;
	yx_jw_str(&rq->json, "challengeId", c.id);
	yx_jw_base64(&rq->json, "nonce", c.nonce, sizeof(c.nonce));
	write_certificate(rq, "certificate", &c.certificate);
	return YX_OK;
}

static int
put(struct http_request *rq, void *ctx)
{
	char id[YX_ID_SIZE];
	int rc = certificate_register(&rq->act, ctx, id);

	return http_made(rq, rc, id);
}

static int
register_it(struct http_request *rq)
{
	struct certificate_proof proof = { .challenge_id = http_str(rq, "challengeId"),
		.purpose = http_str(rq, "purpose") };

	proof.signature = http_bytes(rq, "signature", &proof.n);
	return http_tx(rq, put, &proof);
}

static int
disable(struct http_request *rq)
{
	return certificate_disable(&rq->act, http_str(rq, "id"));
}

static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_PAGE[] = { HTTP_PAGE_PARAMS, END };
static const struct http_param P_CHALLENGE[] = {
	{ "certificate", IN_BODY, T_BASE64, 0, 1, 16384, NULL }, END };
static const struct http_param P_REGISTER[] = {
	{ "challengeId", IN_BODY, T_ID, 0, 0, 0, NULL },
	{ "purpose", IN_BODY, T_STRING, 0, 1, 100, NULL },
	{ "signature", IN_BODY, T_BASE64, 0, 1, 2048, NULL }, END };

const struct http_route CERTIFICATE_ROUTES[] = {
	{ "GET", V1 "/certificates", WHO_MEMBER, 0, P_PAGE, certificates, "My certificates" },
	{ "POST", V1 "/certificates", WHO_MEMBER, 0, P_REGISTER, register_it, "Register with a proof" },
	{ "POST", V1 "/certificates/challenge", WHO_MEMBER, F_SLOW, P_CHALLENGE, challenge, "Judge a certificate" },
	{ "DELETE", V1 "/certificates/{id}", WHO_MEMBER, F_TX, P_ID, disable, "Take out of use" },
	LAST_ROW,
};
