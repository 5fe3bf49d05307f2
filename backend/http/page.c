#include "backend/http/http.h"

struct page
http_page_of(struct http_request *rq)
{
	struct page p = { .page = http_int(rq, "page", 1), .size = http_int(rq, "size", 10) };

	p.offset = (p.page - 1) * p.size;
	return p;
}

void
http_page_write(struct http_request *rq, const struct page *p)
{
	int64_t pages = (p->total + p->size - 1) / p->size;

	yx_jw_int(&rq->json, "page", p->page);
	yx_jw_int(&rq->json, "pages", pages > 0 ? pages : 1);
	yx_jw_int(&rq->json, "size", p->size);
	yx_jw_int(&rq->json, "total", p->total);
}
