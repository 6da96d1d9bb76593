/*
 * scram.h - the server's side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, 7677, 5929),
 * with PostgreSQL's words.
 *
 *   client                                          server
 *     -- n,,n=,r=<nonce> ----------------------------->
 *     <- r=<nonce><ours>,s=<salt>,i=<iterations> ------
 *     -- c=biws,r=<nonce><ours>,p=<proof> ------------>     it knows the password
 *     <- v=<signature> --------------------------------     so do we
 */
#ifndef PGCOPYD_SCRAM_H
#define PGCOPYD_SCRAM_H

#include "verifier.h"

#include <pgcopy/base.h>

#define SCRAM_NONCE   33 /* characters of 24 bytes in base64, and a NUL */
#define SCRAM_BINDING 64 /* bytes at most: SHA-512's */

struct scram {
    /* Yours, before the first step. */
    struct verifier verifier;
    bool            known;                  /* false: a mock; it fails, but only at the end   */
    char            nonce[SCRAM_NONCE];     /* our part of it                                 */
    uint8_t         binding[SCRAM_BINDING]; /* tls-server-end-point (RFC 5929)                */
    size_t          binding_len;            /* 0: SCRAM-SHA-256-PLUS is not offered           */

    bool       plus;      /* the client chose it                                          */
    char       flag;      /* of its first message: n, y or p                              */
    size_t     nonce_at;  /* where both parts of the nonce are in auth                    */
    size_t     nonce_len; /* 0: its first message is awaited                              */
    pgcopy_buf auth;      /* AuthMessage, as far as it has come                           */
};

enum scram_result {
    SCRAM_GOES_ON, /* out is AuthenticationSASLContinue's         */
    SCRAM_PROVED,  /* out is AuthenticationSASLFinal's            */
    SCRAM_WRONG,   /* the password, or there is no such user      */
    SCRAM_REFUSED  /* *err says why                               */
};

/* Our part of a nonce; false: no random bytes. */
bool scram_make_nonce(char nonce[SCRAM_NONCE]);

/*
 * One message of the client.  mechanism: as AUTH brings it, NULL but in its first one; in.data
 * NULL: it had none.  out is appended to.
 */
enum scram_result scram_step(struct scram *x, const char *mechanism, pgcopy_slice in,
                             pgcopy_buf *out, pgcopy_error *err);

/* What it holds, not x itself. */
void scram_free(struct scram *x);

#endif
