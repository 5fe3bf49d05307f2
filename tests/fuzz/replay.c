/* Runs a fuzz target over files instead of invented input: every seed and every
 * input that ever broke something, in each `make test`, with any compiler.
 *
 *   fuzz_NAME FILE-OR-DIRECTORY…       ends with `N passed, 0 failed` */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MAX (64L << 20)
#define PATH_SIZE 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int passed, failed;

/* The whole file; NULL if it cannot be read. Exactly as long as the file, so that a
 * sanitizer sees a read past its end. */
static uint8_t *
load(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	long size;

	if (f == NULL)
		return NULL;
	if (fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0 && size <= FILE_MAX) {
		rewind(f);
		*n = (size_t)size;
		data = malloc(*n > 0 ? *n : 1);
		if (data != NULL && fread(data, 1, *n, f) != *n) {
			free(data);
			data = NULL;
		}
	}
	fclose(f);
	return data;
}

static void
run_file(const char *path)
{
	size_t n = 0;
	uint8_t *data = load(path, &n);

	if (data == NULL) {
		fprintf(stderr, "cannot read %s\n", path);
		failed++;
		return;
	}
	/* The target aborts when it fails; this says on which file. */
	if (setenv("YX_FUZZ_FILE", path, 1) == 0 && LLVMFuzzerTestOneInput(data, n) == 0)
		passed++;
	else
		failed++;
	free(data);
}

static void
run_path(const char *path)
{
	char inside[PATH_SIZE];
	struct dirent *entry;
	struct stat st;
	DIR *d;

	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode) || (d = opendir(path)) == NULL) {
		run_file(path);
		return;
	}
	while ((entry = readdir(d)) != NULL) {
		int len = snprintf(inside, sizeof(inside), "%s/%s", path, entry->d_name);

		if (entry->d_name[0] != '.' && len > 0 && (size_t)len < sizeof(inside))
			run_path(inside);
	}
	closedir(d);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		run_path(argv[i]);
	if (passed + failed == 0)
		failed++; /* a corpus that is missing must not look like success */
	printf("%d passed, %d failed\n", passed, failed);
	return failed == 0 ? 0 : 1;
}
