/* test_rules.c - the table of rules is the protocol's, and docs/rules.md shows it: printed by
   `test_rules --print`, compared here. */
#include "harness.h"

#include "session/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const messages[MESSAGE_CLASSES] = {
    [CLASS_STARTUP]   = "startup packet",
    [CLASS_ENCRYPT]   = "SSLRequest, GSSENCRequest",
    [CLASS_CANCEL]    = "CancelRequest",
    [CLASS_TLS]       = "first byte 0x16",
    [CLASS_PASSWORD]  = "p",
    [CLASS_QUERY]     = "Q",
    [CLASS_PARSE]     = "P",
    [CLASS_BIND]      = "B",
    [CLASS_DESCRIBE]  = "D",
    [CLASS_EXECUTE]   = "E",
    [CLASS_CLOSE]     = "C",
    [CLASS_FUNCTION]  = "F",
    [CLASS_FLUSH]     = "H",
    [CLASS_SYNC]      = "S",
    [CLASS_COPY_DATA] = "d",
    [CLASS_COPY_DONE] = "c",
    [CLASS_COPY_FAIL] = "f",
    [CLASS_TERMINATE] = "X",
    [CLASS_UNKNOWN]   = "another type byte",
    [CLASS_LENGTH]    = "length outside PostgreSQL's range",
    [CLASS_TOO_LONG]  = "longer than max_message",
    [CLASS_EOF]       = "end of file",
};

static const char *const words[RULES] = {
    [RULE_NONE]      = "",
    [RULE_STARTUP]   = "-> LOGIN",
    [RULE_ENCRYPT]   = "`S` -> TLS, or `N`",
    [RULE_CANCEL]    = "-> ENDED, no byte",
    [RULE_ANSWER]    = "-> LOGIN",
    [RULE_QUERY]     = "-> RUN",
    [RULE_PARSE]     = "`1`",
    [RULE_BIND]      = "`2`",
    [RULE_DESCRIBE]  = "DESCRIBE, or answered inside",
    [RULE_EXECUTE]   = "-> HOLD or RUN",
    [RULE_CLOSE]     = "FINISH, `3`",
    [RULE_FUNCTION]  = "E 0A000, Z",
    [RULE_FLUSH]     = "flush mark",
    [RULE_SYNC]      = "FINISH, commit, -> READY, Z",
    [RULE_ROWS]      = "rows",
    [RULE_COPY_DONE] = "-> RUN",
    [RULE_COPY_FAIL] = "57014 -> RUN",
    [RULE_DROP]      = "drop",
    [RULE_SWALLOW]   = "swallow",
    [RULE_TERMINATE] = "CLOSE -> ENDED",
    [RULE_SILENT]    = "silent end",
    [RULE_WRONG]     = "wrong",
    [RULE_PASSWORD]  = "28P01 FATAL",
    [RULE_UNKNOWN]   = "unknown",
    [RULE_ABUSE]     = "abuse",
    [RULE_BROKEN]    = "broken",
    [RULE_TOO_LONG]  = "E 54000, dropped",
};

static const char head[] =
    "# The rules of a session\n\n"
    "Message by state, as `lib/session/rules.c` has it; printed by `test_rules --print`, and "
    "compared with it by the tests.\nLOGIN, HOLD, RUN, TLS and ENDED take none.\n\n"
    "| message | STARTUP | AUTH | READY | SKIP | COPY_IN |\n|---|---|---|---|---|---|\n";

static const char tail[] =
    "\ndrop: the body passes unread. swallow: nothing, no ReadyForQuery. wrong: FATAL 08P01 "
    "`expected SASL|password response, got message type %d`.\nunknown: FATAL 08P01 `invalid "
    "frontend message type %d`. abuse: ERROR 08P01 `unexpected message type 0x%02X during COPY "
    "from stdin`,\nthen FATAL 08P01 `terminating connection because protocol synchronization "
    "was "
    "lost`, on the type byte alone. broken: ERROR 08006 and the same FATAL.\n";

static size_t print(char *out, size_t size)
{
    size_t n = (size_t)snprintf(out, size, "%s", head);

    for (int m = 0; m < MESSAGE_CLASSES; m++) {
        n += (size_t)snprintf(out + n, size - n, "| %s |", messages[m]);
        for (int state = 0; state < STATES_THAT_TAKE; state++)
            n += (size_t)snprintf(
                out + n, size - n, " %s |",
                words[rules_look_up((enum session_state)state, (enum message_class)m)]);
        n += (size_t)snprintf(out + n, size - n, "\n");
    }
    return n + (size_t)snprintf(out + n, size - n, "%s", tail);
}

static void the_page_shows_the_table(void **state)
{
    static char page[16384], table[16384];
    FILE       *file = fopen(TEST_DATA "/../../docs/rules.md", "r");

    (void)state;
    assert_non_null(file);
    page[fread(page, 1, sizeof page - 1, file)] = '\0';
    fclose(file);
    print(table, sizeof table);
    assert_string_equal(page, table);
}

/* Of the design: d, c and f never start SKIP; nothing but the login's messages is taken before.
 */
static void copy_messages_are_harmless_outside_a_copy(void **state)
{
    (void)state;
    for (int m = CLASS_COPY_DATA; m <= CLASS_COPY_FAIL; m++) {
        assert_int_equal(rules_look_up(STATE_READY, (enum message_class)m), RULE_DROP);
        assert_int_equal(rules_look_up(STATE_SKIP, (enum message_class)m), RULE_DROP);
    }
}

static void every_type_byte_has_a_class(void **state)
{
    int known = 0;

    (void)state;
    for (int type = 0; type < 256; type++)
        known += rules_class(type) != CLASS_UNKNOWN;
    assert_int_equal(known, 19);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_shows_the_table),
        cmocka_unit_test(copy_messages_are_harmless_outside_a_copy),
        cmocka_unit_test(every_type_byte_has_a_class),
    };

    if (argc > 1 && strcmp(argv[1], "--print") == 0) {
        static char table[16384];
        fwrite(table, 1, print(table, sizeof table), stdout);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
