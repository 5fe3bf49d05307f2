#include "backend/pades/examine.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/pades/apart.h"
#include "backend/pades/cades.h"
#include "backend/pades/confine.h"
#include "backend/pades/file.h"
#include "backend/pades/verify_words.h"
#include "common/io.h"

#define ARENA_MAX ((size_t)16 << 20)
#define RANGES_OUT "%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64
#define RANGES_IN  "%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%" SCNd64

/* What one side writes and the other reads: "WORD pages signatures empty certified size liftable". */
#define FACTS_OUT "%s %d %d %d %d %" PRId64 " %d\n"
#define FACTS_IN  "%63s %d %d %d %d %" SCNd64 " %d"
#define FACTS_MAX 256

/* ---- the confined side ---- */

/* {"error":WORD}, or the report. */
static int
answer(struct yx_arena *a, int rc, const struct pades_report *r)
{
	struct yx_buf b;
	struct yx_jw w;
	int failed = 1;

	yx_buf_init(&b, PADES_EXAMINE_MAX);
	yx_jw_open(&w, &b);
	yx_jw_object(&w, NULL);
	if (rc != YX_OK)
		yx_jw_str(&w, "error", yx_err_word(rc));
	else
		pades_report_write(&w, a, r, 1);
	yx_jw_end_object(&w);
	if (yx_jw_close(&w) == YX_OK)
		failed = yx_write_all(STDOUT_FILENO, b.data, b.len) != YX_OK;
	yx_buf_free(&b);
	return failed;
}

static int
look_at_file(struct yx_arena *a, const struct pades_exhibit *x, const struct pades_policy *policy,
    struct pades_report *r)
{
	struct yx_buf cms;
	struct cades_question q = { .fd = STDIN_FILENO, .from = x->from, .to = x->from + x->size, .cms = &cms,
		.policy = policy };
	uint8_t *room;
	int rc = YX_NO_MEMORY;

	yx_buf_init(&cms, (size_t)x->cms_size + 1);
	if ((room = yx_buf_room(&cms, (size_t)x->cms_size)) != NULL &&
	    (rc = pdf_pread_all(STDIN_FILENO, room, (size_t)x->cms_size, x->cms_from)) == YX_OK) {
		cms.len = (size_t)x->cms_size;
		rc = cades_verify(a, &q, r);
	}
	yx_buf_free(&cms);
	return rc;
}

static int
look(struct yx_arena *a, const char *ranges, const struct pades_policy *policy, struct pades_report *r)
{
	struct pades_exhibit x = { 0 };

	if (ranges == NULL)
		return pades_verify_fd(a, STDIN_FILENO, policy, r);
	if (sscanf(ranges, RANGES_IN, &x.from, &x.size, &x.cms_from, &x.cms_size) != 4 || x.from <= 0 || x.size < 0 ||
	    x.cms_from < 0 || x.cms_size < 0 || x.cms_size > PADES_EXAMINE_CMS)
		return YX_USAGE;
	return look_at_file(a, &x, policy, r);
}

static int
inspect_main(const struct pades_limits *limits)
{
	struct pades_facts f = { 0 };
	char line[FACTS_MAX];
	int n, rc = pades_confine(limits);

	if (rc == YX_OK)
		rc = pades_inspect_fd(STDIN_FILENO, &f);
	n = snprintf(line, sizeof(line), FACTS_OUT, yx_err_word(rc), f.pages, f.signatures, f.empty_fields, f.certified,
	    f.size, f.liftable);
	return yx_write_all(STDOUT_FILENO, line, (size_t)n) != YX_OK;
}

static int
examine_main(const struct pades_limits *limits, const char *trust_dir, const char *ranges)
{
	struct yx_arena *a = yx_arena_new(ARENA_MAX);
	struct pki_trust *trust = NULL;
	struct pki_approved *approved = NULL;
	struct pades_report r = { 0 };
	int rc = a == NULL ? YX_NO_MEMORY : YX_OK;

	/* What is ours is read before: the file's turn comes when nothing else can be had. */
	if (rc == YX_OK && (rc = pki_trust_open(trust_dir, NULL, &trust)) == YX_OK &&
	    (rc = pki_approved_open(trust_dir, &approved)) == YX_NOT_FOUND)
		rc = YX_OK;
	if (rc == YX_OK && (rc = pades_confine(limits)) == YX_OK) {
		const struct pades_policy policy = { .trust = trust, .approved = approved };

		rc = look(a, ranges, &policy, &r);
	}
	return answer(a, rc, &r);
}

int
pades_apart_main(int argc, char **argv, int *status)
{
	struct pades_limits limits;
	const int inspects = argc == 3 && strcmp(argv[1], PADES_INSPECT) == 0;

	if (!inspects && !((argc == 4 || argc == 5) && strcmp(argv[1], PADES_EXAMINE) == 0))
		return 0;
	if (pdf_limits_parse(argv[2], &limits) != YX_OK) {
		*status = 2;
		return 1;
	}
	pdf_apart_begin();
	/* (without the clean-up of exit(): it wants calls that are gone) */
	_exit(inspects ? inspect_main(&limits) : examine_main(&limits, argv[3], argc == 5 ? argv[4] : NULL));
}

/* ---- our side ---- */

int
pades_examine(const struct pades_exhibit *x, const char *trust_dir, const struct pades_limits *limits,
    struct yx_buf *json)
{
	char ranges[96], most[PDF_LIMITS_SIZE];
	const char *const argv[] = { "examine", PADES_EXAMINE, most, trust_dir, x->cms_size == 0 ? NULL : ranges, NULL };
	int in = open(x->path, O_RDONLY | O_CLOEXEC), rc;

	if (in < 0)
		return YX_IO;
	pdf_limits_print(limits, most);
	snprintf(ranges, sizeof(ranges), RANGES_OUT, x->from, x->size, x->cms_from, x->cms_size);
	rc = pdf_apart(argv, in, json);
	close(in);
	return rc;
}

int
pades_inspect_apart(const char *path, const struct pades_limits *limits, struct pades_facts *out)
{
	char most[PDF_LIMITS_SIZE], word[64];
	const char *const argv[] = { "inspect", PADES_INSPECT, most, NULL };
	struct yx_buf said;
	int in, rc;

	memset(out, 0, sizeof(*out));
	if (limits->seconds == 0)
		return pades_inspect(path, out);
	if ((in = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return YX_IO;
	yx_buf_init(&said, FACTS_MAX);
	pdf_limits_print(limits, most);
	rc = pdf_apart(argv, in, &said);
	close(in);
	if (rc == YX_OK)
		rc = sscanf(yx_buf_str(&said), FACTS_IN, word, &out->pages, &out->signatures, &out->empty_fields,
		    &out->certified, &out->size, &out->liftable) == 7 ? yx_err_of_word(word) : YX_PDF_TOO_COMPLEX;
	yx_buf_free(&said);
	return rc;
}
