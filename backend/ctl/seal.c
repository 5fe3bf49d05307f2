#include "backend/ctl/sign.h"

/* Both phases at once, with a key in a file. */
int
ctl_seal(int argc, char **argv)
{
	struct ctl_sign s;
	struct yx_buf signature;
	int rc;

	yx_buf_init(&signature, 4096);
	if ((rc = ctl_sign_open(&s, argc, argv, 1)) != YX_OK || (rc = ctl_sign_create(&s)) != YX_OK ||
	    (rc = ctl_sign_append(&s)) != YX_OK || (rc = ctl_sign_begin(&s)) != YX_OK)
		goto out;
	if ((rc = pki_sign(s.key, &s.how, yx_buf_bytes(&s.attributes), &signature)) != YX_OK) {
		ctl_fail(s.key_path, rc);
		goto out;
	}
	if ((rc = ctl_sign_finish(&s, signature.data, signature.len)) == YX_OK)
		rc = ctl_sign_commit(&s);
out:
	yx_buf_free(&signature);
	ctl_sign_close(&s);
	return rc == YX_OK ? CTL_OK : CTL_ERROR;
}
