/*
 * test_odbc_nodes.c - several nodes in one connection string: which are there, which is asked
 * first, and that one lets us in where others do not.
 */
#include "harness.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odbc/nodes.h"

#define MARIADB "Driver=MariaDB Unicode;"

static const odbc_dialect *mysql(void)
{
    return odbc_dialect_named("mysql");
}

static void lists_fit_each_other_or_are_none(void **unused)
{
    static const struct {
        const char *text;
        size_t      count;
    } cases[] = {{"", 1},
                 {"Server=a", 1},
                 {"Server=a,b,c", 3},
                 {"server = a,b", 1}, /* no driver knows a key with a blank */
                 {"Server=a,b,c;Port=1", 3},
                 {"Port=1,2,3;Servername=a,b,c", 3},
                 {"Server=a;Port=1,2", 2},
                 {"Server={a,b};UID=u", 2},
                 {"Server=a,b,c;Port=1,2", 0},
                 {"DSN=a,b;Server=c,d,e", 0},
                 {"UID=a,b;PWD={c,d;Server=e,f}", 1},
                 {"Server=,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,", 32},
                 {"Server=,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,", 0}};

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(odbc_nodes_count(mysql(), cases[i].text), cases[i].count);
}

static void a_comma_is_a_port_to_sql_server_and_unknown_drivers(void **unused)
{
    static const char *const names[] = {"sqlserver", "other", "sqlite"};

    (void)unused;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(odbc_nodes_count(odbc_dialect_named(names[i]), "Server=a,1433"), 1);
        assert_int_equal(odbc_nodes_count(odbc_dialect_named(names[i]), "DSN=a,b"), 2);
    }
}

static void assert_text(const char *connection, size_t node, const char *expected)
{
    pgcopy_buf text = {0};

    assert_string_equal(odbc_nodes_text(mysql(), connection, node, &text), expected);
    pgcopy_buf_free(&text);
}

static void each_node_has_a_string_of_its_own(void **unused)
{
    static const char *const all = MARIADB "Server=a, b ,c;PWD={x,y;z};port=1,2,3;Option=1,2";

    (void)unused;
    assert_text(all, 0, MARIADB "Server=a;PWD={x,y;z};port=1;Option=1,2");
    assert_text(all, 1, MARIADB "Server=b;PWD={x,y;z};port=2;Option=1,2");
    assert_text(all, 2, MARIADB "Server=c;PWD={x,y;z};port=3;Option=1,2");
    assert_text("Server={a,b};Port=7", 1, "Server=b;Port=7");
    assert_text("Server={a};x;", 0, "Server={a};x");
    assert_text("UID=u;Connect_Timeout=3;LOAD_BALANCE_HOSTS=random", 0, "UID=u");
}

static void assert_order(pgcopy_odbc_nodes *nodes, const uint8_t expected[3])
{
    uint8_t order[ODBC_NODES_MAX];

    odbc_nodes_order(nodes, "Server=a,b,c", 3, order);
    assert_memory_equal(order, expected, 3);
}

static void one_that_failed_lately_is_tried_last(void **unused)
{
    pgcopy_odbc_nodes *nodes = pgcopy_odbc_nodes_new(NULL);

    (void)unused;
    assert_order(NULL, (const uint8_t[]){0, 1, 2});
    assert_order(nodes, (const uint8_t[]){0, 1, 2});
    odbc_nodes_failed(nodes, 0);
    assert_order(nodes, (const uint8_t[]){1, 2, 0});
    odbc_nodes_failed(nodes, 1);
    assert_order(nodes, (const uint8_t[]){2, 0, 1});
    odbc_nodes_failed(nodes, 2);
    assert_order(nodes, (const uint8_t[]){0, 1, 2});
    odbc_nodes_failed(NULL, 0);
    pgcopy_odbc_nodes_free(nodes);
    pgcopy_odbc_nodes_free(NULL);
}

static void at_random_each_comes_first_at_times(void **unused)
{
    unsigned first[3] = {0, 0, 0};
    uint8_t  order[ODBC_NODES_MAX];

    (void)unused;
    for (unsigned long i = 0; i < 100000000 && !(first[0] && first[1] && first[2]); i++) {
        odbc_nodes_order(NULL, "Load_Balance_Hosts=random", 3, order);
        assert_int_equal((1 << order[0]) | (1 << order[1]) | (1 << order[2]), 7);
        first[order[0]]++;
    }
    assert_true(first[0] && first[1] && first[2]);
}

static void the_time_to_connect_is_limited_where_another_node_may_be_there(void **unused)
{
    (void)unused;
    assert_int_equal(odbc_nodes_timeout("", 1, 0), 0);
    assert_int_equal(odbc_nodes_timeout("", 1, 7), 7);
    assert_int_equal(odbc_nodes_timeout("", 2, 0), 5);
    assert_int_equal(odbc_nodes_timeout("", 2, 7), 7);
    assert_int_equal(odbc_nodes_timeout("UID=u;connect_timeout=3;", 2, 7), 3);
    assert_int_equal(odbc_nodes_timeout("connect_timeout=0", 2, 7), 0);
}

/* ---- Over SQLite, whose nodes are data sources -------------------------------------- */

struct sources {
    char             ini[64];
    char             db[64];
    pgcopy_odbc_opts opts;
    pgcopy_reply    *r;
};

static void temporary(char path[64])
{
    int fd;

    snprintf(path, 64, "/tmp/pgcopy-nodes-XXXXXX");
    fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
}

static void begin_sources(struct sources *s, const char *connection)
{
    FILE *ini;

    memset(s, 0, sizeof *s);
    temporary(s->ini);
    temporary(s->db);
    ini = fopen(s->ini, "w");
    assert_non_null(ini);
    fprintf(ini, "[here]\nDriver=SQLite3\nDatabase=%s\n", s->db);
    fprintf(ini, "[gone]\nDriver=SQLite3\nDatabase=/no/such/folder/x.db\n");
    fclose(ini);
    setenv("ODBCINI", s->ini, 1);
    s->opts.size       = sizeof s->opts;
    s->opts.connection = connection;
    s->opts.nodes      = pgcopy_odbc_nodes_new(NULL);
    s->r               = pgcopy_reply_new(NULL);
}

static void end_sources(struct sources *s)
{
    char file[80];

    pgcopy_odbc_nodes_free(s->opts.nodes);
    pgcopy_reply_free(s->r);
    unsetenv("ODBCINI");
    unlink(s->ini);
    unlink(s->db);
    snprintf(file, sizeof file, "%s-wal", s->db);
    unlink(file);
    snprintf(file, sizeof file, "%s-shm", s->db);
    unlink(file);
}

static bool opens(struct sources *s)
{
    pgcopy_who who  = {0};
    void      *conn = NULL;

    pgcopy_reply_clear(s->r);
    if (pgcopy_odbc.open(&s->opts, &who, &conn, s->r) != PGCOPY_OK)
        return false;
    pgcopy_odbc.close(conn);
    return true;
}

static void the_first_node_that_answers_is_taken(void **unused)
{
    struct sources s;
    uint8_t        order[ODBC_NODES_MAX];

    (void)unused;
    begin_sources(&s, "DSN=gone,here");
    assert_true(opens(&s));
    odbc_nodes_order(s.opts.nodes, s.opts.connection, 2, order);
    assert_int_equal(order[0], 1);
    assert_true(opens(&s));
    end_sources(&s);
}

static void without_any_node_nothing_is_told_of_them(void **unused)
{
    static const char *const strings[] = {"DSN=gone,nowhere", "DSN=a,b;Port=1,2,3",
                                          "Driver=MySQL;Server=a,b;Port=1,2,3"};
    struct sources           s;

    (void)unused;
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        begin_sources(&s, strings[i]);
        assert_false(opens(&s));
        assert_string_equal(pgcopy_reply_failure(s.r)->sqlstate, "08006");
        assert_string_equal(pgcopy_reply_failure(s.r)->message,
                            "could not connect to the database");
        end_sources(&s);
    }
}

static bool sweep_run(const pgcopy_allocator *allocator, void *arg)
{
    struct sources *s = arg;
    bool            done;

    s->opts.allocator = allocator;
    s->opts.nodes     = pgcopy_odbc_nodes_new(allocator);
    done              = opens(s) && s->opts.nodes;
    pgcopy_odbc_nodes_free(s->opts.nodes);
    s->opts.nodes = NULL;
    return done;
}

static void every_lack_of_memory_ends_well(void **unused)
{
    struct sources s;

    (void)unused;
    begin_sources(&s, "DSN=gone,here");
    pgcopy_odbc_nodes_free(s.opts.nodes);
    test_every_failure(sweep_run, &s);
    end_sources(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_fit_each_other_or_are_none),
        cmocka_unit_test(a_comma_is_a_port_to_sql_server_and_unknown_drivers),
        cmocka_unit_test(each_node_has_a_string_of_its_own),
        cmocka_unit_test(one_that_failed_lately_is_tried_last),
        cmocka_unit_test(at_random_each_comes_first_at_times),
        cmocka_unit_test(the_time_to_connect_is_limited_where_another_node_may_be_there),
        cmocka_unit_test(the_first_node_that_answers_is_taken),
        cmocka_unit_test(without_any_node_nothing_is_told_of_them),
        cmocka_unit_test(every_lack_of_memory_ends_well)};

    /* It goes with the driver and forgets its cache of ini files, a leak that is not ours. */
    dlopen("libodbcinst.so.2", RTLD_NOW);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
