/* yinxin-signer: the native-messaging host. Reads requests, answers, ends with its
 * stdin. PROTOCOL.md has every message. */
#include <stdio.h>
#include <string.h>

#include "common/frame.h"
#include "common/log.h"
#include "native-host/commands.h"
#include "native-host/config.h"
#include "native-host/doctor.h"
#include "native-host/harden.h"
#include "native-host/protocol.h"

#define CONFIG_MAX (256 * 1024)

static int
help(FILE *to)
{
	fprintf(to,
	    "yinxin-signer " SIGNER_VERSION
	    ": signs with IC cards for the Yinxin browser extension.\n"
	    "The browser starts it; by hand:\n"
	    "  yinxin-signer --doctor [--json]   looks for what keeps signing from working\n"
	    "  yinxin-signer --version\n"
	    "Settings: $YINXIN_SIGNER_CONF, else " SIGNER_CONF_DEFAULT "\n");
	return to == stdout ? 0 : 2;
}

static int
serve(const struct config *config, int in, int out)
{
	struct yx_buf message, answer;
	int eof = 0, rc;

	yx_buf_init_secret(&message, YX_FRAME_MAX);
	yx_buf_init(&answer, YX_FRAME_MAX);
	if ((rc = protocol_hello(&answer, commands_names())) == YX_OK)
		rc = yx_frame_write(out, answer.data, answer.len);
	while (rc == YX_OK && (rc = yx_frame_read(in, &message, &eof)) == YX_OK && !eof) {
		yx_buf_reset(&answer);
		if ((rc = commands_handle(config, in, &message, &answer)) == YX_OK)
			rc = yx_frame_write(out, answer.data, answer.len);
	}
	if (rc != YX_OK)
		yx_error("ended: %s", yx_err_word(rc));
	yx_buf_free(&message);
	yx_buf_free(&answer);
	return rc == YX_OK ? 0 : 1;
}

static int
start(struct yx_arena *a)
{
	struct config config;
	const char *why = "";
	int in = -1, out = -1;

	if (harden_pipe(&in, &out) != YX_OK)
		return 1;
	harden_process();
	yx_log_open("yinxin-signer", YX_LOG_WARN);
	if (config_load(a, &config, &why) != YX_OK) {
		yx_error("%s", why);
		return 1;
	}
	yx_log_open("yinxin-signer", config.log_level);
	return serve(&config, in, out);
}

/* Browsers hand over who is calling (an extension's origin, a manifest's path);
 * that proves nothing, so only our own options are looked at. */
int
main(int argc, char **argv)
{
	const char *option = argc > 1 && strncmp(argv[1], "--", 2) == 0 ? argv[1] : "";
	struct yx_arena *arena;
	int status;

	if (strcmp(option, "--version") == 0)
		return printf("yinxin-signer " SIGNER_VERSION " (protocol %d)\n",
			   PROTOCOL_VERSION) < 0;
	if (strcmp(option, "--help") == 0)
		return help(stdout);
	if (*option != '\0' && strcmp(option, "--doctor") != 0 &&
	    strncmp(option, "--parent-window", 15) != 0)
		return help(stderr);
	if ((arena = yx_arena_new(CONFIG_MAX)) == NULL)
		return 1;
	if (strcmp(option, "--doctor") == 0)
		status = doctor_run(argc > 2 && strcmp(argv[2], "--json") == 0);
	else
		status = start(arena);
	yx_arena_free(&arena);
	return status;
}
