#include "backend/api/wallet.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "backend/pades/file.h"
#include "backend/pades/mark.h"

/* ---- as it is ---- */

static int
stream(struct http_request *rq)
{
	struct item_content *c = rq->stream_ctx;
	int rc = envelope_open(c->fd, c->key, http_give, rq);

	item_close(c);
	return rc;
}

/* What a browser may show by itself; all else is for saving. */
static const char *
type_of(const char *format)
{
	return strcmp(format, "pdf") == 0 ? "application/pdf" : strcmp(format, "png") == 0 ? "image/png"
	    : strcmp(format, "jpeg") == 0 ? "image/jpeg" : "application/octet-stream";
}

static int
begin(struct http_request *rq, const char *format, const char *name)
{
	rq->content_type = type_of(format);
	rq->file_name = name;
	rq->download = 1;
	return YX_OK;
}

int
wallet_send(struct http_request *rq, const struct item_content *c, const char *name)
{
	struct item_content *own = yx_arena_alloc(rq->act.arena, sizeof(*own));

	if (own == NULL)
		return YX_NO_MEMORY;
	*own = *c;
	rq->stream = stream;
	rq->stream_ctx = own;
	rq->stream_size = c->size;
	return begin(rq, c->format, name);
}

/* ---- marked: in memory, never in a file ---- */

static int
put(void *ctx, const void *p, size_t n)
{
	const uint8_t *at = p;

	while (n > 0) {
		ssize_t k = write(*(const int *)ctx, at, n);

		if (k <= 0)
			return YX_IO;
		at += k;
		n -= (size_t)k;
	}
	return YX_OK;
}

static int
stream_memory(struct http_request *rq)
{
	int *fd = rq->stream_ctx, rc = YX_OK;
	uint8_t piece[16384];
	size_t got = 1;

	for (int64_t at = 0; rc == YX_OK && got > 0; at += (int64_t)got)
		if ((rc = pdf_pread(*fd, piece, sizeof(piece), at, &got)) == YX_OK)
			http_write(rq, piece, got);
	close(*fd);
	explicit_bzero(piece, sizeof(piece));
	return rc;
}

int
wallet_send_marked(struct http_request *rq, struct item_content *c, const char *name, const char *across,
    const char *below)
{
	const struct pades_mark mark = { .across = across, .below = below };
	int *fd = yx_arena_alloc(rq->act.arena, sizeof(*fd)), rc;

	if (fd == NULL)
		return YX_NO_MEMORY;
	if ((*fd = memfd_create("wallet", MFD_CLOEXEC)) < 0)
		return YX_IO;
	if ((rc = envelope_open(c->fd, c->key, put, fd)) == YX_OK && (rc = pades_mark(*fd, &mark)) == YX_OK)
		rc = pdf_file_size(*fd, &rq->stream_size);
	if (rc != YX_OK) {
		close(*fd);
		return rc;
	}
	item_close(c);
	rq->stream = stream_memory;
	rq->stream_ctx = fd;
	return begin(rq, "pdf", name);
}

void
wallet_unsend(struct http_request *rq)
{
	if (rq->stream == stream)
		item_close(rq->stream_ctx);
	else if (rq->stream == stream_memory)
		close(*(int *)rq->stream_ctx);
	rq->stream = NULL;
}
