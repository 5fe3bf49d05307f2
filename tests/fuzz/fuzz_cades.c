/* fuzz_cades.c - foreign bytes as a detached signature: everything that the verifier reads of
 * a CMS, its timestamps, its proofs of revocation, and what a card's certificate says. */
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "backend/pades/cades.h"
#include "backend/pades/verify_material.h"
#include "backend/pades/verify_words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What it proves of its own certificates, whoever they are of. */
static void
ask(const uint8_t *data, size_t size)
{
	struct pades_material m;
	struct cms_parts c;
	const char *why;

	if (pades_material_open(&m) != YX_OK)
		_exit(1);
	if (cms_parts_open(data, size, &c, &why) == YX_OK && pades_material_cms(&m, &c) == YX_OK)
		for (int i = 0; i < sk_X509_num(m.certs); i++) {
			const struct pades_question q = { c.signer, sk_X509_value(m.certs, i), 0, 4102444800 };
			struct pades_revocation r;

			pades_revocation_of(&m, &q, &r);
		}
	cms_parts_free(&c);
	pades_material_free(&m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct pades_policy policy = { .now = 1800000000 };
	struct yx_arena *a = yx_arena_new((size_t)4 << 20);
	struct yx_buf cms, out;
	struct pades_report r;
	struct yx_jw w;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	yx_buf_init(&cms, (size_t)4 << 20);
	yx_buf_init(&out, (size_t)4 << 20);
	yx_buf_add(&cms, data, size);
	if (a == NULL || fd < 0)
		_exit(1);
	if (cades_verify(a, &(struct cades_question){ .fd = fd, .cms = &cms, .policy = &policy }, &r) == YX_OK) {
		if (r.valid)
			__builtin_trap(); /* nothing is valid without trust */
		yx_jw_open(&w, &out);
		yx_jw_object(&w, NULL);
		pades_report_write(&w, a, &r, 0);
		yx_jw_end_object(&w);
		(void)!yx_jw_close(&w);
		pades_report_free(&r);
	}
	ask(data, size);
	yx_buf_free(&cms);
	yx_buf_free(&out);
	yx_arena_free(&a);
	close(fd);
	return 0;
}
