/*
 * bench_codec.c - decode and encode of generated rows (sets.h), on one core, in CPU time.
 *
 *   cmake --preset release && cmake --build --preset release --target bench_codec
 *   build/release/tests/bench_codec [-m MEGABYTES] [-p PIECE] [-s SET] [-t TABLE] [-n RUNS]
 * [-d]
 *
 * SET is as the first column says; TABLE one of the tables of the scan; -d: decode alone, for
 * callgrind.  decode: all values out, their lengths and first bytes looked at; the best of
 * RUNS. libcsv, where it is installed, reads the same bytes in the same run.
 */
#include "sets.h"

#include <pgcopy/codec.h>

#include "codec/decoder.h"

#if defined(BENCH_LIBCSV)
#include <csv.h>
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct {
    size_t                   size, piece;
    const char              *set;
    const struct scan_table *table;
    int                      runs;
    bool                     decode_only;
} opts = {.size = 32u << 20, .piece = 65536, .runs = 5};

/* One line of the report. */
struct task {
    char                    name[32];
    const struct bench_set *set;
    pgcopy_format           format;
    pgcopy_buf              data;
    uint64_t                fields;
    uint64_t                sum; /* of lengths and first bytes */
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *checked(void *p)
{
    if (!p)
        exit(1);
    return p;
}

static void generate(struct task *task)
{
    pgcopy_batch   *batch = checked(pgcopy_batch_new(task->set->ncols, NULL, NULL));
    pgcopy_encoder *enc   = checked(pgcopy_encoder_new(&task->format, NULL, NULL, NULL));
    uint64_t        seed  = 42;

    for (uint64_t id = 1; task->data.len < opts.size && !task->data.failed; id++) {
        task->set->put(batch, id, &seed);
        if (pgcopy_batch_end_row(batch) < 0)
            exit(1);
        pgcopy_encode_row(enc, batch, 0, &task->data);
        pgcopy_batch_clear(batch);
    }
    pgcopy_encoder_free(enc);
    pgcopy_batch_free(batch);
}

/* ---- Ours --------------------------------------------------------------------------- */

/* A NULL is asked for without a branch, or the branch is what is measured. */
static void touch(struct task *task, const pgcopy_batch *batch)
{
    const pgcopy_view *v   = pgcopy_batch_view(batch);
    size_t             n   = (size_t)v->nrows * v->ncols;
    uint64_t           sum = 0;

    for (size_t i = 0; i < n; i++) {
        pgcopy_field f    = v->fields[i];
        uint32_t     some = 0 - (uint32_t)(f.len <= PGCOPY_LEN_MAX);
        sum += (f.len & some) + (v->bytes[f.start] & some);
    }
    task->sum += sum;
    task->fields += n;
}

/* Seconds.  enc NULL: decode alone. */
static double run(struct task *task, pgcopy_encoder *enc, pgcopy_buf *out)
{
    pgcopy_decoder *dec   = checked(pgcopy_decoder_new(&task->format, NULL, NULL, NULL));
    pgcopy_batch   *batch = checked(pgcopy_batch_new(0, NULL, NULL));
    pgcopy_slice    in    = {task->data.data, 0};
    size_t          left  = task->data.len;
    double          start = now();
    pgcopy_status   rc    = PGCOPY_AGAIN;

    dec->scan    = opts.table ? opts.table : dec->scan;
    task->fields = task->sum = 0;
    while (rc == PGCOPY_AGAIN || rc == PGCOPY_FULL) {
        if (rc == PGCOPY_AGAIN && left) {
            in.len = opts.piece < left ? opts.piece : left;
            left -= in.len;
        }
        rc = in.len || left ? pgcopy_decode(dec, &in, batch) : pgcopy_decode_end(dec, batch);
        if (rc == PGCOPY_AGAIN)
            continue;
        touch(task, batch);
        out->len = 0;
        for (size_t row = 0; enc && row < pgcopy_batch_view(batch)->nrows; row++)
            pgcopy_encode_row(enc, batch, row, out);
        pgcopy_batch_clear(batch);
    }
    start = now() - start;
    if (rc < 0)
        exit(1);
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
    return start;
}

static double best(struct task *task, pgcopy_encoder *enc)
{
    pgcopy_buf out  = {0};
    double     best = 1e9;

    for (int i = 0; i < opts.runs; i++) {
        double t = run(task, enc, &out);
        best     = t < best ? t : best;
    }
    pgcopy_buf_free(&out);
    return best;
}

/* ---- libcsv ------------------------------------------------------------------------- */

#if defined(BENCH_LIBCSV)

static void field_of_libcsv(void *data, size_t len, void *arg)
{
    struct task *task = arg;

    task->fields++;
    task->sum += len + (len ? *(const uint8_t *)data : 0);
}

static double libcsv(struct task *task)
{
    struct csv_parser parser;
    double            start = now();

    task->fields = task->sum = 0;
    if (csv_init(&parser, CSV_APPEND_NULL) != 0)
        exit(1);
    csv_parse(&parser, task->data.data, task->data.len, field_of_libcsv, NULL, task);
    csv_fini(&parser, field_of_libcsv, NULL, task);
    csv_free(&parser);
    return now() - start;
}

#endif

/* ---- The report --------------------------------------------------------------------- */

static void say(const struct task *task, const char *what, double seconds)
{
    printf("%-14s %-8s %7.0f MB/s %7.2f ns/field\n", task->name, what,
           (double)task->data.len / seconds / 1e6, seconds * 1e9 / (double)task->fields);
}

static void bench(struct task *task)
{
    pgcopy_encoder *enc    = checked(pgcopy_encoder_new(&task->format, NULL, NULL, NULL));
    double          decode = best(task, NULL);

    say(task, "decode", decode);
    if (!opts.decode_only)
        say(task, "encode", best(task, enc) - decode);
#if defined(BENCH_LIBCSV)
    if (!opts.decode_only && task->format.kind == PGCOPY_FORMAT_CSV)
        say(task, "libcsv", libcsv(task));
#endif
    pgcopy_encoder_free(enc);
}

static void bench_as(const struct bench_set *set, const char *suffix, pgcopy_format format)
{
    struct task task = {.set = set, .format = format};

    snprintf(task.name, sizeof task.name, "%s%s", set->name, suffix);
    if (opts.set && strcmp(opts.set, task.name) != 0)
        return;
    generate(&task);
    bench(&task);
    pgcopy_buf_free(&task.data);
}

static const struct scan_table *table_named(const char *name)
{
    for (size_t i = 0; scan_at(i); i++)
        if (!strcmp(scan_at(i)->name, name))
            return scan_at(i);
    fprintf(stderr, "bench_codec: this processor or build has no %s\n", name);
    exit(2);
}

static void read_options(int argc, char **argv)
{
    for (int c; (c = getopt(argc, argv, "m:p:s:t:n:d")) != -1;) {
        switch (c) {
        case 'm':
            opts.size = strtoul(optarg, NULL, 10) << 20;
            break;
        case 'p':
            opts.piece = strtoul(optarg, NULL, 10);
            break;
        case 's':
            opts.set = optarg;
            break;
        case 't':
            opts.table = table_named(optarg);
            break;
        case 'n':
            opts.runs = atoi(optarg);
            break;
        case 'd':
            opts.decode_only = true;
            break;
        default:
            exit(2);
        }
    }
}

int main(int argc, char **argv)
{
    static const char *const all[] = {"*", NULL};
    pgcopy_format csv = {.size = sizeof csv, .kind = PGCOPY_FORMAT_CSV}, quoted = csv;
    pgcopy_format text = {.size = sizeof text};

    read_options(argc, argv);
    quoted.force_quote = all;
    printf("scan: %s\n", opts.table ? opts.table->name : scan_at(0)->name);
    for (const struct bench_set *set = bench_sets; set->name; set++) {
        bench_as(set, "", csv);
        bench_as(set, "_q", quoted);
        bench_as(set, "_text", text);
    }
    return 0;
}
