/* use.c - the least that shows that the installed headers and libraries belong together. */
#include <pgcopy/pgcopy.h>
#ifdef USE_ODBC
#include <pgcopy/odbc.h>
#endif
#ifdef USE_SQLITE
#include <pgcopy/sqlite.h>
#endif

int main(void)
{
    pgcopy_buf out = {0};

    pgcopy_write_ready(&out, 'I');
#ifdef USE_ODBC
    if (pgcopy_odbc.size != sizeof pgcopy_odbc)
        return 1;
#endif
#ifdef USE_SQLITE
    if (pgcopy_sqlite.size != sizeof pgcopy_sqlite)
        return 1;
#endif
    if (out.failed || out.len != 6 || pgcopy_version_num() != PGCOPY_VERSION_NUM)
        return 1;
    pgcopy_buf_free(&out);
    return 0;
}
