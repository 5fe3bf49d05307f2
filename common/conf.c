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

static int
load_line(struct yx_arena *a, char *line, const struct yx_conf_row *rows, void *target,
    char *seen, const char **reason)
{
	char *eq, *key, *value;
	size_t i;

	line = trim(line);
	if (*line == '\0' || *line == '#')
		return YX_OK;
	*reason = "there is no '='";
	if ((eq = strchr(line, '=')) == NULL)
		return YX_CONFIG;
	*eq = '\0';
	key = trim(line);
	value = trim(eq + 1);
	for (i = 0; rows[i].key != NULL && strcmp(rows[i].key, key) != 0; i++)
		;
	*reason = "unknown key";
	if (rows[i].key == NULL)
		return YX_CONFIG;
	*reason = "key given twice";
	if (seen[i]++)
		return YX_CONFIG;
	*reason = "bad value";
	return set(a, &rows[i], target, value);
}

static int
load_file(struct yx_arena *a, const char *path, const struct yx_conf_row *rows, void *target,
    char *seen, const char **why)
{
	char line[LINE_MAX_BYTES];
	const char *reason = NULL;
	int number = 0, rc = YX_OK;
	FILE *f = fopen(path, "re");

	if (f == NULL) {
		*why = yx_arena_printf(a, "%s: %s", path, strerror(errno));
		return YX_CONFIG;
	}
	while (rc == YX_OK && fgets(line, sizeof(line), f) != NULL) {
		number++;
		rc = load_line(a, line, rows, target, seen, &reason);
	}
	if (rc != YX_OK)
		*why = yx_arena_printf(a, "%s:%d: %s", path, number, reason);
	fclose(f);
	return rc;
}

int
yx_conf_load(struct yx_arena *a, const char *path, const struct yx_conf_row *rows,
    void *target, const char **why)
{
	char seen[ROWS_MAX] = "";
	int rc;

	*why = "";
	if (path != NULL && (rc = load_file(a, path, rows, target, seen, why)) != YX_OK)
		return rc;
	for (size_t i = 0; rows[i].key != NULL; i++) {
		if (seen[i])
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
