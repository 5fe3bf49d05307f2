#include "backend/domain/admin/key_trial.h"

#include <time.h>
#include <unistd.h>

#include "backend/domain/contract/contract.h"
#include "backend/domain/document/seal.h"
#include "backend/domain/proof/proof.h"
#include "backend/domain/registry/table_pdf.h"
#include "backend/pades/verify.h"
#include "common/cert.h"
#include "common/io.h"

#define PDF_MAX ((size_t)1 << 20)

static const struct table_column COLUMNS[] = { { "項目", 120 }, { "內容", 500 } };
#define ROWS 4
struct page_text { const char *name[ROWS], *value[ROWS]; };

static const char *
cell(void *ctx, size_t row, size_t column)
{
	const struct page_text *t = ctx;

	return column == 0 ? t->name[row] : t->value[row];
}

static int
write_page(struct act *act, const struct seal_signer *s, struct yx_buf *out)
{
	struct page_text text = { { "用途", "憑證主體", "憑證序號", "試蓋人員" },
		{ "測試用，沒有任何效力。For a test only; without any effect.", "", "", act->who.name } };
	const struct table_pdf t = { .title = "平台金鑰試蓋", .about = act->domain->conf->platform_name, .columns = COLUMNS,
		.columns_n = 2, .cell = cell, .ctx = &text, .rows = ROWS };
	struct yx_cert c;
	int rc = yx_cert_of(act->arena, s->cert, &c);

	if (rc != YX_OK)
		return rc;
	text.value[1] = c.subject;
	text.value[2] = c.serial;
	rc = table_pdf(&t, out);
	yx_cert_free(&c);
	return rc;
}

static int
seal(struct act *act, const struct seal_signer *s, const char *path, char sample[YX_ID_SIZE])
{
	struct domain *d = act->domain;
	struct pades_part parts[] = {
		{ .kind = PADES_FIELD, .field = { .name = FIELD_PLATFORM } },
		{ .kind = PADES_SIGN, .sign = { .field = FIELD_PLATFORM, .certify = 1, .name = d->conf->platform_name,
		    .reason = "試蓋 test", .when = (time_t)(act_now(act) / 1000) } },
	};
	const struct pades_change change = { .parts = parts, .n = 2 };
	struct proof_seal stamp;
	const struct seal_work work = { .signer = *s, .change = &change, .in_path = path,
		.stamp = proof_stamper(d, &stamp) };

	return seal_prepared(d->store, act->arena, &work, sample);
}

static int
judge(struct act *act, const char *sample, struct platform_key_trial *out)
{
	const struct domain *d = act->domain;
	const struct pades_policy policy = { .trust = d->trust, .tsa_trust = d->tsa_trust };
	const char *path = yx_store_prepared_path(d->store, act->arena, sample);
	struct pades_report r = { .n = 0 };
	int rc = path == NULL ? YX_NO_MEMORY : pades_verify(act->arena, path, &policy, &r);

	if (rc != YX_OK)
		return rc;
	out->valid = r.valid && r.n == 1;
	out->level = r.n == 1 ? yx_arena_strdup(act->arena, r.sig[0].level) : "";
	out->why = yx_arena_strdup(act->arena, r.n == 1 ? r.sig[0].why : r.why);
	pades_report_free(&r);
	return out->level == NULL || out->why == NULL ? YX_NO_MEMORY : YX_OK;
}

int
key_trial(struct act *act, const struct seal_signer *s, char sample[YX_ID_SIZE], struct platform_key_trial *out)
{
	const char *path = NULL;
	struct yx_buf pdf;
	int fd = -1, rc;

	yx_buf_init(&pdf, PDF_MAX);
	if ((rc = write_page(act, s, &pdf)) == YX_OK &&
	    (rc = yx_store_temp(act->domain->store, act->arena, &path, &fd)) == YX_OK &&
	    (rc = yx_write_all(fd, pdf.data, pdf.len)) == YX_OK && (rc = seal(act, s, path, sample)) == YX_OK)
		rc = judge(act, sample, out);
	if (fd >= 0)
		close(fd);
	if (path != NULL)
		unlink(path);
	yx_buf_free(&pdf);
	return rc;
}
