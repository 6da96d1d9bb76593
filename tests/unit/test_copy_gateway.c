/*
 * test_copy_gateway.c - the example of a gateway that owns its protocol, with a table in memory
 * that keeps no number twice.
 */
#include "../../examples/own_protocol.c"

#include "harness.h"

#include <stdio.h>
#include <string.h>

struct client {
    char sent[1024]; /* types of messages, tags and errors */
    char rows[256];  /* inserted: "1;2;" */
    bool committed;
    bool full; /* the commit is refused */
    int  rollbacks;
};

pgcopy_columns *client_table(struct client *c, const char *schema, const char *table)
{
    pgcopy_columns *cols = pgcopy_columns_new(NULL);

    (void)c, (void)schema, (void)table;
    pgcopy_columns_add(cols, "n", PGCOPY_OID_INT4)->not_null = true;
    return cols;
}

static void note(struct client *c, const pgcopy_msg *msg)
{
    size_t       have = strlen(c->sent);
    const char  *text = "";
    pgcopy_slice body = msg->body;

    if (msg->type == 'C')
        assert_true(pgcopy_take_str(&body, &text));
    while (msg->type == 'E' && text[0] != 'M')
        assert_true(pgcopy_take_str(&body, &text));
    snprintf(c->sent + have, sizeof c->sent - have, "%c%s%s;", msg->type, text[0] ? " " : "",
             msg->type == 'E' ? text + 1 : text);
}

void client_send(struct client *c, const void *data, size_t len)
{
    pgcopy_wire  wire = {.from_server = true};
    pgcopy_slice in   = {data, len};
    pgcopy_msg   msg;

    while (in.len) {
        assert_int_equal(pgcopy_wire_next(&wire, &in, &msg), PGCOPY_OK);
        note(c, &msg);
    }
}

bool client_insert(struct client *c, const pgcopy_batch *batch, size_t first, pgcopy_error *err)
{
    char number[16];

    for (size_t row = first; row < pgcopy_batch_view(batch)->nrows; row++) {
        pgcopy_slice v = pgcopy_batch_value(batch, row, 0);
        snprintf(number, sizeof number, "%.*s;", (int)v.len, (const char *)v.data);
        if (strstr(c->rows, number)) {
            pgcopy_error_text(err, "23505", "twice");
            err->row = (uint32_t)row + 1;
            return false;
        }
        strcat(c->rows, number);
    }
    return true;
}

bool client_commit(struct client *c, pgcopy_error *err)
{
    c->committed = !c->full;
    if (c->full)
        pgcopy_error_text(err, "53100", "disk full");
    return c->committed;
}

void client_rollback(struct client *c)
{
    c->rollbacks++;
    c->rows[0] = '\0';
}

/* ---- The client's messages ---------------------------------------------------------- */

static bool say(struct load *l, int type, const char *text)
{
    size_t     len = strlen(text) + (type == 'f');
    pgcopy_msg msg = {.type   = type,
                      .length = (uint32_t)len,
                      .body   = {(const uint8_t *)text, len},
                      .first  = true,
                      .last   = true};

    return load_message(l, &msg);
}

static struct client copy(const char *sql, const char *data, int last, bool full)
{
    struct client c    = {.full = full};
    pgcopy_stmt  *stmt = NULL;
    size_t        pos  = 0;
    struct load  *l;

    assert_int_equal(pgcopy_stmt_parse((pgcopy_slice){(const uint8_t *)sql, strlen(sql)}, &pos,
                                       NULL, &stmt, NULL),
                     PGCOPY_OK);
    l = load_begin(&c, stmt);
    if (l && say(l, 'd', data))
        assert_false(say(l, last, last == 'f' ? "why" : ""));
    pgcopy_stmt_free(stmt);
    return c;
}

static void rows_are_committed_before_the_client_hears(void **state)
{
    struct client c = copy("COPY t FROM STDIN", "1\n 02\n3", 'c', false);

    (void)state;
    assert_string_equal(c.sent, "G;C COPY 3;");
    assert_string_equal(c.rows, "1;2;3;");
    assert_true(c.committed);
}

static void a_refused_statement_has_nothing_to_load(void **state)
{
    struct client c = copy("COPY t (m) FROM STDIN", "1\n", 'c', false);

    (void)state;
    assert_string_equal(c.sent, "E column \"m\" of relation \"t\" does not exist;");
    assert_int_equal(c.rollbacks, 0);
}

static void errors_of_every_origin_roll_back(void **state)
{
    struct client c = copy("COPY t FROM STDIN", "1\nx\n", 'c', false);

    (void)state;
    assert_string_equal(c.sent, "G;E invalid input syntax for type integer: \"x\";");
    assert_int_equal(c.rollbacks, 1);
    c = copy("COPY t FROM STDIN", "1\n1\n", 'c', false);
    assert_string_equal(c.sent, "G;E twice;");
    assert_int_equal(c.rollbacks, 1);
    c = copy("COPY t FROM STDIN", "1\n", 'f', false);
    assert_string_equal(c.sent, "G;E COPY from stdin failed: why;");
    assert_int_equal(c.rollbacks, 1);
    c = copy("COPY t FROM STDIN", "1\n", 'c', true);
    assert_string_equal(c.sent, "G;E disk full;");
    assert_false(c.committed);
}

static void refused_rows_are_passed_over_when_asked(void **state)
{
    struct client c = copy("COPY t FROM STDIN (ON_ERROR ignore, ON_DATABASE_ERROR ignore)",
                           "1\n1\nx\n2\n2", 'c', false);

    (void)state;
    assert_string_equal(c.sent, "G;N;N;C COPY 2;");
    assert_string_equal(c.rows, "1;2;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_committed_before_the_client_hears),
        cmocka_unit_test(a_refused_statement_has_nothing_to_load),
        cmocka_unit_test(errors_of_every_origin_roll_back),
        cmocka_unit_test(refused_rows_are_passed_over_when_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
