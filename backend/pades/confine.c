#include "backend/pades/confine.h"

#include <errno.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define MAPPED_MAX ((rlim_t)5 << 30) /* a file of 4 GiB, libraries */

static int
limit(int what, rlim_t value)
{
	const struct rlimit r = { value, value };

	return setrlimit((__rlimit_resource_t)what, &r) == 0;
}

/* RLIMIT_DATA counts what is really used; RLIMIT_AS the rest: libraries and the file. */
static int
set_limits(const struct pades_limits *l)
{
	int ok = limit(RLIMIT_CPU, (rlim_t)l->seconds) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0);

#ifndef YX_SANITIZE /* (whose shadow memory is larger than any limit) */
	ok = ok && limit(RLIMIT_DATA, (rlim_t)l->memory) && limit(RLIMIT_AS, (rlim_t)l->memory + MAPPED_MAX);
#endif
	return ok ? YX_OK : YX_UNAVAILABLE;
}

/* What reading, computing and memory need. Another call fails with EPERM: libraries that
 * ask for a file at some late moment go on without. */
static const int CALLS[] = { SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(write), SCMP_SYS(writev),
	SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(munmap), SCMP_SYS(mremap),
	SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(time),
	SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(sched_yield), SCMP_SYS(sigaltstack),
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(exit), SCMP_SYS(exit_group),
	SCMP_SYS(restart_syscall) };

#define PROT_CODE 4 /* PROT_EXEC: nothing becomes code */

int
pades_confine(const struct pades_limits *limits)
{
	scmp_filter_ctx f;
	int bad, rc = set_limits(limits);

	if (rc != YX_OK || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    (f = seccomp_init(SCMP_ACT_ERRNO(EPERM))) == NULL)
		return YX_UNAVAILABLE;
	bad = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_CODE, 0));
	bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_CODE, 0));
	for (size_t i = 0; i < sizeof(CALLS) / sizeof(CALLS[0]); i++)
		bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, CALLS[i], 0);
	bad |= seccomp_load(f);
	seccomp_release(f);
	return bad == 0 ? YX_OK : YX_UNAVAILABLE;
}
