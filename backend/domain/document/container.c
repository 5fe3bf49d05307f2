#include "backend/domain/document/container.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/buf.h"

#define PIECE       65536
#define HEAD_SIZE   30                /* of a file (APPNOTE, 4.3.7), then its name */
#define ENTRY_SIZE  46                /* in the directory (4.3.12), then its name */
#define END_SIZE    22                /* 4.3.16 */
#define HEAD_MAX    ((size_t)4096)
#define UTF8_NAME   0x0800            /* 4.4.4, bit 11 */
#define FIRST_DAY   0x0021            /* 1980-01-01: the same bytes whenever they are asked for */
#define VERSION     20

/* ---- sums ---- */

/* CRC-32 of ISO/IEC 13239, 8.1.1.6.2, from the low bit. */
static void
crc_table(uint32_t table[256])
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t v = i;

		for (int k = 0; k < 8; k++)
			v = v >> 1 ^ (v & 1 ? 0xEDB88320u : 0);
		table[i] = v;
	}
}

struct summing { const uint32_t *table; uint32_t crc; int64_t size; };

static int
sum(void *ctx, const void *p, size_t n)
{
	struct summing *s = ctx;
	const uint8_t *b = p;

	for (size_t i = 0; i < n; i++)
		s->crc = s->crc >> 8 ^ s->table[(s->crc ^ b[i]) & 0xff];
	s->size += (int64_t)n;
	return YX_OK;
}

static int
give_file(const char *path, container_out out, void *ctx)
{
	uint8_t piece[PIECE];
	ssize_t n = 1;
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = fd < 0 ? YX_IO : YX_OK;

	while (rc == YX_OK && n > 0)
		if ((n = read(fd, piece, sizeof(piece))) < 0)
			rc = YX_IO;
		else if (n > 0)
			rc = out(ctx, piece, (size_t)n);
	if (fd >= 0)
		close(fd);
	return rc;
}

static int
give(const struct container_part *p, container_out out, void *ctx)
{
	return p->path != NULL ? give_file(p->path, out, ctx) : out(ctx, p->text, strlen(p->text));
}

int
container_open(struct act *act, const struct document_apart *d, struct container *c)
{
	uint32_t table[256];
	int rc;

	*c = (struct container){ .part = { { .name = "mimetype", .text = CONTAINER_TYPE }, { .name = d->document.name },
		{ .name = "META-INF/signature.p7s" } }, .size = END_SIZE };
	if ((rc = yx_store_path(act->domain->store, act->arena, d->file, &c->part[CONTAINER_FILE].path)) != YX_OK ||
	    (rc = yx_store_path(act->domain->store, act->arena, d->signature, &c->part[CONTAINER_SIGNATURE].path)) != YX_OK)
		return rc;
	crc_table(table);
	for (size_t i = 0; rc == YX_OK && i < CONTAINER_PARTS; i++) {
		struct container_part *p = &c->part[i];
		struct summing s = { table, 0xffffffffu, 0 };

		rc = give(p, sum, &s);
		p->crc = ~s.crc;
		p->size = s.size;
		c->size += HEAD_SIZE + ENTRY_SIZE + 2 * (int64_t)strlen(p->name) + s.size;
	}
	return rc == YX_OK && c->size > UINT32_MAX ? YX_TOO_LARGE : rc;
}

/* ---- writing ---- */

static void
add16(struct yx_buf *b, unsigned v)
{
	yx_buf_add8(b, v & 0xff);
	yx_buf_add8(b, v >> 8 & 0xff);
}

static void
add32(struct yx_buf *b, uint32_t v)
{
	add16(b, v & 0xffff);
	add16(b, v >> 16);
}

/* What stands in a file's head and in the directory alike; no extra field. */
static void
add_facts(struct yx_buf *b, const struct container_part *p)
{
	add16(b, VERSION);
	add16(b, UTF8_NAME);
	add16(b, 0); /* stored */
	add16(b, 0);
	add16(b, FIRST_DAY);
	add32(b, p->crc);
	add32(b, (uint32_t)p->size);
	add32(b, (uint32_t)p->size);
	add16(b, (unsigned)strlen(p->name));
	add16(b, 0);
}

static int
flush(struct yx_buf *b, container_out out, void *ctx)
{
	int rc = yx_buf_status(b);

	if (rc == YX_OK)
		rc = out(ctx, b->data, b->len);
	yx_buf_reset(b);
	return rc;
}

static int
write_directory(const struct container *c, struct yx_buf *b, container_out out, void *ctx)
{
	uint32_t at = (uint32_t)c->size - END_SIZE, size;

	for (size_t i = 0; i < CONTAINER_PARTS; i++)
		at -= ENTRY_SIZE + (uint32_t)strlen(c->part[i].name);
	size = (uint32_t)c->size - END_SIZE - at;
	for (size_t i = 0; i < CONTAINER_PARTS; i++) {
		yx_buf_adds(b, "PK\x01\x02");
		add16(b, VERSION);
		add_facts(b, &c->part[i]);
		yx_buf_add(b, (const uint8_t[10]){ 0 }, 10); /* no comment, disk 0, no attributes */
		add32(b, c->part[i].at);
		yx_buf_adds(b, c->part[i].name);
	}
	yx_buf_adds(b, "PK\x05\x06");
	add32(b, 0);
	add16(b, CONTAINER_PARTS);
	add16(b, CONTAINER_PARTS);
	add32(b, size);
	add32(b, at);
	add16(b, 0);
	return flush(b, out, ctx);
}

int
container_write(const struct container *given, container_out out, void *ctx)
{
	struct container c = *given;
	struct yx_buf b;
	uint32_t at = 0;
	int rc = YX_OK;

	yx_buf_init(&b, HEAD_MAX);
	for (size_t i = 0; rc == YX_OK && i < CONTAINER_PARTS; i++) {
		struct container_part *p = &c.part[i];

		p->at = at;
		yx_buf_adds(&b, "PK\x03\x04");
		add_facts(&b, p);
		yx_buf_adds(&b, p->name);
		if ((rc = flush(&b, out, ctx)) == YX_OK)
			rc = give(p, out, ctx);
		at += HEAD_SIZE + (uint32_t)strlen(p->name) + (uint32_t)p->size;
	}
	if (rc == YX_OK)
		rc = write_directory(&c, &b, out, ctx);
	yx_buf_free(&b);
	return rc;
}
