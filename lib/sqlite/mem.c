/* sqlite/mem.c - memory by the caller's allocator, and SQL as text: the core's own helpers are
 * not exported. */
#include "sqlite/conn.h"

#include <stdlib.h>
#include <string.h>

void *lite_resize(const pgcopy_allocator *a, void *ptr, size_t old_size, size_t new_size)
{
    if (a)
        return a->resize(a->ctx, ptr, old_size, new_size);
    if (new_size)
        return realloc(ptr, new_size);
    free(ptr);
    return NULL;
}

void *lite_new(const lite_conn *c, size_t size)
{
    void *ptr = lite_resize(c->allocator, NULL, 0, size);

    return ptr ? memset(ptr, 0, size) : NULL;
}

void lite_free(const lite_conn *c, void *ptr, size_t size)
{
    if (ptr)
        lite_resize(c->allocator, ptr, size, 0);
}

/* ---- Text --------------------------------------------------------------------------- */

void lite_add(pgcopy_buf *buf, const char *text)
{
    pgcopy_buf_append(buf, text, strlen(text));
}

void lite_quote(pgcopy_buf *buf, const char *name)
{
    lite_add(buf, "\"");
    for (; *name; name++) {
        pgcopy_buf_append(buf, name, 1);
        if (*name == '"')
            lite_add(buf, "\"");
    }
    lite_add(buf, "\"");
}

const char *lite_end(pgcopy_buf *buf)
{
    pgcopy_buf_append(buf, "", 1);
    return buf->failed ? NULL : (const char *)buf->data;
}

bool lite_same(const char *a, const char *b)
{
    return sqlite3_stricmp(a, b) == 0;
}

bool lite_begins(const char *text, const char *part)
{
    return sqlite3_strnicmp(text, part, (int)strlen(part)) == 0;
}

const char *lite_text_of(sqlite3_stmt *stmt, int col)
{
    const char *text = (const char *)sqlite3_column_text(stmt, col);

    return text ? text : "";
}
