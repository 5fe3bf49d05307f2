#include "native-host/secret.h"

#include <string.h>
#include <sys/mman.h>

struct secret *
secret_new(void)
{
	void *page = mmap(NULL, sizeof(struct secret), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return NULL;
	/* Both may be forbidden to a plain user's process; the PIN is there for
	 * seconds only, so that alone is no reason to refuse work. */
	(void)mlock(page, sizeof(struct secret));
	(void)madvise(page, sizeof(struct secret), MADV_DONTDUMP);
	return page;
}

struct secret *
secret_copy(const struct secret *s)
{
	struct secret *copy = secret_new();

	if (copy != NULL)
		memcpy(copy->pin, s->pin, sizeof(copy->pin));
	return copy;
}

void
secret_free(struct secret **s)
{
	if (*s == NULL)
		return;
	explicit_bzero(*s, sizeof(**s));
	munmap(*s, sizeof(**s));
	*s = NULL;
}

int
secret_set(struct secret *s, char *pin)
{
	size_t n = strlen(pin);
	int rc = n > 0 && n <= SECRET_PIN_MAX ? YX_OK : YX_PIN_FORMAT;

	for (size_t i = 0; i < n; i++)
		if (pin[i] < 0x20 || pin[i] > 0x7e)
			rc = YX_PIN_FORMAT;
	if (rc == YX_OK)
		memcpy(s->pin, pin, n + 1);
	explicit_bzero(pin, n);
	return rc;
}
