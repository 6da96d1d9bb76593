/*
 * bench_codec.c - CSV files of examples/data/generate.py, in memory: decoded, and encoded as
 * one CopyData a row; on one core, in CPU time.
 *
 *   bench_codec [-f csv|text|binary] [-t TABLE] [-p PIECE] [-n RUNS] [-m MEGABYTES] [-cd] FILE
 *   bench_codec -l
 *
 * -l: the tables of the scan that this processor can run; -t: one of them; else the best.
 * -f: what the rows are turned into first, and then measured as.  -p: bytes a call (65536); 0:
 * a row a call.  -m: of the file at most.  -d: no encoder.  -c: libcsv, where it is installed,
 * reads the same bytes in the same run.  Prints: file, what, then values with their units; the
 * medians of RUNS.  decode: lengths and first bytes of all values are looked at.
 */
#include <pgcopy/codec.h>
#include <pgcopy/wire.h>

#include "codec/decoder.h"
#include "codec/line_write.h"

#if defined(BENCH_LIBCSV)
#include <csv.h>
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { RUNS_MAX = 101, LINE_ENDS = 1 << 16 };

static struct {
    size_t                   size, piece;
    const struct scan_table *table;
    int                      runs;
    bool                     decode_only, libcsv;
    pgcopy_format            format;
} opts = {.size   = SIZE_MAX,
          .piece  = 65536,
          .runs   = 5,
          .format = {.size = sizeof opts.format, .kind = PGCOPY_FORMAT_CSV}};

/* One file, as it is measured; what grows while it is read is used again in the next run. */
struct task {
    pgcopy_buf    data;
    size_t       *ends, nrows; /* of its rows */
    uint64_t      fields;
    uint64_t      sum; /* of lengths and first bytes */
    pgcopy_batch *batch;
    pgcopy_buf    out;
};

struct times {
    double decode[RUNS_MAX], encode[RUNS_MAX], libcsv[RUNS_MAX];
    size_t calls; /* of the allocator, from nothing on */
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

static void *counted_resize(void *calls, void *ptr, size_t old_size, size_t new_size)
{
    (void)old_size;
    if (new_size)
        return ++*(size_t *)calls, realloc(ptr, new_size);
    free(ptr);
    return NULL;
}

/* ---- A file ------------------------------------------------------------------------- */

static void read_file(const char *path, pgcopy_buf *out)
{
    FILE  *file = checked(fopen(path, "rb"));
    char   piece[65536];
    size_t n;
    int    c;

    while ((c = getc(file)) != EOF && c != '\n')
        continue; /* the header */
    while ((n = fread(piece, 1, sizeof piece, file)) > 0 && out->len < opts.size)
        pgcopy_buf_append(out, piece, n);
    fclose(file);
}

static void keep_end(struct task *task)
{
    if (task->nrows % LINE_ENDS == 0)
        task->ends =
            checked(realloc(task->ends, (task->nrows + LINE_ENDS) * sizeof *task->ends));
    task->ends[task->nrows++] = task->data.len;
}

/* CSV stays as it is: a line ends outside quotes. */
static void keep_lines(struct task *task)
{
    size_t len    = task->data.len;
    bool   inside = false;

    for (task->data.len = 0; task->data.len < len;) {
        uint8_t c = task->data.data[task->data.len++];
        inside ^= c == '"';
        if (c == '\n' && !inside)
            keep_end(task);
    }
    task->data.len = task->nrows ? task->ends[task->nrows - 1] : 0; /* -m may have cut a row */
}

static void keep_rows(struct task *task, pgcopy_encoder *enc, pgcopy_batch *batch)
{
    for (size_t row = 0; row < pgcopy_batch_view(batch)->nrows; row++) {
        pgcopy_encode_row(enc, batch, row, &task->data);
        keep_end(task);
    }
    pgcopy_batch_clear(batch);
}

/* The same rows in another format. */
static void turn(struct task *task)
{
    pgcopy_format   csv   = {.size = sizeof csv, .kind = PGCOPY_FORMAT_CSV};
    pgcopy_decoder *dec   = checked(pgcopy_decoder_new(&csv, NULL, NULL, NULL));
    pgcopy_batch   *batch = checked(pgcopy_batch_new(0, NULL, NULL));
    pgcopy_encoder *enc   = checked(pgcopy_encoder_new(&opts.format, NULL, NULL, NULL));
    struct task     old   = *task;
    pgcopy_slice    in    = {old.data.data, old.data.len};
    pgcopy_status   rc;

    *task = (struct task){0};
    pgcopy_encode_header(enc, &task->data);
    while ((rc = pgcopy_decode(dec, &in, batch)) == PGCOPY_FULL)
        keep_rows(task, enc, batch);
    if (rc < 0 || pgcopy_decode_end(dec, batch) < 0)
        exit(1);
    keep_rows(task, enc, batch);
    pgcopy_encode_trailer(enc, &task->data);
    pgcopy_encoder_free(enc);
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
    pgcopy_buf_free(&old.data);
    free(old.ends);
}

/* ---- Ours --------------------------------------------------------------------------- */

/* NULL and empty are told apart without a branch, or the branch is what is measured. */
static void touch(struct task *task, const pgcopy_view *v)
{
    size_t   n   = (size_t)v->nrows * v->ncols;
    uint64_t sum = 0;

    for (size_t i = 0; i < n; i++) {
        pgcopy_field f    = v->fields[i];
        uint32_t     some = 0 - (uint32_t)(f.len - 1 < PGCOPY_LEN_MAX);
        sum += (f.len & some) + (v->bytes[f.start] & some);
    }
    task->sum += sum;
    task->fields += n;
}

/* Seconds. */
static double encode(pgcopy_encoder *enc, const pgcopy_batch *batch, pgcopy_buf *out)
{
    double start = now();

    out->len = 0;
    for (size_t row = 0; row < pgcopy_batch_view(batch)->nrows; row++) {
        size_t begun = pgcopy_write_begin(out, PGCOPY_MSG_COPY_DATA);
        pgcopy_encode_row(enc, batch, row, out);
        pgcopy_write_end(out, begun);
    }
    return now() - start;
}

static size_t piece_end(const struct task *task, size_t at, size_t *row)
{
    if (opts.piece)
        return task->data.len - at > opts.piece ? at + opts.piece : task->data.len;
    return *row < task->nrows ? task->ends[(*row)++] : task->data.len;
}

/* Decodes it all; enc not NULL: encodes it too, and adds the seconds of that. */
static void decode(struct task *task, pgcopy_decoder *dec, pgcopy_encoder *enc,
                   double *encoding)
{
    pgcopy_slice  in = {task->data.data, 0};
    size_t        at = 0, row = 0;
    bool          over = false;
    pgcopy_status rc   = PGCOPY_AGAIN;

    while (rc == PGCOPY_AGAIN || rc == PGCOPY_FULL) {
        if (rc == PGCOPY_AGAIN) {
            size_t end = piece_end(task, at, &row);
            over       = end == at;
            in         = (pgcopy_slice){task->data.data + at, end - at};
            at         = end;
        }
        rc = over ? pgcopy_decode_end(dec, task->batch) : pgcopy_decode(dec, &in, task->batch);
        if (rc == PGCOPY_AGAIN)
            continue;
        touch(task, pgcopy_batch_view(task->batch));
        if (enc)
            *encoding += encode(enc, task->batch, &task->out);
        pgcopy_batch_clear(task->batch);
    }
    if (rc < 0)
        exit(1);
}

static void run_ours(struct task *task, pgcopy_encoder *enc, struct times *times, int run)
{
    pgcopy_decoder *dec = checked(pgcopy_decoder_new(&opts.format, NULL, NULL, NULL));
    double          start;

    dec->scan    = opts.table ? opts.table : dec->scan;
    task->fields = task->sum = 0;
    start                    = now();
    decode(task, dec, enc, &times->encode[run]);
    if (!enc)
        times->decode[run] = now() - start;
    pgcopy_decoder_free(dec);
}

/* A run of its own, with all that grows. */
static void count_calls(struct task *task, struct times *times)
{
    pgcopy_allocator    counted = {counted_resize, &times->calls};
    pgcopy_decoder_opts more    = {.size = sizeof more, .allocator = &counted};
    pgcopy_decoder     *dec     = checked(pgcopy_decoder_new(&opts.format, NULL, &more, NULL));
    pgcopy_batch       *batch   = task->batch;
    double              ignored;

    task->batch = checked(pgcopy_batch_new(0, NULL, &counted));
    decode(task, dec, NULL, &ignored);
    pgcopy_batch_free(task->batch);
    pgcopy_decoder_free(dec);
    task->batch = batch;
}

/* ---- libcsv ------------------------------------------------------------------------- */

#if defined(BENCH_LIBCSV)

static void field_of_libcsv(void *data, size_t len, void *arg)
{
    struct task *task = arg;

    task->fields++;
    task->sum += len + (len ? *(const uint8_t *)data : 0);
}

static void run_libcsv(struct task *task, struct times *times, int run)
{
    struct csv_parser parser;
    uint64_t          sum   = task->sum;
    double            start = now();

    task->fields = task->sum = 0;
    if (csv_init(&parser, CSV_APPEND_NULL) != 0)
        exit(1);
    csv_parse(&parser, task->data.data, task->data.len, field_of_libcsv, NULL, task);
    csv_fini(&parser, field_of_libcsv, NULL, task);
    csv_free(&parser);
    times->libcsv[run] = now() - start;
    if (task->sum != sum)
        exit(1); /* both have to have seen the same */
}

#else

static void run_libcsv(struct task *task, struct times *times, int run)
{
    (void)task, (void)times, (void)run;
}

#endif

/* ---- The report --------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *times)
{
    qsort(times, (size_t)opts.runs, sizeof *times, compare);
    return times[opts.runs / 2];
}

static void say(const struct task *task, const char *path, const char *what, double seconds)
{
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;

    if (seconds > 0)
        printf("%-14.*s %-8s %8.1f MB/s %7.3f ns/field\n", (int)strcspn(name, "-."), name, what,
               (double)task->data.len / seconds / 1e6, seconds * 1e9 / (double)task->fields);
}

static void bench(const char *path)
{
    static struct times times;
    struct task         task = {0};
    pgcopy_encoder     *enc  = checked(pgcopy_encoder_new(&opts.format, NULL, NULL, NULL));

    times = (struct times){0};
    if (opts.table)
        line_use(enc, opts.table);
    read_file(path, &task.data);
    keep_lines(&task);
    if (opts.format.kind != PGCOPY_FORMAT_CSV)
        turn(&task);
    task.batch = checked(pgcopy_batch_new(0, NULL, NULL));
    count_calls(&task, &times);
    for (int i = 0; i < opts.runs; i++) {
        if (!opts.decode_only)
            run_ours(&task, enc, &times, i);
        run_ours(&task, NULL, &times, i);
        if (opts.libcsv && opts.format.kind == PGCOPY_FORMAT_CSV)
            run_libcsv(&task, &times, i);
    }
    say(&task, path, "decode", median(times.decode));
    say(&task, path, "encode", median(times.encode));
    say(&task, path, "libcsv", median(times.libcsv));
    printf("%-14s %-8s %zu bytes %zu rows %llu fields %zu allocations\n", "", "size",
           task.data.len, task.nrows, (unsigned long long)task.fields, times.calls);
    pgcopy_encoder_free(enc);
    pgcopy_batch_free(task.batch);
    pgcopy_buf_free(&task.out);
    pgcopy_buf_free(&task.data);
    free(task.ends);
}

static const struct scan_table *table_named(const char *name)
{
    for (size_t i = 0; scan_at(i); i++)
        if (!strcmp(scan_at(i)->name, name))
            return scan_at(i);
    fprintf(stderr, "bench_codec: this processor or build has no %s\n", name);
    exit(2);
}

static pgcopy_format_kind kind_named(const char *name)
{
    return !strcmp(name, "csv")      ? PGCOPY_FORMAT_CSV
           : !strcmp(name, "binary") ? PGCOPY_FORMAT_BINARY
                                     : PGCOPY_FORMAT_TEXT;
}

static int list_tables(void)
{
    for (size_t i = 0; scan_at(i); i++)
        printf("%s\n", scan_at(i)->name);
    return 0;
}

static void set(int option)
{
    switch (option) {
    case 'f':
        opts.format.kind = kind_named(optarg);
        break;
    case 't':
        opts.table = table_named(optarg);
        break;
    case 'p':
        opts.piece = strtoul(optarg, NULL, 10);
        break;
    case 'n':
        opts.runs = atoi(optarg);
        break;
    case 'm':
        opts.size = strtoul(optarg, NULL, 10) << 20;
        break;
    case 'd':
        opts.decode_only = true;
        break;
    case 'c':
        opts.libcsv = true;
        break;
    default:
        exit(2);
    }
}

int main(int argc, char **argv)
{
    for (int option; (option = getopt(argc, argv, "f:t:p:n:m:cdl")) != -1;) {
        if (option == 'l')
            return list_tables();
        set(option);
    }
    if (opts.runs < 1 || opts.runs > RUNS_MAX)
        return 2;
    for (int i = optind; i < argc; i++)
        bench(argv[i]);
    return 0;
}
