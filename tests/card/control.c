#include "tests/card/control.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/card/evil.h"

#define LINE_SIZE 128
#define INSERT_MS 5000

typedef void (*control_fn)(struct tc_wire *, const char *argument, char answer[LINE_SIZE]);

int
tc_control_listen(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof(at.sun_path))
		return -1;
	memcpy(at.sun_path, path, strlen(path) + 1);
	unlink(path);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0 && listen(fd, 8) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
do_insert(struct tc_wire *w, const char *argument, char answer[LINE_SIZE])
{
	(void)argument;
	snprintf(answer, LINE_SIZE, "%s", tc_insert(w, INSERT_MS) == 0 ? "ok" : "nothing listens");
}

static void
do_remove(struct tc_wire *w, const char *argument, char answer[LINE_SIZE])
{
	(void)argument;
	tc_remove(w);
	snprintf(answer, LINE_SIZE, "ok");
}

static void
do_tries(struct tc_wire *w, const char *argument, char answer[LINE_SIZE])
{
	(void)argument;
	snprintf(answer, LINE_SIZE, "%d", w->card->tries);
}

static void
do_pin_reset(struct tc_wire *w, const char *argument, char answer[LINE_SIZE])
{
	(void)argument;
	w->card->tries = w->card->puk_tries = w->card->tries_max;
	snprintf(answer, LINE_SIZE, "ok");
}

static void
do_evil(struct tc_wire *w, const char *argument, char answer[LINE_SIZE])
{
	snprintf(answer, LINE_SIZE, "%s",
	    tc_evil_parse(&w->card->evil, argument) == 0 ? "ok" : "no such mode");
}

static void
do_apdus(struct tc_wire *w, const char *argument, char answer[LINE_SIZE])
{
	(void)argument;
	snprintf(answer, LINE_SIZE, "apdus %lu verifies %lu signatures %lu", w->card->apdus,
	    w->card->verifies, w->card->signatures);
}

static void
do_quit(struct tc_wire *w, const char *argument, char answer[LINE_SIZE])
{
	(void)argument;
	w->quit = 1;
	snprintf(answer, LINE_SIZE, "ok");
}

static const struct {
	const char *word;
	control_fn  run;
} commands[] = {
	{ "insert", do_insert },
	{ "remove", do_remove },
	{ "tries", do_tries },
	{ "pin-reset", do_pin_reset },
	{ "evil", do_evil },
	{ "apdus", do_apdus },
	{ "quit", do_quit },
};

static void
run(struct tc_wire *w, char *line, char answer[LINE_SIZE])
{
	char *argument = line + strcspn(line, " ");

	if (*argument != '\0')
		*argument++ = '\0';
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].word, line) == 0) {
			commands[i].run(w, argument, answer);
			return;
		}
	snprintf(answer, LINE_SIZE, "unknown command");
}

/* Reads up to the end of the line; 1 if there is one. */
static int
read_line(int fd, char line[LINE_SIZE])
{
	size_t n = 0;

	while (n < LINE_SIZE - 1) {
		if (read(fd, line + n, 1) != 1)
			return 0;
		if (line[n] == '\n') {
			line[n] = '\0';
			return 1;
		}
		n++;
	}
	return 0;
}

void
tc_control_serve(struct tc_wire *w)
{
	struct timeval patience = { .tv_sec = 1 };
	char line[LINE_SIZE], answer[LINE_SIZE] = "", reply[LINE_SIZE + 1];
	int fd = accept(w->control, NULL, NULL);

	if (fd < 0)
		return;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (read_line(fd, line)) {
		run(w, line, answer);
		snprintf(reply, sizeof(reply), "%s\n", answer);
		if (send(fd, reply, strlen(reply), MSG_NOSIGNAL) < 0)
			perror("test-card: control");
	}
	close(fd);
}
