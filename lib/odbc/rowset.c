/*
 * odbc/rowset.c - the slots that SQLFetch fills: how many rows at once, and how long.
 *
 *   block | column 0: lengths, rows | values, rows * cap | column 1: lengths | ... | marks
 */
#include "odbc/cursor.h"

enum {
    SLOT_MAX  = 1024, /* bytes of a slot where one row is fetched at a time     */
    SLOT_MIN  = 64,   /* and what it begins with: sqliteodbc fills all of it    */
    SHORT_MAX = 255   /* characters of a column that goes into a rowset          */
};

/* The most characters that a column says it shows; 0: it does not say. */
static size_t shown(SQLHSTMT stmt, size_t col)
{
    SQLLEN size = 0;

    SQLColAttribute(stmt, (SQLUSMALLINT)(col + 1), SQL_DESC_DISPLAY_SIZE, NULL, 0, NULL, &size);
    return size > 0 ? (size_t)size : 0;
}

/* psqlodbc shows 30 characters of a numeric without a precision, which may have 147455. */
static bool is_any_numeric(const pgcopy_column *col)
{
    return col->type == PGCOPY_OID_NUMERIC && col->typmod < 0;
}

/* A rowset only of columns that are all short: in the middle of one there is no going back for
   the rest of a value.  How many rows; 1: none. */
static size_t rows_of(const odbc_conn *c, odbc_cursor *cur, const pgcopy_columns *cols)
{
    size_t row = sizeof *cur->marks, rows;

    for (size_t i = 0; i < cur->ncols; i++) {
        size_t size = shown(cur->stmt, i);

        if (size == 0 || size > SHORT_MAX || cur->outs[i].bytes ||
            is_any_numeric(pgcopy_columns_at(cols, i)))
            return 1;
        cur->outs[i].room = (size * 4 + 16) & ~(size_t)15; /* 4 bytes of UTF-8 a character */
        row += sizeof(SQLLEN) + cur->outs[i].room;
    }
    rows = c->batch_bytes / row;
    rows = rows < c->dialect->fetch_rows ? rows : c->dialect->fetch_rows;
    return rows ? rows : 1;
}

static void choose_slots(const odbc_conn *c, odbc_cursor *cur, const pgcopy_columns *cols)
{
    size_t most = c->batch_bytes / (cur->ncols * 2);

    cur->rowset = c->dialect->fetch_rows > 1 ? rows_of(c, cur, cols) : 1;
    cur->bound  = cur->rowset > 1 || c->gets_bound;
    most        = most > SLOT_MAX ? SLOT_MAX : most < SLOT_MIN ? SLOT_MIN : most & ~(size_t)15;
    for (size_t i = 0; i < cur->ncols; i++) {
        odbc_out *out = &cur->outs[i];

        if (cur->rowset == 1)
            out->room = most;
        out->cap = cur->bound && cur->rowset == 1 ? SLOT_MIN : out->room;
    }
}

static size_t block_size(const odbc_cursor *cur)
{
    size_t size = cur->rowset * sizeof *cur->marks;

    for (size_t i = 0; i < cur->ncols; i++)
        size += cur->rowset * (sizeof(SQLLEN) + cur->outs[i].room);
    return size;
}

/* Lengths, then values, then the marks: each is aligned. */
static void place(odbc_cursor *cur)
{
    uint8_t *p = cur->block;

    for (size_t i = 0; i < cur->ncols; i++) {
        cur->outs[i].inds = (SQLLEN *)(void *)p;
        p += cur->rowset * sizeof(SQLLEN);
        cur->outs[i].data = (char *)p;
        p += cur->rowset * cur->outs[i].room;
    }
    cur->marks = (SQLUSMALLINT *)(void *)p;
}

void odbc_rowset_bind(odbc_cursor *cur)
{
    for (size_t i = 0; cur->bound && i < cur->ncols; i++)
        SQLBindCol(cur->stmt, (SQLUSMALLINT)(i + 1), SQL_C_CHAR, cur->outs[i].data,
                   (SQLLEN)cur->outs[i].cap, cur->outs[i].inds);
    SQLSetStmtAttr(cur->stmt, SQL_ATTR_ROWS_FETCHED_PTR, &cur->got, SQL_IS_POINTER);
    SQLSetStmtAttr(cur->stmt, SQL_ATTR_ROW_STATUS_PTR, cur->marks, SQL_IS_POINTER);
    SQLSetStmtAttr(cur->stmt, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)(SQLULEN)cur->rowset,
                   SQL_IS_UINTEGER);
}

void odbc_rowset_grow(odbc_cursor *cur)
{
    bool grown = false;

    for (size_t i = 0; i < cur->ncols; i++) {
        odbc_out *out = &cur->outs[i];

        if (out->want > out->cap && out->cap < out->room) {
            out->cap = out->want + 15 < out->room ? (out->want + 15) & ~(size_t)15 : out->room;
            grown    = true;
        }
        out->want = 0;
    }
    if (grown)
        odbc_rowset_bind(cur);
}

pgcopy_status odbc_rowset_make(const odbc_conn *c, odbc_cursor *cur, const pgcopy_columns *cols)
{
    cur->outs = odbc_new(c, cur->ncols * sizeof *cur->outs);
    if (!cur->outs)
        return PGCOPY_ERR_NOMEM;
    for (size_t i = 0; i < cur->ncols; i++) {
        uint32_t type = pgcopy_columns_at(cols, i)->type;

        cur->outs[i].bytes = type == PGCOPY_OID_BYTEA;
        cur->outs[i].bit   = type == PGCOPY_OID_BOOL && c->dialect->raw_bits;
    }
    choose_slots(c, cur, cols);
    cur->block_size = block_size(cur);
    cur->block      = odbc_new(c, cur->block_size);
    if (!cur->block)
        return PGCOPY_ERR_NOMEM;
    place(cur);
    odbc_rowset_bind(cur);
    if (cur->rowset == 1)
        return PGCOPY_OK;
    cur->fields = odbc_new(c, ODBC_ROWS_AT_ONCE * cur->ncols * sizeof *cur->fields);
    return cur->fields ? PGCOPY_OK : PGCOPY_ERR_NOMEM;
}
