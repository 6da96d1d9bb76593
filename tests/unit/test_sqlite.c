/*
 * test_sqlite.c - the SQLite backend through its table, over temporary files.
 */
#include "harness.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <pgcopy/sqlite.h>
#include <sqlite3.h>

/* ---- A database and what is said to it ---------------------------------------------- */

struct db {
    char               path[64];
    pgcopy_sqlite_opts opts;
    void              *conn;
    pgcopy_reply      *r;
    char               value[128]; /* the last that value() gave */

    const pgcopy_columns *param_types; /* as Parse declares them; NULL: it does not */
};

static pgcopy_status open_db(struct db *db)
{
    pgcopy_who who = {0};

    db->conn = NULL;
    return pgcopy_sqlite.open(&db->opts, &who, &db->conn, db->r);
}

static void new_path(struct db *db)
{
    int fd;

    snprintf(db->path, sizeof db->path, "/tmp/pgcopy-sqlite-XXXXXX");
    fd = mkstemp(db->path);
    assert_true(fd >= 0);
    close(fd);
}

static void begin_db(struct db *db)
{
    memset(db, 0, sizeof *db);
    new_path(db);
    db->opts.size = sizeof db->opts;
    db->opts.path = db->path;
    db->r         = pgcopy_reply_new(NULL);
    assert_non_null(db->r);
    assert_int_equal(open_db(db), PGCOPY_OK);
}

/* A second connection to the same file. */
static void join_db(struct db *db, const struct db *other)
{
    *db           = *other;
    db->opts.path = db->path;
    db->r         = pgcopy_reply_new(NULL);
    assert_int_equal(open_db(db), PGCOPY_OK);
}

static void leave_db(struct db *db)
{
    pgcopy_sqlite.close(db->conn);
    pgcopy_reply_free(db->r);
}

static void end_db(struct db *db)
{
    char file[80];

    leave_db(db);
    unlink(db->path);
    snprintf(file, sizeof file, "%s-wal", db->path);
    unlink(file);
    snprintf(file, sizeof file, "%s-shm", db->path);
    unlink(file);
}

static pgcopy_stmt *parse(const char *sql)
{
    pgcopy_slice text = {(const uint8_t *)sql, strlen(sql)};
    pgcopy_stmt *stmt = NULL;
    size_t       pos  = 0;

    assert_int_equal(pgcopy_stmt_parse(text, &pos, NULL, &stmt, NULL), PGCOPY_OK);
    return stmt;
}

static const char *state(const struct db *db)
{
    return pgcopy_reply_failure(db->r)->sqlstate;
}

static const char *message(const struct db *db)
{
    return pgcopy_reply_failure(db->r)->message;
}

/* Runs a statement up to its first rows, which go to batch; *cursor is open if it has any. */
static pgcopy_status start(struct db *db, const char *sql, const pgcopy_batch *params,
                           void **cursor)
{
    pgcopy_stmt  *stmt = parse(sql);
    pgcopy_status status;

    pgcopy_reply_clear(db->r);
    stmt->param_types = db->param_types;
    status            = pgcopy_sqlite.execute(db->conn, stmt, NULL, params, cursor, db->r);
    pgcopy_stmt_free(stmt);
    return status;
}

static pgcopy_status run(struct db *db, const char *sql)
{
    void         *cursor = NULL;
    pgcopy_status status = start(db, sql, NULL, &cursor);

    if (!status && cursor)
        pgcopy_sqlite.finish(db->conn, cursor);
    return status;
}

/* As it is, also where our own lexer would refuse it. */
static pgcopy_status run_raw(struct db *db, const char *sql)
{
    pgcopy_stmt   stmt   = {.sql = sql, .sql_len = strlen(sql)};
    void         *cursor = NULL;
    pgcopy_status status;

    pgcopy_reply_clear(db->r);
    status = pgcopy_sqlite.execute(db->conn, &stmt, NULL, NULL, &cursor, db->r);
    if (!status && cursor)
        pgcopy_sqlite.finish(db->conn, cursor);
    return status;
}

static void must(struct db *db, const char *sql)
{
    if (run(db, sql) != PGCOPY_OK)
        fail_msg("%s: %s %s", sql, state(db), message(db));
}

/* The first value of a query's first row: "NULL", or text. */
static const char *value_with(struct db *db, const char *sql, const pgcopy_batch *params)
{
    pgcopy_batch *batch  = pgcopy_batch_new(0, NULL, NULL);
    void         *cursor = NULL;
    pgcopy_slice  value;

    if (start(db, sql, params, &cursor) != PGCOPY_OK)
        fail_msg("%s: %s %s", sql, state(db), message(db));
    assert_true(pgcopy_sqlite.fetch(db->conn, cursor, batch, db->r) >= 0);
    value = pgcopy_batch_value(batch, 0, 0);
    snprintf(db->value, sizeof db->value, "%.*s", value.data ? (int)value.len : 4,
             value.data ? (const char *)value.data : "NULL");
    pgcopy_sqlite.finish(db->conn, cursor);
    pgcopy_batch_free(batch);
    return db->value;
}

static const char *value(struct db *db, const char *sql)
{
    return value_with(db, sql, NULL);
}

static pgcopy_status tx(struct db *db, pgcopy_verb verb, const char *name)
{
    pgcopy_tx tx = {.size = sizeof tx, .verb = verb, .name = name};

    pgcopy_reply_clear(db->r);
    return pgcopy_sqlite.transaction(db->conn, &tx, db->r);
}

/* ---- Rows --------------------------------------------------------------------------- */

/* NULL in the list is NULL. */
static void put(pgcopy_batch *batch, const char *const *values, size_t ncols)
{
    for (size_t i = 0; i < ncols; i++)
        pgcopy_batch_put(batch, values[i], values[i] ? strlen(values[i]) : PGCOPY_NULL);
    assert_true(pgcopy_batch_end_row(batch) >= 0);
}

#define PUT(batch, ...)                            \
    put(batch, (const char *const[]){__VA_ARGS__}, \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* Rows (number, "name <number>") for numbers from..to-1. */
static void put_numbers(pgcopy_batch *batch, int from, int to)
{
    char number[16], name[32];

    for (int i = from; i < to; i++) {
        snprintf(number, sizeof number, "%d", i);
        snprintf(name, sizeof name, "name %d", i);
        PUT(batch, number, name);
    }
}

/* As the bridge does it: the relation's columns, then load_begin. */
static pgcopy_status load_begin(struct db *db, const char *sql)
{
    pgcopy_stmt    *stmt   = parse(sql);
    pgcopy_columns *target = pgcopy_columns_new(NULL);
    pgcopy_status   status;

    pgcopy_reply_clear(db->r);
    status = pgcopy_sqlite.relation(db->conn, stmt->schema, stmt->table, db->r);
    if (!status) {
        pgcopy_columns *relation = pgcopy_reply_columns(db->r);

        assert_true(pgcopy_columns_count(relation) > 0);
        for (size_t i = 0; i < pgcopy_columns_count(relation); i++)
            if (!pgcopy_columns_at(relation, i)->generated)
                pgcopy_columns_add(target, pgcopy_columns_at(relation, i)->name,
                                   pgcopy_columns_at(relation, i)->type);
        status = pgcopy_sqlite.load_begin(db->conn, stmt, target, db->r);
    }
    pgcopy_columns_free(target);
    pgcopy_stmt_free(stmt);
    return status;
}

static pgcopy_status load_rows(struct db *db, const pgcopy_batch *batch, size_t first)
{
    pgcopy_reply_clear(db->r);
    return pgcopy_sqlite.load_rows(db->conn, batch, first, db->r);
}

static pgcopy_status load_end(struct db *db, bool keep)
{
    pgcopy_reply_clear(db->r);
    return pgcopy_sqlite.load_end(db->conn, keep, db->r);
}

/* One whole COPY of one batch; the status of its rows. */
static pgcopy_status load(struct db *db, const char *sql, const pgcopy_batch *batch)
{
    pgcopy_error  failure;
    pgcopy_status status;

    if (load_begin(db, sql) != PGCOPY_OK)
        fail_msg("%s: %s %s", sql, state(db), message(db));
    status  = load_rows(db, batch, 0);
    failure = *pgcopy_reply_failure(db->r);
    assert_int_equal(load_end(db, status == PGCOPY_OK), PGCOPY_OK);
    *pgcopy_reply_failure(db->r) = failure;
    return status;
}

static uint32_t failed_row(const struct db *db)
{
    return pgcopy_reply_failure(db->r)->row;
}

/* ---- COPY FROM ---------------------------------------------------------------------- */

static void rows_of_several_batches_are_stored(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE patients (id integer PRIMARY KEY, name varchar(40) NOT NULL)");
    assert_int_equal(load_begin(&db, "COPY patients FROM STDIN"), PGCOPY_OK);
    for (int i = 0; i < 100; i++) {
        pgcopy_batch_clear(batch);
        put_numbers(batch, i * 250, (i + 1) * 250);
        assert_int_equal(load_rows(&db, batch, 0), PGCOPY_OK);
    }
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM patients"), "25000");
    assert_string_equal(value(&db, "SELECT sum(id) FROM patients"), "312487500");
    assert_string_equal(value(&db, "SELECT count(*) FROM patients WHERE name = 'name ' || id"),
                        "25000");
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void rows_before_first_are_left_out(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    put_numbers(batch, 0, 200);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 77), PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 200), PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 201), PGCOPY_ERR_USAGE);
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) || ' ' || min(a) FROM t"), "123 77");
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* In each place of a group of 50, and of the tail. */
static void a_bad_row_is_named_and_the_rows_before_it_are_in(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a integer PRIMARY KEY, b text)");
    for (size_t bad = 1; bad < 130; bad += bad < 3 || (bad > 47 && bad < 53) ? 1 : 13) {
        char rows[32];

        must(&db, "DELETE FROM t");
        pgcopy_batch_clear(batch);
        put_numbers(batch, 0, (int)bad);
        PUT(batch, "0", "again");
        put_numbers(batch, (int)bad, 130);
        assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
        assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
        assert_string_equal(state(&db), "23505");
        assert_int_equal(failed_row(&db), bad + 1);
        /* ON_ERROR ignore: the same batch comes again from behind the row. */
        assert_string_equal(value(&db, "SELECT count(*) FROM t"),
                            (snprintf(rows, sizeof rows, "%zu", bad), rows));
        assert_int_equal(load_rows(&db, batch, bad + 1), PGCOPY_OK);
        assert_int_equal(load_end(&db, true), PGCOPY_OK);
        assert_string_equal(value(&db, "SELECT count(*) FROM t"), "130");
    }
    pgcopy_batch_free(batch);
    end_db(&db);
}

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

/* SQLite says success; the count says otherwise. */
static void a_row_that_the_database_drops_in_silence_fails_the_copy(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a integer PRIMARY KEY ON CONFLICT IGNORE, b text)");
    put_numbers(batch, 0, 60);
    PUT(batch, "7", "dropped");
    put_numbers(batch, 60, 120);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "XX000");
    assert_int_equal(failed_row(&db), 61);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* Then there is no savepoint to go back to, and a repetition would be committed row by row. */
static void nothing_is_repeated_when_the_database_ended_the_transaction(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a integer PRIMARY KEY ON CONFLICT ROLLBACK, b text)");
    put_numbers(batch, 0, 60);
    PUT(batch, "7", "again");
    put_numbers(batch, 60, 120);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
    assert_int_equal(failed_row(&db), 0);
    assert_int_equal(load_end(&db, false), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    must(&db, "INSERT INTO t VALUES (1, 'x')");
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void null_and_the_empty_string_stay_apart(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    PUT(batch, "1", NULL);
    PUT(batch, "2", "");
    PUT(batch, "3", "NULL");
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT a FROM t WHERE b IS NULL"), "1");
    assert_string_equal(value(&db, "SELECT a FROM t WHERE b = ''"), "2");
    assert_string_equal(value(&db, "SELECT b FROM t WHERE a = 1"), "NULL");
    assert_string_equal(value(&db, "SELECT b FROM t WHERE a = 2"), "");
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* All rows of a table, as COPY TO brings them. */
static pgcopy_batch *unload(struct db *db, const char *sql)
{
    pgcopy_batch_limits limits = {sizeof limits, 1000000, 1u << 30, 1000000};
    pgcopy_batch       *batch  = pgcopy_batch_new(0, &limits, NULL);
    void               *cursor = NULL;

    assert_int_equal(start(db, sql, NULL, &cursor), PGCOPY_OK);
    assert_int_equal(pgcopy_sqlite.fetch(db->conn, cursor, batch, db->r), PGCOPY_END);
    pgcopy_sqlite.finish(db->conn, cursor);
    return batch;
}

static void assert_same_rows(const pgcopy_batch *a, const pgcopy_batch *b)
{
    const pgcopy_view *v = pgcopy_batch_view(a), *w = pgcopy_batch_view(b);

    assert_int_equal(v->nrows, w->nrows);
    assert_int_equal(v->ncols, w->ncols);
    for (size_t row = 0; row < v->nrows; row++)
        for (size_t col = 0; col < v->ncols; col++) {
            pgcopy_slice x = pgcopy_batch_value(a, row, col);
            pgcopy_slice y = pgcopy_batch_value(b, row, col);

            assert_int_equal(x.data == NULL, y.data == NULL);
            assert_int_equal(x.len, y.len);
            if (x.len)
                assert_memory_equal(x.data, y.data, x.len);
        }
}

static void any_text_comes_back_as_it_went_in(void **unused)
{
    static const char *const texts[] = {"?",
                                        "'",
                                        "\"",
                                        "''; DROP TABLE t; --",
                                        "a,b\tc\nd\r\n",
                                        "\\N",
                                        "\\x41",
                                        "{d '2024-01-01'}",
                                        "$1",
                                        "%s%n",
                                        "Zo\xc3\xab",
                                        "\xf0\x9f\xa9\xba\xf0\x9f\x8f\xa5",
                                        "X'41'",
                                        "007",
                                        "1e3",
                                        " padded "};
    struct db                db;
    pgcopy_batch            *batch = pgcopy_batch_new(2, NULL, NULL), *back;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a text, b varchar(80))");
    for (int turn = 0; turn < 5; turn++) /* groups and tail */
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            PUT(batch, texts[i], texts[i]);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    back = unload(&db, "COPY t TO STDOUT");
    assert_same_rows(batch, back);
    pgcopy_batch_free(batch);
    pgcopy_batch_free(back);
    end_db(&db);
}

/* Around the sizes of slots, pieces and the block. */
static void long_values_come_back_whole(void **unused)
{
    static const size_t sizes[] = {0,    15,   16,    17,    1022,    1023,    1024,   1025,
                                   4095, 4096, 65536, 30000, 1048575, 1048576, 3000000};
    pgcopy_batch_limits limits  = {sizeof limits, 1000000, 1u << 30, 1000000};
    pgcopy_batch       *batch   = pgcopy_batch_new(2, &limits, NULL), *back;
    char               *text    = malloc(3000000);
    struct db           db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a text, b text)");
    for (size_t i = 0; i < 3000000; i++)
        text[i] = (char)('a' + i % 23);
    for (size_t i = 0; i < 120; i++) {
        size_t size = i % 8 == 3 ? sizes[i / 8] : i;

        pgcopy_batch_put(batch, text + i, size > 2000000 ? size - 200 : size);
        pgcopy_batch_put(batch, text, i % 10 == 3 ? PGCOPY_NULL : 5);
        assert_true(pgcopy_batch_end_row(batch) >= 0);
    }
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    back = unload(&db, "COPY t TO STDOUT");
    assert_same_rows(batch, back);
    pgcopy_batch_free(batch);
    pgcopy_batch_free(back);
    free(text);
    end_db(&db);
}

static void bytes_and_booleans_are_the_databases_own(void **unused)
{
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL), *back;
    struct db     db;
    char          hex[2 + 6000 + 1] = "\\x";

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a bytea, b boolean)");
    for (int i = 0; i < 70; i++) {
        size_t n = (size_t)(i == 40 ? 3000 : i);

        for (size_t k = 0; k < n; k++)
            snprintf(hex + 2 + k * 2, 3, "%02x", (unsigned)(k * 7 + (size_t)i) & 255);
        hex[2 + n * 2] = '\0';
        PUT(batch, i == 5 ? NULL : hex, i % 3 ? i % 2 ? "t" : "f" : NULL);
    }
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t WHERE typeof(a) = 'blob'"), "69");
    assert_string_equal(value(&db, "SELECT max(length(a)) FROM t"), "3000");
    assert_string_equal(value(&db, "SELECT count(*) FROM t WHERE b"), "23");
    back = unload(&db, "COPY (SELECT a FROM t) TO STDOUT");
    for (size_t i = 0; i < 70; i++) {
        pgcopy_slice x = pgcopy_batch_value(batch, i, 0), y = pgcopy_batch_value(back, i, 0);

        assert_int_equal(x.len, y.len);
        if (x.len)
            assert_memory_equal(x.data, y.data, x.len);
    }
    pgcopy_batch_free(batch);
    pgcopy_batch_free(back);
    end_db(&db);
}

/* NULL in the list is NULL, "DEFAULT" a marker. */
static void put_marked(pgcopy_batch *batch, const char *a, const char *b, const char *c)
{
    const char *values[] = {a, b, c};

    for (size_t i = 0; i < 3; i++) {
        bool marker = values[i] && !strcmp(values[i], "DEFAULT");
        pgcopy_batch_put(batch, marker ? NULL : values[i],
                         marker      ? PGCOPY_DEFAULT
                         : values[i] ? strlen(values[i])
                                     : PGCOPY_NULL);
    }
    assert_true(pgcopy_batch_end_row(batch) >= 0);
}

static void columns_with_a_marker_get_their_default(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(3, NULL, NULL);
    char          number[16];

    (void)unused;
    begin_db(&db);
    must(&db,
         "CREATE TABLE t (a integer PRIMARY KEY, b text DEFAULT 'b', c bytea DEFAULT x'01')");
    for (int i = 1; i <= 200; i++) { /* runs of both kinds, longer than a group and shorter */
        snprintf(number, sizeof number, "%d", i);
        put_marked(batch, number, i > 120 && i % 3 ? "DEFAULT" : NULL,
                   i < 60 || i % 2 ? "\\x02" : "DEFAULT");
    }
    put_marked(batch, "DEFAULT", "DEFAULT", "DEFAULT");
    assert_int_equal(load(&db, "COPY t FROM STDIN (DEFAULT 'D')", batch), PGCOPY_OK);
    assert_string_equal(
        value(&db, "SELECT count(*) FROM t WHERE (b IS 'b') = (a > 120 AND a % 3 > 0) AND "
                   "(c = x'01') = (a >= 60 AND a % 2 = 0) AND a <= 200"),
        "200");
    assert_string_equal(value(&db, "SELECT a || b || hex(c) FROM t WHERE a > 200"), "201b01");
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* Every set of columns that can be left out, so that statements are made anew. */
static void a_bad_row_with_markers_is_named(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(3, NULL, NULL);
    char          number[16];

    (void)unused;
    begin_db(&db);
    must(&db,
         "CREATE TABLE t (a int UNIQUE DEFAULT 0, b text DEFAULT 'b', c text DEFAULT 'c')");
    for (int i = 1; i < 60; i++) {
        snprintf(number, sizeof number, "%d", i);
        put_marked(batch,
                   i == 56   ? "DEFAULT"
                   : i == 49 ? "DEFAULT"
                             : number,
                   i & 2 ? "DEFAULT" : "x", i & 4 ? "DEFAULT" : "y");
    }
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN (DEFAULT 'D')"), PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "23505");
    assert_int_equal(failed_row(&db), 56);
    assert_int_equal(load_rows(&db, batch, 56), PGCOPY_OK);
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "58");
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* Without the option there should be none. */
static void a_default_marker_is_never_bound(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    for (int n = 1; n <= 64; n += 63) { /* alone, and the last of a group */
        pgcopy_batch_clear(batch);
        put_numbers(batch, 1, n);
        pgcopy_batch_put(batch, "1", 1);
        pgcopy_batch_put(batch, NULL, PGCOPY_DEFAULT);
        assert_true(pgcopy_batch_end_row(batch) >= 0);
        assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_ERR_SQL);
        assert_string_equal(state(&db), "0A000");
    }
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void a_copy_without_begin_is_all_or_nothing(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    put_numbers(batch, 0, 300);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_OK);
    assert_int_equal(load_end(&db, false), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_ERR_USAGE);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_OK);
    leave_db(&db); /* close in the middle */
    db.r = pgcopy_reply_new(NULL);
    assert_int_equal(open_db(&db), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* Floats are compared by their bits; SQLite's own reader and writer would lose some. */
static void floats_come_back_to_the_last_bit(void **unused)
{
    static const char *const texts[] = {
        "0.1",    "-0.3",  "1e-320",   "2.2250738585072014e-308", "1.7976931348623157e+308",
        "5e-324", "1e+22", "123456.7", "0.30000000000000004",     "9007199254740993"};
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(1, NULL, NULL), *back;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a double precision)");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        PUT(batch, texts[i]);
    PUT(batch, "NaN");
    PUT(batch, "-Infinity");
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    back = unload(&db, "COPY t TO STDOUT");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char         text[40];
        pgcopy_slice v = pgcopy_batch_value(back, i, 0);

        snprintf(text, sizeof text, "%.*s", (int)v.len, (const char *)v.data);
        assert_true(strtod(text, NULL) == strtod(texts[i], NULL));
    }
    assert_memory_equal(pgcopy_batch_value(back, 10, 0).data, "NaN", 3);
    assert_memory_equal(pgcopy_batch_value(back, 11, 0).data, "-Infinity", 9);
    pgcopy_batch_free(batch);
    pgcopy_batch_free(back);
    end_db(&db);
}

static void integers_come_back_from_end_to_end(void **unused)
{
    static const char *const texts[] = {"0",
                                        "-1",
                                        "999999999999999999",
                                        "-999999999999999999",
                                        "9223372036854775807",
                                        "-9223372036854775808",
                                        "42"};
    struct db                db;
    pgcopy_batch            *batch = pgcopy_batch_new(2, NULL, NULL), *back;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a bigint, b numeric(12,2))");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        PUT(batch, texts[i], i % 2 ? "12.5" : "-7");
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    back = unload(&db, "COPY t TO STDOUT");
    assert_same_rows(batch, back);
    assert_string_equal(value(&db, "SELECT count(*) FROM t WHERE typeof(a) = 'integer'"), "7");
    pgcopy_batch_free(batch);
    pgcopy_batch_free(back);
    end_db(&db);
}

/* Rows of a failed INSERT stay where the table says so, and must not be there twice. */
static void a_bad_row_is_named_where_the_table_keeps_half_an_insert(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a integer PRIMARY KEY ON CONFLICT FAIL, b text)");
    put_numbers(batch, 0, 100);
    PUT(batch, "50", "again");
    put_numbers(batch, 100, 200);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "23505");
    assert_int_equal(failed_row(&db), 101);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "100");
    assert_int_equal(load_rows(&db, batch, 101), PGCOPY_OK);
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "200");
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* One INSERT never has more parameters than SQLite takes. */
static void wide_tables_are_loaded_in_smaller_inserts(void **unused)
{
    struct db           db;
    pgcopy_buf          sql    = {0};
    pgcopy_batch_limits limits = {sizeof limits, 1000, 1u << 30, 10000000};
    pgcopy_batch       *batch  = pgcopy_batch_new(1500, &limits, NULL);
    char                text[32];

    (void)unused;
    begin_db(&db);
    pgcopy_buf_append(&sql, "CREATE TABLE t (c0 int", 22);
    for (int i = 1; i < 1500; i++)
        pgcopy_buf_append(&sql, text, (size_t)snprintf(text, sizeof text, ", c%d int", i));
    pgcopy_buf_append(&sql, ")", 2);
    must(&db, (const char *)sql.data);
    for (int i = 0; i < 100 * 1500; i++) {
        pgcopy_batch_put(batch, text, (size_t)snprintf(text, sizeof text, "%d", i));
        if (i % 1500 == 1499)
            assert_int_equal(pgcopy_batch_end_row(batch), PGCOPY_OK);
    }
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_string_equal(
        value(&db, "SELECT count(*) || ' ' || sum(c0) || ' ' || max(c1499) FROM t"),
        "100 7425000 149999");
    pgcopy_buf_free(&sql);
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* Without types nobody has looked at the values: what does not fit goes in as it came. */
static void values_of_other_types_are_bound_as_text(void **unused)
{
    static const char *const rows[][4] = {
        {"1.5", "maybe", "1e", "no bytes"},
        {"-", "", "", ""},
        {"12345678901234567890", "true",
         "0.1000000000000000000000000000000000000000000000000000000000000000001", "\\x"}};
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(4, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a bigint, b boolean, c real, d bytea)");
    for (size_t i = 0; i < 3; i++)
        put(batch, rows[i], 4);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT a || b || c || d FROM t WHERE a = 1.5"),
                        "1.5maybe1eno bytes");
    assert_string_equal(value(&db, "SELECT a || b || c || d || '.' FROM t WHERE a = '-'"),
                        "-.");
    assert_string_equal(value(&db, "SELECT typeof(a) || b || c || typeof(d) FROM t WHERE a > 2 "
                                   "AND typeof(a) <> 'text'"),
                        "realtrue0.1blob");
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* ---- WHERE -------------------------------------------------------------------------- */

/* What a condition lets in of rows (1..200, 'name <n>'); its columns c and d do not come. */
static void check_where(const char *sql, const char *count)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);
    pgcopy_stmt  *stmt  = parse(sql);
    char          rows[24];

    begin_db(&db);
    must(&db, "CREATE TABLE \"T able\" (A integer, b text, c int DEFAULT (3 + 4), "
              "d date DEFAULT '2024-01-31', e text, f int GENERATED ALWAYS AS (A + 1))");
    put_numbers(batch, 1, 201);
    pgcopy_reply_clear(db.r);
    if (pgcopy_sqlite.load_begin(db.conn, stmt, NULL, db.r) != PGCOPY_OK)
        fail_msg("%s: %s %s", sql, state(&db), message(&db));
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_OK);
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    snprintf(rows, sizeof rows, "%llu", (unsigned long long)pgcopy_reply_count(db.r));
    assert_string_equal(rows, count);
    assert_string_equal(value(&db, "SELECT count(*) FROM \"T able\""), count);
    pgcopy_stmt_free(stmt);
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void a_condition_sees_the_row_as_it_would_be(void **unused)
{
    (void)unused;
#define FROM "COPY \"t able\" (a, b) FROM STDIN WHERE "
    check_where(FROM "true", "200");
    check_where(FROM "a <= '9'", "190"); /* its type is not known: as text */
    check_where(FROM "b = 'name 7' or b like '%99' -- those", "3");
    check_where(FROM "b = 'name ?' /* it's ? /* not) */ ' */ OR b = 'name 3'", "1");
    check_where(FROM "c = 7 AND d > '2024-01-30' AND e IS NULL AND length(b) = 6", "9");
    check_where(FROM "\"T able\".b = 'name 8'", "1");
    check_where(FROM "false", "0");
#undef FROM
}

static pgcopy_status load_where(struct db *db, const char *sql, const pgcopy_batch *batch)
{
    pgcopy_status status = load_begin(db, sql);

    if (!status) {
        status = load_rows(db, batch, 0);
        if (status)
            return status;
        assert_int_equal(load_end(db, true), PGCOPY_OK);
    }
    return status;
}

static void a_condition_compares_by_the_columns_types(void **unused)
{
    static const struct {
        const char *where, *count;
    } checks[] = {{"a < 10", "2"},        {"a < '10'", "2"},
                  {"n < 10.5", "1"},      {"n = '2.50'", "1"},
                  {"f > 1e3", "1"},       {"ok", "2"},
                  {"NOT ok", "1"},        {"ok = true", "2"},
                  {"raw = x'00ff'", "1"}, {"born < '2000-01-01'", "1"},
                  {"born IS NULL", "1"},  {"t.a = 100", "1"}};
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(6, NULL, NULL);

    (void)unused;
    begin_db(&db);
    PUT(batch, "9", "2.5", "0.5", "t", "\\x00ff", "1999-12-31");
    PUT(batch, "-3", "100", "1e4", "f", "\\x", "2000-01-01");
    PUT(batch, "100", "11", "2", "t", "\\x01", NULL);
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        char sql[128];

        must(&db,
             "CREATE TABLE t (a int, n numeric, f real, ok boolean, raw bytea, born date)");
        snprintf(sql, sizeof sql, "COPY t FROM STDIN WHERE %s", checks[i].where);
        if (load_where(&db, sql, batch) != PGCOPY_OK)
            fail_msg("%s: %s %s", sql, state(&db), message(&db));
        value(&db, "SELECT count(*) FROM t");
        if (strcmp(db.value, checks[i].count) != 0)
            fail_msg("%s lets in %s, not %s", checks[i].where, db.value, checks[i].count);
        must(&db, "DROP TABLE t");
    }
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void a_condition_goes_with_markers_and_bad_rows(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(3, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a integer PRIMARY KEY, b text DEFAULT 'b', c int DEFAULT 5)");
    put_marked(batch, "1", "DEFAULT", "5");       /* in  */
    put_marked(batch, "1", "DEFAULT", "6");       /* out, so that it is no duplicate */
    put_marked(batch, "DEFAULT", "b", "DEFAULT"); /* in  */
    put_marked(batch, "DEFAULT", "DEFAULT", "DEFAULT");
    put_marked(batch, "1", "DEFAULT", "5"); /* bad */
    put_marked(batch, "9", "b", "5");
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN (DEFAULT 'D') WHERE b = 'b' AND c = 5"),
                     PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "23505");
    assert_int_equal(failed_row(&db), 5);
    assert_int_equal(load_rows(&db, batch, 5), PGCOPY_OK);
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    assert_true(pgcopy_reply_count(db.r) == 4);
    assert_string_equal(value(&db, "SELECT group_concat(a) FROM t WHERE b = 'b' AND c = 5"),
                        "1,2,3,9");
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void a_wrong_condition_is_refused_before_a_row_moves(void **unused)
{
    static const struct {
        const char *where, *state;
    } wrong[] = {
        {"nowhere = 1", "42703"},    {"twice > 1", "42703"}, /* generated: not there yet */
        {"\"a b\" <> 'x'", "42703"},                         /* no string */
        {"count(*) > 1", "42803"},   {"a IN ( /* all */ SELECT 1)", "0A000"},
        {"a = ?1", "42601"},         {"a = $1", "42601"},
        {"a = :b", "42601"},         {"no_such(a) > 1", "42883"},
        {"a > > 1", "42601"}};
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, twice int GENERATED ALWAYS AS (a * 2))");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char sql[128];

        snprintf(sql, sizeof sql, "COPY t (a) FROM STDIN WHERE %s", wrong[i].where);
        assert_int_equal(load_begin(&db, sql), PGCOPY_ERR_SQL);
        assert_string_equal(state(&db), wrong[i].state);
        must(&db, "INSERT INTO t VALUES (1)"); /* no transaction was left open */
    }
    end_db(&db);
}

/* ---- Transactions ------------------------------------------------------------------- */

static void transactions_keep_or_drop_what_was_loaded(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    put_numbers(batch, 0, 120);
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK, NULL), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");

    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_SAVEPOINT, "a \"point\""), PGCOPY_OK);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK_TO, "a \"point\""), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_RELEASE, "a \"point\""), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_COMMIT, NULL), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "120");
    /* and autocommit is on again */
    must(&db, "INSERT INTO t VALUES (1, 'x')");
    leave_db(&db);
    db.r = pgcopy_reply_new(NULL);
    assert_int_equal(open_db(&db), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "121");
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void an_empty_transaction_and_an_unknown_savepoint(void **unused)
{
    struct db db;

    (void)unused;
    begin_db(&db);
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_COMMIT, NULL), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_SAVEPOINT, "a"), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK_TO, "b"), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "3B001");
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK, NULL), PGCOPY_OK);
    end_db(&db);
}

static void a_read_only_transaction_changes_nothing(void **unused)
{
    pgcopy_tx begin = {.size = sizeof begin, .verb = PGCOPY_VERB_BEGIN, .read_only = true};
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int)");
    assert_int_equal(pgcopy_sqlite.transaction(db.conn, &begin, db.r), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    assert_int_equal(run(&db, "INSERT INTO t VALUES (1)"), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "25006");
    assert_string_equal(message(&db), "cannot execute INSERT in a read-only transaction");
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK, NULL), PGCOPY_OK);
    must(&db, "INSERT INTO t VALUES (1)");
    end_db(&db);
}

/* Only the commit looks at it: by then the COPY has been well. */
static void a_deferred_key_fails_the_commit_which_rolls_back(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE other (id integer PRIMARY KEY)");
    must(&db, "CREATE TABLE t (a int REFERENCES other DEFERRABLE INITIALLY DEFERRED, b text)");
    put_numbers(batch, 1, 3);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_OK);
    assert_int_equal(load_end(&db, true), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "23503");
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    must(&db, "INSERT INTO t VALUES (7, 'x')");
    assert_int_equal(tx(&db, PGCOPY_VERB_COMMIT, NULL), PGCOPY_ERR_SQL);
    must(&db, "INSERT INTO other VALUES (7)");
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void a_transaction_can_become_read_only(void **unused)
{
    pgcopy_tx set = {
        .size = sizeof set, .verb = PGCOPY_VERB_SET_TRANSACTION, .read_only = true};
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int)");
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    must(&db, "INSERT INTO t VALUES (1)");
    assert_int_equal(pgcopy_sqlite.transaction(db.conn, &set, db.r), PGCOPY_OK);
    assert_int_equal(run(&db, "INSERT INTO t VALUES (2)"), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "25006");
    set.read_only  = false;
    set.read_write = true;
    assert_int_equal(pgcopy_sqlite.transaction(db.conn, &set, db.r), PGCOPY_OK);
    must(&db, "INSERT INTO t VALUES (3)");
    assert_int_equal(tx(&db, PGCOPY_VERB_COMMIT, NULL), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT sum(a) FROM t"), "4");
    set.verb = PGCOPY_VERB_SHOW;
    assert_int_equal(pgcopy_sqlite.transaction(db.conn, &set, db.r), PGCOPY_ERR_UNSUPPORTED);
    end_db(&db);
}

/* ---- Two at once -------------------------------------------------------------------- */

static void pause_ms(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};

    nanosleep(&t, NULL);
}

static long now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct copier {
    struct db     db;
    int           from;
    pgcopy_status status;
};

/* BEGIN, COPY of 20 batches, COMMIT. */
static void *copy_in_thread(void *arg)
{
    struct copier *job   = arg;
    pgcopy_batch  *batch = pgcopy_batch_new(2, NULL, NULL);

    job->status = tx(&job->db, PGCOPY_VERB_BEGIN, NULL);
    if (!job->status)
        job->status = load_begin(&job->db, "COPY t FROM STDIN");
    for (int i = 0; !job->status && i < 20; i++) {
        pgcopy_batch_clear(batch);
        put_numbers(batch, job->from + i * 100, job->from + i * 100 + 100);
        job->status = load_rows(&job->db, batch, 0);
        pause_ms(5);
    }
    if (!job->status)
        job->status = load_end(&job->db, true);
    if (!job->status)
        job->status = tx(&job->db, PGCOPY_VERB_COMMIT, NULL);
    pgcopy_batch_free(batch);
    return NULL;
}

static void two_copies_at_once_both_succeed(void **unused)
{
    struct db     db;
    struct copier jobs[2];
    pthread_t     threads[2];

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a integer PRIMARY KEY, b text)");
    for (int i = 0; i < 2; i++) {
        join_db(&jobs[i].db, &db);
        jobs[i].from = i * 10000;
        assert_int_equal(pthread_create(&threads[i], NULL, copy_in_thread, &jobs[i]), 0);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(jobs[i].status, PGCOPY_OK);
        leave_db(&jobs[i].db);
    }
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "4000");
    end_db(&db);
}

static void a_lock_that_is_not_had_in_time_is_55P03(void **unused)
{
    struct db db, other;
    long      before;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    other              = db;
    other.opts.busy_ms = 150;
    join_db(&other, &other);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    before = now_ms();
    assert_int_equal(load_begin(&other, "COPY t FROM STDIN"), PGCOPY_ERR_SQL);
    assert_true(now_ms() - before >= 140 && now_ms() - before < 20000);
    assert_string_equal(state(&other), "55P03");
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    assert_int_equal(load_begin(&other, "COPY t FROM STDIN"), PGCOPY_OK);
    assert_int_equal(load_end(&other, true), PGCOPY_OK);
    leave_db(&other);
    end_db(&db);
}

/* SQLite will never let it write, so to wait would be in vain. */
static void writing_on_an_old_snapshot_is_40001_at_once(void **unused)
{
    struct db db, other;
    long      before;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    join_db(&other, &db);
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    must(&other, "INSERT INTO t VALUES (1, 'x')");
    before = now_ms();
    assert_int_equal(run(&db, "INSERT INTO t VALUES (2, 'y')"), PGCOPY_ERR_SQL);
    assert_true(now_ms() - before < 10000);
    assert_string_equal(state(&db), "40001");
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK, NULL), PGCOPY_OK);
    must(&db, "INSERT INTO t VALUES (2, 'y')");
    leave_db(&other);
    end_db(&db);
}

/* ---- Relations ---------------------------------------------------------------------- */

static pgcopy_status relation(struct db *db, const char *schema, const char *table)
{
    pgcopy_reply_clear(db->r);
    return pgcopy_sqlite.relation(db->conn, schema, table, db->r);
}

static const pgcopy_column *column(const struct db *db, size_t i)
{
    return pgcopy_columns_at(pgcopy_reply_columns(db->r), i);
}

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

/* ---- Statements --------------------------------------------------------------------- */

static void statements_count_and_results_have_types(void **unused)
{
    struct db db;
    void     *cursor = NULL;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b varchar(9), c real)");
    assert_true(pgcopy_reply_count(db.r) == PGCOPY_NO_COUNT);
    must(&db, "INSERT INTO t VALUES (1, 'x', 1), (2, 'y', 2), (3, NULL, 3)");
    assert_true(pgcopy_reply_count(db.r) == 3);
    must(&db, "UPDATE t SET c = 0 WHERE a > 1");
    assert_true(pgcopy_reply_count(db.r) == 2);
    must(&db, "DELETE FROM t WHERE a > 99");
    assert_true(pgcopy_reply_count(db.r) == 0);
    assert_int_equal(
        start(&db, "SELECT a, b AS bee, count(*), avg(a), 'x' FROM t", NULL, &cursor),
        PGCOPY_OK);
    pgcopy_sqlite.finish(db.conn, cursor);
    assert_int_equal(pgcopy_columns_count(pgcopy_reply_columns(db.r)), 5);
    assert_int_equal(column(&db, 0)->type, PGCOPY_OID_INT4);
    assert_string_equal(column(&db, 1)->name, "bee");
    assert_int_equal(column(&db, 1)->typmod, 9 + 4);
    assert_int_equal(column(&db, 1)->type, PGCOPY_OID_VARCHAR);
    assert_int_equal(column(&db, 2)->type, PGCOPY_OID_INT8);
    assert_int_equal(column(&db, 3)->type, PGCOPY_OID_FLOAT8);
    assert_int_equal(column(&db, 4)->type, PGCOPY_OID_TEXT);
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
    assert_int_equal(pgcopy_sqlite.describe(db.conn, stmt, db.r), PGCOPY_OK);
    assert_int_equal(pgcopy_columns_count(pgcopy_reply_parameters(db.r)), 2);
    assert_int_equal(pgcopy_columns_count(pgcopy_reply_columns(db.r)), 2);
    pgcopy_stmt_free(stmt);
    stmt = parse("INSERT INTO t VALUES (1, 'x')");
    pgcopy_reply_clear(db.r);
    assert_int_equal(pgcopy_sqlite.describe(db.conn, stmt, db.r), PGCOPY_OK);
    pgcopy_stmt_free(stmt);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    end_db(&db);
}

static void the_cast_of_a_literal_or_a_parameter_is_left_out(void **unused)
{
    pgcopy_batch *params = pgcopy_batch_new(1, NULL, NULL);
    struct db     db;

    (void)unused;
    begin_db(&db);
    PUT(params, "b");
    assert_string_equal(value(&db, "SELECT '1930-02-07'::date || 'x' :: pg_catalog.\"text\""),
                        "1930-02-07x");
    assert_string_equal(value(&db, "COPY (SELECT 'a'::varchar(10)) TO STDOUT"), "a");
    assert_string_equal(value_with(&db, "SELECT $1::text || '::date'", params), "b::date");
    pgcopy_batch_free(params);
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

/* What describe tells of the parameters of a statement that declares none: their names. */
static const char *parameters_of(struct db *db, const char *sql, char *told, size_t size)
{
    pgcopy_stmt          *stmt = parse(sql);
    const pgcopy_column  *col;
    const pgcopy_columns *cols;
    size_t                len = 0;

    pgcopy_reply_clear(db->r);
    if (pgcopy_sqlite.describe(db->conn, stmt, db->r) != PGCOPY_OK)
        fail_msg("%s: %s %s", sql, state(db), message(db));
    cols  = pgcopy_reply_parameters(db->r);
    *told = '\0';
    for (size_t i = 0; (col = pgcopy_columns_at(cols, i)); i++) {
        const pgcopy_type *type = pgcopy_type_by_oid(col->type);
        len += (size_t)snprintf(told + len, size - len, "%s%s", i ? " " : "",
                                type ? type->name : "-");
    }
    pgcopy_stmt_free(stmt);
    return told;
}

static void parameters_have_the_types_that_are_plain(void **unused)
{
    static const struct {
        const char *sql, *types;
    } cases[] = {
        {"SELECT 1 FROM t WHERE i = $1 AND t.f>=$2 OR NOT s <> $3 AND d < $4",
         "integer double precision character varying date"},
        {"SELECT 1 FROM t WHERE (t.b = $1 OR $2 = main.t.i)", "boolean integer"},
        {"SELECT 1 FROM t AS x WHERE $1 <= x.i AND 2 < $2", "integer -"},
        {"SELECT 1 FROM main.t, u WHERE k = $1 AND \"i\" = $2", "bigint integer"},
        {"SELECT 1 FROM t JOIN u ON i = k AND k = $1 WHERE raw = $2", "bigint bytea"},
        {"SELECT 1 FROM t WHERE i BETWEEN $1 AND $2 AND f NOT BETWEEN 1 AND $3",
         "integer integer double precision"},
        {"SELECT 1 FROM t WHERE i IN ($1, 7, $2) AND s NOT IN ('a', $3)",
         "integer integer character varying"},
        {"SELECT count(*) > $1 FROM t LIMIT $2 OFFSET $3", "bigint bigint bigint"},
        {"SELECT $1::int4, $2 :: pg_catalog.date, CAST($3 AS numeric(9,2) )",
         "integer date numeric"},
        {"UPDATE t SET s = $1, f = $2 WHERE i = $3",
         "character varying double precision integer"},
        {"DELETE FROM t WHERE raw = $1", "bytea"},
        {"INSERT INTO t (s, i) VALUES ($1, $2), ('x', $3)",
         "character varying integer integer"},
        {"INSERT INTO t AS n VALUES ($1, coalesce($2, 1), $3, 4, $4, $5)",
         "integer - character varying boolean bytea"},
        {"REPLACE INTO u (k) VALUES ($1)", "bigint"},
        {"INSERT INTO u (k) VALUES ($1) ON CONFLICT (k) DO UPDATE SET k = $2", "bigint bigint"},
        {"INSERT INTO u SELECT i FROM t WHERE f = $1", "double precision"},
        {"SELECT 1 FROM t WHERE EXISTS (SELECT 1 FROM u WHERE k = $1 AND i = $2)",
         "bigint integer"},
        {"SELECT 1 FROM (SELECT k AS i FROM u) WHERE i = $1", "bigint"},
        {"WITH t AS (SELECT k AS i FROM u) SELECT 1 FROM t WHERE i = $1", "bigint"},
        {"SELECT 1 FROM t WHERE i = $1 -- = $2\n/* f */ AND s = '$3' AND s = $2",
         "integer character varying"},
        /* Not plain, or not SQLite's to know. */
        {"SELECT 1 FROM t WHERE i + f = $1 AND i = $2 * 2 AND upper(s) = $3", "- - -"},
        {"SELECT 1 FROM t WHERE i = f + $1 AND 1 + $2 = i AND s || $3 = s", "- - -"},
        {"WITH t AS (SELECT 1 AS i) SELECT 1 WHERE EXISTS (SELECT 1 FROM t WHERE i = $1)", "-"},
        {"SELECT 1 FROM t WHERE $1 IS NULL OR 'x' = $2", "- -"},
        {"INSERT INTO t VALUES (1, 2, 3, 4, 5, 6)", ""},
        {"SELECT $1, max($2) FROM t ORDER BY $3", "- - -"},
        {"INSERT INTO t (s) SELECT $1", "-"}};
    struct db db;
    char      told[200];

    (void)unused;
    begin_db(&db);
    must(&db,
         "CREATE TABLE t (i int, f double precision, s varchar(9), d date, b bool, raw blob)");
    must(&db, "CREATE TABLE u (k bigint PRIMARY KEY)");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(parameters_of(&db, cases[i].sql, told, sizeof told),
                            cases[i].types);
    end_db(&db);
}

/* As the session does with what Parse declares. */
static const char *value_declared(struct db *db, const char *sql, uint32_t type,
                                  const char *param)
{
    pgcopy_columns *types  = pgcopy_columns_new(NULL);
    pgcopy_batch   *params = pgcopy_batch_new(1, NULL, NULL);
    const char     *got;

    PUT(params, param);
    assert_non_null(pgcopy_columns_add(types, "$1", type));
    db->param_types = types;
    got             = value_with(db, sql, params);
    db->param_types = NULL;
    pgcopy_columns_free(types);
    pgcopy_batch_free(params);
    return got;
}

static void parameters_are_bound_as_their_type(void **unused)
{
    static const struct {
        uint32_t    type;
        const char *param, *stored;
    } cases[] = {{PGCOPY_OID_INT4, "12", "integer 12"},
                 {PGCOPY_OID_INT8, "-3", "integer -3"},
                 {PGCOPY_OID_FLOAT8, "1.5", "real 1.5"},
                 {PGCOPY_OID_FLOAT8, "NaN", "text NaN"},
                 {PGCOPY_OID_BOOL, "t", "integer 1"},
                 {PGCOPY_OID_BOOL, "off", "integer 0"},
                 {PGCOPY_OID_BYTEA, "\\x41ff", "blob 41FF"},
                 {PGCOPY_OID_BYTEA, "\\x", "blob "},
                 {PGCOPY_OID_TEXT, "12", "text 12"},
                 {PGCOPY_OID_NUMERIC, "12", "text 12"},
                 {PGCOPY_OID_DATE, "2024-1-5", "text 2024-01-05"},
                 {0, "12", "text 12"}};
    struct db db;

    (void)unused;
    begin_db(&db);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(value_declared(&db,
                                           "SELECT typeof($1) || ' ' || CASE typeof($1) WHEN "
                                           "'blob' THEN hex($1) ELSE $1 END",
                                           cases[i].type, cases[i].param),
                            cases[i].stored);
    assert_string_equal(value_declared(&db, "SELECT 3 > $1", PGCOPY_OID_INT4, "20"), "0");
    assert_string_equal(value_declared(&db, "SELECT 3 > $1::int", 0, "20"), "0");
    end_db(&db);
}

static void a_parameter_that_is_not_of_its_type_is_refused(void **unused)
{
    pgcopy_batch *params = pgcopy_batch_new(1, NULL, NULL);
    struct db     db;
    void         *cursor = NULL;

    (void)unused;
    begin_db(&db);
    PUT(params, "x");
    assert_int_equal(start(&db, "SELECT $1::int", params, &cursor), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "22P02");
    assert_string_equal(message(&db), "invalid input syntax for type integer: \"x\"");
    pgcopy_batch_free(params);
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

#define ENDLESS \
    "(WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c)"

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
    db.r              = pgcopy_reply_new(NULL);
    db.opts.allocator = &memory.allocator;
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
            assert_int_equal(pgcopy_sqlite.fetch(db.conn, cursor, batch, db.r), PGCOPY_OK);
        }
        assert_true(memory.peak < before + 1000000);
        pgcopy_sqlite.finish(db.conn, cursor);
    }
    assert_int_equal(tx(&db, PGCOPY_VERB_COMMIT, NULL), PGCOPY_OK);
    pgcopy_batch_free(batch);
    end_db(&db);
    assert_int_equal(memory.live, 0);
}

/* As psycopg2 writes dates, and others their parameters. */
static void casts_of_literals_and_parameters_are_left_out(void **unused)
{
    pgcopy_batch *params = pgcopy_batch_new(1, NULL, NULL);
    struct db     db;
    void         *cursor = NULL;

    (void)unused;
    begin_db(&db);
    PUT(params, "7");
    assert_string_equal(
        value_with(&db, "SELECT '2024-01-31'::timestamp || $1::int4 || '::y'", params),
        "2024-01-317::y");
    assert_string_equal(value(&db, "COPY (SELECT '2024-01-31'::date, 'x') TO STDOUT"),
                        "2024-01-31");
    assert_int_equal(start(&db, "SELECT x::int FROM (SELECT 1 AS x)", NULL, &cursor),
                     PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "42601");
    pgcopy_batch_free(params);
    end_db(&db);
}

static void an_error_behind_the_first_rows_is_told_by_fetch(void **unused)
{
    struct db     db;
    void         *cursor = NULL;
    pgcopy_batch *batch  = pgcopy_batch_new(0, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b blob)");
    must(&db, "INSERT INTO t VALUES (1, x'00ff'), (-9223372036854775807 - 1, NULL)");
    assert_int_equal(start(&db, "SELECT abs(a) FROM t", NULL, &cursor), PGCOPY_OK);
    assert_int_equal(pgcopy_sqlite.fetch(db.conn, cursor, batch, db.r), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "22003");
    pgcopy_sqlite.finish(db.conn, cursor);
    assert_int_equal(pgcopy_sqlite.fetch(db.conn, NULL, batch, db.r), PGCOPY_ERR_USAGE);
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* They end in any order, and with the connection. */
static void several_results_are_open_at_once(void **unused)
{
    struct db     db;
    void         *cursors[3] = {NULL};
    pgcopy_batch *batch      = pgcopy_batch_new(0, NULL, NULL);

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b blob)");
    must(&db, "INSERT INTO t VALUES (1, x'00ff'), (2, NULL)");
    for (int i = 0; i < 3; i++)
        assert_int_equal(start(&db, "COPY t (b, a) TO STDOUT", NULL, &cursors[i]), PGCOPY_OK);
    assert_int_equal(pgcopy_sqlite.fetch(db.conn, cursors[0], batch, db.r), PGCOPY_END);
    assert_memory_equal(pgcopy_batch_value(batch, 0, 0).data, "\\x00ff", 6);
    assert_memory_equal(pgcopy_batch_value(batch, 1, 1).data, "2", 1);
    pgcopy_sqlite.finish(db.conn, cursors[0]);
    pgcopy_sqlite.finish(db.conn, NULL);
    assert_int_equal(start(&db, "SELECT b || '' , max(b), +b FROM t", NULL, &cursors[0]),
                     PGCOPY_OK);
    assert_int_equal(column(&db, 2)->type, PGCOPY_OID_BYTEA);
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* ---- Cancel ------------------------------------------------------------------------- */

struct canceller {
    void *conn;
    int   times;
};

static void *cancel_in_thread(void *arg)
{
    struct canceller *job = arg;

    for (int i = 0; i < job->times; i++) {
        pause_ms(20);
        pgcopy_sqlite.cancel(job->conn);
    }
    return NULL;
}

static pthread_t cancel_soon(struct canceller *job, const struct db *db, int times)
{
    pthread_t thread;

    job->conn  = db->conn;
    job->times = times;
    assert_int_equal(pthread_create(&thread, NULL, cancel_in_thread, job), 0);
    return thread;
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
    pgcopy_sqlite.cancel(db.conn);
    assert_string_equal(value(&db, "SELECT 1"), "1");
    assert_int_equal(start(&db, "COPY (SELECT x FROM " ENDLESS ") TO STDOUT", NULL, &cursor),
                     PGCOPY_OK);
    pgcopy_sqlite.cancel(db.conn);
    assert_int_equal(pgcopy_sqlite.fetch(db.conn, cursor, batch, db.r), PGCOPY_OK);
    pgcopy_sqlite.finish(db.conn, cursor);
    pgcopy_sqlite.cancel(db.conn);
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

/* A row of a load can be long at work, too: here by its trigger. */
static void a_load_is_cut_short_and_gone(void **unused)
{
    struct db        db;
    struct canceller job;
    pgcopy_batch    *batch = pgcopy_batch_new(2, NULL, NULL);
    pthread_t        thread;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    assert_int_equal(run_raw(&db,
                             "CREATE TRIGGER slow BEFORE INSERT ON t WHEN new.a = 70 BEGIN "
                             "SELECT count(*) FROM " ENDLESS "; END"),
                     PGCOPY_OK);
    put_numbers(batch, 0, 100);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    thread = cancel_soon(&job, &db, 1);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "57014");
    pthread_join(thread, NULL);
    assert_int_equal(load_end(&db, false), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void returned_rows_are_rows(void **unused)
{
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int)");
    assert_string_equal(
        value(&db, "COPY (INSERT INTO t VALUES (1), (2) RETURNING a) TO STDOUT"), "1");
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "2");
    assert_string_equal(value(&db, "VALUES (3), (4)"), "3");
    assert_string_equal(value(&db, "SELECT /* what's ? this */ 5 -- isn't it?"), "5");
    must(&db, "WITH x AS (SELECT 1 AS a) INSERT INTO t SELECT a FROM x");
    must(&db, "PRAGMA user_version = 7");
    assert_string_equal(value(&db, "PRAGMA user_version"), "7");
    end_db(&db);
}

/* ---- Errors ------------------------------------------------------------------------- */

/* All that a client could see. */
static void assert_tells_nothing(const struct db *db)
{
    static const char *const secrets[] = {"Mueller", "/tmp",    "pgcopy-sqlite", "SQLite",
                                          "sqlite",  "failed:", "no such"};
    const pgcopy_error      *err       = pgcopy_reply_failure(db->r);

    assert_int_equal(strlen(err->sqlstate), 5);
    assert_true(err->message[0] != '\0');
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        assert_null(strstr(err->message, secrets[i]));
        assert_null(strstr(err->detail, secrets[i]));
        assert_null(strstr(err->hint, secrets[i]));
        assert_null(strstr(err->where, secrets[i]));
        assert_null(strstr(err->constraint, secrets[i]));
        assert_null(strstr(err->column, secrets[i]));
    }
}

static void no_error_tells_a_value_a_path_or_sqlites_words(void **unused)
{
    static const char *const statements[] = {
        "SELECT * FROM nowhere WHERE a = 'Mueller'",
        "SELECT nobody.x, 'Mueller' FROM t",
        "SELECT 'Mueller",
        "SELEC Mueller",
        "SELECT nothing('Mueller')",
        "INSERT INTO t VALUES ('Mueller', 'Mueller', 'Mueller')",
        "INSERT INTO t VALUES (1, 'Mueller')",
        "INSERT INTO t VALUES (1, NULL)",
        "INSERT INTO raises VALUES ('Mueller')",
        "CREATE TABLE t (\"Mueller\" int)",
        "ATTACH '/tmp/Mueller/no/such/place' AS x",
        "SELECT json('Mueller')",
        "SELECT abs(-9223372036854775808)",
        "SELECT load_extension('/tmp/Mueller')",
        "UPDATE t SET a = 'Mueller'",
        "INSERT INTO strict VALUES ('Mueller')",
        "SELECT CAST('Mueller' AS blob) REGEXP 'x'",
        "SELECT ?, 'Mueller'",
        "SELECT :Mueller",
        "VACUUM INTO '/tmp/Mueller.db'",
        "PRAGMA Mueller('"};
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a integer PRIMARY KEY, b text NOT NULL)");
    must(&db, "CREATE TABLE strict (a int) STRICT");
    must(&db, "CREATE TABLE raises (a text)");
    assert_int_equal(run_raw(&db, "CREATE TRIGGER r BEFORE INSERT ON raises BEGIN "
                                  "SELECT RAISE(ABORT, 'Mueller is dead'); END"),
                     PGCOPY_OK);
    must(&db, "INSERT INTO t VALUES (1, 'x')");
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        pgcopy_status status = run_raw(&db, statements[i]);

        if (status == PGCOPY_OK)
            fail_msg("%s is no error", statements[i]);
        assert_int_equal(status, PGCOPY_ERR_SQL);
        assert_tells_nothing(&db);
    }
    end_db(&db);
}

/* What PostgreSQL 18 answered. */
static void what_a_query_names_is_told_as_postgresql_tells_it(void **unused)
{
    static const struct {
        const char *sql, *state, *message;
        uint32_t    position;
    } cases[] = {
        {"SELECT nope FROM t", "42703", "column \"nope\" does not exist", 8},
        {"SELECT '\xc3\xa9', NOPE FROM t", "42703", "column \"nope\" does not exist", 13},
        {"SELECT \"Nope\" FROM t", "42703", "column \"Nope\" does not exist", 8},
        {"SELECT a AS nope, \"no\"\"pe\" FROM t", "42703", "column \"no\"pe\" does not exist",
         19},
        {"SELECT t.nope FROM t", "42703", "column t.nope does not exist", 8},
        {"SELECT x.a FROM t", "42P01", "missing FROM-clause entry for table \"x\"", 8},
        {"SELECT a FROM missing", "42P01", "relation \"missing\" does not exist", 15},
        {"SELECT missing.a FROM /* missing */ missing", "42P01",
         "relation \"missing\" does not exist", 37},
        {"SELECT * FROM s.Missing", "42P01", "relation \"s.missing\" does not exist", 15},
        {"COPY (SELECT nope FROM t) TO STDOUT", "42703", "column \"nope\" does not exist", 14},
        {"INSERT INTO t (a, nope) VALUES (1, 2)", "42703",
         "column \"nope\" of relation \"t\" does not exist", 19},
        {"UPDATE OR IGNORE main.t SET nope = 1", "42703",
         "column \"nope\" of relation \"t\" does not exist", 29},
        {"DROP TABLE missing", "42P01", "table \"missing\" does not exist", 0},
        {"DROP VIEW missing", "42P01", "view \"missing\" does not exist", 0},
        {"DROP INDEX missing", "42704", "index \"missing\" does not exist", 0},
        {"ALTER TABLE missing ADD COLUMN a int", "42P01", "relation \"missing\" does not exist",
         0},
        {"SELECT foo()", "42883", "function foo() does not exist", 8},
        {"SELECT foo(a) FROM t", "42883", "function does not exist", 8},
        {"SELECT a FROM broken", "42P01", "relation does not exist", 0}, /* a view's table */
        {"SELECT 1 +", "42601", "syntax error at end of input", 11},
        {"COPY (SELECT 1 + ) TO STDOUT", "42601", "syntax error at or near \")\"", 18},
        {"SELEC 1", "42601", "syntax error at or near \"SELEC\"", 1}};
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int)");
    must(&db, "CREATE TABLE secret (a int)");
    must(&db, "CREATE VIEW broken AS SELECT a FROM secret");
    must(&db, "DROP TABLE secret");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(run(&db, cases[i].sql), PGCOPY_ERR_SQL);
        assert_string_equal(message(&db), cases[i].message);
        assert_string_equal(state(&db), cases[i].state);
        assert_int_equal(pgcopy_reply_failure(db.r)->position, cases[i].position);
    }
    end_db(&db);
}

static void a_bad_rows_error_tells_nothing_of_others(void **unused)
{
    static const char *const tables[] = {
        "CREATE TABLE t (a text PRIMARY KEY, b text)",
        "CREATE TABLE t (a text, b text CHECK (b = 'Mueller'))",
        "CREATE TABLE t (a int, b int) STRICT",
        "CREATE TABLE t (a text, b integer PRIMARY KEY)"};
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db);
    for (int i = 0; i < 60; i++)
        PUT(batch, "Meyer", "Meyer");
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        must(&db, tables[i]);
        (void)run(&db, "INSERT INTO t VALUES ('Meyer', 'Mueller')");
        assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_ERR_SQL);
        assert_true(failed_row(&db) > 0);
        assert_tells_nothing(&db);
        must(&db, "DROP TABLE t");
    }
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void a_connection_that_fails_says_so_and_no_more(void **unused)
{
    char      text[64] = "/tmp/pgcopy-sqlite-XXXXXX";
    int       fd       = mkstemp(text);
    struct db db       = {.opts = {.size = sizeof db.opts}};

    (void)unused;
    db.r         = pgcopy_reply_new(NULL);
    db.opts.path = "/nonexistent/pgcopy-sqlite/x.db";
    for (int i = 0; i < 2; i++) {
        pgcopy_reply_clear(db.r);
        assert_int_equal(open_db(&db), PGCOPY_ERR_SQL);
        assert_string_equal(state(&db), "08006");
        assert_string_equal(message(&db), "could not connect to the database");
        for (int k = 0; k < 100; k++)
            assert_int_equal(write(fd, "This is no database, by far. ", 29), 29);
        db.opts.path = text;
    }
    db.opts.path = "";
    assert_int_equal(open_db(&db), PGCOPY_ERR_USAGE);
    close(fd);
    unlink(text);
    pgcopy_reply_free(db.r);
}

static void what_is_committed_is_meant_to_last(void **unused)
{
    struct db db;

    (void)unused;
    begin_db(&db);
    assert_string_equal(value(&db, "PRAGMA journal_mode"), "wal");
    assert_string_equal(value(&db, "PRAGMA synchronous"), "2");
    assert_string_equal(value(&db, "PRAGMA foreign_keys"), "1");
    must(&db, "VACUUM");
    end_db(&db);
}

static void other_files_are_named_only_where_it_is_allowed(void **unused)
{
    struct db db, other;
    char      sql[128];

    (void)unused;
    begin_db(&db);
    begin_db(&other);
    must(&other, "CREATE TABLE elsewhere (a int)");
    snprintf(sql, sizeof sql, "ATTACH '%s' AS o", other.path);
    assert_int_equal(run(&db, sql), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "42501");
    must(&db, "ATTACH ':memory:' AS m");
    leave_db(&db);
    db.r           = pgcopy_reply_new(NULL);
    db.opts.attach = true;
    assert_int_equal(open_db(&db), PGCOPY_OK);
    must(&db, sql);
    assert_int_equal(relation(&db, NULL, "elsewhere"), PGCOPY_OK);
    assert_int_equal(relation(&db, "o", "elsewhere"), PGCOPY_OK);
    end_db(&other);
    end_db(&db);
}

static void what_may_only_be_read_is_25006(void **unused)
{
    struct db db;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    must(&db, "PRAGMA query_only = 1");
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    assert_int_equal(run(&db, "INSERT INTO t VALUES (1, 'x')"), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "25006");
    assert_string_equal(message(&db), "the database is read-only");
    end_db(&db);
}

static void an_older_callers_options_are_shorter(void **unused)
{
    struct db db;

    (void)unused;
    begin_db(&db);
    leave_db(&db);
    db.opts.size        = offsetof(pgcopy_sqlite_opts, busy_ms);
    db.opts.insert_rows = 1000000;
    db.opts.allocator   = (void *)1; /* behind its end: not looked at */
    db.r                = pgcopy_reply_new(NULL);
    assert_int_equal(open_db(&db), PGCOPY_OK);
    db.opts.allocator = NULL;
    end_db(&db);
}

/* ---- Memory ------------------------------------------------------------------------- */

/* SQLite's own memory, too: its cache has a limit. */
static void a_million_rows_go_in_and_out_in_constant_memory(void **unused)
{
    struct db     db;
    pgcopy_batch *batch  = pgcopy_batch_new(2, NULL, NULL);
    void         *cursor = NULL;
    size_t        rows   = 0;
    pgcopy_status status;

    (void)unused;
    begin_db(&db);
    must(&db, "CREATE TABLE t (a int, b text)");
    put_numbers(batch, 0, 1000);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    sqlite3_memory_highwater(1);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(load_rows(&db, batch, 0), PGCOPY_OK);
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    assert_int_equal(start(&db, "COPY t TO STDOUT", NULL, &cursor), PGCOPY_OK);
    do {
        rows += pgcopy_batch_view(batch)->nrows;
        pgcopy_batch_clear(batch);
        status = pgcopy_sqlite.fetch(db.conn, cursor, batch, db.r);
        assert_true(status >= 0);
    } while (status != PGCOPY_END);
    pgcopy_sqlite.finish(db.conn, cursor);
    assert_int_equal(rows + pgcopy_batch_view(batch)->nrows, 1001000);
    assert_true(sqlite3_memory_highwater(0) < 4000000);
    pgcopy_batch_free(batch);
    end_db(&db);
}

struct sweep {
    struct db    *db;
    pgcopy_batch *batch;
    const char   *sql;
};

static bool copy_in_and_out(struct db *db, const char *sql, const pgcopy_batch *batch,
                            pgcopy_batch *out)
{
    pgcopy_stmt  *in     = parse(sql);
    void         *cursor = NULL;
    pgcopy_status status;

    pgcopy_reply_clear(db->r);
    status = pgcopy_sqlite.relation(db->conn, NULL, "t", db->r);
    if (!status)
        status = pgcopy_sqlite.load_begin(db->conn, in, pgcopy_reply_columns(db->r), db->r);
    if (!status) {
        status = pgcopy_sqlite.load_rows(db->conn, batch, 0, db->r);
        assert_int_equal(pgcopy_sqlite.load_end(db->conn, false, db->r), PGCOPY_OK);
    }
    pgcopy_stmt_free(in);
    if (!status)
        status = start(db, "COPY (SELECT 1, 'x', a FROM t) TO STDOUT", NULL, &cursor);
    if (!status) {
        status = pgcopy_sqlite.fetch(db->conn, cursor, out, db->r);
        pgcopy_sqlite.finish(db->conn, cursor);
    }
    return status >= 0;
}

static bool ask_with_parameters(struct db *db)
{
    pgcopy_stmt  *stmt   = parse("SELECT b FROM t WHERE a < $1 AND c = $2");
    pgcopy_batch *params = pgcopy_batch_new(2, NULL, NULL);
    void         *cursor = NULL;
    pgcopy_status status;

    PUT(params, "7", "\\x01");
    pgcopy_reply_clear(db->r);
    status = pgcopy_sqlite.describe(db->conn, stmt, db->r);
    pgcopy_stmt_free(stmt);
    if (!status)
        status = start(db, "INSERT INTO t (a, c) SELECT 1, $2 WHERE CAST($1 AS int) > 7",
                       params, &cursor);
    pgcopy_batch_free(params);
    return status >= 0;
}

static bool sweep_run(const pgcopy_allocator *allocator, void *arg)
{
    struct sweep *sweep = arg;
    struct db     db    = *sweep->db;
    pgcopy_batch *out   = pgcopy_batch_new(0, NULL, NULL);
    bool          done  = false;

    db.r = pgcopy_reply_new(NULL);
    assert_non_null(db.r);
    db.opts.path      = db.path;
    db.opts.allocator = allocator;
    if (open_db(&db) == PGCOPY_OK) {
        done = copy_in_and_out(&db, sweep->sql, sweep->batch, out) && ask_with_parameters(&db);
        pgcopy_sqlite.close(db.conn);
    }
    pgcopy_reply_free(db.r);
    pgcopy_batch_free(out);
    return done;
}

static void begin_sweep(struct sweep *sweep, struct db *db)
{
    begin_db(db);
    must(db, "CREATE TABLE t (a int, b text, c bytea)");
    *sweep =
        (struct sweep){db, pgcopy_batch_new(3, NULL, NULL), "COPY t FROM STDIN (DEFAULT 'D')"};
    for (int i = 0; i < 70; i++)
        PUT(sweep->batch, "1", "x", "\\x00ff");
    put_marked(sweep->batch, "2", "DEFAULT", "\\x01");
}

static void end_sweep(struct sweep *sweep)
{
    assert_string_equal(value(sweep->db, "SELECT count(*) FROM t"), "0");
    pgcopy_batch_free(sweep->batch);
    end_db(sweep->db);
}

static void every_lack_of_memory_ends_well(void **unused)
{
    struct db    db;
    struct sweep sweep;

    (void)unused;
    begin_sweep(&sweep, &db);
    test_every_failure(sweep_run, &sweep);
    sweep.sql = "COPY t FROM STDIN (DEFAULT 'D') WHERE a > 0 OR b = 'x'";
    test_every_failure(sweep_run, &sweep);
    end_sweep(&sweep);
}

/* Of memory that is not by our allocator. */
static void sqlites_lack_of_memory_ends_well(void **unused)
{
    struct db    db;
    struct sweep sweep;
    bool         done     = false;
    int          failures = 0;

    (void)unused;
    begin_sweep(&sweep, &db);
    for (sqlite3_int64 more = 0; !done; more += 700) {
        failures++;
        sqlite3_hard_heap_limit64(sqlite3_memory_used() + more);
        done = sweep_run(NULL, &sweep);
        sqlite3_hard_heap_limit64(0);
    }
    assert_in_range(failures, 50, 10000);
    end_sweep(&sweep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_several_batches_are_stored),
        cmocka_unit_test(rows_before_first_are_left_out),
        cmocka_unit_test(a_bad_row_is_named_and_the_rows_before_it_are_in),
        cmocka_unit_test(constraints_are_told_apart),
        cmocka_unit_test(a_broken_constraint_is_named_and_its_key_is_told),
        cmocka_unit_test(a_statement_names_the_constraint_of_its_own_table),
        cmocka_unit_test(a_row_that_the_database_drops_in_silence_fails_the_copy),
        cmocka_unit_test(nothing_is_repeated_when_the_database_ended_the_transaction),
        cmocka_unit_test(null_and_the_empty_string_stay_apart),
        cmocka_unit_test(any_text_comes_back_as_it_went_in),
        cmocka_unit_test(long_values_come_back_whole),
        cmocka_unit_test(bytes_and_booleans_are_the_databases_own),
        cmocka_unit_test(columns_with_a_marker_get_their_default),
        cmocka_unit_test(a_bad_row_with_markers_is_named),
        cmocka_unit_test(a_default_marker_is_never_bound),
        cmocka_unit_test(a_copy_without_begin_is_all_or_nothing),
        cmocka_unit_test(floats_come_back_to_the_last_bit),
        cmocka_unit_test(integers_come_back_from_end_to_end),
        cmocka_unit_test(a_bad_row_is_named_where_the_table_keeps_half_an_insert),
        cmocka_unit_test(wide_tables_are_loaded_in_smaller_inserts),
        cmocka_unit_test(values_of_other_types_are_bound_as_text),
        cmocka_unit_test(a_condition_sees_the_row_as_it_would_be),
        cmocka_unit_test(a_condition_compares_by_the_columns_types),
        cmocka_unit_test(a_condition_goes_with_markers_and_bad_rows),
        cmocka_unit_test(a_wrong_condition_is_refused_before_a_row_moves),
        cmocka_unit_test(transactions_keep_or_drop_what_was_loaded),
        cmocka_unit_test(an_empty_transaction_and_an_unknown_savepoint),
        cmocka_unit_test(a_read_only_transaction_changes_nothing),
        cmocka_unit_test(a_deferred_key_fails_the_commit_which_rolls_back),
        cmocka_unit_test(a_transaction_can_become_read_only),
        cmocka_unit_test(two_copies_at_once_both_succeed),
        cmocka_unit_test(a_lock_that_is_not_had_in_time_is_55P03),
        cmocka_unit_test(writing_on_an_old_snapshot_is_40001_at_once),
        cmocka_unit_test(a_tables_columns_are_told_in_postgresqls_types),
        cmocka_unit_test(small_letters_find_large_ones_and_any_home),
        cmocka_unit_test(statements_count_and_results_have_types),
        cmocka_unit_test(describe_tells_columns_and_parameters_and_changes_nothing),
        cmocka_unit_test(the_cast_of_a_literal_or_a_parameter_is_left_out),
        cmocka_unit_test(parameters_are_bound_by_their_number),
        cmocka_unit_test(parameters_have_the_types_that_are_plain),
        cmocka_unit_test(parameters_are_bound_as_their_type),
        cmocka_unit_test(a_parameter_that_is_not_of_its_type_is_refused),
        cmocka_unit_test(a_copy_query_without_columns_is_not_run),
        cmocka_unit_test(an_endless_result_streams_in_constant_memory),
        cmocka_unit_test(casts_of_literals_and_parameters_are_left_out),
        cmocka_unit_test(an_error_behind_the_first_rows_is_told_by_fetch),
        cmocka_unit_test(several_results_are_open_at_once),
        cmocka_unit_test(a_long_query_is_cut_short),
        cmocka_unit_test(cancel_between_calls_does_no_harm),
        cmocka_unit_test(waiting_for_a_lock_can_be_cut_short),
        cmocka_unit_test(a_load_is_cut_short_and_gone),
        cmocka_unit_test(returned_rows_are_rows),
        cmocka_unit_test(no_error_tells_a_value_a_path_or_sqlites_words),
        cmocka_unit_test(what_a_query_names_is_told_as_postgresql_tells_it),
        cmocka_unit_test(a_bad_rows_error_tells_nothing_of_others),
        cmocka_unit_test(a_connection_that_fails_says_so_and_no_more),
        cmocka_unit_test(what_is_committed_is_meant_to_last),
        cmocka_unit_test(other_files_are_named_only_where_it_is_allowed),
        cmocka_unit_test(what_may_only_be_read_is_25006),
        cmocka_unit_test(an_older_callers_options_are_shorter),
        cmocka_unit_test(a_million_rows_go_in_and_out_in_constant_memory),
        cmocka_unit_test(every_lack_of_memory_ends_well),
        cmocka_unit_test(sqlites_lack_of_memory_ends_well)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
