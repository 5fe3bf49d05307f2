#include "backend/pades/pades.h"

#include <fcntl.h>
#include <qpdf/qpdf-c.h>
#include <unistd.h>

#include "backend/pades/file.h"
#include "backend/pades/qpdf.h"

static int
run_qpdf(const char *in, const char *out)
{
	const char *const options[] = { "--decrypt", "--password=", "--deterministic-id", "--", in, out, NULL };

	return pdf_run_qpdf(options);
}

/* A protection that anybody may lift, and whose owner allows everything: it opens
 * without a password and forbids neither changes nor extraction (ISO 32000-2, 7.6.4.2). */
static int
check_protection(const char *path)
{
	qpdf_data q = qpdf_init();
	int rc = YX_PDF_ENCRYPTED;

	if (q == NULL)
		return YX_NO_MEMORY;
	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	qpdf_set_attempt_recovery(q, QPDF_FALSE);
	if (!(qpdf_read(q, path, "") & QPDF_ERRORS) && qpdf_allow_modify_all(q) && qpdf_allow_extract_all(q))
		rc = YX_OK;
	qpdf_cleanup(&q);
	return rc;
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
pades_normalise(const char *in_path, const char *out_path)
{
	struct pades_facts facts;
	int rc = pades_inspect(in_path, &facts);

	if (rc == YX_OK)
		return YX_STATE;
	if (rc != YX_PDF_BROKEN && rc != YX_PDF_ENCRYPTED && rc != YX_PDF_UNSUPPORTED)
		return rc;
	if ((rc == YX_PDF_ENCRYPTED && (rc = check_protection(in_path)) != YX_OK) ||
	    (rc = check_unsigned(in_path)) != YX_OK || (rc = run_qpdf(in_path, out_path)) != YX_OK ||
	    (rc = pades_inspect(out_path, &facts)) != YX_OK)
		return rc;
	return facts.signatures > 0 ? YX_PDF_SIGNED : YX_OK;
}
