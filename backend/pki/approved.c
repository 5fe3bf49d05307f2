#include "backend/pki/approved.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/pki/pki.h"
#include "common/arena.h"
#include "common/json.h"
#include "common/log.h"

#define FILE_MAX    ((size_t)1 << 20)
#define ROWS_MAX    200
#define PATH_LENGTH 4096
#define TAIPEI      (8 * 3600) /* the dates are days in Taipei */

struct pki_approved {
	struct yx_arena *arena;
	size_t           n;
	struct entry { struct pki_approved_row row; X509 *ca; } entries[ROWS_MAX];
};

static int
complain(const char *dir, size_t i, const char *what)
{
	yx_error("%s/approved.json, entry %zu: %s", dir, i + 1, what);
	return YX_CONFIG;
}

static int
read_text(const char *path, struct yx_buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 1;

	if (fd < 0)
		return YX_NOT_FOUND;
	while (got > 0) {
		uint8_t *room = yx_buf_room(out, 4096);

		if (room == NULL)
			break;
		if ((got = read(fd, room, 4096)) > 0)
			out->len += (size_t)got;
	}
	close(fd);
	return got < 0 ? YX_IO : yx_buf_status(out);
}

/* Begin of the day in Taipei, UTC. */
static int
day_of(const char *text, time_t *out)
{
	struct tm tm = { 0 };
	const char *end = strptime(text, "%Y-%m-%d", &tm);

	*out = end == NULL || *end != '\0' ? 0 : timegm(&tm) - TAIPEI;
	return end != NULL && *end == '\0';
}

/* A file below the directory, nowhere else. */
static int
load_ca(const char *dir, const char *name, X509 **out)
{
	char path[PATH_LENGTH];

	if (*name == '\0' || *name == '/' || strstr(name, "..") != NULL ||
	    snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path))
		return YX_CONFIG;
	return pki_load_cert(path, out);
}

static int
read_entry(struct pki_approved *t, const char *dir, const struct yx_json *v, size_t i)
{
	static const char *const known[] = { "certificate", "nameZh", "nameEn", "approval", "statement", "from", "until",
		NULL };
	struct pki_approved_row *r = &t->entries[i].row;

	if (v->type != YX_JSON_OBJECT || !yx_json_only(v, known))
		return complain(dir, i, "not an object, or an unknown word in it");
	*r = (struct pki_approved_row){ .name_zh = yx_json_str(v, "nameZh", ""), .name_en = yx_json_str(v, "nameEn", ""),
		.approval = yx_json_str(v, "approval", ""), .statement = yx_json_str(v, "statement", ""),
		.from_date = yx_json_str(v, "from", ""), .until_date = yx_json_str(v, "until", "") };
	if (*r->name_zh == '\0' || *r->name_en == '\0' || *r->approval == '\0')
		return complain(dir, i, "nameZh, nameEn and approval are needed");
	if (*r->statement != '\0' && strncmp(r->statement, "https://", 8) != 0)
		return complain(dir, i, "statement is no https address");
	if (!day_of(r->from_date, &r->from) || (*r->until_date != '\0' && !day_of(r->until_date, &r->until)))
		return complain(dir, i, "from and until are days like 2024-05-15");
	if (r->until != 0)
		r->until += 24 * 3600 - 1;
	if (load_ca(dir, yx_json_str(v, "certificate", ""), &t->entries[i].ca) != YX_OK)
		return complain(dir, i, "certificate is no PEM file below the directory");
	t->n = i + 1;
	return YX_OK;
}

static int
read_table(struct pki_approved *t, const char *dir, const struct yx_buf *text)
{
	const struct yx_json *all = NULL;
	size_t i = 0;
	int rc = yx_json_parse(t->arena, text->data, text->len, &all);

	if (rc != YX_OK || all->type != YX_JSON_ARRAY || all->len > ROWS_MAX) {
		yx_error("%s/approved.json is no JSON array of at most %d entries", dir, ROWS_MAX);
		return rc == YX_NO_MEMORY ? rc : YX_CONFIG;
	}
	for (const struct yx_json *v = all->child; v != NULL && rc == YX_OK; v = v->next)
		rc = read_entry(t, dir, v, i++);
	return rc;
}

int
pki_approved_open(const char *dir, struct pki_approved **out)
{
	struct pki_approved *t = calloc(1, sizeof(*t));
	char path[PATH_LENGTH];
	struct yx_buf text;
	int rc = YX_NO_MEMORY;

	*out = NULL;
	yx_buf_init(&text, FILE_MAX);
	if (t == NULL || (t->arena = yx_arena_new(4 * FILE_MAX)) == NULL)
		goto out;
	rc = snprintf(path, sizeof(path), "%s/approved.json", dir) < (int)sizeof(path) ? read_text(path, &text) : YX_CONFIG;
	if (rc != YX_OK || (rc = read_table(t, dir, &text)) != YX_OK)
		goto out;
	*out = t;
	t = NULL;
out:
	yx_buf_free(&text);
	pki_approved_free(&t);
	return rc;
}

void
pki_approved_free(struct pki_approved **t)
{
	if (*t == NULL)
		return;
	for (size_t i = 0; i < (*t)->n; i++)
		X509_free((*t)->entries[i].ca);
	yx_arena_free(&(*t)->arena);
	free(*t);
	*t = NULL;
}

const struct pki_approved_row *
pki_approved_find(const struct pki_approved *t, const X509 *ca, time_t at, int *in_force)
{
	const struct pki_approved_row *any = NULL;

	*in_force = 0;
	for (size_t i = 0; i < t->n; i++) {
		const struct pki_approved_row *r = &t->entries[i].row;

		if (EVP_PKEY_eq(X509_get0_pubkey(t->entries[i].ca), X509_get0_pubkey(ca)) != 1)
			continue;
		any = r;
		if (at >= r->from && (r->until == 0 || at <= r->until)) {
			*in_force = 1;
			return r;
		}
	}
	return any;
}
