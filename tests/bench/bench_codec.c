/*
 * bench_codec.c - decode and encode of generated rows that look like patients: MB/s, ns a
 * field.
 *
 *   cmake --preset release && cmake --build --preset release --target bench_codec
 *   build/release/tests/bench_codec [MEGABYTES [PIECE]]
 */
#include <pgcopy/codec.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { NCOLS = 8, RUNS = 5 };

/* xorshift: the same rows every time. */
static uint64_t random_next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static const char *pick(uint64_t *seed, const char *const *list, size_t n)
{
    return list[random_next(seed) % n];
}

static void put_date(pgcopy_batch *batch, uint64_t *seed, bool maybe_null)
{
    char     text[16];
    uint64_t r = random_next(seed);
    int      n;

    n = snprintf(text, sizeof text, "%u-%02u-%02u", (unsigned)(1930 + r % 95),
                 (unsigned)(1 + r / 100 % 12), (unsigned)(1 + r / 10000 % 28));
    if (maybe_null && r >> 60 < 6)
        (void)pgcopy_batch_put(batch, NULL, PGCOPY_NULL);
    else
        (void)pgcopy_batch_put(batch, text, (size_t)n);
}

static void put_text(pgcopy_batch *batch, const char *text)
{
    size_t n = 0;

    while (text[n])
        n++;
    (void)pgcopy_batch_put(batch, text, n);
}

static void put_patient(pgcopy_batch *batch, uint64_t id, uint64_t *seed)
{
    static const char *const first[] = {
        "Ann",  "Bob",    "Charlotte", "Dieter", "Eve", "Fran\xc3\xa7ois",
        "Gina", "Hannah", "Ivan",      "Jo"};
    static const char *const last[]  = {"Smith", "Nguyen", "Garcia",       "Hernandez",
                                        "Li",    "Okafor", "Papadopoulos", "Sato"};
    static const char *const state[] = {"active", "discharged", "transferred"};
    char                     text[24];

    snprintf(text, sizeof text, "%llu", (unsigned long long)id);
    put_text(batch, text);
    put_text(batch, pick(seed, first, 10));
    put_text(batch, pick(seed, last, 8));
    put_date(batch, seed, false);
    put_text(batch, random_next(seed) & 1 ? "F" : "M");
    put_text(batch, pick(seed, state, 3));
    put_date(batch, seed, false);
    put_date(batch, seed, true);
}

static void generate(const pgcopy_format *format, size_t size, pgcopy_buf *out)
{
    pgcopy_batch   *batch = pgcopy_batch_new(NCOLS, NULL, NULL);
    pgcopy_encoder *enc   = pgcopy_encoder_new(format, NULL, NULL, NULL);
    uint64_t        seed  = 42;

    for (uint64_t id = 1; out->len < size && !out->failed; id++) {
        put_patient(batch, id, &seed);
        if (pgcopy_batch_end_row(batch) < 0)
            exit(1);
        pgcopy_encode_row(enc, batch, 0, out);
        pgcopy_batch_clear(batch);
    }
    pgcopy_encoder_free(enc);
    pgcopy_batch_free(batch);
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Seconds; *fields is how many came out.  enc NULL: decode alone. */
static double run(const pgcopy_format *format, const pgcopy_buf *data, size_t piece,
                  pgcopy_encoder *enc, pgcopy_buf *out, uint64_t *fields)
{
    pgcopy_decoder *dec   = pgcopy_decoder_new(format, NULL, NULL, NULL);
    pgcopy_batch   *batch = pgcopy_batch_new(0, NULL, NULL);
    pgcopy_slice    in    = {data->data, 0};
    size_t          left  = data->len;
    double          start = now();
    pgcopy_status   rc    = PGCOPY_AGAIN;

    for (*fields = 0; rc == PGCOPY_AGAIN || rc == PGCOPY_FULL;) {
        if (rc == PGCOPY_AGAIN && left) {
            in.len = piece < left ? piece : left;
            left -= in.len;
        }
        rc = in.len || left ? pgcopy_decode(dec, &in, batch) : pgcopy_decode_end(dec, batch);
        if (rc == PGCOPY_AGAIN)
            continue;
        *fields += (uint64_t)pgcopy_batch_view(batch)->nrows * NCOLS;
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

static double best(const pgcopy_format *format, const pgcopy_buf *data, size_t piece,
                   pgcopy_encoder *enc, uint64_t *fields)
{
    pgcopy_buf out  = {0};
    double     best = 1e9;

    for (int i = 0; i < RUNS; i++) {
        double t = run(format, data, piece, enc, &out, fields);
        best     = t < best ? t : best;
    }
    pgcopy_buf_free(&out);
    return best;
}

static void say(const char *name, const char *what, size_t bytes, double seconds,
                uint64_t fields)
{
    printf("%-12s %-8s %7.0f MB/s %6.2f ns/field\n", name, what, (double)bytes / seconds / 1e6,
           seconds * 1e9 / (double)fields);
}

static void bench(const char *name, const pgcopy_format *format, size_t size, size_t piece)
{
    pgcopy_buf      data = {0};
    pgcopy_encoder *enc  = pgcopy_encoder_new(format, NULL, NULL, NULL);
    uint64_t        fields;
    double          decode, both;

    generate(format, size, &data);
    decode = best(format, &data, piece, NULL, &fields);
    both   = best(format, &data, piece, enc, &fields);
    say(name, "decode", data.len, decode, fields);
    say(name, "encode", data.len, both - decode, fields);
    pgcopy_encoder_free(enc);
    pgcopy_buf_free(&data);
}

int main(int argc, char **argv)
{
    static const char *const all[]  = {"*", NULL};
    size_t                   size   = argc > 1 ? strtoul(argv[1], NULL, 10) << 20 : 64u << 20;
    size_t                   piece  = argc > 2 ? strtoul(argv[2], NULL, 10) : 65536;
    pgcopy_format            csv    = {.size = sizeof csv, .kind = PGCOPY_FORMAT_CSV};
    pgcopy_format            quoted = {.size = sizeof quoted, .kind = PGCOPY_FORMAT_CSV};
    pgcopy_format            text   = {.size = sizeof text};

    quoted.force_quote = all;
    bench("patients", &csv, size, piece);
    bench("patients_q", &quoted, size, piece);
    bench("text", &text, size, piece);
    return 0;
}
