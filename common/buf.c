#include "common/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
yx_buf_init(struct yx_buf *b, size_t max)
{
	memset(b, 0, sizeof(*b));
	b->max = max;
}

void
yx_buf_init_secret(struct yx_buf *b, size_t max)
{
	yx_buf_init(b, max);
	b->secret = 1;
}

void
yx_buf_reset(struct yx_buf *b)
{
	if (b->secret && b->data != NULL)
		explicit_bzero(b->data, b->cap);
	b->len = 0;
	b->err = YX_OK;
}

void
yx_buf_free(struct yx_buf *b)
{
	if (b->secret && b->data != NULL)
		explicit_bzero(b->data, b->cap);
	free(b->data);
	b->data = NULL;
	b->len = b->cap = 0;
}

/* A fresh block instead of realloc(), which would leave a secret behind. */
static int
grow(struct yx_buf *b, size_t need)
{
	size_t cap = b->cap == 0 ? 256 : b->cap;
	uint8_t *p;

	while (cap < need)
		cap *= 2;
	if ((p = malloc(cap)) == NULL)
		return b->err = YX_NO_MEMORY;
	if (b->len > 0)
		memcpy(p, b->data, b->len);
	if (b->secret && b->data != NULL)
		explicit_bzero(b->data, b->cap);
	free(b->data);
	b->data = p;
	b->cap = cap;
	return YX_OK;
}

uint8_t *
yx_buf_room(struct yx_buf *b, size_t n)
{
	if (b->err != YX_OK)
		return NULL;
	if (n > b->max || b->len > b->max - n) {
		b->err = YX_TOO_LARGE;
		return NULL;
	}
	if (b->cap < b->len + n + 1 && grow(b, b->len + n + 1) != YX_OK)
		return NULL;
	return b->data + b->len;
}

void
yx_buf_add(struct yx_buf *b, const void *p, size_t n)
{
	uint8_t *room = yx_buf_room(b, n);

	if (room == NULL)
		return;
	if (n > 0)
		memcpy(room, p, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void
yx_buf_adds(struct yx_buf *b, const char *s)
{
	yx_buf_add(b, s, strlen(s));
}

void
yx_buf_add8(struct yx_buf *b, unsigned v)
{
	uint8_t c = (uint8_t)v;

	yx_buf_add(b, &c, 1);
}

void
yx_buf_add16be(struct yx_buf *b, unsigned v)
{
	yx_buf_add8(b, v >> 8 & 0xff);
	yx_buf_add8(b, v & 0xff);
}

void
yx_buf_add32be(struct yx_buf *b, uint32_t v)
{
	yx_buf_add16be(b, v >> 16);
	yx_buf_add16be(b, v & 0xffff);
}

void
yx_buf_add_sized(struct yx_buf *b, const void *p, size_t n)
{
	if (n > 0xffff) {
		if (b->err == YX_OK)
			b->err = YX_TOO_LARGE;
		return;
	}
	yx_buf_add16be(b, (unsigned)n);
	yx_buf_add(b, p, n);
}

void
yx_buf_addf(struct yx_buf *b, const char *fmt, ...)
{
	uint8_t *room;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || (room = yx_buf_room(b, (size_t)n)) == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf((char *)room, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

int
yx_buf_status(const struct yx_buf *b)
{
	return b->err;
}

const char *
yx_buf_str(const struct yx_buf *b)
{
	return b->len == 0 ? "" : (const char *)b->data;
}

struct yx_bytes
yx_buf_bytes(const struct yx_buf *b)
{
	return (struct yx_bytes){ b->data, b->len };
}

void
yx_reader_init(struct yx_reader *r, const void *p, size_t n)
{
	r->p = p;
	r->left = n;
}

int
yx_read_bytes(struct yx_reader *r, size_t n, const uint8_t **p)
{
	if (n > r->left)
		return YX_PROTOCOL;
	*p = r->p;
	if (n > 0) {
		r->p += n;
		r->left -= n;
	}
	return YX_OK;
}

int
yx_read8(struct yx_reader *r, unsigned *v)
{
	const uint8_t *p;
	int rc = yx_read_bytes(r, 1, &p);

	if (rc == YX_OK)
		*v = p[0];
	return rc;
}

int
yx_read16be(struct yx_reader *r, unsigned *v)
{
	const uint8_t *p;
	int rc = yx_read_bytes(r, 2, &p);

	if (rc == YX_OK)
		*v = (unsigned)p[0] << 8 | p[1];
	return rc;
}

int
yx_read32be(struct yx_reader *r, uint32_t *v)
{
	const uint8_t *p;
	int rc = yx_read_bytes(r, 4, &p);

	if (rc == YX_OK)
		*v = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	return rc;
}

int
yx_read_sized(struct yx_reader *r, size_t max, const uint8_t **p, size_t *n)
{
	unsigned len = 0;
	int rc = yx_read16be(r, &len);

	if (rc != YX_OK || len > max)
		return YX_PROTOCOL;
	*n = len;
	return yx_read_bytes(r, len, p);
}

int
yx_equal(const void *a, const void *b, size_t n)
{
	const volatile uint8_t *x = a, *y = b;
	unsigned diff = 0;

	for (size_t i = 0; i < n; i++)
		diff |= (unsigned)(x[i] ^ y[i]);
	return diff == 0;
}
