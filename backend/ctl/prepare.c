#include "backend/ctl/sign.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "backend/pades/file.h"
#include "common/codec.h"

#define SIGNATURE_MAX 4096

static int
print_base64(const struct yx_buf *bytes)
{
	struct yx_buf text;
	int rc;

	yx_buf_init(&text, (size_t)1 << 20);
	yx_base64(&text, bytes->data, bytes->len);
	if ((rc = yx_buf_status(&text)) == YX_OK)
		printf("%s\n", yx_buf_str(&text));
	yx_buf_free(&text);
	return rc;
}

/* First phase: the file with its hole, and what has to be signed. */
int
ctl_prepare(int argc, char **argv)
{
	struct ctl_sign s;
	int rc;

	if ((rc = ctl_sign_open(&s, argc, argv, 0)) == YX_OK && (rc = ctl_sign_create(&s)) == YX_OK &&
	    (rc = ctl_sign_append(&s)) == YX_OK && (rc = ctl_sign_begin(&s)) == YX_OK &&
	    (rc = ctl_sign_commit(&s)) == YX_OK)
		rc = print_base64(&s.attributes);
	ctl_sign_close(&s);
	return rc == YX_OK ? CTL_OK : CTL_ERROR;
}

static int
copy_prepared(struct ctl_sign *s)
{
	int in = open(s->in, O_RDONLY | O_CLOEXEC), rc = in < 0 ? YX_IO : YX_OK;
	int64_t size;

	if (rc == YX_OK && (rc = pdf_file_size(in, &size)) == YX_OK)
		rc = pdf_copy(in, s->fd, size);
	if (in >= 0)
		close(in);
	if (rc == YX_OK)
		rc = pades_find_hole(s->fd, &s->made.hole);
	s->made.digest_n = sizeof(s->made.digest);
	if (rc == YX_OK)
		rc = pades_digest(s->fd, &s->made.hole, s->how.md, s->made.digest, &s->made.digest_n);
	if (rc != YX_OK)
		ctl_fail(s->in, rc);
	return rc;
}

/* The raw signature as the card gave it. */
static int
read_signature(struct ctl_sign *s, uint8_t *out, size_t *n)
{
	int fd, rc;

	if (s->signature_path == NULL) {
		fprintf(stderr, "yinxinctl: --signature is needed\n");
		return YX_USAGE;
	}
	fd = open(s->signature_path, O_RDONLY | O_CLOEXEC);
	rc = fd < 0 ? YX_IO : pdf_pread(fd, out, SIGNATURE_MAX, 0, n);
	if (fd >= 0)
		close(fd);
	if (rc != YX_OK)
		ctl_fail(s->signature_path, rc);
	return rc;
}

/* Second phase: the digest is computed again from the file, so a signature over
 * anything else does not fit. */
int
ctl_embed(int argc, char **argv)
{
	struct ctl_sign s;
	uint8_t signature[SIGNATURE_MAX];
	size_t n = 0;
	int rc;

	if ((rc = ctl_sign_open(&s, argc, argv, 0)) == YX_OK &&
	    (rc = read_signature(&s, signature, &n)) == YX_OK && (rc = ctl_sign_create(&s)) == YX_OK &&
	    (rc = copy_prepared(&s)) == YX_OK && (rc = ctl_sign_begin(&s)) == YX_OK &&
	    (rc = ctl_sign_finish(&s, signature, n)) == YX_OK)
		rc = ctl_sign_commit(&s);
	ctl_sign_close(&s);
	return rc == YX_OK ? CTL_OK : CTL_ERROR;
}
