/* A reader with keys: the virtual reader's driver (vpcd) with a PIN pad added, for pcscd to load.
 * What its user types stands in $YX_PAD_DIR/typed: a PIN, or "cancel", or "late". The file "mode" there:
 * direct, start (START and FINISH), display (direct, with a display), none, or a way to lie:
 * short, long, liar (a feature with a length that is not there). What the host asked for is
 * appended to "asked", in hex. */
#include <dlfcn.h>
#include <ifdhandler.h>
#include <reader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DRIVER "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
#define DIRECT_CODE SCARD_CTL_CODE(3500)
#define START_CODE  SCARD_CTL_CODE(3501)
#define FINISH_CODE SCARD_CTL_CODE(3502)
#define PROPERTIES_CODE SCARD_CTL_CODE(3503)
enum { HEAD = 19 }; /* of PIN_VERIFY_STRUCTURE, before the data */

static unsigned char waiting[300]; /* between START and FINISH */
static DWORD waiting_n;

static void *
theirs(const char *name)
{
	static void *driver;

	if (driver == NULL && (driver = dlopen(DRIVER, RTLD_NOW | RTLD_LOCAL)) == NULL)
		abort();
	return dlsym(driver, name);
}

/* Every other call goes straight on. */
#define PASS(name, parameters, arguments) \
	RESPONSECODE name parameters \
	{ \
		RESPONSECODE(*f) parameters; \
		*(void **)(&f) = theirs(#name); \
		return f arguments; \
	}
PASS(IFDHCreateChannel, (DWORD lun, DWORD channel), (lun, channel))
PASS(IFDHCreateChannelByName, (DWORD lun, LPSTR name), (lun, name))
PASS(IFDHCloseChannel, (DWORD lun), (lun))
PASS(IFDHGetCapabilities, (DWORD lun, DWORD tag, PDWORD n, PUCHAR value), (lun, tag, n, value))
PASS(IFDHSetCapabilities, (DWORD lun, DWORD tag, DWORD n, PUCHAR value), (lun, tag, n, value))
PASS(IFDHSetProtocolParameters, (DWORD lun, DWORD protocol, UCHAR flags, UCHAR a, UCHAR b, UCHAR c),
    (lun, protocol, flags, a, b, c))
PASS(IFDHPowerICC, (DWORD lun, DWORD action, PUCHAR atr, PDWORD n), (lun, action, atr, n))
PASS(IFDHTransmitToICC,
    (DWORD lun, SCARD_IO_HEADER send, PUCHAR in, DWORD in_n, PUCHAR out, PDWORD out_n, PSCARD_IO_HEADER got),
    (lun, send, in, in_n, out, out_n, got))
PASS(IFDHICCPresence, (DWORD lun), (lun))

static void
read_file(const char *name, char *out, size_t size)
{
	const char *dir = getenv("YX_PAD_DIR");
	char path[512];
	FILE *f;

	out[0] = '\0';
	snprintf(path, sizeof(path), "%s/%s", dir != NULL ? dir : "", name);
	if ((f = fopen(path, "r")) == NULL)
		return;
	if (fgets(out, (int)size, f) != NULL)
		out[strcspn(out, "\n")] = '\0';
	fclose(f);
}

static void
note(const unsigned char *p, DWORD n)
{
	const char *dir = getenv("YX_PAD_DIR");
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/asked", dir != NULL ? dir : "");
	if ((f = fopen(path, "a")) == NULL)
		return;
	for (DWORD i = 0; i < n; i++)
		fprintf(f, "%02x", p[i]);
	fputs("\n", f);
	fclose(f);
}

static RESPONSECODE
answer(unsigned sw, PUCHAR out, PDWORD n)
{
	out[0] = (unsigned char)(sw >> 8);
	out[1] = (unsigned char)sw;
	*n = 2;
	return IFD_SUCCESS;
}

/* Puts what is typed into the VERIFY and sends that to the card, as a reader's firmware does. */
static RESPONSECODE
verify(DWORD lun, unsigned char *p, DWORD n, PUCHAR out, PDWORD got)
{
	SCARD_IO_HEADER header = { .Protocol = 1 }, back = { .Protocol = 0 };
	unsigned char apdu[64], reply[300];
	DWORD reply_n = sizeof(reply);
	char typed[64];
	size_t digits;

	note(p, n);
	if (n < HEAD + 6 || n - HEAD > sizeof(apdu) || p[2] != 0x82 || p[15] != n - HEAD || p[3] != p[HEAD + 4])
		return answer(0x6b80, out, got);
	read_file("typed", typed, sizeof(typed));
	digits = strlen(typed);
	if (strcmp(typed, "late") == 0)
		return answer(0x6400, out, got);
	if (strcmp(typed, "cancel") == 0)
		return answer(0x6401, out, got);
	if (digits < p[6] || digits > p[5] || digits > p[3])
		return answer(0x6403, out, got);
	memcpy(apdu, p + HEAD, n - HEAD);
	memcpy(apdu + 5, typed, digits);
	if (IFDHTransmitToICC(lun, header, apdu, n - HEAD, reply, &reply_n, &back) != IFD_SUCCESS || reply_n < 2)
		return IFD_COMMUNICATION_ERROR;
	return answer((unsigned)reply[reply_n - 2] << 8 | reply[reply_n - 1], out, got);
}

static DWORD
put_feature(PUCHAR out, DWORD n, unsigned tag, DWORD code)
{
	out[n] = (unsigned char)tag;
	out[n + 1] = 4;
	for (unsigned i = 0; i < 4; i++)
		out[n + 2 + i] = (unsigned char)(code >> (24 - 8 * i));
	return n + 6;
}

static RESPONSECODE
features(const char *mode, PUCHAR out, PDWORD n)
{
	*n = 0;
	if (strcmp(mode, "start") == 0) {
		*n = put_feature(out, *n, FEATURE_VERIFY_PIN_START, START_CODE);
		*n = put_feature(out, *n, FEATURE_VERIFY_PIN_FINISH, FINISH_CODE);
	} else if (strcmp(mode, "none") != 0) {
		*n = put_feature(out, *n, FEATURE_VERIFY_PIN_DIRECT, DIRECT_CODE);
	}
	if (strcmp(mode, "display") == 0)
		*n = put_feature(out, *n, FEATURE_IFD_PIN_PROPERTIES, PROPERTIES_CODE);
	if (strcmp(mode, "liar") == 0)
		out[1] = 200;
	return IFD_SUCCESS;
}

RESPONSECODE
IFDHControl(DWORD lun, DWORD code, PUCHAR in, DWORD in_n, PUCHAR out, DWORD room, PDWORD n)
{
	char mode[32];

	*n = 0;
	read_file("mode", mode, sizeof(mode));
	if (room < 64)
		return IFD_ERROR_INSUFFICIENT_BUFFER;
	if (code == CM_IOCTL_GET_FEATURE_REQUEST)
		return features(mode, out, n);
	if (code == PROPERTIES_CODE) {
		memcpy(out, "\x10\x02\x02\x00", 4);
		*n = 4;
		return IFD_SUCCESS;
	}
	if (code == DIRECT_CODE) {
		RESPONSECODE rc = verify(lun, in, in_n, out, n);

		if (strcmp(mode, "short") == 0 && *n == 2)
			*n = 1;
		if (strcmp(mode, "long") == 0 && *n == 2)
			*n = 60;
		return rc;
	}
	if (code == START_CODE && in_n <= sizeof(waiting)) {
		memcpy(waiting, in, in_n);
		waiting_n = in_n;
		return IFD_SUCCESS;
	}
	if (code == FINISH_CODE && waiting_n > 0)
		return verify(lun, waiting, waiting_n, out, n);
	return IFD_ERROR_NOT_SUPPORTED;
}
