/*
 * copy_fixture.c - the player: a COPY from its statement to its end, in pieces and without
 * memory.
 */
#include "copy_fixture.h"

const struct column u_columns[] = {{"a", PGCOPY_OID_INT4, 0}, {"b", PGCOPY_OID_TEXT, 0}, {0}};
const struct column w_columns[] = {
    {"a", PGCOPY_OID_INT4, 'n'}, {"b", PGCOPY_OID_TEXT, 'n'}, {0}};
const struct column t_columns[] = {
    {"a", PGCOPY_OID_INT4, 'n'}, {"b", PGCOPY_OID_TEXT, 0}, {"c", PGCOPY_OID_TEXT, 'd'}, {0}};

pgcopy_stmt *parse(const char *sql)
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

void say(const pgcopy_buf *out, char *said)
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

void message(struct player *p, int type, const void *data, size_t len)
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

void start(struct player *p, const pgcopy_allocator *allocator)
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

void stop(struct player *p)
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

void play(const struct play *play)
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

void from(const char *sql, const struct column *columns, const char *data, const char *said,
          const char *rows)
{
    play(&(struct play){
        .sql = sql, .columns = columns, .data = data, .last = "c", .said = said, .rows = rows});
}

struct player *begin(const char *sql, const struct column *columns)
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

void end(struct player *p, const char *said)
{
    char got[TEXT];

    say(&p->out, got);
    assert_string_equal(got, said);
    stop(p);
    pgcopy_columns_free(p->relation);
    pgcopy_stmt_free(p->stmt);
    free(p);
}

pgcopy_status data(struct player *p, const char *text)
{
    pgcopy_slice in = {(const uint8_t *)text, strlen(text)};

    return pgcopy_copy_data(p->copy, &in, p->batch, &p->out);
}

pgcopy_status reject(struct player *p, const char *sqlstate, uint32_t row)
{
    pgcopy_error err;

    pgcopy_error_text(&err, sqlstate, "no");
    err.row = row;
    return pgcopy_copy_reject(p->copy, &err, p->batch, &p->out);
}
