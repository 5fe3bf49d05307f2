/* Rules that ask nobody: a contract's life, what a parameter may be, days of Taipei, what is searched for,
 * sets of places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "backend/domain/base/day.h"
#include "backend/domain/base/like.h"
#include "backend/domain/base/parameter.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/list/facet.h"

#define HOUR INT64_C(3600000)
#define EVENTS (CONTRACT_RESUME_AGENCY + 1)

/* ---- a contract's life ---- */

static void
test_ends(void **state)
{
	(void)state;
	for (int e = 0; e < EVENTS; e++) {
		assert_false(contract_state_may("completed", (enum contract_event)e));
		assert_false(contract_state_may("voided", (enum contract_event)e));
		assert_false(contract_state_may("", (enum contract_event)e));
	}
	assert_true(contract_state_is_done("completed"));
	assert_int_equal(contract_state_why("completed"), YX_STATE);
	assert_int_equal(contract_state_why("voided"), YX_VOIDED);
	assert_int_equal(contract_state_why("returned"), YX_RETURNED);
	assert_int_equal(contract_state_why("expired"), YX_EXPIRED);
}

/* Each state has a word of its own; who may still change everything has sent nothing; what
 * waits for a signature can be given back by exactly one side. */
static void
test_states(void **state)
{
	int pending = 0, drafts = 0;

	(void)state;
	for (int s = 1; s <= CONTRACT_STATES; s++) {
		const char *word = contract_state_word((enum contract_state)s);

		for (int other = 1; other < s; other++)
			assert_string_not_equal(word, contract_state_word((enum contract_state)other));
		assert_false(contract_state_is_draft(word) && contract_state_is_sent(word));
		assert_int_equal(contract_state_may(word, CONTRACT_SEND), contract_state_is_draft(word));
		assert_int_equal(contract_state_is_pending(word), contract_state_may(word, CONTRACT_VENDOR_RETURNS) +
		    contract_state_may(word, CONTRACT_AGENCY_RETURNS));
		assert_int_equal(contract_state_is_pending(word) != 0,
		    strstr(CONTRACT_PENDING_STATES, word) != NULL);
		pending += contract_state_is_pending(word);
		drafts += contract_state_is_draft(word);
	}
	assert_int_equal(pending, 2);
	assert_int_equal(drafts, 2);
	/* A dead server's claim goes back to where it can be sent again, and to nothing else. */
	assert_true(contract_state_may("sealing", CONTRACT_INTERRUPTED));
	assert_false(contract_state_may("vendor_pending", CONTRACT_INTERRUPTED));
	assert_false(contract_state_may("sealing", CONTRACT_VOID));
}

/* ---- parameters ---- */

static const struct yx_conf SETTINGS = { .upload_limit = INT64_C(150) << 20, .name_mask = "first_last",
	.session_idle_minutes = 30, .session_hours = 12 };

static void
test_parameters(void **state)
{
	const struct parameter *days = &PARAMETER[DEADLINE_DAYS], *remind = &PARAMETER[REMIND_DAYS];
	char text[32];

	(void)state;
	for (int i = 0; i < PARAMETERS; i++) {
		const struct parameter *p = &PARAMETER[i];

		assert_ptr_equal(parameter_named(p->name), p);
		assert_true(p->fallback == NULL || parameter_fits(p, &SETTINGS, p->fallback));
		if (p->type != PARAMETER_INT)
			continue;
		assert_false(parameter_fits(p, &SETTINGS, ""));
		assert_false(parameter_fits(p, &SETTINGS, "1x"));
		assert_false(parameter_fits(p, &SETTINGS, "99999999999999999999"));
		snprintf(text, sizeof(text), "%lld", (long long)parameter_most(p, &SETTINGS) + 1);
		assert_false(parameter_fits(p, &SETTINGS, text));
		snprintf(text, sizeof(text), "%lld", (long long)p->min);
		assert_true(parameter_fits(p, &SETTINGS, text));
	}
	assert_null(parameter_named("contract.nothing"));
	assert_false(parameter_fits(days, &SETTINGS, "-1"));
	assert_true(parameter_fits(remind, &SETTINGS, ""));
	assert_true(parameter_fits(remind, &SETTINGS, "7,3,1,0"));
	assert_false(parameter_fits(remind, &SETTINGS, "7,"));
	assert_false(parameter_fits(remind, &SETTINGS, ",7"));
	assert_false(parameter_fits(remind, &SETTINGS, "7;3"));
	assert_false(parameter_fits(remind, &SETTINGS, "1,1,1,1,1,1,1,1,1"));
	assert_false(parameter_fits(&PARAMETER[WITHHOLD], &SETTINGS, "true"));
	/* An upload that nginx would refuse can't be allowed. */
	assert_int_equal(parameter_most(&PARAMETER[UPLOAD_MB], &SETTINGS), 150);
}

/* A word of a choice, and nothing that only begins like one. */
static void
test_words(void **state)
{
	const struct parameter *p = &PARAMETER[NAME_MASK];
	size_t first = strcspn(p->words, "|");
	char word[64];

	(void)state;
	assert_true(first > 1 && first < sizeof(word) - 1);
	memcpy(word, p->words, first);
	word[first] = '\0';
	assert_true(parameter_fits(p, &SETTINGS, word));
	word[first - 1] = '\0';
	assert_false(parameter_fits(p, &SETTINGS, word));
	assert_false(parameter_fits(p, &SETTINGS, ""));
	assert_false(parameter_fits(p, &SETTINGS, p->words));
}

/* ---- days ---- */

static void
test_days(void **state)
{
	char day[11];

	(void)state;
	assert_int_equal(day_ms(NULL, 0), 0);
	assert_int_equal(day_ms("1970-01-01", 0), -8 * HOUR);
	assert_int_equal(day_ms("2024-02-28", 1), day_ms("2024-02-29", 0));
	assert_int_equal(day_ms("2023-12-31", 1), day_ms("2024-01-01", 0));
	day_of(day_ms("2024-03-01", 0), day);
	assert_string_equal(day, "2024-03-01");
	day_of(day_ms("2024-03-01", 0) - 1, day);
	assert_string_equal(day, "2024-02-29");
	/* Before seven: at seven. Within: now. From nine in the evening: tomorrow at seven. */
	for (int64_t hour = 0; hour < 24; hour++) {
		int64_t midnight = day_ms("2024-02-29", 0), now = midnight + hour * HOUR + 1;

		assert_int_equal(day_within(now, 7, 21),
		    hour < 7 ? midnight + 7 * HOUR : hour < 21 ? now : midnight + 31 * HOUR);
	}
	assert_int_equal(day_within(day_ms("2024-02-29", 0), 0, 24), day_ms("2024-02-29", 0));
}

/* ---- searches ---- */

static void
test_like(void **state)
{
	struct yx_arena *a = yx_arena_new(1 << 16);

	(void)state;
	assert_string_equal(like_text(a, NULL), "%");
	assert_string_equal(like_text(a, "台北"), "%臺北%");
	assert_string_equal(like_text(a, "50%_\\"), "%50\\%\\_\\\\%");
	yx_arena_free(&a);
}

/* ---- sets of places ---- */

static void
test_sets(void **state)
{
	static const uint8_t offsets[] = { 0, 0, 0xff, 0x07, 0x00, 0x08 }; /* 0, 2047, and 2048: none of a segment */
	struct yx_arena *a = yx_arena_new(1 << 16);
	struct list_set s = list_set_new(a, 2), other = list_set_new(a, 2);
	uint8_t map[LIST_BITS] = { [1] = 0x80, [LIST_BITS - 1] = 0x01 };

	(void)state;
	list_set_add_row(&s, 1, offsets, sizeof(offsets));
	assert_int_equal(list_set_count(&s), 2);
	assert_true(list_set_has(&s, LIST_SEGMENT) && list_set_has(&s, 2 * LIST_SEGMENT - 1));
	list_set_add_row(&s, 2, offsets, sizeof(offsets));  /* no such segment */
	list_set_put(&s, 2 * LIST_SEGMENT, 1);
	assert_int_equal(list_set_count(&s), 2);
	list_set_add_row(&other, 0, map, sizeof(map));
	assert_true(list_set_has(&other, 15) && list_set_has(&other, LIST_SEGMENT - 8));
	list_set_or(&s, &other);
	assert_int_equal(list_set_count(&s), 4);
	list_set_and_not(&s, &other);
	assert_int_equal(list_set_count(&s), 2);
	list_set_and(&s, &other);
	assert_int_equal(list_set_count(&s), 0);
	list_set_fill(&s);
	list_set_put(&s, 70, 0);
	assert_int_equal(list_set_count(&s), 2 * LIST_SEGMENT - 1);
	assert_int_equal(LIST_SEGMENTS(0), 0);
	assert_int_equal(LIST_SEGMENTS(LIST_SEGMENT + 1), 2);
	yx_arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_ends), cmocka_unit_test(test_states),
		cmocka_unit_test(test_parameters), cmocka_unit_test(test_words), cmocka_unit_test(test_days),
		cmocka_unit_test(test_like), cmocka_unit_test(test_sets) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
