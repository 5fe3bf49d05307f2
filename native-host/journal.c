#include "native-host/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/codec.h"
#include "common/json.h"

#define LINE_MAX_BYTES (64 * 1024)
#define FILE_MAX_BYTES (64u << 20)
#define HASH_HEX       (2 * SHA256_DIGEST_LENGTH)
/* A line ends with ,"hash":"<64 hex digits>"} and covers all that stands before. */
#define TAIL           ",\"hash\":\""
#define TAIL_LEN       (sizeof(TAIL) - 1 + HASH_HEX + 2)

static const char ZERO[] = "0000000000000000000000000000000000000000000000000000000000000000";

const char *
journal_path(struct yx_arena *a, const char *setting)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (strcmp(setting, "none") == 0)
		return NULL;
	if (*setting != '\0')
		return setting;
	if (state != NULL && *state == '/')
		return yx_arena_printf(a, "%s/yinxin/signer.log", state);
	return home == NULL ? NULL : yx_arena_printf(a, "%s/.local/state/yinxin/signer.log", home);
}

static void
make_directories(const char *path)
{
	char part[4096];
	size_t n = strlen(path);

	if (n >= sizeof(part))
		return;
	memcpy(part, path, n + 1);
	for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(part, 0700); /* what is there already stays; open() tells the rest */
		*slash = '/';
	}
}

static void
hash_line(const void *p, size_t n, char hex[HASH_HEX + 1])
{
	uint8_t hash[SHA256_DIGEST_LENGTH];

	SHA256(p, n, hash);
	yx_hex(hex, hash, sizeof(hash));
}

/* The last line's number and hash; 0 and zeros for an empty file. */
static int
last_line(int fd, int64_t *number, char hash[HASH_HEX + 1])
{
	struct yx_arena *a = yx_arena_new(4 * LINE_MAX_BYTES);
	char *text = a != NULL ? yx_arena_alloc(a, LINE_MAX_BYTES) : NULL, *line;
	off_t size = lseek(fd, 0, SEEK_END), from = size > LINE_MAX_BYTES ? size - LINE_MAX_BYTES : 0;
	const struct yx_json *v = NULL;
	ssize_t n;
	int rc = YX_IO;

	*number = 0;
	memcpy(hash, ZERO, sizeof(ZERO));
	if (text == NULL || size == 0) {
		rc = text == NULL ? YX_NO_MEMORY : YX_OK;
		goto out;
	}
	n = pread(fd, text, LINE_MAX_BYTES, from);
	if (n < 2 || text[n - 1] != '\n')
		goto out; /* the last line was cut off: nothing can be chained to it */
	line = memrchr(text, '\n', (size_t)n - 1);
	line = line == NULL ? text : line + 1;
	if (yx_json_parse(a, line, (size_t)(text + n - 1 - line), &v) != YX_OK ||
	    strlen(yx_json_str(v, "hash", "")) != HASH_HEX)
		goto out;
	*number = yx_json_int(v, "n", 0);
	memcpy(hash, yx_json_str(v, "hash", ""), HASH_HEX + 1);
	rc = YX_OK;
out:
	yx_arena_free(&a);
	return rc;
}

static void
put_time(struct yx_jw *w)
{
	char text[32];
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	yx_jw_str(w, "time", text);
}

static void
put_hex(struct yx_jw *w, const char *name, const uint8_t *p, size_t n)
{
	char hex[2 * 64 + 1] = "";

	if (n <= 64)
		yx_hex(hex, p, n);
	yx_jw_str(w, name, hex);
}

/* Who started us, as the kernel says it: a browser, or something that passes for one. */
static void
put_parent(struct yx_jw *w)
{
	char link[64], path[4096];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/%d/exe", (int)getppid());
	n = readlink(link, path, sizeof(path) - 1);
	path[n > 0 ? n : 0] = '\0';
	if (n > 0 && yx_utf8_valid(path, (size_t)n))
		yx_jw_str(w, "startedBy", path);
}

/* The line without its hash. */
static int
write_entry(struct yx_buf *out, const struct journal_entry *e, int64_t number, const char *previous)
{
	struct yx_jw w;

	yx_jw_open(&w, out);
	yx_jw_object(&w, NULL);
	yx_jw_int(&w, "n", number);
	put_time(&w);
	yx_jw_str(&w, "command", e->command);
	yx_jw_str(&w, "origin", e->origin);
	yx_jw_str(&w, "topOrigin", e->top_origin);
	if (e->cert_sha256 != NULL)
		put_hex(&w, "certificate", e->cert_sha256, 32);
	yx_jw_array(&w, "documents");
	for (size_t i = 0; i < e->count; i++)
		put_hex(&w, NULL, e->documents[i].p, e->documents[i].n);
	yx_jw_end_array(&w);
	yx_jw_int(&w, "signatures", (int64_t)e->signatures);
	yx_jw_str(&w, "outcome", yx_err_word(e->outcome));
	if (e->undelivered)
		yx_jw_bool(&w, "undelivered", 1);
	put_parent(&w);
	yx_jw_str(&w, "previous", previous);
	yx_jw_end_object(&w);
	return yx_jw_close(&w);
}

/* The number of the last line, beside the log: so that lines missing at its end show. */
static int
write_head(const char *path, int64_t number, const char *hash)
{
	struct yx_buf name, text;
	int fd = -1, rc = YX_IO;

	yx_buf_init(&name, 4096);
	yx_buf_init(&text, 256);
	yx_buf_addf(&name, "%s.head", path);
	yx_buf_addf(&text, "%lld %s\n", (long long)number, hash);
	fd = open(yx_buf_str(&name), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && pwrite(fd, text.data, text.len, 0) == (ssize_t)text.len &&
	    ftruncate(fd, (off_t)text.len) == 0)
		rc = YX_OK;
	if (fd >= 0)
		close(fd);
	yx_buf_free(&name);
	yx_buf_free(&text);
	return rc;
}

static int
append(int fd, const char *path, const struct journal_entry *entry)
{
	char previous[HASH_HEX + 1], hash[HASH_HEX + 1];
	struct yx_buf line;
	int64_t number = 0;
	off_t end = lseek(fd, 0, SEEK_END);
	int rc;

	yx_buf_init(&line, LINE_MAX_BYTES);
	if ((rc = last_line(fd, &number, previous)) != YX_OK ||
	    (rc = write_entry(&line, entry, ++number, previous)) != YX_OK)
		goto out;
	line.len--; /* the closing brace comes behind the hash */
	hash_line(line.data, line.len, hash);
	yx_buf_addf(&line, TAIL "%s\"}\n", hash);
	if ((rc = yx_buf_status(&line)) != YX_OK)
		goto out;
	if (pwrite(fd, line.data, line.len, end) != (ssize_t)line.len) {
		rc = ftruncate(fd, end) == 0 ? YX_IO : YX_INTERNAL; /* no half line stays */
		goto out;
	}
	rc = write_head(path, number, hash);
out:
	yx_buf_free(&line);
	return rc;
}

int
journal_append(const char *path, const struct journal_entry *entry)
{
	int fd, rc = YX_IO;

	if (path == NULL)
		return YX_OK;
	make_directories(path);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return rc;
	if (flock(fd, LOCK_EX) == 0)
		rc = append(fd, path, entry);
	close(fd);
	return rc;
}

/* The whole file; YX_TOO_LARGE beyond what is sensible. */
static int
read_all(const char *path, struct yx_buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = YX_IO;
	ssize_t n = 0;

	while (fd >= 0) {
		uint8_t *room = yx_buf_room(out, 65536);

		if (room == NULL || (n = read(fd, room, 65536)) <= 0)
			break;
		out->len += (size_t)n;
	}
	if (fd >= 0)
		rc = n == 0 ? yx_buf_status(out) : YX_IO;
	if (fd >= 0)
		close(fd);
	return rc;
}

/* One line against the one before; its hash replaces `previous`. NULL: it fits. */
static const char *
check_line(const char *line, size_t n, int64_t number, char previous[HASH_HEX + 1])
{
	struct yx_arena *a = yx_arena_new(4 * LINE_MAX_BYTES);
	const struct yx_json *v = NULL;
	const char *why = NULL;
	char hash[HASH_HEX + 1] = "";

	if (n > TAIL_LEN)
		hash_line(line, n - TAIL_LEN, hash);
	if (a == NULL || yx_json_parse(a, line, n, &v) != YX_OK)
		why = "is not JSON";
	else if (n <= TAIL_LEN || memcmp(line + n - TAIL_LEN, TAIL, sizeof(TAIL) - 1) != 0 ||
	    strcmp(yx_json_str(v, "hash", ""), hash) != 0)
		why = "was changed: its hash does not fit";
	else if (strcmp(yx_json_str(v, "previous", ""), previous) != 0)
		why = "does not follow the line before";
	else if (yx_json_int(v, "n", 0) != number)
		why = "has the wrong number";
	memcpy(previous, hash, sizeof(hash));
	yx_arena_free(&a);
	return why;
}

/* What the file beside the log says about its end; 1 if it agrees. */
static int
head_agrees(const char *path, size_t lines, const char *hash)
{
	struct yx_buf name, text, wanted;
	int good = 0;

	yx_buf_init(&name, 4096);
	yx_buf_init(&text, 65536 * 2);
	yx_buf_init(&wanted, 256);
	yx_buf_addf(&name, "%s.head", path);
	yx_buf_addf(&wanted, "%zu %s\n", lines, hash);
	good = read_all(yx_buf_str(&name), &text) == YX_OK && text.len == wanted.len &&
	    memcmp(text.data, wanted.data, text.len) == 0;
	yx_buf_free(&name);
	yx_buf_free(&text);
	yx_buf_free(&wanted);
	return good;
}

int
journal_verify(struct yx_arena *a, const char *path, size_t *lines, const char **why)
{
	char previous[HASH_HEX + 1];
	struct yx_buf text;
	const char *wrong = NULL, *at, *end;
	size_t left, n;
	int rc;

	*lines = 0;
	*why = "";
	memcpy(previous, ZERO, sizeof(ZERO));
	yx_buf_init(&text, FILE_MAX_BYTES);
	if ((rc = read_all(path, &text)) != YX_OK)
		goto out;
	at = text.len > 0 ? (const char *)text.data : "";
	for (left = text.len; left > 0 && wrong == NULL; left -= n + 1, at += n + 1) {
		if ((end = memchr(at, '\n', left)) == NULL) {
			wrong = "is cut off";
			break;
		}
		n = (size_t)(end - at);
		wrong = check_line(at, n, (int64_t)*lines + 1, previous);
		*lines += wrong == NULL;
	}
	if (wrong == NULL && !head_agrees(path, *lines, previous))
		wrong = "is missing: the log ends earlier than it did";
	if (wrong != NULL) {
		rc = YX_CONFLICT;
		*why = yx_arena_printf(a, "line %zu %s", *lines + 1, wrong);
	}
out:
	yx_buf_free(&text);
	return rc;
}
