#include "backend/ctl/ctl.h"

#include <stdio.h>
#include <string.h>

#include "common/log.h"

#define VERSION "0.1.0"

static const struct ctl_command COMMANDS[] = {
	{"seal", ctl_seal, "IN.pdf OUT.pdf --key KEY.pem --cert CERT.pem [--chain FILE]\n"
	    "      [--field NAME] [--create NAME]… [--certify] [--name TEXT] [--reason TEXT]\n"
	    "      [--location TEXT] [--time YYYY-MM-DDTHH:MM:SSZ]"},
	{"prepare", ctl_prepare, "IN.pdf PREPARED.pdf --cert CERT.pem [the options of seal]\n"
	    "      prints the signed attributes (DER) in base64"},
	{"embed", ctl_embed, "PREPARED.pdf OUT.pdf --cert CERT.pem --signature FILE [--chain FILE]"},
	{"verify", ctl_verify, "FILE.pdf [--trust DIR] [--json]\n"
	    "      0: every signature valid; 1: not; 2: unreadable. Without --trust the\n"
	    "      signers' chains are not judged, only that the signatures are intact"},
	{"migrate", ctl_migrate, "--conf FILE SQL_DIR"},
	{"demo-load", ctl_demo_load, "--conf FILE DIR"},
	{"audit-verify", ctl_audit_verify, "--conf FILE\n      0: the audit trail's chain is intact; 1: broken"},
	{"routes", ctl_routes, "prints the API's table of routes as JSON"},
	{NULL, NULL, NULL},
};

static int
help(FILE *out)
{
	fprintf(out, "usage: yinxinctl COMMAND …\n");
	for (const struct ctl_command *c = COMMANDS; c->name != NULL; c++)
		fprintf(out, "  %s %s\n", c->name, c->usage);
	return out == stdout ? CTL_OK : CTL_ERROR;
}

int
ctl_fail(const char *what, int rc)
{
	fprintf(stderr, "yinxinctl: %s: %s (%s)\n", what, yx_err_text(rc, 1), yx_err_word(rc));
	return CTL_ERROR;
}

static const struct ctl_option *
find_option(const struct ctl_option *o, const char *name)
{
	for (; o->name != NULL; o++)
		if (strcmp(o->name, name) == 0)
			return o;
	return NULL;
}

/* Takes the option's argument if it has one; *i moves past it. */
static int
take(const struct ctl_option *o, int argc, char **argv, int *i)
{
	if (o->flag != NULL) {
		*o->flag = 1;
		return YX_OK;
	}
	if (*i + 1 >= argc) {
		fprintf(stderr, "yinxinctl: %s needs an argument\n", o->name);
		return YX_USAGE;
	}
	++*i;
	if (o->list == NULL) {
		*o->value = argv[*i];
	} else if (*o->list_n < CTL_LIST_MAX) {
		o->list[(*o->list_n)++] = argv[*i];
	} else {
		fprintf(stderr, "yinxinctl: too many %s\n", o->name);
		return YX_USAGE;
	}
	return YX_OK;
}

int
ctl_parse(int argc, char **argv, const struct ctl_option *options, const char **plain, int want)
{
	int n = 0, rc;

	for (int i = 1; i < argc; i++) {
		const struct ctl_option *o = find_option(options, argv[i]);

		if (o != NULL) {
			if ((rc = take(o, argc, argv, &i)) != YX_OK)
				return rc;
		} else if (strncmp(argv[i], "--", 2) == 0) {
			fprintf(stderr, "yinxinctl: unknown option %s\n", argv[i]);
			return YX_USAGE;
		} else if (n == want) {
			fprintf(stderr, "yinxinctl: too many arguments\n");
			return YX_USAGE;
		} else {
			plain[n++] = argv[i];
		}
	}
	if (n < want)
		fprintf(stderr, "yinxinctl: too few arguments; see yinxinctl --help\n");
	return n == want ? YX_OK : YX_USAGE;
}

int
main(int argc, char **argv)
{
	yx_log_open("yinxinctl", YX_LOG_WARN);
	if (argc < 2)
		return help(stderr);
	if (strcmp(argv[1], "--version") == 0) {
		printf("yinxinctl %s\n", VERSION);
		return CTL_OK;
	}
	if (strcmp(argv[1], "--help") == 0)
		return help(stdout);
	for (const struct ctl_command *c = COMMANDS; c->name != NULL; c++)
		if (strcmp(c->name, argv[1]) == 0)
			return c->fn(argc - 1, argv + 1);
	fprintf(stderr, "yinxinctl: unknown command %s\n", argv[1]);
	return help(stderr);
}
