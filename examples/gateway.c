/* gateway.c - a whole gateway: one client at a time, on 127.0.0.1, before any backend.
   gateway [PORT], and then psql -h 127.0.0.1 -p 5433 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pgcopy/backend.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

extern const pgcopy_backend memory_backend; /* memory.c */

static void converse(int fd, pgcopy_session *s, pgcopy_bridge *b)
{
    pgcopy_job *job;
    const void *out;
    void       *in;
    size_t      len;
    ssize_t     n;

    while (!pgcopy_bridge_over(b)) {
        if ((job = pgcopy_bridge_next(b))) { /* work for the database */
            pgcopy_job_run(job);
            pgcopy_bridge_done(b, job);
        } else if ((out = pgcopy_session_send_buf(s, &len))) { /* bytes to send */
            if ((n = write(fd, out, len)) > 0)
                pgcopy_session_send_ack(s, (size_t)n);
            else
                pgcopy_session_lost(s);
        } else if ((in = pgcopy_session_recv_buf(s, &len))) { /* room to receive */
            if ((n = read(fd, in, len)) > 0)
                pgcopy_session_recv_ack(s, (size_t)n);
            else
                pgcopy_session_recv_eof(s);
        }
    }
}

static void serve(int fd, pgcopy_batch *table)
{
    pgcopy_session *s = pgcopy_session_new(NULL);
    pgcopy_bridge  *b = s ? pgcopy_bridge_new(s, &memory_backend, table) : NULL;

    if (b)
        converse(fd, s, b);
    pgcopy_bridge_free(b);
    pgcopy_session_free(s);
    close(fd);
}

int main(int argc, char **argv)
{
    int                port  = argc > 1 ? atoi(argv[1]) : 5433;
    struct sockaddr_in addr  = {.sin_family      = AF_INET,
                                .sin_port        = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    pgcopy_batch      *table = pgcopy_batch_new(0, NULL, NULL);
    int                fd    = socket(AF_INET, SOCK_STREAM, 0);

    signal(SIGPIPE, SIG_IGN);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(fd, (struct sockaddr *)&addr, sizeof addr) || listen(fd, 16)) {
        perror("127.0.0.1");
        return 1;
    }
    for (;;)
        serve(accept(fd, NULL, NULL), table);
}
