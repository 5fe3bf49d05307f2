#include "backend/ctl/ctl.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
ctl_fail(const char *what, int rc)
{
	fprintf(stderr, "yinxinctl: %s: %s (%s)\n", what, yx_err_text(rc, 1), yx_err_word(rc));
	return CTL_ERROR;
}

static const struct ctl_option *
find_option(const struct ctl_option *o, const char *name)
{
	for (; o->name != NULL; o++)
		if (strcmp(o->name, name) == 0)
			return o;
	return NULL;
}

/* Takes the option's argument if it has one; *i moves past it. */
static int
take(const struct ctl_option *o, int argc, char **argv, int *i)
{
	if (o->flag != NULL) {
		*o->flag = 1;
		return YX_OK;
	}
	if (*i + 1 >= argc) {
		fprintf(stderr, "yinxinctl: %s needs an argument\n", o->name);
		return YX_USAGE;
	}
	++*i;
	if (o->list == NULL) {
		*o->value = argv[*i];
	} else if (*o->list_n < CTL_LIST_MAX) {
		o->list[(*o->list_n)++] = argv[*i];
	} else {
		fprintf(stderr, "yinxinctl: too many %s\n", o->name);
		return YX_USAGE;
	}
	return YX_OK;
}

int
ctl_parse(int argc, char **argv, const struct ctl_option *options, const char **plain, int want)
{
	int n = 0, rc;

	for (int i = 1; i < argc; i++) {
		const struct ctl_option *o = find_option(options, argv[i]);

		if (o != NULL) {
			if ((rc = take(o, argc, argv, &i)) != YX_OK)
				return rc;
		} else if (strncmp(argv[i], "--", 2) == 0) {
			fprintf(stderr, "yinxinctl: unknown option %s\n", argv[i]);
			return YX_USAGE;
		} else if (n == want) {
			fprintf(stderr, "yinxinctl: too many arguments\n");
			return YX_USAGE;
		} else {
			plain[n++] = argv[i];
		}
	}
	if (n < want)
		fprintf(stderr, "yinxinctl: too few arguments; see yinxinctl --help\n");
	return n == want ? YX_OK : YX_USAGE;
}

int
ctl_read(const char *path, struct yx_buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = YX_OK;
	uint8_t piece[4096];
	ssize_t n = 1;

	if (fd < 0)
		return YX_IO;
	while (n > 0 && rc == YX_OK) {
		if ((n = read(fd, piece, sizeof(piece))) < 0)
			rc = YX_IO;
		else
			yx_buf_add(out, piece, (size_t)n);
	}
	close(fd);
	return rc == YX_OK ? yx_buf_status(out) : rc;
}
