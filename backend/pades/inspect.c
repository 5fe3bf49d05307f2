#include "backend/pades/inspect.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <qpdf/qpdf-c.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "backend/pades/locks.h"
#include "backend/pades/xfa.h"

/* Two readers look at each file: libqpdf, strictly and without repair, and our
 * own, which knows offsets. A file on which they differ is refused. */

#define ARENA_MAX   ((size_t)48 << 20)
#define FILE_MAX    ((int64_t)4 << 30)  /* many readers hold offsets in 32 bits */
#define PAGES_MAX   1000000
/* From this size on it is read as memory: libqpdf asks for each row of a table five times otherwise, and what it
 * keeps of many rows is given back at once. Whoever shortens a file meanwhile ends the process; those of a store are
 * never changed. */
#define LARGE_FILE  ((int64_t)1 << 20)

/* The C API counts handles per document; they are released with it. */
static int
read_pages(qpdf_data q, int *pages)
{
	qpdf_oh root = qpdf_get_root(q), tree, count;

	if (!qpdf_oh_is_dictionary(q, root))
		return YX_PDF_BROKEN;
	tree = qpdf_oh_get_key(q, root, "/Pages");
	if (!qpdf_oh_is_dictionary(q, tree) || !qpdf_oh_is_array(q, qpdf_oh_get_key(q, tree, "/Kids")))
		return YX_PDF_BROKEN;
	count = qpdf_oh_get_key(q, tree, "/Count");
	if (!qpdf_oh_is_integer(q, count))
		return YX_PDF_BROKEN;
	*pages = qpdf_oh_get_int_value_as_int(q, count);
	if (*pages < 1)
		return YX_PDF_BROKEN;
	return *pages <= PAGES_MAX ? YX_OK : YX_PDF_TOO_COMPLEX;
}

static int
qpdf_refusal(qpdf_data q)
{
	qpdf_error error = qpdf_get_error(q);

	/* It calls a file damaged, too, whose rows it had no memory for. */
	if (strstr(qpdf_get_error_full_text(q, error), "std::bad_alloc") != NULL)
		return YX_PDF_TOO_COMPLEX;
	switch (qpdf_get_error_code(q, error)) {
	case qpdf_e_password:
		return YX_PDF_ENCRYPTED;
	case qpdf_e_unsupported:
		return YX_PDF_UNSUPPORTED;
	case qpdf_e_system:
		return YX_IO;
	case qpdf_e_internal: /* (no memory is among these) */
		return YX_PDF_TOO_COMPLEX;
	default:
		return YX_PDF_BROKEN;
	}
}

/* What it makes of a file that it has opened. */
static int
judge_with_qpdf(qpdf_data q, QPDF_ERROR_CODE opened, int *pages)
{
	if (opened & QPDF_ERRORS)
		return qpdf_refusal(q);
	return qpdf_is_encrypted(q) ? YX_PDF_ENCRYPTED : read_pages(q, pages);
}

static int
look_in_memory(qpdf_data q, const struct pdf_input *in, int *pages)
{
	void *p = mmap(NULL, (size_t)in->size, PROT_READ, MAP_PRIVATE, in->fd, 0);
	int rc;

	if (p == MAP_FAILED)
		return errno == ENOMEM ? YX_NO_MEMORY : YX_IO;
	rc = judge_with_qpdf(q, qpdf_read_memory(q, "file", p, (unsigned long long)in->size, NULL), pages);
	munmap(p, (size_t)in->size);
	return rc;
}

static int
look_with_qpdf(const char *path, const struct pdf_input *in, int *pages)
{
	qpdf_data q = qpdf_init();
	int rc;

	if (q == NULL)
		return YX_NO_MEMORY;
	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	qpdf_set_attempt_recovery(q, QPDF_FALSE);
	rc = path == NULL || in->size > LARGE_FILE ? look_in_memory(q, in, pages) :
	    judge_with_qpdf(q, qpdf_read(q, path, NULL), pages);
	qpdf_cleanup(&q);
	if (in->size > LARGE_FILE)
		malloc_trim(0);
	return rc;
}

/* A signature whose prohibitions can't be read counts, and says nothing: whoever
 * wants to append asks again. */
static int
count_fields(struct pdf_doc *d, const struct pdf_form *form, struct pades_facts *out)
{
	struct pdf_locks locks = { 0 };
	struct pdf_object o;
	int rc;

	for (size_t i = 0; i < form->sig_n; i++) {
		if (form->sig[i].v_id == 0) {
			out->empty_fields++;
			continue;
		}
		out->signatures++;
		if ((rc = pdf_fetch(d, 0, form->sig[i].v_id, &o)) != YX_OK)
			return rc;
		if (pdf_type(o.value) != PDF_DICT)
			return YX_PDF_BROKEN;
		if ((rc = pdf_locks_add(d, 0, o.value, &locks)) != YX_OK && rc != YX_PDF_BROKEN)
			return rc;
	}
	out->certified = locks.docmdp;
	return YX_OK;
}

static int
check_own(struct pdf_doc *d, struct pades_facts *out, struct pdf_form *form)
{
	struct pdf_object page;
	struct pdf_span encrypt;
	int rc;

	out->size = d->in.size;
	if (d->in.size > FILE_MAX)
		return YX_PDF_UNSUPPORTED;
	if ((rc = pdf_get(d->sec[0].trailer, "Encrypt", &encrypt)) != YX_OK)
		return rc;
	if (encrypt.p != NULL)
		return YX_PDF_ENCRYPTED;
	if ((rc = pdf_form_read(d, 0, form)) != YX_OK ||
	    (rc = pdf_page(d, 0, form->root.value, 1, &page)) != YX_OK)
		return rc == YX_BAD_FIELD ? YX_PDF_BROKEN : rc;
	return count_fields(d, form, out);
}

int
pdf_inspect(struct pdf_doc *d, const char *path, struct pades_facts *out, struct pdf_form *form)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = check_own(d, out, form)) != YX_OK)
		return rc;
	return look_with_qpdf(path, &d->in, &out->pages);
}

/* May anybody lift the protection? Asked only of files that have one. */
static int
is_liftable(const struct pdf_input *in)
{
	qpdf_data q = qpdf_init();
	void *p = mmap(NULL, (size_t)in->size, PROT_READ, MAP_PRIVATE, in->fd, 0);
	int yes = 0;

	if (q != NULL && p != MAP_FAILED) {
		qpdf_silence_errors(q);
		qpdf_set_suppress_warnings(q, QPDF_TRUE);
		qpdf_set_attempt_recovery(q, QPDF_FALSE);
		yes = !(qpdf_read_memory(q, "file", p, (unsigned long long)in->size, "") & QPDF_ERRORS) &&
		    qpdf_allow_modify_all(q) && qpdf_allow_extract_all(q);
	}
	if (q != NULL) {
		(void)qpdf_get_error(q); /* (it would tell the log) */
		qpdf_cleanup(&q);
	}
	if (p != MAP_FAILED)
		munmap(p, (size_t)in->size);
	return yes;
}

static int
inspect(const char *path, int fd, struct pades_facts *out)
{
	struct yx_arena *a = yx_arena_new(ARENA_MAX);
	struct pdf_form form;
	struct pdf_doc d;
	int rc = YX_NO_MEMORY;

	memset(out, 0, sizeof(*out));
	if (a != NULL && (rc = pdf_doc_open(&d, a, fd)) == YX_OK)
		rc = pdf_inspect(&d, path, out, &form);
	if (rc == YX_OK && form.xfa) {
		out->liftable = pdf_xfa_static(&d, &form);
		rc = out->liftable ? YX_PDF_UNSUPPORTED : YX_PDF_DYNAMIC;
	}
	if (rc == YX_PDF_ENCRYPTED)
		out->liftable = is_liftable(&d.in);
	yx_arena_free(&a);
	return rc;
}

int
pades_inspect_fd(int fd, struct pades_facts *out)
{
	return inspect(NULL, fd, out);
}

int
pades_inspect(const char *path, struct pades_facts *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = YX_IO;

	memset(out, 0, sizeof(*out));
	if (fd >= 0) {
		rc = inspect(path, fd, out);
		close(fd);
	}
	return rc;
}

int
pades_empty_field(struct yx_arena *a, const char *path, const char **name)
{
	struct yx_arena *own = yx_arena_new(ARENA_MAX);
	struct pdf_doc d;
	struct pdf_form form;
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = YX_IO;

	*name = NULL;
	if (own == NULL || fd < 0)
		goto out;
	if ((rc = pdf_doc_open(&d, own, fd)) != YX_OK || (rc = pdf_form_read(&d, 0, &form)) != YX_OK)
		goto out;
	rc = YX_NOT_FOUND;
	for (size_t i = 0; i < form.sig_n && *name == NULL; i++)
		if (form.sig[i].v_id == 0)
			rc = (*name = yx_arena_strdup(a, form.sig[i].name)) == NULL ? YX_NO_MEMORY : YX_OK;
out:
	if (fd >= 0)
		close(fd);
	yx_arena_free(&own);
	return rc;
}
