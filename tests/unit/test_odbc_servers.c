/*
 * test_odbc_servers.c - the ODBC backend over MariaDB and PostgreSQL: servers of its own, which
 * tests/odbc/server.sh starts and ends.  What test_db_*.c show over SQLite holds here too.
 */
#include "odbc_fixture.h"

#include <sys/wait.h>
#include <unistd.h>

/* psqlodbc loses the record of an error that it meets when it describes a statement. */
PGCOPY_API const char *__lsan_default_suppressions(void);
const char            *__lsan_default_suppressions(void)
{
    return "leak:psqlodbcw.so\n";
}

/* ---- A server ----------------------------------------------------------------------- */

struct server {
    const char *kind;
    pid_t       pid;
    int         input; /* of the script: it ends with it */
    char        connection[160];
};

static void run_script(const char *kind, const int in[2], const int out[2])
{
    dup2(in[0], 0);
    dup2(out[1], 1);
    close(in[0]);
    close(in[1]);
    close(out[0]);
    close(out[1]);
    execl(TEST_SERVER, "server.sh", kind, (char *)NULL);
    _exit(127);
}

static int begin_server(void **given)
{
    struct server *server = *given;
    int            in[2], out[2];
    FILE          *words;
    bool           began;

    if (pipe(in) || pipe(out))
        return -1;
    server->pid = fork();
    if (server->pid == 0)
        run_script(server->kind, in, out);
    close(in[0]);
    close(out[1]);
    server->input = in[1];
    words         = fdopen(out[0], "r");
    began         = words && fgets(server->connection, sizeof server->connection, words);
    if (words)
        fclose(words);
    server->connection[strcspn(server->connection, "\n")] = '\0';
    if (!began)
        print_error("%s did not start\n", server->kind);
    return began ? 0 : -1;
}

static int end_server(void **given)
{
    struct server *server = *given;
    int            status = 0;

    close(server->input);
    return waitpid(server->pid, &status, 0) == server->pid && status == 0 ? 0 : -1;
}

static bool is_mariadb(void **given)
{
    return strcmp(((struct server *)*given)->kind, "mariadb") == 0;
}

static void begin_plain(struct db *db, void **given)
{
    memset(db, 0, sizeof *db);
    db->backend         = &pgcopy_odbc;
    db->odbc.size       = sizeof db->odbc;
    db->odbc.connection = ((struct server *)*given)->connection;
    snprintf(db->connection, sizeof db->connection, "%s", db->odbc.connection);
    db->r = pgcopy_reply_new(NULL);
    assert_int_equal(open_db(db), PGCOPY_OK);
}

static void make_table(struct db *db)
{
    must(db, "DROP VIEW IF EXISTS pgcopy_v");
    must(db, "DROP TABLE IF EXISTS pgcopy_t");
    must(db, "CREATE TABLE pgcopy_t (a integer NOT NULL PRIMARY KEY, b varchar(300), "
             "c varchar(4000), d date)");
    must(db, "CREATE VIEW pgcopy_v AS SELECT a FROM pgcopy_t");
}

static void begin_other(struct db *db, void **given)
{
    begin_plain(db, given);
    make_table(db);
}

static void end_other(struct db *db)
{
    must(db, "DROP VIEW pgcopy_v");
    must(db, "DROP TABLE pgcopy_t");
    leave_db(db);
}

/* ---- Rows --------------------------------------------------------------------------- */

static void put_four(pgcopy_batch *batch, int from, int to)
{
    char number[16], text[256];

    for (int i = from; i < to; i++) {
        snprintf(number, sizeof number, "%d", i);
        snprintf(text, sizeof text, "%0*d ? ' \" \\ Zo\xc3\xab \xf0\x9f\xa9\xba", i % 150 + 1,
                 i);
        PUT(batch, number, i % 7 ? text : NULL, i % 5 ? text : "", "2024-02-29");
    }
}

static void put_long(pgcopy_batch *batch, const char *number)
{
    char text[4000];

    memset(text, 'x', sizeof text);
    pgcopy_batch_put(batch, number, strlen(number));
    pgcopy_batch_put(batch, NULL, PGCOPY_NULL);
    pgcopy_batch_put(batch, text, sizeof text);
    pgcopy_batch_put(batch, NULL, PGCOPY_NULL);
    assert_true(pgcopy_batch_end_row(batch) >= 0);
}

/* ---- Both --------------------------------------------------------------------------- */

static void rows_go_in_and_out_as_they_are(void **given)
{
    pgcopy_batch *batch = pgcopy_batch_new(4, NULL, NULL), *back;
    struct db     db;

    begin_other(&db, given);
    put_four(batch, 0, 777);
    put_long(batch, "777");
    put_four(batch, 778, 990);
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_int_equal(load(&db, "COPY pgcopy_t FROM STDIN", batch), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_COMMIT, NULL), PGCOPY_OK);
    back = unload(&db, "COPY (SELECT a, b, c, d FROM pgcopy_t ORDER BY a) TO STDOUT");
    assert_same_rows(batch, back);
    pgcopy_batch_free(back);
    assert_string_equal(value(&db, "SELECT count(*) FROM pgcopy_t WHERE b IS NULL"), "142");
    assert_string_equal(value(&db, "SELECT count(*) FROM pgcopy_t WHERE c = ''"), "198");
    end_other(&db);
    pgcopy_batch_free(batch);
}

static void a_condition_filters_rows(void **given)
{
    pgcopy_batch *batch = pgcopy_batch_new(4, NULL, NULL);
    struct db     db;

    begin_other(&db, given);
    put_four(batch, 0, 777);
    assert_int_equal(load(&db,
                          "COPY pgcopy_t FROM STDIN WHERE a > 99 AND \"b\" IS NOT NULL AND "
                          "pgcopy_t.d < '2024-03-01' -- not 9 > 99",
                          batch),
                     PGCOPY_OK);
    assert_string_equal(value(&db, "SELECT count(*) FROM pgcopy_t"), "581");
    assert_string_equal(value(&db, "SELECT min(a) FROM pgcopy_t"), "100");
    assert_int_equal(load_begin(&db, "COPY pgcopy_t FROM STDIN WHERE nosuch = 1"),
                     PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "42703");
    end_other(&db);
    pgcopy_batch_free(batch);
}

static void relations_are_told(void **given)
{
    struct db db;

    begin_other(&db, given);
    assert_int_equal(relation(&db, NULL, "pgcopy_t"), PGCOPY_OK);
    assert_int_equal(pgcopy_columns_count(pgcopy_reply_columns(db.r)), 4);
    assert_int_equal(column(&db, 0)->type, PGCOPY_OID_INT4);
    assert_true(column(&db, 0)->not_null && !column(&db, 1)->not_null);
    assert_int_equal(column(&db, 1)->type, PGCOPY_OID_VARCHAR);
    assert_int_equal(column(&db, 3)->type, PGCOPY_OID_DATE);
    assert_int_equal(relation(&db, NULL, "pgcopy_v"), PGCOPY_OK);
    assert_int_equal(pgcopy_columns_relation(pgcopy_reply_columns(db.r)), PGCOPY_RELATION_VIEW);
    assert_int_equal(relation(&db, NULL, "pgcopy_missing"), PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "42P01");
    end_other(&db);
}

static void types_of_parameters_are_told_where_known(void **given)
{
    static const uint32_t types[] = {PGCOPY_OID_TEXT, PGCOPY_OID_INT4, PGCOPY_OID_DATE};
    pgcopy_stmt          *stmt;
    struct db             db;

    begin_other(&db, given);
    stmt = parse("SELECT a FROM pgcopy_t WHERE a = $2 AND (d = $3 OR a = $2) AND b = $1");
    pgcopy_reply_clear(db.r);
    assert_int_equal(pgcopy_odbc.describe(db.conn, stmt, db.r), PGCOPY_OK);
    assert_int_equal(pgcopy_columns_count(pgcopy_reply_parameters(db.r)), 3);
    for (size_t i = 0; i < 3; i++) /* Connector/ODBC says varchar of all: that is no answer */
        assert_int_equal(pgcopy_columns_at(pgcopy_reply_parameters(db.r), i)->type,
                         is_mariadb(given) ? 0 : types[i]);
    pgcopy_stmt_free(stmt);
    end_other(&db);
}

static void a_bad_row_is_named(void **given)
{
    static const struct {
        const char *row[4];
        const char *state;
    } rows[]            = {{{"5", "Mueller", "x", NULL}, "23505"},
                           {{NULL, "Mueller", "x", NULL}, "23502"},
                           {{"Mueller", "x", "x", NULL}, "22"},
                           {{"5000", "x", "x", "Mueller"}, "22"},
                           {{"5000", "x", "x", "2024-02-30"}, "22"}};
    pgcopy_batch *batch = pgcopy_batch_new(4, NULL, NULL);
    struct db     db;

    begin_other(&db, given);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        pgcopy_batch_clear(batch);
        put_four(batch, 0, 600);
        put(batch, rows[i].row, 4);
        put_four(batch, 600, 900);
        assert_int_equal(load_begin(&db, "COPY pgcopy_t FROM STDIN"), PGCOPY_OK);
        assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
        assert_int_equal(failed_row(&db), 601);
        assert_memory_equal(state(&db), rows[i].state, strlen(rows[i].state));
        assert_tells_nothing(&db);
        assert_int_equal(load_rows(&db, batch, 601), PGCOPY_OK);
        assert_int_equal(load_end(&db, i == 0), PGCOPY_OK);
        assert_string_equal(value(&db, "SELECT count(*) FROM pgcopy_t"), i ? "0" : "900");
        must(&db, "DELETE FROM pgcopy_t");
    }
    end_other(&db);
    pgcopy_batch_free(batch);
}

static void transactions_are_kept(void **given)
{
    pgcopy_batch *batch  = pgcopy_batch_new(4, NULL, NULL);
    pgcopy_batch *params = pgcopy_batch_new(1, NULL, NULL);
    struct db     db;

    begin_other(&db, given);
    put_four(batch, 0, 500);
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_SAVEPOINT, "one"), PGCOPY_OK);
    assert_int_equal(load(&db, "COPY pgcopy_t FROM STDIN", batch), PGCOPY_OK);
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK_TO, "one"), PGCOPY_OK);
    must(&db, "INSERT INTO pgcopy_t (a) VALUES (1), (2), (3)");
    assert_true(pgcopy_reply_count(db.r) == 3);
    assert_int_equal(tx(&db, PGCOPY_VERB_COMMIT, NULL), PGCOPY_OK);
    PUT(params, "2");
    assert_string_equal(value_with(&db, "SELECT a FROM pgcopy_t WHERE a = $1", params), "2");
    assert_string_equal(value(&db, "SELECT count(*) FROM pgcopy_t"), "3");
    end_other(&db);
    pgcopy_batch_free(batch);
    pgcopy_batch_free(params);
}

static pgcopy_status tx_isolated(struct db *db, pgcopy_verb verb)
{
    pgcopy_tx tx = {
        .size = sizeof tx, .verb = verb, .isolation = PGCOPY_ISOLATION_SERIALIZABLE};

    pgcopy_reply_clear(db->r);
    return pgcopy_odbc.transaction(db->conn, &tx, db->r);
}

static void an_isolation_ends_with_its_transaction(void **given)
{
    static const pgcopy_verb ends[] = {PGCOPY_VERB_COMMIT, PGCOPY_VERB_ROLLBACK};
    const char *level = is_mariadb(given) ? "SELECT replace(lower(@@tx_isolation), '-', ' ')"
                                          : "SELECT current_setting('transaction_isolation')";
    const char *usual = is_mariadb(given) ? "repeatable read" : "read committed";
    struct db   db;

    begin_plain(&db, given);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(tx_isolated(&db, PGCOPY_VERB_BEGIN), PGCOPY_OK);
        assert_string_equal(value(&db, level), "serializable");
        assert_int_equal(tx(&db, ends[i], NULL), PGCOPY_OK);
        assert_string_equal(value(&db, level), usual);
        assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
        assert_int_equal(tx_isolated(&db, PGCOPY_VERB_SET_TRANSACTION), PGCOPY_OK);
        assert_int_equal(tx_isolated(&db, PGCOPY_VERB_SET_TRANSACTION), PGCOPY_OK);
        assert_string_equal(value(&db, level), "serializable");
        assert_int_equal(tx(&db, ends[i], NULL), PGCOPY_OK);
        assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
        assert_string_equal(value(&db, level), usual);
        assert_int_equal(tx(&db, ends[i], NULL), PGCOPY_OK);
    }
    leave_db(&db);
}

static void a_query_is_cut_short(void **given)
{
    pgcopy_batch    *batch = pgcopy_batch_new(4, NULL, NULL);
    struct db        db;
    struct canceller job;
    pthread_t        thread;

    begin_other(&db, given);
    put_four(batch, 0, 500);
    assert_int_equal(load(&db, "COPY pgcopy_t FROM STDIN", batch), PGCOPY_OK);
    thread = cancel_soon(&job, &db, 3);
    assert_int_equal(run(&db, "SELECT count(*) FROM pgcopy_t a, pgcopy_t b, pgcopy_t c, "
                              "pgcopy_t d WHERE a.a + b.a + c.a + d.a < 0"),
                     PGCOPY_ERR_SQL);
    assert_string_equal(state(&db), "57014");
    pthread_join(thread, NULL);
    assert_string_equal(value(&db, "SELECT count(*) FROM pgcopy_t"), "500");
    end_other(&db);
    pgcopy_batch_free(batch);
}

/* ---- Errors ------------------------------------------------------------------------- */

struct wrong {
    const char *sql;
    const char *mariadb, *postgresql; /* the states; NULL: not asked of it */
};

/* What a client may do wrong, and what drivers then say with values, paths and their words. */
static const struct wrong wrongs[] = {
    {"SELECT 'Mueller' FROM nosuch", "42P01", "42P01"},
    {"SELECT nosuch, 'Mueller' FROM wrong", "42703", "42703"},
    {"SELEC Mueller", "42601", "42601"},
    {"SELECT nosuch('Mueller')", "42883", "42883"},
    {"CREATE TABLE wrong (a int)", "42P07", "42P07"},
    {"INSERT INTO wrong (a, b, c, d) VALUES (1, 'Mueller', 1, 1)", "23505", "23505"},
    {"INSERT INTO wrong (a, b, c, d) VALUES (2, NULL, 1, 1)", "23502", "23502"},
    {"INSERT INTO wrong (a, b, c, d) VALUES (2, 'Mueller', -1, 1)", "23514", "23514"},
    {"INSERT INTO wrong (a, b, c, d) VALUES (2, 'Mueller', 1, 2)", "23503", "23503"},
    {"DELETE FROM other_wrong", "23503", "23503"},
    {"INSERT INTO wrong (a, b, c, d) VALUES (2, 'Mueller is too long', 1, 1)", "22001",
     "22001"},
    {"INSERT INTO wrong (a, b, c, d) VALUES (99999999999, 'Mueller', 1, 1)", "22003", "22003"},
    {"INSERT INTO wrong (a, b, c, d) VALUES ('Mueller', 'Mueller', 1, 1)", "22P02", "22P02"},
    {"INSERT INTO wrong (a, b, e) VALUES (2, 'x', '2024-02-30')", "22007", "22008"},
    {"INSERT INTO wrong (a, b) SELECT 1 / (a - 1), 'x' FROM wrong", "22012", "22012"},
    {"SELECT (SELECT c FROM wrong UNION ALL SELECT 2)", "21000", "21000"},
    {"SELECT a, sum(c) FROM wrong GROUP BY nosuch", "42703", "42703"},
    {"ROLLBACK TO SAVEPOINT mueller", "3B001", NULL},
    {"SELECT * FROM closed.t", "42501", NULL},
    {"SELECT a INTO OUTFILE '/tmp/Mueller' FROM wrong", "42501", NULL},
    {"LOAD DATA INFILE '/tmp/Mueller' INTO TABLE wrong", "42501", NULL},
    {"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'Mueller'", "P0001", NULL},
    {"SELECT * FROM pg_authid", NULL, "42501"},
    {"SELECT pg_read_file('/tmp/Mueller')", NULL, "42501"},
    {"SELECT 'Mueller'::date", NULL, "22007"},
    {"DO $$ BEGIN RAISE 'Mueller'; END $$", NULL, "P0001"},
    {"DO $$ BEGIN RAISE 'Mueller' USING ERRCODE = '53100'; END $$", NULL, "53100"},
    {"DO $$ BEGIN RAISE 'Mueller' USING ERRCODE = '40001'; END $$", NULL, "40001"},
    {"DO $$ BEGIN RAISE 'Mueller' USING ERRCODE = '40P01'; END $$", NULL, "40P01"},
    {"DO $$ BEGIN RAISE 'Mueller' USING ERRCODE = '22023'; END $$", NULL, "22023"}};

static void make_wrong(struct db *db)
{
    must(db, "DROP TABLE IF EXISTS wrong");
    must(db, "DROP TABLE IF EXISTS other_wrong");
    must(db, "CREATE TABLE other_wrong (id int PRIMARY KEY)");
    must(db, "INSERT INTO other_wrong VALUES (1)");
    must(db,
         "CREATE TABLE wrong (a int PRIMARY KEY, b varchar(10) NOT NULL, "
         "c int CHECK (c > 0), d int, e date, FOREIGN KEY (d) REFERENCES other_wrong (id))");
    must(db, "INSERT INTO wrong VALUES (1, 'x', 1, 1, NULL)");
}

static void errors_have_postgresqls_states_and_tell_nothing(void **given)
{
    struct db db;

    begin_plain(&db, given);
    make_wrong(&db);
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        const char *expected = is_mariadb(given) ? wrongs[i].mariadb : wrongs[i].postgresql;

        if (!expected)
            continue;
        if (run_raw(&db, wrongs[i].sql) == PGCOPY_OK)
            fail_msg("%s is no error", wrongs[i].sql);
        if (strcmp(state(&db), expected) != 0)
            fail_msg("%s: %s %s", wrongs[i].sql, state(&db), message(&db));
        assert_tells_nothing(&db);
    }
    must(&db, "DROP TABLE wrong");
    must(&db, "DROP TABLE other_wrong");
    leave_db(&db);
}

/* Only PostgreSQL's words are known well enough to take names out of them. */
static void names_of_a_query_are_told_with_their_place(void **given)
{
    static const struct {
        const char *sql, *postgresql, *mariadb;
        uint32_t    position;
    } queries[] = {{"COPY (SELECT * FROM Missing) TO STDOUT",
                    "relation \"missing\" does not exist", "relation does not exist", 21},
                   {"COPY (SELECT '\xc3\xa4', 'b', Nope FROM wrong) TO STDOUT",
                    "column \"nope\" does not exist", "column does not exist", 24},
                   {"COPY (SELECT w.b, w.nope FROM wrong AS w) TO STDOUT",
                    "column w.nope does not exist", "column does not exist", 19},
                   {"COPY (SELECT nope.b FROM wrong) TO STDOUT",
                    "missing FROM-clause entry for table \"nope\"", NULL, 14}};
    struct db db;
    void     *cursor;

    begin_plain(&db, given);
    make_wrong(&db);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        const char *expected = is_mariadb(given) ? queries[i].mariadb : queries[i].postgresql;

        if (!expected) /* MariaDB has the state of a column */
            continue;
        assert_int_equal(start(&db, queries[i].sql, NULL, &cursor), PGCOPY_ERR_SQL);
        assert_string_equal(message(&db), expected);
        assert_int_equal(pgcopy_reply_failure(db.r)->position,
                         is_mariadb(given) ? 0 : queries[i].position);
    }
    must(&db, "DROP TABLE wrong");
    must(&db, "DROP TABLE other_wrong");
    leave_db(&db);
}

/* What is not the client's own is told of no row: a default, or what PostgreSQL spells
   otherwise. */
static void constraints_are_named_with_the_key_of_the_clients_row(void **given)
{
    static const struct {
        const char *row[5], *message, *constraint, *detail;
    } rows[]            = {{{"1", "Meier", "1", "1", NULL},
                            "duplicate key value violates unique constraint \"wrong_pkey\"",
                            "wrong_pkey",
                            "Key (a)=(1) already exists."},
                           {{"01", "Meier", "1", "1", NULL},
                            "duplicate key value violates unique constraint \"wrong_pkey\"",
                            "wrong_pkey",
                            ""},
                           {{"2", "Meier", "-1", "1", NULL},
                            "new row for relation \"wrong\" violates check constraint \"wrong_c_check\"",
                            "wrong_c_check",
                            ""},
                           {{"2", "Meier", "1", "2", NULL},
                            "insert or update on table \"wrong\" violates foreign key constraint "
                                       "\"wrong_d_fkey\"",
                            "wrong_d_fkey",
                            ""}};
    pgcopy_batch *batch = pgcopy_batch_new(5, NULL, NULL);
    struct db     db;

    begin_plain(&db, given);
    make_wrong(&db);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const pgcopy_error *err;
        bool                mariadb = is_mariadb(given), named = !mariadb || i < 2;
        const char         *detail =
            mariadb && i == 1 ? "Key (a)=(01) already exists." : rows[i].detail;

        pgcopy_batch_clear(batch);
        put(batch, rows[i].row, 5);
        assert_int_equal(load(&db, "COPY wrong FROM STDIN", batch), PGCOPY_ERR_SQL);
        err = pgcopy_reply_failure(db.r);
        assert_int_equal(strcmp(err->message, rows[i].message) == 0, named);
        assert_string_equal(err->constraint, named ? rows[i].constraint : "");
        assert_string_equal(err->detail, named ? detail : "");
        assert_string_equal(err->table, "wrong");
    }
    must(&db, "DROP TABLE wrong");
    must(&db, "DROP TABLE other_wrong");
    pgcopy_batch_free(batch);
    leave_db(&db);
}

/* By each way that rows go in: as arrays or by their type, as lists of VALUES, one by one. */
static void a_bad_value_is_never_stored_as_another(void **given)
{
    static const struct {
        const char *row[3];
        const char *mariadb, *postgresql, *column;
    } rows[]                        = {{{"12x", "x", NULL}, "22P02", "22P02", "a"},
                                       {{"x", "x", NULL}, "22P02", "22P02", "a"},
                                       {{"99999999999", "x", NULL}, "22003", "22003", "a"},
                                       {{"1000", "x", "2024-02-30"}, "22007", "22008", "c"},
                                       {{"1000", "Mueller is much too long", NULL}, "22001", "22001", "b"},
                                       {{"1000", NULL, NULL}, "23502", "23502", "b"}};
    static const uint32_t ways[][2] = {{0, 0}, {50, 1}, {1, 1}};
    pgcopy_batch         *batch     = pgcopy_batch_new(3, NULL, NULL);
    struct db             db;

    for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
        begin_plain(&db, given);
        must(&db, "DROP TABLE IF EXISTS t");
        must(&db, "CREATE TABLE t (a int PRIMARY KEY, b varchar(10) NOT NULL, c date)");
        leave_db(&db);
        db.r                = pgcopy_reply_new(NULL);
        db.odbc.insert_rows = ways[way][0];
        db.odbc.array_rows  = ways[way][1];
        assert_int_equal(open_db(&db), PGCOPY_OK);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            pgcopy_batch_clear(batch);
            for (int n = 0; n < 230; n++) {
                char number[16];

                snprintf(number, sizeof number, "%d", n);
                PUT(batch, number, "x", "2024-02-29");
                if (n == 130)
                    put(batch, rows[i].row, 3);
            }
            assert_int_equal(load_begin(&db, "COPY t FROM STDIN"), PGCOPY_OK);
            assert_int_equal(load_rows(&db, batch, 0), PGCOPY_ERR_SQL);
            assert_int_equal(failed_row(&db), 132);
            assert_string_equal(state(&db),
                                is_mariadb(given) ? rows[i].mariadb : rows[i].postgresql);
            if (is_mariadb(given))
                assert_string_equal(pgcopy_reply_failure(db.r)->column, rows[i].column);
            assert_tells_nothing(&db);
            assert_string_equal(value(&db, "SELECT count(*) FROM t"), "131");
            assert_int_equal(load_rows(&db, batch, 132), PGCOPY_OK);
            assert_string_equal(value(&db, "SELECT count(*) FROM t"), "230");
            assert_int_equal(load_end(&db, false), PGCOPY_OK);
            assert_string_equal(value(&db, "SELECT count(*) FROM t"), "0");
        }
        leave_db(&db);
    }
    pgcopy_batch_free(batch);
}

static void a_lock_of_another_ends_in_55P03(void **given)
{
    struct db db, other;

    begin_plain(&db, given);
    must(&db, "DROP TABLE IF EXISTS t");
    must(&db, "CREATE TABLE t (a int PRIMARY KEY)");
    must(&db, "INSERT INTO t VALUES (1)");
    join_db(&other, &db);
    must(&other,
         is_mariadb(given) ? "SET innodb_lock_wait_timeout = 1" : "SET lock_timeout = '100ms'");
    assert_int_equal(tx(&db, PGCOPY_VERB_BEGIN, NULL), PGCOPY_OK);
    must(&db, "UPDATE t SET a = 2");
    assert_int_equal(run(&other, "UPDATE t SET a = 3"), PGCOPY_ERR_SQL);
    assert_string_equal(state(&other), "55P03");
    assert_int_equal(tx(&db, PGCOPY_VERB_ROLLBACK, NULL), PGCOPY_OK);
    leave_db(&other);
    must(&db, "DROP TABLE t");
    leave_db(&db);
}

static void a_connection_that_was_cut_is_lost(void **given)
{
    struct db db, other;
    char      sql[96];

    begin_plain(&db, given);
    join_db(&other, &db);
    snprintf(sql, sizeof sql, is_mariadb(given) ? "KILL %s" : "SELECT pg_terminate_backend(%s)",
             value(&other,
                   is_mariadb(given) ? "SELECT connection_id()" : "SELECT pg_backend_pid()"));
    must(&db, sql);
    pause_ms(100);
    assert_int_equal(run(&other, "SELECT 1"), PGCOPY_ERR_LOST);
    leave_db(&other);
    leave_db(&db);
}

/* ---- Without memory ----------------------------------------------------------------- */

struct sweep {
    const struct db    *db;
    const pgcopy_batch *batch;
};

static bool sweep_load(const pgcopy_allocator *allocator, void *arg)
{
    const struct sweep *sweep  = arg;
    struct db           db     = *sweep->db;
    pgcopy_status       status = PGCOPY_ERR_NOMEM;

    db.r = pgcopy_reply_new(NULL);
    assert_non_null(db.r);
    db.odbc.allocator = allocator;
    if (open_db(&db) == PGCOPY_OK) {
        status = load_begin(&db, "COPY pgcopy_t FROM STDIN WHERE a >= 0");
        if (!status) {
            status = load_rows(&db, sweep->batch, 0);
            assert_int_equal(load_end(&db, !status), PGCOPY_OK);
        }
        pgcopy_odbc.close(db.conn);
    }
    pgcopy_reply_free(db.r);
    must((struct db *)(uintptr_t)sweep->db, "DELETE FROM pgcopy_t");
    return status == PGCOPY_OK;
}

static void every_lack_of_memory_ends_well(void **given)
{
    pgcopy_batch *batch = pgcopy_batch_new(4, NULL, NULL);
    struct db     db;
    struct sweep  sweep = {&db, batch};

    begin_other(&db, given);
    put_four(batch, 0, 20);
    test_every_failure(sweep_load, &sweep);
    end_other(&db);
    pgcopy_batch_free(batch);
}

/* ---- Large tables ------------------------------------------------------------------- */

static void fill(struct db *db, int rows)
{
    pgcopy_batch *batch = pgcopy_batch_new(2, NULL, NULL);

    assert_int_equal(load_begin(db, "COPY t FROM STDIN"), PGCOPY_OK);
    for (int i = 0; i < rows; i += 1000) {
        pgcopy_batch_clear(batch);
        put_numbers(batch, i, i + 1000 < rows ? i + 1000 : rows);
        assert_int_equal(load_rows(db, batch, 0), PGCOPY_OK);
    }
    assert_int_equal(load_end(db, true), PGCOPY_OK);
    pgcopy_batch_free(batch);
}

/* The rows of a COPY TO, counted; `other` changes the table when the first are here. */
static size_t count_out(struct db *db, const char *sql, struct db *other)
{
    pgcopy_batch *batch  = pgcopy_batch_new(0, NULL, NULL);
    pgcopy_reply *table  = pgcopy_reply_new(NULL);
    pgcopy_stmt  *stmt   = parse(sql);
    void         *cursor = NULL;
    size_t        rows   = 0;
    pgcopy_status status;

    assert_int_equal(pgcopy_odbc.relation(db->conn, NULL, "t", table), PGCOPY_OK);
    pgcopy_reply_clear(db->r);
    assert_int_equal(
        pgcopy_odbc.execute(db->conn, stmt,
                            stmt->columns ? stmt->columns : pgcopy_reply_columns(table), NULL,
                            &cursor, db->r),
        PGCOPY_OK);
    do {
        pgcopy_batch_clear(batch);
        status = pgcopy_odbc.fetch(db->conn, cursor, batch, db->r);
        assert_true(status >= 0);
        if (rows == 0 && other)
            must(other, "DELETE FROM t WHERE a >= 100");
        rows += pgcopy_batch_view(batch)->nrows;
    } while (status != PGCOPY_END);
    pgcopy_odbc.finish(db->conn, cursor);
    pgcopy_stmt_free(stmt);
    pgcopy_reply_free(table);
    pgcopy_batch_free(batch);
    return rows;
}

/* MariaDB's are read by ranges of 10000 keys, where a table has one. */
static void a_large_table_comes_out_whole(void **given)
{
    static const char *const keys[] = {
        "a bigint PRIMARY KEY, b varchar(20)", "a int, b varchar(20), PRIMARY KEY (a, b)",
        "a int, b varchar(20) PRIMARY KEY", "a smallint, b varchar(20)"};
    static const int sizes[] = {0, 1, 10000, 20000, 25001};
    struct db        db;

    begin_plain(&db, given);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        for (size_t n = 0; n < (i ? 2 : sizeof sizes / sizeof *sizes); n++) {
            char sql[96];

            must(&db, "DROP TABLE IF EXISTS t");
            snprintf(sql, sizeof sql, "CREATE TABLE t (%s)", keys[i]);
            must(&db, sql);
            fill(&db, sizes[n]);
            assert_int_equal(count_out(&db, "COPY t TO STDOUT", NULL), sizes[n]);
            assert_int_equal(count_out(&db, "COPY t (b) TO STDOUT", NULL), sizes[n]);
        }
    must(&db, "DROP TABLE t");
    leave_db(&db);
}

static void what_another_changes_meanwhile_is_not_seen(void **given)
{
    struct db db, other;

    begin_plain(&db, given);
    join_db(&other, &db);
    must(&db, "DROP TABLE IF EXISTS t");
    must(&db, "CREATE TABLE t (a int PRIMARY KEY, b varchar(20))");
    fill(&db, 25000);
    assert_int_equal(count_out(&db, "COPY t TO STDOUT", &other), 25000);
    assert_string_equal(value(&db, "SELECT count(*) FROM t"), "100");
    must(&db, "INSERT INTO t VALUES (1000000, 'x')"); /* in a transaction of its own again */
    assert_string_equal(value(&other, "SELECT count(*) FROM t"), "101");
    must(&other, "DROP TABLE t");
    leave_db(&other);
    leave_db(&db);
}

#define TESTS                                                                             \
    cmocka_unit_test(rows_go_in_and_out_as_they_are),                                     \
        cmocka_unit_test(a_condition_filters_rows), cmocka_unit_test(relations_are_told), \
        cmocka_unit_test(types_of_parameters_are_told_where_known),                       \
        cmocka_unit_test(a_bad_row_is_named), cmocka_unit_test(transactions_are_kept),    \
        cmocka_unit_test(an_isolation_ends_with_its_transaction),                         \
        cmocka_unit_test(a_query_is_cut_short),                                           \
        cmocka_unit_test(errors_have_postgresqls_states_and_tell_nothing),                \
        cmocka_unit_test(names_of_a_query_are_told_with_their_place),                     \
        cmocka_unit_test(constraints_are_named_with_the_key_of_the_clients_row),          \
        cmocka_unit_test(a_bad_value_is_never_stored_as_another),                         \
        cmocka_unit_test(a_lock_of_another_ends_in_55P03),                                \
        cmocka_unit_test(every_lack_of_memory_ends_well),                                 \
        cmocka_unit_test(a_large_table_comes_out_whole),                                  \
        cmocka_unit_test(what_another_changes_meanwhile_is_not_seen),                     \
        cmocka_unit_test(a_connection_that_was_cut_is_lost)

/* Each test of a group gets the server; CMocka would give it what the setup left. */
static int run_all(const char *kind)
{
    static struct server    server;
    const struct CMUnitTest tests[] = {TESTS};
    struct CMUnitTest       given[sizeof tests / sizeof *tests];
    void                   *state = &server;
    int                     failed;

    server = (struct server){.kind = kind};
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        given[i]               = tests[i];
        given[i].initial_state = &server;
    }
    if (begin_server(&state))
        return 1;
    failed = cmocka_run_group_tests_name(kind, given, NULL, NULL);
    return end_server(&state) ? 1 : failed;
}

int main(void)
{
    int mariadb = run_all("mariadb"), postgresql = run_all("postgresql");

    return mariadb || postgresql;
}
