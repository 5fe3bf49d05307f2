/* yinxinctl sign-file: a detached signature of a file that is no PDF. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/ctl/sign.h"
#include "backend/pades/cades.h"
#include "backend/pades/file.h"

#define CMS_MAX ((size_t)1 << 20)

/* The CMS, with a timestamp if one is wanted, into the new file. */
static int
sign(struct ctl_sign *s)
{
	const struct cades_signer signer = { .key = s->key, .cert = s->cert, .chain = s->chain, .how = s->how };
	int fd = open(s->in, O_RDONLY | O_CLOEXEC), rc = fd < 0 ? YX_IO : cades_sign(&signer, fd, &s->cms);

	if (fd >= 0)
		close(fd);
	if (rc != YX_OK) {
		ctl_fail(s->in, rc);
		return rc;
	}
	if (s->tsa != NULL && (rc = pades_cms_stamp(&s->cms, CMS_MAX, &s->stamp)) != YX_OK) {
		ctl_fail(s->tsa, rc);
		return rc;
	}
	if ((rc = pdf_pwrite_all(s->fd, s->cms.data, s->cms.len, 0)) != YX_OK)
		ctl_fail(s->out, rc);
	return rc;
}

int
ctl_sign_file(int argc, char **argv)
{
	struct ctl_sign s;
	int rc = ctl_sign_open(&s, argc, argv, 1);

	if (rc == YX_OK && (rc = ctl_sign_create(&s)) == YX_OK && (rc = sign(&s)) == YX_OK)
		rc = ctl_sign_commit(&s);
	ctl_sign_close(&s);
	return rc == YX_OK ? CTL_OK : CTL_ERROR;
}
