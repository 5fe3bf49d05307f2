#include "backend/api/api.h"

#include "backend/domain/card/certificate.h"

int
api_certificates(struct http_request *rq)
{
	struct http_page page = http_page_of(rq);
	struct certificate_row *c = NULL;
	size_t n = 0;
	int rc = certificate_list(rq, &page, &c, &n);

	http_page_write(rq, &page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++)
		certificate_write(rq, NULL, &c[i]);
	yx_jw_end_array(&rq->json);
	return rc;
}

int
api_certificate_challenge(struct http_request *rq)
{
	size_t n;
	const uint8_t *der = http_bytes(rq, "certificate", &n);

	return certificate_challenge(rq, der, n);
}

static int
put(struct http_request *rq, void *ctx)
{
	size_t n;
	const uint8_t *signature = http_bytes(rq, "signature", &n);

	(void)ctx;
	return certificate_register(rq, http_str(rq, "challengeId"), http_str(rq, "purpose"), signature, n);
}

int
api_certificate_register(struct http_request *rq)
{
	return http_tx(rq, put, NULL);
}

static int
disable(struct http_request *rq, void *ctx)
{
	(void)ctx;
	return certificate_disable(rq, http_str(rq, "id"));
}

int
api_certificate_disable(struct http_request *rq)
{
	return http_tx(rq, disable, NULL);
}
