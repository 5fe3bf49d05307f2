#include "common/conf.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 4096
#define ROWS_MAX       128

static char *
trim(char *s)
{
	char *end;

	while (isspace((unsigned char)*s))
		s++;
	end = s + strlen(s);
	while (end > s && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return s;
}

static int
parse_int(const char *s, int64_t *out)
{
	char *end;
	int shift = 0;
	long long v;

	errno = 0;
	v = strtoll(s, &end, 10);
	if (errno != 0 || end == s)
		return YX_CONFIG;
	if (*end == 'K' || *end == 'M' || *end == 'G')
		shift = *end == 'K' ? 10 : *end == 'M' ? 20 : 30, end++;
	if (*end != '\0' || v < 0 || v > (INT64_MAX >> shift))
		return YX_CONFIG;
	*out = (int64_t)v << shift;
	return YX_OK;
}

static int
set(struct yx_arena *a, const struct yx_conf_row *row, void *target, const char *value)
{
	void *at = (char *)target + row->offset;
	char *copy;

	switch (row->type) {
	case YX_CONF_INT:
		return parse_int(value, at);
	case YX_CONF_BOOL:
		*(int *)at = strcmp(value, "yes") == 0;
		return *(int *)at || strcmp(value, "no") == 0 ? YX_OK : YX_CONFIG;
	case YX_CONF_STRING:
		break;
	}
	if ((copy = yx_arena_strdup(a, value)) == NULL)
		return YX_NO_MEMORY;
	*(const char **)at = copy;
	return YX_OK;
}

/* A file that is being read into `target`. */
struct loading {
	struct yx_arena          *a;
	const struct yx_conf_row *rows;
	void                     *target;
	char                      seen[ROWS_MAX]; /* rows that the file has */
	const char               *why;            /* what is wrong with it */
};

static int
load_line(struct loading *l, char *line)
{
	const struct yx_conf_row *rows = l->rows;
	char *eq, *key, *value;
	size_t i;

	line = trim(line);
	if (*line == '\0' || *line == '#')
		return YX_OK;
	l->why = "there is no '='";
	if ((eq = strchr(line, '=')) == NULL)
		return YX_CONFIG;
	*eq = '\0';
	key = trim(line);
	value = trim(eq + 1);
	for (i = 0; rows[i].key != NULL && strcmp(rows[i].key, key) != 0; i++)
		;
	l->why = "unknown key";
	if (rows[i].key == NULL)
		return YX_CONFIG;
	l->why = "key given twice";
	if (l->seen[i]++)
		return YX_CONFIG;
	l->why = "bad value";
	return set(l->a, &rows[i], l->target, value);
}

static int
load_file(struct loading *l, const char *path)
{
	char line[LINE_MAX_BYTES];
	int number = 0, rc = YX_OK;
	FILE *f = fopen(path, "re");

	if (f == NULL) {
		l->why = yx_arena_printf(l->a, "%s: %s", path, strerror(errno));
		return YX_CONFIG;
	}
	while (rc == YX_OK && fgets(line, sizeof(line), f) != NULL) {
		number++;
		rc = load_line(l, line);
	}
	if (rc != YX_OK)
		l->why = yx_arena_printf(l->a, "%s:%d: %s", path, number, l->why);
	fclose(f);
	return rc;
}

int
yx_conf_load(struct yx_arena *a, const char *path, const struct yx_conf_row *rows,
    void *target, const char **why)
{
	struct loading l = { .a = a, .rows = rows, .target = target };
	int rc;

	*why = "";
	if (path != NULL && (rc = load_file(&l, path)) != YX_OK) {
		*why = l.why;
		return rc;
	}
	for (size_t i = 0; rows[i].key != NULL; i++) {
		if (l.seen[i])
			continue;
		if (rows[i].fallback == NULL) {
			*why = yx_arena_printf(a, "%s: %s is missing", path != NULL ? path : "-", rows[i].key);
			return YX_CONFIG;
		}
		if ((rc = set(a, &rows[i], target, rows[i].fallback)) != YX_OK)
			return rc;
	}
	return YX_OK;
}
