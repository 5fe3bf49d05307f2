/* A PKCS #11 module for tests: SoftHSM, but it misbehaves as YX_MODULE_MODE says:
 *   vendor  wrong PINs are answered as Chunghwa's module does (two left, one left, locked)
 *   extended the same, sign-extended
 *   hang=F  crash=F  F is initialize, list, login or sign
 *   print   writes to standard output and error wherever it can
 *   net     tries the network, a program, another process; fails if one is possible
 *   junk    signatures of the right length that are none
 *   raw     knows no CKM_RSA_PKCS
 *   pad     its reader has keys (CKF_PROTECTED_AUTHENTICATION_PATH): no PIN may be handed over. What its
 *           user types stands in the file YX_MODULE_TYPED: a PIN, "cancel", or "SECONDS PIN" for one who is slow;
 *           each entry is noted in that file's name with .asked
 * The real module is named by YX_MODULE_REAL. */
#include <dlfcn.h>
#include <errno.h>
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list);

static CK_FUNCTION_LIST real, ours;
static int bad_pins;

static const char *
mode(void)
{
	const char *m = getenv("YX_MODULE_MODE");

	return m != NULL ? m : "";
}

static void
misbehave(const char *where)
{
	const char *is = strchr(mode(), '=');

	if (strcmp(mode(), "print") == 0) {
		printf("{\"id\":1,\"ok\":{}}\n");
		fflush(stdout);
		fprintf(stderr, "PIN PIN PIN\n");
	}
	if (is == NULL || strcmp(is + 1, where) != 0)
		return;
	if (strncmp(mode(), "hang", 4) == 0)
		for (;;)
			pause();
	abort();
}

/* What the sandbox is for. */
static int
is_confined(void)
{
	static char *const argv[] = { NULL };

	if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_INET6, SOCK_DGRAM, 0) >= 0 || errno != EACCES)
		return 0;
	if (execve("/bin/true", argv, argv) == 0 || errno != EACCES)
		return 0;
	if (ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0 || errno != EACCES)
		return 0;
	return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 && getenv("LD_LIBRARY_PATH") == NULL;
}

static CK_RV
initialize(void *args)
{
	misbehave("initialize");
	if (strcmp(mode(), "net") == 0 && !is_confined())
		return CKR_GENERAL_ERROR;
	return real.C_Initialize(args);
}

static CK_RV
slot_list(CK_BBOOL present, CK_SLOT_ID *slots, CK_ULONG *n)
{
	misbehave("list");
	return real.C_GetSlotList(present, slots, n);
}

static CK_RV
token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	CK_RV rv = real.C_GetTokenInfo(slot, info);

	if (rv == CKR_OK && strcmp(mode(), "pad") == 0)
		info->flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
	return rv;
}

static void
note_entry(const char *typed, CK_USER_TYPE who)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s.asked", typed);
	if ((f = fopen(path, "a")) == NULL)
		return;
	fprintf(f, "%s\n", who == CKU_CONTEXT_SPECIFIC ? "again" : "user");
	fclose(f);
}

/* As the firmware of a reader with keys. */
static CK_RV
login_on_pad(CK_SESSION_HANDLE s, CK_USER_TYPE who)
{
	const char *path = getenv("YX_MODULE_TYPED");
	char typed[64] = "", *pin = typed;
	FILE *f = path != NULL ? fopen(path, "r") : NULL;

	if (f == NULL)
		return CKR_FUNCTION_FAILED;
	if (fgets(typed, sizeof(typed), f) != NULL)
		typed[strcspn(typed, "\n")] = '\0';
	fclose(f);
	note_entry(path, who);
	if (strcmp(typed, "cancel") == 0)
		return CKR_FUNCTION_CANCELED;
	if ((pin = strchr(typed, ' ')) != NULL)
		sleep((unsigned)atoi(typed));
	pin = pin != NULL ? pin + 1 : typed;
	return real.C_Login(s, who, (CK_UTF8CHAR *)pin, strlen(pin));
}

static CK_RV
login(CK_SESSION_HANDLE s, CK_USER_TYPE who, CK_UTF8CHAR *pin, CK_ULONG n)
{
	CK_RV rv;
	int vendor = strcmp(mode(), "vendor") == 0, extended = strcmp(mode(), "extended") == 0;

	misbehave("login");
	if (strcmp(mode(), "pad") == 0)
		return pin == NULL && n == 0 ? login_on_pad(s, who) : CKR_ARGUMENTS_BAD;
	rv = real.C_Login(s, who, pin, n);
	if (rv != CKR_PIN_INCORRECT || !(vendor || extended))
		return rv;
	/* Each test process begins with as many failures as it is told. */
	bad_pins = getenv("YX_MODULE_BAD") != NULL ? atoi(getenv("YX_MODULE_BAD")) + 1 : 1;
	if (bad_pins >= 3)
		return CKR_PIN_LOCKED;
	return (extended ? 0xffffffff80000000ul : 0x80000000ul) | (CK_ULONG)(3 - bad_pins);
}

static CK_RV
sign_init(CK_SESSION_HANDLE s, CK_MECHANISM *m, CK_OBJECT_HANDLE key)
{
	if (strcmp(mode(), "raw") == 0 && m->mechanism == CKM_RSA_PKCS)
		return CKR_MECHANISM_INVALID;
	return real.C_SignInit(s, m, key);
}

static CK_RV
sign(CK_SESSION_HANDLE s, CK_BYTE *data, CK_ULONG n, CK_BYTE *out, CK_ULONG *out_n)
{
	CK_RV rv;

	misbehave("sign");
	rv = real.C_Sign(s, data, n, out, out_n);
	if (rv == CKR_OK && strcmp(mode(), "junk") == 0)
		memset(out, 0x42, *out_n);
	return rv;
}

CK_RV
C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list)
{
	const char *name = getenv("YX_MODULE_REAL");
	void *module = name != NULL ? dlopen(name, RTLD_NOW | RTLD_LOCAL) : NULL;
	CK_C_GetFunctionList get = NULL;
	CK_FUNCTION_LIST_PTR f = NULL;

	if (module == NULL)
		return CKR_GENERAL_ERROR;
	*(void **)(&get) = dlsym(module, "C_GetFunctionList");
	if (get == NULL || get(&f) != CKR_OK)
		return CKR_GENERAL_ERROR;
	real = ours = *f;
	ours.C_Initialize = initialize;
	ours.C_GetSlotList = slot_list;
	ours.C_GetTokenInfo = token_info;
	ours.C_Login = login;
	ours.C_SignInit = sign_init;
	ours.C_Sign = sign;
	*list = &ours;
	return CKR_OK;
}
