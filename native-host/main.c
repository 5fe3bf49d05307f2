/* yinxin-signer: the native-messaging host. Reads requests, answers, ends with its
 * stdin. PROTOCOL.md has every message. */
#include <stdio.h>
#include <string.h>

#include "common/frame.h"
#include "common/log.h"
#include "common/usage.h"
#include "native-host/commands.h"
#include "native-host/config.h"
#include "native-host/dialog.h"
#include "native-host/doctor.h"
#include "native-host/harden.h"
#include "native-host/journal.h"
#include "native-host/memory.h"
#include "native-host/module.h"
#include "native-host/protocol.h"

#define CONFIG_MAX (256 * 1024)
#define ANSWER_MAX (16u << 20)
#define LOG_ARENA  (1u << 20)

static const struct yx_usage_row OPTIONS[] = {
	{ "--doctor", "[--json]", "Looks for what keeps signing from working, and says what to do about it." },
	{ "--log-verify", "[FILE]", "Walks the chain of the log of what was signed." },
	{ "--help", "", "Prints options and settings." },
	{ "--version", "", "Prints the version and the number of the protocol." },
	{ "--man", "", "Prints the tables of the manual page, a row a line, parts separated by tabs." },
	{ NULL, NULL, NULL },
};
static const struct yx_usage USAGE = { .program = "yinxin-signer",
	.what = "signs with IC cards for the Yinxin browser extension, which starts it", .version = "(protocol 1)",
	.options = OPTIONS, .settings = CONFIG_ROWS };
_Static_assert(PROTOCOL_VERSION == 1, "the text above says so");

static int
serve(struct host *host)
{
	struct yx_buf message, answer;
	int eof = 0, rc;

	yx_buf_init_secret(&message, YX_FRAME_MAX);
	yx_buf_init(&answer, ANSWER_MAX);
	if ((rc = protocol_hello(&answer, commands_names(), host->config)) == YX_OK)
		rc = yx_frame_write(host->out_fd, answer.data, answer.len);
	while (rc == YX_OK && (rc = inbox_take(&host->inbox, &message, &eof)) == YX_OK && !eof) {
		yx_buf_reset(&answer);
		if ((rc = commands_handle(host, &message, &answer)) == YX_OK && answer.len > 0)
			rc = yx_frame_write(host->out_fd, answer.data, answer.len);
	}
	if (rc != YX_OK)
		yx_error("ended: %s", yx_err_word(rc));
	memory_forget();
	yx_buf_free(&message);
	yx_buf_free(&answer);
	return rc == YX_OK ? 0 : 1;
}

static int
start(struct yx_arena *a)
{
	struct config config;
	struct host host;
	const char *why = "";
	int in = -1, out = -1, status;

	if (harden_pipe(&in, &out) != YX_OK)
		return 1;
	harden_process();
	yx_log_open("yinxin-signer", YX_LOG_WARN);
	if (config_load(a, &config, &why) != YX_OK) {
		yx_error("%s", why);
		return 1;
	}
	yx_log_open("yinxin-signer", config.log_level);
	host_open(&host, &config, in, out);
	host.journal = journal_path(a, config.log_file);
	status = serve(&host);
	host_close(&host);
	return status;
}

/* 0: every line is as it was written; 1: not; 2: there is no log. */
static int
log_verify(struct yx_arena *a, const char *path)
{
	struct config config;
	const char *why = "";
	size_t lines = 0;
	int rc = YX_OK;

	if (path == NULL && (rc = config_load(a, &config, &why)) == YX_OK)
		path = journal_path(a, config.log_file);
	if (rc == YX_OK && path == NULL)
		why = "no log is kept";
	if (rc != YX_OK || path == NULL) {
		fprintf(stderr, "%s\n", why);
		return 2;
	}
	rc = journal_verify(a, path, &lines, &why);
	if (rc == YX_OK)
		printf("%s: %zu lines, unbroken\n", path, lines);
	else
		fprintf(stderr, "%s: %s\n", path, rc == YX_CONFLICT ? why : yx_err_word(rc));
	return rc == YX_OK ? 0 : rc == YX_CONFLICT ? 1 : 2;
}

/* Browsers hand over who is calling (an extension's origin, a manifest's path);
 * that proves nothing, so only our own options are looked at. */
int
main(int argc, char **argv)
{
	const char *option = argc > 1 && strncmp(argv[1], "--", 2) == 0 ? argv[1] : "";
	struct yx_arena *arena;
	int status;

	if (yx_usage_asked(&USAGE, argc, argv))
		return 0;
	if (strcmp(option, "--module") == 0 && argc == 3)
		module_main(argv[2]); /* started by ourselves: a process for a card maker's module */
	if (strcmp(option, "--dialog") == 0 && argc == 4)
		dialog_main(argv[2], argv[3]); /* the same: it becomes the program that asks for the PIN */
	if (*option != '\0' && strcmp(option, "--doctor") != 0 && strcmp(option, "--log-verify") != 0 &&
	    strncmp(option, "--parent-window", 15) != 0) {
		yx_usage_help(&USAGE, stderr);
		return 2;
	}
	if ((arena = yx_arena_new(CONFIG_MAX)) == NULL)
		return 1;
	if (strcmp(option, "--doctor") == 0)
		status = doctor_run(argc > 2 && strcmp(argv[2], "--json") == 0);
	else if (strcmp(option, "--log-verify") == 0)
		status = log_verify(arena, argc > 2 ? argv[2] : NULL);
	else
		status = start(arena);
	yx_arena_free(&arena);
	return status;
}
