/* ctl.h - floor 5: yinxinctl, the operator's command line. A command is a row of
 * the table in ctl.c and a function in a file beside it. */
#ifndef YX_BACKEND_CTL_H
#define YX_BACKEND_CTL_H

#include "common/buf.h"
#include "common/error.h"

/* Exit codes of every command. */
#define CTL_OK    0
#define CTL_NO    1   /* done, and the answer is no (a signature is not valid) */
#define CTL_ERROR 2   /* could not be done: usage, file, … */

struct ctl_command {
	const char *name;
	int       (*fn)(int argc, char **argv); /* argv[0] is the command's name */
	const char *arguments;                  /* as --help shows them */
	const char *help;                       /* sentences */
};

/* An option of a command; rows end with a NULL name. */
struct ctl_option {
	const char  *name;      /* "--key" */
	const char **value;     /* takes the argument; NULL: a flag */
	int         *flag;      /* set to 1 */
	const char **list;      /* repeatable: room for CTL_LIST_MAX */
	int         *list_n;
};
#define CTL_LIST_MAX 32

/* Sorts argv into options and exactly `want` plain arguments. Says on stderr what
 * is wrong. YX_USAGE. */
int ctl_parse(int argc, char **argv, const struct ctl_option *options, const char **plain,
    int want) YX_MUST_USE;
/* Prints "yinxinctl: what: message" and returns CTL_ERROR. */
int ctl_fail(const char *what, int rc);

/* A small file's bytes, appended. YX_IO; YX_TOO_LARGE: more than the buffer may hold. */
int ctl_read(const char *path, struct yx_buf *out) YX_MUST_USE;

/* ctl_seal.c, ctl_prepare.c, ctl_verify.c */
int ctl_seal(int argc, char **argv);
int ctl_prepare(int argc, char **argv);
int ctl_embed(int argc, char **argv);
int ctl_bench(int argc, char **argv);
int ctl_verify(int argc, char **argv);
int ctl_sign_file(int argc, char **argv);
int ctl_timestamp(int argc, char **argv);
int ctl_timestamp_file(int argc, char **argv);
int ctl_renew(int argc, char **argv);
int ctl_level(int argc, char **argv);
/* ctl_db.c */
int ctl_migrate(int argc, char **argv);
int ctl_audit_verify(int argc, char **argv);
int ctl_key_csr(int argc, char **argv);
int ctl_lists_verify(int argc, char **argv);
int ctl_lists_rebuild(int argc, char **argv);
int ctl_fill(int argc, char **argv);
int ctl_demo_load(int argc, char **argv);
int ctl_routes(int argc, char **argv);
/* admin.c */
int ctl_first_admin(int argc, char **argv);

#endif
