/* activate: hands a listening unix socket to a program as systemd would.
 *
 *   activate SOCKET PROGRAM ARGUMENTS…
 *
 * pcscd has its socket path compiled in; given one by socket activation (fd 3,
 * LISTEN_FDS, LISTEN_PID: sd_listen_fds(3)) it serves that instead, so a private
 * pcscd runs beside the machine's own. The program keeps our process id. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LISTEN_FD 3

static int
listen_on(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(at.sun_path)) {
		fprintf(stderr, "activate: the path of the socket is too long: %s\n", path);
		return -1;
	}
	memcpy(at.sun_path, path, strlen(path) + 1);
	unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 || listen(fd, 64) != 0) {
		perror(path);
		return -1;
	}
	return fd;
}

int
main(int argc, char **argv)
{
	char pid[24];
	int fd;

	if (argc < 3) {
		fprintf(stderr, "usage: activate SOCKET PROGRAM ARGUMENTS...\n");
		return 2;
	}
	if ((fd = listen_on(argv[1])) < 0)
		return 1;
	if (fd != LISTEN_FD && (dup2(fd, LISTEN_FD) < 0 || close(fd) != 0)) {
		perror("activate");
		return 1;
	}
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	setenv("LISTEN_FDS", "1", 1);
	setenv("LISTEN_PID", pid, 1);
	execv(argv[2], argv + 2);
	perror(argv[2]);
	return 1;
}
