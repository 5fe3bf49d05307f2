/* conf.h - floor 1: configuration files: `key = value`, one a line, # comments.
 * One table a program: from it come the parser, the defaults and the dump. An
 * unknown key, a key given twice or a bad value is refused with its line. */
#ifndef YX_COMMON_CONF_H
#define YX_COMMON_CONF_H

#include <stddef.h>
#include "common/arena.h"
#include "common/error.h"

enum yx_conf_type {
	YX_CONF_STRING, /* const char * (in the arena) */
	YX_CONF_INT,    /* int64_t; accepts the suffixes K, M, G (powers of 1024) */
	YX_CONF_BOOL,   /* int: yes or no */
};

struct yx_conf_row {
	const char       *key;
	enum yx_conf_type type;
	size_t            offset;   /* in the program's struct */
	const char       *fallback; /* the default as text; NULL: must be given */
	const char       *help;     /* one line, with unit */
};

/* Fills *target from the file and the defaults; path NULL: defaults only.
 * Rows end with a NULL key. On YX_CONFIG *why (in the arena) names file, line
 * and reason. */
int yx_conf_load(struct yx_arena *a, const char *path, const struct yx_conf_row *rows,
    void *target, const char **why) YX_MUST_USE;

#endif
