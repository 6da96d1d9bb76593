/*
 * bench_stmt.c - what it costs to understand a COPY command: text to statement, and the lines
 * of a script that other commands are.
 *
 * Prints: statement, what, then values with their units; the best of RUNS, in CPU time.
 */
#include <pgcopy/stmt.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RUNS = 9, TIMES = 20000 };

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void parse(const char *sql)
{
    pgcopy_slice text = {(const uint8_t *)sql, strlen(sql)};
    size_t       pos  = 0;
    pgcopy_stmt *stmt = NULL;

    if (pgcopy_stmt_parse(text, &pos, NULL, &stmt, NULL) < 0)
        exit(1);
    pgcopy_stmt_free(stmt);
}

static void bench(const char *name, const char *sql)
{
    double best = 1e18;

    for (int run = 0; run < RUNS; run++) {
        double start = now(), ns;
        for (int i = 0; i < TIMES; i++)
            parse(sql);
        ns   = (now() - start) / TIMES;
        best = ns < best ? ns : best;
    }
    printf("%-14s %-8s %8.1f ns %6.2f ns/byte\n", name, "parse", best,
           best / (double)strlen(sql));
}

int main(void)
{
    bench("short", "COPY t FROM STDIN");
    bench("usual",
          "COPY clinic.patients (PatientID, FirstName, LastName, DateOfBirth) FROM STDIN "
          "WITH (FORMAT csv, HEADER true, DELIMITER ';', NULL 'NULL')");
    bench("query", "COPY (SELECT a, b FROM t WHERE c > 17 ORDER BY a) TO STDOUT (FORMAT csv)");
    return 0;
}
