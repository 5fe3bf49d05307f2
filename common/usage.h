/* usage.h - floor 1: what a program says of itself. From one table come --help,
 * --version and, with --man, the rows from which man/render.sh makes its manual
 * page, so that the three cannot disagree. */
#ifndef YX_COMMON_USAGE_H
#define YX_COMMON_USAGE_H

#include <stdio.h>

#include "common/conf.h"

/* An option ("--conf"), or a command ("seal"). */
struct yx_usage_row {
	const char *name;      /* ends the table when NULL */
	const char *arguments; /* "FILE", or "" */
	const char *help;      /* sentences, no line breaks */
};

struct yx_usage {
	const char                *program;  /* "yinxind" */
	const char                *what;     /* what it is: half a line, for "program: what" */
	const char                *version;  /* what --version adds to the number, or NULL */
	const struct yx_usage_row *commands; /* may be NULL */
	const struct yx_usage_row *options;  /* may be NULL */
	const struct yx_conf_row  *settings; /* of the file that it reads; may be NULL */
};

/* 1 if the first argument was --help, --version or --man: it is answered on stdout. */
int yx_usage_asked(const struct yx_usage *u, int argc, char **argv);
/* What --help prints. */
void yx_usage_help(const struct yx_usage *u, FILE *out);

#endif
