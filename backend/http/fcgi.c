#include "backend/http/fcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <pthread.h>
#include <search.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/log.h"

#define SLOW_QUEUE 64
#define IO_SECONDS 30

/* fcgiapp.h says not to touch what is below a line there; we hand libfcgi its
 * connection, so these two must be where we think they are. */
_Static_assert(offsetof(FCGX_Request, ipcFd) < sizeof(FCGX_Request), "FCGX_Request.ipcFd");
_Static_assert(offsetof(FCGX_Request, keepConnection) > offsetof(FCGX_Request, ipcFd), "FCGX_Request.keepConnection");

/* A request that libfcgi has read, with its row; next and before, as insque() wants them,
 * are of the queue for the slow threads. */
struct call { struct call *next, *before; FCGX_Request fcgi; struct http_found found; };

struct server {
	struct http_app *app;
	int              epoll, listen, wake;
	_Atomic int      stopping;
	pthread_mutex_t  lock;
	pthread_cond_t   more;
	struct call      slow;          /* the ring's head: next is the oldest that waits */
	size_t           slow_n;
};

struct thread {
	pthread_t        id;
	struct server   *server;
	struct yx_db    *db;
	struct yx_arena *arena;
	int              slow;
};

static const char *
get_param(void *ctx, const char *name)
{
	return FCGX_GetParam(name, ((FCGX_Request *)ctx)->envp);
}

static int
get_bytes(void *ctx, void *p, size_t n)
{
	return FCGX_GetStr(p, (int)n, ((FCGX_Request *)ctx)->in);
}

static void
put_bytes(void *ctx, const void *p, size_t n)
{
	if (FCGX_PutStr(p, (int)n, ((FCGX_Request *)ctx)->out) < 0)
		yx_debug("client is gone");
}

static int
watch(struct server *s, int op, int fd)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLONESHOT, .data.fd = fd };

	return epoll_ctl(s->epoll, op, fd, &e) == 0 ? YX_OK : YX_IO;
}

/* Answers one request, and parks or closes its connection. */
static void
serve(struct thread *t, struct call *c)
{
	struct server *s = t->server;
	FCGX_Request *rq = &c->fcgi;
	struct http_io io = { get_param, get_bytes, put_bytes, rq, t->arena };
	int fd;

	http_serve(s->app, t->db, &c->found, &io);
	/* nginx would go on using an old connection, so the last answers close it. */
	if (s->stopping)
		rq->keepConnection = 0;
	FCGX_Finish_r(rq);
	fd = rq->ipcFd;
	rq->ipcFd = -1;
	rq->keepConnection = 0;
	if (fd >= 0 && watch(s, EPOLL_CTL_MOD, fd) != YX_OK)
		close(fd);
	FCGX_Free(rq, 0);
	free(c);
}

/* 1 if a slow thread took it. */
static int
hand_over(struct server *s, struct call *c)
{
	int taken = 0;

	pthread_mutex_lock(&s->lock);
	if (s->slow_n < SLOW_QUEUE) {
		insque(c, s->slow.before);
		s->slow_n++;
		taken = 1;
		pthread_cond_signal(&s->more);
	}
	pthread_mutex_unlock(&s->lock);
	return taken;
}

static void
on_connection(struct thread *t, int fd)
{
	struct call *c = calloc(1, sizeof(*c));
	FCGX_Request *rq = c == NULL ? NULL : &c->fcgi;

	if (c == NULL || FCGX_InitRequest(rq, -1, FCGI_FAIL_ACCEPT_ON_INTR) != 0) {
		free(c);
		close(fd);
		return;
	}
	rq->ipcFd = fd;
	rq->keepConnection = 1;
	if (FCGX_Accept_r(rq) < 0) {    /* the peer is gone; libfcgi has closed it */
		FCGX_Free(rq, rq->ipcFd >= 0);
		free(c);
		return;
	}
	c->found = http_find(t->server->app, FCGX_GetParam("REQUEST_METHOD", rq->envp),
	    FCGX_GetParam("REQUEST_URI", rq->envp));
	if (c->found.route != NULL && (c->found.route->flags & F_SLOW) != 0 && hand_over(t->server, c))
		return;
	serve(t, c);
}

/* All that wait: with one accept an event, the last of many waits for seconds. */
static void
on_listen(struct server *s)
{
	const struct timeval limit = { .tv_sec = IO_SECONDS };
	int fd;

	while ((fd = accept4(s->listen, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
		if (watch(s, EPOLL_CTL_ADD, fd) != YX_OK)
			close(fd);
	}
	if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
		yx_error("accept: %s", strerror(errno));
		usleep(100000);
	}
}

static void
fast_loop(struct thread *t)
{
	struct server *s = t->server;
	struct epoll_event e;

	for (;;) {
		/* The stop event reaches one thread; the others look every half second. */
		int n = epoll_wait(s->epoll, &e, 1, s->stopping ? 50 : 500);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || (n == 0 && s->stopping))
			return;
		if (n == 0)
			continue;
		if (e.data.fd == s->wake)
			s->stopping = 1;
		else if (e.data.fd == s->listen)
			on_listen(s);
		else
			on_connection(t, e.data.fd);
		/* The wake descriptor stays readable: take it out, or it is all we see. */
		if (e.data.fd == s->wake)
			epoll_ctl(s->epoll, EPOLL_CTL_DEL, s->wake, NULL);
	}
}

static void
slow_loop(struct thread *t)
{
	struct server *s = t->server;

	for (;;) {
		struct call *c = NULL;

		pthread_mutex_lock(&s->lock);
		while (s->slow_n == 0 && s->stopping < 2)
			pthread_cond_wait(&s->more, &s->lock);
		if (s->slow_n > 0) {
			c = s->slow.next;
			remque(c);
			s->slow_n--;
		}
		pthread_mutex_unlock(&s->lock);
		if (c == NULL)
			return;
		serve(t, c);
	}
}

static void *
thread_main(void *arg)
{
	struct thread *t = arg;

	if (t->slow)
		slow_loop(t);
	else
		fast_loop(t);
	return NULL;
}

/* A socket file that nobody listens on is left over from a kill. */
static int
open_socket(const char *path, int *out)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd, rc = YX_IO;

	if (strlen(path) >= sizeof(addr.sun_path))
		return YX_CONFIG;
	memcpy(addr.sun_path, path, strlen(path) + 1);
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) < 0)
		return YX_IO;
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0) {
		yx_error("%s: another server listens there", path);
		close(fd);
		return YX_CONFIG;
	}
	close(fd);
	unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && bind(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0 &&
	    chmod(path, 0660) == 0 && listen(fd, 512) == 0)
		rc = YX_OK;
	*out = fd;
	return rc;
}

static int
open_server(struct server *s, int wake_fd)
{
	struct epoll_event on_wake = { .events = EPOLLIN, .data.fd = wake_fd };
	struct epoll_event on_accept = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	int rc = open_socket(s->app->conf->listen, &s->listen);

	if (rc != YX_OK)
		return rc;
	on_accept.data.fd = s->listen;
	s->wake = wake_fd;
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (s->epoll < 0 || FCGX_Init() != 0 ||
	    epoll_ctl(s->epoll, EPOLL_CTL_ADD, wake_fd, &on_wake) != 0 ||
	    epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->listen, &on_accept) != 0)
		return YX_IO;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->more, NULL);
	return YX_OK;
}

static int
start_threads(struct server *s, struct thread *t, size_t n, size_t fast)
{
	int rc;

	for (size_t i = 0; i < n; i++) {
		t[i].server = s;
		t[i].slow = i >= fast;
		if ((t[i].arena = http_arena_new()) == NULL)
			return YX_NO_MEMORY;
		if ((rc = yx_db_open(&s->app->conf->db, &t[i].db)) != YX_OK)
			return rc;
	}
	for (size_t i = 0; i < n; i++)
		if (pthread_create(&t[i].id, NULL, thread_main, &t[i]) != 0)
			return YX_NO_MEMORY;
	return YX_OK;
}

static void
join_threads(struct server *s, struct thread *t, size_t n, size_t fast)
{
	for (size_t i = 0; i < fast; i++)
		pthread_join(t[i].id, NULL);
	pthread_mutex_lock(&s->lock);
	s->stopping = 2;
	pthread_cond_broadcast(&s->more);
	pthread_mutex_unlock(&s->lock);
	for (size_t i = fast; i < n; i++)
		pthread_join(t[i].id, NULL);
}

int
http_fcgi_run(struct http_app *app, int wake_fd)
{
	struct server s = { .app = app, .epoll = -1, .listen = -1 };
	size_t fast = (size_t)app->conf->threads, n = fast * 2;
	struct thread *t = calloc(n, sizeof(*t));
	int rc = YX_NO_MEMORY;

	s.slow.next = s.slow.before = &s.slow;
	if (t == NULL || (rc = open_server(&s, wake_fd)) != YX_OK)
		goto out;
	if ((rc = start_threads(&s, t, n, fast)) != YX_OK)
		goto out;
	yx_info("ready on %s", app->conf->listen);
	join_threads(&s, t, n, fast);
	unlink(app->conf->listen);
out:
	if (s.epoll >= 0)
		close(s.epoll);
	if (s.listen >= 0)
		close(s.listen);
	for (size_t i = 0; t != NULL && i < n; i++) {
		yx_db_close(&t[i].db);
		yx_arena_free(&t[i].arena);
	}
	free(t);
	return rc;
}
