#include "common/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/frame.h"

#define ENVIRONMENT_MAX 512

extern char **environ;

/* Our environment without what would have the loader run other people's code. */
static void
clean_environment(char *out[ENVIRONMENT_MAX])
{
	size_t n = 0;

	for (size_t i = 0; environ[i] != NULL && n < ENVIRONMENT_MAX - 1; i++)
		if (strncmp(environ[i], "LD_", 3) != 0)
			out[n++] = environ[i];
	out[n] = NULL;
}

/* Its standard input and outputs lead nowhere: modules print what they like. */
static int
spawn(pid_t *pid, char *const argv[], int theirs)
{
	char *env[ENVIRONMENT_MAX];
	posix_spawn_file_actions_t actions;
	int rc;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return YX_NO_MEMORY;
	clean_environment(env);
	rc = posix_spawn_file_actions_adddup2(&actions, theirs, YX_HELPER_FD);
	for (int fd = 0; rc == 0 && fd < YX_HELPER_FD; fd++)
		rc = posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
	if (rc == 0)
		rc = posix_spawn_file_actions_addclosefrom_np(&actions, YX_HELPER_FD + 1);
	if (rc == 0)
		rc = posix_spawn(pid, "/proc/self/exe", &actions, NULL, argv, env);
	posix_spawn_file_actions_destroy(&actions);
	return rc == 0 ? YX_OK : YX_MODULE_FAILED;
}

void
yx_helper_end(struct yx_helper *h)
{
	if (h->fd >= 0)
		close(h->fd);
	if (h->pid > 0) {
		kill(h->pid, SIGKILL);
		while (waitpid(h->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	h->fd = -1;
	h->pid = 0;
}

int
yx_helper_start(struct yx_helper *h, const char *option, const char *value, int silent_ms)
{
	const struct timeval patience = { silent_ms / 1000, silent_ms % 1000 * 1000 };
	char name[] = "yinxin-helper", first[64], second[PATH_MAX];
	char *argv[] = { name, first, second, NULL };
	int ends[2], rc;

	*h = (struct yx_helper){ .fd = -1 };
	if (strlen(option) >= sizeof(first) || strlen(value) >= sizeof(second))
		return YX_MODULE_FAILED;
	memcpy(first, option, strlen(option) + 1);
	memcpy(second, value, strlen(value) + 1);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return YX_NO_MEMORY;
	h->fd = ends[0];
	/* Should it stop in the middle of an answer. */
	(void)setsockopt(h->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	rc = spawn(&h->pid, argv, ends[1]);
	close(ends[1]);
	if (rc != YX_OK)
		yx_helper_end(h);
	return rc;
}

void
yx_helper_serve(int loaded, yx_helper_answer answer, void *ctx, struct yx_buf *question, size_t most)
{
	struct yx_buf out;
	int eof = 0;

	yx_buf_init(&out, most);
	while (yx_frame_read(YX_HELPER_FD, question, &eof) == YX_OK && !eof) {
		yx_buf_reset(&out);
		if (loaded != YX_OK)
			yx_buf_add16be(&out, (unsigned)loaded);
		else if (answer(ctx, question, &out) != YX_OK)
			break;
		yx_buf_reset(question);
		if (yx_frame_write(YX_HELPER_FD, out.data, out.len) != YX_OK)
			break;
	}
	yx_buf_free(&out);
}
