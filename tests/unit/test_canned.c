/* test_canned.c - a backend in front of another: what it answers, and that the rest goes on. */
#include "harness.h"

#include <pgcopy/backend.h>

#include <stdio.h>
#include <string.h>

/* ---- The backend behind: says which of its entries was called ------------------------ */

static char             called[256];
static const pgcopy_who ann = {.user = "ann", .database = "clinic"};

static pgcopy_status called_as(const char *entry)
{
    strncat(called, entry, sizeof called - strlen(called) - 1);
    return PGCOPY_OK;
}

static pgcopy_status behind_open(void *arg, const pgcopy_who *who, void **conn, pgcopy_reply *r)
{
    (void)who, (void)r;
    *conn = arg;
    return called_as("open ");
}

static void behind_close(void *conn)
{
    assert_string_equal(conn, "arg");
    called_as("close ");
}

static pgcopy_status behind_transaction(void *conn, const pgcopy_tx *tx, pgcopy_reply *r)
{
    (void)tx, (void)r;
    assert_string_equal(conn, "arg");
    return called_as("transaction ");
}

static pgcopy_status behind_relation(void *conn, const char *schema, const char *table,
                                     pgcopy_reply *r)
{
    (void)schema, (void)table, (void)r;
    assert_string_equal(conn, "arg");
    return called_as("relation ");
}

static pgcopy_status behind_describe(void *conn, const pgcopy_stmt *stmt, pgcopy_reply *r)
{
    (void)stmt, (void)r;
    assert_string_equal(conn, "arg");
    return called_as("describe ");
}

static pgcopy_status behind_execute(void *conn, const pgcopy_stmt *stmt,
                                    const pgcopy_columns *columns, const pgcopy_batch *params,
                                    void **cursor, pgcopy_reply *r)
{
    (void)stmt, (void)columns, (void)params, (void)r;
    *cursor = conn;
    return called_as("execute ");
}

static pgcopy_status behind_fetch(void *conn, void *cursor, pgcopy_batch *batch,
                                  pgcopy_reply *r)
{
    (void)batch, (void)r;
    assert_ptr_equal(conn, cursor);
    (void)called_as("fetch ");
    return PGCOPY_END;
}

static void behind_finish(void *conn, void *cursor)
{
    assert_ptr_equal(conn, cursor);
    called_as("finish ");
}

static pgcopy_status behind_load_begin(void *conn, const pgcopy_stmt *stmt,
                                       const pgcopy_columns *target, pgcopy_reply *r)
{
    (void)stmt, (void)target, (void)r;
    assert_string_equal(conn, "arg");
    return called_as("load_begin ");
}

static pgcopy_status behind_load_rows(void *conn, const pgcopy_batch *batch, size_t first,
                                      pgcopy_reply *r)
{
    (void)batch, (void)first, (void)r;
    assert_string_equal(conn, "arg");
    return called_as("load_rows ");
}

static pgcopy_status behind_load_end(void *conn, bool keep, pgcopy_reply *r)
{
    (void)keep, (void)r;
    assert_string_equal(conn, "arg");
    return called_as("load_end ");
}

static void behind_cancel(void *conn)
{
    assert_string_equal(conn, "arg");
    called_as("cancel ");
}

static const pgcopy_backend behind = {.size        = sizeof behind,
                                      .flags       = PGCOPY_BACKEND_WHERE,
                                      .open        = behind_open,
                                      .close       = behind_close,
                                      .transaction = behind_transaction,
                                      .relation    = behind_relation,
                                      .describe    = behind_describe,
                                      .execute     = behind_execute,
                                      .fetch       = behind_fetch,
                                      .finish      = behind_finish,
                                      .load_begin  = behind_load_begin,
                                      .load_rows   = behind_load_rows,
                                      .load_end    = behind_load_end,
                                      .cancel      = behind_cancel};

/* ---- Progress of two COPYs ----------------------------------------------------------- */

static pgcopy_status two_copies(void *ctx, pgcopy_batch *rows)
{
    pgcopy_progress from = {.verb    = PGCOPY_VERB_COPY_FROM,
                            .rows    = 12,
                            .skipped = 3,
                            .bytes   = 18446744073709551615u};
    pgcopy_progress to   = {.verb = PGCOPY_VERB_COPY_TO};
    pgcopy_status   rc   = pgcopy_canned_progress(rows, 7, "clinic", &from);

    assert_string_equal(ctx, "ctx");
    return rc < 0 ? rc : pgcopy_canned_progress(rows, 2147483647, NULL, &to);
}

static pgcopy_canned_opts opts_of(const pgcopy_backend *backend)
{
    return (pgcopy_canned_opts){.size     = sizeof(pgcopy_canned_opts),
                                .backend  = backend,
                                .arg      = (void *)(uintptr_t) "arg",
                                .progress = two_copies,
                                .ctx      = (void *)(uintptr_t) "ctx"};
}

static pgcopy_stmt *parse(const char *sql)
{
    pgcopy_slice text = {(const uint8_t *)sql, strlen(sql)};
    pgcopy_stmt *stmt = NULL;
    size_t       pos  = 0;

    assert_int_equal(pgcopy_stmt_parse(text, &pos, NULL, &stmt, NULL), PGCOPY_OK);
    return stmt;
}

struct said {
    const char *sql;
    char        text[600]; /* column:type ... |value,value ... ; */
};

static void say_columns(struct said *s, pgcopy_reply *r)
{
    for (size_t i = 0; i < pgcopy_columns_count(pgcopy_reply_columns(r)); i++) {
        const pgcopy_column *col = pgcopy_columns_at(pgcopy_reply_columns(r), i);
        snprintf(s->text + strlen(s->text), sizeof s->text - strlen(s->text), "%s:%u ",
                 col->name, (unsigned)col->type);
    }
}

static void say_rows(struct said *s, const pgcopy_batch *batch)
{
    const pgcopy_view *v = pgcopy_batch_view(batch);

    for (size_t i = 0; i < (size_t)v->nrows * v->ncols; i++) {
        pgcopy_slice value = pgcopy_batch_value(batch, i / v->ncols, i % v->ncols);
        snprintf(s->text + strlen(s->text), sizeof s->text - strlen(s->text), "%s%.*s",
                 i % v->ncols ? "," : "|", value.data ? (int)value.len : 4,
                 value.data ? (const char *)value.data : "NULL");
    }
}

/* A row at a time, so that a result is fetched in pieces. */
static pgcopy_status fetch_all(const pgcopy_backend *b, void *conn, void *cursor,
                               struct said *s, pgcopy_reply *r,
                               const pgcopy_allocator *allocator)
{
    pgcopy_batch_limits limits = {.size = sizeof limits, .rows = 1};
    pgcopy_batch       *batch  = pgcopy_batch_new(0, &limits, allocator);
    pgcopy_status       rc     = batch ? PGCOPY_OK : PGCOPY_ERR_NOMEM;

    while (rc == PGCOPY_OK) {
        pgcopy_batch_clear(batch);
        rc = b->fetch(conn, cursor, batch, r);
        if (rc >= 0)
            say_rows(s, batch);
    }
    pgcopy_batch_free(batch);
    return rc;
}

/* Runs a statement; says what came of it, or the error. */
static bool ask(const pgcopy_allocator *allocator, void *arg)
{
    struct said       *s      = arg;
    pgcopy_stmt       *stmt   = parse(s->sql);
    pgcopy_canned_opts opts   = opts_of(&behind);
    pgcopy_reply      *r      = pgcopy_reply_new(allocator);
    void              *cursor = NULL, *conn = NULL;
    pgcopy_backend     b;
    pgcopy_status      rc;

    s->text[0] = '\0';
    pgcopy_canned(&behind, &b);
    rc = r ? b.open(&opts, &ann, &conn, r) : PGCOPY_ERR_NOMEM;
    if (rc >= 0) {
        rc = b.execute(conn, stmt, NULL, NULL, &cursor, r);
        if (rc >= 0) {
            say_columns(s, r);
            rc = fetch_all(&b, conn, cursor, s, r, allocator);
            b.finish(conn, cursor);
        }
        b.close(conn);
    }
    if (rc == PGCOPY_ERR_SQL)
        snprintf(s->text, sizeof s->text, "%s %s", pgcopy_reply_failure(r)->sqlstate,
                 pgcopy_reply_failure(r)->message);
    pgcopy_reply_free(r);
    pgcopy_stmt_free(stmt);
    return rc >= 0;
}

static void assert_answer(const char *sql, const char *expected)
{
    struct said s = {.sql = sql};

    called[0] = '\0';
    (void)ask(NULL, &s);
    assert_string_equal(s.text, expected);
    assert_string_equal(called, "open close ");
}

/* ---- Tests ---------------------------------------------------------------------------- */

static void progress_has_the_columns_of_postgresql(void **state)
{
    (void)state;
    assert_answer("SELECT * FROM pg_stat_progress_copy",
                  "pid:23 datid:26 datname:19 relid:26 command:25 type:25 bytes_processed:20 "
                  "bytes_total:20 tuples_processed:20 tuples_excluded:20 tuples_skipped:20 "
                  "|7,0,clinic,0,COPY FROM,PIPE,18446744073709551615,0,12,0,3"
                  "|2147483647,0,NULL,0,COPY TO,PIPE,0,0,0,0,0");
}

static void a_list_of_columns_is_answered_as_asked(void **state)
{
    (void)state;
    assert_answer("select tuples_processed, PID from pg_catalog.pg_stat_progress_copy",
                  "tuples_processed:20 pid:23 |12,7|0,2147483647");
    assert_answer("SELECT /* a */ \"command\" AS what, type \"Of\" -- b\n FROM "
                  "\"pg_catalog\".pg_stat_progress_copy AS p",
                  "what:25 Of:25 |COPY FROM,PIPE|COPY TO,PIPE");
    assert_answer("COPY (SELECT pid, pid FROM pg_stat_progress_copy p) TO STDOUT",
                  "pid:23 pid:23 |7,7|2147483647,2147483647");
}

static void more_than_columns_is_refused(void **state)
{
    static const char *const more[] = {
        "SELECT count(*) FROM pg_stat_progress_copy",
        "SELECT 'from' FROM pg_stat_progress_copy",
        "SELECT nosuch FROM pg_stat_progress_copy",
        "SELECT (SELECT 1 FROM x) FROM pg_stat_progress_copy",
        "SELECT pid AS FROM pg_stat_progress_copy",
        "SELECT FROM pg_stat_progress_copy",
        "SELECT *, *, * FROM pg_stat_progress_copy",
        "SELECT * FROM pg_stat_progress_copy WHERE pid = 7",
        "SELECT * FROM pg_stat_progress_copy, t",
        "SELECT * FROM pg_stat_progress_copy p ORDER BY pid",
    };

    (void)state;
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        assert_answer(more[i], "0A000 only columns can be selected from pg_stat_progress_copy, "
                               "of all rows");
}

static void all_else_goes_on(void **state)
{
    static const char *const other[] = {
        "SELECT * FROM t",
        "SELECT 'a' FROM public.pg_stat_progress_copy",
        "SELECT * FROM (SELECT * FROM pg_stat_progress_copy) x",
        "SELECT \"FROM\" FROM \"PG_STAT_PROGRESS_COPY\"",
        "SELECT 1 ' FROM pg_stat_progress_copy'",
        "SELECT",
        "INSERT INTO t SELECT * FROM pg_stat_progress_copy",
        "COPY (SELECT 1) TO STDOUT",
        "COPY t TO STDOUT",
    };
    struct said s;

    (void)state;
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        s         = (struct said){.sql = other[i]};
        called[0] = '\0';
        assert_true(ask(NULL, &s));
        assert_string_equal(called, "open execute fetch finish close ");
    }
}

static void every_entry_is_passed_on(void **state)
{
    pgcopy_canned_opts opts = opts_of(&behind);
    pgcopy_reply      *r    = pgcopy_reply_new(NULL);
    pgcopy_stmt       *stmt = parse("SELECT 1"), *ours;
    void              *conn = NULL;
    pgcopy_backend     b;

    (void)state;
    called[0] = '\0';
    pgcopy_canned(&behind, &b);
    assert_int_equal(b.flags, behind.flags);
    assert_int_equal(b.open(&opts, &ann, &conn, r), PGCOPY_OK);
    assert_int_equal(b.transaction(conn, NULL, r), PGCOPY_OK);
    assert_int_equal(b.relation(conn, NULL, "t", r), PGCOPY_OK);
    assert_int_equal(b.describe(conn, stmt, r), PGCOPY_OK);
    assert_int_equal(b.load_begin(conn, stmt, NULL, r), PGCOPY_OK);
    assert_int_equal(b.load_rows(conn, NULL, 0, r), PGCOPY_OK);
    assert_int_equal(b.load_end(conn, true, r), PGCOPY_OK);
    b.cancel(conn);
    assert_string_equal(called, "open transaction relation describe load_begin load_rows "
                                "load_end cancel ");
    ours = parse("SELECT pid FROM pg_stat_progress_copy");
    assert_int_equal(b.describe(conn, ours, r), PGCOPY_OK);
    assert_int_equal(pgcopy_columns_count(pgcopy_reply_columns(r)), 1);
    b.close(conn);
    pgcopy_stmt_free(ours);
    pgcopy_stmt_free(stmt);
    pgcopy_reply_free(r);
}

/* NULL has a meaning for who calls: what is not there behind is not there in front. */
static void what_is_not_there_behind_is_not_there(void **state)
{
    pgcopy_backend least = {.size = sizeof least, .open = behind_open, .close = behind_close};
    pgcopy_canned_opts opts = opts_of(&least);
    pgcopy_reply      *r    = pgcopy_reply_new(NULL);
    pgcopy_stmt       *stmt = parse("SELECT * FROM t");
    void              *conn = NULL, *cursor;
    pgcopy_backend     b;

    (void)state;
    pgcopy_canned(&least, &b);
    assert_true(!b.transaction && !b.relation && !b.load_begin && !b.load_rows && !b.load_end &&
                !b.cancel);
    assert_int_equal(b.open(&opts, &ann, &conn, r), PGCOPY_OK);
    assert_int_equal(b.execute(conn, stmt, NULL, NULL, &cursor, r), PGCOPY_ERR_UNSUPPORTED);
    b.close(conn);
    pgcopy_stmt_free(stmt);
    pgcopy_reply_free(r);
}

/* A result that is still open when the connection ends. */
static void what_is_open_is_let_go_with_the_connection(void **state)
{
    struct test_memory m;
    pgcopy_canned_opts opts = opts_of(&behind);
    pgcopy_stmt       *stmt = parse("SELECT * FROM pg_stat_progress_copy");
    void              *conn = NULL, *first, *second;
    pgcopy_reply      *r;
    pgcopy_backend     b;

    (void)state;
    test_memory_init(&m, 0);
    r = pgcopy_reply_new(&m.allocator);
    pgcopy_canned(&behind, &b);
    assert_int_equal(b.open(&opts, &ann, &conn, r), PGCOPY_OK);
    assert_int_equal(b.execute(conn, stmt, NULL, NULL, &first, r), PGCOPY_OK);
    pgcopy_reply_clear(r);
    assert_int_equal(b.execute(conn, stmt, NULL, NULL, &second, r), PGCOPY_OK);
    b.finish(conn, first);
    b.close(conn);
    pgcopy_reply_free(r);
    pgcopy_stmt_free(stmt);
    assert_int_equal(m.live, 0);
}

static void every_lack_of_memory_ends_well(void **state)
{
    struct said s = {.sql = "SELECT * FROM pg_stat_progress_copy"};

    (void)state;
    test_every_failure(ask, &s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(progress_has_the_columns_of_postgresql),
        cmocka_unit_test(a_list_of_columns_is_answered_as_asked),
        cmocka_unit_test(more_than_columns_is_refused),
        cmocka_unit_test(all_else_goes_on),
        cmocka_unit_test(every_entry_is_passed_on),
        cmocka_unit_test(what_is_not_there_behind_is_not_there),
        cmocka_unit_test(what_is_open_is_let_go_with_the_connection),
        cmocka_unit_test(every_lack_of_memory_ends_well),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
