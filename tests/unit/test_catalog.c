/* test_catalog.c - what a backend in front of a database answers for PostgreSQL. */
#include "harness.h"

#include <pgcopy/backend.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- A database that knows the table visits, SELECT 1, and no catalog but pg_known ---- */

static pgcopy_status db_open(void *arg, const pgcopy_who *who, void **conn, pgcopy_reply *r)
{
    (void)arg, (void)who, (void)r;
    *conn = NULL;
    return PGCOPY_OK;
}

static void db_close(void *conn)
{
    (void)conn;
}

static pgcopy_status db_relation(void *conn, const char *schema, const char *table,
                                 pgcopy_reply *r)
{
    pgcopy_columns *cols = pgcopy_reply_columns(r);

    (void)conn;
    if (!cols)
        return PGCOPY_ERR_NOMEM;
    if (strcmp(table, "visits") != 0 || (schema && strcmp(schema, "public") != 0))
        return pgcopy_reply_error(r, "42P01", "relation \"%s\" does not exist", table);
    return pgcopy_columns_add(cols, "id", 23) ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}

static pgcopy_status refuse(const pgcopy_stmt *stmt, pgcopy_reply *r)
{
    if (strstr(stmt->sql, "pg_lost"))
        return PGCOPY_ERR_LOST;
    if (strstr(stmt->sql, "pg_slow"))
        return pgcopy_reply_error(r, "57014", "canceled");
    return pgcopy_reply_error(r, "42P01", "no such table");
}

static pgcopy_status db_describe(void *conn, const pgcopy_stmt *stmt, pgcopy_reply *r)
{
    pgcopy_columns *cols = pgcopy_reply_columns(r);

    (void)conn;
    if (!cols || !pgcopy_columns_add(cols, "mine", 23))
        return PGCOPY_ERR_NOMEM;
    return strstr(stmt->sql, "known") ? PGCOPY_OK : refuse(stmt, r);
}

static pgcopy_status db_execute(void *conn, const pgcopy_stmt *stmt,
                                const pgcopy_columns *columns, const pgcopy_batch *params,
                                void **cursor, pgcopy_reply *r)
{
    (void)columns, (void)params, (void)cursor;
    return db_describe(conn, stmt, r);
}

static const pgcopy_backend knows_little = {.size     = sizeof knows_little,
                                            .open     = db_open,
                                            .close    = db_close,
                                            .relation = db_relation,
                                            .describe = db_describe,
                                            .execute  = db_execute};

static const pgcopy_backend knows_nothing = {
    .size = sizeof knows_nothing, .open = db_open, .close = db_close};

/* ---- What it is asked ------------------------------------------------------------------ */

struct asked {
    const pgcopy_backend *backend;
    const char           *sql, *param;
    const char           *expected;
    bool                  describe;
    pgcopy_status         rc;
    char                  heard[400];
};

static void say(struct asked *a, const char *text, size_t len)
{
    size_t have = strlen(a->heard);

    assert_true(len < sizeof a->heard - have);
    memcpy(a->heard + have, text, len);
    a->heard[have + len] = '\0';
}

static void say_columns(struct asked *a, const pgcopy_columns *cols)
{
    const pgcopy_column *col;
    char                 type[16];

    for (size_t i = 0; (col = pgcopy_columns_at(cols, i)); i++) {
        snprintf(type, sizeof type, ":%u ", (unsigned)col->type);
        say(a, col->name, strlen(col->name));
        say(a, type, strlen(type));
    }
}

static void say_rows(struct asked *a, const pgcopy_batch *rows)
{
    const pgcopy_view *v = pgcopy_batch_view(rows);

    for (size_t row = 0; row < v->nrows; row++)
        for (size_t col = 0; col < v->ncols; col++) {
            pgcopy_slice value = pgcopy_batch_value(rows, row, col);
            say(a, col ? "," : "|", 1);
            say(a, value.data ? (const char *)value.data : "NULL", value.data ? value.len : 4);
        }
}

static pgcopy_batch *params_of(const struct asked *a, const pgcopy_allocator *allocator)
{
    pgcopy_batch *params = pgcopy_batch_new(1, NULL, allocator);

    if (params)
        pgcopy_batch_put(params, a->param, a->param ? strlen(a->param) : PGCOPY_NULL);
    if (params && pgcopy_batch_end_row(params) < 0) {
        pgcopy_batch_free(params);
        return NULL;
    }
    return params;
}

static pgcopy_status execute(struct asked *a, const pgcopy_backend *b, void *conn,
                             const pgcopy_stmt *stmt, pgcopy_reply *r,
                             const pgcopy_allocator *allocator)
{
    pgcopy_batch *params = params_of(a, allocator);
    pgcopy_batch *rows   = pgcopy_batch_new(0, NULL, allocator);
    void         *cursor = NULL;
    pgcopy_status rc     = PGCOPY_ERR_NOMEM;

    if (params && rows)
        rc = b->execute(conn, stmt, NULL, params, &cursor, r);
    if (rc >= 0) {
        if (cursor && (rc = b->fetch(conn, cursor, rows, r)) >= 0)
            say_rows(a, rows);
        b->finish(conn, cursor);
    }
    pgcopy_batch_free(params);
    pgcopy_batch_free(rows);
    return rc;
}

static pgcopy_status put(struct asked *a, const pgcopy_stmt *stmt, pgcopy_reply *r,
                         const pgcopy_allocator *allocator)
{
    pgcopy_canned_opts opts = {.size = sizeof opts, .backend = a->backend};
    pgcopy_who         who  = {.user = "ann", .database = "clinic"};
    pgcopy_backend     b;
    void              *conn;
    pgcopy_status      rc;

    pgcopy_canned(a->backend, &b);
    rc = b.open(&opts, &who, &conn, r);
    if (rc < 0)
        return rc;
    if (a->describe)
        rc = b.describe(conn, stmt, r);
    else
        rc = execute(a, &b, conn, stmt, r, allocator);
    b.close(conn);
    return rc;
}

static bool ask(const pgcopy_allocator *allocator, void *arg)
{
    struct asked *a    = arg;
    pgcopy_reply *r    = pgcopy_reply_new(allocator);
    pgcopy_slice  text = {(const uint8_t *)a->sql, strlen(a->sql)};
    pgcopy_stmt  *stmt = NULL;
    size_t        pos  = 0;

    if (!r)
        return false;
    assert_int_equal(pgcopy_stmt_parse(text, &pos, NULL, &stmt, NULL), PGCOPY_OK);
    a->heard[0] = '\0';
    a->rc       = put(a, stmt, r, allocator);
    if (a->rc >= 0 && (!pgcopy_reply_columns(r) || !pgcopy_reply_parameters(r)))
        a->rc = PGCOPY_ERR_NOMEM;
    if (a->rc >= 0) {
        say_columns(a, pgcopy_reply_columns(r));
        say_columns(a, pgcopy_reply_parameters(r));
    }
    if (a->rc == PGCOPY_ERR_SQL)
        say(a, pgcopy_reply_failure(r)->sqlstate, 5);
    else if (a->rc >= 0)
        assert_string_equal(pgcopy_reply_failure(r)->sqlstate, "");
    pgcopy_reply_free(r);
    pgcopy_stmt_free(stmt);
    return a->rc != PGCOPY_ERR_NOMEM && strcmp(a->heard, a->expected) == 0;
}

static void assert_heard(struct asked a)
{
    if (!ask(NULL, &a))
        fail_msg("%s: %s, not %s", a.sql, a.heard, a.expected);
    test_every_failure(ask, &a);
}

static void check(const char *sql, const char *param, const char *expected)
{
    assert_heard((struct asked){
        .backend = &knows_little, .sql = sql, .param = param, .expected = expected});
}

/* ---- Tests ------------------------------------------------------------------------------ */

static void functions_of_the_session_have_one_row(void **state)
{
    (void)state;
    check("SELECT version()", NULL, "|PostgreSQL 18.0 (pgcopy)version:25 ");
    check("SELECT current_schema(), current_database() d, current_user", NULL,
          "|public,clinic,anncurrent_schema:19 d:19 current_user:19 ");
    check("SELECT pg_is_in_recovery(), pg_advisory_unlock_all()", NULL,
          "|f,pg_is_in_recovery:16 pg_advisory_unlock_all:25 ");
}

static void a_literal_is_quoted_for_any_database(void **state)
{
    (void)state;
    check("SELECT quote_literal($1)", "O'Ne\\il", "|'O''Ne\\il'quote_literal:25 ");
    check("SELECT quote_literal($1)", "", "|''quote_literal:25 ");
    check("SELECT quote_literal($1)", NULL, "|NULLquote_literal:25 ");
    check("SELECT quote_literal($2)", "x", "|NULLquote_literal:25 ");
}

static void an_unknown_catalog_is_empty(void **state)
{
    (void)state;
    check("SELECT t.oid, typarray FROM pg_type t WHERE typname = 'hstore'", NULL,
          "oid:25 typarray:25 ");
    check("SELECT count(*) FROM pg_user", NULL, "|0count:20 ");
    check("SELECT a FROM nowhere", NULL, "42P01");
    check("SELECT a FROM pg_slow", NULL, "57014");
    check("SELECT a FROM pg_known", NULL, "mine:23 ");
}

static void a_table_is_found_by_its_name(void **state)
{
    (void)state;
    check("SELECT relname FROM pg_class WHERE relname='visits'", NULL, "|visitsrelname:25 ");
    check("SELECT relname FROM pg_class WHERE relname='other'", NULL, "relname:25 ");
    check("SELECT relname FROM pg_class WHERE relname = $1", "visits", "|visitsrelname:25 ");
    check("SELECT relname FROM pg_class WHERE relname = $1", NULL, "relname:25 ");
    check("SELECT oid, relname FROM pg_class WHERE relname = 'visits'", NULL,
          "oid:25 relname:25 ");
    check("SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = "
          "'visits')",
          NULL, "|texists:16 ");
    check("SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'x' AND tablename = "
          "'visits')",
          NULL, "|fexists:16 ");
    check("SELECT 1 AS a FROM information_schema.tables WHERE table_name = 'visits'", NULL,
          "|1a:23 ");
    check("SELECT 1 FROM information_schema.tables WHERE table_name = 'other'", NULL,
          "?column?:23 ");
}

static void a_database_without_tables_has_them_all(void **state)
{
    (void)state;
    assert_heard((struct asked){.backend  = &knows_nothing,
                                .sql      = "SELECT relname FROM pg_class WHERE relname='x'",
                                .expected = "|xrelname:25 "});
}

static void describe_tells_the_same_columns(void **state)
{
    struct asked asked[] = {
        {.sql = "SELECT quote_literal($1::int4::text)", .expected = "quote_literal:25 :23 "},
        {.sql = "SELECT 1 FROM pg_class WHERE relname = $1", .expected = "?column?:23 :25 "},
        {.sql = "SELECT a FROM nowhere", .expected = "42P01"},
        {.sql = "SELECT a FROM pg_known", .expected = "mine:23 "}};

    (void)state;
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        asked[i].backend  = &knows_little;
        asked[i].describe = true;
        assert_heard(asked[i]);
    }
}

static void a_lost_connection_is_no_empty_catalog(void **state)
{
    struct asked a = {.backend = &knows_little, .sql = "SELECT a FROM pg_lost", .expected = ""};

    (void)state;
    assert_true(ask(NULL, &a));
    assert_int_equal(a.rc, PGCOPY_ERR_LOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_of_the_session_have_one_row),
        cmocka_unit_test(a_literal_is_quoted_for_any_database),
        cmocka_unit_test(an_unknown_catalog_is_empty),
        cmocka_unit_test(a_table_is_found_by_its_name),
        cmocka_unit_test(a_database_without_tables_has_them_all),
        cmocka_unit_test(describe_tells_the_same_columns),
        cmocka_unit_test(a_lost_connection_is_no_empty_catalog),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
