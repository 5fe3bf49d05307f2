#include "backend/pades/appearance.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Text of a page is found by poppler's pdftotext, in a process of its own: reading fonts
 * and contents of foreign files is much code, and there it can be limited. */
#define MEMORY_MAX "--as=1610612736"
#define CPU_MAX    "--cpu=20"
#define HTML_MAX   ((size_t)64 << 20)
#define WORDS_MAX  8    /* that a text may be spread over */
#define LINE_BYTES   1024 /* bytes of those words */
#define GAP        4.0  /* points between text and seal */

extern char **environ;

struct word {
	struct pades_anchor at; /* y downwards */
	const char *text;
	size_t n;
};

/* ---- what pdftotext wrote ---- */

static int
attribute(const char *from, const char *end, const char *name, double *out)
{
	const size_t n = strlen(name);
	const char *p = memmem(from, (size_t)(end - from), name, n);

	if (p == NULL || p + n >= end)
		return 0;
	*out = strtod(p + n, NULL);
	return isfinite(*out) && *out > -1e6 && *out < 1e6;
}

/* <word xMin="" yMin="" xMax="" yMax="">text</word>: the next one, or 0; counts pages. */
static int
next_word(const char **p, const char *end, int *page, struct word *w)
{
	const char *close, *stop;
	double right, bottom;

	while (*p < end && (*p = memchr(*p, '<', (size_t)(end - *p))) != NULL) {
		if (end - *p < 6)
			return 0;
		*page += strncmp(*p, "<page ", 6) == 0;
		if (strncmp(*p, "<word ", 6) != 0 || (close = memchr(*p, '>', (size_t)(end - *p))) == NULL) {
			++*p;
			continue;
		}
		if ((stop = memchr(close, '<', (size_t)(end - close))) == NULL)
			return 0;
		if (attribute(*p, close, "xMin=\"", &w->at.x) && attribute(*p, close, "yMin=\"", &w->at.y) &&
		    attribute(*p, close, "xMax=\"", &right) && attribute(*p, close, "yMax=\"", &bottom)) {
			w->at.w = right - w->at.x;
			w->at.h = bottom - w->at.y;
			w->at.page = *page;
			w->text = close + 1;
			w->n = (size_t)(stop - close - 1);
			*p = stop;
			return 1;
		}
		*p = stop;
	}
	return 0;
}

static size_t
chars(const char *s, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += ((uint8_t)s[i] & 0xc0) != 0x80;
	return count;
}

static int
same_line(const struct word *a, const struct word *b)
{
	return a->at.page == b->at.page && fabs(a->at.y - b->at.y) < 2 && b->at.x >= a->at.x;
}

/* The words from the first on, as long as they are of its line, run together; is the text
 * in them, beginning in the first? Its place by the share of characters before it. */
static int
text_in(const struct word *w, size_t n, const char *text, struct pades_anchor *out)
{
	char line[LINE_BYTES];
	const size_t want = strlen(text);
	size_t used = 0, all = chars(w[0].text, w[0].n);
	const char *at;

	for (size_t i = 0; i < n && (i == 0 || same_line(&w[0], &w[i])); i++) {
		if (w[i].n > sizeof(line) - used)
			break;
		memcpy(line + used, w[i].text, w[i].n);
		used += w[i].n;
	}
	if ((at = memmem(line, used, text, want)) == NULL || (size_t)(at - line) >= w[0].n || all == 0)
		return 0;
	*out = w[0].at;
	out->x += out->w * (double)chars(line, (size_t)(at - line)) / (double)all;
	out->w = w[0].at.w * (double)chars(text, want) / (double)all;
	return 1;
}

int
pdf_find_word(const char *html, size_t n, const char *text, struct pades_anchor *out)
{
	struct word w[WORDS_MAX];
	const char *p = html, *end = html + n;
	size_t held = 0;
	int page = 0, found = 0, more = 1;

	if (*text == '\0')
		return YX_NOT_FOUND;
	while (more || held > 0) {
		while (held < WORDS_MAX && p != NULL && (more = next_word(&p, end, &page, &w[held])))
			held++;
		if (held == 0)
			break;
		found |= text_in(w, held, text, out);
		memmove(w, w + 1, --held * sizeof(*w));
	}
	return found ? YX_OK : YX_NOT_FOUND;
}

/* ---- the program ---- */

static int
read_all(int fd, struct yx_buf *out)
{
	for (;;) {
		uint8_t *room = yx_buf_room(out, (size_t)64 << 10);
		ssize_t got;

		if (room == NULL)
			return YX_PDF_TOO_COMPLEX;
		if ((got = read(fd, room, (size_t)64 << 10)) == 0)
			return YX_OK;
		if (got < 0 && errno != EINTR)
			return YX_IO;
		out->len += got > 0 ? (size_t)got : 0;
	}
}

static int
wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return YX_UNAVAILABLE;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return YX_UNAVAILABLE;
	return WIFSIGNALED(status) ? YX_PDF_TOO_COMPLEX : WEXITSTATUS(status) == 0 ? YX_OK : YX_PDF_BROKEN;
}

static int
run(const char *in, int page, struct yx_buf *out)
{
	char first[16] = "1", last[16] = "2147483647";
	const char *const argv[] = { "prlimit", MEMORY_MAX, CPU_MAX, "--core=0", "--", "pdftotext", "-q", "-bbox",
		"-cropbox", "-enc", "UTF-8", "-f", first, "-l", last, in, "-", NULL };
	posix_spawn_file_actions_t files;
	int ends[2], rc = YX_UNAVAILABLE, ended;
	pid_t pid;

	if (page > 0) {
		snprintf(first, sizeof(first), "%d", page);
		snprintf(last, sizeof(last), "%d", page);
	}
	if (pipe2(ends, O_CLOEXEC) != 0)
		return YX_IO;
	if (posix_spawn_file_actions_init(&files) != 0) {
		close(ends[0]);
		close(ends[1]);
		return YX_NO_MEMORY;
	}
	if (posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDWR, 0) == 0 &&
	    posix_spawn_file_actions_adddup2(&files, ends[1], 1) == 0 &&
	    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_RDWR, 0) == 0 &&
	    posix_spawnp(&pid, argv[0], &files, NULL, (char *const *)(uintptr_t)argv, environ) == 0)
		rc = YX_OK;
	posix_spawn_file_actions_destroy(&files);
	close(ends[1]);
	if (rc == YX_OK) {
		rc = read_all(ends[0], out);
		close(ends[0]); /* (whoever still writes ends now) */
		ended = wait_for(pid);
		return rc == YX_OK ? ended : rc;
	}
	close(ends[0]);
	return rc;
}

/* From the top of the page to its foot. */
static int
turn_over(const char *path, struct pades_anchor *at)
{
	struct yx_arena *a = yx_arena_new((size_t)48 << 20);
	struct pdf_object root, page;
	struct pdf_place place;
	struct pdf_doc d;
	double w, h;
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = a == NULL ? YX_NO_MEMORY : fd < 0 ? YX_IO : YX_OK;

	if (rc == YX_OK && (rc = pdf_doc_open(&d, a, fd)) == YX_OK && (rc = pdf_root(&d, 0, &root)) == YX_OK &&
	    (rc = pdf_page(&d, 0, root.value, at->page, &page)) == YX_OK &&
	    (rc = pdf_place_of(&d, &page, &place)) == YX_OK) {
		pdf_place_size(&place, &w, &h);
		at->y = h - at->y - at->h;
	}
	if (fd >= 0)
		close(fd);
	yx_arena_free(&a);
	return rc;
}

int
pades_find_text(const char *path, const char *text, int page, struct pades_anchor *out)
{
	struct yx_buf html;
	int rc;

	yx_buf_init(&html, HTML_MAX);
	if ((rc = run(path, page, &html)) == YX_OK &&
	    (rc = pdf_find_word(yx_buf_str(&html), html.len, text, out)) == YX_OK) {
		if (page > 0)
			out->page = page;
		rc = turn_over(path, out);
	}
	yx_buf_free(&html);
	return rc;
}

void
pades_beside(const struct pades_anchor *at, double rect[4])
{
	rect[0] = at->x + at->w + GAP;
	rect[1] = at->y + at->h / 2 - rect[3] / 2;
}
