#include "native-host/dialog.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/log.h"
#include "native-host/assuan.h"
#include "native-host/harden.h"
#include "native-host/language.h"

#define SECONDS    120 /* how long the window waits for its user */
#define STEP_MS    100
#define PATIENCE_MS ((SECONDS + 5) * 1000)
#define TEXT_MAX   900 /* of one line */
#define SHOWN_MAX  90  /* of a document's or a certificate's name */
#define ENV_MAX    64

extern char **environ;

/* In the job's arena: the talk with one program. */
struct dialog {
	const char         *program;
	struct yx_buf       lines; /* what it is told, one after the other */
	struct token_watch *watch;
	struct secret      *page; /* a locked one: what it says may be the PIN */
	size_t              have; /* bytes in page->scratch */
	pid_t               pid;
	int                 fd;
	long                until; /* of watch_us() */
};

/* ---- what it is told ---- */

static void
paragraph(struct yx_buf *b, const char *before, const char *text, size_t max)
{
	if (b->len + strlen(before) + max + 3 > TEXT_MAX)
		return;
	yx_buf_adds(b, before);
	assuan_escape(b, text, max);
	yx_buf_adds(b, "%0A");
}

static void
put_documents(struct yx_buf *b, const struct request *r, int zh)
{
	const struct yx_json *items = yx_json_get(r->message, "items");
	const struct yx_json *item = items != NULL ? items->child : NULL;

	if (item == NULL)
		return;
	yx_buf_addf(b, zh ? "簽署 %zu 份文件：%%0A" : "Documents to sign: %zu%%0A", items->len);
	for (; item != NULL; item = item->next)
		paragraph(b, "· ", yx_json_str(item, "name", ""), SHOWN_MAX);
}

static void
put_description(struct yx_buf *b, const struct request *r, const struct signing *s)
{
	const char *origin = yx_json_str(r->message, "origin", ""), *top = request_top_origin(r);
	const int zh = language_chinese(), login = strcmp(s->command, "authenticate") == 0;

	paragraph(b, zh ? "網站：" : "Site: ", origin, strlen(origin));
	if (strcmp(origin, top) != 0)
		paragraph(b, zh ? "所在頁面：" : "Inside the page: ", top, strlen(top));
	if (login)
		yx_buf_adds(b, zh ? "以卡片登入%0A" : "Log in with the card%0A");
	else if (s->documents == NULL)
		yx_buf_adds(b, zh ? "註冊憑證%0A" : "Register the certificate%0A");
	paragraph(b, zh ? "憑證：" : "Certificate: ", s->key.cert.subject_name, SHOWN_MAX);
	put_documents(b, r, zh);
}

static void
put_option(struct yx_buf *b, const char *name, const char *value)
{
	if (value == NULL || *value == '\0' || strlen(value) > SHOWN_MAX)
		return;
	yx_buf_addf(b, "OPTION %s=", name);
	assuan_escape(b, value, SHOWN_MAX);
	yx_buf_adds(b, "\n");
}

static const char *
locale(void)
{
	const char *all = getenv("LC_ALL"), *ctype = getenv("LC_CTYPE");

	if (all != NULL && *all != '\0')
		return all;
	return ctype != NULL && *ctype != '\0' ? ctype : getenv("LANG");
}

static int
put_lines(struct yx_buf *b, const struct request *r, const struct signing *s)
{
	const int zh = language_chinese();

	put_option(b, "ttyname", getenv("GPG_TTY"));
	put_option(b, "ttytype", getenv("TERM"));
	put_option(b, "lc-ctype", locale());
	yx_buf_addf(b, "SETTIMEOUT %d\n", SECONDS);
	yx_buf_adds(b, zh ? "SETTITLE 印信：輸入 PIN 碼\n" : "SETTITLE Yinxin: enter the PIN\n");
	yx_buf_adds(b, "SETDESC ");
	put_description(b, r, s);
	yx_buf_adds(b, zh ? "\nSETPROMPT PIN 碼：\n" : "\nSETPROMPT PIN:\n");
	yx_buf_adds(b, "GETPIN\n");
	return yx_buf_status(b);
}

/* ---- the program ---- */

int
dialog_may_run(const char *program)
{
	struct stat st;

	return stat(program, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 022) == 0 &&
	    (st.st_uid == 0 || st.st_uid == getuid()) && access(program, X_OK) == 0;
}

/* What a window needs to come up, and nothing that would load other people's code. */
static void
pick_environment(char *out[ENV_MAX])
{
	static const char *const names[] = { "DISPLAY=", "WAYLAND_DISPLAY=", "XAUTHORITY=", "XDG_", "DBUS_SESSION_",
		"LANG=", "LANGUAGE=", "LC_", "HOME=", "USER=", "LOGNAME=", "TERM=", "GPG_TTY=", "PINENTRY_USER_DATA=" };
	static char path[] = "PATH=/usr/bin:/bin";
	size_t n = 0;

	out[n++] = path;
	for (size_t i = 0; environ[i] != NULL && n < ENV_MAX - 1; i++)
		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			if (strncmp(environ[i], names[k], strlen(names[k])) == 0) {
				out[n++] = environ[i];
				break;
			}
	out[n] = NULL;
}

/* Whoever ended before the wish was told is no parent any more. */
void
dialog_main(const char *parent, const char *program)
{
	char *const argv[] = { (char *)(uintptr_t)program, NULL };

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || strtol(parent, NULL, 10) != (long)getppid())
		_exit(1);
	execve(program, argv, environ);
	_exit(1);
}

static int
spawn(struct dialog *d, int theirs)
{
	char name[] = "yinxin-signer", option[] = "--dialog", parent[24], *env[ENV_MAX];
	char *argv[] = { name, option, parent, (char *)(uintptr_t)d->program, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int rc;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return YX_NO_MEMORY;
	if (posix_spawnattr_init(&attributes) != 0) {
		posix_spawn_file_actions_destroy(&actions);
		return YX_NO_MEMORY;
	}
	snprintf(parent, sizeof(parent), "%ld", (long)getpid());
	pick_environment(env);
	rc = posix_spawn_file_actions_adddup2(&actions, theirs, STDIN_FILENO);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(&actions, theirs, STDOUT_FILENO);
	if (rc == 0)
		rc = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (rc == 0)
		rc = posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
	if (rc == 0) /* a session of its own: what it starts ends with it */
		rc = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
	if (rc == 0)
		rc = posix_spawn(&d->pid, "/proc/self/exe", &actions, &attributes, argv, env);
	if (rc == 0)
		harden_child(d->pid);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return rc == 0 ? YX_OK : YX_DIALOG_FAILED;
}

static int
start(struct dialog *d)
{
	int ends[2], rc;

	d->fd = -1;
	if (!dialog_may_run(d->program)) {
		yx_warn("pinentry: %s is not there, or somebody else can write it", d->program);
		return YX_DIALOG_FAILED;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return YX_NO_MEMORY;
	d->fd = ends[0];
	rc = spawn(d, ends[1]);
	close(ends[1]);
	return rc;
}

/* Its input ends, which every pinentry takes for a cancel; then it is ended. */
static void
end(struct dialog *d)
{
	if (d->fd >= 0)
		close(d->fd);
	if (d->pid > 0) {
		kill(-d->pid, SIGKILL);
		harden_child(0);
		while (waitpid(d->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
}

/* ---- the talk ---- */

static int
say(const struct dialog *d, const char *line, size_t n)
{
	return send(d->fd, line, n, MSG_NOSIGNAL) == (ssize_t)n ? YX_OK : YX_DIALOG_FAILED;
}

static int
wait_for(const struct dialog *d)
{
	struct pollfd p = { .fd = d->fd, .events = POLLIN };

	for (;;) {
		if (atomic_load(&d->watch->cancelled))
			return YX_CANCELLED;
		if (poll(&p, 1, STEP_MS) > 0)
			return YX_OK;
		if (watch_us() >= d->until)
			return YX_CANCELLED;
	}
}

/* The next line, read where it came in; *n: with its LF. */
static int
next_line(struct dialog *d, size_t *n)
{
	char *scratch = d->page->scratch;
	const char *lf;

	while ((lf = memchr(scratch, '\n', d->have)) == NULL) {
		ssize_t got;
		int rc = d->have < sizeof(d->page->scratch) ? wait_for(d) : YX_DIALOG_FAILED;

		if (rc != YX_OK)
			return rc;
		got = read(d->fd, scratch + d->have, sizeof(d->page->scratch) - d->have);
		if (got <= 0)
			return YX_DIALOG_FAILED;
		d->have += (size_t)got;
	}
	*n = (size_t)(lf - scratch) + 1;
	return YX_OK;
}

static void
drop_line(struct dialog *d, size_t n)
{
	char *scratch = d->page->scratch;

	memmove(scratch, scratch + n, d->have - n);
	d->have -= n;
	explicit_bzero(scratch + d->have, n);
}

/* Lines up to OK or ERR. What it hands over goes into the page, and only once. */
static int
hear(struct dialog *d, struct assuan *last)
{
	int rc;

	do {
		size_t n = 0;

		if ((rc = next_line(d, &n)) != YX_OK)
			return rc;
		rc = assuan_line(d->page->scratch, n - 1, last) == YX_OK ? YX_OK : YX_DIALOG_FAILED;
		if (rc == YX_OK && last->kind == ASSUAN_DATA)
			rc = d->page->pin[0] != '\0' ? YX_DIALOG_FAILED : secret_set(d->page, last->data);
		drop_line(d, n);
	} while (rc == YX_OK && last->kind != ASSUAN_OK && last->kind != ASSUAN_ERR);
	return rc;
}

/* Options may be unknown to it; the last line's answer is the one that counts. */
static int
talk(struct dialog *d)
{
	struct assuan said = { .kind = ASSUAN_OTHER };
	const char *line = yx_buf_str(&d->lines);
	int rc = hear(d, &said);

	if (rc == YX_OK && said.kind != ASSUAN_OK)
		rc = YX_DIALOG_FAILED;
	while (rc == YX_OK && *line != '\0') {
		size_t n = strcspn(line, "\n") + 1;
		const int optional = strncmp(line, "OPTION", 6) == 0 || strncmp(line, "SETTIMEOUT", 10) == 0;

		if ((rc = say(d, line, n)) == YX_OK && (rc = hear(d, &said)) == YX_OK && !optional &&
		    said.kind == ASSUAN_ERR)
			rc = assuan_refusal(said.code);
		line += n;
	}
	return rc == YX_OK && d->page->pin[0] == '\0' ? YX_PIN_NEEDED : rc;
}

static int
work(struct job *job)
{
	struct dialog *d = job->input;
	int rc = yx_buf_status(&d->lines);

	d->until = watch_us() + 1000L * PATIENCE_MS;
	if (rc == YX_OK && (rc = start(d)) == YX_OK)
		rc = talk(d);
	end(d);
	explicit_bzero(d->page->scratch, sizeof(d->page->scratch));
	yx_buf_free(&d->lines);
	return rc;
}

struct order {
	struct request       *r;
	const struct signing *s;
};

static int
fill(struct job *job, const void *ctx)
{
	const struct order *order = ctx;
	struct dialog *d = yx_arena_alloc(job->arena, sizeof(*d));

	if (d == NULL || (job->secret = secret_new()) == NULL)
		return YX_NO_MEMORY;
	*d = (struct dialog){ .watch = &job->watch, .page = job->secret, .fd = -1,
		.program = yx_arena_strdup(job->arena, order->r->host->config->pinentry_program) };
	yx_buf_init(&d->lines, 8192);
	job->input = d;
	return d->program != NULL ? put_lines(&d->lines, order->r, order->s) : YX_NO_MEMORY;
}

/* The stop button of the browser's window. */
static enum worker_wish
heard(void *ctx)
{
	struct request *r = ctx;

	return inbox_cancels(&r->host->inbox, r->id) ? WORKER_STOP : WORKER_DEAF;
}

int
dialog_ask(struct request *r, const struct signing *s)
{
	const struct order order = { .r = r, .s = s };
	const struct request_task task = { .fill = fill, .work = work, .ctx = &order, .total_ms = PATIENCE_MS + 5000,
		.input = heard };
	int rc = request_work(r, &task);

	if (rc == YX_OK) {
		r->secret = r->job->secret;
		r->job->secret = NULL;
	}
	return rc;
}
