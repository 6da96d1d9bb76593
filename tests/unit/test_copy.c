/*
 * test_copy.c - plays a COPY and writes down what came of it: what the client was told,
 * one message a line, and the rows that were to be loaded.
 *
 *   G 0 2                         CopyInResponse of text with two columns
 *   E 22P02 message | Wcontext    ErrorResponse; N: NoticeResponse
 *   C COPY 1
 *
 *   1,x;2,~;/3,y;                 rows; ~ is NULL; a batch was full at the slash
 *
 * The expectations were said by PostgreSQL 15 in the same words, where it knows the option.
 */
#include "harness.h"

#include <pgcopy/copy.h>

#include "copy/copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 16384 };

struct column {
    const char *name;
    uint32_t    type;
    char        mark; /* n: NOT NULL, d: has a default, g: generated, N: both n and d */
};

static const struct column u_columns[] = {
    {"a", PGCOPY_OID_INT4, 0}, {"b", PGCOPY_OID_TEXT, 0}, {0}};
static const struct column w_columns[] = {
    {"a", PGCOPY_OID_INT4, 'n'}, {"b", PGCOPY_OID_TEXT, 'n'}, {0}};
static const struct column t_columns[] = {
    {"a", PGCOPY_OID_INT4, 'n'}, {"b", PGCOPY_OID_TEXT, 0}, {"c", PGCOPY_OID_TEXT, 'd'}, {0}};

struct play {
    const char          *sql;
    const struct column *columns; /* NULL: not known                                   */
    const char          *data;
    const char          *last; /* "c"; "f" and the text of CopyFail; another type; "": none */
    const char          *said;
    const char          *rows;
    pgcopy_relation      kind;
    size_t               len; /* 0: strlen(data) */
    const pgcopy_copy_opts    *opts;
    const pgcopy_batch_limits *limits;
};

/* ---- The player --------------------------------------------------------------------- */

static pgcopy_stmt *parse(const char *sql)
{
    size_t       pos  = 0;
    pgcopy_stmt *stmt = NULL;
    pgcopy_error err  = {0};

    assert_int_equal(pgcopy_stmt_parse((pgcopy_slice){(const uint8_t *)sql, strlen(sql)}, &pos,
                                       NULL, &stmt, &err),
                     PGCOPY_OK);
    return stmt;
}

static pgcopy_columns *relation_of(const struct play *play)
{
    pgcopy_columns *cols = play->columns ? pgcopy_columns_new(NULL) : NULL;

    for (const struct column *c = play->columns; c && c->name; c++) {
        pgcopy_column *col = pgcopy_columns_add(cols, c->name, c->type);
        col->not_null      = c->mark == 'n' || c->mark == 'N';
        col->has_default   = c->mark == 'd' || c->mark == 'N';
        col->generated     = c->mark == 'g';
    }
    if (cols)
        pgcopy_columns_set_relation(cols, play->kind);
    return cols;
}

static void add(char *dst, const void *text, size_t len)
{
    size_t have = strlen(dst);

    assert_true(have + len < TEXT);
    memcpy(dst + have, text, len);
    dst[have + len] = '\0';
}

static void adds(char *dst, const char *text)
{
    add(dst, text, strlen(text));
}

static void say_fields(pgcopy_slice body, char *said)
{
    const char *field;

    while (body.len > 1) {
        assert_true(pgcopy_take_str(&body, &field));
        if (field[0] == 'S' || field[0] == 'V')
            continue;
        adds(said, field[0] == 'C' ? " " : field[0] == 'M' ? " " : " | ");
        adds(said, field + (field[0] == 'C' || field[0] == 'M'));
    }
}

static void say_copy_response(pgcopy_slice body, char *said)
{
    char text[32];

    assert_true(body.len == 3u + 2u * body.data[2]);
    snprintf(text, sizeof text, " %d %d", body.data[0], body.data[2]);
    adds(said, text);
}

static void say_message(const pgcopy_msg *msg, char *said)
{
    adds(said, (char[]){(char)msg->type, '\0'});
    if (msg->type == 'E' || msg->type == 'N') {
        say_fields(msg->body, said);
    } else if (msg->type == 'G' || msg->type == 'H') {
        say_copy_response(msg->body, said);
    } else if (msg->body.len) {
        adds(said, " ");
        add(said, msg->body.data, msg->body.len - (msg->type == 'C'));
    }
    adds(said, "\n");
}

static void say(const pgcopy_buf *out, char *said)
{
    pgcopy_wire  wire = {.from_server = true};
    pgcopy_slice in   = {out->data, out->len};
    pgcopy_msg   msg;

    said[0] = '\0';
    while (in.len) {
        assert_int_equal(pgcopy_wire_next(&wire, &in, &msg), PGCOPY_OK);
        assert_true(msg.first && msg.last);
        say_message(&msg, said);
    }
}

static void write_rows(const pgcopy_batch *batch, char *rows)
{
    const pgcopy_view *v = pgcopy_batch_view(batch);

    for (size_t r = 0; r < v->nrows; r++) {
        for (size_t c = 0; c < v->ncols; c++) {
            pgcopy_slice value = pgcopy_batch_value(batch, r, c);
            adds(rows, c ? "," : "");
            if (value.data)
                add(rows, value.data, value.len);
            else
                adds(rows, v->fields[r * v->ncols + c].len == PGCOPY_NULL ? "~" : "DEFAULT");
        }
        adds(rows, ";");
    }
}

struct player {
    const struct play *play;
    pgcopy_stmt       *stmt;
    pgcopy_columns    *relation;
    pgcopy_copy       *copy;
    pgcopy_batch      *batch;
    pgcopy_buf         out;
    pgcopy_status      rc;
    char               rows[TEXT];
};

static void message(struct player *p, int type, const void *data, size_t len)
{
    pgcopy_slice body = {data, len};

    do {
        p->rc = pgcopy_copy_message(p->copy, type, &body, p->batch, &p->out);
        if (p->rc == PGCOPY_FULL || p->rc == PGCOPY_END) {
            assert_true(p->rc == PGCOPY_END || pgcopy_batch_view(p->batch)->nrows > 0);
            write_rows(p->batch, p->rows);
            adds(p->rows, p->rc == PGCOPY_FULL ? "/" : "");
        }
        if (p->rc != PGCOPY_AGAIN)
            pgcopy_batch_clear(p->batch);
    } while (p->rc == PGCOPY_FULL);
    assert_true(body.len == 0 || p->rc < 0);
}

/* From then on all is swallowed, and nothing is written. */
static void assert_drains(struct player *p)
{
    pgcopy_slice body = {(const uint8_t *)"1\t2\n", 4};
    size_t       len  = p->out.len;

    assert_int_equal(pgcopy_copy_progress(p->copy)->state, PGCOPY_COPY_FAILED);
    assert_int_equal(pgcopy_copy_data(p->copy, &body, p->batch, &p->out), PGCOPY_AGAIN);
    assert_int_equal(body.len, 0);
    assert_int_equal(pgcopy_copy_done(p->copy, p->batch, &p->out), PGCOPY_AGAIN);
    assert_int_equal(pgcopy_copy_fail(p->copy, body, &p->out), PGCOPY_AGAIN);
    assert_int_equal(pgcopy_copy_message(p->copy, 'Q', &body, p->batch, &p->out), PGCOPY_AGAIN);
    assert_int_equal(p->out.len, len);
}

static void stream(struct player *p, struct test_cut cut)
{
    const struct play *play = p->play;
    const uint8_t     *data = (const uint8_t *)play->data;
    size_t             left = play->len ? play->len : strlen(play->data);

    while (left && p->rc >= 0) {
        size_t n = test_cut_next(&cut, left);
        message(p, 'd', data, n);
        data += n;
        left -= n;
    }
    if (p->rc >= 0 && play->last[0])
        message(p, play->last[0], play->last + 1, strlen(play->last));
    if (p->rc == PGCOPY_END)
        p->rc = pgcopy_copy_finish(p->copy, PGCOPY_NO_COUNT, &p->out);
}

static void start(struct player *p, const pgcopy_allocator *allocator)
{
    pgcopy_copy_opts opts = {.size = sizeof opts};

    if (p->play->opts)
        opts = *p->play->opts;
    opts.allocator = allocator;
    p->out         = (pgcopy_buf){.allocator = allocator};
    p->copy        = pgcopy_copy_new(p->stmt, &opts);
    p->batch       = pgcopy_batch_new(0, p->play->limits, allocator);
    p->rc          = PGCOPY_ERR_NOMEM;
    if (p->copy && p->batch)
        p->rc = pgcopy_copy_resolve(p->copy, p->relation, NULL, &p->out);
    if (p->rc >= 0)
        p->rc = pgcopy_copy_begin(p->copy, &p->out);
}

static void stop(struct player *p)
{
    pgcopy_copy_free(p->copy);
    pgcopy_batch_free(p->batch);
    pgcopy_buf_free(&p->out);
}

static void play_once(struct player *p, struct test_cut cut)
{
    char said[TEXT];

    p->rows[0] = '\0';
    start(p, NULL);
    if (p->rc >= 0)
        stream(p, cut);
    if (p->rc < 0)
        assert_drains(p);
    say(&p->out, said);
    assert_string_equal(said, p->play->said);
    if (p->play->rows)
        assert_string_equal(p->rows, p->play->rows);
    stop(p);
}

static void play_cut(struct test_cut cut, void *arg)
{
    play_once(arg, cut);
}

static bool play_with(const pgcopy_allocator *allocator, void *arg)
{
    struct player *p = arg;
    char           said[TEXT];
    bool           same;

    p->rows[0] = '\0';
    start(p, allocator);
    if (p->rc >= 0)
        stream(p, (struct test_cut){.piece = 1000});
    say(&p->out, said);
    same = strcmp(said, p->play->said) == 0;
    if (!same)
        assert_true(p->rc == PGCOPY_ERR_NOMEM || p->out.failed);
    stop(p);
    return same;
}

static void play(const struct play *play)
{
    struct player *p = calloc(1, sizeof *p);

    assert_non_null(p);
    p->play     = play;
    p->stmt     = parse(play->sql);
    p->relation = relation_of(play);
    test_every_cut(play->len ? play->len : strlen(play->data), play_cut, p);
    test_every_failure(play_with, p);
    pgcopy_columns_free(p->relation);
    pgcopy_stmt_free(p->stmt);
    free(p);
}

static void from(const char *sql, const struct column *columns, const char *data,
                 const char *said, const char *rows)
{
    play(&(struct play){
        .sql = sql, .columns = columns, .data = data, .last = "c", .said = said, .rows = rows});
}

/* ---- COPY FROM ---------------------------------------------------------------------- */

static void rows_are_decoded_and_made_canonical(void **state)
{
    (void)state;
    from("COPY u FROM STDIN", u_columns, "1\tx\n 02 \t\\N\n", "G 0 2\nC COPY 2\n", "1,x;2,~;");
    from("COPY u FROM STDIN (FORMAT csv, HEADER)", u_columns, "a,b\n1,\"x,\"\"y\"\n3,",
         "G 0 2\nC COPY 2\n", "1,x,\"y;3,~;");
    from("COPY u (b) FROM STDIN", u_columns, "x\n", "G 0 1\nC COPY 1\n", "x;");
    from("COPY u FROM STDIN", u_columns, "", "G 0 2\nC COPY 0\n", "");
}

static void what_is_not_known_is_not_checked(void **state)
{
    (void)state;
    from("COPY u FROM STDIN", NULL, "1\tx\ty\nz\t\\N\t\n", "G 0 0\nC COPY 2\n", "1,x,y;z,~,;");
    from("COPY u (a, b) FROM STDIN", NULL, "z\tx\n", "G 0 2\nC COPY 1\n", "z,x;");
}

static void full_batches_are_handed_over(void **state)
{
    pgcopy_batch_limits limits = {.size = sizeof limits, .rows = 2};

    (void)state;
    play(&(struct play){.sql     = "COPY u FROM STDIN",
                        .columns = u_columns,
                        .limits  = &limits,
                        .data    = "1\ta\n2\tb\n3\tc\n4\td\n5\te",
                        .last    = "c",
                        .said    = "G 0 2\nC COPY 5\n",
                        .rows    = "1,a;2,b;/3,c;4,d;/5,e;"});
}

static void a_bad_value_is_shown_with_its_column(void **state)
{
    char long_value[160], said[512];

    (void)state;
    from("COPY u FROM STDIN", u_columns, "1\tx\nq\ty\n",
         "G 0 2\nE 22P02 invalid input syntax for type integer: \"q\" | WCOPY u, line 2, "
         "column a: \"q\"\n",
         NULL);
    snprintf(long_value, sizeof long_value, "%0105d\tx\n", 0);
    long_value[0] = 'x';
    snprintf(said, sizeof said,
             "G 0 2\nE 22P02 invalid input syntax for type integer: \"%.105s\" | WCOPY u, line "
             "1, column a: \"%.100s...\"\n",
             long_value, long_value);
    from("COPY u FROM STDIN", u_columns, long_value, said, NULL);
}

static void json_says_where_in_the_value_first(void **state)
{
    static const struct column j[] = {{"j", PGCOPY_OID_JSON, 0}, {0}};

    (void)state;
    from("COPY u FROM STDIN", j, "{2}\n",
         "G 0 1\nE 22P02 invalid input syntax for type json | "
         "DExpected string or \"}\", but found \"2\". | "
         "WJSON data, line 1: {2...\nCOPY u, line 1, column j: \"{2}\"\n",
         NULL);
}

static void a_bad_row_is_shown_as_it_came(void **state)
{
    (void)state;
    from("COPY u FROM STDIN", u_columns, "1\tx\\ty\n2\n",
         "G 0 2\nE 22P04 missing data for column \"b\" | WCOPY u, line 2: \"2\"\n", NULL);
    from("COPY u FROM STDIN", u_columns, "1\t\\x41\tc\n",
         "G 0 2\nE 22P04 extra data after last expected column | WCOPY u, line 1: "
         "\"1\t\\x41\tc\"\n",
         NULL);
}

static void the_first_bad_row_wins(void **state)
{
    const char *value = "G 0 2\nE 22P02 invalid input syntax for type integer: \"zz\" | WCOPY "
                        "u, line 1, column a: \"zz\"\n";

    (void)state;
    from("COPY u FROM STDIN", u_columns, "zz\tx\n1\n", value, NULL);
    from("COPY u FROM STDIN", u_columns, "zz\tx\n\xff\n", value, NULL);
    from("COPY u FROM STDIN", u_columns, "zz\n", value, NULL);
}

/* ---- NOT NULL ----------------------------------------------------------------------- */

static void null_where_it_may_not_be(void **state)
{
    const char *a = "null value in column \"a\" of relation \"w\" violates not-null constraint "
                    "| DFailing row contains (null, null). | WCOPY w, line 1: ";
    char        said[512];

    (void)state;
    snprintf(said, sizeof said, "G 0 2\nE 23502 %s\"\\N\t\\N\" | tw | ca\n", a);
    from("COPY w FROM STDIN", w_columns, "\\N\t\\N\n", said, NULL);
    from("COPY w (b, a) FROM STDIN", w_columns, "\\N\t\\N\n", said, NULL);
    snprintf(said, sizeof said, "G 0 1\nE 23502 %s\"\\N\" | tw | ca\n", a);
    from("COPY w (b) FROM STDIN", w_columns, "\\N\n", said, NULL);
}

static void a_schema_that_was_said_is_named(void **state)
{
    (void)state;
    from(
        "COPY s.w FROM STDIN", w_columns, "1\t\\N\n",
        "G 0 2\nE 23502 null value in column \"b\" of relation \"w\" violates not-null "
        "constraint | DFailing row contains (1, null). | WCOPY w, line 1: \"1\t\\N\" | ss | tw "
        "| cb\n",
        NULL);
}

static void a_column_outside_of_the_copy_may_be_null_too(void **state)
{
    (void)state;
    from("COPY w (b) FROM STDIN", w_columns, "x\ny\n",
         "G 0 1\nE 23502 null value in column \"a\" of relation \"w\" violates not-null "
         "constraint | DFailing row contains (null, x). | WCOPY w, line 1: \"x\" | tw | ca\n",
         NULL);
}

static void a_row_that_is_not_all_known_is_not_shown(void **state)
{
    (void)state;
    from("COPY t (a, b) FROM STDIN", t_columns, "\\N\tx\n",
         "G 0 2\nE 23502 null value in column \"a\" of relation \"t\" violates not-null "
         "constraint | WCOPY t, line 1: \"\\N\tx\" | tt | ca\n",
         NULL);
    from("COPY t FROM STDIN (DEFAULT 'D')", t_columns, "\\N\tx\tD\n",
         "G 0 3\nE 23502 null value in column \"a\" of relation \"t\" violates not-null "
         "constraint | WCOPY t, line 1: \"\\N\tx\tD\" | tt | ca\n",
         NULL);
}

static void a_long_value_is_cut_in_the_failing_row(void **state)
{
    (void)state;
    from("COPY u (b, a) FROM STDIN", (const struct column[]){{"a", 23, 'n'}, {"b", 25, 0}, {0}},
         "123456789 123456789 123456789 123456789 123456789 123456789 12345\t\\N\n",
         "G 0 2\nE 23502 null value in column \"a\" of relation \"u\" violates not-null "
         "constraint | DFailing row contains (null, 123456789 123456789 123456789 123456789 "
         "123456789 123456789 1234...). | WCOPY u, line 1: \"123456789 123456789 123456789 "
         "123456789 123456789 123456789 12345\t\\N\" | tu | ca\n",
         NULL);
}

static void a_bad_value_wins_over_null(void **state)
{
    (void)state;
    from(
        "COPY w (b, a) FROM STDIN", w_columns, "\\N\tq\n",
        "G 0 2\nE 22P02 invalid input syntax for type integer: \"q\" | WCOPY w, line 1, column "
        "a: \"q\"\n",
        NULL);
}

static void a_default_is_not_null(void **state)
{
    static const struct column columns[] = {{"a", PGCOPY_OID_INT4, 'N'}, {0}};

    (void)state;
    from("COPY t FROM STDIN (DEFAULT '*')", columns, "*\n1\n", "G 0 1\nC COPY 2\n",
         "DEFAULT;1;");
}

/* ---- ON_ERROR ignore ---------------------------------------------------------------- */

#define IGNORE "COPY u FROM STDIN (ON_ERROR ignore"

static void bad_values_are_skipped_and_counted(void **state)
{
    (void)state;
    from(IGNORE ")", u_columns, "1\tx\nq\ty\n3\tz\n",
         "G 0 2\nN 00000 1 row was skipped due to data type incompatibility\nC COPY 2\n",
         "1,x;3,z;");
    from(IGNORE ")", u_columns, "q\tx\nr\ty\n",
         "G 0 2\nN 00000 2 rows were skipped due to data type incompatibility\nC COPY 0\n", "");
    from(IGNORE ", LOG_VERBOSITY silent)", u_columns, "q\tx\n1\ty\n", "G 0 2\nC COPY 1\n",
         "1,y;");
}

static void every_skipped_row_is_named_when_asked(void **state)
{
    (void)state;
    from(IGNORE ", LOG_VERBOSITY verbose)", u_columns, "q\tx\n1\ty\nr\tz\n",
         "G 0 2\n"
         "N 00000 skipping row due to data type incompatibility at line 1 for column \"a\": "
         "\"q\" | WCOPY u\n"
         "N 00000 skipping row due to data type incompatibility at line 3 for column \"a\": "
         "\"r\" | WCOPY u\n"
         "N 00000 2 rows were skipped due to data type incompatibility\nC COPY 1\n",
         "1,y;");
}

static void one_row_over_the_limit_is_an_error(void **state)
{
    (void)state;
    from(IGNORE ", REJECT_LIMIT 1)", u_columns, "q\tx\n1\ty\n",
         "G 0 2\nN 00000 1 row was skipped due to data type incompatibility\nC COPY 1\n",
         "1,y;");
    from(IGNORE ", REJECT_LIMIT 1)", u_columns, "q\tx\n1\ty\nr\tz\n2\tw\n",
         "G 0 2\nE 22P02 skipped more than REJECT_LIMIT (1) rows due to data type "
         "incompatibility | WCOPY u, line 3, column a: \"r\"\n",
         NULL);
}

static void a_bad_value_skips_a_row_that_lacks_columns(void **state)
{
    (void)state;
    from(IGNORE ")", u_columns, "q\n1\ty\n",
         "G 0 2\nN 00000 1 row was skipped due to data type incompatibility\nC COPY 1\n",
         "1,y;");
    from(IGNORE ")", u_columns, "q",
         "G 0 2\nN 00000 1 row was skipped due to data type incompatibility\nC COPY 0\n", "");
    from(IGNORE ")", u_columns, "1\n",
         "G 0 2\nE 22P04 missing data for column \"b\" | WCOPY u, line 1: \"1\"\n", NULL);
}

static void null_is_not_ignored(void **state)
{
    (void)state;
    from("COPY w FROM STDIN (ON_ERROR ignore)", w_columns, "q\tx\n1\t\\N\n",
         "G 0 2\nE 23502 null value in column \"b\" of relation \"w\" violates not-null "
         "constraint | DFailing row contains (1, null). | WCOPY w, line 2: \"1\t\\N\" | tw | "
         "cb\n",
         NULL);
}

/* However the data is cut, so is the batch, and no batch comes without a row. */
static void checks_do_not_move_the_ends_of_batches(void **state)
{
    pgcopy_batch_limits rows  = {.size = sizeof rows, .rows = 2};
    pgcopy_batch_limits bytes = {.size = sizeof bytes, .bytes = 24};

    (void)state;
    play(&(struct play){.sql     = IGNORE ")",
                        .columns = u_columns,
                        .limits  = &rows,
                        .data    = "q\ta\n2\tb\nq\tc\nq\td\nq\te\n6\tf\n7\tg\n8\th\n",
                        .last    = "c",
                        .said    = "G 0 2\nN 00000 4 rows were skipped due to data type "
                                   "incompatibility\nC COPY 4\n",
                        .rows    = "2,b;/6,f;/7,g;8,h;/"});
    play(&(struct play){.sql     = "COPY u FROM STDIN",
                        .columns = u_columns,
                        .limits  = &bytes,
                        .data    = "001\ta\n002\tb\n003\tc\n004\td\n005\te\n006\tf\n",
                        .last    = "c",
                        .said    = "G 0 2\nC COPY 6\n",
                        .rows    = "1,a;2,b;3,c;4,d;/5,e;6,f;"});
}

/* ---- What else a client sends ------------------------------------------------------- */

static void last(const char *sql, const char *data, const char *last_message, const char *said)
{
    play(&(struct play){
        .sql = sql, .columns = u_columns, .data = data, .last = last_message, .said = said});
}

static void copy_fail_says_why(void **state)
{
    const char *sql = "COPY u FROM STDIN";

    (void)state;
    last(sql, "1\tx\n2\ty\n3\t", "fenough",
         "G 0 2\nE 57014 COPY from stdin failed: enough | WCOPY u, line 3\n");
    last(
        sql, "1\t",
        "fa\xff"
        "b",
        "G 0 2\nE 22021 invalid byte sequence for encoding \"UTF8\": 0xff | WCOPY u, line 1\n");
    last(
        sql, "", "fa\xe2\x82",
        "G 0 2\nE 22021 invalid byte sequence for encoding \"UTF8\": 0xe2 0x82 | WCOPY u, line "
        "1\n");
}

static void other_messages_are_abuse(void **state)
{
    (void)state;
    last(
        "COPY u FROM STDIN", "1\tx\n2", "Q",
        "G 0 2\nE 08P01 unexpected message type 0x51 during COPY from stdin | WCOPY u, line 2\n"
        "E 08P01 terminating connection because protocol synchronization was lost\n");
    last(
        "COPY u FROM STDIN", "", "X",
        "G 0 2\nE 08P01 unexpected message type 0x58 during COPY from stdin | WCOPY u, line 1\n"
        "E 08P01 terminating connection because protocol synchronization was lost\n");
}

static void flush_and_sync_are_swallowed(void **state)
{
    (void)state;
    last("COPY u FROM STDIN", "1\tx", "S", "G 0 2\n");
    last("COPY u FROM STDIN", "1\tx", "H", "G 0 2\n");
}

static void behind_the_end_marker_anything_may_come(void **state)
{
    (void)state;
    from("COPY u FROM STDIN", u_columns, "1\tx\n\\.\nrubbish\n\n", "G 0 2\nC COPY 1\n", "1,x;");
    last("COPY u FROM STDIN", "1\tx\n\\.\n", "fno",
         "G 0 2\nE 57014 COPY from stdin failed: no | WCOPY u, line 2\n");
}

/* In CSV PostgreSQL looks at the byte behind a CR before it believes in it, whatever the style;
   in text it does so only while the style may be CRLF. */
static void a_carriage_return_waits_for_the_next_byte(void **state)
{
    (void)state;
    last("COPY u FROM STDIN CSV", "1,x\rq,y\r", "fno",
         "G 0 2\nE 57014 COPY from stdin failed: no | WCOPY u, line 2\n");
    last("COPY u FROM STDIN CSV", "1,x\n2,y\r", "fno",
         "G 0 2\nE 57014 COPY from stdin failed: no | WCOPY u, line 2\n");
    last("COPY u FROM STDIN CSV", "1,x\rq,y\r\r", "fno",
         "G 0 2\nE 22P02 invalid input syntax for type integer: \"q\" | "
         "WCOPY u, line 2, column a: \"q\"\n");
    last("COPY u FROM STDIN", "1\tx\rq\ty\r", "fno",
         "G 0 2\nE 22P02 invalid input syntax for type integer: \"q\" | "
         "WCOPY u, line 2, column a: \"q\"\n");
}

/* ---- Refused before or behind CopyInResponse ---------------------------------------- */

static void a_copy_that_is_refused_says_so_at_once(void **state)
{
    (void)state;
    from("COPY u (z) FROM STDIN", u_columns, "",
         "E 42703 column \"z\" of relation \"u\" does not exist\n", NULL);
    from("COPY u FROM STDIN (ENCODING 'mule_internal')", u_columns, "",
         "E 42883 default conversion function for encoding \"MULE_INTERNAL\" to \"UTF8\" does "
         "not exist\n",
         NULL);
}

static void a_view_is_refused_behind_copy_in_response(void **state)
{
    (void)state;
    play(&(struct play){.sql     = "COPY u FROM STDIN",
                        .columns = u_columns,
                        .kind    = PGCOPY_RELATION_VIEW,
                        .data    = "",
                        .last    = "c",
                        .said    = "G 0 2\nE 42809 cannot copy to view \"u\" | HTo enable "
                                   "copying to a view, provide an INSTEAD OF INSERT trigger.\n"});
}

static void the_clients_encoding_is_the_default(void **state)
{
    pgcopy_copy_opts latin = {.size = sizeof latin, .client_encoding = "LATIN1"};
    pgcopy_copy_opts ascii = {.size = sizeof ascii, .client_encoding = "SQL_ASCII"};

    (void)state;
    play(&(struct play){.sql     = "COPY u FROM STDIN",
                        .columns = u_columns,
                        .opts    = &latin,
                        .data    = "1\t\xe9\n",
                        .last    = "c",
                        .said    = "G 0 2\nC COPY 1\n",
                        .rows    = "1,\xc3\xa9;"});
    play(&(struct play){.sql     = "COPY u FROM STDIN",
                        .columns = u_columns,
                        .opts    = &ascii,
                        .data    = "1\t\xff\n",
                        .last    = "c",
                        .said    = "G 0 2\nC COPY 1\n",
                        .rows    = "1,\xff;"});
    play(&(struct play){.sql     = "COPY u FROM STDIN (ENCODING 'utf-8')",
                        .columns = u_columns,
                        .opts    = &latin,
                        .data    = "",
                        .last    = "c",
                        .said    = "G 0 2\nC COPY 0\n",
                        .rows    = ""});
}

static const struct column day_columns[] = {
    {"d", PGCOPY_OID_DATE, 0}, {"b", PGCOPY_OID_TEXT, 'n'}, {NULL, 0, 0}};

static void the_clients_datestyle_is_that_of_dates(void **state)
{
    pgcopy_copy_opts german = {.size      = sizeof german,
                               .datestyle = {PGCOPY_DATE_STYLE_GERMAN, PGCOPY_DATE_ORDER_DMY}};
    pgcopy_copy_opts old    = {.size      = offsetof(pgcopy_copy_opts, datestyle),
                               .datestyle = {PGCOPY_DATE_STYLE_GERMAN, PGCOPY_DATE_ORDER_DMY}};
    const char      *out_of_range =
        "G 0 2\nE 22008 date/time field value out of range: \"13/2/24\" | HPerhaps you need a "
        "different \"DateStyle\" setting. | WCOPY t, line 1, column d: \"13/2/24\"\n";

    (void)state;
    play(&(struct play){.sql     = "COPY t FROM STDIN",
                        .columns = day_columns,
                        .opts    = &german,
                        .data    = "13/2/24\tx\n1/2/3\ty\n",
                        .last    = "c",
                        .said    = "G 0 2\nC COPY 2\n",
                        .rows    = "2024-02-13,x;2003-02-01,y;"});
    play(&(struct play){.sql     = "COPY t FROM STDIN",
                        .columns = day_columns,
                        .opts    = &old,
                        .data    = "13/2/24\tx\n",
                        .last    = "c",
                        .said    = out_of_range});
    /* the first fields of a row that lacks others, and a row in DETAIL */
    play(&(struct play){.sql     = "COPY t FROM STDIN",
                        .columns = day_columns,
                        .opts    = &german,
                        .data    = "13/2/24\n",
                        .last    = "c",
                        .said = "G 0 2\nE 22P04 missing data for column \"b\" | WCOPY t, line "
                                "1: \"13/2/24\"\n"});
    play(&(struct play){.sql     = "COPY t FROM STDIN",
                        .columns = day_columns,
                        .opts    = &german,
                        .data    = "13/2/24\t\\N\n",
                        .last    = "c",
                        .said =
                            "G 0 2\nE 23502 null value in column \"b\" of relation \"t\" "
                            "violates not-null constraint | DFailing row contains "
                            "(13.02.2024, null). | WCOPY t, line 1: \"13/2/24\t\\N\" | tt | "
                            "cb\n"});
}

static void a_row_may_be_too_long(void **state)
{
    pgcopy_copy_opts opts = {.size = sizeof opts, .max_row = 8};

    (void)state;
    play(&(struct play){.sql     = "COPY u FROM STDIN",
                        .columns = u_columns,
                        .opts    = &opts,
                        .data    = "1\tx\n2\tyyyyyyyyyy\n",
                        .last    = "c",
                        .said = "G 0 2\nE 54000 string buffer exceeds maximum allowed length "
                                "(8 bytes) | WCOPY u, line 2\n"});
}

/* ---- One step at a time
 * ---------------------------------------------------------------------- */

static struct player *begin(const char *sql, const struct column *columns)
{
    static struct play play;
    struct player     *p = calloc(1, sizeof *p);

    assert_non_null(p);
    play        = (struct play){.sql = sql, .columns = columns};
    p->play     = &play;
    p->stmt     = parse(sql);
    p->relation = relation_of(&play);
    start(p, NULL);
    assert_int_equal(p->rc, PGCOPY_OK);
    return p;
}

static void end(struct player *p, const char *said)
{
    char got[TEXT];

    say(&p->out, got);
    assert_string_equal(got, said);
    stop(p);
    pgcopy_columns_free(p->relation);
    pgcopy_stmt_free(p->stmt);
    free(p);
}

static pgcopy_status data(struct player *p, const char *text)
{
    pgcopy_slice in = {(const uint8_t *)text, strlen(text)};

    return pgcopy_copy_data(p->copy, &in, p->batch, &p->out);
}

static pgcopy_status reject(struct player *p, const char *sqlstate, uint32_t row)
{
    pgcopy_error err;

    pgcopy_error_text(&err, sqlstate, "no");
    err.row = row;
    return pgcopy_copy_reject(p->copy, &err, p->batch, &p->out);
}

static void progress_can_be_read_at_any_time(void **state)
{
    struct player         *p  = begin("COPY s.u FROM STDIN (ON_ERROR ignore)", u_columns);
    const pgcopy_progress *at = pgcopy_copy_progress(p->copy);

    (void)state;
    assert_int_equal(at->state, PGCOPY_COPY_STREAMING);
    assert_int_equal(at->verb, PGCOPY_VERB_COPY_FROM);
    assert_string_equal(at->schema, "s");
    assert_string_equal(at->table, "u");
    assert_true(at->rows == 0 && at->bytes == 0 && at->line == 1);
    assert_int_equal(data(p, "1\tx\nq\ty\n3\tz"), PGCOPY_AGAIN);
    assert_true(at->rows == 1 && at->skipped == 1 && at->bytes == 11 && at->line == 3);
    assert_int_equal(pgcopy_copy_done(p->copy, p->batch, &p->out), PGCOPY_END);
    assert_true(at->rows == 2 && at->state == PGCOPY_COPY_STREAMING);
    assert_int_equal(pgcopy_copy_finish(p->copy, 7, &p->out), PGCOPY_OK);
    assert_int_equal(at->state, PGCOPY_COPY_COMPLETED);
    end(p, "G 0 2\nN 00000 1 row was skipped due to data type incompatibility\nC COPY 7\n");
}

static void a_failed_copy_keeps_its_error(void **state)
{
    struct player *p = begin("COPY u FROM STDIN", u_columns);

    (void)state;
    assert_string_equal(pgcopy_copy_error(p->copy)->sqlstate, "");
    assert_int_equal(data(p, "1\tx\nq\ty\n"), PGCOPY_ERR_SQL);
    assert_string_equal(pgcopy_copy_error(p->copy)->sqlstate, "22P02");
    assert_string_equal(pgcopy_copy_progress(p->copy)->sqlstate, "22P02");
    assert_int_equal(pgcopy_copy_error(p->copy)->row, 2);
    assert_int_equal(reject(p, "23505", 1), PGCOPY_ERR_SQL); /* not said again */
    assert_int_equal(pgcopy_copy_finish(p->copy, 1, &p->out), PGCOPY_ERR_USAGE);
    end(p, "G 0 2\nE 22P02 invalid input syntax for type integer: \"q\" | WCOPY u, line 2, "
           "column a: \"q\"\n");
}

static void a_refused_row_gets_its_context(void **state)
{
    struct player *p = begin("COPY u FROM STDIN", u_columns);

    (void)state;
    assert_int_equal(data(p, "1\tx\n2\t\\x41\n"), PGCOPY_AGAIN);
    assert_int_equal(reject(p, "23514", 2), PGCOPY_ERR_SQL);
    end(p,
        "G 0 2\nE 23514 no | DFailing row contains (2, A). | WCOPY u, line 2: \"2\t\\x41\"\n");

    p = begin("COPY u FROM STDIN", u_columns);
    assert_int_equal(data(p, "1\tx\n2\ty\n"), PGCOPY_AGAIN);
    assert_int_equal(reject(p, "23505", 2), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 23505 no | WCOPY u, line 2\n");

    p = begin("COPY u FROM STDIN", u_columns);
    assert_int_equal(data(p, "1\tx\n2\ty\n"), PGCOPY_AGAIN);
    assert_int_equal(reject(p, "23503", 2), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 23503 no\n");
}

static void a_refusal_of_no_row_has_no_line(void **state)
{
    struct player *p = begin("COPY u FROM STDIN", u_columns);
    pgcopy_error   err;

    (void)state;
    assert_int_equal(data(p, "1\tx\n"), PGCOPY_AGAIN);
    assert_int_equal(reject(p, "57P03", 0), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 57P03 no | WCOPY u\n");

    p = begin("COPY u FROM STDIN", u_columns);
    pgcopy_error_text(&err, "40001", "serialize");
    assert_int_equal(pgcopy_copy_reject(p->copy, &err, NULL, &p->out), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 40001 serialize\n");
}

static void refused_rows_are_ignored_by_class(void **state)
{
    struct player *p = begin("COPY u FROM STDIN (ON_DATABASE_ERROR ignore, LOG_VERBOSITY "
                             "verbose)",
                             u_columns);
    const pgcopy_progress *at = pgcopy_copy_progress(p->copy);

    (void)state;
    assert_int_equal(data(p, "1\tx\n2\ty\n3\tz\n"), PGCOPY_AGAIN);
    assert_int_equal(reject(p, "23505", 1), PGCOPY_OK);
    assert_int_equal(reject(p, "22001", 3), PGCOPY_OK);
    assert_true(at->rows == 1 && at->skipped == 2 && at->state == PGCOPY_COPY_STREAMING);
    assert_string_equal(pgcopy_copy_error(p->copy)->sqlstate, "");
    assert_int_equal(reject(p, "53100", 2), PGCOPY_ERR_SQL);
    end(p, "G 0 2\n"
           "N 00000 skipping row refused by the database at line 1: 23505 | WCOPY u\n"
           "N 00000 skipping row refused by the database at line 3: 22001 | WCOPY u\n"
           "E 53100 no | WCOPY u, line 2: \"2\ty\"\n");
}

/* The words of the database may hold values; its names of things do not. */
static void a_refused_row_is_told_by_what_refused_it(void **state)
{
    struct player *p =
        begin("COPY u FROM STDIN (ON_DATABASE_ERROR IGNORE, LOG_VERBOSITY verbose)", u_columns);
    pgcopy_error err;

    (void)state;
    assert_int_equal(data(p, "1\tsecret\n2\ty\n"), PGCOPY_AGAIN);
    pgcopy_error_text(&err, "23505", "secret is there already");
    err.row = 1;
    strcpy(err.constraint, "u_pkey");
    strcpy(err.column, "a");
    assert_int_equal(pgcopy_copy_reject(p->copy, &err, p->batch, &p->out), PGCOPY_OK);
    strcpy(err.constraint, "");
    assert_int_equal(pgcopy_copy_reject(p->copy, &err, p->batch, &p->out), PGCOPY_OK);
    assert_int_equal(pgcopy_copy_done(p->copy, p->batch, &p->out), PGCOPY_END);
    assert_int_equal(pgcopy_copy_finish(p->copy, PGCOPY_NO_COUNT, &p->out), PGCOPY_OK);
    end(p,
        "G 0 2\n"
        "N 00000 skipping row refused by the database at line 1: 23505, constraint "
        "\"u_pkey\" | WCOPY u\n"
        "N 00000 skipping row refused by the database at line 1: 23505, column \"a\" | WCOPY "
        "u\n"
        "N 00000 2 rows were skipped due to refusal by the database\nC COPY 0\n");
}

static void on_error_is_for_conversions_alone(void **state)
{
    struct player *p = begin("COPY u FROM STDIN (ON_ERROR ignore)", u_columns);

    (void)state;
    assert_int_equal(data(p, "q\tx\n2\ty\n"), PGCOPY_AGAIN);
    assert_int_equal(reject(p, "23505", 1), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 23505 no | WCOPY u, line 2\n");

    from(
        "COPY u FROM STDIN (ON_DATABASE_ERROR ignore)", u_columns, "q\tx\n",
        "G 0 2\nE 22P02 invalid input syntax for type integer: \"q\" | WCOPY u, line 1, column "
        "a: \"q\"\n",
        NULL);
}

static void refused_rows_count_towards_the_limit(void **state)
{
    struct player *p =
        begin("COPY u FROM STDIN (ON_ERROR ignore, ON_DATABASE_ERROR ignore, REJECT_LIMIT 1)",
              u_columns);

    (void)state;
    assert_int_equal(data(p, "1\tx\nq\ty\n3\tz\n"), PGCOPY_AGAIN);
    assert_int_equal(reject(p, "23514", 2), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 23514 skipped more than REJECT_LIMIT (1) rows due to data type "
           "incompatibility or refusal by the database | WCOPY u, line 3: \"3\tz\"\n");
}

/* What is found before the database sees it, in its place. */
static void null_where_it_may_not_be_is_a_refusal(void **state)
{
    (void)state;
    from("COPY w FROM STDIN (ON_DATABASE_ERROR ignore, LOG_VERBOSITY verbose)", w_columns,
         "1\tx\n\\N\ty\n\\N\tz\n4\tz\n",
         "G 0 2\nN 00000 skipping row refused by the database at line 2: 23502, column \"a\" | "
         "WCOPY w\n"
         "N 00000 skipping row refused by the database at line 3: 23502, column \"a\" | WCOPY "
         "w\n"
         "N 00000 2 rows were skipped due to refusal by the database\nC COPY 2\n",
         "1,x;4,z;");
    from("COPY w (b) FROM STDIN (ON_DATABASE_ERROR ignore)", w_columns, "x\ny\nz\n",
         "G 0 1\nN 00000 3 rows were skipped due to refusal by the database\nC COPY 0\n", "");
}

static void null_in_binary_rows_is_a_refusal(void **state)
{
    static const char bytes[] = "PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0"
                                "\0\2\0\0\0\4\0\0\0\1\0\0\0\1x"
                                "\0\2\xff\xff\xff\xff\0\0\0\1y"
                                "\0\2\0\0\0\4\0\0\0\3\xff\xff\xff\xff"
                                "\0\2\0\0\0\4\0\0\0\4\0\0\0\1z";
    struct player    *p =
        begin("COPY w FROM STDIN (FORMAT binary, ON_DATABASE_ERROR ignore)", w_columns);
    pgcopy_slice in = {(const uint8_t *)bytes, sizeof bytes - 1};

    (void)state;
    assert_int_equal(pgcopy_copy_data(p->copy, &in, p->batch, &p->out), PGCOPY_AGAIN);
    assert_int_equal(pgcopy_copy_done(p->copy, p->batch, &p->out), PGCOPY_END);
    assert_int_equal(pgcopy_batch_view(p->batch)->nrows, 2);
    assert_memory_equal(pgcopy_batch_value(p->batch, 0, 0).data, "1", 1);
    assert_memory_equal(pgcopy_batch_value(p->batch, 1, 0).data, "4", 1);
    assert_int_equal(pgcopy_copy_progress(p->copy)->skipped, 2);
    assert_int_equal(pgcopy_copy_finish(p->copy, PGCOPY_NO_COUNT, &p->out), PGCOPY_OK);
    end(p, "G 1 2\nN 00000 2 rows were skipped due to refusal by the database\nC COPY 2\n");
}

static void the_trailer_is_no_line_of_its_own(void **state)
{
    static const char bytes[] = "PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0"
                                "\0\2\0\0\0\4\0\0\0\1\0\0\0\1x\xff\xff";
    struct player    *p       = begin("COPY u FROM STDIN BINARY", u_columns);
    pgcopy_slice      in      = {(const uint8_t *)bytes, sizeof bytes - 1};

    (void)state;
    assert_int_equal(pgcopy_copy_data(p->copy, &in, p->batch, &p->out), PGCOPY_AGAIN);
    assert_int_equal(
        pgcopy_copy_fail(p->copy, (pgcopy_slice){(const uint8_t *)"no", 3}, &p->out),
        PGCOPY_ERR_SQL);
    end(p, "G 1 2\nE 57014 COPY from stdin failed: no | WCOPY u, line 2\n");
}

static void an_interrupt_waits_for_a_whole_row(void **state)
{
    struct player *p = begin("COPY u FROM STDIN", u_columns);
    pgcopy_error   cancel;

    (void)state;
    pgcopy_error_text(&cancel, "57014", "canceling statement due to user request");
    assert_int_equal(data(p, "1\tx\n"), PGCOPY_AGAIN);
    copy_interrupt(p->copy, &cancel);
    assert_int_equal(data(p, "2\t"), PGCOPY_AGAIN);
    assert_int_equal(data(p, "y\nq\tz\n"), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 57014 canceling statement due to user request | WCOPY u, line 2: "
           "\"2\ty\"\n");
}

static void an_interrupt_is_seen_at_copy_done(void **state)
{
    struct player *p = begin("COPY u FROM STDIN", u_columns);
    pgcopy_error   cancel;

    (void)state;
    pgcopy_error_text(&cancel, "57014", "cancel");
    assert_int_equal(data(p, "1\tx\n"), PGCOPY_AGAIN);
    copy_interrupt(p->copy, &cancel);
    assert_int_equal(pgcopy_copy_done(p->copy, p->batch, &p->out), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 57014 cancel | WCOPY u, line 2\n");

    p = begin("COPY u FROM STDIN", u_columns);
    assert_int_equal(data(p, "1\tx\n2\ty"), PGCOPY_AGAIN);
    copy_interrupt(p->copy, &cancel);
    assert_int_equal(pgcopy_copy_done(p->copy, p->batch, &p->out), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 57014 cancel | WCOPY u, line 2: \"2\ty\"\n");
}

static void a_bad_row_and_copy_fail_win_over_an_interrupt(void **state)
{
    struct player *p = begin("COPY u FROM STDIN", u_columns);
    pgcopy_error   cancel;

    (void)state;
    pgcopy_error_text(&cancel, "57014", "cancel");
    copy_interrupt(p->copy, &cancel);
    assert_int_equal(data(p, "q\ty\n3\tz\n"), PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 22P02 invalid input syntax for type integer: \"q\" | WCOPY u, line 1, "
           "column a: \"q\"\n");

    p = begin("COPY u FROM STDIN", u_columns);
    copy_interrupt(p->copy, &cancel);
    assert_int_equal(
        pgcopy_copy_fail(p->copy, (pgcopy_slice){(const uint8_t *)"no", 3}, &p->out),
        PGCOPY_ERR_SQL);
    end(p, "G 0 2\nE 57014 COPY from stdin failed: no | WCOPY u, line 1\n");
}

static void the_session_has_words_of_its_own(void **state)
{
    struct player *p = begin("COPY u FROM STDIN", u_columns);
    pgcopy_error   fatal;

    (void)state;
    pgcopy_error_text(&fatal, "57P01", "bye");
    fatal.severity = PGCOPY_SEVERITY_FATAL;
    assert_int_equal(data(p, "1\tx\n2"), PGCOPY_AGAIN);
    assert_int_equal(copy_abort(p->copy, &fatal, &p->out), PGCOPY_ERR_SQL);
    assert_int_equal(copy_abort(p->copy, &fatal, &p->out), PGCOPY_ERR_SQL); /* not said again */
    assert_int_equal(pgcopy_copy_error(p->copy)->severity, PGCOPY_SEVERITY_FATAL);
    end(p, "G 0 2\nE 57P01 bye | WCOPY u, line 2\n");

    p = begin("COPY u FROM STDIN", u_columns);
    assert_int_equal(copy_broken(p->copy, &p->out), PGCOPY_ERR_PROTOCOL);
    end(p, "G 0 2\nE 08006 unexpected EOF on client connection with an open transaction | "
           "WCOPY u, line 1\nE 08P01 terminating connection because protocol synchronization "
           "was lost\n");
}

/* Batch 1 is at the database while batch 2 is decoded, and batch 1 is refused first. */
static void an_error_that_was_not_sent_gives_way(void **state)
{
    struct player *p     = begin("COPY u FROM STDIN", u_columns);
    pgcopy_buf     ahead = {0};
    pgcopy_batch  *next  = pgcopy_batch_new(0, NULL, NULL);
    pgcopy_slice   in    = {(const uint8_t *)"q\ty\n", 4};

    (void)state;
    assert_int_equal(data(p, "1\tx\n"), PGCOPY_AGAIN);
    assert_int_equal(pgcopy_copy_data(p->copy, &in, next, &ahead), PGCOPY_ERR_SQL);
    copy_forget_error(p->copy);
    assert_int_equal(pgcopy_copy_progress(p->copy)->state, PGCOPY_COPY_STREAMING);
    assert_int_equal(reject(p, "23505", 1), PGCOPY_ERR_SQL);
    assert_string_equal(pgcopy_copy_error(p->copy)->sqlstate, "23505");
    end(p, "G 0 2\nE 23505 no | WCOPY u, line 1\n");
    pgcopy_batch_free(next);
    pgcopy_buf_free(&ahead);
}

static void calls_out_of_turn_change_nothing(void **state)
{
    pgcopy_stmt  *stmt = parse("COPY u FROM STDIN"), *begin_stmt = parse("BEGIN");
    pgcopy_copy  *copy  = pgcopy_copy_new(stmt, NULL);
    pgcopy_batch *batch = pgcopy_batch_new(0, NULL, NULL);
    pgcopy_slice  in    = {(const uint8_t *)"1\n", 2};
    pgcopy_buf    out   = {0};

    (void)state;
    assert_null(pgcopy_copy_new(begin_stmt, NULL));
    assert_int_equal(pgcopy_copy_begin(copy, &out), PGCOPY_ERR_USAGE);
    assert_int_equal(pgcopy_copy_data(copy, &in, batch, &out), PGCOPY_ERR_USAGE);
    assert_int_equal(pgcopy_copy_resolve(copy, NULL, NULL, &out), PGCOPY_OK);
    assert_int_equal(pgcopy_copy_resolve(copy, NULL, NULL, &out), PGCOPY_ERR_USAGE);
    assert_int_equal(pgcopy_copy_message(copy, 'c', &in, batch, &out), PGCOPY_ERR_USAGE);
    assert_int_equal(pgcopy_copy_begin(copy, &out), PGCOPY_OK);
    assert_int_equal(pgcopy_copy_finish(copy, 0, &out), PGCOPY_ERR_USAGE);
    assert_int_equal(pgcopy_copy_rows(copy, batch, &out), PGCOPY_ERR_USAGE);
    assert_int_equal(in.len, 2);
    assert_int_equal(pgcopy_copy_done(copy, batch, &out), PGCOPY_END);
    assert_int_equal(pgcopy_copy_done(copy, batch, &out), PGCOPY_END);
    assert_int_equal(pgcopy_copy_data(copy, &in, batch, &out), PGCOPY_ERR_USAGE);
    assert_int_equal(pgcopy_copy_finish(copy, 0, &out), PGCOPY_OK);
    assert_int_equal(pgcopy_copy_finish(copy, 0, &out), PGCOPY_ERR_USAGE);
    pgcopy_copy_free(copy);
    pgcopy_batch_free(batch);
    pgcopy_buf_free(&out);
    pgcopy_stmt_free(stmt);
    pgcopy_stmt_free(begin_stmt);
}

/* ---- COPY TO ------------------------------------------------------------------------ */

static void put_row(pgcopy_batch *batch, const char *a, const char *b)
{
    (void)pgcopy_batch_put(batch, a, a ? strlen(a) : PGCOPY_NULL);
    (void)pgcopy_batch_put(batch, b, b ? strlen(b) : PGCOPY_NULL);
    assert_int_equal(pgcopy_batch_end_row(batch), PGCOPY_OK);
}

static void every_row_is_a_message(void **state)
{
    struct player         *p  = begin("COPY w TO STDOUT (FORMAT csv, HEADER)", w_columns);
    const pgcopy_progress *at = pgcopy_copy_progress(p->copy);

    (void)state;
    put_row(p->batch, " 01", "x,y");
    put_row(p->batch, NULL, NULL); /* NOT NULL is no concern of COPY TO */
    assert_int_equal(pgcopy_copy_rows(p->copy, p->batch, &p->out), PGCOPY_OK);
    assert_true(at->rows == 2 && at->bytes == 4 + 8 + 2 && at->verb == PGCOPY_VERB_COPY_TO);
    assert_int_equal(pgcopy_copy_finish(p->copy, PGCOPY_NO_COUNT, &p->out), PGCOPY_OK);
    assert_int_equal(at->state, PGCOPY_COPY_COMPLETED);
    end(p, "H 0 2\nd a,b\n\nd 1,\"x,y\"\n\nd ,\n\nc\nC COPY 2\n");
}

static void a_query_is_copied_like_a_table(void **state)
{
    struct player *p = begin("COPY (SELECT a, b) TO STDOUT", u_columns);

    (void)state;
    put_row(p->batch, "1", "a\tb");
    assert_int_equal(pgcopy_copy_rows(p->copy, p->batch, &p->out), PGCOPY_OK);
    assert_int_equal(pgcopy_copy_finish(p->copy, PGCOPY_NO_COUNT, &p->out), PGCOPY_OK);
    end(p, "H 0 2\nd 1\ta\\tb\n\nc\nC COPY 1\n");
}

static void three_rows_one_of_them_bad(struct player *p)
{
    put_row(p->batch, "1", "x");
    put_row(p->batch, "q", "y");
    put_row(p->batch, "3", "z");
}

/* SQLite lets a column hold what is not of its type. */
static void a_value_of_another_type_goes_out_as_it_is(void **state)
{
    struct player *p = begin("COPY u TO STDOUT", u_columns);

    (void)state;
    three_rows_one_of_them_bad(p);
    assert_int_equal(pgcopy_copy_rows(p->copy, p->batch, &p->out), PGCOPY_OK);
    assert_int_equal(pgcopy_copy_finish(p->copy, 3, &p->out), PGCOPY_OK);
    end(p, "H 0 2\nd 1\tx\n\nd q\ty\n\nd 3\tz\n\nc\nC COPY 3\n");
}

static void an_error_takes_the_place_of_copy_done(void **state)
{
    struct player      *p = begin("COPY u TO STDOUT BINARY", u_columns);
    const pgcopy_error *err;

    (void)state;
    three_rows_one_of_them_bad(p);
    assert_int_equal(pgcopy_copy_rows(p->copy, p->batch, &p->out), PGCOPY_ERR_SQL);
    assert_int_equal(pgcopy_copy_rows(p->copy, p->batch, &p->out), PGCOPY_AGAIN);
    assert_int_equal(pgcopy_copy_finish(p->copy, 3, &p->out), PGCOPY_ERR_USAGE);
    assert_int_equal(pgcopy_copy_progress(p->copy)->rows, 1);
    err = pgcopy_copy_error(p->copy);
    assert_string_equal(err->sqlstate, "22P02");
    assert_string_equal(err->message, "invalid input syntax for type integer: \"q\"");
    p->out.len = 0;
    end(p, "");

    p = begin("COPY u TO STDOUT", u_columns);
    assert_int_equal(reject(p, "57014", 0), PGCOPY_ERR_SQL);
    end(p, "H 0 2\nE 57014 no\n");
}

static void a_character_that_the_encoding_lacks_ends_copy_to(void **state)
{
    struct player *p = begin("COPY u TO STDOUT (ENCODING 'latin-1')", u_columns);

    (void)state;
    put_row(p->batch, "1", "\xc3\xa9");
    put_row(p->batch, "2", "\xe2\x82\xac");
    assert_int_equal(pgcopy_copy_rows(p->copy, p->batch, &p->out), PGCOPY_ERR_SQL);
    end(p,
        "H 0 2\nd 1\t\xe9\n\nE 22P05 character with byte sequence 0xe2 0x82 0xac in encoding "
        "\"UTF8\" has no equivalent in encoding \"LATIN1\"\n");
}

static bool copy_out(const pgcopy_allocator *allocator, void *arg)
{
    struct player *p = arg;
    char           said[TEXT];
    bool           same;

    start(p, allocator);
    if (p->rc >= 0) {
        for (int i = 0; i < 3; i++) {
            (void)pgcopy_batch_put(p->batch, "02", 2);
            (void)pgcopy_batch_put(p->batch, "x", 1);
            p->rc = pgcopy_batch_end_row(p->batch);
        }
        if (p->rc >= 0)
            p->rc = pgcopy_copy_rows(p->copy, p->batch, &p->out);
        if (p->rc >= 0)
            p->rc = pgcopy_copy_finish(p->copy, PGCOPY_NO_COUNT, &p->out);
    }
    say(&p->out, said);
    same = strcmp(said, "H 0 2\nd a,b\n\nd 2,x\n\nd 2,x\n\nd 2,x\n\nc\nC COPY 3\n") == 0;
    assert_true(same ? p->rc == PGCOPY_OK : p->rc < 0);
    stop(p);
    return same;
}

static void copy_to_survives_every_failure(void **state)
{
    struct player *p = begin("COPY u TO STDOUT (FORMAT csv, HEADER)", u_columns);

    (void)state;
    stop(p);
    test_every_failure(copy_out, p);
    pgcopy_columns_free(p->relation);
    pgcopy_stmt_free(p->stmt);
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_decoded_and_made_canonical),
        cmocka_unit_test(what_is_not_known_is_not_checked),
        cmocka_unit_test(full_batches_are_handed_over),
        cmocka_unit_test(a_bad_value_is_shown_with_its_column),
        cmocka_unit_test(json_says_where_in_the_value_first),
        cmocka_unit_test(a_bad_row_is_shown_as_it_came),
        cmocka_unit_test(the_first_bad_row_wins),
        cmocka_unit_test(null_where_it_may_not_be),
        cmocka_unit_test(a_schema_that_was_said_is_named),
        cmocka_unit_test(a_column_outside_of_the_copy_may_be_null_too),
        cmocka_unit_test(a_row_that_is_not_all_known_is_not_shown),
        cmocka_unit_test(a_long_value_is_cut_in_the_failing_row),
        cmocka_unit_test(a_bad_value_wins_over_null),
        cmocka_unit_test(a_default_is_not_null),
        cmocka_unit_test(bad_values_are_skipped_and_counted),
        cmocka_unit_test(every_skipped_row_is_named_when_asked),
        cmocka_unit_test(one_row_over_the_limit_is_an_error),
        cmocka_unit_test(a_bad_value_skips_a_row_that_lacks_columns),
        cmocka_unit_test(null_is_not_ignored),
        cmocka_unit_test(checks_do_not_move_the_ends_of_batches),
        cmocka_unit_test(copy_fail_says_why),
        cmocka_unit_test(other_messages_are_abuse),
        cmocka_unit_test(flush_and_sync_are_swallowed),
        cmocka_unit_test(behind_the_end_marker_anything_may_come),
        cmocka_unit_test(a_carriage_return_waits_for_the_next_byte),
        cmocka_unit_test(a_copy_that_is_refused_says_so_at_once),
        cmocka_unit_test(a_view_is_refused_behind_copy_in_response),
        cmocka_unit_test(the_clients_encoding_is_the_default),
        cmocka_unit_test(the_clients_datestyle_is_that_of_dates),
        cmocka_unit_test(a_row_may_be_too_long),
        cmocka_unit_test(progress_can_be_read_at_any_time),
        cmocka_unit_test(a_failed_copy_keeps_its_error),
        cmocka_unit_test(a_refused_row_gets_its_context),
        cmocka_unit_test(a_refusal_of_no_row_has_no_line),
        cmocka_unit_test(refused_rows_are_ignored_by_class),
        cmocka_unit_test(a_refused_row_is_told_by_what_refused_it),
        cmocka_unit_test(on_error_is_for_conversions_alone),
        cmocka_unit_test(null_where_it_may_not_be_is_a_refusal),
        cmocka_unit_test(null_in_binary_rows_is_a_refusal),
        cmocka_unit_test(the_trailer_is_no_line_of_its_own),
        cmocka_unit_test(refused_rows_count_towards_the_limit),
        cmocka_unit_test(an_interrupt_waits_for_a_whole_row),
        cmocka_unit_test(an_interrupt_is_seen_at_copy_done),
        cmocka_unit_test(a_bad_row_and_copy_fail_win_over_an_interrupt),
        cmocka_unit_test(the_session_has_words_of_its_own),
        cmocka_unit_test(an_error_that_was_not_sent_gives_way),
        cmocka_unit_test(calls_out_of_turn_change_nothing),
        cmocka_unit_test(every_row_is_a_message),
        cmocka_unit_test(a_query_is_copied_like_a_table),
        cmocka_unit_test(a_value_of_another_type_goes_out_as_it_is),
        cmocka_unit_test(an_error_takes_the_place_of_copy_done),
        cmocka_unit_test(a_character_that_the_encoding_lacks_ends_copy_to),
        cmocka_unit_test(copy_to_survives_every_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
