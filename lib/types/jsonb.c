/*
 * types/jsonb.c - jsonb: the text that PostgreSQL prints of it.  Keys in order and once each,
 * numbers as numeric prints them, no escape that is not needed.
 *
 *   {"bb":1, "a":1e2, "a":"\u0041"}    becomes    {"a": "A", "bb": 1}
 *
 * A tree is built in an arena.  Its texts stay in the batch, where they are or, changed, behind
 * the value, so that they are known by offsets: the batch may move.
 */
#include "types/json.h"

#include <string.h>

struct node {
    struct node    *parent, *next, *child, *last;
    pgcopy_field    key;  /* unescaped */
    pgcopy_field    text; /* of a scalar; a string is unescaped */
    enum json_event kind; /* OBJECT, ARRAY, STRING, NUMBER, WORD */
};

struct tree {
    struct value *v;
    struct json   json;
    arena         nodes;
    struct node   root; /* holds the outermost value as an array would */
    struct node  *into;
    pgcopy_field  key; /* of the next value */
};

/* ---- Texts --------------------------------------------------------------------------- */

static const uint8_t *bytes_of(const struct tree *t, pgcopy_field f)
{
    return t->v->batch->view.bytes + f.start;
}

/* What lies from i to end of the value. */
static pgcopy_field field_of(const struct tree *t, size_t i, size_t end)
{
    size_t base = (size_t)(t->v->in.data - t->v->batch->view.bytes);

    return (pgcopy_field){(uint32_t)(base + i), (uint32_t)(end - i)};
}

/* RFC 3629; the code is a character, json_next has seen to that. */
static size_t put_utf8(uint8_t *out, unsigned code)
{
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (uint8_t)(0xC0 | code >> 6);
        out[1] = (uint8_t)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (uint8_t)(0xE0 | code >> 12);
        out[1] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
        out[2] = (uint8_t)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | code >> 18);
    out[1] = (uint8_t)(0x80 | (code >> 12 & 0x3F));
    out[2] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
    out[3] = (uint8_t)(0x80 | (code & 0x3F));
    return 4;
}

static uint8_t plain_escape(uint8_t c)
{
    switch (c) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return c; /* " \ / */
    }
}

/* s at a backslash, of a string that is valid; returns how much was read. */
static size_t unescape(const uint8_t *s, uint8_t *out, size_t *n)
{
    unsigned code;

    if (s[1] != 'u') {
        out[(*n)++] = plain_escape(s[1]);
        return 2;
    }
    code = json_hex4(s + 2);
    if (code < 0xD800 || code >= 0xE000) {
        *n += put_utf8(out + *n, code);
        return 6;
    }
    *n += put_utf8(out + *n, 0x10000 + ((code & 0x3FF) << 10) + (json_hex4(s + 8) & 0x3FF));
    return 12;
}

/* A string's token, without quotes and escapes. */
static pgcopy_status take_text(struct tree *t, pgcopy_field *out)
{
    struct value *v    = t->v;
    size_t        from = t->json.start + 1, len = t->json.end - 1 - from, n = 0;
    uint8_t      *room;
    pgcopy_status rc;

    *out = field_of(t, from, from + len);
    if (!len || !memchr(v->in.data + from, '\\', len))
        return PGCOPY_OK;
    rc = value_room(v, len, &room);
    if (rc < 0)
        return rc;
    for (const uint8_t *s = v->in.data + from, *end = s + len; s < end;) {
        if (*s == '\\')
            s += unescape(s, room, &n);
        else
            room[n++] = *s++;
    }
    *out           = (pgcopy_field){v->out.start, (uint32_t)n};
    v->batch->used = v->out.start + n;
    return PGCOPY_OK;
}

/* 1e2 is 100, -0 is 0. */
static pgcopy_status take_number(struct tree *t, pgcopy_field *out)
{
    struct value *v      = t->v;
    size_t        at     = (size_t)(v->in.data - v->batch->view.bytes);
    struct value  number = {.in     = {v->in.data + t->json.start, t->json.end - t->json.start},
                            .type   = type_find(PGCOPY_OID_NUMERIC),
                            .typmod = -1,
                            .batch  = v->batch,
                            .err    = v->err};
    pgcopy_status rc     = numeric_check(&number);

    v->in.data = v->batch->view.bytes + at;
    *out       = number.changed ? number.out : field_of(t, t->json.start, t->json.end);
    return rc;
}

/* ---- The tree ------------------------------------------------------------------------ */

/* Children stay in their order until the object ends. */
static struct node *add_node(struct tree *t, enum json_event kind)
{
    struct node *node = arena_alloc(&t->nodes, sizeof *node);

    if (!node)
        return NULL;
    node->kind   = kind;
    node->key    = t->key;
    node->parent = t->into;
    if (t->into->last)
        t->into->last->next = node;
    else
        t->into->child = node;
    t->into->last = node;
    return node;
}

/* lengthCompareJsonbStringValue: shorter keys are smaller. */
static int compare_keys(const struct tree *t, const struct node *a, const struct node *b)
{
    if (a->key.len != b->key.len)
        return a->key.len < b->key.len ? -1 : 1;
    return memcmp(bytes_of(t, a->key), bytes_of(t, b->key), a->key.len);
}

/* Both in order; of equal keys a's comes first. */
static struct node *merge(const struct tree *t, struct node *a, struct node *b)
{
    struct node *first = NULL, **tail = &first;

    while (a && b) {
        struct node **from = compare_keys(t, a, b) <= 0 ? &a : &b;
        *tail              = *from;
        tail               = &(*from)->next;
        *from              = (*from)->next;
    }
    *tail = a ? a : b;
    return first;
}

/* A merge sort of a list, without recursion: bins[i] holds 2^i nodes or none. */
static struct node *sort_keys(const struct tree *t, struct node *list)
{
    enum { BINS = 32 };
    struct node *bins[BINS] = {NULL}, *node, *sorted = NULL;
    int          i;

    while ((node = list)) {
        list       = node->next;
        node->next = NULL;
        for (i = 0; i < BINS - 1 && bins[i]; i++) {
            node    = merge(t, bins[i], node);
            bins[i] = NULL;
        }
        bins[i] = merge(t, bins[i], node);
    }
    for (i = 0; i < BINS; i++)
        sorted = merge(t, bins[i], sorted);
    return sorted;
}

/* Of equal keys the last one stays. */
static void drop_doubles(const struct tree *t, struct node **list)
{
    while (*list && (*list)->next) {
        if (compare_keys(t, *list, (*list)->next) == 0)
            *list = (*list)->next;
        else
            list = &(*list)->next;
    }
}

/* JsonbIteratorNext gives keys in order; so do we, as soon as all are there. */
static pgcopy_status leave(struct tree *t)
{
    struct node *object = t->into;

    t->into = object->parent;
    if (object->kind == JSON_OBJECT) {
        object->child = sort_keys(t, object->child);
        drop_doubles(t, &object->child);
    }
    return PGCOPY_OK;
}

static pgcopy_status take_value(struct tree *t, enum json_event event)
{
    struct node *node = add_node(t, event);

    if (!node)
        return PGCOPY_ERR_NOMEM;
    switch (event) {
    case JSON_STRING:
        return take_text(t, &node->text);
    case JSON_NUMBER:
        return take_number(t, &node->text);
    case JSON_WORD:
        node->text = field_of(t, t->json.start, t->json.end);
        return PGCOPY_OK;
    default:
        t->into = node;
        return PGCOPY_OK;
    }
}

static pgcopy_status take_event(struct tree *t, enum json_event event)
{
    switch (event) {
    case JSON_FAILED:
        return t->json.status;
    case JSON_END:
        return PGCOPY_END;
    case JSON_KEY:
        return take_text(t, &t->key);
    case JSON_OBJECT_END:
    case JSON_ARRAY_END:
        return leave(t);
    default:
        return take_value(t, event);
    }
}

/* ---- Its text ------------------------------------------------------------------------ */

struct sink {
    uint8_t *out; /* NULL: only counted */
    size_t   n;
};

static void put(struct sink *s, const void *text, size_t n)
{
    if (s->out && n)
        memcpy(s->out + s->n, text, n);
    s->n += n;
}

/* escape_json: quotes, backslashes and controls, no more. */
static void put_char(struct sink *s, uint8_t c)
{
    static const char short_forms[] = "\bb\ff\nn\rr\tt\"\"\\\\";
    static const char digits[]      = "0123456789abcdef";
    char              text[]        = {'\\', 'u', '0', '0', digits[c >> 4 & 1], digits[c & 15]};

    for (const char *p = short_forms; *p; p += 2) {
        if ((uint8_t)*p == c) {
            put(s, "\\", 1);
            put(s, p + 1, 1);
            return;
        }
    }
    put(s, c < 0x20 ? text : (char *)&c, c < 0x20 ? sizeof text : 1);
}

static void put_string(struct sink *s, const uint8_t *text, size_t n)
{
    put(s, "\"", 1);
    for (size_t i = 0; i < n; i++) {
        if (text[i] >= 0x20 && text[i] != '"' && text[i] != '\\')
            put(s, text + i, 1);
        else
            put_char(s, text[i]);
    }
    put(s, "\"", 1);
}

/* JsonbToCString: ": " behind keys, ", " between values. */
static void put_node(struct sink *s, const struct tree *t, const struct node *node)
{
    if (node->parent->kind == JSON_OBJECT) {
        put_string(s, bytes_of(t, node->key), node->key.len);
        put(s, ": ", 2);
    }
    if (node->kind == JSON_OBJECT || node->kind == JSON_ARRAY)
        put(s, node->kind == JSON_OBJECT ? "{" : "[", 1);
    else if (node->kind == JSON_STRING)
        put_string(s, bytes_of(t, node->text), node->text.len);
    else
        put(s, bytes_of(t, node->text), node->text.len);
}

static void put_end(struct sink *s, const struct node *node)
{
    if (node->kind == JSON_OBJECT || node->kind == JSON_ARRAY)
        put(s, node->kind == JSON_OBJECT ? "}" : "]", 1);
}

/* Down to the first child, else on to the next, else up. */
static void put_tree(struct sink *s, const struct tree *t)
{
    const struct node *node = t->root.child;

    while (node != &t->root) {
        put_node(s, t, node);
        if (node->child) {
            node = node->child;
            continue;
        }
        put_end(s, node);
        while (node != &t->root && !node->next) {
            node = node->parent;
            if (node != &t->root)
                put_end(s, node);
        }
        if (node != &t->root) {
            put(s, ", ", 2);
            node = node->next;
        }
    }
}

/* Counted first, so that the room is exact. */
static pgcopy_status write_tree(struct tree *t)
{
    struct sink   count = {NULL, 0}, write = {NULL, 0};
    pgcopy_status rc;

    put_tree(&count, t);
    rc = value_room(t->v, count.n, &write.out);
    if (rc < 0)
        return rc;
    put_tree(&write, t);
    return value_end(t->v, write.n);
}

/* ---- The type ------------------------------------------------------------------------ */

/* jsonb_in */
pgcopy_status jsonb_check(struct value *v)
{
    struct tree   t;
    pgcopy_status rc;

    t.v     = v;
    t.nodes = (arena){.allocator = v->batch->allocator};
    t.root  = (struct node){.kind = JSON_ARRAY};
    t.into  = &t.root;
    t.key   = (pgcopy_field){0};
    json_begin(&t.json, v, true);
    do
        rc = take_event(&t, json_next(&t.json));
    while (rc == PGCOPY_OK);
    if (rc == PGCOPY_END)
        rc = write_tree(&t);
    arena_free(&t.nodes);
    return rc;
}

enum { JSONB_VERSION = 1 };

/* jsonb_recv: a version byte, then text. */
pgcopy_status jsonb_to_text(struct value *v)
{
    pgcopy_status rc;

    if (v->in.len == 0)
        return bad_binary(v, 1);
    if (v->in.data[0] != JSONB_VERSION)
        return pgcopy_error_set(v->err, "XX000", "unsupported jsonb version number %d",
                                v->in.data[0]);
    v->out     = (pgcopy_field){(uint32_t)(v->in.data + 1 - v->batch->view.bytes),
                                (uint32_t)v->in.len - 1};
    v->changed = true;
    rc         = value_then(v, text_to_text);
    return rc < 0 ? rc : value_then(v, jsonb_check);
}

pgcopy_status jsonb_to_binary(struct value *v)
{
    uint8_t      *room;
    pgcopy_status rc = value_again(v, jsonb_check);

    if (rc == PGCOPY_OK)
        rc = value_room(v, 1 + v->in.len, &room);
    if (rc < 0)
        return rc;
    room[0] = JSONB_VERSION;
    memcpy(room + 1, v->in.data, v->in.len);
    return value_end(v, 1 + v->in.len);
}
