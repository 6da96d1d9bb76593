/*
 * test_db_queries.c - relations, statements and what cuts them short, over SQLite by its own
 * backend and by ODBC.
 */
#include "db_fixture.h"

static void a_tables_columns_are_told_in_postgresqls_types(void **unused)
{
    static const struct {
        const char *name;
        uint32_t    type;
        int32_t     typmod;
        bool        not_null, has_default, generated;
    } want[] = {{"PatientID", PGCOPY_OID_INT4, -1, true, true, false},
                {"Name", PGCOPY_OID_VARCHAR, 34, true, false, false},
                {"born", PGCOPY_OID_DATE, -1, false, false, false},
                {"weight", PGCOPY_OID_NUMERIC, ((18 << 16) | 4) + 4, false, false, false},
                {"alive", PGCOPY_OID_BOOL, -1, false, true, false},
                {"seen", PGCOPY_OID_TIMESTAMPTZ, -1, false, false, false},
                {"photo", PGCOPY_OID_BYTEA, -1, false, false, false},
                {"twice", PGCOPY_OID_INT4, -1, false, false, true},
                {"any", PGCOPY_OID_TEXT, -1, false, false, false},
                {"nv", PGCOPY_OID_VARCHAR, 12, false, false, false}};
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db,
         "CREATE TABLE Patients (PatientID INTEGER PRIMARY KEY, Name VARCHAR(30) NOT NULL, "
         "born date, weight numeric(18,4), alive boolean DEFAULT true, "
         "seen timestamp with time zone, photo BLOB, "
         "twice int GENERATED ALWAYS AS (PatientID * 2), any, nv NVARCHAR(8))");
    assert_int_equal(relation(&db, NULL, "patients"), PGCOPY_OK);
    assert_int_equal(pgcopy_columns_count(pgcopy_reply_columns(db.r)),
                     sizeof want / sizeof *want);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        assert_string_equal(column(&db, i)->name, want[i].name);
        assert_int_equal(column(&db, i)->type, want[i].type);
        assert_int_equal(column(&db, i)->typmod, want[i].typmod);
        assert_int_equal(column(&db, i)->not_null, want[i].not_null);
        assert_int_equal(column(&db, i)->has_default, want[i].has_default);
        assert_int_equal(column(&db, i)->generated, want[i].generated);
    }
    assert_int_equal(pgcopy_columns_relation(pgcopy_reply_columns(db.r)),
                     PGCOPY_RELATION_TABLE);
    end_db(&db);
}

static void small_letters_find_large_ones_and_any_home(void **unused)
{
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE \"Pati ent's\" (a int)");
    must(&db, "CREATE VIEW v AS SELECT 1 AS one");
    must(&db, "CREATE TEMP TABLE scratch (a int)");
    assert_int_equal(relation(&db, NULL, "Pati ent's"), PGCOPY_OK);
    assert_int_equal(relation(&db, NULL, "pati ent's"), PGCOPY_OK);
    assert_int_equal(relation(&db, "public", "pati ent's"), PGCOPY_OK);
    assert_int_equal(relation(&db, "main", "pati ent's"), PGCOPY_OK);
    assert_int_equal(relation(&db, "temp", "scratch"), PGCOPY_OK);
    assert_int_equal(relation(&db, NULL, "v"), PGCOPY_OK);
    assert_int_equal(pgcopy_columns_relation(pgcopy_reply_columns(db.r)), PGCOPY_RELATION_VIEW);
    assert_int_equal(relation(&db, NULL, "missing"), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "42P01");
    assert_string_equal(message(&db), "relation \"missing\" does not exist");
    assert_int_equal(relation(&db, "s", "pati ent's"), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "3F000");
    assert_string_equal(message(&db), "schema \"s\" does not exist");
    assert_int_equal(relation(&db, "main", "missing"), PGCOPY_ERR_SQL);
    assert_string_equal(message(&db), "relation \"main.missing\" does not exist");
    assert_int_equal(relation(&db, NULL, "Pati Ent's"), PGCOPY_ERR_SQL);
    assert_string_equal(message(&db), "relation \"Pati Ent's\" does not exist");
    end_db(&db);
}

static void describe_tells_columns_and_parameters_and_changes_nothing(void **unused)
{
    struct db    db;
    pgcopy_stmt *stmt;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    stmt = parse("SELECT count(*), b FROM t WHERE a = $2 AND b = $1 GROUP BY b");
    pgcopy_reply_clear(db.r);
    assert_int_equal(db.backend->describe(db.conn, stmt, db.r), PGCOPY_OK);
    assert_int_equal(pgcopy_columns_count(pgcopy_reply_parameters(db.r)), 2);
    assert_int_equal(pgcopy_columns_count(pgcopy_reply_columns(db.r)), 2);
    pgcopy_stmt_free(stmt);
    stmt = parse("INSERT INTO t VALUES (1, 'x')");
    pgcopy_reply_clear(db.r);
    assert_int_equal(db.backend->describe(db.conn, stmt, db.r), PGCOPY_OK);
    pgcopy_stmt_free(stmt);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    end_db(&db);
}

static void parameters_are_bound_by_their_number(void **unused)
{
    pgcopy_batch *params = pgcopy_batch_new(2, NULL, NULL);
    struct db     db;
    void         *cursor = NULL;

    (void)unused;
    begin_db(&db);
    PUT(params, "a?'", NULL);
    assert_string_equal(
        value_with(&db, "SELECT $1 || '$1?' || $1 || coalesce($2, 'none')", params),
        "a?'$1?a?'none");
    assert_int_equal(start(&db, "SELECT $1", NULL, &cursor), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "42P02");
    assert_int_equal(start(&db, "SELECT $3", params, &cursor), PGCOPY_ERR_SQL);
    assert_string_equal(message(&db), "there is no parameter $3");
    pgcopy_batch_free(params);
    end_db(&db);
}

/* If the result were read first, it would never end. */
static void an_endless_result_streams_in_constant_memory(void **unused)
{
    struct db          db;
    struct test_memory memory;
    pgcopy_batch      *batch;
    void              *cursor = NULL;
    size_t             rows   = 0, before;

    (void)unused;
    begin_db(&db);
    leave_db(&db);
    test_memory_init(&memory, 0);
    db.r = pgcopy_reply_new(NULL);
    set_allocator(&db, &memory.allocator);
    assert_int_equal(open_db(&db), PGCOPY_OK);
    batch = pgcopy_batch_new(0, NULL, &memory.allocator);
    for (int in_tx = 0; in_tx < 2; in_tx++) {
        if (in_tx)
            assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
        assert_int_equal(
            start(&db, "COPY (SELECT x, 'patient' FROM " ENDLESS ") TO STDOUT", NULL, &cursor),
            PGCOPY_OK);
        before = memory.live;
        for (rows = 0; rows < 200000; rows += pgcopy_batch_view(batch)->nrows) {
            pgcopy_batch_clear(batch);
            assert_int_equal(db.backend->fetch(db.conn, cursor, batch, db.r), PGCOPY_OK);
        }
        assert_true(memory.peak < before + 1000000);
        db.backend->finish(db.conn, cursor);
    }
    assert_int_equal(tx(&db, PGCOPY_VERB_COMMIT, NULL), PGCOPY_OK);
    pgcopy_batch_free(batch);
    end_db(&db);
    assert_int_equal(memory.live, 0);
}

static void a_long_query_is_cut_short(void **unused)
{
    struct db        db;
    struct canceller job;
    pthread_t        thread;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int)");
    thread = cancel_soon(&job, &db, 2); /* the second comes when nothing runs */
    assert_int_equal(run(&db, "SELECT count(*) FROM " ENDLESS), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "57014");
    assert_string_equal(message(&db), "canceling statement due to user request");
    pthread_join(thread, NULL);
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    must(&db, "INSERT INTO t VALUES (1)");
    thread = cancel_soon(&job, &db, 1);
    assert_int_equal(run(&db, "INSERT INTO t SELECT x FROM " ENDLESS), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "57014");
    pthread_join(thread, NULL);
    /* SQLite has rolled back by itself, and that is no error. */
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK, NULL), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    end_db(&db);
}

static void cancel_between_calls_does_no_harm(void **unused)
{
    struct db     db;
    pgcopy_batch *batch  = pgcopy_batch_new(1, NULL, NULL);
    void         *cursor = NULL;

    (void)unused;
    begin_db(&db);
    db.backend->cancel(db.conn);
    assert_string_equal(value(&db, "SELECT 1"), "1");
    assert_int_equal(start(&db, "COPY (SELECT x FROM " ENDLESS ") TO STDOUT", NULL, &cursor),
                     PGCOPY_OK);
    db.backend->cancel(db.conn);
    assert_int_equal(db.backend->fetch(db.conn, cursor, batch, db.r), PGCOPY_OK);
    db.backend->finish(db.conn, cursor);
    db.backend->cancel(db.conn);
    assert_string_equal(value(&db, "SELECT 2"), "2");
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void waiting_for_a_lock_can_be_cut_short(void **unused)
{
    struct db        db, other;
    struct canceller job;
    pthread_t        thread;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    join_db(&other, &db);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    thread = cancel_soon(&job, &other, 1);
    assert_int_equal(load_begin(&other, "COPY t FROM STDIN"), PGCOPY_ERR_SQL);
    assert_string_equal(state(&other), "57014");
    pthread_join(thread, NULL);
    assert_int_equal(load_end(&db, false), PGCOPY_OK);
    leave_db(&other);
    end_db(&db);
}

static void returned_rows_are_rows(void **unused)
{
    static const char *const copies[] = {
        "COPY (INSERT INTO t VALUES (1), (2) RETURNING a) TO STDOUT",
        "COPY ( /* ? */ UPDATE t SET a = 1 WHERE a = 2 RETURNING a) TO STDOUT",
        "COPY (DELETE FROM t WHERE a = 1 RETURNING a) TO STDOUT"};
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int)");
    for (size_t i = 0; i < sizeof copies / sizeof *copies; i++)
        assert_string_equal(value(&db, copies[i]), "1");
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    assert_string_equal(value(&db, "INSERT INTO t VALUES (7) RETURNING a + 1"), "8");
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "1");
    assert_string_equal(value(&db, "VALUES (3), (4)"), "3");
    assert_string_equal(value(&db, "SELECT /* what's ? this */ 5 -- isn't it?"), "5");
    must(&db, "PRAGMA user_version = 7");
    assert_string_equal(value(&db, "PRAGMA user_version"), "7");
    end_db(&db);
}

/* sqliteodbc counts none of what begins with WITH. */
static void a_change_is_counted_whatever_it_begins_with(void **unused)
{
    static const struct {
        const char *sql;
        uint64_t    count;
    } changes[] = {
        {"WITH x(a) AS (VALUES (1), (2)) INSERT INTO t SELECT a FROM x", 2},
        {"WITH x(a) AS (SELECT 1) UPDATE t SET a = 5 WHERE a = (SELECT a FROM x)", 1},
        {"UPDATE t SET a = 6", 2},
        {"INSERT INTO t SELECT 'returning' WHERE 1 = 0", 0},
        {"INSERT INTO t VALUES ('returning')", 1},
        {"DELETE FROM t WHERE a = 7", 0},
        {"DELETE FROM t", 3}};
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a text)");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        must(&db, changes[i].sql);
        assert_true(pgcopy_reply_count(db.r) == changes[i].count);
    }
    end_db(&db);
}

static void what_returns_rows_may_write_all_the_same(void **unused)
{
    static const char *const changes[] = {
        "INSERT INTO t VALUES (1) RETURNING a",
        "COPY (INSERT INTO t VALUES (1) RETURNING a) TO STDOUT"};
    const pgcopy_tx begin = {
        .size = sizeof begin, .verb = PGCOPY_VERB_BEGIN, .read_only = true};
    struct db db;
    void     *cursor;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int)");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        pgcopy_reply_clear(db.r);
        assert_int_equal(db.backend->transaction(db.conn, &begin, db.r), PGCOPY_OK);
        assert_int_equal(start(&db, changes[i], NULL, &cursor), PGCOPY_ERR_SQL);
        assert_string_equal(state(&db), "25006");
        assert_string_equal(message(&db), "cannot execute INSERT in a read-only transaction");
        assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK, NULL), PGCOPY_OK);
    }
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    end_db(&db);
}

/* Not that it has no rows, which only a change could be told. */
static void a_copy_query_that_sqlite_does_not_know_is_a_syntax_error(void **unused)
{
    static const char *const copies[] = {"COPY ((TABLE t)) TO STDOUT",
                                         "COPY ( (SELECT 1)) TO STDOUT"};
    struct db                db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int)");
    for (size_t i = 0; i < sizeof copies / sizeof *copies; i++) {
        assert_int_equal(run(&db, copies[i]), PGCOPY_ERR_SQL);
        assert_string_equal(state(&db), "42601");
    }
    end_db(&db);
}

static void a_copy_query_without_columns_is_not_run(void **unused)
{
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int)");
    assert_int_equal(run(&db, "COPY (INSERT INTO t VALUES (1)) TO STDOUT"), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "0A000");
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    end_db(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tables_columns_are_told_in_postgresqls_types),
        cmocka_unit_test(small_letters_find_large_ones_and_any_home),
        cmocka_unit_test(describe_tells_columns_and_parameters_and_changes_nothing),
        cmocka_unit_test(parameters_are_bound_by_their_number),
        cmocka_unit_test(returned_rows_are_rows),
        cmocka_unit_test(a_change_is_counted_whatever_it_begins_with),
        cmocka_unit_test(what_returns_rows_may_write_all_the_same),
        cmocka_unit_test(a_copy_query_that_sqlite_does_not_know_is_a_syntax_error),
        cmocka_unit_test(a_copy_query_without_columns_is_not_run),
        cmocka_unit_test(an_endless_result_streams_in_constant_memory),
        cmocka_unit_test(a_long_query_is_cut_short),
        cmocka_unit_test(cancel_between_calls_does_no_harm),
        cmocka_unit_test(waiting_for_a_lock_can_be_cut_short)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
