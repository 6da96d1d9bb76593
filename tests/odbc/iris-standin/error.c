/*
 * error.c - IRIS's errors: the number is SQLCODE without its sign, and the text tells where the
 * program lies and what the values were.
 *
 *   [Iris ODBC][State : 23000][Native Code 119]
 *   [/usr/bin/pgcopyd]
 *   [SQLCODE: <-119>:<...>]
 *   [Location: <ServerLoop>]
 *   [%msg: <... value 'Mueller' ...>]
 */
#include "standin.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct meaning {
    int         code;
    const char *text;
} meanings[] = {{1, "Invalid SQL statement"},
                {25, "Input encountered after end of query"},
                {29, "Field not found in the applicable tables"},
                {30, "Table or view not found"},
                {51, "SQL statement expected"},
                {98, "License violation"},
                {104, "Field validation failed in INSERT"},
                {108, "Required field missing; INSERT or UPDATE not allowed"},
                {110, "Locking conflict in filing"},
                {119, "UNIQUE or PRIMARY KEY constraint failed uniqueness check upon INSERT"},
                {121, "FOREIGN KEY constraint failed referential check upon INSERT"},
                {146, "Unable to convert date input to a valid logical date value"},
                {147, "Unable to convert time input to a valid logical time value"},
                {201, "Table or view name not unique"},
                {303, "No implicit conversion of Stream value to non-Stream field"},
                {359, "User defined SQL Function does not exist"},
                {375, "Cannot ROLLBACK to unspecified savepoint"},
                {400, "Fatal error occurred"},
                {469, "Driver not capable"}};

/* What SQLite says, by its result code and a part of its text.  Which SQLSTATE goes with which
   SQLCODE is documented nowhere but for 23000: the number alone has to do. */
static const struct translation {
    int         native;
    const char *part;
    const char *state;
    int         code;
} translations[] = {{19, "UNIQUE", "23000", 119},
                    {19, "PRIMARY KEY", "23000", 119},
                    {19, "NOT NULL", "23000", 108},
                    {19, "FOREIGN KEY", "23000", 121},
                    {19, "", "23000", 104},
                    {1, "no such table", "HY000", 30},
                    {1, "no such column", "HY000", 29},
                    {1, "no column named", "HY000", 29},
                    {1, "no such function", "HY000", 359},
                    {1, "already exists", "HY000", 201},
                    {1, "syntax error", "HY000", 1},
                    {5, "", "HY000", 110},
                    {6, "", "HY000", 110}};

static const char *meaning_of(int code)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (meanings[i].code == code)
            return meanings[i].text;
    return "Fatal error occurred";
}

SQLRETURN refuse(struct handle *h, const char *state, int code, const char *msg)
{
    char    program[TEXT / 2] = "";
    ssize_t len               = readlink("/proc/self/exe", program, sizeof program - 1);

    snprintf(h->diag.state, sizeof h->diag.state, "%s", state);
    h->diag.native = code;
    snprintf(h->diag.text, sizeof h->diag.text,
             "[Iris ODBC][State : %s][Native Code %d]\r\n[%s]\r\n[SQLCODE: <-%d>:<%s>]\r\n"
             "[Location: <ServerLoop>]\r\n[%%msg: <%s>]",
             state, code, len > 0 ? program : "/usr/irissys/bin", code, meaning_of(code), msg);
    return SQL_ERROR;
}

static SQLRETURN translate(struct handle *h, int native, const char *text)
{
    char values[TEXT / 2] = "", msg[TEXT];

    if (h->type == SQL_HANDLE_STMT)
        list_values((struct stmt *)(void *)h, 0, values, sizeof values);
    snprintf(msg, sizeof msg, "%.200s (value %s)", text, values);
    for (size_t i = 0; i < sizeof translations / sizeof *translations; i++)
        if (translations[i].native == native && strstr(text, translations[i].part))
            return refuse(h, translations[i].state, translations[i].code, msg);
    return refuse(h, "HY000", 400, msg);
}

SQLRETURN judged(struct handle *h, SQLRETURN rc)
{
    SQLCHAR     state[6], text[TEXT] = "";
    SQLINTEGER  native = 0;
    SQLSMALLINT len;

    h->diag.state[0] = '\0';
    if (rc != SQL_ERROR)
        return rc;
    real.GetDiagRec(h->type, h->real, 1, state, &native, text, sizeof text, &len);
    return translate(h, native, (const char *)text);
}

SQLRETURN SQLGetDiagRec(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number, SQLCHAR *state,
                        SQLINTEGER *native, SQLCHAR *text, SQLSMALLINT cap, SQLSMALLINT *len)
{
    const struct diag *diag = &((struct handle *)handle)->diag;

    (void)type;
    if (number != 1 || !diag->state[0])
        return SQL_NO_DATA;
    if (state)
        memcpy(state, diag->state, sizeof diag->state);
    if (native)
        *native = diag->native;
    if (text && cap > 0)
        snprintf((char *)text, (size_t)cap, "%s", diag->text);
    if (len)
        *len = (SQLSMALLINT)strlen(diag->text);
    return SQL_SUCCESS;
}

/* The driver manager asks for no record unless this is there too. */
SQLRETURN SQLGetDiagField(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number,
                          SQLSMALLINT field, SQLPOINTER value, SQLSMALLINT cap,
                          SQLSMALLINT *len)
{
    const struct diag *diag = &((struct handle *)handle)->diag;

    (void)type, (void)cap, (void)len;
    if (number != 0 || field != SQL_DIAG_NUMBER)
        return SQL_NO_DATA;
    *(SQLINTEGER *)value = diag->state[0] ? 1 : 0;
    return SQL_SUCCESS;
}
