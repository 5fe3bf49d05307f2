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
	{"bench", ctl_bench, "[--dir DIR] [--json]\n"
	    "      what signing and verifying cost beside their floors; medians, milliseconds"},
	{"migrate", ctl_migrate, "--conf FILE SQL_DIR"},
	{"demo-load", ctl_demo_load, "--conf FILE DIR"},
	{"audit-verify", ctl_audit_verify, "--conf FILE\n      0: the audit trail's chain is intact; 1: broken"},
	{"lists-verify", ctl_lists_verify, "--conf FILE\n"
	    "      0: every list is what its rows say; 1: not (the log tells where)"},
	{"fill", ctl_fill, "--conf FILE [--messages N] [--contracts N]\n"
	    "      adds so many to the demo data, for measuring"},
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
