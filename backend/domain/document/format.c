#include "backend/domain/document/format.h"

#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENTRIES_MAX 20000   /* of a ZIP that are looked at */
#define LOCAL_HEAD  30      /* APPNOTE 4.3.7, 4.3.12, 4.3.16: bytes before the names */
#define ENTRY_HEAD  46
#define END_HEAD    22
#define ODF         "application/vnd.oasis.opendocument."

enum kind { KIND_NONE, KIND_ODT, KIND_ODS, KIND_ODP, KIND_ODG, KIND_DOCX, KIND_XLSX, KIND_PPTX, KIND_ZIP, KIND_PNG,
	KIND_JPEG, KIND_TIFF, KIND_TEXT };

static const struct { const char *extension, *word; enum kind kind; } KNOWN[] = {
	{ "odt", "odt", KIND_ODT }, { "ods", "ods", KIND_ODS }, { "odp", "odp", KIND_ODP }, { "odg", "odg", KIND_ODG },
	{ "docx", "docx", KIND_DOCX }, { "xlsx", "xlsx", KIND_XLSX }, { "pptx", "pptx", KIND_PPTX },
	{ "zip", "zip", KIND_ZIP }, { "png", "png", KIND_PNG }, { "jpg", "jpeg", KIND_JPEG }, { "jpeg", "jpeg", KIND_JPEG },
	{ "tif", "tiff", KIND_TIFF }, { "tiff", "tiff", KIND_TIFF }, { "csv", "csv", KIND_TEXT },
	{ "txt", "txt", KIND_TEXT },
};

const char *
format_extension(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot == NULL || dot == name || strpbrk(dot, "/\\") != NULL ? "" : dot + 1;
}

/* ---- ZIP ---- */

struct zip { const uint8_t *p; size_t n; };

static uint32_t
little(const uint8_t *p, size_t bytes)
{
	uint32_t v = 0;

	for (size_t i = bytes; i > 0; i--)
		v = v << 8 | p[i - 1];
	return v;
}

static int
begins(const uint8_t *p, size_t n, const char *with, size_t with_n)
{
	return n >= with_n && memcmp(p, with, with_n) == 0;
}

/* The first file is "mimetype", stored as it is: what it says. */
static enum kind
open_document(struct zip z)
{
	static const struct { const char *type; enum kind kind; } TYPES[] = {
		{ ODF "text", KIND_ODT }, { ODF "spreadsheet", KIND_ODS }, { ODF "presentation", KIND_ODP },
		{ ODF "graphics", KIND_ODG },
	};
	size_t at, size;

	if (z.n < LOCAL_HEAD || little(z.p + 8, 2) != 0 || little(z.p + 26, 2) != 8)
		return KIND_NONE;
	size = little(z.p + 18, 4);
	at = LOCAL_HEAD + 8 + little(z.p + 28, 2);
	if (z.n < at || z.n - at < size || memcmp(z.p + LOCAL_HEAD, "mimetype", 8) != 0)
		return KIND_NONE;
	for (size_t i = 0; i < sizeof(TYPES) / sizeof(TYPES[0]); i++)
		if (size == strlen(TYPES[i].type) && memcmp(z.p + at, TYPES[i].type, size) == 0)
			return TYPES[i].kind;
	return KIND_NONE;
}

/* Where the end of the central directory is; 0: nowhere. */
static size_t
end_of(struct zip z)
{
	size_t lowest = z.n > END_HEAD + 65535 ? z.n - END_HEAD - 65535 : 0;

	for (size_t i = z.n >= END_HEAD ? z.n - END_HEAD + 1 : 0; i > lowest; i--)
		if (memcmp(z.p + i - 1, "PK\5\6", 4) == 0)
			return i - 1;
	return 0;
}

struct seen { int types, word, sheet, slides, program; };

static void
look_at_name(struct seen *s, const char *name, size_t n)
{
	static const char types[] = "[Content_Types].xml", vba[] = "vbaProject.bin";

	s->types |= n == sizeof(types) - 1 && memcmp(name, types, n) == 0;
	s->word |= n > 5 && memcmp(name, "word/", 5) == 0;
	s->sheet |= n > 3 && memcmp(name, "xl/", 3) == 0;
	s->slides |= n > 4 && memcmp(name, "ppt/", 4) == 0;
	s->program |= n >= sizeof(vba) - 1 && strncasecmp(name + n - (sizeof(vba) - 1), vba, sizeof(vba) - 1) == 0;
}

/* The names of the central directory; 0 if it is none. */
static int
look_at_names(struct zip z, struct seen *s)
{
	size_t end = end_of(z), at, many;

	memset(s, 0, sizeof(*s));
	if (end == 0 && !begins(z.p, z.n, "PK\5\6", 4))
		return 0;
	many = little(z.p + end + 10, 2);
	at = little(z.p + end + 16, 4);
	for (size_t i = 0; i < many && i < ENTRIES_MAX; i++) {
		size_t name;

		if (at > end || end - at < ENTRY_HEAD || memcmp(z.p + at, "PK\1\2", 4) != 0)
			return 0;
		name = little(z.p + at + 28, 2);
		if (end - at - ENTRY_HEAD < name)
			return 0;
		look_at_name(s, (const char *)z.p + at + ENTRY_HEAD, name);
		at += ENTRY_HEAD + name + little(z.p + at + 30, 2) + little(z.p + at + 32, 2);
	}
	return 1;
}

static enum kind
of_zip(struct zip z)
{
	enum kind k = open_document(z);
	struct seen s;

	if (!look_at_names(z, &s) || (s.program && s.types))
		return KIND_NONE;
	if (k != KIND_NONE || !s.types)
		return k != KIND_NONE ? k : KIND_ZIP;
	return s.word ? KIND_DOCX : s.sheet ? KIND_XLSX : s.slides ? KIND_PPTX : KIND_ZIP;
}

/* ---- the others ---- */

/* Any encoding that keeps ASCII (UTF-8, Big5): no control character but those of lines and tabs. */
static int
is_text(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((p[i] < 0x20 && (p[i] < '\t' || p[i] > '\r')) || p[i] == 0x7f)
			return 0;
	return n > 0;
}

static enum kind
kind_of(const uint8_t *p, size_t n)
{
	if (begins(p, n, "PK\3\4", 4) || begins(p, n, "PK\5\6", 4))
		return of_zip((struct zip){ p, n });
	if (begins(p, n, "\x89PNG\r\n\x1a\n", 8))
		return KIND_PNG;
	if (begins(p, n, "\xff\xd8\xff", 3))
		return KIND_JPEG;
	if (begins(p, n, "II*\0", 4) || begins(p, n, "MM\0*", 4))
		return KIND_TIFF;
	return is_text(p, n) ? KIND_TEXT : KIND_NONE;
}

const char *
format_of(const uint8_t *p, size_t n, const char *extension)
{
	enum kind k = kind_of(p, n);

	for (size_t i = 0; i < sizeof(KNOWN) / sizeof(KNOWN[0]); i++)
		if (k == KNOWN[i].kind && strcasecmp(extension, KNOWN[i].extension) == 0)
			return KNOWN[i].word;
	return NULL;
}

int
format_of_file(const char *path, const char *extension, const char **word)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), rc = YX_IO;
	struct stat st;
	void *p;

	*word = NULL;
	if (fd < 0 || fstat(fd, &st) != 0)
		goto out;
	rc = YX_FILE_TYPE;
	if (st.st_size == 0)
		goto out;
	if ((p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0)) == MAP_FAILED) {
		rc = YX_IO;
		goto out;
	}
	if ((*word = format_of(p, (size_t)st.st_size, extension)) != NULL)
		rc = YX_OK;
	munmap(p, (size_t)st.st_size);
out:
	if (fd >= 0)
		close(fd);
	return rc;
}
