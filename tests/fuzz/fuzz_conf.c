/* Configuration files: whatever stands in one, the answer is settings or a reason. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <stdio.h>
#include <unistd.h>

#include "backend/http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yx_arena *a = yx_arena_new(1 << 20);
	int fd = memfd_create("conf", MFD_CLOEXEC);
	const char *why = NULL;
	struct yx_conf conf;
	char path[64];

	if (a == NULL || fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (conf_load(a, path, &conf, &why) != YX_OK && why == NULL)
		abort();
	close(fd);
	yx_arena_free(&a);
	return 0;
}
