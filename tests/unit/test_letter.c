/* Whoever has not answered a letter is reminded: the day before and on the last day, once a
 * day, by day, and not whoever only has a copy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/message/letter.h"
#include "tests/unit/database.h"

/* 2026-12-01, ten in the morning in Taipei. */
#define MORNING  INT64_C(1796090400000)
#define HOUR     (3600 * INT64_C(1000))

static struct yx_db *db;
static char audit_dir[] = "/tmp/yinxin-letter-XXXXXX";

static void
run(const char *sql)
{
	assert_int_equal(yx_db_exec(db, sql, YX_P_NONE, NULL), YX_OK);
}

static int
set_up(void **state)
{
	const struct yx_conf conf = { .audit_dir = mkdtemp(audit_dir), .audit_publish_dir = "" };

	if (database_up(state) != 0 || yx_db_open(&database_conf, &db) != YX_OK || audit_open(&conf) != YX_OK)
		return -1;
	run("INSERT INTO organization (id, kind, code, name, short_name, card_identity, created_at) VALUES"
	    " (REPEAT('a', 32), 'agency', '379730000A', '機關', '本局', '機關', NOW()),"
	    " (REPEAT('b', 32), 'vendor', '97162640', '公司', '公司', '97162640', NOW())");
	run("INSERT INTO member (id, organization_id, account, name, email, password_hash, created_at) VALUES"
	    " (REPEAT('1', 32), REPEAT('a', 32), 'chen', '陳', 'chen@example.tw', '', NOW()),"
	    " (REPEAT('2', 32), REPEAT('b', 32), 'vendor', '王', 'vendor@example.tw', '', NOW()),"
	    " (REPEAT('3', 32), REPEAT('a', 32), 'lin', '林', 'lin@example.tw', '', NOW())");
	run("INSERT INTO member_role (member_id, role) VALUES (REPEAT('2', 32), 'vendor_signer')");
	run("INSERT INTO letter (id, member_id, organization_id, state, subject, body, thread_id, needs_reply, reply_by,"
	    " created_at, changed_at, sent_at) VALUES (REPEAT('c', 32), REPEAT('1', 32), REPEAT('a', 32), 'sent', '函', '文',"
	    " REPEAT('c', 32), TRUE, '2026-12-02', NOW(), NOW(), NOW())");
	run("INSERT INTO letter_recipient (letter_id, position, organization_id, member_id, copy) VALUES"
	    " (REPEAT('c', 32), 1, REPEAT('b', 32), NULL, FALSE),"
	    " (REPEAT('c', 32), 2, REPEAT('a', 32), REPEAT('3', 32), TRUE)");
	run("INSERT INTO message (id, number, kind, sender_id, sender_organization_id, subject, body, sent_at) VALUES"
	    " (REPEAT('c', 32), 'M202611300000001', 'letter', REPEAT('1', 32), REPEAT('a', 32), '函', '文', NOW())");
	run("INSERT INTO message_recipient (message_id, position, organization_id, member_id)"
	    " SELECT letter_id, position, organization_id, member_id FROM letter_recipient");
	return 0;
}

static int
tear_down(void **state)
{
	char line[128];

	yx_db_close(&db);
	snprintf(line, sizeof(line), "rm -rf %s", audit_dir);
	return system(line) != 0 || database_down(state) != 0 ? -1 : 0;
}

/* How many reminders there are after the worker has looked at that moment; *who: the first. */
static int64_t
at(int64_t ms, char who[64])
{
	struct yx_conf conf = { .origin = "https://x", .platform_name = "平台" };
	struct domain domain = { .conf = &conf };
	struct yx_arena *a = yx_arena_new(1 << 20);
	struct act act = { .db = db, .arena = a, .domain = &domain, .ip = "", .at = ms };
	struct yx_rows *r = NULL;
	size_t done = 0;
	int64_t n;

	assert_int_equal(letter_remind_due(&act, &done), YX_OK);
	assert_int_equal(yx_db_one(db, a,
	    "SELECT COUNT(*), COALESCE(MIN(recipient), '') FROM outbox WHERE subject LIKE '提醒%'",
	    YX_P_NONE, &r), YX_OK);
	n = yx_row_int(r, 0);
	snprintf(who, 64, "%s", yx_row_str(r, 1));
	yx_arena_free(&a);
	return n;
}

static void
test_reminders(void **state)
{
	char who[64];

	(void)state;
	assert_int_equal(at(MORNING - 24 * HOUR, who), 0);
	assert_int_equal(at(MORNING - 4 * HOUR, who), 0);
	assert_int_equal(at(MORNING, who), 1);
	assert_string_equal(who, "vendor@example.tw");
	assert_int_equal(at(MORNING + HOUR, who), 1);
	assert_int_equal(at(MORNING + 10 * HOUR, who), 1);
	assert_int_equal(at(MORNING + 24 * HOUR, who), 2);
	run("UPDATE message_recipient SET replied_at = NOW(), read_at = NOW(), read_by = REPEAT('2', 32)"
	    " WHERE position = 1");
	run("UPDATE letter SET reminded_on = NULL");
	assert_int_equal(at(MORNING + 25 * HOUR, who), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_reminders) };

	return cmocka_run_group_tests_name("letter", tests, set_up, tear_down);
}
