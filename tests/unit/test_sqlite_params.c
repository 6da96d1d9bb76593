/*
 * test_sqlite_params.c - parameters of statements over SQLite: their types and their values.
 */
#include "db_fixture.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_have_the_types_that_are_plain),
        cmocka_unit_test(parameters_are_bound_as_their_type),
        cmocka_unit_test(a_parameter_that_is_not_of_its_type_is_refused)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
