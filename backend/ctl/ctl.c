/* yinxinctl: the operator's command line. */
#include <stdio.h>
#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/pki/hsm.h"
#include "common/log.h"
#include "common/usage.h"

#define METHOD "[--digest SHA-256|SHA-384|SHA-512] [--pss]"

#define SIGNS "[--chain FILE] [--field NAME] [--create NAME[@PLACE]]… [--certify] [--name TEXT] [--reason TEXT] " \
	"[--location TEXT] [--time YYYY-MM-DDTHH:MM:SSZ] [--image PNG | --seal-text TEXT] [--page N] [--rect X,Y,W,H] " \
	"[--anchor TEXT] [--seam HEIGHT] [--tsa URL[,URL]… [--tsa-trust DIR]] " METHOD

#define PROLONGS "--tsa URL[,URL]… --trust DIR [--tsa-trust DIR] [--allow-hosts LIST] [--tls-ca FILE] [--partial]"

static const struct ctl_command COMMANDS[] = {
	{ "seal", ctl_seal, "IN.pdf OUT.pdf --key KEY.pem --cert CERT.pem " SIGNS,
	    "Appends a signature with a software key, by the server's own code. --create makes empty signature "
	    "fields (PLACE: PAGE,X,Y,W,H or seam,HEIGHT), --certify forbids all but filling in and signing. --image or "
	    "--seal-text shows a seal on page N (1 is the first), in points from the lower left corner of the page as it "
	    "is seen, or beside the last place that shows the text of --anchor; --seam lays a strip of it on every "
	    "page's right edge, HEIGHT 0 at the foot to 1 at the head. --tsa adds a timestamp of the first "
	    "authority that gives one; with --tsa-trust it must lead to an anchor. --digest takes another digest than the "
	    "one that goes with the key; --pss lets an RSA key sign by RSASSA-PSS, as one of that type always does." },
	{ "prepare", ctl_prepare, "IN.pdf PREPARED.pdf --cert CERT.pem " SIGNS,
	    "First half of signing with a card: appends the revision with a hole for the signature, and prints the "
	    "signed attributes (DER) in base64." },
	{ "embed", ctl_embed, "PREPARED.pdf OUT.pdf --cert CERT.pem --signature FILE [--chain FILE] [--tsa URL[,URL]…] "
	    METHOD,
	    "Second half: puts the card's signature into the hole; --digest and --pss as they were for prepare. With "
	    "--tsa, which prepare must have been given too, with a timestamp." },
	{ "timestamp", ctl_timestamp, "IN.pdf OUT.pdf " PROLONGS " [--level T|LT|LTA]",
	    "Keeps signatures provable beyond the life of their certificates: adds certificates and revocation data of "
	    "all that is signed (LT), then a document timestamp over it (LTA). T: the timestamp only. --partial takes "
	    "what can be had." },
	{ "renew", ctl_renew, "IN.pdf OUT.pdf " PROLONGS " [--days N]",
	    "The same when the newest timestamp's certificates or algorithms end within N days (180). Exit status 1: "
	    "it is not time yet, and nothing was written." },
	{ "level", ctl_level, "FILE.pdf --trust DIR [--tsa-trust DIR] [--json]",
	    "Tells which level of PAdES a file has (B-B to B-LTA) and when its timestamp is to be renewed." },
	{ "sign-file", ctl_sign_file, "FILE OUT.p7s --key KEY.pem --cert CERT.pem [--chain FILE] [--tsa URL[,URL]… "
	    "[--tsa-trust DIR]] " METHOD,
	    "Signs a file that is no PDF, apart from it (CAdES B-B; with --tsa B-T)." },
	{ "timestamp-file", ctl_timestamp_file, "IN.p7s OUT.p7s --trust DIR [--tsa URL[,URL]…] [--tsa-trust DIR] "
	    "[--allow-hosts LIST] [--tls-ca FILE] [--partial] [--level T|LT]",
	    "Gives such a signature a timestamp, unless it has one, and (LT) the certificates and revocation data that "
	    "keep it provable beyond the life of its certificate." },
	{ "verify", ctl_verify, "FILE.pdf [--trust DIR [--tsa-trust DIR]] [--signature FILE.p7s] [--json]",
	    "Tells of each signature whether it holds and what changed after it. Exit status 0: all are valid; 1: not; "
	    "2: the file cannot be read. Without --trust the signers' chains are not judged, only that the signatures "
	    "are intact. --signature: FILE is any file, and this its detached signature (CAdES)." },
	{ "bench", ctl_bench, "[--dir DIR] [--json]",
	    "Measures what signing and verifying cost beside what they cannot cost less than: medians in milliseconds." },
	{ "migrate", ctl_migrate, "--conf FILE SQL_DIR",
	    "Brings the database to the newest form: runs the numbered files of SQL_DIR that it has not seen." },
	{ "first-admin", ctl_first_admin, "--conf FILE ACCOUNT NAME EMAIL",
	    "Makes a platform administrator, who is invited by mail, as long as there are fewer than two: the two make all "
	    "other accounts in the browser. Exit status 1: there are two." },
	{ "key-csr", ctl_key_csr, "--conf FILE --key PLACE [--new rsa3072|p256|p384] [--subject C=TW,O=…,CN=…]",
	    "Prints a request for a certificate (PKCS #10) for a key of the platform: a file's name below key_dir, a path, "
	    "or pkcs11:… in the token of the settings. --new makes the file first; the subject is that of seal_cert "
	    "unless it is given." },
	{ "demo-load", ctl_demo_load, "--conf FILE DIR", "Loads the demo data into an empty database." },
	{ "audit-verify", ctl_audit_verify, "--conf FILE",
	    "Walks the chain of the audit trail. Exit status 0: intact; 1: broken, and it says where." },
	{ "lists-verify", ctl_lists_verify, "--conf FILE",
	    "Recounts what lists and counters are read from. Exit status 0: every list is what its rows say; 1: not, "
	    "and the log tells where." },
	{ "lists-rebuild", ctl_lists_rebuild, "--conf FILE",
	    "Makes the lists anew from the messages and contracts themselves; with the servers stopped." },
	{ "fill", ctl_fill, "--conf FILE [--messages N] [--contracts N]",
	    "Adds so many messages and contracts to the demo data, for measuring." },
	{ "routes", ctl_routes, "", "Prints the API's table of routes as JSON." },
	{ NULL, NULL, NULL, NULL },
};

static const struct yx_usage_row OPTIONS[] = {
	{ "--help", "", "Prints commands and options." },
	{ "--version", "", "Prints the version." },
	{ "--man", "", "Prints the tables of the manual page, a row a line, parts separated by tabs." },
	{ NULL, NULL, NULL },
};

#define COMMANDS_N (sizeof(COMMANDS) / sizeof(COMMANDS[0]))

/* The commands as rows of the usage table. */
static const struct yx_usage_row *
rows(void)
{
	static struct yx_usage_row row[COMMANDS_N];

	for (size_t i = 0; i < COMMANDS_N; i++)
		row[i] = (struct yx_usage_row){ COMMANDS[i].name, COMMANDS[i].arguments, COMMANDS[i].help };
	return row;
}

int
main(int argc, char **argv)
{
	const struct yx_usage usage = { .program = "yinxinctl", .what = "the operator's command line of Yinxin",
		.commands = rows(), .options = OPTIONS };

	hsm_main(argc, argv);
	yx_log_open("yinxinctl", YX_LOG_WARN);
	if (yx_usage_asked(&usage, argc, argv))
		return CTL_OK;
	for (const struct ctl_command *c = COMMANDS; argc > 1 && c->name != NULL; c++)
		if (strcmp(c->name, argv[1]) == 0)
			return c->fn(argc - 1, argv + 1);
	if (argc > 1)
		fprintf(stderr, "yinxinctl: unknown command %s\n", argv[1]);
	yx_usage_help(&usage, stderr);
	return CTL_ERROR;
}
