/*
 * test_replay.c - what ten drivers sent to PostgreSQL, byte for byte, cut at random, to a
 * session with the memory backend in this process: it answers with the sequence of messages
 * that PostgreSQL answered with.
 *
 *   NAME.bin, cut --> session --> bridge --> front: CREATE TABLE, SELECT --> replay_fixture.c
 *   NAME.types ==  <-- types of the messages
 *
 * NAME.2 is a second connection of the same flow.  A run of CopyData or DataRow is one letter;
 * ParameterStatus, notices and keys are left out.
 */
#include "harness.h"

#include <pgcopy/backend.h>

#include "base/bytes.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const pgcopy_backend tables_backend;

/* ---- What is played, but has no answer to compare ------------------------------------ */

/* Here one row is the answer to every SELECT, and each parameter is text. */
static const struct {
    const char *name, *why;
} others[] = {
    {"asyncpg-from_query", "a parameter that PostgreSQL finds to be a number"},
    {"pandas-append", "a SELECT from pg_type that finds nothing"},
};

static const char *why_not_compared(const char *file)
{
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strncmp(file, others[i].name, strlen(others[i].name)) == 0)
            return others[i].why;
    return NULL;
}

/* ---- The front: what a memory of COPYs alone does not know ---------------------------- */

enum { TABLES_MAX = 8, NAME_MAX_LEN = 64 };

/* One flow: its connections share it. */
struct front {
    void  *memory; /* what tables_backend's open() is given */
    char   tables[TABLES_MAX][NAME_MAX_LEN];
    size_t n;
};

static struct front front; /* where its tables can be reached until the process ends */

struct conn {
    struct front *front;
    void         *memory;
    int           row; /* a cursor of ours is its address */
};

static bool exists(const struct front *f, const char *table)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->tables[i], table) == 0)
            return true;
    return false;
}

static pgcopy_status front_open(void *arg, const pgcopy_who *who, void **conn, pgcopy_reply *r)
{
    struct conn *c = calloc(1, sizeof *c);

    assert_non_null(c);
    c->front = arg;
    *conn    = c;
    return tables_backend.open(&c->front->memory, who, &c->memory, r);
}

static void front_close(void *conn)
{
    struct conn *c = conn;

    tables_backend.close(c->memory);
    free(c);
}

static pgcopy_status front_transaction(void *conn, const pgcopy_tx *tx, pgcopy_reply *r)
{
    (void)conn, (void)tx, (void)r;
    return PGCOPY_OK;
}

static bool is_select(const pgcopy_stmt *stmt)
{
    return strcmp(stmt->tag, "SELECT") == 0;
}

static void note_table(struct front *f, const char *sql)
{
    assert_true(f->n < TABLES_MAX);
    f->n += sscanf(sql, "CREATE TABLE %63s", f->tables[f->n]) == 1;
}

static pgcopy_status add_column(pgcopy_reply *r)
{
    pgcopy_columns *cols = pgcopy_reply_columns(r);

    return cols && pgcopy_columns_add(cols, "count", PGCOPY_OID_INT8) ? PGCOPY_OK
                                                                      : PGCOPY_ERR_NOMEM;
}

static pgcopy_status front_describe(void *conn, const pgcopy_stmt *stmt, pgcopy_reply *r)
{
    (void)conn;
    return is_select(stmt) ? add_column(r) : PGCOPY_OK;
}

static pgcopy_status front_execute(void *conn, const pgcopy_stmt *stmt,
                                   const pgcopy_columns *columns, const pgcopy_batch *params,
                                   void **cursor, pgcopy_reply *r)
{
    struct conn *c = conn;

    if (stmt->verb == PGCOPY_VERB_COPY_TO && stmt->table)
        return tables_backend.execute(c->memory, stmt, columns, params, cursor, r);
    if (stmt->verb != PGCOPY_VERB_COPY_TO && !is_select(stmt)) {
        note_table(c->front, stmt->sql);
        return PGCOPY_OK;
    }
    *cursor = &c->row;
    c->row  = 0;
    return add_column(r);
}

static pgcopy_status front_fetch(void *conn, void *cursor, pgcopy_batch *batch, pgcopy_reply *r)
{
    struct conn *c = conn;

    if (cursor != &c->row)
        return tables_backend.fetch(c->memory, cursor, batch, r);
    if (c->row++)
        return PGCOPY_END;
    pgcopy_batch_put(batch, "1", 1);
    return pgcopy_batch_end_row(batch) < 0 ? PGCOPY_ERR_NOMEM : PGCOPY_END;
}

static void front_finish(void *conn, void *cursor)
{
    struct conn *c = conn;

    if (cursor != &c->row)
        tables_backend.finish(c->memory, cursor);
}

static pgcopy_status front_load_begin(void *conn, const pgcopy_stmt *stmt,
                                      const pgcopy_columns *target, pgcopy_reply *r)
{
    struct conn *c = conn;

    if (!exists(c->front, stmt->table))
        return pgcopy_reply_error(r, "42P01", "relation \"%s\" does not exist", stmt->table);
    return tables_backend.load_begin(c->memory, stmt, target, r);
}

static pgcopy_status front_load_rows(void *conn, const pgcopy_batch *batch, size_t first,
                                     pgcopy_reply *r)
{
    return tables_backend.load_rows(((struct conn *)conn)->memory, batch, first, r);
}

static pgcopy_status front_load_end(void *conn, bool keep, pgcopy_reply *r)
{
    return tables_backend.load_end(((struct conn *)conn)->memory, keep, r);
}

static const pgcopy_backend front_backend = {.size        = sizeof front_backend,
                                             .open        = front_open,
                                             .close       = front_close,
                                             .transaction = front_transaction,
                                             .describe    = front_describe,
                                             .execute     = front_execute,
                                             .fetch       = front_fetch,
                                             .finish      = front_finish,
                                             .load_begin  = front_load_begin,
                                             .load_rows   = front_load_rows,
                                             .load_end    = front_load_end};

/* ---- A client -------------------------------------------------------------------------- */

/* Of most sizes that a read() may give; the same each time. */
static size_t next_piece(uint32_t *seed, size_t left)
{
    static const size_t sizes[] = {1, 2, 3, 5, 17, 100, 1000, 8192, 65536};
    size_t              n;

    *seed = *seed * 1664525u + 1013904223u;
    n     = sizes[(*seed >> 16) % (sizeof sizes / sizeof *sizes)];
    return n < left ? n : left;
}

static void give(pgcopy_session *s, pgcopy_slice *in, uint32_t *seed, void *to, size_t room)
{
    size_t n = next_piece(seed, in->len < room ? in->len : room);

    if (n)
        memcpy(to, in->data, n);
    pgcopy_session_recv_ack(s, n);
    *in = (pgcopy_slice){in->data + n, in->len - n};
    if (!n)
        pgcopy_session_recv_eof(s);
}

/* The loop of examples/gateway.c. */
static void talk(const pgcopy_allocator *allocator, pgcopy_slice in, uint32_t seed,
                 pgcopy_buf *out)
{
    pgcopy_session_opts opts = {.size = sizeof opts, .allocator = allocator};
    pgcopy_session     *s    = pgcopy_session_new(&opts);
    pgcopy_bridge      *b    = s ? pgcopy_bridge_new(s, &front_backend, &front) : NULL;
    pgcopy_job         *job;
    const void         *sent;
    void               *room;
    size_t              len;

    assert_non_null(b);
    while (!pgcopy_bridge_over(b)) {
        if ((job = pgcopy_bridge_next(b))) {
            pgcopy_job_run(job);
            pgcopy_bridge_done(b, job);
        } else if ((sent = pgcopy_session_send_buf(s, &len))) {
            pgcopy_buf_append(out, sent, len);
            pgcopy_session_send_ack(s, len);
        } else if ((room = pgcopy_session_recv_buf(s, &len))) {
            give(s, &in, &seed, room, len);
        }
    }
    pgcopy_bridge_free(b);
    pgcopy_session_free(s);
}

/* ---- The comparison -------------------------------------------------------------------- */

enum { TYPES_MAX = 256 };

static void types_of(const pgcopy_buf *out, char types[TYPES_MAX])
{
    size_t at = out->len && out->data[0] == 'N'; /* the answer to SSLRequest */
    size_t n  = 0;

    while (at + 5 <= out->len) {
        char type = (char)out->data[at];
        at += 1 + get_u32(out->data + at + 1);
        if (strchr("SKN", type) || (strchr("dD", type) && n && types[n - 1] == type))
            continue;
        assert_true(n + 1 < TYPES_MAX);
        types[n++] = type;
    }
    assert_int_equal(at, out->len);
    types[n] = '\0';
}

static size_t read_file(const char *name, const char *ending, void *to, size_t max)
{
    char   path[512];
    FILE  *file;
    size_t n;

    snprintf(path, sizeof path, TEST_DATA "/captures/%.*s%s", (int)(strlen(name) - 4), name,
             ending);
    file = fopen(path, "rb");
    assert_non_null(file);
    n = fread(to, 1, max, file);
    assert_true(n < max);
    fclose(file);
    return n;
}

/* Who left in mid-COPY was gone before PostgreSQL could say so. */
static void read_expected(const char *name, char expected[TYPES_MAX])
{
    size_t n = read_file(name, ".types", expected, TYPES_MAX - 3);

    while (n && expected[n - 1] == '\n')
        n--;
    expected[n] = '\0';
    if (n && expected[n - 1] == 'G')
        strcat(expected, "EE");
}

static void play(const char *name, uint32_t seed)
{
    enum { CAPTURE_MAX = 1 << 20 };
    struct test_memory memory;
    uint8_t           *data = malloc(CAPTURE_MAX);
    char               expected[TYPES_MAX], types[TYPES_MAX];
    pgcopy_buf         out = {0};
    size_t             n;

    assert_non_null(data);
    n = read_file(name, ".bin", data, CAPTURE_MAX);
    read_expected(name, expected);
    test_memory_init(&memory, 0);
    talk(&memory.allocator, (pgcopy_slice){data, n}, seed, &out);
    types_of(&out, types);
    if (!why_not_compared(name) && strcmp(types, expected) != 0)
        print_error("%s, cut by seed %u\n", name, (unsigned)seed);
    if (!why_not_compared(name))
        assert_string_equal(types, expected);
    assert_int_equal(memory.live, 0);
    pgcopy_buf_free(&out);
    free(data);
}

/* ---- All of them ----------------------------------------------------------------------- */

enum { CAPTURES_MAX = 256 };

static char names[CAPTURES_MAX][NAME_MAX_LEN];

static size_t flow_of(const char *name)
{
    return strcspn(name, ".");
}

/* By flow, and a flow's connections in their order: NAME.bin before NAME.2.bin. */
static int compare(const void *a, const void *b)
{
    size_t n = flow_of(a), m = flow_of(b);
    int    order = strncmp(a, b, n < m ? n : m);

    if (order == 0)
        order = (n > m) - (n < m);
    return order ? order : (int)strlen(a) - (int)strlen(b);
}

static size_t list_captures(void)
{
    DIR           *dir = opendir(TEST_DATA "/captures");
    struct dirent *entry;
    size_t         n = 0;

    assert_non_null(dir);
    while ((entry = readdir(dir))) {
        size_t len = strlen(entry->d_name);
        if (len < 5 || strcmp(entry->d_name + len - 4, ".bin") != 0)
            continue;
        assert_true(n < CAPTURES_MAX && len < NAME_MAX_LEN);
        strcpy(names[n++], entry->d_name);
    }
    closedir(dir);
    qsort(names, n, sizeof *names, compare);
    return n;
}

static void a_recorded_client_is_answered_as_postgresql_did(void **state)
{
    size_t n = list_captures();

    (void)state;
    assert_true(n > 50);
    for (uint32_t seed = 1; seed <= 3; seed++)
        for (size_t i = 0; i < n; i++) {
            size_t flow = flow_of(names[i]);
            if (!i || flow_of(names[i - 1]) != flow ||
                strncmp(names[i], names[i - 1], flow) != 0)
                front.n = 0;
            play(names[i], seed);
        }
    for (size_t i = 0; i < n; i++)
        if (why_not_compared(names[i]))
            print_message("%s: played, not compared: %s\n", names[i],
                          why_not_compared(names[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recorded_client_is_answered_as_postgresql_did),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
