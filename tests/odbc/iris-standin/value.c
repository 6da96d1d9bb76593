/* value.c - a value that is not of its column's type is refused, as SQLite would not. */
#include "standin.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- Which columns ------------------------------------------------------------------ */

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.';
}

/* The next name from *p on, quoted or not. */
static bool next_name(const char **p, char name[NAME])
{
    const char *start = *p, *end;
    size_t      quoted;

    while (*start && *start != '"' && !is_letter(*start))
        start++;
    quoted = *start == '"';
    start += quoted;
    end = start;
    while (quoted ? *end && *end != '"' : is_letter(*end))
        end++;
    if (end == start || end - start >= NAME)
        return false;
    memcpy(name, start, (size_t)(end - start));
    name[end - start] = '\0';
    *p                = end + quoted;
    return true;
}

static void ask_type(struct stmt *s, struct param *p)
{
    SQLHSTMT hstmt;
    SQLLEN   ind;
    char     sql[3 * NAME];

    p->type[0] = '\0';
    if (!SQL_SUCCEEDED(real.AllocHandle(SQL_HANDLE_STMT, s->dbc->aside, &hstmt)))
        return;
    snprintf(sql, sizeof sql,
             "SELECT type FROM pragma_table_xinfo('%s') WHERE name = '%s' COLLATE NOCASE",
             s->table, p->field);
    if (SQL_SUCCEEDED(real.ExecDirect(hstmt, (SQLCHAR *)sql, SQL_NTS)) &&
        SQL_SUCCEEDED(real.Fetch(hstmt)))
        real.GetData(hstmt, 1, SQL_C_CHAR, p->type, sizeof p->type, &ind);
    real.FreeHandle(SQL_HANDLE_STMT, hstmt);
}

void find_fields(struct stmt *s, const char *sql)
{
    const char *p = sql + 12, *values = strstr(sql, ") VALUES (?");

    if (strncmp(sql, "INSERT INTO \"", 13) != 0 || !values || !next_name(&p, s->table))
        return;
    while (p < values && s->nfields < PARAMS && next_name(&p, s->params[s->nfields].field))
        ask_type(s, &s->params[s->nfields++]);
}

/* ---- Values ------------------------------------------------------------------------- */

/* Of a row of the set; NULL: it is none, or not a text. */
static const char *value_of(const struct param *p, SQLULEN row, size_t *len)
{
    const char *data = p->data + row * (SQLULEN)p->cap;
    SQLLEN      ind  = p->ind ? p->ind[row] : SQL_NTS;

    if (p->c_type != SQL_C_CHAR || ind == SQL_NULL_DATA || !p->data)
        return NULL;
    *len = ind == SQL_NTS ? strlen(data) : (size_t)ind;
    return data;
}

void list_values(const struct stmt *s, SQLULEN row, char *text, size_t cap)
{
    size_t len, used = 0;

    for (size_t i = 0; i < PARAMS && s->params[i].c_type && used < cap; i++) {
        const char *value = value_of(&s->params[i], row, &len);

        used += (size_t)snprintf(text + used, cap - used, "'%.*s' ",
                                 value ? (int)(len < 40 ? len : 40) : 0, value ? value : "");
    }
}

static bool is_integer(const char *v, size_t len)
{
    size_t sign = len > 0 && (*v == '-' || *v == '+');

    return len > sign && strspn(v + sign, "0123456789") >= len - sign;
}

/* Letter by letter: 9 is any digit. */
static bool looks_like(const char *v, size_t len, const char *form)
{
    for (size_t i = 0; form[i]; i++)
        if (i >= len || (form[i] == '9' ? v[i] < '0' || v[i] > '9' : v[i] != form[i]))
            return false;
    return true;
}

/* Of two digits; what follows may be the next value's. */
static int two(const char *v)
{
    return (v[0] - '0') * 10 + v[1] - '0';
}

static bool is_date(const char *v, size_t len)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int              year, month, day;

    if (len < 10 || !looks_like(v, len, "9999-99-99"))
        return false;
    year  = two(v) * 100 + two(v + 2);
    month = two(v + 5);
    day   = two(v + 8);
    return year > 0 && month >= 1 && month <= 12 && day >= 1 &&
           day <= days[month - 1] + (month == 2 && year % 4 == 0);
}

static size_t characters(const char *v, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)v[i] & 0xC0) != 0x80;
    return n;
}

/* Its SQLCODE where it is refused, else 0.  A stream does not go into another column. */
static int fault(const struct param *p, const char *v, size_t len)
{
    const char *declared = p->type;
    bool        stream   = p->sql_type == SQL_LONGVARCHAR;

    if (stream && type_of(declared)->code != SQL_LONGVARCHAR)
        return 303;
    switch (type_of(declared)->code) {
    case SQL_INTEGER:
    case SQL_SMALLINT:
    case SQL_TINYINT:
    case SQL_BIGINT:
        return is_integer(v, len) ? 0 : 104;
    case SQL_BIT:
        return len == 1 && (*v == '0' || *v == '1') ? 0 : 104;
    case SQL_DATE:
        return len == 10 && is_date(v, len) ? 0 : 146;
    case SQL_TIME:
        return looks_like(v, len, "99:99:99") ? 0 : 147;
    case SQL_TIMESTAMP:
        return is_date(v, len) && looks_like(v + 10, len - 10, " 99:99:99") ? 0 : 104;
    case SQL_VARCHAR:
        return characters(v, len) <= length_of(declared) ? 0 : 104;
    default:
        return 0;
    }
}

bool valid(struct stmt *s, SQLULEN row)
{
    for (size_t i = 0; i < s->nfields; i++) {
        const struct param *p    = &s->params[i];
        size_t              len  = 0;
        const char         *v    = value_of(p, row, &len);
        int                 code = v && *p->type ? fault(p, v, len) : 0;
        char                msg[TEXT];

        if (!code)
            continue;
        snprintf(msg, sizeof msg,
                 "Field 'SQLUser.%.60s.%.60s' (value '%.*s') failed validation", s->table,
                 p->field, (int)(len < 100 ? len : 100), v);
        refuse(&s->h, code == 104 ? "23000" : "HY000", code, msg);
        return false;
    }
    return true;
}
