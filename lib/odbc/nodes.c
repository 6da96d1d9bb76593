/*
 * odbc/nodes.c - several nodes in one connection string: which are there, and which is first.
 *
 *   Driver=x;Server=a,b,c;Port=1,2,3;UID=u   -- node 1 -->   Driver=x;Server=b;Port=2;UID=u
 *   order  a b c  -- a failed lately -->  b c a
 */
#include "odbc/nodes.h"
#include "odbc/conn.h"
#include "odbc/text.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LATELY_MS = 30000, TIMEOUT_S = 5 };

struct pgcopy_odbc_nodes {
    const pgcopy_allocator *allocator;
    pthread_mutex_t         lock;
    uint64_t                failed_at[ODBC_NODES_MAX]; /* in ms; 0: never */
    int                     arrays;
};

/* ---- Keys --------------------------------------------------------------------------- */

struct pair {
    pgcopy_slice key;
    pgcopy_slice value; /* as it stands, braces included */
    pgcopy_slice whole;
};

static pgcopy_slice slice(const char *from, const char *to)
{
    return (pgcopy_slice){(const uint8_t *)from, (size_t)(to - from)};
}

/* The next of key=value;key={value};  False: there is none left. */
static bool next_pair(const char **at, struct pair *pair)
{
    const char *p   = *at + strspn(*at, "; ");
    const char *end = p + strcspn(p, "=;"), *brace;

    if (!*p)
        return false;
    pair->key = slice(p, end);
    p         = *end == '=' ? end + 1 : end;
    brace     = *p == '{' ? strchr(p, '}') : NULL;
    end       = brace ? brace : p;
    end += strcspn(end, ";");
    pair->value = slice(p, end);
    pair->whole = slice((const char *)pair->key.data, end);
    *at         = end;
    return true;
}

static bool key_is(const struct pair *pair, const char *name)
{
    char key[32] = "";

    if (pair->key.len >= sizeof key)
        return false;
    memcpy(key, pair->key.data, pair->key.len);
    return odbc_text_same(key, name);
}

static bool key_among(const struct pair *pair, const char *const *names)
{
    while (*names && !key_is(pair, *names))
        names++;
    return *names != NULL;
}

/* No name of a DSN has a comma (ODBC's rule).  Of the rest only a known driver's may be cut:
   SQL Server's "Server=host,1433" is one host. */
static bool is_list(const odbc_dialect *d, const struct pair *pair)
{
    static const char *const hosts[] = {"Server", "Servername", "Host", "Port", NULL};

    return key_is(pair, "DSN") || (d->host_lists && key_among(pair, hosts));
}

/* Not the driver's: two in libpq's words, and two of pgcopy_odbc_opts. */
static const char *const own_keys[] = {"load_balance_hosts", "connect_timeout", "dialect",
                                       "array_rows", NULL};

/* ---- Lists -------------------------------------------------------------------------- */

static pgcopy_slice without_braces(pgcopy_slice value)
{
    if (value.len < 2 || value.data[0] != '{' || value.data[value.len - 1] != '}')
        return value;
    return (pgcopy_slice){value.data + 1, value.len - 2};
}

/* Cuts the first item off; false: there is none left. */
static bool next_item(pgcopy_slice *list, pgcopy_slice *item)
{
    const uint8_t *comma = list->len ? memchr(list->data, ',', list->len) : NULL;
    size_t         len   = comma ? (size_t)(comma - list->data) : list->len;

    if (!list->data)
        return false;
    *item = (pgcopy_slice){list->data, len};
    list->data += len + 1;
    list->len -= comma ? len + 1 : len;
    if (!comma)
        list->data = NULL;
    for (; item->len && item->data[0] == ' '; item->len--)
        item->data++;
    for (; item->len && item->data[item->len - 1] == ' '; item->len--) {
    }
    return true;
}

static size_t count_items(pgcopy_slice value)
{
    pgcopy_slice list = without_braces(value), item;
    size_t       n    = 0;

    while (next_item(&list, &item))
        n++;
    return n;
}

/* Item `node`, or the only one. */
static pgcopy_slice item_of(pgcopy_slice value, size_t node)
{
    pgcopy_slice list = without_braces(value), item = list;

    for (size_t i = 0; i <= node && next_item(&list, &item); i++) {
    }
    return item;
}

size_t odbc_nodes_count(const odbc_dialect *d, const char *connection)
{
    struct pair pair;
    size_t      count = 1;

    while (next_pair(&connection, &pair)) {
        size_t n = is_list(d, &pair) ? count_items(pair.value) : 1;

        if (n > ODBC_NODES_MAX || (n > 1 && count > 1 && n != count))
            return 0;
        count = n > 1 ? n : count;
    }
    return count;
}

static void add_item(pgcopy_buf *text, const struct pair *pair, size_t node)
{
    pgcopy_slice item = item_of(pair->value, node);

    pgcopy_buf_append(text, pair->key.data, pair->key.len);
    odbc_text_add(text, "=");
    pgcopy_buf_append(text, item.data, item.len);
}

const char *odbc_nodes_text(const odbc_dialect *d, const char *connection, size_t node,
                            pgcopy_buf *text)
{
    struct pair pair;

    text->len = 0;
    while (next_pair(&connection, &pair)) {
        if (key_among(&pair, own_keys))
            continue;
        if (text->len)
            odbc_text_add(text, ";");
        if (is_list(d, &pair) && count_items(pair.value) > 1)
            add_item(text, &pair, node);
        else
            pgcopy_buf_append(text, pair.whole.data, pair.whole.len);
    }
    return odbc_text_end(text);
}

/* ---- Order -------------------------------------------------------------------------- */

static uint64_t now_ms(void)
{
    struct timespec t = {0, 0};

    timespec_get(&t, TIME_UTC);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

pgcopy_odbc_nodes *pgcopy_odbc_nodes_new(const pgcopy_allocator *allocator)
{
    pgcopy_odbc_nodes *nodes = odbc_resize(allocator, NULL, 0, sizeof *nodes);

    if (!nodes)
        return NULL;
    memset(nodes, 0, sizeof *nodes);
    nodes->allocator = allocator;
    pthread_mutex_init(&nodes->lock, NULL);
    return nodes;
}

void pgcopy_odbc_nodes_free(pgcopy_odbc_nodes *nodes)
{
    if (!nodes)
        return;
    pthread_mutex_destroy(&nodes->lock);
    odbc_resize(nodes->allocator, nodes, sizeof *nodes, 0);
}

void odbc_nodes_failed(pgcopy_odbc_nodes *nodes, size_t node)
{
    if (!nodes)
        return;
    pthread_mutex_lock(&nodes->lock);
    nodes->failed_at[node] = now_ms();
    pthread_mutex_unlock(&nodes->lock);
}

/* To spread connections, not to surprise anybody: the clock's last digits are enough. */
static void shuffle(uint8_t *order, size_t count)
{
    struct timespec t = {0, 0};
    uint64_t        x;

    timespec_get(&t, TIME_UTC);
    x = (uint64_t)t.tv_nsec + 1;
    for (size_t i = count; i > 1; i--) {
        size_t  j    = (size_t)((x *= 0x9E3779B97F4A7C15U) >> 32) % i;
        uint8_t last = order[i - 1];

        order[i - 1] = order[j];
        order[j]     = last;
    }
}

static void failed_last(pgcopy_odbc_nodes *nodes, size_t count, uint8_t *order)
{
    uint8_t  failed[ODBC_NODES_MAX];
    uint64_t now   = now_ms();
    size_t   nlast = 0, nfirst = 0;

    pthread_mutex_lock(&nodes->lock);
    for (size_t i = 0; i < count; i++)
        if (now - nodes->failed_at[order[i]] < LATELY_MS)
            failed[nlast++] = order[i];
        else
            order[nfirst++] = order[i];
    pthread_mutex_unlock(&nodes->lock);
    memcpy(order + nfirst, failed, nlast);
}

void odbc_nodes_order(pgcopy_odbc_nodes *nodes, const char *connection, size_t count,
                      uint8_t order[ODBC_NODES_MAX])
{
    pgcopy_slice how = odbc_text_key(connection, "load_balance_hosts");

    for (size_t i = 0; i < count; i++)
        order[i] = (uint8_t)i;
    if (how.len == 6 && memcmp(how.data, "random", 6) == 0)
        shuffle(order, count);
    if (nodes)
        failed_last(nodes, count, order);
}

uint32_t odbc_nodes_timeout(const char *connection, size_t count, uint32_t login_s)
{
    pgcopy_slice value = odbc_text_key(connection, "connect_timeout");

    if (value.len)
        return (uint32_t)strtoul((const char *)value.data, NULL, 10);
    return login_s || count == 1 ? login_s : TIMEOUT_S;
}

int odbc_nodes_arrays(pgcopy_odbc_nodes *nodes, int told)
{
    int arrays = told;

    if (!nodes)
        return told;
    pthread_mutex_lock(&nodes->lock);
    if (told)
        nodes->arrays = told;
    arrays = nodes->arrays;
    pthread_mutex_unlock(&nodes->lock);
    return arrays;
}
