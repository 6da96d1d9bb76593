/*
 * bench_latency.c - a client that waits for every answer: how long a small COPY takes, and a
 * connection; or many connections that do nothing.
 *
 *   bench_latency PORT copy ROUNDS ROWS     COPY t FROM STDIN of ROWS rows, again and again
 *   bench_latency PORT connect ROUNDS       connect, log in, say good-bye
 *   bench_latency PORT idle COUNT           COUNT connections, until standard input ends
 *   bench_latency PORT bare COUNT           the server of COUNT such clients, one after the
 * other, that reads nothing of what it is sent: a floor
 *
 * Prints the median and the 99th percentile in microseconds; of idle, a line when all are
 * there.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS_MAX = 1000000, BUFFER = 65536 };

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void send_all(int fd, const char *data, size_t len)
{
    while (len) {
        ssize_t n = write(fd, data, len);
        if (n <= 0)
            fail("write");
        data += n;
        len -= (size_t)n;
    }
}

/* Answers are small and come whole but for ill luck, so the last message of a read is looked
 * at. */
static void read_until(int fd, char last, char end)
{
    static uint8_t in[BUFFER];
    size_t         have = 0;

    for (;;) {
        ssize_t n  = read(fd, in + have, sizeof in - have);
        size_t  at = 0;
        if (n <= 0)
            fail("read");
        have += (size_t)n;
        while (have - at >= 5) {
            size_t len = (size_t)in[at + 1] << 24 | (size_t)in[at + 2] << 16 |
                         (size_t)in[at + 3] << 8 | in[at + 4];
            if (have - at < len + 1)
                break;
            if (in[at] == (uint8_t)last || in[at] == (uint8_t)end)
                return;
            at += len + 1;
        }
    }
}

static int connect_to(int port)
{
    static const char  startup[] = "\0\0\0\x29\0\3\0\0user\0postgres\0database\0postgres\0";
    struct sockaddr_in addr      = {.sin_family      = AF_INET,
                                    .sin_port        = htons((uint16_t)port),
                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int                fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

    if (fd < 0 || connect(fd, (struct sockaddr *)&addr, sizeof addr))
        fail("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    send_all(fd, startup, sizeof startup);
    read_until(fd, 'Z', 'E');
    return fd;
}

static void say_good_bye(int fd)
{
    send_all(fd, "X\0\0\0\4", 5);
    close(fd);
}

/* A message with its head; the new end. */
static char *put_message(char *to, char type, const char *body, size_t len)
{
    uint32_t word = htonl((uint32_t)len + 4);

    *to = type;
    memcpy(to + 1, &word, 4);
    memcpy(to + 5, body, len);
    return to + 5 + len;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void print_times(double *times, size_t n)
{
    qsort(times, n, sizeof *times, compare);
    printf("%.1f %.1f\n", times[n / 2], times[n * 99 / 100]);
}

static void bench_copy(int port, size_t rounds, size_t rows, double *times)
{
    static const char query[] = "COPY t FROM STDIN";
    static char       head[64], data[BUFFER], body[BUFFER / 2];
    int               fd  = connect_to(port);
    size_t            len = 0;
    char             *head_end, *end;

    for (size_t i = 0; i < rows && len < sizeof body - 64; i++)
        len += (size_t)snprintf(body + len, sizeof body - len, "%zu\tCharlotte Andersson\n", i);
    head_end = put_message(head, 'Q', query, sizeof query);
    end      = put_message(put_message(data, 'd', body, len), 'c', "", 0);
    for (size_t i = 0; i < rounds; i++) {
        double began = now();
        send_all(fd, head, (size_t)(head_end - head));
        read_until(fd, 'G', 'E');
        send_all(fd, data, (size_t)(end - data));
        read_until(fd, 'Z', 'E');
        times[i] = now() - began;
    }
    say_good_bye(fd);
    print_times(times, rounds);
}

static void bench_connect(int port, size_t rounds, double *times)
{
    for (size_t i = 0; i < rounds; i++) {
        double began = now();
        say_good_bye(connect_to(port));
        times[i] = now() - began;
    }
    print_times(times, rounds);
}

static void hold_idle(int port, size_t count)
{
    for (size_t i = 0; i < count; i++)
        (void)connect_to(port);
    printf("%zu connections\n", count);
    fflush(stdout);
    while (getchar() != EOF)
        continue;
}

/* ---- The floor: the same reads and writes, and nothing between them ------------------ */

static int listen_at(int port)
{
    struct sockaddr_in addr = {.sin_family      = AF_INET,
                               .sin_port        = htons((uint16_t)port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int                fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof addr) || listen(fd, 16))
        fail("listen");
    return fd;
}

/* What comes is a startup packet, a Query, CopyData with CopyDone behind it, or Terminate. */
static bool answer_bare(int fd, const uint8_t *in, size_t len)
{
    static const char ready[] = "R\0\0\0\10\0\0\0\0Z\0\0\0\5I";
    static const char begun[] = "G\0\0\0\13\0\0\2\0\0\0\0";
    static const char done[]  = "C\0\0\0\13COPY 1\0Z\0\0\0\5I";

    if (in[0] == 'X')
        return false;
    if (in[0] == 0)
        send_all(fd, ready, sizeof ready - 1);
    else if (in[0] == 'Q')
        send_all(fd, begun, sizeof begun - 1);
    else if (in[len - 5] == 'c' && in[len - 1] == 4)
        send_all(fd, done, sizeof done - 1);
    return true;
}

static void serve_bare(int port, size_t count)
{
    static uint8_t     in[BUFFER];
    int                listener = listen_at(port), poll = epoll_create1(0);
    struct epoll_event ev = {.events = EPOLLIN};

    for (; count; count--) {
        int     fd = accept(listener, NULL, NULL);
        ssize_t n  = 5;
        epoll_ctl(poll, EPOLL_CTL_ADD, fd, &ev);
        do {
            if (epoll_wait(poll, &ev, 1, -1) > 0)
                n = read(fd, in, sizeof in);
        } while (n >= 5 && answer_bare(fd, in, (size_t)n));
        close(fd);
    }
}

int main(int argc, char **argv)
{
    int     port  = argc > 3 ? atoi(argv[1]) : 0;
    size_t  n     = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
    double *times = n && n <= ROUNDS_MAX ? calloc(n, sizeof *times) : NULL;

    if (!times)
        return 2;
    if (strcmp(argv[2], "copy") == 0 && argc > 4)
        bench_copy(port, n, strtoul(argv[4], NULL, 10), times);
    else if (strcmp(argv[2], "connect") == 0)
        bench_connect(port, n, times);
    else if (strcmp(argv[2], "bare") == 0)
        serve_bare(port, n);
    else
        hold_idle(port, n);
    free(times);
    return 0;
}
