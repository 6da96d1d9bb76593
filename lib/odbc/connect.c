/*
 * odbc/connect.c - open, close and cancel.
 *
 *   connection string -- its driver --> a dialect: its keys are added --> SQLDriverConnect
 *     one node after the other          another one by SQL_DBMS_NAME: once again with its keys
 */
#include "odbc/conn.h"
#include "odbc/nodes.h"
#include "odbc/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_BYTES = 1 << 20, BATCH_BYTES_MAX = 10000000, LOCK_MS = 60000 };

const pgcopy_backend pgcopy_odbc = {.size  = sizeof pgcopy_odbc,
                                    .flags = PGCOPY_BACKEND_DEFAULTS | PGCOPY_BACKEND_WHERE,
                                    .open  = odbc_open,
                                    .close = odbc_close,
                                    .transaction = odbc_transaction,
                                    .relation    = odbc_relation,
                                    .describe    = odbc_describe,
                                    .execute     = odbc_execute,
                                    .fetch       = odbc_fetch,
                                    .finish      = odbc_finish,
                                    .load_begin  = odbc_load_begin,
                                    .load_rows   = odbc_load_rows,
                                    .load_end    = odbc_load_end,
                                    .cancel      = odbc_cancel};

/* ---- The connection string ---------------------------------------------------------- */

/* sqliteodbc waits for locks by itself, deaf to cancel, also where waiting is in vain.  Its
   shortest time, said first because the first of two keys counts, leaves the wait to run.c. */
static void add_short_timeout(const odbc_conn *c, pgcopy_buf *text)
{
    if (c->dialect->busy)
        odbc_text_add(text, "Timeout=1;");
}

/* Unless it is there. */
static void add_key(pgcopy_buf *text, const char *connection, const char *key,
                    const char *value)
{
    if (odbc_text_key(connection, key).data)
        return;
    odbc_text_add(text, ";");
    odbc_text_add(text, key);
    odbc_text_add(text, "=");
    odbc_text_add(text, value);
}

static const char *connection_text(const odbc_conn *c, const char *connection, pgcopy_buf *text)
{
    char seconds[16];

    text->len = 0;
    add_short_timeout(c, text);
    odbc_text_add(text, connection);
    for (const char *const *key = c->dialect->keys; *key; key += 2)
        add_key(text, connection, key[0], key[1]);
    snprintf(seconds, sizeof seconds, "%u", (unsigned)c->login_s);
    if (c->login_s && c->dialect->timeout_key)
        add_key(text, connection, c->dialect->timeout_key, seconds);
    return odbc_text_end(text);
}

/* By the Driver key, or by the whole of a string that names a DSN alone. */
static const odbc_dialect *guess(const char *connection)
{
    pgcopy_slice value = odbc_text_key(connection, "Driver");
    char         driver[256];

    if (!value.data)
        value = odbc_text_key(connection, "DSN");
    snprintf(driver, sizeof driver, "%.*s", (int)(value.len < 255 ? value.len : 255),
             value.data ? (const char *)value.data : "");
    return odbc_dialect_of(driver);
}

static void read_lock_ms(odbc_conn *c, const pgcopy_odbc_opts *opts)
{
    pgcopy_slice value = odbc_text_key(opts->connection, "Timeout");

    c->lock_ms = opts->lock_ms ? opts->lock_ms : LOCK_MS;
    if (!opts->lock_ms && c->dialect->busy && value.data)
        c->lock_ms = (uint32_t)strtoul((const char *)value.data, NULL, 10);
}

/* ---- Open --------------------------------------------------------------------------- */

/* The driver's words hold hosts, users and paths: they are for the log.  SQL: the login was
   refused, and another node would count a second failure, or there is no room, which the client
   may wait for; LOST: another node may be there. */
static pgcopy_status no_connection(odbc_conn *c, SQLSMALLINT type, SQLHANDLE handle,
                                   pgcopy_reply *r)
{
    bool refused;

    (void)odbc_failed(c, type, handle, r);
    if (strcmp(pgcopy_reply_failure(r)->sqlstate, "53300") == 0)
        return PGCOPY_ERR_SQL;
    refused = strncmp(pgcopy_reply_failure(r)->sqlstate, "28", 2) == 0;
    pgcopy_reply_error(r, "08006", "could not connect to the database");
    if (refused)
        return PGCOPY_ERR_SQL;
    odbc_nodes_failed(c->nodes, c->node);
    return PGCOPY_ERR_LOST;
}

static pgcopy_status driver_connect(odbc_conn *c, const pgcopy_odbc_opts *opts, pgcopy_reply *r)
{
    pgcopy_buf    buf    = {.allocator = c->allocator};
    const char   *text   = connection_text(c, opts->connection, &buf);
    pgcopy_status status = PGCOPY_OK;

    if (!text)
        status = PGCOPY_ERR_NOMEM;
    else if (!SQL_SUCCEEDED(SQLDriverConnect(c->dbc, NULL, (SQLCHAR *)text, SQL_NTS, NULL, 0,
                                             NULL, SQL_DRIVER_NOPROMPT)))
        status = no_connection(c, SQL_HANDLE_DBC, c->dbc, r);
    pgcopy_buf_free(&buf);
    return status;
}

static const odbc_dialect *dialect_of_database(const odbc_conn *c)
{
    char        name[128] = "";
    SQLSMALLINT len;

    SQLGetInfo(c->dbc, SQL_DBMS_NAME, name, sizeof name, &len);
    return odbc_dialect_of(name);
}

static pgcopy_status connect_as(odbc_conn *c, const pgcopy_odbc_opts *opts, pgcopy_reply *r)
{
    const odbc_dialect *found;
    pgcopy_status       status = driver_connect(c, opts, r);

    if (status || opts->dialect)
        return status;
    found = dialect_of_database(c);
    if (found == c->dialect)
        return PGCOPY_OK;
    c->dialect = found;
    read_lock_ms(c, opts);
    SQLDisconnect(c->dbc);
    return driver_connect(c, opts, r);
}

/* The first node that lets us in. */
static pgcopy_status connect_any(odbc_conn *c, const pgcopy_odbc_opts *opts, size_t count,
                                 pgcopy_reply *r)
{
    pgcopy_odbc_opts one    = *opts;
    pgcopy_buf       text   = {.allocator = c->allocator};
    pgcopy_status    status = PGCOPY_ERR_LOST;
    uint8_t          order[ODBC_NODES_MAX];

    odbc_nodes_order(c->nodes, opts->connection, count, order);
    for (size_t i = 0; i < count && status == PGCOPY_ERR_LOST; i++) {
        c->node        = order[i];
        one.connection = odbc_nodes_text(c->dialect, opts->connection, c->node, &text);
        status         = one.connection ? connect_as(c, &one, r) : PGCOPY_ERR_NOMEM;
    }
    pgcopy_buf_free(&text);
    return status == PGCOPY_ERR_LOST ? PGCOPY_ERR_SQL : status; /* none was had, none is lost */
}

static pgcopy_status connect_nodes(odbc_conn *c, const pgcopy_odbc_opts *opts, pgcopy_reply *r)
{
    size_t count = odbc_nodes_count(c->dialect, opts->connection);

    c->login_s = odbc_nodes_timeout(opts->connection, count, opts->login_s);
    if (!count) {
        pgcopy_reply_log(r, "the connection string has too many hosts, or lists of hosts and "
                            "ports that do not fit each other");
        return pgcopy_reply_error(r, "08006", "could not connect to the database");
    }
    if (c->login_s)
        SQLSetConnectAttr(c->dbc, SQL_ATTR_LOGIN_TIMEOUT, (SQLPOINTER)(SQLULEN)c->login_s,
                          SQL_IS_UINTEGER);
    return connect_any(c, opts, count, r);
}

static pgcopy_status allocate(odbc_conn *c, pgcopy_reply *r)
{
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &c->env)))
        return PGCOPY_ERR_NOMEM;
    SQLSetEnvAttr(c->env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0);
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_DBC, c->env, &c->dbc)))
        return no_connection(c, SQL_HANDLE_ENV, c->env, r);
    return PGCOPY_OK;
}

static void read_abilities(odbc_conn *c)
{
    SQLUINTEGER gets = 0;

    SQLGetInfo(c->dbc, SQL_GETDATA_EXTENSIONS, &gets, sizeof gets, NULL);
    c->gets_bound = (gets & SQL_GD_BOUND) && (gets & SQL_GD_ANY_COLUMN);
}

/* What it says of itself must be so: a session that is not as it should be is none. */
static pgcopy_status say_hello(odbc_conn *c, pgcopy_reply *r)
{
    if (SQL_SUCCEEDED(odbc_run(c, c->words, c->dialect->hello)))
        return PGCOPY_OK;
    (void)odbc_failed(c, SQL_HANDLE_STMT, c->words, r);
    return pgcopy_reply_error(r, "08006", "could not connect to the database");
}

static pgcopy_status connect_all(odbc_conn *c, const pgcopy_odbc_opts *opts, pgcopy_reply *r)
{
    pgcopy_status status = allocate(c, r);

    if (!status)
        status = connect_nodes(c, opts, r);
    if (!status)
        status = odbc_statement(c, &c->words, r);
    if (!status)
        status = odbc_statement(c, &c->aside, r);
    if (!status && c->dialect->hello)
        status = say_hello(c, r);
    if (!status)
        read_abilities(c);
    if (!status)
        status = odbc_encoding_check(c, r);
    if (!status)
        odbc_probe_arrays(c);
    return status;
}

/* Options that the connection string may say too. */
static uint32_t number_of(const char *connection, const char *key, uint32_t otherwise)
{
    pgcopy_slice value = odbc_text_key(connection, key);

    return value.data && !otherwise ? (uint32_t)strtoul((const char *)value.data, NULL, 10)
                                    : otherwise;
}

/* NULL: there is none of this name. */
static const odbc_dialect *choose_dialect(pgcopy_odbc_opts *opts)
{
    pgcopy_slice        value    = odbc_text_key(opts->connection, "dialect");
    char                name[32] = "";
    const odbc_dialect *dialect;

    if (!opts->dialect && !value.data)
        return guess(opts->connection);
    if (value.data && value.len < sizeof name)
        memcpy(name, value.data, value.len);
    dialect       = odbc_dialect_named(opts->dialect ? opts->dialect : name);
    opts->dialect = dialect ? dialect->name : NULL;
    return dialect;
}

static void read_options(odbc_conn *c, const pgcopy_odbc_opts *opts)
{
    c->allocator   = opts->allocator;
    c->batch_bytes = opts->batch_bytes ? opts->batch_bytes : BATCH_BYTES;
    if (c->batch_bytes > BATCH_BYTES_MAX)
        c->batch_bytes = BATCH_BYTES_MAX;
    c->insert_rows = opts->insert_rows;
    c->array_rows  = number_of(opts->connection, "array_rows", opts->array_rows);
    c->nodes       = opts->nodes;
    read_lock_ms(c, opts);
}

pgcopy_status odbc_open(void *arg, const pgcopy_who *who, void **conn, pgcopy_reply *r)
{
    pgcopy_odbc_opts    opts = {0};
    const odbc_dialect *dialect;
    odbc_conn          *c;
    pgcopy_status       status;
    size_t              size = *(const size_t *)arg;

    (void)who;
    memcpy(&opts, arg, size < sizeof opts ? size : sizeof opts);
    if (!opts.connection)
        return PGCOPY_ERR_USAGE;
    dialect = choose_dialect(&opts);
    if (!dialect)
        return pgcopy_reply_error(r, "08006", "no such ODBC dialect");
    c = odbc_resize(opts.allocator, NULL, 0, sizeof *c);
    if (!c)
        return PGCOPY_ERR_NOMEM;
    memset(c, 0, sizeof *c);
    pthread_mutex_init(&c->lock, NULL);
    c->dialect = dialect;
    read_options(c, &opts);
    status = connect_all(c, &opts, r);
    if (status)
        odbc_close(c);
    else
        *conn = c;
    return status;
}

/* ---- Close -------------------------------------------------------------------------- */

void odbc_close(void *conn)
{
    odbc_conn *c = conn;

    while (c->cursors)
        odbc_finish(c, c->cursors);
    odbc_load_drop(c);
    odbc_drop(&c->words);
    odbc_drop(&c->aside);
    if (c->dbc != SQL_NULL_HDBC) {
        /* A transaction in words is rolled back by its database when the line is cut. */
        if (c->tx != ODBC_TX_NONE)
            SQLEndTran(SQL_HANDLE_DBC, c->dbc, SQL_ROLLBACK);
        SQLDisconnect(c->dbc);
        SQLFreeHandle(SQL_HANDLE_DBC, c->dbc);
    }
    if (c->env != SQL_NULL_HENV)
        SQLFreeHandle(SQL_HANDLE_ENV, c->env);
    pthread_mutex_destroy(&c->lock);
    odbc_resize(c->allocator, c, sizeof *c, 0);
}

void odbc_cancel(void *conn)
{
    odbc_conn *c = conn;

    pthread_mutex_lock(&c->lock);
    if (c->busy) {
        c->cancelled = true;
        if (c->running != SQL_NULL_HSTMT)
            SQLCancel(c->dialect->cancel_aside ? c->aside : c->running);
    }
    pthread_mutex_unlock(&c->lock);
}
