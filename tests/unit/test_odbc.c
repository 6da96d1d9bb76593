/*
 * test_odbc.c - the ODBC backend through its table, over SQLite in temporary files.
 */
#include "odbc_db.h"

#include <dlfcn.h>
#include <unistd.h>

#include "odbc/dialect.h"
#include "odbc/text.h"

#define DRIVER "Driver=SQLite3;Database="

/* ---- A new SQLite file -------------------------------------------------------------- */

static void new_path(struct db *db)
{
    int fd;

    snprintf(db->path, sizeof db->path, "/tmp/pgcopy-odbc-XXXXXX");
    fd = mkstemp(db->path);
    assert_true(fd >= 0);
    close(fd);
    snprintf(db->connection, sizeof db->connection, DRIVER "%s", db->path);
}

static void begin_db(struct db *db, const char *dialect)
{
    memset(db, 0, sizeof *db);
    new_path(db);
    db->opts.size       = sizeof db->opts;
    db->opts.connection = db->connection;
    db->opts.dialect    = dialect;
    db->r               = pgcopy_reply_new(NULL);
    assert_non_null(db->r);
    assert_int_equal(open_db(db), PGCOPY_OK);
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

/* ---- COPY FROM ---------------------------------------------------------------------- */

static void rows_of_several_batches_are_stored(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db, NULL);
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
    begin_db(&db, NULL);
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
    begin_db(&db, NULL);
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
        /* ON_DATABASE_ERROR ignore: the same batch comes again from behind the row. */
        assert_string_equal(value(&db, "SELECT count(*) FROM t"),
                            (snprintf(rows, sizeof rows, "%zu", bad), rows));
        assert_int_equal(load_rows(&db, batch, bad + 1), PGCOPY_OK);
        assert_int_equal(load_end(&db, true), PGCOPY_OK);
        assert_string_equal(value(&db, "SELECT count(*) FROM t"), "130");
    }
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void constraints_are_told_apart_in_fixed_words(void **unused)
{
    static const struct {
        const char *row[4];
        const char *state, *message;
    } rows[] = {
        {{"1", "x", "1", "1"}, "23505", "duplicate key value violates unique constraint"},
        {{"2", NULL, "1", "1"},
         "23502",
         "null value in column \"b\" of relation \"t\" violates not-null constraint"},
        {{"3", "x", "-4711", "1"},
         "23514",
         "new row for relation \"t\" violates check constraint"},
        {{"4", "x", "1", "4711"},
         "23503",
         "insert or update on table \"t\" violates foreign key constraint"},
        {{"four", "x", "1", "1"}, "42804", "value has the wrong type for its column"}};
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(4, NULL, NULL);

    (void)unused;
    begin_db(&db, NULL);
    must(&db, "PRAGMA foreign_keys = ON");
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

/* The driver says success; the count says otherwise. */
static void a_row_that_the_database_drops_in_silence_fails_the_copy(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db, NULL);
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
    begin_db(&db, NULL);
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
    begin_db(&db, NULL);
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
    begin_db(&db, NULL);
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
    begin_db(&db, NULL);
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
    begin_db(&db, NULL);
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
    begin_db(&db, NULL);
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
    begin_db(&db, NULL);
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

/* Its -2 is ODBC's SQL_DATA_AT_EXEC, at which a driver would wait for us for ever. */
static void a_default_marker_is_never_bound(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db, NULL);
    must(&db, "CREATE TABLE t (a int, b text)");
    for (int n = 1; n <= 50; n += 49) { /* without the option there should be none */
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

/* ---- COPY FROM ... WHERE ------------------------------------------------------------ */

static void put_people(pgcopy_batch *batch)
{
    char number[16], name[16], score[16];

    for (int i = 1; i <= 130; i++) { /* groups and a tail */
        snprintf(number, sizeof number, "%d", i);
        snprintf(name, sizeof name, "p%d", i % 7);
        snprintf(score, sizeof score, "%d.50", i);
        put_marked(batch, number, name, i % 10 ? score : NULL);
    }
}

/* What a condition lets in, and that exactly this is counted. */
static const char *filtered(struct db *db, const char *where)
{
    pgcopy_batch *batch = pgcopy_batch_new(3, NULL, NULL);
    char          sql[512];

    put_people(batch);
    must(db, "DROP TABLE IF EXISTS t");
    must(db, "CREATE TABLE t (id int, name text, score numeric(8,2), kind text DEFAULT 'k', "
             "\"Odd one\" int)");
    snprintf(sql, sizeof sql, "COPY t (id, name, score) FROM STDIN WHERE %s", where);
    assert_int_equal(load_begin_of(db, sql, 3), PGCOPY_OK);
    assert_int_equal(load_rows(db, batch, 0), PGCOPY_OK);
    assert_int_equal(load_end(db, true), PGCOPY_OK);
    snprintf(sql, sizeof sql, "%llu", (unsigned long long)pgcopy_reply_count(db->r));
    assert_string_equal(value(db, "SELECT count(*) FROM t"), sql);
    pgcopy_batch_free(batch);
    return value(db, "SELECT count(*) || ' ' || coalesce(min(id), 0) || ' ' || "
                     "coalesce(max(kind), '') FROM t");
}

static void a_condition_filters_rows_by_the_columns_of_the_table(void **unused)
{
    struct db db;

    (void)unused;
    begin_db(&db, NULL);
    assert_string_equal(filtered(&db, "true"), "130 1 k");
    assert_string_equal(filtered(&db, "id > 99"), "31 100 k"); /* as text, 9 would be more */
    assert_string_equal(filtered(&db, "t.ID BETWEEN 9 AND 10"), "2 9 k");
    assert_string_equal(filtered(&db, "score < 9.6"), "9 1 k");
    assert_string_equal(filtered(&db, "score IS NULL"), "13 10 k");
    assert_string_equal(filtered(&db, "name = 'p3' AND (id = 3 OR id = 10)"), "2 3 k");
    assert_string_equal(filtered(&db, "\"id\" = 7 OR lower(\"name\") = 'P9'"), "1 7 k");
    assert_string_equal(filtered(&db, "\"Odd one\" IS NULL AND kind IS NULL AND id = 5"),
                        "1 5 k");
    assert_string_equal(filtered(&db, "false"), "0 0 ");
    assert_string_equal(filtered(&db, "name <> ') OR (''1''=''1' AND id < 3"), "2 1 k");
    assert_string_equal(filtered(&db, "id < 3 -- that's all"), "2 1 k");
    assert_string_equal(filtered(&db, "id < 3 /* /* it's */ ) OR (1 = 1 */"), "2 1 k");
    end_db(&db);
}

static void conditions_that_mean_something_else_here_are_refused(void **unused)
{
    static const struct {
        const char *where, *state;
    } refused[] = {
        {"nosuch = 1", "42703"},       {"\"nosuch\" = 1", "42703"},
        {"id IN (SELECT 1)", "0A000"}, {"EXISTS ( /* */ VALUES (1))", "0A000"},
        {"count(*) > 1", "42803"},     {"name = E'\\' OR id = 1 OR name = '", "0A000"},
        {"name = $$x$$", "0A000"},     {"id = $1", "0A000"},
        {"id ? 1", "0A000"},           {"id::text = '1'", "0A000"},
        {"@ id = 1", "0A000"},         {"id = [1)--]", "0A000"}};
    struct db db;

    (void)unused;
    begin_db(&db, NULL);
    must(&db, "CREATE TABLE t (id int, name text)");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        pgcopy_stmt     stmt = {.verb = PGCOPY_VERB_COPY_FROM, .table = "t"};
        pgcopy_columns *cols = pgcopy_columns_new(NULL);

        pgcopy_columns_add(cols, "id", PGCOPY_OID_INT4);
        stmt.where = refused[i].where;
        pgcopy_reply_clear(db.r);
        if (pgcopy_odbc.load_begin(db.conn, &stmt, cols, db.r) != PGCOPY_ERR_SQL)
            fail_msg("%s", refused[i].where);
        assert_string_equal(state(&db), refused[i].state);
        pgcopy_columns_free(cols);
    }
    end_db(&db);
}

/* A row that is left out is not looked at by constraints. */
static void a_bad_row_is_named_behind_a_condition_too(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db, NULL);
    must(&db, "CREATE TABLE t (a int UNIQUE, b text)");
    put_numbers(batch, 0, 60);
    PUT(batch, "7", "again, but left out");
    PUT(batch, "8", "again");
    put_numbers(batch, 60, 70);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN WHERE b NOT LIKE '%left out'"),
                     PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "23505");
    assert_int_equal(failed_row(&db), 62);
    assert_int_equal(load_rows(&db, batch, 62), PGCOPY_OK);
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    assert_int_equal(pgcopy_reply_count(db.r), 70);
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void markers_and_a_condition(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(3, NULL, NULL);

    (void)unused;
    begin_db(&db, NULL);
    must(&db, "CREATE TABLE t (a int, b text DEFAULT 'b', c text)");
    put_marked(batch, "1", "DEFAULT", "x");
    put_marked(batch, "2", "DEFAULT", "x");
    put_marked(batch, "2", "B", "x");
    assert_int_equal(load(&db, "COPY t FROM STDIN (DEFAULT 'D') WHERE a > 1", batch),
                     PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT group_concat(a || b || c) FROM t"), "2bx,2Bx");
    pgcopy_batch_clear(batch);
    put_marked(batch, "DEFAULT", "DEFAULT", "DEFAULT");
    assert_int_equal(load(&db, "COPY t FROM STDIN (DEFAULT 'D') WHERE a > 1", batch),
                     PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "0A000");
    pgcopy_batch_free(batch);
    end_db(&db);
}

/* Texts end at a NUL on their way in: one in the middle must not cut them. */
static void a_nul_in_a_text_is_refused_not_cut(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db, NULL);
    must(&db, "CREATE TABLE t (a int, b text)");
    for (int before = 0; before < 50; before += 49) { /* alone, and the last of a group */
        pgcopy_batch_clear(batch);
        put_numbers(batch, 0, before);
        pgcopy_batch_put(batch, "1", 1);
        pgcopy_batch_put(batch, "a\0b", 3);
        assert_true(pgcopy_batch_end_row(batch) >= 0);
        assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_ERR_SQL);
        assert_string_equal(state(&db), "22021");
    }
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void a_copy_without_begin_is_all_or_nothing(void **unused)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db, NULL);
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

/* ---- Transactions ------------------------------------------------------------------- */

static void check_transactions(const char *dialect, bool savepoints)
{
    struct db     db;
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    begin_db(&db, dialect);
    must(&db, "CREATE TABLE t (a int, b text)");
    put_numbers(batch, 0, 120);
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK, NULL), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");

    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    if (savepoints) {
        assert_int_equal(tx(&db, PGCOPY_VERB_SAVEPOINT, "a \"point\""), PGCOPY_OK);
        assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
        assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK_TO, "a \"point\""), PGCOPY_OK);
        assert_int_equal(tx(&db, PGCOPY_VERB_RELEASE, "a \"point\""), PGCOPY_OK);
    }
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

static void transactions_keep_or_drop_what_was_loaded(void **unused)
{
    (void)unused;
    check_transactions(NULL, true);
    check_transactions("other", false);
}

static void savepoints_without_words_for_them_are_refused(void **unused)
{
    struct db db;

    (void)unused;
    begin_db(&db, "other");
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_SAVEPOINT, "a"), PGCOPY_ERR_UNSUPPORTED);
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK, NULL), PGCOPY_OK);
    end_db(&db);
}

static void an_empty_transaction_and_an_unknown_savepoint(void **unused)
{
    struct db db;

    (void)unused;
    begin_db(&db, NULL);
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
    begin_db(&db, NULL);
    must(&db, "CREATE TABLE t (a int)");
    assert_int_equal(pgcopy_odbc.transaction(db.conn, &begin, db.r), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    assert_int_equal(run(&db, "INSERT INTO t VALUES (1)"), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "25006");
    assert_string_equal(message(&db), "cannot execute INSERT in a read-only transaction");
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK, NULL), PGCOPY_OK);
    must(&db, "INSERT INTO t VALUES (1)");
    end_db(&db);
}

/* ---- Two at once -------------------------------------------------------------------- */

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
    begin_db(&db, NULL);
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
    begin_db(&db, NULL);
    must(&db, "CREATE TABLE t (a int, b text)");
    other              = db;
    other.opts.lock_ms = 150;
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
    begin_db(&db, NULL);
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
    begin_db(&db, NULL);
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
    begin_db(&db, NULL);
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

/* By SQLTables and SQLColumns, which is how any other database is asked. */
static void the_catalog_functions_tell_the_same(void **unused)
{
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL), *back;
    struct db     db;

    (void)unused;
    begin_db(&db, "other");
    must(&db,
         "CREATE TABLE Patients (PatientID INTEGER NOT NULL, Name VARCHAR(30) DEFAULT 'x')");
    must(&db, "CREATE TABLE Patients2 (a int)");
    must(&db, "CREATE VIEW v AS SELECT 1 AS one");
    assert_int_equal(relation(&db, NULL, "patients"), PGCOPY_OK);
    assert_int_equal(pgcopy_columns_count(pgcopy_reply_columns(db.r)), 2);
    assert_string_equal(column(&db, 0)->name, "PatientID");
    assert_int_equal(column(&db, 0)->type, PGCOPY_OID_INT4);
    assert_true(column(&db, 0)->not_null && !column(&db, 0)->has_default);
    assert_int_equal(column(&db, 1)->type, PGCOPY_OID_VARCHAR);
    assert_true(!column(&db, 1)->not_null && column(&db, 1)->has_default);
    assert_int_equal(relation(&db, NULL, "v"), PGCOPY_OK);
    assert_int_equal(pgcopy_columns_relation(pgcopy_reply_columns(db.r)), PGCOPY_RELATION_VIEW);
    assert_int_equal(relation(&db, NULL, "missing"), PGCOPY_ERR_SQL);
    put_numbers(batch, 0, 130);
    assert_int_equal(load(&db, "COPY patients FROM STDIN", batch), PGCOPY_OK);
    back = unload(&db, "COPY patients TO STDOUT");
    assert_same_rows(batch, back);
    PUT(batch, NULL, "x");
    assert_int_equal(load(&db, "COPY patients FROM STDIN", batch), PGCOPY_ERR_SQL);
    assert_int_equal(failed_row(&db), 131);
    pgcopy_batch_free(batch);
    pgcopy_batch_free(back);
    end_db(&db);
}

static void array_binding_stores_and_names_rows_too(void **unused)
{
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL), *back;
    struct db     db;

    (void)unused;
    begin_db(&db, NULL);
    leave_db(&db);
    db.r               = pgcopy_reply_new(NULL);
    db.opts.array_rows = 40;
    assert_int_equal(open_db(&db), PGCOPY_OK);
    must(&db, "CREATE TABLE t (a integer PRIMARY KEY, b text)");
    put_numbers(batch, 0, 130);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    back = unload(&db, "COPY t TO STDOUT");
    assert_same_rows(batch, back);
    pgcopy_batch_clear(batch);
    put_numbers(batch, 200, 260);
    PUT(batch, "3", "again");
    put_numbers(batch, 260, 300);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
    assert_int_equal(failed_row(&db), 61);
    assert_int_equal(load_rows(&db, batch, 61), PGCOPY_OK);
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "230");
    pgcopy_batch_free(batch);
    pgcopy_batch_free(back);
    end_db(&db);
}

/* 1000 rows or 10 MB: of the first kind are rows of a few bytes, of the other of 4000. */
static void an_execute_is_bounded_whatever_is_asked_for(void **unused)
{
    static const struct {
        uint32_t insert_rows, array_rows;
        size_t   len, most;
    } asked[] = {
        {30000, 1, 8, 1000 * 64}, {1, 1000000, 8, 1000 * 64}, {1, 1000000, 20000, 10000000}};
    pgcopy_batch_limits limits = {sizeof limits, 3000, 1u << 30, 3000};
    char                text[20000];

    (void)unused;
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        pgcopy_batch      *batch = pgcopy_batch_new(1, &limits, NULL);
        struct test_memory m;
        struct db          db;

        begin_db(&db, NULL);
        must(&db, "CREATE TABLE t (a text)");
        leave_db(&db);
        test_memory_init(&m, 0);
        db.r                = pgcopy_reply_new(NULL);
        db.opts.allocator   = &m.allocator;
        db.opts.batch_bytes = SIZE_MAX;
        db.opts.insert_rows = asked[i].insert_rows;
        db.opts.array_rows  = asked[i].array_rows;
        assert_int_equal(open_db(&db), PGCOPY_OK);
        for (int n = 0; n < 1100; n++) {
            pgcopy_batch_put(batch, text, asked[i].len);
            assert_true(pgcopy_batch_end_row(batch) >= 0);
        }
        assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
        assert_true(m.peak < asked[i].most + 65536);
        assert_true(m.peak > asked[i].most / 4);
        assert_string_equal(value(&db, "SELECT count(*) FROM t"), "1100");
        pgcopy_batch_free(batch);
        end_db(&db);
    }
}

/* ---- Statements --------------------------------------------------------------------- */

static void statements_count_and_results_have_types(void **unused)
{
    struct db db;
    void     *cursor = NULL;

    (void)unused;
    begin_db(&db, NULL);
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
    pgcopy_odbc.finish(db.conn, cursor);
    assert_int_equal(pgcopy_columns_count(pgcopy_reply_columns(db.r)), 5);
    assert_int_equal(column(&db, 0)->type, PGCOPY_OID_INT4);
    assert_string_equal(column(&db, 1)->name, "bee");
    assert_int_equal(column(&db, 1)->type, PGCOPY_OID_VARCHAR);
    assert_int_equal(column(&db, 2)->type, PGCOPY_OID_INT8);
    assert_int_equal(column(&db, 3)->type, PGCOPY_OID_FLOAT8);
    assert_int_equal(column(&db, 4)->type, PGCOPY_OID_VARCHAR);
    end_db(&db);
}

static void describe_tells_columns_and_parameters_and_changes_nothing(void **unused)
{
    struct db    db;
    pgcopy_stmt *stmt;

    (void)unused;
    begin_db(&db, NULL);
    must(&db, "CREATE TABLE t (a int, b text)");
    stmt = parse("SELECT count(*), b FROM t WHERE a = $2 AND b = $1 GROUP BY b");
    pgcopy_reply_clear(db.r);
    assert_int_equal(pgcopy_odbc.describe(db.conn, stmt, db.r), PGCOPY_OK);
    assert_int_equal(pgcopy_columns_count(pgcopy_reply_parameters(db.r)), 2);
    assert_int_equal(pgcopy_columns_count(pgcopy_reply_columns(db.r)), 2);
    pgcopy_stmt_free(stmt);
    stmt = parse("INSERT INTO t VALUES (1, 'x')");
    pgcopy_reply_clear(db.r);
    assert_int_equal(pgcopy_odbc.describe(db.conn, stmt, db.r), PGCOPY_OK);
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
    begin_db(&db, NULL);
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

/* Each is something that sqliteodbc alone would get wrong. */
static void what_the_driver_misreads_is_run_all_the_same(void **unused)
{
    struct db db;

    (void)unused;
    begin_db(&db, NULL);
    must(&db, "CREATE TABLE t (a int)");
    must(&db, "WITH x AS (SELECT 1 AS a) INSERT INTO t SELECT a FROM x");
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "1");
    must(&db, "PRAGMA user_version = 7");
    assert_string_equal(value(&db, "PRAGMA user_version"), "7");
    assert_string_equal(value(&db, "SELECT /* what's ? this */ 5 -- isn't it?"), "5");
    assert_string_equal(value(&db, "SELECT '-- ?' || \"a\" || '/*' FROM t"), "-- ?1/*");
    assert_string_equal(value(&db, "VALUES (3), (4)"), "3");
    assert_string_equal(value(&db, "COPY (VALUES (6)) TO STDOUT"), "6");
    end_db(&db);
}

/* As psycopg2 writes its values. */
static void the_cast_of_a_literal_or_a_parameter_is_left_out(void **unused)
{
    struct db     db;
    pgcopy_batch *params = pgcopy_batch_new(1, NULL, NULL);

    (void)unused;
    begin_db(&db, NULL);
    PUT(params, "b");
    assert_string_equal(value(&db, "SELECT '1930-02-07'::date || 'x' :: pg_catalog.\"text\" ||"
                                   "'y'::timestamp(3) with time zone::varchar(10)[]"),
                        "1930-02-07xy");
    assert_string_equal(value_with(&db, "SELECT $1::character varying || '::date'", params),
                        "b::date");
    assert_int_equal(start(&db, "SELECT sqlite_version()::date", NULL, &(void *){NULL}),
                     PGCOPY_ERR_SQL);
    assert_int_equal(start(&db, "SELECT 'a'::", NULL, &(void *){NULL}), PGCOPY_ERR_SQL);
    pgcopy_batch_free(params);
    end_db(&db);
}

static void a_copy_query_without_columns_is_not_run(void **unused)
{
    struct db db;

    (void)unused;
    begin_db(&db, NULL);
    must(&db, "CREATE TABLE t (a int)");
    assert_int_equal(run(&db, "COPY (INSERT INTO t VALUES (1) RETURNING a) TO STDOUT"),
                     PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "0A000");
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    end_db(&db);
}

#define ENDLESS \
    "(WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c)"

/* If the driver read the result first, it would never end. */
static void an_endless_result_streams_in_constant_memory(void **unused)
{
    struct db          db;
    struct test_memory memory;
    pgcopy_batch      *batch;
    void              *cursor = NULL;
    size_t             rows   = 0, before;

    (void)unused;
    begin_db(&db, NULL);
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
            assert_int_equal(pgcopy_odbc.fetch(db.conn, cursor, batch, db.r), PGCOPY_OK);
        }
        assert_true(memory.peak < before + 1000000);
        pgcopy_odbc.finish(db.conn, cursor);
    }
    assert_int_equal(tx(&db, PGCOPY_VERB_COMMIT, NULL), PGCOPY_OK);
    pgcopy_batch_free(batch);
    end_db(&db);
    assert_int_equal(memory.live, 0);
}

/* ---- Cancel ------------------------------------------------------------------------- */

static void a_long_query_is_cut_short(void **unused)
{
    struct db        db;
    struct canceller job;
    pthread_t        thread;

    (void)unused;
    begin_db(&db, NULL);
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
    begin_db(&db, NULL);
    pgcopy_odbc.cancel(db.conn);
    assert_string_equal(value(&db, "SELECT 1"), "1");
    assert_int_equal(start(&db, "COPY (SELECT x FROM " ENDLESS ") TO STDOUT", NULL, &cursor),
                     PGCOPY_OK);
    pgcopy_odbc.cancel(db.conn);
    assert_int_equal(pgcopy_odbc.fetch(db.conn, cursor, batch, db.r), PGCOPY_OK);
    pgcopy_odbc.finish(db.conn, cursor);
    pgcopy_odbc.cancel(db.conn);
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
    begin_db(&db, NULL);
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

/* ---- Errors ------------------------------------------------------------------------- */

static void no_error_tells_a_value_a_path_or_the_drivers_words(void **unused)
{
    static const char *const statements[] = {
        "SELECT * FROM \"Mueller\"",
        "SELECT \"Mueller\".x FROM t",
        "SELECT 'Mueller",
        "SELEC Mueller",
        "SELECT Mueller('x')",
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
        "SELECT CAST('Mueller' AS blob) REGEXP 'x'"};
    struct db db;

    (void)unused;
    begin_db(&db, NULL);
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

static void a_bad_rows_error_tells_nothing_of_it(void **unused)
{
    static const char *const tables[] = {"CREATE TABLE t (a text PRIMARY KEY, b text)",
                                         "CREATE TABLE t (a text, b text CHECK (b <> a))",
                                         "CREATE TABLE t (a int, b int) STRICT",
                                         "CREATE TABLE t (a text, b integer PRIMARY KEY)"};
    struct db                db;
    pgcopy_batch            *batch = pgcopy_batch_new(2, NULL, NULL);

    (void)unused;
    begin_db(&db, NULL);
    for (int i = 0; i < 60; i++)
        PUT(batch, "Mueller", "Mueller");
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        must(&db, tables[i]);
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
    static const char *const connections[] = {DRIVER "/nonexistent/pgcopy-odbc/x.db",
                                              "Driver=/no/such/driver.so;UID=Mueller;PWD=x",
                                              "DSN=no-such-pgcopy-odbc", ""};
    struct db                db            = {.opts = {.size = sizeof db.opts}};

    (void)unused;
    db.r = pgcopy_reply_new(NULL);
    for (size_t i = 0; i < sizeof connections / sizeof *connections; i++) {
        db.opts.connection = connections[i];
        pgcopy_reply_clear(db.r);
        assert_int_equal(open_db(&db), PGCOPY_ERR_SQL);
        assert_string_equal(state(&db), "08006");
        assert_string_equal(message(&db), "could not connect to the database");
    }
    db.opts.dialect = "klingon";
    assert_int_equal(open_db(&db), PGCOPY_ERR_SQL);
    pgcopy_reply_free(db.r);
}

/* Then the driver is known only once it is connected: its keys come with a second connection.
 */
static void a_data_source_name_finds_its_dialect(void **unused)
{
    char      ini[64] = "/tmp/pgcopy-odbc-ini-XXXXXX", text[192];
    int       fd      = mkstemp(ini);
    struct db db;

    (void)unused;
    begin_db(&db, NULL);
    leave_db(&db);
    snprintf(text, sizeof text, "[pgcopy-test]\nDriver=SQLite3\nDatabase=%s\n", db.path);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    setenv("ODBCINI", ini, 1);
    db.opts.connection = "DSN=pgcopy-test";
    db.r               = pgcopy_reply_new(NULL);
    assert_int_equal(open_db(&db), PGCOPY_OK);
    assert_string_equal(value(&db, "PRAGMA journal_mode"), "wal");
    assert_string_equal(value(&db, "PRAGMA synchronous"), "2");
    unsetenv("ODBCINI");
    unlink(ini);
    end_db(&db);
}

/* The stored rows tell nothing of it, so a dialect is named that cannot do what SQLite can. */
static void dialect_and_arrays_may_be_said_in_the_connection_string(void **unused)
{
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);
    struct db     db;

    (void)unused;
    begin_db(&db, NULL);
    leave_db(&db);
    strcat(db.connection, ";dialect=other;array_rows=40");
    db.opts.connection = db.connection;
    db.r               = pgcopy_reply_new(NULL);
    assert_int_equal(open_db(&db), PGCOPY_OK);
    must(&db, "CREATE TABLE t (a int, b text)");
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_SAVEPOINT, "x"), PGCOPY_ERR_UNSUPPORTED);
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK, NULL), PGCOPY_OK);
    put_numbers(batch, 0, 130);
    assert_int_equal(load(&db, "COPY t FROM STDIN", batch), PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "130");
    pgcopy_batch_free(batch);
    end_db(&db);
}

static void a_key_in_the_connection_string_wins(void **unused)
{
    struct db db, other;

    (void)unused;
    begin_db(&db, NULL);
    leave_db(&db);
    strcat(db.connection, ";journalmode=DELETE;Timeout=120");
    db.opts.connection = db.connection;
    db.r               = pgcopy_reply_new(NULL);
    assert_int_equal(open_db(&db), PGCOPY_OK);
    assert_string_equal(value(&db, "PRAGMA journal_mode"), "delete");
    must(&db, "CREATE TABLE t (a int, b text)");
    join_db(&other, &db);
    assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
    assert_int_equal(load_begin(&other, "COPY t FROM STDIN"), PGCOPY_ERR_SQL);
    assert_string_equal(state(&other), "55P03"); /* and not after a minute */
    assert_int_equal(load_end(&db, true), PGCOPY_OK);
    leave_db(&other);
    end_db(&db);
}

/* ---- Memory ------------------------------------------------------------------------- */

struct sweep {
    struct db    *db;
    pgcopy_batch *batch;
};

static bool copy_in_and_out(struct db *db, const pgcopy_batch *batch, pgcopy_batch *out)
{
    pgcopy_stmt  *in     = parse("COPY t FROM STDIN (DEFAULT 'D') WHERE a > 0");
    void         *cursor = NULL;
    pgcopy_status status;

    pgcopy_reply_clear(db->r);
    status = pgcopy_odbc.relation(db->conn, NULL, "t", db->r);
    if (!status)
        status = pgcopy_odbc.load_begin(db->conn, in, pgcopy_reply_columns(db->r), db->r);
    if (!status) {
        status = pgcopy_odbc.load_rows(db->conn, batch, 0, db->r);
        assert_int_equal(pgcopy_odbc.load_end(db->conn, false, db->r), PGCOPY_OK);
    }
    pgcopy_stmt_free(in);
    if (!status)
        status = start(db, "COPY (SELECT 1, 'x', a FROM t) TO STDOUT", NULL, &cursor);
    if (!status) {
        status = pgcopy_odbc.fetch(db->conn, cursor, out, db->r);
        pgcopy_odbc.finish(db->conn, cursor);
    }
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
    db.opts.connection = db.connection;
    db.opts.allocator  = allocator;
    if (open_db(&db) == PGCOPY_OK) {
        done = copy_in_and_out(&db, sweep->batch, out);
        pgcopy_odbc.close(db.conn);
    }
    pgcopy_reply_free(db.r);
    pgcopy_batch_free(out);
    return done;
}

static void every_lack_of_memory_ends_well(void **unused)
{
    struct db    db;
    struct sweep sweep = {&db, pgcopy_batch_new(3, NULL, NULL)};

    (void)unused;
    begin_db(&db, NULL);
    must(&db, "CREATE TABLE t (a int, b text, c bytea)");
    for (int i = 0; i < 53; i++)
        PUT(sweep.batch, "1", "x", "\\x00ff");
    put_marked(sweep.batch, "2", "DEFAULT", "\\x01");
    test_every_failure(sweep_run, &sweep);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
    pgcopy_batch_free(sweep.batch);
    end_db(&db);
}

/* ---- Pieces ------------------------------------------------------------------------- */

static void dialects_are_known_by_name_and_by_their_drivers(void **unused)
{
    (void)unused;
    assert_string_equal(odbc_dialect_of("SQLite")->name, "sqlite");
    assert_string_equal(odbc_dialect_of("/usr/lib/odbc/libmaodbc.so")->name, "mysql");
    assert_string_equal(odbc_dialect_of("InterSystems IRIS ODBC")->name, "iris");
    assert_string_equal(odbc_dialect_of("Microsoft SQL Server")->name, "sqlserver");
    assert_string_equal(odbc_dialect_of("PostgreSQL Unicode")->name, "postgresql");
    assert_string_equal(odbc_dialect_of("Oracle")->name, "other");
    assert_string_equal(odbc_dialect_named("iris")->name, "iris");
    assert_null(odbc_dialect_named("IRIS"));
}

static void connection_keys_are_found_in_any_case_and_in_braces(void **unused)
{
    static const char text[] = "Driver={a;b};database=x ; TIMEOUT=5;empty=;last";
    pgcopy_slice      value;

    (void)unused;
    value = odbc_text_key(text, "driver");
    assert_int_equal(value.len, 3);
    assert_memory_equal(value.data, "a;b", 3);
    value = odbc_text_key(text, "Timeout");
    assert_int_equal(value.len, 1);
    assert_non_null(odbc_text_key(text, "Empty").data);
    assert_null(odbc_text_key(text, "b").data);
    assert_null(odbc_text_key(text, "last").data);
    assert_null(odbc_text_key(text, "base").data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_several_batches_are_stored),
        cmocka_unit_test(rows_before_first_are_left_out),
        cmocka_unit_test(a_bad_row_is_named_and_the_rows_before_it_are_in),
        cmocka_unit_test(constraints_are_told_apart_in_fixed_words),
        cmocka_unit_test(a_row_that_the_database_drops_in_silence_fails_the_copy),
        cmocka_unit_test(nothing_is_repeated_when_the_database_ended_the_transaction),
        cmocka_unit_test(null_and_the_empty_string_stay_apart),
        cmocka_unit_test(any_text_comes_back_as_it_went_in),
        cmocka_unit_test(long_values_come_back_whole),
        cmocka_unit_test(bytes_and_booleans_are_the_databases_own),
        cmocka_unit_test(columns_with_a_marker_get_their_default),
        cmocka_unit_test(a_bad_row_with_markers_is_named),
        cmocka_unit_test(a_default_marker_is_never_bound),
        cmocka_unit_test(a_condition_filters_rows_by_the_columns_of_the_table),
        cmocka_unit_test(conditions_that_mean_something_else_here_are_refused),
        cmocka_unit_test(a_bad_row_is_named_behind_a_condition_too),
        cmocka_unit_test(markers_and_a_condition),
        cmocka_unit_test(a_nul_in_a_text_is_refused_not_cut),
        cmocka_unit_test(a_copy_without_begin_is_all_or_nothing),
        cmocka_unit_test(transactions_keep_or_drop_what_was_loaded),
        cmocka_unit_test(savepoints_without_words_for_them_are_refused),
        cmocka_unit_test(an_empty_transaction_and_an_unknown_savepoint),
        cmocka_unit_test(a_read_only_transaction_changes_nothing),
        cmocka_unit_test(two_copies_at_once_both_succeed),
        cmocka_unit_test(a_lock_that_is_not_had_in_time_is_55P03),
        cmocka_unit_test(writing_on_an_old_snapshot_is_40001_at_once),
        cmocka_unit_test(a_tables_columns_are_told_in_postgresqls_types),
        cmocka_unit_test(small_letters_find_large_ones_and_any_home),
        cmocka_unit_test(the_catalog_functions_tell_the_same),
        cmocka_unit_test(array_binding_stores_and_names_rows_too),
        cmocka_unit_test(an_execute_is_bounded_whatever_is_asked_for),
        cmocka_unit_test(statements_count_and_results_have_types),
        cmocka_unit_test(describe_tells_columns_and_parameters_and_changes_nothing),
        cmocka_unit_test(parameters_are_bound_by_their_number),
        cmocka_unit_test(what_the_driver_misreads_is_run_all_the_same),
        cmocka_unit_test(the_cast_of_a_literal_or_a_parameter_is_left_out),
        cmocka_unit_test(a_copy_query_without_columns_is_not_run),
        cmocka_unit_test(an_endless_result_streams_in_constant_memory),
        cmocka_unit_test(a_long_query_is_cut_short),
        cmocka_unit_test(cancel_between_calls_does_no_harm),
        cmocka_unit_test(waiting_for_a_lock_can_be_cut_short),
        cmocka_unit_test(no_error_tells_a_value_a_path_or_the_drivers_words),
        cmocka_unit_test(a_bad_rows_error_tells_nothing_of_it),
        cmocka_unit_test(a_connection_that_fails_says_so_and_no_more),
        cmocka_unit_test(a_data_source_name_finds_its_dialect),
        cmocka_unit_test(dialect_and_arrays_may_be_said_in_the_connection_string),
        cmocka_unit_test(a_key_in_the_connection_string_wins),
        cmocka_unit_test(every_lack_of_memory_ends_well),
        cmocka_unit_test(dialects_are_known_by_name_and_by_their_drivers),
        cmocka_unit_test(connection_keys_are_found_in_any_case_and_in_braces)};

    /* It goes with the driver and forgets its cache of ini files, a leak that is not ours. */
    dlopen("libodbcinst.so.2", RTLD_NOW);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
