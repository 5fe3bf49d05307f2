#include "common/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *program_name = "yinxin";
static enum yx_level max_level = YX_LOG_INFO;
static const char *const LEVELS[] = { "error", "warn", "info", "debug" };

int
yx_log_level(const char *word)
{
	for (int i = 0; i < (int)(sizeof(LEVELS) / sizeof(LEVELS[0])); i++)
		if (strcmp(LEVELS[i], word) == 0)
			return i;
	return -1;
}

void
yx_log_open(const char *program, enum yx_level level)
{
	program_name = program;
	max_level = level;
}

/* Copies `in` to `out`, control bytes as \xNN; both counts and writes. */
static size_t
escape(char *out, size_t cap, const char *in)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	for (; *in != '\0' && n + 5 < cap; in++) {
		unsigned char c = (unsigned char)*in;

		if (c >= 0x20 && c != 0x7f) {
			out[n++] = (char)c;
			continue;
		}
		out[n++] = '\\';
		out[n++] = 'x';
		out[n++] = hex[c >> 4];
		out[n++] = hex[c & 15];
	}
	return n;
}

void
yx_log(enum yx_level level, const char *fmt, ...)
{
	char text[2048], line[4096];
	struct timespec now;
	struct tm tm;
	size_t n;
	va_list ap;
	int k;

	if (level > max_level)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	k = snprintf(line, sizeof(line), "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ %s %s[%d]: ",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
	    now.tv_nsec / 1000000, LEVELS[level], program_name, (int)getpid());
	n = k < 0 ? 0 : (size_t)k;
	n += escape(line + n, sizeof(line) - n - 1, text);
	line[n++] = '\n';
	/* One write a line keeps lines of several threads and processes whole. */
	if (write(STDERR_FILENO, line, n) < 0)
		return;
}
