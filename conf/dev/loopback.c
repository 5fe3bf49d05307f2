/* loopback: preloaded into the private pcscd. The virtual reader driver listens
 * on every address of the machine; a card of anyone on the network could then
 * plug itself in. This sends such a bind to 127.0.0.1. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

int
bind(int fd, const struct sockaddr *at, socklen_t n)
{
	int (*real)(int, const struct sockaddr *, socklen_t) = NULL;
	void *found = dlsym(RTLD_NEXT, "bind");
	struct sockaddr_in here;

	memcpy(&real, &found, sizeof(real));
	if (at->sa_family != AF_INET || n < sizeof(here))
		return real(fd, at, n);
	memcpy(&here, at, sizeof(here));
	if (here.sin_addr.s_addr == htonl(INADDR_ANY))
		here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return real(fd, (struct sockaddr *)&here, sizeof(here));
}
