/*
 * test_bridge_scenes.c - what a client says, what it is answered, which calls the backend gets;
 * every call fails each way.
 */
#include "bridge_fixture.h"

static void play(const struct scene *scene)
{
    struct talk t = {.script = scene->script};

    assert_true(talk(&t));
    assert_string_equal(t.told, scene->told);
    assert_string_equal(t.rec.log, scene->log);
    assert_int_equal(t.jobs, scene->jobs);
}

static void small_copy_takes_two_hand_overs(void **state)
{
    (void)state;
    play(&small);
}

static void every_scene_has_its_calls_and_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < SCENES; i++)
        play(&scenes[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(small_copy_takes_two_hand_overs),
                                       cmocka_unit_test(every_scene_has_its_calls_and_words)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
