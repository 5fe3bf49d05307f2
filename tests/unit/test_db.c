/* The database floor on a real MariaDB: one, list, change, and the prepared statements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "backend/db/internal.h"
#include "tests/unit/database.h"

struct fixture {
	struct yx_db    *db;
	struct yx_arena *a;
};

static int
open_table(void **state)
{
	static struct fixture f;
	int rc = yx_db_open(&database_conf, &f.db);

	f.a = yx_arena_new(1 << 22);
	if (rc == YX_OK)
		rc = yx_db_exec(f.db, "CREATE OR REPLACE TABLE thing (id INT PRIMARY KEY, name VARCHAR(40))", YX_P_NONE, NULL);
	if (rc == YX_OK)
		rc = yx_db_exec(f.db, "INSERT INTO thing VALUES (1, '契約'), (2, NULL), (3, 'three')", YX_P_NONE, NULL);
	*state = &f;
	return rc == YX_OK && f.a != NULL ? 0 : -1;
}

static int
close_table(void **state)
{
	struct fixture *f = *state;

	yx_db_close(&f->db);
	yx_arena_free(&f->a);
	return 0;
}

static const char BY_ID[] = "SELECT name FROM thing WHERE id = ?";

static void
test_one_is_found_or_not(void **state)
{
	struct fixture *f = *state;
	struct yx_rows *row = NULL;

	assert_int_equal(yx_db_one(f->db, f->a, BY_ID, YX_P(yx_p_int(1)), &row), YX_OK);
	assert_string_equal(yx_row_str(row, 0), "契約");
	assert_int_equal(yx_db_one(f->db, f->a, BY_ID, YX_P(yx_p_int(2)), &row), YX_OK);
	assert_null(yx_row_str(row, 0));
	assert_int_equal(yx_db_one(f->db, f->a, BY_ID, YX_P(yx_p_int(9)), &row), YX_NOT_FOUND);
	assert_null(row);
	assert_int_equal(yx_db_one(f->db, f->a, "SELECT nothing FROM thing", YX_P_NONE, &row), YX_INTERNAL);
	assert_null(row);
}

struct thing {
	int64_t     id;
	const char *name;
};

static void
fill_thing(void *item, const struct yx_rows *row, void *ctx)
{
	struct thing *t = item;

	assert_true(t->id == 0 && t->name == NULL);
	t->id = yx_row_int(row, 0);
	t->name = yx_row_str(row, 1);
	*(int64_t *)ctx += t->id;
}

static void
test_list_fills_an_array(void **state)
{
	struct fixture *f = *state;
	int64_t sum = 0;
	struct yx_db_items l = { .size = sizeof(struct thing), .fill = fill_thing, .ctx = &sum };
	const struct thing *t;

	assert_int_equal(yx_db_list(f->db, f->a, "SELECT id, name FROM thing ORDER BY id DESC", YX_P_NONE, &l), YX_OK);
	assert_int_equal(l.count, 3);
	assert_true(sum == 6);
	t = l.items;
	assert_true(t[0].id == 3 && t[2].id == 1);
	assert_string_equal(t[2].name, "契約");
	assert_null(t[1].name);
	assert_int_equal(yx_db_list(f->db, f->a, "SELECT id, name FROM thing WHERE id > ?", YX_P(yx_p_int(3)), &l), YX_OK);
	assert_int_equal(l.count, 0);
	assert_non_null(l.items);
	assert_int_equal(yx_db_list(f->db, f->a, "SELECT nothing FROM thing", YX_P_NONE, &l), YX_INTERNAL);
	assert_null(l.items);
}

static void
test_list_keeps_to_the_arena(void **state)
{
	struct fixture *f = *state;
	struct yx_db_items l = { .size = SIZE_MAX / 2, .fill = fill_thing };

	assert_int_equal(yx_db_list(f->db, f->a, "SELECT id, name FROM thing", YX_P_NONE, &l), YX_NO_MEMORY);
	assert_null(l.items);
	assert_int_equal(l.count, 0);
}

static void
test_change_says_when_nothing_was_there(void **state)
{
	static const char rename_it[] = "UPDATE thing SET name = ? WHERE id = ?";
	struct fixture *f = *state;

	assert_int_equal(yx_db_change(f->db, rename_it, YX_P(yx_p_str("x"), yx_p_int(1)), YX_STATE), YX_OK);
	/* The same value again: found, so it counts. */
	assert_int_equal(yx_db_change(f->db, rename_it, YX_P(yx_p_str("x"), yx_p_int(1)), YX_STATE), YX_OK);
	assert_int_equal(yx_db_change(f->db, rename_it, YX_P(yx_p_str("x"), yx_p_int(9)), YX_STATE), YX_STATE);
	assert_int_equal(yx_db_change(f->db, rename_it, YX_P(yx_p_str("x"), yx_p_int(9)), YX_OK), YX_OK);
	assert_int_equal(yx_db_change(f->db, "INSERT INTO thing VALUES (1, 'again')", YX_P_NONE, YX_STATE), YX_CONFLICT);
	assert_string_equal(yx_db_duplicate(f->db), "PRIMARY");
}

/* How many statements this connection has closed on the server. */
static int64_t
closed(struct fixture *f)
{
	static const char sql[] = "SELECT CAST(variable_value AS SIGNED) FROM information_schema.session_status"
	    " WHERE variable_name = 'Com_stmt_close'";
	struct yx_rows *row = NULL;

	assert_int_equal(yx_db_one(f->db, f->a, sql, YX_P_NONE, &row), YX_OK);
	return yx_row_int(row, 0);
}

/* More texts than fit: each new one closes one, and never one that is in use. */
static void
test_statements_make_room_one_by_one(void **state)
{
	static char sql[DB_STATEMENTS + 100][32];
	struct fixture *f = *state;
	struct yx_rows *row = NULL;
	MYSQL_STMT *hot = NULL, *again = NULL;
	int64_t before = closed(f);

	assert_int_equal(db_prepare(f->db, BY_ID, &hot), YX_OK);
	for (size_t i = 0; i < DB_STATEMENTS + 100; i++) {
		snprintf(sql[i], sizeof(sql[i]), "SELECT %zu", i);
		assert_int_equal(yx_db_one(f->db, f->a, sql[i], YX_P_NONE, &row), YX_OK);
		assert_int_equal(yx_row_int(row, 0), i);
		assert_int_equal(db_prepare(f->db, BY_ID, &again), YX_OK);
		assert_ptr_equal(hot, again);
	}
	/* Besides those of the loop: the table's two, BY_ID, and closed()'s own, twice, as the
	 * loop drove it out. */
	assert_int_equal(f->db->cached, DB_STATEMENTS);
	assert_int_equal(closed(f) - before, 100 + 5);
}

/* A new connection starts with no statement, and the same texts work on it. */
static void
test_statements_die_with_the_connection(void **state)
{
	struct fixture *f = *state;
	struct yx_rows *row = NULL;

	assert_int_equal(yx_db_one(f->db, f->a, BY_ID, YX_P(yx_p_int(3)), &row), YX_OK);
	assert_int_equal(yx_db_exec(f->db, "KILL CONNECTION_ID()", YX_P_NONE, NULL), YX_UNAVAILABLE);
	assert_int_equal(yx_db_one(f->db, f->a, BY_ID, YX_P(yx_p_int(3)), &row), YX_OK);
	assert_string_equal(yx_row_str(row, 0), "three");
}

int
main(void)
{
#define ON_TABLE(test) cmocka_unit_test_setup_teardown(test, open_table, close_table)
	const struct CMUnitTest tests[] = {
		ON_TABLE(test_one_is_found_or_not), ON_TABLE(test_list_fills_an_array),
		ON_TABLE(test_list_keeps_to_the_arena), ON_TABLE(test_change_says_when_nothing_was_there),
		ON_TABLE(test_statements_make_room_one_by_one), ON_TABLE(test_statements_die_with_the_connection),
	};

	return cmocka_run_group_tests(tests, database_up, database_down);
}
