#include "backend/pades/pades.h"

#include <fcntl.h>
#include <unistd.h>

#include "backend/pades/file.h"
#include "backend/pades/qpdf.h"

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

int
pades_normalise(const char *in_path, const char *out_path, const struct pades_limits *limits)
{
	struct pades_facts facts;
	int rc = pades_inspect_apart(in_path, limits, &facts);

	if (rc == YX_OK)
		return YX_STATE;
	if ((rc != YX_PDF_BROKEN && rc != YX_PDF_ENCRYPTED && rc != YX_PDF_UNSUPPORTED) ||
	    (rc == YX_PDF_ENCRYPTED && !facts.liftable))
		return rc;
	if ((rc = check_unsigned(in_path)) != YX_OK || (rc = run_qpdf(in_path, out_path)) != YX_OK ||
	    (rc = pades_inspect_apart(out_path, limits, &facts)) != YX_OK)
		return rc;
	return facts.signatures > 0 ? YX_PDF_SIGNED : YX_OK;
}
