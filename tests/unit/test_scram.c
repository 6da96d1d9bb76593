/*
 * test_scram.c - pgcopyd's SCRAM: the exchange of RFC 7677, PostgreSQL's refusals, verifiers.
 *
 * Proofs and signatures were computed by Python's hashlib, but for RFC 7677's own.
 */
#include "../../examples/pgcopyd/base64.h"
#include "../../examples/pgcopyd/scram.h"

#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENT_NONCE "rOprNGfwEbeRWgbNEkqO"
#define SERVER_NONCE "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
#define FIRST        "n,,n=user,r=" CLIENT_NONCE
#define SERVER_FIRST "r=" CLIENT_NONCE SERVER_NONCE ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
#define BOUND        "cD10bHMtc2VydmVyLWVuZC1wb2ludCwsAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define FINAL(c)     "c=" c ",r=" CLIENT_NONCE SERVER_NONCE
#define PROOF        ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
#define PENCIL                                                                                 \
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=" \
    ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="

/* One exchange, and what came of its last step. */
struct exchange {
    struct scram      scram;
    pgcopy_buf        out;
    pgcopy_error      err;
    enum scram_result result;
};

static struct exchange *begin(bool tls)
{
    struct exchange *e = calloc(1, sizeof *e);

    assert_non_null(e);
    e->scram.known = true;
    memcpy(e->scram.nonce, SERVER_NONCE, sizeof SERVER_NONCE);
    e->scram.binding_len = tls ? 32 : 0;
    for (uint8_t i = 0; i < 32; i++)
        e->scram.binding[i] = i;
    assert_true(verifier_read(&e->scram.verifier, PENCIL));
    return e;
}

static enum scram_result step(struct exchange *e, const char *mechanism, const char *in)
{
    e->out.len = 0;
    e->result =
        scram_step(&e->scram, mechanism,
                   (pgcopy_slice){(const uint8_t *)in, in ? strlen(in) : 0}, &e->out, &e->err);
    return e->result;
}

static void assert_out(const struct exchange *e, const char *text)
{
    assert_int_equal(e->out.len, strlen(text));
    assert_memory_equal(e->out.data, text, e->out.len);
}

static void end(struct exchange *e)
{
    scram_free(&e->scram);
    pgcopy_buf_free(&e->out);
    free(e);
}

/* ---- The exchange ----------------------------------------------------------------------- */

static void rfc_7677(void **state)
{
    struct exchange *e = begin(false);

    (void)state;
    assert_int_equal(step(e, "SCRAM-SHA-256", FIRST), SCRAM_GOES_ON);
    assert_out(e, SERVER_FIRST);
    assert_int_equal(step(e, NULL, FINAL("biws") PROOF), SCRAM_PROVED);
    assert_out(e, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    end(e);
}

static const struct {
    const char *mechanism, *first, *final, *signature;
    bool        tls;
} good[] = {
    /* no user name, as libpq sends it */
    {"SCRAM-SHA-256", "n,,n=,r=" CLIENT_NONCE,
     FINAL("biws") ",p=qvT2SWdEH5Q06albL+hjSYuUhCG7VndFyzIb7CK4n9k=",
     "v=3HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSOg=", false},
    /* it could bind the channel, and we cannot */
    {"SCRAM-SHA-256", "y,,n=user,r=" CLIENT_NONCE,
     FINAL("eSws") ",p=FoqiHTtQEDE8lz1CdaEe3tK4mS+iMDTl77SPyDS53DY=",
     "v=dI4KpiQJwBr1+V+K6U1dA6l6I4I9DUNXWND4pcpRU3U=", false},
    /* over TLS it need not */
    {"SCRAM-SHA-256", FIRST, FINAL("biws") PROOF,
     "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", true},
    {"SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,n=,r=" CLIENT_NONCE,
     FINAL(BOUND) ",p=Q8h71kjaoMzNI7dPksDrhRE/5mTUObF0fUHVIgBOWQg=",
     "v=ykwoqH8mLqO5AQCeuwwf6lsj9f8zyJZT/CcvAbN4Ssc=", true},
    /* extensions that may be ignored */
    {"SCRAM-SHA-256", "n,,n=,r=" CLIENT_NONCE ",x=1",
     FINAL("biws") ",e=2,p=kimqWKTG34PBP8/iuSo5FGgZhC2sxTiXeJcrDiO5l1Y=",
     "v=wp8cQhMhK7BnOexw+JrVULiJM9kkwAJbLDPjlBbqdtc=", false},
};

static void clients_that_prove_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct exchange *e = begin(good[i].tls);

        assert_int_equal(step(e, good[i].mechanism, good[i].first), SCRAM_GOES_ON);
        assert_out(e, SERVER_FIRST);
        assert_int_equal(step(e, NULL, good[i].final), SCRAM_PROVED);
        assert_out(e, good[i].signature);
        end(e);
    }
}

static void no_initial_response_is_asked_for(void **state)
{
    struct exchange *e = begin(false);

    (void)state;
    assert_int_equal(step(e, "SCRAM-SHA-256", NULL), SCRAM_GOES_ON);
    assert_out(e, "");
    assert_int_equal(step(e, NULL, FIRST), SCRAM_GOES_ON);
    assert_out(e, SERVER_FIRST);
    end(e);
}

static void a_wrong_proof_and_an_unknown_user_fail_alike(void **state)
{
    struct exchange *e = begin(false);

    (void)state;
    step(e, "SCRAM-SHA-256", FIRST);
    assert_int_equal(
        step(e, NULL, FINAL("biws") ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVU="),
        SCRAM_WRONG);
    assert_out(e, "");
    end(e);
    e              = begin(false);
    e->scram.known = false;
    step(e, "SCRAM-SHA-256", FIRST);
    assert_int_equal(step(e, NULL, FINAL("biws") PROOF), SCRAM_WRONG);
    assert_out(e, "");
    end(e);
}

static void the_proof_covers_all_that_was_said(void **state)
{
    struct exchange *e = begin(false);

    (void)state;
    step(e, "SCRAM-SHA-256", FIRST ",x=1");
    assert_int_equal(step(e, NULL, FINAL("biws") PROOF), SCRAM_WRONG);
    end(e);
    e = begin(false);
    step(e, "SCRAM-SHA-256", FIRST);
    assert_int_equal(step(e, NULL, FINAL("biws") ",e=2" PROOF), SCRAM_WRONG);
    end(e);
}

/* ---- PostgreSQL's refusals -------------------------------------------------------------- */

#define MALFORMED "08P01 malformed SCRAM message: "

/* A first message, or a final one behind a good first; then the words. */
static const struct {
    bool        tls;
    const char *mechanism, *first, *final, *words;
} bad[] = {
    {false, "SCRAM-SHA-1", FIRST, NULL,
     "08P01 client selected an invalid SASL authentication mechanism: "},
    {false, "SCRAM-SHA-256-PLUS", FIRST, NULL,
     "08P01 client selected an invalid SASL authentication mechanism: "},
    {false, "SCRAM-SHA-256", "", NULL, MALFORMED "The message is empty."},
    {false, "SCRAM-SHA-256", "x,,n=,r=a", NULL,
     MALFORMED "Unexpected channel-binding flag \"'x'\"."},
    {false, "SCRAM-SHA-256", "\xff,,n=,r=a", NULL,
     MALFORMED "Unexpected channel-binding flag \"0xff\"."},
    {false, "SCRAM-SHA-256", "n", NULL,
     MALFORMED "Comma expected, but found character \"0x00\"."},
    {false, "SCRAM-SHA-256", "y;,n=,r=a", NULL,
     MALFORMED "Comma expected, but found character \"';'\"."},
    {false, "SCRAM-SHA-256", "p=tls-server-end-point,,n=,r=a", NULL,
     MALFORMED
     "The client selected SCRAM-SHA-256 without channel binding, but the SCRAM message "
     "includes channel binding data."},
    {true, "SCRAM-SHA-256-PLUS", FIRST, NULL,
     MALFORMED "The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not include "
               "channel binding data."},
    {true, "SCRAM-SHA-256", "y,,n=,r=a", NULL,
     "28000 SCRAM channel binding negotiation error: The client supports SCRAM channel binding "
     "but thinks the server does not.  However, this server does support channel binding."},
    {true, "SCRAM-SHA-256-PLUS", "p=tls-unique,,n=,r=a", NULL,
     "08P01 unsupported SCRAM channel-binding type: "},
    {true, "SCRAM-SHA-256-PLUS", "p,,n=,r=a", NULL,
     MALFORMED "Expected character \"=\" for attribute \"p\"."},
    {false, "SCRAM-SHA-256", "n,a=admin,n=,r=a", NULL,
     "0A000 client uses authorization identity, but it is not supported: "},
    {false, "SCRAM-SHA-256", "n,b,n=,r=a", NULL,
     MALFORMED "Unexpected attribute \"'b'\" in client-first-message."},
    {false, "SCRAM-SHA-256", "n,,m=1,n=,r=a", NULL,
     "0A000 client requires an unsupported SCRAM extension: "},
    {false, "SCRAM-SHA-256", "n,,r=a", NULL,
     MALFORMED "Expected attribute \"n\" but found \"'r'\"."},
    {false, "SCRAM-SHA-256", "n,,n=", NULL,
     MALFORMED "Expected attribute \"r\" but found \"0x00\"."},
    {false, "SCRAM-SHA-256", "n,,n=,r=a\tb", NULL,
     "08P01 non-printable characters in SCRAM nonce: "},
    {false, "SCRAM-SHA-256", "n,,n=,r=a,1=2", NULL,
     MALFORMED "Attribute expected, but found invalid character \"'1'\"."},
    {false, "SCRAM-SHA-256", FIRST, "", MALFORMED "The message is empty."},
    {false, "SCRAM-SHA-256", FIRST, FINAL("eSws") PROOF,
     "08P01 unexpected SCRAM channel-binding attribute in client-final-message: "},
    {true, "SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,n=,r=" CLIENT_NONCE,
     FINAL("biws") PROOF, "28000 SCRAM channel binding check failed: "},
    {false, "SCRAM-SHA-256", FIRST, "c=biws,r=" CLIENT_NONCE PROOF,
     "08P01 invalid SCRAM response: Nonce does not match."},
    {false, "SCRAM-SHA-256", FIRST, FINAL("biws"),
     MALFORMED "Attribute expected, but found end of string."},
    {false, "SCRAM-SHA-256", FIRST, FINAL("biws") ",p=AAAA",
     MALFORMED "Malformed proof in client-final-message."},
    {false, "SCRAM-SHA-256", FIRST, FINAL("biws") PROOF ",x=1",
     MALFORMED "Garbage found at the end of client-final-message."},
};

static void refusals_have_postgresqls_words(void **state)
{
    char words[1200];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct exchange *e = begin(bad[i].tls);

        step(e, bad[i].mechanism, bad[i].first);
        if (bad[i].final) {
            assert_int_equal(e->result, SCRAM_GOES_ON);
            step(e, NULL, bad[i].final);
        }
        assert_int_equal(e->result, SCRAM_REFUSED);
        assert_int_equal(e->out.len, 0);
        snprintf(words, sizeof words, "%s %s: %s", e->err.sqlstate, e->err.message,
                 e->err.detail);
        assert_string_equal(words, bad[i].words);
        end(e);
    }
}

static void a_nul_inside_is_malformed(void **state)
{
    struct exchange *e  = begin(false);
    pgcopy_slice     in = {(const uint8_t *)FIRST "\0", sizeof FIRST};

    (void)state;
    assert_int_equal(scram_step(&e->scram, "SCRAM-SHA-256", in, &e->out, &e->err),
                     SCRAM_REFUSED);
    assert_string_equal(e->err.detail, "Message length does not match input length.");
    end(e);
}

/* From a copy of exactly that size, so that a sanitizer sees who reads on. */
static enum scram_result step_cut(struct exchange *e, const char *mechanism, const char *in,
                                  size_t len)
{
    uint8_t          *copy = malloc(len + !len);
    enum scram_result result;

    assert_non_null(copy);
    memcpy(copy, in, len);
    result = scram_step(&e->scram, mechanism, (pgcopy_slice){copy, len}, &e->out, &e->err);
    free(copy);
    return result;
}

static void a_message_that_is_cut_short_proves_nothing(void **state)
{
    static const char first[] = "p=tls-server-end-point,,n=,r=" CLIENT_NONCE;
    static const char final[] = FINAL(BOUND) ",p=Q8h71kjaoMzNI7dPksDrhRE/5mTUObF0fUHVIgBOWQg=";

    (void)state;
    for (size_t cut = 0; cut < sizeof first - 1; cut++) {
        struct exchange *e           = begin(true);
        bool             nonce_began = cut >= sizeof "p=tls-server-end-point,,n=,r=" - 1;
        assert_int_equal(step_cut(e, "SCRAM-SHA-256-PLUS", first, cut),
                         nonce_began ? SCRAM_GOES_ON : SCRAM_REFUSED);
        end(e);
    }
    for (size_t cut = 0; cut < sizeof final - 1; cut++) {
        struct exchange *e = begin(true);
        step(e, "SCRAM-SHA-256-PLUS", first);
        assert_int_equal(step_cut(e, NULL, final, cut), SCRAM_REFUSED);
        end(e);
    }
}

/* ---- Verifiers -------------------------------------------------------------------------- */

static void verifiers_are_read_as_postgresql_writes_them(void **state)
{
    static const char *const wrong[] = {
        "",
        "pencil",
        "SCRAM-SHA-256$",
        "SCRAM-SHA-1$4096:W22ZaJ0SNY7soEsUEjb6gQ==$AAAA:AAAA",
        "SCRAM-SHA-256$0:W22Z$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
        ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
        "SCRAM-SHA-256$2147483648:W22Z$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
        ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
        "SCRAM-SHA-256$4096:$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
        ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
        PENCIL " ",
        PENCIL "AAAA",
    };
    struct verifier v;
    char            text[] = PENCIL;

    (void)state;
    assert_true(verifier_read(&v, PENCIL));
    assert_int_equal(v.iterations, 4096);
    assert_int_equal(v.salt_len, 16);
    assert_memory_equal(v.salt, "\x5b\x6d\x99\x68", 4);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(verifier_read(&v, wrong[i]));
    for (size_t cut = strlen(text); cut-- > 0;) {
        text[cut] = '\0';
        assert_false(verifier_read(&v, text));
    }
}

static void a_verifier_knows_its_password(void **state)
{
    struct verifier v, w;

    (void)state;
    assert_true(verifier_read(&v, PENCIL));
    assert_true(verifier_accepts(&v, "pencil", 6));
    assert_false(verifier_accepts(&v, "Pencil", 6));
    assert_false(verifier_accepts(&v, "pencil", 5));
    assert_false(verifier_accepts(&v, "", 0));
    assert_true(verifier_make(&v, "pencil", 6));
    assert_true(verifier_make(&w, "pencil", 6));
    assert_true(verifier_accepts(&v, "pencil", 6));
    assert_false(verifier_accepts(&v, "pen", 3));
    assert_memory_not_equal(v.salt, w.salt, v.salt_len);
}

static void a_mock_has_one_salt_for_each_name(void **state)
{
    static const uint8_t secret[VERIFIER_KEY] = {1}, other[VERIFIER_KEY] = {2};
    struct verifier      ann, again, ben, later;

    (void)state;
    verifier_mock(&ann, secret, "ann");
    verifier_mock(&again, secret, "ann");
    verifier_mock(&ben, secret, "ben");
    verifier_mock(&later, other, "ann");
    assert_int_equal(ann.iterations, 4096);
    assert_int_equal(ann.salt_len, 16);
    assert_memory_equal(ann.salt, again.salt, 16);
    assert_memory_not_equal(ann.salt, ben.salt, 16);
    assert_memory_not_equal(ann.salt, later.salt, 16);
    assert_false(verifier_accepts(&ann, "", 0));
}

static void nonces_are_new_and_printable(void **state)
{
    char one[SCRAM_NONCE], two[SCRAM_NONCE];

    (void)state;
    assert_true(scram_make_nonce(one));
    assert_true(scram_make_nonce(two));
    assert_int_equal(strlen(one), SCRAM_NONCE - 1);
    assert_null(strchr(one, ','));
    assert_string_not_equal(one, two);
}

/* ---- Base64 ----------------------------------------------------------------------------- */

static void base64_is_strict(void **state)
{
    static const char *const wrong[] = {"A",    "AA",    "AAA",      "A===", "AA=A", "AAA=AAAA",
                                        "AA A", "AAA\n", "AAAAAAA.", "====", "AA-_"};
    uint8_t                  data[6];
    size_t                   len = sizeof data;

    (void)state;
    assert_true(base64_decode(data, &len, "Zm9vYmE=", 8)); /* RFC 4648, section 10 */
    assert_int_equal(len, 5);
    assert_memory_equal(data, "fooba", 5);
    len = 4;
    assert_false(base64_decode(data, &len, "Zm9vYmE=", 8));
    len = sizeof data;
    assert_true(base64_decode(data, &len, "", 0));
    assert_int_equal(len, 0);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        len = sizeof data;
        assert_false(base64_decode(data, &len, wrong[i], strlen(wrong[i])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_7677),
        cmocka_unit_test(clients_that_prove_it),
        cmocka_unit_test(no_initial_response_is_asked_for),
        cmocka_unit_test(a_wrong_proof_and_an_unknown_user_fail_alike),
        cmocka_unit_test(the_proof_covers_all_that_was_said),
        cmocka_unit_test(refusals_have_postgresqls_words),
        cmocka_unit_test(a_nul_inside_is_malformed),
        cmocka_unit_test(a_message_that_is_cut_short_proves_nothing),
        cmocka_unit_test(verifiers_are_read_as_postgresql_writes_them),
        cmocka_unit_test(a_verifier_knows_its_password),
        cmocka_unit_test(a_mock_has_one_salt_for_each_name),
        cmocka_unit_test(nonces_are_new_and_printable),
        cmocka_unit_test(base64_is_strict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
