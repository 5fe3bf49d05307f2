#include "common/sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#error "sandbox.c does not know this machine"
#endif
#define X32_BIT 0x40000000u /* the second way to say each call on x86-64 */

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offsetof(struct seccomp_data, field))
/* Goes on behind the next `n` rows if the value is not k. */
#define UNLESS(k, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (k), 0, (n))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, (what))
#define DENY         RETURN(SECCOMP_RET_ERRNO | (EACCES & SECCOMP_RET_DATA))
#define REFUSE(call) UNLESS((unsigned)(call), 1), DENY

/* The machine's own calls only, and none of these. */
#define COMMON_ROWS \
	LOAD(arch), \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0), \
	RETURN(SECCOMP_RET_KILL_PROCESS), \
	LOAD(nr), \
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1), \
	DENY, \
	REFUSE(__NR_execve), \
	REFUSE(__NR_execveat), \
	REFUSE(__NR_ptrace), \
	REFUSE(__NR_process_vm_readv), \
	REFUSE(__NR_process_vm_writev), \
	REFUSE(__NR_io_uring_setup), /* would do all of this unseen */ \
	REFUSE(__NR_bpf)

static const struct sock_filter local[] = {
	COMMON_ROWS,
	UNLESS(__NR_socket, 3),
	LOAD(args[0]), /* the low half: both machines are little-endian */
	UNLESS(AF_UNIX, 1),
	RETURN(SECCOMP_RET_ALLOW),
	LOAD(nr),
	REFUSE(__NR_socket),
	RETURN(SECCOMP_RET_ALLOW),
};
static const struct sock_filter remote[] = {
	COMMON_ROWS,
	RETURN(SECCOMP_RET_ALLOW),
};

static struct sock_fprog
program_of(const struct sock_filter *rows, size_t n)
{
	return (struct sock_fprog){ .len = (unsigned short)n, .filter = (struct sock_filter *)(uintptr_t)rows };
}

int
yx_sandbox_enter(int network)
{
	const struct rlimit none = { 0, 0 };
	const struct sock_fprog program = network ? program_of(remote, sizeof(remote) / sizeof(remote[0]))
	    : program_of(local, sizeof(local) / sizeof(local[0]));

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		return YX_IO;
	return YX_OK;
}
