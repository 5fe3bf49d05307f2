#include "native-host/wedged.h"

#include <pthread.h>
#include <string.h>

#include "common/error.h"

#define NOTES_MAX 16
#define NAME_MAX_BYTES 128 /* MAX_READERNAME of pcsc-lite */

static struct {
	const void *holder; /* NULL: free */
	char        reader[NAME_MAX_BYTES];
	int         code;
} notes[NOTES_MAX];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void
wedged_add(const void *holder, const char *reader, int code)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < NOTES_MAX; i++)
		if (notes[i].holder == NULL) {
			size_t n = strnlen(reader, NAME_MAX_BYTES - 1);

			memcpy(notes[i].reader, reader, n);
			notes[i].reader[n] = '\0';
			notes[i].holder = holder;
			notes[i].code = code;
			break;
		}
	pthread_mutex_unlock(&lock);
}

void
wedged_remove(const void *holder)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < NOTES_MAX; i++)
		if (notes[i].holder == holder)
			notes[i].holder = NULL;
	pthread_mutex_unlock(&lock);
}

int
wedged_code(const char *reader)
{
	int code = YX_OK;

	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < NOTES_MAX; i++)
		if (notes[i].holder != NULL && strncmp(notes[i].reader, reader, NAME_MAX_BYTES - 1) == 0)
			code = notes[i].code;
	pthread_mutex_unlock(&lock);
	return code;
}

int
wedged_count(void)
{
	int n = 0;

	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < NOTES_MAX; i++)
		n += notes[i].holder != NULL;
	pthread_mutex_unlock(&lock);
	return n;
}
