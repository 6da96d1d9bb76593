/* real.c - SQLite's ODBC driver, loaded apart so that its names do not meet ours. */
#include "standin.h"

#include <dlfcn.h>
#include <string.h>

struct real real;

static const char *const names[] = {
    "SQLAllocHandle", "SQLFreeHandle",    "SQLSetEnvAttr",     "SQLDriverConnect",
    "SQLDisconnect",  "SQLGetInfo",       "SQLSetConnectAttr", "SQLGetConnectAttr",
    "SQLPrepare",     "SQLExecute",       "SQLExecDirect",     "SQLBindParameter",
    "SQLNumParams",   "SQLNumResultCols", "SQLColAttribute",   "SQLDescribeCol",
    "SQLBindCol",     "SQLFetch",         "SQLGetData",        "SQLRowCount",
    "SQLMoreResults", "SQLFreeStmt",      "SQLCloseCursor",    "SQLCancel",
    "SQLSetStmtAttr", "SQLGetStmtAttr",   "SQLPrimaryKeys",    "SQLGetDiagRec"};

enum { NAMES = sizeof names / sizeof *names };

_Static_assert(sizeof real == NAMES * sizeof(void *), "a name for each function");

bool real_load(void)
{
    void *library = dlopen(STANDIN_SQLITE, RTLD_NOW | RTLD_LOCAL);
    char *to      = (char *)&real;

    for (size_t i = 0; library && i < NAMES; i++, to += sizeof(void *)) {
        void *found = dlsym(library, names[i]);

        if (!found)
            return false;
        memcpy(to, &found, sizeof found);
    }
    return library != NULL;
}
