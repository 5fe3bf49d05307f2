/* fuzz_pdf.c - foreign bytes as a PDF: inspect, verify, append. */
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "backend/pades/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
memory_file(const uint8_t *data, size_t size, char *path, size_t cap)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || (size > 0 && write(fd, data, size) != (ssize_t)size))
		_exit(1);
	snprintf(path, cap, "/proc/self/fd/%d", fd);
	return fd;
}

/* What append makes of a file it accepts must itself be acceptable. */
static void
append(const char *path)
{
	const struct pades_part parts[] = { { .kind = PADES_FIELD, .field = { .name = "Fuzz" } },
		{ .kind = PADES_SIGN, .sign = { .field = "Fuzz", .room = 64 } } };
	const struct pades_change change = { parts, 2, "SHA-256" };
	struct pades_appended made;
	struct pades_hole found;
	struct pades_facts facts;
	char out_path[64];
	int fd = memory_file(NULL, 0, out_path, sizeof(out_path));

	if (pades_append(path, fd, &change, &made) == YX_OK) {
		if (pades_inspect(out_path, &facts) != YX_OK || facts.signatures < 1 ||
		    pades_find_hole(fd, &found) != YX_OK || found.start != made.hole.start)
			__builtin_trap();
	}
	close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yx_arena *a = yx_arena_new((size_t)16 << 20);
	struct pades_report report;
	struct pades_facts facts;
	char path[64];
	int fd = memory_file(data, size, path, sizeof(path));

	if (pades_inspect(path, &facts) == YX_OK)
		append(path);
	if (a != NULL && pades_verify(a, path, &(struct pades_policy){ 0 }, &report) == YX_OK) {
		if (report.valid)
			__builtin_trap(); /* nothing is valid without trust */
		pades_report_free(&report);
	}
	yx_arena_free(&a);
	close(fd);
	return 0;
}
