/*
 * test_sqlite_known.c - what is kept of a table from one COPY to the next, and when it no
 * longer holds.
 */
#include "db_fixture.h"

static void assert_columns(struct db *db, const char *schema, const char *first, size_t count)
{
    assert_int_equal(relation(db, schema, "t"), PGCOPY_OK);
    assert_string_equal(column(db, 0)->name, first);
    assert_int_equal(pgcopy_columns_count(pgcopy_reply_columns(db->r)), count);
}

/* What is known of a table is asked for again once anybody may have changed it. */
static void a_table_that_changed_is_told_as_it_is_now(void **unused)
{
    struct db db, other;

    (void)unused;
    begin_db(&db);
    join_db(&other, &db);
    must(&db, "CREATE TABLE t (a int)");
    assert_columns(&db, NULL, "a", 1);
    must(&other, "ALTER TABLE t ADD b text");
    assert_columns(&db, NULL, "a", 2);
    assert_columns(&db, NULL, "a", 2);
    must(&db, "ALTER TABLE t ADD c text");
    assert_columns(&db, NULL, "a", 3);
    must(&db, "CREATE TEMP TABLE t (z int)");
    assert_columns(&db, NULL, "z", 1);
    assert_columns(&db, "public", "a", 3);
    assert_columns(&db, NULL, "z", 1);
    must(&db, "DROP TABLE temp.t");
    assert_columns(&db, NULL, "a", 3);
    must(&other, "DROP TABLE t");
    assert_int_equal(relation(&db, NULL, "t"), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "42P01");
    leave_db(&other);
    end_db(&db);
}

/* The version that a rollback takes back comes again, with another schema. */
static void a_table_that_was_rolled_back_is_not_known(void **unused)
{
    struct db db, other;

    (void)unused;
    begin_db(&db);
    join_db(&other, &db);
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    must(&db, "CREATE TABLE t (a int, b int)");
    assert_columns(&db, NULL, "a", 2);
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK, NULL), PGCOPY_OK);
    must(&other, "CREATE TABLE t (z int)");
    assert_columns(&db, NULL, "z", 1);
    leave_db(&other);
    end_db(&db);
}

/* The INSERT of the last COPY is used again, if it is the same. */
static void copies_one_after_the_other_store_what_is_theirs(void **unused)
{
    struct db     db, other;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    join_db(&other, &db);
    for (int i = 0; i < 70; i++) /* more than one INSERT takes, and not a multiple of it */
        PUT(batch, "1", "x");
    must(&db, "CREATE TABLE t (a int, b text)");
    for (int i = 0; i < 3; i++)
        assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "210");
    must(&other, "DROP TABLE t");
    must(&other, "CREATE TABLE t (b text, a text)");
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT b || a || count(*) FROM t"), "1x70");
    must(&db, "DELETE FROM t");
    must(&db, "CREATE UNIQUE INDEX i ON t (a)");
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "23505");
    must(&db, "DROP INDEX i");
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    must(&db, "DROP TABLE t");
    must(&db, "CREATE TABLE u (a text, b text)");
    assert_int_equal(load(&db, "COPY u FROM STDIN", batch), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT a || b || count(*) FROM u"), "1x70");
    leave_db(&other);
    end_db(&db);
    pgcopy_batch_free(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_that_changed_is_told_as_it_is_now),
        cmocka_unit_test(a_table_that_was_rolled_back_is_not_known),
        cmocka_unit_test(copies_one_after_the_other_store_what_is_theirs)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
