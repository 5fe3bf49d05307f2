#include "backend/http/form_data.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define BOUNDARY_MAX 70   /* RFC 2046, 5.1.1 */
#define HEAD_MAX     4096 /* the header lines of one part */

static const char BOUNDARY_CHARS[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=?";

/* What is left of the body. */
struct rest { const char *p; size_t n; };

static int
starts(const struct rest *r, const char *text)
{
	size_t n = strlen(text);

	return r->n >= n && memcmp(r->p, text, n) == 0;
}

static void
skip(struct rest *r, size_t n)
{
	r->p += n;
	r->n -= n;
}

/* "\r\n--BOUNDARY" */
static int
read_boundary(const char *type, char out[BOUNDARY_MAX + 5])
{
	static const char wanted[] = "multipart/form-data";
	const char *at = type == NULL || strncasecmp(type, wanted, strlen(wanted)) != 0 ? NULL : type + strlen(wanted);
	int quoted;
	size_t n;

	if (at == NULL)
		return 0;
	at += strspn(at, "; \t");
	if (strncasecmp(at, "boundary=", 9) != 0)
		return 0;
	at += 9;
	quoted = *at == '"';
	at += quoted;
	n = strspn(at, BOUNDARY_CHARS);
	if (n == 0 || n > BOUNDARY_MAX || (quoted ? strcmp(at + n, "\"") != 0 : at[n] != '\0'))
		return 0;
	snprintf(out, BOUNDARY_MAX + 5, "\r\n--%.*s", (int)n, at);
	return 1;
}

/* The value of name="…" in a Content-Disposition; escapes are refused. */
static int
read_name(const char *line, size_t n, char *out, size_t size)
{
	static const char head[] = "content-disposition:", key[] = "name=\"";
	const char *end = line + n, *at, *stop;

	if (n < strlen(head) || strncasecmp(line, head, strlen(head)) != 0)
		return 0;
	for (at = line + strlen(head); (at = memchr(at, ';', (size_t)(end - at))) != NULL;) {
		for (at++; at < end && *at == ' ';)
			at++;
		if ((size_t)(end - at) < strlen(key) || strncasecmp(at, key, strlen(key)) != 0)
			continue;
		at += strlen(key);
		stop = memchr(at, '"', (size_t)(end - at));
		n = stop == NULL ? 0 : (size_t)(stop - at);
		if (n == 0 || n >= size || memchr(at, '\\', n) != NULL || memchr(at, '\0', n) != NULL)
			return 0;
		memcpy(out, at, n);
		out[n] = '\0';
		return 1;
	}
	return 0;
}

/* Header lines up to the empty one; one of them names the part. */
static int
read_head(struct rest *r, struct http_part *part)
{
	size_t left = HEAD_MAX;

	part->name[0] = '\0';
	for (;;) {
		const char *end = memmem(r->p, r->n < left ? r->n : left, "\r\n", 2);
		size_t n;

		if (end == NULL)
			return 0;
		n = (size_t)(end - r->p);
		if (part->name[0] == '\0')
			read_name(r->p, n, part->name, sizeof(part->name));
		left -= n + 2;
		skip(r, n + 2);
		if (n == 0)
			return part->name[0] != '\0';
	}
}

static int
is_new(const struct http_part *part, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(part[i].name, name) == 0)
			return 0;
	return 1;
}

int
http_form_data(const char *content_type, const void *body, size_t n, struct http_part part[HTTP_PARTS_MAX],
    size_t *count)
{
	char delimiter[BOUNDARY_MAX + 5];
	struct rest r = { body, n };
	const char *end;

	*count = 0;
	/* (the first delimiter needs no line before it) */
	if (!read_boundary(content_type, delimiter) || !starts(&r, delimiter + 2))
		return YX_BAD_REQUEST;
	skip(&r, strlen(delimiter) - 2);
	while (starts(&r, "\r\n")) {
		struct http_part *one = &part[*count];

		if (*count == HTTP_PARTS_MAX)
			return YX_TOO_LARGE;
		skip(&r, 2);
		if (!read_head(&r, one) || !is_new(part, *count, one->name) ||
		    (end = memmem(r.p, r.n, delimiter, strlen(delimiter))) == NULL)
			return YX_BAD_REQUEST;
		one->from = (size_t)(r.p - (const char *)body);
		one->size = (size_t)(end - r.p);
		skip(&r, one->size + strlen(delimiter));
		++*count;
	}
	if (!starts(&r, "--") || *count == 0)
		return YX_BAD_REQUEST;
	skip(&r, 2);
	return r.n == 0 || (r.n == 2 && starts(&r, "\r\n")) ? YX_OK : YX_BAD_REQUEST;
}

int
http_form_file(const char *content_type, const char *path, struct http_part part[HTTP_PARTS_MAX], size_t *count)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = YX_BAD_REQUEST;
	struct stat st;
	void *p;

	*count = 0;
	if (fd < 0 || fstat(fd, &st) != 0) {
		rc = YX_IO;
	} else if (st.st_size > 0) {
		/* (nobody else writes it: nginx wrote it for this request) */
		p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (p == MAP_FAILED) {
			rc = YX_NO_MEMORY;
		} else {
			rc = http_form_data(content_type, p, (size_t)st.st_size, part, count);
			munmap(p, (size_t)st.st_size);
		}
	}
	if (fd >= 0)
		close(fd);
	return rc;
}
