/* test_settings.c - the run-time parameters of a session. */
#include "harness.h"

#include "base/mem.h"
#include "session/known.h"
#include "session/settings.h"

#include <string.h>

static void test_each_known_parameter_is_found_by_its_name_in_any_case(void **state)
{
    const struct known *k;
    char                upper[64];
    size_t              n = 0;

    (void)state;
    for (; (k = known_at(n)); n++) {
        assert_ptr_equal(known_find(k->name), k);
        for (size_t i = 0; i <= strlen(k->name); i++)
            upper[i] =
                k->name[i] >= 'a' && k->name[i] <= 'z' ? (char)(k->name[i] - 32) : k->name[i];
        assert_ptr_equal(known_find(upper), k);
    }
    assert_in_range(n, 30, 100);
    assert_null(known_find(""));
    assert_null(known_find("aaa"));
    assert_null(known_find("search_path2"));
    assert_null(known_find("zzz"));
}

static void test_a_limit_of_time_is_none_until_it_is_set(void **state)
{
    struct test_memory memory;
    struct settings    set = {0};
    pgcopy_error       err;

    (void)state;
    test_memory_init(&memory, 0);
    assert_int_equal(settings_ms(&set, "statement_timeout"), 0);
    assert_int_equal(
        settings_set(&set, &memory.allocator, "Statement_Timeout", "2s", SETTING_SESSION, &err),
        PGCOPY_OK);
    assert_int_equal(settings_ms(&set, "statement_timeout"), 2000);
    assert_int_equal(
        settings_set(&set, &memory.allocator, "statement_timeout", NULL, SETTING_SESSION, &err),
        PGCOPY_OK);
    assert_int_equal(settings_ms(&set, "statement_timeout"), 0);
    settings_free(&set, &memory.allocator);
    assert_int_equal(memory.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_known_parameter_is_found_by_its_name_in_any_case),
        cmocka_unit_test(test_a_limit_of_time_is_none_until_it_is_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
