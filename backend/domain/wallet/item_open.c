#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/domain/wallet/item.h"

/* The file of that name, if it has the length that its row says. */
static int
open_file(struct act *act, const char *id, struct item_content *c)
{
	const char *path = yx_store_private_path(act->domain->store, act->arena, id);
	struct stat st;

	if (path == NULL)
		return YX_NO_MEMORY;
	if ((c->fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)) < 0 || fstat(c->fd, &st) != 0)
		return YX_WALLET_DAMAGED;
	return st.st_size == envelope_file_size(c->size) ? YX_OK : YX_WALLET_DAMAGED;
}

/* The file is looked at to its end before anybody gets a byte of it. */
static int
open_content(struct act *act, const char *id, const struct yx_rows *r, struct item_content *c)
{
	int rc;

	c->name = yx_row_str(r, 0);
	c->format = yx_row_str(r, 1);
	c->size = yx_row_int(r, 2);
	if ((rc = open_file(act, id, c)) == YX_OK)
		rc = envelope_open(c->fd, c->key, NULL, NULL);
	if (rc != YX_OK)
		item_close(c);
	return rc;
}

int
item_open(struct act *act, const uint8_t secret[WALLET_KEY], const char *id, struct item_content *out)
{
	struct yx_rows *r = NULL;
	const void *sealed;
	size_t n = 0;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT name, format, size, sealed_key FROM wallet_item WHERE id = ? AND member_id = ? AND state = 'kept'",
	    YX_P(yx_p_str(id), yx_p_str(act->who.member_id)), &r);

	*out = (struct item_content){ .fd = -1 };
	if (rc != YX_OK)
		return rc;
	sealed = yx_row_bytes(r, 3, &n);
	if ((rc = wallet_unseal(secret, id, sealed, n, out->key)) != YX_OK)
		return rc;
	return open_content(act, id, r, out);
}

int
item_open_key(struct act *act, const char *id, const uint8_t key[WALLET_KEY], struct item_content *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT name, format, size FROM wallet_item WHERE id = ? AND state = 'kept'", YX_P(yx_p_str(id)), &r);

	*out = (struct item_content){ .fd = -1 };
	if (rc != YX_OK)
		return rc;
	memcpy(out->key, key, WALLET_KEY);
	return open_content(act, id, r, out);
}

void
item_close(struct item_content *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	explicit_bzero(c->key, sizeof(c->key));
}

/* ---- facts ---- */

static int
read_facts(struct act *act, const struct yx_buf *plain, struct item_facts *out)
{
	const uint8_t *name = NULL, *sha256 = NULL, *report = NULL;
	uint32_t name_n = 0, report_n = 0;
	struct yx_reader r;

	yx_reader_init(&r, plain->data, plain->len);
	if (yx_read32be(&r, &name_n) != YX_OK || yx_read_bytes(&r, name_n, &name) != YX_OK ||
	    yx_read_bytes(&r, 32, &sha256) != YX_OK || yx_read32be(&r, &report_n) != YX_OK ||
	    yx_read_bytes(&r, report_n, &report) != YX_OK)
		return YX_WALLET_DAMAGED;
	out->file_name = yx_arena_strndup(act->arena, name, name_n);
	memcpy(out->sha256, sha256, 32);
	out->report_n = report_n;
	if (report_n > 0)
		out->report = yx_arena_strndup(act->arena, report, report_n);
	return out->file_name == NULL || (report_n > 0 && out->report == NULL) ? YX_NO_MEMORY : YX_OK;
}

int
item_facts(struct act *act, const char *id, const uint8_t key[WALLET_KEY], struct item_facts *out)
{
	struct yx_rows *r = NULL;
	struct yx_buf plain;
	const void *sealed;
	size_t n = 0;
	int rc = yx_db_one(act->db, act->arena, "SELECT sealed_facts FROM wallet_item WHERE id = ? AND state = 'kept'",
	    YX_P(yx_p_str(id)), &r);

	*out = (struct item_facts){ .report = NULL };
	if (rc != YX_OK)
		return rc;
	sealed = yx_row_bytes(r, 0, &n);
	yx_buf_init_secret(&plain, ITEM_FACTS_MAX);
	if ((rc = wallet_show(key, sealed, n, &plain)) == YX_OK)
		rc = read_facts(act, &plain, out);
	yx_buf_free(&plain);
	return rc;
}
