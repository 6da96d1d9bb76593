/* decode.c - the codec alone: decode < in.csv says how many rows, values and NULLs there are;
   of bad data it says where. */
#include <pgcopy/codec.h>
#include <stdio.h>

struct counts {
    uint64_t rows, values, nulls;
};

static void count(struct counts *c, pgcopy_batch *batch)
{
    const pgcopy_view *v = pgcopy_batch_view(batch);
    size_t             n = (size_t)v->nrows * v->ncols;

    c->rows += v->nrows;
    c->values += n;
    for (size_t i = 0; i < n; i++)
        c->nulls += v->fields[i].len == PGCOPY_NULL;
    pgcopy_batch_clear(batch);
}

static pgcopy_status decode(FILE *file, pgcopy_decoder *dec, pgcopy_batch *batch,
                            struct counts *c)
{
    static uint8_t chunk[65536];
    pgcopy_slice   in = {chunk, 0};
    pgcopy_status  rc;
    bool           more = true;

    do {
        if (!in.len && more) {
            in   = (pgcopy_slice){chunk, fread(chunk, 1, sizeof chunk, file)};
            more = in.len > 0;
        }
        rc = more ? pgcopy_decode(dec, &in, batch) : pgcopy_decode_end(dec, batch);
        if (rc != PGCOPY_AGAIN)
            count(c, batch);
    } while (rc == PGCOPY_AGAIN || rc == PGCOPY_FULL);
    return rc;
}

int main(void)
{
    pgcopy_format       csv   = {.size = sizeof csv, .kind = PGCOPY_FORMAT_CSV};
    pgcopy_decoder_opts opts  = {.size = sizeof opts, .table = "stdin"};
    pgcopy_error        err   = {.message = "out of memory"};
    pgcopy_decoder     *dec   = pgcopy_decoder_new(&csv, NULL, &opts, &err);
    pgcopy_batch       *batch = pgcopy_batch_new(0, NULL, NULL);
    struct counts       c     = {0};
    pgcopy_status       rc    = dec && batch ? decode(stdin, dec, batch, &c) : PGCOPY_ERR_NOMEM;

    if (rc < 0 && dec && pgcopy_decoder_error(dec)->sqlstate[0])
        err = *pgcopy_decoder_error(dec);
    if (rc < 0)
        fprintf(stderr, "%s\n%s\n", err.message, err.where);
    printf("%llu rows, %llu values, %llu of them NULL\n", (unsigned long long)c.rows,
           (unsigned long long)c.values, (unsigned long long)c.nulls);
    pgcopy_batch_free(batch);
    pgcopy_decoder_free(dec);
    return rc < 0;
}
