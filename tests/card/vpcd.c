#include "tests/card/vpcd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/card/control.h"
#include "tests/card/evil.h"
#include "tests/card/piv.h"

enum { POWER_OFF = 0, POWER_ON = 1, RESET = 2, GIVE_ATR = 4 };

#define RETRY_MS 100

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int
connect_once(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0 &&
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

int
tc_insert(struct tc_wire *w, int ms)
{
	long until = now_ms() + ms;

	w->pulled = 0;
	while (w->fd < 0) {
		if ((w->fd = connect_once(w->port)) >= 0) {
			tc_reset(w->card);
			break;
		}
		if (now_ms() >= until)
			return -1;
		poll(NULL, 0, RETRY_MS / 4);
	}
	return 0;
}

void
tc_remove(struct tc_wire *w)
{
	w->pulled = 1;
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
	tc_reset(w->card);
}

/* Exactly n bytes; 0 or -1. vpcd sends length and body apart; without quick
 * acknowledgements each message would cost 40 ms (the option un-sets itself). */
static int
receive(int fd, uint8_t *p, size_t n)
{
	while (n > 0) {
		int one = 1;
		ssize_t k;

		if (setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof(one)) != 0)
			return -1;
		k = recv(fd, p, n, 0);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return -1;
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

/* One message in one send; `claimed` is the length that is announced. */
static int
send_message(int fd, const struct yx_buf *body, size_t claimed)
{
	uint8_t frame[2 + TC_REPLY_MAX];
	size_t n = body->len < TC_REPLY_MAX ? body->len : TC_REPLY_MAX, done = 0;

	frame[0] = (uint8_t)(claimed >> 8);
	frame[1] = (uint8_t)claimed;
	if (n > 0)
		memcpy(frame + 2, body->data, n);
	while (done < n + 2) {
		ssize_t k = send(fd, frame + done, n + 2 - done, MSG_NOSIGNAL);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return -1;
		done += (size_t)k;
	}
	return 0;
}

/* Waits while the tests can still talk to us; stops early if the card goes. */
static void
dawdle(struct tc_wire *w, long ms)
{
	long until = now_ms() + ms, left;

	while (w->fd >= 0 && !w->quit && (left = until - now_ms()) > 0) {
		struct pollfd p = { .fd = w->control, .events = POLLIN };

		if (poll(&p, 1, (int)left) > 0)
			tc_control_serve(w);
	}
}

static void
answer_apdu(struct tc_wire *w, const uint8_t *p, size_t n)
{
	struct yx_buf reply;
	enum tc_send how;
	long delay = 0;
	int ins;

	yx_buf_init(&reply, 128 * 1024);
	ins = tc_command(w->card, p, n, &reply);
	how = tc_evil_reply(w->card, ins, &reply, &delay);
	dawdle(w, delay);
	if (how == TC_CLOSE)
		tc_remove(w);
	else if (how != TC_SILENT && w->fd >= 0 &&
	    send_message(w->fd, &reply, how == TC_CUT ? 2 * reply.len : reply.len) != 0)
		tc_remove(w);
	yx_buf_free(&reply);
}

static void
answer_control(struct tc_wire *w, uint8_t what)
{
	struct yx_buf atr;

	if (what == POWER_OFF || what == POWER_ON || what == RESET)
		tc_reset(w->card);
	if (what != GIVE_ATR)
		return;
	yx_buf_init(&atr, 512);
	tc_evil_atr(w->card, &atr);
	if (send_message(w->fd, &atr, atr.len) != 0)
		tc_remove(w);
	yx_buf_free(&atr);
}

/* One message of the reader; 0, or -1 if the reader is gone. */
static int
serve_message(struct tc_wire *w)
{
	static uint8_t body[TC_REPLY_MAX];
	uint8_t head[2];
	size_t n;

	if (receive(w->fd, head, sizeof(head)) != 0)
		return -1;
	n = (size_t)head[0] << 8 | head[1];
	if (n == 0 || receive(w->fd, body, n) != 0)
		return -1;
	if (n == 1)
		answer_control(w, body[0]);
	else
		answer_apdu(w, body, n);
	return 0;
}

int
tc_serve(struct tc_wire *w)
{
	while (!w->quit) {
		if (w->fd < 0 && !w->pulled && tc_insert(w, 0) != 0 && !w->keep_trying) {
			fprintf(stderr, "test-card: nothing listens on port %d\n", w->port);
			return 1;
		}
		struct pollfd p[2] = { { .fd = w->fd, .events = POLLIN },
			{ .fd = w->control, .events = POLLIN } };

		if (poll(p, 2, w->fd < 0 ? RETRY_MS : -1) < 0 && errno != EINTR)
			return 1;
		if (p[0].revents != 0 && serve_message(w) != 0) {
			tc_remove(w);
			w->pulled = 0;
		}
		if (p[1].revents != 0)
			tc_control_serve(w);
	}
	tc_remove(w);
	return 0;
}
