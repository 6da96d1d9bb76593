/* main.c - pgcopyd: a small server around libpgcopy, and what it needs of the process. */
#include "options.h"
#include "server.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>

/* A connection is a descriptor, and the usual soft limit is 1024. */
static void allow_many_descriptors(void)
{
    struct rlimit limit;

    if (!getrlimit(RLIMIT_NOFILE, &limit)) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* The ODBC driver's SQLite is this one too.  A connection has one thread at a time, and nobody
   asks how much memory is used: to lock and count took a quarter of a COPY TO over sqliteodbc.
 */
static void relieve_sqlite(void)
{
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int main(int argc, char **argv)
{
    static struct server server;
    struct options       options;
    enum exit_code       code;

    if (options_read(&options, argc, argv, &code)) {
        log_set_level(options.log_level);
        signal(SIGPIPE, SIG_IGN); /* a client that left is an error of write() */
        signal(SIGXFSZ, SIG_IGN); /* and so is a file that may not grow: SQLite's are ours  */
        allow_many_descriptors();
        relieve_sqlite();
        code = server_run(&server, &options);
    }
    options_free(&options);
    return (int)code;
}
