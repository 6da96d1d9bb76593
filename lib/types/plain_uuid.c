/*
 * types/plain_uuid.c - columns of uuid: 36 bytes, sixteen at a time, some of them twice.
 *
 *   a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11
 *   '----- 0 -----''---- 16 -----'
 *                       '---- 20 -----'
 */
#include "types/plain_types.h"

enum { UUID_TEXT = 36, PARTS = 3 };

#define FOUR(h)         h, h, h, h
#define PART_0(h, dash) FOUR(h), FOUR(h), dash, FOUR(h), dash, h, h
#define PART_1(h, dash) h, h, dash, FOUR(h), dash, FOUR(h), FOUR(h)
#define PART_2(h, dash) h, h, h, dash, FOUR(h), FOUR(h), FOUR(h)

static const struct part {
    size_t      start;
    struct form digits, letters; /* each byte is of one of them */
} parts[PARTS] = {
    {0, {{PART_0('0', '-')}, {PART_0(9, 0)}}, {{PART_0('a', '-')}, {PART_0(5, 0)}}},
    {16, {{PART_1('0', '-')}, {PART_1(9, 0)}}, {{PART_1('a', '-')}, {PART_1(5, 0)}}},
    {20, {{PART_2('0', '-')}, {PART_2(9, 0)}}, {{PART_2('a', '-')}, {PART_2(5, 0)}}},
};

static lanes beside(const uint8_t *p, const struct form *form)
{
    return lanes_beside(lanes_load(p), lanes_load(form->low), lanes_load(form->span));
}

static lanes odd_of(const uint8_t *p, const struct part *part)
{
    p += part->start;
    return lanes_both(beside(p, &part->digits), beside(p, &part->letters));
}

/* Of a value, of a marker. */
static const uint8_t text_mask[2 * LANES] = {FOUR(0xFF), FOUR(0xFF), FOUR(0xFF), FOUR(0xFF)};

bool plain_uuid(const struct plain_column *c)
{
    lanes    odd  = lanes_none();
    uint32_t good = UINT32_MAX;

    for (size_t at = c->from; at < c->to; at += c->stride) {
        const pgcopy_field *f    = &c->fields[at];
        const uint8_t      *p    = c->bytes + f->start;
        lanes               text = lanes_or(odd_of(p, &parts[0]), odd_of(p, &parts[1]));
        text                     = lanes_or(text, odd_of(p, &parts[2]));
        odd = lanes_or(odd, lanes_and(text, lanes_load(text_mask + LANES * (f->len >> 31))));
        good &= (f->len ^ UUID_TEXT) - 1;
    }
    return good > INT32_MAX && !lanes_any(odd);
}
