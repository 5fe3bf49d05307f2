#include "backend/pades/pades.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "backend/pades/file.h"
#include "backend/pades/qpdf.h"
#include "backend/pades/xfa.h"

static int
run_qpdf(const char *in, const char *out)
{
	const char *const options[] = { "--decrypt", "--password=", "--deterministic-id", "--", in, out, NULL };

	return pdf_run_qpdf(options);
}

/* Whoever rewrites a signed file destroys the signature. */
static int
check_unsigned(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = YX_OK;

	if (fd < 0)
		return YX_IO;
	if (pdf_mentions(fd, "/ByteRange"))
		rc = YX_PDF_SIGNED;
	close(fd);
	return rc;
}

/* The XML leaves the file with qpdf, which writes what is referred to: out_path is where the two meet. */
static int
run_without_xfa(const char *in, const char *out)
{
	char mid[PATH_MAX];
	int fd = -1, rc = snprintf(mid, sizeof(mid), "%s.XXXXXX", out) < (int)sizeof(mid) ? YX_OK : YX_IO;

	if (rc != YX_OK || (fd = mkostemp(mid, O_CLOEXEC)) < 0)
		return YX_IO;
	close(fd);
	if ((rc = pdf_xfa_strip(in, mid)) == YX_OK)
		rc = run_qpdf(mid, out);
	unlink(mid);
	return rc;
}

int
pades_normalise(const char *in_path, const char *out_path, const struct pades_limits *limits)
{
	struct pades_facts facts;
	int xfa, rc = pades_inspect_apart(in_path, limits, &facts);

	if (rc == YX_OK)
		return YX_STATE;
	if ((rc != YX_PDF_BROKEN && rc != YX_PDF_ENCRYPTED && rc != YX_PDF_UNSUPPORTED) ||
	    (rc == YX_PDF_ENCRYPTED && !facts.liftable))
		return rc;
	xfa = rc == YX_PDF_UNSUPPORTED && facts.liftable;
	if ((rc = check_unsigned(in_path)) != YX_OK ||
	    (rc = xfa ? run_without_xfa(in_path, out_path) : run_qpdf(in_path, out_path)) != YX_OK ||
	    (rc = pades_inspect_apart(out_path, limits, &facts)) != YX_OK)
		return rc;
	return facts.signatures > 0 ? YX_PDF_SIGNED : YX_OK;
}
