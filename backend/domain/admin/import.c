#include "backend/domain/admin/import.h"

#include <string.h>
#include <strings.h>

#include "backend/domain/admin/agency.h"
#include "backend/domain/admin/staff.h"
#include "common/codec.h"
#include "common/csv.h"

#define NAME_MAX_CHARS 100
#define ACCOUNT_CHARS  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

struct import {
	struct act         *act;
	const char         *agency_id;
	struct import_row  *rows;
	size_t              n;
	struct agency_unit *units;
	size_t              units_n;
};

/* ---- the file ---- */

static int
is_heading(const struct yx_csv_row *r)
{
	static const char *const words[] = { "name", "名稱", "單位名稱", "姓名" };

	for (size_t i = 0; r->n > 1 && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(r->cells[1], words[i]) == 0)
			return 1;
	return 0;
}

static const char *
cell(const struct yx_csv_row *r, size_t i)
{
	return i < r->n && *r->cells[i] != '\0' ? r->cells[i] : NULL;
}

/* All records as rows; what they mean comes later. columns: so many at least. */
static int
read_rows(struct import *im, const char *csv, size_t columns)
{
	struct yx_csv_row r;
	struct yx_csv c;
	int more = 1, rc, first = 1;

	if (!yx_utf8_valid(csv, strlen(csv)))
		return act_field(im->act, "csv", YX_BAD_FIELD);
	if ((im->rows = yx_arena_alloc(im->act->arena, IMPORT_ROWS * sizeof(*im->rows))) == NULL)
		return YX_NO_MEMORY;
	yx_csv_open(&c, csv, strlen(csv));
	while ((rc = yx_csv_next(&c, im->act->arena, &r, &more)) == YX_OK && more) {
		if (first && is_heading(&r)) {
			first = 0;
			continue;
		}
		first = 0;
		if (im->n == IMPORT_ROWS)
			return act_field(im->act, "csv", YX_TOO_LARGE);
		im->rows[im->n++] = (struct import_row){ .line = (int64_t)r.line, .key = cell(&r, 0), .name = cell(&r, 1),
			.email = cell(&r, 2), .unit = cell(&r, 3), .error = r.n < columns ? "columns" : NULL };
	}
	return rc == YX_BAD_FIELD ? act_field(im->act, "csv", rc) : rc;
}

/* The same key a second time. */
static int
is_twice(const struct import *im, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (im->rows[k].key != NULL && im->rows[i].key != NULL && strcasecmp(im->rows[k].key, im->rows[i].key) == 0)
			return 1;
	return 0;
}

static const struct agency_unit *
find_unit(const struct import *im, const char *code)
{
	for (size_t i = 0; code != NULL && i < im->units_n; i++)
		if (strcmp(im->units[i].code, code) == 0 || strcmp(im->units[i].full_code, code) == 0)
			return &im->units[i];
	return NULL;
}

static int
open_import(struct import *im, const char *csv, size_t columns)
{
	struct agency a;
	int rc = agency_get(im->act, im->agency_id, &a);

	if (rc == YX_OK && a.closed_at != 0)
		return YX_STATE;
	if (rc != YX_OK || (rc = read_rows(im, csv, columns)) != YX_OK)
		return rc;
	return agency_units(im->act, im->agency_id, &im->units, &im->units_n);
}

static int
has_error(const struct import *im)
{
	for (size_t i = 0; i < im->n; i++)
		if (im->rows[i].error != NULL)
			return 1;
	return 0;
}

static int
name_fits(const char *name, size_t max)
{
	return name != NULL && yx_utf8_length(name) <= max && strpbrk(name, "\r\n\t") == NULL;
}

/* ---- units ---- */

static void
judge_unit(const struct import *im, struct import_row *r)
{
	const struct agency_unit *u = find_unit(im, r->key);

	if (r->error != NULL)
		return;
	if (r->key == NULL || strlen(r->key) != 4 || strspn(r->key, "0123456789") != 4)
		r->error = "code";
	else if (!name_fits(r->name, NAME_MAX_CHARS))
		r->error = "name";
	else if (u != NULL && u->closed_at != 0)
		r->error = "taken";
	else if (u == NULL)
		r->action = "create";
	else if (strcmp(u->name, r->name) == 0)
		r->action = "same";
	else {
		r->action = "change";
		r->before = u->name;
	}
}

static int
apply_unit(const struct import *im, const struct import_row *r)
{
	char id[YX_ID_SIZE];

	if (strcmp(r->action, "create") == 0)
		return agency_unit_add(im->act, im->agency_id, r->key, r->name, id);
	return strcmp(r->action, "change") != 0 ? YX_OK
	    : agency_unit_rename(im->act, im->agency_id, find_unit(im, r->key)->id, r->name);
}

int
import_units(struct act *act, const struct import_file *f, struct import_row **rows, size_t *n)
{
	struct import im = { .act = act, .agency_id = f->agency_id };
	int rc = open_import(&im, f->csv, 2);

	for (size_t i = 0; rc == YX_OK && i < im.n; i++) {
		im.rows[i].email = im.rows[i].unit = NULL;
		im.rows[i].error = im.rows[i].error == NULL && is_twice(&im, i) ? "twice" : im.rows[i].error;
		judge_unit(&im, &im.rows[i]);
	}
	*rows = im.rows;
	*n = im.n;
	if (rc != YX_OK || !f->apply)
		return rc;
	if (has_error(&im))
		return act_field(act, "csv", YX_BAD_FIELD);
	for (size_t i = 0; rc == YX_OK && i < im.n; i++)
		rc = apply_unit(&im, &im.rows[i]);
	return rc;
}

/* ---- people ---- */

static int
is_email(const char *s)
{
	const char *at = s == NULL ? NULL : strchr(s, '@');

	return at != NULL && at != s && strchr(at + 1, '@') == NULL && strchr(at + 1, '.') != NULL && strlen(s) <= 254 &&
	    strpbrk(s, " \t\r\n<>()[]\\,;:\"") == NULL;
}

/* What there is of the account: its member's id and unit, if it is one of the agency's. */
static int
look_up(const struct import *im, const char *account, const char **id, const char **unit_id)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(im->act->db, im->act->arena,
	    "SELECT id, organization_id, unit_id, disabled FROM member WHERE account = ?", YX_P(yx_p_str(account)), &r);

	*id = *unit_id = NULL;
	if (rc != YX_OK)
		return rc;
	if (strcmp(yx_row_str(r, 1), im->agency_id) != 0 || yx_row_int(r, 3) != 0)
		return YX_ACCOUNT_TAKEN;
	*id = yx_row_str(r, 0);
	*unit_id = yx_row_str(r, 2);
	return YX_OK;
}

static const char *
unit_name(const struct import *im, const char *id)
{
	for (size_t i = 0; id != NULL && i < im->units_n; i++)
		if (strcmp(im->units[i].id, id) == 0)
			return im->units[i].name;
	return "";
}

/* YX_OK, with what is wrong in the row. */
static int
judge_person(const struct import *im, struct import_row *r)
{
	const struct agency_unit *u = find_unit(im, r->unit);
	const char *id, *unit_id;
	int rc;

	if (r->error != NULL)
		return YX_OK;
	if (r->key == NULL || strlen(r->key) < 3 || strlen(r->key) > 64 || strspn(r->key, ACCOUNT_CHARS) != strlen(r->key))
		r->error = "account";
	else if (!name_fits(r->name, 50))
		r->error = "name";
	else if (!is_email(r->email))
		r->error = "email";
	else if (r->unit != NULL && (u == NULL || u->closed_at != 0))
		r->error = "unit";
	if (r->error != NULL)
		return YX_OK;
	rc = look_up(im, r->key, &id, &unit_id);
	r->error = rc == YX_ACCOUNT_TAKEN ? "taken" : NULL;
	if (rc == YX_NOT_FOUND)
		r->action = "create";
	else if (rc == YX_OK && (u == NULL || (unit_id != NULL && strcmp(unit_id, u->id) == 0)))
		r->action = "same";
	else if (rc == YX_OK) {
		r->action = "change";
		r->before = unit_name(im, unit_id);
	}
	return rc == YX_NOT_FOUND || rc == YX_ACCOUNT_TAKEN ? YX_OK : rc;
}

static int
apply_person(const struct import *im, const struct import_row *r)
{
	const struct agency_unit *u = find_unit(im, r->unit);
	struct staff_new n = { .organization_id = im->agency_id, .unit_id = u != NULL ? u->id : NULL, .account = r->key,
		.name = r->name, .email = r->email };
	const char *member_id, *unit_id;
	char id[YX_ID_SIZE];
	int rc;

	if (strcmp(r->action, "create") == 0)
		return staff_invite(im->act, &n, id);
	if (strcmp(r->action, "change") != 0)
		return YX_OK;
	rc = look_up(im, r->key, &member_id, &unit_id);
	return rc != YX_OK ? rc : staff_move(im->act, member_id, n.unit_id);
}

int
import_people(struct act *act, const struct import_file *f, struct import_row **rows, size_t *n)
{
	struct import im = { .act = act, .agency_id = f->agency_id };
	int rc = open_import(&im, f->csv, 3);

	for (size_t i = 0; rc == YX_OK && i < im.n; i++) {
		im.rows[i].error = im.rows[i].error == NULL && is_twice(&im, i) ? "twice" : im.rows[i].error;
		rc = judge_person(&im, &im.rows[i]);
	}
	*rows = im.rows;
	*n = im.n;
	if (rc != YX_OK || !f->apply)
		return rc;
	if (has_error(&im))
		return act_field(act, "csv", YX_BAD_FIELD);
	for (size_t i = 0; rc == YX_OK && i < im.n; i++)
		rc = apply_person(&im, &im.rows[i]);
	return rc;
}
