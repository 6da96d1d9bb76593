/*
 * test_sqlite_constraints.c - which constraint of SQLite refused a row, and with which key.
 */
#include "db_fixture.h"

static void constraints_are_told_apart(void **unused)
{
    static const struct {
        const char *row[4];
        const char *state, *message;
    } rows[] = {
        {{"1", "x", "1", "1"},
         "23505",
         "duplicate key value violates unique constraint \"t_pkey\""},
        {{"2", NULL, "1", "1"},
         "23502",
         "null value in column \"b\" of relation \"t\" violates not-null constraint"},
        {{"3", "x", "-4711", "1"},
         "23514",
         "new row for relation \"t\" violates check constraint \"t_c_check\""},
        {{"4", "x", "1", "4711"},
         "23503",
         "insert or update on table \"t\" violates foreign key constraint \"t_d_fkey\""},
        {{"four", "x", "1", "1"}, "22P02", "invalid input syntax"}};
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(4, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE other (id integer PRIMARY KEY)");
    must(&db, "INSERT INTO other VALUES (1)");
    must(&db, "CREATE TABLE t (a integer PRIMARY KEY, b text NOT NULL, c int CHECK (c > 0), "
              "d int REFERENCES other)");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        pgcopy_batch_clear(batch);
        PUT(batch, "1", "y", "1", "1");
        put(batch, rows[i].row, 4);
        assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_ERR_SQL);
        assert_string_equal(state(&db), rows[i].state);
        assert_string_equal(message(&db), rows[i].message);
        assert_int_equal(failed_row(&db), 2);
        assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    }
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* As PostgreSQL 18 names them and tells their values. */
static void a_broken_constraint_is_named_and_its_key_is_told(void **unused)
{
    static const struct {
        const char *table, *row[3], *constraint, *detail;
    } cases[] = {
        {"(a int PRIMARY KEY, b text, c text)",
         {"1", "x", "y"},
         "t_pkey",
         "Key (a)=(1) already exists."},
        {"(a int, b text UNIQUE, c text, CONSTRAINT \"My pk\" PRIMARY KEY (a, c))",
         {"1", "x", "c"},
         "My pk",
         "Key (a, c)=(1, c) already exists."},
        {"(a int UNIQUE, b text, c text, UNIQUE (b, a))",
         {"1", "b", "y"},
         "t_a_key",
         "Key (a)=(1) already exists."},
        {"(a int, b text, c text, UNIQUE (b, a), UNIQUE (b))",
         {"1", "b", "y"},
         "t_b_a_key",
         "Key (b, a)=(b, 1) already exists."},
        {"(a int, b text, c text); CREATE UNIQUE INDEX own ON t (c)",
         {"5", "x", "c"},
         "own",
         "Key (c)=(c) already exists."},
        {"(a int, b text, c text); CREATE UNIQUE INDEX own ON t (lower(c))",
         {"5", "x", "C"},
         "own",
         ""},
        {"(a int CHECK (a < 5), b text, c text)", {"5", "x", "y"}, "t_a_check", ""},
        {"(a int CHECK (a > 0) CHECK ( a < 5 ), b text, c text)",
         {"5", "x", "y"},
         "t_a_check1",
         ""},
        {"(a int, b text, c text, CHECK (a < 5 OR b = ')'))", {"5", "x", "y"}, "t_check", ""},
        {"(a int, b text, c text, CONSTRAINT small CHECK (a < 5))",
         {"5", "x", "y"},
         "small",
         ""},
        {"(a int REFERENCES o, b text, c int REFERENCES o (id))",
         {"1", "x", "3"},
         "t_c_fkey",
         "Key (c)=(3) is not present in table \"o\"."},
        {"(a int, b text, c int, CONSTRAINT f FOREIGN KEY (c) REFERENCES o)",
         {"1", "x", "3"},
         "f",
         "Key (c)=(3) is not present in table \"o\"."}};
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(3, NULL, NULL);
    char          sql[256];

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE o (id integer PRIMARY KEY)");
    must(&db, "INSERT INTO o VALUES (1)");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *more = strchr(cases[i].table, ';');
        int         len  = (int)(more ? more - cases[i].table : (long)strlen(cases[i].table));

        snprintf(sql, sizeof sql, "CREATE TABLE t %.*s", len, cases[i].table);
        must(&db, sql);
        if (more)
            must(&db, more + 2);
        must(&db, strstr(sql, "REFERENCES") ? "INSERT INTO t VALUES (1, 'b', 1)"
                                            : "INSERT INTO t VALUES (1, 'b', 'c')");
        pgcopy_batch_clear(batch);
        put(batch, cases[i].row, 3);
        assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_ERR_SQL);
        assert_string_equal(pgcopy_reply_failure(db.r)->constraint, cases[i].constraint);
        assert_string_equal(pgcopy_reply_failure(db.r)->detail, cases[i].detail);
        assert_string_equal(pgcopy_reply_failure(db.r)->table, "t");
        assert_string_equal(pgcopy_reply_failure(db.r)->schema, "public");
        assert_non_null(strstr(message(&db), cases[i].constraint));
        must(&db, "DROP TABLE t");
    }
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* A trigger's other table is none that the client named. */
static void a_statement_names_the_constraint_of_its_own_table(void **unused)
{
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int UNIQUE, b text NOT NULL, c int REFERENCES t (a))");
    must(&db, "CREATE TABLE log (a int CHECK (a <> 7))");
    assert_int_equal(run_raw(&db, "CREATE TRIGGER r BEFORE INSERT ON t BEGIN "
                                  "INSERT INTO log VALUES (NEW.a); END"),
                     PGCOPY_OK);
    must(&db, "INSERT INTO T VALUES (1, 'x', NULL)");
    assert_int_equal(run(&db, "INSERT INTO T VALUES (1, 'x', NULL)"), PGCOPY_ERR_SQL);
    assert_string_equal(message(&db),
                        "duplicate key value violates unique constraint \"t_a_key\"");
    assert_int_equal(run(&db, "UPDATE t SET b = NULL"), PGCOPY_ERR_SQL);
    assert_string_equal(message(&db), "null value in column \"b\" of relation \"t\" violates "
                                      "not-null constraint");
    assert_int_equal(run(&db, "INSERT INTO t VALUES (2, 'x', 9) RETURNING a"), PGCOPY_ERR_SQL);
    assert_string_equal(message(&db), "insert or update on table \"t\" violates foreign key "
                                      "constraint \"t_c_fkey\"");
    assert_int_equal(run(&db, "INSERT INTO t VALUES (7, 'x', NULL)"), PGCOPY_ERR_SQL);
    assert_string_equal(message(&db), "new row violates check constraint");
    end_db(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constraints_are_told_apart),
        cmocka_unit_test(a_broken_constraint_is_named_and_its_key_is_told),
        cmocka_unit_test(a_statement_names_the_constraint_of_its_own_table)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
