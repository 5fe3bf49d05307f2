#include "backend/domain/base/audit_list.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/audit_internal.h"
#include "backend/domain/base/domain.h"
#include "backend/domain/base/outbox.h"
#include "backend/pki/tsa.h"
#include "common/log.h"

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct audit_publication *)item = (struct audit_publication){ yx_row_int(r, 0), yx_row_time(r, 1),
		yx_row_str(r, 2), yx_row_str(r, 3), yx_row_str(r, 4), yx_row_time(r, 5) };
}

int
audit_publications(struct act *act, struct audit_publication **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT number, at, LOWER(HEX(hash)), file, mailed_to, stamped_at FROM audit_published"
	    " ORDER BY number DESC LIMIT 10",
	    YX_P_NONE, &l);

	*list = l.items;
	*n = l.count;
	return rc;
}

/* The newest block, as others keep it. */
struct head {
	int64_t     number;
	const char *hash, *at, *signer, *signature;   /* hex, UTC, hex, base64 */
};

static int
due(struct act *act, struct head *h)
{
	int64_t wait = act->domain->conf->audit_publish_hours * 3600000;
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT b.number, LOWER(HEX(b.hash)), DATE_FORMAT(b.at, '%Y-%m-%dT%H:%i:%sZ'), LOWER(HEX(b.signer)),"
	    " REPLACE(TO_BASE64(b.signature), '\n', '') FROM audit_tip t JOIN audit_block b ON b.number = t.number"
	    " WHERE t.one = 1 AND NOT EXISTS (SELECT 1 FROM audit_published p WHERE p.number >= b.number OR p.at > ?)",
	    YX_P(yx_p_time(act_now(act) - wait)), &r);

	*h = (struct head){ .number = 0 };
	if (rc == YX_OK)
		*h = (struct head){ yx_row_int(r, 0), yx_row_str(r, 1), yx_row_str(r, 2), yx_row_str(r, 3), yx_row_str(r, 4) };
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}

/* Line 1 is what audit-verify compares; the rest lets others check the platform's signature
 * (over YINXIN-AUDIT-BLOCK-1, a NUL and the hash). */
static const char *
text_of(struct act *act, const struct head *h)
{
	return yx_arena_printf(act->arena, "%lld %s\nat %s\nsigner %s\nsignature %s\n", (long long)h->number, h->hash,
	    h->at, h->signer, h->signature);
}

/* A file that is never written again: O_EXCL, and synced. One that is there already is from
 * a try whose transaction did not come through. */
static int
write_file(const char *path, const void *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444), ok;

	if (fd < 0) {
		if (errno == EEXIST)
			return YX_OK;
		yx_error("%s: %s", path, strerror(errno));
		return YX_IO;
	}
	ok = write(fd, bytes, n) == (ssize_t)n && fsync(fd) == 0;
	if (!ok)
		yx_error("%s: %s", path, strerror(errno));
	close(fd);
	return ok ? YX_OK : YX_IO;
}

static int
mail(struct act *act, const char *to, const char *text)
{
	struct outbox_new m = { .recipient = to, .at = act_now(act),
		.subject = yx_arena_printf(act->arena, "稽核軌跡鏈首 %s", act->domain->conf->platform_name),
		.body = yx_arena_printf(act->arena, "請保存本信：日後可據以證明在此之前的稽核軌跡未遭變更。\n"
		    "Keep this mail: it proves later that the audit trail before it was not changed.\n\n%s", text) };

	return m.subject == NULL || m.body == NULL ? YX_NO_MEMORY : outbox_add(act->db, &m);
}

struct publishing {
	struct act        *act;
	const struct head *h;
	const char        *file, *text;
};

static int
publish(struct yx_db *db, void *ctx)
{
	struct publishing *p = ctx;
	const char *list = p->act->domain->conf->audit_publish_to;
	int rc = yx_db_exec(db,
	    "INSERT INTO audit_published (number, at, hash, file, mailed_to) VALUES (?, ?, UNHEX(?), ?, LEFT(?, 1000))",
	    YX_P(yx_p_int(p->h->number), yx_p_time(act_now(p->act)), yx_p_str(p->h->hash), yx_p_str(p->file),
	        yx_p_str(list)), NULL);

	while (rc == YX_OK && *list != '\0') {
		size_t n = strcspn(list, ", ");
		const char *to = yx_arena_strndup(p->act->arena, list, n);

		if (to == NULL)
			return YX_NO_MEMORY;
		if (n > 0)
			rc = mail(p->act, to, p->text);
		list += n + (list[n] != '\0');
	}
	return rc != YX_OK ? rc : audit_act(p->act, "audit.publish", p->h->hash, "file", p->file);
}

int
audit_publish(struct act *act, int64_t *number)
{
	struct publishing p = { .act = act };
	const char *path;
	struct head h;
	int rc = due(act, &h);

	*number = 0;
	if (rc != YX_OK || h.number == 0)
		return rc;
	p.h = &h;
	p.file = yx_arena_printf(act->arena, "head-%012lld", (long long)h.number);
	p.text = text_of(act, &h);
	if (p.file == NULL || p.text == NULL || (path = audit_published_path(act->arena, p.file)) == NULL)
		return YX_NO_MEMORY;
	if ((rc = write_file(path, p.text, strlen(p.text))) != YX_OK)
		return rc;
	rc = yx_db_tx(act->db, publish, &p);
	if (rc == YX_OK)
		*number = h.number;
	/* Another worker was faster. */
	return rc == YX_CONFLICT ? YX_OK : rc;
}

/* ---- timestamps of heads ---- */

int
audit_published_digest(const char *path, struct pki_digest *out)
{
	uint8_t bytes[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes));

	if (fd >= 0)
		close(fd);
	*out = (struct pki_digest){ .md = "SHA-256", .n = 32 };
	if (n <= 0 || n == sizeof(bytes))
		return YX_IO;
	SHA256(bytes, (size_t)n, out->bytes);
	return YX_OK;
}

struct stamping { struct act *act; int64_t number, at; };

static int
note_stamp(struct yx_db *db, void *ctx)
{
	struct stamping *s = ctx;
	const char *number = yx_arena_printf(s->act->arena, "%lld", (long long)s->number);
	int rc = yx_db_change(db, "UPDATE audit_published SET stamped_at = ? WHERE number = ? AND stamped_at IS NULL",
	    YX_P(yx_p_time(s->at), yx_p_int(s->number)), YX_NOT_FOUND);

	if (rc != YX_OK || number == NULL)
		return rc != YX_OK ? rc : YX_NO_MEMORY;
	return audit_act(s->act, "audit.stamp", number, NULL, NULL);
}

/* The token goes beside the head; a try that was not noted is done again, and its token kept. */
static int
stamp_file(struct act *act, const char *file, struct stamping *s)
{
	const char *head = audit_published_path(act->arena, file);
	const char *name = yx_arena_printf(act->arena, AUDIT_STAMP "%012lld.tst", (long long)s->number);
	const char *path = name == NULL ? NULL : audit_published_path(act->arena, name);
	struct pki_tsa tsa = domain_tsa(act->domain);
	struct pki_tst tst = { .time = 0 };
	struct pki_digest digest;
	struct yx_buf token;
	int rc = head == NULL || path == NULL ? YX_NO_MEMORY : audit_published_digest(head, &digest);

	yx_buf_init(&token, PKI_TSA_TOKEN_MAX);
	if (rc == YX_OK && (rc = pki_tsa_stamp(act->domain->tsa_trust, &tsa, &digest, &token, &tst)) == YX_OK) {
		s->at = (int64_t)tst.time * 1000;
		rc = write_file(path, token.data, token.len);
	}
	pki_tst_free(&tst);
	yx_buf_free(&token);
	return rc;
}

int
audit_stamp(struct act *act)
{
	struct stamping s = { .act = act };
	struct yx_rows *r = NULL;
	int rc = *act->domain->conf->tsa_urls == '\0' ? YX_NOT_FOUND : yx_db_one(act->db, act->arena,
	    "SELECT number, file FROM audit_published WHERE stamped_at IS NULL ORDER BY number DESC LIMIT 1", YX_P_NONE,
	    &r);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_OK : rc;
	s.number = yx_row_int(r, 0);
	if ((rc = stamp_file(act, yx_row_str(r, 1), &s)) == YX_OK)
		rc = yx_db_tx(act->db, note_stamp, &s);
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}
