/* type.c - what ODBC sees of a type of DDL: fewer types, and ODBC 2's codes of dates. */
#include "standin.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The longer of two that begin alike comes first; the last is any other. */
const struct type types[] = {{"int", "INTEGER", SQL_INTEGER},
                             {"smallint", "SMALLINT", SQL_SMALLINT},
                             {"tinyint", "TINYINT", SQL_TINYINT},
                             {"bigint", "BIGINT", SQL_BIGINT},
                             {"numeric", "NUMERIC", SQL_NUMERIC},
                             {"decimal", "NUMERIC", SQL_NUMERIC},
                             {"double", "DOUBLE", SQL_DOUBLE},
                             {"float", "DOUBLE", SQL_DOUBLE},
                             {"real", "DOUBLE", SQL_DOUBLE},
                             {"bit", "BIT", SQL_BIT},
                             {"boolean", "BIT", SQL_BIT},
                             {"date", "DATE", SQL_DATE},
                             {"timestamp", "TIMESTAMP", SQL_TIMESTAMP},
                             {"posixtime", "POSIXTIME", SQL_TIMESTAMP},
                             {"time", "TIME", SQL_TIME},
                             {"longvarchar", "LONGVARCHAR", SQL_LONGVARCHAR},
                             {"text", "LONGVARCHAR", SQL_LONGVARCHAR},
                             {"longvarbinary", "LONGVARBINARY", SQL_LONGVARBINARY},
                             {"bytea", "LONGVARBINARY", SQL_LONGVARBINARY},
                             {"blob", "LONGVARBINARY", SQL_LONGVARBINARY},
                             {"varbinary", "VARBINARY", SQL_VARBINARY},
                             {"uniqueidentifier", "GUID", SQL_GUID},
                             {"", "VARCHAR", SQL_VARCHAR}};

const struct type *type_of(const char *declared)
{
    const struct type *t = types;

    while (strncasecmp(declared, t->declared, strlen(t->declared)) != 0)
        t++;
    return t;
}

size_t length_of(const char *declared)
{
    const char *open = strchr(declared, '(');

    return open ? strtoul(open + 1, NULL, 10) : 1; /* MAXLEN is 1 where nothing is said */
}
