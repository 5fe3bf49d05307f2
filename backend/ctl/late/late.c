#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

/* Libraries that few commands need are opened by the first call of one of their functions: opened at start, with
 * all that they need themselves, they would cost 8 MB and half of a short command's time. conf/late.sh makes the
 * functions that stand in for theirs, and these tables. */
struct late { const char *library, *symbol; };
extern const struct late late_table[];
extern void *late_slot[];
void *late_find(unsigned long i);

/* For the stand-ins: the function, which from now on is called at once. */
void *
late_find(unsigned long i)
{
	void *library = dlopen(late_table[i].library, RTLD_NOW | RTLD_GLOBAL);
	void *function = library == NULL ? NULL : dlsym(library, late_table[i].symbol);

	if (function == NULL) {
		fprintf(stderr, "yinxinctl: %s: %s\n", late_table[i].library, dlerror());
		abort();
	}
	return late_slot[i] = function;
}
