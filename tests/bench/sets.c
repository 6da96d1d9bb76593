/* sets.c - generated rows of several shapes, the same every time, for benchmarks. */
#include "sets.h"

#include <stdio.h>

enum { PATIENTS = 8, LABS = 12, NOTES = 5, WIDE = 200, NOTE_BYTES = 2500 };

/* xorshift: the same rows every time. */
static uint64_t random_next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static size_t below(uint64_t *seed, size_t n)
{
    return (size_t)(random_next(seed) >> 16) % n;
}

static void put_text(pgcopy_batch *batch, const char *text)
{
    size_t n = 0;

    while (text[n])
        n++;
    (void)pgcopy_batch_put(batch, text, n); /* end_row tells what failed */
}

static void put_number(pgcopy_batch *batch, uint64_t n)
{
    char text[24];

    snprintf(text, sizeof text, "%llu", (unsigned long long)n);
    put_text(batch, text);
}

static void put_date(pgcopy_batch *batch, uint64_t *seed)
{
    char     text[16];
    uint64_t r = random_next(seed);

    snprintf(text, sizeof text, "%u-%02u-%02u", (unsigned)(1930 + r % 95),
             (unsigned)(1 + r / 100 % 12), (unsigned)(1 + r / 10000 % 28));
    put_text(batch, text);
}

static void put_patient(pgcopy_batch *batch, uint64_t id, uint64_t *seed)
{
    static const char *const first[] = {
        "Ann",  "Bob",    "Charlotte", "Dieter", "Eve", "Fran\xc3\xa7ois",
        "Gina", "Hannah", "Ivan",      "Jo"};
    static const char *const last[]  = {"Smith", "Nguyen", "Garcia",       "Hernandez",
                                        "Li",    "Okafor", "Papadopoulos", "Sato"};
    static const char *const state[] = {"active", "discharged", "transferred"};

    put_number(batch, id);
    put_text(batch, first[below(seed, 10)]);
    put_text(batch, last[below(seed, 8)]);
    put_date(batch, seed);
    put_text(batch, below(seed, 2) ? "F" : "M");
    put_text(batch, state[below(seed, 3)]);
    put_date(batch, seed);
    if (below(seed, 16) < 6)
        (void)pgcopy_batch_put(batch, NULL, PGCOPY_NULL);
    else
        put_date(batch, seed);
}

static void put_lab(pgcopy_batch *batch, uint64_t id, uint64_t *seed)
{
    static const char *const tests[] = {"GLU", "HBA1C", "CREA", "NA", "K", "TSH"};
    static const char *const units[] = {"mg/dL", "mmol/L", "%", "U/L"};
    char                     text[64];

    put_number(batch, id);
    put_number(batch, below(seed, 1000000));
    put_text(batch, tests[below(seed, 6)]);
    snprintf(text, sizeof text, "2024-%02zu-%02zu %02zu:%02zu:%02zu", 1 + below(seed, 12),
             1 + below(seed, 28), below(seed, 24), below(seed, 60), below(seed, 60));
    put_text(batch, text);
    for (int i = 0; i < LABS - 5; i++) {
        snprintf(text, sizeof text, "%zu.%06zu", below(seed, 1000), below(seed, 1000000));
        put_text(batch, text);
    }
    put_text(batch, units[below(seed, 4)]);
}

/* Words with what CSV and text must quote or escape, and what is not ASCII, here and there. */
static void put_note(pgcopy_batch *batch, uint64_t id, uint64_t *seed)
{
    static const char *const words[] = {
        "the",   "patient",  "reports", "mild", "pain",   "since",   "yesterday", "no",
        "fever", "pressure", "stable",  "at",   "120/80", "advised", "rest",      "and"};
    static const char *const rare[] = {", ",           ".\n", " \"worse\" ", " caf\xc3\xa9 ",
                                       " 37\xc2\xb0 ", "; "};
    char                     text[NOTE_BYTES + 64];
    size_t                   n = 0;

    put_number(batch, id);
    put_number(batch, below(seed, 1000000));
    put_date(batch, seed);
    put_text(batch, "Dr. Okafor");
    while (n < NOTE_BYTES) {
        const char *gap = below(seed, 8) ? " " : rare[below(seed, 6)];
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", words[below(seed, 16)], gap);
    }
    (void)pgcopy_batch_put(batch, text, n);
}

static void put_wide(pgcopy_batch *batch, uint64_t id, uint64_t *seed)
{
    (void)id;
    for (int i = 0; i < WIDE; i++)
        put_number(batch, below(seed, 10000));
}

static void put_tiny(pgcopy_batch *batch, uint64_t id, uint64_t *seed)
{
    (void)seed;
    put_number(batch, id);
}

const struct bench_set bench_sets[] = {
    {"patients", PATIENTS, put_patient},
    {"labs", LABS, put_lab},
    {"notes", NOTES, put_note},
    {"wide", WIDE, put_wide},
    {"tiny", 1, put_tiny},
    {NULL, 0, NULL},
};
